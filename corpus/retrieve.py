"""A question -> the clauses it is about, best first.

Two readings are fused: vectors, which know that 找谁 is near 牵头单位, and BM25, which knows a rare word when it sees
one. A clause's vector score is that of its best chunk. The constants below were chosen on the questions of
evals/embedding/dev.yaml, all but ``held_out``; ``python -m evals.embedding.measure`` shows what they reach.
"""

import math
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from corpus.chunks import Chunk, chunks_of
from corpus.clauses import Clause, PolicyText, Span, load
from corpus.embedding import Embedding, open_embedding
from corpus.index import Index, Near, Progress
from corpus.lexical import Lexical
from corpus.places import Folder, Place, Server
from corpus.words import plain

_NUMBER = re.compile(r"^[\d.、（）一二三四五六七八九十]+")  # before a heading
MAX_QUERY = 2000
"""Characters of a query that are read."""
DENSE_SHARE = 0.6
"""What vectors weigh in a score; BM25 weighs the rest."""
HALF_BM25 = 8.0
"""The BM25 score that counts as half sure."""
PHRASE_DISCOUNT = 0.1
"""A short phrase is near any short question: its cosine counts this much less than that of the clause's own words."""
OWN_SHARE = 0.3
"""What the clause's own words weigh again beside its best chunk, phrases included."""
NEIGHBOURS = 3
"""Chunks, and everyday sentences, a query's topic is judged by."""
COVERAGE_WEIGHT, TOPIC_MIDDLE, TOPIC_SLOPE = 2.0, 1.4, 2.0
EVERYDAY = Path(__file__).parent / "everyday.txt"


@dataclass(frozen=True)
class Hit:
    """``score`` is 0 to 1, comparable between queries; ``sentence`` is the clause's nearest one, a true span of it."""

    clause_id: str
    score: float
    sentence: Span | None


@dataclass(frozen=True)
class _Opened:
    embedding: Embedding
    index: Index
    everyday: Index
    lexical: Lexical


class Retriever:
    """Search over one policy. Cheap to make; the index is opened at the first search, or by ``warm``."""

    def __init__(
        self, policy_id: str, policy: PolicyText, place: Place, embedding: str, asked_as: Mapping[str, Sequence[str]]
    ) -> None:
        """Raises PolicyError when ``asked_as`` names a clause the policy does not have."""
        self.policy = policy
        self._policy_id = policy_id
        self._place = place
        self._embedding_name = embedding
        self._asked_as = {policy.clause(clause_id).id: tuple(phrases) for clause_id, phrases in asked_as.items()}
        self._opening = threading.Lock()
        self._opened: _Opened | None = None

    def warm(self, progress: Progress | None = None) -> int:
        """Opens the index now, once. Returns the chunks that had to be embedded.

        Raises SettingsError when the embedding cannot be loaded, StoreError when the index stays locked.
        """
        return self._open(progress).index.embedded

    def degraded(self) -> bool:
        """Whether it searches in memory because an index cannot be read where it lies."""
        return self._opened is not None and any([self._opened.index.degraded(), self._opened.everyday.degraded()])

    def search(self, query: str, k: int = 3) -> list[Hit]:
        """Up to ``k`` clauses, best first; none when nothing in the query is known. Raises as ``warm`` does."""
        opened = self._open()
        near = self._near(opened.index, query)
        lexical = opened.lexical.scores(query[:MAX_QUERY])
        scored = [(clause, _score(clause.id, near, lexical)) for clause in self.policy.clauses]
        best = sorted((pair for pair in scored if pair[1] > 0), key=lambda pair: -pair[1])
        return [Hit(clause.id, score, _sentence(clause, near)) for clause, score in best[: max(k, 0)]]

    def topicality(self, query: str) -> float:
        """0 to 1, above 0.5 when the query is about what the policy is about; 0 when nothing in it is known.

        Nearness to the policy is set against nearness to everyday sentences, in deviations of the latter, so that the
        scale is one for all embeddings; the share of the query's words that the policy uses is added.
        """
        opened = self._open()
        near = [one.similarity for one in self._near(opened.index, query)]
        everyday = [one.similarity for one in self._near(opened.everyday, query)]
        if not near or not everyday:
            return 0.0
        nearer = float(np.mean(near[:NEIGHBOURS]) - np.mean(everyday[:NEIGHBOURS])) / (float(np.std(everyday)) + 1e-6)
        said = nearer + COVERAGE_WEIGHT * opened.lexical.coverage(query[:MAX_QUERY])
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, TOPIC_SLOPE * (said - TOPIC_MIDDLE)))))

    def _near(self, index: Index, query: str) -> list[Near]:
        return index.nearest(self._open().embedding.embed([plain(query[:MAX_QUERY])])[0])

    def _open(self, progress: Progress | None = None) -> _Opened:
        with self._opening:
            if self._opened is None:
                embedding = open_embedding(self._embedding_name)
                chunks = chunks_of(self.policy, self._asked_as)
                self._opened = _Opened(
                    embedding=embedding,
                    index=Index(f"policy/{self._policy_id}", chunks, embedding, self._place, progress),
                    everyday=Index("everyday", _everyday(), embedding, self._place),
                    lexical=Lexical(self.policy.clauses, self._asked_as),
                )
            return self._opened


def open_retriever(
    policy_folder: Path,
    data: Path,
    embedding: str = "",
    asked_as: Mapping[str, Sequence[str]] = MappingProxyType({}),
    chroma_url: str = "",
    text: PolicyText | None = None,
) -> Retriever:
    """Search over the policy in ``policy_folder``; the index goes under ``data``, or to the Chroma server at a URL.

    ``text`` is the policy's, where it has been read already. ``asked_as`` gives, for clause ids, phrases people use. Raises PolicyError for an unreadable policy or a clause id
    that it does not have.
    """
    place = Server(chroma_url) if chroma_url else Folder(data / "index")
    return Retriever(policy_folder.name, text or load(policy_folder / "policy.md"), place, embedding, asked_as)


def _score(clause_id: str, near: Sequence[Near], lexical: Mapping[str, float]) -> float:
    mine = [one for one in near if one.chunk.clause.id == clause_id]  # nearest first
    own = next((one.similarity for one in mine if one.chunk.kind != "asked_as"), 0.0)
    phrase = next((one.similarity for one in mine if one.chunk.kind == "asked_as"), 0.0)
    dense = (max(own, phrase - PHRASE_DISCOUNT) + OWN_SHARE * own) / (1 + OWN_SHARE)
    told = lexical.get(clause_id, 0.0)
    return round(DENSE_SHARE * max(0.0, dense) + (1 - DENSE_SHARE) * told / (told + HALF_BM25), 6)


def _sentence(clause: Clause, near: Sequence[Near]) -> Span | None:
    """The nearest sentence of a clause; its heading says nothing."""
    spans = (one.chunk.span for one in near if one.chunk.clause is clause and one.chunk.kind == "sentence")
    return next((span for span in spans if _NUMBER.sub("", span.text).rstrip("。") != clause.heading), None)


def _everyday() -> list[Chunk]:
    lines = EVERYDAY.read_text(encoding="utf-8").splitlines()
    return [
        Chunk(Clause("everyday", "", "", line), "sentence", Span(line, 0, len(line)), line) for line in lines if line
    ]
