"""What is kept and how the database comes to its newest form: the same in SQLite and in PostgreSQL."""

import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from assistant.answer import Answer, AskRequest, Basis
from assistant.store import Store, Turn
from assistant.store.revisions import MIGRATIONS
from assistant.store.tables import REVISION, meta, turns
from tools.errors import NotFoundError, SettingsError, StoreError

# What the first release made, before revisions were kept.
FIRST_RELEASE = """
CREATE TABLE conversations (id VARCHAR(32) PRIMARY KEY NOT NULL, policy_id VARCHAR(100) NOT NULL, created_at VARCHAR(32) NOT NULL);
CREATE TABLE turns (seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, id VARCHAR(32) NOT NULL UNIQUE,
  conversation_id VARCHAR(32) NOT NULL REFERENCES conversations (id), asked_at VARCHAR(32) NOT NULL, channel VARCHAR(16) NOT NULL,
  as_of VARCHAR(10) NOT NULL, question TEXT NOT NULL, answer TEXT);
CREATE INDEX ix_turns_conversation_id ON turns (conversation_id);
CREATE INDEX ix_turns_asked_at ON turns (asked_at);
INSERT INTO conversations VALUES ('c1', 'p', '2026-01-01T00:00:00+00:00');
INSERT INTO turns VALUES (1, 't1', 'c1', '2026-01-01T00:00:01+00:00', 'web', '2026-01-01', '营收8000万呢', NULL);
"""


LONG_AGO, LATER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, database: str) -> Store:
    return Store(tmp_path, database)


def asked(store: Store, question: str, conversation: str | None = None, account: str | None = None) -> tuple[str, str]:
    request = AskRequest(question=question, conversation_id=conversation)
    turn, _ = store.open_turn(request, "p", "2026-06-01", account)
    return turn.conversation_id, turn.turn_id


def alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def test_the_newest_revision_is_the_one_the_code_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_the_revisions_lead_to_the_tables_of_the_code(store: Store) -> None:
    with store.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), meta) == []


def test_a_database_of_the_first_release_keeps_its_turns(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "assistant.sqlite3") as old:
        old.executescript(FIRST_RELEASE)
    store = Store(tmp_path)
    assert [turn.question for turn in store.turns("c1")] == ["营收8000万呢"]
    store.feedback.give("t1", "like", "")
    assert store.turns("c1")[0].rating == "like"
    asked(store, "再问", "c1")
    assert len(Store(tmp_path).turns("c1")) == 2


def test_the_way_back_from_the_newest_revision_keeps_the_turns(tmp_path: Path, database: str) -> None:
    store = Store(tmp_path, database)
    conversation, _ = asked(store, "问")
    with store.database.backend.alone() as connection:
        command.downgrade(alembic(connection), "0001")
        assert connection.execute(text("SELECT count(*) FROM turns")).scalar() == 1
    assert [turn.question for turn in Store(tmp_path, database).turns(conversation)] == ["问"]


def test_a_database_of_a_newer_program_is_left_alone_and_told(tmp_path: Path, database: str) -> None:
    store = Store(tmp_path, database)
    asked(store, "问")
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="更新版本的程序"):
        asked(Store(tmp_path, database), "再问")


@pytest.mark.parametrize(
    "url", ["postgresql://u:secret@h:port/d", "postgres://u:secret@h", "postgresql:u:secret", "postgresql://"]
)
def test_an_address_that_is_none_is_told_without_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as told:
        Store(tmp_path, url)
    assert "secret" not in str(told.value)
    assert told.value.__cause__ is None


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_addresses_are_taken_as_other_programs_write_them(tmp_path: Path, postgresql: str, scheme: str) -> None:
    asked(Store(tmp_path, postgresql.replace("postgresql", scheme, 1)), "问")
    assert list(tmp_path.iterdir()) == [], "nothing is written to the folder"


def _open(where: tuple[Path, str]) -> int:
    store = Store(*where)
    conversation, _ = asked(store, "同时")
    return len(store.turns(conversation))


def test_processes_that_open_a_new_database_at_once_all_succeed(tmp_path: Path, database: str) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map_async(_open, [(tmp_path, database)] * 4).get(timeout=120) == [1] * 4
    with Store(tmp_path, database).database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM turns")).scalar() == 4
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1


