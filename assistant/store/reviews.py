"""Answers that staff wrote or corrected, each for one question under one policy text."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from assistant.store.audit import record
from assistant.store.database import Database, now
from assistant.store.queue import settle
from assistant.store.rows import Turn
from assistant.store.tables import reviews
from tools.errors import NotFoundError


@dataclass(frozen=True)
class Review:
    """A reviewed answer. ``draft`` is Markdown with ``[clause]「quote」`` marks, as ``assistant.verify`` reads it;
    ``results_digest`` stands for what the tools gave for the question when it was reviewed; ``turn_id`` is None when the
    conversation it was made from was erased."""

    review_id: str
    turn_id: str | None
    policy_id: str
    text_sha256: str
    question_key: str
    results_digest: str
    question: str
    as_of: str
    status: str
    draft: str
    reviewer: str
    reviewed_at: datetime


class Reviews:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        *,
        turn: Turn,
        policy_id: str,
        text_sha256: str,
        question_key: str,
        results_digest: str,
        as_of: str,
        status: str,
        draft: str,
        reviewer: str,
    ) -> None:
        """Keeps a review of a turn in place of any other for the same question under the same text and results, takes
        the question off the queue, and writes down who did, in one transaction."""
        same = {
            "policy_id": policy_id,
            "text_sha256": text_sha256,
            "question_key": question_key,
            "results_digest": results_digest,
        }
        review_id, at = uuid.uuid4().hex, now()
        values = {
            **same,
            "id": review_id,
            "turn_id": turn.turn_id,
            "question": turn.question,
            "as_of": as_of,
            "status": status,
            "draft": draft,
            "reviewer": reviewer,
            "reviewed_at": at,
        }
        with self._database.writing() as connection:
            connection.execute(reviews.update().filter_by(**same, withdrawn_at=None).values(withdrawn_at=at))
            connection.execute(reviews.insert().values(**values))
            settle(connection, turn)
            record(connection, reviewer, "answer reviewed", review_id, turn.turn_id)

    def withdraw(self, review_id: str, actor: str) -> None:
        """It is served no more; who did so is written down in the same transaction. Raises NotFoundError."""
        with self._database.writing() as connection:
            row = connection.execute(select(reviews).filter_by(id=review_id, withdrawn_at=None)).first()
            if not row:
                raise NotFoundError("没有找到这条复核答案，它可能已经撤回。")
            connection.execute(reviews.update().filter_by(id=review_id).values(withdrawn_at=now()))
            record(connection, actor, "review withdrawn", review_id, row.turn_id or "")

    def same_question(self, policy_id: str, text_sha256: str, question_key: str) -> list[Review]:
        """Those in use for a question under a text, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(reviews)
                .filter_by(policy_id=policy_id, text_sha256=text_sha256, question_key=question_key, withdrawn_at=None)
                .order_by(reviews.c.reviewed_at.desc())
                .limit(20)
            ).all()
        return [review_of(row) for row in rows]

    def in_use(self, limit: int) -> list[Review]:
        """The newest reviews not withdrawn, whatever text they were made under."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(reviews).filter_by(withdrawn_at=None).order_by(reviews.c.reviewed_at.desc()).limit(limit)
            ).all()
        return [review_of(row) for row in rows]


def review_of(row: Row[tuple[str, ...]]) -> Review:
    return Review(
        row.id,
        row.turn_id,
        row.policy_id,
        row.text_sha256,
        row.question_key,
        row.results_digest,
        row.question,
        row.as_of,
        row.status,
        row.draft,
        row.reviewer,
        datetime.fromisoformat(row.reviewed_at),
    )
