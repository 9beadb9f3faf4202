"""How long the first answer takes, how long each after it, and what the process weighs. Loopback only.

    python -m evals.bench_start [--answers 300]

Prints a Markdown table. ``cold``: nothing indexed yet; ``warm``: the index is there from the run before. Times are
seconds of the wall clock from starting the process, as a caller sees them.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from evals.report import percentile

ROOT = Path(__file__).parent.parent
QUESTION = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
SEARCHED = "三个园区都在哪里"
LIMIT = 120.0  # seconds any one step may take


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m evals.bench_start", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--answers", type=int, default=300, help="answers timed on the running server, at most 5000")
    answers = min(max(parser.parse_args(arguments).answers, 10), 5000)
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as data:
        environ = os.environ | {"ASSISTANT_DATA": data, "HOST": "127.0.0.1", "PORT": str(free_port())}
        for state in ("cold", "warm"):
            rows.append((f"command line, first answer ({state})", f"{_command_line(environ):.1f} s"))
        for state in ("cold", "warm"):
            if state == "cold":
                environ["ASSISTANT_DATA"] = str(Path(data) / "server")
            rows += [
                (f"{name} ({state})", value) for name, value in _server(environ, answers if state == "warm" else 0)
            ]
    print("| measured | value |\n| --- | ---: |")
    print("\n".join(f"| {name} | {value} |" for name, value in rows))
    return 0


def _command_line(environ: dict[str, str]) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "assistant", "ask", QUESTION]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, timeout=LIMIT)
    return time.perf_counter() - began


def _server(environ: dict[str, str], answers: int) -> list[tuple[str, str]]:
    base = f"http://127.0.0.1:{environ['PORT']}"
    began = time.perf_counter()
    log = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environ, stdout=log, stderr=log)
    rows = []
    try:
        with httpx.Client(base_url=base, timeout=LIMIT, trust_env=False) as client:
            _first(client, began)
            rows.append(("server, first answer by API", f"{time.perf_counter() - began:.1f} s"))
            _page(client, began)
            rows.append(("server, page ready", f"{time.perf_counter() - began:.1f} s"))
            if answers:
                for name, question in (("computed answer", QUESTION), ("searched answer", SEARCHED)):
                    times = sorted(_one(client, question) for _ in range(answers))
                    p50, p99 = statistics.median(times), percentile(times, 99)
                    rows.append((f"{name}, p50 / p99 of {answers}", f"{p50 * 1000:.0f} / {p99 * 1000:.0f} ms"))
            rows.append(("server, resident memory", f"{resident(process.pid):.0f} MB"))
    finally:
        process.terminate()
        process.wait(timeout=30)
    return rows


def _one(client: httpx.Client, question: str) -> float:
    began = time.perf_counter()
    client.post("/api/ask", json={"question": question, "as_of": "2026-06-01"}).raise_for_status()
    return time.perf_counter() - began


def _first(client: httpx.Client, began: float) -> None:
    while True:
        try:
            _one(client, QUESTION)
            return
        except httpx.TransportError:
            if time.perf_counter() - began > LIMIT:
                raise
            time.sleep(0.05)


def _page(client: httpx.Client, began: float) -> None:
    while "gradio" not in client.get("/").text:
        if time.perf_counter() - began > LIMIT:
            raise TimeoutError("the page did not become ready")
        time.sleep(0.1)


def resident(pid: int) -> float:
    """Resident set of a process in MB, from the kernel's own account."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
