"""The hotline desk: what a worker sees with a caller on the line.

This is its frame, with every label; ``static/desk-*.js`` fill it from ``/api/desk`` and make every node one by one.
The one piece of HTML they take from the server is an answer's Markdown, rendered and escaped by ``render``.
"""

from html import escape

from fastapi.responses import HTMLResponse

from assistant.access.accounts import ROLE_NAMES, Session
from assistant.answer import QUESTION_LIMIT
from assistant.hotline.desk import NOTES_LIMIT
from assistant.pages import document
from assistant.pages.header import address
from assistant.reviewed import DRAFT_LIMIT
from tools.rules import Policy

_SCRIPTS = "copy.js desk-common.js desk-session.js desk-answer.js desk-caller.js desk-keys.js desk.js desk-queue.js"
_KEYS = (
    ("直接输入", "光标一直在输入框；停下即出答案，此时没有记录"),
    ("Enter", "记录这个问题，接着可以追问"),
    ("Shift + Enter", "换行"),
    ("PageUp / PageDown", "上下翻看答复"),
    ("Alt + 1", "复制话术"),
    ("Alt + 2", "复制完整答复"),
    ("Alt + 3", "复制条款原文"),
    ("Alt + 4", "生成并复制转办单"),
    ("Alt + N", "新来电"),
    ("Alt + B", "写来电人备注；再按回到输入框"),
    ("Alt + Q", "来电与待办之间切换"),
    ("Esc", "回到输入框"),
    ("?", "输入框为空时打开这份说明"),
)


def page(policy: Policy, session: Session, notice: str = "") -> HTMLResponse:
    """The desk of a signed-in worker; a reviewer may write answers, an agent looks on. ``notice`` is what an operator
    tells while the assistant is turned off."""
    role = f' data-reviewer="{escape(session.role)}"' if session.role == "reviewer" else ""
    off = f'<p id="off" class="trouble" role="alert"><span>{escape(notice)}</span></p>\n' if notice else ""
    body = f"""<a class="skip" href="#question">跳到提问</a>
{_header(policy, session)}
{off}<div id="trouble" class="trouble" role="alert" hidden><span></span><button type="button"></button></div>
<main id="desk" data-csrf="{escape(session.csrf)}" data-account="{escape(session.account)}"{role} data-pane="answer">
<h1 class="spoken">坐席台：《{escape(policy.title)}》</h1>
{_call()}
{_queue()}
{_reviews()}
</main>
<p id="told" class="told" role="status"></p>
{_dialogs(session)}"""
    response = document.page("坐席台", body, style="desk.css", script=_SCRIPTS)
    response.headers["Cache-Control"] = "no-store"  # it holds the session's token
    return response


def _header(policy: Policy, session: Session) -> str:
    views = (("call", "来电"), ("queue", '待办<b id="waiting" class="count" hidden></b>'), ("reviews", "复核答案"))
    tabs = "".join(f'<a href="#{view}" data-view-link="{view}">{name}</a>' for view, name in views)
    more = (("/desk/admin", "管理"),) if session.role == "admin" else ()
    elsewhere = "".join(
        f'<a href="{escape(href)}" target="_blank" rel="noopener">{name}</a>'
        for href, name in ((address(policy), "政策原文"), ("/calculator", "算一算"), *more)
    )
    return f"""<header class="site desk-top"><div class="site-row">
<div class="site-name">坐席台</div>
<nav class="site-nav" aria-label="坐席台">{tabs}</nav>
<nav class="site-nav elsewhere" aria-label="另开窗口">{elsewhere}</nav>
<div class="site-view" role="group" aria-label="显示方式">
<button type="button" data-view="size" aria-pressed="false">大字</button>
<button type="button" data-view="theme" aria-pressed="false">深色</button>
</div>
<div class="who"><span>{escape(session.account)}（{ROLE_NAMES[session.role]}）</span>
<form method="post" action="/desk/logout" id="logout"><button type="submit">退出</button></form></div>
</div></header>"""


def _call() -> str:
    return f"""<section class="view" id="view-call" aria-label="来电">
<form id="ask" autocomplete="off">
<label for="question">来电人的问题</label>
<textarea id="question" rows="1" maxlength="{QUESTION_LIMIT}" autofocus placeholder="边听边输入，停下即出答案" enterkeyhint="done" aria-describedby="kept"></textarea>
<p id="kept" class="kept" role="status"></p>
<button type="submit" class="main">记录 <kbd>Enter</kbd></button>
<button type="button" id="new-call">新来电 <kbd>Alt+N</kbd></button>
<button type="button" id="back" hidden>恢复上一通未记录的内容</button>
<button type="button" id="open-keys" aria-label="快捷键说明" title="快捷键说明">？</button>
</form>
<div class="switch" role="group" aria-label="查看">
<button type="button" data-to="answer" aria-pressed="true">答复</button>
<button type="button" data-to="clause" aria-pressed="false">条款</button>
<button type="button" data-to="caller" aria-pressed="false">来电记录</button>
</div>
<div class="panes">
<section class="pane answer" aria-label="答复">
<div id="scroll" tabindex="0" role="group" aria-label="答复内容"><div id="empty" class="empty"><p><strong>等待来电</strong></p>
<p>直接输入来电人的问题，停下即出答案；按 Enter 记录，接着追问。输入框为空时按 ？ 看快捷键。</p></div>
<div id="shown" hidden>
<p class="asked"><span id="chips"></span><span id="asked"></span></p>
<div id="outcome" aria-live="polite"></div>
<section class="script"><div class="bar"><h2>话术</h2><button type="button" data-copy="script">复制 <kbd>Alt+1</kbd></button></div>
<ol id="script"></ol></section>
<details class="full"><summary>完整答复</summary><div class="bar"><button type="button" data-copy="answer">复制 <kbd>Alt+2</kbd></button></div>
<div id="full" class="text"></div></details>
</div></div>
</section>
<section class="pane clause" aria-label="条款原文">
<div class="bar"><h2>条款原文</h2><button type="button" data-copy="clause">复制 <kbd>Alt+3</kbd></button></div>
<div id="tabs" class="tabs" role="tablist" aria-label="条款"></div>
<div id="clause" role="tabpanel" tabindex="0"></div>
<p class="more"><a id="whole" target="_blank" rel="noopener" href="/policy/">在全文中查看（新窗口）</a></p>
</section>
<section class="pane caller" aria-label="来电记录">
<div class="bar"><h2>本次来电</h2><button type="button" id="open-handover">转办单 <kbd>Alt+4</kbd></button></div>
<ol id="turns" class="turns"></ol>
<div class="bar"><label for="notes">来电人备注 <kbd>Alt+B</kbd></label><span id="noted" class="noted" role="status"></span></div>
<textarea id="notes" rows="3" maxlength="{NOTES_LIMIT}" placeholder="称呼、单位、要转办的事；电话等个人信息不会保存"></textarea>
<h2>最近来电</h2>
<ul id="calls" class="calls"></ul>
</section>
</div>
<p id="basis" class="basis" hidden></p>
</section>"""


