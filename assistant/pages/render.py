"""Questions and answers as the HTML of chat messages: everything escaped, no line left blank.

A chat message is Markdown to Gradio; one HTML block without a blank line passes through it as it is,
and its sanitizer then goes over it once more in the browser.
"""

import re
from collections.abc import Mapping
from functools import cache
from html import escape

from markdown_it import MarkdownIt

from assistant.answer import Answer, Basis, Citation
from assistant.pages.policy import day, link
from assistant.pages.quoting import merged, paragraphs
from tools.rules import Policy

_BLANK = re.compile(r"\n\s*\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_STATUS = {"clarify": "请补充一项", "not_covered": "文件没有规定", "refused": "不在本服务范围"}


def question(text: str) -> str:
    """What the user typed, shown exactly as typed."""
    shown = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
    return f'<div class="said">{_literal(shown)}</div>'


def pending() -> str:
    return '<div class="pending">正在查阅政策原文</div>'


def partial(text: str) -> str:
    """The verified words of an answer that is still being written."""
    return f'<div class="answer writing"><div class="text">{_BLANK.sub(chr(10), _markdown().render(text).strip())}</div></div>'


def unfinished() -> str:
    return '<div class="pending-lost">这个问题没有答完，请重新提问。</div>'


def answer(given: Answer, policies: Mapping[str, Policy]) -> str:
    """The answer, its clauses to open, and what it rests on."""
    status = f'<p class="status">{_STATUS[given.status]}</p>' if given.status in _STATUS else ""
    text = _BLANK.sub("\n", _markdown().render(given.answer).strip())
    below = _citations(given, policies) + _basis(given.basis)
    return f'<div class="answer">{status}<div class="text">{text}</div>{below}</div>'


def _citations(given: Answer, policies: Mapping[str, Policy]) -> str:
    by_clause: dict[tuple[str, str], list[Citation]] = {}
    for citation in given.citations:
        by_clause.setdefault((citation.policy_id, citation.clause_id), []).append(citation)
    shown = [
        _clause(policies[policy_id], clause_id, citations)
        for (policy_id, clause_id), citations in by_clause.items()
        if policy_id in policies and clause_id in policies[policy_id].text
    ]
    return f'<div class="clauses"><p class="clauses-title">条款原文</p>{"".join(shown)}</div>' if shown else ""


def _clause(policy: Policy, clause_id: str, citations: list[Citation]) -> str:
    clause = policy.text.clause(clause_id)
    spans = merged((citation.start, citation.end) for citation in citations)
    quotes = "".join(f"<q>{escape(clause.text[start:end])}</q>" for start, end in spans)
    first = spans[0]
    href = link(policy.id, clause_id, clause.text[first[0] : first[1]])
    return (
        f"<details><summary><b>{escape(clause.label)}</b>{quotes}</summary>"
        f'<div class="clause">{paragraphs(clause, 0, spans)}</div>'
        f'<p class="more"><a href="{escape(href)}">在全文中查看</a></p></details>'
    )


def _basis(basis: Basis) -> str:
    force = f"有效期 {day(basis.in_force_from)} 至 {day(basis.in_force_to)}"
    if not basis.in_force:
        force += f"（{day(basis.as_of)}不在有效期内）"
    parts = (f"《{basis.policy_title}》", basis.status, force, "AI生成，仅供参考")
    return '<p class="basis">' + "".join(f"<span>{escape(part)}</span>" for part in parts) + "</p>"


def _literal(text: str) -> str:
    """Text as HTML that Markdown leaves alone: no tags, no emphasis, its line breaks kept."""
    return escape(text.strip()).replace("\n", "<br>")


@cache
def _markdown() -> MarkdownIt:
    """CommonMark with tables; HTML is shown, not obeyed, and links lead to policy texts only."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    markdown.validateLink = lambda url: url.startswith("/policy/")  # type: ignore[method-assign]
    return markdown
