"""The time a message asks about, and whether the policy is in force then: 明年申请, 三年后, 下个月, 过完年, next year.

A year that only tells when a revenue was made (2023年营收1亿，今天申请) is none: the text does not say which year's counts.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tools import money
from tools.money import Reading
from tools.rules import Policy

_LAST_DAY = re.compile(
    r"(?i)(?:延至|延长(?:至|到)|延期(?:至|到)|有效期(?:限)?(?:延|改)?(?:至|到|为)|extended (?:to|until)|valid until)\s*$"
)
_MONTH = (
    r"(?:(?:early|late|mid|january|february|march|april|may|june|july|august|september|october|november|december)[ -])*"
)
_YEAR = re.compile(rf"\b(?:in|by|until|after|before|of|since|year)\s+{_MONTH}(20\d\d)\b")
_APPLIES = re.compile(
    r"申请|申报|报名|办理|去办|递交|适用|有效|生效|到时候?|届时|能不能拿|领|享受|apply|in force|valid|claim"
)
_BEFORE = re.compile(
    r"[^，。；,;?？!！]*(?:(?:申请|申报|报名|递交)(?![过了])|适用|有效|生效|管(?!理)|apply|in force|valid)"
)
_AWARD = re.compile(r"奖|补贴|政策|拿|award|reward|policy")
_THEN = re.compile(r"到时候?|届时|\bby then\b")
_NOW = re.compile(
    r"(?:现在|今天|目前|眼下|马上|立刻|这会儿?|趁早)[^，。；,;?？!！\d]{0,6}(?:申请|申报|报名|去报|能报|可以报|办|递交)|(?:申请|申报)[^，。；,;?？!！\d]{0,4}(?:现在|今天|目前|眼下)|"
    r"\bapply[^.,;?]{0,16}\b(?:now|today)\b|\b(?:now|today)\b[^.,;?]{0,10}\bapply"
)  # of an application: another time told elsewhere in the message is then not the application's
_STOP = re.compile(r"[，。；,;?？!！]")
_COUNTS = {
    **{"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "十": 10},
    **{"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5},
}
_N = r"(?P<n>\d{1,2}|[一二两三四五六半]|a|one|two|three|four|five)"
# Times said from the day of asking, each with the days (first, last) it may mean.
_MONTHS_ON = re.compile(
    rf"(?<![满够第在驻立园库册营\d])(?:再?过|等)?{_N}个?(?P<half>半)?(?P<unit>年|月)(?:之后|以后|后|过后)|再过{_N.replace('P<n>', 'P<m>')}个?(?P<unit2>年|月)(?!底|初)|"
    r"(?<![\d万亿] )\bin (?P<k>a|one|two|three|four|five|\d{1,2}) (?P<unit3>year|month)s?\b|(?P<l>one|two|three|four|five|\d{1,2}) (?P<unit4>year|month)s? (?:later|from now)"
)
_NEXT_MONTH = re.compile(r"(?P<twice>下)?下个?月|\bnext month\b|(?P<quarter>下个?季度)")
_NEW_YEAR = re.compile(
    r"(?:过完|过了|等)(?:元旦|新年|春节|年)|(?:元旦|春节|新年|过年|(?<![\d一二两三四五六七八九十半几多今去明后前每全本满首次])年)(?:之后|以后|过后|后)(?!年)"
)
_DAYS_ON = re.compile(
    r"(?P<week>下(?:周|个?星期|个?礼拜)|\bnext week\b)|(?<![满够第在\d])(?P<d>\d{1,2}|[一两三四五六十])(?P<by>天|周|个?星期|个?礼拜)(?:之后|以后|后)|明天|后天|\btomorrow\b"
)
_YEAR_AHEAD = re.compile(r"(?P<far>大后年)|(?P<after>后年)|(?P<next>明年|来年|下一?年)|\bnext year\b")


@dataclass(frozen=True)
class Times:
    """The years and days a message names, other than the day a duration began; ``outside``: the words of a time when
    the policy is not in force, and whether it is then that something is ``applied`` for or had."""

    years: tuple[int, ...] = ()
    soon: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    outside: str = ""
    applied: bool = False

    @classmethod
    def of(cls, text: str, folded: str, reading: Reading, policy: Policy, as_of: date) -> "Times":
        named = [one for one in reading.years if isinstance(one, money.Year)]
        days = [one for one in reading.years if isinstance(one, money.Date) and not _is_end(one, text)]
        outside, applied = _outside(text, folded, reading, policy, as_of)
        years = (
            *(one.value for one in named if one.value is not None),
            *(int(year) for year in _YEAR.findall(folded)),
        )
        soon = tuple(as_of.year + one.relative for one in named if one.value is None and one.relative is not None)
        if outside and not applied and _applied_now(folded, outside):  # 2027年才审计完，现在申请行不行
            last = policy.in_force_to.year
            return cls(tuple(year for year in years if year <= last), tuple(year for year in soon if year <= last))
        return cls(years, soon, tuple(one.value for one in days), outside, applied)


def _applied_now(folded: str, outside: str) -> bool:
    """Whether the application is said to be now, in another clause than the time that lies outside."""
    return any(_NOW.search(clause) for clause in _STOP.split(folded) if outside.lower() not in clause)


def _outside(text: str, folded: str, reading: Reading, policy: Policy, as_of: date) -> tuple[str, bool]:
    """The first time asked about that lies wholly outside the policy's, and whether it is that of the application."""
    found: list[tuple[str, bool]] = []
    for words, start, first, last in _spans(text, folded, reading, as_of):
        if first <= policy.in_force_to and last >= policy.in_force_from:
            continue
        applied = _applied(folded, start, start + len(words), reading, policy)
        if last < policy.in_force_from:  # of the past an application is told, or force asked for: no award of then
            applied = applied and bool(_BEFORE.match(folded[start + len(words) :]))
        if last >= policy.in_force_from or applied:  # an earlier year may tell when a revenue was made
            found.append((words, applied))
    return max(found, key=lambda one: one[1], default=("", False))


