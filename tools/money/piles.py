"""Multipliers too many: 8千百万, 8k万, 三万千百, 千百千百. They are read as one number that nobody can make out."""

from __future__ import annotations

import re

from tools.money.digits import DECIMAL_DIGITS
from tools.money.lookalikes import LOOKALIKES
from tools.money.vocabulary import BIG, SMALL

MULTIPLIERS = BIG.keys() | SMALL.keys()
RUN = re.compile("[十拾百佰千仟万亿兆]{4,}")  # no digit at all
PILE = re.compile("[零〇]?[百佰千仟万亿兆][百佰千仟万亿兆零〇]*")
# words behind a scale that begin with a multiplier
NOT_MORE = (
    "百分",
    "千瓦",
    "千克",
    "千米",
    "千伏",
    "千卡",
    "千赫",
    *(w for w in LOOKALIKES.split() if w[0] in MULTIPLIERS),
)
CHINESE, LETTERS = frozenset("kw"), frozenset("bkmnw")  # how scales in letters end


def pile_end(s: str, i: int, bare: bool) -> int:
    """End of the multipliers at ``i``, behind a number, that are too many; ``i`` if there are none, or a word (百度).

    ``bare`` says that the number has no digit itself: 百千.
    """
    match = PILE.match(s, i)
    before = s[i - 1]
    if match is None or (bare and before in SMALL) or (s.startswith(NOT_MORE, i) and before not in CHINESE):
        return i
    end = match.end()
    if before in "十拾" and (i < 2 or s[i - 2] not in DECIMAL_DIGITS) and BIG.keys().isdisjoint(s[i:end]):
        return i  # 十百千工程
    certain = end > i + 1 or (before in LETTERS and s[i] in BIG) or s[end] in "元块圆" or s[end] in DECIMAL_DIGITS
    return end if certain else i
