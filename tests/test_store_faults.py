"""What people meet when nothing can be kept, and that all is well again afterwards without a restart."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from fastapi.testclient import TestClient

from assistant.answer import AskRequest
from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.settings import Settings
from assistant.store import Store
from evals import services
from tools.errors import NotFoundError, StoreError

QUESTION = "园区企业去年主营业务收入8000万，能拿多少奖励？"
WAIT = 60  # seconds after which something is taken to hang


def client_of(data: Path, url: str = "") -> TestClient:
    engine = open_assistant(Settings(data=data, database_url=url))
    engine.warm()  # the index is in the same folder: it has to be there before the folder cannot be written
    return TestClient(create_app(Settings(data=data, database_url=url), assistant=engine))


def ask(client: TestClient) -> httpx.Response:
    return client.post("/api/ask", json={"question": QUESTION, "as_of": "2026-06-01"})


def answers(client: TestClient) -> bool:
    response = ask(client)
    return response.status_code == 200 and "15万元" in response.json()["answer"]


def refuses(client: TestClient) -> bool:
    """A clear 503 that says what to do, and nothing of the program's inside."""
    response = ask(client)
    assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json"), response.text
    body = response.json()
    assert "请稍后再试" in body["detail"]
    assert "管理员检查" in body["detail"]
    assert int(response.headers["retry-after"]) > 0
    for word in ("sqlite", "psycopg", "INSERT", "Error", "127.0.0.1", QUESTION):
        assert word not in response.text
    return True


# SQLite


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, timeout=WAIT, check=False).returncode:
        pytest.skip("a file system can be mounted by root only")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], timeout=WAIT, check=True)


@pytest.mark.parametrize("asked_before", [True, False], ids=["in use", "not yet opened"])
def test_a_disk_that_is_full(disk: Path, asked_before: bool) -> None:
    client = client_of(disk)
    if asked_before:
        assert answers(client)
    with _full(disk):
        for _ in range(20):
            assert refuses(client)
    for _ in range(20):
        assert answers(client)
    with sqlite3.connect(disk / "assistant.sqlite3") as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert found.execute("SELECT count(*) FROM turns WHERE answer IS NULL").fetchone() == (0,)


def test_what_is_erased_while_the_disk_is_full_is_gone_from_it_once_it_is_not(disk: Path) -> None:
    store = Store(disk)
    asked = [store.open_turn(AskRequest(question="磁悬浮" * 500), "p", "2026-06-01")[0] for _ in range(100)]
    with _full(disk), pytest.raises(StoreError, match="再运行一次同样的命令"):
        store.keeping.erase(asked[0].conversation_id, "test", lambda _: True)
    with pytest.raises(NotFoundError):
        store.keeping.erase(asked[0].conversation_id, "test", lambda _: True)
    for turn in asked[1:]:
        store.keeping.erase(turn.conversation_id, "test", lambda _: True)
    assert "磁悬浮".encode() not in b"".join(file.read_bytes() for file in disk.glob("assistant.*"))


@contextlib.contextmanager
def _full(disk: Path) -> Iterator[None]:
    rest = disk / "rest"
    with contextlib.suppress(OSError), rest.open("wb", buffering=0) as file:
        while file.write(b"\0" * 4096):
            pass
    yield
    rest.unlink()


@contextlib.contextmanager
def _read_only(disk: Path) -> Iterator[None]:
    _mounted("-o", "remount,ro", disk)
    yield
    _mounted("-o", "remount,rw", disk)


@contextlib.contextmanager
def _read_only_file(disk: Path) -> Iterator[None]:
    """Only the database itself: it can be opened and read, but not written."""
    file = disk / "assistant.sqlite3"
    _mounted("--bind", file, file)
    _mounted("-o", "remount,bind,ro", file)
    yield
    subprocess.run(["umount", "--lazy", file], timeout=WAIT, check=True)


def _mounted(*arguments: str | Path) -> None:
    subprocess.run(["mount", *arguments], timeout=WAIT, check=True)


@pytest.mark.parametrize("read_only", [_read_only, _read_only_file])
def test_a_disk_that_is_read_only(
    disk: Path, read_only: Callable[[Path], contextlib.AbstractContextManager[None]]
) -> None:
    store, question = Store(disk), AskRequest(question="问")
    turn, _ = store.open_turn(question, "p", "2026-06-01")
    store.database.backend.engine.dispose()  # the system makes no disk read-only while a file on it is being written
    with read_only(disk):
        for _ in range(20):
            with pytest.raises(StoreError, match="请稍后再试"):
                store.open_turn(question, "p", "2026-06-01")
    for _ in range(20):
        store.open_turn(question, "p", "2026-06-01")
    assert store.turn(turn.turn_id)[0].question == "问"


LOCKING = """
import sqlite3, sys, time
with sqlite3.connect(sys.argv[1], isolation_level=None) as found:
    found.execute("BEGIN EXCLUSIVE")
    print("locked", flush=True)
    sys.stdin.readline() if sys.argv[2] == "until told" else time.sleep(float(sys.argv[2]))
"""


