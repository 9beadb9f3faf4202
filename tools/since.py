"""A time counted from a day that was told: 去年3月, 2025年5月31日, 前年底, in January 2025 -> months up to a given day.

A month or a season named without its day leaves a span of days, and so a span of months. Only whole months are told
apart: from 15 August to 1 June it is 9 months and not yet 10.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

from tools.interval import Interval

_YEARS = {
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "上年": -1,
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "明年": 1,
    "后年": 2,
    "last year": -1,
    "this year": 0,
    "next year": 1,
}
_MONTHS = {name.lower(): at for at, name in enumerate(calendar.month_name) if name}
_HAN = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
    "十二": 12,
}
_PARTS = {
    "年初": (1, 2), "年头": (1, 2), "年底": (11, 12), "年末": (11, 12), "年尾": (11, 12), "年中": (5, 8),
    "上半年": (1, 6), "下半年": (7, 12), "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
}  # fmt: skip
_YEAR = rf"(?:(?P<year>20\d\d)(?:年|[-/.](?=\d))|(?P<said>{'|'.join(sorted((k for k in _YEARS if ' ' not in k), key=len, reverse=True))})的?)"
_MONTH = r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])(?:月份?|[-/.](?=\d))"
_DAY = r"(?:(?P<day>3[01]|[12]\d|0?[1-9])(?:日|号|(?!\d))|(?P<third>上旬|中旬|下旬|初|底|末))?"
_PART = rf"第?(?P<part>{'|'.join(sorted(_PARTS, key=len, reverse=True))}|初|底|末)"
_CHINESE = re.compile(rf"{_YEAR}(?:{_MONTH}{_DAY}|{_PART})")
_YEAR_ALONE = re.compile(rf"{_YEAR}(?=[才刚就已新后的]*[^\d度能可会])")
_NAMES = "|".join(_MONTHS)
_ENGLISH = re.compile(
    rf"(?:(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)? )?(?P<name>{_NAMES})(?: (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)?,? (?:of )?(?P<year>20\d\d)"
)
_LATELY = re.compile(r"(?P<back>上上|上|这|本|下)个?月")

_DATED = re.compile(
    rf"{_YEAR}(?:{_MONTH}{_DAY}|{_PART})|{_ENGLISH.pattern.replace('P<year>', 'P<year2>').replace('P<day>', 'P<day3>')}|"
    r"(?P<same>同年|当年|次年|第二年)的?(?P<month2>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
)
_SAME_YEAR = re.compile(
    r"(?P<same>同年|当年|次年|第二年)的?(?P<month2>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
)
_MONTH_ALONE = re.compile(r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?")
_MONTH_ASKED = re.compile(
    r"(?:(?:等到|截至|截止到?|到了?|等)|(?<![年\d])(?=(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?(?:能|可以|够|满|再|的时候|去问)))"
    r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
)


@dataclass(frozen=True, slots=True)
class Since:
    """A day between ``first`` and ``last``, and the words for it with their place."""

    text: str
    start: int
    end: int
    first: date
    last: date


def find(folded: str, as_of: date) -> Since | None:
    """The first day told, to the month at least; of a year alone only one whose days are all within a year or all not."""
    if match := _CHINESE.search(folded):
        year = int(match["year"]) if match["year"] else as_of.year + _YEARS[match["said"]]
        if match["month"]:
            return _within(match, year, _month(match["month"]), match["day"], match["third"] or "")
        first, last = _PARTS.get(match["part"]) or _PARTS[f"年{match['part']}"]
        return _from(match[0], *match.span(), year, first, last)
    if match := _ENGLISH.search(folded):
        return _within(match, int(match["year"]), _MONTHS[match["name"]], match["day"] or match["day2"], "")
    if match := _LATELY.search(folded):
        back = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}[match["back"]]
        months = as_of.year * 12 + as_of.month - 1 + back
        return _within(match, months // 12, months % 12 + 1, None, "")
    if match := _YEAR_ALONE.search(folded):
        year = int(match["year"]) if match["year"] else as_of.year + _YEARS[match["said"]]
        if year != as_of.year - 1 and _exists(year):  # last year's days lie on both sides of a year ago
            return Since(match[0], *match.span(), date(year, 1, 1), min(_end(year, 12), max(as_of, date(year, 1, 1))))
    return None


def find_all(folded: str, as_of: date) -> list[Since]:
    """Every day told to the month at least, in the text's order; 同年9月 takes its year from the day before it."""
    found: list[Since] = []
    for match in _DATED.finditer(folded):
        one = find(match[0], as_of) if not match["same"] else _same_year(match, found)
        if one:
            found.append(Since(one.text, match.start(), match.end(), one.first, one.last))
    return found


