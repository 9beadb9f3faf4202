"""JSON Schemas as HTML: each field with its kind in words, what it means, and links to the schemas it names."""

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

_KINDS = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "true 或 false",
    "null": "null",
    "object": "对象",
    "array": "列表",
}
_FORMATS = {"date": "日期", "date-time": "时间"}


def fields(schema: Mapping[str, Any]) -> str:
    """The fields of an object's schema as a list; empty where it has none."""
    required = schema.get("required", ())
    rows = "".join(_field(name, one, name in required) for name, one in schema.get("properties", {}).items())
    return f'<dl class="fields">{rows}</dl>' if rows else ""


def kind(schema: Mapping[str, Any]) -> str:
    """What may stand there, as HTML: 文字，最多 64 字，或 null."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#schema-{escape(name)}">{escape(name)}</a>'
    if "const" in schema:
        return _value(schema["const"])
    if "enum" in schema:
        return "、".join(map(_value, schema["enum"]))
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return "，或 ".join(kind(one) for one in options)
    named = _FORMATS.get(schema.get("format", ""), _KINDS.get(schema.get("type", ""), "任意值"))
    if schema.get("type") == "array" and schema.get("items"):
        named = f"列表，各项是 {kind(schema['items'])}"
    return "，".join([named, *_limits(schema)])


def _field(name: str, schema: Mapping[str, Any], required: bool) -> str:
    told = [kind(schema), "必有" if required else _default(schema)]
    described = escape(schema.get("description", ""))
    inner = fields(schema)  # an object written out in place
    return (
        f'<div><dt><code>{escape(name)}</code></dt><dd><span class="kind">{"，".join(filter(None, told))}</span>'
        f"{described}{inner}</dd></div>"
    )


def _default(schema: Mapping[str, Any]) -> str:
    given = schema.get("default")
    return "可没有" if given in (None, "", [], {}) else f"没有时是 {_value(given)}"


def _value(value: Any) -> str:
    return f"<code>{escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))}</code>"


def _limits(schema: Mapping[str, Any]) -> Iterator[str]:
    bounds: Sequence[tuple[str, str, str]] = (
        ("minItems", "至少", "项"),
        ("maxItems", "最多", "项"),
        ("minLength", "至少", "字"),
        ("maxLength", "最多", "字"),
        ("minimum", "不小于", ""),
        ("maximum", "不大于", ""),
    )
    for key, words, unit in bounds:
        if key in schema:
            yield f"{words} {schema[key]} {unit}".rstrip()
