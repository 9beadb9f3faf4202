"""What is kept and how the database comes to its newest form, from a folder's point of view."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from assistant.answer import AskRequest
from assistant.store import Store
from assistant.store.database import MIGRATIONS, migrate
from assistant.store.tables import REVISION, meta
from tools.errors import NotFoundError

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


def asked(store: Store, question: str, conversation: str | None = None, account: str | None = None) -> tuple[str, str]:
    request = AskRequest(question=question, conversation_id=conversation)
    turn, _ = store.open_turn(request, "p", "2026-06-01", account)
    return turn.conversation_id, turn.turn_id


def test_the_newest_revision_is_the_one_the_code_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_the_revisions_lead_to_the_tables_of_the_code() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        migrate(connection)
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


def test_the_way_back_from_the_newest_revision_keeps_the_turns(tmp_path: Path) -> None:
    from alembic import command

    store = Store(tmp_path)
    conversation, _ = asked(store, "问")
    engine = create_engine(f"sqlite:///{tmp_path}/assistant.sqlite3")
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        assert connection.execute(text("SELECT count(*) FROM turns")).scalar() == 1
    assert [turn.question for turn in Store(tmp_path).turns(conversation)] == ["问"]


def _open(folder: Path) -> int:
    store = Store(folder)
    conversation, _ = asked(store, "同时")
    return len(store.turns(conversation))


def test_processes_that_open_a_new_folder_at_once_all_succeed(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map_async(_open, [tmp_path] * 4).get(timeout=120) == [1] * 4
    with sqlite3.connect(tmp_path / "assistant.sqlite3") as found:
        assert found.execute("SELECT count(*) FROM turns").fetchone() == (4,)
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("given", "kept"),
    [(["like"], "like"), (["like", "dislike"], "dislike"), (["dislike", None], None), ([None], None)],
)
def test_the_last_rating_counts(tmp_path: Path, given: list[str | None], kept: str | None) -> None:
    store = Store(tmp_path)
    conversation, turn = asked(store, "问")
    for rating in given:
        store.feedback.give(turn, rating, "")
    assert store.turns(conversation)[0].rating == kept


def test_a_rating_of_an_unknown_turn_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        Store(tmp_path).feedback.give("0" * 32, "like", "")


def test_the_queue_holds_what_was_disliked_until_it_is_settled_and_again_when_it_is_disliked_again(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path)
    _, good = asked(store, "好")
    _, bad = asked(store, "不好")
    store.feedback.give(good, "like", "")
    store.feedback.give(bad, "dislike", "错了")
    assert [turn.turn_id for turn in store.queue(10)] == [bad]
    store.settle([bad])
    assert store.queue(10) == []
    store.feedback.give(bad, "dislike", "还是错")
    assert [turn.turn_id for turn in store.queue(10)] == [bad]
    store.feedback.give(bad, None, "")
    assert store.queue(10) == []


@pytest.mark.parametrize(
    ("owner", "reader", "seen"),
    [(None, None, True), ("a", "a", True), ("a", "b", False), ("a", None, False), (None, "a", False)],
)
def test_a_workers_call_is_the_workers_alone(tmp_path: Path, owner: str | None, reader: str | None, seen: bool) -> None:
    store = Store(tmp_path)
    conversation, _ = asked(store, "问", account=owner)
    if seen:
        assert len(store.turns(conversation, reader)) == 1
        return
    with pytest.raises(NotFoundError):
        store.turns(conversation, reader)
    with pytest.raises(NotFoundError):
        asked(store, "接着问", conversation, reader)


def test_calls_are_listed_newest_first_with_their_notes(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first, _ = asked(store, "一", account="a")
    second, _ = asked(store, "二", account="a")
    asked(store, "一之二", first, "a")
    asked(store, "别人的", account="b")
    asked(store, "公众的")
    store.note(first, "a", "张先生")
    assert [(call.conversation_id, call.first_question, call.questions, call.notes) for call in store.calls("a")] == [
        (second, "二", 1, ""),
        (first, "一", 2, "张先生"),
    ]
    with pytest.raises(NotFoundError):
        store.note(first, "b", "不是我的")
