"""What people type, without what only disturbs the reading of it."""

import re

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")  # its brackets would be read as comparison signs
_GAP = re.compile(r"(?<=[\d一-鿿.]) (?=[\d一-鿿.])")


def clean(text: str) -> str:
    """The text without invisible characters and markup, and without the blanks of a text typed letter by letter."""
    text = _TAG.sub(" ", text.translate(_INVISIBLE))
    spaced = text.count(" ") * 5 > len(text) * 2
    return _GAP.sub("", text) if spaced else text
