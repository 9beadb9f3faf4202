"""The hand-over of a call: everything the next desk needs, each figure with its clause, open points listed."""

from datetime import datetime
from pathlib import Path

import pytest

from assistant.answer import AskRequest
from assistant.chat import Assistant
from assistant.figures import figures
from assistant.hotline.handover import handover
from assistant.plain import plain
from assistant.store import Turn

AT = datetime(2026, 6, 1, 9, 5).astimezone()
CAP = "我们是园区企业，去年主营业务收入8000万，能拿多少奖励？"


def call(engine: Assistant, *questions: str) -> list[Turn]:
    conversation = None
    for question in questions:
        request = AskRequest(question=question, conversation_id=conversation, as_of=AT.date())
        conversation = engine.ask(request, "王芳").conversation_id
    assert conversation
    return engine.conversation(conversation, "王芳")


def open_points(text: str) -> list[str]:
    """What waits for the authority: the lines below its heading."""
    below = text.partition("待主管部门确认：")[2].partition("\n\n")[0]
    return [line.removeprefix("- ") for line in below.strip().splitlines()]


def test_a_hand_over_tells_the_whole_call(engine: Assistant) -> None:
    turns = call(engine, CAP, "那1.2亿呢")
    told = handover(turns, "张先生，138", "王芳", AT)
    head = f"转办单 {turns[0].conversation_id[:8]}"
    wanted = [
        head,
        "坐席：王芳",
        "2026-06-01 09:05",
        "张先生，138",
        CAP,
        "不超过15万元",
        "【问题 2】那1.2亿呢",
        "不超过30万元",
    ]
    place = 0
    for words in wanted:
        place = told.index(words, place)
    for turn in turns:
        assert turn.answer
        assert plain(turn.answer.answer) in told
        for citation in turn.answer.citations:
            assert f"{citation.label}「{citation.quote}」" in told
    assert "第三稿" in told.splitlines()[-1]
    assert "截至 2026-06-01" in told.splitlines()[-1]


PHONES = [
    "（联系人李明 13812345678）",
    "，微信同号13987654321",
    "，请回复到我的邮箱li@example.com",
    "，来电号码13700001111",
]


@pytest.mark.parametrize("phone", PHONES)
def test_where_the_caller_can_be_reached_is_no_open_point(engine: Assistant, phone: str) -> None:
    told = handover(call(engine, f"园区企业营收8000万能拿多少{phone}"), "", "王芳", AT)
    assert "不超过15万元" in told
    assert not any("电话" in point for point in open_points(told))


def test_it_adds_no_figure_to_those_of_the_call(engine: Assistant) -> None:
    turns = call(engine, CAP)
    assert turns[0].answer
    body = handover(turns, "", "王芳", AT).partition("【问题 1】")[2]
    answer = turns[0].answer
    known = [CAP, plain(answer.answer), *(f"{one.label}{one.quote}" for one in answer.citations), body.splitlines()[-1]]
    allowed = {(one.unit, tuple(one.values)) for words in known for one in figures(words)}
    assert {(one.unit, tuple(one.values)) for one in figures(body)} <= allowed


POINTS = {
    "what an award leaves open": (CAP, ["上限以内的实际数额如何确定"]),
    "what the text does not say": ("申请材料有哪些", ["申请材料"]),
    "a question still to be cleared": ("能拿多少奖励", ["能拿多少奖励"]),
    "nothing open": ("有效期到什么时候", ["无"]),
}


@pytest.mark.parametrize(("question", "points"), POINTS.values(), ids=POINTS)
def test_what_the_authority_has_to_settle_is_listed(engine: Assistant, question: str, points: list[str]) -> None:
    found = open_points(handover(call(engine, question), "", "王芳", AT))
    assert set(points) <= set(found)
    assert len(found) == len(set(found))


def test_points_asked_twice_are_listed_once(engine: Assistant) -> None:
    found = open_points(handover(call(engine, CAP, "那1.2亿呢"), "", "王芳", AT))
    assert len(found) == len(set(found)) == 3


def test_a_question_that_was_not_answered_to_the_end_is_told(engine: Assistant, tmp_path: Path) -> None:
    turns = [*call(engine, CAP), Turn("c", "t", "还有补贴吗", AT, None)]
    told = handover(turns, "  ", "王芳", AT)
    assert "来电人情况：（未记录）" in told
    assert "没有答完" in told
    assert "还有补贴吗（没有答完）" in open_points(told)
