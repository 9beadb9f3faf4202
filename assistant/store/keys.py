"""API keys as they are kept: the hash of each, never the key itself."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row, select

from assistant.store.audit import record
from assistant.store.database import Database, now, text_of
from assistant.store.tables import api_keys


@dataclass(frozen=True)
class Key:
    """``per_minute`` is None where the limit for every key holds; an ``id`` is no secret."""

    id: str
    name: str
    key_hash: str = field(repr=False)
    scopes: frozenset[str]
    per_minute: int | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class ApiKeys:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Key]:
        """Oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)).all()
        return [_key(row) for row in rows]

    def find(self, key_id: str) -> Key | None:
        with self._database.reading() as connection:
            row = connection.execute(select(api_keys).filter_by(id=key_id)).first()
        return _key(row) if row else None

    def add(
        self,
        *,
        key_id: str,
        name: str,
        key_hash: str,
        scopes: list[str],
        per_minute: int | None,
        expires_at: datetime | None,
        actor: str,
    ) -> None:
        """Keeps a key, and writes down who made it, in one transaction."""
        granted, until = " ".join(scopes), text_of(expires_at) if expires_at else ""
        values = {
            "id": key_id,
            "name": name,
            "key_hash": key_hash,
            "scopes": granted,
            "per_minute": per_minute,
            "created_at": now(),
            "created_by": actor[:64],
            "expires_at": until or None,
        }
        told = [name, granted, f"{per_minute}/min" if per_minute else "", until]
        with self._database.writing() as connection:
            connection.execute(api_keys.insert().values(**values))
            record(connection, actor, "key added", key_id, " ".join(filter(None, told)))

    def revoke(self, key_id: str, actor: str) -> None:
        """Ends a key that is in use, and writes down who did, in one transaction."""
        with self._database.writing() as connection:
            ended = connection.execute(
                api_keys.update().filter_by(id=key_id, revoked_at=None).values(revoked_at=now())
            ).rowcount
            if ended:
                record(connection, actor, "key revoked", key_id)


def _key(row: Row[tuple[str, ...]]) -> Key:
    return Key(
        row.id,
        row.name,
        row.key_hash,
        frozenset(row.scopes.split()),
        row.per_minute,
        datetime.fromisoformat(row.created_at),
        datetime.fromisoformat(row.expires_at) if row.expires_at else None,
        datetime.fromisoformat(row.revoked_at) if row.revoked_at else None,
    )
