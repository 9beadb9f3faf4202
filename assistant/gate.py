"""What a tool may be handed: amounts, counts and conditions come from the conversation or the text, never from a model."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.figures import figures, values
from assistant.reading.conditions import stated_facts
from tools import money
from tools.money.characters import prepare
from tools.rules import Policy

_AWARD = "奖励"
_USER_WORDS = ("amount", "change", "count", "target")


def invented(arguments: Mapping[str, Any], said: Sequence[str], text: str = "") -> Iterator[str]:
    """Arguments with a figure that neither the user has nor a ``text`` that vouches for some (the policy's, for a
    target the rules set; for nothing a model plans)."""
    known = frozenset().union(*(values(words) for words in (*said, text)))
    whole = "\n".join(said)
    for key in _USER_WORDS:
        words = str(arguments.get(key) or "")
        for one in figures(words):
            parts = [p for p in re.findall(r"[\d.,]+|[^\W\d]+", words) if p != "yuan"]  # 8000, then 万元 later
            if any((one.unit, value) not in known for value in one.values) and any(p not in whole for p in parts):
                yield words


def misplaced(arguments: Mapping[str, Any], said: Sequence[str], policy: Policy) -> Iterator[str]:
    """An amount the user told of another measure (利润8000万), and conditions nobody stated."""
    rule = policy.awards.get(str(arguments.get("rule_id")))
    measure = policy.measures[rule.by] if rule else None
    told = [amount for words in said for amount in money.read(words, policy.lexicon).amounts]
    for amount in money.read(str(arguments.get("amount") or "")).amounts if measure else ():
        same = [one.measure for one in told if (one.lo, one.hi) == (amount.lo, amount.hi)]
        if measure and same and all(name and name not in (*measure.read_as, _AWARD) for name in same):
            yield f"{amount.text}是{same[0]}，不是{measure.name}"
    stated: dict[str, bool] = {}
    for words in said:
        stated.update(stated_facts(prepare(words).text, policy))
    for fact, holds in (arguments.get("facts") or {}).items():
        if stated.get(fact) is not holds:
            yield f"{fact}"
