"""An amount told by way of another: 还差200万到5000万, 比5000万多200万, 总收入1.5亿的60%, 5000万±200万, 一年差一天.

``untangle`` rewrites a message so that only the base amount is left standing, and tells the change that makes the
firm's own value of it; where the words show a relation but not which way it goes, it says so and nothing is guessed.

::

    short = 差 PART (就|才)? 到 BASE | 离 BASE (还)? 差 PART | BASE 还差 PART     value = BASE - PART
    over  = 比 BASE 多 PART                                                  value = BASE + PART
    share = BASE 的 SHARE                                                    value = BASE × SHARE
    about = BASE ± PART
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from tools import changes, money
from tools.changes import SHARE
from tools.money.characters import prepare

_SUM = (
    r"(?:rmb ?|cny ?|¥ ?)?(?:\d[\d,]{0,24}(?:\.\d{1,24})?|[零一二两三四五六七八九十百千]{1,24}(?:点[零一二三四五六七八九]{1,24})?) ?个?[十百千]?"
    r"(?:万|亿|w|million|billion|mn?\b|bn?\b)(?:\d{1,24}|[零一二三四五六七八九十百千]{1,24})?[万千]?(?: ?元| ?块钱?| ?yuan| ?rmb)?"
)
_TIME = r"(?:[\d一二两三四五六七八九十]{1,24}(?:年半|个半月|个月|年|天|周|个?星期)|半年|半个月)"
_COINS = r"[\d一二两三四五六七八九](?:[毛角]钱?|分钱)"  # 差一分钱到五千万
_SMALL = rf"[\d一二两三四五六七八九十百千]{{1,24}}(?:块钱?|元)|{_COINS}"  # 差三千块到五千万
_COIN = 10_000  # yuan: so little below a threshold is told of the value, and is no way still to go
_STILL = r"(?:还|只|就|仅|才|也|大概|目前|刚好|正好|仍|再)*"
_LACK = r"(?:差|欠|缺)(?:了|着|个)?"
_DO = r"(?:还|再|仍)(?:有|(?:要|需要?|得|须)?(?:再)?(?:多做|多赚|多收|增加|多|做|增收|过|等)(?:个)?)"
_THEN = r"[，,]?(?:才|就|便|可以|能|可)*"
_REACH = r"(?:到|满|够|达到?|凑够|凑满|突破|做到|有|过|冲上|是|齐)了?"
_LINKED = rf"(?:{_THEN}{_REACH}|[，,]?(?:才|就|便)+)"


@dataclass(frozen=True, slots=True)
class Tangled:
    """``changes``: where in ``text`` a base begins, and the change told of it. ``unclear``: a relation nobody can
    settle."""

    text: str
    changes: tuple[tuple[int, str], ...] = ()
    unclear: bool = False

    def change_of(self, start: int, end: int) -> str:
        """The change told of the amount that stands there."""
        return next((change for at, change in self.changes if start <= at < end), "")


@dataclass(frozen=True, slots=True)
class _Pattern:
    words: re.Pattern[str]
    change: Callable[[re.Match[str]], str]
    parted: bool = False  # base and part may be two statements: 1900万，就差100万


def _less(match: re.Match[str]) -> str:
    return f"少{match['part']}"


def _more(match: re.Match[str]) -> str:
    return f"再多{match['part']}"


def _of(match: re.Match[str]) -> str:
    return f"的{match['part']}"


def _patterns(unit: str) -> Iterator[_Pattern]:
    part, base = rf"(?P<part>{unit}{'|' + _SMALL if unit == _SUM else ''})", rf"(?P<base>{unit})"
    mark = r"(?:那?(?:一)?[档线关]|大关|门槛|的?(?:线|档))?"
    yield _Pattern(re.compile(rf"(?:{_STILL}{_LACK}|{_DO}){part}{_LINKED}{base}"), _less)
    yield _Pattern(
        re.compile(rf"(?:跟|离|距离?|和|与|比|较){base}{mark}[，,]?{_STILL}(?:{_LACK}|(?:少|低)了?){part}"), _less
    )
    yield _Pattern(
        re.compile(
            rf"(?:比|较|超过?|超出|高出|高于){base}(?:还|要|又|也|再)*(?:多|高|多出|高出|超出|超)(?:了|个)?{part}"
        ),
        _more,
    )
    yield _Pattern(re.compile(rf"{base}(?:元?整)?(?P<comma>[，,]?){_STILL}{_LACK}{part}"), _less, parted=True)
    yield _Pattern(re.compile(rf"{part} (?:short of|shy of|below|under|less than) {base}"), _less)
    yield _Pattern(re.compile(rf"{part} (?:more than|over|above) {base}"), _more)


_SUMS = tuple(_patterns(_SUM))
_TIMES = (
    *_patterns(_TIME),
    _Pattern(re.compile(rf"{_LACK}(?P<part>{_TIME})(?P<base>{_TIME})"), _less),
    _Pattern(re.compile(rf"(?P<base>{_TIME})少(?:了|个)?(?P<part>{_TIME})"), _less),
    _Pattern(re.compile(rf"(?:还有|还要|还需要?|再有|再要)(?P<part>{_TIME}){_LINKED}(?P<base>{_TIME})"), _less),
)
_SHARES = (
    _Pattern(
        re.compile(
            rf"(?P<base>{_SUM})[，,]?(?:其中|里面?)?(?:大概|大约|只|有)*(?P<part>{SHARE})(?:是|为|属于|算)主营(?!业务?(?:之|以)外)"
        ),
        _of,
    ),
    _Pattern(
        re.compile(
            rf"(?P<base>{_SUM})[，,]?(?:其中|里面?)?主营(?:业务)?(?:收入)?(?:占了?|占比|的?比例|是|有)+(?P<part>{SHARE})"
        ),
        _of,
    ),
    _Pattern(re.compile(rf"(?P<base>{_SUM})的(?P<part>{SHARE})(?!是(?!主营)|属于(?!主营))"), _of),
    _Pattern(
        re.compile(rf"(?P<base>{_SUM})(?:左右)?(?P<part>(?:±|\+/?-|正负|上下浮动|浮动)(?:{_SUM}|{SHARE}))"),
        lambda m: m["part"],
    ),
    _Pattern(
        re.compile(
            rf"(?P<part>{SHARE}) ?of ?(?:our |its |the |a )?(?:total |whole |annual )*(?:revenue |income |sales )?(?:of )?(?P<base>{_SUM})"
        ),
        _of,
    ),
)
OUTSIDE = (  # what is no main business, by its name
    r"(?:非主营|不(?:算|是|属于|计入|能算)(?:在|入)?主营|主营(?:业务)?(?:之|以)外|其[他它]业务|营业外|投资收益)(?:的|业务|收入|所得|部分)*"
)
_AIDED = r"(?:政府|财政)?(?:补助|补贴)(?:的|款|收入|资金)*"
WITHIN = r"(?:其中|这里面|这里头|这当中|里面?|里头|当中|内|含有?|包括了?|包含了?|包)"
FILLS = r"(?:有|是|为|属于|占了?|共|大概|大约|约|还|的)*"
_OUTSIDES = (
    _Pattern(
        re.compile(rf"(?P<base>{_SUM})[，,]?{WITHIN}?{FILLS}(?P<part>{_SUM})[^，。；,;\d]{{0,10}}?(?:{OUTSIDE})"),
        _less,
    ),
    _Pattern(re.compile(rf"(?P<base>{_SUM})[，,]?{WITHIN}?{FILLS}(?:{OUTSIDE}){FILLS}(?P<part>{_SUM})"), _less),
    _Pattern(re.compile(rf"(?P<base>{_SUM})[，,]?{WITHIN}{FILLS}(?P<part>{_SUM}){FILLS}(?:{_AIDED})"), _less),
    _Pattern(re.compile(rf"(?P<base>{_SUM})[，,]?{WITHIN}{FILLS}(?:{_AIDED}){FILLS}(?P<part>{_SUM})"), _less),
)
_OUTSIDE_ALONE = re.compile(
    rf"(?:{WITHIN}{FILLS})(?:(?P<part>{_SUM})[^，。；,;\d]{{0,10}}?(?:{OUTSIDE}|{_AIDED})|"
    rf"(?:{OUTSIDE}|{_AIDED}){FILLS}(?P<part2>{_SUM}))"
)
_MAIN = re.compile(r"(?<!非)主营[^，。；,;]{0,8}$")  # a base that is the main business's already
_SPLIT = re.compile(rf"(?P<base>{_SUM})(?=多(?:拿|给|得|领|奖|发|补))")  # 4.9亿多拿多少 is no 4.9亿多
_ROUGH = r"(?:了|个|出|上)*(?:[\d一二两三四五六七八九十百千几好]{1,24}[多来几]?[百千]?|百来|百十|十来)万"
_LEFT = re.compile(
    rf"(?:{SHARE})(?:都)?(?:是|为|属于)?(?:非主营|不(?:是|算|属于)主营|其[他它]业务)|"
    rf"(?<![相落]){_LACK}(?:{_SUM}|[\d一两二三四五六七八九十百千几]{{1,24}}[多来几]?[百千]?万)|(?:{_SUM})的(?:{SHARE})|"
    rf"(?:±|正负|\+/?-)(?:{_SUM}|{SHARE})|(?:比|较|离|跟){_SUM}(?:还|要|又)*(?:多|少|差|高|低){_ROUGH}"
)
_HAN = re.compile(r"[一-龥]")  # words that would run together with the base (入统一年)
_VAGUE = re.compile(r"[多几来余]|左右|上下|以上|以下|不到|大概|大约|约")


def untangle(text: str, marks: frozenset[Decimal]) -> Tangled:
    """``marks`` are the rules' thresholds: 1900万，就差100万 is a value and its distance to one of them."""
    prepared = prepare(text)
    folded = prepared.text.rstrip("\0")
    found: list[tuple[int, int, str, str]] = []
    unclear = outside = False
    for pattern in (*_SUMS, *_TIMES, *_SHARES, *_OUTSIDES):
        for match in pattern.words.finditer(folded):
            if pattern in _OUTSIDES and _MAIN.search(folded[: match.start()]):
                continue
            if any(match.start() < end and start < match.end() for start, end, _, _ in found):
                continue
            outside = outside or pattern in _OUTSIDES
            base, part = _exact(match["base"]), _exact(match["part"])
            if base is None or (part is not None and part >= base) or _VAGUE.match(folded[match.end() :]):
                unclear = True
            elif re.search(rf"(?:{_SUM})$", folded[: match.start()]) and not pattern.parted:
                found.append((*match.span(), "", ""))  # 8000万比5000万多3000万: the value stands there already
            elif pattern.parted and match["comma"]:
                short = part is not None and part < _COIN and base in marks  # 5000万整，差一块钱
                if not short and (part is None or base + part not in marks):
                    unclear = True
                found.append((*match.span(), match["base"], pattern.change(match) if short else ""))
            else:
                found.append((*match.span(), match["base"], pattern.change(match)))
    found += [(*match.span(), f"{match['base']}，", "") for match in _SPLIT.finditer(folded)]
    told, shift, changes = text, 0, []
    for start, end, words, change in sorted(found):
        first, last = prepared.span(start, end)
        base_words = f"是{words}" if words and start and _HAN.match(folded[start - 1]) else words
        told = told[: first + shift] + base_words + told[last + shift :]
        if change:
            changes.append((first + shift + len(base_words) - len(words), _in_yuan(change)))
        shift += len(base_words) - (last - first)
    rest = prepare(told).text if found else folded
    if outside and re.search(rf"{OUTSIDE}|{_AIDED}", rest):
        unclear = True  # a second part that is no main business
    return Tangled(told, tuple(changes), unclear or bool(_LEFT.search(rest)))


