"""A chat model without network or weights: it plans tool calls from the question and writes from their results.

It stands where any LangChain chat model stands: same graph, tools, history and checks. It sees only the
messages; the policy gives it its words, ``as_of`` the day 去年 counts from.
"""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from assistant.answer import ToolCall
from assistant.planning.plan import plan
from assistant.reading.followup import follow
from assistant.reading.question import Question, read
from assistant.scripted import ScriptedModel
from assistant.verify import parsed
from assistant.writing.write import write
from tools.rules import Policy

ASKED = "missing"  # where an answer's message keeps the fact it asked for


class RulesModel(ScriptedModel):
    """The rules as a chat model. ``reply`` never raises on any text."""

    policy: Any  # a tools.rules.Policy; pydantic need not look into it
    as_of: date

    @property
    def _llm_type(self) -> str:
        return "rules"

    def reply(self, messages: Sequence[BaseMessage]) -> AIMessage:
        asked = heard(messages, self.policy, self.as_of)
        results = [parsed(message.content) for message in _since_question(messages) if isinstance(message, ToolMessage)]
        if calls := plan(asked, self.policy, results):
            return AIMessage(
                "", tool_calls=[{"name": c.name, "args": dict(c.arguments), "id": uuid.uuid4().hex} for c in calls]
            )
        return AIMessage(write(asked, results))

    def written(self, messages: Sequence[BaseMessage], calls: Sequence[ToolCall]) -> str:
        """The answer to the conversation's last question from the results of ``calls``, whoever planned them."""
        return write(heard(messages, self.policy, self.as_of), [call.result for call in calls])


def heard(messages: Sequence[BaseMessage], policy: Policy, as_of: date) -> Question:
    """The conversation read forward, message by message, into the question now asked."""
    asked: str | None = None
    question: Question | None = None
    for message in messages:
        if isinstance(message, AIMessage):
            asked = message.additional_kwargs.get(ASKED)
        elif isinstance(message, HumanMessage):
            now = read(str(message.content), policy, as_of)
            question = follow(question, now, asked, policy) if question else now
    if question is None:
        raise ValueError("a conversation without a question")
    return question


def _since_question(messages: Sequence[BaseMessage]) -> Sequence[BaseMessage]:
    last = max(at for at, message in enumerate(messages) if isinstance(message, HumanMessage))
    return messages[last + 1 :]
