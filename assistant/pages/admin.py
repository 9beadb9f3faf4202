"""The page of administrators: today's figures, the switches, accounts, and the latest of the audit record."""

from collections.abc import Mapping
from datetime import datetime
from html import escape

from fastapi.responses import HTMLResponse

from assistant.access.accounts import ROLE_NAMES, Account, Session
from assistant.operations.admin import Entry, Overview, Switch
from assistant.operations.switching import NAMES, NOTICE_LIMIT
from assistant.pages import document

_ABOUT = {
    "assistant": "关闭后各个入口都不再作答，只显示公告；政策原文仍可阅读。所有进程从下一个问题起照办。",
    "model": "关闭后由规则作答，数额不受影响，提问的人看不到公告。没有接大模型时，这个开关不起作用。",
}
_LABEL = {"assistant": "公告（提问的人会看到）", "model": "原因（可不填，只留作记录）"}
_DONE = {
    "assistant-off": "助手已关闭。",
    "assistant-on": "助手已打开。",
    "model-off": "大模型已关闭，由规则作答。",
    "model-on": "大模型已打开。",
    "disabled": "账号已停用，登录已结束。",
    "enabled": "账号已启用。",
}
_ACTIONS = {
    "account added": "新建账号",
    "account disabled": "停用账号",
    "account enabled": "启用账号",
    "answer reviewed": "写了复核答案",
    "conversation erased": "删除会话",
    "conversation exported": "导出会话",
    "conversations expired": "到期删除会话",
    "conversations searched": "查找提问",
    "key added": "新建密钥",
    "key revoked": "作废密钥",
    "password set": "重设密码",
    "question dismissed": "待办不需处理",
    "review withdrawn": "撤回复核答案",
    "sign-in refused": "登录被拒",
    "signed in": "登录",
    "switched off": "关闭",
    "switched on": "打开",
}


