"""The question sets: ``evals/questions/*.yaml`` -> Question, Turn, Expectation. Unknown keys are errors.

A set is a list of ``{id, ask, expect}`` or, for a conversation, ``{id, turns: [{ask, expect}, …]}``; both take an
optional ``as_of``. Of an expectation only what is written is checked:

========== =====================================================================================
status     one status, or a list of acceptable ones
awards     ``{rule, amount, kind}``, optionally ``payee``: all that are given, no others; ``[]`` for none
ordered    true: the awards come in the order written
ineligible ``{rule}``, optionally ``gap`` (yuan): each must be there
clauses    clause ids, each among the citations
says       words, each in the answer; an inner list is any of
never      words, none in the answer
missing    the fact asked for
in_force   whether the policy is in force on the day asked about
language   ``en``: the answer is in English
http       the acceptable status codes, where 200 is not what is expected
========== =====================================================================================

``retrieval.yaml`` is a list of ``{ask, clause}``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from tools.errors import AssistantError

QUESTIONS = Path(__file__).parent / "questions"
RETRIEVAL = "retrieval"
DEFAULT_AS_OF = date(2026, 6, 1)
STATUSES = ("answered", "clarify", "not_covered", "refused")
KINDS = ("at_most", "exactly")

T = TypeVar("T")


class QuestionSetError(AssistantError):
    """A question set is not of the form above; the message names the file, the question and the key."""


@dataclass(frozen=True, slots=True)
class ExpectedAward:
    """``amount`` in whole yuan; ``payee`` is checked only when given."""

    rule: str
    amount: int
    kind: str
    payee: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedIneligible:
    """``gap`` in whole yuan; checked only when given."""

    rule: str
    gap: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one answer must show; None means not checked."""

    status: tuple[str, ...] | None = None
    awards: tuple[ExpectedAward, ...] | None = None
    ordered: bool = False
    ineligible: tuple[ExpectedIneligible, ...] = ()
    clauses: tuple[str, ...] = ()
    says: tuple[tuple[str, ...], ...] = ()
    never: tuple[str, ...] = ()
    missing: str | None = None
    in_force: bool | None = None
    language: str | None = None
    http: tuple[int, ...] = (200,)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation and what its answer must show."""

    ask: str
    expect: Expectation


@dataclass(frozen=True, slots=True)
class Question:
    """A question, or a conversation of several turns that share a conversation id."""

    id: str
    turns: tuple[Turn, ...]
    as_of: date = DEFAULT_AS_OF


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question for retrieval alone, and the clause that holds its answer."""

    ask: str
    clause: str


def names(folder: Path = QUESTIONS) -> list[str]:
    """The sets there are, retrieval aside, in alphabetical order."""
    return sorted(path.stem for path in folder.glob("*.yaml") if path.stem != RETRIEVAL)


def load(name: str, folder: Path = QUESTIONS) -> list[Question]:
    """One set. Raises QuestionSetError when it is missing or not of the form above."""
    return [_question(f"{name}.yaml", entry) for entry in _entries(folder / f"{name}.yaml")]


def load_retrieval(folder: Path = QUESTIONS) -> list[Lookup]:
    """The retrieval pairs. Raises QuestionSetError when they are missing or not of the form above."""
    lookups = []
    for entry in _entries(folder / f"{RETRIEVAL}.yaml"):
        _known(f"{RETRIEVAL}.yaml", entry, "ask", "clause")
        lookups.append(Lookup(_text("retrieval", entry, "ask"), _text("retrieval", entry, "clause")))
    return lookups


def _entries(path: Path) -> list[Any]:
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise QuestionSetError(f"读不了题集 {path.name}：{error}") from error
    if not isinstance(entries, list) or not entries:
        raise QuestionSetError(f"题集 {path.name} 应是非空的列表")
    return entries


def _question(file: str, entry: Any) -> Question:
    where = f"{file} {entry.get('id', entry) if isinstance(entry, Mapping) else entry}"
    _known(where, entry, "id", "as_of", "turns", "ask", "expect")
    if ("turns" in entry) == ("ask" in entry):
        raise QuestionSetError(f"{where}：turns 与 ask 应有且只有其一")
    turns = tuple(_turn(where, turn) for turn in entry.get("turns", [{k: entry.get(k) for k in ("ask", "expect")}]))
    as_of = entry.get("as_of", DEFAULT_AS_OF)
    if not isinstance(as_of, date):
        raise QuestionSetError(f"{where}：as_of 应是日期，如 2026-06-01，现为 {as_of!r}")
    return Question(_text(where, entry, "id"), turns, as_of)


def _turn(where: str, turn: Any) -> Turn:
    _known(where, turn, "ask", "expect")
    return Turn(_text(where, turn, "ask"), _expectation(where, turn.get("expect")))


def _expectation(where: str, expect: Any) -> Expectation:
    _known(where, expect, *Expectation.__dataclass_fields__)
    if not expect:
        raise QuestionSetError(f"{where}：expect 不能为空")
    plain = {key: expect[key] for key in ("ordered", "missing", "in_force", "language") if key in expect}
    awards = expect.get("awards")
    made = Expectation(
        status=_words(expect["status"]) if "status" in expect else None,
        awards=None if awards is None else tuple(_made(where, ExpectedAward, award) for award in awards),
        ineligible=tuple(_made(where, ExpectedIneligible, item) for item in expect.get("ineligible", ())),
        clauses=_words(expect.get("clauses", ())),
        says=tuple(_words(words) for words in expect.get("says", ())),
        never=_words(expect.get("never", ())),
        http=tuple(_listed(expect.get("http", 200))),
        **plain,
    )
    _allowed(where, "status", made.status or (), STATUSES)
    _allowed(where, "kind", [award.kind for award in made.awards or ()], KINDS)
    _allowed(where, "language", [made.language] if made.language else (), ("en", "zh"))
    return made


def _made(where: str, kind: type[T], value: Any) -> T:
    try:
        return kind(**value)
    except TypeError as error:
        raise QuestionSetError(f"{where}：{value!r} 不合格式（{error}）") from error


def _allowed(where: str, key: str, values: Any, allowed: tuple[str, ...]) -> None:
    if unknown := set(values) - set(allowed):
        raise QuestionSetError(f"{where}：{key} 只能是 {'、'.join(allowed)}，现为 {'、'.join(unknown)}")


def _known(where: str, entry: Any, *keys: str) -> None:
    if not isinstance(entry, Mapping):
        raise QuestionSetError(f"{where}：应是键值对，现为 {entry!r}")
    if unknown := set(entry) - set(keys):
        raise QuestionSetError(f"{where}：不认识的键 {'、'.join(map(str, unknown))}；可用的键：{'、'.join(keys)}")


def _text(where: str, entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str):
        raise QuestionSetError(f"{where}：{key} 应是文字，现为 {value!r}")
    return value


def _words(value: Any) -> tuple[str, ...]:
    return tuple(str(word) for word in _listed(value))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
