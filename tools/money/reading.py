"""What reading a text yields: amounts, counts, durations, years, dates, percents and refusals.

Every item keeps its span in the text as it was given: ``given[item.start:item.end] == item.text``.
Values are :class:`decimal.Decimal`, never float. An interval ``lo .. hi`` is exact when both ends are
equal; an open side is ``None``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in yuan: ``lo`` and ``hi`` with closed or open ends, and what the text says it measures."""

    text: str
    start: int
    end: int
    lo: Decimal | None
    hi: Decimal | None
    lo_closed: bool
    hi_closed: bool
    approximate: bool
    measure: str | None = None
    owner: str | None = None
    negated: bool = False
    change: str = ""

    @property
    def exact(self) -> bool:
        """True for one figure, said without 约, 左右 and the like."""
        return self.lo is not None and self.lo == self.hi and not self.approximate


@dataclass(frozen=True, slots=True)
class Quantity:
    """A count (unit 家, 人 …), a duration (unit 月, or 天 when said in days) or a percentage (unit %)."""

    text: str
    start: int
    end: int
    lo: Decimal | None
    hi: Decimal | None
    lo_closed: bool
    hi_closed: bool
    unit: str
    measure: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """A year said as such: ``value`` (2023), or ``relative`` to the year of asking (去年 = -1)."""

    text: str
    start: int
    end: int
    value: int | None
    relative: int | None


@dataclass(frozen=True, slots=True)
class Date:
    """A full calendar date."""

    text: str
    start: int
    end: int
    value: datetime.date


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something meant as an amount that must not be guessed at.

    ``code`` is one of ``no_unit``, ``foreign``, ``negative``, ``contradictory``, ``unreadable``,
    ``too_large``; ``message`` tells the person who wrote it, in Chinese, what to write instead.
    """

    code: str
    text: str
    start: int
    end: int
    measure: str | None
    message: str
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was found in one text, each kind in the order of the text; ``lettered`` are the firms that open a
    clause under a letter or a number (A公司, 甲, 第一家)."""

    amounts: tuple[Amount, ...] = ()
    counts: tuple[Quantity, ...] = ()
    durations: tuple[Quantity, ...] = ()
    years: tuple[Year | Date, ...] = ()
    percents: tuple[Quantity, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    lettered: tuple[str, ...] = ()

    @property
    def error(self) -> str | None:
        """The messages of all refusals, or None when nothing was refused."""
        return " ".join(refusal.message for refusal in self.refusals) or None
