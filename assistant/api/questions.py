"""Questions and conversations: ``/api/ask``, ``/api/chat``, ``/api/conversations``."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from assistant.answer import Answer, AskRequest, State
from assistant.api import sse
from assistant.api.requests import PROBLEMS, documented, json, read_question
from assistant.chat import Assistant

_ASKED = documented(AskRequest)


class EventStream(Response):
    media_type = sse.MEDIA_TYPE


class TurnOut(BaseModel):
    """One question of a conversation; ``answer`` is null while it is not finished."""

    turn_id: str = Field(description="这次提问的编号")
    question: str = Field(description="问题")
    asked_at: datetime = Field(description="提问的时间")
    state: State = Field(
        description="answered 已答完；under_way 正在答；unfinished 没有答完（如服务中途停止），可以把问题再提一次"
    )
    answer: Answer | None = Field(description="回答；没有答完时为 null")


class ConversationOut(BaseModel):
    conversation_id: str = Field(description="会话编号")
    turns: list[TurnOut] = Field(description="各次提问，旧的在前")


def routes(engine: Assistant) -> APIRouter:
    router = APIRouter(tags=["问答"])

    @router.post(
        "/api/ask",
        response_model=Answer,
        responses=PROBLEMS,
        openapi_extra=_ASKED,
        summary="提问",
        description="一个问题，一个核对过的回答，附所引条款。追问时带上返回的 conversation_id。",
    )
    async def ask(question: Annotated[AskRequest, Depends(read_question)]) -> Response:
        """One question, one answer with its clauses; see the contract."""
        return json(await run_in_threadpool(engine.ask, question))

    @router.post(
        "/api/chat",
        response_class=EventStream,
        responses=PROBLEMS,
        openapi_extra=_ASKED,
        summary="提问（逐句返回）",
        description="同样的请求，以事件流返回：status 正在做什么；delta 已经核对过的文字，连起来就是 answer；citations 引用的条款；"
        "done 与 POST /api/ask 的返回相同；中途出错时是 error。提问先保存再作答，断线后可以用 GET /api/conversations/… 取回。",
    )
    async def chat(request: Request, question: Annotated[AskRequest, Depends(read_question)]) -> Response:
        """The same answer as it comes about, as server-sent events: status, delta, citations, done, error."""
        return await sse.respond(request, engine.stream(question))

    @router.get(
        "/api/conversations/{conversation_id}",
        response_model=ConversationOut,
        responses=PROBLEMS,
        summary="读取一次会话",
        description="会话里的每次提问和回答，旧的在前；还没有答完的，answer 为 null。",
    )
    def conversation(conversation_id: str) -> Response:
        """The turns of a conversation, oldest first."""
        turns = [
            TurnOut(
                turn_id=turn.turn_id,
                question=turn.question,
                asked_at=turn.asked_at,
                state=turn.state(engine.longest),
                answer=turn.answer,
            )
            for turn in engine.conversation(conversation_id)
        ]
        return json(ConversationOut(conversation_id=conversation_id, turns=turns))

    return router
