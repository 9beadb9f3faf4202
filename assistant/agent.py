"""Model + tools + limits, on one page: LangChain's agent loop, bounded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelCallLimitMiddleware, ToolCallLimitMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from assistant.answer import ToolCall
from assistant.operations import traces
from assistant.planning.call import MOST_CALLS
from assistant.verify import parsed
from tools.rules import Policy
from tools.toolbox import Desk, tools

MOST_STEPS = 6  # model calls for one question
_PROMPT = Path(__file__).with_name("prompt.md")


@dataclass(frozen=True)
class Draft:
    """What the model wrote, unverified, and the tool calls behind it."""

    text: str
    calls: list[ToolCall]


class _Traced(AgentMiddleware[Any, Any, Any]):
    """A span for each tool call, with its name and nothing of its arguments."""

    def wrap_tool_call(self, request: Any, handler: Callable[[Any], Any]) -> Any:
        """The call itself."""
        with traces.span("tool", tool=str(request.tool_call["name"])):
            return handler(request)


def build(
    model: BaseChatModel, policy: Policy, as_of: date, more: Sequence[AgentMiddleware[Any, Any, Any]] = ()
) -> Any:
    """The agent as a LangGraph graph, with ``more`` middleware. It takes longer to build than most questions take to
    answer, keeps nothing of a question, and may be run from several threads."""
    limits: list[AgentMiddleware[Any, Any, Any]] = [
        *([_Traced()] if traces.on() else []),
        *more,
        ModelCallLimitMiddleware(run_limit=MOST_STEPS, exit_behavior="error"),
        ToolCallLimitMiddleware(run_limit=2 * MOST_CALLS, exit_behavior="error"),
    ]
    return create_agent(model, tools(), system_prompt=prompt(policy, as_of), context_schema=Desk, middleware=limits)


def run(agent: Any, desk: Desk, history: Sequence[BaseMessage], question: str) -> Draft:
    """One question through an agent from ``build``. Whatever the model raises passes through."""
    sent = [*history, HumanMessage(question)]
    messages = agent.invoke({"messages": sent}, context=desk)["messages"][len(sent) :]
    results = {message.tool_call_id: message for message in messages if isinstance(message, ToolMessage)}
    calls = [
        ToolCall(
            id=call["id"] or "", name=call["name"], arguments=call["args"], result=parsed(results[call["id"]].content)
        )
        for message in messages
        if isinstance(message, AIMessage)
        for call in message.tool_calls
        if call["id"] in results
    ]
    return Draft(str(messages[-1].text).strip() if messages else "", calls)


@cache
def _words() -> str:
    return _PROMPT.read_text(encoding="utf-8")


def prompt(policy: Policy, as_of: date) -> str:
    """The instructions, with the policy's own rules and entries listed."""
    return _words().format(
        title=policy.title,
        status=policy.status,
        as_of=as_of.isoformat(),
        contact=policy.contact,
        sample=next(iter(policy.awards.values())).clause_id if policy.awards else policy.text.clauses[0].id,
        awards="\n".join(
            f"- {rule.id}：{rule.name}，对象{rule.payee}，看{policy.measures[rule.by].name}"
            for rule in policy.awards.values()
        ),
        facts="\n".join(f"- {fact.id}：{fact.name}" for fact in policy.facts.values()),
        topics="\n".join(f"- {topic.id}：{topic.name}" for topic in policy.topics.values()),
    )
