"""An answer as plain text, for a terminal or to paste: Markdown made plain, citations, and what it rests on."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.answer import Answer, Basis


def shown(answer: Answer) -> str:
    """The whole answer with what can be asked next, ready to print."""
    parts = [told(answer)]
    if answer.suggestions:
        parts.append("\n".join(["还可以问", *(f"  {question}" for question in answer.suggestions)]))
    parts.append(f"会话 {answer.conversation_id}（用 --conversation 接着问）")
    return "\n\n".join(parts)


def told(answer: Answer) -> str:
    """The answer with its label, its clauses and its basis: what people pass on."""
    parts = [plain(answer.answer)]
    if answer.citations:
        parts.append("\n".join(["条款原文", *(f"  {one.label}「{one.quote}」" for one in answer.citations)]))
    return "\n\n".join([*parts, basis(answer.basis)])


def basis(given: Basis) -> str:
    force = f"有效期 {given.in_force_from} 至 {given.in_force_to}"
    state = "" if given.in_force else "，不在有效期内"
    return f"依据：《{given.policy_title}》· {given.status} · {force} · 截至 {given.as_of}{state}"


def plain(markdown: str) -> str:
    """Markdown without its marks: items keep a dash or number, cells stand apart, links keep their words."""
    lines: list[str] = []
    cells: list[str] = []
    depth = 0  # of lists
    item, in_cell = "", False
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(markdown):
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
            case "list_item_open":
                item = f"{token.info}. " if token.info else "- "
            case "th_open" | "td_open":
                in_cell = True
            case "tr_close":
                lines.append(" | ".join(cells))
                cells, in_cell = [], False
            case "inline" if in_cell:
                cells.append(_words(token))
            case "inline":
                lines.append(f"{'  ' * (depth - 1)}{item}{_words(token)}")
                item = ""
            case "fence" | "code_block":
                lines.append(token.content.rstrip())
        if token.nesting < 0 and token.level == 0:
            lines.append("")
    return "\n".join(lines).strip()


def _words(inline: Token) -> str:
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content for child in inline.children or []
    )
