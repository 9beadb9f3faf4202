"""The OpenAPI document at ``/openapi.json``: what FastAPI finds in the routes, made complete and Chinese.

The schemas of bodies that the routes read themselves (``requests.documented``) and of problems become components; every
body gets an example; every operation gets the answers that any request may get. ``/docs`` is made from it.
"""

import copy
from collections.abc import Collection, Mapping
from typing import Any

from fastapi import FastAPI

from assistant.api import sse
from assistant.api.admission import door_at
from assistant.api.requests import PROBLEMS
from assistant.chat import Assistant
from assistant.pages.examples import examples
from assistant.web import problems
from assistant.web.schemas import chinese, is_chinese
from tools.rules import Policy

ABOUT = (
    "按收录的政策文件回答问题：每个数字都有出处，每句引文都是原文，文件没有规定的就说没有规定。"
    "网页、命令行、MCP 和这里的各个接口是同一个引擎，给出同样的回答。"
)
_KEYS = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "请求头 Authorization: Bearer ppa_…"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "同一个密钥，换一个请求头"},
}
_LIMITS = (
    "提问次数有限额：不带密钥按网络地址计，带密钥按密钥计；超过时是 429，过 Retry-After 秒再试，还剩几次见响应头 RateLimit。"
    "密钥不对或已停用是 401，没有相应的权限是 403。"
)
_OPEN = "不需要密钥。"
_KEYED = "{} 要有密钥，请向管理员要；其余的不需要。"
_HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": "Bearer，以及为什么（RFC 6750）"},
    429: {
        "Retry-After": "过多少秒再试",
        "RateLimit-Policy": "限额：q 次，每 w 秒",
        "RateLimit": "还剩 r 次，t 秒后增加",
    },
}
_ANY_REQUEST = (413, 429, 500, 503)  # what the server answers by itself, whatever is asked for
_API = ("/api/", "/v1/")  # below these an error is never a page


def install(app: FastAPI, engine: Assistant, keyed: Collection[str]) -> None:
    """Makes ``app`` tell this document; it is made at the first request and kept. ``keyed``: the doors that ask for a
    key."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _mended(FastAPI.openapi(app), engine.policies[engine.default_policy], keyed)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _mended(document: dict[str, Any], policy: Policy, keyed: Collection[str]) -> dict[str, Any]:
    closed = [path for path in document["paths"] if (door := door_at(path)) and door.group in keyed]
    document["info"]["description"] = ABOUT + (_KEYED.format("、".join(closed)) if closed else _OPEN) + _LIMITS
    schemas: dict[str, Any] = document.setdefault("components", {}).setdefault("schemas", {})
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _mend(operation, path)
            _admit(operation, path, path in closed)
    document["components"]["securitySchemes"] = _KEYS
    schemas |= _hoisted(document["paths"])
    given = _examples(policy)
    for operations in document["paths"].values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                name = content["schema"].get("$ref", "").rpartition("/")[2]
                content["example"] = given.get(name) or sample(content["schema"], schemas)
    document["components"]["schemas"] = {name: chinese(schema) for name, schema in sorted(schemas.items())}
    return document


def _mend(operation: dict[str, Any], path: str) -> None:
    if not is_chinese(operation.get("description", "")):
        operation.pop("description", None)  # a remark for us
    responses = operation["responses"]
    door = door_at(path)
    for status in (*_ANY_REQUEST, *((401, 403) if door and door.scope else ())):
        responses.setdefault(str(status), copy.deepcopy(PROBLEMS[status]))
    for response in responses.values():
        if response["description"] == "Successful Response":
            response["description"] = "成功"
        content = response.get("content", {})
        content.get(sse.MEDIA_TYPE, {}).pop("schema", None)  # a schema would be one of events, which are told in words
        if problems.MEDIA_TYPE in content and not path.startswith(_API):
            content["text/html"] = {"schema": {"type": "string"}}


def _admit(operation: dict[str, Any], path: str, closed: bool) -> None:
    """Says what comes of keys and limits; after every answer has its place."""
    if (door := door_at(path)) and door.scope:
        operation["security"] = [*([] if closed else [{}]), *({name: []} for name in _KEYS)]
    for status, fields in _HEADERS.items():
        if told := operation["responses"].get(str(status)):
            told["headers"] = {
                name: {"description": what, "schema": {"type": "string"}} for name, what in fields.items()
            }


def _hoisted(node: Any) -> dict[str, Any]:
    """Takes every ``$defs`` out of ``node``, and gives what they define."""
    found: dict[str, Any] = {}
    if isinstance(node, dict):
        found |= node.pop("$defs", {})
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        found |= _hoisted(one)
    return found


def _examples(policy: Policy) -> dict[str, Any]:
    """Bodies by the name of their schema, in the policy's own words."""
    question = examples(policy)[0]
    rule = next(iter(policy.awards.values()), None)
    return {
        "AskRequest": {"question": question},
        "ChatRequest": {"model": policy.id, "messages": [{"role": "user", "content": question}]},
        "CalculateRequest": {"values": {rule.by: rule.tiers[-1].quote.words("at_least")[0]}} if rule else {},
    }


def sample(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int = 0) -> Any:
    """Some value that a schema allows: its fields that must be there, each in its plainest form."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return sample(options[0], schemas, depth)
    match schema.get("type"):
        case "object":
            required = schema.get("required", [])
            return {name: sample(schema["properties"][name], schemas, depth + 1) for name in required if depth < 5}
        case "array":
            return [sample(schema["items"], schemas, depth + 1)] if schema.get("minItems") and "items" in schema else []
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "null":
            return None
    return "2025-01-31" if schema.get("format") == "date" else "…"
