"""Which part a sum of money plays: a cap, a fixed sum, this tier's or another's, an award or the value it goes by."""

import re
from collections.abc import Iterator

from assistant.checks import words as w
from assistant.checks.piece import Piece
from assistant.facts import Facts
from assistant.figures import Found

_CAPS = rf"{w.CAPS}|顶格|<"  # 顶格 and < name a cap, but neither is a word by which a fixed sum is told as one
_DENIED = rf"{w.DENIES}|不到|不足|低于"  # of a bound: 不到5000万元
_LISTED = (
    r"(?:[\d.,，万亿千元RMB人民币\s]+(?:[、和及]|\band\b|,\s))*[\sRMB人民币]*"  # sums told in a row share their cap
)
_CAP_BEFORE = re.compile(rf"(?i)(?:{_CAPS})(?:[^，。；（）()\n]{{0,14}}|[ -~]{{0,44}})(?:(?<=[是为到 ])|){_LISTED}$")
DENIED_BEFORE = re.compile(rf"(?i)(?:{_DENIED})[^，。；\n]{{0,14}}$")
_NOT_SURE_BEFORE = re.compile(
    rf"(?i)(?:{w.NO_PROMISE}|并非|并不|不是说|not (?:necessarily|a promise|mean))[^。；\n]{{0,24}}$"
)
_CAP = re.compile(rf"(?i){_CAPS}")
_CAP_AFTER = re.compile(
    rf"(?i)^[^，。；\n]{{0,24}}的(?:奖励)?上限|"
    rf"^[^，。；\n]{{0,8}}(?:上限|封顶|{w.WITHIN}|at most|is (?:a|the|only a) (?:cap|maximum)|maximum|cap\b|ceiling)"
)
_TIER_AFTER = re.compile(r"^\**\s*(?:元)?(?:那|这|的)?(?:一)?档")
_NEEDS = re.compile(r"^[^，。；]{0,6}(?:要|须|需|得|达到)")
_APART = re.compile(r"(?i)不|没|未|再|离|够不上|而非|下一|上一|因为|next|not")
_SPOKEN_OF = re.compile(r"(?i)(?:您|你)(?:所)?(?:说|提|问|听说)到?的?\s*[“\"]?$")
_HAD_BEFORE = re.compile(r"(?i)已经?(?:拿|领|得|获)|(?:拿|领)过|拿的|领的|去年拿|already (?:received|got)")
_NO_CAP = re.compile(
    r"(?i)(?:不是|并非|不止|不限于|没有|无)[^，。；\n]{0,4}(?:最高|最多|上限|封顶|不超过)|(?:不低于|不少于)[^，。；\n]{0,4}$|"
    r"not (?:a|the) (?:cap|maximum|ceiling)|uncapped"
)
# a way to go or a bound, no award
_DISTANCE = re.compile(
    r"(?i)(?:还?差|缺|补足|补上|再?增加|多做|再多|[<≤>≥＜＞]|距离?\S{0,12}还差|more by|increase by|short by)\s*\**$"
)
_NO_AWARD_AFTER = re.compile(r"(?i)^\**\s*(?:more|short|away)\b")
_TOPS = re.compile(rf"(?i){w.TOPS}")
_STRICT_CAP = re.compile(rf"(?i){w.AT_MOST}|{w.CAP}|以内|capped")
_TOP_TIER = re.compile(r"最高(?:的)?(?:一)?(?:档|级|标准|奖励档)")
_OTHER_TIER = re.compile(
    r"(?i)下一?个?档|更高|上一?个?档|上一级|下一级|升档|提档|档位|各档|每档|其他档|最高一?档|next tier|higher tier|top tier|(?:other|lower|previous|that|those|these|this|a|the) tiers?(?: (?:with|that|from|which))?\b"
)
_NEXT = re.compile(r"(?i)下一|更高|升|再|进入|next|higher|reach")
_AWARD_AFTER = re.compile(
    r"(?i)^\s*元?\**\s*(?:的|人民币)?(?:一次性|经济|现金)*(?:奖励|奖金|补贴|补助|award|reward|subsidy)(?!.{0,3}(?:资金|总额|对象|条件|标准|门槛|上限|档))"
)
_AWARD = "奖励"
_WHOLE = re.compile(rf"(?i){w.WHOLE}")
_LEAST = re.compile(r"(?i)至少|起码|最少|不少于|不低于|保底|at least|minimum of|no less than")
_RISES = re.compile(
    r"(?i)起步|起算|无上限|没有上限|不设上限|上不封顶|越多|starts? (?:at|from)|no (?:upper )?limit|get more|or more"
)
# 满足条件 and 以后 are said of this tier too: they excuse a sum only where nothing is due (``CONDITION``).
_LATER = re.compile(
    rf"(?i)下一?个?档|更高|上一?个?档|升档|提档|达到|达标后|{w.THEN}|再增加|next tier|higher tier|\bthere\b|then|once|reach"
)
CONDITION = re.compile(rf"(?i)满|达到|达标|{w.AFTER}|{w.THEN}|{w.IF}|一旦|once|when|reach")
_GOVERNED = re.compile(
    r"(?i)(?:奖励|奖金|补贴|补助|奖给?|获得|得到|拿到?|领到?|领取|享受|可得|发放|award(?:ed)? of|(?:award|reward|subsidy) (?:is|will be|amounts to)|receives?|gets?|paid)[的金额资款]*(?:为|是|：|:|达|有|共|总额|标准|大?约|近|不超过|最高|最多|至少|\s|RMB|CNY|\*|人民币|of)*$"
)


def caps_are_told_as_caps(piece: Piece, facts: Facts) -> Iterator[str]:
    """不超过 is never told as a sum due."""
    for found in piece.figures:
        if found.unit == "yuan" and set(found.values) & facts.caps and not _capped(piece, found, facts):
            yield f"上限说成了应得数额：{found.text}"


