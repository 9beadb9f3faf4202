"""What the hotline desk does with the engine: answers shown large and to be read aloud, calls, the queue, reviews."""

import threading
from collections.abc import Sequence
from datetime import date, datetime

from assistant import reviewed
from assistant.answer import Answer, AskRequest, Record, Status
from assistant.chat import Assistant
from assistant.handover import handover
from assistant.headlines import Headline, headlines
from assistant.pages.render import cited, html
from assistant.plain import plain, told
from assistant.privacy import mask
from assistant.script import script
from assistant.store import Turn
from assistant.store.reviews import Review
from tools.errors import NotesChangedError

MOST_WAITING = 200  # of the queue, looked at at once
NOTES_LIMIT = 2000  # characters


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
    """``current`` tells whether it would be served today: text and rules still give what they gave then."""

    review_id: str
    turn_id: str
    question: str
    status: Status
    draft: str
    reviewer: str
    reviewed_at: datetime
    current: bool


class Hotline:
    """Every method may raise StoreError; those that name a conversation, turn or review, NotFoundError."""

    def __init__(self, engine: Assistant) -> None:
        self._engine = engine
        self._store = engine.store
        self._noting = threading.Lock()
        self._current: dict[tuple[str, date], bool] = {}  # text and rules do not change while the process runs

    def preview(self, request: AskRequest, account: str) -> DeskAnswer:
        """The answer while the question is still being typed; nothing is kept."""
        return self._shown(self._engine.preview(request, account))

    def ask(self, request: AskRequest, account: str) -> DeskAnswer:
        """The same answer, kept as a turn of the worker's call."""
        return self._shown(self._engine.ask(request, account))

    def calls(self, account: str) -> list[CallLine]:
        """The worker's latest calls, newest first."""
        return [
            CallLine(
                conversation_id=call.conversation_id,
                began_at=call.began_at,
                questions=call.questions,
                first_question=call.first_question,
                notes=call.notes,
            )
            for call in self._store.calls(account)
        ]

    def call(self, conversation_id: str, account: str) -> Call:
        turns = [
            CallTurn(
                turn_id=turn.turn_id,
                question=turn.question,
                asked_at=turn.asked_at,
                shown=self._shown(turn.answer) if turn.answer else None,
            )
            for turn in self._store.turns(conversation_id, account)
        ]
        return Call(conversation_id=conversation_id, notes=self._store.notes(conversation_id, account), turns=turns)

    def note(self, conversation_id: str, account: str, notes: str, before: str | None = None) -> Noted:
        """Keeps the notes and gives them back as they are kept. Raises NotesChangedError, and keeps nothing, where they are
        no longer what ``before`` says, as another window of the worker's changed them."""
        masked = mask(notes)
        with self._noting:
            if before is not None and self._store.notes(conversation_id, account) not in (before, masked.text):
                raise NotesChangedError("这通来电的备注在另一个窗口里改过，这一份还没有保存。请先核对再保存。")
            self._store.note(conversation_id, account, masked.text)
        return Noted(notes=masked.text, masked=bool(masked.found))

    def handover(self, conversation_id: str, account: str) -> str:
        """The call's summary as plain text."""
        turns = self._store.turns(conversation_id, account)
        return handover(turns, self._store.notes(conversation_id, account), account, datetime.now().astimezone())

    def queue(self) -> list[Waiting]:
        """What nobody has settled, each question once, newest first."""
        waiting = self._store.queue(MOST_WAITING)
        by_question: dict[str, list[Turn]] = {}
        for turn in waiting:
            by_question.setdefault(turn.question_key or turn.turn_id, []).append(turn)
        return [self._waiting(turns) for turns in by_question.values()]

    def dismiss(self, turn_id: str, account: str) -> None:
        """Takes a question off the queue without a reviewed answer."""
        turn, _ = self._store.turn(turn_id)
        self._store.settle(self._store.same_question(turn))
        self._store.accounts.record(account, "question dismissed", turn_id)

    def draft(self, turn_id: str) -> Draft:
        """A question with the rules' draft to begin from."""
        turn, before = self._store.turn(turn_id)
        found = self._engine.drafted(turn, before)
        clauses = [
            Quotable(clause_id=one.id, label=one.label, text=one.text) for one in found.facts.policy.text.clauses
        ]
        return Draft(
            waiting=self._waiting([turn]),
            draft=found.facts.draft,
            status="not_covered" if found.unanswered else "answered",
            clauses=clauses,
        )

    def check(self, turn_id: str, draft: str, status: Status = "answered") -> Checked:
        """What the verification says of a draft for a question."""
        turn, before = self._store.turn(turn_id)
        checked = reviewed.checked_draft(draft, self._engine.drafted(turn, before).facts, status)
        return Checked(faults=checked.faults, html=html(checked.answer, self._engine.policies))

    def review(self, turn_id: str, draft: str, status: Status, account: str) -> Checked:
        """Keeps a draft that has no fault; it is served from now on, and the question leaves the queue."""
        turn, before = self._store.turn(turn_id)
        found = self._engine.drafted(turn, before)
        checked = reviewed.checked_draft(draft, found.facts, status)
        if not checked.faults:
            review = reviewed.keep(self._store, turn, before, found, draft, status, account)
            self._store.settle(self._store.same_question(turn))
            self._store.accounts.record(account, "answer reviewed", review.review_id, turn_id)
        return Checked(faults=checked.faults, html=html(checked.answer, self._engine.policies))

    def reviews(self) -> list[ReviewLine]:
        return [
            ReviewLine(
                review_id=one.review_id,
                turn_id=one.turn_id,
                question=one.question,
                status=one.status,  # type: ignore[arg-type]  # pydantic checks it
                draft=one.draft,
                reviewer=one.reviewer,
                reviewed_at=one.reviewed_at,
                current=self._is_current(one),
            )
            for one in self._store.reviews.in_use(MOST_WAITING)
        ]

    def withdraw(self, review_id: str, account: str) -> None:
        self._store.reviews.withdraw(review_id)
        self._store.accounts.record(account, "review withdrawn", review_id)

    def _is_current(self, review: Review) -> bool:
        key = (review.review_id, date.today())
        if key not in self._current:
            if len(self._current) > 10 * MOST_WAITING:
                self._current.clear()
            self._current[key] = reviewed.again(self._engine, review, key[1]) is not None
        return self._current[key]

    def _waiting(self, turns: Sequence[Turn]) -> Waiting:
        """Turns that ask the same, newest first, as one entry."""
        newest = turns[0]
        opinions = self._store.feedback.of([turn.turn_id for turn in turns])
        _, before = self._store.turn(newest.turn_id)
        return Waiting(
            turn_id=newest.turn_id,
            question=newest.question,
            before=[turn.question for turn in before[-3:]],
            asked_at=newest.asked_at,
            channel=newest.channel,
            disliked=any(turn.rating == "dislike" for turn in turns),
            comments=[one.comment for one in opinions.values() if one.comment],
            times=len(turns),
            status=newest.answer.status if newest.answer else None,
            answer=plain(newest.answer.answer) if newest.answer else "",
        )

    def _shown(self, answer: Answer) -> DeskAnswer:
        spoken = script(answer)
        return DeskAnswer(
            answer=answer,
            headlines=headlines(answer, spoken),
            script=spoken,
            clauses=self._clauses(answer),
            html=html(answer.answer, self._engine.policies),
            plain=told(answer),
            label=answer.answer.rpartition("\n")[2].strip("*"),
        )

    def _clauses(self, answer: Answer) -> list[Clause]:
        return [
            Clause(
                clause_id=clause.id,
                label=clause.label,
                text=clause.text,
                marks=sorted((one.start, one.end) for one in citations),
                url=citations[0].url,
            )
            for _, clause, citations in cited(answer, self._engine.policies)
        ]