def page(
    overview: Overview,
    session: Session,
    *,
    done: str = "",
    faults: Mapping[str, tuple[str, str]] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """``done`` is a key of what was just done; ``faults`` hold, by switch, the notice that was typed and why it cannot
    be used."""
    faults = faults or {}
    told = f'<p class="done" role="status">{_DONE[done]}</p>' if done in _DONE else ""
    switches = "".join(
        _switch(name, overview.switches.get(name), session, *faults.get(name, ("", ""))) for name in NAMES
    )
    accounts = "".join(_account(account, session) for account in overview.accounts)
    entries = "".join(map(_entry, overview.audit))
    body = f"""<a class="skip" href="#main">跳到正文</a>
{_header(session)}
<main class="admin" id="main">
<h1>管理</h1>
{told}
{_today(overview)}
<section aria-labelledby="switches"><h2 id="switches">开关</h2><div class="switches">{switches}</div></section>
<section aria-labelledby="accounts"><h2 id="accounts">账号</h2>
<p class="hint">新建账号和重设密码只能在服务器上做：<code>python -m assistant account add 账号名</code></p>
<ul class="accounts">{accounts}</ul></section>
<section aria-labelledby="audit"><h2 id="audit">最近的操作记录</h2>
<ol class="audit">{entries}</ol></section>
</main>"""
    response = document.page("管理", body, status, style="admin.css", posts=True)
    response.headers["Cache-Control"] = "no-store"  # it holds the session's token
    return response


def _header(session: Session) -> str:
    return f"""<header class="site"><div class="site-row">
<div class="site-name">管理</div>
<nav class="site-nav" aria-label="坐席台"><a href="/desk">回坐席台</a></nav>
<div class="site-view" role="group" aria-label="显示方式">
<button type="button" data-view="size" aria-pressed="false">大字</button>
<button type="button" data-view="theme" aria-pressed="false">深色</button>
</div>
<div class="who"><span>{escape(session.account)}（{ROLE_NAMES[session.role]}）</span>
<form method="post" action="/desk/logout"><button type="submit">退出</button></form></div>
</div></header>"""


def _today(overview: Overview) -> str:
    today = overview.today
    figures = (
        ("提问", today.questions),
        ("没有找到答案", today.unanswered),
        ("没有答完（含正在作答）", today.unfinished),
        ("评为没用", today.dislikes),
    )
    shown = "".join(f"<div><dt>{name}</dt><dd>{count}</dd></div>" for name, count in figures)
    return f'<section aria-labelledby="today"><h2 id="today">今天</h2><dl class="today">{shown}</dl></section>'


def _switch(name: str, switch: Switch | None, session: Session, typed: str, fault: str) -> str:
    off = switch is not None and switch.off
    changed = f'<p class="hint">{_time(switch.changed_at)} 由 {escape(switch.changed_by)} 改动</p>' if switch else ""
    notice = f'<p class="notice">{_lines(switch.notice)}</p>' if switch and off and switch.notice else ""
    state = '<strong class="state off">已关闭</strong>' if off else '<strong class="state">已打开</strong>'
    to, does = ("on", f"打开{NAMES[name]}") if off else ("off", f"关闭{NAMES[name]}")
    field = "" if off else _field(name, typed, fault)
    return f"""<article aria-labelledby="{name}"><div class="bar"><h3 id="{name}">{NAMES[name]}</h3>{state}</div>
{notice}{changed}<p class="about">{_ABOUT[name]}</p>
<form method="post" action="/desk/admin/switch">{_token(session)}<input type="hidden" name="name" value="{name}">{field}
<button type="submit" name="to" value="{to}"{' class="stop"' if to == "off" else ""}>{does}</button></form></article>"""


def _field(name: str, typed: str, fault: str) -> str:
    told = f'<p class="fault" id="{name}-fault" role="alert">{escape(fault)}</p>' if fault else ""
    wrong = f' aria-invalid="true" aria-describedby="{name}-fault" autofocus' if fault else ""
    required = " required" if name == "assistant" else ""
    return f"""<label for="{name}-notice">{_LABEL[name]}</label>
<textarea id="{name}-notice" name="notice" rows="2" maxlength="{NOTICE_LIMIT}"{required}{wrong}>{escape(typed)}</textarea>{told}"""


def _account(account: Account, session: Session) -> str:
    state = '<strong class="state off">已停用</strong>' if account.disabled else '<span class="state">在用</span>'
    to, does = ("enable", "启用") if account.disabled else ("disable", "停用")
    name = escape(account.name)
    form = f"""<form method="post" action="/desk/admin/accounts">{_token(session)}<input type="hidden" name="name" value="{name}">
<button type="submit" name="to" value="{to}" aria-label="{does} {name}">{does}</button></form>"""
    own = account.name == session.account
    role = ROLE_NAMES.get(account.role, escape(account.role))
    return f"""<li><span class="whom"><span class="name">{name}</span> <span>{role}</span>
<span class="hint">{account.created_at.astimezone():%Y-%m-%d} 新建</span></span>{state}{'<span class="hint own">您自己</span>' if own else form}</li>"""


def _entry(entry: Entry) -> str:
    action = escape(_ACTIONS.get(entry.action, entry.action))
    subject = escape(NAMES.get(entry.subject, entry.subject))
    told = ROLE_NAMES.get(entry.detail, entry.detail)
    detail = f'<span class="detail">{_lines(told)}</span>' if told else ""
    return f"""<li><span class="hint">{_time(entry.at)}</span><span class="name">{escape(entry.actor or "没有这个账号")}</span>
<span class="what">{action} <span class="subject">{subject}</span></span>{detail}</li>"""


def _token(session: Session) -> str:
    return f'<input type="hidden" name="csrf" value="{escape(session.csrf)}">'


def _time(moment: datetime) -> str:
    return f'<time datetime="{moment.isoformat()}">{moment.astimezone():%Y-%m-%d %H:%M}</time>'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
