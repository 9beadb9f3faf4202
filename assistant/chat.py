"""The engine behind every door: read, look up and compute, write, verify, store."""

import logging
import threading
import time
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import reviewed
from assistant.answer import QUESTION_LIMIT, Answer, AskRequest, Basis
from assistant.events import Delta, Done, Event, Status
from assistant.lookups import Lookups
from assistant.operations import traces
from assistant.operations.ending import UnderWay
from assistant.operations.metrics import metrics
from assistant.outcome import awards_of, ineligible_of, missing_of, status_of, suggestions_of
from assistant.privacy import mask
from assistant.reading.cleaning import clean
from assistant.reading.language import language_of
from assistant.settings import Settings
from assistant.store import Store, Turn
from tools import rules
from tools.errors import NotFoundError, PolicyError, StoreError, SwitchedOffError
from tools.rules import Policy

if TYPE_CHECKING:
    from assistant.drafting import Ready
    from assistant.model.speak import Speaker, Told
    from tools.toolbox import Desk

AI_LABEL = {
    "zh": "本回答由AI生成，仅供参考，以主管部门解释为准。",
    "en": "AI-generated, for reference only; the authority's reading prevails.",
}
_REVIEWED = {
    "zh": "*本回答由AI生成、经工作人员复核，仅供参考，以主管部门解释为准。*",
    "en": "*AI-generated and reviewed by staff, for reference only; the authority's reading prevails.*",
}
_READING = {"zh": "正在查阅条款、核算…", "en": "Looking up the clauses …"}
_log = logging.getLogger(__name__)
RULES = "rules"  # the name of the model without a model
MOST_EARLIER = 10  # questions before, told by a client, that are read again
_LOADING = threading.Lock()
_MARGIN_SECONDS = 60  # that an answer may take besides the chat model's time


