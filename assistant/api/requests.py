"""Request bodies read strictly, every fault told as a problem; and how answers leave."""

from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError

from assistant import problems
from assistant.answer import QUESTION_LIMIT, AskRequest
from assistant.problems import Problem

_JSON_HELP = '请以 UTF-8 编码发送 JSON 对象，例如 {"question": "您的问题"}。'
_M = TypeVar("_M", bound=BaseModel)

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": title, "content": {problems.MEDIA_TYPE: {}}} for status, title in problems.TITLES.items()
}


def documented(model: type[BaseModel]) -> dict[str, Any]:
    """What the OpenAPI document says of a body that ``read`` reads as ``model``."""
    schema = model.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


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
            length = len(fault["input"])
            raise Problem(413, f"问题有 {length} 个字，超过 {QUESTION_LIMIT} 字的上限。请删减，或分几次提问。")
    raise problems.invalid_fields(faults)


async def read_question(request: Request) -> AskRequest:
    """The body as a question; see ``read``."""
    return await read(request, AskRequest)


def json(model: BaseModel) -> Response:
    """A model as the JSON answer, never cached."""
    return Response(model.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})
