"""Which web sites may ask from a visitor's browser: those of ``ASSISTANT_ORIGINS``, and the server's own pages.

The browser names the site in ``Origin`` and no page can change that. A program that is no browser sends no
``Origin``, or any it likes: this keeps other people's web pages away, not programs (that is what limits are for).

Whether a page is the server's own is told by the browser (``Sec-Fetch-Site``), whatever proxy stands between. Browsers
leave that out on plain HTTP; then ``Origin`` must name the host of ``Host`` or ``X-Forwarded-Host``. The scheme is not
compared, as TLS may end at the proxy. A page cannot set either header across origins without a preflight, and gets
none. Only behind a proxy of plain HTTP that changes ``Host`` and does not tell the old one must the server's own
address be listed as well.
"""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.admission import door_at
from assistant.web.origin import from_own_page
from assistant.web.problems import Problem

_PATHS = ("/api/ask", "/api/chat", "/api/feedback")
_BELOW = "/api/conversations/"
_READ_ONLY = ("GET", "HEAD", "OPTIONS")
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "600",  # seconds; a site taken off the list is shut out soon
}
_SHARED = {
    "Access-Control-Expose-Headers": "Retry-After, X-Request-ID",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class ListedOriginsRead:
    """ASGI middleware outside of the guard: a listed site may read every answer of these addresses, errors too."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _concerns(scope):
            await self.app(scope, receive, send)
            return
        origin = Headers(scope=scope).get("origin", "")

        async def send_shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                out.add_vary_header("Origin")
                if origin in self.origins:
                    out["Access-Control-Allow-Origin"] = origin
                    out.update(_SHARED)
            await send(message)

        await self.app(scope, receive, send_shared)


class ForeignOriginsStay:
    """ASGI middleware inside of the guard: answers a listed site's preflight, refuses what other sites would do."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        origin = headers.get("origin", "")
        if origin and _concerns(scope):
            listed = origin in self.origins
            if listed and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
                await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
                return
            if not listed and scope["method"] not in _READ_ONLY and not from_own_page(headers):
                raise Problem(403, _refusal(origin))
        elif _counted(scope) and self._sent_unasked(scope["method"], headers):
            raise Problem(403, _refusal(origin or "null"))
        await self.app(scope, receive, send)

    def _sent_unasked(self, method: str, headers: Headers) -> bool:
        """Whether another site's page made the browser send a request that needs no preflight."""
        if method in _READ_ONLY:
            site, shown_as = headers.get("sec-fetch-site"), headers.get("sec-fetch-dest")
            return site in ("cross-site", "same-site") and shown_as != "document"
        origin, media_type = headers.get("origin", ""), headers.get("content-type", "").partition(";")[0]
        declared = media_type.strip().lower() == "application/json"
        return origin != "" and not declared and origin not in self.origins and not from_own_page(headers)


def _concerns(scope: Scope) -> bool:
    return scope["type"] == "http" and (scope["path"] in _PATHS or scope["path"].startswith(_BELOW))


def _counted(scope: Scope) -> bool:
    door = door_at(scope["path"]) if scope["type"] == "http" else None
    return door is not None and scope["method"] in door.counted


def _refusal(origin: str) -> str:
    site = "这个来源不明的网页" if origin == "null" else f"网站 {origin[:100]} "
    return (
        f"{site}没有被允许使用本服务。请直接在本服务的页面上提问；"
        "要在该网站上使用，请网站管理员联系本服务的管理员，把它列入 ASSISTANT_ORIGINS。"
    )
