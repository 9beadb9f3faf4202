"""Measure the amount reader on other projects' test cases, beside the best-known libraries.

    python evals/bench_money.py [--cases ../shared/peer_cases/money.jsonl] [--rounds 20] [--fail-under 98]

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
import warnings
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from tools.money import read  # noqa: E402
from tools.money import vocabulary as v  # noqa: E402
from tools.money.characters import prepare  # noqa: E402
from tools.money.grammar import parse  # noqa: E402
from tools.money.lexicon import DEFAULT  # noqa: E402
from tools.money.tokens import tokenize  # noqa: E402

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
        return got.lo == lo and got.lo is not None and (got.hi is None or got.hi >= got.lo)
    if shape == "exact":
        return got.lo == got.hi == lo
    if shape == "approx":
        return got.lo is not None and got.hi is not None and lo is not None and got.lo <= lo <= got.hi
    if shape == "upper" and got.hi == hi:
        return closed(want["hi_closed"], got.hi_closed)
    if shape == "lower" and got.lo == lo:
        open_ended = got.hi is None and closed(want["lo_closed"], got.lo_closed)
        return open_ended or "inclusive" in note or "no upper end" in note
    if shape == "range" and (got.lo, got.hi) == (lo, hi):
        lower = closed(want["lo_closed"], got.lo_closed) or "inclusive" in note
        upper = closed(want["hi_closed"], got.hi_closed) or "inclusive" in note or _till(want)
        return lower and upper
    return False


def _till(want: dict[str, Any]) -> bool:
    """Whether the upper end is only said with 到, -, ~ or 之间, which the editions of the cases read differently."""
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


# The peers. Each factory imports its library, so that one that is not installed costs nothing.


def cn2an_reader(kind: str) -> Callable[[str], list[Found]]:
    """cn2an reads one whole numeral; it has no notion of running text, ranges or currencies."""
    cn2an = importlib.import_module("cn2an")

    def reader(text: str) -> list[Found]:
        value = Decimal(str(cn2an.cn2an(text.strip().rstrip("元"), "smart")))
        return [Found(value, value, True, True)]

    return reader


def recognizers_reader(kind: str) -> Callable[[str], list[Found]]:
    """recognizers-text-suite: its currency or its number model; the Python edition has none for ranges."""
    culture = importlib.import_module("recognizers_text").Culture.Chinese
    if kind == "money":
        recognizer = importlib.import_module("recognizers_number_with_unit").NumberWithUnitRecognizer(culture)
        model = recognizer.get_currency_model()
    else:
        model = importlib.import_module("recognizers_number").NumberRecognizer(culture).get_number_model()

    def reader(text: str) -> list[Found]:
        found = []
        for result in model.parse(text):
            value, currency = result.resolution.get("value"), result.resolution.get("isoCurrency")
            if value is not None:  # None: a unit word without a number
                foreign = kind == "money" and currency != "CNY"
                found.append(Found(Decimal(str(value)), Decimal(str(value)), True, True, foreign))
        return found

    return reader


def jionlp_reader(kind: str) -> Callable[[str], list[Found]]:
    """jionlp: extract_money where it finds amounts in running text, else parse_money of the whole text."""
    jionlp = importlib.import_module("jionlp")

    def one(text: str) -> Found:
        result = jionlp.parse_money(text)
        number, definition = result["num"], result["definition"]
        lo, hi = number if isinstance(number, list) else (number, number)
        if definition in ("more", "blur-more") and not isinstance(number, list):
            hi = None
        elif definition in ("less", "blur-less") and not isinstance(number, list):
            lo = None
        ends = [None if end is None else Decimal(str(end)) for end in (lo, hi)]
        return Found(ends[0], ends[1], foreign=result["case"] != "元")

    def reader(text: str) -> list[Found]:
        found = [one(item["text"]) for item in jionlp.ner.extract_money(text)]
        return found or [one(text)]

    return reader


def ours(kind: str) -> Callable[[str], list[Found]]:
    return ours_money if kind == "money" else ours_number


READERS: dict[str, Callable[[str], Callable[[str], list[Found]]]] = {
    "this reader": ours,
    "cn2an": cn2an_reader,
    "recognizers-text-suite": recognizers_reader,
    "jionlp": jionlp_reader,
}


class Outcome(NamedTuple):
    """What one reader did on one case: the finding, None when it raised, and microseconds it took."""

    found: list[Found] | None
    micros: float


def kind_of(case: dict[str, Any]) -> str:
    """Which of a library's models a case is about."""
    kind = str(case["kind"]).split("_")[0]
    return kind if kind in ("money", "range") else "number"


