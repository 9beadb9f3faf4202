"""What the hotline desk does with the engine: answers shown large and to be read aloud, calls, the queue, reviews."""

from datetime import UTC, date, datetime

from assistant import reviewed
from assistant.answer import Answer, AskRequest, Status
from assistant.chat import Assistant
from assistant.hotline.handover import handover
from assistant.hotline.headlines import headlines
from assistant.hotline.records import (
    Call,
    CallLine,
    CallTurn,
    Checked,
    Clause,
    DeskAnswer,
    Draft,
    Noted,
    QueueOut,
    Quotable,
    ReviewLine,
    Waiting,
)
from assistant.hotline.script import script
from assistant.pages.render import cited, html
from assistant.plain import plain, told
from assistant.privacy import mask
from assistant.store.queue import MOST_BEFORE, Entry
from assistant.store.reviews import Review

MOST_WAITING = 200  # of the queue, looked at at once
NOTES_LIMIT = 2000  # characters


class Hotline:
    """Every method may raise StoreError; those that name a conversation, turn or review, NotFoundError."""

    def __init__(self, engine: Assistant) -> None:
        self._engine = engine
        self._store = engine.store
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
            for call in self._store.calls.latest(account)
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
        return Call(
            conversation_id=conversation_id, notes=self._store.calls.notes(conversation_id, account), turns=turns
        )

    def note(self, conversation_id: str, account: str, notes: str, before: str | None = None) -> Noted:
        """Keeps the notes and gives them back as they are kept. Raises NotesChangedError, and keeps nothing, where they are
        no longer what ``before`` says, as another window of the worker's changed them."""
        masked = mask(notes)
        self._store.calls.note(conversation_id, account, masked.text, before)
        return Noted(notes=masked.text, masked=bool(masked.found))

    def handover(self, conversation_id: str, account: str) -> str:
        """The call's summary as plain text."""
        turns = self._store.turns(conversation_id, account)
        return handover(turns, self._store.calls.notes(conversation_id, account), account, datetime.now().astimezone())

    def queue(self) -> QueueOut:
        """What nobody has settled, each question once, disliked ones first and then the newest."""
        entries, total = self._store.queue.entries(MOST_WAITING, datetime.now(UTC) - self._engine.longest)
        return QueueOut(total=total, waiting=[_waiting(entry) for entry in entries])

    def dismiss(self, turn_id: str, account: str) -> None:
        """Takes a question off the queue without a reviewed answer."""
        turn, _ = self._store.turn(turn_id)
        self._store.queue.dismiss(turn, account)

    def draft(self, turn_id: str) -> Draft:
        """A question with the rules' draft to begin from."""
        turn, before = self._store.turn(turn_id)
        found = self._engine.drafted(turn, before)
        clauses = [
            Quotable(clause_id=one.id, label=one.label, text=one.text) for one in found.facts.policy.text.clauses
        ]
        return Draft(
            waiting=_waiting(
                Entry(turn, [one.question for one in before[-MOST_BEFORE:]], 1, turn.rating == "dislike", [])
            ),
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
            reviewed.keep(self._store, turn, before, found, draft, status, account)
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
        self._store.reviews.withdraw(review_id, account)

    def _is_current(self, review: Review) -> bool:
        key = (review.review_id, date.today())
        if key not in self._current:
            if len(self._current) > 10 * MOST_WAITING:
                self._current.clear()
            self._current[key] = reviewed.again(self._engine, review, key[1]) is not None
        return self._current[key]

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


def _waiting(entry: Entry) -> Waiting:
    turn = entry.newest
    return Waiting(
        turn_id=turn.turn_id,
        question=turn.question,
        before=list(entry.before),
        asked_at=turn.asked_at,
        channel=turn.channel,
        disliked=entry.disliked,
        comments=list(entry.comments),
        times=entry.times,
        status=turn.answer.status if turn.answer else None,
        answer=plain(turn.answer.answer) if turn.answer else "",
    )
