"""The page at ``/``: a conversation about the policy, each answer with its clauses to open.

The browser keeps the conversation's id and nothing else; its turns are read again from the engine.
Gradio is imported here and nowhere else.
"""

import logging
from collections.abc import Iterator
from html import escape
from typing import Any

import gradio as gr
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.middleware.cors import CORSMiddleware

from assistant.answer import QUESTION_LIMIT, AskRequest
from assistant.chat import Assistant
from assistant.pages import render
from assistant.pages.examples import examples
from assistant.pages.frame import Frame
from assistant.pages.policy import day, link
from tools.errors import AssistantError, NotFoundError
from tools.rules import Policy

TURNS_SHOWN = 30
CHIPS = 4

_TITLE = "政策问答"
_LEAD = "说出企业的情况来提问，回答逐条附上政策原文。"
_GO_ON = "<h2>接着问</h2>"
_FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "system-ui", "sans-serif"]
# Only as much of a long text is sent as shows that it is too long; what was typed stays where it is.
_SENT = f"(text, id) => [Array.from((text || '').trim()).slice(0, {QUESTION_LIMIT + 1}).join(''), id]"
_TO_LAST_QUESTION = """() => requestAnimationFrame(() => {
  const said = document.querySelectorAll('.said');
  if (said.length) said[said.length - 1].scrollIntoView({block: 'start', behavior: 'instant'});
})"""
_TOO_LONG = f"问题超过 {QUESTION_LIMIT} 字的上限。请删减后再发送，或分几次提问。"
_log = logging.getLogger(__name__)

Updates = tuple[Any, ...]  # one for each output, in the order of ``_blocks``


