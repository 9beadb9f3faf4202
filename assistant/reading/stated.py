"""Figures of a message that are the policy's own: an entry's sum, number or target, told of no firm."""

import functools
import re
from decimal import Decimal

from assistant.reading.claims import AWARD, award_sums
from tools import money
from tools.money import Amount, Reading
from tools.rules import Policy, Topic

_OF_SOMEBODY = re.compile(
    r"我|咱|公司|(?<!所有)(?<!全部)(?<!全体)(?<!入驻)企业(?!数)|厂|奖|补|[能可]拿|拿多少|得多少|给多少"
)
_AIMED = re.compile(r"目标|园|规划|计划|力争|[要应将](?:达到?|做到|实现)|20\d\d年")


def is_target(amount: Amount, text: str, targets: set[tuple[str, Decimal | None]]) -> bool:
    """A value that is one of the policy's targets, spoken of as one and told of nobody."""
    if _OF_SOMEBODY.search(text):
        return False
    if "目标" in text and "园" in text:
        return any(unit == "元" for unit, _ in targets)
    return ("元", amount.lo) in targets and (amount.measure in (None, AWARD) or bool(_AIMED.search(text)))


def stated_by(reading: Reading, policy: Policy, any_measure: bool = False) -> tuple[str, ...]:
    """Entries one of whose own figures is named (300万, 200家): what is asked about it is answered by its sentence."""
    named = {("元", one.lo) for one in reading.amounts if any_measure or one.measure in (None, AWARD)}
    named |= {(one.unit, one.lo) for one in reading.counts}
    named -= {("元", Decimal(one)) for one in award_sums(policy)}
    return tuple(topic.id for topic in policy.topics.values() if topic.kind == "stated" and named & _figures(topic))


def stated_values(policy: Policy) -> set[tuple[str, Decimal | None]]:
    return {value for topic in policy.topics.values() if topic.kind == "stated" for value in _figures(topic)}


def targets(policy: Policy) -> set[tuple[str, Decimal | None]]:
    """The values the policy's entries state as aims."""
    return {value for topic in policy.topics.values() for value in _figures(topic, "target")}


def _figures(topic: Topic, *labels: str) -> set[tuple[str, Decimal | None]]:
    """The sums and numbers an entry states."""
    wanted = labels or ("total", "part", "target")
    marks = [mark for quote in topic.quotes for mark in quote.marks if mark.label in wanted]
    return {value for mark in marks for value in _values(mark.words)}


@functools.cache
def _values(words: str) -> set[tuple[str, Decimal | None]]:
    read = money.read(words)
    return {("元", one.lo) for one in read.amounts} | {(one.unit, one.lo) for one in read.counts}
