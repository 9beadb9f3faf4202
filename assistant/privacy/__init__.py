"""Personal data in what people type, found and replaced before the text is stored, logged or sent to a model.

Found are the resident identity number (18 digits with the check digit of GB 11643, and the old one of 15), telephone
numbers of the mainland, bank cards and e-mail addresses; in full-width digits, in groups, read aloud. An amount, a
date, a count, a hotline or the number of a document is never taken for one: where a string of digits may be an
amount, it stays, unless the words around it say what it is. The modules are best read in this order:

    fold      one character for each, so that every spelling looks alike; where each character stood
    mail      e-mail addresses
    shapes    what a number can be by its digits alone: check digits, prefixes, dates
    around    what the words around a number say that it is
    groups    digits -> chains of groups -> pieces that may be one number
    numbers   which of them are personal
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.privacy import mail, numbers
from assistant.privacy.fold import WALL, fold

__all__ = ["PLACEHOLDERS", "Found", "Kind", "Masked", "mask", "unmarked"]

Kind = Literal["id", "phone", "card", "email"]
Span = tuple[int, int, Kind, str]  # of the folded text, with its placeholder

PLACEHOLDERS = ("[身份证号]", "[手机号]", "[电话]", "[银行卡号]", "[邮箱]")
_PLACEHOLDER = re.compile("|".join(re.escape(one) for one in PLACEHOLDERS))
# a placeholder with what only introduces it (我的电话是[手机号]，); a question about it (你们电话是[电话]吗) keeps its words
_MARK = (
    r"(?:(?:(?<![^\s，。；、,;(（？?！!])(?:(?:我|我们|本人|我司|我公司|本公司)的?)?(?:联系|移动|电子)?(?:电话|手机|微信|邮箱|邮件|号码|联系方式"
    r"|身份证|银行卡|卡|账号)(?:号码|号)?(?:是|为)?[:：\s]{0,2})?"
    rf"(?:{_PLACEHOLDER.pattern})(?=\Z|[\s，。；、,;)）])|(?:(?<![^\s，。；、,;(（？?！!])我是)?(?:{_PLACEHOLDER.pattern}))"
)
_FRAGMENT = re.compile(r"[^，。；、,;！!？?（）()\n]+[？?]?")
_ASKS = re.compile(r"[吗呢？?]|多少|什么|哪|谁|怎|是否|能不能|有没有|几(?:号|点|位)|您的|你们|贵")
_REACHES = re.compile(
    rf"(?P<kept>{_PLACEHOLDER.pattern})|联系人"
    r"|(?:请)?(?:回复|发送?|发到|寄|打|拨|回电|致电)(?:到|给|至)?(?=(?:我们?的?)?(?:电子)?(?:电话|手机|邮箱|微信))"
    r"|(?:(?:我们?|本人|公司)的?)?(?:联系|移动|电子|来电|办公|私人|个人)?(?:电话|手机|微信|邮箱|邮件|号码|联系方式)(?:号码|同号|号)?(?:是|为|[:：])?"
)
_STOPS = r"[\s，。；、,;:：]{0,3}"
_MARKED = re.compile(rf"(?P<before>{_STOPS}){_MARK}(?:{_STOPS}{_MARK})*(?P<after>{_STOPS})")
_PASSES = 8  # what is found may free what stands beside it; two are enough for nearly every text


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of personal data: ``text[start:end]`` of the original, never the data itself."""

    type: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with placeholders that hold no figure, and what was found, in the order of the original."""

    text: str
    found: tuple[Found, ...]


def mask(text: str) -> Masked:
    """``text`` without personal data; every other character stays as it is. Never raises.

    Masking twice changes nothing. The time grows with the length of the text and no faster.
    """
    folded = fold(text)
    view = _PLACEHOLDER.sub(lambda match: WALL * len(match[0]), folded.text)
    spans: list[Span] = []
    for _ in range(_PASSES):
        fresh: list[Span] = [(start, end, "email", "[邮箱]") for start, end in mail.find(view)]
        between = _walled(view, fresh)
        numbered = numbers.find(between)
        spans += [*fresh, *numbered]
        if not (fresh or numbered):
            break
        view = _walled(between, numbered)
    pieces: list[str] = []
    found: list[Found] = []
    last = 0
    for first, after, kind, placeholder in sorted(spans):
        start, end = folded.span(first, after)
        pieces += (text[last:start], placeholder)
        found.append(Found(kind, start, end))
        last = end
    return Masked("".join([*pieces, text[last:]]), tuple(found))


def unmarked(text: str) -> str:
    """A masked text without its placeholders and the words that only introduce them: for reading what is asked.

    我的电话是[手机号]，营收8000万能拿多少 asks for no telephone. Texts without placeholders are given back as they are.
    """
    if not _PLACEHOLDER.search(text):
        return text
    return _MARKED.sub(_gap, _FRAGMENT.sub(_reached, text))


def _reached(match: re.Match[str]) -> str:
    """A part of a sentence that tells how to reach somebody, without the words for it; one that asks keeps them."""
    part = match[0]
    tells = (_PLACEHOLDER.search(part) or part.lstrip().startswith("联系人")) and not _ASKS.search(part)
    return _REACHES.sub(lambda found: found["kept"] or "", part) if tells else part


def _gap(match: re.Match[str]) -> str:
    """What parts the words on both sides of placeholders left out; nothing at either end of the text."""
    if match.start() == 0 or match.end() == len(match.string):
        return match["before"].strip("，、。；,;:： ") if match.start() else ""
    return (match["before"] + match["after"]).strip()[:1] or " "


def _walled(view: str, spans: Sequence[Span]) -> str:
    """The view with a wall for every character of the spans."""
    pieces: list[str] = []
    last = 0
    for start, end, *_ in spans:
        pieces += (view[last:start], WALL * (end - start))
        last = end
    return "".join([*pieces, view[last:]])
