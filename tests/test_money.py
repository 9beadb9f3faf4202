"""The amount reader from outside: what is read, refused and left alone."""

from __future__ import annotations

import datetime
import io
import json
import re
import subprocess
import sys
from decimal import Decimal

import pytest

from tests import money_cases
from tools.errors import MoneyError
from tools.lexicon import DEFAULT
from tools.money import Amount, Date, Reading, Year, main, parse_one, read, write

SCALES = {"": 1, "万": 10**4, "亿": 10**8}


def table(text: str) -> list[tuple[str, str]]:
    rows = [line.rpartition(" | ") for line in text.strip("\n").splitlines()]
    return [(row[0], row[2]) for row in rows]


def number(text: str) -> Decimal | None:
    if not text:
        return None
    scale = text[-1] if text[-1] in SCALES else ""
    return Decimal(text.removesuffix(scale)) * SCALES[scale]


def wanted(item: str) -> dict[str, object]:
    """The fields an item of the notation of ``money_cases`` asks for."""
    if item.startswith("!"):
        return {"code": item[1:]}
    fields: dict[str, object] = {"negated": False, "change": ""}
    head, equals, item = item.rpartition("=")
    if equals:
        owner, colon, measure = head.rpartition(":")
        fields["measure"] = None if measure == "?" else measure
        if colon:
            fields["owner"] = owner or None
    word, _, rest = item.rpartition(" ")
    fields.update({"negated": True} if word == "not" else {"change": word})
    match = re.fullmatch(r"([\[(])(.*),(.*)([\])])(~?)", rest)
    if match:
        opening, lo, hi, closing, approximate = match.groups()
        fields.update(
            lo=number(lo),
            hi=number(hi),
            lo_closed=opening == "[",
            hi_closed=closing == "]",
            approximate=bool(approximate),
        )
    else:
        fields.update(lo=number(rest), hi=number(rest), lo_closed=True, hi_closed=True, approximate=False)
    return fields


def found(text: str) -> list[object]:
    reading = read(text)
    return sorted([*reading.amounts, *reading.refusals], key=lambda item: item.start)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        row
        for group in ("EXACT", "BOUNDED", "RANGES", "REFUSED", "NOTHING", "SENTENCES")
        for row in table(getattr(money_cases, group))
    ],
)
def test_reads(text: str, expected: str) -> None:
    items = found(text)
    wants = [] if expected == "-" else [wanted(item) for item in expected.split(";")]
    shown = [{name: getattr(item, name, "-") for name in want} for item, want in zip(items, wants, strict=False)]
    assert (len(items), shown) == (len(wants), wants), items
    for item in items:
        assert text[item.start : item.end] == item.text  # type: ignore[attr-defined]
