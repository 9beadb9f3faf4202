"""What is told of every HTTP request: its id goes into all that is logged meanwhile; a line, a count and a span at its end.

A request is told by the template of its route, never by its address: that may hold the id of a conversation, which is
all one needs to read it.
"""

import logging
import re
import secrets
import time
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.operations import logs, traces
from assistant.operations.metrics import metrics

LEFT = 499  # the status of a request whose client left before anything was sent, as nginx tells it
UNKNOWN = "unknown"  # the template where there is no route
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = logging.getLogger(logs.REQUESTS)


class Observed:
    """ASGI middleware outside of the guard. ``routes`` are addresses without ids that are told as they stand, even of a
    request that was turned away before it came to its route."""

    def __init__(self, app: ASGIApp, routes: Collection[str] = ()) -> None:
        self.app = app
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        ident = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(12)
        scope.setdefault("state", {})["request_id"] = ident
        logs.request_id.set(ident)  # of this request's task alone
        began, status, size = time.perf_counter(), LEFT, 0

        async def send_counted(message: Message) -> None:
            nonlocal status, size
            await send(message)
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))

        with traces.request(headers) as span:
            try:
                await self.app(scope, receive, send_counted)
            finally:
                method = scope["method"] if scope["method"] in _METHODS else "OTHER"
                route = self._route(scope)
                span.ended(method, route, status)
                metrics().requests.labels(method, route, str(status)).inc()
                taken = round(1000 * (time.perf_counter() - began), 1)
                told = {"method": method, "route": route, "status": status, "ms": taken, "bytes": size}
                _log.info("request", extra={"fields": told})

    def _route(self, scope: Scope) -> str:
        known = getattr(scope.get("route"), "path", None) or scope["state"].get("route")
        return str(known or (scope["path"] if scope["path"] in self.routes else UNKNOWN))
