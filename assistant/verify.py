"""Between the draft and the reader: every figure has an origin, every quote is true, or it is not shown.

It holds for whatever model wrote the draft. A draft is Markdown in which ``[2.2.5]`` names a clause and
``「…」`` quotes one. Nothing here repairs a draft: it passes whole, or the faults are listed.
"""

import json
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from assistant.answer import Citation, Figure
from assistant.checks import ESSENTIAL
from assistant.checks.origin import cited, origin_of, origins
from assistant.checks.piece import TOKEN, Piece, without_tokens
from assistant.facts import Facts
from assistant.operations import traces
from assistant.reading.language import Language, language_of
from tools.rules import Policy

_KEPT_INVISIBLE = frozenset("\n\t")


@dataclass(frozen=True)
class Verified:
    """``faults`` is empty when the draft may be shown; ``answer`` has its clause tokens turned into links."""

    answer: str
    citations: list[Citation] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def verify(draft: str, facts: Facts) -> Verified:
    """Checks a whole draft and finds its citations and the origin of each figure."""
    with traces.span("verify"):
        return _verified(draft, facts)


def _verified(draft: str, facts: Facts) -> Verified:
    piece = read_piece(draft, facts)
    known = origins(piece, facts)
    shown = [
        Figure(text=found.text, value="..".join(found.values), unit=found.unit, origin=origin[0], ref=origin[1])
        for found in piece.found
        if (origin := origin_of(found, known))
    ]
    faults = [reason for check in ESSENTIAL for reason in check(piece, facts)]
    return Verified(linked(draft, facts.policy), _citations(piece, facts), shown, faults)


def read_piece(text: str, facts: Facts, header: str = "") -> Piece:
    """A draft, or a sentence of one, with its figures read; ``header`` is the head of the table it is a row of."""
    return Piece(text, facts.policy, _language(facts), tuple(facts.read(without_tokens(text))), header)


def visible(text: str) -> str:
    """The text without characters that show nothing: what is checked is what is seen."""
    return "".join(c for c in text if c in _KEPT_INVISIBLE or unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cn"))


def link(policy: Policy, clause_id: str) -> str:
    """Where a clause can be read."""
    return f"/policy/{policy.id}#{clause_id}"


def citation(policy: Policy, clause_id: str, words: str) -> Citation:
    """A quote with its place in the clause. Raises ValueError for words that do not stand there."""
    clause = policy.text.clause(clause_id)
    start = clause.text.index(words)
    return Citation(
        policy_id=policy.id,
        clause_id=clause_id,
        label=clause.label,
        quote=words,
        start=start,
        end=start + len(words),
        url=link(policy, clause_id),
    )


def linked(text: str, policy: Policy) -> str:
    """The text with its clause tokens turned into links; what names no clause is left out."""

    def shown(clause_id: str) -> str:
        if clause_id not in policy.text:
            return ""
        return f"[{policy.text.clause(clause_id).label}]({link(policy, clause_id)})"

    return TOKEN.sub(lambda match: shown(match[1]), text)


def _language(facts: Facts) -> Language:
    return language_of(facts.said[-1]) if facts.said else "zh"


def _citations(piece: Piece, facts: Facts) -> list[Citation]:
    """Citations of the quotes in the draft, and of clauses named without one."""
    found: dict[tuple[str, str], Citation] = {}
    for words, clause_id in cited(piece, facts):
        found[(clause_id, words)] = citation(facts.policy, clause_id, words)
    return list(found.values())


def parsed(content: object) -> Any:
    """A tool message's content as data; words that are no JSON come back as an error entry."""
    try:
        return json.loads(str(content))
    except ValueError:
        return {"error": str(content)}
