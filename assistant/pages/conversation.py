"""What the conversation page shows at each moment, as updates of its components.

The browser keeps the conversation's id and nothing else; its turns are read again from the engine.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from html import escape
from typing import Any

import gradio as gr
from pydantic import ValidationError

from assistant.answer import QUESTION_LIMIT, AskRequest
from assistant.chat import Assistant
from assistant.events import Delta, Done, Status
from assistant.pages import render
from assistant.pages.examples import examples
from tools.errors import AssistantError, NotFoundError
from tools.rules import Policy

TURNS_SHOWN = 30
STEP = 0.12  # seconds between two looks at an answer that is being written; faster is slower and lumpier
CHIPS = 4  # places for questions to begin or go on with

_GO_ON = "<h2>接着问</h2>"
_TOO_LONG = f"问题超过 {QUESTION_LIMIT} 字的上限。请删减后再发送，或分几次提问。"
_log = logging.getLogger(__name__)

Updates = tuple[Any, ...]  # for chat, box, notice, conversation, text above the chips, and each chip


class Conversation:
    """What the page shows at each moment; every method yields or returns updates of all its outputs."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.policy = assistant.policies[assistant.default_policy]
        self.examples = examples(self.policy)[:CHIPS]
        self.welcome = _welcome(self.policy)

    def restore(self, conversation_id: str) -> Updates:
        """The conversation the browser remembers, or an empty page when there is none."""
        try:
            return self._shown(conversation_id)
        except NotFoundError:
            return self._shown("")
        except AssistantError as error:
            return self._shown("", notice=str(error), keep=conversation_id)

    def clear(self) -> Updates:
        return self._shown("")

    def ask(self, text: str, conversation_id: str) -> Iterator[Updates]:
        """One question: shown at once, answered sentence by sentence as the engine has verified them."""
        try:
            request = AskRequest(
                question=text or "", conversation_id=conversation_id or None, policy_id=self.policy.id, channel="web"
            )
        except ValidationError as error:
            yield self._refused(_told(error))
            return
        messages = [*self._history_or_nothing(conversation_id), _message("user", render.question(text))]
        yield self._under_way(messages, render.pending(), conversation_id, text="")
        try:
            try:
                yield from self._told(request, messages)
            except NotFoundError:  # the conversation was deleted meanwhile: begin a new one
                yield from self._told(request.model_copy(update={"conversation_id": None}), messages)
        except AssistantError as error:
            yield self._failed(str(error), text, conversation_id)
        except Exception:  # noqa: BLE001 - whatever it is, the person asking is told so and keeps the question
            _log.exception("a question from the page failed")
            yield self._failed("服务出错，这次没有得到回答。请稍后再发送一次。", text, conversation_id)

    def _shown(self, conversation_id: str, *, notice: str = "", keep: str = "") -> Updates:
        messages, suggestions = self._history(conversation_id)
        above = _GO_ON if messages else self.welcome
        questions = suggestions if messages else self.examples
        return self._updates(messages, gr.skip(), notice, conversation_id or keep, above, questions)

    def _told(self, request: AskRequest, messages: list[dict[str, str]]) -> Iterator[Updates]:
        """The words so far, not oftener than a browser shows them well, then the whole answer."""
        told, shown, conversation_id = "", time.monotonic(), request.conversation_id or ""
        with closing(self.assistant.stream(request)) as events:
            for event in events:
                if isinstance(event, Status):
                    conversation_id = event.conversation_id  # a reload in the middle finds the question again
                elif isinstance(event, Done):
                    yield self._shown(event.answer.conversation_id)
                elif isinstance(event, Delta):
                    told += event.text
                    if time.monotonic() - shown >= STEP:
                        shown = time.monotonic()
                        yield self._under_way(messages, render.partial(told), conversation_id, gr.skip())

    def _under_way(self, messages: list[dict[str, str]], html: str, conversation_id: str, text: Any) -> Updates:
        return self._updates([*messages, _message("assistant", html)], text, "", conversation_id, "", [])

    def _failed(self, notice: str, text: str, conversation_id: str) -> Updates:
        messages = self._history_or_nothing(conversation_id)
        questions = [] if messages else self.examples
        return self._updates(messages, text, notice, conversation_id, self.welcome, questions)

    def _refused(self, notice: str) -> Updates:
        return (gr.skip(), gr.skip(), _notice(notice), *[gr.skip()] * (2 + CHIPS))

    def _updates(
        self,
        messages: list[dict[str, str]],
        text: Any,  # for the box; skipped where it is the user's to type in meanwhile
        notice: str,
        conversation_id: str,
        above: str,
        questions: list[str],
    ) -> Updates:
        filled = [*questions, *[""] * CHIPS][:CHIPS]
        return (
            gr.update(value=messages, visible=bool(messages)),
            text,
            _notice(notice),
            conversation_id,
            gr.update(value=above, visible=bool(questions)),
            *(gr.update(value=chip, visible=bool(chip)) for chip in filled),
        )

    def _history(self, conversation_id: str) -> tuple[list[dict[str, str]], list[str]]:
        """The conversation's messages and what its last answer suggests to ask next."""
        turns = self.assistant.conversation(conversation_id)[-TURNS_SHOWN:] if conversation_id else []
        messages: list[dict[str, str]] = []
        for turn in turns:
            told = render.answer(turn.answer, self.assistant.policies) if turn.answer else render.unfinished()
            messages += [_message("user", render.question(turn.question)), _message("assistant", told)]
        last = turns[-1].answer if turns else None
        return messages, list(last.suggestions) if last else []

    def _history_or_nothing(self, conversation_id: str) -> list[dict[str, str]]:
        try:
            return self._history(conversation_id)[0]
        except AssistantError:
            return []


def _message(role: str, html: str) -> dict[str, str]:
    return {"role": role, "content": html}


def _notice(text: str) -> str:
    return f'<p role="alert">{escape(text)}</p>' if text else ""


def _told(error: ValidationError) -> str:
    kind = error.errors()[0]["type"]
    return {"string_too_long": _TOO_LONG, "string_too_short": "请先输入问题。"}.get(
        kind, "问题中有无法识别的字符，请删去后再发送。"
    )


def _welcome(policy: Policy) -> str:
    awards = "、".join(rule.name for rule in policy.awards.values())
    return f"""<div class="welcome">
<p><b>能算：</b>{escape(awards)}。请说明企业情况和金额，金额带上单位（万元或亿元）。</p>
<p><b>能查：</b>期限、条件、负责单位、引用的文件；每个回答都附条款原文，点开可逐字核对。</p>
<p><b>文件没有规定的：</b>会直接说明，请向{escape(policy.contact)}咨询。</p>
</div>
<h2>可以这样问</h2>"""
