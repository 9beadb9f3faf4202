"""The server as a process of its own, with all that it prints."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

ROOT = Path(__file__).resolve().parent.parent
WAIT = 120  # seconds after which the process is taken to hang


@dataclass
class Running:
    """``out`` and ``err`` grow while the process runs."""

    process: subprocess.Popen[str]
    address: str = ""
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    readers: list[threading.Thread] = field(default_factory=list)

    def tell(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """The exit status, once all that was printed has been read."""
        status = self.process.wait(timeout=WAIT)
        for reader in self.readers:
            reader.join(WAIT)
        return status

    @property
    def printed(self) -> str:
        return "".join([*self.out, *self.err])


@contextmanager
def running(data: Path, **environment: str) -> Iterator[Running]:
    """A server that writes to ``data``, its page open; told to stop at the end of the block if it still runs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "OTEL_"))}
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**kept, "PORT": "0", "ASSISTANT_DATA": str(data), "PYTHONIOENCODING": "utf-8", **environment},
    )
    server = Running(process)
    opened = threading.Event()

    def read(stream: IO[str], lines: list[str]) -> None:
        for line in stream:
            lines.append(line)
            if found := re.search(r"打开 (http://127\.0\.0\.1:\d+)", line):
                server.address = found[1]
                opened.set()
        opened.set()

    assert process.stdout
    assert process.stderr
    for stream, lines in ((process.stdout, server.out), (process.stderr, server.err)):
        server.readers.append(threading.Thread(target=read, args=(stream, lines), daemon=True))
        server.readers[-1].start()
    try:
        opened.wait(WAIT)
        if not server.address:
            pytest.fail(f"the server did not start: {server.printed}")
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(WAIT)
            except subprocess.TimeoutExpired:
                process.kill()
