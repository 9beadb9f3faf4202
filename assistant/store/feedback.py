"""What people thought of an answer: one rating for each turn, the last one given."""

from dataclasses import dataclass

from sqlalchemy import select

from assistant.store.database import Database, now, upsert
from assistant.store.tables import feedback, turns
from tools.errors import NotFoundError


@dataclass(frozen=True)
class Opinion:
    """``rating`` is ``like`` or ``dislike``."""

    rating: str
    comment: str


class Feedback:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, turn_id: str, rating: str | None, comment: str) -> None:
        """Keeps a rating in place of any before it; None takes it back. Raises NotFoundError for an unknown turn.

        A dislike puts a settled turn on the queue again.
        """
        with self._database.writing() as connection:
            held = select(turns.c.id).filter_by(id=turn_id).with_for_update(read=True, key_share=True)
            if not connection.execute(held).first():
                raise NotFoundError(f"没有找到编号为 {turn_id[:64]} 的回答，评价没有记下。请刷新页面后再试。")
            if rating is None:
                connection.execute(feedback.delete().filter_by(turn_id=turn_id))
                return
            given = {"rating": rating, "comment": comment, "given_at": now()}
            upsert(connection, feedback, {"turn_id": turn_id}, given)
            if rating == "dislike":
                connection.execute(turns.update().filter_by(id=turn_id).values(settled_at=None))

    def of(self, turn_ids: list[str]) -> dict[str, Opinion]:
        """The opinions there are on turns."""
        with self._database.reading() as connection:
            rows = connection.execute(select(feedback).where(feedback.c.turn_id.in_(turn_ids))).all()
        return {row.turn_id: Opinion(row.rating, row.comment) for row in rows}
