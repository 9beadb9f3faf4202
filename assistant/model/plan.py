"""A chat model finds what to look up where the rules found nothing: it plans, the tools answer, nothing of its words is kept.

Models with native tool calls and those that write them as text both work; servers that know no tools get the tools in
the prompt. What a call may hold is checked before it is made.
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from langchain.agents.middleware import AgentMiddleware, ModelResponse
from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError
from langchain.agents.middleware.tool_call_limit import ToolCallLimitExceededError
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage, trim_messages
from langchain_core.messages.utils import count_tokens_approximately

from assistant import agent
from assistant.answer import ToolCall
from assistant.gate import invented, misplaced
from assistant.model.stream import ModelError, as_model_error, whole

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from tools.toolbox import Desk

_HISTORY = 1500  # tokens of the conversation before that a model is told
_NO_TOOLS = (400, 404, 422, 500, 501)  # what servers say that know no tools, or none in a stream
_FOUND = ("tiers", "units", "sentences", "in_force", "entry_id")  # what a result holds when something was looked up
_CALL = re.compile(r"<tool(?:_call)?>(.*?)</tool(?:_call)?>|```(?:json)?\s*(.*?)```", re.DOTALL)


def plan(
    model: "BaseChatModel",
    desk: "Desk",
    history: "Sequence[BaseMessage]",
    said: Sequence[str],
    question: str,
    until: float,
) -> list[ToolCall]:
    """The calls that found something. Raises ModelError when the model fails or has not ended at ``until`` (monotonic
    seconds): then it is stopped, and neither it nor a tool is called any more.

    A model that calls tools without end, or none, found nothing; it did not fail.
    """
    recent = trim_messages(
        history, max_tokens=_HISTORY, token_counter=count_tokens_approximately, strategy="last", start_on="human"
    )
    try:
        built = agent.build(model, desk.policy, desk.as_of, [TextCalls(), Gate(said, desk), InTime(until)])
        calls = agent.run(built, desk, recent, question).calls
    except (ModelCallLimitExceededError, ToolCallLimitExceededError):
        return []
    except Exception as error:
        raise as_model_error(error) from error
    return [call for call in calls if _found(call.result)]


def _found(result: Any) -> bool:
    if not isinstance(result, dict) or "error" in result:
        return False
    outcomes = result.get("outcomes", ())
    return any(one["type"] != "missing" for one in outcomes) or any(key in result for key in _FOUND)


class Gate(AgentMiddleware[Any, Any, Any]):
    """Turns a call away, with the reason, when it holds what nobody said."""

    def __init__(self, said: Sequence[str], desk: "Desk") -> None:
        super().__init__()
        self._said, self._desk = said, desk

    def wrap_tool_call(self, request: Any, handler: Callable[[Any], Any]) -> Any:
        """The call itself, or an error in its place."""
        call = request.tool_call
        reasons = [
            *invented(call["args"], self._said),
            *misplaced(call["args"], self._said, self._desk.policy),
        ]
        if not reasons:
            return handler(request)
        error = {"error": f"{'；'.join(reasons)}：用户没有这样说过，请用用户原话，没说的留空。"}
        return ToolMessage(json.dumps(error, ensure_ascii=False), tool_call_id=call["id"], name=call["name"])


class InTime(AgentMiddleware[Any, Any, Any]):
    """Calls the model and the tools until a time only; a model that is still writing then is stopped."""

    def __init__(self, until: float) -> None:
        super().__init__()
        self._until = until

    def wrap_model_call(self, request: Any, _: Callable[[Any], Any]) -> Any:
        """The model's message; the handler would wait for it however long it takes."""
        tools, told = request.tools, [request.system_message, *request.messages]
        model = request.model.bind_tools(tools, tool_choice=request.tool_choice) if tools else request.model
        return ModelResponse(result=[whole(model, [one for one in told if one], self._until)])

    def wrap_tool_call(self, request: Any, handler: Callable[[Any], Any]) -> Any:
        """The call itself, while there is time."""
        if time.monotonic() >= self._until:
            raise ModelError("timeout")
        return handler(request)


class TextCalls(AgentMiddleware[Any, Any, Any]):
    """Reads tool calls that a model writes as text; asks a server that knows no tools for such text."""

    def __init__(self) -> None:
        super().__init__()
        self._as_text = False
        self._names: set[str] = set()

    def wrap_model_call(self, request: Any, handler: Callable[[Any], Any]) -> Any:
        """The model's message, with the calls in its text as calls."""
        self._names = {tool.name for tool in request.tools}
        if not self._as_text:
            try:
                return self._read(handler(request))
            except ModelError as error:
                cause = error.__cause__
                if getattr(cause, "status_code", 0) not in _NO_TOOLS or "tool" not in str(cause).lower():
                    raise
                self._as_text = True
        return self._read(handler(self._without_tools(request)))

    def _read(self, response: Any) -> Any:
        message = response.result[0]
        silent = isinstance(message, AIMessage) and not message.tool_calls
        if silent and (calls := written_calls(str(message.text), self._names)):
            response.result[0] = AIMessage("", tool_calls=calls)
        return response

    def _without_tools(self, request: Any) -> Any:
        listed = [
            {"name": tool.name, "description": tool.description, "parameters": tool.args} for tool in request.tools
        ]
        told = "\n可用的工具：\n" + "\n".join(json.dumps(one, ensure_ascii=False, default=str) for one in listed)
        told += '\n要用工具时只写：<tool>{"name": "…", "arguments": {…}}</tool>'
        system = SystemMessage(f"{request.system_message.content if request.system_message else ''}{told}")
        messages = [_as_text(message) for message in request.messages]
        return request.override(tools=[], system_message=system, messages=messages, tool_choice=None)


def written_calls(text: str, names: set[str]) -> list[dict[str, Any]]:
    """Tool calls written as ``<tool>{…}</tool>``, a fenced block or bare JSON; those of unknown tools are left out."""
    parts = [first or second for first, second in _CALL.findall(text)] or [text]
    calls: list[dict[str, Any]] = []
    for part in parts:
        for found in _objects(part):
            name, arguments = found.get("name"), found.get("arguments", found.get("parameters", {}))
            if name in names and isinstance(arguments, dict):
                calls.append({"name": name, "args": arguments, "id": f"text-{len(calls)}"})
    return calls


def _objects(text: str) -> list[dict[str, Any]]:
    """The JSON objects of a text, one after the other or in a list."""
    found: list[dict[str, Any]] = []
    decoder, at = json.JSONDecoder(), text.find("{")
    while 0 <= at < len(text) and len(found) < agent.MOST_STEPS:
        try:
            value, end = decoder.raw_decode(text, at)
        except ValueError:
            end = at + 1
        else:
            found.append(value)
        at = text.find("{", end)
    return found


def _as_text(message: BaseMessage) -> BaseMessage:
    if isinstance(message, AIMessage) and message.tool_calls:
        calls = [{"name": call["name"], "arguments": call["args"]} for call in message.tool_calls]
        return AIMessage("\n".join(f"<tool>{json.dumps(call, ensure_ascii=False)}</tool>" for call in calls))
    if isinstance(message, ToolMessage):
        return HumanMessage(f"工具结果：{message.content}")
    return message
