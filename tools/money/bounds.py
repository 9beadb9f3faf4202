"""Bounds said in several words: 不应超过, 没能达到, 至少也得有, 最高限额, does not exceed.

A denial turns the comparison behind it round, as logic has it: not above is at most, not at least is below; two
denials cancel out (不得不超过). So neither needs a list of the pairs. What may stand between an extreme (至少, 最高)
and its amount without changing it (得, 也要, 限额) belongs to the bound. Both are found while the text is cut into
tokens, so that the grammar sees one bound word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from tools.money import vocabulary as v

Find = Callable[[int], Any]  # the entry of the vocabulary at an index, or None


class Bound(NamedTuple):
    """A bound in several words, up to ``end``."""

    kind: str
    end: int
    data: object


INVERSE: dict[tuple[str, object], tuple[str, bool]] = {
    (v.LOW, False): (v.HIGH, True),
    (v.LOW, True): (v.HIGH, False),
    (v.HIGH, False): (v.LOW, True),
    (v.HIGH, True): (v.LOW, False),
    (v.EITHER_HIGH, False): (v.LOW, True),
    (v.UP, None): (v.HIGH, False),
}
REACHED = frozenset({"到", "reach", "reached", "hit"})  # join or link by themselves, but a goal when it is denied
_MODALS = (
    "应当 应该 应 该 宜 许 准 允许 可能 可以 可 会 得 能够 能 要 敢 愿 让 曾 足以 够 再 太 大可能 至于 怎么 有 法 办法 想 尝 "
    "轻易 容易 好 明显"
)
_DENIAL = (
    f"[并都还也仍尚]?(?:(?:不|没|未)(?:{'|'.join(sorted(_MODALS.split(), key=len, reverse=True))}){{0,3}}"
    "|无[法力从望]|难[以于]|很难|别|勿|禁止|避免|防止)(?:再|会|能|让|使)?"
)
# 不必超过 asks for nothing: it says neither more nor less
_NEEDLESS = "(?:不(?:需要|需|必|用|要求|一定|见得|非得|强制)|无[需须]|毋[需须]|未必|没(?:有)?必要|没(?:有)?要求)(?:要求|要|非得|得|会|能)?"
DENIAL = re.compile(f"(?P<needless>{_NEEDLESS})|{_DENIAL}")
ENGLISH_DENIAL = re.compile(r"(?:not|no|never|cannot|(?<=n')t) (?:to |yet |been |be |even ){0,2}")
DENIAL_STARTS = frozenset("并都还也仍尚不没未无毋难很别勿禁避防")
STRESS = frozenset("都也还")
QUESTION = frozenset("不没")  # 能不能, 超没超: the same word on both sides asks and denies nothing

EXTREMES = frozenset({"least", "most"})
_FILLER = (
    r"也就是|也就|也|就(?!业)|还|都|只|需要|要求|要|需|必须|须|应当|应该|应(?!收)|该|会(?!计)|可以|可|能够|能|有(?![限效])|是|为|"
    r"达到|达|到(?![账期手位款])|了|在|将|限额|限价|额度|金额|总额|标准|门槛|资助|支持|扶持|实现|完成|达成|按(?=\d)|限|:|得(?=[有要是])"
)
# 至少得5000万 asks for it; 最多得5000万 is awarded it
FILLERS = {"most": re.compile(f"(?:{_FILLER}){{0,4}}"), "least": re.compile(f"(?:{_FILLER}|得(?![到了])){{0,4}}")}


def denied(s: str, i: int, find: Find, nested: bool = False) -> Bound | None:
    """The comparison denied at ``i``: 不会低于 is a lower bound, 无法达到 an open upper one; None if there is none."""
    match = (ENGLISH_DENIAL if s[i].isascii() else DENIAL).match(s, i)
    if match is None:
        return _stressed(s, i, find)
    if s[i] in QUESTION and i and s[i - 1] == s[i + 1]:
        return Bound(v.SKIP, i + 1, None)
    j = match.end()
    bound = denied(s, j, find, True) if s[j] in DENIAL_STARTS and not nested else None
    if bound is None:
        entry = find(j)
        if entry is None:
            return None
        word, kind, data = entry
        bound = Bound(v.LOW, j + len(word), True) if word in REACHED else Bound(kind, j + len(word), data)
    inverse = INVERSE.get((bound.kind, bound.data))
    if inverse is None:
        return None
    end = bound.end + (s[bound.end] in "过了")  # 没达到过
    if match.re is DENIAL and match["needless"]:
        return Bound(v.SKIP, end, None)
    return Bound(inverse[0], end, inverse[1])


def _stressed(s: str, i: int, find: Find) -> Bound | None:
    """八千万都达不到, 也低于: the word before the comparison only stresses it."""
    entry = find(i + 1) if s[i] in STRESS else None
    if entry is None or entry[1] not in (v.HIGH, v.EITHER_HIGH) or entry[2] is not False:
        return None
    return Bound(entry[1], i + 1 + len(entry[0]), entry[2])


def filled(s: str, end: int, data: object) -> int:
    """Where the words end that go with the extreme which ends at ``end``: 至少也要, 最高限额为."""
    match = FILLERS[str(data)].match(s, end)
    return match.end() if match else end
