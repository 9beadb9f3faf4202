"""A backup is whole, taken while the server writes, never overwrites anything, and can be restored."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from assistant.__main__ import main
from assistant.answer import AskRequest
from assistant.store import Store
from assistant.store.backup import backup
from evals import services
from tools.errors import StoreError

WAIT = 60  # seconds after which a process is taken to hang
WRITING = """
import sys
from pathlib import Path
from assistant.answer import AskRequest
from assistant.store import Store
store = Store(Path(sys.argv[1]))
while True:
    turn, _ = store.open_turn(AskRequest(question="同时"), "p", "2026-06-01")
    print(turn.turn_id, flush=True)
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "data"


def opened(store: Store, question: str) -> str:
    return store.open_turn(AskRequest(question=question), "p", "2026-06-01")[0].turn_id


def test_a_backup_under_writes_holds_all_that_was_acknowledged_before_it_began(data: Path, tmp_path: Path) -> None:
    """Two processes and a thread write, as fast as they can, before, while and after it is taken."""
    store = Store(data)
    kept, acknowledged, ended = opened(store, "以前"), [], threading.Event()
    store.feedback.give(kept, "like", "好")

    def write() -> None:
        while not ended.is_set():
            opened(store, "同时")

    def read(process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        acknowledged.extend(line.strip() for line in process.stdout if line.endswith("\n"))

    command = [sys.executable, "-c", WRITING, str(data)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    threads = [threading.Thread(target=write), *(threading.Thread(target=read, args=(one,)) for one in processes)]
    for thread in threads:
        thread.start()
    try:
        while len(acknowledged) < 20:
            assert all(process.poll() is None for process in processes)
        before = list(acknowledged)
        file = tmp_path / "backup.sqlite3"
        counted = backup(data / "assistant.sqlite3", file)
        assert counted["turns"] > len(before)
    finally:
        ended.set()
        for process in processes:
            process.kill()
            process.wait(WAIT)
        for thread in threads:
            thread.join(WAIT)
    assert len(acknowledged) > len(before), "they went on writing"
    assert sorted(tmp_path.iterdir()) == [file, data], "nothing is left beside it"
    new = tmp_path / "new"
    new.mkdir()
    (new / "assistant.sqlite3").write_bytes(file.read_bytes())
    restored = Store(new)
    assert all(restored.turn(turn_id)[0].question == "同时" for turn_id in before)
    assert restored.turn(kept)[0].rating == "like"
    opened(restored, "以后")


def test_the_command_says_what_it_holds(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened(Store(data), "问")
    file = tmp_path / "backup.sqlite3"
    assert main(["backup", str(file)]) == 0
    assert f"已备份到 {file}，并已核对：会话 1，提问 1" in capsys.readouterr().out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with closing(sqlite3.connect(file)) as found:
        assert found.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_whatever_signs_are_in_its_name_or_in_the_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data?mode=ro#1%20"
    monkeypatch.setenv("ASSISTANT_DATA", str(data))
    opened(Store(data), "问")
    file = tmp_path / "backup?x=1#%41.sqlite3"
    assert main(["backup", str(file)]) == 0
    assert "会话 1，提问 1" in capsys.readouterr().out
    assert sorted(tmp_path.iterdir()) == sorted([data, file])


def test_a_backup_without_a_name_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened(Store(data), "问")
    assert main(["backup", ""]) == 1
    assert "没有覆盖" in capsys.readouterr().err


@pytest.mark.parametrize("is_folder", [False, True])
def test_what_is_there_is_not_overwritten(
    data: Path, tmp_path: Path, is_folder: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(Store(data), "问")
    file = tmp_path / "backup.sqlite3"
    if is_folder:
        file.mkdir()
    else:
        file.write_text("precious")
    assert main(["backup", str(file)]) == 1
    assert "已经存在，没有覆盖" in capsys.readouterr().err
    assert file.is_dir() if is_folder else file.read_text() == "precious"


def test_without_a_database_there_is_nothing_to_back_up(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", str(tmp_path / "backup.sqlite3")]) == 1
    assert "还没有数据库" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def _no_folder(_: Path, tmp_path: Path) -> Path:
    return tmp_path / "missing" / "backup.sqlite3"


def _damaged(data: Path, tmp_path: Path) -> Path:
    file = data / "assistant.sqlite3"
    with closing(sqlite3.connect(file)) as found:
        found.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as opened_:
        opened_.seek(os.path.getsize(file) // 2)
        opened_.write(b"\xff" * 8192)
    return tmp_path / "backup.sqlite3"


@pytest.mark.parametrize("spoilt", [_no_folder, _damaged])
def test_a_backup_that_fails_leaves_no_file(data: Path, tmp_path: Path, spoilt: object) -> None:
    store = Store(data)
    for place in range(50):
        opened(store, f"问{place}" * 100)
    store.database.backend.engine.dispose()
    file = spoilt(data, tmp_path)  # type: ignore[operator]
    with pytest.raises(StoreError, match="备份没有"):
        backup(data / "assistant.sqlite3", file)
    assert sorted(tmp_path.iterdir()) == [data]


def test_for_postgresql_the_command_names_the_tool_and_no_password(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:s%40cret@db.example:5433/policy?sslmode=require")
    assert main(["backup", "b.dump"]) == 1
    told = capsys.readouterr().err
    assert "pg_dump --format=custom --file=b.dump" in told
    assert "postgresql://me@db.example:5433/policy?sslmode=require" in told
    assert "cret" not in told


def test_postgresqls_own_tools_back_it_up_and_restore_it(
    tmp_path: Path,
    postgres: services.Postgres,
    postgresql: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The commands of ``deploy/OPERATIONS.md``."""
    kept = opened(Store(tmp_path, postgresql), "问")
    monkeypatch.setenv("DATABASE_URL", postgresql)
    main(["backup", str(tmp_path / "b.dump")])
    command = capsys.readouterr().err.splitlines()[-1]
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    environ = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    subprocess.run(command, shell=True, env=environ, check=True, timeout=WAIT)
    url = f"{postgresql}_restored"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {url.rpartition('/')[2]}")  # type: ignore[arg-type]
    restore = [programs / "pg_restore", "--no-owner", f"--dbname={url}", tmp_path / "b.dump"]
    subprocess.run(restore, check=True, timeout=WAIT)
    assert Store(tmp_path, url).turn(kept)[0].question == "问"
