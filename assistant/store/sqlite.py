"""SQLite in a file, for one machine: readers never wait, one writer at a time, nothing acknowledged is lost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as Raw

from sqlalchemy import URL, Connection, Engine, create_engine, event

BUSY_SECONDS = 10  # the longest one process waits for another's write
_MIGRATE_SECONDS = 60
_READERS = 20  # connections at once; a question holds one for milliseconds


class SQLite:
    """The file is made at first use, its folder as well."""

    advice = "请联系管理员检查数据文件夹"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine: Engine = create_engine(
            URL.create("sqlite", database=str(path)),  # whatever signs the path holds
            connect_args={"timeout": BUSY_SECONDS},
            pool_size=_READERS,
            max_overflow=0,
            pool_timeout=BUSY_SECONDS,
            hide_parameters=True,
        )
        event.listen(self.engine, "connect", _on_connect)
        event.listen(self.engine, "begin", _on_begin)
        self._writer = self.engine.execution_options(immediate=True)
        self._turn = threading.Lock()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that has its place before it begins. Threads of this process hand it on to one another; SQLite
        itself would have each look again after some time, and the unlucky ones wait in vain. Raises TimeoutError."""
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise TimeoutError(f"no turn to write within {BUSY_SECONDS} s")
        try:
            with self._writer.begin() as connection:
                yield connection
        finally:
            self._turn.release()

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection in whose block no other process changes the tables; a table may be made anew under its name."""
        from filelock import FileLock

        with FileLock(self.path.with_suffix(".lock"), timeout=_MIGRATE_SECONDS), self._writer.connect() as connection:
            connection.detach()
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys=OFF")
            yield connection

    def prepare(self) -> None:
        """Makes the folder where it is missing, and the file, for this account alone: it holds what people asked."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self.path.exists():
            self.path.touch(0o600)  # and so will be what SQLite puts beside it

    def tidy(self) -> None:
        """Empties the write-ahead log, in which old pages still stand; where readers are busy, the next time does."""
        with self.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def failed(self) -> None:
        """Lets go of all connections: one opened while the disk could not be written stays unable to write."""
        self.engine.dispose()


def _on_connect(connection: Raw, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where ``_on_begin`` says so
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # what is committed survives a power cut, not only a killed process
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten
    cursor.close()


def _on_begin(connection: Connection) -> None:
    """A transaction that will write takes its place before it reads: it waits there, and never fails half-way."""
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