class Assistant:
    """Answers questions on the policies of one folder. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self.policies: Mapping[str, Policy] = _policies(settings.policies)
        self.default_policy = next(iter(self.policies))
        self.store = Store(settings.data, settings.database_url)
        self.longest = longest_answer(settings)
        self._lookups = Lookups(settings)
        self._speaker, self._model_seconds = _speaker(settings), settings.model_seconds
        self._warmed = False
        self.under_way = UnderWay()

    def ask(self, request: AskRequest, account: str | None = None, earlier: Sequence[str] = ()) -> Answer:
        """Raises NotFoundError for an unknown policy or conversation, StoreError when nothing can be kept, and
        SwitchedOffError while an operator has it turned off.

        ``account`` is the hotline worker's who asks for a caller; the conversation is then the worker's alone.
        ``earlier`` are the questions before this one, oldest first, where the client keeps the conversation itself:
        the last of them are read as context. A conversation that is kept here needs none, and then they do not count.
        """
        *_, last = self.stream(request, account, earlier)
        assert isinstance(last, Done)
        return last.answer

    def preview(self, request: AskRequest, account: str | None = None) -> Answer:
        """What ``ask`` would answer by the rules, with nothing kept: its ``turn_id`` is empty. Raises as ``ask``."""
        self.admit()
        before = self.conversation(request.conversation_id, account) if request.conversation_id else []
        return self._by_rules(self._unkept(request), before)

    def stream(
        self, request: AskRequest, account: str | None = None, earlier: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        """The same answer as it comes about. The turn is stored before the first event; raises as ``ask`` does.

        Whoever leaves early closes the generator: the model is stopped, and the turn keeps the rules' answer.
        """
        steps = traces.traced("answer", self._answered(request, account, earlier), channel=request.channel)
        with self.under_way, metrics().timed(request.channel):
            yield from steps

    def _answered(
        self, request: AskRequest, account: str | None, earlier: Sequence[str]
    ) -> Generator[Event, None, None]:
        off = self.admit()
        unkept = self._unkept(request)
        told = () if request.conversation_id else _usable(earlier)
        turn, before = self.store.open_turn(request, unkept.policy_id, unkept.as_of, account, told)
        before = before or self.retold(turn)
        found: Ready | None = None
        try:
            yield Status(_READING[language_of(clean(turn.question))], turn.conversation_id, turn.turn_id)
            found = self.drafted(turn, before)
            if answer := self._reviewed(turn, before, found):
                yield Delta(answer.answer)
            else:
                until = time.monotonic() + self._model_seconds
                found = self._sought(turn, before, found, off, until)
                answer = yield from self._told(turn, before, found, off, until)
        except GeneratorExit:
            try:
                found = found or self.drafted(turn, before)
                unheard = self._reviewed(turn, before, found)
                unheard = unheard or self._closed(turn, found, (), RULES, self._speaker is not None)
                self._keep(turn, before, found, unheard)
            except (StoreError, NotFoundError):  # nobody is left to be told; the turn is unfinished, or was erased
                _log.warning("an answer that nobody waited for could not be kept")
            raise
        self._keep(turn, before, found, answer)
        yield Done(answer)

    def admit(self) -> Collection[str]:
        """Lets a question in, and names what else is turned off (``model``). Raises SwitchedOffError, StoreError."""
        off = self.store.switches.off()
        if "assistant" in off:
            raise SwitchedOffError(off["assistant"])
        return off

    def notice(self) -> str:
        """What an operator tells people while the assistant is turned off; empty while it is on. Raises StoreError."""
        return self.store.switches.off().get("assistant", "")

    def drafted(self, turn: Turn, before: Sequence[Turn]) -> "Ready":
        """The rules' verified draft for a turn, at the turn's own date. Raises NotFoundError."""
        _load()
        from assistant.drafting import ready

        with traces.span("draft"):
            return ready(turn, before, self._desk_of(turn))

    def _sought(
        self, turn: Turn, before: Sequence[Turn], found: "Ready", off: Collection[str], until: float
    ) -> "Ready":
        from assistant.drafting import sought

        if not self._speaker or "model" in off:
            return found
        return sought(found, turn, before, self._desk_of(turn), partial(self._speaker.plan, until=until))

    def _desk_of(self, turn: Turn) -> "Desk":
        return self.desk(turn.policy_id, date.fromisoformat(turn.as_of))

    def _unkept(self, request: AskRequest) -> Turn:
        """A request as a turn that is not kept. Raises NotFoundError for an unknown policy."""
        return Turn(
            request.conversation_id or "",
            "",
            request.question,
            datetime.now(UTC),
            None,
            as_of=(request.as_of or date.today()).isoformat(),
            policy_id=self._policy(request.policy_id).id,
        )

    def retold(self, turn: Turn) -> list[Turn]:
        """Questions told by a client before ``turn``, answered again by the rules: a follow-up leans on what was asked
        back. Of the client's own record only its questions count; the answers it tells are never read."""
        turns: list[Turn] = []
        for question in turn.earlier:
            asked = replace(turn, question=question)
            turns.append(replace(asked, answer=self._by_rules(asked, turns)))
        return turns

    def _by_rules(self, turn: Turn, before: Sequence[Turn]) -> Answer:
        """The answer by the rules alone, nothing kept."""
        found = self.drafted(turn, before)
        return self._reviewed(turn, before, found) or self.plain(turn, found)

    def plain(self, turn: Turn, found: "Ready") -> Answer:
        """The answer in the rules' words."""
        return self._closed(turn, found, (), RULES, False)

    def _keep(self, turn: Turn, before: Sequence[Turn], found: "Ready", answer: Answer) -> None:
        unanswered = found.unanswered and not answer.reviewed_on
        self.store.close_turn(
            turn.turn_id,
            answer,
            unanswered=unanswered,
            question_key=reviewed.key_of(turn, before),
            rules_sha256=found.facts.policy.rules_sha256,
        )
        metrics().answered(answer, turn.channel)

    def _reviewed(self, turn: Turn, before: Sequence[Turn], found: "Ready") -> Answer | None:
        """The answer staff reviewed for this question, where there is one that still holds."""
        if not (match := reviewed.find(self.store, turn, before, found)):
            return None
        review, checked = match
        return self.plain(turn, found).model_copy(
            update={
                "status": review.status,
                "answer": f"{checked.answer}\n\n{_REVIEWED[language_of(clean(turn.question))]}",
                "missing": None,
                "citations": checked.citations,
                "figures": checked.figures,
                "reviewed_on": review.reviewed_at.date(),
            }
        )

    def _told(
        self, turn: Turn, before: Sequence[Turn], found: "Ready", off: Collection[str], until: float
    ) -> Generator[Event, None, Answer]:
        """The answer in a chat model's words where there is one and they hold, with what they leave out below."""
        from assistant.complete import joined

        pieces, model, fallback = list[str](), RULES, False
        if self._speaker and found.worth_telling:
            asked = [clean(one.question) for one in before]
            words = self._speaker.tell(found.facts, clean(turn.question), asked, until, off="model" in off)
            with closing(traces.traced("model", words, model=self._speaker.name)) as telling:
                pieces, whole = yield from _shown(telling, found.facts.policy)
            model, fallback = (self._speaker.name, False) if whole else (RULES, True)
        answer = self._closed(turn, found, pieces, model, fallback)
        if rest := answer.answer[len(joined(pieces, found.facts.policy)) :]:
            yield Delta(rest)
        return answer

    def conversation(self, conversation_id: str, account: str | None = None) -> list[Turn]:
        """Its turns, oldest first, each with the rating given to it. Raises NotFoundError."""
        return self.store.turns(conversation_id, account)

    def rate(self, turn_id: str, rating: str | None, comment: str = "") -> None:
        """Keeps what somebody thinks of an answer: ``like``, ``dislike``, or None to take it back.

        Raises NotFoundError."""
        self.store.feedback.give(turn_id, rating, mask(comment).text)

    def warm(self) -> None:
        """Loads what the first answers need."""
        _load()
        self._lookups.warm(self.policies.values())
        self._warmed = True

    def ready(self) -> bool:
        """Whether a question can be answered without waiting for anything to load."""
        return self._warmed

    def degraded(self) -> bool:
        """Whether clauses are looked up in memory because the index cannot be read where it lies."""
        return self._lookups.degraded()

    def desk(self, policy_id: str | None, as_of: date) -> "Desk":
        """What the tools work on at a date. Raises NotFoundError."""
        return self._lookups.desk(self._policy(policy_id), as_of)

    def _policy(self, policy_id: str | None) -> Policy:
        try:
            return self.policies[policy_id or self.default_policy]
        except KeyError:
            raise NotFoundError(f"没有政策 {policy_id}；现有：{'、'.join(self.policies)}。") from None

    def _closed(self, turn: Turn, found: "Ready", pieces: Sequence[str], model: str, fallback: bool) -> Answer:
        """The whole answer: the ``pieces`` that were shown, and below them the rest of the rules' draft."""
        from assistant.checks import kind_of
        from assistant.complete import completed

        facts, checked = found.facts, found.checked
        if pieces:
            checked, faults = completed(pieces, facts, checked)
            if faults:  # each part was verified by itself, so this is never so
                metrics().faults.labels("whole").inc()
                _log.error("a whole answer failed verification: %s", "; ".join(map(kind_of, faults)))
                model, fallback = RULES, True
        language = language_of(clean(turn.question))
        status = status_of(found.results)
        return Answer(
            status=status,
            answer=f"{checked.answer}\n\n*{AI_LABEL[language]}*",
            awards=awards_of(found.results),
            ineligible=ineligible_of(found.results),
            missing=missing_of(found.results) if status == "clarify" else None,
            citations=checked.citations,
            figures=checked.figures,
            tool_calls=list(facts.calls),
            basis=basis_of(facts.policy, facts.as_of),
            model=model,
            fallback=fallback,
            verified=not checked.faults,
            suggestions=suggestions_of(facts.policy, found.results, language),
            conversation_id=turn.conversation_id,
            turn_id=turn.turn_id,
        )


