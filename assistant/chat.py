"""The engine behind every door: read, look up and compute, write, verify, store."""

import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer, AskRequest, Basis, ToolCall
from assistant.cleaning import clean
from assistant.language import language_of
from assistant.outcome import awards_of, ineligible_of, missing_of, status_of, suggestions_of
from assistant.settings import Settings
from assistant.store import Store, Turn
from tools import rules
from tools.errors import NotFoundError, PolicyError
from tools.rules import Policy

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from assistant.entries import Entries
    from assistant.verify import Verified
    from corpus.retrieve import Retriever

REMEMBERED = 20  # turns of a conversation the model sees
_LABEL = {
    "zh": "*本回答由AI生成，仅供参考，以主管部门解释为准。*",
    "en": "*AI-generated, for reference only; the authority's reading prevails.*",
}
_log = logging.getLogger(__name__)


class Assistant:
    """Answers questions on the policies of one folder. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.policies: Mapping[str, Policy] = _policies(settings.policies)
        self.default_policy = next(iter(self.policies))
        self.store = Store(settings.data)
        self._retrievers: dict[str, Retriever] = {}
        self._nearest: dict[str, Entries] = {}
        self._lock = threading.Lock()
        self._warmed = threading.Event()

    def ask(self, request: AskRequest) -> Answer:
        """Raises NotFoundError for an unknown policy or conversation, StoreError when nothing can be kept."""
        policy = self._policy(request.policy_id)
        as_of = request.as_of or date.today()
        turn, before = self.store.open_turn(request, policy.id, as_of.isoformat())
        answer = self._answer(turn, before, policy, as_of)
        self.store.close_turn(turn.turn_id, answer)
        return answer

    def conversation(self, conversation_id: str) -> list[Turn]:
        """Its turns, oldest first. Raises NotFoundError."""
        return self.store.turns(conversation_id)

    def warm(self) -> None:
        """Loads what the first answers need."""
        from assistant import agent, rules_model, verify  # noqa: F401 - so that no question waits for them

        for policy in self.policies.values():
            self._retriever(policy).warm()
            self._entries(policy).nearest(policy.title, 1)
        self._warmed.set()

    def ready(self) -> bool:
        """Whether a question can be answered without waiting for anything to load."""
        return self._warmed.is_set()

    def _policy(self, policy_id: str | None) -> Policy:
        try:
            return self.policies[policy_id or self.default_policy]
        except KeyError:
            raise NotFoundError(f"没有政策 {policy_id}；现有：{'、'.join(self.policies)}。") from None

    def _answer(self, turn: Turn, before: Sequence[Turn], policy: Policy, as_of: date) -> Answer:
        from assistant.rules_model import RulesModel
        from tools.toolbox import Desk

        desk = Desk(policy, as_of, *self._lookups(policy))
        history = _history(before[-REMEMBERED:])
        said = [clean(one.question) for one in (*before[-REMEMBERED:], turn)]
        fallback = False
        if self._chat_model is not None:
            checked, calls = self._tried(self._chat_model, desk, history, said, turn.question)
            if checked is not None:
                return self._closed(turn, policy, as_of, checked, calls, self._settings.model, fallback)
            fallback = True
        checked, calls = _drafted(RulesModel(policy=policy, as_of=as_of), desk, history, said, turn.question)
        if checked.faults:
            _log.error("the rules' draft failed verification: %s", "; ".join(checked.faults))
            checked, calls = _apology(policy, turn.question), []
        return self._closed(turn, policy, as_of, checked, calls, "rules", fallback)

    @cached_property
    def _chat_model(self) -> "BaseChatModel | None":
        """The configured chat model, or None when the rules answer by themselves."""
        if self._settings.model == "rules":
            return None
        from langchain.chat_models import init_chat_model

        return init_chat_model(
            self._settings.model, temperature=0, timeout=self._settings.model_seconds, max_retries=0, max_tokens=1500
        )

    def _tried(
        self, model: "BaseChatModel", desk: Any, history: "list[BaseMessage]", said: list[str], question: str
    ) -> "tuple[Verified | None, list[ToolCall]]":
        """A configured model's answer, or None when it fails in any way: then the rules answer."""
        try:
            checked, calls = _drafted(model, desk, history, said, question)
        except Exception as error:  # noqa: BLE001 - whatever a provider raises, the rules answer instead
            _log.warning("the chat model failed: %s", type(error).__name__)
            return None, []
        if checked.faults or not calls or not checked.answer:
            _log.warning("the chat model's draft was held back: %s", "; ".join(checked.faults) or "no tool was called")
            return None, []
        return checked, calls

    def _closed(
        self,
        turn: Turn,
        policy: Policy,
        as_of: date,
        checked: "Verified",
        calls: list[ToolCall],
        model: str,
        fallback: bool,
    ) -> Answer:
        results = [call.result for call in calls]
        status = status_of(results)
        language = language_of(turn.question)
        return Answer(
            status=status,
            answer=f"{checked.answer}\n\n{_LABEL[language]}",
            awards=awards_of(results),
            ineligible=ineligible_of(results),
            missing=missing_of(results) if status == "clarify" else None,
            citations=checked.citations,
            figures=checked.figures,
            tool_calls=calls,
            basis=basis_of(policy, as_of),
            model=model,
            fallback=fallback,
            verified=not checked.faults,
            suggestions=suggestions_of(policy, results, language),
            conversation_id=turn.conversation_id,
            turn_id=turn.turn_id,
        )

    def _retriever(self, policy: Policy) -> "Retriever":
        from corpus.retrieve import open_retriever

        with self._lock:
            if policy.id not in self._retrievers:
                self._retrievers[policy.id] = open_retriever(
                    self._settings.policies / policy.id, self._settings.data, self._settings.embedding, policy.asked_as
                )
            return self._retrievers[policy.id]

    def _lookups(self, policy: Policy) -> tuple[Any, Any, Any]:
        """Search, nearest entries and topicality, each opened at its first use."""
        return (
            lambda query, k: self._retriever(policy).search(query, k),
            lambda query, k: self._entries(policy).nearest(query, k),
            lambda query: self._retriever(policy).topicality(query),
        )

    def _entries(self, policy: Policy) -> "Entries":
        from assistant.entries import Entries
        from corpus.embedding import open_embedding

        with self._lock:
            if policy.id not in self._nearest:
                self._nearest[policy.id] = Entries(policy, lambda: open_embedding(self._settings.embedding))
            return self._nearest[policy.id]


