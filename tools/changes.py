"""How a value changes, in words: 涨了两成, 做到原来的3倍, 打八折, 腰斩, 补上这2000万, grows by 30%.

::

    change = turn                                翻番, 腰斩, halved
           | to [原来的] share                    降到八成, 只有原来的一半, 三倍, 八折
           | verb share                           涨了两成, 少三分之一, grows by 30%
           | verb amount | amount more            补上这2000万, 多做2500万, RMB 2 million less
           | lack coins                           差一分钱, 少两毛
           | verb duration                        再过4个月, 还差一天
           | ± (amount | share)                   ±200万, 上下浮动10%
    share  = n% | n成[半] | n分之m | 一半 | n倍[半] | n折

A share is one of the value before. Words that look like a change (``looks``) and are none of these must be asked about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tools import money
from tools.interval import Interval
from tools.money.characters import prepare

_N = r"(?:\d{1,24}(?:\.\d{1,24})?|[零一二两三四五六七八九十百]{1,24}(?:点[零一二三四五六七八九]{1,24})?)"  # bounded: a long run costs no more
SHARE = (
    rf"(?:百分之{_N}|{_N}分之{_N}|{_N} ?(?:%|percent\b)|{_N}个(?:百分)?点|{_N}成半?|{_N}倍半?|{_N}折|一?半|half\b|"
    r"an? (?:third|quarter)\b)"
)
_UP = (
    r"上涨|上升|上浮|增长|增加|增多|提高|提升|扩大|涨|升|增|加|(?<![差最许好很不几])多|(?<!最)高|\bup|\bgrow(?:s|n|ing)?|"
    r"\bgrew|\bincreas(?:e|es|ed|ing)|\brises?|\brose|\brisen|\bgain(?:s|ed)?|\bgoes up|\bwent up"
)
_DOWN = (
    r"下跌|下降|下滑|下浮|降低|减少|缩水|缩减|萎缩|回落|跌|降|减|砍|掉|(?<![至最不多])少|\bdown|\bdrop(?:s|ped)?|\bfalls?|\bfell|"
    r"\bfallen|\bdecreas(?:e|es|ed|ing)|\bdeclin(?:e|es|ed)|\bshrinks?|\bshrank|\bcut"
)
_FILL = r"(?:了|掉|去|个|它|\s|by\b){0,4}"
_TO = (
    r"(?<![\d一二两三四五六七八九十%成倍])(?:到|成|为|至|是|只有|只剩|仅有|仅剩|剩下?|剩余|相当于|等于|达到?|按|完成了?|打个?|\bto\b|\bonly\b)了?\s?"
    r"(?:(?:原来|原先|去年|上年|以前|之前|现在|目前|当时|前年|今年)的?|的)?"
)
_OF = r"(?:原来|原先|去年|上年|以前|之前|现在|目前|当时)的|(?<=\d|[元万亿])的|^的"
_OPEN_AFTER = (
    r"(?!\d|[多几来余]|左右|上下|以上|以下|以内|出头|[~\-到至]\s*[\d一二两三四五六七八九十]|[一二两三四五六七八九十])"
)
_NOT = r"(?:没有?|未|不是?|并未|不会|n't |not )$"

_TURNS: tuple[tuple[str, Fraction], ...] = (
    (r"翻了?(?:两|二|2)番|quadrupl\w+", Fraction(4)),
    (r"翻了?(?:三|3)番", Fraction(8)),
    (r"翻了?一?番(?!几)|翻了?(?:一|1|个)?倍|\bdoubl\w+|\btwice\b", Fraction(2)),
    (r"\btripl\w+", Fraction(3)),
    (r"腰斩|打?对折|折半|\bhalv\w+|\bin half\b", Fraction(1, 2)),
)
_MORE = (
    r"补上|补足|补齐|补够|补回|增收|创收|(?:多|再)(?:做|赚|收|出|接|签|卖|开|干|挣|揽|来|拉|添|完成|实现)|再加上?|追加|额外|"
    r"another|extra|additional|plus|add(?:s|ed|ing)?"
)
_LESS = r"减去|减掉|扣掉|少(?:做|赚|收|接|签|卖|开|干|挣|揽|拉|完成|实现)|流失|亏掉|丢掉|minus|los(?:e|es|ing|t)"
_BEFORE_AMOUNT = r"(?:了|掉|去|个|出|上|这|那|差的|缺的|的|些|\s|by\b|an?\b)*$"
_BEHIND_AMOUNT = re.compile(
    r"^(?:也|都|全|给|能)*(?:补上|补足|补齐|补够|加上|加进去)(?![^，。]{0,8}[\d一二两三四五六七八九十])|^ more\b(?! than)"
)
_BEHIND_LESS = re.compile(
    r"^(?:也|都|全)?(?:减掉|扣掉|拿掉)(?![^，。]{0,8}[\d一二两三四五六七八九十])|^ (?:less|fewer|lower)\b(?! than)"
)
_MORE_TIME = re.compile(r"(?:再|多|又)(?:过|等|待|干|留|在库|满|加|上)*$|再过$|\banother $")
_LESS_TIME = re.compile(r"(?:差|少|欠|缺)(?:了|个|那么)*$")
_SPREAD = re.compile(rf"(?:±|\+/?-|正负|上下浮动|浮动)(?P<by>{SHARE}|.+)$")
_ALONE = re.compile(
    rf"^(?:那|那么|如果|要是|假如|假设|换成|变|就|是|what about|what if)*\s*(?P<by>{SHARE}|{_N} times)(?:的话|呢|怎么样|如何|吧|\W)*$"
)
_ROUGHLY = re.compile(rf"(?<!同比)(?<!环比)(?:{_UP}|{_DOWN}){_FILL}[^，。；,;]{{0,3}}(?:{SHARE})")
# less than a yuan, which is read as no amount of its own: 差一分钱, 少两毛
_COINS = re.compile(
    r"(?:差|少|缺|欠)(?:了|个)?(?P<n>\d|[一两二三四五六七八九])(?P<unit>[毛角分])钱?(?![钟之成店数都也制度])"
)
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_TIMES_OVER = re.compile(rf"(?P<by>{_N}|{'|'.join(_WORDS)}) times\b(?: (?:as|of|that|the|what)\b)?")
_LOOKS = re.compile(
    rf"翻(?:了|一|两|二|三|几|\d|番|倍)|{SHARE}|几倍|几成|打折|{_TO}原来|上涨|下跌|下滑|上浮|下浮|缩水|腰斩|涨|跌|回落|反弹|恢复到?|"
    r"(?:增长|增加|减少|下降|提高|提升)(?!后?(?:了)?(?:还|要|会|能|怎|有))|多做?(?:一)?(?:点|些)|少(?:一)?(?:点|些)|"
    r"\b(?:grow|grew|grows|increase[sd]?|rises?|rose|drops?|dropped|falls?|fell|decrease[sd]?|doubl|tripl|halv)"
)


@dataclass(frozen=True, slots=True)
class Change:
    """``value × times + plus``; ``spread`` widens it to both sides. ``text`` is the words, folded."""

    text: str
    start: int
    end: int
    times: Fraction = Fraction(1)
    plus: Decimal = Decimal(0)
    spread: Decimal = Decimal(0)
    spread_share: Fraction = Fraction(0)

    def apply(self, base: Interval) -> Interval:
        """The value after the change, to the hundredth where a share does not come out even."""

        def at(end: Decimal | None, side: int) -> Decimal | None:
            if end is None:
                return None
            moved = _times(end, self.times) + self.plus
            return moved + side * (self.spread + _times(end, self.spread_share))

        return Interval(at(base.lo, -1), at(base.hi, 1), base.lo_closed, base.hi_closed)


def find(text: str) -> list[Change]:
    """The changes told in a text, in its order; none of them overlap."""
    folded = prepare(text).text.rstrip("\0")
    found: list[Change] = []
    for one in (*_spreads(folded), *_shares(folded), *_amounts(folded), *_coins(folded), *_durations(folded)):
        if all(one.end <= other.start or other.end <= one.start for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def looks(text: str) -> bool:
    """Whether words look like a change, understood or not."""
    return bool(_LOOKS.search(prepare(text).text))


def unread_share(text: str) -> bool:
    """Whether a share is told as a rise or a fall in words that do not say exactly how much (增长30%到50%)."""
    return bool(_ROUGHLY.search(prepare(text).text)) and not any(one.times != 1 for one in find(text))


def sign(before: str, behind: str = "") -> str:
    """``more`` or ``less`` where an amount is a difference by the words right before or behind it, else nothing."""
    if re.search(rf"(?:{_MORE}|{_UP}){_BEFORE_AMOUNT}", before) or _BEHIND_AMOUNT.search(behind):
        return "more"
    if re.search(rf"(?:{_LESS}|{_DOWN}){_BEFORE_AMOUNT}", before) or _BEHIND_LESS.search(behind):
        return "less"
    return ""


def _spreads(folded: str) -> Iterator[Change]:
    match = _SPREAD.search(folded)
    if not match:
        return
    share = share_of(match["by"])
    amounts = money.read(match["by"]).amounts
    if share is not None:
        yield Change(match[0], *match.span(), spread_share=share)
    elif len(amounts) == 1 and amounts[0].exact and amounts[0].lo is not None:
        yield Change(match[0], *match.span(), spread=amounts[0].lo)


def _shares(folded: str) -> Iterator[Change]:
    alone = _ALONE.match(folded)
    if alone and (alone["by"] in ("一半", "半") or alone["by"][-1] not in "成半%点t"):  # 两成呢 says not which way
        times = share_of(alone["by"])
        if times is not None:
            yield Change(alone["by"], *alone.span("by"), times=times)
            return
    for words, times in _TURNS:
        for match in re.finditer(words, folded):
            if not re.search(_NOT, folded[: match.start()]):
                yield Change(match[0], *match.span(), times=times)
    for match in _TIMES_OVER.finditer(folded):
        yield Change(match[0], *match.span(), times=Fraction(_WORDS.get(match["by"]) or _number(match["by"]) or 1))
    for before, way in ((rf"(?:{_TO}|{_OF})", 0), (rf"(?:{_UP}){_FILL}", 1), (rf"(?:{_DOWN}){_FILL}", -1)):
        for match in re.finditer(rf"{before}(?P<by>{SHARE}){_OPEN_AFTER}", folded):
            share = share_of(match["by"])
            if share is None or re.search(_NOT, folded[: match.start()]) or (way == -1 and share > 1):
                continue
            yield Change(match[0], *match.span(), times=1 + way * share if way else share)
    for match in re.finditer(rf"(?P<by>{SHARE}) ?(?P<way>more|higher|less|lower)\b", folded):
        if (share := share_of(match["by"])) is not None:
            yield Change(match[0], *match.span(), times=1 + share if match["way"] in ("more", "higher") else 1 - share)


def _amounts(folded: str) -> Iterator[Change]:
    for amount in money.read(folded).amounts:
        if not amount.exact or amount.lo is None:
            continue
        way = amount.change or sign(folded[: amount.start], folded[amount.end :])
        if way:
            words, plus = ("再多", amount.lo) if way == "more" else ("少", -amount.lo)
            yield Change(words + amount.text, amount.start, amount.end, plus=plus)


def _coins(folded: str) -> Iterator[Change]:
    for match in _COINS.finditer(folded):
        number = _number(match["n"])
        if number is not None:
            value = Decimal(int(number)) / (100 if match["unit"] == "分" else 10)
            yield Change(match[0], *match.span(), plus=-value)


def _durations(folded: str) -> Iterator[Change]:
    for one in money.read(folded).durations:
        if one.unit not in ("月", "天") or one.lo is None:
            continue
        words = re.sub(r"^(过了?|满)", "", one.text)  # 过4个月 is read as a lower bound
        before = folded[: one.end - len(words)]
        months = one.lo if one.unit == "月" else one.lo * 12 / Decimal(365)
        for pattern, plus in ((_MORE_TIME, months), (_LESS_TIME, -months)):
            if (lead := pattern.search(before)) and lead[0]:
                yield Change(lead[0] + words, lead.start(), one.end, plus=plus)
                break


def share_of(words: str) -> Fraction | None:
    """百分之二十 -> 1/5; 三分之一 -> 1/3; 一半 -> 1/2; 3倍 -> 3; 七五折 -> 3/4."""
    if not re.fullmatch(rf"{SHARE}|{_N} times", words):
        return None
    if words in ("一半", "半", "half"):
        return Fraction(1, 2)
    if words.startswith(("a ", "an ")):
        return Fraction(1, 3 if words.endswith("third") else 4)
    if parts := re.fullmatch(rf"({_N})分之({_N})", words):
        below, above = _number(parts[1]), _number(parts[2])
        return above / below if above is not None and below else None
    if words.startswith("百分之"):
        return None if (number := _number(words[3:])) is None else number / 100
    match = re.match(_N, words)
    number = _number(match[0]) if match else None
    if number is None or match is None:
        return None
    unit, half = words[match.end() :].strip(), Fraction(1, 2) if words.endswith("半") else Fraction(0)
    if unit.startswith("成"):
        return (number + half) / 10
    if unit.startswith(("倍", "times")):
        return number + half
    if unit.startswith("折"):
        return number / (10 if number <= 10 else 100)
    return number / 100


def _number(words: str) -> Fraction | None:
    if words[0].isdigit():
        return Fraction(words)
    if words == "百":
        return Fraction(100)
    read = money.read(f"{words}倍").counts
    return Fraction(read[0].lo) if len(read) == 1 and read[0].lo is not None and read[0].lo == read[0].hi else None


def _times(value: Decimal, by: Fraction) -> Decimal:
    whole = value * by.numerator / by.denominator
    return whole if by.denominator == 1 or whole * by.denominator == value * by.numerator else round(whole, 2)
