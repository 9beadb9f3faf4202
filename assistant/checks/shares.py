"""Sums held against each other: a firm's share and the total, a tier and its sum, a distance and where it leads."""

import itertools
import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.checks import words as w
from assistant.checks.amounts import CONDITION, DENIED_BEFORE, is_award
from assistant.checks.piece import Piece
from assistant.facts import Facts
from assistant.figures import Found

_WHOLE = re.compile(rf"(?i){w.WHOLE}")
_SHARE = re.compile(r"(?i)每家|每个|每人|每一家|单家|单个|单笔|各自|\ba single\b|\beach\b|\bper\b|\bevery\b")
_PERSON = re.compile(r"(?i)每个人|每人|人均|每位|每名|each (?:\w+ )?member|per (?:person|head|member)")
_WAY = re.compile(r"(?i)(?:差|再?增加|再做|补足|补上)(?:了|约|上)?\s*\**$|another\s*(?:RMB|CNY)?\s*$")
_TOWARDS = re.compile(r"(?i)(?:离|距离?|到|达到|至|reach|to)\s*(?:RMB|CNY)?\s*\**$")
_FAR = re.compile(r"(?i)^\s*(?:yuan|RMB)?\s*(?:more|away|short)\b")


def shares_are_told_rightly(piece: Piece, facts: Facts) -> Iterator[str]:
    """A programme's total is told as a total, what each firm brings as a share, and their sum as a sum."""
    counted = [one for one in facts.outcomes if one["type"] == "due" and one["count"] > 1]
    each = {value for one in counted for value in facts.read_sums(one["each"])}
    whole = {str(one["amount_yuan"]) for one in counted} - each
    for found in piece.money:
        value, before, after = found.values[-1], piece.before(found, 16), piece.after(found, 10)
        near = before + found.text + after + (piece.before(found, 60) if piece.language == "en" else "")
        if value in facts.sums and _PERSON.search(piece.plain) and not DENIED_BEFORE.search(piece.plain[: found.start]):
            yield f"不是每人的数：{found.text}"
        if value in facts.pools - facts.due and is_award(piece, found, facts) and not _WHOLE.search(near):
            yield f"总额说成了一笔奖励：{found.text}"
        if (
            value in (facts.pools | whole) - each
            and _SHARE.search(before + after[: 12 if value in facts.pools else 3])
            and not re.search(r"[×x*=]", near)
        ):
            yield f"总数说成了每家的：{found.text}"
        together = re.search(r"合计|一共|总共|加起来", before)
        if value in facts.lows and together and any(rule.pays == "once_per_firm" for rule in facts.rules):
            yield f"每家企业分别看：{found.text}"
        if (
            value in each
            and re.search(r"(?i)共|合计|总计|altogether|in total|total of", before)
            and not _SHARE.search(near)
            and not re.search(r"[×x*=]", near)
        ):
            yield f"每家的数说成了总数：{found.text}"

    pooled = any(one.get("pooled") for one in facts.outcomes)
    inside = re.search(
        r"(?i)(?:在|未超|没超|不超)[^，。；]{0,6}总额[^，。；]{0,4}(?:之内|以内|范围内|内)|within the (?:programme|total|pool)",
        piece.plain,
    )
    over = re.search(
        r"(?i)(?<!没有)(?<!没)(?<!未)(?<!不)(?<!不会)超(?:过|出)[^，。；不]{0,8}总额|(?:exceeds?|over|above) the (?:programme|total|pool)",
        piece.plain,
    )
    if (pooled and inside) or (facts.outcomes and not pooled and over and not re.search(r"不|未|没|not", over[0])):
        yield f"总额比得不对：{(inside or over or ['总额'])[0]}"


def tiers_pay_their_own_sums(piece: Piece, facts: Facts) -> Iterator[str]:
    """A sum told right after a tier's range, or after a value compared, is what that tier or value gives."""
    tiers = {(str(t.lo), str(t.hi)): str(t.amount) for rule in facts.rules for t in rule.tiers}
    results = {value: result for result in facts.computed for value in facts.read_sums(str(result.get("value") or ""))}
    last: Found | None = None
    for found in piece.money:
        if found.values in tiers or (len(found.values) == 1 and found.values[0] in results):
            last = found
        elif set(found.values) & (facts.lows.keys() | facts.highs.keys()):
            last = None
        elif last and len(found.values) == 1 and found.values[0] in facts.sums - facts.lows.keys() - facts.highs.keys():
            between = piece.plain[last.end : found.start]
            if last.values in tiers and tiers[last.values] != found.values[0] and not DENIED_BEFORE.search(between):
                yield f"这一档不是这个数：{found.text}"
            if last.values[0] in results and len(results) > 1 and len(last.values) == 1:
                due = {str(one.get("amount_yuan")) for one in results[last.values[0]]["outcomes"]}
                if found.values[0] not in due and not CONDITION.search(between) and not DENIED_BEFORE.search(between):
                    yield f"这个数额对应的不是这笔奖励：{found.text}"
            last = None


def distances_are_distances(piece: Piece, facts: Facts) -> Iterator[str]:
    """还差 and 再增加 stand before a distance that was computed, or one the user told."""
    for found in piece.money:
        way = re.search(
            r"(?i)(?:还差|再增加|还需增加|再多做|差距是?|another|short by|gap (?:is|of))\s*(?:RMB|CNY|约|了)?\s*\**$",
            piece.plain[: found.start],
        )
        way = way or _FAR.search(piece.plain[found.end :])
        onto = len(found.values) == 2 and found.values[0] in facts.distances and found.values[1] in facts.lows
        if way and not onto and set(found.values) - facts.distances - facts.told:
            yield f"差距没有这么算：{found.text}"
    for here, there in itertools.permutations(piece.money, 2):
        far = _WAY.search(piece.plain[: here.start]) and here.values[0] in facts.distances
        towards = _TOWARDS.search(piece.plain[: there.start]) and there.values[-1] in facts.lows
        off = facts.value is not None and Decimal(there.values[-1]) - facts.value != Decimal(here.values[0])
        if far and towards and off:
            yield f"差距对不上：{here.text}到{there.text}"
