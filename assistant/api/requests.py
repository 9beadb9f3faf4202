"""Request bodies read strictly, every fault told as a problem; and how answers leave."""

from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, Field, ValidationError

from assistant.answer import AskRequest
from assistant.web import problems
from assistant.web.problems import Problem

_JSON_HELP = '请以 UTF-8 编码发送 JSON 对象，例如 {"question": "您的问题"}。'
_M = TypeVar("_M", bound=BaseModel)


class FieldFault(BaseModel):
    field: str = Field(description="哪个字段")
    message: str = Field(description="错在哪里")


class ProblemOut(BaseModel):
    """What ``problems.body`` tells."""

    type: str = Field(description="总是 about:blank")
    title: str = Field(description="错误的种类")
    status: int = Field(description="与 HTTP 状态相同")
    detail: str = Field(description="错在哪里，怎么办；可以直接给用户看")
    request_id: str = Field(description="请求编号，与响应头 X-Request-ID 相同；报告问题时请带上")
    errors: list[FieldFault] = Field(default=[], description="有误的各个字段，只在 422 时有")


def _component(model: type[BaseModel]) -> dict[str, Any]:
    """A reference to a model's schema, which ``assistant.api.described`` puts where it points."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    defined = {**schema.pop("$defs", {}), model.__name__: schema}
    return {"$ref": f"#/components/schemas/{model.__name__}", "$defs": defined}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": title, "content": {problems.MEDIA_TYPE: {"schema": _component(ProblemOut)}}}
    for status, title in problems.TITLES.items()
}


def documented(model: type[BaseModel]) -> dict[str, Any]:
    """What the OpenAPI document says of a body that ``read`` reads as ``model``."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _component(model)}}}}


async def read(request: Request, model: type[_M], help_: str = _JSON_HELP) -> _M:
    """The body as ``model``. Raises Problem: 400 unreadable, 413 too long a question, 422 a field at fault."""
    body = (await request.body()).removeprefix(b"\xef\xbb\xbf")
    if not body.strip():
        raise Problem(400, f"请求正文是空的。{help_}")
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    for fault in faults:
        if fault["type"] == "json_invalid":
            raise Problem(400, f"请求正文不是可读的 JSON。{help_}")
        if fault["type"] == "string_too_long" and fault["loc"] == ("question",):
            raise problems.too_long(len(fault["input"]))
    raise problems.invalid_fields(faults)


async def read_question(request: Request) -> AskRequest:
    """The body as a question; see ``read``."""
    return await read(request, AskRequest)


def json(model: BaseModel) -> Response:
    """A model as the JSON answer, never cached."""
    return Response(model.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})
