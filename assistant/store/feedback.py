"""What people thought of an answer: one rating for each turn, the last one given."""

from dataclasses import dataclass

from sqlalchemy import select

from assistant.store.database import Database, now
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
            if not connection.execute(select(turns.c.id).filter_by(id=turn_id)).first():
                raise NotFoundError(f"没有找到编号为 {turn_id[:64]} 的回答，评价没有记下。请刷新页面后再试。")
            connection.execute(feedback.delete().filter_by(turn_id=turn_id))
            if rating is None:
                return
            connection.execute(
                feedback.insert().values(turn_id=turn_id, rating=rating, comment=comment, given_at=now())
            )
            if rating == "dislike":
                connection.execute(turns.update().filter_by(id=turn_id).values(settled_at=None))

    def of(self, turn_ids: list[str]) -> dict[str, Opinion]:
        """The opinions there are on turns."""
        with self._database.reading() as connection:
            rows = connection.execute(select(feedback).where(feedback.c.turn_id.in_(turn_ids))).all()
        return {row.turn_id: Opinion(row.rating, row.comment) for row in rows}