def test_threads_that_write_at_once_wait_for_each_other(store: Store) -> None:
    conversation, turn = asked(store, "问")
    begun = datetime.now(UTC)

    def write(place: int) -> None:
        asked(store, f"问{place}", conversation)
        store.feedback.give(turn, "like" if place % 2 else "dislike", "")
        store.accounts.count_try({"王芳": 64, f"王芳@10.0.0.{place % 3}": 64}, begun)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(64)))
    assert len(store.turns(conversation)) == 65
    assert store.accounts.count_try({"王芳": 65}, begun) is None, "64 were counted"
    assert store.accounts.count_try({"王芳": 65}, begun)


@pytest.mark.parametrize("odd", ["a\0b", "\0", "'; DROP TABLE turns; --", "%s %(x)s :x ?", "𠮷😀", "\x7f\x1b"])
def test_odd_characters_neither_break_nor_find_anything(store: Store, odd: str) -> None:
    conversation, turn = asked(store, f"问{odd}")
    assert store.turns(conversation)[0].question.startswith("问")
    store.feedback.give(turn, "dislike", odd)
    with pytest.raises(NotFoundError):
        store.turns(odd)


@pytest.mark.parametrize(
    ("given", "kept"),
    [(["like"], "like"), (["like", "dislike"], "dislike"), (["dislike", None], None), ([None], None)],
)
def test_the_last_rating_counts(store: Store, given: list[str | None], kept: str | None) -> None:
    conversation, turn = asked(store, "问")
    for rating in given:
        store.feedback.give(turn, rating, "")
    assert store.turns(conversation)[0].rating == kept


def waiting(store: Store, unfinished_since: datetime) -> list[str]:
    """The turns on the queue, as it is ordered."""
    return [entry.newest.turn_id for entry in store.queue.entries(10, unfinished_since)[0]]


