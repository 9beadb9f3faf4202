"""A value told with less than its whole unit, or a time told by another day, as it goes on from the message before."""

import re
from dataclasses import replace

from assistant.reading.given import Given
from assistant.reading.intents import Intent, follows
from assistant.reading.question import Question
from tools import money
from tools.rules import Policy
from tools.units import unit_within, with_unit

_SCALE = re.compile(r"[mb]illion|[万亿]|\d[mb]n?\b", re.IGNORECASE)
_SCALES = 40  # how many times as much a number may be and still be told in the same unit
_COUNT = 3  # digits: shorter numbers may be firms where firms were counted


def number_in_last_unit(before: Question, now: Question, policy: Policy) -> Question:
    """A value told with less than its whole unit: 那7500呢 after 6500万, 80 million after a value in yuan."""
    if now.skipped and not now.givens and before.givens and follows(now.folded):
        return replace(now, givens=now.skipped, topics=())
    if now.givens:
        return now
    if now.number and before.givens and before.givens[-1].tells_yuan(policy):
        last = before.givens[-1]
        unit = last.unit or unit_within(last.words)
        told = with_unit(last.words, last.unit)
        if not unit or not same_scale(now.number, unit, told) or (before.count and len(now.number) < _COUNT):
            return replace(now, givens=(), refused=now.number, no_unit=True, wants=now.wants | {Intent.AWARD})
        return replace(now, givens=(Given("", now.number, unit=unit),), refused="", no_unit=False)
    if now.no_unit and _SCALE.search(now.refused) and before.givens:
        return replace(now, givens=(Given("", f"{now.refused} yuan"),), refused="")
    return now


def same_scale(number: str, unit: str, last: str) -> bool:
    """Whether a number in the last amount's unit comes near that amount, so that the unit is surely meant."""
    first = re.split("[到至~-]", number.replace(",", ""))[0]
    new = money.read(with_unit(first, unit)).amounts
    old = money.read(last).amounts
    if len(new) != 1 or len(old) != 1 or not new[0].lo or not (held := old[0].lo or old[0].hi):
        return False
    return held / _SCALES <= new[0].lo <= held * _SCALES


def counted_from(before: Question, now: Question, asked: str | None, policy: Policy) -> Question:
    """Another time, or another day to count from, where one was asked for or told: 半年呢, 如果是去年10月呢."""
    of_rule = policy.awards[before.rules[0]].by if before.rules else ""
    measure = asked or next((given.measure for given in before.givens), of_rule)
    timed = measure in policy.measures and policy.measures[measure].unit == "month"
    if timed and now.until and not now.givens and before.givens:
        return _up_to(before, now, measure)
    if now.givens or not timed or not (now.began or now.spans):
        return now
    told = tuple(replace(one, measure=measure) for one in now.spans) or (Given(measure, now.began),)
    return replace(now, givens=told, years=(), soon=(), days=(), outside="")


def _up_to(before: Question, now: Question, measure: str) -> Question:
    """The time of the day told before, up to the one asked about now; of a duration it is not known when it began."""
    held = before.givens[-1]
    start = held.words.split("~")[0]
    if (
        not re.search(r"\d年|年\d|月|[年初底末]$", start)
        or re.search(r"个月|[满一半]年", start)
        or len(before.givens) > 1
    ):
        return replace(now, unclear="dates", rules=now.rules or before.rules)
    told = replace(held, measure=measure, words=f"{start}~{now.until}", told=True)
    day = (now.until_outside,) if now.until_outside else ()
    return replace(now, givens=(told,), years=(), soon=(), days=day, outside="", wants=now.wants | {Intent.AWARD})
