"""What is read aloud, and what stands in large type: no figure of its own, and a cap stays a cap."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from assistant.answer import Answer, AskRequest
from assistant.chat import Assistant
from assistant.figures import figures
from assistant.hotline.headlines import headlines
from assistant.hotline.script import script
from evals import sets

SETS = ("blind_spoken", "dates", "english", "firms", "people_odd", "ranges", "recruiting", "tiers", "wordings")
DAY = date(2026, 6, 1)
CAP = re.compile(r"不超过|最多|上限|up to|at most|cap", re.IGNORECASE)


def answer(engine: Assistant, question: str, as_of: date = DAY) -> Answer:
    return engine.preview(AskRequest(question=question, as_of=as_of))


def known(text: str) -> set[tuple[str, str]]:
    return {(found.unit, value) for found in figures(text) for value in found.values}


def asked(name: str) -> Iterator[tuple[str, date]]:
    for question in sets.load(name):
        for turn in question.turns[:1]:
            if 0 < len(turn.ask.strip()) <= 2000:
                yield turn.ask, question.as_of


@pytest.mark.parametrize("name", SETS)
def test_every_figure_is_one_of_the_answer_and_caps_stay_caps(engine: Assistant, name: str) -> None:
    wrong = []
    for question, as_of in asked(name):
        found = answer(engine, question, as_of)
        told = script(found)
        large = headlines(found, told)
        shown = "\n".join(f"{one.title}，{one.figure}，{one.note}" for one in large)
        if extra := (known(told) | known(shown)) - known(found.answer):
            wrong.append((question, extra))
        caps = {str(award.amount_yuan) for award in found.awards if award.kind == "at_most"}
        fixed = {str(award.amount_yuan) for award in found.awards if award.kind == "exactly"}
        for line in [*told.splitlines(), *(one.figure for one in large)]:
            sums = {value for one in figures(line) if one.unit == "yuan" for value in one.values}
            if sums & caps - fixed and not CAP.search(line):
                wrong.append((question, line))
    assert wrong == []


QUESTIONS = {
    "a cap": "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？",
    "firms": "A公司主营8000万，B公司主营1.2亿，C公司主营1500万，都在园区，各能拿多少？",
    "a range": "8000万到1.2亿之间能拿多少",
    "tiers": "经济贡献奖励的标准是什么",
    "left open": "申请材料有哪些",
    "a fact missing": "能拿多少奖励",
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_it_can_be_read_aloud(engine: Assistant, question: str) -> None:
    told = script(answer(engine, question))
    lines = told.splitlines()
    assert lines[0].startswith("您好，")
    assert lines[-1] == "以上供您参考，以主管部门的解释为准。"
    assert told.count("您好") == 1
    assert not re.search(r"\*\*|\]\(|[≥≤<>×|#]|^\s*-", told, re.MULTILINE)
    assert all(line[-1] in "。？！：" or line.endswith("。」") for line in lines)


def test_the_cap_is_explained_and_the_open_points_are_named(engine: Assistant) -> None:
    told = script(answer(engine, QUESTIONS["a cap"]))
    assert "一次性奖励不超过15万元" in told
    assert "“不超过”是上限，不是保证发放的数额" in told
    assert "文件没有规定：" in told
    assert "关于申请材料，文件没有规定。" in script(answer(engine, QUESTIONS["left open"]))


def test_firms_are_told_apart(engine: Assistant) -> None:
    lines = script(answer(engine, QUESTIONS["firms"])).splitlines()
    assert lines[0] == "您好，A公司："
    assert lines.index("B公司：") < lines.index("C公司：")


OVER = [
    ("引进12家税300万", "一共36万元，超过了30万元（总额上限）"),
    ("引进11家税300万", "一共33万元，超过了30万元（总额上限）"),
    ("培育了11家在库两年", "一共22万元，超过了20万元（总额上限）"),
    ("培育了14家企业，都在库三年", "一共28万元，超过了20万元（总额上限）"),
]


@pytest.mark.parametrize(("question", "said"), OVER)
def test_two_sums_beside_each_other_say_which_is_the_greater(engine: Assistant, question: str, said: str) -> None:
    assert said in script(answer(engine, question))


@pytest.mark.parametrize("name", SETS)
def test_no_sign_is_left_to_be_read_aloud(engine: Assistant, name: str) -> None:
    wrong = []
    for question, as_of in asked(name):
        told = script(answer(engine, question, as_of))
        own = re.sub("「[^」]*」|“[^”]*”", "", told).replace(
            question, ""
        )  # signs of the asker are quoted as he wrote them
        wrong += [(question, line) for line in own.splitlines() if re.search(r"[≥≤<>×|]|^\s*[-*#]|\]\(", line)]
        wrong += [(question, line) for line in own.splitlines() if re.search(r"\d[万亿元]+ \d", line)]
    assert wrong == []


def test_an_answer_in_english_is_spoken_in_english(engine: Assistant) -> None:
    told = script(answer(engine, "How much for revenue of 80 million yuan in the park?"))
    assert "main business revenue 8000万元 is at least 5000万元 but less than 1亿元." in told
    assert all(line[-1] in ".?!:」" for line in told.splitlines())


def test_an_answer_in_english_is_left_in_english(engine: Assistant) -> None:
    told = script(answer(engine, "How much for revenue of 80 million yuan in the park?"))
    assert "at most RMB 150,000" in told
    assert not re.search("您好|达到了|还不到|供您参考", told)


def test_what_is_refused_is_not_told_as_advice(engine: Assistant) -> None:
    assert "供您参考" not in script(answer(engine, "今天天气怎么样"))


def test_an_answer_with_other_figures_than_its_script_is_read_as_it_stands(
    engine: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.hotline.script._LAST", "以上供您参考，最高500万元。")
    told = script(answer(engine, QUESTIONS["a cap"]))
    assert "500万元" not in told
    assert "一次性奖励不超过15万元" in told


def test_out_of_force_is_said_first(engine: Assistant) -> None:
    told = script(answer(engine, QUESTIONS["a cap"], date(2027, 3, 1)))
    assert "不在有效期内" in told.splitlines()[0]
    assert "15万元" not in told
