"""The page at ``/``: a conversation about the policy, each answer with its clauses to open."""

from html import escape
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from assistant.chat import Assistant
from assistant.pages.conversation import CHIPS, Conversation
from assistant.pages.frame import Frame
from assistant.pages.header import NAME, header
from assistant.pages.policy import day, link

_LEAD = "说出企业的情况来提问，回答逐条附上政策原文。"
_FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "system-ui", "sans-serif"]
# The page's own scripts keep the conversation's id in the browser (Gradio's BrowserState cannot forget one, and brings a
# cipher), hear what happens, and say which conversation to open and what to ask (``sending.js``). Who asks before the kept
# conversation has been drawn goes on in it all the same.
_CURRENT = "(() => { try { return localStorage.getItem('policy-current') || ''; } catch { return ''; } })()"
_KEPT = f"() => [{_CURRENT}]"
_CHANGED = "(id) => void dispatchEvent(new CustomEvent('conversation', {detail: id}))"
_TAKEN = "(turn) => void dispatchEvent(new CustomEvent('taken', {detail: turn}))"
_ANSWERED = "(notice, turn) => void dispatchEvent(new CustomEvent('answered', {detail: {notice, turn}}))"
_TO_OPEN = "() => [document.getElementById('reopen').dataset.conversation || '']"
_TO_ASK = f"(_, id) => [document.getElementById('asks').dataset.question || '', id || {_CURRENT}]"


def _header(page: Conversation) -> str:
    policy = page.policy
    return f"""{header(policy, "/")}
<div class="top"><p class="lead">{_LEAD}</p>
<p class="source"><a href="{escape(link(policy.id, ""))}">《{escape(policy.title)}》</a>
<span>{escape(policy.status)}</span>
<span>有效期 {day(policy.in_force_from)} 至 {day(policy.in_force_to)}</span></p></div>"""


def _blocks(page: Conversation) -> gr.Blocks:
    blocks = gr.Blocks(title=NAME, analytics_enabled=False, fill_width=True)
    with blocks:
        gr.HTML(_header(page), elem_id="top", js_on_load=None, apply_default_css=False)
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
            gr.HTML('<ul id="waiting"></ul>', elem_id="unsent", js_on_load=None)
            notice = gr.HTML("", elem_id="notice", js_on_load=None)
            with gr.Row(elem_id="ask"):
                gr.Textbox(
                    elem_id="box",
                    label="您的问题",
                    placeholder="输入问题，金额请带上单位",
                    lines=1,
                    max_lines=5,
                    show_label=False,
                    container=False,
                    scale=1,
                )
                gr.Button("发送", variant="primary", elem_id="send", scale=0, min_width=88)
            with gr.Row(elem_id="foot"):
                gr.HTML(
                    '<p>回答由AI生成，以政策原文为准。请勿输入个人信息。</p><p id="left"></p>',
                    elem_id="label",
                    js_on_load=None,
                )
                gr.Button("以前的对话", elem_id="past", size="sm", scale=0, min_width=88)
                new = gr.Button("新对话", elem_id="new", size="sm", scale=0, min_width=64)
            # What follows is never seen. No event reads or writes the box, and the buttons beside it have none: a question
            # goes through ``asks``, with the words that stood in the box when it was sent.
            conversation = gr.Textbox("", elem_id="conversation", label="对话编号")
            question = gr.Textbox("", elem_id="question", label="所问的问题")
            turn = gr.Textbox("", elem_id="turn", label="问题编号")
            reopen = gr.Button("打开所选的对话", elem_id="reopen")
            asks = gr.Button("提问", elem_id="asks")
        outputs = [chat, notice, conversation, above, turn, *chips]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        many = {**quiet, "concurrency_limit": 16}
        asked = asks.click(page.ask, [question, conversation], outputs, js=_TO_ASK, trigger_mode="multiple", **many)
        asked.then(None, [notice, turn], None, js=_ANSWERED, **quiet)
        turn.change(None, turn, None, js=_TAKEN, **quiet)
        blocks.load(page.restore, conversation, outputs, js=_KEPT, **many)
        reopen.click(page.reopen, conversation, outputs, js=_TO_OPEN, trigger_mode="always_last", cancels=asked, **many)
        new.click(page.begin, None, outputs, cancels=asked, **quiet)
        conversation.change(None, conversation, js=_CHANGED, **quiet)
    blocks.queue(max_size=200)
    return blocks


def mounted(assistant: Assistant) -> FastAPI:
    """The page as an application of its own."""
    host = FastAPI(openapi_url=None)
    page = Conversation(assistant)
    text = f'<a href="{escape(link(page.policy.id, ""))}">{escape(page.policy.title)}</a>'
    host.add_middleware(
        Frame,
        title=NAME,
        description=f"{_LEAD}依据：《{page.policy.title}》。",
        noscript=f"<p>对话需要 JavaScript。政策原文可直接阅读：{text}</p>",
    )
    host.add_middleware(
        GZipMiddleware, compresslevel=6
    )  # what Gradio has not compressed: the page itself; no event stream
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
