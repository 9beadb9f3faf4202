"""``python -m evals.privacy_report``: the cases of evals/privacy against ``assistant.privacy``, by kind.

A case is found when every piece of its personal data lies within a span of its type and the span holds nothing else
but what belongs to a number (brackets, the country code, an extension). A decoy is taken when anything at all is
found in it; so is anything found in a case beyond what it names. ``--compare`` runs the libraries that are installed
(phonenumbers, presidio_analyzer) over the same cases. Ends with 1 when fewer than 99.5 % are found or a decoy is taken.
"""

import argparse
import importlib
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.privacy import mask

CASES = Path(__file__).parent / "privacy" / "cases.yaml"
FOUND = 0.995
BELONGS = re.compile(r"[\s+()（）＋0-9０-９86:：#-]*(?:转|分机|ext\.?)?[\s:：\d]*")

Spans = list[tuple[str, int, int]]  # type (phone, id, card, email), start, end


@dataclass(frozen=True, slots=True)
class Case:
    """``find`` holds (type, text) of each piece of personal data; empty for a decoy."""

    id: str
    kind: str
    text: str
    find: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Scored:
    case: Case
    missed: tuple[str, ...]
    taken: tuple[str, ...]  # found and not personal


def load(path: Path = CASES) -> list[Case]:
    """The cases of a file. Raises KeyError where one lacks a field."""
    return [
        Case(one["id"], one["kind"], one["text"], tuple((part["type"], part["text"]) for part in one["find"]))
        for one in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def score(case: Case, spans: Spans, types: frozenset[str]) -> Scored:
    """What was missed and what was taken, among personal data of ``types`` alone."""
    left, missed = [one for one in spans if one[0] in types], []
    for kind, wanted in (part for part in case.find if part[0] in types):
        for span in left:
            words = case.text[span[1] : span[2]]
            at = words.find(wanted)
            if span[0] == kind and at >= 0 and BELONGS.fullmatch(words[:at] + words[at + len(wanted) :]):
                left.remove(span)
                break
        else:
            missed.append(wanted)
    return Scored(case, tuple(missed), tuple(case.text[start:end] for _, start, end in left))


def ours(text: str) -> Spans:
    return [(one.type, one.start, one.end) for one in mask(text).found]


def phonenumbers(text: str) -> Spans:
    library = importlib.import_module("phonenumbers")
    return [("phone", one.start, one.end) for one in library.PhoneNumberMatcher(text, "CN")]


def presidio(text: str) -> Spans:
    names = {"EmailRecognizer": "email", "CreditCardRecognizer": "card", "PhoneRecognizer": "phone"}
    library = importlib.import_module("presidio_analyzer.predefined_recognizers")
    spans: Spans = []
    for name, kind in names.items():
        more = {"supported_regions": ("CN",)} if kind == "phone" else {}
        recognizer = getattr(library, name)(**more)
        found = recognizer.analyze(text, recognizer.supported_entities)
        spans += [(kind, one.start, one.end) for one in found or ()]
    return spans


LIBRARIES: dict[str, tuple[Callable[[str], Spans], frozenset[str]]] = {
    "assistant.privacy": (ours, frozenset({"phone", "id", "card", "email"})),
    "phonenumbers": (phonenumbers, frozenset({"phone"})),
    "presidio_analyzer": (presidio, frozenset({"phone", "card", "email"})),
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.privacy_report", description=__doc__)
    parser.add_argument("--compare", action="store_true", help="run the installed libraries as well")
    parser.add_argument("--quiet", action="store_true", help="the tables alone, no single cases")
    options = parser.parse_args(arguments)
    cases = load()
    types = LIBRARIES["assistant.privacy"][1]
    scored = [score(case, ours(case.text), types) for case in cases]
    if not options.quiet:
        for one in scored:
            for what, texts in (("missed", one.missed), ("taken", one.taken)):
                for text in texts:
                    print(f"{one.case.id} {one.case.kind}: {what} {text!r}\n  {one.case.text}")
    print("\n| kind | cases | all found | pieces | found | taken |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind in sorted({one.case.kind for one in scored}):
        _row(kind, [one for one in scored if one.case.kind == kind])
    _row("**all**", scored)
    if options.compare:
        _compare(cases)
    pieces, missed = sum(len(one.case.find) for one in scored), sum(len(one.missed) for one in scored)
    return int(pieces - missed < FOUND * pieces or any(one.taken for one in scored))


def _row(name: str, scored: list[Scored]) -> None:
    pieces, missed = sum(len(one.case.find) for one in scored), sum(len(one.missed) for one in scored)
    whole, taken = sum(not one.missed for one in scored if one.case.find), sum(bool(one.taken) for one in scored)
    personal = sum(bool(one.case.find) for one in scored)
    found = f"{(pieces - missed) / pieces:.1%}" if pieces else "–"
    print(f"| {name} | {len(scored)} | {whole}/{personal} | {pieces} | {found} | {taken} |")


def _compare(cases: list[Case]) -> None:
    """One row for each library and type: what it found of the pieces, and the cases in which it took too much."""
    print("\n| library | type | found | cases with something taken | ms per case |\n| --- | --- | ---: | ---: | ---: |")
    for name, (find, types) in LIBRARIES.items():
        try:
            find("")
        except ImportError as error:
            print(f"| {name} | not installed ({error}) | | | |")
            continue
        begun = time.perf_counter()
        spans = [find(case.text) for case in cases]
        each = (time.perf_counter() - begun) * 1000 / len(cases)
        for kind in sorted(types):
            scored = [score(case, found, frozenset({kind})) for case, found in zip(cases, spans, strict=True)]
            pieces = sum(part[0] == kind for case in cases for part in case.find)
            found = pieces - sum(len(one.missed) for one in scored)
            taken = sum(bool(one.taken) for one in scored)
            print(f"| {name} | {kind} | {found}/{pieces} | {taken}/{len(cases)} | {each:.2f} |")


if __name__ == "__main__":
    sys.exit(main())
