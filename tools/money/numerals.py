"""Numbers as they are written in Chinese: 8000万, 三千五, 1亿2000万, 一亿二, 六千多万, 两三千万, 8kw, 1.2 billion.

A number is a chain of sections (``tools.money.sections``), each closed by 万, 亿 or 兆, read from left to right
once. It knows nothing of units or of the sentence.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from tools.money.digits import HALF, ONE, STARTS, fraction, fraction_end, scale_after_ge
from tools.money.piles import MULTIPLIERS, NOT_MORE, RUN, pile_end
from tools.money.sections import Section, read_section, vague
from tools.money.vocabulary import BIG, CHINESE_LETTERS, COUNT_CHARS, HAN_DIGITS, LETTER_SCALES, SMALL, WORD_STARTS

LARGEST = 10**16  # yuan; the output of a whole country is a hundredth of it
TOO_LARGE = Decimal(LARGEST * 100)
YI = BIG["亿"]
WAN = BIG["万"]
COIN = re.compile("[毛角](?![利度色落])")
# a letter that names a firm, though it could be a scale: 8000 B公司, 8000K公司, 6000 b 3000; 8000w公司 goes on with 公司
FIRM = re.compile(r"(?: [a-vx-z] ?| w|[a-vx-z])(?:公司|企业|集团|厂|店|分公司|子公司)| [bkm] ?[:=]? ?[0-9]")
_MULTIPLIED = {"hundred": 100, "thousand": 1000}  # words that multiply a scale behind them
AFTER_LITERAL = frozenset("abcdefghijklmnopqrstuvwxyz ")


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
    digits: str = ""  # the characters when it is nothing but digits
    bare: bool = False  # only multipliers: 千万, 亿
    english: bool = False  # million, bn: a scale that does not by itself mean yuan
    trouble: str = ""  # unreadable, ambiguous or too_large
    last: Section | None = None  # its last section, and the multiplier of that
    scale: int = 1

    @property
    def step(self) -> Decimal:
        """The place of its last digit that is not zero: a thousand 万 in 6000万."""
        return ONE * self.scale if self.last is None else self.last.step * self.scale

    @property
    def part(self) -> Decimal:
        """What its last digit that is not zero is worth: 80 in 3680."""
        return self.lo % (self.step * 10)


class Chunk(NamedTuple):
    """A section with its multipliers: 六千多万, 3个亿, 两亿半, 1.2 billion."""

    end: int
    lo: Decimal
    hi: Decimal
    open: bool
    scale: int
    english: bool
    section: Section


def scan(s: str, i: int) -> Numeral | None:
    """The longest number starting at ``i`` of a prepared text, or None."""
    if s[i] in MULTIPLIERS and (run := RUN.match(s, i)):
        return Numeral(i, run.end(), ONE, ONE, big=YI, tail=LARGEST, bare=True, trouble="unreadable")
    first = _chunk(s, i)
    if first is None:
        return _bare(s, i) if s[i] in BIG else None
    end, lo, hi, opened, scale, english, section = first
    tail, big, trouble, unit = section.tail * scale, scale, section.trouble, scale
    digits = section.digits if scale == 1 else ""
    bare, near = section.bare and section.lo == section.tail and not opened, section.near
    while scale > 1 and s[end] in STARTS and lo == hi and not trouble and not near:
        chunk = None if s[end] in "百千" and s.startswith(NOT_MORE, end) else _chunk(s, end)
        if chunk is None:
            break
        a, b, piece = chunk.lo, chunk.hi, chunk.section
        if piece.bare and piece.lo == piece.tail and chunk.scale < scale:
            if chunk.scale == 1:  # 3000万百度推广费
                break
            trouble = "unreadable"  # 一亿百万
        if chunk.scale > scale and _raises(lo, scale, big, piece):
            lo = hi = lo * chunk.scale + a
            big = chunk.scale
        elif chunk.scale == scale == WAN and lo % YI < 100 * WAN:  # 三万五千万; but 两千万三千万 are two
            trouble = trouble or ("" if lo < YI and _inner(lo, piece) else "ambiguous")
            lo, hi, unit, big = lo * scale + a, lo * scale + b, scale, YI
        elif chunk.scale == 1 and a < 10 and (COIN.match(s, chunk.end) or (piece.zero and s[chunk.end] == "分")):
            break  # 两万零五毛
        elif chunk.scale == 1 and piece.single and not piece.zero:
            if s[chunk.end] in COUNT_CHARS or s[end : end + 2] in WORD_STARTS:
                break
            unit = scale // 10
            lo, hi = lo + a * unit, hi + b * unit
        elif chunk.scale >= scale or b >= scale or (chunk.scale == 1 and s[chunk.end] in "年%"):
            break
        else:
            if chunk.scale == 1 and scale >= YI and not piece.zero and a >= 100 and a % 100 == 0:
                trouble = "ambiguous"
            if lo % scale:
                trouble = "unreadable"
            lo, hi, unit = lo + a, hi + b, chunk.scale
        section, bare, near, opened = piece, False, piece.near, chunk.open
        trouble = trouble or piece.trouble
        end, scale, english = chunk.end, chunk.scale, english or chunk.english
    if scale > 1 and lo == hi and (until := fraction_end(s, end)) > end:
        lo = hi = lo + Decimal(fraction(s, end, until))
        end = until
    if s[end] == "来" and lo == hi:
        near = scale > 1 and s[end + 1] in "块元圆" and s[end + 2] != "旦"
        end += near
    elif s[end] in MULTIPLIERS and (until := pile_end(s, end, section.bare)) > end:
        end, big, trouble = until, YI, "unreadable"
    if hi > TOO_LARGE:
        trouble = trouble or "too_large"
    return Numeral(i, end, lo, hi, opened, near, tail, big, digits, bare, english, trouble, section, unit)


def _bare(s: str, i: int) -> Numeral:
    """Multipliers without a digit: 亿 in 过亿, 万 in 万把块."""
    end, scale, _ = _scales(s, i)
    value = Decimal(scale)
    if scale == WAN and s[end] in HAN_DIGITS and s[end + 1] in "千百" and s[end + 2] not in BIG:  # 万八千
        return Numeral(i, end + 2, value, value, big=scale, trouble="ambiguous", scale=scale)
    if s[end] in "来把" and s[end + 1] in "块元":
        return Numeral(i, end + 1, value, value, near=True, tail=scale, big=scale, scale=scale)
    return Numeral(i, end, value, value, big=scale, bare=True, scale=scale)


def _chunk(s: str, i: int) -> Chunk | None:
    if s[i] == "半":
        return _half(s, i)
    section = read_section(s, i)
    if section is None:
        return None
    k, lo, hi, opened = section.end, section.lo, section.hi, section.open
    if s[k] == "个" and (after := scale_after_ge(s, k)):
        if s[k + 1] in "多余":
            hi, opened = lo + section.step, True
        elif s[k + 1] == "半":
            lo = hi = lo + HALF
        k = after
    if s[k] not in BIG and s[k] not in AFTER_LITERAL and k == section.end:
        return Chunk(k, lo, hi, opened, 1, False, section)
    end, scale, english = _scales(s, k)
    if scale == 1:
        return Chunk(section.end, section.lo, section.hi, section.open, 1, False, section)
    exact = lo is hi
    lo = lo * scale
    hi = lo if exact else hi * scale
    if lo == hi and vague(s, end):
        end, hi, opened = end + 1, lo + section.step * scale, True
    if opened and s[end] in "多余" and s[end + 1] in BIG:
        end += 1
    if opened and s[end] in BIG and s[end - 1] in "多余":
        higher = BIG[s[end]]
        return Chunk(end + 1, lo * higher, hi * higher, opened, scale * higher, english, section)
    if lo == hi and s[end] == "半" and s[end + 1] not in "年月天个小" and section.single:
        return Chunk(end + 1, lo + HALF * scale, lo + HALF * scale, False, scale, english, section)
    return Chunk(end, lo, hi, opened, scale, english, section)


def _half(s: str, i: int) -> Chunk | None:
    """半个亿, 半亿, 半百."""
    after = scale_after_ge(s, i + 1) if s[i + 1] == "个" else i + 1
    section = Section(i + 1, HALF, HALF, place=HALF / 5)
    if after and s[after] in "百" and s[after + 1] not in BIG:
        return Chunk(after + 1, HALF * 100, HALF * 100, False, 1, False, section)
    if not after or (after == i + 1 and s[after] != "亿"):
        return None
    end, scale, english = _scales(s, after)
    return Chunk(end, HALF * scale, HALF * scale, False, scale, english, section) if scale > 1 else None


def _scales(s: str, i: int) -> tuple[int, int, bool]:
    """End, product and spelling (English or not) of the multipliers 万, 亿, w, million at ``i``."""
    j, product = i, 1
    while s[j] in BIG:
        product = min(product * BIG[s[j]], LARGEST * 1000)
        j += 1
    if j > i:
        return j, product, False
    if s[i] == "小" and s.startswith("小目标", i):
        return i + 3, YI, False
    if s[i] in "千百" and s[i + 1] == "万" and s[i - 1] in "个多半":
        return i + 2, SMALL[s[i]] * 10**4, False
    if FIRM.match(s, i):
        return i, 1, False
    word, j = _letters(s, i)
    scale = LETTER_SCALES.get(word, 0)
    if word in _MULTIPLIED and s[j] == " ":  # 6 hundred million
        higher, after = _letters(s, j)
        if LETTER_SCALES.get(higher, 0) > _MULTIPLIED[word]:
            word, j, scale = higher, after, _MULTIPLIED[word] * LETTER_SCALES[higher]
    if not scale or "0" <= s[j] <= "9":
        return i, 1, False
    return j, scale, word not in CHINESE_LETTERS


def _letters(s: str, i: int) -> tuple[str, int]:
    """The word at ``i``, behind a blank or not, and its end."""
    k = j = i + 1 if s[i] == " " else i
    while "a" <= s[j] <= "z":
        j += 1
    return s[k:j], j


def _inner(lo: Decimal, section: Section) -> bool:
    """Whether ``lo``, said with 万, and the section behind it are one number by place value: 三万 and 五千."""
    return not lo % WAN and not section.bare and (section.zero or section.lo >= 1000)


def _raises(lo: Decimal, scale: int, big: int, section: Section) -> bool:
    """Whether a larger multiplier takes what stands before it along: 一万五千亿 is 15000 亿."""
    return scale == big and (section.zero or section.lo >= 1000) and (not section.digits or lo < 10**7)
