"""A sentence speaks of nothing but what was looked up: words that neither the facts nor everyday speech has are inventions.

Figures and quotes can be compared; 须先备案 or 由团队平均分配 holds neither, and is as false. So the words of a sentence
must be found in the rules' draft, the results or the question, or be among the plain words every answer needs
(``plain_words.txt``). Chinese is covered from the left by the longest known run; two characters of a fragment left
uncovered, or an English word nobody used, has no ground.
"""

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from assistant.checks import words as w
from assistant.checks.piece import STOPS, Piece
from assistant.facts import Facts

_WORDS = Path(__file__).with_name("plain_words.txt")
_HAN_RUN = re.compile(r"[一-龥]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_LONGEST = 8  # characters of a plain word
_DENIES = re.compile(w.NOT)
_VERBATIM = 8  # characters in a row that are the text's own
_FORMS = ("s", "es", "ed", "d", "ing", "ly", "'s", "’s")


def words_have_ground(piece: Piece, facts: Facts) -> Iterator[str]:
    """Every word of the piece is of the facts or plain."""
    known = facts.ground
    for fragment in re.split(f"[，,{STOPS}]", piece.worded):  # the cells of a row are one: their odd letters add up
        for left in uncovered(_without_stated(fragment, facts.beside), known):
            yield f"没有依据的话：{left}"
    lower = known.lower()
    for word in _LATIN.findall(piece.worded):
        if not _known_word(word.lower(), lower):
            yield f"没有依据的话：{word}"


def uncovered(fragment: str, known: str) -> Iterator[str]:
    """The words of a fragment that neither the known text nor everyday speech has."""
    single = ""
    for run in _HAN_RUN.findall(fragment):
        for left in _uncovered(run, known):
            single += left
            if len(left) > 1:
                yield left
    if len(single) > 1:
        yield single


def _without_stated(fragment: str, stated: str) -> str:
    """The fragment without a verbatim run of what the text states, unless it is denied."""
    for size in range(len(fragment), _VERBATIM - 1, -1):
        for at in range(len(fragment) - size + 1):
            if fragment[at : at + size] in stated and not _DENIES.search(fragment[:at]):
                return f"{fragment[:at]}　{fragment[at + size :]}"
    return fragment


def _uncovered(run: str, known: str) -> Iterator[str]:
    """The parts of a run that no known words cover."""
    plain, at, left = plain_words(), 0, ""
    while at < len(run):
        taken = _taken(run, at, known, plain)
        if taken:
            if left:
                yield left
            left = ""
            at += taken
        else:
            left += run[at]
            at += 1
    if left:
        yield left


def _taken(run: str, at: int, known: str, plain: frozenset[str]) -> int:
    """How many characters at ``at`` are known: the longest run of the facts (two at least), or a plain word."""
    longest = 0
    for end in range(at + 2, len(run) + 1):
        if run[at:end] not in known:
            break
        longest = end - at
    for size in range(min(_LONGEST, len(run) - at), longest, -1):
        if run[at : at + size] in plain:
            return size
    return longest


def _known_word(word: str, known: str) -> bool:
    plain = plain_words()
    parts = [part for part in re.split(r"[-'’]", word) if part]
    if len(parts) > 1 and word not in plain:
        return all(_known_word(part, known) for part in parts)
    stems = [word, *(word.removesuffix(form) for form in _FORMS if word.endswith(form))]
    stems += [stem + "e" for stem in stems[1:]] + [stem[:-1] + "y" for stem in stems if stem.endswith("i")]
    return any(len(stem) < 2 or stem in plain or re.search(rf"\b{re.escape(stem)}", known) for stem in stems)


@functools.cache
def plain_words() -> frozenset[str]:
    """The plain words, Chinese and English; lines that begin with # are remarks."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
