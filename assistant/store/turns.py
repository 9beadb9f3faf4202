"""Conversations and their turns: a turn is written before it is answered, completed after."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Row, Select, func, select

from assistant.answer import Answer, AskRequest
from assistant.store.accounts import Accounts
from assistant.store.database import Database, now
from assistant.store.feedback import Feedback
from assistant.store.reviews import Reviews
from assistant.store.tables import conversations, feedback, turns
from tools.errors import NotFoundError

MOST_TURNS = 200  # of one conversation, read back
MOST_CALLS = 50


@dataclass(frozen=True)
class Turn:
    """One question; ``answer`` is None while it is under way, or when the process ended before it was done.

    ``rating`` is ``like``, ``dislike`` or None.
    """

    conversation_id: str
    turn_id: str
    question: str
    asked_at: datetime
    answer: Answer | None
    rating: str | None = None
    channel: str = "api"
    as_of: str = ""
    policy_id: str = ""
    question_key: str = ""


@dataclass(frozen=True)
class Call:
    """A caller's conversation as the list of recent calls shows it."""

    conversation_id: str
    began_at: datetime
    questions: int
    first_question: str
    notes: str


class Store:
    """Everything kept in one database. Every method may raise StoreError."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(folder)
        self.feedback = Feedback(self.database)
        self.reviews = Reviews(self.database)
        self.accounts = Accounts(self.database)

    def open_turn(
        self, request: AskRequest, policy_id: str, as_of: str, account: str | None = None
    ) -> tuple[Turn, list[Turn]]:
        """Writes the question and returns it with the turns before it. Raises NotFoundError.

        ``account`` is the hotline worker's who asks for a caller: what an account began, no one else goes on with.
        """
        turn_id, at = uuid.uuid4().hex, now()
        with self.database.writing() as connection:
            conversation_id = request.conversation_id
            if conversation_id is None:
                conversation_id = uuid.uuid4().hex
                connection.execute(
                    conversations.insert().values(
                        id=conversation_id, policy_id=policy_id, created_at=at, account=account
                    )
                )
            else:
                _found(connection, conversation_id, account)
            connection.execute(
                turns.insert().values(
                    id=turn_id,
                    conversation_id=conversation_id,
                    asked_at=at,
                    channel=request.channel,
                    as_of=as_of,
                    question=request.question,
                )
            )
        before = self.turns(conversation_id, account)
        place = next(place for place, turn in enumerate(before) if turn.turn_id == turn_id)
        return before[place], before[:place]

    def close_turn(self, turn_id: str, answer: Answer, *, unanswered: bool = False, question_key: str = "") -> None:
        """Completes a turn. ``unanswered`` puts it on the staff's queue."""
        with self.database.writing() as connection:
            connection.execute(
                turns.update()
                .filter_by(id=turn_id)
                .values(answer=answer.model_dump_json(), unanswered=unanswered, question_key=question_key)
            )

    def turns(self, conversation_id: str, account: str | None = None) -> list[Turn]:
        """The latest turns of a conversation, oldest first. Raises NotFoundError when there is none for ``account``."""
        with self.database.reading() as connection:
            _found(connection, conversation_id, account)
            rows = connection.execute(
                _turns()
                .where(turns.c.conversation_id == conversation_id)
                .order_by(turns.c.seq.desc())
                .limit(MOST_TURNS)
            ).all()
        return [_turn(row) for row in reversed(rows)]

    def turn(self, turn_id: str) -> tuple[Turn, list[Turn]]:
        """A turn and those before it, whoever asked. Raises NotFoundError."""
        with self.database.reading() as connection:
            row = connection.execute(_turns().where(turns.c.id == turn_id)).first()
            if not row:
                raise NotFoundError(f"没有找到编号为 {turn_id[:64]} 的提问。")
            earlier = connection.execute(
                _turns()
                .where(turns.c.conversation_id == row.conversation_id)
                .where(turns.c.seq < row.seq)
                .order_by(turns.c.seq.desc())
                .limit(MOST_TURNS)
            ).all()
        return _turn(row), [_turn(one) for one in reversed(earlier)]

    def same_question(self, turn: Turn) -> list[str]:
        """Turns that ask the same and wait on the queue as well, this one among them."""
        with self.database.reading() as connection:
            rows = connection.execute(
                select(turns.c.id).where(turns.c.question_key == turn.question_key).where(turns.c.settled_at.is_(None))
            ).all()
        return [turn.turn_id, *(row.id for row in rows if row.id != turn.turn_id)]

    def queue(self, limit: int) -> list[Turn]:
        """Turns nobody has settled that found no answer or were disliked, newest first."""
        with self.database.reading() as connection:
            rows = connection.execute(
                _turns()
                .where(turns.c.settled_at.is_(None))
                .where(turns.c.unanswered.is_(True) | (feedback.c.rating == "dislike"))
                .order_by(turns.c.seq.desc())
                .limit(limit)
            ).all()
        return [_turn(row) for row in rows]

    def settle(self, turn_ids: Iterable[str]) -> None:
        """Takes turns off the queue."""
        with self.database.writing() as connection:
            connection.execute(turns.update().where(turns.c.id.in_(list(turn_ids))).values(settled_at=now()))

    def note(self, conversation_id: str, account: str, text: str) -> None:
        """Keeps what the worker wrote down about a call. Raises NotFoundError when it is not the worker's."""
        with self.database.writing() as connection:
            _found(connection, conversation_id, account)
            connection.execute(conversations.update().filter_by(id=conversation_id).values(notes=text))

    def notes(self, conversation_id: str, account: str) -> str:
        """Raises NotFoundError."""
        with self.database.reading() as connection:
            return str(_found(connection, conversation_id, account).notes or "")

    def calls(self, account: str, limit: int = MOST_CALLS) -> list[Call]:
        """The latest conversations an account had for callers, newest first."""
        first = func.min(turns.c.seq)
        with self.database.reading() as connection:
            rows = connection.execute(
                select(conversations, first.label("first"), func.count(turns.c.seq).label("questions"))
                .join(turns, turns.c.conversation_id == conversations.c.id)
                .where(conversations.c.account == account)
                .group_by(conversations.c.id)
                .order_by(first.desc())
                .limit(limit)
            ).all()
            asked = {
                row.seq: row.question
                for row in connection.execute(
                    select(turns.c.seq, turns.c.question).where(turns.c.seq.in_([row.first for row in rows]))
                )
            }
        return [
            Call(row.id, datetime.fromisoformat(row.created_at), row.questions, asked[row.first], row.notes or "")
            for row in rows
        ]


def _found(connection: Connection, conversation_id: str, account: str | None) -> Row[tuple[str, ...]]:
    row = connection.execute(select(conversations).filter_by(id=conversation_id, account=account)).first()
    if not row:
        raise NotFoundError(f"没有找到会话 {conversation_id[:64]}，请不带会话编号重新提问。")
    return row


def _turns() -> Select[tuple[str, ...]]:
    return (
        select(turns, feedback.c.rating, conversations.c.policy_id)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .join(feedback, feedback.c.turn_id == turns.c.id, isouter=True)
    )


def _turn(row: Row[tuple[str, ...]]) -> Turn:
    return Turn(
        row.conversation_id,
        row.id,
        row.question,
        datetime.fromisoformat(row.asked_at),
        Answer.model_validate_json(row.answer) if row.answer else None,
        row.rating,
        row.channel,
        row.as_of,
        row.policy_id,
        row.question_key or "",
    )
