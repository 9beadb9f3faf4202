"""No figure without an origin, no quote that is not one: drafts that lie are held back, true ones pass."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import ToolCall
from assistant.facts import Facts
from assistant.figures import figures
from assistant.gate import invented
from assistant.verify import Verified, verify, visible
from tools import rules

POLICY = rules.load(Path(__file__).parent.parent / "corpus" / "liuzhou-hr-park-2024")
QUOTE = "5000万元至1亿元的（包含5000万元，不含1亿元），一次性奖励不超过15万元"
QUESTION = "园区企业主营业务收入8000万，能拿多少奖励？"


def due(**changed: Any) -> ToolCall:
    outcome = {
        "type": "due",
        "rule_id": "economic_contribution",
        "amount": "15万元",
        "each": "15万元",
        "amount_yuan": 150000,
        "kind": "at_most",
        "clause_id": "2.2.5",
        "quote": QUOTE,
        "count": 1,
        "conditions": [],
        "compared": "主营业务收入8000万元 ≥ 5000万元，且 < 1亿元",
        "gap_words": "2000万元",
        "next": {"from": "1亿元", "amount": "30万元", "amount_yuan": 300000, "kind": "at_most"},
    }
    arguments = {"rule_id": "economic_contribution", "amount": "8000万"} | changed
    return ToolCall(id="call-1", name="compute_award", arguments=arguments, result={"outcomes": [outcome]})


def checked(draft: str, calls: Sequence[ToolCall]) -> Verified:
    return verify(visible(draft), Facts(POLICY, date(2026, 6, 1), [QUESTION], calls))


TRUE = [
    f"一次性奖励不超过15万元。依据：[2.2.5]「{QUOTE}」",
    f"最高15万元。[2.2.5]「{QUOTE}」",
    f"奖励上限为十五万元。[2.2.5]「{QUOTE}」",
    f"不超过150,000元。[2.2.5]「{QUOTE}」",
    f"至多 15 万元，您的收入为八千万元。[2.2.5]「{QUOTE}」",
    f"一次性奖励不超过15万元；再增加2000万元达到1亿元后，不超过30万元。[2.2.5]「{QUOTE}」",
    f"The award is at most RMB 150,000. [2.2.5] 「{QUOTE}」",
    f"不是30万元，是不超过15万元。[2.2.5]「{QUOTE}」",
    "- 一项一项看：一次性奖励不超过15万元。[2.2.5]",
    "有效期见[closing]「本办法自2024年1月1日起实施，有效期至2026年12月31日。」",
    "文件未规定，请咨询主管部门。",
    "（第三稿）里写的是「上述奖励不得重复享受。」",
]


@pytest.mark.parametrize("draft", TRUE)
def test_true_drafts_pass(draft: str) -> None:
    assert checked(draft, [due()]).faults == []


LIES = [
    ("changed digit", f"一次性奖励不超过16万元。[2.2.5]「{QUOTE}」"),
    ("changed unit", f"一次性奖励不超过15亿元。[2.2.5]「{QUOTE}」"),
    ("a figure in Chinese numerals", "一次性奖励不超过二十五万元。[2.2.5]"),
    ("a figure in full width", "一次性奖励不超过２５万元。[2.2.5]"),
    ("a figure in English", "The award is at most RMB 250,000. [2.2.5]"),
    ("a cap as a sum due", f"您可获得15万元。[2.2.5]「{QUOTE}」"),
    ("a cap as a sum due in bold", f"您能拿到**15万元**奖励。[2.2.5]「{QUOTE}」"),
    ("a cap as a sum due in English", "You will receive RMB 150,000. [2.2.5]"),
    ("the next cap as a sum due", "达到1亿元后可得30万元。[2.2.5]"),
    ("an invented quote", "依据：[2.2.5]「5000万元至1亿元的，一次性奖励15万元」"),
    ("an altered quote", "依据：[2.2.5]「上述奖励不得重复享受！」"),
    ("an unknown clause", "见[2.2.9]。"),
    ("an invented document number", "见柳政规〔2023〕9号。"),
    ("a document number of another bracket", "见柳政规(2023)9号。"),
    ("an invented date", "有效期至2027年12月31日。"),
    ("an invented ISO date", "有效期至2027-12-31。"),
    ("an invented year", "2028年起施行。"),
    ("an invented percentage", "按营收的3%奖励。"),
    ("an invented count", "共有58家企业获奖。"),
    ("an invented term", "须承诺五年不迁出。"),
    ("a bare number", "电话 0772-2635000。"),
    ("an invented draft", "依据第五稿。"),
    ("a figure in a table", "| 档次 | 奖励 |\n| --- | --- |\n| 本档 | 25万元 |"),
    ("a zero-width character inside", "一次性奖励不超过2\u200b5万元。"),
]


@pytest.mark.parametrize(("lie", "draft"), LIES, ids=[name for name, _ in LIES])
def test_lies_are_held_back(lie: str, draft: str) -> None:
    assert checked(draft, [due()]).faults


ARGUMENTS = [
    ({"amount": "8000万"}, True),
    ({"amount": "八千万元"}, True),
    ({"amount": "8000万元"}, True),
    ({"amount": "9000万"}, False),
    ({"amount": "8000万", "change": "再多1000万"}, False),
    ({"amount": "8000万", "count": "7家"}, False),
    ({"amount": "2000万元"}, True),  # the text's own
]


@pytest.mark.parametrize(("arguments", "good"), ARGUMENTS)
def test_amounts_handed_to_a_tool_come_from_the_user_or_the_text(arguments: dict[str, str], good: bool) -> None:
    assert (list(invented(arguments, [QUESTION], POLICY.text.text)) == []) == good


NOBODY_SAID: list[tuple[str, dict[str, str]]] = [
    ("营收8000万", {"amount": "800万"}),
    ("营收8000万", {"amount": "80亿"}),
    ("营收8000万", {"amount": "8000元"}),
    ("营收15000万", {"amount": "5000万"}),
    ("营收1亿2000万", {"amount": "2000万"}),
    ("引进了13家", {"count": "3家"}),
    ("园区有200人", {"count": "200"}),
    ("营收8000万", {"amount": "8000", "unit": "亿元"}),
    ("营收8000，单位万元", {"amount": "8000", "unit": "亿元"}),
    ("甲营收8000，乙营收2亿", {"amount": "8000", "unit": "亿元"}),
    ("引进13家，单位是万元", {"amount": "13", "unit": "万元"}),
    ("营收8000万", {"amount": "", "unit": "5亿元"}),
    ("营收8000万", {"amount": "8000万", "change": "翻一番"}),
    ("企业在库", {"amount": "去年3月"}),
    ("企业在库", {"amount": "前年"}),
]


@pytest.mark.parametrize(("said", "arguments"), NOBODY_SAID)
def test_a_part_of_a_number_or_another_unit_is_not_what_was_said(said: str, arguments: dict[str, str]) -> None:
    assert list(invented(arguments, [said]))


SAID: list[tuple[tuple[str, ...], dict[str, str]]] = [
    (("营收8000万",), {"amount": "8000", "unit": "万元"}),
    (("营收８０００万",), {"amount": "八千万元"}),
    (("营收8000", "单位是万元"), {"amount": "8000", "unit": "万元"}),
    (("营收8000", "单位是万元"), {"amount": "8000万元"}),
    (("营收6500万", "那7500呢"), {"amount": "7500", "unit": "万元"}),
    (("营收500万到1000万", "2000到4000呢"), {"amount": "2000到4000", "unit": "万元"}),
    (("main revenue 80 million yuan", "What about 15 million?"), {"amount": "15 million yuan"}),
    (("引进了13家",), {"count": "13"}),
    (("引进了13户企业",), {"count": "13户"}),
    (("两家入库", "还有三家"), {"count": "两家；再多三家"}),
    (("从6000万翻了一番",), {"amount": "6000万", "change": "翻了一番"}),
    (("2025年10月入库", "等到11月呢"), {"amount": "2025年10月~11月"}),
]


@pytest.mark.parametrize(("said", "arguments"), SAID)
def test_what_was_said_may_be_handed_to_a_tool_in_other_spellings(
    said: tuple[str, ...], arguments: dict[str, str]
) -> None:
    assert list(invented(arguments, said)) == []


def test_citations_carry_true_offsets_and_figures_their_origins() -> None:
    draft = f"不超过15万元，还差2000万元，您说的是8000万。[2.2.5]「{QUOTE}」[closing]「有效期至2026年12月31日」"
    found = checked(draft, [due()])
    assert found.faults == []
    for citation in found.citations:
        assert POLICY.text.clause(citation.clause_id).text[citation.start : citation.end] == citation.quote
    origins = {figure.text: figure.origin for figure in found.figures}
    assert origins["不超过15万元"] == "award"
    assert origins["8000万"] == "question"
    assert origins["2026年12月31日"] == "quote"
    assert "/policy/liuzhou-hr-park-2024#2.2.5" in found.answer


def test_a_figure_of_a_clause_that_is_not_cited_has_no_origin() -> None:
    assert checked("每年安排300万元。", []).faults
    assert checked("每年安排300万元。[2.2.1]「市本级财政每年安排300万元」", []).faults == []


SPELLINGS = [
    ("八千万", "80000000"), ("8000万元", "80000000"), ("80,000,000元", "80000000"), ("RMB 80 million", "80000000"), ("0.8亿元", "80000000"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "value"), SPELLINGS)
def test_figures_are_compared_by_value(words: str, value: str) -> None:
    assert [found.values for found in figures(words)] == [(value,)]


def test_words_that_only_look_like_figures_are_none() -> None:
    assert figures("一次性奖励，一项一项看，一定核实，统一办理。") == []


@pytest.mark.parametrize(
    ("words", "unit", "value"),
    [
        ("第十一条", "ordinal", "11条"),
        ("第12档", "ordinal", "12档"),
        ("第二十条", "ordinal", "20条"),
        ("2026-12-31", "date", "2026-12-31"),
        ("31 December 2026", "date", "2026-12-31"),
        ("2026年13月45日", "date", "2026-13-45"),
    ],
)
def test_ordinals_and_dates_have_their_values(words: str, unit: str, value: str) -> None:
    found = {(one.unit, value) for one in figures(words) for value in one.values}
    assert found == {(unit, value)}
