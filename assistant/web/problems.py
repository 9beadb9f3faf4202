"""Errors as problem details (RFC 9457), in Chinese, each saying what to do.

Every answer of the HTTP door that is not a success has the form::

    {"type": "about:blank", "title": "字段有误", "status": 422, "detail": "question：不能为空。…",
     "request_id": "…", "errors": [{"field": "question", "message": "不能为空"}]}

Below ``/v1/`` it has the form that OpenAI's clients read (``assistant.web.openai_shapes.ErrorOut``).
``errors`` is there for 422 only. Nothing of the program's inside (trace, path, class) is ever told.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from pydantic_core import ErrorDetails
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Scope

from assistant.answer import QUESTION_LIMIT
from assistant.pages.document import message
from assistant.web import openai_shapes
from tools.errors import NotesChangedError, NotFoundError, StoreError, SwitchedOffError

MEDIA_TYPE = "application/problem+json"
SWITCHED_OFF_SECONDS = 300  # until a program that was turned away by an operator's switch may ask again

TITLES = {
    400: "请求无法读取",
    401: "需要登录或密钥",
    403: "没有获得允许",
    404: "没有找到",
    405: "方法不对",
    413: "内容过长",
    422: "字段有误",
    429: "请求过多",
    500: "服务出错",
    503: "暂时不能服务",
}
_DETAILS = {
    404: "没有这个地址。请核对网址；提问请用 POST /api/ask，首页在 /。",
    405: "这个地址不接受此方法，可用的方法见 Allow 响应头。",
}
_FIELD_MESSAGES = {
    "missing": "缺少这个字段",
    "extra_forbidden": "没有这个字段，请删去或核对拼写",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "string_too_long": "过长，最多 {max_length} 个字符",
    "model_type": "应为 JSON 对象",
    "list_type": "应为列表",
    "too_short": "至少要有 {min_length} 项",
    "bool_type": "应为 true 或 false",
    "int_type": "应为整数",
    "literal_error": "应为以下之一：{expected}",
}
_DATE_MESSAGE = "应为 YYYY-MM-DD 形式的日期，例如 2025-01-31"


class Problem(Exception):
    """An error to be told as it stands. ``errors`` holds one entry for each field at fault."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers


def response(problem: Problem, scope: Scope) -> Response:
    """The HTTP answer that tells ``problem``: as a page to a browser that follows a link, else as JSON."""
    title = TITLES.get(problem.status, "请求未完成")
    headers = {"Cache-Control": "no-store", **(problem.headers or {})}
    if scope["path"].startswith("/v1/"):
        return JSONResponse(openai_body(problem), problem.status, headers)
    if "text/html" in Headers(scope=scope).get("accept", "") and not scope["path"].startswith("/api/"):
        page = message(title, problem.detail, problem.status)
        page.headers.update(problem.headers or {})
        return page
    return JSONResponse(body(problem, scope), problem.status, headers, MEDIA_TYPE)


def body(problem: Problem, scope: Scope) -> dict[str, Any]:
    """``problem`` as the members of RFC 9457."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(problem.status, "请求未完成"),
        "status": problem.status,
        "detail": problem.detail,
        "request_id": scope["state"]["request_id"],
    }
    if problem.errors:
        told["errors"] = list(problem.errors)
    return told


def openai_body(problem: Problem) -> dict[str, Any]:
    """``problem`` as OpenAI's clients read an error."""
    param = problem.errors[0]["field"] if problem.errors else None
    return openai_shapes.error(problem.status, problem.detail, param).model_dump()


def too_long(length: int) -> Problem:
    """A question of ``length`` characters."""
    return Problem(413, f"问题有 {length} 个字，超过 {QUESTION_LIMIT} 字的上限。请删减，或分几次提问。")


def not_found() -> Problem:
    """No route of that address."""
    return Problem(404, _DETAILS[404])


def loading() -> Problem:
    """The server is still loading what the address needs."""
    return Problem(503, "正在读取政策、建立索引，请过几秒再试。", headers={"Retry-After": "2"})


def ending() -> Problem:
    """The process was told to stop: whoever spreads the load should ask another."""
    return Problem(503, "这个进程正在停止，请改问另一个，或过几秒再试。", headers={"Retry-After": "5"})


def failure(request_id: str) -> Problem:
    """What is told when something unforeseen happened; the log holds the rest under the same id."""
    return Problem(500, f"服务出错，这次没有得到回答。请稍后再试；若仍如此，请把编号 {request_id} 告知管理员。")


def invalid_fields(faults: Sequence[ErrorDetails]) -> Problem:
    """Pydantic's findings -> one problem that names every field at fault."""
    errors = [{"field": ".".join(map(str, fault["loc"])) or "请求正文", "message": _told(fault)} for fault in faults]
    detail = "；".join(f"{error['field']}：{error['message']}" for error in errors)
    return Problem(422, f"{detail}。请改正后重新提交。", errors=errors)


def _told(fault: ErrorDetails) -> str:
    kind = fault["type"]
    if kind.startswith("date"):
        return _DATE_MESSAGE
    context = {
        key: str(value).replace("'", "").replace(" or ", "、").replace(", ", "、")
        for key, value in fault.get("ctx", {}).items()
    }
    return _FIELD_MESSAGES.get(kind, "写法不对").format_map(context)


def install(app: FastAPI) -> None:
    """Makes ``app`` tell every error it knows as problem details."""

    def answered(request: Request, error: Exception) -> Response:
        return response(told(error, request.scope["state"]["request_id"]), request.scope)

    for kind in (Problem, HTTPException, NotFoundError, NotesChangedError, StoreError, SwitchedOffError):
        app.add_exception_handler(kind, answered)


def told(error: Exception, request_id: str) -> Problem:
    """Any error as a problem; what nobody foresaw tells nothing but the request's id."""
    match error:
        case Problem():
            return error
        case HTTPException():
            return Problem(error.status_code, _DETAILS.get(error.status_code, "请求未完成。"), headers=error.headers)
        case NotFoundError():
            return Problem(404, str(error))
        case NotesChangedError():
            return Problem(409, str(error))
        case StoreError():
            return Problem(503, str(error), headers={"Retry-After": "5"})
        case SwitchedOffError():
            return Problem(503, str(error), headers={"Retry-After": str(SWITCHED_OFF_SECONDS)})
        case _:
            return failure(request_id)
