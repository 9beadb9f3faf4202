"""Words handed to a tool -> exact values. What cannot be read safely is a MoneyError that says why."""

import re
from datetime import date
from decimal import Decimal

from tools import changes, money, since
from tools.errors import MoneyError
from tools.interval import Interval
from tools.money.characters import prepare
from tools.money.lexicon import Lexicon
from tools.rules import Measure

_PART = re.compile(r"(?P<way>其中|除去)(?P<share>.+)")  # of the firms told
_ZERO = re.compile(r"(?:0|零)(?:块钱?|[万亿]?元|[万亿])?|zero")
_PLAIN = re.compile(
    r"[^\d零一二两三四五六七八九十百千]*[\d零一二两三四五六七八九十百千][\d,.零一二两三四五六七八九十百千]*[^\d零一二两三四五六七八九十百千]*\0?"
)  # one number
_MOST = 1_000_000  # firms; no park has more
_DIGITS = re.compile(r"\d")
_ENGLISH = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def value(amount: str, change: str, measure: Measure, lexicon: Lexicon, as_of: date | None = None) -> Interval | None:
    """The measure's value in its unit (yuan, months); None when nothing was said. A time may be told by the day it
    began (去年3月), and is counted up to ``as_of``.

    In yuan ``0``, ``零`` and ``没有营收`` are nothing, whatever the unit.
    ``change`` is applied to ``amount``: 再多3000万, 少500万, 增长20%, 翻一番.
    Raises MoneyError when the words hold no value, more than one, or one that is refused.
    """
    if not amount.strip():
        return None
    read = money.read(amount, lexicon)
    if measure.unit == "yuan" and not read.amounts and _nothing(amount, measure, lexicon):
        return Interval.at(0)
    if measure.unit == "month":
        found: list[Interval] = [_months(one) for one in read.durations]
        start, _, end = prepare(amount).text.rstrip("\0").partition("~")
        if as_of and end and (first := since.find(start, as_of)) and (last := since.up_to(end, first, as_of)):
            found = [since.between(first, last)]
        elif not found and as_of and (began := since.find(prepare(amount).text, as_of)):
            found = [since.months(began, as_of)]
    else:
        if read.refusals:
            raise MoneyError(read.refusals[0].message)
        found = [Interval.of(one) for one in read.amounts]
        if len(found) == 1 and _DIGITS.search(amount[: read.amounts[0].start] + "，" + amount[read.amounts[0].end :]):
            raise MoneyError(f"“{amount}”里还有没读进去的数字，请只写一个数值，例如“5000万元”。")
    if not found and measure.unit == "yuan" and _PLAIN.fullmatch(prepare(amount).text):
        raise MoneyError(f"“{amount}”没有写单位，请带单位（万元或亿元）。")
    if len(found) != 1:
        raise MoneyError(f"“{amount}”里应恰有一个{measure.name}的数值，请写清楚并带上单位。")
    return _changed(found[0], change) if change.strip() else found[0]


def _nothing(words: str, measure: Measure, lexicon: Lexicon) -> bool:
    """Whether the words say that there is none: 0, 零元, 没有营收, 营收都没有."""
    folded = prepare(words).text.rstrip("\0")
    name = "|".join(map(re.escape, measure.words(lexicon)))
    none = rf"一[分毛块]钱?(?:都|也)没有?|没有?(?:任何)?(?:{name})|(?:一分钱?的?)?(?:{name})(?:一分钱?)?(?:都|也)?没有?|(?:zero|no) (?:{name})"
    return bool(_ZERO.fullmatch(folded) or re.fullmatch(none, folded))


def _changed(base: Interval, words: str) -> Interval:
    """The base after each change in turn; changes are parted by a full-width semicolon."""
    for change in words.split("；"):
        found = changes.find(change)
        if len(found) != 1:
            raise MoneyError(f"没有看懂变化“{change}”，请直接写变化后的数值，并带上单位。")
        base = found[0].apply(base)
        if base.lo is not None and base.lo < 0:
            raise MoneyError(f"按“{change}”算下来小于零，请直接写变化后的数值，并带上单位。")
    return base


def _months(read: money.Quantity) -> Interval:
    """A duration in months; days count 365 to 12 months."""
    whole = Interval.of(read)
    return _scaled(whole, Decimal(12) / Decimal(365)) if read.unit == "天" else whole


def _scaled(base: Interval, by: Decimal) -> Interval:
    return Interval(
        None if base.lo is None else base.lo * by,
        None if base.hi is None else base.hi * by,
        base.lo_closed,
        base.hi_closed,
    )


def count(words: str) -> int:
    """``4家``, ``四家企业``, ``4`` -> 4; ``3家；再多2家`` -> 5; nothing said -> 1.

    Raises MoneyError unless it is a whole number from 1.
    """
    if not words.strip():
        return 1
    base, *more = words.split("；")
    number = _whole(base)
    for change in more:
        if part := _PART.fullmatch(change):
            number = _share_of(number, part["share"], part["way"] == "其中", words)
            continue
        way = changes.sign(re.sub(r"[\d一二两三四五六七八九十百]+(?:家|户|个)?.*$", "", change))
        if not way:
            raise MoneyError(f"没有看懂家数的变化“{change}”，请写明一共几家。")
        number += _whole(re.sub(r"^[^\d；]{1,4}(?=\d{1,6}$)", "", change)) * (1 if way == "more" else -1)
    return int(_in_range(Decimal(number), words))


def _share_of(number: int, share: str, inside: bool, words: str) -> int:
    """Half of ten firms, or the rest of them; a share that is no whole number of firms is refused."""
    by = changes.share_of(share)
    part = None if by is None else number * (by if inside else 1 - by)
    if part is None or part != int(part):
        raise MoneyError(f"“{words}”算不出整数家，请写明符合条件的是几家。")
    return int(part)


def _whole(words: str) -> int:
    spelled = words.strip().lower().replace("俩", "两家").replace("仨", "三家").replace("家家", "家")
    if spelled in _ENGLISH:
        return _ENGLISH.index(spelled) + 1
    if spelled.isascii() and spelled.isdigit():
        number = Decimal(spelled)
    else:
        found = money.read(spelled).counts
        if len(found) != 1 or found[0].lo is None or found[0].lo != found[0].hi:
            raise MoneyError(f"没有看懂家数“{words}”，请写明几家，例如写成阿拉伯数字。")
        number = found[0].lo
    return int(_in_range(number, words))


def _in_range(number: Decimal, words: str) -> Decimal:
    """A whole number of firms from 1 that is no slip of the hand."""
    if number > _MOST:
        raise MoneyError(f"家数太大，不像实际的家数，请核对后重写：“{words}”。")
    if number < 1 or number != int(number):
        raise MoneyError(f"家数应为不小于1的整数：“{words}”。")
    return number
