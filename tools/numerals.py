"""Numbers as they are written in Chinese: 8000, 三千五, 1亿2000, 六千多, 两三千万, 8kw, 1.2 billion.

A number is a chain of sections (below 万, read by :func:`_section`), each closed by 万, 亿 or 兆; the chain
is read left to right once. It is unaware of units and of the sentence. Positions refer to a text prepared by
``tools.characters`` (simplified characters, half width, spaces dropped, a NUL at the end).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from tools.vocabulary import BIG, CHINESE_LETTERS, COUNT_CHARS, HAN_DIGITS, LETTER_SCALES, NOT_VAGUE, SMALL, VAGUE_UNITS

ASCII_DIGITS = "0123456789"
# groups of three or plain digits; decimals (several: 8.0.1); digits after a comma that makes no group (12,34)
ARABIC = re.compile(r"([0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])|[0-9]*)((?:\.+[0-9]+)*)((?:(?<=[0-9]),[0-9]+)*)")
DECIMAL_DIGITS = {char: str(value) for char, value in HAN_DIGITS.items() if char not in "两俩"}
DECIMAL_DIGITS.update({char: char for char in ASCII_DIGITS})
LONGEST = 24
LARGEST = 10**16


class Numeral(NamedTuple):
    """One number: ``lo .. hi`` (equal unless vague), the span, and how it was written."""

    start: int
    end: int
    lo: Decimal
    hi: Decimal
    open: bool = False  # hi is the next step and not included: 六千多, 十几
    near: bool = False  # 八千来: about
    tail: int = 1  # the multipliers after the first coefficient: 千万 in 六千万
    big: int = 1  # the part of it from 万 on
    step: Decimal = Decimal(1)  # the place of its last digit that is not zero
    digits: str = ""  # the characters when it is nothing but digits
    bare: bool = False  # only multipliers: 千万, 亿
    english: bool = False  # million, bn: a scale that does not by itself mean yuan
    trouble: str = ""  # unreadable, ambiguous or too_large


class Section(NamedTuple):
    """A number below the next big multiplier."""

    end: int
    lo: Decimal
    hi: Decimal
    open: bool
    near: bool
    place: Decimal  # the place of its last digit that is not zero
    tail: int
    single: bool  # one digit alone, no zero before it
    zero: bool
    digits: str
    bare: bool
    trouble: str


def literal(s: str, i: int) -> tuple[int, str, str]:
    """End, digits and trouble of the Arabic number at ``i``: 8000, 80,000,000.50, .5."""
    match = ARABIC.match(s, i)
    assert match is not None  # it can match the empty string
    grouped, fraction, broken = match.groups()
    whole = grouped.replace(",", "").replace("，", "") if "," in grouped or "，" in grouped else grouped
    odd = broken or fraction.count(".") > 1 or (len(whole) > 1 and whole[0] == "0")
    return match.end(), whole + fraction, "unreadable" if odd else ""


def _place(text: str) -> Decimal:
    """The place of the last digit that is not zero: 100 for 3500, 0.1 for 1.2, 1 for 0."""
    whole, _, fraction = text.partition(".")
    if fraction.strip("0"):
        return Decimal(1).scaleb(-len(fraction.rstrip("0")))
    return Decimal(1).scaleb(len(whole) - len(whole.rstrip("0"))) if whole.strip("0") else Decimal(1)


def _run(s: str, i: int) -> int:
    """End of the run of Chinese digits at ``i``."""
    j = i
    while s[j] in HAN_DIGITS:
        j += 1
    return j


def _pair(s: str, i: int, j: int) -> bool:
    """Whether the digits are said as a guess: 两三, 七八, 三五 (but not 二五)."""
    values = [HAN_DIGITS[char] for char in s[i:j]]
    rising = all(b == a + 1 for a, b in zip(values, values[1:], strict=False))
    return values[0] > 0 and (rising or values == [3, 5])


def _coefficient(s: str, i: int, last: int) -> tuple[int, Decimal, Decimal, bool, str, str] | None:
    """End, lo, hi, open, digits and trouble of the digits at ``i``; ``last`` is the multiplier before them."""
    char = s[i]
    if char in ASCII_DIGITS or (char == "." and s[i + 1] in ASCII_DIGITS):
        end, text, trouble = literal(s, i)
        if len(text) > LONGEST:
            return end, Decimal(0), Decimal(0), False, text, "too_large"
        value = Decimal(0) if trouble else Decimal(text)
        return end, value, value, False, text, trouble
    if char in HAN_DIGITS:
        end = _run(s, i)
        if end == i + 1:
            value = Decimal(HAN_DIGITS[char])
            return end, value, value, False, str(value), ""
        after = s[end]
        guess = last > 0 or after in SMALL or after in BIG or after in VAGUE_UNITS
        if end <= i + 3 and guess and _pair(s, i, end):
            return end, Decimal(HAN_DIGITS[char]), Decimal(HAN_DIGITS[s[end - 1]]), False, "", ""
        text = "".join(str(HAN_DIGITS[digit]) for digit in s[i : min(end, i + LONGEST + 1)])
        if len(text) > LONGEST:
            return end, Decimal(0), Decimal(0), False, text, "too_large"
        odd = last > 0 or after in SMALL or "两" in s[i:end] or "俩" in s[i:end]
        odd = odd or (after in BIG and end == i + 2 and "0" not in text)
        return end, Decimal(text), Decimal(text), False, text, "unreadable" if odd else ""
    if char in "几数":
        after = s[i + 1]
        if char == "几" and last and after not in SMALL:
            return i + 1, Decimal(s[i - 1] in "零〇"), Decimal(10), True, "", ""
        if after in SMALL or after in BIG or (after == "个" and _after_ge(s, i + 1)):
            return i + 1, Decimal(1), Decimal(10), True, "", ""
    return None


def _after_ge(s: str, i: int) -> int:
    """Where the scale after 个 begins (3个亿, 3个多亿, 一个半亿, 一个小目标); 0 if there is none."""
    j = i + 1
    while s[j] in "多半来余" and j < i + 2:
        j += 1
    return j if s[j] in "亿兆" or s.startswith(("小目标", "千万", "百万"), j) or s[j : j + 1] == "w" else 0


def _fraction(s: str, i: int) -> int:
    """End of the decimals 点五六 at ``i``, or ``i``; not the time of day in 三点五十."""
    if s[i] != "点" or s[i + 1] not in DECIMAL_DIGITS:
        return i
    j = i + 1
    while s[j] in DECIMAL_DIGITS:
        j += 1
    return i if s[j] in "十拾钟" or j - i > LONGEST else j


def _section(s: str, i: int) -> Section | None:
    """The number below 万 at ``i``: 三千五, 3千5百, 八千零几, 12.5, 两三百, 六千多."""
    lo = hi = Decimal(0)
    place, j, last, tail = Decimal(1), i, 0, 1
    opened = near = single = zero = bare = False
    digits = trouble = ""
    while not opened and lo == hi and not trouble:
        k = j
        while s[k] in "零〇" and (s[k + 1] in HAN_DIGITS or s[k + 1] in SMALL or s[k + 1] in "几" or s[k + 1].isdecimal()):
            if not last and s[k + 1] in HAN_DIGITS and HAN_DIGITS[s[k + 1]] == 0:
                break
            k += 1
        padded = k > j
        coefficient = _coefficient(s, k, last)
        if coefficient is None:
            multiplier = SMALL.get(s[k], 0)
            if not multiplier or (last and multiplier >= last) or (last and multiplier > 10):
                break
            bare = not last and multiplier > 10
            coefficient = (k, Decimal(1), Decimal(1), False, "", "")
        end, a, b, opened, text, odd = coefficient
        multiplier = SMALL.get(s[end], 0)
        if last and (multiplier >= last or (not multiplier and a >= last)):
            opened = False
            break
        zero = zero or (padded and not last)
        trouble = trouble or odd
        if multiplier:
            if not last:
                tail = multiplier
            lo, hi = lo + a * multiplier, hi + b * multiplier
            place, last, j = _place(text or "1") * multiplier, multiplier, end + 1
            continue
        one_digit = len(text) == 1 or (not text and a != b and not opened)
        unit = max(last // 10, 1) if one_digit and not padded else 1
        lo, hi, j = lo + a * unit, hi + b * unit, end
        place = _place(text or "1") * unit
        single = not last and one_digit and not padded
        digits = text if not last and not padded else ""
        break
    if j == i:
        return None
    if lo == hi and not opened:
        end = _fraction(s, j)
        if end > j:
            text = "".join(DECIMAL_DIGITS[char] for char in s[j + 1 : end])
            lo = hi = lo + Decimal("0." + text)
            place, j, single, digits = _place("0." + text), end, False, ""
            if s[j] in "百千" and not last:
                multiplier = SMALL[s[j]]
                lo, hi, place, j, tail = lo * multiplier, hi * multiplier, place * multiplier, j + 1, multiplier
        if s[j] in "多余" and s[j : j + 2] not in NOT_VAGUE and s[j + 1] not in DECIMAL_DIGITS and (last or lo >= 10 or s[j + 1] in BIG):
            hi, opened, j, single = lo + place, True, j + 1, False
        elif s[j] in "来把" and (last or lo >= 10) and (s[j + 1] in BIG or s[j + 1] in VAGUE_UNITS):
            near, j, single = True, j + 1, False
    return Section(j, lo, hi, opened, near, place, tail, single, zero, digits, bare, trouble)


def _scales(s: str, i: int) -> tuple[int, int, bool]:
    """End, product and spelling (English or not) of the multipliers 万, 亿, w, million at ``i``."""
    j, product = i, 1
    while s[j] in BIG:
        product = min(product * BIG[s[j]], LARGEST * 10)
        j += 1
    if j > i:
        return j, product, False
    if s.startswith("小目标", i):
        return i + 3, 10**8, False
    if s[i : i + 2] in ("千万", "百万") and s[i - 1] in "个多半":
        return i + 2, SMALL[s[i]] * 10**4, False
    k = i + 1 if s[i] == " " else i
    j = k
    while "a" <= s[j] <= "z":
        j += 1
    word = s[k:j]
    scale = LETTER_SCALES.get(word, 0)
    if not scale or s[j] in ASCII_DIGITS:
        return i, 1, False
    return j, scale, word not in CHINESE_LETTERS


class Chunk(NamedTuple):
    """A section with its multipliers: 六千多万, 3个亿, 两亿半, 1.2 billion."""

    end: int
    lo: Decimal
    hi: Decimal
    open: bool
    scale: int
    english: bool
    section: Section


HALF = Section(0, Decimal("0.5"), Decimal("0.5"), False, False, Decimal("0.1"), 1, False, False, "", False, "")


def _chunk(s: str, i: int) -> Chunk | None:
    section: Section | None
    if s[i] == "半":
        after = _after_ge(s, i + 1) if s[i + 1] == "个" else i + 1
        if not after or (after == i + 1 and s[after] not in "亿百"):
            return None
        section = HALF._replace(end=i + 1)
        if s[after] == "百" and s[after + 1] not in BIG:
            return Chunk(after + 1, Decimal(50), Decimal(50), False, 1, False, section)
    else:
        section = _section(s, i)
        if section is None:
            return None
    k, lo, hi, opened = section.end, section.lo, section.hi, section.open
    if s[k] == "个" and (after := _after_ge(s, k)):
        if s[k + 1] in "多余":
            hi, opened = lo + section.place, True
        elif s[k + 1] == "半":
            lo, hi = lo + HALF.lo, hi + HALF.lo
        k = after
    end, scale, english = _scales(s, k)
    if scale == 1:
        return Chunk(section.end, section.lo, section.hi, section.open, 1, False, section)
    lo, hi = lo * scale, hi * scale
    if lo == hi and s[end] in "多余" and s[end : end + 2] not in NOT_VAGUE and s[end + 1] not in DECIMAL_DIGITS:
        end, hi, opened = end + 1, lo + section.place * scale, True
    if s[end - 1] in "多余" or (s[end] in "多余" and s[end + 1] in BIG):
        end += s[end] in "多余"
        higher = BIG.get(s[end], 1)
        return Chunk(end + (higher > 1), lo * higher, hi * higher, opened, scale * higher, english, section)
    if lo == hi and s[end] == "半" and s[end + 1] not in "年月天个小" and section.single:
        return Chunk(end + 1, lo + HALF.lo * scale, lo + HALF.lo * scale, False, scale, english, section)
    return Chunk(end, lo, hi, opened, scale, english, section)


def scan(s: str, i: int) -> Numeral | None:
    """The longest number starting at ``i`` of a prepared text, or None."""
    first = _chunk(s, i)
    if first is None:
        end, scale, _ = _scales(s, i) if s[i] in BIG else (i, 1, False)
        return Numeral(i, end, Decimal(scale), Decimal(scale), big=scale, bare=True) if end > i else None
    end, lo, hi, opened, scale, english, section = first
    tail, big, trouble = section.tail * scale, scale, section.trouble
    digits = section.digits if scale == 1 else ""
    bare, near, step = section.bare and section.lo == section.tail, section.near, section.place * scale
    while scale > 1 and lo == hi and not trouble and not near:
        chunk = _chunk(s, end)
        if chunk is None:
            break
        a, b, section = chunk.lo, chunk.hi, chunk.section
        if chunk.scale > scale and _raises(lo, scale, big, section):
            lo = hi = lo * chunk.scale + a
            big = chunk.scale
        elif chunk.scale == 1 and section.single and not section.zero:
            if s[chunk.end] in COUNT_CHARS:
                break
            lo, hi, step = lo + a * scale / 10, hi + b * scale / 10, Decimal(scale) / 10
        elif chunk.scale >= scale or b >= scale:
            break
        else:
            if chunk.scale == 1 and scale >= BIG["亿"] and not section.zero and a >= 100 and a % 100 == 0:
                trouble = "ambiguous"
            if lo % scale:
                trouble = "unreadable"
            lo, hi, step = lo + a, hi + b, section.place * chunk.scale
        bare, near, opened, trouble = False, section.near, chunk.open, trouble or section.trouble
        end, scale, english = chunk.end, chunk.scale, english or chunk.english
    if scale > 1 and lo == hi and (fraction := _fraction(s, end)) > end:
        lo = hi = lo + Decimal("0." + "".join(DECIMAL_DIGITS[char] for char in s[end + 1 : fraction]))
        end, digits = fraction, ""
    if hi > LARGEST * 100:
        trouble = trouble or "too_large"
    return Numeral(i, end, lo, hi, opened, near, tail, big, step, digits, bare, english, trouble)


def _raises(lo: Decimal, scale: int, big: int, section: Section) -> bool:
    """Whether a larger multiplier takes what stands before it along: 一万五千亿 is 15000 亿."""
    return scale == big and (section.zero or section.lo >= 1000) and (not section.digits or lo < 10**7)
