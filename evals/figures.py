"""The figures a text shows: amounts, dates, percentages and document numbers.

Read here independently of the product's own reader, so that a figure the product fails to notice in its own
answer is still noticed. Only unmistakable spellings count: a number without a unit is no amount.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

FigureKind = Literal["amount", "date", "percent", "document"]

_N = r"\d+(?:\.\d+)?"
_DOCUMENT = re.compile(r"[一-龥]{0,12}[〔\[]\d{4}[〕\]]\s*(?:第|No\.?\s*)?\d+\s*号?", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<{{}}>(?:{'|'.join(_MONTHS)})[a-z]*)\.?"
_DATE = re.compile(
    r"(?P<y1>\d{4})\s*年(?:\s*(?P<m1>\d{1,2})\s*月(?:\s*(?P<d1>\d{1,2})\s*日)?)?"
    r"|(?<!\d)(?P<y2>\d{4})-(?P<m2>\d{2})-(?P<d2>\d{2})(?!\d)"
    rf"|(?<!\d)(?P<d3>\d{{1,2}})\s+{_MONTH.format('m3')}\s+(?P<y3>\d{{4}})"
    rf"|\b{_MONTH.format('m4')}\s+(?P<d4>\d{{1,2}}),?\s+(?P<y4>\d{{4}})",
    re.IGNORECASE,
)
_PERCENT = re.compile(rf"(?P<n>{_N})\s*%")
_CN = "一二两三四五六七八九"
_SMALL = {"": 1, "十": 10, "百": 100, "千": 1000}
_LARGE = {"thousand": 10**3, "k": 10**3, "million": 10**6, "mn": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9}
_COUNTED = r"(?!\s*[人家户名平吨台])"  # 5万人 is no amount
_AMOUNT = re.compile(
    rf"(?P<yi>{_N})\s*个?亿(?:(?P<tail>\d)(?![\d.千百万])|\s*(?P<yiwan>{_N})\s*(?P<yiscale>[十百千]?)万)?{_COUNTED}\s*元?"
    rf"|(?P<wan>{_N})\s*(?P<scale>[十百千]?)万{_COUNTED}\s*(?:(?P<rest>{_N})(?=\s*元))?\s*元?"
    rf"|(?P<yuan>{_N})\s*元"
    rf"|(?:RMB|CNY|USD|[$¥€])\s*(?P<coin>{_N})\s*(?P<coinscale>thousand|million|billion|mn|bn|[mk])?\b"
    rf"|(?P<en>{_N})\s*(?:(?P<enscale>thousand|million|billion)\b\s*(?:yuan|RMB|CNY)?|(?:yuan|RMB|CNY)\b)"
    rf"|(?P<cn>(?<![{_CN}])(?![{_CN}]{{2}})[{_CN}十][{_CN}十百千万亿零]*[万亿](?:[{_CN}零十百千]+(?=元)|[{_CN}](?![{_CN}十百千万亿]))?){_COUNTED}元?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """One figure. ``value``: yuan or percent as a plain decimal, a date as far as it goes (``2024-01-01``,
    ``2026``), a document number as written. ``start`` and ``end`` count characters of ``plain(text)``."""

    kind: FigureKind
    value: str
    text: str
    start: int
    end: int

    def is_shown_by(self, other: "Found") -> bool:
        """Whether ``other`` is this figure, spelt in whatever way; ``2026`` is part of ``2026-12-31``."""
        if self.kind != other.kind:
            return False
        if self.kind == "date":
            return other.value.startswith(self.value)
        if self.kind == "document":
            return self.value.endswith(other.value) or other.value.endswith(self.value)
        return Decimal(self.value) == Decimal(other.value)


def plain(text: str) -> str:
    """NFKC, without Markdown marks and thousands separators."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub("[*`\u200b-\u200f\u202a-\u202e\ufeff]", "", unicodedata.normalize("NFKC", text))
    return text.translate(str.maketrans("萬億壹贰叁肆伍陆柒捌玖拾佰仟〇", "万亿一二三四五六七八九十百千零"))


def read(text: str) -> list[Found]:
    """All figures of a text, in order."""
    rest = plain(text)
    found: list[Found] = []
    for kind, pattern in _PATTERNS:
        for hit in pattern.finditer(rest):
            found.append(Found(kind, _value(kind, hit), hit[0].strip(), hit.start(), hit.end()))
        rest = pattern.sub(lambda hit: "\0" * len(hit[0]), rest)
    return sorted(found, key=lambda figure: figure.start)


def unlisted(text: str, listed: list[str]) -> Iterator[Found]:
    """The figures of ``text`` that none of the ``listed`` spellings shows."""
    known = [figure for spelling in listed for figure in read(spelling)]
    for figure in read(text):
        if not any(figure.is_shown_by(other) for other in known):
            yield figure


_PATTERNS: tuple[tuple[FigureKind, re.Pattern[str]], ...] = (
    ("document", _DOCUMENT),
    ("date", _DATE),
    ("percent", _PERCENT),
    ("amount", _AMOUNT),
)


def _value(kind: FigureKind, hit: re.Match[str]) -> str:
    if kind == "document":
        return re.sub(r"\s|第|No\.?", "", hit[0]).replace("[", "〔").replace("]", "〕").removesuffix("号")
    if kind == "date":
        return _date(hit)
    if kind == "percent":
        return hit["n"]
    return f"{_amount(hit).normalize():f}"


def _date(hit: re.Match[str]) -> str:
    groups = hit.groupdict()
    for at in "1234":
        if year := groups[f"y{at}"]:
            month, day = groups[f"m{at}"], groups[f"d{at}"]
            if month and month.isalpha():
                month = str(_MONTHS.index(month[:3].lower()) + 1)
            return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])
    raise AssertionError(hit)


def _amount(hit: re.Match[str]) -> Decimal:
    group = hit.groupdict()
    if group["yi"]:
        tail = Decimal(group["tail"] or 0) * 10**7
        below = Decimal(group["yiwan"] or 0) * 10**4 * _SMALL[group["yiscale"] or ""]
        return Decimal(group["yi"]) * 10**8 + tail + below
    if group["wan"]:
        return Decimal(group["wan"]) * 10**4 * _SMALL[group["scale"] or ""] + Decimal(group["rest"] or 0)
    if group["cn"]:
        return Decimal(_chinese(group["cn"]))
    number = group["yuan"] or group["coin"] or group["en"]
    scale = group["coinscale"] or group["enscale"]
    return Decimal(number) * (_LARGE[scale.lower()] if scale else 1)


def _chinese(words: str) -> int:
    """``一亿二千万`` -> 120000000; a digit right after a unit is of the next lower one (``一亿二``)."""
    total = section = digit = 0
    unit = 1
    zero = False
    for char in words:
        if char == "零":
            zero = True
        elif char in _CN:
            digit = 2 if char == "两" else "零一二三四五六七八九".index(char)
        elif char in _SMALL:
            section += (digit or 1) * _SMALL[char]
            digit, unit, zero = 0, _SMALL[char], False
        else:
            unit = 10**4 if char == "万" else 10**8
            if unit == 10**8:
                total = (total + section + digit) * unit
            else:
                total += (section + digit) * unit
            section = digit = 0
            zero = False
    return total + section + digit * (1 if zero or unit == 1 or unit == 10 else unit // 10)
