"""A chat model tells the rules' answer in its own words: sentence by sentence, each verified before anybody sees it."""

import logging
import re
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from assistant.answer import ToolCall
from assistant.checks import ALL, kind_of
from assistant.facts import Facts
from assistant.model.breaker import Breaker
from assistant.model.meter import Meter, meter
from assistant.model.plan import plan
from assistant.model.prompts import closing_words
from assistant.model.sentences import Sentences
from assistant.model.stream import Chunk, ModelError, as_model_error, stream
from assistant.operations import traces
from assistant.verify import read_piece, visible
from tools.rules import Policy

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from tools.toolbox import Desk

TRIES = 2  # the second with the reasons why the first was held back
LONGEST = 1500  # characters of an answer; what is beyond is not asked for
PARALLEL, PATIENCE = 8, 2.0  # answers at once, and the seconds to wait for one's turn
BEFORE = 3  # earlier questions told to the model
_TRAILING = re.compile(r"(?<=[一-龥\d」])(?<![按据照见在])(\[\d+(?:\.\d+)+\])(?=[。；，！]|\s*$)")  # 15万元[2.2.5]。
_STOPS = tuple("。！？!?.；;|")
_GREETING = 10  # characters; so short a first sentence waits for the next
_BARE_CLAUSE = re.compile(r"[【\[（(]?(?:第|条款)?\s*(?<![\d.])(\d+(?:\.\d+){2,})(?![\d.]*\d)\s*条?(?:款)?[】\]）)]?")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """How the telling ended: ``whole``, or with the reason why it did not (an outcome of :class:`Meter`)."""

    whole: bool
    outcome: str
    reasons: tuple[str, ...] = ()


