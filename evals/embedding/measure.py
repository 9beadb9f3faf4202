"""How well questions find their clause: ``python -m evals.embedding.measure``, on the questions of dev.yaml.

Recall@1, recall@3 and the mean reciprocal rank of BM25, vectors and both fused, with the phrases of rules.yaml, with
those of asked_as.yaml and with none; how well ``topicality`` tells questions about the policy from others; and times.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from corpus.chunks import chunks_of
from corpus.clauses import load
from corpus.embedding import open_embedding
from corpus.lexical import Lexical
from corpus.retrieve import Retriever, open_retriever
from corpus.words import plain
from tools import rules

_HERE = Path(__file__).parent
CORPUS = _HERE.parent.parent / "corpus"
PARTS = ("tune", "held_out")

Phrases = Mapping[str, Sequence[str]]
Ranking = Callable[[str], list[str]]


@dataclass(frozen=True)
class Question:
    """``clauses``: any of them is a right answer."""

    ask: str
    clauses: list[str]


@dataclass(frozen=True)
class Reached:
    first: float
    third: float
    reciprocal: float


def reached(ranking: Ranking, questions: list[Question]) -> Reached:
    ranks = []
    for question in questions:
        found = ranking(question.ask)
        ranks.append(min((found.index(c) + 1 for c in question.clauses if c in found), default=0))
    n = len(ranks)
    return Reached(
        sum(rank == 1 for rank in ranks) / n,
        sum(1 <= rank <= 3 for rank in ranks) / n,
        sum(1 / rank for rank in ranks if rank) / n,
    )


def auc(yes: list[float], no: list[float]) -> float:
    """The chance that one of ``yes`` scores above one of ``no``."""
    return sum((a > b) + (a == b) / 2 for a in yes for b in no) / (len(yes) * len(no))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m evals.embedding.measure", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--embedding", default="", help="a model name or folder; the bundled one when not given")
    parser.add_argument("--failures", action="store_true", help="list the questions whose first clause is wrong")
    args = parser.parse_args(arguments)
    raw = yaml.safe_load((_HERE / "dev.yaml").read_text(encoding="utf-8"))
    folder = CORPUS / raw["policy"]
    asked = {part: [Question(item["ask"], item["clauses"]) for item in raw[part]] for part in PARTS}
    sources: dict[str, Phrases] = {
        "no phrases": {},
        "rules.yaml": rules.load(folder).asked_as,
        "asked_as.yaml": yaml.safe_load((_HERE / "asked_as.yaml").read_text(encoding="utf-8")),
    }
    print(f"{'phrases':14} {'method':8}" + "".join(f"{part:>10}  R@1  R@3  MRR" for part in PARTS))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        for name, phrases in sources.items():
            began = time.perf_counter()
            retriever = open_retriever(folder, Path(data) / name.replace(" ", "-"), args.embedding, phrases)
            retriever.warm()
            opened = time.perf_counter() - began
            _recall(name, retriever, folder, args.embedding, phrases, asked)
            if args.failures:
                _failures(retriever, asked)
            if name == "rules.yaml":
                _topics(retriever, [q.ask for part in PARTS for q in asked[part]], raw["off_topic"], raw["near_topic"])
                _times(retriever, [q.ask for q in asked["tune"]], opened)
    return 0


def _recall(
    name: str, retriever: Retriever, folder: Path, embedding: str, phrases: Phrases, asked: Mapping[str, list[Question]]
) -> None:
    policy = load(folder / "policy.md")
    k = len(policy.clauses)
    lexical = Lexical(policy.clauses, phrases)
    model = open_embedding(embedding)
    chunks = chunks_of(policy, phrases)
    vectors = model.embed([chunk.text for chunk in chunks])

    def bm25(ask: str) -> list[str]:
        scores = lexical.scores(ask)
        return sorted(scores, key=lambda clause_id: -scores[clause_id])

    def dense(ask: str) -> list[str]:
        near = vectors @ model.embed([plain(ask)])[0]
        return list(dict.fromkeys(chunks[at].clause.id for at in (-near).argsort(kind="stable")))

    def fused(ask: str) -> list[str]:
        return [hit.clause_id for hit in retriever.search(ask, k)]

    for method, ranking in (("BM25", bm25), ("vectors", dense), ("fused", fused)):
        cells = [reached(ranking, asked[part]) for part in PARTS]
        shown = "".join(f"{'':10}{c.first:5.3f}{c.third:6.3f}{c.reciprocal:6.3f}" for c in cells)
        print(f"{name:14} {method:8}{shown}")


def _failures(retriever: Retriever, asked: Mapping[str, list[Question]]) -> None:
    for part in PARTS:
        for question in asked[part]:
            found = [hit.clause_id for hit in retriever.search(question.ask)]
            if not set(found[:1]) & set(question.clauses):
                print(f"    {part}: {question.ask} -> {found}, should be {question.clauses}")


def _topics(retriever: Retriever, on: list[str], off: list[str], near: list[str]) -> None:
    scores = {
        name: [retriever.topicality(ask) for ask in asks] for name, asks in (("on", on), ("off", off), ("near", near))
    }
    print(f"topicality, AUC: {auc(scores['on'], scores['off']):.3f} against everyday questions,", end=" ")
    print(f"{auc(scores['on'], scores['near']):.3f} against questions about other policies;", end=" ")
    shares = {name: sum(score > 0.5 for score in found) / len(found) for name, found in scores.items()}
    print("above 0.5: " + ", ".join(f"{name} {share:.0%}" for name, share in shares.items()))


def _times(retriever: Retriever, asks: list[str], opened: float) -> None:
    times = []
    for ask in asks * 3:
        began = time.perf_counter()
        retriever.search(ask)
        times.append(time.perf_counter() - began)
    times.sort()
    middle, late = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(f"opening a new index {opened:.2f} s; a search p50 {1000 * middle:.1f} ms, p99 {1000 * late:.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
