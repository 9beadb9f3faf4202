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
    """At least twice as many Latin letters as Chinese characters, quotations and brackets aside."""
    own = re.sub(r"(?m)^\s*>.*$|“[^”]*”|\"[^\"]*\"|「[^」]*」|《[^》]*》|（[^）]*）|\([^)]*\)", "", text)
    latin = len(re.findall(r"[A-Za-z]", own))
    return latin >= max(20, 2 * len(re.findall(r"[一-龥]", own)))