def _spans(text: str, folded: str, reading: Reading, as_of: date) -> Iterator[tuple[str, int, date, date]]:
    """Every time told, with its place in the folded text and the days it may mean."""
    for one in reading.years:
        at = max(folded.find(one.text.lower()), 0)
        if isinstance(one, money.Date) and not _is_end(one, text):
            yield one.text, at, one.value, one.value
        elif isinstance(one, money.Year) and one.value is not None:
            yield _around(one.text, folded, at, one.value)
    for match in _YEAR.finditer(folded):
        year = int(match[1])
        after = match[0].startswith("after")
        yield match[0], match.start(), *((_year(year + 1)[0], date.max) if after else _year(year))
    for match in _YEAR_AHEAD.finditer(folded):
        year = as_of.year + (3 if match["far"] else 2 if match["after"] else 1)
        yield match[0], match.start(), *_year(year)
    for match in _MONTHS_ON.finditer(folded):
        months = _months(match)
        day = _on(as_of, months) if months else _plus(as_of, 15)  # 半个月后
        yield match[0], match.start(), day, date(day.year, 12, 31) if months >= 12 else day
    for match in _NEXT_MONTH.finditer(folded):
        months = 3 - (as_of.month - 1) % 3 if match["quarter"] else 2 if match["twice"] else 1
        first = _on(as_of.replace(day=1), months)
        yield match[0], match.start(), first, _plus(_on(first, 3 if match["quarter"] else 1), -1)
    for match in _NEW_YEAR.finditer(folded):
        year = as_of.year + (as_of.month > 2)  # in January and February the holiday may still be this year's
        yield match[0], match.start(), *_year(year)
    for match in _DAYS_ON.finditer(folded):
        days = _days(match, as_of)
        first = _plus(as_of, days)
        yield match[0], match.start(), first, _plus(first, 6 if match["week"] else 0)


def _year(year: int) -> tuple[date, date]:
    """Its first and last day; what lies beyond the calendar ends with it."""
    year = min(max(year, date.min.year), date.max.year)
    return date(year, 1, 1), date(year, 12, 31)


def _plus(day: date, days: int) -> date:
    """A day so many days on, no further than the calendar goes."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def _around(words: str, folded: str, at: int, year: int) -> tuple[str, int, date, date]:
    """A year, or the time before or after it (2026年以后, 2024年元旦之前)."""
    behind = folded[at + len(words) :]
    if after := re.match(r"(?:年?底|末)?(?:之后|以后|过后)", behind):
        return words + after[0], at, _year(year + 1)[0], date.max
    if before := re.match(r"(?:元旦|初)?(?:之前|以前)", behind):
        return words + before[0], at, date.min, _year(year - 1)[1]
    return words, at, *_year(year)


def _days(match: re.Match[str], as_of: date) -> int:
    """How many days it is to the first day of a time told in days or weeks."""
    if match["week"]:
        return 7 - as_of.weekday()
    if not match["d"]:
        return 1 if "明" in match[0] or "tomorrow" in match[0] else 2
    number = int(match["d"]) if match["d"].isdigit() else _COUNTS[match["d"]]
    return number * (1 if match["by"] == "天" else 7)


def _months(match: re.Match[str]) -> int:
    told = match["n"] or match["m"] or match["k"] or match["l"]
    unit = match["unit"] or match["unit2"] or match["unit3"] or match["unit4"]
    if told == "半":
        return 6 if unit == "年" else 0
    number = int(told) if told.isdigit() else _COUNTS[told]
    months = number * (12 if unit in ("年", "year") else 1)
    return months + (6 if match["half"] and unit == "年" else 0)


def _on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(max(year, date.min.year), date.max.year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _applied(folded: str, start: int, end: int, reading: Reading, policy: Policy) -> bool:
    """Whether a time is that of an application or of the award, and not only of a revenue: the nearest of such words
    behind it in its clause goes before the nearest amount or measure."""
    clause = _STOP.split(folded[end:])[0]
    said = _APPLIES.search(clause) or _AWARD.search(clause)
    words = {word for said in policy.measure_words.values() for word in said}
    words |= {one.text.lower() for one in reading.amounts}
    told = [at for at in (clause.find(word) for word in words) if at >= 0]
    if said and (not told or said.start() < min(told)):
        return True
    lead = _STOP.split(folded[:start])[-1]
    return (bool(_APPLIES.search(lead)) and not told) or bool(_THEN.search(folded[end:]))


def _is_end(day: money.Date, text: str) -> bool:
    """Whether a day is said to be the policy's last (有效期延至…): that is no day to ask about."""
    return bool(_LAST_DAY.search(text[max(0, day.start - 12) : day.start]))
