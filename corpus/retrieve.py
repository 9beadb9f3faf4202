"""A question -> the clauses it is about, best first.

Two readings are fused: vectors (Chroma), which know that 找谁 is near 牵头单位, and BM25 over words, which knows a
rare word when it sees one. Vectors score a clause by its best chunk.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from corpus.clauses import Clause, PolicyText, Span, load
from corpus.embedding import Embedding, bundled, open_embedding
from corpus.index import Index, Near, Progress, chunks_of
from corpus.words import plain, words

MAX_QUERY = 2000
"""Characters of a query that are read."""
DENSE_WEIGHT = 0.6
HALF_BM25 = 4.0
"""The BM25 score that counts as half sure."""


@dataclass(frozen=True)
class Hit:
    """``score`` is 0 to 1, comparable between queries; ``sentence`` is the clause's nearest one, a true span of it."""

    clause_id: str
    score: float
    sentence: Span | None


class Retriever:
    """Search over one policy. Cheap to make; the index is opened at the first search, or by ``warm``."""

    def __init__(
        self, policy_id: str, policy: PolicyText, data: Path, embedding: str, asked_as: Mapping[str, Sequence[str]]
    ) -> None:
        self.policy = policy
        self._policy_id = policy_id
        self._data = data
        self._embedding_name = embedding
        self._asked_as = {clause_id: tuple(phrases) for clause_id, phrases in asked_as.items()}
        for clause_id in self._asked_as:
            policy.clause(clause_id)
        self._opening = threading.Lock()
        self._opened: _Opened | None = None

    def warm(self, progress: Progress | None = None) -> int:
        """Opens the index now. Returns the chunks that had to be embedded.

        Raises SettingsError when the embedding cannot be loaded, StoreError when the index stays locked.
        """
        with self._opening:
            if self._opened is None:
                embedding = open_embedding(self._embedding_name)
                chunks = chunks_of(self.policy, self._asked_as)
                index = Index(self._policy_id, chunks, embedding, self._data, progress)
                self._opened = _Opened(embedding, index, _Words(self.policy.clauses, self._asked_as))
                return index.embedded
        return 0

    @property
    def is_open(self) -> bool:
        return self._opened is not None

    def search(self, query: str, k: int = 3) -> list[Hit]:
        """Up to ``k`` clauses, best first; none when nothing in the query is known. Raises as ``warm`` does."""
        query = query[:MAX_QUERY]
        self.warm()
        assert self._opened is not None
        near = self._opened.index.nearest(self._opened.embedding.embed([plain(query)])[0])
        dense = _best(near)
        lexical = self._opened.words.scores(query)
        hits: list[Hit] = []
        for clause in self.policy.clauses:
            close = max(0.0, dense.get(clause.id, 0.0))
            told = lexical[clause.id]
            score = DENSE_WEIGHT * close + (1 - DENSE_WEIGHT) * told / (told + HALF_BM25)
            if score > 0:
                hits.append(Hit(clause.id, round(min(score, 1.0), 6), _sentence(clause, near)))
        return sorted(hits, key=lambda hit: -hit.score)[: max(k, 0)]

    def topicality(self, query: str) -> float:
        """0 to 1: how much of the query is about what the policy is about."""
        hits = self.search(query, 1)
        return hits[0].score if hits else 0.0


def open_retriever(
    policy_folder: Path, data: Path, embedding: str = "", asked_as: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> Retriever:
    """Search over the policy in ``policy_folder``; what is written goes under ``data``.

    ``asked_as`` gives, for clause ids, phrases people use. Raises PolicyError for an unreadable policy or a clause id that
    it does not have.
    """
    return Retriever(policy_folder.name, load(policy_folder / "policy.md"), data, embedding, asked_as)


def _best(near: Sequence[Near]) -> dict[str, float]:
    best: dict[str, float] = {}
    for one in near:
        best.setdefault(one.chunk.clause.id, one.similarity)
    return best


def _sentence(clause: Clause, near: Sequence[Near]) -> Span | None:
    return next((one.chunk.span for one in near if one.chunk.clause is clause and one.chunk.kind == "sentence"), None)


class _Words:
    """BM25 over the words of clauses, headings counted twice."""

    def __init__(self, clauses: Sequence[Clause], asked_as: Mapping[str, Sequence[str]]) -> None:
        from rank_bm25 import BM25Okapi

        self._ids = [clause.id for clause in clauses]
        self._tokenizer = bundled().tokenizer
        texts = ["\n".join((clause.heading, clause.text, *asked_as.get(clause.id, ()))) for clause in clauses]
        self._bm25 = BM25Okapi([words(text, self._tokenizer) or [""] for text in texts])

    def scores(self, query: str) -> dict[str, float]:
        """By clause id, 0 and up."""
        found = self._bm25.get_scores(words(query, self._tokenizer))
        return {clause_id: max(0.0, float(score)) for clause_id, score in zip(self._ids, found, strict=True)}


@dataclass(frozen=True)
class _Opened:
    embedding: Embedding
    index: Index
    words: _Words
