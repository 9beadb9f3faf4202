"""The engine that runs a GGUF file in this process: loaded once, one request at a time, stopped when nobody reads.

Needs the optional extra ``local``. No port is opened.
"""

import atexit
import ctypes
import importlib
import importlib.util
import os
import queue
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.model import MOST_TOKENS
from tools.errors import AssistantError, SettingsError

PACKAGE = "xllamacpp==2026.10.11549"  # as in pyproject.toml and evals/chat_model/requirements.txt
_MODULE = PACKAGE.split("==")[0]
CONTEXT = 8192  # tokens, of prompt and answer together
_CACHE_MIB = 512  # of prompts read before, kept in memory
_BATCH = 64  # tokens of a prompt read at a time; the engine can be stopped only between two batches
_TICK = 0.5  # seconds between looks whether the reader is still there
_WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}  # threads that wait sleep: spinning starves the others
_leaving = threading.Event()  # set when the process ends

Told = Callable[[dict[str, Any]], bool]
"""Takes a part of the engine's answer; true when no more is wanted."""


class EngineError(AssistantError):
    """The engine turned a request away; ``status_code`` as over HTTP (400: the prompt is too long, for one)."""

    def __init__(self, status_code: int, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code


class Engine:
    """The engine of one file. ``run`` waits for its turn."""

    def __init__(self, path: str) -> None:
        self._path, self._turn = path, threading.Lock()
        self._server: Any = None
        atexit.register(self._leave)

    def run(self, request: dict[str, Any], told: Told) -> None:
        """Tells the answer part by part until it ends or no more is wanted. Raises SettingsError when it cannot load."""
        with self._turn:
            if told({}):
                return  # the reader went away while it waited
            self._server = self._server or _loaded(self._path)
            self._server.handle_chat_completions(request, told)

    def _leave(self) -> None:
        """Lets the engine go in order: its threads must not call into an interpreter that is no more."""
        _leaving.set()
        if self._turn.acquire(timeout=20 * _TICK):
            self._server = None


_engines: dict[str, Engine] = {}
_opening = threading.Lock()


def engine_of(path: str) -> Engine:
    """The one engine of a file; nothing is loaded yet."""
    with _opening:
        return _engines.setdefault(path, _engines.get(path) or Engine(path))


def _loaded(path: str) -> Any:
    """The engine with its model. Raises SettingsError when either cannot be loaded."""
    try:
        engine = importlib.import_module(_MODULE)
    except ImportError as error:
        raise SettingsError(
            f'本地模型的 Python 包装不上：{error}。请重新安装：pip install "{PACKAGE}"；它还需要系统的 OpenMP 库（Debian：libgomp1）。'
        ) from error
    params = engine.CommonParams()
    params.model.path = path
    params.n_ctx = CONTEXT
    params.n_predict = MOST_TOKENS
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = _BATCH
    params.cache_prompt = True
    params.cache_ram_mib = _CACHE_MIB
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = os.cpu_count() or 1
    params.use_jinja = True
    params.ui = False
    params.offline = True
    params.fit_params = False
    params.verbosity = 0
    # The engine always listens: on a socket in a folder of our own, gone before anybody can connect; no port is opened.
    with tempfile.TemporaryDirectory(prefix="assistant-") as folder, _signals_kept():
        params.hostnames = [str(Path(folder) / "engine.sock")]
        try:
            return engine.Server(params)
        except RuntimeError as error:
            raise SettingsError(
                f"模型文件 {path} 不能加载：文件可能已损坏，或引擎不支持这种模型。请换一个文件。"
            ) from error


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Gives SIGINT and SIGTERM back to who had them: the engine takes them, and the server could not be stopped."""
    if os.name != "posix":
        yield
        return
    libc = ctypes.CDLL(None)  # signal.signal works in the main thread only
    kept = {number: ctypes.create_string_buffer(1024) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, action in kept.items():
        libc.sigaction(int(number), None, action)
    try:
        yield
    finally:
        for number, action in kept.items():
            libc.sigaction(int(number), action, None)


def parts_of(engine: Engine, request: dict[str, Any], deadline: float) -> Generator[dict[str, Any], None, None]:
    """The engine's answer part by part; empty parts while nothing comes. Closing it stops the engine.

    Raises EngineError when the request is turned away, TimeoutError at the ``deadline`` (monotonic seconds).
    """
    parts: queue.SimpleQueue[dict[str, Any] | BaseException | None] = queue.SimpleQueue()
    stop = threading.Event()

    def told(part: dict[str, Any]) -> bool:
        parts.put(part)
        return stop.is_set() or _leaving.is_set()

    def work() -> None:
        try:
            engine.run(request, told)
            parts.put(None)
        except BaseException as error:  # noqa: BLE001 - told to the reader's thread, whatever it is
            parts.put(error)

    threading.Thread(target=work, name="local-model", daemon=True).start()
    try:
        while True:
            try:
                part = parts.get(timeout=_TICK)
            except queue.Empty:
                part = {}
            if part is None:
                return
            if isinstance(part, BaseException):
                raise part
            if time.monotonic() > deadline:
                raise TimeoutError
            if error := part.get("error"):
                raise EngineError(int(error.get("code", 500)), str(error.get("message", "")))
            yield part
    finally:
        stop.set()


def let_threads_sleep() -> None:
    """Sets what the OpenMP library reads once, when it loads. Torch brings that library too: call it before torch loads,
    or the engine is ten times slower."""
    for name, value in _WAITING.items():
        os.environ.setdefault(name, value)


def is_installed() -> bool:
    """Whether the extra's package is there; it is not loaded."""
    return importlib.util.find_spec(_MODULE) is not None
