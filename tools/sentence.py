"""Whose amount it is and what it measures: measure, owner, negation and change from the words around.

A term belongs to the last measure said since the term before it; failing that to the measure said right after
it (8000万的营收); failing that, in a run of parallel terms, to the measure of the term before.
"""

from __future__ import annotations

from dataclasses import dataclass

from tools import vocabulary as v
from tools.lexicon import INCOME
from tools.terms import Term
from tools.tokens import Token

UNKNOWN_LIMIT = 6  # characters of other text that may stand between a measure and its amount across a comma
PARALLEL = frozenset({
    v.AND, v.COMMA, v.LINK, v.NOT, v.MORE, v.LESS, v.EACH, v.YEAR, v.OWNER, v.TO, v.TOTAL, v.OPEN, v.CLOSE, v.SKIP, v.DATE,
    v.THAN, v.ABOUT, v.COUNT, v.NUM, v.TIME, v.ORDINAL, v.OTHER, v.WORDS, v.YUAN,
})  # fmt: skip
OTHER_INCOME = "其他收入"
TOTAL_INCOME = "总收入"


@dataclass(slots=True)
class Said:
    """What the sentence says of one term."""

    measure: str | None = None
    owner: str | None = None
    negated: bool = False
    change: str = ""
    adjacent: bool = False  # nothing but glue stands between the measure and the number


def describe(s: str, tokens: list[Token], terms: list[Term]) -> list[Said]:
    """One :class:`Said` for each term, in order."""
    owners = _owners(s, tokens, terms)
    result: list[Said] = []
    used = 0  # tokens before this one belong to an earlier term
    previous: Said | None = None
    for position, term in enumerate(terms):
        said = Said(owner=owners.get(position))
        after = terms[position + 1].first if position + 1 < len(terms) else len(tokens)
        if term.kind in (v.YUAN, v.FOREIGN, "bare", v.COUNT):
            used_until = _measure(tokens, term, used, after, said, previous)
            said.negated, said.change = _polarity(tokens, term)
            used = max(term.last, used_until)
            if term.kind != v.COUNT and (term.said or term.numerals[0].big > 1):
                _total(tokens, terms, result, term, said)
                previous = said
        result.append(said)
    return result


def _measure(tokens: list[Token], term: Term, start: int, after: int, said: Said, previous: Said | None) -> int:
    """Set the measure; return the index after the measure word when it was said behind the amount."""
    unknown, comma, glue = 0, False, True
    for k in range(term.first - 1, start - 1, -1):
        token = tokens[k]
        if token.kind in (v.MEASURE, v.VERB):
            if not (comma and unknown > UNKNOWN_LIMIT):
                said.measure, said.adjacent = str(token.data), glue and token.kind == v.MEASURE
            return 0
        if token.kind == v.STOP:
            break
        if token.kind == v.OTHER:
            unknown += token.end - token.start
            glue = glue and token.end - token.start <= 1
        elif token.kind == v.COMMA:
            comma, glue = True, False
    k = term.last
    if k < after and tokens[k].kind == v.OTHER and tokens[k].end - tokens[k].start == 1:
        k += 1
    if k < after and tokens[k].kind == v.MEASURE:
        said.measure, said.adjacent = str(tokens[k].data), True
        return k + 1
    if previous is not None and all(tokens[k].kind in PARALLEL for k in range(start, term.first)) and unknown <= UNKNOWN_LIMIT:
        said.measure = previous.measure
    return 0


def _polarity(tokens: list[Token], term: Term) -> tuple[bool, str]:
    """Negation and change said right before the term."""
    k = term.first - 1
    while k >= 0 and k >= term.first - 3 and tokens[k].kind in (v.LINK, v.SKIP):
        k -= 1
    kind = tokens[k].kind if k >= 0 else ""
    return kind == v.NOT, kind if kind in (v.MORE, v.LESS) else ""


def _total(tokens: list[Token], terms: list[Term], before: list[Said], term: Term, said: Said) -> None:
    """共2300万 after 主营1800万 and 其他收入 is the total of both, not the other income."""
    if term.first and tokens[term.first - 1].kind == v.TOTAL:
        measures = {item.measure for item in before if item.measure} | {said.measure}
        said.owner = None
        if len(measures) > 1 and measures <= INCOME:
            said.measure = TOTAL_INCOME


def _owners(s: str, tokens: list[Token], terms: list[Term]) -> dict[int, str | None]:
    """Position of a term -> the owner last named before it in its sentence."""
    named: list[tuple[int, str | None]] = []
    for k, token in enumerate(tokens):
        if token.kind == v.STOP:
            named.append((k, None))
        elif token.kind == v.OWNER:
            named.append((k, _name(s, tokens, k) if token.data == "suffix" else (str(token.data) if token.data else None)))
    owners: dict[int, str | None] = {}
    at, current = 0, None
    for position, term in enumerate(terms):
        while at < len(named) and named[at][0] < term.first:
            current = named[at][1]
            at += 1
        owners[position] = current
    return owners


def _name(s: str, tokens: list[Token], k: int) -> str | None:
    start = tokens[k].start
    for j in range(k - 1, max(k - 4, -1), -1):
        if tokens[j].kind not in (v.OTHER, v.SKIP):
            break
        start = tokens[j].start
    name = s[start : tokens[k].start][-16:]
    for mark in "的和与那若果问由们请但说":
        name = name.rsplit(mark, 1)[-1]
    return name + s[tokens[k].start : tokens[k].end] if name else None
