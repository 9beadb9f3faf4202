"""The HTTP door: questions, conversations, the policy's text, health. Pages are served by ``assistant.pages``.

Importing this module loads no heavy package, so that the port answers while the rest is still loading.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from assistant import problems, sse
from assistant.answer import QUESTION_LIMIT, Answer, AskRequest
from assistant.chat import Assistant, open_assistant
from assistant.guard import Guard
from assistant.pages import document
from assistant.pages import policy as policy_page
from assistant.pages.door import PageDoor
from assistant.problems import Problem
from assistant.settings import Settings

_JSON_HELP = '请以 UTF-8 编码发送 JSON 对象，例如 {"question": "您的问题"}。'
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": title, "content": {problems.MEDIA_TYPE: {}}} for status, title in problems.TITLES.items()
}


_ASKED = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": AskRequest.model_json_schema()}}}
}


class EventStream(Response):
    media_type = sse.MEDIA_TYPE


class TurnOut(BaseModel):
    """One question of a conversation; ``answer`` is null while it is not finished."""

    turn_id: str
    question: str
    asked_at: datetime
    answer: Answer | None


class ConversationOut(BaseModel):
    conversation_id: str
    turns: list[TurnOut]


async def read_request(request: Request) -> AskRequest:
    """The body as a question. Raises Problem: 400 unreadable, 413 too long, 422 a field at fault."""
    body = (await request.body()).removeprefix(b"\xef\xbb\xbf")
    if not body.strip():
        raise Problem(400, f"请求正文是空的。{_JSON_HELP}")
    try:
        return AskRequest.model_validate_json(body, strict=True)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    for fault in faults:
        if fault["type"] == "json_invalid":
            raise Problem(400, f"请求正文不是可读的 JSON。{_JSON_HELP}")
        if fault["type"] == "string_too_long" and fault["loc"] == ("question",):
            length = len(fault["input"])
            raise Problem(413, f"问题有 {length} 个字，超过 {QUESTION_LIMIT} 字的上限。请删减，或分几次提问。")
    raise problems.invalid_fields(faults)


def create_app(
    settings: Settings | None = None,
    assistant: Assistant | None = None,
    on_open: Callable[[], None] = lambda: None,
) -> FastAPI:
    """The whole server: ``assistant`` when given, else one opened from ``settings`` (or the environment).

    ``on_open`` is called once, when the web page is up. Raises SettingsError or PolicyError.
    """
    engine = assistant or open_assistant(settings or Settings.from_environment())
    door = PageDoor(engine, on_open)
    app = FastAPI(title="政策问答接口", docs_url=None, redoc_url=None, lifespan=door.lifespan)
    app.add_middleware(Guard)
    app.router.default = door
    problems.install(app)

    @app.post(
        "/api/ask",
        response_model=Answer,
        responses=_PROBLEMS,
        openapi_extra=_ASKED,
    )
    async def ask(question: Annotated[AskRequest, Depends(read_request)]) -> Response:
        """One question, one answer with its clauses; see the contract."""
        return _json(await run_in_threadpool(engine.ask, question))

    @app.post("/api/chat", response_class=EventStream, responses=_PROBLEMS, openapi_extra=_ASKED)
    async def chat(request: Request, question: Annotated[AskRequest, Depends(read_request)]) -> Response:
        """The same answer as it comes about, as server-sent events: status, delta, citations, done, error."""
        return await sse.respond(request, engine.stream(question))

    @app.get("/api/conversations/{conversation_id}", response_model=ConversationOut, responses=_PROBLEMS)
    def conversation(conversation_id: str) -> Response:
        """The turns of a conversation, oldest first."""
        turns = [
            TurnOut(turn_id=turn.turn_id, question=turn.question, asked_at=turn.asked_at, answer=turn.answer)
            for turn in engine.conversation(conversation_id)
        ]
        return _json(ConversationOut(conversation_id=conversation_id, turns=turns))

    @app.head("/policy/{policy_id}", include_in_schema=False)
    @app.get("/policy/{policy_id}", response_class=HTMLResponse, responses=_PROBLEMS)
    def policy(policy_id: str, q: str = "") -> Response:
        """The policy's text, an anchor per clause; ``q`` are words to highlight, wherever they stand."""
        if policy_id not in engine.policies:
            raise Problem(404, f"没有编号为 {policy_id[:100]} 的政策。现有：{'、'.join(engine.policies)}。")
        found = engine.policies[policy_id]
        return document.page(f"{found.title}（{found.status}）", policy_page.body(found, q))

    @app.head("/healthz", include_in_schema=False)
    @app.get("/healthz")
    async def healthz() -> Response:
        """The process answers."""
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    @app.head("/readyz", include_in_schema=False)
    @app.get("/readyz", responses={503: _PROBLEMS[503]})
    async def readyz() -> Response:
        """Questions are answered at full speed; ``page`` tells whether the web page is up as well."""
        if not engine.ready():
            raise problems.loading()
        return JSONResponse({"status": "ready", "page": door.open}, headers={"Cache-Control": "no-store"})

    @app.get("/metrics", response_class=PlainTextResponse)
    def metrics() -> Response:
        """Counters of this process in the Prometheus text format."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

    return app


def _json(model: BaseModel) -> Response:
    return Response(model.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})
