"""Which listed entry a question comes nearest to in meaning, where none is named by its own words."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.rules import Policy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from corpus.embedding import Embedding


@dataclass(frozen=True, slots=True)
class Near:
    """``score`` is the cosine of the question and the entry's nearest phrase, at most 1."""

    entry_id: str
    score: float


class Entries:
    """The phrases people ask with, as vectors; made at the first question that needs them."""

    def __init__(self, policy: Policy, open_embedding: "Callable[[], Embedding]") -> None:
        self._phrases = [
            (topic.id, phrase) for topic in policy.topics.values() for phrase in (topic.name, *topic.asked_as)
        ]
        self._open = open_embedding
        self._lock = threading.Lock()
        self._ready: tuple[Embedding, NDArray[np.float32]] | None = None

    def nearest(self, query: str, k: int) -> list[Near]:
        """The ``k`` entries nearest to the query, best first."""
        with self._lock:
            if self._ready is None:
                embedding = self._open()
                self._ready = embedding, embedding.embed([phrase for _, phrase in self._phrases])
        embedding, vectors = self._ready
        scores = vectors @ embedding.embed([query])[0]
        best: dict[str, float] = {}
        for (entry_id, _), score in zip(self._phrases, scores, strict=True):
            best[entry_id] = max(best.get(entry_id, 0.0), float(score))
        ranked = sorted(best.items(), key=lambda item: -item[1])
        return [Near(entry_id, round(score, 4)) for entry_id, score in ranked[:k]]
