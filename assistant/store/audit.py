"""The record of who did what to what; it holds nothing of what was asked or answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from assistant.store.database import Database, now
from assistant.store.tables import audit


@dataclass(frozen=True)
class Entry:
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


class Audit:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, actor: str, action: str, subject: str, detail: str = "") -> None:
        """Writes down who did what to what, by itself."""
        with self._database.writing() as connection:
            record(connection, actor, action, subject, detail)

    def latest(self, limit: int) -> list[Entry]:
        """The newest entries, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(audit).order_by(audit.c.seq.desc()).limit(limit)).all()
        return [Entry(datetime.fromisoformat(row.at), row.actor, row.action, row.subject, row.detail) for row in rows]


def record(connection: Connection, actor: str, action: str, subject: str, detail: str = "") -> None:
    """Writes an entry in the transaction of what was done: both are kept, or neither."""
    connection.execute(
        audit.insert().values(at=now(), actor=actor[:64], action=action, subject=subject[:200], detail=detail)
    )