def outside_part(folded: str) -> str:
    """The change told by a part that is no main business, of a value told before (其中2000万是非主营); ``?`` where the
    words mend an earlier one."""
    found = _OUTSIDE_ALONE.search(folded)
    if not found:
        return "?" if re.search(rf"^(?:{OUTSIDE}).{{0,6}}(?:{_SUM})", folded) else ""
    part = found["part"] or found["part2"]
    return "?" if _exact(part) is None else _in_yuan(f"少{part}")


def _exact(words: str) -> Decimal | None:
    """The one exact value of the words, in yuan or months."""
    if re.fullmatch(_COINS, words):
        return -changes.find(f"少{words}")[0].plus
    read = money.read(words if re.search(r"rmb|cny|¥|元|yuan|[万亿年月天周期]", words) else f"{words} yuan")
    if read.refusals:
        return None
    if len(read.amounts) == 1 and read.amounts[0].exact:
        return read.amounts[0].lo
    if len(read.durations) == 1 and read.durations[0].lo == read.durations[0].hi and read.durations[0].lo is not None:
        one = read.durations[0]
        return one.lo if one.unit == "月" else (one.lo or Decimal(0)) / 31
    return None


def _in_yuan(change: str) -> str:
    """English sums without a currency, as in 2 million short of RMB 50 million, take the base's."""
    plain = re.search(r"(?:million|billion|\dmn?|\dbn?)$", change)
    return f"{change} yuan" if plain and not re.search("rmb|cny|¥", change) else change
