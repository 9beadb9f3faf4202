"""Where a tier begins and ends: what is included, and whether a value has got there."""

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.checks import words as w
from assistant.checks.piece import Piece
from assistant.facts import Facts
from assistant.figures import Found

_INCLUDES = re.compile(r"(?<!不)(?<!不包)(?:包含|包括|含|including)\s*(?:本数)?\s*$", re.IGNORECASE)
_EXCLUDES = re.compile(r"(?:不包含|不包括|不含|excluding|exclusive of)\s*$", re.IGNORECASE)
_INCLUDED = re.compile(r"^\s*(?:元)?\s*[（(]\s*(?:含|包含|包括|inclusive|included|including)", re.IGNORECASE)
_EXCLUDED = re.compile(r"^\s*(?:元)?\s*[（(]\s*(?:不含|不包含|不包括|exclusive|excluded|excluding)", re.IGNORECASE)
_CLOSED_HIGH = re.compile(rf"{w.AT_MOST}|{w.WITHIN}|up to|or less|or below", re.IGNORECASE)
_OPEN_LOW = re.compile(rf"{w.ABOVE}|以外", re.IGNORECASE)
_REACHED = re.compile(r"已|您的|贵|你们|实际|去年|该企业|你公司|your|already|has|have", re.IGNORECASE)
_NOT_YET = re.compile(r"再|如果|若|倘|要是|需|须|要|才|后|时|当|如|未|没|不|还差|距|只要|一旦|只有|以便|为|等|下一|"
                      r"\b(?:if|need|needs|once|when|until|before|would|must|to reach|next|more to|short|not|below)\b", re.IGNORECASE)  # fmt: skip
_MISSED = re.compile(rf"{w.BELOW}|(?:未|没有?|不)能?(?:过|超过)|<", re.IGNORECASE)
_HAS = re.compile(
    rf"(?:已经?|现已)?(?:{w.ABOVE}|达到|达|过了|跨过|越过|迈过|≥|reached|reaches|at least)", re.IGNORECASE
)


_INSIDE = re.compile(r"(?i)属于|落在|处于|位于|在|对应|归入|仍是|falls?|belongs?|lies|within|\bin\b|between")
_OUTSIDE = re.compile(rf"(?i){w.IF}|不|未|没|下一|再|达到后|那一档|next|not|would|reach")


def ends_are_told_rightly(piece: Piece, facts: Facts) -> Iterator[str]:
    """A tier's lower end is included, its upper end is not (``[lo, hi)``); no wording says otherwise."""
    for at, found in enumerate(piece.money):
        amount, text = found.amount, piece.plain
        if amount is None:
            continue
        low, high = _bound(amount.lo), _bound(amount.hi)
        if (
            high in facts.highs
            and _upper_only(found, facts)
            and _CLOSED_HIGH.search(found.text)
            and high not in facts.sums
        ):
            yield f"上限不含本数：{found.text}"
        if low in facts.lows and amount.hi is None and not amount.lo_closed and _OPEN_LOW.search(found.text):
            said = (amount.lo, amount.hi, amount.lo_closed, amount.hi_closed) in facts.bounds
            either = re.search(r"(?:达到|等于|满)\s*(?:或者?|及)\s*$", text[: found.start])
            if not said and not either and not _comparison(piece, at, facts):
                yield f"起点含本数：{found.text}"
        ranged = _ends_range(piece, at, facts)
        value = found.values[-1]
        marked = _INCLUDES.search(text[: found.start]) or _INCLUDED.search(text[found.end :])
        if ranged == "high" and marked and value in facts.highs:
            yield f"上限不含本数：{found.text}"
        unmarked = _EXCLUDES.search(text[: found.start]) or _EXCLUDED.search(text[found.end :])
        if ranged == "low" and unmarked and value in facts.lows:
            yield f"起点含本数：{found.text}"
        if (
            facts.tier
            and not re.search(r"那一?档|上一档|低一档", text[: found.start])
            and (_EXCLUDES.search(text[: found.start]) or _EXCLUDED.search(text[found.end :]))
            and value == facts.tier[0]
        ):
            yield f"起点含本数：{found.text}"
        both = low in facts.lows and high in facts.highs and "至" in re.split("[（(]", found.text)[0]
        note = re.search(r"[（(]\s*(?:均|都|两端)?(?:包?含|包括)([^（()）]*)[)）]$", found.text)
        if both and note and "不" not in note[1]:
            yield f"上限不含本数：{found.text}"


