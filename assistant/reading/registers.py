"""Times told by several dates: each date with its own firms, a day of leaving, a day asked about.

::

    2024年3月入库1家，2025年3月入库2家      each date with its own count; those with the whole time are added up
    2024年5月进库，2025年2月退库            from the one to the other
    2025年8月入库，2026年9月能不能给        up to the day asked about

Where a date has no count of its own, or a firm left on a day that was not told, it is asked (``dates``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.reading.given import Given
from assistant.reading.numbers import of_firms
from tools import since
from tools.money import Reading
from tools.rules import AwardRule, Policy
from tools.since import Since

_LEFT = re.compile(
    r"退[了出]?库|[退移调剔]出(?:去)?(?:了)?|[掉跌]出|清退|退规|退统|(?<!进)出库|被?移除|被?剔除|除名|掉库|不在库了|\bleft the register|\bdropped off"
)
_CLAUSE = re.compile(r"[，。；、,;?？!！\n]")
_MORE_WORDS = ("库", "入的", "进的", "入统", "register")


@dataclass(frozen=True, slots=True)
class Times:
    """The times to go by, a day asked about, and whether one of them cannot be told."""

    givens: tuple[Given, ...] = ()
    day: date | None = None
    unclear: bool = False


def told(folded: str, reading: Reading, rule: AwardRule, policy: Policy, as_of: date) -> Times | None:
    """What several dates come to; None where at most one is told and no firm left."""
    dates = since.find_all(folded, as_of)
    words = (*(word for fact in rule.requires for word in policy.facts[fact].yes), *_MORE_WORDS)
    if left := _LEFT.search(folded):
        return _left(folded, left.start(), dates, reading, rule)
    until = since.until(folded, as_of)
    entries = [one for one in dates if until is None or one.start != until.start]
    entries = [one for one in entries if any(word in _around(folded, one.start)[2] for word in words)]
    if until and len(entries) == 1:
        count = _counts(folded, reading, entries[0].start) or _counts(folded, reading, -1)
        day = until.last if not policy.is_in_force(until.last) else None
        given = Given(rule.by, f"{entries[0].text}~{until.text}", count=count[0] if len(count) == 1 else "")
        return Times((given,), day, len(count) > 1)
    if len(entries) == 1 and not until and not reading.durations:
        own, every = _counts(folded, reading, entries[0].start), _counts(folded, reading, -1)
        return Times(unclear=True) if own and len(every) > len(own) else None  # of the others no date is told
    return _each(folded, entries, reading, rule, as_of) if len(entries) > 1 and not until else None


def _left(folded: str, at: int, dates: Sequence[Since], reading: Reading, rule: AwardRule) -> Times | None:
    """From the day of entering to that of leaving; a duration told of the time in between says it at once."""
    lasted = [one for one in reading.durations if one.start < at and one.unit in ("月", "天")]
    before = [one for one in dates if one.start < at]
    counts = _counts(folded, reading, -1)
    if len(counts) > 1 or any(one.start > at for one in dates):
        return Times(unclear=True)  # some of them left, or one came back
    count = counts[0] if counts else ""
    if len(before) == 2 and not lasted:
        return Times((Given(rule.by, f"{before[0].text}~{before[1].text}", count=count),))
    if len(lasted) == 1 and not before:
        return Times((Given(rule.by, lasted[0].text, count=count),))
    return Times(unclear=True) if before or lasted else None


def _each(folded: str, entries: Sequence[Since], reading: Reading, rule: AwardRule, as_of: date) -> Times:
    """Firms by the dates told of them: those with the whole time together, those without it together."""
    least = rule.tiers[0].lo
    whole: list[tuple[Since, str]] = []
    short: list[tuple[Since, str]] = []
    for one in entries:
        counts = _counts(folded, reading, one.start)
        start, end, _ = _around(folded, one.start)
        alone = sum(start <= other.start < end for other in entries) == 1
        time = since.months(one, as_of)
        if len(counts) != 1 or not alone or time.lo is None or time.hi is None:
            return Times(unclear=True)
        if not (time.lo >= least or time.hi <= least):
            return Times(unclear=True)
        (whole if time.lo >= least else short).append((one, counts[0]))
    groups = [group for group in (whole, short) if group]
    return Times(tuple(_together(group, rule, len(groups) > 1) for group in groups))


def _together(group: Sequence[tuple[Since, str]], rule: AwardRule, named: bool) -> Given:
    """Firms of several dates as one count; the latest date is the least time any of them has."""
    latest = max((one for one, _ in group), key=lambda one: one.last)
    count = "；再多".join(words for _, words in group)
    return Given(rule.by, latest.text, count=count, firm="、".join(one.text for one, _ in group) if named else "")


def _around(folded: str, at: int) -> tuple[int, int, str]:
    """The clause that holds a place."""
    stops = [match.start() for match in _CLAUSE.finditer(folded)]
    start = max((stop + 1 for stop in stops if stop < at), default=0)
    end = min((stop for stop in stops if stop >= at), default=len(folded))
    return start, end, folded[start:end]


def _counts(folded: str, reading: Reading, at: int) -> list[str]:
    """The numbers of firms told in the clause of a place, or anywhere for -1."""
    start, end = (0, len(folded)) if at < 0 else _around(folded, at)[:2]
    return [one.text for one in of_firms(reading) if start <= one.start < end]