def open_assistant(settings: Settings) -> Assistant:
    """Reads the policies' text and rules; index and models are opened at first need. Raises PolicyError."""
    return Assistant(settings)


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


def _drafted(
    model: "BaseChatModel", desk: Any, history: "list[BaseMessage]", said: list[str], question: str
) -> "tuple[Verified, list[ToolCall]]":
    from assistant import agent
    from assistant.verify import verify

    draft = agent.run(model, desk, history, question)
    return verify(draft.text, draft.calls, said, desk.policy), draft.calls


def _history(before: Sequence[Turn]) -> "list[BaseMessage]":
    from langchain_core.messages import AIMessage, HumanMessage

    from assistant.rules_model import ASKED

    history: list[BaseMessage] = []
    for turn in before:
        history.append(HumanMessage(turn.question))
        if turn.answer:
            history.append(AIMessage(turn.answer.answer, additional_kwargs={ASKED: turn.answer.missing}))
    return history


def _apology(policy: Policy, question: str) -> "Verified":
    """Shown when no draft can be verified: no figure at all, and whom to ask."""
    from assistant.verify import Verified

    if language_of(question) == "en":
        return Verified(
            f"I cannot answer this with certainty, so I would rather not. Please rephrase it or ask {policy.contact}."
        )
    return Verified(f"这个问题我没有把握答准，为免误导先不作答。请换个说法再问，或向{policy.contact}咨询。")
