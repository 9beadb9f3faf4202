"""What the runner found, as tables and failures to read."""

from collections.abc import Iterable
from dataclasses import dataclass

from evals.laws import Failure, FailureKind

SHOWN = 600  # characters of what was got that are printed

INEXACT: frozenset[FailureKind] = frozenset({"awards", "ineligible", "figure", "cap"})
UNTRUE: frozenset[FailureKind] = frozenset({"quote"})
WRONG_STATUS: frozenset[FailureKind] = frozenset({"http", "shape", "status", "missing"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question asked and scored. ``turn`` counts from 1; ``seconds`` is the whole round trip."""

    set: str
    id: str
    turn: int
    ask: str
    http: int
    answer: str
    seconds: float
    failures: list[Failure]

    def free_of(self, kinds: frozenset[FailureKind]) -> bool:
        return not any(failure.kind in kinds for failure in self.failures)


@dataclass(frozen=True, slots=True)
class Found:
    """One retrieval question and the place of its clause among those found; None when it was not found."""

    ask: str
    clause: str
    rank: int | None
    first: str
    seconds: float


def passed_share(asked: list[Asked]) -> float:
    """The share of questions without a failure."""
    return sum(not one.failures for one in asked) / len(asked)


def recall(found: list[Found], k: int) -> float:
    """The share of questions whose clause is among the first ``k``."""
    return sum(one.rank is not None and one.rank <= k for one in found) / len(found)


def print_report(asked: list[Asked], found: list[Found]) -> None:
    """Failures first, tables last, so that the end of a log holds the result."""
    for one in asked:
        for failure in one.failures:
            print(f"\n{one.set}/{one.id} turn {one.turn}: {failure.kind}\n  asked:    {one.ask[:SHOWN]}")
            print(f"  expected: {failure.expected[:SHOWN]}\n  got:      {failure.got[:SHOWN]}")
    for miss in found:
        if miss.rank != 1:
            print(f"\nretrieval: {miss.ask}\n  expected: {miss.clause}\n  got:      {miss.first}, it is {miss.rank}")
    if asked:
        print("\n| set | questions | passed | figures exact | quotes true | status right | p50 ms | p99 ms |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for name in dict.fromkeys(one.set for one in asked):
            print(_row(name, [one for one in asked if one.set == name]))
        print(_row("**all**", asked))
        print(f"\nfirst answer after {asked[0].seconds * 1000:.0f} ms")
    if found:
        mrr = sum(1 / one.rank for one in found if one.rank) / len(found)
        seconds = [one.seconds for one in found]
        print("\n| retrieval | questions | recall@1 | recall@3 | MRR | p50 ms | p99 ms |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        times = f"{percentile(seconds, 50) * 1000:.1f} | {percentile(seconds, 99) * 1000:.1f}"
        print(f"| clauses | {len(found)} | {recall(found, 1):.3f} | {recall(found, 3):.3f} | {mrr:.3f} | {times} |")


def _row(name: str, asked: list[Asked]) -> str:
    counts = [sum(one.free_of(kinds) for one in asked) for kinds in (INEXACT, UNTRUE, WRONG_STATUS)]
    passed = sum(not one.failures for one in asked)
    seconds = [one.seconds for one in asked]
    cells = [name, str(len(asked)), f"{passed} ({passed / len(asked):.1%})", *map(str, counts)]
    cells += [f"{percentile(seconds, share) * 1000:.1f}" for share in (50, 99)]
    return f"| {' | '.join(cells)} |"


def percentile(values: Iterable[float], share: int) -> float:
    """Of ``share`` per cent, by nearest rank; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else 0.0
