"""English numbers in words: eighty million, one hundred and twenty thousand, half a billion."""

from __future__ import annotations

import re
from decimal import Decimal

from tools.money.numerals import Numeral
from tools.money.vocabulary import LETTER_SCALES

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = {word: value for value, word in enumerate(_ONES.split())}
SMALL.update({word: 10 * value for value, word in enumerate(_TENS.split(), 2)})
SCALES = {word: LETTER_SCALES[word] for word in ("thousand", "million", "billion", "trillion")}
HUNDRED, LONGEST = 100, 16  # words
NUMBER_WORD = "|".join((*SMALL, "hundred", "thousand"))


def scan_words(s: str, i: int) -> Numeral | None:
    """The number in words at ``i``; None unless it names at least a thousand, for "one" is no amount."""
    words = _words(s, i)
    if words[:2] == [("half", i + 4), ("a", i + 6)] and words[2:] and words[2][0] in SCALES:
        word, end = words[2]
        return _numeral(i, end, Decimal(SCALES[word]) / 2, SCALES[word])
    total = current = largest = end = 0
    for position, (word, until) in enumerate(words):
        following = words[position + 1][0] if position + 1 < len(words) else ""
        if word in SMALL:
            current += SMALL[word]
        elif word == "hundred":
            current = (current or 1) * HUNDRED
        elif word in SCALES:
            total, current, largest = total + (current or 1) * SCALES[word], 0, max(largest, SCALES[word])
        elif word == "and" and end and following in SMALL:
            continue
        elif not (word == "a" and not end and (following == "hundred" or following in SCALES)):
            break
        end = until
    return _numeral(i, end, Decimal(total + current), largest) if largest else None


def number_in_words(words: str) -> int:
    """The value of words that are all of ``NUMBER_WORD`` (eight thousand, three)."""
    total = current = 0
    for word in re.split("[ -]", words.lower()):
        if word in SMALL:
            current += SMALL[word]
        elif word == "hundred":
            current = (current or 1) * HUNDRED
        elif word in SCALES:
            total, current = total + (current or 1) * int(SCALES[word]), 0
    return total + current


def _numeral(start: int, end: int, value: Decimal, scale: int) -> Numeral:
    return Numeral(start, end, value, value, big=scale, english=True, scale=scale)


def _words(s: str, i: int) -> list[tuple[str, int]]:
    """The words at ``i`` with their ends; a space or a hyphen parts them."""
    words: list[tuple[str, int]] = []
    j = i
    while len(words) < LONGEST:
        k = j
        while "a" <= s[k] <= "z":
            k += 1
        if k == j:
            break
        words.append((s[j:k], k))
        j = k + 1
        if s[k] not in " -":
            break
    return words