def comparisons_hold(piece: Piece, facts: Facts) -> Iterator[str]:
    """已超过1亿元, 未达到5000万元: told of the one value compared, it must be so."""
    if facts.value is None or len(facts.told) > 1:
        return
    for found in piece.money:
        amount = found.amount
        ends = [end for end in ((amount.lo, amount.hi) if amount else ()) if end is not None]
        if len(set(ends)) != 1 or _bound(ends[0]) not in {*facts.lows, *facts.highs}:
            continue
        before, bound = piece.before(found, 24) + found.text, ends[0]
        below = amount is not None and amount.lo is None
        above = amount is not None and amount.hi is None and amount.lo is not None
        told = not _NOT_YET.search(piece.before(found, 24)) and not re.search(
            r"^(?:起|以后|之后|后|时|才|的)", piece.plain[found.end :]
        )
        if above and told and found.values[0] in facts.lows and not found.text.endswith(("起", "以上")):
            yield from _short(found, bound, piece, facts)
        elif (below or not above) and _MISSED.search(before) and not re.search(rf"再|{w.IF}", before, re.IGNORECASE):
            if facts.value >= bound and not re.search(r"(?:下限|起点|门槛|标准)", before) and _told(piece, facts):
                yield f"比对不成立：{found.text}"
        elif (
            _HAS.search(before)
            and not _NOT_YET.search(piece.before(found, 24))
            and not _NOT_YET.search(piece.after(found, 8))
        ):
            yield from _short(found, bound, piece, facts)


def _short(found: Found, bound: Decimal, piece: Piece, facts: Facts) -> Iterator[str]:
    if facts.value is not None and facts.value < bound and _told(piece, facts):
        yield f"比对不成立：{found.text}"


def values_stand_in_their_tier(piece: Piece, facts: Facts) -> Iterator[str]:
    """8000万元 is said to be in the range of a tier only where ``lo <= value < hi``."""
    if facts.value is None or facts.tables:
        return
    tiers = {(str(tier.lo), str(tier.hi)) for rule in facts.rules for tier in rule.tiers}
    for found in piece.money:
        near = piece.before(found, 16) + piece.after(found, 12)
        inside = _INSIDE.search(near) and not _OUTSIDE.search(near)
        here = found.values in tiers and Decimal(found.values[0]) <= facts.value < Decimal(found.values[-1])
        if here and re.search(r"(?i)不在|不属于|未落在|没有落在|not (?:in|within)", piece.before(found, 16)):
            yield f"就在这一档：{found.text}"
        if found.values in tiers and inside and not Decimal(found.values[0]) <= facts.value < Decimal(found.values[1]):
            yield f"不在这一档：{found.text}"


def _told(piece: Piece, facts: Facts) -> bool:
    """Whether the piece speaks of the asker's own value."""
    own = {value for found in piece.money for value in found.values} & facts.told
    return bool(own or _REACHED.search(piece.plain))


def _comparison(piece: Piece, at: int, facts: Facts) -> bool:
    """Whether 超过5000万元 compares a value told in the piece, or the asker's own, that is above it."""
    amount = piece.money[at].amount
    if amount is None or amount.lo is None:
        return False
    values = [Decimal(value) for one in piece.money[:at] for value in one.values if value in facts.told]
    if not values and facts.value is not None and _REACHED.search(piece.plain[: piece.money[at].start]):
        values = [facts.value]
    return any(value > amount.lo for value in values)


def _upper_only(found: Found, facts: Facts) -> bool:
    amount = found.amount
    return amount is not None and amount.hi is not None and (amount.lo is None or str(amount.lo) in facts.lows)


def _ends_range(piece: Piece, at: int, facts: Facts) -> str:
    """Whether a bound told alone is the ``low`` or the ``high`` end of the tier spoken of in the piece."""
    value = piece.money[at].values[-1]
    others = {one for found in piece.money for one in found.values} - {value}
    tiers = [(str(t.lo), str(t.hi)) for rule in facts.policy.awards.values() for t in rule.tiers if t.hi is not None]
    if any(hi == value and lo in others for lo, hi in tiers):
        return "high"
    if any(lo == value and hi in others for lo, hi in tiers):
        return "low"
    return ""


def _bound(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
