"""The language of a question: answers are written in it."""

import re
from typing import Literal

Language = Literal["zh", "en"]

_HAN = re.compile(r"[㐀-鿿]")
_SCALE = re.compile(r"(?<=\d)[万亿]")  # wan and yi, as they are read
_WORD = re.compile(r"[A-Za-z]{2,}")


def language_of(text: str) -> Language:
    """``en`` where there are Latin words and next to no Chinese ones, else ``zh``."""
    words, han = len(_WORD.findall(text)), len(_HAN.findall(text))
    if words > 1 and not _HAN.search(_SCALE.sub("", text)):
        return "en"
    return "en" if words and han <= words // 3 else "zh"
