"""What people type, without what only disturbs the reading of it."""

import re
from decimal import Decimal

from assistant.privacy import unmarked

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")  # its brackets would be read as comparison signs
_PINYIN = re.compile(r"(?<=\d) ?(wan|yi)\b", re.IGNORECASE)  # RMB 4,999 wan
_POWER = re.compile(r"(?<![a-zA-Z0-9.])(\d{1,4}(?:\.\d{1,6})?)[eE]\+?(\d{1,2})(?![a-zA-Z0-9.])")  # 1.5e8
_GAP = re.compile(r"(?<=[\d一-鿿.]) (?=[\d一-鿿.])")


def clean(text: str) -> str:
    """The text without invisible characters and markup, without what stands for masked personal data and the blanks of
    a text typed letter by letter, and with the scales and powers of numbers written as they are read."""
    text = unmarked(_TAG.sub(" ", text.translate(_INVISIBLE)))
    text = _PINYIN.sub(lambda match: "万" if match[1].lower() == "wan" else "亿", text)
    text = _POWER.sub(lambda match: f"{Decimal(match[0]):f}", text)
    spaced = text.count(" ") * 5 > len(text) * 2
    return _GAP.sub("", text) if spaced else text
