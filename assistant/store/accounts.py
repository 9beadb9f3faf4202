"""Accounts of staff, their sessions, wrong tries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assistant.store.audit import record
from assistant.store.database import Database, now, text_of, upsert
from assistant.store.tables import accounts, sessions, sign_in_failures


@dataclass(frozen=True)
class Account:
    name: str
    password_hash: str
    role: str
    created_at: datetime
    disabled: bool


@dataclass(frozen=True)
class Session:
    """``csrf`` must come with every request that changes something."""

    account: str
    role: str
    csrf: str
    created_at: datetime
    seen_at: datetime


class Accounts:
    """Every method may raise StoreError. Tokens come and are kept as hashes only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Account]:
        with self._database.reading() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.name)).all()
        return [
            Account(
                row.name,
                row.password_hash,
                row.role,
                datetime.fromisoformat(row.created_at),
                row.disabled_at is not None,
            )
            for row in rows
        ]

    def find(self, name: str) -> Account | None:
        return next((account for account in self.all() if account.name == name), None)

    def add(self, name: str, password_hash: str, role: str, actor: str) -> None:
        """Makes an account, and writes down who did, in one transaction."""
        with self._database.writing() as connection:
            connection.execute(
                accounts.insert().values(name=name, password_hash=password_hash, role=role, created_at=now())
            )
            record(connection, actor, "account added", name, role)

    def set_password(self, name: str, password_hash: str, actor: str) -> None:
        """Ends the account's sessions, and writes down who did, in one transaction."""
        self._change(name, {"password_hash": password_hash}, actor, "password set")

    def set_disabled(self, name: str, disabled: bool, actor: str) -> None:
        """Ends the account's sessions, and writes down who did, in one transaction."""
        action = "account disabled" if disabled else "account enabled"
        self._change(name, {"disabled_at": now() if disabled else None}, actor, action)

    def _change(self, name: str, values: Mapping[str, str | None], actor: str, action: str) -> None:
        with self._database.writing() as connection:
            connection.execute(accounts.update().filter_by(name=name).values(**values))
            connection.execute(sessions.delete().filter_by(account=name))
            record(connection, actor, action, name)

    def open_session(self, token_hash: str, account: str, csrf: str, address: str, ended: datetime) -> None:
        """Opens a session, writes down from where, and deletes those begun before ``ended``, in one transaction."""
        at = now()
        with self._database.writing() as connection:
            connection.execute(sessions.delete().where(sessions.c.created_at < text_of(ended)))
            connection.execute(
                sessions.insert().values(token_hash=token_hash, account=account, csrf=csrf, created_at=at, seen_at=at)
            )
            record(connection, account, "signed in", address)

    def session(self, token_hash: str) -> Session | None:
        """The session of an account that is not disabled."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(sessions, accounts.c.role)
                .join(accounts, accounts.c.name == sessions.c.account)
                .where(sessions.c.token_hash == token_hash)
                .where(accounts.c.disabled_at.is_(None))
            ).first()
        if not row:
            return None
        return Session(
            row.account,
            row.role,
            row.csrf,
            datetime.fromisoformat(row.created_at),
            datetime.fromisoformat(row.seen_at),
        )

    def seen(self, token_hash: str) -> None:
        with self._database.writing() as connection:
            connection.execute(sessions.update().filter_by(token_hash=token_hash).values(seen_at=now()))

    def close_session(self, token_hash: str) -> None:
        with self._database.writing() as connection:
            connection.execute(sessions.delete().filter_by(token_hash=token_hash))

    def count_try(self, limits: Mapping[str, int], since: datetime) -> datetime | None:
        """Counts one more try for each key, before it is known whether it is a wrong one: of many at once none slips by.

        Where a key had as many in a row as its limit, the last after ``since``, nothing is counted and that one's moment
        given.
        """
        tries, last_at = sign_in_failures.c.tries, sign_in_failures.c.last_at
        ours = sign_in_failures.c.key.in_(limits)
        with self._database.writing() as connection:
            connection.execute(sign_in_failures.delete().where(last_at < text_of(since)))
            for key in limits:  # nobody else reads or counts them before the transaction ends
                upsert(connection, sign_in_failures, {"key": key}, {"tries": 0, "last_at": now()}, {"tries": tries})
            rows = connection.execute(select(sign_in_failures).where(ours)).all()
            if spent := [row.last_at for row in rows if row.tries >= limits[row.key]]:
                return datetime.fromisoformat(max(spent))
            connection.execute(sign_in_failures.update().where(ours).values(tries=tries + 1, last_at=now()))
        return None

    def forget_failures(self, keys: list[str]) -> None:
        with self._database.writing() as connection:
            connection.execute(sign_in_failures.delete().where(sign_in_failures.c.key.in_(keys)))

    def unlock(self, anywhere: str) -> None:
        """Forgets the wrong tries under a key, and under it with any address."""
        key = sign_in_failures.c.key
        with self._database.writing() as connection:
            connection.execute(
                sign_in_failures.delete().where((key == anywhere) | key.startswith(f"{anywhere}@", autoescape=True))
            )
