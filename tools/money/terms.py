"""A term: an interval with a unit, as the words around a number narrow or widen it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.money import vocabulary as v
from tools.money.bounds import EXTREMES
from tools.money.numerals import Numeral
from tools.money.tokens import Token

BARE = "bare"
ONE, TENTH = Decimal(1), Decimal("0.1")
LOWS = frozenset({v.LOW, v.AFTER_LOW, v.UP, v.EITHER_LOW})
NEARS = frozenset({v.NEAR, v.AFTER_NEAR, v.EITHER_NEAR})
HIGHS = frozenset({v.HIGH, v.AFTER_HIGH, v.EITHER_HIGH})


@dataclass(slots=True)
class Term:
    """Tokens ``first`` to ``last`` (exclusive) as an interval; ``kind`` is the kind of its unit, or BARE."""

    first: int
    last: int
    lo: Decimal | None
    hi: Decimal | None
    lo_closed: bool = True
    hi_closed: bool = True
    approximate: bool = False
    kind: str = BARE
    unit: str = ""
    numerals: tuple[Numeral, ...] = ()
    trouble: str = ""
    said: bool = False  # a currency or a unit was said, not only 万
    negative: bool = False
    bounded: bool = False
    included: bool | None = None  # （含） or （不含） said of the number
    prefixed: bool = False  # the currency stands before the number and no unit behind it
    inner: int = -1  # the measure between its two ends (5000万≤营业收入<1亿)
    scaled: bool = False  # 万, 亿 or the like was said
    held: bool = False  # compared with the amount before it

    @property
    def exact(self) -> bool:
        return self.lo is not None and self.lo == self.hi

    def times(self, factor: Decimal | int) -> None:
        """Multiply the interval."""
        self.lo = None if self.lo is None else self.lo * factor
        self.hi = None if self.hi is None else self.hi * factor

    def roughly(self, part: Decimal) -> None:
        """三百二十来: a tenth of its last digit to either side."""
        if self.lo is not None and self.hi is not None:
            self.lo, self.hi, self.approximate = self.lo - part * TENTH, self.hi + part * TENTH, True

    def widen(self) -> None:
        """大约: a tenth to either side."""
        if self.lo is not None and self.hi is not None:
            self.lo, self.hi, self.approximate = self.lo * (ONE - TENTH), self.hi * (ONE + TENTH), True


def apply(term: Term, bounds: Sequence[Token]) -> None:
    """Narrow or widen the interval by the bound words said before and after it."""
    kinds = {token.kind for token in bounds}
    low = [token for token in bounds if token.kind in LOWS]
    high = [token for token in bounds if token.kind in HIGHS]
    term.bounded = bool(bounds)
    if kinds & {v.ABOUT, v.AFTER_ABOUT}:
        if term.exact and not low and not high:
            term.widen()
        term.approximate = True
    near = [token for token in bounds if token.kind in NEARS and not (term.kind == v.TIME and token.data == "recent")]
    if near and term.lo is not None:  # 近三年 are the last three years, not nearly three
        term.lo, term.hi_closed, term.approximate = term.lo * (ONE - TENTH), False, True
    if kinds & {v.JUST, v.AFTER_JUST} and term.hi is not None:
        term.hi, term.approximate = term.hi * (ONE + TENTH), True
    if v.AFTER_MORE in kinds and term.exact and term.lo is not None:
        term.hi, term.hi_closed = term.lo + term.numerals[-1].step, False
    if v.LEVEL in kinds and term.exact and term.lo is not None:
        term.hi, term.hi_closed, term.approximate = term.lo * 10, False, True
    if low and high:
        term.trouble = term.trouble or "contradictory"
    elif low:
        term.hi, term.hi_closed = None, False
        term.lo_closed = _closed(low) if term.included is None else term.included
        term.approximate = term.approximate or low[0].kind == v.UP
    elif high:
        term.lo, term.lo_closed = None, False
        term.hi_closed = _closed(high) if term.included is None else term.included


def _closed(bounds: list[Token]) -> bool:
    """Whether the end belongs to it: the first comparison tells (至少超过 excludes it), else the extreme does."""
    return next((token.data for token in bounds if token.data not in EXTREMES), True) is not False


def borrow(term: Term, second: Term) -> None:
    """Give the first operand of a range the scale and unit said only once: 3000-5000万, 两到三仟, 5到6千万."""
    first, other = term.numerals[0], second.numerals[0]
    if term.lo is None or second.lo is None:
        return
    if (term.kind == BARE or term.prefixed) and first.big == 1 and not first.trouble and other.tail > 1:
        digit = first.tail == 1 and first.hi < 10
        factors = (other.tail, other.big) if digit else (other.big,)
        fits = [factor for factor in factors if factor > 1 and term.lo * factor < second.lo]
        if fits and term.lo * fits[0] * 100 >= second.lo:
            term.times(fits[0])
        elif digit or term.lo * 1000 < second.lo:
            term.trouble = "ambiguous"
    if term.kind == BARE:
        term.kind, term.unit = second.kind, second.unit


def merged(a: Term, b: Term) -> Term | None:
    """大于5000万 and 小于等于1亿 as one interval; None when they are not a lower and an upper bound."""
    low, high = (a, b) if a.hi is None else (b, a)
    if low.lo is None or low.hi is not None or high.lo is not None or high.hi is None:
        return None
    trouble = a.trouble or b.trouble
    if a.kind == BARE and not a.scaled and b.scaled and a.lo is not None and b.hi is not None:
        factor = b.numerals[0].big
        if a.lo * factor <= b.hi:
            a.times(factor)
    if low.lo > high.hi or (low.lo == high.hi and not (low.lo_closed and high.hi_closed)):
        if not (a.scaled or a.said):
            return None
        trouble = trouble or "contradictory"
    return Term(
        a.first, b.last, low.lo, high.hi, low.lo_closed, high.hi_closed, a.approximate or b.approximate,
        b.kind, b.unit, (*a.numerals, *b.numerals), trouble, a.said or b.said,
        negative=a.negative or b.negative, bounded=True, scaled=a.scaled or b.scaled,
    )  # fmt: skip


def same(term: Term, again: Term) -> bool:
    """Whether the second figure restates the first: equal, or a rounding that holds it."""
    if term.lo is None or term.hi is None or again.lo is None or again.hi is None:
        return False
    return again.lo <= term.lo and term.hi <= again.hi
