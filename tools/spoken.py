"""Words handed to a tool -> exact values. What cannot be read safely is a MoneyError that says why."""

import re
from decimal import Decimal

from tools import money
from tools.errors import MoneyError
from tools.interval import Interval
from tools.money.lexicon import Lexicon
from tools.rules import Measure

_ENGLISH = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_LESS = ("减", "降", "少", "下滑", "跌", "less", "decrease", "drop", "fall", "fell", "lower")
_TENTHS = "一二三四五六七八九"
_TIMES = {
    Decimal(4): ("翻两番", "翻二番"),
    Decimal(8): ("翻三番",),
    Decimal(2): ("翻一番", "翻番", "翻倍", "翻一倍", "double", "twice"),
    Decimal("0.5"): ("减半", "砍半", "一半", "对折", "half", "halve"),
}


def value(amount: str, change: str, measure: Measure, lexicon: Lexicon) -> Interval | None:
    """The measure's value in its unit (yuan, months); None when nothing was said.

    ``change`` is applied to ``amount``: 再多3000万, 少500万, 增长20%, 翻一番.
    Raises MoneyError when the words hold no value, more than one, or one that is refused.
    """
    if not amount.strip():
        return None
    read = money.read(amount, lexicon)
    if measure.unit == "month":
        found: list[Interval] = [_months(one) for one in read.durations]
    else:
        if read.refusals:
            raise MoneyError(read.refusals[0].message)
        found = [Interval.of(one) for one in read.amounts]
    if len(found) != 1:
        raise MoneyError(f"“{amount}”里应恰有一个{measure.name}的数值，请写清楚并带上单位。")
    return _changed(found[0], change, lexicon) if change.strip() else found[0]


def _changed(base: Interval, changes: str, lexicon: Lexicon) -> Interval:
    """The base after each change in turn; changes are parted by a full-width semicolon."""
    for change in changes.replace("翻了", "翻").split("；"):
        read = money.read(change, lexicon)
        sign = -1 if any(word in change for word in _LESS) else 1
        exact = [one.lo for one in read.amounts if one.exact and one.lo is not None]
        times = next((by for by, words in _TIMES.items() if any(word in change for word in words)), None)
        if times is not None and not exact:
            base = _scaled(base, times)
        elif tenths := re.search(rf"([{_TENTHS}])成(半)?", change):
            share = Decimal(_TENTHS.index(tenths[1]) + 1) / 10 + (Decimal("0.05") if tenths[2] else 0)
            base = _scaled(base, 1 + sign * share)
        elif len(read.percents) == 1 and read.percents[0].lo is not None and not read.amounts:
            base = _scaled(base, 1 + sign * read.percents[0].lo / 100)
        elif len(exact) == 1:
            base = base.shifted(sign * exact[0])
        else:
            raise MoneyError(f"没有看懂变化“{change}”，请直接写变化后的金额，并带上单位。")
    return base


def _months(read: money.Quantity) -> Interval:
    """A duration in months; days count 365 to 12 months."""
    whole = Interval.of(read)
    return _scaled(whole, Decimal(12) / Decimal(365)) if read.unit == "天" else whole


def _scaled(base: Interval, by: Decimal) -> Interval:
    return Interval(
        None if base.lo is None else base.lo * by,
        None if base.hi is None else base.hi * by,
        base.lo_closed,
        base.hi_closed,
    )


def count(words: str) -> int:
    """``4家``, ``四家企业``, ``4`` -> 4; nothing said -> 1. Raises MoneyError unless it is a whole number from 1."""
    if not words.strip():
        return 1
    spelled = words.strip().lower()
    if spelled in _ENGLISH:
        return _ENGLISH.index(spelled) + 1
    if words.strip().isascii() and words.strip().isdigit():
        number = Decimal(words.strip())
    else:
        found = money.read(words).counts
        if len(found) != 1 or found[0].lo is None or found[0].lo != found[0].hi:
            raise MoneyError(f"没有看懂家数“{words}”，请写明几家，例如写成阿拉伯数字。")
        number = found[0].lo
    if not 1 <= number <= 1_000_000 or number != int(number):
        raise MoneyError(f"家数应为不小于1的整数：“{words}”。")
    return int(number)
