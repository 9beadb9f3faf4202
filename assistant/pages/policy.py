"""The policy's text as a page: an anchor per clause, quoted words highlighted."""

from datetime import date
from html import escape
from urllib.parse import quote

from assistant.pages.quoting import heading_end, marked, occurrences, paragraphs
from corpus.clauses import Clause
from tools.rules import Policy

QUERY_LIMIT = 500  # characters of words to highlight


def link(policy_id: str, clause_id: str, words: str = "") -> str:
    """The address that opens the text at a clause, with ``words`` highlighted there."""
    query = f"?q={quote(words[:QUERY_LIMIT], safe='')}" if words else ""
    return f"/policy/{quote(policy_id, safe='')}{query}#{quote(clause_id)}"


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def body(policy: Policy, words: str = "") -> str:
    """The text as HTML. ``words`` that do not stand in it are said to be missing, never guessed at."""
    words = words.strip()[:QUERY_LIMIT]
    notice = ""
    if words and not any(words in clause.text for clause in policy.text.clauses):
        notice = f'<p class="notice" role="status">现行文本中没有这段话：「{escape(words)}」。请以下面的原文为准。</p>'
    contents: list[str] = []
    sections: list[str] = []
    shown: set[tuple[str, ...]] = set()  # headings already on the page, by their path
    for clause in policy.text.clauses:
        for depth in range(1, len(clause.path) + 1):
            if clause.path[:depth] not in shown:
                shown.add(clause.path[:depth])
                sections.append(f'<h{depth + 1} class="group">{escape(clause.path[depth - 1])}</h{depth + 1}>')
        shown.add((*clause.path, clause.text[: heading_end(clause)]))
        contents.append(f'<li><a href="#{escape(clause.id)}">{escape(clause.label)}</a></li>')
        sections.append(_section(clause, words))
    return f"""<a class="skip" href="#text">跳到正文</a>
<header><a href="/">返回政策问答</a></header>
<main>
<h1>{marked(policy.title, 0, len(policy.title), occurrences(policy.title, words))}</h1>
<p class="basis"><span>{escape(policy.status)}</span>
<span>有效期 {day(policy.in_force_from)} 至 {day(policy.in_force_to)}</span>
<span>解释单位：{escape(policy.contact)}</span></p>
{notice}
<nav aria-label="目录"><details><summary>目录</summary><ol>{"".join(contents)}</ol></details></nav>
<article id="text">
{chr(10).join(sections)}
</article>
</main>
<footer>政策原文，逐字收录。校验值（SHA-256）<code>{policy.text.sha256}</code></footer>"""


def _section(clause: Clause, words: str) -> str:
    level = len(clause.path) + 2
    spans = occurrences(clause.text, words)
    end = heading_end(clause)
    heading = f"<h{level}>{marked(clause.text, 0, end, spans)}</h{level}>" if clause.number and end else ""
    text = paragraphs(clause, end, spans)
    return f'<section id="{escape(clause.id)}" aria-label="{escape(clause.label)}">{heading}{text}</section>'
