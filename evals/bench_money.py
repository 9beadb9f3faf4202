"""Measure the amount reader on other projects' test cases, beside the best-known libraries.

    python -m evals.bench_money --cases ../shared/peer_cases/money.jsonl [--rounds 5] [--failures]

cn2an, recognizers-text-suite and jionlp take part where they are installed (never in the product's own
environment: install them in another one and run this file there; the reader needs only the standard library).

How a case is judged, the same for every reader:

- Cases in yuan and cases where nothing is to be found are judged on the amounts found; foreign currency is
  right when it is not given as yuan (for our reader: when it is refused as foreign).
- Bare numbers (``number_*``, ``range_*``) are no amounts for our reader; they are judged on the layer below,
  the terms of the grammar, without regard to their unit (五十对 is 50, 七八年 is 7 to 8).
- Ends must be equal; whether an end is open or closed must be right where the case says so and its note does
  not call that in doubt (以上 is inclusive by the Civil Code, art. 1259; the two editions of the Recognizers
  range cases disagree on the upper end of 到, so either is right).
- 六千多万 is right as an interval that starts at the floor the case gives; 近700万 as one that ends there.
- Cases whose own expectation is wrong or debatable (``note``) are judged like the others and listed apart.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from tools import vocabulary as v  # noqa: E402
from tools.characters import prepare  # noqa: E402
from tools.grammar import parse  # noqa: E402
from tools.lexicon import DEFAULT  # noqa: E402
from tools.money import read  # noqa: E402
from tools.tokens import tokenize  # noqa: E402

DEFAULT_CASES = ROOT.parent / "shared" / "peer_cases" / "money.jsonl"


class Found(NamedTuple):
    """What a reader found: an interval of yuan or of bare numbers."""

    lo: Decimal | None
    hi: Decimal | None
    lo_closed: bool | None = None
    hi_closed: bool | None = None
    foreign: bool = False


def ours_money(text: str) -> list[Found]:
    """Amounts and refusals of the reader."""
    reading = read(text)
    found = [(a.start, Found(a.lo, a.hi, a.lo_closed, a.hi_closed)) for a in reading.amounts]
    found += [(r.start, Found(None, None, foreign=True)) for r in reading.refusals if r.code == "foreign"]
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def ours_number(text: str) -> list[Found]:
    """Every number of the text, whatever its unit."""
    s = prepare(text).text
    found = []
    for term in parse(s, tokenize(s, DEFAULT.index)):
        if term.kind in (v.FOREIGN, v.PERCENT) or term.numerals[0].bare or term.trouble in ("unreadable", "too_large"):
            continue
        found.append(Found(term.lo, term.hi, term.lo_closed, term.hi_closed))
    return found


def cases(path: Path) -> list[dict[str, Any]]:
    """The cases, one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def is_number(case: dict[str, Any]) -> bool:
    return str(case["kind"]).startswith(("number_", "range_"))


def expected(case: dict[str, Any]) -> list[dict[str, Any]]:
    amounts: list[dict[str, Any]] = case["expected"]["amounts"]
    return amounts


