"""What staff may not say and what they may (``evals/contract/reviews.yaml``): every lie refused with a reason, no truth."""

import re
from datetime import date

import pytest
import yaml

from assistant.answer import AskRequest
from assistant.chat import Assistant
from assistant.hotline.desk import Hotline
from evals.model_contract import FOLDER

ROWS = yaml.safe_load((FOLDER / "reviews.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def turns(engine: Assistant) -> dict[str, str]:
    questions = {row["question"] for rows in ROWS.values() for row in rows}
    return {one: engine.ask(AskRequest(question=one, as_of=date(2026, 6, 1))).turn_id for one in questions}


def faults(engine: Assistant, turns: dict[str, str], row: dict[str, str]) -> list[str]:
    return Hotline(engine).check(turns[row["question"]], row["text"], row.get("status", "answered")).faults  # type: ignore[arg-type]


def test_there_are_enough_of_both() -> None:
    assert len(ROWS["lies"]) >= 100
    assert len(ROWS["sound"]) >= 48


@pytest.mark.parametrize("row", ROWS["lies"], ids=lambda row: row["text"][:24])
def test_a_lie_is_refused_with_a_reason_in_chinese(
    engine: Assistant, turns: dict[str, str], row: dict[str, str]
) -> None:
    found = faults(engine, turns, row)
    assert found
    assert all(len(re.findall("[一-龥]", fault)) > 3 for fault in found)


@pytest.mark.parametrize("row", ROWS["sound"], ids=lambda row: row["text"][:24])
def test_what_holds_is_accepted(engine: Assistant, turns: dict[str, str], row: dict[str, str]) -> None:
    assert faults(engine, turns, row) == []
