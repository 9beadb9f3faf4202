"""How long conversations are kept, and what becomes of them: read through, exported, erased, expired."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, select

from assistant.store.audit import record
from assistant.store.database import Database, text_of
from assistant.store.reviews import Review, review_of
from assistant.store.rows import Turn, turn_of, turn_rows
from assistant.store.tables import audit, conversations, feedback, reviews, turns
from tools.errors import NotFoundError

BATCH = 100  # rows of one transaction: no other writer waits long


@dataclass(frozen=True)
class Erased:
    """How much was deleted; ``kept_reviews`` stay in use, without their link to the conversation."""

    conversations: int = 0
    turns: int = 0
    reviews: int = 0
    kept_reviews: int = 0

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(
            self.conversations + other.conversations,
            self.turns + other.turns,
            self.reviews + other.reviews,
            self.kept_reviews + other.kept_reviews,
        )

    def __str__(self) -> str:
        return (
            f"{self.conversations} conversations, {self.turns} turns, {self.reviews} reviews deleted; "
            f"{self.kept_reviews} reviews kept"
        )


class Keeping:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def turn_ids(self, since: datetime) -> Iterator[str]:
        """Of all turns asked since a moment, oldest first; read in batches."""
        last = 0
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(
                    select(turns.c.seq, turns.c.id)
                    .where(turns.c.seq > last)
                    .where(turns.c.asked_at >= text_of(since))
                    .order_by(turns.c.seq)
                    .limit(BATCH)
                ).all()
            yield from (row.id for row in rows)
            if len(rows) < BATCH:
                return
            last = rows[-1].seq

    def unfinished(self, before: datetime, limit: int) -> list[Turn]:
        """Turns asked before a moment that have no answer, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                turn_rows()
                .where(turns.c.answer.is_(None))
                .where(turns.c.asked_at < text_of(before))
                .order_by(turns.c.seq.desc())
                .limit(limit)
            ).all()
        return [turn_of(row) for row in rows]

    def asked(self, words: str, limit: int, actor: str) -> list[Turn]:
        """Turns in whose question some words stand, newest first; the audit tells how many were found, not by what."""
        with self._database.reading() as connection:  # the whole table is looked through: nobody need wait for it
            rows = connection.execute(
                turn_rows()
                .where(turns.c.question.contains(words, autoescape=True))
                .order_by(turns.c.seq.desc())
                .limit(limit)
            ).all()
        with self._database.writing() as connection:
            record(connection, actor, "conversations searched", "", f"{len(rows)} turns found")
        return [turn_of(row) for row in rows]

    def exported(self, conversation_id: str, actor: str) -> dict[str, Any]:
        """Everything kept about a conversation, column by column, and in the audit that it was. Raises NotFoundError."""
        with self._database.writing() as connection:
            conversation = connection.execute(select(conversations).filter_by(id=conversation_id)).first()
            if not conversation:
                raise NotFoundError(f"没有找到会话 {conversation_id[:64]}。")
            asked = _all(connection, select(turns).filter_by(conversation_id=conversation_id).order_by(turns.c.seq))
            ids = select(turns.c.id).where(turns.c.conversation_id == conversation_id)
            record(connection, actor, "conversation exported", conversation_id, f"{len(asked)} turns")
            about = audit.c.subject.in_(ids) | audit.c.detail.in_(ids) | (audit.c.subject == conversation_id)
            return {
                "conversation": dict(conversation._mapping),
                "turns": asked,
                "feedback": _all(connection, select(feedback).where(feedback.c.turn_id.in_(ids))),
                "reviews": _all(connection, select(reviews).where(reviews.c.turn_id.in_(ids))),
                "audit": _all(connection, select(audit).where(about).order_by(audit.c.seq)),
            }

    def erase(self, conversation_id: str, actor: str, stays: Callable[[Review], bool]) -> Erased:
        """Deletes a conversation with all that belongs to it, and writes down that it was. Raises NotFoundError.

        Of the reviewed answers made from it those in use for which ``stays`` holds lose their link to it and stay.
        """
        with self._database.writing() as connection:
            found = select(conversations.c.id).filter_by(id=conversation_id).with_for_update()
            erased = _erase(connection, connection.execute(found).scalars().all(), stays)
            if erased.conversations:
                record(connection, actor, "conversation erased", conversation_id, str(erased))
        self._database.tidy()  # whatever was found: the time before, there may have been no place to
        if not erased.conversations:
            raise NotFoundError(f"没有找到会话 {conversation_id[:64]}。")
        return erased

    def expire(self, before: datetime, stays: Callable[[Review], bool]) -> Erased:
        """Deletes conversations, at most ``BATCH``, whose last turn was asked before a moment; as ``erase``, but for
        the audit. Processes that do so at once take different ones."""
        recent = (
            exists().where(turns.c.conversation_id == conversations.c.id).where(turns.c.asked_at >= text_of(before))
        )
        with self._database.writing() as connection:
            found = connection.execute(
                select(conversations.c.id)
                .where(conversations.c.created_at < text_of(before))
                .where(~recent)
                .order_by(conversations.c.created_at)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
            ids = set(found.scalars())
            # Asked after the rows above were looked at and before they were held.
            ids -= set(
                connection.execute(
                    select(turns.c.conversation_id)
                    .where(turns.c.conversation_id.in_(ids))
                    .where(turns.c.asked_at >= text_of(before))
                ).scalars()
            )
            return _erase(connection, sorted(ids), stays)

    def expired(self, actor: str, before: datetime, erased: Erased) -> None:
        """Writes down what was deleted by age, where anything was, and makes sure that it and what was deleted before
        is gone from the disk."""
        if erased.conversations:
            with self._database.writing() as connection:
                record(connection, actor, "conversations expired", f"before {text_of(before)}", str(erased))
        self._database.tidy()


def _erase(connection: Connection, ids: Sequence[str], stays: Callable[[Review], bool]) -> Erased:
    asked = select(turns.c.id).where(turns.c.conversation_id.in_(ids))
    made = connection.execute(select(reviews).where(reviews.c.turn_id.in_(asked))).all()
    kept = [row.id for row in made if row.withdrawn_at is None and stays(review_of(row))]
    connection.execute(reviews.update().where(reviews.c.id.in_(kept)).values(turn_id=None))
    connection.execute(delete(reviews).where(reviews.c.turn_id.in_(asked)))
    connection.execute(delete(feedback).where(feedback.c.turn_id.in_(asked)))
    gone = connection.execute(delete(turns).where(turns.c.conversation_id.in_(ids))).rowcount
    connection.execute(delete(conversations).where(conversations.c.id.in_(ids)))
    return Erased(len(ids), gone, len(made) - len(kept), len(kept))


def _all(connection: Connection, statement: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(statement)]
