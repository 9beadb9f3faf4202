"""Questions and answers as the HTML of chat messages: everything escaped, no line left blank.

A chat message is Markdown to Gradio; one HTML block without a blank line passes through it as it is, and its
sanitizer then goes over it once more in the browser. It leaves ids and classes, but no ``data-`` or ``aria-``
attributes: what stands under an answer (``answers.js``) finds its turn by id and its rating by class.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from itertools import pairwise
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.answer import Answer, Basis, Citation
from assistant.pages.policy import day, link
from assistant.pages.quoting import merged, paragraphs
from assistant.plain import told
from corpus.clauses import Clause
from tools.rules import Policy

_BLANK = re.compile(r"\n\s*\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_STATUS = {"clarify": "请补充一项", "not_covered": "文件没有规定", "refused": "不在本服务范围"}
_RATED = {"like": " liked", "dislike": " disliked"}
_CLAUSE = re.compile(r"/policy/([^/?#]+)#([^#]+)")
_QUOTED = re.compile(r"\s*「([^」]+)」")


def question(text: str) -> str:
    """What the user typed, shown exactly as typed."""
    shown = _shown(text.replace("\r\n", "\n").strip())
    return f'<div class="said">{escape(shown).replace(chr(10), "<br>")}</div>'


def pending() -> str:
    return '<div class="pending">正在查阅政策原文</div>'


def partial(text: str) -> str:
    """The verified words of an answer that is still being written."""
    return f'<div class="answer writing"><div class="text">{html(text, {})}</div></div>'


def unfinished() -> str:
    return (
        '<div class="unfinished"><p>这个问题没有答完。</p><button type="button" class="again">重新提问</button></div>'
    )


def answer(given: Answer, policies: Mapping[str, Policy], rating: str | None = None) -> str:
    """The answer, its clauses to open, what it rests on, and unseen its plain text to copy."""
    status = f'<p class="status">{_STATUS[given.status]}</p>' if given.status in _STATUS else ""
    copied = escape(_shown(told(given))).replace("\n", "&#10;")
    return (
        f'<div class="answer{_RATED.get(rating or "", "")}" id="turn-{escape(given.turn_id)}">{status}'
        f'<div class="text">{html(given.answer, policies)}</div>'
        f"{_citations(given, policies)}{basis_line(given.basis)}"
        f'<pre class="copied" hidden>{copied}</pre></div>'
    )


def html(text: str, policies: Mapping[str, Policy]) -> str:
    """Markdown as HTML; a clause's link before a quote opens the text with that quote highlighted."""
    tokens = _markdown().parse(text)
    for token in tokens:
        _highlight(token.children or [], policies)
    return _BLANK.sub("\n", _markdown().renderer.render(tokens, _markdown().options, {}).strip())


def _highlight(words: Sequence[Token], policies: Mapping[str, Policy]) -> None:
    opened: Token | None = None
    for token, after in pairwise(words):
        if token.type == "link_open":
            opened = token
        elif token.type == "link_close" and opened:
            clause = _CLAUSE.fullmatch(unquote(str(opened.attrGet("href"))))
            quoted = _QUOTED.match(after.content)
            policy = policies.get(clause[1]) if clause else None
            if clause and quoted and policy and clause[2] in policy.text:
                opened.attrSet("href", link(policy.id, clause[2], quoted[1]))


def _citations(given: Answer, policies: Mapping[str, Policy]) -> str:
    shown = [_clause(*one) for one in cited(given, policies)]
    return f'<div class="clauses"><p class="clauses-title">条款原文</p>{"".join(shown)}</div>' if shown else ""


def cited(given: Answer, policies: Mapping[str, Policy]) -> list[tuple[Policy, Clause, list[Citation]]]:
    """Each clause that an answer quotes, in the answer's order, with its quotes."""
    by_clause: dict[tuple[str, str], list[Citation]] = {}
    for citation in given.citations:
        by_clause.setdefault((citation.policy_id, citation.clause_id), []).append(citation)
    return [
        (policies[policy_id], policies[policy_id].text.clause(clause_id), citations)
        for (policy_id, clause_id), citations in by_clause.items()
        if policy_id in policies and clause_id in policies[policy_id].text
    ]


def _clause(policy: Policy, clause: Clause, citations: list[Citation]) -> str:
    """The clause to open in place, its quotes marked, and beside it the way to the same words in the whole text."""
    spans = merged((citation.start, citation.end) for citation in citations)
    first = spans[0]
    href = link(policy.id, clause.id, clause.text[first[0] : first[1]])
    return (
        f'<div class="cited"><details><summary>{escape(clause.label)}</summary>'
        f'<div class="clause">{paragraphs(clause, 0, spans)}</div></details>'
        f'<a class="whole" href="{escape(href)}">在全文中查看</a></div>'
    )


def basis_line(basis: Basis) -> str:
    """What an answer rests on: the policy, its draft, its dates, and the day it was asked for."""
    force = f"有效期 {day(basis.in_force_from)} 至 {day(basis.in_force_to)}"
    asked = f"按 {day(basis.as_of)} 计" + ("" if basis.in_force else "，不在有效期内")
    parts = (f"《{basis.policy_title}》", basis.status, force, asked)
    return '<p class="basis">' + "".join(f"<span>{escape(part)}</span>" for part in parts) + "</p>"


def _shown(text: str) -> str:
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


@cache
def _markdown() -> MarkdownIt:
    """CommonMark with tables; HTML is shown, not obeyed, and links lead to policy texts only."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    markdown.validateLink = lambda url: url.startswith("/policy/")  # type: ignore[method-assign]
    return markdown
