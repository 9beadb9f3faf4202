"""The web page behind the API's routes: loaded while the port already answers, and only as far as it is needed.

Gradio takes seconds to import and opens many addresses (uploads, files, proxies, run history). Here it is
imported in a thread after the engine is warm, and reached only through the addresses its page uses.
"""

import asyncio
import contextlib
import functools
import logging
import threading
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from assistant.chat import Assistant
from assistant.pages import document
from assistant.web import problems

_CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'none'"
)
_HASHED = ("/assets/", "/theme.css")  # their addresses change with their content
_STAYS_OPEN = "/gradio_api/heartbeat/"  # as long as the page is open in a browser
_OPEN_TO_GET = ("/assets/", "/static/", _STAYS_OPEN)
_OPEN = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/theme.css"),
    ("GET", "/gradio_api/app_id"),  # asked after a lost connection: is it the same server?
    ("POST", "/gradio_api/queue/join"),
    ("GET", "/gradio_api/queue/data"),
    ("POST", "/gradio_api/cancel"),
}
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class PageDoor:
    """ASGI application for what no other route takes."""

    def __init__(self, assistant: Assistant, on_open: Callable[[], None]) -> None:
        self._assistant = assistant
        self._on_open = on_open
        self._page: FastAPI | None = None
        self._failed = False

    @property
    def open(self) -> bool:
        """Whether the web page is up."""
        return self._page is not None

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        """Loads the engine, then the page, beside the running server; ends both with it."""
        opening = asyncio.create_task(self._hold_open())
        try:
            yield
        finally:
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)

    async def _hold_open(self) -> None:
        try:
            await self._warm()
            _log.info("准备网页…")
            page = await _in_thread(self._build)
            async with page.router.lifespan_context(page):
                self._page = page
                self._on_open()
                await asyncio.Event().wait()
        except Exception:  # noqa: BLE001 - the API goes on without the page
            self._failed = True
            _log.exception("网页没有打开；接口仍可使用。")

    async def _warm(self) -> None:
        """Imports one after the other: the engine's packages first, then Gradio, never both at once."""
        _log.info("建立索引…")
        try:
            await _in_thread(self._assistant.warm)
        except Exception:  # noqa: BLE001 - each question tries again and tells its own error
            _log.exception("索引没有建好；提问时会再试。")

    def _build(self) -> FastAPI:
        from assistant.pages import ask

        return ask.mounted(self._assistant)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        below = next((start for start in _OPEN_TO_GET if method == "GET" and path.startswith(start)), None)
        if (method, path) not in _OPEN and below is None:
            await problems.response(problems.not_found(), scope)(scope, receive, send)
            return
        scope["state"]["route"] = path if below is None else f"{below}…"
        if path.startswith(_STAYS_OPEN) and self._page is not None:
            await self._while_under_way(self._page, scope, receive, send)
        elif self._page is not None:
            await self._page(
                {**scope, "router": self._page.router}, receive, _with_headers(send, kept=path.startswith(_HASHED))
            )
        elif path != "/":
            await problems.response(problems.loading(), scope)(scope, receive, send)
        elif self._failed:
            told = document.message("网页暂时打不开", "请把这一情况告知管理员。提问接口 POST /api/ask 不受影响。", 503)
            await told(scope, receive, send)
        else:
            told = document.message("正在准备", "正在读取政策、建立索引，几秒后自动打开。", 503, refresh=1)
            told.headers["Retry-After"] = "1"
            await told(scope, receive, send)

    async def _while_under_way(self, page: FastAPI, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a page stay connected until the server has nothing under way any more and ends."""
        begun = False

        async def send_known(message: Message) -> None:
            nonlocal begun
            begun = message["type"] == "http.response.start" or message.get("more_body", False)
            await send(message)

        told = _with_headers(send_known, kept=False)
        connected = asyncio.ensure_future(page({**scope, "router": page.router}, receive, told))
        over = asyncio.ensure_future(self._assistant.under_way.finished())
        try:
            await asyncio.wait({connected, over}, return_when=asyncio.FIRST_COMPLETED)
            if connected.done():
                connected.result()
        finally:
            for one in (connected, over):
                one.cancel()
            await asyncio.gather(connected, over, return_exceptions=True)
        if begun:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _with_headers(send: Send, kept: bool) -> Send:
    """Adds the page's content policy, and to what a browser may keep that it need not ask again."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = _CONTENT_POLICY
            if kept and message["status"] == 200:
                headers["Cache-Control"] = "public, max-age=31536000, immutable"
        await send(message)

    return send_with_headers


async def _in_thread(call: Callable[[], _T]) -> _T:
    """Runs ``call`` in a thread that does not hold up the end of the process."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()

    def settle(told: Callable[[], None]) -> None:
        if not future.done():
            told()

    def run() -> None:
        try:
            told = functools.partial(future.set_result, call())
        except Exception as error:  # noqa: BLE001 - raised again where the result is awaited
            told = functools.partial(future.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, told)

    threading.Thread(target=run, name="page", daemon=True).start()
    return await future
