"""The tool calls an answer was made of, made again: what a replay puts in the place of a chat model that planned them."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from assistant import agent
from assistant.answer import ToolCall
from assistant.scripted import ScriptedModel

if TYPE_CHECKING:
    from tools.toolbox import Desk

_OF_THE_RULES = re.compile(r"[0-9a-f]{32}")  # as assistant.rules_model names its calls; no provider does


class KeptPlan:
    """Stands where a speaker stands, and plans what was planned."""

    def __init__(self, calls: Sequence[ToolCall]) -> None:
        self._calls = [call for call in calls if not _OF_THE_RULES.fullmatch(call.id)]

    def plan(self, desk: "Desk", history: Sequence[BaseMessage], said: Sequence[str], question: str) -> list[ToolCall]:
        """The calls with what they give today; empty where the rules had planned them."""
        if not self._calls:
            return []
        return agent.run(agent.build(_Calling(calls=self._calls), desk.policy, desk.as_of), desk, [], question).calls


class _Calling(ScriptedModel):
    """Makes its calls, and says nothing."""

    calls: list[ToolCall]

    @property
    def _llm_type(self) -> str:
        return "kept"

    def reply(self, messages: Sequence[BaseMessage]) -> AIMessage:
        if any(isinstance(message, ToolMessage) for message in messages):
            return AIMessage("")
        calls = [{"name": call.name, "args": call.arguments, "id": call.id} for call in self.calls]
        return AIMessage("", tool_calls=calls)
