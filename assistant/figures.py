"""The figures of a text: amounts, counts, durations, percentages, dates, years, document numbers, bare numbers.

Spelling does not matter: 八千万, 8000万 and 80,000,000元 are one value. An interval (不超过15万元) is its ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tools import money

_DOCUMENT = re.compile(r"[一-龥]{0,12}[〔\[(（]\d{4}[〕\])）]\d+号")
_DAY = re.compile(r"(\d{4})(?:年|-|/)(\d{1,2})(?:月|-|/)(\d{1,2})日?")
_DRAFT = re.compile(r"第[一二三四五六七八九十\d]+稿")
_ORDINAL = re.compile(r"第([一二三四五六七八九十\d]+)(?:档|条|款|项|名|批|期)")
_BULLET = re.compile(r"(?m)^[ \t]*[-*+][ \t]+")  # a list mark is no minus sign
_MARKS = str.maketrans("“”‘’*", "     ")  # one for one, so that places stay
_ARTICLE = re.compile(r"一[个项次种条点些样份位下]$")  # 一项 is "a", not a count
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_HAN_NUMBER = re.compile(
    r"(?<![零一二三四五六七八九十百千万亿两])[零一二三四五六七八九十百千万亿两]{1,40}(?=[成倍折档年月家个次项元])"
)


@dataclass(frozen=True, slots=True)
class Found:
    """One figure; ``values`` holds its value, or both ends of an interval, as canonical text."""

    text: str
    start: int
    end: int
    unit: str
    values: tuple[str, ...]


def figures(text: str) -> list[Found]:
    """Every figure of ``text``, in its order. Never raises."""
    given, text = text, text.translate(_MARKS)
    left = list(_BULLET.sub(lambda match: " " * len(match[0]), text))
    found: list[Found] = []
    for one in _patterns(text):
        if all(char != "\0" for char in left[one.start : one.end]):
            found.append(one)
            left[one.start : one.end] = "\0" * (one.end - one.start)
    rest = "".join(char if char != "\0" else "；" for char in left)
    reading = money.read(rest)
    for amount in reading.amounts:
        found.append(Found(amount.text, amount.start, amount.end, "yuan", _ends(amount)))
    for count in (*reading.counts, *reading.durations, *reading.percents):
        if _ARTICLE.match(count.text):
            continue
        found.append(Found(count.text, count.start, count.end, count.unit, _ends(count)))
    for year in reading.years:
        if isinstance(year, money.Year) and year.value is not None:
            found.append(Found(year.text, year.start, year.end, "year", (str(year.value),)))
    for refusal in reading.refusals:
        if _DIGITS.search(refusal.text):
            found.append(Found(refusal.text, refusal.start, refusal.end, "unread", (refusal.text,)))
    taken = [False] * len(text)
    for one in found:
        taken[one.start : one.end] = [True] * (one.end - one.start)
    for pattern in (_DIGITS, _HAN_NUMBER):
        for match in pattern.finditer(text):
            if match[0] != "一" and not any(taken[match.start() : match.end()]):
                found.append(Found(match[0], *match.span(), "number", (match[0].replace(",", ""),)))
                taken[match.start() : match.end()] = [True] * len(match[0])
    return [replace(one, text=given[one.start : one.end]) for one in sorted(found, key=lambda one: one.start)]


def _patterns(text: str) -> Iterator[Found]:
    for match in _DOCUMENT.finditer(text):
        plain = re.sub(r"[\[(（]", "〔", re.sub(r"[\])）](?=\d+号)", "〕", match[0]))
        yield Found(match[0], *match.span(), "document", (plain[plain.index("〔") :],))
    for match in _DAY.finditer(text):
        year, month, day = (int(part) for part in match.groups())
        yield Found(match[0], *match.span(), "date", (f"{year:04}-{month:02}-{day:02}",))
    for match in _DRAFT.finditer(text):
        yield Found(match[0], *match.span(), "draft", (match[0],))
    for match in _ORDINAL.finditer(text):
        yield Found(match[0], *match.span(), "ordinal", (match[0],))


def _ends(read: money.Amount | money.Quantity) -> tuple[str, ...]:
    ends = dict.fromkeys(end for end in (read.lo, read.hi) if end is not None)
    return tuple(f"{end.normalize():f}" for end in ends)
