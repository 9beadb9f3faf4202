"""How words are looked for in an answer: after NFKC, without spaces, commas and Markdown marks, in any case."""

import re
import unicodedata


def squash(text: str) -> str:
    """The form in which words are compared; numbers of a Markdown list are dropped."""
    text = re.sub(r"(?m)^\s*\d+[.、]\s+", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"[\s,*`]", "", text).casefold()


def contains(text: str, words: str) -> bool:
    """Whether ``words`` stand in ``text``, and not as a part of a longer number: 5万 is not in 15万."""
    needle = squash(words)
    before = r"(?<!\d)(?<!\d\.)" if needle[:1].isdigit() else ""
    after = r"(?!\d)(?!\.\d)" if needle[-1:].isdigit() else ""
    return re.search(before + re.escape(needle) + after, squash(text)) is not None


def is_english(text: str) -> bool:
    """Whether a text speaks English: its own sentences do, whatever Chinese names, quotes and links stand in it."""
    own = re.sub(r"(?m)^\s*>.*$|“[^”]*”|\"[^\"]*\"|「[^」]*」|《[^》]*》|\[[^\]]*\]\([^)]*\)", "", text)
    return len(re.findall(r"[A-Za-z]", own)) >= 20 and not re.search(r"[。？！]", own)
