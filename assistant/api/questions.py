"""Questions and conversations: ``/api/ask``, ``/api/chat``, ``/api/conversations``."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from assistant.answer import Answer, AskRequest
from assistant.api import sse
from assistant.api.requests import PROBLEMS, documented, json, read_question
from assistant.chat import Assistant

_ASKED = documented(AskRequest)


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


def routes(engine: Assistant) -> APIRouter:
    router = APIRouter(tags=["问答"])

    @router.post("/api/ask", response_model=Answer, responses=PROBLEMS, openapi_extra=_ASKED, summary="提问")
    async def ask(question: Annotated[AskRequest, Depends(read_question)]) -> Response:
        """One question, one answer with its clauses; see the contract."""
        return json(await run_in_threadpool(engine.ask, question))

    @router.post(
        "/api/chat", response_class=EventStream, responses=PROBLEMS, openapi_extra=_ASKED, summary="提问（逐句返回）"
    )
    async def chat(request: Request, question: Annotated[AskRequest, Depends(read_question)]) -> Response:
        """The same answer as it comes about, as server-sent events: status, delta, citations, done, error."""
        return await sse.respond(request, engine.stream(question))

    @router.get(
        "/api/conversations/{conversation_id}",
        response_model=ConversationOut,
        responses=PROBLEMS,
        summary="读取一次会话",
    )
    def conversation(conversation_id: str) -> Response:
        """The turns of a conversation, oldest first."""
        turns = [
            TurnOut(turn_id=turn.turn_id, question=turn.question, asked_at=turn.asked_at, answer=turn.answer)
            for turn in engine.conversation(conversation_id)
        ]
        return json(ConversationOut(conversation_id=conversation_id, turns=turns))

    return router
