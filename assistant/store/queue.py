"""What waits for staff: questions that found no answer, were disliked, or were never answered to the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, Connection, case, exists, func, select, union

from assistant.store.audit import record
from assistant.store.database import Database, now, text_of
from assistant.store.rows import Turn, turn_of, turn_rows
from assistant.store.tables import feedback, turns

MOST_BEFORE = 3  # questions before one, that are shown with it
MOST_COMMENTS = 20  # on one question


@dataclass(frozen=True)
class Entry:
    """A question that was asked ``times`` times and still waits. ``newest`` is the last turn that asks it, ``before``
    the questions right before that, oldest first; ``comments`` are what people wrote who disliked an answer to it."""

    newest: Turn
    before: Sequence[str]
    times: int
    disliked: bool
    comments: Sequence[str]


class Queue:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, limit: int, unfinished_since: datetime) -> tuple[list[Entry], int]:
        """Each question once, disliked ones first and then the newest, and how many there are in all.

        ``limit`` counts questions, not how often each was asked: one question asked without end hides no other. What
        was asked before ``unfinished_since`` and has no answer is unfinished.
        """
        waiting = _waiting(unfinished_since).subquery()
        disliked = func.max(case((waiting.c.rating == "dislike", 1), else_=0)).label("disliked")
        newest = func.max(waiting.c.seq).label("newest")
        times = func.count().label("times")
        grouped = select(waiting.c.key, newest, times, disliked).group_by(waiting.c.key)
        with self._database.reading() as connection:
            total = connection.execute(select(func.count()).select_from(grouped.subquery())).scalar_one()
            rows = connection.execute(grouped.order_by(disliked.desc(), newest.desc()).limit(limit)).all()
            seqs = [row.newest for row in rows]
            found = {row.seq: turn_of(row) for row in connection.execute(turn_rows().where(turns.c.seq.in_(seqs)))}
            entries = [
                Entry(
                    found[row.newest],
                    _before(connection, found[row.newest], row.newest),
                    row.times,
                    bool(row.disliked),
                    _comments(connection, found[row.newest]) if row.disliked else [],
                )
                for row in rows
                if row.newest in found  # erased in between
            ]
        return entries, total

    def dismiss(self, turn: Turn, actor: str) -> None:
        """Takes a question off the queue, and writes down who did, in one transaction."""
        with self._database.writing() as connection:
            settle(connection, turn)
            record(connection, actor, "question dismissed", turn.turn_id)


def settle(connection: Connection, turn: Turn) -> None:
    """Takes a turn off the queue, with those that ask the same and wait as well, however many they are."""
    off = turns.update().values(settled_at=now())
    connection.execute(off.where(turns.c.id == turn.turn_id))
    if turn.question_key:
        disliked = exists().where(feedback.c.turn_id == turns.c.id).where(feedback.c.rating == "dislike")
        connection.execute(
            off.where(turns.c.question_key == turn.question_key)
            .where(turns.c.settled_at.is_(None))
            .where(turns.c.unanswered.is_(True) | disliked)
        )


def _waiting(unfinished_since: datetime) -> CompoundSelect[tuple[int, str, str]]:
    """``seq``, ``key`` and ``rating`` of every turn that waits."""
    key = func.coalesce(func.nullif(turns.c.question_key, ""), turns.c.id).label("key")
    open_ones = (
        select(turns.c.seq, key, feedback.c.rating)
        .join(feedback, feedback.c.turn_id == turns.c.id, isouter=True)
        .where(turns.c.settled_at.is_(None))
    )
    unfinished = turns.c.answer.is_(None) & (turns.c.asked_at < text_of(unfinished_since))
    # Each by its own index: together they would be looked for among all turns there are.
    return union(
        open_ones.where(turns.c.unanswered.is_not(False) & (turns.c.unanswered.is_(True) | unfinished)),
        open_ones.where(feedback.c.rating == "dislike"),
    )


def _before(connection: Connection, turn: Turn, seq: int) -> list[str]:
    rows = connection.execute(
        select(turns.c.question)
        .where(turns.c.conversation_id == turn.conversation_id)
        .where(turns.c.seq < seq)
        .order_by(turns.c.seq.desc())
        .limit(MOST_BEFORE)
    ).all()
    return [row.question for row in reversed(rows)]


def _comments(connection: Connection, turn: Turn) -> list[str]:
    """The newest comments of those who disliked an answer to the same question."""
    same = turns.c.question_key == turn.question_key if turn.question_key else turns.c.id == turn.turn_id
    rows = connection.execute(
        select(feedback.c.comment)
        .join(turns, turns.c.id == feedback.c.turn_id)
        .where(same)
        .where(turns.c.settled_at.is_(None))
        .where(feedback.c.comment != "")
        .order_by(feedback.c.given_at.desc())
        .limit(MOST_COMMENTS)
    ).all()
    return [row.comment for row in rows]
