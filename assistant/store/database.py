"""The database behind the store: opened at first use, brought to the newest revision, its errors told as ours."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.store.tables import REVISION
from tools.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
_FIRST = "0001"  # what a database holds that was made before revisions were kept
_BUSY_SECONDS = 10  # the longest one process waits for another's write
_MIGRATE_SECONDS = 60


def now() -> str:
    """This moment as the tables keep it."""
    return datetime.now(UTC).isoformat()


class Database:
    """SQLite in a folder, created where missing. Every block may raise StoreError."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "assistant.sqlite3"
        self._opened: Engine | None = None
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._guarded(), self._engine().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of the block is kept, or nothing."""
        with self._guarded(), self._engine().begin() as connection:
            yield connection

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise StoreError("暂时无法保存对话，请稍后再试；如一直如此，请联系管理员检查数据文件夹。") from error

    def _engine(self) -> Engine:
        with self._lock:
            if self._opened is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                engine = create_engine(f"sqlite:///{self.path}", connect_args={"timeout": _BUSY_SECONDS})
                event.listen(engine, "connect", _on_connect)
                self._to_newest(engine)
                self._opened = engine
            return self._opened

    def _to_newest(self, engine: Engine) -> None:
        with engine.connect() as connection:
            if revision_of(connection) == REVISION:
                return
        from filelock import FileLock

        with FileLock(self.path.with_suffix(".lock"), timeout=_MIGRATE_SECONDS), engine.connect() as connection:
            if revision_of(connection) != REVISION:
                migrate(connection)


def revision_of(connection: Connection) -> str | None:
    """The revision a database is at; None when it is empty or was made before revisions were kept."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def migrate(connection: Connection) -> None:
    """Brings the database to the newest revision, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    if revision_of(connection) is None and inspect(connection).has_table("turns"):
        command.stamp(config, _FIRST)
    command.upgrade(config, "head")


def _on_connect(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