def _shown(telling: "Generator[str, None, Told]", policy: Policy) -> Generator[Event, None, tuple[list[str], bool]]:
    """Shows each piece as it comes; returns the pieces, and whether they are the whole of what was to be told."""
    from assistant.complete import joined

    pieces: list[str] = []
    while True:
        try:
            pieces.append(next(telling))
        except StopIteration as ended:
            return pieces, ended.value.whole
        yield Delta(joined(pieces[-1:], policy))


def _load() -> None:
    """Imports what an answer needs, one thread at a time: packages that import one another in a circle fail where two
    threads enter it from two sides."""
    with _LOADING:
        from assistant import agent, drafting, rules_model, verify  # noqa: F401 - so that no question waits for them


def open_assistant(settings: Settings) -> Assistant:
    """Reads the policies' text and rules; index and models are opened at first need. Raises PolicyError, and
    SettingsError for a chat model that cannot be used."""
    return Assistant(settings)


def longest_answer(settings: Settings) -> timedelta:
    """The most an answer may take: a chat model plans and tells, and the first question waits for the index."""
    return timedelta(seconds=settings.model_seconds + _MARGIN_SECONDS)


def _usable(earlier: Sequence[str]) -> list[str]:
    """Of the questions a client tells, the last that could have been asked here, as they are kept."""
    asked = [question.strip() for question in earlier]
    return [mask(question).text for question in asked if 0 < len(question) <= QUESTION_LIMIT][-MOST_EARLIER:]


def basis_of(policy: Policy, as_of: date) -> Basis:
    return Basis(
        policy_title=policy.title,
        version=policy.status,
        text_sha256=policy.text.sha256,
        status=policy.status,
        in_force_from=policy.in_force_from,
        in_force_to=policy.in_force_to,
        as_of=as_of,
        in_force=policy.is_in_force(as_of),
    )


def _policies(folder: Path) -> dict[str, Policy]:
    found = {path.parent.name: rules.load(path.parent) for path in sorted(folder.glob("*/rules.yaml"))}
    if not found:
        raise PolicyError(f"文件夹 {folder} 里没有政策（每个政策一个文件夹，内有 rules.yaml 和政策文本）。")
    return found


def _speaker(settings: Settings) -> "Speaker | None":
    """The configured chat model, or None when the rules answer by themselves."""
    if settings.model == RULES:
        return None
    from assistant.model.connect import open_model
    from assistant.model.speak import Speaker

    # Of a file only its name is told: where it lies is nobody's business but the server's.
    name = Path(settings.model).stem if settings.model.endswith(".gguf") else settings.model
    return Speaker(open_model(settings), name)
