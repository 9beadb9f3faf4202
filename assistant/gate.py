"""What a tool may be handed: amounts, counts and conditions come from the conversation or the text, never from a model."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from assistant.figures import figures, values
from assistant.reading.conditions import stated_facts
from assistant.reading.last_unit import same_scale
from tools import money
from tools.money.characters import prepare
from tools.rules import Policy
from tools.units import unit_of, unit_within, with_unit

_AWARD = "奖励"
_FIRMS = ("家", "户", "个", "number")  # how firms are counted
_NUMBER = re.compile(r"[\d.,]+")
_APART = re.compile(r"(?P<first>[\d.,]+)(?:[到至~-](?P<last>[\d.,]+))?\s*(?P<unit>[^\d\s].*)")
_NTH = re.compile(r"第[\d一二三四五六七八九十]+家")  # a firm without a name
_PARTS = re.compile(r"；|~(?=.*[年月日号])")  # several changes; two days, which may be told in two messages
_NUMERAL = r"\d零〇一二两三四五六七八九十百千万亿兆半"
_BEFORE = rf"(?<![{_NUMERAL}])(?<![{_NUMERAL}][.,])"  # no number goes on here
_AFTER = rf"(?!\s*(?:[.,]?[{_NUMERAL}]|[%成折倍]|(?:k|m|b|bn|mn|w|thousand|million|billion)\b))"
_WAY = re.compile(r"^(?:再多|少|其中|除去)")  # which way a change goes, said in other words
_CURRENCY = re.compile(r"(?<=[^\d\s]) (?:yuan|rmb)$")  # 15 million, told in a conversation in yuan


def invented(arguments: Mapping[str, Any], said: Sequence[str], text: str = "") -> Iterator[str]:
    """Arguments with a value that neither the user has said nor a ``text`` that vouches for some (the policy's, for a
    target the rules set; for nothing a model plans)."""
    conversation = _Said(said, text)
    count = str(arguments.get("count") or "")
    handed = [
        with_unit(str(arguments.get("amount") or ""), str(arguments.get("unit") or "")),
        str(arguments.get("change") or ""),
        str(arguments.get("target") or ""),
    ]
    for words in filter(None, handed):
        if not all(conversation.holds(part) for part in _PARTS.split(words) if part.strip()):
            yield words
    if not all(conversation.counts(part) for part in _PARTS.split(count) if part.strip()):
        yield count


class _Said:
    """What was said, to hold the words handed to a tool against."""

    def __init__(self, said: Sequence[str], text: str) -> None:
        self._said = said
        self._known = frozenset[tuple[str, str]]().union(*(values(words) for words in (*said, text)))

    def holds(self, words: str) -> bool:
        """Whether the value was said, in whatever spelling; else the words themselves, or number and unit apart."""
        found = [(one.unit, value) for one in figures(words) for value in one.values]
        return (bool(found) and self._known.issuperset(found)) or self._stands(words) or self._told_apart(words)

    def counts(self, words: str) -> bool:
        """Whether a number of firms was said."""
        if _NUMBER.fullmatch(words):
            return any((unit, words) in self._known for unit in _FIRMS)
        return self.holds(words)

    def _stands(self, words: str) -> bool:
        """Whether the words stand in a message, and not as a part of a longer number or of one with another unit."""
        folded = _CURRENCY.sub("", _folded(words))
        if _NUMBER.fullmatch(folded):
            return folded in self._bare
        core = _WAY.sub("", folded)
        before = _BEFORE if re.match(f"[{_NUMERAL}]", core) else ""
        after = _AFTER if re.search(f"[{_NUMERAL}]$", core) else ""
        whole = re.compile(f"{before}{re.escape(core)}{after}")
        return any(whole.search(one) for one in self._folded)

    def _told_apart(self, words: str) -> bool:
        """A number told without a unit, in the unit a message names (单位是万元) or the value before was told in."""
        parts = _APART.fullmatch(_folded(words))
        if not parts or not {parts["first"], parts["last"] or parts["first"]} <= self._bare:
            return False
        unit = unit_of(parts["unit"])
        if not unit or any(unit_of(one) == unit for one in self._said):
            return bool(unit)
        return any(unit_within(one) == unit and same_scale(parts["first"], unit, one) for one in self._amounts)

    @cached_property
    def _folded(self) -> list[str]:
        return [_folded(words) for words in self._said]

    @cached_property
    def _bare(self) -> frozenset[str]:
        """Numbers told without a unit."""
        found = (_folded(one.text) for words in self._said for one in figures(words))
        return frozenset(number for number in found if _NUMBER.fullmatch(number))

    @cached_property
    def _amounts(self) -> list[str]:
        return [amount.text for words in self._said for amount in money.read(words).amounts]


def _folded(words: str) -> str:
    return prepare(words).text.rstrip("\0").strip()


def misplaced(arguments: Mapping[str, Any], said: Sequence[str], policy: Policy) -> Iterator[str]:
    """An amount the user told of another measure (利润8000万), a firm nobody named, and conditions nobody stated."""
    rule = policy.awards.get(str(arguments.get("rule_id")))
    measure = policy.measures[rule.by] if rule else None
    told = [amount for words in said for amount in money.read(words, policy.lexicon).amounts]
    handed = with_unit(str(arguments.get("amount") or ""), str(arguments.get("unit") or ""))
    for amount in money.read(handed).amounts if measure else ():
        same = [one.measure for one in told if (one.lo, one.hi) == (amount.lo, amount.hi)]
        if measure and same and all(name and name not in (*measure.read_as, _AWARD) for name in same):
            yield f"{amount.text}是{same[0]}，不是{measure.name}"
    firm = _folded(str(arguments.get("firm") or ""))
    if not _NTH.fullmatch(firm) and not any(firm in _folded(words) for words in said):
        yield f"{arguments['firm']}"
    stated: dict[str, bool] = {}
    for words in said:
        stated.update(stated_facts(prepare(words).text, policy))
    for fact, holds in (arguments.get("facts") or {}).items():
        if stated.get(fact) is not holds:
            yield f"{fact}"
