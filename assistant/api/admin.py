"""``/desk/admin``: the page of administrators. Plain forms, so that it works without scripts; all behind a session."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from assistant.access.accounts import Access, Session
from assistant.api.sessions import COOKIE, fields_of, refuse_foreign
from assistant.chat import Assistant
from assistant.operations import switching
from assistant.operations.admin import Admin
from assistant.pages import admin as admin_page
from assistant.web.problems import Problem
from tools.errors import AccessError

PATH = "/desk/admin"
_ADMINS_ONLY = Problem(403, "这个页面只给管理员使用。需要时请在服务器上新建管理员账号。")
_NO_SUCH_FORM = Problem(422, "表单不完整，没有执行。请回到管理页面，刷新后再操作。")


def routes(engine: Assistant, access: Access) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    admin = Admin(engine, access)

    def session_of(request: Request) -> Session | None:
        """The administrator's session, None for who is not signed in. Raises Problem (403) for other staff."""
        session = access.session(request.cookies.get(COOKIE, ""))
        if session and session.role != "admin":
            raise _ADMINS_ONLY
        return session

    @router.get(PATH)
    def page(request: Request, done: str = "") -> Response:
        session = session_of(request)
        return admin_page.page(admin.overview(), session, done=done) if session else _to_login()

    async def sent(request: Request, act: Callable[[Session, dict[str, str]], Response]) -> Response:
        """What ``act`` does with a form of this page's own. Raises Problem (403) for any other."""
        fields = await fields_of(request)

        def done() -> Response:
            session = session_of(request)
            if not session:
                return _to_login()
            refuse_foreign(request, session, fields.get("csrf", ""))
            return act(session, fields)

        return await run_in_threadpool(done)

    @router.post(f"{PATH}/switch")
    async def switch(request: Request) -> Response:
        return await sent(request, switched)

    def switched(session: Session, fields: dict[str, str]) -> Response:
        name = next((known for known in switching.NAMES if known == fields.get("name")), None)
        off = {"off": True, "on": False}.get(fields.get("to", ""))
        if name is None or off is None:
            raise _NO_SUCH_FORM
        notice = fields.get("notice", "").replace("\r\n", "\n").strip()  # as forms send a new line
        fault = switching.fault_of(notice) if off and (notice or name == "assistant") else ""
        if fault:
            faults = {name: (notice, fault)}
            return admin_page.page(admin.overview(), session, faults=faults, status=422)
        admin.turn(name, off=off, notice=notice, account=session.account)
        return RedirectResponse(f"{PATH}?done={name}-{'off' if off else 'on'}", 303)

    @router.post(f"{PATH}/accounts")
    async def account(request: Request) -> Response:
        return await sent(request, changed)

    def changed(session: Session, fields: dict[str, str]) -> Response:
        disabled = {"disable": True, "enable": False}.get(fields.get("to", ""))
        if disabled is None:
            raise _NO_SUCH_FORM
        try:
            admin.set_disabled(fields.get("name", ""), disabled, session.account)
        except AccessError as error:
            raise Problem(422, str(error)) from error
        return RedirectResponse(f"{PATH}?done={'disabled' if disabled else 'enabled'}", 303)

    return router


def _to_login() -> Response:
    return RedirectResponse("/desk/login", 303)
