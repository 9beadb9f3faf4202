"""The policy reader: the whole text with its clause tree, a search in it, and quoted words highlighted.

All of it reads and works without a script; ``static/policy.js`` adds searching as one types, the mark of the
clause being read, and copying.
"""

from collections.abc import Iterable
from datetime import date
from html import escape
from urllib.parse import quote

from assistant.pages.header import address, header
from assistant.pages.outline import Part, found, named, outline, tree
from assistant.pages.quoting import Spans, heading_end, marked, occurrences, paragraphs
from corpus.clauses import Clause
from tools.rules import Policy

QUERY_LIMIT = 500  # characters of words to highlight
FIND_LIMIT = 100  # characters of words to search
_PRINT = '<button type="button" class="print">打印</button>'
_HIT = '<mark class="hit">'


def link(policy_id: str, clause_id: str, words: str = "") -> str:
    """The address that opens the text at a clause, with ``words`` highlighted there."""
    query = f"?q={quote(words[:QUERY_LIMIT], safe='')}" if words else ""
    return f"/policy/{quote(policy_id, safe='')}{query}#{quote(clause_id)}"


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def body(policy: Policy, today: date, words: str = "", find: str = "", several: bool = False) -> str:
    """The text as HTML.

    ``words`` are a quote: highlighted where they stand, said to be missing where they do not, never guessed at.
    ``find`` are words to search, which takes the place of a quote. ``several``: there are other policies to list.
    """
    words, find = words.strip()[:QUERY_LIMIT], find.strip()[:FIND_LIMIT]
    parts = outline(policy.text)
    look, opening = (found, _HIT) if find else (occurrences, "<mark>")
    spans = {part.id: look(part.text, find or words) for part in parts}
    hits = {part.id: len(spans[part.id]) for part in parts} if find else {}
    title = marked(policy.title, 0, len(policy.title), look(policy.title, find or words), opening)
    all_of_them = '<a href="/policy/">全部政策</a>' if several else ""
    article = "\n".join(_part(part, spans[part.id], opening) for part in parts)
    html = f"""<a class="skip" href="#text">跳到正文</a>
{header(policy, address(policy))}
<main class="policy">
<h1 data-words="preamble">{title}</h1>
{_basis(policy, today, f"{all_of_them}{_PRINT}")}
{_in_force(policy, today)}{_missing(policy, words) if not find else ""}
<div class="reader">
<div class="side">
{_search(policy, find, hits, [part for part in parts if named(part, find)])}
<nav id="tree" aria-label="目录">{tree(parts, hits)}</nav>
</div>
<article id="text" data-source="{escape(_source(policy, today))}">
{article}
</article>
</div>
</main>
<footer class="policy">政策原文，逐字收录。校验值（SHA-256）<code>{policy.text.sha256}</code></footer>
<p id="told" class="told" role="status"></p>"""
    return html.replace(_HIT, _HIT.replace(">", ' id="hit">'), 1)


def policies(listed: Iterable[Policy], today: date) -> str:
    """The list of policies as HTML; at least one."""
    listed = tuple(listed)
    items = "".join(
        f'<li><h2><a href="{escape(address(policy))}">{escape(policy.title)}</a></h2>{_basis(policy, today)}</li>'
        for policy in listed
    )
    return f"""{header(listed[0], "/policy/")}
<main class="policies"><h1>政策原文</h1><ul>{items}</ul></main>"""


def _dates(policy: Policy) -> str:
    return f"有效期 {day(policy.in_force_from)} 至 {day(policy.in_force_to)}"


def _state(policy: Policy, today: date) -> str:
    if policy.is_in_force(today):
        return "在有效期内"
    return "尚未实施" if today < policy.in_force_from else "已过有效期"


def _source(policy: Policy, today: date) -> str:
    """What a copied clause is signed with."""
    state = "" if policy.is_in_force(today) else f"（{day(today)}：{_state(policy, today)}）"
    return f"《{policy.title}》（{policy.status}），{_dates(policy)}{state}"


def _basis(policy: Policy, today: date, more: str = "") -> str:
    """What text this is: its status, its dates and whether today is among them, and who explains it."""
    tag = "now" if policy.is_in_force(today) else "not-now"
    return f"""<p class="basis"><span>{escape(policy.status)}</span>
<span>{_dates(policy)}</span><b class="{tag}">{_state(policy, today)}</b>
<span>解释单位：{escape(policy.contact)}</span>{more}</p>"""