def _capped(piece: Piece, found: Found, facts: Facts) -> bool:
    before, after = piece.plain[: found.start], piece.plain[found.end :]
    if _NO_CAP.search(f"{before[-24:]}{found.text}"):
        return False
    return bool(
        _DISTANCE.search(before)
        or _NO_AWARD_AFTER.search(after)
        or _CAP.search(found.text)
        or found.text[0] in "<≤>≥＜＞"
        or _CAP_BEFORE.search(before)
        or (found.values[0] not in facts.due and DENIED_BEFORE.search(before + found.text[:3]))
        or (
            _TIER_AFTER.search(after)
            and (
                found.values[0] in facts.due or _APART.search(piece.before(found) + found.text) or _NEEDS.search(after)
            )
        )
        or (found.values[0] in facts.told and _SPOKEN_OF.search(before) and _CAP.search(piece.plain))
        or (found.values[0] in facts.told and _HAD_BEFORE.search(piece.before(found)))
        or _NOT_SURE_BEFORE.search(before)
        or _CAP.search(piece.column(found))
        or _CAP_AFTER.search(after)
    )


def fixed_sums_are_not_told_as_caps(piece: Piece, facts: Facts) -> Iterator[str]:
    """A fixed sum is not told as a cap; 最高 may only say that no tier pays more."""
    for found in piece.money:
        if set(found.values) & facts.fixed:
            words = _TOP_TIER.sub("", piece.before(found, 12) + found.text + piece.after(found, 8))
            due = set(found.values) & facts.due and not facts.tables
            unsure = found.values[0] in facts.fixed and _NOT_SURE_BEFORE.search(piece.plain[: found.start])
            if _STRICT_CAP.search(words) or (due and _TOPS.search(words)) or unsure:
                yield f"固定数额说成了上限：{found.text}"


def awards_have_no_floor(piece: Piece, facts: Facts) -> Iterator[str]:
    """No award is told as 至少, 以上, 起 or 超过 some sum."""
    for found in piece.money:
        amount = found.amount
        floor = amount is not None and amount.lo is not None and amount.hi is None and found.values[0] not in facts.lows
        if found.values[0] in facts.pools and (
            _WHOLE.search(piece.plain[found.start : found.end + 12]) or found.text[0] in ">＞"
        ):
            continue
        if found.values[0] in facts.sums and _LEAST.search(piece.before(found, 12)):
            floor = True
        if _RISES.search(piece.before(found) + piece.after(found)) and found.values[0] in facts.due:
            floor = True
        if floor and (found.values[0] in facts.sums or is_award(piece, found, facts)):
            yield f"奖励说成了至少：{found.text}"


def only_this_tier_is_due(piece: Piece, facts: Facts) -> Iterator[str]:
    """Another tier's sum is told only with that tier's bound, as the next tier's, or denied."""
    if facts.tables or not (facts.outcomes or facts.computed):
        return
    told = {value for one in piece.figures for value in one.values}
    for found in piece.money:
        value = found.values[0]
        if _OTHER_TIER.search(piece.column(found)):
            continue
        if len(found.values) > 1 or value not in facts.sums - facts.due - facts.pools:
            continue
        if value in facts.next_sums and (
            _LATER.search(piece.plain) or (not facts.due and CONDITION.search(piece.plain))
        ):
            continue  # what comes next, told with its condition
        ends = {end for ends in (facts.lows, facts.highs) for end, sums in ends.items() if value in sums}
        apart = told & ends - facts.told or value in facts.distances
        before = piece.before(found)
        another = _TIER_AFTER.search(piece.plain[found.end :]) and _APART.search(before + found.text)
        had = value in facts.told and _HAD_BEFORE.search(before)
        if not (apart or another or had or DENIED_BEFORE.search(piece.plain[: found.start] + found.text[:3])):
            yield f"别的档次的数说成了本档：{found.text}"
    for found in piece.figures:
        if found.unit == "ordinal" and found.values[0].endswith("档") and facts.computed:
            nth = int(found.values[0][:-1])
            later = {at + 1 for at in facts.nth} if _NEXT.search(piece.plain) or not facts.due else set()
            if nth not in facts.nth | later and not DENIED_BEFORE.search(piece.plain[: found.start]):
                yield f"不属于这一档：{found.text}"


def awards_are_awards(piece: Piece, facts: Facts) -> Iterator[str]:
    """What is said to be got is a sum the results speak of, not a value, a bound or a distance."""
    for found in piece.money:
        if set(found.values) <= facts.sums:
            continue
        if found.values[-1] in facts.products and _CAP.search(
            f"{piece.before(found, 6)}{found.text}{piece.after(found, 6)}"
        ):
            yield f"乘积说成了上限：{found.text}"
        if not is_award(piece, found, facts):
            continue
        before = piece.plain[: found.start]
        if not DENIED_BEFORE.search(before) and not _DISTANCE.search(before):
            yield f"不是奖励的数说成了奖励：{found.text}"


def is_award(piece: Piece, found: Found, facts: Facts) -> bool:
    """Whether a sum is spoken of as got: by its measure, or by the word right behind it."""
    before = piece.plain[: found.start]
    if found.amount is None or _DISTANCE.search(before):
        return False
    followed = any(0 <= one.start - found.end < 14 for one in piece.money)  # 30亿元及以上一次性奖励100万元
    if (_AWARD_AFTER.search(piece.plain[found.end :]) and not followed) or _GOVERNED.search(before):
        return True
    known = facts.told | facts.lows.keys() | facts.highs.keys()
    return found.amount.measure == _AWARD and not set(found.values) <= known
