"""A policy's chunks as vectors in a Chroma collection; only what changed is embedded again.

A collection belongs to one policy and one embedding. Where it lies is told by ``corpus.places``; while that place
cannot be used, the same chunks are searched in memory, and what is found stays the same.
"""

import contextlib
import hashlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.chunks import Chunk
from corpus.embedding import Embedding, Vectors
from corpus.places import NEAREST, Memory, Place, PlaceLostError
from tools.errors import StoreError

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

log = logging.getLogger(__name__)

BATCH = 500
"""Chunks embedded and written at a time; Chroma takes at most 5,461."""
RETURN_SECONDS = 5.0
"""How long a place that was lost is left alone before it is tried again."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Near:
    """A chunk and the cosine of its vector with the query's, -1 to 1."""

    chunk: Chunk
    similarity: float


class Index:
    """The chunks of one policy in one Chroma collection, brought up to date when opened. Safe to use from threads."""

    def __init__(
        self,
        key: str,
        chunks: Sequence[Chunk],
        embedding: Embedding,
        place: Place,
        progress: Progress | None = None,
    ) -> None:
        """``key`` names what is indexed, in any script.

        Raises StoreError when another process holds a folder for too long.
        """
        self._chunks = {chunk.id: chunk for chunk in chunks}
        self._embedding = embedding
        self._place = place
        self._name = f"{hashlib.sha256(key.encode()).hexdigest()[:16]}-{embedding.fingerprint[:16]}-m100"
        self._content = hashlib.sha256("".join(sorted(self._chunks)).encode()).hexdigest()[:16]
        self.embedded = 0
        """Chunks embedded by this opening: 0 when the index was up to date."""
        self._progress = progress
        self._lock = threading.Lock()
        self._memory: Collection | None = None
        self._try_again_at = 0.0
        self._collection: Collection | None = None
        try:
            self._collection = self._filled(place)
        except PlaceLostError as error:
            self._lost(None, error)

    def __len__(self) -> int:
        return len(self._chunks)

    def degraded(self) -> bool:
        """Whether it is searched in memory because its place cannot be used; asking makes that be tried again."""
        if self._collection is not None:
            return False
        self._return_when_due()
        return True

    def nearest(self, vector: Vectors) -> list[Near]:
        """Up to NEAREST chunks by cosine with ``vector`` (dimension,), nearest first."""
        if not vector.any() or not self._chunks:
            return []
        collection = self._collection
        if collection is None:
            self._return_when_due()
        else:
            try:
                with self._place.guarded():
                    return self._query(collection, vector)
            except PlaceLostError as error:
                self._lost(collection, error)
        return self._query(self._in_memory(), vector)

    def _query(self, collection: "Collection", vector: Vectors) -> list[Near]:
        found = collection.query(
            query_embeddings=vector[None, :], n_results=min(NEAREST, len(self._chunks)), include=["distances"]
        )
        distances = found["distances"] or [[]]
        return [
            Near(self._chunks[chunk_id], 1.0 - distance)
            for chunk_id, distance in zip(found["ids"][0], distances[0], strict=True)
            if chunk_id in self._chunks  # another process may hold a newer text
        ]

    def _lost(self, collection: "Collection | None", error: PlaceLostError) -> None:
        with self._lock:
            if self._collection is collection:  # else another thread noticed first, or it is back already
                self._collection = None
                self._try_again_at = time.monotonic() + RETURN_SECONDS
                log.warning("%s。索引改在内存中建立，答案不变。", error)

    def _in_memory(self) -> "Collection":
        with self._lock:
            if self._memory is None:
                self._memory = self._filled(Memory())
            return self._memory

    def _return_when_due(self) -> None:
        """Tries a lost place again, beside the question that is being answered, and once at a time."""
        with self._lock:
            if not self._place.returns or time.monotonic() < self._try_again_at:
                return
            self._try_again_at = float("inf")
        threading.Thread(target=self._return, name="index", daemon=True).start()

    def _return(self) -> None:
        try:
            with contextlib.suppress(StoreError):
                self._collection = self._filled(self._place)
                log.warning("%s 恢复，索引已换回。", self._place)
        finally:
            self._try_again_at = time.monotonic() + RETURN_SECONDS

    def _filled(self, place: Place) -> "Collection":
        """The collection in ``place`` with all chunks and no others: it is not searched before that."""
        with place.opened(self._name, self._content) as collection:
            kept = set(collection.get(include=[])["ids"])
            stale = sorted(kept - self._chunks.keys())
            new = [chunk for chunk in self._chunks.values() if chunk.id not in kept]
            for at in range(0, len(stale), BATCH):
                collection.delete(ids=stale[at : at + BATCH])
            self.embedded = 0
            for at in range(0, len(new), BATCH):
                batch = new[at : at + BATCH]
                collection.upsert(
                    ids=[chunk.id for chunk in batch],
                    embeddings=list(self._embedding.embed([chunk.text for chunk in batch])),
                    metadatas=[dict(chunk.metadata) for chunk in batch],
                    documents=[chunk.text for chunk in batch],
                )
                self.embedded += len(batch)
                if self._progress:
                    self._progress(self.embedded, len(new))
            if collection.count() != len(self._chunks):
                raise PlaceLostError(f"{place}：索引没有写全")
        return collection
