"""What the conversation page shows at each moment, as updates of its components.

The browser keeps the conversation's id and nothing else; its turns are read again from the engine. What is typed is
the user's alone: nothing here touches the box. A question that failed comes back by the notice that says so
(``sending.js``).
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
LOOK = 0.5  # seconds between two looks at an answer another view of the page asked for
CHIPS = 4  # places for questions to begin or go on with

_GO_ON = "<h2>接着问</h2>"
_TOO_LONG = f"问题超过 {QUESTION_LIMIT} 字的上限。请删减后再发送，或分几次提问。"
_log = logging.getLogger(__name__)

Updates = tuple[Any, ...]  # for chat, notice, conversation, text above the chips, turn, and each chip


class Conversation:
    """What the page shows at each moment; every method yields or returns updates of all its outputs."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.policy = assistant.policies[assistant.default_policy]
        self.examples = examples(self.policy)[:CHIPS]
        self.welcome = _welcome(self.policy)
        self._under_way: set[str] = set()  # turns this process is answering

    def restore(self, conversation_id: str) -> Iterator[Updates]:
        """The conversation the browser remembers, or an empty page when there is none.

        A question that is still being answered, as after a reload in the middle, is waited for.
        """
        if not conversation_id:  # the page is as it begins, unless somebody has asked meanwhile: that stays on it
            yield self._noticed(self._notice())
            return
        try:
            yield from self._opened(conversation_id)
        except NotFoundError:
            yield self._shown("", notice=self._notice())
        except AssistantError as error:
            yield self._shown("", notice=str(error), keep=conversation_id)

    def reopen(self, conversation_id: str) -> Iterator[Updates]:
        """An earlier conversation; what is on the page stays where there is none any more."""
        try:
            yield from self._opened(conversation_id)
        except NotFoundError:
            yield self._noticed("没有找到这次对话，可以把它从列表中移除。")
        except AssistantError as error:
            yield self._noticed(str(error))

    def begin(self) -> Updates:
        """A new conversation; the one before stays kept."""
        return self._shown("", notice=self._notice())

    def ask(self, text: str, conversation_id: str) -> Iterator[Updates]:
        """One question: shown at once, answered sentence by sentence as the engine has verified them."""
        try:
            request = AskRequest(
                question=text or "", conversation_id=conversation_id or None, policy_id=self.policy.id, channel="web"
            )
        except ValidationError as error:
            yield self._noticed(_told(error))
            return
        messages = [*self._history_or_nothing(conversation_id), _message("user", render.question(text))]
        yield self._writing(messages, render.pending(), conversation_id, gr.skip())
        try:
            try:
                yield from self._told(request, messages)
            except NotFoundError:  # the conversation was deleted meanwhile: begin a new one
                yield from self._told(request.model_copy(update={"conversation_id": None}), messages)
        except AssistantError as error:
            yield self._failed(str(error), conversation_id)
        except Exception:  # noqa: BLE001 - whatever it is, the person asking is told so
            _log.exception("a question from the page failed")
            yield self._failed("服务出错，这次没有得到回答。请稍后再发送一次。", conversation_id)

    def _shown(self, conversation_id: str, *, notice: str = "", keep: str = "") -> Updates:
        messages, suggestions = self._history(conversation_id)
        above = _GO_ON if messages else self.welcome
        questions = suggestions if messages else self.examples
        return self._updates(messages, notice, conversation_id or keep, above, questions, gr.skip())

    def _told(self, request: AskRequest, messages: list[dict[str, str]]) -> Iterator[Updates]:
        """The words so far, not oftener than a browser shows them well, then the whole answer."""
        told, shown, conversation_id, turn_id = "", time.monotonic(), request.conversation_id or "", ""
        try:
            with closing(self.assistant.stream(request)) as events:
                for event in events:
                    if isinstance(event, Status):  # from here on a reload in the middle finds the question again
                        conversation_id, turn_id = event.conversation_id, event.turn_id
                        self._under_way.add(turn_id)
                        yield self._writing(messages, render.pending(), conversation_id, turn_id)
                    elif isinstance(event, Done):
                        yield self._shown(event.answer.conversation_id)
                    elif isinstance(event, Delta):
                        told += event.text
                        if time.monotonic() - shown >= STEP:
                            shown = time.monotonic()
                            yield self._writing(messages, render.partial(told), conversation_id, turn_id)
        finally:
            self._under_way.discard(turn_id)

    def _opened(self, conversation_id: str) -> Iterator[Updates]:
        """A kept conversation, and once more when its question that is being answered has its answer."""
        until = time.monotonic() + self.assistant.longest.total_seconds()
        waits = still = self._waits(conversation_id)
        yield self._shown(conversation_id, notice=self._notice())
        while still and time.monotonic() < until:
            time.sleep(LOOK)
            still = self._waits(conversation_id)
        if waits:
            yield self._shown(conversation_id)

    def _notice(self) -> str:
        """What an operator tells while the assistant is turned off: at once, not only when somebody asks."""
        try:
            return self.assistant.notice()
        except AssistantError as error:
            return str(error)

    def _waits(self, conversation_id: str) -> bool:
        """Whether this process is answering a question of the conversation."""
        if not conversation_id or not self._under_way:
            return False
        turns = self.assistant.conversation(conversation_id)
        return any(turn.answer is None and turn.turn_id in self._under_way for turn in turns)

    def _writing(self, messages: list[dict[str, str]], html: str, conversation_id: str, turn: Any) -> Updates:
        return self._updates([*messages, _message("assistant", html)], "", conversation_id, "", [], turn)

    def _failed(self, notice: str, conversation_id: str) -> Updates:
        messages = self._history_or_nothing(conversation_id)
        questions = [] if messages else self.examples
        return self._updates(messages, notice, conversation_id, self.welcome, questions, gr.skip())

    def _noticed(self, notice: str) -> Updates:
        return (gr.skip(), _notice(notice), *[gr.skip()] * (3 + CHIPS))

    def _updates(
        self,
        messages: list[dict[str, str]],
        notice: str,
        conversation_id: str,
        above: str,
        questions: list[str],
        turn: Any,  # the one that the engine made of the question; its id says that the question is kept
    ) -> Updates:
        filled = [*questions, *[""] * CHIPS][:CHIPS]
        return (
            gr.update(value=messages, visible=bool(messages)),
            _notice(notice),
            conversation_id,
            gr.update(value=above, visible=bool(questions)),
            turn,
            *(gr.update(value=chip, visible=bool(chip)) for chip in filled),
        )

    def _history(self, conversation_id: str) -> tuple[list[dict[str, str]], list[str]]:
        """The conversation's messages and what its last answer suggests to ask next."""
        turns = self.assistant.conversation(conversation_id)[-TURNS_SHOWN:] if conversation_id else []
        messages: list[dict[str, str]] = []
        for turn in turns:
            if turn.answer:
                told = render.answer(turn.answer, self.assistant.policies, turn.rating)
            else:
                told = render.pending() if turn.turn_id in self._under_way else render.unfinished()
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