def run(reader: Callable[[str], list[Found]], text: str, rounds: int) -> Outcome:
    """Read one text, ``rounds`` times for the clock; a library may raise anything on what it cannot read."""
    best = float("inf")
    found: list[Found] | None = None
    for _ in range(rounds):
        start = time.perf_counter()
        try:
            found = reader(text)
        except Exception:  # noqa: BLE001
            found = None
        best = min(best, time.perf_counter() - start)
    return Outcome(found, best * 1e6)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=DEFAULT_CASES)
    parser.add_argument("--rounds", type=int, default=20, help="readings of each text; the fastest counts")
    parser.add_argument("--fail-under", type=float, default=0.0, help="exit code 1 when fewer percent are right")
    arguments = parser.parse_args()
    if not arguments.cases.exists():
        print(f"no cases at {arguments.cases}; give their path with --cases")
        return 0
    warnings.simplefilter("ignore")
    rows = cases(arguments.cases)
    outcomes = {name: measured(factory, rows, arguments.rounds) for name, factory in READERS.items()}
    mine = outcomes["this reader"]
    assert mine is not None
    wrong = [(row, outcome) for row, outcome in zip(rows, mine, strict=True) if not right(row, outcome.found or [])]
    for row, outcome in wrong:
        wants = "; ".join(f"{want['match']} [{want['lo']}, {want['hi']}]" for want in expected(row)) or "nothing"
        gots = (
            "; ".join("foreign" if got.foreign else f"[{got.lo}, {got.hi}]" for got in outcome.found or []) or "nothing"
        )
        print(f"{row['id']} {row['kind']}: {row['text']}\n    expected {wants}\n    got      {gots}")
        print(f"    {row.get('note') or 'no note'}")
    print_table(rows, outcomes)
    share = 100 * (1 - len(wrong) / len(rows))
    print(f"\n{len(rows) - len(wrong)} of {len(rows)} right: {share:.1f} %")
    return 1 if share < arguments.fail_under else 0


def measured(
    factory: Callable[[str], Callable[[str], list[Found]]], rows: list[dict[str, Any]], rounds: int
) -> list[Outcome] | None:
    """The outcome of every case, or None where the library is not installed."""
    try:
        readers = {kind: factory(kind) for kind in ("money", "number", "range")}
    except ImportError:
        return None
    for reader in readers.values():
        run(reader, "一百万元", 1)  # what is loaded at the first call is not the reading's time
    return [run(readers[kind_of(row)], str(row["text"]), rounds) for row in rows]


def print_table(rows: list[dict[str, Any]], outcomes: dict[str, list[Outcome] | None]) -> None:
    """Right answers by kind of case; the median time on the cases a library answers, and this reader's on those.

    Refusing at once is no reading, so the time of a case that a library does not answer does not count.
    """
    kinds = ("money", "number", "range")
    print("\n| reader | " + " | ".join(kinds) + " | all | answers | median µs of them | this reader's |")
    print("| --- |" + " ---: |" * (len(kinds) + 4))
    mine = outcomes["this reader"] or []
    for name, results in outcomes.items():
        if results is None:
            print(f"| {name} | not installed |")
            continue
        cells = []
        for kind in (*kinds, "all"):
            group = [pair for pair in zip(rows, results, strict=True) if kind in (kind_of(pair[0]), "all")]
            good = sum(result.found is not None and right(row, result.found) for row, result in group)
            cells.append(f"{good}/{len(group)}")
        answered = [(result.micros, own.micros) for result, own in zip(results, mine, strict=True) if result.found]
        theirs, own = (statistics.median(times) for times in zip(*answered, strict=True))
        print(f"| {name} | {' | '.join(cells)} | {len(answered)} | {theirs:.1f} | {own:.1f} |")


if __name__ == "__main__":
    raise SystemExit(main())
