"""A value and a change of it told in one message: applied where the value is what it was before, left where the change
only tells how the value came about, and asked about where neither is said.

::

    去年4500万，今年涨了两成      from the value before
    8000万，明年翻一番呢          supposed
    5000万，比去年增长25%         how it came about
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.given import Found, Given
from tools import changes, money

_BEFORE = re.compile(r"从|去年|原来|原先|上年|本来|以前|前年|起初|from\s*$|\blast year|\bused to|\bwas\b")
_SUPPOSED = re.compile(
    r"如果|要是|假如|假设|若|再(?!加)|明年|后年|下一?年|以后|之后|计划|预计|打算|争取|\bif\b|\bnext year|\bthen\b"
)
_HOW = re.compile(r"(?:同比|环比|比|较|相比)(?P<what>去年|上年|前年|原来|以前|上一年)?[^，。；,;]{0,6}$")
_OTHER = re.compile(
    r"(?:利润|净利|毛利|成本|费用|开支|人数|员工|工资|订单|客户|税负|税额|profits?|costs?|staff|headcount)[^，。；,;\d]{0,4}$"
)
_TOLD_OF_ITS_OWN = re.compile(r"比|同比|环比|较|利润|净利|毛利|成本|费用|人数|员工|工资|订单|客户|税")
_GREW = re.compile(r"[到至成为]了?$|\bto $")


def with_change(found: Found, text: str) -> tuple[Found, bool]:
    """The values with the change told of them applied, and whether one was told that cannot be placed."""
    bases = [one for one in found if one[1].words]
    differences = [one for one in found if not one[1].words and one[1].change]
    if len(bases) != 1 or bases[0][1].change:
        return found, bool(bases and differences and not all(one[1].firm for one in differences))
    rank, given, amount = bases[0]
    told: Sequence[tuple[str, int, int]] = [(one[1].change, one[2].start, one[2].end) for one in differences]
    if not told:
        told = [(one.text, one.start, one.end) for one in _shares(text)]
    if not told:
        return found, changes.unread_share(text) and not _TOLD_OF_ITS_OWN.search(text)
    _words, start, end = told[0]
    lead = text[max(0, amount.start - 14) : amount.start]
    between = text[amount.end : start] if start >= amount.end else text[end : amount.start]
    how = _HOW.search(text[max(0, start - 12) : start])
    if how and not (how["what"] and how["what"] in lead + between[:-10]):
        return bases, False
    if start < amount.start and _GREW.search(between):
        return bases, False
    if _BEFORE.search(lead) or (_BEFORE.search(between) and start < amount.start) or _SUPPOSED.search(between):
        change = "；".join(one for one, _, _ in told)
        return [(rank, replace(given, change=change), amount)], False
    return bases, True


def _shares(text: str) -> list[changes.Change]:
    """Changes by a share, where they stand in the text as it was typed."""
    shares = [one for one in changes.find(text) if one.times != 1 or one.spread_share]
    shares = [one for one in shares if not _OTHER.search(text[: one.start])]
    placed = []
    for one in shares:
        at = text.lower().find(one.text)
        placed.append(replace(one, start=at, end=at + len(one.text)) if at >= 0 else one)
    return placed


def only_changed(text: str) -> tuple[Given, ...]:
    """Changes of a value told before: 翻一番, 减半, 涨了两成."""
    told = [
        one for one in changes.find(text) if not money.read(one.text).amounts and not _OTHER.search(text[: one.start])
    ]
    return (Given("", "", change="；".join(one.text for one in told)),) if told else ()
