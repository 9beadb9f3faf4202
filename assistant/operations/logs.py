"""Logs: the program's progress and faults, as text for a console or as JSON, a line for each event.

Nothing of what anybody typed is ever logged. Exceptions are told by their type and where they were raised, without their
words and without local variables, for both may quote a question. Of what libraries log, or print past the log, only the
place in the code is told and the words that stand there, never what was put into them.
"""

import io
import json
import logging
import os
import re
import sqlite3
import sys
import threading
import traceback
import types
import warnings
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

REQUESTS = "assistant.requests"  # the logger of finished requests
PLAIN = {"plain": True}  # ``extra`` of a message that stands by itself on a console
request_id: ContextVar[str] = ContextVar("request_id", default="")

_OURS = ("assistant", "corpus", "tools", "uvicorn", "opentelemetry", "alembic")  # whose messages quote nobody
_FRAME = re.compile(r'\s*File "([^"]+)", line (\d{1,6}), in ')
_TYPE = re.compile(r"([A-Za-z_][\w.]*)(?::|$)")
_DEEPEST = 8  # causes of an exception that are told
_MOST = 60  # places of each


def set_up(form: str) -> None:
    """Makes the whole process log in one form, ``text`` or ``json``: progress to standard output, and there everything as
    JSON; as text, faults to standard error."""
    logging.raiseExceptions = False  # a log that cannot be written is no reason to print to the same console
    own = logging.getLogger("assistant")
    own.setLevel(logging.INFO)
    root = logging.getLogger()
    if form == "json":
        root.addHandler(_handler(sys.stdout, _Json()))
    else:
        progress = _handler(sys.stdout, _Text())
        progress.addFilter(lambda record: record.levelno < logging.WARNING and record.name != REQUESTS)
        own.addHandler(progress)
        faults = _handler(sys.stderr, _Text())
        faults.setLevel(logging.WARNING)
        root.addHandler(faults)
    logging.captureWarnings(True)
    warnings.filterwarnings("ignore", message="Couldn't find ffmpeg", category=RuntimeWarning)  # no sound here
    sys.excepthook = _uncaught
    threading.excepthook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)
    sys.stdout = _Printed("stdout")
    sys.stderr = _Printed("stderr")


def set_up_command(*, faults: bool = False) -> None:
    """For a command: it tells its one error itself and logs nothing, or ``faults`` to standard error."""
    root = logging.getLogger()
    if faults:
        root.addHandler(_handler(sys.stderr, _Text()))
    else:
        root.addHandler(logging.NullHandler())


def trace_of(error: BaseException) -> list[str]:
    """An exception and its causes: their types and, innermost last, where they passed; no words, no values."""
    lines: list[str] = []
    seen: BaseException | None = error
    for _ in range(_DEEPEST):
        if seen is None:
            break
        lines.append(f"{type(seen).__qualname__}{_reason(seen)}")
        passed = [
            f"  {frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
            for frame, line in traceback.walk_tb(seen.__traceback__)
        ]
        lines += passed if len(passed) <= _MOST else [*passed[: _MOST // 2], "  …", *passed[-_MOST // 2 :]]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return lines


def why(error: BaseException) -> str:
    """An exception in a few words that quote nobody: its type, and what the system or the database says of it."""
    return f"{type(error).__qualname__}{_reason(error)}"


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    if isinstance(error, sqlite3.OperationalError):
        return f": {error}"
    cause = getattr(error, "orig", None)  # SQLAlchemy's errors hold the driver's
    if isinstance(cause, BaseException):
        return f" ({why(cause)})"
    state = getattr(error, "sqlstate", None)
    return f": SQLSTATE {state}" if state else ""


def _handler(stream: Any, formatter: logging.Formatter) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    return handler


def _message(record: logging.LogRecord) -> str:
    """What a record says; of a library's record the place and the words before anything was put into them."""
    if record.name.partition(".")[0] in _OURS:
        return record.getMessage()
    words = f": {record.msg}" if record.args and isinstance(record.msg, str) else ""
    return f"{record.module}.{record.funcName}:{record.lineno}{words}"


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        message, error = _message(record), _error(record)
        if record.levelno >= logging.WARNING and not getattr(record, "plain", False):
            within = f" [{request_id.get()}]" if request_id.get() else ""
            message = f"{self.formatTime(record)} {record.levelname} {record.name}{within}: {message}"
        return "\n".join([message, *(trace_of(error) if error else [])])


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line |= getattr(record, "fields", {})
        if error := _error(record):
            line["trace"] = trace_of(error)
        return json.dumps(line, ensure_ascii=False)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: types.TracebackType | None) -> None:
    if error is not None and not issubclass(kind, SystemExit):
        logging.getLogger(__name__).critical("nobody caught an exception", exc_info=(kind, error, trace))


class _Printed(io.TextIOBase):
    """Stands for standard output or error, so that what a library prints there becomes a line of the log."""

    encoding = "utf-8"

    def __init__(self, name: str) -> None:
        self._log = logging.getLogger(f"{__name__}.{name}")
        self._kept = threading.local()

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._kept.rest = (getattr(self._kept, "rest", "") + text).split("\n")
        for told in filter(None, map(_printed, lines)):
            self._log.warning("%s", told)
        return len(text)


def _printed(line: str) -> str:
    """Of a printed line the place in the code or the type of an exception that it names; else how long it is."""
    if (found := _FRAME.match(line)) and os.path.isfile(found[1]):
        return f"{found[1]}:{found[2]}"
    if (found := _TYPE.match(line)) and _is_exception(found[1]):
        return found[1]
    return f"{len(line)} characters were printed" if line.strip() else ""


def _is_exception(name: str) -> bool:
    module, _, kind = name.rpartition(".")
    known = getattr(sys.modules.get(module or "builtins"), kind, None)
    return isinstance(known, type) and issubclass(known, BaseException)
