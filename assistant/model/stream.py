"""A model's words as they come, within a time limit that holds whatever the connection does."""

import operator
import queue
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from langchain_core.messages import AIMessage, BaseMessage, message_chunk_to_message

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.runnables import Runnable

_TICK = 0.2  # seconds between looks whether the reader is still there
_HELD = 256  # parts waiting to be read


class ModelError(Exception):
    """The model gave no usable stream. ``kind`` is one of ``timeout``, ``limited``, ``refused``, ``broken``;
    ``rest`` the seconds it asked to be left alone, where it did."""

    def __init__(self, kind: str, rest: float | None = None) -> None:
        super().__init__(kind)
        self.kind, self.rest = kind, rest


@dataclass(frozen=True, slots=True)
class Chunk:
    """Words, or the tokens used (input, output) where the provider tells them; ``ended`` by the model itself."""

    text: str = ""
    tokens: tuple[int, int] | None = None
    ended: bool = False


def stream(model: "BaseChatModel", messages: Sequence[BaseMessage], deadline: float) -> Generator[Chunk, None, None]:
    """The words of ``arriving``, as they come. Raises and closes as it does."""
    with closing(arriving(model, messages, deadline)) as parts:
        for part in parts:
            usage = getattr(part, "usage_metadata", None)
            reason = str(part.response_metadata.get("finish_reason") or part.response_metadata.get("done_reason"))
            tokens = (usage["input_tokens"], usage["output_tokens"]) if usage else None
            yield Chunk(str(part.text), tokens, reason in ("stop", "end_turn", "eos"))


def whole(
    model: "Runnable[LanguageModelInput, AIMessage]", messages: Sequence[BaseMessage], deadline: float
) -> BaseMessage:
    """The model's message, with its tool calls, once it is whole. Raises as ``arriving`` does."""
    with closing(arriving(model, messages, deadline)) as parts:
        return message_chunk_to_message(reduce(operator.add, parts))


def arriving(
    model: "Runnable[LanguageModelInput, AIMessage]", messages: Sequence[BaseMessage], deadline: float
) -> Generator[AIMessage, None, None]:
    """The parts of the model's message until it ends. Raises ModelError at its failure or at the ``deadline``
    (monotonic seconds), after which it is not asked.

    Closing the iterator stops the model: its connection is closed at the next part.
    """
    parts: queue.Queue[AIMessage | BaseException | None] = queue.Queue(_HELD)
    stop = threading.Event()

    def put(item: AIMessage | BaseException | None) -> None:
        while not stop.is_set():
            try:
                parts.put(item, timeout=_TICK)
                return
            except queue.Full:
                continue

    def work() -> None:
        try:
            for part in model.stream(list(messages)):
                if stop.is_set():
                    return
                put(part)
            put(None)
        except BaseException as error:  # noqa: BLE001 - told to the reader's thread, whatever it is
            put(error)

    try:
        if time.monotonic() < deadline:
            threading.Thread(target=work, name="chat-model", daemon=True).start()
        while (left := deadline - time.monotonic()) > 0:
            try:
                item = parts.get(timeout=left)
            except queue.Empty:
                break
            if item is None:
                return
            if isinstance(item, BaseException):
                raise as_model_error(item) from item
            yield item
        raise ModelError("timeout")
    finally:
        stop.set()


def as_model_error(error: BaseException) -> ModelError:
    """A provider's error as ours, by what HTTP says of it; provider packages share no exception types. Never raises."""
    if isinstance(error, ModelError):
        return error
    try:
        return _by_status(error)
    except Exception:  # noqa: BLE001 - an error that cannot be looked at, such as one without its response
        return ModelError("broken")


def _by_status(error: BaseException) -> ModelError:
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    if status == 429:
        after = str((getattr(response, "headers", None) or {}).get("retry-after", ""))
        return ModelError("limited", float(after) if after.isdecimal() else None)
    if "timeout" in type(error).__name__.lower() or isinstance(error, TimeoutError):
        return ModelError("timeout")
    return ModelError("refused" if status else "broken")
