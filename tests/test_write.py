"""The order of a computed answer: the outcome first, whom to ask last, in Chinese and in English."""

import pytest

from assistant.answer import Answer, AskRequest
from assistant.chat import Assistant

FIRM = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
TEAM = "引进了4家企业，首次年纳税都超过200万，招商团队能拿多少？"
ENGLISH = "We are a firm in the park with main business revenue of 80 million yuan. How much can we get?"
BUREAU = "柳州市人力资源和社会保障局"
NAMED = "「本办法由柳州市人力资源和社会保障局负责解释」"


def told(engine: Assistant, question: str, as_of: str = "2026-06-01") -> tuple[Answer, list[str]]:
    """The answer, and its lines without the label."""
    answer = engine.ask(AskRequest(question=question, as_of=as_of))  # type: ignore[arg-type]
    *lines, label = [line for line in answer.answer.splitlines() if line.strip()]
    assert "AI" in label
    return answer, lines


@pytest.mark.parametrize(
    ("question", "as_of", "order"),
    [
        (FIRM, "2026-06-01", ["不超过15万元**", "- 比对", "- 依据", "- 下一档", "- 规定", "- 「不超过」", "- 文件未规定", f"请向{BUREAU}咨询"]),
        (TEAM, "2026-06-01", ["12万元**", "- 比对", "- 依据", "- 这笔奖励发给", "- 前提", "- 总额限制", "- 文件未规定", f"请向{BUREAU}咨询"]),
        (FIRM, "2027-06-01", ["**不在有效期内**", "- 有效期", "- 依据", "- 文件未规定", f"请向{BUREAU}咨询"]),
        (ENGLISH, "2026-06-01", ["at most RMB 150,000", "- Comparison", "- Source", "- Next tier", "- Rule", "- 「不超过」", "- The policy does not say", f"Please ask {BUREAU}"]),
    ],
    ids=["firm", "team", "out of force", "English"],
)  # fmt: skip
def test_the_outcome_comes_first_and_whom_to_ask_last(
    engine: Assistant, question: str, as_of: str, order: list[str]
) -> None:
    _, lines = told(engine, question, as_of)
    assert len(lines) == len(order)
    for line, words in zip(lines, order, strict=True):
        assert words in line


@pytest.mark.parametrize(
    "question", [FIRM, TEAM, ENGLISH, f"{TEAM}需要哪些申请材料？", "A公司8000万，B公司2亿，都在园区，各能拿多少？"]
)
def test_whom_to_ask_is_named_once_with_the_words_that_say_so(engine: Assistant, question: str) -> None:
    answer, lines = told(engine, question)
    assert sum(NAMED in line for line in lines) == 1
    assert NAMED in lines[-1]
    cited = next(one for one in answer.citations if one.quote == NAMED.strip("「」"))
    assert cited.clause_id == "closing"


def test_where_nothing_is_left_open_nobody_is_sent_away(engine: Assistant) -> None:
    _, lines = told(engine, "园区企业去年主营业务收入1200万，能拿奖励吗？")
    assert BUREAU not in "".join(lines)
