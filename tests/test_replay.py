"""A kept question answered again: the same by the same code, text and rules; what differs is named; nothing is written."""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor as Threads
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from assistant.__main__ import main
from assistant.answer import Answer, AskRequest
from assistant.chat import Assistant, open_assistant
from assistant.hotline.desk import Hotline
from assistant.replay import COMPUTED, Replay, replay
from assistant.settings import Settings
from evals import sets
from tests.model_double import Double, Reply
from tests.serving import WAIT

CORPUS = Path(__file__).resolve().parent.parent / "corpus" / "liuzhou-hr-park-2024"
DAY = date(2026, 6, 1)
ASKS_BACK = "引进了4家企业，招商团队能拿多少？"
REPLY = "都超过200万"  # how it is read depends on what was asked back
CAP = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"


def ask(engine: Assistant, question: str = CAP, conversation: str | None = None, as_of: date = DAY) -> Answer:
    return engine.ask(AskRequest(question=question, conversation_id=conversation, as_of=as_of))


def again(engine: Assistant, turn_id: str) -> Replay:
    return replay(engine, *engine.store.turn(turn_id))


def fields(found: Replay) -> set[str]:
    return {one.field for one in found.differences}


@pytest.fixture
def engine(tmp_path: Path, database: str) -> Assistant:
    return open_assistant(Settings(data=tmp_path, database_url=database))


@pytest.mark.parametrize("name", ["conversations", "dates", "english", "operator", "refuse"])
def test_another_process_gives_the_same_for_whole_conversations(tmp_path: Path, name: str) -> None:
    settings = Settings(data=tmp_path)
    first = open_assistant(settings)
    asked: list[str] = []
    for one in sets.load(name):
        conversation = None
        for turn in one.turns:
            answer = ask(first, turn.ask, conversation, one.as_of)
            conversation = answer.conversation_id
            asked.append(answer.turn_id)
    second = open_assistant(settings)
    found = [again(second, turn_id) for turn_id in asked]
    assert [one for one in found if one.differences] == []
    assert not any(one.verified for one in found), "every word was compared"
    assert all(one.text[0] == one.text[1] and one.rules[0] == one.rules[1] != "" for one in found)


def test_nothing_is_written(tmp_path: Path) -> None:
    engine = open_assistant(Settings(data=tmp_path))
    kept = ask(engine)

    def dump() -> list[str]:
        with closing(sqlite3.connect(tmp_path / "assistant.sqlite3")) as found:
            return list(found.iterdump())

    before = dump()
    assert again(engine, kept.turn_id).same
    assert dump() == before


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "status": lambda told: told.update(status="not_covered"),
    "awards": lambda told: told["awards"][0].update(amount_yuan=160_000),
    "ineligible": lambda told: told["ineligible"].append(
        {"rule_id": "r", "reason": "x", "clause_id": "2.2.5", "quote": "x", "gap_yuan": 1}
    ),
    "missing": lambda told: told.update(missing="main_revenue"),
    "citations": lambda told: told["citations"].pop(),
    "figures": lambda told: told["figures"][0].update(value="1"),
    "tool_calls": lambda told: told["tool_calls"][0]["arguments"].update(amount="9000万"),
    "answer": lambda told: told.update(answer=told["answer"].replace("。", "，", 1)),
}


@pytest.mark.parametrize("field", CHANGES)
def test_whatever_part_of_the_answer_was_another_then_is_named(
    engine: Assistant, field: str, capsys: pytest.CaptureFixture[str]
) -> None:
    turn_id = ask(engine).turn_id
    alter(engine, turn_id, CHANGES[field])
    assert fields(again(engine, turn_id)) == {field}
    assert {*CHANGES} == {*COMPUTED, "answer"}


