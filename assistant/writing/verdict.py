"""Whether what a person says of an award is so: 对, 数对但是上限, 不对; or nothing, where the figure alone settles nothing."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from assistant.reading import standards
from assistant.reading.intents import Intent, asks
from assistant.reading.question import Question
from tools import money

# Qualified, denied or widened: the facts are given without 对 or 不对.
_QUALIFIED = re.compile(
    r"没有|不能|不算|没资格|不给|不可以|都(是|能|有|给|奖|发)|每家|每人|每年|年年|再(?![看算查想核确])|又|第二年|总额|以上|以下|过了?就|必须|一定|保证|"
    r"不管|不论|无论|不限|随便|任何|不分|不看|一律|统统|全部|所有|只要|人人|永远|不用|无需|不需要|regardless|no matter|any firm|every year"
)
_DENIED = re.compile(
    r"(?:没有?|不|未|还没)(?:到|满|够|足|达到?|入驻|入园|在|交|有)[^，。；,;]{0,10}(?:也|都|还|照样|就)(?:能|可以|有|给|拿|领|奖|发)"
)
_HEARD = re.compile(r"听[说讲闻]|印象|我记得|据说|有人说|网上说|都说|不是说|说是|吧[?？。!！]*$")
_ASKS_WHETHER = re.compile(r"(?:还|能|可以?|可否)(?:能|可以)?(?:申请|申报|拿|领|享受|有奖|报)")
# A year asked about (2025年还有效吗): between the first and the last it is in force; 有效期到2025年吗 names an end.
_IN_FORCE = re.compile(r"年(?:度|内|的时候)?(?:还|也|仍|都|就|是|在|能)*(?:有效(?!期)|管用|作数|算数|适用|执行|生效)")
_DATE = re.compile(r"(?<![\d〔\[(（])(?P<year>20\d\d)(?:年(?:\d{1,2}月(?:\d{1,2}日)?|年?[底末初])?|(?!\d))")
_AS_CAP = re.compile(
    r"封顶|为限|以内|之内|以下|最高|最多|至多|顶多|不超过|上限为?|(?i:at most|up to|capped at|maximum)\s*"
)
_A_YEAR = re.compile(r"[一1]年(?=(?:就|是|给|有|安排|拿|共)*\d)")  # a rate (一年300万), no duration
_OWNED = re.compile(r"归(?:属于?)?(?P<who>[^，。；,;、吗么吧的管统]{2,12}?)(?:所有|的|吗|么|吧|对|是|$)")
_READ_BY = re.compile(r"由(?P<who>[^，。；,;、谁哪]{2,20}?)(?:来|进行|负责)*解释")
_TIER = r"(?:元)?(?:的)?(?:封顶|上限)?(?:的)?(?:那|这)?(?:一)?(?:个)?(?:档|级别)"
_TOWARDS = r"(?:离|距离?|(?<![拿领得])到|够|冲|奔)(?:着)?"


def is_plain(asked: Question) -> bool:
    """Whether the message claims a sum and nothing more; a sum that only names its tier (15万那档) claims nothing, nor
    does one of two to choose from (是15万还是30万)."""
    claim = re.escape(asked.claim.lower())
    names = bool(claim) and re.search(rf"{claim}{_TIER}|{_TOWARDS}{claim}|{_TIER}[^，。]{{0,2}}含不含", asked.folded)
    chosen = bool(claim) and re.search(
        rf"{claim}[^，。；,;]{{0,3}}[，,]?还是|还是[^，。；,;]{{0,4}}{claim}", asked.folded
    )
    rest = asked.folded
    for given in asked.givens:
        rest = (
            rest.replace(given.words.lower(), "") if given.words else rest
        )  # 30亿以上 qualifies the value, not the claim
    return bool(claim) and not names and not chosen and not _QUALIFIED.search(rest)


def of(claim: str, due: Sequence[Mapping[str, Any]]) -> str:
    """``same``; ``cap`` or ``fixed`` (the figure is right but is a cap, or is none); ``other``."""
    said = money.read(claim).amounts
    if len(said) != 1 or not due:
        return "other"
    for one in due:
        if said[0].hi == one["amount_yuan"] and said[0].lo in (said[0].hi, None):
            told_as_cap = said[0].lo is None
            if told_as_cap == (one["kind"] == "at_most"):
                return "same"
            return "fixed" if told_as_cap else "cap"
    return "other"


def heard(asked: Question) -> bool:
    """Whether a claim is put as hearsay or for assent (最高100万吧)."""
    return bool(_HEARD.search(asked.folded))


def of_standard(asked: Question, table: Mapping[str, Any], place: int) -> str:
    """What a claim about the standard comes to; ``place`` is the tier it is about, from 1. Empty where the table alone
    is the answer."""
    if place and asked.claim:
        return of(asked.claim, table["tiers"][place - 1 : place])
    held = standards.settle(asked.claim, asked.folded, table) if asked.claim and not asked.givens else ""
    if held:
        return held
    return of(asked.claim, table["tiers"]) if is_plain(asked) else ""


def shown(claim: str, settles: str) -> str:
    """The claim as the answer repeats it: of a wrong one the sum alone, without 封顶 or 最高."""
    return _AS_CAP.sub("", claim) if settles in ("other", "why") else claim


def to_payee(asked: Question, due: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the one spoken of as getting the award is its payee (``招商团队能拿3万``), not the firm."""
    said = "|".join(word for one in due for word in one["payee_said_as"])
    subject = rf"^(?:请问|我们?|作为|是|这家|那|[，,])*(?:{said})(?!是谁|是哪)"  # 运营机构10家…，20万是应得的吗
    firm = r"(?:企业|公司)[^，。；,;]{0,4}(?:能|可以|拿|得到|领)"
    if said and re.search(subject, asked.folded) and not re.search(firm, asked.folded):
        return True
    return bool(said) and bool(
        re.search(rf"(?<!不是)({said})[^，。；,;企公]{{0,10}}(能|可|拿|得|领|奖|有|get|receive)", asked.folded)
    )


