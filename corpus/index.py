"""A policy's clauses as vectors, kept in Chroma; only what changed is embedded again.

A chunk is a clause, a sentence of one, or a phrase people use for one (``asked_as``): never a fixed length. Its id is
the hash of all it holds, and a collection belongs to one policy and one embedding, so a changed text, phrase or
embedding is noticed by ids alone, and what is unchanged stays as it is.
"""

import contextlib
import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus.clauses import Clause, PolicyText, Span
from corpus.embedding import Embedding, Vectors
from corpus.words import plain
from tools.errors import StoreError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

log = logging.getLogger(__name__)

LOCK_SECONDS = 30.0
"""The longest one process waits for another that is writing the same index."""
BATCH = 500
"""Chunks embedded and written at a time; Chroma takes at most 5,461."""
NEAREST = 1000
"""Chunks a search looks at: all of them for any policy of usual length, phrases included."""

Kind = Literal["clause", "sentence", "asked_as"]
Progress = Callable[[int, int], None]

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
        parts = [self.text, self.span.text, *(f"{key}={value}" for key, value in sorted(self.metadata.items()))]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Near:
    """A chunk and the cosine of its vector with the query's, -1 to 1."""

    chunk: Chunk
    similarity: float


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


class Index:
    """The chunks of one policy in one Chroma collection, brought up to date when opened."""

    def __init__(
        self,
        key: str,
        chunks: Sequence[Chunk],
        embedding: Embedding,
        data: Path,
        progress: Progress | None = None,
    ) -> None:
        """``key`` names what is indexed, in any script. ``data`` is created when it does not exist; when it cannot be
        written, the index lives in memory.

        Raises StoreError when another process holds the index for longer than LOCK_SECONDS.
        """
        self._chunks = {chunk.id: chunk for chunk in chunks}
        self._embedding = embedding
        self._name = f"{hashlib.sha256(key.encode()).hexdigest()[:16]}-{embedding.fingerprint[:16]}-m100"
        self.embedded = 0
        """Chunks embedded by this opening: 0 when the index was up to date."""
        self._progress = progress
        self._collection = self._open(data / "index")

    def __len__(self) -> int:
        return len(self._chunks)

    def nearest(self, vector: Vectors) -> list[Near]:
        """Up to NEAREST chunks by cosine with ``vector`` (dimension,), nearest first."""
        from chromadb.errors import ChromaError

        if not vector.any() or not self._chunks:
            return []
        try:
            return self._query(vector)
        except ChromaError as error:  # the folder was emptied or damaged while this process ran
            log.warning("索引读不出来（%s），改在内存中重建。", error)
            self._collection = self._in_memory()
            return self._query(vector)

    def _query(self, vector: Vectors) -> list[Near]:
        found = self._collection.query(
            query_embeddings=vector[None, :], n_results=min(NEAREST, len(self._chunks)), include=["distances"]
        )
        distances = found["distances"] or [[]]
        return [
            Near(self._chunks[chunk_id], 1.0 - distance)
            for chunk_id, distance in zip(found["ids"][0], distances[0], strict=True)
            if chunk_id in self._chunks  # another process may hold a newer text
        ]

    def _open(self, folder: Path) -> "Collection":
        import chromadb
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        try:
            with _locked(folder):
                return self._updated(chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False)))
        except (OSError, ChromaError) as error:
            log.warning(
                "索引文件夹 %s 不能用（%s），改在内存中建立。若文件已损坏，删去该文件夹后重启即可。", folder, error
            )
        return self._in_memory()

    def _in_memory(self) -> "Collection":
        import chromadb
        from chromadb.config import Settings

        return self._updated(chromadb.EphemeralClient(Settings(anonymized_telemetry=False)))

    def _updated(self, client: "ClientAPI") -> "Collection":
        collection = client.get_or_create_collection(
            self._name,
            embedding_function=None,
            # many phrases that are nearly one make a graph of few neighbours fall apart, and a search then misses chunks
            configuration={
                "hnsw": {"space": "cosine", "ef_search": NEAREST, "ef_construction": 500, "max_neighbors": 100}
            },
        )
        kept = set(collection.get(include=[])["ids"])
        stale = sorted(kept - self._chunks.keys())
        new = [chunk for chunk in self._chunks.values() if chunk.id not in kept]
        for at in range(0, len(stale), BATCH):
            collection.delete(ids=stale[at : at + BATCH])
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
        return collection


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=LOCK_SECONDS):
            yield
    except Timeout:
        raise StoreError(
            f"另一个进程占用索引 {folder} 已超过 {LOCK_SECONDS:.0f} 秒。请稍后再试，或用 ASSISTANT_DATA 另设文件夹。"
        ) from None
