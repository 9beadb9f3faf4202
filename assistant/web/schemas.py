"""JSON Schemas as they are told to others: Chinese remarks stay, names that pydantic makes up and remarks for us go."""

import re
from typing import Any

_CHINESE = re.compile("[一-鿿]")


def chinese(schema: Any) -> Any:
    """A copy of a JSON Schema without ``title``, and without a ``description`` that holds no Chinese."""
    if isinstance(schema, list):
        return [chinese(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _part(key, value) for key, value in schema.items() if not _ours(key, value)}


def is_chinese(text: str) -> bool:
    """Whether a remark is one for people here: it holds Chinese."""
    return bool(_CHINESE.search(text))


def _part(key: str, value: Any) -> Any:
    if key in ("properties", "$defs"):  # what is named here is a field, whatever it is called
        return {name: chinese(one) for name, one in value.items()}
    return value if key in ("const", "default", "enum", "example", "examples") else chinese(value)


def _ours(key: str, value: Any) -> bool:
    return isinstance(value, str) and (key == "title" or (key == "description" and not is_chinese(value)))
