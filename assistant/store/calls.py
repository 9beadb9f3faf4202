"""What hotline workers keep of the calls they take."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from assistant.store.database import Database
from assistant.store.rows import conversation_of
from assistant.store.tables import conversations, turns
from tools.errors import NotesChangedError

MOST_CALLS = 50


@dataclass(frozen=True)
class Call:
    """A caller's conversation as the list of recent calls shows it."""

    conversation_id: str
    began_at: datetime
    questions: int
    first_question: str
    notes: str


class Calls:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, conversation_id: str, account: str, text: str, before: str | None = None) -> None:
        """Keeps what the worker wrote down about a call. Raises NotFoundError when it is not the worker's, and
        NotesChangedError, keeping nothing, when it is no longer what ``before`` says."""
        change = conversations.update().filter_by(id=conversation_id).values(notes=text)
        if before is not None:
            change = change.where(func.coalesce(conversations.c.notes, "").in_([before, text]))
        with self._database.writing() as connection:
            conversation_of(connection, conversation_id, account, held=True)
            if not connection.execute(change).rowcount:
                raise NotesChangedError("这通来电的备注在另一个窗口里改过，这一份还没有保存。请先核对再保存。")

    def notes(self, conversation_id: str, account: str) -> str:
        """Raises NotFoundError."""
        with self._database.reading() as connection:
            return str(conversation_of(connection, conversation_id, account).notes or "")

    def latest(self, account: str, limit: int = MOST_CALLS) -> list[Call]:
        """The latest conversations an account had for callers, newest first."""
        first = func.min(turns.c.seq)
        with self._database.reading() as connection:
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
