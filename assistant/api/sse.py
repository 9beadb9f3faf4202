"""An answer as server-sent events (WHATWG HTML, 9.2): ``status``, ``delta``, ``citations``, ``done`` or ``error``.

The engine runs in a thread of its own; a client that leaves stops it, and with it the chat model.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from assistant.events import Delta, Done, Event, Status
from assistant.web import problems
from assistant.web.problems import Problem

MEDIA_TYPE = "text/event-stream"
_LOOK = 0.5  # seconds between looks whether the client is still there
_HEARTBEAT = 15.0  # seconds of silence after which a comment keeps proxies from closing the connection
_log = logging.getLogger(__name__)


async def respond(
    request: Request,
    events: Generator[Event, None, None],
    parts: Callable[[Event], Sequence[str]] | None = None,
    failed: Callable[[Problem], str] | None = None,
) -> StreamingResponse:
    """The stream of ``events``. Errors before the first event are raised; later ones end the stream as ``error``.

    ``parts`` makes an event into what is sent of it, and ``failed`` an error; both as ``/api/chat`` tells them if absent.
    """
    first = await run_in_threadpool(next, events)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    told = _told(request, first, events, parts or _parts, failed or (lambda problem: _error(problem, request)))
    return StreamingResponse(told, media_type=MEDIA_TYPE, headers=headers)


async def _told(
    request: Request,
    first: Event,
    events: Generator[Event, None, None],
    parts: Callable[[Event], Sequence[str]],
    failed: Callable[[Problem], str],
) -> AsyncIterator[str]:
    pending: asyncio.Future[Event | None] | None = None
    try:
        for part in parts(first):
            yield part
        silent = 0.0
        while True:
            pending = pending or asyncio.ensure_future(run_in_threadpool(next, events, None))
            done, _ = await asyncio.wait({pending}, timeout=_LOOK)
            if not done:
                silent += _LOOK
                if await request.is_disconnected():
                    return
                if silent >= _HEARTBEAT:
                    silent = 0.0
                    yield ": waiting\n\n"
                continue
            event, pending, silent = pending.result(), None, 0.0
            if event is None:
                return
            for part in parts(event):
                yield part
    except Exception as error:  # noqa: BLE001 - the headers are sent; what went wrong is told in the stream
        _log.exception("a stream failed")
        yield failed(problems.told(error, request.scope["state"]["request_id"]))
    finally:
        await asyncio.shield(_closed(pending, events))


async def _closed(pending: "asyncio.Future[Event | None] | None", events: Generator[Event, None, None]) -> None:
    """Lets the step under way end, then closes the engine's generator."""
    if pending is not None:
        await asyncio.wait({pending})
    await run_in_threadpool(events.close)


def _parts(event: Event) -> list[str]:
    match event:
        case Status():
            return [
                _event(
                    "status", {"text": event.text, "conversation_id": event.conversation_id, "turn_id": event.turn_id}
                )
            ]
        case Delta():
            return [_event("delta", {"text": event.text})]
        case Done():
            answer = event.answer.model_dump(mode="json")
            return [_event("citations", {"citations": answer["citations"]}), _event("done", answer)]


def _error(problem: Problem, request: Request) -> str:
    return _event("error", problems.body(problem, request.scope))


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