def differs(asked: Question, quotes: Sequence[str], figures: Sequence[str]) -> str | None:
    """The figure or name a yes-or-no question gives otherwise than the text does, of the same kind (a year against a
    year, a sum against a sum), empty for a day; None where all of them stand in the text or nothing can be held
    against it."""
    checked = asked.folded.endswith(("?", "？")) and not asks(asked.folded.rstrip("?？"))  # 专项资金每年500万？
    if Intent.ASK_IF not in asked.wants and not _HEARD.search(asked.folded) and not checked:
        return None
    stated = [one for words in figures for one in _kinds(words)]
    for unit, value, words in _kinds(_A_YEAR.sub("", asked.text)):
        same = [known for kind, known, _ in stated if kind == unit]
        within = unit == "year" and same and min(same) <= value <= max(same) and _IN_FORCE.search(asked.folded)
        if same and value not in same and not (within or (unit == "year" and _ASKS_WHETHER.search(asked.folded))):
            return "" if unit == "year" else words
        if value in same and unit == "元" and (part := _part_meant(asked.folded, quotes, words)):
            return words if value not in [known for kind, known, _ in _kinds(part) if kind == unit] else None
    for names in (_OWNED, _READ_BY):
        told = names.search(asked.folded)
        owners = [found["who"] for quote in quotes if (found := names.search(quote))]
        if told and owners and not any(_shared(told["who"], owner) for owner in owners):
            return told["who"]
    return None


def _part_meant(folded: str, quotes: Sequence[str], said: str) -> str:
    """The part of a sentence with several figures (其中150万元用于…) that the question clearly speaks of."""
    parts = [
        part
        for quote in quotes
        for part in re.split("[，。；,;]", quote)
        if any(one[0] == "元" for one in _kinds(part))
    ]
    scores = [len(_pairs(part) & _pairs(folded)) for part in parts]
    if len(parts) < 2:
        return ""
    best = max(range(len(parts)), key=lambda at: scores[at])
    others = [score for at, score in enumerate(scores) if at != best]
    return parts[best] if scores[best] >= 3 and scores[best] >= max(others) + 2 else ""


def _pairs(text: str) -> set[str]:
    return {pair for at in range(len(text) - 1) if not re.search(r"[\d元万亿年]", pair := text[at : at + 2])}


def _kinds(text: str) -> list[tuple[str, Decimal, str]]:
    """Every exact figure of a text with its kind, and the numbers named as a bound from below."""
    read = money.read(text)
    found = [("元", one.lo, one.text) for one in read.amounts if one.lo == one.hi]
    found += [(one.unit, one.lo, one.text) for one in read.durations if one.lo == one.hi]
    found += [(one.unit, one.lo, one.text) for one in read.counts if one.hi in (None, one.lo)]  # 超过50家 names 50
    found += [("year", Decimal(one["year"]), one[0]) for one in _DATE.finditer(text)]
    return [(unit, value, words) for unit, value, words in found if value is not None]


def _shared(one: str, other: str) -> bool:
    return any(one[at : at + 2] in other for at in range(len(one) - 1))
