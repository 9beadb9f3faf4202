"""Questions for all the awards or the other ones (有哪些奖励, 还有别的奖励吗): questions of their own, whatever came before."""

import re

_WHAT = r"(?:奖励?|奖项|补贴|补助|扶持|优惠|政策|支持|好处|钱)"
_ALL = re.compile(
    rf"(?:有|都有)(?:哪些|什么|啥|哪几[种项个])(?:类|种|样)?的?{_WHAT}(?!条件|标准|对象|单位|部门|依据|文件|措施|资金)|(?:哪些|哪几[种项个]){_WHAT}(?!条件|标准|对象|单位|部门|依据|文件|措施|资金)|"
    r"\b(?:what|which) (?:awards|rewards|support|incentives|subsidies) (?:are|do|does|can)\b"
)
_OTHERS = re.compile(
    rf"(?:还有|有没有|有|其他|其它|别的)[^，。；,;]{{0,4}}(?:其他|其它|别的|另外的?)(?:什么|哪些|啥)?的?{_WHAT}|(?:别的|其他|其它){_WHAT}(?:吗|呢|还有|有吗|有没有|有哪些|是什么)|"
    rf"还有(?:什么|哪些|啥)(?:其他|其它|别的)?的?{_WHAT}|\b(?:other|more) (?:awards|rewards|subsidies|incentives)\b"
)


def asks_all(folded: str) -> bool:
    """Whether all the awards are asked for."""
    return bool(_ALL.search(folded)) or asks_others(folded)


def asks_others(folded: str) -> bool:
    """Whether the awards not yet spoken of are asked for."""
    return bool(_OTHERS.search(folded))
