"""Which revision a database is at, and the way from there to the newest."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from assistant.store.tables import REVISION
from tools.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
_FIRST = "0001"  # what a database holds that was made before revisions were kept


def is_newest(connection: Connection) -> bool:
    """Raises StoreError for a database that a newer program has written."""
    found = revision_of(connection)
    if found and found > REVISION:
        raise StoreError("数据库由更新版本的程序写过，现在的程序读不了。请管理员换用更新的版本，或恢复升级前的备份。")
    return found == REVISION


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