class AskPage:
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
        """One question: shown at once, answered when the engine has answered."""
        try:
            request = AskRequest(
                question=text, conversation_id=conversation_id or None, policy_id=self.policy.id, channel="web"
            )
        except ValidationError as error:
            yield self._refused(_told(error))
            return
        yield self._waiting(text, conversation_id)
        try:
            try:
                answer = self.assistant.ask(request)
            except NotFoundError:  # the conversation was deleted meanwhile: begin a new one
                answer = self.assistant.ask(request.model_copy(update={"conversation_id": None}))
            yield self._shown(answer.conversation_id)
        except AssistantError as error:
            yield self._failed(str(error), text, conversation_id)
        except Exception:
            _log.exception("a question from the page failed")
            yield self._failed("服务出错，这次没有得到回答。请稍后再发送一次。", text, conversation_id)

    def _shown(self, conversation_id: str, *, notice: str = "", text: str = "", keep: str = "") -> Updates:
        messages, suggestions = self._history(conversation_id)
        above = _GO_ON if messages else self.welcome
        questions = suggestions if messages else self.examples
        return self._updates(messages, text, notice, conversation_id or keep, above, questions)

    def _waiting(self, text: str, conversation_id: str) -> Updates:
        messages = self._history_or_nothing(conversation_id)
        messages += [_message("user", render.question(text)), _message("assistant", render.pending())]
        return self._updates(messages, "", "", conversation_id, "", [])

    def _failed(self, notice: str, text: str, conversation_id: str) -> Updates:
        messages = self._history_or_nothing(conversation_id)
        questions = [] if messages else self.examples
        return self._updates(messages, text, notice, conversation_id, self.welcome, questions)

    def _refused(self, notice: str) -> Updates:
        return (gr.skip(), gr.skip(), _notice(notice), *[gr.skip()] * (2 + CHIPS))

    def _updates(
        self,
        messages: list[dict[str, str]],
        text: str,
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


def _header(page: AskPage) -> str:
    policy = page.policy
    return f"""<header class="top">
<h1>{_TITLE}</h1>
<p class="lead">{_LEAD}</p>
<p class="source"><a href="{escape(link(policy.id, ""))}">《{escape(policy.title)}》</a>
<span>{escape(policy.status)}</span>
<span>有效期 {day(policy.in_force_from)} 至 {day(policy.in_force_to)}</span></p>
</header>"""


def _welcome(policy: Policy) -> str:
    awards = "、".join(rule.name for rule in policy.awards.values())
    return f"""<div class="welcome">
<p><b>能算：</b>{escape(awards)}。请说明企业情况和金额，金额带上单位（万元或亿元）。</p>
<p><b>能查：</b>期限、条件、负责单位、引用的文件；每个回答都附条款原文，点开可逐字核对。</p>
<p><b>文件没有规定的：</b>会直接说明，请向{escape(policy.contact)}咨询。</p>
</div>
<h2>可以这样问</h2>"""


def _blocks(page: AskPage) -> gr.Blocks:
    with gr.Blocks(title=_TITLE, analytics_enabled=False, fill_width=True) as blocks:
        conversation = gr.BrowserState("", storage_key="policy-conversation", secret="policy-conversation")
        gr.HTML(_header(page), elem_id="top", js_on_load=None)
        with gr.Column(elem_id="main"):
            chat = gr.Chatbot(
                elem_id="chat",
                label="对话",
                show_label=False,
                container=False,
                visible=False,
                height=None,
                autoscroll=False,
                latex_delimiters=[],
                buttons=[],
                feedback_options=None,
                allow_tags=False,
                group_consecutive_messages=False,
            )
            above = gr.HTML(page.welcome, elem_id="chips-title", js_on_load=None)
            with gr.Row(elem_id="chips"):
                chips = [
                    gr.Button(text, elem_classes="chip", size="md", visible=bool(text))
                    for text in [*page.examples, *[""] * CHIPS][:CHIPS]
                ]
        with gr.Column(elem_id="dock"):
            notice = gr.HTML("", elem_id="notice", js_on_load=None)
            with gr.Row(elem_id="ask"):
                box = gr.Textbox(
                    elem_id="box",
                    label="您的问题",
                    placeholder="输入问题，金额请带上单位",
                    lines=1,
                    max_lines=5,
                    show_label=False,
                    container=False,
                    scale=1,
                )
                send = gr.Button("发送", variant="primary", elem_id="send", scale=0, min_width=88)
            with gr.Row(elem_id="foot"):
                gr.HTML("<p>AI生成，仅供参考，以政策原文为准。请勿输入个人信息。</p>", elem_id="label", js_on_load=None)
                clear = gr.Button("清空对话", elem_id="clear", size="sm", scale=0, min_width=88)
        outputs = [chat, box, notice, conversation, above, *chips]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asks = [box.submit, send.click, *(chip.click for chip in chips)]
        for source, event in zip([box, box, *chips], asks, strict=True):
            asked = event(page.ask, [source, conversation], outputs, js=_SENT, concurrency_limit=16, **quiet)
            asked.then(None, js=_TO_LAST_QUESTION, **quiet)
        clear.click(page.clear, None, outputs, **quiet)
        restored = blocks.load(page.restore, conversation, outputs, **quiet)
        restored.then(None, js=_TO_LAST_QUESTION, **quiet)
    return blocks.queue(max_size=200)


def mounted(assistant: Assistant) -> FastAPI:
    """The page as an application of its own."""
    host = FastAPI(openapi_url=None)
    page = AskPage(assistant)
    text = link(page.policy.id, "")
    host.add_middleware(
        Frame,
        title=_TITLE,
        description=f"{_LEAD}依据：《{page.policy.title}》。",
        noscript=f'<p>对话需要 JavaScript。政策原文可直接阅读：<a href="{escape(text)}">{escape(page.policy.title)}</a></p>',
    )
    host.add_middleware(CORSMiddleware)  # no origins; without one of the host's, Gradio reflects any origin
    gr.mount_gradio_app(
        host,
        _blocks(page),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(primary_hue="blue", neutral_hue="slate", text_size="lg", font=_FONT, font_mono=_FONT),
    )
    return host
