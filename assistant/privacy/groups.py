"""Digits -> chains of groups with little between them -> pieces, each of which may be one number.

Every group is tried once as the first of a piece, with a bounded number of groups behind it: linear in the text.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from assistant.privacy import around, shapes

Groups = list[tuple[int, int]]  # start and end of each

_HAN_DIGITS = ("零〇○洞", "一幺壹", "二两贰貳", "三叁參", "四肆", "五伍", "六陆陸", "七拐柒", "八捌", "九勾玖")
_DIGITS = {char: str(value) for value, chars in enumerate(_HAN_DIGITS) for char in chars}
_HAN = "".join(_DIGITS)
_TO_ASCII = str.maketrans(_DIGITS)
_CHAIN = re.compile(rf"[0-9{_HAN}]+(?:[-. (),、:;/_~*+\n]{{1,4}}[0-9{_HAN}]+)*")
_GROUP = re.compile(rf"[0-9]+|[{_HAN}]+")
_SHORTEST, _LONGEST = 7, 19  # digits of a personal number
_USUAL = 7  # groups of one number; more only where a row of digits begins (1 3 8 1 2 3 4 5 6 7 8)
_SLACK = 2  # digits that may belong to the words on either side of a number read aloud
_PLAIN = re.compile(r"[-. ()]*")  # what people put between the groups of one number


class Piece(NamedTuple):
    """Groups taken together as one number. ``floor``: nothing before it belongs to this number."""

    text: str
    floor: int
    start: int
    end: int
    digits: str
    sizes: tuple[int, ...]
    between: tuple[str, ...]
    alone: bool  # no further group follows right behind it

    @property
    def plain(self) -> bool:
        """Whether nothing but blanks, dashes, points and brackets parts its groups."""
        return all(_PLAIN.fullmatch(one) for one in self.between)

    @property
    def listed(self) -> bool:
        """Whether it looks like several round figures beside each other (6200 6500 7000 7300)."""
        at, ends = 0, []
        for size in self.sizes:
            at += size
            ends.append(self.digits[at - 1])
        return len(ends) > 1 and set(ends) == {"0"}

    @property
    def odd(self) -> bool:
        """Whether what stands beside it makes it a part of something else."""
        return around.coded(self.text, self.floor, self.start, self.end) or around.reckoned(
            self.text, self.floor, self.start, self.end
        )


def chains(text: str) -> Iterator[Groups]:
    """The groups of digits of each chain that is long enough, in the order of a folded text."""
    for chain in _CHAIN.finditer(text):
        if chain.end() - chain.start() >= _SHORTEST:
            yield [match.span() for match in _GROUP.finditer(text, *chain.span())]


def pieces(text: str, floor: int, groups: Groups, at: int) -> Iterator[Piece]:
    """What may be one number from group ``at`` on: the group by itself, then the longest row of groups first."""
    start, end = groups[at]
    if end - start > _LONGEST + _SLACK:
        return
    ends, digits = [], ""
    many = at == 0 or text[groups[at - 1][1] : start] != text[end : groups[min(at + 1, len(groups) - 1)][0]]
    for begin, stop in groups[at : at + (_LONGEST if many else _USUAL)]:
        digits += text[begin:stop]
        if len(digits) > _LONGEST:
            break
        ends.append(len(digits))
    digits = digits.translate(_TO_ASCII)
    for count in (1, *range(len(ends), 1, -1)):
        if count <= len(ends) and shapes.possible(digits[: ends[count - 1]]):
            row = groups[at : at + count]
            sizes = tuple(stop - begin for begin, stop in row)
            between = tuple(text[one[1] : two[0]] for one, two in pairwise(row))
            alone = at + count == len(groups)
            yield Piece(text, floor, start, row[-1][1], digits[: ends[count - 1]], sizes, between, alone)
    if text[start] in _DIGITS:  # 张三一三八零零…一共: words before and behind that are digits too
        for size in (18, 17, 11):
            for begin in range(start, min(start + _SLACK + 1, end - size + 1)):
                inner = text[begin : begin + size].translate(_TO_ASCII)
                if end - begin - size <= _SLACK and shapes.possible(inner):
                    yield Piece(text, floor, begin, begin + size, inner, (size,), (), True)
