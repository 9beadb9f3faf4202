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
from starlette.types import Receive, Scope, Send

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
    steps = _Steps(events)
    first = await steps.first()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    told = _told(request, first, steps, parts or _parts, failed or (lambda problem: _error(problem, request)))
    return _Stream(steps, told, media_type=MEDIA_TYPE, headers=headers)


class _Steps:
    """The engine's generator, each step of it in a thread of the pool; one at a time."""

    def __init__(self, events: Generator[Event, None, None]) -> None:
        self._events = events
        self._pending: asyncio.Future[Event | None] | None = None

    async def first(self) -> Event:
        """Raises what the engine raises before it begins."""
        return await run_in_threadpool(next, self._events)

    async def next(self, seconds: float) -> tuple[bool, Event | None]:
        """Whether the next step has ended in so many seconds, and its event: None after the last."""
        self._pending = self._pending or asyncio.ensure_future(run_in_threadpool(next, self._events, None))
        done, _ = await asyncio.wait({self._pending}, timeout=seconds)
        if not done:
            return False, None
        ended, self._pending = self._pending, None
        return True, ended.result()

    async def close(self) -> None:
        """Lets the step under way end, then closes the generator: what it does then is not for the event loop."""
        if self._pending is not None:
            await asyncio.wait({self._pending})
        await run_in_threadpool(self._events.close)


class _Stream(StreamingResponse):
    """Closes the engine's generator when it has ended, also where the reader left before anything of it was sent."""

    def __init__(self, steps: _Steps, told: AsyncIterator[str], **more: Any) -> None:
        super().__init__(told, **more)
        self._steps = steps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await asyncio.shield(self._steps.close())


async def _told(
    request: Request,
    first: Event,
    steps: _Steps,
    parts: Callable[[Event], Sequence[str]],
    failed: Callable[[Problem], str],
) -> AsyncIterator[str]:
    try:
        for part in parts(first):
            yield part
        silent = 0.0
        while True:
            ended, event = await steps.next(_LOOK)
            if not ended:
                silent += _LOOK
                if await request.is_disconnected():
                    return
                if silent >= _HEARTBEAT:
                    silent = 0.0
                    yield ": waiting\n\n"
                continue
            if event is None:
                return
            silent = 0.0
            for part in parts(event):
                yield part
    except Exception as error:  # noqa: BLE001 - the headers are sent; what went wrong is told in the stream
        _log.exception("a stream failed")
        yield failed(problems.told(error, request.scope["state"]["request_id"]))


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
