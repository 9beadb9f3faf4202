"""A turn as it is read back from its row."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Row, Select, func, select

from assistant.answer import Answer, State
from assistant.store.tables import conversations, feedback, turns
from tools.errors import NotFoundError


@dataclass(frozen=True)
class Turn:
    """One question; ``answer`` is None while it is under way, or when the process ended before it was done.

    ``rating`` is ``like``, ``dislike`` or None. ``earlier`` are the questions before it where the client keeps the
    conversation itself, oldest first. ``rules_sha256`` is of the rules file the answer was computed with.
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
    answered_at: datetime | None = None
    rules_sha256: str = ""
    earlier: tuple[str, ...] = ()

    def state(self, longest: timedelta) -> State:
        """``unfinished`` once it has no answer after ``longest``, the most an answer may take: nobody answers it now."""
        if self.answer:
            return "answered"
        return "under_way" if datetime.now(UTC) - self.asked_at < longest else "unfinished"


def turn_rows() -> Select[tuple[str, ...]]:
    """All turns, each row as ``turn_of`` reads it."""
    policy_id = func.coalesce(turns.c.policy_id, conversations.c.policy_id).label("policy")
    return (
        select(turns, feedback.c.rating, policy_id)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .join(feedback, feedback.c.turn_id == turns.c.id, isouter=True)
    )


def turn_of(row: Row[tuple[str, ...]]) -> Turn:
    return Turn(
        row.conversation_id,
        row.id,
        row.question,
        datetime.fromisoformat(row.asked_at),
        Answer.model_validate_json(row.answer) if row.answer else None,
        row.rating,
        row.channel,
        row.as_of,
        row.policy,
        row.question_key or "",
        datetime.fromisoformat(row.answered_at) if row.answered_at else None,
        row.rules_sha256 or "",
        tuple(json.loads(row.earlier)) if row.earlier else (),
    )


def conversation_of(
    connection: Connection, conversation_id: str, account: str | None, *, held: bool = False
) -> Row[tuple[str, ...]]:
    """The row of a conversation that is ``account``'s; ``held``, nobody deletes it before the transaction ends.

    Raises NotFoundError.
    """
    found = select(conversations).filter_by(id=conversation_id, account=account)
    row = connection.execute(found.with_for_update(read=True, key_share=True) if held else found).first()
    if not row:
        raise NotFoundError(f"没有找到会话 {conversation_id[:64]}，请不带会话编号重新提问。")
    return row
