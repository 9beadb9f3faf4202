"""A text that is still being written, cut into pieces that can be checked and shown one by one.

A piece is a sentence, a list item or a row of a table, with the blanks around it: the pieces joined are the text,
and the same pieces come out however the text arrives. A quote in ``「」`` is never cut.
"""

import re

LONGEST = 600  # characters of a piece; a text without any stop is cut there
_STOPS = "。！？!?；;\n"
_CLOSERS = "”’」』）)]】*\"'"
_ABBREVIATION = re.compile(r"(?:\b(?:No|Nos|Art|Arts|approx|ca|vs|e\.g|i\.e|Co|Ltd|Inc|Mr|Ms|Dr|St)|(?:^|\s)\d{1,2})$")


class Sentences:
    """Feed text as it comes; take the pieces that are whole."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> list[str]:
        """The pieces that ``text`` completes."""
        self._held += text
        pieces = []
        while (end := _end(self._held)) is not None:
            pieces.append(self._held[:end])
            self._held = self._held[end:]
        return pieces

    def rest(self) -> list[str]:
        """What is left when nothing more comes."""
        held, self._held = self._held, ""
        return [held] if held else []


def pieces(text: str) -> list[str]:
    """All pieces of a whole text."""
    cutter = Sentences()
    return [*cutter.feed(text), *cutter.rest()]


def _end(text: str) -> int | None:
    """Where the first piece ends; None while it may still go on."""
    quoted = False
    for at, char in enumerate(text):
        if at >= LONGEST:
            return at
        if char == "\n":
            quoted = False
        elif char in "「」":
            quoted = char == "「"
        stops = char in _STOPS or (char == "." and _full_stop(text, at))
        if not stops or quoted:
            continue
        end = at + 1
        while end < len(text) and (text[end] in _CLOSERS or text[end] in _STOPS or text[end] == " "):
            if text[end] == "\n":
                return end + 1
            if text[end] == "*" and text[end - 1] in " \n":
                return end  # a mark that opens the next piece
            end += 1
        return end if end < len(text) else None  # a closing mark may still follow
    return None


def _full_stop(text: str, at: int) -> bool:
    """Whether a point ends an English sentence: blank behind it, and neither a list's number nor an abbreviation."""
    return text[at + 1 : at + 2] in (" ", "\n") and not _ABBREVIATION.search(text[:at])
