"""The figures of a text: amounts, counts, durations, percentages, dates, years, document numbers, bare numbers.

Spelling does not matter: 八千万, 8000万 and 80,000,000元 are one value. An interval (不超过15万元) is its ends.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tools import money
from tools.money.lexicon import DEFAULT, Lexicon

_DOCUMENT = re.compile(r"[一-龥]{0,12}[〔\[(（]\d{4}[〕\])）]\d+号")
_DAY = re.compile(r"(\d{4})(?:年|-|/)(\d{1,2})(?:月|-|/)(\d{1,2})日?")
_MONTHS = {
    name: at
    for at, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_MONTH = r"(?i:(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*)\.?"
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH},? (\d{{4}})\b")
_MONTH_FIRST = re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b")
_DRAFT = re.compile(r"第[一二三四五六七八九十\d]+稿")
_ORDINAL = re.compile(r"第([一二三四五六七八九十\d]+)(档|条|款|项|名|批|期)")
_LISTED = re.compile(
    r"(?m)^[ \t>]*(?:\|\s*\d{1,2}\s*(?=\|)|\d{1,2}(?:[)）、]|\.(?=\s)))"
)  # the number of a list's item
_BULLET = re.compile(r"(?m)^[ \t]*[-*+][ \t]+")  # a list mark is no minus sign
_MARKS = str.maketrans("“”‘’*", "     ")  # one for one, so that places stay
_STRUCTURE = re.compile(
    r"——|[一二三](?=是)|[两二三四五六](?=点(?!\d)|者|种(?:情况|情形|可能)|个(?:方面|部分|要点|情况)|方面)"
)  # parts of an answer
_ARTICLE = re.compile(r"一[个家项次种条点些样份位下]$")  # 一项 is "a", not a count
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_HAN = "零一二三四五六七八九十__两"  # 两 stands at 13, which is 2 of 11
_HYPHEN = re.compile(r"(?<=\d)-(?=(?:thousand|million|billion)\b)|(?<=thousand)-|(?<=million)-|(?<=billion)-")
_SUM = re.compile(r"\d{1,3}(?:,\d{3})+|[\d.]+\s*(?:thousand|million|billion)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMERAL = re.compile(r"[\d零一二三四五六七八九十百千万亿两]")
_HAN_NUMBER = re.compile(
    r"(?<![零一二三四五六七八九十百千万亿两])[零一二三四五六七八九十百千万亿两]{1,40}(?=[成倍折档年月家个次项元])"
)


@dataclass(frozen=True, slots=True)
class Found:
    """One figure; ``values`` holds its value, or both ends of an interval, as canonical text.

    ``amount`` is what was read, where it is money: its bounds, what it measures, whether it is denied.
    """

    text: str
    start: int
    end: int
    unit: str
    values: tuple[str, ...]
    amount: money.Amount | None = None


@functools.lru_cache(maxsize=4096)
def values(text: str) -> frozenset[tuple[str, str]]:
    """The (unit, value) of every figure of a text that is read again and again, such as a clause."""
    return frozenset((one.unit, value) for one in figures(text) for value in one.values)


def figures(text: str, lexicon: Lexicon = DEFAULT) -> list[Found]:
    """Every figure of ``text``, in its order. Never raises."""
    given, text = text, _STRUCTURE.sub(lambda match: "；" * len(match[0]), text.translate(_MARKS))
    for mark in (_BULLET, _LISTED, _HYPHEN):
        text = mark.sub(lambda match: " " * len(match[0]), text)
    left = list(text)
    found: list[Found] = []
    for one in _patterns(text):
        if all(char != "\0" for char in left[one.start : one.end]):
            found.append(one)
            left[one.start : one.end] = "\0" * (one.end - one.start)
    rest = "".join(char if char != "\0" else "；" for char in left)
    reading = money.read(rest, lexicon)
    for amount in reading.amounts:
        found.append(Found(amount.text, amount.start, amount.end, "yuan", _ends(amount), amount))
    for count in (*reading.counts, *reading.durations, *reading.percents):
        if _ARTICLE.match(count.text):
            continue
        found.append(Found(count.text, count.start, count.end, count.unit, _ends(count)))
    for year in reading.years:
        if isinstance(year, money.Year) and year.value is not None:
            found.append(Found(year.text, year.start, year.end, "year", (str(year.value),)))
    for refusal in reading.refusals:
        if value := _plain_english(refusal.text):
            found.append(Found(refusal.text, refusal.start, refusal.end, "yuan", (value,)))
        elif _DIGITS.fullmatch(refusal.text):
            found.append(Found(refusal.text, refusal.start, refusal.end, *_bare(refusal.text, "")))
        elif _NUMERAL.search(refusal.text):
            found.append(Found(refusal.text, refusal.start, refusal.end, "unread", (refusal.text,)))
    taken = [False] * len(text)
    for one in found:
        taken[one.start : one.end] = [True] * (one.end - one.start)
    for pattern in (_DIGITS, _HAN_NUMBER):
        for match in pattern.finditer(text):
            if match[0] != "一" and not any(taken[match.start() : match.end()]):
                found.append(Found(match[0], *match.span(), *_bare(match[0], text[match.end() : match.end() + 1])))
                taken[match.start() : match.end()] = [True] * len(match[0])
    return [replace(one, text=given[one.start : one.end]) for one in sorted(found, key=lambda one: one.start)]


def _patterns(text: str) -> Iterator[Found]:
    for match in _DOCUMENT.finditer(text):
        plain = re.sub(r"[\[(（]", "〔", re.sub(r"[\])）](?=\d+号)", "〕", match[0]))
        yield Found(match[0], *match.span(), "document", (plain[plain.index("〔") :],))
    for match in _DAY.finditer(text):
        yield _day(match, *match.groups())
    for match in _DAY_FIRST.finditer(text):
        yield _day(match, match[3], _MONTHS[match[2][:3].lower()], match[1])
    for match in _MONTH_FIRST.finditer(text):
        yield _day(match, match[3], _MONTHS[match[1][:3].lower()], match[2])
    for match in _DRAFT.finditer(text):
        yield Found(match[0], *match.span(), "draft", (match[0],))
    for match in _ORDINAL.finditer(text):
        yield Found(match[0], *match.span(), "ordinal", (_ordinal(match),))


def _plain_english(words: str) -> str:
    """The value of an English sum without its currency: 5 million short, up to 100,000; empty where it is none."""
    read = money.read(f"RMB {words}").amounts if _SUM.fullmatch(words) else ()
    return f"{read[0].lo:f}" if len(read) == 1 and read[0].lo is not None and read[0].exact else ""


def _bare(words: str, after: str) -> tuple[str, tuple[str, ...]]:
    """Unit and value of a number by itself: a year, a count of tiers (六档), or nothing but a number."""
    if len(words) == 1 and words in _HAN and after == "档":
        return "档", (str(_HAN.index(words) % 11),)
    if _SUM.fullmatch(words):
        return "yuan", (words.replace(",", ""),)
    return "year" if _YEAR.fullmatch(words) else "number", (words.replace(",", ""),)


def _day(match: re.Match[str], year: str, month: str | int, day: str) -> Found:
    """A date, its value as in ISO 8601; of a day that no month has, too: nothing is its origin."""
    return Found(match[0], *match.span(), "date", (f"{year}-{int(month):02}-{int(day):02}",))


def _ordinal(match: re.Match[str]) -> str:
    """``12档`` for 第十二档 and for 第12档."""
    read = money.read(f"{match[1]}家").counts
    number = f"{read[0].lo:f}" if len(read) == 1 and read[0].lo is not None else match[1]
    return f"{number}{match[2]}"


def _ends(read: money.Amount | money.Quantity) -> tuple[str, ...]:
    ends = dict.fromkeys(end for end in (read.lo, read.hi) if end is not None)
    return tuple(f"{end.normalize():f}" for end in ends)
