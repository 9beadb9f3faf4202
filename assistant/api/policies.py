"""The policy's text as a page."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from assistant.api.requests import PROBLEMS
from assistant.chat import Assistant
from assistant.pages import document
from assistant.pages import policy as policy_page
from assistant.problems import Problem


def routes(engine: Assistant) -> APIRouter:
    router = APIRouter(tags=["政策原文"])

    @router.head("/policy/{policy_id}", include_in_schema=False)
    @router.get("/policy/{policy_id}", response_class=HTMLResponse, responses=PROBLEMS, summary="政策全文页面")
    def policy(policy_id: str, q: str = "") -> Response:
        """The policy's text, an anchor per clause; ``q`` are words to highlight, wherever they stand."""
        if policy_id not in engine.policies:
            raise Problem(404, f"没有编号为 {policy_id[:100]} 的政策。现有：{'、'.join(engine.policies)}。")
        found = engine.policies[policy_id]
        return document.page(f"{found.title}（{found.status}）", policy_page.body(found, q))

    return router
