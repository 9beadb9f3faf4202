"""OpenAI's chat completions in front of the one engine: ``/v1/chat/completions``, ``/v1/models``.

Errors below ``/v1/`` have OpenAI's shape (``assistant.web.problems.response``). Its clients must send some key; what comes
of it is told in ``assistant.api.admission``.
"""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from assistant.answer import QUESTION_LIMIT
from assistant.api import requests, sse
from assistant.chat import Assistant
from assistant.events import Delta, Done, Event, Status
from assistant.web import openai_shapes as shapes
from assistant.web import problems
from assistant.web.address import Address, absolute
from assistant.web.openai_shapes import ChatRequest, Completion, ErrorOut, Model, Models
from assistant.web.problems import Problem
from tools.rules import Policy

_HELP = '请以 UTF-8 编码发送 JSON 对象，例如 {"messages": [{"role": "user", "content": "您的问题"}]}。'
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": title, "model": ErrorOut} for status, title in problems.TITLES.items()
}
_ANSWERED: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Completion,
        "description": "回答；stream 为 true 时是事件流，每个 data 是一块 chat.completion.chunk，最后是 [DONE]",
        "content": {sse.MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}


async def _read(request: Request) -> ChatRequest:
    return await requests.read(request, ChatRequest, _HELP)


def routes(engine: Assistant, address: Address) -> APIRouter:
    router = APIRouter(tags=["OpenAI 兼容接口"])

    @router.post(
        "/v1/chat/completions",
        response_model=None,
        responses={**_ERRORS, **_ANSWERED},
        openapi_extra=requests.documented(ChatRequest),
        summary="对话（OpenAI 格式）",
        description="同一个引擎、同样的回答：问题取最后一条 user 消息，之前的 user 消息作上文。引用在 annotations，完整结果在 policy。",
    )
    async def chat(request: Request, given: Annotated[ChatRequest, Depends(_read)]) -> Response:
        _refuse_unsupported(given)
        at = max((at for at, one in enumerate(given.messages) if one.role == "user"), default=None)
        if at is None:
            raise _at_fault("messages", "缺少 role 为 user 的消息，不知道要问什么")
        question = shapes.asked(given, _question(given.messages[at].content, f"messages.{at}.content"), engine.policies)
        before = shapes.earlier(given.messages[:at])
        base, created = address.of(request.headers, request.url.scheme), int(time.time())
        if not given.stream:
            answer = await run_in_threadpool(engine.ask, question, earlier=before)
            return requests.json(shapes.completion(answer, given.model, created, base))
        usage = bool(given.stream_options and given.stream_options.include_usage)
        chunks = _Chunks(given.model, created, base, usage)
        return await sse.respond(request, engine.stream(question, earlier=before), chunks.of, _failed)

    @router.get("/v1/models", response_model=Models, responses=_ERRORS, summary="可选的 model：每份政策一个")
    async def models() -> Response:
        return requests.json(Models(data=[_model(policy) for policy in engine.policies.values()]))

    @router.get("/v1/models/{model:path}", response_model=Model, responses=_ERRORS, summary="一个 model")
    async def model(model: str) -> Response:
        if model not in engine.policies:
            raise Problem(404, f"没有名为 {model[:100]} 的 model。现有：{'、'.join(engine.policies)}。")
        return requests.json(_model(engine.policies[model]))

    return router


def _refuse_unsupported(given: ChatRequest) -> None:
    """Raises Problem (400) where leaving a wish unmet would mislead the client's program."""
    if given.n not in (None, 1):
        raise Problem(400, "n 只能是 1：同一个问题只有一个回答。请去掉 n 再试。")
    if given.response_format and given.response_format.type != "text":
        raise Problem(
            400,
            "不支持这种 response_format：回答是文字，结构化的结果在返回的 policy 字段里。请去掉 response_format 再试。",
        )
    if given.tool_choice not in (None, "auto", "none"):
        raise Problem(400, "不会调用客户端的工具，tool_choice 只能是 auto 或 none。请改正后再试。")
    if given.logprobs:
        raise Problem(400, "回答不由概率产生，没有 logprobs。请去掉 logprobs 再试。")


def _question(content: object, field: str) -> str:
    """The text of the message that asks. Raises Problem: 400 for images and the like, 413, 422."""
    text = shapes.text_of(content)
    if text is None and isinstance(content, list) and content:
        raise Problem(400, "只能读文字，不能读图片、语音或文件。请把问题写成文字再发。")
    if text is None or not text.strip():
        raise _at_fault(field, "不能为空，应为文字" if text is not None or content in (None, []) else "应为文字")
    if len(text.strip()) > QUESTION_LIMIT:
        raise problems.too_long(len(text.strip()))
    return text


def _at_fault(field: str, message: str) -> Problem:
    return Problem(422, f"{field}：{message}。请改正后重新提交。", errors=[{"field": field, "message": message}])


def _model(policy: Policy) -> Model:
    begins = datetime.combine(policy.in_force_from, datetime.min.time(), UTC)
    return Model(id=policy.id, created=int(begins.timestamp()), owned_by=policy.contact)


class _Chunks:
    """The engine's events as the chunks of one stream."""

    def __init__(self, model: str, created: int, base: str, usage: bool) -> None:
        self._head = {"object": "chat.completion.chunk", "created": created, "model": model}
        self._base = base
        self._usage = usage
        self._id = ""

    def of(self, event: Event) -> list[str]:
        match event:
            case Status():
                self._id = shapes.completion_id(event.turn_id)
                return [self._chunk({"role": "assistant", "content": ""})]
            case Delta():
                return [self._chunk({"content": absolute(event.text, self._base)})]
            case Done():
                cited = [one.model_dump() for one in shapes.annotations(event.answer, self._base)]
                told = {"policy": event.answer.model_dump(mode="json")}
                last = self._chunk({"annotations": cited}, "stop", told)
                counted = self._data({"choices": [], "usage": shapes.Usage().model_dump()})
                return [last, *([counted] if self._usage else []), "data: [DONE]\n\n"]

    def _chunk(self, delta: Mapping[str, Any], ended: str | None = None, more: Mapping[str, Any] | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": ended, "logprobs": None}
        return self._data({"choices": [choice], **({"usage": None} if self._usage else {}), **(more or {})})

    def _data(self, told: Mapping[str, Any]) -> str:
        return _data({"id": self._id, **self._head, **told})


def _failed(problem: Problem) -> str:
    return _data(problems.openai_body(problem))


def _data(told: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(told, ensure_ascii=False)}\n\n"
