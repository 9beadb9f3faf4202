"""The part of a number below 万: 8000, 12,345.67, 三千五, 3千5百, 八千零几, 两三百, 六千多.

Positions refer to a text prepared by ``tools.money.characters``, which ends with a NUL, so that looking one
character ahead is always safe.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tools.money.digits import ASCII_DIGITS, DECIMAL_DIGITS, arabic, coefficient_at, fraction, fraction_end, place
from tools.money.vocabulary import BIG, HAN_DIGITS, NOT_VAGUE, SMALL, TENS, VAGUE_UNITS

TAILS = frozenset("点多余来把")


class Section(NamedTuple):
    """A number below the next big multiplier."""

    end: int
    lo: Decimal
    hi: Decimal
    digits: str = ""  # when it is nothing but digits
    tail: int = 1  # the multiplier after its first coefficient
    open: bool = False  # hi is the next step and does not belong to it
    near: bool = False  # 来, 把: about
    single: bool = False  # one digit alone, no zero before it
    zero: bool = False  # a zero stands before it
    bare: bool = False  # no digit at all: 百, 千
    place: Decimal | int | None = None  # the place of its last digit that is not zero; None: that of ``digits``
    trouble: str = ""

    @property
    def step(self) -> Decimal:
        """The place of the last digit that is not zero: 1000 for 6000, 100 for 3500."""
        return place(self.digits) if self.place is None else Decimal(self.place)


def read_section(s: str, i: int) -> Section | None:
    """The number below 万 that starts at ``i``."""
    if s[i] in ASCII_DIGITS:
        if s[i + 1] in BIG:  # 1亿: nothing more to look for
            value = Decimal(s[i])
            return Section(i + 1, value, value, s[i], single=True)
        literal = arabic(s, i)
        after = s[literal.end]
        if after not in SMALL and after not in TAILS:
            end, lo, hi, digits, opened, trouble = literal
            return Section(end, lo, hi, digits, 1, opened, False, len(digits) == 1, False, False, None, trouble)
    section = _chain(s, i)
    return section if section is None or s[section.end] not in TAILS else _tailed(s, section)


def vague(s: str, i: int) -> bool:
    """Whether 多 or 余 at ``i`` means a little more (6000多万), not more of something else (多少, 多500万)."""
    return s[i] in "多余" and s[i : i + 2] not in NOT_VAGUE and s[i + 1] not in DECIMAL_DIGITS


def _zeros(s: str, i: int, started: bool) -> int:
    """The index after the zeros that only keep a place: 一千零五, 零十."""
    k = i
    while s[k] in "零〇":
        after = s[k + 1]
        if not (after in HAN_DIGITS or after in SMALL or after == "几" or after in ASCII_DIGITS):
            break
        if not started and HAN_DIGITS.get(after, 1) == 0:
            break
        k += 1
    return k


def _chain(s: str, i: int) -> Section | None:
    """Coefficients with falling multipliers: 三 千 五 百, and what stands after the last of them."""
    total: Decimal | int = 0
    lo: Decimal | int
    hi: Decimal | int
    step: Decimal | int = 1  # the place of the last digit that is not zero
    j, last, tail = i, 0, 1
    zero = bare = idiom = False  # an idiom: 百八十 is about a hundred, 一百八十 is 180
    while True:
        k = _zeros(s, j, last > 0) if s[j] in "零〇" else j
        padded = k > j
        digit = HAN_DIGITS.get(s[k], 0)
        if digit and s[k + 1] not in HAN_DIGITS:  # one digit alone, by far the most usual
            end, lo, hi, digits, opened, trouble = k + 1, digit, digit, str(digit), False, ""
        elif coefficient := coefficient_at(s, k, last):
            end, lo, hi, digits, opened, trouble = coefficient
        elif s[k] in SMALL and (not last or (last > 10 and s[k] in "十拾")):
            end, lo, hi, digits, opened, trouble = k, 1, 1, "1", False, ""
            bare = bare or (not last and s[k] not in "十拾")
        elif s[k] in TENS and (not last or last > 10):
            total, tail, zero = total + 10 * TENS[s[k]], tail if last else 10, zero or padded
            step, last, j = 10, 10, k + 1
            continue
        else:
            break
        multiplier = SMALL.get(s[end], 0)
        if last and (multiplier >= last or (not multiplier and lo >= last)):
            break
        zero = zero or (padded and not last)
        exact = lo == hi and not opened
        idiom = idiom or (bare and last > 0 and exact and not padded)
        trouble = trouble or ("ambiguous" if idiom else "unreadable" if last and not hi and s[end] in BIG else "")
        if multiplier:
            step = multiplier if len(digits) == 1 else place(digits) * multiplier
            tail = tail if last else multiplier
            if not exact or (trouble and not idiom):
                low, high = Decimal(total + lo * multiplier), Decimal(total + hi * multiplier)
                return Section(end + 1, low, high, "", tail, opened, zero=zero, place=step, trouble=trouble)
            total, last, j = total + lo * multiplier, multiplier, end + 1
            continue
        one_digit = len(digits) == 1 or not (exact or opened)
        alone = not last and not padded
        unit = last // 10 if last and one_digit and not padded else 1
        step = unit if len(digits) < 2 else place(digits)
        low = Decimal(total + lo * unit)
        high = low if exact else Decimal(total + hi * unit)
        return Section(
            end, low, high, digits if alone else "", tail, opened, False, alone and one_digit, zero, False,
            step, trouble,
        )  # fmt: skip
    value = Decimal(total)
    return (
        Section(j, value, value, "", tail, False, False, False, zero, bare, step, "ambiguous" * idiom)
        if j > i
        else None
    )


def _tailed(s: str, section: Section) -> Section:
    """The section with the decimals or the vague word after it: 十二点九, 六千多, 八千来."""
    j, lo, last = section.end, section.lo, section.tail > 1 or not section.digits
    if section.open or lo != section.hi or section.trouble not in ("", "ambiguous"):
        return section
    end = fraction_end(s, j)
    if end > j:
        text = fraction(s, j, end)
        factor = SMALL[s[end]] if s[end] in "百千" and not last else 1
        lo, step, end = (lo + Decimal(text)) * factor, place(text) * factor, end + (factor > 1)
        section = Section(end, lo, lo, tail=max(factor, section.tail), zero=section.zero, place=step)
        j = section.end
    if vague(s, j) and (last or lo >= 10 or s[j + 1] in BIG):
        return section._replace(end=j + 1, hi=lo + section.step, digits="", open=True, single=False, place=section.step)
    if s[j] in "来把" and (last or lo >= 10) and (s[j + 1] in BIG or s[j + 1] in VAGUE_UNITS):
        return section._replace(end=j + 1, near=True, digits="", single=False, bare=False, place=section.step)
    return section
