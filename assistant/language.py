"""The language of a question: answers are written in it."""

import re
from typing import Literal

Language = Literal["zh", "en"]

_HAN = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[A-Za-z]{2,}")


def language_of(text: str) -> Language:
    """``en`` where there are Latin words and next to no Chinese ones, else ``zh``."""
    return "en" if len(_WORD.findall(text)) >= 2 and len(_HAN.findall(text)) <= len(_WORD.findall(text)) // 3 else "zh"
