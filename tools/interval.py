"""An interval of exact numbers with open or closed ends: what an amount in words comes down to."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


class Bounded(Protocol):
    """Anything read from text that has two ends (None: no end on that side)."""

    @property
    def lo(self) -> Decimal | None: ...
    @property
    def hi(self) -> Decimal | None: ...
    @property
    def lo_closed(self) -> bool: ...
    @property
    def hi_closed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``lo`` to ``hi`` (None: unbounded), each end included or not."""

    lo: Decimal | None
    hi: Decimal | None
    lo_closed: bool = True
    hi_closed: bool = True

    @classmethod
    def of(cls, read: Bounded) -> "Interval":
        return cls(read.lo, read.hi, read.lo_closed, read.hi_closed)

    @classmethod
    def at(cls, value: Decimal | int) -> "Interval":
        return cls(Decimal(value), Decimal(value))

    @property
    def exact(self) -> Decimal | None:
        """The one number it holds, or None when it holds more."""
        return self.lo if self.lo is not None and self.lo == self.hi else None

    def shifted(self, by: Decimal) -> "Interval":
        return Interval(
            None if self.lo is None else self.lo + by,
            None if self.hi is None else self.hi + by,
            self.lo_closed,
            self.hi_closed,
        )

    def meet(self, lo: Decimal | int, hi: Decimal | int | None) -> "Interval | None":
        """The part of it in ``[lo, hi)``, or None when there is none. ``hi`` None: no upper end."""
        low, low_closed = Decimal(lo), True
        if self.lo is not None and self.lo >= low:
            low, low_closed = self.lo, self.lo_closed
        high, high_closed = (None, False) if hi is None else (Decimal(hi), False)
        if self.hi is not None and (high is None or self.hi < high):
            high, high_closed = self.hi, self.hi_closed
        if high is not None and (low > high or (low == high and not (low_closed and high_closed))):
            return None
        return Interval(low, high, low_closed, high_closed)
