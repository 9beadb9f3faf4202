"""Durations told for an award that counts time: as such, from a day on, or by several dates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from assistant.reading import registers
from assistant.reading.given import Given
from assistant.reading.numbers import count_near, of_firms
from assistant.reading.relations import Tangled
from tools import since
from tools.money import Quantity, Reading
from tools.money.characters import prepare
from tools.rules import Fact, Policy

_FULL_YEAR = re.compile(r"满一年|入统一年|a full year|one full year|12 months|for a year|one year|over a year", re.I)
_OF_THE_AWARD = re.compile(
    r"申请|申报|拿|领|发|享受|实施|政策|有效|奖|收入|营收|apply|award|revenue"
)  # other days than a start
# of no firm (在库一年的没有), or a rate (一年最多拿20万)
_NO_TIME = re.compile(
    r"(?:的|以上)*(?:企业|公司)?(?:一[家个户])?(?:都|也|还)*没有?(?:$|[，。；,;！!？?])|(?:最多|最高|封顶|顶多)(?:能|可以)?(?:拿|领|给|奖|发|是|有)?\d"
)
_OF_TARGETS = re.compile(r"目标|[要应将](?:超过|达到|做到|突破)")
_OF_SOMEBODY = re.compile(r"我|咱|奖|补|拿|领")


def spans(reading: Reading, tangled: Tangled) -> tuple[Given, ...]:
    """Durations told, as said, each with the number of firms it is told of."""
    told = [one for one in reading.durations if one.unit in ("月", "天") and _is_told(tangled.text, one.start, one.end)]
    counts = [count_near(tangled.text, reading, one.start) for one in told]
    apart = len(set(counts)) == len(told)
    paired = list(zip(told, counts, strict=True))
    if not apart and len(told) > 1 and _each_its_own(told, reading):  # 两家一年半，一家11个月，一家刚满一年
        return tuple(
            Given("", one.text, change=tangled.change_of(one.start, one.end), count=count, firm=one.text)
            for one, count in paired
        )
    return tuple(
        Given("", one.text, change=tangled.change_of(one.start, one.end), count=count)
        for one, count in (paired if apart else paired[:1])
    )


def _is_told(text: str, start: int, end: int) -> bool:
    """Whether a duration is told of something: not of no firm, no rate, and not what is asked (是一年吗)."""
    asked = text[:start].endswith("是") and re.match("的?(?:吗|么|还是)", text[end:])
    return not (asked or _NO_TIME.match(text[end : end + 16]))


def _each_its_own(told: Sequence[Quantity], reading: Reading) -> bool:
    """Whether a number of firms of its own stands before every duration, and none is told twice."""
    firms = of_firms(reading)
    ends = [0, *(one.start for one in told)]
    own = all(any(start <= firm.start < end for firm in firms) for start, end in pairwise(ends))
    return own and len({one.text for one in told}) == len(told)


def durations(
    tangled: Tangled,
    reading: Reading,
    policy: Policy,
    rules: tuple[str, ...],
    facts: Mapping[str, bool],
    as_of: date,
) -> tuple[tuple[Given, ...], registers.Times]:
    """Durations told for a measure that counts time, where its award or its condition is spoken of."""
    text, none = tangled.text, registers.Times()
    if _OF_TARGETS.search(text) and not _OF_SOMEBODY.search(text):
        facts = {}  # a year of the target is no day a time began
    for rule in policy.awards.values():
        spoken_of = rule.id in rules or any(fact in facts for fact in rule.requires)
        if policy.measures[rule.by].unit == "month" and spoken_of:
            times = registers.told(prepare(text).text.rstrip("\0"), reading, rule, policy, as_of)
            if times:
                return times.givens, times
            told = spans(reading, tangled)
            if not told and (full := _FULL_YEAR.search(text)) and _is_told(text, full.start(), full.end()):
                return (Given(rule.by, "满一年", count=count_near(text, reading, full.start())),), none
            if not told and (began := _began(text, [policy.facts[fact] for fact in rule.requires], as_of)):
                return (Given(rule.by, began, count=count_near(text, reading, len(text))),), none
            return tuple(replace(one, measure=rule.by) for one in told), none
    return (), none


def _began(text: str, facts: list[Fact], as_of: date) -> str:
    """The day from which a condition holds, where it is told in the clause that tells the condition."""
    words = [word for fact in facts for word in fact.yes]
    clauses = re.split(r"[，。；,;?？!！]|\.(?=\s|$)", prepare(text).text.rstrip("\0"))
    telling = [clause for clause in clauses if any(word in clause for word in words)]
    other = [clause for clause in clauses if clause not in telling and not _OF_THE_AWARD.search(clause)]
    began = (since.find(clause, as_of) for clause in (*telling, *(other if telling else ())))
    return next((one.text for one in began if one), "")