@contextlib.contextmanager
def locked(file: Path, seconds: str) -> Iterator[None]:
    """Another process writes and does not end: for some seconds, or until the block does."""
    command = [sys.executable, "-c", LOCKING, str(file), seconds]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == b"locked\n"
        try:
            yield
        finally:
            process.stdin.close()
            assert process.wait(WAIT) == 0


def test_another_process_that_writes_is_waited_for(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    assert answers(client)
    with locked(tmp_path / "assistant.sqlite3", "1"):
        assert answers(client)


def test_another_process_that_keeps_the_database_locked(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    assert answers(client)
    with locked(tmp_path / "assistant.sqlite3", "until told"):
        assert refuses(client)
    assert answers(client)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    data = tmp_path / "data"
    store = Store(data)
    data.write_text("in the way")
    with pytest.raises(StoreError, match="数据文件夹"):
        store.turns("x")
    data.unlink()
    store.open_turn(AskRequest(question="问"), "p", "2026-06-01")


# PostgreSQL


def test_a_server_that_is_restarted(tmp_path: Path, postgres: services.Postgres, postgresql: str) -> None:
    client = client_of(tmp_path, postgresql)
    assert answers(client)
    postgres.stop()
    try:
        for _ in range(5):
            assert refuses(client)
    finally:
        postgres.start()
    for _ in range(5):
        assert answers(client)


def test_a_server_that_is_not_there_yet(tmp_path: Path, postgres: services.Postgres, postgresql: str) -> None:
    postgres.stop()
    try:
        client = client_of(tmp_path, postgresql)
        assert refuses(client)
    finally:
        postgres.start()
    assert answers(client), "the tables are made when the server is there"


def test_connections_that_were_cut(tmp_path: Path, postgresql: str) -> None:
    client = client_of(tmp_path, postgresql)
    assert answers(client)
    for _ in range(3):
        _each_backend(postgresql, "pg_terminate_backend(pid)")
        assert answers(client)


def test_a_server_that_does_not_answer_any_more(tmp_path: Path, postgresql: str) -> None:
    store = Store(tmp_path, postgresql)
    store.open_turn(AskRequest(question="问"), "p", "2026-06-01")
    frozen = _each_backend(postgresql, "pid")
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        store.open_turn(AskRequest(question="问"), "p", "2026-06-01")
        assert time.monotonic() - began < WAIT, "another connection is taken in its place"
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)


def test_a_server_that_never_answered(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = Store(tmp_path, f"postgresql://u:secret@127.0.0.1:{silent.getsockname()[1]}/d")
        with pytest.raises(StoreError, match="检查数据库"):
            store.turns("x")


def test_a_database_that_another_changes_for_too_long(tmp_path: Path, postgresql: str) -> None:
    client = client_of(tmp_path, postgresql)
    assert answers(client)
    with psycopg.connect(postgresql) as other:
        other.execute("LOCK TABLE turns IN ACCESS EXCLUSIVE MODE")
        assert refuses(client)
    assert answers(client)


def _each_backend(url: str, what: str) -> list[int]:
    """Asked of each other connection to the database."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            f"SELECT {what} FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"  # type: ignore[arg-type]
        )
        return [row[0] for row in found.fetchall()]


# Between the question and its answer


def test_an_answer_that_could_not_be_kept_is_told_and_can_be_asked_again(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(tmp_path, database)
    engine = open_assistant(Settings(data=tmp_path, database_url=database))
    assert answers(client)
    with _closing_fails(monkeypatch):
        events = client.post("/api/chat", json={"question": QUESTION}).text
    assert "event: error" in events
    assert "请稍后再试" in events
    assert "event: done" not in events
    told = events.split('"conversation_id": "', 1)[1][:32]
    (turn,) = engine.conversation(told)
    assert (turn.question, turn.answer) == (QUESTION, None)
    response = client.post("/api/ask", json={"question": QUESTION, "conversation_id": told})
    assert response.status_code == 200
    shown = client.get(f"/api/conversations/{told}").json()["turns"]
    assert [one["state"] for one in shown] == ["under_way", "answered"]


@contextlib.contextmanager
def _closing_fails(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def fails(*_: object, **__: object) -> None:
        raise StoreError("暂时无法保存对话，请稍后再试。")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "close_turn", fails)
        yield


def test_the_cause_is_in_the_log_once_and_nothing_of_the_question(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine: Assistant = open_assistant(Settings(data=tmp_path))
    (tmp_path / "assistant.sqlite3").mkdir()
    for _ in range(10):
        with pytest.raises(StoreError):
            engine.ask(AskRequest(question=QUESTION))
    told = [record.getMessage() for record in caplog.records if "database" in record.getMessage()]
    assert len(told) == 1
    assert "unable to open database file" in told[0]
    assert "8000万" not in caplog.text
