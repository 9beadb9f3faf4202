"""Signing in and out at ``/desk/login``, and the session every desk route asks for.

The cookie holds a random token: HttpOnly, SameSite=Strict, Secure over HTTPS. What changes something must come from
this server's own pages: the browser's ``Sec-Fetch-Site`` or ``Origin`` is looked at, and the session's own token must
come along (OWASP CSRF Prevention Cheat Sheet, synchronizer token).
"""

import hmac
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

import anyio
from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from assistant.access.accounts import LONGEST, Access, Session
from assistant.access.addresses import LOCAL, address_of
from assistant.access.limits import Limits
from assistant.api.admission import taken_or_refused
from assistant.pages import login
from assistant.web.origin import from_own_page
from assistant.web.problems import Problem
from tools.errors import AccessError, LockedOutError

COOKIE = "desk_session"
CSRF_HEADER = "x-csrf-token"
A_MINUTE = 60  # tries to sign in from one network address
_AT_ONCE = 4  # each takes 64 MiB and a processor
_UNDER_WAY = 40  # more would wait longer than anybody stays
_FOREIGN = Problem(403, "这个请求不是从坐席台页面发出的，没有执行。请回到坐席台页面，刷新后再操作。")
_TOO_MANY = Problem(503, "现在登录的人很多，没有排上。请过几秒再试。", headers={"Retry-After": "3"})
_NO_FORM = Problem(422, "表单不是这个页面发出的样子，没有执行。请回到页面，刷新后再操作。")
_SIGNED_OUT = Problem(401, "登录已失效，请重新登录坐席台；已输入的内容还在页面上。")

SessionOf = Callable[[Request], Session]


def session_of(access: Access) -> SessionOf:
    """A dependency that gives the session of a request. Raises Problem: 401 without one, 403 for a foreign change."""

    def found(request: Request) -> Session:
        session = access.session(request.cookies.get(COOKIE, ""))
        if not session:
            raise _SIGNED_OUT
        if request.method not in ("GET", "HEAD"):
            refuse_foreign(request, session, request.headers.get(CSRF_HEADER, ""))
        return session

    return found


def refuse_foreign(request: Request, session: Session, token: str) -> None:
    """Raises Problem (403) for a change that does not come from a page of this session."""
    _own(request)
    if not hmac.compare_digest(token.encode(), session.csrf.encode()):
        raise _FOREIGN


def routes(access: Access, limits: Limits, title: str) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    threads = anyio.CapacityLimiter(_AT_ONCE)  # apart from those that answer questions: they wait for no password
    under_way = 0

    async def signed_in(request: Request, name: str, password: str) -> str:
        """The token of a new session. Raises Problem (429, 503), AccessError."""
        nonlocal under_way
        if (counted := address_of(request.scope)) != LOCAL:
            await taken_or_refused(limits, "login", "address", f"sign-in {counted}", A_MINUTE)
        if under_way >= _UNDER_WAY:
            raise _TOO_MANY
        under_way += 1
        try:
            address = request.client.host if request.client else ""
            return await to_thread.run_sync(access.sign_in, name, password, address, limiter=threads)
        finally:
            under_way -= 1

    @router.get("/desk/login")
    def ask(request: Request) -> Response:
        if access.session(request.cookies.get(COOKIE, "")):
            return RedirectResponse("/desk", 303)
        return login.page(title)

    @router.post("/desk/login")
    async def sign_in(request: Request) -> Response:
        _own(request)
        fields = await fields_of(request)
        name, password = fields.get("name", "").strip(), fields.get("password", "")
        try:
            token = await signed_in(request, name, password)
        except Problem as error:
            return _refused(title, name, error, error.status, error.headers or {})
        except LockedOutError as error:
            return _refused(title, name, error, 429, {"Retry-After": str(error.seconds)})
        except AccessError as error:
            return _refused(title, name, error, 401, {})
        response = RedirectResponse("/desk", 303)
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(LONGEST.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    @router.post("/desk/logout")
    async def sign_out(request: Request) -> Response:
        _own(request)
        await run_in_threadpool(access.sign_out, request.cookies.get(COOKIE, ""))
        response = RedirectResponse("/desk/login", 303)
        response.delete_cookie(COOKIE)
        return response

    return router


def _refused(title: str, name: str, error: Exception, status: int, headers: Mapping[str, str]) -> HTMLResponse:
    page = login.page(title, name, str(error), status)
    page.headers.update(headers)
    return page


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form, each once; the guard has bounded its size. Raises Problem (422) for more than any form has."""
    try:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=10, keep_blank_values=True)
    except ValueError:
        raise _NO_FORM from None
    return {name: values[0] for name, values in fields.items()}


def _own(request: Request) -> None:
    """Raises Problem (403) for a request that another site's page made the browser send."""
    if not from_own_page(request.headers):
        raise _FOREIGN
