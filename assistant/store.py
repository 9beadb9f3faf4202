"""Conversations and their turns, kept in SQLite: a turn is written before it is answered, completed after."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Column, Engine, ForeignKey, Integer, MetaData, String, Table, Text, create_engine, event, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.answer import Answer, AskRequest
from tools.errors import NotFoundError, StoreError

MOST_TURNS = 200  # of one conversation, read back

_meta = MetaData()
_conversations = Table(
    "conversations",
    _meta,
    Column("id", String(32), primary_key=True),
    Column("policy_id", String(100), nullable=False),
    Column("created_at", String(32), nullable=False),
)
_turns = Table(
    "turns",
    _meta,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False, index=True),
    Column("asked_at", String(32), nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text),
)


@dataclass(frozen=True)
class Turn:
    """One question; ``answer`` is None while it is under way, or when the process ended before it was done."""

    conversation_id: str
    turn_id: str
    question: str
    asked_at: datetime
    answer: Answer | None


class Store:
    """Opens, and creates where missing, the database in a folder. Every method may raise StoreError."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "assistant.sqlite3"
        self._opened: Engine | None = None

    def open_turn(self, request: AskRequest, policy_id: str, as_of: str) -> tuple[Turn, list[Turn]]:
        """Writes the question and returns it with the turns before it. Raises NotFoundError."""
        now = datetime.now(UTC)
        turn_id = uuid.uuid4().hex
        with self._guarded() as engine, engine.begin() as connection:
            conversation_id = request.conversation_id
            if conversation_id is None:
                conversation_id = uuid.uuid4().hex
                connection.execute(
                    _conversations.insert().values(id=conversation_id, policy_id=policy_id, created_at=now.isoformat())
                )
            elif not connection.execute(select(_conversations.c.id).filter_by(id=conversation_id)).first():
                raise NotFoundError(f"没有找到会话 {conversation_id}，请不带会话编号重新提问。")
            connection.execute(
                _turns.insert().values(
                    id=turn_id,
                    conversation_id=conversation_id,
                    asked_at=now.isoformat(),
                    channel=request.channel,
                    as_of=as_of,
                    question=request.question,
                )
            )
        before = self.turns(conversation_id)
        at = next(at for at, turn in enumerate(before) if turn.turn_id == turn_id)
        return before[at], before[:at]

    def close_turn(self, turn_id: str, answer: Answer) -> None:
        with self._guarded() as engine, engine.begin() as connection:
            connection.execute(_turns.update().filter_by(id=turn_id).values(answer=answer.model_dump_json()))

    def turns(self, conversation_id: str) -> list[Turn]:
        """The latest turns of a conversation, oldest first. Raises NotFoundError when there is none."""
        with self._guarded() as engine, engine.connect() as connection:
            rows = connection.execute(
                select(_turns)
                .filter_by(conversation_id=conversation_id)
                .order_by(_turns.c.seq.desc())
                .limit(MOST_TURNS)
            ).all()
        if not rows:
            raise NotFoundError(f"没有找到会话 {conversation_id}，请重新提问。")
        return [
            Turn(
                row.conversation_id,
                row.id,
                row.question,
                datetime.fromisoformat(row.asked_at),
                Answer.model_validate_json(row.answer) if row.answer else None,
            )
            for row in reversed(rows)
        ]

    @contextmanager
    def _guarded(self) -> Iterator[Engine]:
        try:
            yield self._engine()
        except (SQLAlchemyError, OSError) as error:
            raise StoreError("暂时无法保存对话，请稍后再试；如一直如此，请联系管理员检查数据文件夹。") from error

    def _engine(self) -> Engine:
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(f"sqlite:///{self._path}", connect_args={"timeout": 10})
            event.listen(engine, "connect", _on_connect)
            _meta.create_all(engine)
            self._opened = engine
        return self._opened


def _on_connect(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
