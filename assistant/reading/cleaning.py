"""What people type, without what only disturbs the reading of it."""

import re
from decimal import Decimal

from assistant.privacy import unmarked
from assistant.reading.language import language_of
from tools import money

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")  # its brackets would be read as comparison signs
_PINYIN = re.compile(r"(?<=\d) ?(wan|yi)\b", re.IGNORECASE)  # RMB 4,999 wan
_POWER = re.compile(r"(?<![a-zA-Z0-9.])(\d{1,4}(?:\.\d{1,6})?)[eE]\+?(\d{1,2})(?![a-zA-Z0-9.])")  # 1.5e8
_COUNTED = "家|个|户|年|月|日|天|人|名|次|项|档|类|种|条|期|万|亿"
_TAIL = re.compile(  # 1亿 2 is 1亿2 with a blank in it; 1亿 2 家 is not
    rf"(?<=[\d个]亿)[ \u3000]+(?=\d(?:[ \u3000]+(?!{_COUNTED}|\d)|[，,。；;？?！!呢吧元]|$))"
)
_SCALED = re.compile(r"(?:illions?|\d ?(?:mn?|bn?|k))$", re.IGNORECASE)
_GAP = re.compile(r"(?<=[\d一-鿿.]) (?=[\d一-鿿.])")


def clean(text: str) -> str:
    """The text without invisible characters and markup, without what stands for masked personal data and the blanks of
    a text typed letter by letter, and with the scales, powers and currencies of numbers written as they are read."""
    text = unmarked(_TAG.sub(" ", text.translate(_INVISIBLE)))
    text = _PINYIN.sub(lambda match: "万" if match[1].lower() == "wan" else "亿", text)
    text = _POWER.sub(lambda match: f"{Decimal(match[0]):f}", text)
    text = _TAIL.sub("", text)
    for end in reversed(without_currency(text)):
        text = f"{text[:end]} yuan{text[end:]}"
    spaced = text.count(" ") * 5 > len(text) * 2
    return _GAP.sub("", text) if spaced else text


def without_currency(text: str) -> list[int]:
    """Where the amounts of an English message end that names no currency (revenue of 80 million): they are in yuan, as
    everything here is."""
    if language_of(text) != "en" or not re.search(r"(?i)illion|\d ?(?:mn?|bn?|k)\b", text):
        return []
    refused = money.read(text).refusals
    if any(one.code == "foreign" for one in refused):
        return []
    return [one.end for one in refused if one.code == "no_unit" and _SCALED.search(one.text)]
