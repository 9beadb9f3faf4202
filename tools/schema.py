"""The form of a rules file: every key it may hold, checked with the line at fault.

``rules.yaml`` is read with PyYAML's nodes, so that an unknown or a duplicate key is an error that
names its line and the nearest known key. Meaning is given in ``tools.rules``, proof in ``tools.lint``.
"""

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tools.errors import PolicyError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C reader where PyYAML was built with it
Phrases = tuple[Annotated[str, Field(min_length=1)], ...]


class _Raw(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class RawMeasure(_Raw):
    name: str
    english: str
    unit: Literal["yuan", "month"]
    read_as: Phrases
    said_as: Phrases = ()
    ask: str
    ask_english: str


class RawFact(_Raw):
    name: str
    english: str
    ask: str
    ask_english: str
    when_unsaid: Literal["condition", "ask"]
    yes: Phrases
    no: Phrases


class RawAward(_Raw):
    name: str
    english: str
    asked_as: Phrases
    payee: str
    payee_said_as: Phrases
    requires: Phrases = ()
    by: str
    pays: Literal["once_per_tier", "once_per_firm"]
    tiers: dict[str, tuple[str, ...]]
    because: dict[str, tuple[str, ...]] = {}
    pool: dict[str, str] = {}
    unstated: Phrases = ()
    unstated_english: Phrases = ()
    unstated_below_cap: Phrases = ()  # told only of a tier that is at_most
    unstated_below_cap_english: Phrases = ()


class RawQuoted(_Raw):
    """An entry whose other keys are clause ids: ``{name, asked_as, "2.2.1": quote}``."""

    name: str
    asked_as: Phrases = ()
    quotes: dict[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _clauses(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "quotes" in data:
            return data
        known = {"name", "asked_as"}
        quotes = {k: v for k, v in data.items() if k not in known and _is_clause_id(k)}
        return {**{k: v for k, v in data.items() if k not in quotes}, "quotes": quotes}


class RawUnstated(_Raw):
    name: str
    asked_as: Phrases
    see: dict[str, str] = {}


class RawPolicy(_Raw):
    policy: str
    status: str
    text: str
    in_force: dict[str, str]
    contact: RawQuoted
    subject: Phrases
    here: Phrases = ()
    elsewhere: Phrases = ()
    measures: dict[str, RawMeasure]
    facts: dict[str, RawFact] = {}
    awards: dict[str, RawAward] = {}
    stated: dict[str, RawQuoted] = {}
    refers: dict[str, RawQuoted] = {}
    unstated: dict[str, RawUnstated] = {}
    plain: Phrases = ()


def _is_clause_id(key: object) -> bool:
    return isinstance(key, str) and (key in ("preamble", "closing") or key.replace(".", "").isdigit())


def read(path: Path) -> RawPolicy:
    """Reads and checks a rules file's form.

    Raises PolicyError with file, line and, for an unknown key, the nearest known one.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=LOADER)
    except OSError as error:
        raise PolicyError(f"读不到规则文件 {path.name}：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path.name} 不是 UTF-8 编码，请用 UTF-8 另存后再试。") from error
    except yaml.YAMLError as error:
        raise PolicyError(f"{path.name} 不是有效的 YAML：{error}") from error
    lines: dict[tuple[str, ...], int] = {}
    data = _plain(node, (), lines, path.name)
    try:
        return RawPolicy.model_validate(data)
    except ValidationError as error:
        raise PolicyError(_explained(error, lines, path.name)) from error


def _plain(node: yaml.Node | None, at: tuple[str, ...], lines: dict[tuple[str, ...], int], name: str) -> Any:
    if node is None:
        return {}
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            if key.value in found:
                raise PolicyError(f"{name} 第 {key.start_mark.line + 1} 行：重复的键 {key.value!r}")
            found[key.value] = _plain(value, (*at, key.value), lines, name)
            lines[(*at, key.value)] = key.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*at, str(i)), lines, name) for i, item in enumerate(node.value)]
    return node.value


def _explained(error: ValidationError, lines: dict[tuple[str, ...], int], name: str) -> str:
    told = []
    for fault in error.errors():
        at = tuple(str(step) for step in fault["loc"])
        line = next((lines[at[:n]] for n in range(len(at), -1, -1) if at[:n] in lines), 1)
        where = f"{name} 第 {line} 行 {'.'.join(at)}"
        if fault["type"] == "extra_forbidden":
            near = difflib.get_close_matches(at[-1], _known_keys(), n=1, cutoff=0.5)
            told.append(f"{where}：不认识的键 {at[-1]!r}" + (f"，是否指 {near[0]!r}？" if near else ""))
        else:
            told.append(f"{where}：{fault['msg']}")
    return "\n".join(told)


def _known_keys() -> list[str]:
    models = (RawPolicy, RawAward, RawMeasure, RawFact, RawQuoted, RawUnstated)
    keys = {key for model in models for key in model.model_fields} - {"quotes"}
    return sorted(keys)
