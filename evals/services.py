"""The services the assistant can be spread over, as processes of this machine: for trying it with them, and for tests.

Each listens on 127.0.0.1 alone, keeps what it writes in a folder of its own, and can be killed and started again on the
same port. Programs come from the system's packages (postgresql, redis-server, nginx); ``missing`` names those that are
not installed.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from evals.bench_start import ROOT, free_port

START_SECONDS = 60.0  # the longest a service may take until it answers
STOP_SECONDS = 20.0  # and until it has ended, before it is killed
NGINX = ROOT / "deploy" / "nginx.conf"


class Service:
    """One process. ``url`` is how the assistant is told of it."""

    url: str

    def __init__(
        self,
        name: str,
        command: list[str],
        port: int,
        folder: Path,
        environ: Mapping[str, str],
        user: str | None = None,
    ) -> None:
        self.name = name
        self.port = port
        self.log = folder / f"{name}.log"
        self._command = command
        self._environ = dict(environ)
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        assert self._process
        return self._process.pid

    def start(self) -> None:
        """Returns when it answers. Raises RuntimeError with the end of its log when it does not in time."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if not self.running or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"{self.name} did not start:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Asks it to end, and waits."""
        if self._process and self.running:
            self._process.send_signal(self._end)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """SIGKILL for the process and what it started."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(STOP_SECONDS)

    _end = signal.SIGTERM

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


class Postgres(Service):
    """A cluster made anew, its only account without a password: it listens to this machine alone."""

    _end = signal.SIGINT  # "fast": sessions are ended, what was committed is kept

    def __init__(self, folder: Path) -> None:
        port, user, programs = free_port(), _unprivileged(), _postgres()
        assert programs, "PostgreSQL is not installed"
        data = folder / "postgres"
        data.mkdir()
        if user:
            shutil.chown(data, user)
        environ = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        made = [str(programs / "initdb"), "-D", str(data), "-U", "assistant", "-A", "trust", "-E", "UTF8"]
        subprocess.run(made, user=user, env=environ, cwd="/", check=True, capture_output=True, timeout=START_SECONDS)
        command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(data)]
        super().__init__("postgres", command, port, folder, environ, user)
        self.url = f"postgresql://assistant@127.0.0.1:{port}/postgres"
        self._ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]

    def _answers(self) -> bool:
        return subprocess.run(self._ready, timeout=10, check=False).returncode == 0


class Redis(Service):
    """Keeps nothing on disk: it counts what happened in the last minutes."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
        super().__init__("redis", command, port, folder, os.environ)
        self.url = f"redis://127.0.0.1:{port}/0"


class Chroma(Service):
    """The server that comes with the package the index is written with."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        program = Path(sys.executable).with_name("chroma")
        command = [str(program), "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(folder / "chroma")]
        super().__init__("chroma", command, port, folder, os.environ)
        self.url = f"http://127.0.0.1:{port}"


class Application(Service):
    """The assistant's own process, told of the others by its environment."""

    def __init__(self, name: str, folder: Path, environ: Mapping[str, str]) -> None:
        port = free_port()
        own = {"HOST": "127.0.0.1", "PORT": str(port), "ASSISTANT_DATA": str(folder / name)}
        super().__init__(name, [sys.executable, "app.py"], port, folder, os.environ | dict(environ) | own)
        self.url = f"http://127.0.0.1:{port}"

    def _answers(self) -> bool:
        import httpx

        try:
            return httpx.get(f"{self.url}/readyz", timeout=5, trust_env=False).json()["page"] is True
        except (httpx.HTTPError, KeyError, ValueError):
            return False


class Nginx(Service):
    """``deploy/nginx.conf`` as it stands, with the ports and paths of this machine put in."""

    _end = signal.SIGQUIT

    def __init__(self, folder: Path, applications: Mapping[str, int]) -> None:
        """``applications``: the ports by the names the configuration has."""
        port = free_port()
        own = folder / "nginx"
        own.mkdir()
        self.configuration = own / "nginx.conf"
        self.configuration.write_text(rendered(own, port, applications), encoding="utf-8")
        command = ["nginx", "-p", str(own), "-c", str(self.configuration), "-g", "daemon off;"]
        super().__init__("nginx", command, port, folder, os.environ)
        self.url = f"http://127.0.0.1:{port}"


def rendered(folder: Path, port: int, applications: Mapping[str, int]) -> str:
    """The configuration with other addresses. Raises ValueError for what it does not hold."""
    text = NGINX.read_text(encoding="utf-8")
    places = {f"server {name}:7860": f"server 127.0.0.1:{at}" for name, at in applications.items()}
    places |= {"listen 8080": f"listen 127.0.0.1:{port}", " /tmp/": f" {folder}/"}
    places |= {"/dev/stdout": f"{folder}/access.log", "/dev/stderr": f"{folder}/error.log"}
    for given, own in places.items():
        if given not in text:
            raise ValueError(f"{NGINX.name} does not hold {given!r}")
        text = text.replace(given, own)
    return text


def missing(*names: str) -> list[str]:
    """Those of ``postgres``, ``redis``, ``nginx`` that are not installed here."""
    here = {"postgres": _postgres() is not None, "redis": shutil.which("redis-server"), "nginx": shutil.which("nginx")}
    return [name for name in names if not here[name]]


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder for all of them, that their own accounts can reach as well."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        os.chmod(made, 0o755)
        yield Path(made)


def _postgres() -> Path | None:
    """The folder of its programs, the newest where there are several; Debian keeps them off the path."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in versions), key=lambda path: float(path.parent.name), default=None)


def _unprivileged() -> str | None:
    """PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)
