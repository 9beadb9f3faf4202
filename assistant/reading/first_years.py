"""Which of several years' values a measure of the first year goes by: 头一年150万，第二年300万 -> 150万.

A year is named before its value in Chinese and before or behind it in English. Where years are told and none of them
surely is the first, it is asked which one is.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.reading.given import Found, Given
from tools.money import Amount
from tools.rules import Policy

if TYPE_CHECKING:
    from assistant.reading.question import Question

_FIRST = re.compile(
    r"首次?年|首个年度|[头第]一(?:个)?(?:纳税|完整)?年|头年|首年度|入园当年|引进当年|\bfirst year|\byear one\b|\byear 1\b|\binitial year"
)
_LATER = re.compile(
    r"第[二三四五2345](?:个)?年|(?<!首)[次翌]年|后一年|转年|再?下一年|第[二三四五]个年度|"
    r"\b(?:second|third|fourth|next|following) year|\byear (?:two|three|2|3)\b"
)
_CALENDAR = re.compile(r"(?<!\d)20\d\d ?年|大前年|前年|去年|上年|今年|明年|\blast year|\bthis year")
_ENGLISH = re.compile(r"[a-z]")


def of_first_year(found: Found, text: str, policy: Policy, spoken_of: bool) -> tuple[Found, bool]:
    """The values left when only the first year's count, each under the measure of the first year, and whether it is
    unsure which that is. ``spoken_of``: the award that goes by it, or its condition, is told."""
    measure = first_year_measure(policy)
    of_it = [one for one in found if one[1].measure == measure]
    loose = [one for one in found if not one[1].measure]
    if not measure or not (of_it or (spoken_of and loose)):
        return found, False
    values = [one for one in found if one[1].words and one[1].measure in ("", measure)]
    years = [_year_of(one[2], at, values, text) for at, one in enumerate(values)]
    firsts = [one for one, year in zip(values, years, strict=True) if year == "first"]
    if firsts and (len(values) == 1 or "later" in years or "calendar" in years):
        kept = [one for one in found if one not in values or one in firsts]
        return [_under(measure, one) if one in firsts else one for one in kept], len(firsts) > 1
    if len(values) > 1 and ("later" in years or years.count("calendar") > 1) and _one_firm(values):
        return [_under(measure, one) if one in values else one for one in found], True
    if len(values) == 1 and years == ["later"]:
        return [_under(measure, one) if one in values else one for one in found], True
    return found, False


def first_year_measure(policy: Policy) -> str:
    """The measure that only the first year's value counts for; empty where the policy has none."""
    return next((one.id for one in policy.measures.values() if re.match(r"首|第一", one.name)), "")


def is_later_year(before: "Question", now: "Question", policy: Policy) -> bool:
    """Whether a follow-up tells that the value before was a later year's (是第二年的税), or a later year's value beside it."""
    measure = first_year_measure(policy)
    held = bool(before.givens) and before.givens[-1].measure == measure != ""
    return held and all(one.measure in ("", measure) for one in now.givens) and _last_kind(now.folded) == "later"


def told_of_a_year(amount: Amount, text: str) -> bool:
    """Whether a year is named right before a sum (首年只有50万), so that it is a value and no award."""
    return bool(_last_kind(re.split("[，。；,;]", text[max(0, amount.start - 14) : amount.start])[-1].lower()))


def _year_of(amount: Amount, at: int, values: Found, text: str) -> str:
    """``first``, ``later``, ``calendar`` or nothing: the year told nearest to a value, within its own stretch of text."""
    start = values[at - 1][2].end if at else 0
    end = values[at + 1][2].start if at + 1 < len(values) else len(text)
    before, behind = text[start : amount.start].lower(), text[amount.end : end].lower()
    if _ENGLISH.search(behind) and not re.search(r"[一-龥]", text):
        behind = re.split(r"[,;.]| and ", behind)[0]
        if kind := _last_kind(behind):
            return kind
    return _last_kind(before)


def _last_kind(words: str) -> str:
    """A number of the year (第二年) says more than its date (今年第二年), and the last one told counts."""
    marks = [
        (match.start(), kind)
        for pattern, kind in ((_FIRST, "first"), (_LATER, "later"))
        for match in pattern.finditer(words)
    ]
    if marks:
        return max(marks)[1]
    return "calendar" if _CALENDAR.search(words) else ""


def _one_firm(values: Found) -> bool:
    """Whether the values are not those of several firms told by name."""
    return len({one[1].firm for one in values if not _CALENDAR.fullmatch(one[1].firm)}) <= 1


def _under(measure: str, one: tuple[int, Given, Amount]) -> tuple[int, Given, Amount]:
    rank, given, amount = one
    return rank, replace(given, measure=measure, firm="" if _CALENDAR.fullmatch(given.firm) else given.firm), amount
