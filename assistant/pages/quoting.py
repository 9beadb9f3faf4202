"""A clause's own words as HTML: escaped, in its paragraphs, with quoted spans marked."""

from collections.abc import Iterable
from html import escape

from corpus.clauses import Clause

Spans = list[tuple[int, int]]  # half-open character ranges of a clause's text, ascending


def occurrences(text: str, words: str) -> Spans:
    """Where ``words`` stand in ``text``, without overlap."""
    spans: Spans = []
    at = text.find(words) if words else -1
    while at >= 0:
        spans.append((at, at + len(words)))
        at = text.find(words, at + len(words))
    return spans


def merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """Overlapping and touching spans joined."""
    joined: Spans = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked(text: str, start: int, end: int, spans: Spans, opening: str = "<mark>") -> str:
    """``text[start:end]`` as HTML, the parts inside ``spans`` (offsets into ``text``) in a mark that opens so."""
    out, at = [], start
    for lo, hi in spans:
        lo, hi = max(lo, at), min(hi, end)
        if lo < hi:
            out += [escape(text[at:lo]), opening, escape(text[lo:hi]), "</mark>"]
            at = hi
    return "".join([*out, escape(text[at:end])])


def heading_end(clause: Clause) -> int:
    """How many characters of the clause's text are its heading; a full stop that ends it is one of them."""
    if clause.id == "preamble":
        return len(clause.text.partition("\n")[0])
    first = clause.text.partition("\n")[0]
    at = first.find(clause.heading) if clause.number else -1
    if at < 0:
        return 0
    end = at + len(clause.heading)
    return end + (first[end : end + 1] == "。")


def paragraphs(clause: Clause, start: int, spans: Spans, opening: str = "<mark>") -> str:
    """The clause's text from ``start`` on, a ``<p>`` for each line."""
    out: list[str] = []
    for line in clause.text[start:].split("\n"):
        if line:
            out.append(f"<p>{marked(clause.text, start, start + len(line), spans, opening)}</p>")
        start += len(line) + 1
    return "".join(out)
