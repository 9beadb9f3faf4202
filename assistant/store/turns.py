"""Conversations and their turns: a turn is written before it is answered, completed after."""

import json
import uuid
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, Row

from assistant.answer import Answer, AskRequest
from assistant.store.accounts import Accounts
from assistant.store.audit import Audit
from assistant.store.calls import Calls
from assistant.store.counts import Counts
from assistant.store.database import Database, now
from assistant.store.feedback import Feedback
from assistant.store.keeping import Keeping
from assistant.store.keys import ApiKeys
from assistant.store.queue import Queue
from assistant.store.reviews import Reviews
from assistant.store.rows import Turn, conversation_of, turn_of, turn_rows
from assistant.store.switches import Switches
from assistant.store.tables import conversations, turns
from tools.errors import NotFoundError

MOST_TURNS = 200  # of one conversation, read back
MOST_BEFORE = 20  # that a question is read after


class Store:
    """Everything kept in one database: PostgreSQL at ``url``, or SQLite in ``folder`` where there is none.

    Every method may raise StoreError. Raises SettingsError for a ``url`` that is none.
    """

    def __init__(self, folder: Path, url: str = "") -> None:
        self.database = Database(folder, url)
        self.feedback = Feedback(self.database)
        self.reviews = Reviews(self.database)
        self.accounts = Accounts(self.database)
        self.calls = Calls(self.database)
        self.keys = ApiKeys(self.database)
        self.switches = Switches(self.database)
        self.counts = Counts(self.database)
        self.keeping = Keeping(self.database)
        self.audit = Audit(self.database)
        self.queue = Queue(self.database)

    def open_turn(
        self,
        request: AskRequest,
        policy_id: str,
        as_of: str,
        account: str | None = None,
        earlier: Sequence[str] = (),
    ) -> tuple[Turn, list[Turn]]:
        """Writes the question and returns it with the turns before it. Raises NotFoundError.

        ``account`` is the hotline worker's who asks for a caller: what an account began, no one else goes on with.
        ``earlier`` are the questions before it that are kept nowhere else.
        """
        turn_id = uuid.uuid4().hex
        with self.database.writing() as connection:
            at = now()  # when nothing else is written: what was answered before it is what is read below
            conversation_id = request.conversation_id
            if conversation_id is None:
                conversation_id = uuid.uuid4().hex
                connection.execute(
                    conversations.insert().values(
                        id=conversation_id, policy_id=policy_id, created_at=at, account=account
                    )
                )
            else:
                conversation_of(connection, conversation_id, account, held=True)
            connection.execute(
                turns.insert().values(
                    id=turn_id,
                    conversation_id=conversation_id,
                    asked_at=at,
                    channel=request.channel,
                    as_of=as_of,
                    question=request.question,
                    policy_id=policy_id,
                    earlier=json.dumps(list(earlier), ensure_ascii=False) if earlier else None,
                )
            )
            rows = _with_those_before(connection, turn_id)
        return _read(rows)

    def close_turn(
        self,
        turn_id: str,
        answer: Answer,
        *,
        unanswered: bool = False,
        question_key: str = "",
        rules_sha256: str = "",
    ) -> None:
        """Completes a turn. ``unanswered`` puts it on the staff's queue. Raises NotFoundError when it was erased."""
        with self.database.writing() as connection:
            closed = connection.execute(
                turns.update()
                .filter_by(id=turn_id)
                .values(
                    answer=answer.model_dump_json(),
                    answered_at=now(),
                    unanswered=unanswered,
                    question_key=question_key,
                    rules_sha256=rules_sha256,
                )
            )
        if not closed.rowcount:
            raise NotFoundError("这个会话刚刚被删除，回答没有保存。请重新提问。")

    def turns(self, conversation_id: str, account: str | None = None) -> list[Turn]:
        """The latest turns of a conversation, oldest first. Raises NotFoundError when there is none for ``account``."""
        with self.database.reading() as connection:
            conversation_of(connection, conversation_id, account)
            rows = connection.execute(
                turn_rows()
                .where(turns.c.conversation_id == conversation_id)
                .order_by(turns.c.seq.desc())
                .limit(MOST_TURNS)
            ).all()
        return [turn_of(row) for row in reversed(rows)]

    def turn(self, turn_id: str) -> tuple[Turn, list[Turn]]:
        """A turn and those before it, whoever asked. Raises NotFoundError."""
        with self.database.reading() as connection:
            rows = _with_those_before(connection, turn_id)
        if not rows:
            raise NotFoundError(f"没有找到编号为 {turn_id[:64]} 的提问。")
        return _read(rows)


def _with_those_before(connection: Connection, turn_id: str) -> list[Row[tuple[str, ...]]]:
    """The row of a turn, and those before it, newest first; none where there is no such turn."""
    row = connection.execute(turn_rows().where(turns.c.id == turn_id)).first()
    if not row:
        return []
    earlier = connection.execute(
        turn_rows()
        .where(turns.c.conversation_id == row.conversation_id)
        .where(turns.c.seq < row.seq)
        .order_by(turns.c.seq.desc())
        .limit(MOST_BEFORE)
    ).all()
    return [row, *earlier]


def _read(rows: Sequence[Row[tuple[str, ...]]]) -> tuple[Turn, list[Turn]]:
    turn, *earlier = map(turn_of, rows)
    return turn, earlier[::-1]
