"""What a person says of the standard itself, held against the table: 最高80万对吗, 5000万到1亿奖30万对吗.

A sum said to be the most is held against the highest tier, the least against the lowest, a total against the
programme's total. A range whose ends are a tier's own bounds is that tier, its upper end left out as the text does.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tools import money
from tools.interval import Bounded
from tools.rules import Policy

_TOTAL = re.compile(r"总额|总共|一共|合计|总计|加起来|总上限|资金上限|\bin total\b|altogether")
_MOST = re.compile(
    r"最高|最多|至多|顶多|封顶|顶格|上限|顶天|\bat most\b|\bmax\b|\bcap (?:is|was)\b|maximum|\bhighest\b|\bup to\b|capped"
)
_LEAST = re.compile(r"最低|最少|起步|起点|至少|\bat least\b|minimum|\blowest\b")
_REACHES = re.compile(r"^(?:只要|须|需|要)?(?:满|够|足)(?=[\d一二两三四五六七八九十半])")


def place(ends: Bounded, policy: Policy) -> tuple[str, int] | None:
    """The award and the place of its tier (from 1) that a range names by both its bounds."""
    for rule in policy.awards.values():
        for at, tier in enumerate(rule.tiers, 1):
            if tier.hi is not None and ends.lo == tier.lo and ends.hi == tier.hi:
                return rule.id, at
    return None


def named(text: str, policy: Policy) -> tuple[str, int] | None:
    """The tier named by both its bounds where it is the only range of the text."""
    ranges = [one for one in money.read(text, policy.lexicon).amounts if one.lo is not None and one.lo != one.hi]
    return place(ranges[0], policy) if len(ranges) == 1 else None


def settle(claim: str, folded: str, table: Mapping[str, Any]) -> str:
    """``same``, ``each`` (right for one firm, while a total caps several) or ``other``; empty where the words hold the
    sum against no single place of the table."""
    said = money.read(claim).amounts
    value = said[0].hi if len(said) == 1 else None
    if value is None:
        return ""
    tiers = table["tiers"]
    if _TOTAL.search(folded):
        return _same(value, money.read(table["pool_words"]).amounts) if table.get("pool_words") else ""
    if _LEAST.search(folded):
        return "same" if value == tiers[0]["amount_yuan"] else "other"
    if not _MOST.search(folded):
        return ""
    if value != max(tier["amount_yuan"] for tier in tiers):
        pool = money.read(table["pool_words"]).amounts if table.get("pool_words") else ()
        return _same(value, pool) if pool else "other"
    return "each" if table.get("pool_words") else "same"


def threshold(words: str) -> str:
    """A time said to be enough (满半年就给) is the threshold claimed, and no more than that."""
    return _REACHES.sub("", words)


def _same(value: Decimal, known: Sequence[Bounded]) -> str:
    return "same" if len(known) == 1 and known[0].hi == value else "other"
