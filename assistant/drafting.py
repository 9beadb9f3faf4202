"""From a question to a verified draft: the rules plan, the tools compute, the rules write from the results.

A configured chat model plans in their place only where the rules found nothing to look up; what it may hand to a tool is
checked (``assistant.gate``), and the draft is written from the results by the rules all the same.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from assistant.answer import ToolCall
from assistant.operations.metrics import metrics
from assistant.reading.cleaning import clean
from assistant.reading.language import language_of
from assistant.store import Turn
from tools.rules import Policy

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from assistant.facts import Facts
    from assistant.verify import Verified
    from tools.toolbox import Desk

# Look-ups where the rules found none, from the desk, the messages before, what the user said, and the question.
Plan = Callable[["Desk", "Sequence[BaseMessage]", Sequence[str], str], list[ToolCall]]
REMEMBERED = 20  # turns of a conversation that count
_SEARCHED = 500  # characters of a question that are searched by
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ready:
    """A verified draft with the facts behind it."""

    facts: "Facts"
    checked: "Verified"

    @property
    def results(self) -> list[Any]:
        return [call.result for call in self.facts.calls]

    @property
    def unanswered(self) -> bool:
        """Whether nothing was found to answer the question with; staff should look at it."""
        return not self.facts.calls or _found_nothing(self)

    @property
    def worth_telling(self) -> bool:
        """Whether a chat model is asked to tell it: one computed outcome.

        Of one outcome every statement can be held against what was computed. Whose of several firms a sum is, which part
        of a range, or who owns and decides what the text states, can be told falsely in ways no check knows to be false:
        lists, tables and the text's own sentences are the rules' words, as are questions back, refusals and open points.
        """
        outcomes = self.facts.outcomes
        return len(outcomes) == 1 and outcomes[0]["type"] != "missing" and not self.facts.tables


def ready(turn: Turn, before: Sequence[Turn], desk: "Desk") -> Ready:
    """The rules' draft for a turn."""
    from assistant import agent
    from assistant.checks import kind_of

    history, said = _context(turn, before)
    draft = agent.run(_rules_agent(desk.policy, desk.as_of), desk, history, turn.question)
    found = _verified(draft.text, draft.calls, desk, said)
    if found.checked.faults:
        metrics().faults.labels("draft").inc()
        _log.error("the rules' draft failed verification: %s", "; ".join(map(kind_of, found.checked.faults)))
        return _unsure(desk, said)
    return found


def sought(found: Ready, turn: Turn, before: Sequence[Turn], desk: "Desk", plan: "Plan") -> Ready:
    """``found``; where the rules found nothing to look up, the draft from what ``plan`` looks up instead."""
    from assistant.rules_model import RulesModel

    history, said = _context(turn, before)
    if not _found_nothing(found) or not (calls := plan(desk, history, said, turn.question)):
        return found
    model = RulesModel(policy=desk.policy, as_of=desk.as_of)
    other = _verified(model.written([*history, _human(turn.question)], calls), calls, desk, said)
    return found if other.checked.faults else other


@lru_cache(maxsize=16)  # most questions are about today; a policy is told from another by its identity
def _rules_agent(policy: Policy, as_of: date) -> Any:
    from assistant import agent
    from assistant.rules_model import RulesModel

    return agent.build(RulesModel(policy=policy, as_of=as_of), policy, as_of)


def _context(turn: Turn, before: Sequence[Turn]) -> "tuple[list[BaseMessage], list[str]]":
    """What was said before, and the questions up to this one as they are read."""
    recent = before[-REMEMBERED:]
    return _history(recent), [clean(one.question) for one in (*recent, turn)]


def _verified(text: str, calls: list[ToolCall], desk: "Desk", said: list[str]) -> Ready:
    from assistant.facts import Facts
    from assistant.gate import invented
    from assistant.model.prompts import instructions
    from assistant.verify import verify

    facts = Facts(desk.policy, desk.as_of, said, calls, text, partial(instructions, desk.policy, language_of(said[-1])))
    checked = verify(text, facts)
    checked.faults.extend(
        f"参数没有出处：{one}" for call in calls for one in invented(call.arguments, said, desk.policy.text.text)
    )
    return Ready(facts, checked)


def _found_nothing(found: Ready) -> bool:
    return any(result.get("declined") == "not_found" for result in found.results)


def _history(before: Sequence[Turn]) -> "list[BaseMessage]":
    from langchain_core.messages import AIMessage

    from assistant.rules_model import ASKED

    history: list[BaseMessage] = []
    for turn in before:
        history.append(_human(turn.question))
        if turn.answer:
            history.append(AIMessage(turn.answer.answer, additional_kwargs={ASKED: turn.answer.missing}))
    return history


def _human(text: str) -> "BaseMessage":
    from langchain_core.messages import HumanMessage

    return HumanMessage(text)


def _unsure(desk: "Desk", said: list[str]) -> Ready:
    """Told when no draft can be verified: the sentence of the text that bears on the question, and whom to ask."""
    from assistant.writing.write import BOOKS

    words = BOOKS[language_of(said[-1])]
    for hit in desk.search(said[-1][:_SEARCHED], 1):
        if hit.sentence:
            found = _verified(words.unsure(desk.policy.contact, hit.clause_id, hit.sentence.text), [], desk, said)
            if not found.checked.faults:
                return found
    return _verified(words.unsure(desk.policy.contact), [], desk, said)
