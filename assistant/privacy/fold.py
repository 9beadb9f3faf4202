"""One character for each, so that every spelling of a digit, a dash or a blank looks alike."""

import functools
import unicodedata
from typing import NamedTuple

WALL = "\0"  # stands for what is masked already: nothing is read across it
_DASHES = "‐‑‒–—―−﹣－ー"
_DOTS = "·•‧∙・●"
_INVISIBLE = frozenset({"Cf", "Me"})


class Folded(NamedTuple):
    """The folded text and, where invisible characters were left out, the place of each character in the original and
    the original's end."""

    text: str
    places: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original for the span ``start:end`` of the folded text."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end]


def fold(text: str) -> Folded:
    """Half width, small letters, ASCII digits, one dash, one blank; invisible characters left out."""
    table = {ord(char): to for char in set(text) if (to := _folded(char)) != char}
    if "" not in table.values():
        return Folded(text.translate(table), None)
    kept = [(at, to) for at, char in enumerate(text) if (to := _folded(char))]
    return Folded("".join(to for _, to in kept), [*(at for at, _ in kept), len(text)])


@functools.lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    if "!" <= char <= "~":
        return char.lower()
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in _INVISIBLE or char in "\ufe0e\ufe0f":
        return ""
    if char in _DASHES:
        return "-"
    if char in _DOTS:
        return "."
    if char in "\n\r":
        return char
    if char.isspace():
        return " "
    plain = unicodedata.normalize("NFKC", char).lower()
    # circled and raised digits number the items of a list: they are no digits of a number
    return plain if len(plain) == 1 and category != "No" else char
