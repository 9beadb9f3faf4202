"""A part of the firms told, by share or by exception: 引进10家，一半过200万; 6家，其中2家才10个月.

The part that meets the award's threshold is counted, or the rest where the part told falls short of it. More than one
part, or one of which neither is sure, is left as it was read.
"""

import re
from dataclasses import replace
from decimal import Decimal

from assistant.reading.amounts import Told
from assistant.reading.given import Given
from assistant.reading.numbers import of_firms
from tools.changes import SHARE
from tools.money import Amount, Quantity, Reading
from tools.rules import AwardRule, Policy

_SHARE_OF_FIRMS = re.compile(rf"(?<![万亿元年的])(?P<share>(?!半年){SHARE})(?!个|年|家|[\d一二两三四五六七八九十])")
_MEETS = re.compile(r"达标|(?:符合|满足|达到)(?:了)?(?:条件|要求|标准)")
_FAILS = re.compile(
    r"(?:不|没|未|没有)(?:能)?(?:达标|(?:符合|满足|达到)(?:了)?(?:条件|要求|标准))|刚(?:刚|才)?(?:入|上|进)"
)
_BESIDES = re.compile(r"(?<!其中)(?:另外?|另有|此外|还有)(?:的|有)?$")  # 9家满一年，另外3家刚入统: not of the nine
_STOP = re.compile(r"[，。；,;?？]")


def of_the_firms(folded: str, reading: Reading, told: Told, rules: tuple[str, ...], policy: Policy) -> Told:
    """What was heard, with the number of firms that meet the threshold; unchanged where no single part is told."""
    rule = _rule(told, rules, policy)
    firms = [one for one in of_firms(reading) if one.lo is not None and one.lo == one.hi]
    if rule is None or told.unclear not in ("", "spread") or not firms or told.count_change:
        return told
    shares = list(_SHARE_OF_FIRMS.finditer(folded))
    if len(shares) == 1 and len(firms) == 1:
        meets = _meets(folded, shares[0].start(), reading, rule)
        part = shares[0]["share"]
        words = ("其中" if meets else "除去") + part
    elif not shares and len(firms) == 2 and firms[1].lo is not None and firms[0].lo and firms[1].lo < firms[0].lo:
        meets = _meets(folded, firms[1].start, reading, rule)
        words = "" if _BESIDES.search(folded[: firms[1].start]) else f"少{firms[1].text}"
        if meets is not False:
            return told  # the number of those that meet it is read as it stands
    else:
        return told
    if meets is None:
        return replace(told, unclear="parts")
    count = f"{firms[0].text}；{words}".rstrip("；")
    by = [one for one in told.givens if one.measure == rule.by]
    if not meets or not by:
        least = f"{rule.tiers[0].quote.words('at_least')[0]}以上"
        return replace(told, givens=(Given(rule.by, least, count=count),), count=count, unclear="counted")
    return replace(told, givens=(replace(by[-1], count=count),), count=count, unclear="counted")


def _rule(told: Told, rules: tuple[str, ...], policy: Policy) -> AwardRule | None:
    """The award paid firm by firm that is spoken of."""
    measures = {one.measure for one in told.givens}
    fits = [rule for rule in policy.awards.values() if rule.pays == "once_per_firm"]
    named = [rule for rule in fits if rule.by in measures] or [rule for rule in fits if rule.id in rules]
    return named[0] if len(named) == 1 else None


def _meets(folded: str, at: int, reading: Reading, rule: AwardRule) -> bool | None:
    """Whether a part told at a place meets the threshold, by what its clause says; None where that is not sure."""
    stops = [0, *(match.end() for match in _STOP.finditer(folded)), len(folded) + 1]
    start = max(stop for stop in stops if stop <= at)
    end = min(stop for stop in stops if stop > at)
    clause = folded[start:end]
    if _FAILS.search(clause):
        return False
    if _MEETS.search(clause):
        return True
    least = Decimal(rule.tiers[0].lo)
    told: list[Quantity | Amount] = [*reading.durations, *reading.amounts]
    inside = [one for one in told if start <= one.start < end]
    if len(inside) != 1:
        return None
    one = inside[0]
    if one.lo is not None and one.lo >= least:
        return True
    below = one.hi is not None and (one.hi < least or (one.hi == least and not one.hi_closed))
    return False if below else None
