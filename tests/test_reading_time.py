"""Whatever is typed is read in bounded time: a pattern that backtracks without end would hold up everybody's answers."""

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import assistant
import tools
from assistant.answer import QUESTION_LIMIT
from assistant.reading.question import read
from tools import rules
from tools.rules import Policy

SECONDS = 5.0  # of the processor, where a question takes some hundredths: what runs away takes hours
RUN = 150  # characters that a pattern without a bound would not be through with before the sun is cold
REPEATED = (
    *"嗯哦一万亿千差再掉涨了的家我你那 ，、(年月9%倍比到.-~a",
    *("1,", "0.", "8000万，", "还差", "3家", "2025年", "只有", "其中", "你好", "谢谢", "its", "million", "10%", "一半"),
    *("两成", "第一家", "A公司8000万，", "3家500万，", "1亿5", "比5000万多", "的60%", "不是主营", "什么时候"),
)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return rules.load(next((Path(__file__).parent.parent / "corpus").glob("*/rules.yaml")).parent)


@contextmanager
def bounded() -> Iterator[None]:
    """Raises TimeoutError where the block takes more than SECONDS of the processor."""

    def ran_away(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, ran_away)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("words", REPEATED)
@pytest.mark.parametrize("end", ["", "\x01难"])
def test_the_longest_question_is_read_in_time(policy: Policy, words: str, end: str) -> None:
    text = (words * QUESTION_LIMIT)[: QUESTION_LIMIT - len(end)] + end
    with bounded():
        read(text, policy, date(2026, 5, 1))


def test_no_pattern_runs_away_on_its_own_words() -> None:
    tried, faults = 0, []
    for name, pattern in _patterns():
        for words in _words_of(pattern.pattern):
            tried += 1
            text = (words * RUN)[:RUN] + "\x01难"
            try:
                with bounded():
                    pattern.search(text)
                    pattern.fullmatch(text)
            except TimeoutError:
                faults.append((name, words))
                break
    assert tried > 1000
    assert faults == []


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern that a module of the assistant or of the tools holds, with where it stands."""
    for package in (assistant, tools):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name and "__main__" not in module.name:
                for name, value in vars(importlib.import_module(module.name)).items():
                    yield from ((f"{module.name}.{name}", pattern) for pattern in _within(value))


def _within(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, dict):
        yield from (pattern for one in value.values() for pattern in _within(one))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (pattern for one in value for pattern in _within(one))
    elif hasattr(value, "words") and isinstance(value.words, re.Pattern):
        yield value.words


def _words_of(pattern: str) -> set[str]:
    """Words that stand in a pattern, and each of their characters: what its repetitions repeat."""
    words = set(re.findall(r"[一-龥]{1,6}|[a-z]{2,8}", pattern))
    return words | {character for word in words for character in word} | {"1", " ", "，"}
