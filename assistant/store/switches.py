"""What an operator turned off: the assistant, or only the chat model. A row for each that was ever switched."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assistant.store.audit import record
from assistant.store.database import Database, now, upsert
from assistant.store.tables import switches

_OFF = select(switches.c.name, switches.c.notice).where(switches.c.off.is_(True))


@dataclass(frozen=True)
class Switch:
    """``name`` is ``assistant`` or ``model``; ``notice`` is what people are told while it is off."""

    name: str
    off: bool
    notice: str
    changed_at: datetime
    changed_by: str


class Switches:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def off(self) -> dict[str, str]:
        """The notice of each that is off. Read anew for every question, so that all processes obey at once."""
        with self._database.reading() as connection:
            return {row.name: row.notice for row in connection.execute(_OFF)}

    def all(self) -> list[Switch]:
        with self._database.reading() as connection:
            rows = connection.execute(select(switches).order_by(switches.c.name)).all()
        return [
            Switch(row.name, row.off, row.notice, datetime.fromisoformat(row.changed_at), row.changed_by)
            for row in rows
        ]

    def turn(self, name: str, *, off: bool, notice: str, actor: str) -> None:
        """Switches, and writes down who did, in one transaction."""
        values = {"off": off, "notice": notice, "changed_at": now(), "changed_by": actor[:64]}
        with self._database.writing() as connection:
            upsert(connection, switches, {"name": name}, values)
            record(connection, actor, "switched off" if off else "switched on", name, notice)
