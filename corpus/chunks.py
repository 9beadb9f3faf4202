"""What is embedded: a clause, a sentence of one, or a phrase people use for one (``asked_as``); never a fixed length."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from corpus.clauses import Clause, PolicyText, Span
from corpus.words import plain

Kind = Literal["clause", "sentence", "asked_as"]

_AMOUNT = re.compile(r"\d[\d.,]*(?:万|亿)?元")
_DATE = re.compile(r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?")


@dataclass(frozen=True)
class Chunk:
    """What is embedded. ``span`` is its place in the clause; a phrase has none of its own, and takes the clause's."""

    clause: Clause
    kind: Kind
    span: Span
    text: str

    @cached_property
    def metadata(self) -> dict[str, str | int]:
        units = self.clause.units
        words = self.span.text
        return {
            "clause_id": self.clause.id,
            "label": self.clause.label,
            "kind": self.kind,
            "start": self.span.start,
            "end": self.span.end,
            "lead": "；".join(units.get("牵头", ())),
            "responsible": "；".join(units.get("责任", ())),
            "supporting": "；".join(units.get("配合", ())),
            "documents": "；".join(self.clause.documents),
            "amounts": "；".join(dict.fromkeys(_AMOUNT.findall(words))),
            "dates": "；".join(dict.fromkeys(_DATE.findall(words))),
        }

    @cached_property
    def id(self) -> str:
        """The hash of all it holds: a changed text, phrase or unit is noticed by ids alone."""
        parts = [self.text, self.span.text, *(f"{key}={value}" for key, value in sorted(self.metadata.items()))]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def chunks_of(policy: PolicyText, asked_as: Mapping[str, Sequence[str]]) -> list[Chunk]:
    """Clauses, their sentences and the phrases asked_as gives for them, each once."""
    found: dict[str, Chunk] = {}
    for clause in policy.clauses:
        whole = Span(clause.text, 0, len(clause.text))
        for chunk in (
            Chunk(clause, "clause", whole, f"{clause.heading}。{plain(clause.text)}"),
            *(Chunk(clause, "sentence", span, f"{clause.heading}：{plain(span.text)}") for span in clause.sentences),
            *(Chunk(clause, "asked_as", whole, plain(phrase)) for phrase in asked_as.get(clause.id, ())),
        ):
            if chunk.text.strip():
                found.setdefault(chunk.id, chunk)
    return list(found.values())
