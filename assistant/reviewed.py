"""Answers that staff reviewed: when one is served in the rules' place, and what it must hold to be kept.

A reviewed answer is for one question under one policy text, and only as long as the tools give for the question what
they gave when it was reviewed: another date, another context, changed rules or a changed text end it by themselves.
It passes ``assistant.verify`` when it is written and again each time it is served.
"""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from assistant.answer import Status
from assistant.reading.cleaning import clean
from assistant.store import Store, Turn
from assistant.store.reviews import Review

if TYPE_CHECKING:
    from assistant.chat import Assistant
    from assistant.drafting import Ready
    from assistant.facts import Facts
    from assistant.verify import Verified

DRAFT_LIMIT = 4000  # characters of a reviewed answer
_LOOKED = ("search_policy",)  # what was only looked at: the tools that follow from it tell the answer
_SPELLING = ("amount", "change", "error", "as_of")  # amounts stand beside as numbers


def key_of(turn: Turn, before: Sequence[Turn]) -> str:
    """What makes two questions the same: their letters, and the question before where there is one."""
    said = [_letters(one.question) for one in (*before[-1:], turn)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _letters(question: str) -> str:
    text = unicodedata.normalize("NFKC", clean(question)).casefold()
    # Signs and points are kept: 5% is not 5, and 1.5亿 is not 15亿.
    return "".join(c for c in text if unicodedata.category(c)[0] in "LNS" or c in ".%-").rstrip(".")


def digest_of(facts: "Facts") -> str:
    """Stands for what the tools gave, however the question was typed, and whether the policy was in force."""
    told = [(call.name, _stable(call.result)) for call in facts.calls if call.name not in _LOOKED]
    told.insert(0, ("in force", facts.policy.is_in_force(facts.as_of)))
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def _stable(result: object) -> object:
    """A result without the question's own spelling, and without the day, which the check of a draft looks at."""
    match result:
        case dict():
            return {key: _stable(one) for key, one in result.items() if key not in _SPELLING}
        case list() | tuple():
            return [_stable(one) for one in result]
        case _:
            return result


def find(store: Store, turn: Turn, before: Sequence[Turn], found: "Ready") -> "tuple[Review, Verified] | None":
    """The reviewed answer for a turn, verified against what the tools give now."""
    policy = found.facts.policy
    for key in dict.fromkeys((key_of(turn, before), key_of(turn, ()))):
        for review in store.reviews.same_question(policy.id, policy.text.sha256, key):
            if review.results_digest == digest_of(found.facts):
                checked = checked_draft(review.draft, found.facts, review.status)
                if not checked.faults:
                    return review, checked
    return None


def again(engine: "Assistant", review: Review, as_of: date) -> "Verified | None":
    """A reviewed answer as it would be served for its question on a day; None when it would not be."""
    policy = engine.policies.get(review.policy_id)
    if not policy or policy.text.sha256 != review.text_sha256:
        return None
    turn, before = asked(engine.store, review)
    found = engine.drafted(replace(turn, as_of=as_of.isoformat()), before)
    if review.results_digest != digest_of(found.facts):
        return None
    checked = checked_draft(review.draft, found.facts, review.status)
    return None if checked.faults else checked


def asked(store: Store, review: Review) -> tuple[Turn, list[Turn]]:
    """The turn a review was made from, with those before it; when it was erased, the question as the review has it."""
    return store.turn(review.turn_id) if review.turn_id else (_alone(review), [])


def stands_alone(review: Review) -> bool:
    """Whether it can be told what is reviewed without the questions asked before."""
    return review.question_key == key_of(_alone(review), ())


def _alone(review: Review) -> Turn:
    return Turn("", "", review.question, review.reviewed_at, None, as_of=review.as_of, policy_id=review.policy_id)


def checked_draft(draft: str, facts: "Facts", status: str = "answered") -> "Verified":
    """A reviewer's words held against text and tools; ``faults`` says, in Chinese, what is wrong with them.

    What the checks for prose find in the rules' own draft as well is no fault: they are made for single sentences.
    """
    from assistant.checks import ANSWERED, REVIEWED
    from assistant.verify import read_piece, verify

    facts = _widened(draft, facts)
    checked = verify(draft, facts)
    piece, own = read_piece(draft, facts), read_piece(facts.draft, facts)
    for check in (*REVIEWED, *(ANSWERED if status == "answered" else ())):
        known = set(check(own, facts))
        checked.faults.extend(fault for fault in check(piece, facts) if fault not in known)
    checked.faults[:] = dict.fromkeys(checked.faults)
    return checked


def _widened(draft: str, facts: "Facts") -> "Facts":
    """Facts in which a draft may tell the tiers of an award whose clause it quotes, where nothing was computed."""
    from assistant.checks.piece import TOKEN

    if facts.tables or any(one["type"] != "missing" for one in facts.outcomes):
        return facts
    named = set(TOKEN.findall(draft))
    quoted = tuple(rule for rule in facts.policy.awards.values() if rule.clause_id in named)
    return replace(facts, quoted=quoted)


def keep(
    store: Store,
    turn: Turn,
    before: Sequence[Turn],
    found: "Ready",
    draft: str,
    status: Status,
    reviewer: str,
) -> None:
    """Keeps a draft that ``checked_draft`` found no fault with; the question then waits no more."""
    policy = found.facts.policy
    store.reviews.add(
        turn=turn,
        policy_id=policy.id,
        text_sha256=policy.text.sha256,
        question_key=key_of(turn, before),
        results_digest=digest_of(found.facts),
        as_of=found.facts.as_of.isoformat(),
        status=status,
        draft=draft,
        reviewer=reviewer,
    )
