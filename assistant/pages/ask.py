"""The page at ``/``: a conversation about the policy, each answer with its clauses to open."""

from html import escape
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from assistant.answer import QUESTION_LIMIT
from assistant.chat import Assistant
from assistant.pages.conversation import CHIPS, Conversation
from assistant.pages.frame import Frame
from assistant.pages.policy import day, link

_TITLE = "政策问答"
_LEAD = "说出企业的情况来提问，回答逐条附上政策原文。"
_FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "system-ui", "sans-serif"]
# Only as much of a long text is sent as shows that it is too long; what was typed stays where it is.
_SENT = f"(text, id) => [Array.from((text || '').trim()).slice(0, {QUESTION_LIMIT + 1}).join(''), id]"
_TO_LAST_QUESTION = """() => requestAnimationFrame(() => {
  const said = document.querySelectorAll('.said');
  if (said.length) said[said.length - 1].scrollIntoView({block: 'start', behavior: 'instant'});
})"""


def _header(page: Conversation) -> str:
    policy = page.policy
    return f"""<header class="top">
<h1>{_TITLE}</h1>
<p class="lead">{_LEAD}</p>
<p class="source"><a href="{escape(link(policy.id, ""))}">《{escape(policy.title)}》</a>
<span>{escape(policy.status)}</span>
<span>有效期 {day(policy.in_force_from)} 至 {day(policy.in_force_to)}</span></p>
</header>"""


def _blocks(page: Conversation) -> gr.Blocks:
    blocks = gr.Blocks(title=_TITLE, analytics_enabled=False, fill_width=True)
    with blocks:
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
                gr.HTML("<p>回答由AI生成，以政策原文为准。请勿输入个人信息。</p>", elem_id="label", js_on_load=None)
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
    blocks.queue(max_size=200)
    return blocks


def mounted(assistant: Assistant) -> FastAPI:
    """The page as an application of its own."""
    host = FastAPI(openapi_url=None)
    page = Conversation(assistant)
    text = f'<a href="{escape(link(page.policy.id, ""))}">{escape(page.policy.title)}</a>'
    host.add_middleware(
        Frame,
        title=_TITLE,
        description=f"{_LEAD}依据：《{page.policy.title}》。",
        noscript=f"<p>对话需要 JavaScript。政策原文可直接阅读：{text}</p>",
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
