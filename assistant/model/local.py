"""A GGUF file as a chat model run in this process, for sites without an outside connection.

A stream whose reader goes away gives no more than the token under way; while it waits its turn or still reads the
prompt it yields empty chunks, so that the reader can go away then too.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import ToolCallChunk, tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from assistant.model import MOST_TOKENS
from assistant.model.engine import PACKAGE, engine_of, is_installed, let_threads_sleep, parts_of
from assistant.model.gguf import is_gguf, is_whole
from tools.errors import SettingsError

SECONDS = 600.0  # the longest one request may take where nobody says less


def open_file(path: str, seconds: float = SECONDS) -> BaseChatModel:
    """The model in a GGUF file, loaded at its first use. Raises SettingsError when the file or the engine is not there."""
    file = Path(path).expanduser().resolve()
    told = f"环境变量 ASSISTANT_MODEL 所指的模型文件 {file} "
    try:
        if not file.is_file():
            raise SettingsError(f"{told}不存在。请检查路径，或改用 rules 不接大模型。")
        if not is_gguf(file):
            raise SettingsError(f"{told}不是 GGUF 文件。请换成 GGUF 格式的对话模型。")
        if not is_whole(file):
            raise SettingsError(f"{told}不完整，可能没有下载完。请重新下载或复制。")
    except OSError as error:
        raise SettingsError(f"{told}不能读取：{error.strerror}。请检查文件权限。") from error
    if not is_installed():
        raise SettingsError(f'运行本地模型还缺少一个 Python 包，请安装后重新启动：pip install "{PACKAGE}"')
    let_threads_sleep()
    return LocalModel(path=str(file), seconds=seconds)


class LocalModel(BaseChatModel):
    """The model of one file; models of the same file share one engine. Safe to use from several threads."""

    path: str
    seconds: float = SECONDS

    @property
    def _llm_type(self) -> str:
        return "gguf"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The model with tools to call; a model that does not mark its calls writes them as text."""
        if tool_choice:
            kwargs["tool_choice"] = "required" if tool_choice == "any" else tool_choice
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        request = {
            "messages": convert_to_openai_messages(messages),
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "cache_prompt": True,
            "stream": True,
            "stream_options": {"include_usage": True},
            "return_progress": True,  # a part after each batch of the prompt, to stop at
            **({"stop": stop} if stop else {}),
            **{name: value for name, value in kwargs.items() if name in ("tools", "tool_choice") and value},
        }
        reason, usage = "", None
        with closing(parts_of(engine_of(self.path), request, time.monotonic() + self.seconds)) as parts:
            for part in parts:
                usage = _usage(part) or usage
                for choice in part.get("choices", ()):
                    reason = choice.get("finish_reason") or reason
                chunk = ChatGenerationChunk(message=_message(part))
                if run_manager and chunk.text:
                    run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
        last = AIMessageChunk(content="", response_metadata={"finish_reason": reason}, usage_metadata=usage)
        last.chunk_position = "last"
        yield ChatGenerationChunk(message=last)


def _message(part: dict[str, Any]) -> AIMessageChunk:
    """A part's words and tool calls; what a model thinks aloud is left out."""
    delta: dict[str, Any] = next((choice.get("delta", {}) for choice in part.get("choices", ())), {})
    calls: list[ToolCallChunk] = [
        tool_call_chunk(
            name=call["function"].get("name"),
            args=call["function"].get("arguments"),
            id=call.get("id"),
            index=call.get("index"),
        )
        for call in delta.get("tool_calls", ())
    ]
    return AIMessageChunk(content=delta.get("content") or "", tool_call_chunks=calls)


def _usage(part: dict[str, Any]) -> UsageMetadata | None:
    used = part.get("usage")
    if not used:
        return None
    read, written = int(used["prompt_tokens"]), int(used["completion_tokens"])
    return UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
