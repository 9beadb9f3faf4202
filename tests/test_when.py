"""The time asked about: whatever is said of it on whatever day, a message is read, and the calendar's ends raise nothing."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.reading.question import read
from tools import rules
from tools.rules import Policy

WORDS = [
    *(
        "明年",
        "后年",
        "大后年",
        "三年后",
        "999年后",
        "半年后",
        "半个月后",
        "120个月后",
        "下个月",
        "下下个月",
        "下季度",
        "下周",
    ),
    *(
        "5天后",
        "999天后",
        "过完年",
        "2026年以后",
        "9999年以后",
        "1年以前",
        "明天",
        "next year",
        "in three years",
        "after 2026",
    ),
]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return rules.load(next(Path(__file__).parent.parent.glob("corpus/*/rules.yaml")).parent)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2), st.dates())
@example(["明年"], date.max)
@example(["5天后"], date.max)
@example(["下个月"], date.max)
@example(["1年以前"], date.min)
def test_every_time_on_every_day_is_read(policy: Policy, words: list[str], as_of: date) -> None:
    asked = read(f"{'，'.join(words)}营收1亿申请能拿多少", policy, as_of)
    assert asked.givens
