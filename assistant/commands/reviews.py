"""``python -m assistant reviews``: the reviewed answers in use, as a question set for ``python -m evals.run --file``."""

import argparse
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

from assistant import reviewed
from assistant.chat import Assistant, open_assistant
from assistant.commands.common import DONE, Commands, say
from assistant.reading.cleaning import clean
from assistant.reading.language import language_of
from assistant.settings import Settings
from assistant.store import Turn
from assistant.store.reviews import Review

if TYPE_CHECKING:
    from assistant.verify import Verified


MOST = 1000
_HEADING = (
    "# 复核答案，按 evals/sets.py 的格式。用 python -m evals.run --file 运行：带 --url 时问运行中的服务，否则问规则。\n"
)


def declare(commands: Commands) -> None:
    told = "把复核过的答案导出为题集（YAML），供 python -m evals.run --file 使用"
    commands.add_parser("reviews", help="导出复核答案", description=f"{told}。").set_defaults(run=run)


def run(_options: argparse.Namespace, settings: Settings) -> int:
    """Raises PolicyError, StoreError."""
    say(exported(settings))
    return DONE


def exported(settings: Settings) -> str:
    """YAML of all that would still be served on the day they were made for; the others are named in remarks.

    Raises PolicyError, StoreError.
    """
    engine = open_assistant(settings)
    cases, remarks = [], []
    for review in reversed(engine.store.reviews.in_use(MOST)):
        if checked := reviewed.again(engine, review, date.fromisoformat(review.as_of)):
            cases.append(_case(engine, review, checked))
        else:
            question = " ".join(review.question.split())
            remarks.append(f"# 没有导出：{question}（政策文本或规则已改，需要重新复核）\n")
    told = yaml.safe_dump(cases, allow_unicode=True, sort_keys=False, width=1000) if cases else "# 还没有复核答案。\n"
    return (_HEADING + "".join(remarks) + told).rstrip("\n")


def _case(engine: Assistant, review: Review, checked: "Verified") -> dict[str, Any]:
    """The question, with those before it that it was asked after, and what its answer must show."""
    turn, before = reviewed.asked(engine.store, review)
    head = {"id": f"review-{review.review_id[:8]}", "as_of": date.fromisoformat(review.as_of)}
    asked = {"ask": turn.question, "expect": dict(_expected(turn, review, checked))}
    if not before:
        return {**head, **asked}
    return {**head, "turns": [*({"ask": one.question, "expect": {"http": 200}} for one in before), asked]}


def _expected(turn: Turn, review: Review, checked: "Verified") -> Iterator[tuple[str, Any]]:
    """The status, each clause, and in the answer's words each quote and each figure that stands in none."""
    yield "status", review.status
    quotes = list(dict.fromkeys(one.quote for one in checked.citations if one.quote in review.draft))
    figures = dict.fromkeys(one.text for one in checked.figures)
    yield "clauses", list(dict.fromkeys(one.clause_id for one in checked.citations))
    yield "says", quotes + [text for text in figures if not any(text in quote for quote in quotes)]
    if language_of(clean(turn.question)) == "en":
        yield "language", "en"
