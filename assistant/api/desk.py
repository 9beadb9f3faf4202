"""The hotline desk's page and its own interface, all behind a session (``assistant.api.sessions``)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from assistant.access.accounts import Access, Session
from assistant.access.limits import Limits
from assistant.answer import AskRequest, Record, Status
from assistant.api.admission import taken_or_refused
from assistant.api.requests import json, read, read_question
from assistant.api.sessions import COOKIE, session_of
from assistant.chat import Assistant
from assistant.hotline.desk import NOTES_LIMIT, Hotline
from assistant.hotline.records import Call, CallLine, Checked, Draft, QueueOut, ReviewLine
from assistant.pages import desk as desk_page
from assistant.reviewed import DRAFT_LIMIT
from assistant.web.problems import Problem

A_MINUTE = 600  # questions of one account; the page asks for a preview at every rest in typing
_REVIEWERS_ONLY = Problem(403, "这个账号不能处理待办队列。请联系管理员，把账号设为复核员（reviewer）。")


class NotesIn(Record):
    notes: str = Field(max_length=NOTES_LIMIT)
    before: str | None = None  # what the writer saw; without it the notes are replaced whatever they are


class DraftIn(Record):
    draft: str = Field(min_length=1, max_length=DRAFT_LIMIT)
    status: Status = "answered"


class Handover(BaseModel):
    text: str


def routes(engine: Assistant, access: Access, limits: Limits) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    hotline = Hotline(engine)
    signed_in = session_of(access)
    Worker = Annotated[Session, Depends(signed_in)]

    def reviewer(session: Worker) -> Session:
        if session.role != "reviewer":
            raise _REVIEWERS_ONLY
        return session

    Reviewer = Annotated[Session, Depends(reviewer)]

    async def asking(session: Worker) -> Session:
        await taken_or_refused(limits, "desk", "account", session.account, A_MINUTE)
        return session

    Asking = Annotated[Session, Depends(asking)]

    @router.get("/desk")
    def page(request: Request) -> Response:
        session = access.session(request.cookies.get(COOKIE, ""))
        if not session:
            return RedirectResponse("/desk/login", 303)
        return desk_page.page(engine.policies[engine.default_policy], session, engine.notice())

    @router.post("/api/desk/preview")
    def preview(session: Asking, question: Annotated[AskRequest, Depends(_question)]) -> Response:
        return json(hotline.preview(question, session.account))

    @router.post("/api/desk/ask")
    def ask(session: Asking, question: Annotated[AskRequest, Depends(_question)]) -> Response:
        return json(hotline.ask(question, session.account))

    @router.get("/api/desk/calls", response_model=list[CallLine])
    def calls(session: Worker) -> Any:
        return hotline.calls(session.account)

    @router.get("/api/desk/calls/{conversation_id}", response_model=Call)
    def call(session: Worker, conversation_id: str) -> Any:
        return hotline.call(conversation_id, session.account)

    @router.put("/api/desk/calls/{conversation_id}/notes")
    async def notes(session: Worker, conversation_id: str, request: Request) -> Response:
        given = await read(request, NotesIn)
        return json(await run_in_threadpool(hotline.note, conversation_id, session.account, given.notes, given.before))

    @router.get("/api/desk/calls/{conversation_id}/handover")
    def handover(session: Worker, conversation_id: str) -> Response:
        return json(Handover(text=hotline.handover(conversation_id, session.account)))

    @router.get("/api/desk/queue", response_model=QueueOut)
    def queue(_session: Worker) -> Any:
        return hotline.queue()

    @router.get("/api/desk/queue/{turn_id}", response_model=Draft)
    def draft(_session: Reviewer, turn_id: str) -> Any:
        return hotline.draft(turn_id)

    @router.post("/api/desk/queue/{turn_id}/dismiss", status_code=204)
    def dismiss(session: Reviewer, turn_id: str) -> Response:
        hotline.dismiss(turn_id, session.account)
        return Response(status_code=204)

    @router.post("/api/desk/queue/{turn_id}/check", response_model=Checked)
    async def check(_session: Reviewer, turn_id: str, request: Request) -> Any:
        given = await read(request, DraftIn)
        return await run_in_threadpool(hotline.check, turn_id, given.draft, given.status)

    @router.post("/api/desk/queue/{turn_id}/review", response_model=Checked)
    async def review(session: Reviewer, turn_id: str, request: Request) -> Any:
        """Keeps the draft when it has no fault; with faults nothing is kept."""
        given = await read(request, DraftIn)
        return await run_in_threadpool(hotline.review, turn_id, given.draft, given.status, session.account)

    @router.get("/api/desk/reviews", response_model=list[ReviewLine])
    def reviews(_session: Worker) -> Any:
        return hotline.reviews()

    @router.delete("/api/desk/reviews/{review_id}", status_code=204)
    def withdraw(session: Reviewer, review_id: str) -> Response:
        hotline.withdraw(review_id, session.account)
        return Response(status_code=204)

    return router


async def _question(request: Request) -> AskRequest:
    """A question asked for a caller; its channel is the desk, whatever the body says."""
    return (await read_question(request)).model_copy(update={"channel": "desk"})