def alter(engine: Assistant, turn_id: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Makes the kept answer one that other code gave."""
    turn, _ = engine.store.turn(turn_id)
    assert turn.answer
    told = turn.answer.model_dump(mode="json")
    change(told)
    with engine.store.database.writing() as connection:
        connection.execute(
            text("UPDATE turns SET answer = :answer WHERE id = :id"), {"answer": json.dumps(told), "id": turn_id}
        )


def edited(tmp_path: Path, *changes: tuple[str, str, str]) -> Path:
    """A folder of policies with a copy in which words are others."""
    folder = tmp_path / "policies" / CORPUS.name
    shutil.copytree(CORPUS, folder, dirs_exist_ok=True)
    for name, old, new in changes:
        path = folder / name
        words = path.read_text(encoding="utf-8")
        assert old in words
        path.write_text(words.replace(old, new), encoding="utf-8")
    return folder.parent


OTHER_SUM = (("policy.md", "15万元", "17万元"), ("rules.yaml", "15万元", "17万元"))
RULES_ONLY = (("rules.yaml", "name: 经济贡献奖励", "name: 经济贡献奖"),)


@pytest.mark.parametrize(
    ("changes", "text_changed", "differs"),
    [
        (OTHER_SUM, True, {"awards", "citations", "figures", "tool_calls", "answer"}),
        (RULES_ONLY, False, {"tool_calls", "answer"}),
        ((("rules.yaml", "plain:", "# a remark\nplain:"),), False, set()),
    ],
    ids=["text and rules", "a name in the rules", "a remark in the rules"],
)
def test_a_changed_policy_is_told_by_its_hash_and_by_what_it_changes(
    tmp_path: Path, changes: tuple[tuple[str, str, str], ...], text_changed: bool, differs: set[str]
) -> None:
    settings = Settings(data=tmp_path / "data", policies=edited(tmp_path))
    turn_id = ask(open_assistant(settings)).turn_id
    edited(tmp_path, *changes)
    found = again(open_assistant(settings), turn_id)
    assert fields(found) == differs
    assert (found.text[0] != found.text[1], found.rules[0] != found.rules[1]) == (text_changed, True)


def test_a_policy_that_is_there_no_more_is_a_difference(engine: Assistant) -> None:
    turn_id = ask(engine).turn_id
    with engine.store.database.writing() as connection:
        connection.execute(text("UPDATE turns SET policy_id = 'gone'"))
    assert fields(again(engine, turn_id)) == {"policy"}


def test_a_question_that_today_makes_the_program_fail_is_a_difference(
    engine: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_id = ask(engine).turn_id
    monkeypatch.setattr("assistant.rules_model.read", _fails)
    found = again(engine, turn_id)
    assert [(one.field, one.now) for one in found.differences] == [("failure", "ZeroDivisionError")]


def _fails(*_: object) -> None:
    raise ZeroDivisionError


def test_the_day_it_was_asked_for_counts_not_today(engine: Assistant) -> None:
    late = ask(engine, as_of=date(2027, 3, 1))
    assert late.awards == []
    assert again(engine, late.turn_id).same


def test_questions_told_by_a_client_are_read_again(engine: Assistant) -> None:
    told = engine.ask(AskRequest(question="那1.2亿呢", as_of=DAY), earlier=[CAP])
    assert [one.amount_yuan for one in told.awards] == [300_000]
    assert again(engine, told.turn_id).same


def test_an_answer_that_came_later_is_not_read(engine: Assistant) -> None:
    """Two questions of one conversation at once: the second was answered before the first had its answer."""
    asking = engine.stream(AskRequest(question=ASKS_BACK, as_of=DAY))
    begun = next(asking)
    second = ask(engine, REPLY, getattr(begun, "conversation_id", ""))
    list(asking)
    assert again(engine, second.turn_id).same


def test_an_answer_that_came_while_the_question_waited_to_be_kept_is_read(tmp_path: Path) -> None:
    engine = open_assistant(Settings(data=tmp_path))
    asking = engine.stream(AskRequest(question=ASKS_BACK, as_of=DAY))
    begun = next(asking)
    with closing(sqlite3.connect(tmp_path / "assistant.sqlite3", isolation_level=None)) as other, Threads(2) as threads:
        other.execute("BEGIN IMMEDIATE")
        first = threads.submit(list, asking)
        time.sleep(1)  # its answer waits for the other's write, and the question after it for its turn
        second = threads.submit(ask, engine, REPLY, getattr(begun, "conversation_id", ""))
        time.sleep(1)
        other.execute("COMMIT")
        first.result(WAIT)
        kept = second.result(WAIT)
    assert [one.amount_yuan for one in kept.awards] == [120_000]
    assert again(engine, kept.turn_id).same


def test_a_clock_that_was_put_back_changes_nothing(engine: Assistant) -> None:
    first = ask(engine, ASKS_BACK)
    second = ask(engine, REPLY, first.conversation_id)
    with engine.store.database.writing() as connection:
        values = {"at": "2020-01-01T00:00:00.000000+00:00", "id": second.turn_id}
        connection.execute(text("UPDATE turns SET asked_at = :at, answered_at = :at WHERE id = :id"), values)
    assert again(engine, second.turn_id).same


# Words that are not the rules'


@pytest.fixture
def worded(tmp_path: Path, double: Double) -> Assistant:
    """An engine with a chat model."""
    return open_assistant(Settings(data=tmp_path, model="openai:some-model"))


def test_a_chat_models_words_are_verified_anew(worded: Assistant, tmp_path: Path, double: Double) -> None:
    kept = ask(worded)
    assert kept.model == "openai:some-model"
    rules = open_assistant(Settings(data=tmp_path))
    double.requests.clear()
    found = again(rules, kept.turn_id)
    assert (found.same, found.verified) == (True, True)
    alter(
        rules, kept.turn_id, lambda told: told.update(answer=told["answer"].replace("不超过15万元。", "不超过16万元。"))
    )
    assert "answer" in fields(again(rules, kept.turn_id))
    assert again(worded, kept.turn_id).differences
    assert double.requests == [], "no model is asked for a replay"


def test_what_a_chat_model_looked_up_is_looked_up_again(worded: Assistant, tmp_path: Path, double: Double) -> None:
    entry = Reply(tool_calls=[("policy_entry", {"entry_id": "duration"})])
    double.answers = lambda body: entry if len(body["messages"]) <= 2 else Reply(["好。"])
    kept = ask(worded, "产业园这件事能撑多久呀，给句话")
    assert kept.status == "answered"
    rules = open_assistant(Settings(data=tmp_path))
    assert again(rules, kept.turn_id).same
    alter(rules, kept.turn_id, lambda told: told["tool_calls"][0]["arguments"].update(entry_id="materials"))
    assert "tool_calls" in fields(again(rules, kept.turn_id))


def test_an_answer_of_staff_is_verified_anew(engine: Assistant) -> None:
    draft = "「不超过」是上限，一次性奖励不超过15万元（[2.2.5]「一次性奖励不超过15万元」）。"
    assert Hotline(engine).review(ask(engine).turn_id, draft, "answered", "赵敏").faults == []
    kept = ask(engine)
    assert kept.reviewed_on
    found = again(engine, kept.turn_id)
    assert (found.same, found.verified) == (True, True)


# The command line


@pytest.fixture
def data(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database)
    return tmp_path


def test_the_command_says_whether_it_is_the_same(
    data: Path, engine: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    turn_id = ask(engine).turn_id
    assert main(["replay", turn_id]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"相同：提问 {turn_id}")
    assert "政策文本没有变；规则没有变" in told
    alter(engine, turn_id, CHANGES["awards"])
    assert main(["replay", turn_id]) == 3
    told = capsys.readouterr().out
    assert told.startswith(f"不同：提问 {turn_id}")
    assert "当时" in told
    assert "160000" in told
    assert "150000" in told


def test_the_command_replays_all_and_counts(data: Path, engine: Assistant, capsys: pytest.CaptureFixture[str]) -> None:
    same, other = ask(engine), ask(engine, "那1.2亿呢")
    alter(engine, other.turn_id, CHANGES["status"])
    engine.store.open_turn(AskRequest(question=CAP), engine.default_policy, "2026-06-01")
    assert main(["replay", "--all"]) == 3
    told = capsys.readouterr().out
    assert f"不同：提问 {other.turn_id}：状态\n" in told
    assert same.turn_id not in told
    assert "重放 2 次提问：相同 1，不同 1；另有 1 次没有答完。政策文本已变的 0 次，规则已变的 0 次。" in told
    tomorrow = (date.today() + timedelta(days=2)).isoformat()
    assert main(["replay", "--all", "--since", tomorrow]) == 0
    assert "重放 0 次提问" in capsys.readouterr().out
    assert main(["replay", "--all", "--since", "0001-01-01"]) == 3
    assert "重放 2 次提问" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "请写一个提问编号"),
        (["a", "--all"], "请写一个提问编号"),
        (["a", "--since", "2026-01-01"], "请写一个提问编号"),
        (["--all", "--since", "昨天"], "YYYY-MM-DD"),
        (["0" * 32], "没有找到"),
    ],
)
def test_what_cannot_be_replayed_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path))
    assert main(["replay", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_an_unfinished_turn_cannot_be_replayed(
    data: Path, engine: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    turn, _ = engine.store.open_turn(AskRequest(question=CAP), engine.default_policy, "2026-06-01")
    assert main(["replay", turn.turn_id]) == 2
    assert "没有答完" in capsys.readouterr().err
