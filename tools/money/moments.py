"""Years, dates and durations: the terms whose unit is 年, 月 or 天."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

from tools.money import vocabulary as v
from tools.money.terms import Term

HALF = Decimal("0.5")
MONTHS = {"年": 12, "月": 1, "季": 3}
DAYS = {"天": 1, "周": 7}
CENTURY = 2000


def is_year(term: Term) -> bool:
    """2023年 names a year, 3年 is a duration."""
    return term.kind == v.DATE and term.unit == "年"


def names_year(digits: str, behind: bool) -> bool:
    """Whether digits before 年 name a year; two of them only when what is ``behind`` says so (23年营收)."""
    return "1900" <= digits <= "2100" if len(digits) == 4 else behind and len(digits) == 2 and "10" <= digits <= "40"


def full_year(term: Term) -> int:
    """The year a term names."""
    digits = term.numerals[0].digits
    return int(digits) if len(digits) == 4 else CENTURY + int(digits)


def duration(term: Term) -> Term:
    """The term in months (一年半 = 18, 一年多 = over 12 and under 24), or in days when said in days or weeks."""
    unit, lo, hi = term.unit, term.lo, term.hi
    lo_closed, hi_closed = term.lo_closed, term.hi_closed
    if unit.endswith("半"):
        lo, hi = None if lo is None else lo + HALF, None if hi is None else hi + HALF
    elif unit.endswith("多"):
        if hi is not None and lo is not None:
            hi, hi_closed = hi + 1, False
        lo_closed = False
    factor = DAYS.get(unit) or MONTHS[unit[0]]
    scaled = replace(term, lo=lo, hi=hi, lo_closed=lo_closed, hi_closed=hi_closed, unit="天" if unit in DAYS else "月")
    scaled.times(factor)
    return scaled


def date(term: Term) -> datetime.date | None:
    """The calendar date of 2024年1月1日; None when there is no such day."""
    parts = [numeral.digits or str(numeral.lo) for numeral in term.numerals]
    try:
        year, month, day = map(int, parts)
        return datetime.date(year, month, day)
    except ValueError:
        return None
