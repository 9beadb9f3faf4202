"""What holds for every HTTP answer: its request's id, security headers, a bounded body, and never a trace."""

import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web import problems

BODY_LIMIT = 64 * 1024  # bytes; the longest question allowed is 2000 characters, 12 KB when escaped
LONGER = {"/v1/chat/completions": 1024 * 1024}  # its clients send the whole conversation with every question

# For answers that run no script and load nothing; pages that need more set their own policy.
_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HEADERS = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_log = logging.getLogger(__name__)


class Guard:
    """ASGI middleware around the whole application; no answer escapes it. Further out stand only
    ``assistant.operations.observed``, which gives each request its id, and ``assistant.api.origins``, which adds headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id: str = scope["state"]["request_id"]
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                out = MutableHeaders(scope=message)
                out["X-Request-ID"] = request_id
                for name, value in HEADERS.items():
                    out.setdefault(name, value)
            await send(message)

        length = headers.get("content-length", "0")
        limit = LONGER.get(scope["path"], BODY_LIMIT)
        if not length.isdecimal() or int(length) > limit:
            await problems.response(_too_large(limit), scope)(scope, receive, send_guarded)
            return
        try:
            if "transfer-encoding" in headers:
                receive = await _read_ahead(receive, limit)
            await self.app(scope, receive, send_guarded)
        except problems.Problem as problem:
            await problems.response(problem, scope)(scope, receive, send_guarded)
        except ClientDisconnect:
            return  # nobody is left to answer
        except Exception:
            _log.exception("a request failed")
            if started:
                raise
            await problems.response(problems.failure(request_id), scope)(scope, receive, send_guarded)


def _too_large(limit: int) -> problems.Problem:
    return problems.Problem(413, f"请求正文超过 {limit // 1024} KiB。请删减内容；一次只提一个问题，不超过 2000 字。")


async def _read_ahead(receive: Receive, limit: int) -> Receive:
    """Reads a body of undeclared length and hands back a ``receive`` that replays it.

    Raises Problem (413) as soon as the body is longer than the limit.
    """
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            raise _too_large(limit)
    replayed = False

    async def replay() -> Message:
        nonlocal replayed
        if replayed:
            return await receive()
        replayed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
