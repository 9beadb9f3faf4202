"""The part of a number below 万: 8000, 12,345.67, 三千五, 3千5百, 八千零几, 两三百, 六千多.

Positions refer to a text prepared by ``tools.money.characters``, which ends with a NUL, so that looking one
character ahead is always safe.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from tools.money.vocabulary import BIG, HAN_DIGITS, NOT_VAGUE, SMALL, TENS, VAGUE_UNITS

ASCII_DIGITS = frozenset("0123456789")
DECIMAL_DIGITS = {char: str(value) for char, value in HAN_DIGITS.items() if char not in "两俩仨"}
DECIMAL_DIGITS.update({char: char for char in ASCII_DIGITS})
# groups of three or plain digits; decimals (several: 8.0.1); digits after a comma that makes no group (12,34)
ARABIC = re.compile(r"([0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])|[0-9]*)((?:\.+[0-9]+)*)((?:(?<=[0-9]),[0-9]+)*)")
STARTS = ASCII_DIGITS | HAN_DIGITS.keys() | SMALL.keys() | TENS.keys() | BIG.keys() | set("几数半.")
COLLOQUIAL = frozenset("两俩仨")  # never beside another digit
TAILS = frozenset("点多余来把")
LONGEST = 24  # digits; more are no amount
ZERO, HALF, ONE, TEN = Decimal(0), Decimal("0.5"), Decimal(1), Decimal(10)


class Coefficient(NamedTuple):
    """Digits, or a word for some: ``lo .. hi``, with ``digits`` as written when they are digits."""

    end: int
    lo: Decimal
    hi: Decimal
    digits: str = ""
    open: bool = False
    trouble: str = ""


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


def place(text: str) -> Decimal:
    """100 for 3500, 0.1 for 1.2, 1 for 0."""
    whole, _, fraction = text.partition(".")
    if fraction.strip("0"):
        return ONE.scaleb(-len(fraction.rstrip("0")))
    return ONE.scaleb(len(whole) - len(whole.rstrip("0"))) if whole.strip("0") else ONE


def read_section(s: str, i: int) -> Section | None:
    """The number below 万 that starts at ``i``."""
    if s[i] in ASCII_DIGITS:
        if s[i + 1] in BIG:  # 1亿: nothing more to look for
            value = Decimal(s[i])
            return Section(i + 1, value, value, s[i], single=True)
        literal = _arabic(s, i)
        after = s[literal.end]
        if after not in SMALL and after not in TAILS:
            end, lo, hi, digits, opened, trouble = literal
            return Section(end, lo, hi, digits, 1, opened, False, len(digits) == 1, False, False, None, trouble)
    section = _chain(s, i)
    return section if section is None or s[section.end] not in TAILS else _tailed(s, section)


def _arabic(s: str, i: int) -> Coefficient:
    match = ARABIC.match(s, i)
    assert match is not None  # the pattern matches the empty string
    whole, fraction, broken = match.groups()
    if "," in whole or "，" in whole:
        whole = whole.replace(",", "").replace("，", "")
    text = whole + fraction
    if len(text) > LONGEST:
        return Coefficient(match.end(), ZERO, ZERO, trouble="too_large")
    if broken or fraction.count(".") > 1 or (len(whole) > 1 and whole[0] == "0"):
        return Coefficient(match.end(), ZERO, ZERO, text, trouble="unreadable")
    value = Decimal(text)
    if s[match.end()] == "." and s[match.end() + 1] in BIG and len(text) > 1:  # 8000.万元: a digit is missing
        return Coefficient(match.end() + 1, value, value, text, False, "unreadable")
    return Coefficient(match.end(), value, value, text, False, "")


def _coefficient(s: str, i: int, last: int) -> Coefficient | None:
    """The digits at ``i``; ``last`` is the multiplier before them, 0 at the start."""
    char = s[i]
    if char in ASCII_DIGITS or (char == "." and s[i + 1] in ASCII_DIGITS):
        return _arabic(s, i)
    if char in HAN_DIGITS:
        return _han(s, i, last)
    if char == "好" and last and s[i + 1] == "几":
        i, char = i + 1, "几"
    if char in "几数":
        after = s[i + 1]
        if char == "几" and last and after not in SMALL:
            return Coefficient(i + 1, ONE if s[i - 1] in "零〇" else ZERO, TEN, open=True)
        if after in SMALL or after in BIG or (after == "个" and scale_after_ge(s, i + 1)):
            return Coefficient(i + 1, ONE, TEN, open=True)
    return None


def _han(s: str, i: int, last: int) -> Coefficient:
    """Chinese digits: one, a guess (两三, 七八, 三五), or digit by digit (二〇二三)."""
    end = i + 1
    while s[end] in HAN_DIGITS:
        end += 1
    values = [HAN_DIGITS[char] for char in s[i : min(end, i + LONGEST + 1)]]
    if len(values) == 1:
        return Coefficient(end, Decimal(values[0]), Decimal(values[0]), str(values[0]))
    text, after = "".join(map(str, values)), s[end]
    if len(values) > LONGEST:
        return Coefficient(end, ZERO, ZERO, text, trouble="too_large")
    multiplied = last > 0 or after in SMALL
    rising = values[0] > 0 and all(b == a + 1 for a, b in pairwise(values))
    if len(values) <= 3 and (rising or values == [3, 5]) and (multiplied or after in BIG or after in VAGUE_UNITS):
        return Coefficient(end, Decimal(values[0]), Decimal(values[-1]))
    odd = multiplied or not COLLOQUIAL.isdisjoint(s[i:end]) or (after in BIG and len(values) == 2 and 0 not in values)
    return Coefficient(end, Decimal(text), Decimal(text), text, trouble="unreadable" if odd else "")


def scale_after_ge(s: str, i: int) -> int:
    """Where the scale after 个 begins (3个亿, 3个多亿, 一个半亿, 一个小目标); 0 if there is none."""
    j = i + 2 if s[i + 1] in "多半来余" else i + 1
    return j if s[j] in "亿兆w" or s.startswith(("小目标", "千万", "百万"), j) else 0


def fraction_end(s: str, i: int) -> int:
    """End of the decimals 点五六 at ``i``, or ``i``; not the time of day in 三点五十."""
    if s[i] != "点" or s[i + 1] not in DECIMAL_DIGITS:
        return i
    j = i + 1
    while s[j] in DECIMAL_DIGITS:
        j += 1
    return i if s[j] in "十拾钟" or j - i > LONGEST else j


def fraction(s: str, i: int, end: int) -> str:
    """The decimals 点五六 between ``i`` and ``end`` as 0.56."""
    return "0." + "".join(DECIMAL_DIGITS[char] for char in s[i + 1 : end])


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
    zero = bare = False
    while True:
        k = _zeros(s, j, last > 0) if s[j] in "零〇" else j
        padded = k > j
        digit = HAN_DIGITS.get(s[k], 0)
        if digit and s[k + 1] not in HAN_DIGITS:  # one digit alone, by far the most usual
            end, lo, hi, digits, opened, trouble = k + 1, digit, digit, str(digit), False, ""
        elif coefficient := _coefficient(s, k, last):
            end, lo, hi, digits, opened, trouble = coefficient
        elif s[k] in SMALL and (not last or (last > 10 and s[k] in "十拾")):
            end, lo, hi, digits, opened, trouble = k, 1, 1, "1", False, ""
            bare = not last and s[k] not in "十拾"
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
        if multiplier:
            step = multiplier if len(digits) == 1 else place(digits) * multiplier
            tail = tail if last else multiplier
            if not exact or trouble:
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
    return Section(j, value, value, "", tail, False, False, False, zero, bare, step) if j > i else None


def _tailed(s: str, section: Section) -> Section:
    """The section with the decimals or the vague word after it: 十二点九, 六千多, 八千来."""
    j, lo, last = section.end, section.lo, section.tail > 1 or not section.digits
    if section.open or lo != section.hi or section.trouble:
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
