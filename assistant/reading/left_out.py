"""Sums in a message that are nobody's value: received before, denied, a rest, a part, aimed at, a difference."""

import re
from dataclasses import replace

from assistant.reading.given import Found
from assistant.reading.relations import FILLS, OUTSIDE, WITHIN
from assistant.reading.vague import either
from tools import changes
from tools.money import Amount
from tools.money.characters import prepare

_TRIFLE = re.compile(r"[一半]?[一半]分钱$|一毛钱?$|一块钱$")  # 一分钱都没有
_SMALL = 10_000  # yuan; a larger sum that is lacking may be the way to a value
_LACKING = re.compile(r"(?<!相)(?:差|欠|缺)(?:了|个)?$")
_LACKED = re.compile(r"(?:差|欠|缺)的(?:那|这)?$")  # 差的1万能不能借
_RECEIVED = re.compile(r"(拿过|领过|已经?领|已经?拿|领了|拿了|得过|发过|领到过|享受过|享受了)(了)?[^，。；,;]{0,3}$")
_PAID_LATER = re.compile(r"补[交缴](?:了|上)?$")  # what is paid later is no year's tax by itself
_REST = re.compile(r"剩下|其余|余下|剩余|另有|还有$")
_REST_ENGLISH = re.compile(
    r"\b(?:the rest|the remaining|remaining|the remainder)(?: of| is| was|,)?(?: the)?\s?(?:rmb|cny|¥)?\s?$", re.I
)
_DEDUCTED = re.compile(r"(减掉|减去|扣掉|扣除|扣去|刨去|刨掉|剔除|去掉|除去)(了)?[^，。；,;\d]{0,6}$")
_AIDED = re.compile(
    r"(?:政府|财政|国家|上级|另外?有?|还有|收到|得到|获得)[^，。；,;\d]{0,4}(?:补贴|补助|资助|拨款)[^，。；,;\d]{0,3}$"
)  # money got elsewhere, larger than any award
_TOWARDS = re.compile(r"(离|距离?|到|够|冲|冲到|做到|达到)$")
_LACKS = re.compile(r"^(的?(那|这)?(一)?(个)?(档|线)|大关|门槛)?[^，。；]{0,3}(差|要|需|得)(再)?(做|多|增加)?(多|几)")
_LACKS_BEFORE = re.compile(r"(差|要|需要?|得|做|多)(多少|几多|好多)(才|就)?(能|可以)?(到|够|满|达到?)$")
_TAXED = re.compile(r"(?<!不)(含税|价税合计|税前|开票)[^，。；,;]{0,3}$")
_TAX = re.compile(r"(增值|所得|消费|附加|城建|印花|房产|土地使用|个人所得)税[^，。；,;]{0,3}$")
_OF_IT = re.compile(rf"(?:其中(?:有|的)?|{WITHIN}{FILLS})$")  # a part that has no name of its own
_NOT_MAIN = re.compile(rf"元?(?:是|为|属于|的)?{OUTSIDE}")  # 2300万主营，400万其他业务
# a subsidy received beside a value is neither a value nor a claim
_AID = re.compile(
    r"(?:另有|另外|还有|外加|收到|获得|拿到|不含)[^，。；,;\d]{0,4}(?:政府|财政)(?:补助|补贴|拨款|奖补)[^，。；,;\d]{0,4}$"
)


def left_out(amount: Amount, found: Found, text: str) -> bool:
    """Sums that are no value of anybody: received before, denied, a rest, a part, with tax beside one without."""
    around = text[max(0, amount.start - 4) : amount.start]
    part = (
        bool(found)
        and bool(_OF_IT.search(text[max(0, amount.start - 8) : amount.start]))
        and not re.match(r"[^，。；,;]{0,3}主营", text[amount.end :])
    )
    taxed = bool(found) and bool(_TAXED.search(text[max(0, amount.start - 6) : amount.start]))
    trifle = bool(_TRIFLE.match(amount.text)) and not amount.change
    lacking = bool(_LACKED.search(text[max(0, amount.start - 6) : amount.start])) and not amount.change
    outside = bool(found) and bool(_NOT_MAIN.match(text[amount.end :]))
    aid = bool(found) and bool(_AID.search(text[max(0, amount.start - 16) : amount.start]))
    return (
        received(amount, text)
        or part
        or taxed
        or aid
        or outside
        or lacking
        or amount.negated
        or bool(_REST.search(around))
        or bool(_PAID_LATER.search(around))
        or bool(_REST_ENGLISH.search(text[max(0, amount.start - 24) : amount.start]))
        or amount.text[0] == "几"
        or either(amount, text)
        or trifle
    )


def received(amount: Amount, text: str) -> bool:
    """Whether a sum is told to have been received before."""
    lead = text[max(0, amount.start - 8) : amount.start]
    return bool(_RECEIVED.search(lead + amount.text[: amount.text.startswith("过")]))  # 拿过30万 is not over 300,000


def aimed_at(amount: Amount, text: str, compares: bool) -> bool:
    """Whether the way to a value is asked for (离1亿还差多少, 还差多少到1亿), so that it is nobody's yet."""
    before, behind = text[max(0, amount.start - 10) : amount.start], text[amount.end : amount.end + 10]
    towards = bool(_TOWARDS.search(before)) or (before.endswith("跟") and not compares)
    return (towards and bool(_LACKS.match(behind))) or bool(_LACKS_BEFORE.search(before))


def differing(amount: Amount, text: str) -> Amount:
    """The amount, marked as a difference where the words around it say so (补上这2000万, 多做2500万)."""
    if amount.text.startswith("破") and text[amount.start - 1 : amount.start] in tuple("跌降掉"):
        return replace(amount, text=f"不到{amount.text[1:]}", change="", lo=None, hi=amount.lo, hi_closed=False)
    if amount.change:
        return amount
    if amount.lo is not None and amount.lo < _SMALL and _LACKING.search(text[max(0, amount.start - 4) : amount.start]):
        return replace(amount, change="less")  # 差一块钱呢
    before, behind = (
        prepare(text[max(0, amount.start - 16) : amount.start]),
        prepare(text[amount.end : amount.end + 12]),
    )
    return replace(amount, change=changes.sign(before.text.rstrip("\0"), behind.text.rstrip("\0")))


def parts_of_tax(found: Found, text: str) -> bool:
    """Whether a measure is told in its parts, tax by tax, and nobody has added them up."""
    kinds = {kind[0] for _, _, amount in found if (kind := _TAX.search(text[max(0, amount.start - 8) : amount.start]))}
    return len(kinds) > 1


def deducted(amount: Amount, text: str) -> bool:
    """Whether a sum is to be taken from the one before it (减掉200万)."""
    return bool(_DEDUCTED.search(text[max(0, amount.start - 10) : amount.start]))


def aided(amount: Amount, text: str, largest: int) -> bool:
    """Whether a sum is money got elsewhere: a subsidy, larger than the ``largest`` award (yuan)."""
    return bool(_AIDED.search(text[: amount.start])) and (amount.lo or 0) > largest