class Speaker:
    """One configured model. Safe to use from several threads."""

    def __init__(self, model: "BaseChatModel", name: str) -> None:
        self.model, self.name = model, name
        self.breaker = Breaker()
        self._turns = threading.BoundedSemaphore(PARALLEL)
        self._meter: Meter = meter()

    def tell(
        self, facts: Facts, question: str, before: Sequence[str], until: float, *, off: bool = False
    ) -> Generator[str, None, Told]:
        """Verified pieces of an answer, in order; returns how it ended. Never raises; waits for the model until
        ``until`` (monotonic seconds) and no longer.

        ``off``: an operator turned the model off, so it is not asked.
        """
        told = Told(False, "left")
        try:
            if off:
                told = Told(False, "off")
            else:
                with self._turn(until) as refused:
                    told = Told(False, refused) if refused else (yield from self._tell(facts, question, before, until))
        finally:
            self._count(told)
        return told

    @contextmanager
    def _turn(self, until: float) -> Iterator[str]:
        """One's turn with the model; yields why there is none, empty where there is."""
        with self.breaker.call() as allowed:
            if not allowed:
                yield "resting"
            elif not self._turns.acquire(timeout=max(0.0, min(PATIENCE, until - time.monotonic()))):
                yield "busy"
            else:
                try:
                    yield ""
                finally:
                    self._turns.release()

    def plan(
        self, desk: "Desk", history: Sequence[BaseMessage], said: Sequence[str], question: str, until: float
    ) -> list[ToolCall]:
        """Look-ups for a question the rules found none for; empty where the model finds none either, or not until
        ``until`` (monotonic seconds)."""
        with self._turn(until) as refused:
            if refused:
                return []
            try:
                with traces.span("plan", model=self.name):
                    calls = plan(self.model, desk, history, said, question, until)
            except ModelError as error:
                self.breaker.failed(error.rest)
                _log.warning("the chat model could not plan: %s", error.kind)
                return []
            self.breaker.succeeded()
            return calls

    def _tell(self, facts: Facts, question: str, before: Sequence[str], until: float) -> Generator[str, None, Told]:
        began = time.monotonic()
        messages = self._messages(facts, question, before)
        reasons: list[str] = []
        for attempt in range(TRIES):
            try:
                released, written, reasons = yield from self._attempt(messages, facts, began, until)
            except Exception as error:  # noqa: BLE001 - whatever a provider's client raises, or gives that cannot be read
                failed = as_model_error(error)
                self.breaker.failed(failed.rest)
                _log.warning("the chat model failed: %s", failed.kind, exc_info=failed is not error)
                return Told(False, failed.kind)
            self.breaker.succeeded()
            if not reasons:
                return Told(True, "accepted")
            if released:
                return Told(False, "cut", tuple(reasons))
            if attempt + 1 < TRIES:
                self._meter.retries.labels(self.name).inc()
                messages = [*messages, AIMessage(written), HumanMessage(f"{_again(reasons)}{closing_words(facts)}")]
        return Told(False, "empty" if not reasons[0] else "rejected", tuple(reasons))

    def _attempt(
        self, messages: Sequence[BaseMessage], facts: Facts, began: float, until: float
    ) -> Generator[str, None, tuple[bool, str, list[str]]]:
        """One answer: whether anything was released, what was written, and the reasons that ended it."""
        written, waiting, header = "", "", ""
        released, seen = False, set[str]()
        with closing(self._pieces(messages, until)) as pieces:
            for raw in pieces:
                piece = tidied(raw, facts.policy)
                written += piece
                key = re.sub(r"\W", "", piece)
                if (key and key in seen) or len(written) > LONGEST:
                    break  # it repeats itself, or goes on and on: what was said stands
                seen.add(key)
                header = (header or piece) if piece.lstrip().startswith("|") else ""
                if reasons := self._faults(piece, facts, header):
                    return released, written, reasons
                if not released and len(key) <= _GREETING:
                    waiting += piece
                    continue
                if not released:
                    self._meter.first_sentence.labels(self.name).observe(time.monotonic() - began)
                released = True
                yield waiting + piece
                waiting = ""
        if not released and re.search(r"\d", waiting):
            released = True
            yield waiting
        if not released:
            return False, written, ["没有说出答案"]
        return True, written, []

    def _pieces(self, messages: Sequence[BaseMessage], deadline: float) -> Generator[str, None, None]:
        """The model's text cut into pieces, without what it thinks aloud."""
        cutter, ended = Sentences(), threading.Event()
        with closing(_spoken(self._counted(stream(self.model, messages, deadline), ended))) as words:
            for text in words:
                yield from cutter.feed(text)
        for piece in cutter.rest():
            if ended.is_set() or piece.rstrip(" *”」）)").endswith(_STOPS):
                yield piece  # else it was broken off in the middle

    def _counted(self, chunks: Generator[Chunk, None, None], ended: threading.Event) -> Generator[str, None, None]:
        with closing(chunks):
            for chunk in chunks:
                if chunk.ended:
                    ended.set()
                if chunk.tokens:
                    for kind, used in zip(("input", "output"), chunk.tokens, strict=True):
                        self._meter.tokens.labels(self.name, kind).inc(used)
                if chunk.text:
                    yield chunk.text

    def _faults(self, text: str, facts: Facts, header: str) -> list[str]:
        if not text.strip():
            return []
        piece = read_piece(text, facts, header)
        reasons = []
        for check in ALL:
            for reason in check(piece, facts):
                self._meter.faults.labels(self.name, check.__name__).inc()
                reasons.append(reason)
        return reasons

    def _messages(self, facts: Facts, question: str, before: Sequence[str]) -> list[BaseMessage]:
        earlier = "".join(f"此前问过：{_quoted(one)}\n" for one in before[-BEFORE:])
        body = f"已核实的事实：\n{facts.draft}\n\n{earlier}问题：{_quoted(question)}\n{closing_words(facts)}"
        return [SystemMessage(facts.instructions), HumanMessage(body)]

    def _count(self, told: Told) -> None:
        self._meter.answers.labels(self.name, told.outcome).inc()
        if told.reasons:
            _log.info("the chat model was held back: %s", "; ".join(map(kind_of, told.reasons)))


def tidied(text: str, policy: Policy) -> str:
    """A piece as it may be shown: no invisible characters, clause numbers as tokens, in brackets behind a statement."""

    def token(match: re.Match[str]) -> str:
        return f"[{match[1]}]" if match[1] in policy.text else match[0]

    return _TRAILING.sub(r"（\1）", _BARE_CLAUSE.sub(token, visible(text)))


def _spoken(chunks: Generator[str, None, None]) -> Generator[str, None, None]:
    """The text without a leading ``<think>…</think>`` of models that reason aloud."""
    held, thinking, begun = "", False, False
    with closing(chunks):
        for text in chunks:
            if begun:
                yield text
                continue
            held += text
            if thinking or held.lstrip().startswith("<think>"):
                thinking = "</think>" not in held
                if not thinking:
                    begun, text = True, held.split("</think>", 1)[1].lstrip()
                    if text:
                        yield text
            elif not "<think>".startswith(held.lstrip()[:7]):
                begun = True
                yield held
    if not begun and not thinking:
        yield held


def _quoted(text: str) -> str:
    """A question as data, on one line, so that it cannot pass for a part of the instructions."""
    return "“" + re.sub(r"\s+", " ", text).replace("“", "「").replace("”", "」")[:800] + "”"


def _again(reasons: Sequence[str]) -> str:
    told = "；".join(dict.fromkeys(reasons))[:400]
    return f"你的回答不能显示：{told}。请只照“已核实的事实”重写，去掉有问题的话。"
