"""A kept question answered again by today's code, text and rules, and held against the kept answer. Nothing is written.

The turn is the record of its answer: question, date, policy, hashes of text and rules, model, tool calls, result. What
was asked before it is read as it was then. A chat model is not asked again: where one had planned the tool calls, those
are made again; where one, or staff, had found the words, the words are verified anew instead of compared.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer
from assistant.chat import RULES, Assistant
from assistant.store import Turn
from tools.errors import NotFoundError

if TYPE_CHECKING:
    from assistant.drafting import Ready

COMPUTED = ("status", "awards", "ineligible", "missing", "citations", "figures", "tool_calls")
_OF_STAFF = ("status", "missing")  # of a reviewed answer they are the reviewer's to say
_LINK = re.compile(r"\[[^\[\]]*\]\(/policy/[^()#\s]+#([^()\s]+)\)")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Difference:
    """``field`` is one of ``COMPUTED``, ``answer`` for the words, ``policy`` for one that is there no more, or
    ``failure`` when there is no answer at all today."""

    field: str
    kept: Any
    now: Any


@dataclass(frozen=True)
class Replay:
    """``verified`` tells that the words were verified anew, not compared. ``text`` and ``rules`` are the SHA-256 then
    and now, empty where it was not kept."""

    turn: Turn
    differences: tuple[Difference, ...]
    verified: bool = False
    text: tuple[str, str] = ("", "")
    rules: tuple[str, str] = ("", "")

    @property
    def same(self) -> bool:
        return not self.differences


def replay(engine: Assistant, turn: Turn, before: Sequence[Turn]) -> Replay:
    """``turn`` has an answer; ``before`` are the turns before it, oldest first."""
    kept = turn.answer
    assert kept
    try:
        found = _found(engine, turn, _as_then(turn, before) or engine.retold(turn), kept)
    except NotFoundError:
        return Replay(turn, (Difference("policy", turn.policy_id, None),))
    except Exception as error:  # noqa: BLE001 - it was answered, and is not any more: whatever is the matter
        _log.exception("turn %s cannot be replayed", turn.turn_id)
        return Replay(turn, (Difference("failure", None, type(error).__name__),))
    now, policy = engine.plain(turn, found), found.facts.policy
    foreign = kept.model != RULES or kept.fallback or kept.reviewed_on is not None
    return Replay(
        turn,
        tuple(_words_hold(kept, now, found) if foreign else _same(kept, now, (*COMPUTED, "answer"))),
        foreign,
        (kept.basis.text_sha256, policy.text.sha256),
        (turn.rules_sha256, policy.rules_sha256),
    )


def _found(engine: Assistant, turn: Turn, before: Sequence[Turn], kept: Answer) -> "Ready":
    from assistant.drafting import sought
    from assistant.model.kept import KeptPlan

    desk = engine.desk(turn.policy_id, date.fromisoformat(turn.as_of))
    return sought(engine.drafted(turn, before), turn, before, desk, KeptPlan(kept.tool_calls).plan)


def _as_then(turn: Turn, before: Sequence[Turn]) -> list[Turn]:
    """The turns before as they were when the question was asked: an answer that came later was not there yet. Where a
    turn before bears a later time the clock was put back, and tells nothing."""
    return [
        replace(one, answer=None) if one.answered_at and one.asked_at <= turn.asked_at < one.answered_at else one
        for one in before
    ]


def _words_hold(kept: Answer, now: Answer, found: "Ready") -> Iterator[Difference]:
    """What was computed, compared; and whether words that are not the rules' own hold for it today."""
    from assistant.verify import verify

    checked = verify(_LINK.sub(r"[\1]", kept.answer.rpartition("\n\n")[0]), found.facts)
    words = now.model_copy(update={"citations": checked.citations, "figures": checked.figures})
    yield from _same(kept, words, [field for field in COMPUTED if not kept.reviewed_on or field not in _OF_STAFF])
    if checked.faults:
        yield Difference("answer", kept.answer, checked.faults)


def _same(kept: Answer, now: Answer, fields: Sequence[str]) -> Iterator[Difference]:
    then, today = _comparable(kept), _comparable(now)
    return (Difference(field, then[field], today[field]) for field in fields if then[field] != today[field])


def _comparable(answer: Answer) -> dict[str, Any]:
    """An answer without the ids of its tool calls, which are new each time; a figure refers to a call's place."""
    told = answer.model_dump(mode="json")
    places = {call.pop("id"): f"tool call {place}" for place, call in enumerate(told["tool_calls"], 1)}
    for figure in told["figures"]:
        figure["ref"] = places.get(figure["ref"], figure["ref"])
    return told
