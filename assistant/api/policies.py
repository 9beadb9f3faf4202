"""The policies' texts as pages."""

from datetime import date

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.api.requests import PROBLEMS
from assistant.chat import Assistant
from assistant.pages import document
from assistant.pages import policy as policy_page
from assistant.pages.header import address
from assistant.web.problems import Problem


def routes(engine: Assistant) -> APIRouter:
    router = APIRouter(tags=["政策原文"])

    @router.head("/policy/", include_in_schema=False)
    @router.get(
        "/policy/",
        response_class=HTMLResponse,
        responses={307: {"description": "只有一份政策时，转到它的全文"}},
        summary="政策列表页面",
    )
    def policies() -> Response:
        """The policies, each with its status and dates; the only one itself where there is one."""
        listed = tuple(engine.policies.values())
        if len(listed) == 1:
            return RedirectResponse(address(listed[0]))
        return document.page("政策原文", policy_page.policies(listed, date.today()), style="policy.css")

    @router.head("/policy/{policy_id}", include_in_schema=False)
    @router.get("/policy/{policy_id}", response_class=HTMLResponse, responses=PROBLEMS, summary="政策全文页面")
    def policy(policy_id: str, q: str = "", find: str = "") -> Response:
        """The policy's text, an anchor per clause; ``q`` is a quote to highlight, ``find`` words to search in it."""
        if policy_id not in engine.policies:
            raise Problem(404, f"没有编号为 {policy_id[:100]} 的政策。现有：{'、'.join(engine.policies)}。")
        shown = engine.policies[policy_id]
        text = policy_page.body(shown, date.today(), q, find, several=len(engine.policies) > 1)
        return document.page(
            f"{shown.title}（{shown.status}）", text, style="policy.css", script="copy.js find.js policy.js"
        )

    return router
