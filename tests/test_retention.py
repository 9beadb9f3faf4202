"""What is kept of a conversation can be read out and deleted, on request and by age, and is gone when it is deleted."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from assistant.__main__ import main
from assistant.answer import Answer, AskRequest
from assistant.chat import Assistant, open_assistant
from assistant.hotline.desk import Hotline
from assistant.operations import retention
from assistant.settings import Settings
from assistant.store import Store
from assistant.store.keeping import BATCH
from assistant.store.tables import conversations, turns
from tests.serving import WAIT
from tools.errors import NotFoundError

DAY = date(2026, 6, 1)
CAP = "我们公司入驻了产业园，去年主营业务收入8000万，能拿多少奖励？"
RARE = "磁悬浮列车配件厂"
DRAFT = "一次性奖励不超过15万元（[2.2.5]「一次性奖励不超过15万元」）。"
TABLES = ("conversations", "turns", "feedback", "reviews")


@pytest.fixture
def settings(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database)
    return Settings(data=tmp_path, database_url=database)


@pytest.fixture
def store(settings: Settings) -> Store:
    return Store(settings.data, settings.database_url)


@pytest.fixture
def engine(settings: Settings) -> Assistant:
    return open_assistant(settings)


def ask(engine: Assistant, question: str = CAP, conversation: str | None = None) -> Answer:
    return engine.ask(AskRequest(question=question, conversation_id=conversation, as_of=DAY))


def review(engine: Assistant, turn_id: str) -> None:
    assert Hotline(engine).review(turn_id, DRAFT, "answered", "赵敏").faults == []


def opened(store: Store, question: str = "问", conversation: str | None = None) -> str:
    turn, _ = store.open_turn(AskRequest(question=question, conversation_id=conversation), "p", "2026-06-01")
    return turn.conversation_id


def aged(store: Store, conversation_id: str, days: float) -> str:
    """Makes a conversation one that was held so many days ago."""
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    with store.database.writing() as connection:
        values = {"at": at, "id": conversation_id}
        connection.execute(text("UPDATE conversations SET created_at = :at WHERE id = :id"), values)
        connection.execute(text("UPDATE turns SET asked_at = :at WHERE conversation_id = :id"), values)
    return conversation_id


def long_ago(store: Store, many: int) -> None:
    """Conversations of one turn each, held years ago."""
    at, names = "2020-01-01T00:00:00.000000+00:00", [f"{place:032}" for place in range(many)]
    with store.database.writing() as connection:
        connection.execute(conversations.insert(), [{"id": name, "policy_id": "p", "created_at": at} for name in names])
        asked = {"asked_at": at, "channel": "web", "as_of": "2020-01-01", "question": "问"}
        connection.execute(turns.insert(), [{"id": name, "conversation_id": name, **asked} for name in names])


def counts(store: Store) -> dict[str, int]:
    with store.database.reading() as connection:
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in TABLES}


def audited(store: Store) -> list[tuple[str, str, str]]:
    with store.database.reading() as connection:
        found = connection.execute(text("SELECT action, subject, detail FROM audit ORDER BY seq")).all()
    return [(one.action, one.subject, one.detail) for one in found if one.action.startswith("conversation")]


def everything(store: Store) -> str:
    """All that the database holds, and that lies in its files."""
    with store.database.reading() as connection:
        rows = [
            connection.execute(text(f"SELECT * FROM {name}")).all()
            for name in (*TABLES, "audit", "accounts", "switches")
        ]
    path = getattr(store.database.backend, "path", None)
    files = [one.read_bytes().decode("utf-8", "replace") for one in path.parent.glob("*.sqlite3*")] if path else []
    return f"{rows}{files}"


# Export


def test_the_export_holds_everything(settings: Settings, engine: Assistant, capsys: pytest.CaptureFixture[str]) -> None:
    asked = engine.ask(AskRequest(question=CAP, as_of=DAY, channel="desk"), account="王芳")
    engine.rate(asked.turn_id, "dislike", "不清楚")
    Hotline(engine).note(asked.conversation_id, "王芳", "张先生")
    review(engine, asked.turn_id)
    Hotline(engine).withdraw(Hotline(engine).reviews()[0].review_id, "赵敏")
    ask(engine, "有效期到什么时候")
    assert main(["conversation", "export", asked.conversation_id]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (told["conversation"]["account"], told["conversation"]["notes"]) == ("王芳", "张先生")
    (turn,) = told["turns"]
    assert turn["answer"] == asked.model_dump(mode="json")
    assert (turn["question"], turn["as_of"], turn["channel"]) == (CAP, "2026-06-01", "desk")
    assert len(turn["rules_sha256"]) == 64
    assert [one["comment"] for one in told["feedback"]] == ["不清楚"]
    assert [one["draft"] for one in told["reviews"]] == [DRAFT]
    assert [one["action"] for one in told["audit"]] == ["answer reviewed", "review withdrawn", "conversation exported"]
    assert audited(engine.store) == [("conversation exported", asked.conversation_id, "1 turns")]


@pytest.mark.parametrize("action", ["export", "erase"])
def test_what_is_not_there_is_told(
    settings: Settings, store: Store, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    assert main(["conversation", action, "0" * 32]) == 2
    assert "没有找到会话" in capsys.readouterr().err
    assert audited(store) == []


def test_a_conversation_is_found_by_words_of_its_questions(
    settings: Settings, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    found = opened(store, f"{RARE}能拿多少")
    opened(store, "别的")
    assert main(["conversation", "find", RARE]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert f"会话 {found}" in line
    assert main(["conversation", "find", "%"]) == 0
    assert "没有含有这些字的提问" in capsys.readouterr().out
    assert main(["conversation", "find", " "]) == 2
    assert [entry[1:] for entry in audited(store)] == [("", "1 turns found"), ("", "0 turns found")]


# Erasure


def test_what_is_erased_is_gone_and_nothing_else(
    settings: Settings, engine: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ask(engine)
    engine.rate(other.turn_id, "like")
    gone = ask(engine, f"{RARE}营收8000万能拿多少？")
    ask(engine, f"{RARE}呢？", gone.conversation_id)
    engine.rate(gone.turn_id, "dislike", RARE)
    assert RARE in everything(engine.store)
    assert main(["conversation", "erase", gone.conversation_id]) == 0
    assert "提问 2 次" in capsys.readouterr().out
    assert counts(engine.store) == {"conversations": 1, "turns": 1, "feedback": 1, "reviews": 0}
    assert RARE not in everything(engine.store)
    (entry,) = audited(engine.store)
    assert entry[:2] == ("conversation erased", gone.conversation_id)
    assert "2 turns" in entry[2]
    with pytest.raises(NotFoundError):
        engine.conversation(gone.conversation_id)
    assert engine.conversation(other.conversation_id)[0].rating == "like"


@pytest.mark.parametrize(
    ("option", "withdrawn", "follow_up", "kept"),
    [([], False, False, 1), (["--with-reviews"], False, False, 0), ([], True, False, 0), ([], False, True, 0)],
    ids=["in use", "on request", "withdrawn", "told only after another question"],
)
def test_a_reviewed_answer_stays_where_it_stands_for_itself(
    settings: Settings, engine: Assistant, option: list[str], withdrawn: bool, follow_up: bool, kept: int
) -> None:
    first = ask(engine, "营收8000万" if follow_up else "有效期到什么时候") if follow_up else None
    asked = ask(engine, "能拿多少奖励？" if first else CAP, first.conversation_id if first else None)
    review(engine, asked.turn_id)
    desk = Hotline(engine)
    if withdrawn:
        desk.withdraw(desk.reviews()[0].review_id, "赵敏")
    assert main(["conversation", "erase", asked.conversation_id, *option]) == 0
    assert counts(engine.store) == {"conversations": 0, "turns": 0, "feedback": 0, "reviews": kept}
    assert bool(ask(engine).reviewed_on) == bool(kept)
    assert [(one.turn_id, one.current) for one in Hotline(engine).reviews()] == [(None, True)] * kept
    assert main(["reviews"]) == 0


# By age


def test_only_what_nobody_went_on_with_expires(store: Store) -> None:
    old, new = aged(store, opened(store, RARE), 31), aged(store, opened(store), 29)
    gone_on = aged(store, opened(store), 31)
    opened(store, "再问", gone_on)
    erased = retention.expire(store, 30, "test")
    assert (erased.conversations, erased.turns) == (1, 1)
    assert len(store.turns(new)) == 1
    assert len(store.turns(gone_on)) == 2
    with pytest.raises(NotFoundError):
        store.turns(old)
    assert RARE not in everything(store)
    ((action, subject, detail),) = audited(store)
    assert (action, "1 conversations, 1 turns" in detail) == ("conversations expired", True)
    assert subject.startswith("before ")
    assert retention.expire(store, 30, "test").conversations == 0
    assert len(audited(store)) == 1, "what was not done is not written down"


def test_many_expire_in_batches_and_once_though_several_do_it(settings: Settings, store: Store) -> None:
    many = 2 * BATCH + 7
    long_ago(store, many)
    others = [Store(settings.data, settings.database_url) for _ in range(3)]
    kept = opened(store)
    with ThreadPoolExecutor(4) as pool:
        erased = list(pool.map(lambda one: retention.expire(one, 30, "test"), [store, *others]))
    assert sum(one.conversations for one in erased) == many
    assert sum(one.turns for one in erased) == many
    assert counts(store)["conversations"] == 1
    assert len(store.turns(kept)) == 1


def test_people_ask_while_old_conversations_are_deleted(store: Store) -> None:
    long_ago(store, BATCH)
    with ThreadPoolExecutor(4) as pool:
        deleting = pool.submit(retention.expire, store, 30, "test")
        asked = list(pool.map(lambda n: opened(store, f"问{n}"), range(60)))
    assert deleting.result().conversations == BATCH
    assert all(len(store.turns(one)) == 1 for one in asked)


def test_the_command_takes_days_or_the_setting(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for days in (31, 61):
        aged(store, opened(store), days)
    assert main(["conversation", "expire"]) == 2
    assert "ASSISTANT_KEEP_DAYS" in capsys.readouterr().err
    for wrong in ("0", "-1", "三十", "1.5"):
        assert main(["conversation", "expire", f"--days={wrong}"]) == 2
    assert counts(store)["conversations"] == 2
    assert main(["conversation", "expire", "--days", "60"]) == 0
    assert "会话 1 个" in capsys.readouterr().out
    monkeypatch.setenv("ASSISTANT_KEEP_DAYS", "1000000")  # before there was a calendar
    assert main(["conversation", "expire"]) == 1
    assert "0 到 100000 的整数" in capsys.readouterr().err
    monkeypatch.setenv("ASSISTANT_KEEP_DAYS", "30")
    assert main(["conversation", "expire"]) == 0
    assert counts(store)["conversations"] == 0


def test_the_server_deletes_at_its_start_and_ends_in_order(store: Store) -> None:
    old, new = aged(store, opened(store), 31), opened(store)
    with retention.expiring(store, 30):
        until = time.monotonic() + WAIT
        while counts(store)["conversations"] > 1:
            assert time.monotonic() < until
            time.sleep(0.02)
    assert not [thread for thread in threading.enumerate() if thread.name == "expiry"]
    assert len(store.turns(new)) == 1
    with pytest.raises(NotFoundError):
        store.turns(old)
    with retention.expiring(store, 0):
        assert not [thread for thread in threading.enumerate() if thread.name == "expiry"]


# What was never finished


def test_unfinished_turns_are_listed_once_nobody_can_be_answering_them(
    settings: Settings, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = aged(store, opened(store, "没有\n答完"), 1)
    under_way = opened(store, "正在答")
    assert main(["conversation", "unfinished"]) == 0
    told = capsys.readouterr().out
    assert lost in told
    assert "没有 答完" in told
    assert under_way not in told
    retention.expire(store, 1, "test")
    main(["conversation", "unfinished"])
    assert capsys.readouterr().out == "没有未答完的提问。\n"


def test_staff_find_them_on_the_queue(engine: Assistant) -> None:
    turn, _ = engine.store.open_turn(AskRequest(question=CAP), engine.default_policy, "2026-06-01")
    assert Hotline(engine).queue().waiting == []
    aged(engine.store, turn.conversation_id, 1)
    (waiting,) = Hotline(engine).queue().waiting
    assert (waiting.turn_id, waiting.status, waiting.answer) == (turn.turn_id, None, "")
    assert "15万元" in Hotline(engine).draft(turn.turn_id).draft
    Hotline(engine).dismiss(turn.turn_id, "赵敏")
    assert Hotline(engine).queue().waiting == []
