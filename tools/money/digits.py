"""The digits of a number: 8000, 12,345.67, 五, 两三, 二〇二三, 点五六, and the words 几 and 数 for some.

Positions refer to a text prepared by ``tools.money.characters``, which ends with a NUL, so that looking one
character ahead is always safe.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from tools.money.vocabulary import BIG, HAN_DIGITS, SMALL, TENS, VAGUE_UNITS

ASCII_DIGITS = frozenset("0123456789")
DECIMAL_DIGITS = {char: str(value) for char, value in HAN_DIGITS.items() if char not in "两俩仨"}
DECIMAL_DIGITS.update({char: char for char in ASCII_DIGITS})
# groups of three or plain digits; decimals (several: 8.0.1); digits after a comma that makes no group (12,34)
ARABIC = re.compile(r"([0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])|[0-9]*)((?:\.+[0-9]+)*)((?:(?<=[0-9]),[0-9]+)*)")
STARTS = ASCII_DIGITS | HAN_DIGITS.keys() | SMALL.keys() | TENS.keys() | BIG.keys() | set("几数半.")
COLLOQUIAL = frozenset("两俩仨")  # never beside another digit
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


def place(text: str) -> Decimal:
    """100 for 3500, 0.1 for 1.2, 1 for 0."""
    whole, _, fraction = text.partition(".")
    if fraction.strip("0"):
        return ONE.scaleb(-len(fraction.rstrip("0")))
    return ONE.scaleb(len(whole) - len(whole.rstrip("0"))) if whole.strip("0") else ONE


def arabic(s: str, i: int) -> Coefficient:
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


def coefficient_at(s: str, i: int, last: int) -> Coefficient | None:
    """The digits at ``i``; ``last`` is the multiplier before them, 0 at the start."""
    char = s[i]
    if char in ASCII_DIGITS or (char == "." and s[i + 1] in ASCII_DIGITS):
        return arabic(s, i)
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
