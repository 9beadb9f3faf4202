"""How many questions there were since a moment, and what became of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from assistant.store.database import Database, text_of
from assistant.store.tables import feedback, turns


@dataclass(frozen=True)
class Tally:
    """``unfinished`` have no answer yet: they are under way, or the process ended meanwhile."""

    questions: int
    unanswered: int
    unfinished: int
    dislikes: int


class Counts:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, moment: datetime) -> Tally:
        since = text_of(moment)
        with self._database.reading() as connection:
            asked = connection.execute(
                select(
                    func.count(),
                    func.count().filter(turns.c.unanswered.is_(True)),
                    func.count().filter(turns.c.answer.is_(None)),
                ).where(turns.c.asked_at >= since)
            ).one()
            disliked = connection.execute(
                select(func.count()).where(feedback.c.rating == "dislike").where(feedback.c.given_at >= since)
            ).scalar_one()
        return Tally(*asked, disliked)

    def unfinished(self, moment: datetime) -> int:
        """Those asked since ``moment``."""
        with self._database.reading() as connection:
            return int(
                connection.execute(
                    select(func.count()).where(turns.c.asked_at >= text_of(moment)).where(turns.c.answer.is_(None))
                ).scalar_one()
            )