def _end(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def agrees(case: dict[str, Any], want: dict[str, Any], got: Found) -> bool:
    """Whether one found interval is what the case expects."""
    if want.get("currency") not in (None, "CNY"):
        return got.foreign
    if got.foreign:
        return False
    lo, hi, shape, note = _end(want["lo"]), _end(want["hi"]), want["shape"], str(case.get("note") or "")
    if case["kind"] == "number_floor_of_approx":
        return got.lo == lo and (got.hi is None or got.hi >= got.lo)
    if shape == "exact":
        return got.lo == got.hi == lo
    if shape == "approx":
        return got.lo is not None and got.hi is not None and lo is not None and got.lo <= lo <= got.hi
    if shape == "upper" and got.hi == hi:
        return closed(want["hi_closed"], got.hi_closed)
    if shape == "lower" and got.lo == lo:
        return (
            "inclusive" in note
            or "no upper end" in note
            or (got.hi is None and closed(want["lo_closed"], got.lo_closed))
        )
    if shape == "range" and (got.lo, got.hi) == (lo, hi):
        doubtful = (
            "inclusive" in note or str(case["kind"]) == "range_range" and want["hi_closed"] is False and _till(want)
        )
        return (
            closed(want["lo_closed"], got.lo_closed) or "inclusive" in note
            if doubtful
            else (closed(want["lo_closed"], got.lo_closed) and closed(want["hi_closed"], got.hi_closed))
        )
    return False


def _till(want: dict[str, Any]) -> bool:
    return not any(word in want["match"] for word in ("小于", "少于", "低于"))


def closed(want: bool | None, got: bool | None) -> bool:
    return want is None or got is None or want == got


def right(case: dict[str, Any], found: list[Found]) -> bool:
    """Whether a reader's findings are those of the case: all of them, in order, and no others."""
    wants = expected(case)
    if "only the amount with 元" in str(case.get("note") or ""):
        return any(agrees(case, wants[0], got) for got in found)
    if wants and all(want.get("currency") not in (None, "CNY") for want in wants):
        return bool(found) and all(got.foreign for got in found)
    if str(case["kind"]).startswith("range_"):
        found = [got for got in found if got.lo != got.hi or any(agrees(case, want, got) for want in wants)]
    return len(wants) == len(found) and all(agrees(case, want, got) for want, got in zip(wants, found, strict=True))


# --- peers -----------------------------------------------------------------------------------------------


def cn2an_reader() -> Callable[[str], list[Found]]:
    """cn2an reads one whole numeral; in a sentence it rewrites numerals to digits."""
    cn2an = importlib.import_module("cn2an")

    def reader(text: str) -> list[Found]:
        value = Decimal(str(cn2an.cn2an(text.strip().rstrip("元"), "smart")))
        return [Found(value, value, True, True)]

    return reader


def recognizers_reader(kind: str) -> Callable[[str], list[Found]]:
    """ms-recognizers-text-suite: the currency, number or number range model."""
    culture = importlib.import_module("recognizers_text").Culture.Chinese
    module = importlib.import_module("recognizers_number" if kind != "currency" else "recognizers_number_with_unit")
    recognizer = module.NumberRecognizer(culture) if kind != "currency" else module.NumberWithUnitRecognizer(culture)
    model = {
        "currency": lambda: recognizer.get_currency_model(), "number": lambda: recognizer.get_number_model(),
        "range": lambda: recognizer.get_number_range_model(),
    }[kind]()  # fmt: skip

    def reader(text: str) -> list[Found]:
        found = []
        for result in model.parse(text):
            value, unit = str(result.resolution.get("value")), result.resolution.get("isoCurrency")
            foreign = kind == "currency" and (unit or result.resolution.get("unit")) not in ("CNY", None)
            if kind == "range":
                lo, hi = (part.strip() or None for part in value[1:-1].split(","))
                found.append(Found(_end(lo), _end(hi), value[0] == "[", value[-1] == "]"))
            else:
                found.append(Found(Decimal(value), Decimal(value), True, True, foreign))
        return found

    return reader


def jionlp_reader() -> Callable[[str], list[Found]]:
    """jionlp: parse_money, with extract_money for running text."""
    jionlp = importlib.import_module("jionlp")

    def one(text: str) -> Found:
        result = jionlp.parse_money(text)
        ends = result["num"] if isinstance(result["num"], list) else [result["num"]] * 2
        if result["definition"] == "blur-more" or result["definition"] == "more":
            ends = [ends[0], None] if isinstance(result["num"], str) else ends
        if result["definition"] == "less":
            ends = [None, ends[1]]
        lo, hi = (None if end is None else Decimal(str(end)) for end in ends)
        return Found(lo, hi, foreign=result["case"] != "元")

    def reader(text: str) -> list[Found]:
        found = [one(item["text"]) for item in jionlp.ner.extract_money(text)]
        return found or [one(text)]

    return reader