def test_a_rating_of_an_unknown_turn_is_refused(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.feedback.give("0" * 32, "like", "")


def test_the_queue_holds_what_was_disliked_until_it_is_settled_and_again_when_it_is_disliked_again(
    store: Store,
) -> None:
    _, good = asked(store, "好")
    _, bad = asked(store, "不好")
    store.feedback.give(good, "like", "")
    store.feedback.give(bad, "dislike", "错了")
    assert waiting(store, LONG_AGO) == [bad]
    store.queue.dismiss(store.turn(bad)[0], "赵敏")
    assert waiting(store, LONG_AGO) == []
    store.feedback.give(bad, "dislike", "还是错")
    assert waiting(store, LONG_AGO) == [bad]
    store.feedback.give(bad, None, "")
    assert waiting(store, LONG_AGO) == []


@pytest.mark.parametrize(
    ("owner", "reader", "seen"),
    [(None, None, True), ("a", "a", True), ("a", "b", False), ("a", None, False), (None, "a", False)],
)
def test_a_workers_call_is_the_workers_alone(store: Store, owner: str | None, reader: str | None, seen: bool) -> None:
    conversation, _ = asked(store, "问", account=owner)
    if seen:
        assert len(store.turns(conversation, reader)) == 1
        return
    with pytest.raises(NotFoundError):
        store.turns(conversation, reader)
    with pytest.raises(NotFoundError):
        asked(store, "接着问", conversation, reader)


def test_calls_are_listed_newest_first_with_their_notes(store: Store) -> None:
    first, _ = asked(store, "一", account="a")
    second, _ = asked(store, "二", account="a")
    asked(store, "一之二", first, "a")
    asked(store, "别人的", account="b")
    asked(store, "公众的")
    store.calls.note(first, "a", "张先生")
    assert [
        (call.conversation_id, call.first_question, call.questions, call.notes) for call in store.calls.latest("a")
    ] == [
        (second, "二", 1, ""),
        (first, "一", 2, "张先生"),
    ]
    with pytest.raises(NotFoundError):
        store.calls.note(first, "b", "不是我的")


# From the question to the answer


def answered(
    store: Store, question: str, conversation: str | None = None, *, key: str = "k", unanswered: bool = False
) -> Turn:
    """A turn with an answer, made up from nothing."""
    _, turn_id = asked(store, question, conversation)
    turn, _ = store.turn(turn_id)
    basis = Basis(
        policy_title="办法",
        version="第三稿",
        text_sha256="0" * 64,
        status="第三稿",
        in_force_from=date(2024, 1, 1),
        in_force_to=date(2026, 12, 31),
        as_of=date(2026, 6, 1),
        in_force=True,
    )
    answer = Answer(
        status="answered",
        answer="答",
        basis=basis,
        model="rules",
        verified=True,
        conversation_id=turn.conversation_id,
        turn_id=turn_id,
    )
    store.close_turn(turn_id, answer, unanswered=unanswered, question_key=key, rules_sha256="1" * 64)
    return store.turn(turn_id)[0]


def test_a_turn_is_open_until_it_is_closed(store: Store) -> None:
    _, turn_id = asked(store, "问")
    opened, _ = store.turn(turn_id)
    assert (opened.answer, opened.answered_at, opened.rules_sha256) == (None, None, "")
    assert opened.state(timedelta(minutes=1)) == "under_way"
    assert opened.state(timedelta(0)) == "unfinished"
    closed = answered(store, "问")
    assert closed.answer
    assert closed.answered_at
    assert closed.answered_at >= closed.asked_at
    assert closed.rules_sha256 == "1" * 64
    assert closed.state(timedelta(0)) == "answered"


def test_a_turn_is_read_after_those_before_it_and_no_others(store: Store) -> None:
    first = answered(store, "一")
    answered(store, "别的会话")
    _, second = asked(store, "二", first.conversation_id)
    answered(store, "三", first.conversation_id)
    turn, before = store.turn(second)
    assert (turn.question, [one.question for one in before]) == ("二", ["一"])


def test_what_a_client_told_of_earlier_questions_is_kept_with_the_turn(store: Store) -> None:
    turn, before = store.open_turn(AskRequest(question="那1.2亿呢"), "p", "2026-06-01", None, ["营收8000万", "呢"])
    assert (turn.earlier, before) == (("营收8000万", "呢"), [])


def test_a_conversation_that_goes_on_under_another_policy_keeps_each_turns_own(store: Store) -> None:
    conversation, first = asked(store, "问")
    request = AskRequest(question="再问", conversation_id=conversation)
    second, _ = store.open_turn(request, "other", "2026-06-01")
    assert [store.turn(one)[0].policy_id for one in (first, second.turn_id)] == ["p", "other"]


def test_one_question_asked_without_end_hides_no_other_on_the_queue(store: Store) -> None:
    disliked = answered(store, "奖励不对").turn_id
    store.feedback.give(disliked, "dislike", "档次错了")
    other = answered(store, "另一个", unanswered=True, key="another").turn_id
    for _ in range(30):
        last = answered(store, "园区有食堂吗", unanswered=True, key="canteen").turn_id
    entries, total = store.queue.entries(2, LONG_AGO)
    assert [(entry.newest.turn_id, entry.times, entry.disliked) for entry in entries] == [
        (disliked, 1, True),
        (last, 30, False),
    ]
    assert entries[0].comments == ["档次错了"]
    assert total == 3
    store.queue.dismiss(entries[1].newest, "赵敏")
    assert waiting(store, LONG_AGO) == [disliked, other]


def test_a_question_asked_more_often_than_a_statement_holds_values_is_dismissed(store: Store) -> None:
    turn = answered(store, "园区有食堂吗", unanswered=True, key="canteen")
    with store.database.writing() as connection:
        values = {"unanswered": True, "question_key": "canteen", "conversation_id": turn.conversation_id}
        values |= {"asked_at": "2026-01-01", "channel": "web", "as_of": "2026-01-01", "question": "园区有食堂吗"}
        connection.execute(turns.insert(), [{"id": f"{place:032}", **values} for place in range(66_000)])
    assert store.queue.entries(1, LONG_AGO)[1] == 1
    store.queue.dismiss(turn, "赵敏")
    assert store.queue.entries(1, LONG_AGO) == ([], 0)


def test_the_queue_holds_what_was_never_finished(store: Store) -> None:
    _, lost = asked(store, "没有答完")
    answered(store, "答完")
    assert waiting(store, LONG_AGO) == []
    assert waiting(store, LATER) == [lost]
    store.queue.dismiss(store.turn(lost)[0], "赵敏")
    assert waiting(store, LATER) == []


def test_an_answer_to_what_was_erased_meanwhile_is_not_taken_for_kept(store: Store) -> None:
    turn = answered(store, "问")
    store.keeping.erase(turn.conversation_id, "test", lambda _: True)
    assert turn.answer
    with pytest.raises(NotFoundError, match="刚刚被删除"):
        store.close_turn(turn.turn_id, turn.answer)
    with pytest.raises(NotFoundError):
        asked(store, "接着问", turn.conversation_id)
