"""Numbers of firms told beside amounts: whose they are, and whether they come on top of others."""

import re
from dataclasses import replace

from assistant.reading.given import Given
from tools import changes
from tools.money import Quantity, Reading

_SEVERAL = re.compile(r"(好几|多|若干|不少|一些)家")
_FEW = re.compile(r"[俩仨]个?(?:家|企业|公司|厂)")  # two, three in one character
_STOP = re.compile(r"[，。；,;、]")
_AT_ONCE = re.compile(r"[^，。；,;、]{1,16}(?:的|有|了|共|是)?")
_ENGLISH = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_OF_THEM = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,6}) of (?:them|these|those|the (?:firms|companies))\b",
    re.I,
)
_FIRMS = re.compile(
    r"\b(\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?:[ \w-]{0,30}?)(?:firms|companies|enterprises|subsidiaries|businesses|entities)",
    re.I,
)


def of_firms(reading: Reading) -> list[Quantity]:
    """The numbers of firms among all that was counted, in their order."""
    return [one for one in reading.counts if one.unit in ("家", "户")]


def count_near(text: str, reading: Reading, at: int) -> str:
    """The number of firms told nearest before a place (引进了8家，其中3家超过200万 → 3家), else the first after it; one
    told in the same breath goes before one told earlier (在库一年5家)."""
    firms = of_firms(reading)
    before = [one for one in firms if one.start < at]
    behind = next((one for one in firms if one.start >= at), None)
    if before and behind and _STOP.search(text[before[-1].end : at]) and _AT_ONCE.fullmatch(text[at : behind.start]):
        return behind.text
    if firms:
        return (before or firms[:1])[-1].text
    vague = _SEVERAL.search(text) or _FEW.search(text)
    english = _OF_THEM.search(text) or _FIRMS.search(text)
    return vague[0] if vague else english[1] if english else ""


def in_digits(count: str) -> str:
    """A number of firms with an English word for it as digits; other words stay as they are."""
    word = count.lower()
    return str(_ENGLISH.index(word) + 2) if word in _ENGLISH else "1" if word == "one" else count


def number_named(text: str) -> int:
    """The number of firms an English message names (two firms); 0 where it names none."""
    found = _FIRMS.search(text)
    if not found:
        return 0
    return int(found[1]) if found[1].isdigit() else _ENGLISH.index(found[1].lower()) + 2


def also_counted(givens: tuple[Given, ...], text: str, reading: Reading) -> tuple[Given, ...]:
    """The same value for another number of firms asked in the same breath: 10家…奖多少，11家呢."""
    firms = of_firms(reading)
    if len(givens) != 1 or len(firms) != 2 or not re.match(r"(的话)?(呢|的?[?？])", text[firms[1].end :]):
        return givens
    return tuple(replace(givens[0], count=one.text, firm=one.text) for one in firms)


def count_change(text: str, reading: Reading) -> str:
    """Firms that come on top of those told before, or go: 再多2家, 少一家."""
    for one in of_firms(reading):
        if way := changes.sign(text[: one.start]):
            return ("再多" if way == "more" else "少") + one.text
    return ""
