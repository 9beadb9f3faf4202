"""What the hotline desk does with the engine: answers shown large and to be read aloud, calls, the queue, reviews."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant import reviewed
from assistant.answer import Answer, AskRequest, Status
from assistant.chat import Assistant
from assistant.handover import handover
from assistant.script import script
from assistant.store import Turn

MOST_WAITING = 200  # of the queue, looked at at once
NOTES_LIMIT = 2000  # characters


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Headline(_Model):
    """One outcome in large type: ``figure`` such as 不超过15万元, what it is for, to whom it goes or why not."""

    title: str
    figure: str
    note: str


class Clause(_Model):
    """A cited clause in full; ``marks`` are half-open character ranges of ``text`` that the answer quotes."""

    clause_id: str
    label: str
    text: str
    marks: list[tuple[int, int]]
    url: str


class DeskAnswer(_Model):
    answer: Answer
    headlines: list[Headline]
    script: str
    clauses: list[Clause]


class CallTurn(_Model):
    turn_id: str
    question: str
    asked_at: datetime
    shown: DeskAnswer | None


class Call(_Model):
    conversation_id: str
    notes: str
    turns: list[CallTurn]


class CallLine(_Model):
    conversation_id: str
    began_at: datetime
    questions: int
    first_question: str
    notes: str


class Waiting(_Model):
    """A question on the queue; ``times`` counts how often it was asked and still waits."""

    turn_id: str
    question: str
    before: list[str]  # the questions before it in its conversation, oldest first
    asked_at: datetime
    channel: str
    disliked: bool
    comments: list[str]
    times: int
    answer: Answer | None


class Draft(_Model):
    """What a reviewer begins with: Markdown with ``[clause]「quote」`` marks."""

    waiting: Waiting
    draft: str
    status: Status


class Checked(_Model):
    """``faults`` says, in Chinese, why a draft may not be served; without any, ``answer`` is how it will be shown."""

    faults: list[str]
    answer: str


class ReviewLine(_Model):
    """``current`` tells whether it can still be served: it was made under the text that is in use."""

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

    def note(self, conversation_id: str, account: str, notes: str) -> None:
        self._store.note(conversation_id, account, notes)

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
        status = turn.answer.status if turn.answer else "answered"
        return Draft(waiting=self._waiting([turn]), draft=found.facts.draft, status=status)

    def check(self, turn_id: str, draft: str) -> Checked:
        """What the verification says of a draft for a question."""
        turn, before = self._store.turn(turn_id)
        checked = reviewed.checked_draft(draft, self._engine.drafted(turn, before).facts)
        return Checked(faults=checked.faults, answer=checked.answer)

    def review(self, turn_id: str, draft: str, status: Status, account: str) -> Checked:
        """Keeps a draft that has no fault; it is served from now on, and the question leaves the queue."""
        turn, before = self._store.turn(turn_id)
        found = self._engine.drafted(turn, before)
        checked = reviewed.checked_draft(draft, found.facts)
        if not checked.faults:
            review = reviewed.keep(self._store, turn, before, found, draft, status, account)
            self._store.settle(self._store.same_question(turn))
            self._store.accounts.record(account, "answer reviewed", review.review_id, turn_id)
        return Checked(faults=checked.faults, answer=checked.answer)

    def reviews(self) -> list[ReviewLine]:
        policies = self._engine.policies
        return [
            ReviewLine(
                review_id=one.review_id,
                turn_id=one.turn_id,
                question=one.question,
                status=one.status,  # type: ignore[arg-type]  # pydantic checks it
                draft=one.draft,
                reviewer=one.reviewer,
                reviewed_at=one.reviewed_at,
                current=one.policy_id in policies and policies[one.policy_id].text.sha256 == one.text_sha256,
            )
            for one in self._store.reviews.in_use(MOST_WAITING)
        ]

    def withdraw(self, review_id: str, account: str) -> None:
        self._store.reviews.withdraw(review_id)
        self._store.accounts.record(account, "review withdrawn", review_id)

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
            answer=newest.answer,
        )

    def _shown(self, answer: Answer) -> DeskAnswer:
        return DeskAnswer(
            answer=answer,
            headlines=[] if answer.reviewed_on else list(_headlines(answer)),
            script=script(answer),
            clauses=self._clauses(answer),
        )

    def _clauses(self, answer: Answer) -> list[Clause]:
        marks: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for one in answer.citations:
            marks.setdefault((one.policy_id, one.clause_id), []).append((one.start, one.end))
        shown: list[Clause] = []
        for (policy_id, clause_id), spans in marks.items():
            policy = self._engine.policies.get(policy_id)
            if policy and clause_id in policy.text:
                clause = policy.text.clause(clause_id)
                url = f"/policy/{policy_id}#{clause_id}"
                shown.append(
                    Clause(clause_id=clause_id, label=clause.label, text=clause.text, marks=sorted(spans), url=url)
                )
        return shown


def _headlines(answer: Answer) -> Iterator[Headline]:
    for call in answer.tool_calls:
        result = call.result if isinstance(call.result, Mapping) else {}
        for one in result.get("outcomes", ()):
            title = f"{one['rule']}（{result['firm']}）" if result.get("firm") else str(one["rule"])
            figure, note = _large(one)
            yield Headline(title=title, figure=figure, note=note)


def _large(one: Mapping[str, Any]) -> tuple[str, str]:
    """An outcome's figure, a cap never without its 不超过, and what goes beside it."""
    match one["type"]:
        case "due":
            return f"{'不超过' if one['kind'] == 'at_most' else ''}{one['amount']}", f"发给{one['payee']}"
        case "not_due":
            why = (
                f"须为{one['denied_name']}" if one["denied"] else f"还差{one['gap_words']}" if one["gap_words"] else ""
            )
            return "不能享受" if one["denied"] else "暂不能享受", why
        case "out_of_force":
            return "不在有效期内", f"有效期{one['from']}至{one['to']}"
        case _:
            return "还需要补充", str(one["name"])
