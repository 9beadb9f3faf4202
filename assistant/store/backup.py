"""A backup of SQLite: one consistent file, taken while others write, verified before it has its name."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, create_engine, func, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError

from assistant.store.sqlite import BUSY_SECONDS
from tools.errors import StoreError

_ADVICE = "数据库本身没有改动。请检查目标文件夹的空间和权限后再试。"


def backup(source: Path, file: Path) -> dict[str, int]:
    """Copies the database to ``file`` (mode 0600), and counts the rows of each table in the copy.

    ``file`` is never overwritten, and is there only when the copy is whole. Raises StoreError.
    """
    if not source.is_file():
        raise StoreError("还没有数据库：服务还没有保存过任何提问，没有什么可备份。")
    try:
        with _reserved(file) as part:
            _copy(source, part)
            counts = _verified(part)
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(file)
        _fsync(file.parent)
    except FileExistsError:
        raise StoreError(f"{file} 已经存在，没有覆盖。请换一个文件名，例如加上日期。") from None
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        raise StoreError(f"备份没有完成（{error}）。{_ADVICE}") from error
    return counts


@contextlib.contextmanager
def _reserved(file: Path) -> Iterator[Path]:
    """A file beside ``file`` to write to; while the block runs, ``file`` is taken. Raises FileExistsError."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield part
    except BaseException:
        part.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
        raise


def _copy(source: Path, part: Path) -> None:
    """In one step: a copy in several begins anew whenever another process writes, and might never end."""
    with closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as live, closing(sqlite3.connect(part)) as copy:
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it


def _verified(part: Path) -> dict[str, int]:
    """Raises StoreError for a copy that is not sound."""
    engine = create_engine(URL.create("sqlite", database=str(part)))
    try:
        with engine.connect() as connection:
            faults = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if faults != ["ok"] or lost:
                told = "；".join(map(str, faults))[:200]
                raise StoreError(f"备份没有通过完整性检查，已删除（{told}）。请检查原数据库所在的磁盘。")
            return {
                name: int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())
                for name in inspect(connection).get_table_names()
            }
    finally:
        engine.dispose()


def _fsync(folder: Path) -> None:
    """So that the name survives a power cut as well."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
