"""Cut a prepared text into tokens: numbers, the words of the grammar and of a lexicon, and the rest.

One pass from left to right; each step looks ahead no farther than the longest word or number.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from tools.money import vocabulary as v
from tools.money.english import SMALL, scan_words
from tools.money.lexicon import Entry, Index
from tools.money.numerals import Numeral, scan
from tools.money.sections import ASCII_DIGITS, STARTS

FORMAL_ONLY = frozenset("陆伍肆拾参")  # digits only inside a number: 陆地, 队伍, 放肆, 收拾, 参加
FIRST_LETTERS = {word[0] for word in SMALL} | {"a", "h"}
UNITS = frozenset({v.TIME, v.COUNT, v.LABEL})
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


class Token(NamedTuple):
    """``data`` is the Numeral of a number, else what the vocabulary or the lexicon says of the word."""

    kind: str
    start: int
    end: int
    data: object


def tokenize(s: str, index: Index) -> list[Token]:
    """The tokens of a prepared text, in order, covering all of it but single spaces."""
    tokens: list[Token] = []
    i, n, other = 0, len(s) - 1, -1
    while i < n:
        if s[i] == " " and other < 0:
            i += 1
            continue
        after_number = other < 0 and len(tokens) > 0 and tokens[-1].kind == v.NUM
        token = _latin(s, i, index) if s[i] in LETTERS else _token(s, i, index, tokens[-1] if after_number else None)
        if token is None:
            other = i if other < 0 else other
            i += 1
            continue
        if other >= 0:
            tokens.append(Token(v.OTHER, other, i, None))
            other = -1
        tokens.append(token)
        i = token.end
    if other >= 0:
        tokens.append(Token(v.OTHER, other, n, None))
    return tokens


def _token(s: str, i: int, index: Index, number: Token | None) -> Token | None:
    """The word or number at ``i``; ``number`` is the token just before when it is one.

    A word of two characters or more wins over a number that begins like it (一共, 万达).
    """
    entry = _word(s, i, index)
    if entry is not None and number is not None and entry[1] == v.MEASURE:
        entry = _unit_first(s, i, index, number) or entry
    if s[i] in STARTS and (entry is None or len(entry[0]) == 1) and not (s[i] == "." and i and s[i - 1] == "."):
        token = _number(s, i)
        if token is not None:
            return token
    return Token(entry[1], i, i + len(entry[0]), entry[2]) if entry is not None else None


def _word(s: str, i: int, index: Index) -> Entry | None:
    """The longest word at ``i``; a Latin word only as a whole."""
    for beginning in (s[i : i + 2], s[i]):
        for entry in index.get(beginning, ()):
            if s.startswith(entry[0], i):
                end = i + len(entry[0])
                if s[end - 1] not in LETTERS or s[end] not in LETTERS:
                    return entry
    return None


def _unit_first(s: str, i: int, index: Index, number: Token) -> Entry | None:
    """After a plain number 年 is its unit, even where a measure begins with it: 2023年营收."""
    numeral = number.data
    if not isinstance(numeral, Numeral) or numeral.big > 1:
        return None
    words = (*index.get(s[i : i + 2], ()), *index.get(s[i], ()))
    return next((entry for entry in words if entry[1] in UNITS and s.startswith(entry[0], i)), None)


def _latin(s: str, i: int, index: Index) -> Token:
    """A Latin word: one the vocabulary knows, else all of it with the digits glued to it (an id)."""
    entry = _word(s, i, index)
    if entry is not None:
        return Token(entry[1], i, i + len(entry[0]), entry[2])
    if s[i] in FIRST_LETTERS and (numeral := scan_words(s, i)):
        return Token(v.NUM, i, numeral.end, numeral)
    j = i
    while s[j] in LETTERS or s[j] in ASCII_DIGITS:
        j += 1
    return Token(v.OTHER, i, j, None)


def _number(s: str, i: int) -> Token | None:
    if day := _iso(s, i):
        return day
    numeral: Numeral | None = scan(s, i)
    if numeral is None:
        return None
    if numeral.end == i + 1 and s[i] in FORMAL_ONLY and s[i + 1] not in "元圆角分":
        return None
    if i and s[i - 1] in "^×":  # 5×10^7
        numeral = numeral._replace(trouble="unreadable")
    if s[numeral.end - 1] in ASCII_DIGITS and s[numeral.end] in LETTERS:
        j = numeral.end
        while s[j] in LETTERS:
            j += 1
        if s[j] in ASCII_DIGITS:
            while s[j] in LETTERS or s[j] in ASCII_DIGITS:
                j += 1
            return Token(v.SKIP, i, j, None)
    return Token(v.NUM, i, numeral.end, numeral)


def _iso(s: str, i: int) -> Token | None:
    """A date written 2024-01-01, 2024/1/1 or 2024.1.1."""
    mark = s[i + 4 : i + 5] if s[i] in "12" else ""
    if not mark or mark not in "-/." or (i and s[i - 1] in ASCII_DIGITS):
        return None
    j = i + 5
    while j < i + 10 and (s[j] in ASCII_DIGITS or s[j] == mark):
        j += 1
    day = _date(s[i:j]) if s[j] not in ASCII_DIGITS else None
    return Token(v.DATE, i, j, day) if day else None


def _date(text: str) -> datetime.date | None:
    """The date three numbers make, or None when there is no such day."""
    try:
        year, month, day = map(int, text.replace("/", "-").replace(".", "-").split("-"))
        return datetime.date(year, month, day)
    except ValueError:
        return None
