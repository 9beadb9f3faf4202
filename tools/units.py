"""A unit said apart from its number: 单位是万元, in ten thousand yuan, 10k yuan units."""

import re

_BEFORE = r"(?:(?:the )?units? ?(?:is|are|:|are in|is in)?|it'?s|its|they'?re|they are|that'?s|in|units? of|of|我说的|单位|都|是|为|按|以|人民币|:|\s)*+"
_AFTER = r"(?:的|吧|呀|啊|哦|哈|呢|为单位|作单位|做单位|计|算|units?|please|\W)*"
_MONEY = r"(?:\s?(?:of )?(?:yuan|rmb|cny|renminbi))?"
_UNITS: tuple[tuple[str, str], ...] = (
    ("万元", rf"万元?|w|wan{_MONEY}|(?:ten thousands?|10 ?k|10,?000s?){_MONEY}"),
    ("亿元", rf"亿元?|yi{_MONEY}|(?:(?:a |one )?hundred millions?|100 ?m(?:illions?)?){_MONEY}"),
    ("千万元", r"千万元?"),
    ("百万元", r"百万元?"),
    ("千元", rf"千元|(?:thousands?|k){_MONEY}"),
    ("million yuan", rf"(?:millions?|mn?){_MONEY}"),
    ("billion yuan", rf"(?:billions?|bn?){_MONEY}"),
    ("元", r"元|块钱?|yuan|rmb|cny|renminbi"),
)
_WHOLE = tuple((unit, re.compile(rf"{_BEFORE}(?:{words}){_AFTER}")) for unit, words in _UNITS)
_LAST = re.compile(r"(千万|百万|万|亿)元?(?:左右|上下|以上|以下|之间)?$|(million|billion)")


def unit_of(words: str) -> str:
    """The unit a message names and nothing else, spelled as an amount takes it; empty when it names none."""
    folded = words.strip().lower()
    return next((unit for unit, whole in _WHOLE if whole.fullmatch(folded)), "")


def unit_within(amount: str) -> str:
    """The unit an amount was told in: ``万元`` for 6500万."""
    found = _LAST.search(amount.strip().lower())
    return (f"{found[1]}元" if found[1] else f"{found[2]} yuan") if found else ""


def with_unit(number: str, unit: str) -> str:
    """``8000`` and ``万元`` as one amount."""
    return f"{number} {unit}" if unit[:1].isascii() and unit else f"{number}{unit}"
