"""What the tools look things up in, opened at first use: retriever and entries of each policy."""

import threading
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.operations import traces
from assistant.settings import Settings
from tools.rules import Policy

if TYPE_CHECKING:
    from assistant.entries import Entries
    from corpus.retrieve import Hit, Retriever
    from tools.toolbox import Desk


class Lookups:
    """Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._retrievers: dict[str, Retriever] = {}
        self._nearest: dict[str, Entries] = {}
        self._lock = threading.Lock()

    def desk(self, policy: Policy, as_of: date) -> "Desk":
        """What the tools work on during one question; search, entries and topicality open at their first use."""
        from tools.toolbox import Desk

        return Desk(
            policy,
            as_of,
            lambda query, k: self._searched(policy, query, k),
            lambda query, k: self._entries(policy).nearest(query, k),
            lambda query: self._retriever(policy).topicality(query),
        )

    def _searched(self, policy: Policy, query: str, k: int) -> "Sequence[Hit]":
        with traces.span("retrieve", policy=policy.id, k=k):
            return self._retriever(policy).search(query, k)

    def warm(self, policies: Iterable[Policy]) -> None:
        """Opens everything now."""
        for policy in policies:
            self._retriever(policy).warm()
            self._entries(policy).nearest(policy.title, 1)

    def degraded(self) -> bool:
        """Whether one of them is searched in memory because its index cannot be read where it lies."""
        return any(retriever.degraded() for retriever in list(self._retrievers.values()))

    def _retriever(self, policy: Policy) -> "Retriever":
        from corpus.retrieve import open_retriever

        with self._lock:
            if policy.id not in self._retrievers:
                self._retrievers[policy.id] = open_retriever(
                    self._settings.policies / policy.id,
                    self._settings.data,
                    self._settings.embedding,
                    policy.asked_as,
                    self._settings.chroma_url,
                    policy.text,
                )
            return self._retrievers[policy.id]

    def _entries(self, policy: Policy) -> "Entries":
        from assistant.entries import Entries
        from corpus.embedding import open_embedding

        with self._lock:
            if policy.id not in self._nearest:
                self._nearest[policy.id] = Entries(policy, lambda: open_embedding(self._settings.embedding))
            return self._nearest[policy.id]