def _queue() -> str:
    return f"""<section class="view" id="view-queue" aria-label="待办" hidden>
<div class="list"><div class="bar"><h2>待办</h2><span id="queue-state" class="noted" role="status"></span><button type="button" id="reload-queue">刷新</button></div>
<p class="hint">没有找到答案的问题，和被评为没用的答复；同一个问题只列一次。</p>
<ul id="queue" class="entries"></ul></div>
<div class="detail" id="entry" tabindex="-1" aria-label="待办的问题" role="region">
<p class="empty">选一个问题，看前后情况和当时的答复。</p></div>
<template id="entry-frame"><button type="button" class="back-to-list">返回列表</button>
<h2 class="title"></h2><p class="facts"></p><ul class="comments"></ul>
<details class="earlier"><summary>之前问过</summary><ol></ol></details>
<details class="given"><summary>当时的答复</summary><pre></pre></details></template>
<template id="editor-frame"><form class="editor">
<fieldset class="choice"><legend>结论</legend>
<label><input type="radio" name="status" value="answered"> 可以答复</label>
<label><input type="radio" name="status" value="not_covered"> 文件没有规定</label></fieldset>
<label for="draft">复核答案</label>
<p class="hint" id="draft-hint">引用条款写成 [条款编号]「原文」，可从下面选取。金额上限须写“不超过”。</p>
<textarea id="draft" rows="8" maxlength="{DRAFT_LIMIT}" aria-describedby="draft-hint faults"></textarea>
<div id="faults" class="faults" role="status"></div>
<div class="actions"><button type="submit" class="main">通过并启用</button><button type="button" class="dismiss">不需要处理</button></div>
<div class="quote"><label for="pick">引用条款</label><select id="pick"></select>
<label for="source">条款原文：选中要引用的文字</label><textarea id="source" rows="12" readonly></textarea>
<button type="button" class="insert">引用所选文字</button></div>
<h3>提问的人会看到</h3><div class="text preview"></div>
</form></template>
</section>"""


def _reviews() -> str:
    return """<section class="view" id="view-reviews" aria-label="复核答案" hidden>
<div class="list"><div class="bar"><h2>复核答案</h2><span id="reviews-state" class="noted" role="status"></span><button type="button" id="reload-reviews">刷新</button></div>
<p class="hint">再有人问同样的问题，就用这里的答案。政策文本或规则改了以后，原来的答案自动停用，列在最前，需要重新复核。</p>
<ul id="reviews" class="reviews"></ul></div>
</section>"""


def _dialogs(session: Session) -> str:
    keys = "".join(f"<div><dt><kbd>{escape(key)}</kbd></dt><dd>{escape(what)}</dd></div>" for key, what in _KEYS)
    return f"""<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title" tabindex="-1" autofocus>快捷键</h2><dl>{keys}</dl>
<div class="actions"><button type="button" class="main" data-close>关闭</button></div></dialog>
<dialog id="handover" aria-labelledby="handover-title"><h2 id="handover-title">转办单</h2><pre tabindex="0" aria-label="转办单内容"></pre>
<div class="actions"><button type="button" class="main" id="copy-handover">复制</button><button type="button" id="print-handover">打印</button><button type="button" data-close>关闭</button></div></dialog>
<dialog id="confirm" aria-labelledby="confirm-text"><p id="confirm-text"></p>
<div class="actions"><button type="button" class="main" value="yes">确定</button><button type="button" data-close>取消</button></div></dialog>
<dialog id="sign-in" aria-labelledby="sign-in-title"><h2 id="sign-in-title">登录已失效，请重新登录</h2>
<p class="hint">已输入的内容都还在，登录后接着用。</p><p class="fault" role="alert"></p>
<form><label for="name">账号</label><input id="name" name="name" value="{escape(session.account)}" autocomplete="username" required maxlength="64">
<label for="password">密码</label><input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200">
<div class="actions"><button type="submit" class="main">登录</button><button type="button" data-close>稍后</button></div></form></dialog>"""