def until(folded: str, as_of: date) -> Since | None:
    """The day up to which a time is asked about: led in by 到 or 等到, asked of by its verb, or still to come."""
    for one in find_all(folded, as_of):
        led = re.search(r"(?:等到|截至|截止到?|到了?|至|等)$", folded[: one.start])
        if led or one.first > as_of:
            return one
    match = _MONTH_ASKED.search(folded)
    return _coming(match, as_of) if match else None


def up_to(words: str, start: Since, as_of: date) -> Since | None:
    """The end of a time told with its start: a day, 同年9月, or a month alone, which is the next to come."""
    dates = find_all(words, as_of)
    if not dates and (match := _SAME_YEAR.fullmatch(words.strip())):
        return _same_year(match, [start])
    if not dates and (match := _MONTH_ALONE.fullmatch(words.strip())):
        return _coming(match, as_of)
    return dates[0] if len(dates) == 1 else None


def _coming(match: re.Match[str], as_of: date) -> Since | None:
    month = _month(match["month"])
    year = as_of.year + (month < as_of.month)
    start = match.start("month")
    return _from(match.string[start : match.end()], start, match.end(), year, month, month)


def between(start: Since, end: Since) -> Interval:
    """How many months it is from one day to another; a month told without its day leaves a span."""
    low, high = max(_full(start.last, end.first), 0), max(_full(start.first, end.last), 0)
    return Interval(Interval.at(low).lo, Interval.at(high + 1).hi, True, False)


def _same_year(match: re.Match[str], before: list[Since]) -> Since | None:
    if not before:
        return None
    year = before[-1].first.year + (match["same"] not in ("同年", "当年"))
    month = _month(match["month2"])
    return _from(match[0], *match.span(), year, month, month)


def months(since: Since, as_of: date) -> Interval:
    """How many months it is up to ``as_of``: nothing yet where the day is still to come."""
    if since.first > as_of:
        return Interval.at(0)
    return Interval(
        Interval.at(max(_full(since.last, as_of), 0)).lo, Interval.at(_full(since.first, as_of) + 1).hi, True, False
    )


def _full(start: date, end: date) -> int:
    """Whole months between two days."""
    last = calendar.monthrange(end.year, end.month)[1]
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < min(start.day, last))


def _within(match: re.Match[str], year: int, month: int, day: str | None, third: str) -> Since | None:
    if not _exists(year):
        return None
    first, last = date(year, month, 1), _end(year, month)
    if day:
        if int(day) > last.day:
            return None
        first = last = date(year, month, int(day))
    elif third:
        low, high = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20)}.get(third, (21, last.day))
        first, last = date(year, month, low), date(year, month, high)
    return Since(match[0], *match.span(), first, last)


def _from(words: str, start: int, end: int, year: int, first: int, last: int) -> Since | None:
    """The days of a year's months ``first`` to ``last``; None where the calendar has no such year."""
    return Since(words, start, end, date(year, first, 1), _end(year, last)) if _exists(year) else None


def _exists(year: int) -> bool:
    """Whether the calendar has the year: 明年 said in 9999 and 去年 said in the year 1 are none."""
    return MINYEAR <= year <= MAXYEAR


def _month(words: str) -> int:
    return _HAN[words] if words in _HAN else int(words)


def _end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
