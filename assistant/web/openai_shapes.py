"""What OpenAI's clients send and expect: questions out of a list of messages, answers as chat completions.

Of the messages only the user's are read: the last one is the question, those before it are its context. What a client
says was answered, or what instructions it gives, is never a source of figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import QUESTION_LIMIT, Answer, AskRequest, Citation
from assistant.web.address import absolute

# What the document at /openapi.json says beyond the types; what is refused is refused with a reason (``api.openai``).
_ASKS: dict[str, Any] = {
    "if": {"properties": {"role": {"const": "user"}}},
    "then": {
        "required": ["content"],
        "properties": {
            "content": {
                "anyOf": [
                    {"type": "string", "pattern": r"\S", "maxLength": QUESTION_LIMIT},
                    {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "properties": {
                                "type": {"const": "text"},
                                "text": {"type": "string", "pattern": r"\S", "maxLength": QUESTION_LIMIT},
                            },
                            "required": ["type", "text"],
                        },
                    },
                ]
            }
        },
    },
}
_HAS_USER: dict[str, Any] = {"contains": {"properties": {"role": {"const": "user"}}, "required": ["role"]}}
_ERROR_CODES = {
    400: "invalid_request",
    401: "invalid_api_key",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_long",
    422: "invalid_field",
    429: "rate_limit_exceeded",
    503: "unavailable",
}
_ERROR_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class _In(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class MessageIn(_In):
    model_config = ConfigDict(json_schema_extra=_ASKS)

    role: Literal["system", "developer", "user", "assistant", "tool", "function"] = Field(
        description="只读 user 的内容：最后一条是问题，之前的是上文。其余角色的内容不起作用，也改变不了任何数字"
    )
    content: Any = Field(default=None, description="文字，或只含文字的内容块列表；不支持图片、语音和文件")


class StreamOptions(_In):
    include_usage: bool | None = Field(default=None, description="结束前多发一块，内有 usage")


class ResponseFormat(_In):
    type: str = Field(json_schema_extra={"enum": ["text"]}, description="只支持 text；结构化结果在返回的 policy 字段里")


class ChatRequest(_In):
    """Other fields that clients send (temperature, max_tokens, seed, user …) are taken and change nothing."""

    messages: list[MessageIn] = Field(
        min_length=1, description="对话，至少有一条 user 消息", json_schema_extra=_HAS_USER
    )
    model: str = Field(
        default="rules", max_length=200, description="政策编号（见 /v1/models）；写别的名字，就按默认的政策回答"
    )
    stream: bool | None = Field(default=None, description="true 则逐句返回，每一句都已核对")
    stream_options: StreamOptions | None = None
    n: int | None = Field(
        default=None, json_schema_extra={"enum": [1, None]}, description="只能是 1：同一个问题只有一个回答"
    )
    tool_choice: Any = Field(
        default=None,
        json_schema_extra={"enum": ["auto", "none", None]},
        description="不支持强制调用客户端的工具；tools 本身可以照发，不会被调用",
    )
    response_format: ResponseFormat | None = None
    logprobs: bool | None = Field(
        default=None, json_schema_extra={"enum": [False, None]}, description="不支持 true：回答不由概率产生"
    )
    conversation_id: str | None = Field(
        default=None,
        max_length=64,
        description="接着这个会话问（上一次返回的 policy.conversation_id）；这时以服务端的记录为上文，不看之前的消息",
    )
    as_of: date | None = Field(default=None, description="按哪一天回答，不写即今天")
    policy_id: str | None = Field(default=None, max_length=100, description="问哪一份政策，不写则看 model")


class UrlCitation(BaseModel):
    url: str = Field(description="条款原文的地址；本服务的地址不明时只有路径")
    title: str = Field(description="条款名")
    start_index: int = Field(description="引文在回答里的起始位置；回答里没有这句引文时，是条款名的位置")
    end_index: int = Field(description="结束位置（不含）")


class Annotation(BaseModel):
    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class Usage(BaseModel):
    """The rules count no tokens, so none are told."""

    prompt_tokens: int = Field(default=0, description="不按词元计算，都是 0")
    completion_tokens: int = 0
    total_tokens: int = 0


class MessageOut(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str = Field(description="回答；与 policy.answer 相同，只是条款的链接写成完整的地址，地址不明时只写条款名")
    refusal: None = None
    annotations: list[Annotation] = Field(description="引用的条款")


class Choice(BaseModel):
    index: Literal[0] = 0
    message: MessageOut
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Completion(BaseModel):
    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="回答的时间，Unix 秒")
    model: str = Field(description="请求里写的名字；真正作答的见 policy.model")
    choices: list[Choice] = Field(min_length=1, max_length=1)
    usage: Usage = Usage()
    policy: Answer = Field(description="完整的回答，与 POST /api/ask 的返回相同")


class Model(BaseModel):
    id: str = Field(description="政策编号，作 model 用")
    object: Literal["model"] = "model"
    created: int = Field(description="政策生效的时间，Unix 秒")
    owned_by: str = Field(description="解释单位")


class Models(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


class OpenAIError(BaseModel):
    message: str = Field(description="中文说明，告诉下一步怎么做")
    type: str
    param: str | None
    code: str | None


class ErrorOut(BaseModel):
    error: OpenAIError


def asked(request: ChatRequest, question: str, policies: Iterable[str]) -> AskRequest:
    """``question`` as the engine takes it; ``model`` names the policy where it is one of ``policies``."""
    policy_id = request.policy_id or (request.model if request.model in policies else None)
    return AskRequest(
        question=question, conversation_id=request.conversation_id, as_of=request.as_of, policy_id=policy_id
    )


def text_of(content: object) -> str | None:
    """A message's text; None where it has none or holds anything else, such as an image."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return None
    texts = [part.get("text") if isinstance(part, Mapping) and part.get("type") == "text" else None for part in content]
    return "\n".join(map(str, texts)) if texts and all(isinstance(text, str) for text in texts) else None


def earlier(messages: Sequence[MessageIn]) -> list[str]:
    """The texts of the user's messages. What holds an image could not be answered then and is no context now."""
    return [text for one in messages if one.role == "user" and (text := text_of(one.content))]


def completion(answer: Answer, model: str, created: int, base: str) -> Completion:
    """A whole answer. ``base`` is the server's address without a final slash, empty where it is not known."""
    message = MessageOut(content=absolute(answer.answer, base), annotations=annotations(answer, base))
    return Completion(
        id=completion_id(answer.turn_id), created=created, model=model, choices=[Choice(message=message)], policy=answer
    )


def completion_id(turn_id: str) -> str:
    return f"chatcmpl-{turn_id}"


def annotations(answer: Answer, base: str) -> list[Annotation]:
    """The citations, each with its place in the text of the message."""
    found, text = [], absolute(answer.answer, base)
    for citation in answer.citations:
        start, end = _place(text, citation)
        url = UrlCitation(url=base + citation.url, title=citation.label, start_index=start, end_index=end)
        found.append(Annotation(url_citation=url))
    return found


def _place(text: str, citation: Citation) -> tuple[int, int]:
    """Where the quote stands in the text, else where its clause is named."""
    for words in (citation.quote, citation.label):
        if (start := text.find(words)) >= 0:
            return start, start + len(words)
    return 0, 0


def error(status: int, message: str, param: str | None) -> ErrorOut:
    """An error as OpenAI's clients read it."""
    kind = _ERROR_TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return ErrorOut(
        error=OpenAIError(message=message, type=kind, param=param, code=_ERROR_CODES.get(status, "server_error"))
    )
