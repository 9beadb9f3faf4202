"""A policy's text as a tree: headings that only group, clauses below them, and where searched words stand."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import filterfalse

from assistant.pages.quoting import Spans, heading_end, occurrences
from corpus.clauses import Clause, PolicyText

# What people type for one another's marks; the same table as in static/find.js.
_GROUPS = {"(": "[{〔【", ")": "]}〕】", '"': "「」『』“”„‘’'`", "<": "《〈", ">": "》〉", "-": "—–−~"}
_ALIKE = str.maketrans({char: mark for mark, group in _GROUPS.items() for char in group})


@dataclass(frozen=True)
class Part:
    """One node. ``id`` is its anchor (``2.2.5``), ``title`` its heading as printed, ``depth`` its level, from 0.

    ``clause`` is None for a heading that only groups the parts after it; its ``text`` is then that heading.
    """

    id: str
    title: str
    depth: int
    text: str
    clause: Clause | None


def outline(text: PolicyText) -> tuple[Part, ...]:
    """Every heading and clause in the order of the text, each once."""
    parts: list[Part] = []
    shown: set[tuple[str, ...]] = set()  # headings already among the parts, by their path
    for clause in text.clauses:
        steps = clause.id.split(".")
        for depth, heading in enumerate(clause.path):
            if clause.path[: depth + 1] not in shown:
                shown.add(clause.path[: depth + 1])
                parts.append(Part(".".join(steps[: depth + 1]), heading, depth, heading, None))
        heading = clause.text[: heading_end(clause)]
        shown.add((*clause.path, heading))
        title = heading.rstrip("。") if clause.number and heading else clause.label
        parts.append(Part(clause.id, title, len(clause.path), clause.text, clause))
    return tuple(parts)


def tree(parts: tuple[Part, ...], hits: Mapping[str, int]) -> str:
    """The parts as nested lists of links; ``hits`` counts by part id what was searched for."""
    out: list[str] = []
    depth = -1
    for part in parts:
        while depth < part.depth:
            out.append("<ol>")
            depth += 1
        while depth > part.depth:
            out.append("</li></ol>")
            depth -= 1
        if not out[-1].endswith("<ol>"):
            out.append("</li>")
        count = f"{hits[part.id]} 处" if hits.get(part.id) else ""
        hidden = "" if count else " hidden"
        out.append(
            f'<li><a href="#{escape(part.id)}">{escape(part.title)} <span class="count"{hidden}>{count}</span></a>'
        )
    return "".join([*out, "</li></ol>" * (depth + 1)])


def found(text: str, words: str) -> Spans:
    """Where searched ``words`` stand in ``text``: width, case, kinds of brackets and quotes, and blanks make no difference."""
    places = [at for at, char in enumerate(text) if not _is_blank(char)]
    wanted = "".join(map(_fold, filterfalse(_is_blank, words)))
    folded = "".join(_fold(text[at]) for at in places)
    return [(places[start], places[end - 1] + 1) for start, end in occurrences(folded, wanted)]


def named(part: Part, words: str) -> bool:
    """Whether ``words`` are the name of a clause, as citations give it, or its number: 二（二）5 and 2.2.5."""
    if part.clause is None:
        return False
    wanted = "".join(map(_fold, filterfalse(_is_blank, words)))
    label = "".join(map(_fold, filterfalse(_is_blank, part.clause.label)))
    number = "".join(map(_fold, part.clause.number or ""))
    return bool(wanted) and (
        wanted in (number, part.id, label) or (bool(number) and wanted.startswith(number) and wanted in label)
    )


def _is_blank(char: str) -> bool:
    return char in " \u3000\t\xa0"


def _fold(char: str) -> str:
    """One character for one, so that places in the folded text are places in the text."""
    folded = unicodedata.normalize("NFKC", char).lower()
    return (folded if len(folded) == 1 else char).translate(_ALIKE)
