"""BM25 over the words of clauses: knows a rare word, an amount or a document number when it sees one."""

from collections.abc import Mapping, Sequence

from corpus.clauses import Clause
from corpus.embedding import bundled
from corpus.words import words


class Lexical:
    """The words of a policy's clauses, headings and phrases people use for them."""

    def __init__(self, clauses: Sequence[Clause], asked_as: Mapping[str, Sequence[str]]) -> None:
        from rank_bm25 import BM25Okapi

        self._ids = [clause.id for clause in clauses]
        self._tokenizer = bundled().tokenizer
        listed = [
            [word for text in (clause.heading, clause.text, *asked_as.get(clause.id, ())) for word in self.words(text)]
            for clause in clauses
        ]
        self._known = {word for found in listed for word in found}
        self._bm25 = BM25Okapi([found or [""] for found in listed])

    def words(self, text: str) -> list[str]:
        return words(text, self._tokenizer)

    def scores(self, query: str) -> dict[str, float]:
        """BM25 by clause id, 0 and up; clauses that share no word with the query are left out."""
        found = self._bm25.get_scores(self.words(query))
        return {clause_id: float(score) for clause_id, score in zip(self._ids, found, strict=True) if score > 0}

    def coverage(self, query: str) -> float:
        """0 to 1: the share of the query's words, by length, that the policy uses too."""
        asked = self.words(query)
        return sum(len(word) for word in asked if word in self._known) / (sum(map(len, asked)) + 1)
