"""The database behind the store: brought to the newest revision at first use, its errors told as ours."""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from assistant.operations import traces
from assistant.operations.metrics import metrics
from assistant.store.postgresql import PostgreSQL
from assistant.store.revisions import is_newest, migrate
from assistant.store.sqlite import SQLite
from tools.errors import StoreError

_TELL_EVERY = 60.0  # seconds between two lines in the log on a database that does not work
_PATIENCE = 10.0  # seconds that others wait while one of them brings the tables to the newest revision
_log = logging.getLogger(__name__)


def now() -> str:
    """This moment as the tables keep it."""
    return text_of(datetime.now(UTC))


def text_of(moment: datetime) -> str:
    """A moment as the tables keep it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Database:
    """PostgreSQL at ``url``, or SQLite in ``folder`` where there is none. Every block may raise StoreError.

    Nothing is opened before it is needed, and what failed once is tried again the next time. Raises SettingsError for a
    ``url`` that is none.
    """

    def __init__(self, folder: Path, url: str = "") -> None:
        self.backend = PostgreSQL(url) if url else SQLite(folder / "assistant.sqlite3")
        self._newest = False
        self._migrating = threading.Lock()
        self._told = -_TELL_EVERY
        self._system = {"db.system.name": "postgresql" if url else "sqlite"}

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with traces.span("store.read", **self._system), self._guarded():
            self._to_newest()
            with self.backend.engine.connect() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of the block is kept, or nothing."""
        with traces.span("store.write", **self._system), self._guarded():
            self._to_newest()
            with self.backend.writing() as connection:
                yield connection

    def tidy(self) -> None:
        """Sees to it that what was deleted is not left lying in files. Raises StoreError where some may still lie there."""
        try:
            with self._guarded():
                self.backend.tidy()
        except StoreError as error:
            told = "已经删除，但数据库的文件里还留有旧内容。请检查数据文件夹所在磁盘的空间，再运行一次同样的命令，即可清除。"
            raise StoreError(told) from error

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:  # SQLite's own where no SQLAlchemy stands between
            metrics().store_errors.inc()
            self._tell(error)
            self.backend.failed()
            raise StoreError(f"暂时用不了数据库，请稍后再试；如一直如此，{self.backend.advice}。") from error

    def _to_newest(self) -> None:
        if self._newest:
            return
        self.backend.prepare()
        with self.backend.engine.connect() as connection:
            self._newest = is_newest(connection)
        if self._newest:
            return
        if not self._migrating.acquire(timeout=_PATIENCE):
            raise StoreError("正在升级数据库，请稍后再试。")
        try:
            with self.backend.alone() as connection:
                if not is_newest(connection):
                    migrate(connection)
            self._newest = True
        finally:
            self._migrating.release()

    def _tell(self, error: Exception) -> None:
        """The cause, for who runs the server; not once for each of hundreds of questions."""
        if time.monotonic() - self._told >= _TELL_EVERY:
            self._told = time.monotonic()
            cause = error.orig if isinstance(error, DBAPIError) else error
            _log.error("the database does not work: %s: %s", type(cause).__name__, str(cause).partition("\n")[0])


def upsert(
    connection: Connection,
    table: Table,
    key: Mapping[str, object],
    values: Mapping[str, object],
    changed: Mapping[str, object] | None = None,
) -> None:
    """Writes a row; where there is one with the same primary key, changes it to ``changed``, or ``values``."""
    from sqlalchemy.dialects import postgresql, sqlite

    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    written = insert(table).values(**key, **values)
    connection.execute(written.on_conflict_do_update(index_elements=list(key), set_=dict(changed or values)))