def _in_force(policy: Policy, today: date) -> str:
    if policy.is_in_force(today):
        return ""
    if today < policy.in_force_from:
        told = f"自{day(policy.in_force_from)}起实施，今天是{day(today)}，还不能按它办理。"
    else:
        told = f"有效期至{day(policy.in_force_to)}，今天是{day(today)}。是否延续、有无新的规定，以下文本没有说明。"
    return f"""<div class="alert" role="note"><p><strong>本政策{_state(policy, today)}</strong></p>
<p>{told}办理前请向{escape(policy.contact)}确认。</p></div>
"""


def _missing(policy: Policy, words: str) -> str:
    if not words or any(words in clause.text for clause in policy.text.clauses):
        return ""
    return f'<p class="notice" role="status">现行文本中没有这段话：「{escape(words)}」。请以下面的原文为准。</p>'


def _search(policy: Policy, find: str, hits: dict[str, int], clauses: list[Part]) -> str:
    total = sum(hits.values())
    if total:
        told = f"共 {total} 处，在 {sum(map(bool, hits.values()))} 个条目中"
    elif clauses:
        places = (f'<a href="#{escape(one.id)}">{escape(one.clause.label)}</a>' for one in clauses if one.clause)
        told = f"条款：{'、'.join(places)}"
    else:
        told = f"没有找到「{escape(find)}」。可以换短一些的词，或看目录。" if find else ""
    return f"""<form class="find" role="search" method="get" action="{escape(address(policy))}#hit">
<label for="find">在文中查找</label>
<div class="find-row">
<button type="button" class="to-tree" aria-expanded="false" aria-controls="tree">目录</button>
<input type="search" id="find" name="find" value="{escape(find)}" maxlength="{FIND_LIMIT}" placeholder="输入要找的词" autocomplete="off" enterkeyhint="search">
<button type="submit" class="go">查找</button>
<button type="button" class="step up" data-step="-1" aria-label="上一处" title="上一处" disabled></button>
<button type="button" class="step down" data-step="1" aria-label="下一处" title="下一处" disabled></button>
</div>
<p class="found{" none" if find and not total and not clauses else ""}" role="status">{told}</p>
</form>"""


def _part(part: Part, spans: Spans, opening: str) -> str:
    level = part.depth + 2
    if part.clause is None:
        heading = marked(part.text, 0, len(part.text), spans, opening)
        return f'<h{level} id="{escape(part.id)}" class="group" data-words="{escape(part.id)}">{heading}</h{level}>'
    return _clause(part.clause, level, spans, opening)


def _clause(clause: Clause, level: int, spans: Spans, opening: str) -> str:
    """A clause: its number as citations give it, its words and nothing else in ``.words``, its units, its buttons."""
    end, anchor = heading_end(clause), escape(clause.id)
    number = f'<a href="#{anchor}">{escape(clause.number or clause.label)}</a>'
    heading, runs = "", ""
    if not clause.number:
        number = f'<h{level} class="number">{number}</h{level}>'
    else:
        number = f'<p class="number">{number}</p>'
        # a heading that ends its sentence has the paragraph after it on the same line in the text
        runs = ' class="runs-on"' if clause.text[end : end + 1] not in ("", "\n") else ""
        heading = f"<h{level}{runs}>{marked(clause.text, 0, end, spans, opening)}</h{level}>" if end else ""
    text = paragraphs(clause, end, spans, opening)
    units = "".join(
        f"<div><dt>{escape(role)}单位</dt><dd>{escape('、'.join(names))}</dd></div>"
        for role, names in clause.units.items()
    )
    buttons = "".join(
        f'<button type="button" data-copy="{what}" aria-label="{name}：{escape(clause.label)}">{name}</button>'
        for what, name in (("text", "复制条文"), ("link", "复制链接"))
    )
    return f"""<section id="{anchor}" data-label="{escape(clause.label)}" data-number="{escape(clause.number or "")}">
<div class="aside">{number}
{buttons}</div>
<div class="words" data-words="{anchor}">{heading}{text}</div>
{f'<dl class="units">{units}</dl>' if units else ""}
</section>"""
