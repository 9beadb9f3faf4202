"""What the hotline desk is told, as types: answers, calls, the queue, drafts, reviewed answers."""

from datetime import datetime

from assistant.answer import Answer, Record, Status
from assistant.hotline.headlines import Headline


class Clause(Record):
    """A cited clause in full; ``marks`` are half-open character ranges of ``text`` that the answer quotes."""

    clause_id: str
    label: str
    text: str
    marks: list[tuple[int, int]]
    url: str


class DeskAnswer(Record):
    """``html`` is the answer as a part of a page, ``plain`` as text to pass on, ``label`` what it says of its making."""

    answer: Answer
    headlines: list[Headline]
    script: str
    clauses: list[Clause]
    html: str
    plain: str
    label: str


class CallTurn(Record):
    turn_id: str
    question: str
    asked_at: datetime
    shown: DeskAnswer | None


class Call(Record):
    conversation_id: str
    notes: str
    turns: list[CallTurn]


class Noted(Record):
    """Notes as they are kept; ``masked`` tells that personal data in them were not."""

    notes: str
    masked: bool


class CallLine(Record):
    conversation_id: str
    began_at: datetime
    questions: int
    first_question: str
    notes: str


class Waiting(Record):
    """A question on the queue; ``times`` counts how often it was asked and still waits. ``answer`` is what was told,
    as plain text; it is empty, and ``status`` null, where the process ended before it was done."""

    turn_id: str
    question: str
    before: list[str]  # the questions before it in its conversation, oldest first
    asked_at: datetime
    channel: str
    disliked: bool
    comments: list[str]
    times: int
    status: Status | None
    answer: str


class QueueOut(Record):
    """The first of what waits, and how many questions wait in all."""

    total: int
    waiting: list[Waiting]


class Quotable(Record):
    """A clause to quote from."""

    clause_id: str
    label: str
    text: str


class Draft(Record):
    """What a reviewer begins with: Markdown with ``[clause]「quote」`` marks, and all clauses of the policy."""

    waiting: Waiting
    draft: str
    status: Status
    clauses: list[Quotable]


class Checked(Record):
    """``faults`` says, in Chinese, why a draft may not be served; without any, ``html`` is how it will be shown."""

    faults: list[str]
    html: str


class ReviewLine(Record):
    """``current`` tells whether it would be served today: text and rules still give what they gave then. ``turn_id`` is
    null where the conversation it was made from was deleted."""

    review_id: str
    turn_id: str | None
    question: str
    status: Status
    draft: str
    reviewer: str
    reviewed_at: datetime
    current: bool
