"""Cut a prepared text into tokens: numbers, the words of the grammar and of a lexicon, and the rest.

One pass from left to right; each step looks ahead no farther than the longest word or number.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import NamedTuple

from tools.money import vocabulary as v
from tools.money.bounds import DENIAL_STARTS, EXTREMES, denied, filled
from tools.money.digits import ASCII_DIGITS, DECIMAL_DIGITS, STARTS
from tools.money.english import SMALL, scan_words
from tools.money.lexicon import Entry, Index
from tools.money.numerals import Numeral, scan

FORMAL_ONLY = frozenset("陆伍肆拾参")  # digits only inside a number: 陆地, 队伍, 放肆, 收拾, 参加
FIRST_LETTERS = {word[0] for word in SMALL} | {"a", "h"}
UNITS = frozenset({v.TIME, v.COUNT, v.LABEL})
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
BOUNDS = frozenset({v.LOW, v.HIGH, v.EITHER_LOW, v.EITHER_HIGH})
MODAL_AFTER = frozenset("有要是达")  # 得有, 得要: must
# o for 0, l or i for 1: no number, and not the rest of it either
MISTYPED = re.compile(
    r"(?=[oil.,]{0,9}[0-9])(?=[0-9.,]{0,20}[oil])[0-9oil][0-9oil.,]{0,20}(?=[百千万亿元])[百千万亿]{0,4}"
)
# 8kw of what needs power is no money
DEVICES = re.compile(
    "的?(?:光伏|充电|发电|储能|电站|电机|电动|电力|电器|变压|逆变|机组|组件|灯|加热|空调|电源|设备功率)"
)
POWER = ("功率", "装机", "容量", "功率为", "功率是", "容量为", "装机量")


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
        if s[i] == "得" and token is not None and token.kind == v.VERB and _modal(s, token, index, tokens, other < 0):
            token = Token(v.LINK, i, token.end, None)
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
    if s[i] in DENIAL_STARTS and (bound := _denied(s, i, index, entry)):
        return bound
    if entry is not None:
        if entry[1] in BOUNDS and entry[2] in EXTREMES:
            return Token(entry[1], i, filled(s, i + len(entry[0]), entry[2]), entry[2])
        if number is not None and entry[1] == v.MEASURE:
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


def _denied(s: str, i: int, index: Index, entry: Entry | None) -> Token | None:
    """A denied comparison at ``i``, unless a longer word stands there; 不过 is "but" except in 不过亿."""
    bound = denied(s, i, lambda j: _word(s, j, index))
    if bound is None:
        return None
    end = i + len(entry[0]) if entry else i
    listed = entry is not None and (entry[1] not in (v.SKIP, v.NOT) or s[end] not in "百千万亿")
    listed = listed and bound.kind != v.SKIP
    return None if bound.end < end or (bound.end == end and listed) else Token(bound.kind, i, bound.end, bound.data)


def _modal(s: str, token: Token, index: Index, tokens: list[Token], joined: bool) -> bool:
    """Whether 得 is "must", not "is awarded": before a bound, or right behind a measure that is no reward."""
    if token.end > token.start + 1:
        return False
    if s[token.end] in MODAL_AFTER:
        return True
    following = _token(s, token.end, index, None)
    if following is not None and following.kind in BOUNDS:
        return True
    return joined and bool(tokens) and tokens[-1].kind == v.MEASURE and tokens[-1].data != "奖励"


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
    if s[i] in "nct" and (bound := _denied(s, i, index, entry)):
        return bound
    if s[i] in "oil" and (wrong := _mistyped(s, i)):
        return wrong
    if entry is not None:
        return Token(entry[1], i, i + len(entry[0]), entry[2])
    if s[i] in FIRST_LETTERS and (numeral := scan_words(s, i)):
        return Token(v.NUM, i, numeral.end, numeral)
    j = i
    while s[j] in LETTERS or s[j] in ASCII_DIGITS:
        j += 1
    return Token(v.OTHER, i, j, None)


def _mistyped(s: str, i: int) -> Token | None:
    """8o00万, l.2亿: letters where digits are meant."""
    match = MISTYPED.match(s, i)
    if match is None:
        return None
    scaled = s[match.end() - 1] in "万亿"
    zero = Decimal(0)
    numeral = Numeral(i, match.end(), zero, zero, big=10**4 if scaled else 1, trouble="unreadable")
    return Token(v.NUM, i, match.end(), numeral)


def _number(s: str, i: int) -> Token | None:
    if s[i] in "12" and (day := _iso(s, i)):
        return day
    numeral: Numeral | None = scan(s, i)
    if numeral is None:
        return None
    if numeral.end == i + 1 and s[i] in FORMAL_ONLY and s[i + 1] not in "元圆角分":
        return None
    if i and (s[i - 1] in "^×" or (s[i] in v.TENS and s[i - 1] in DECIMAL_DIGITS)):  # 5×10^7, 二〇廿万
        numeral = numeral._replace(trouble="unreadable")
    last, after = s[numeral.end - 1], s[numeral.end]
    if last == "w" and (DEVICES.match(s, numeral.end) or s.endswith(POWER, 0, i)):
        return Token(v.SKIP, i, numeral.end, None)
    if after in LETTERS and last in ASCII_DIGITS:
        if after in "oil" and (wrong := _mistyped(s, i)):
            return wrong
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
    mark = s[i + 4 : i + 5]
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
