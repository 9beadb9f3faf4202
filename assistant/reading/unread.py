"""Values told that could not be read, beside others that could: each is named in the answer, and none is passed over.

::

    甲1亿，乙8000                  乙's value has no unit: 甲 is answered, and 乙 is told what to write
    A公司1亿，B公司不清楚，C公司2亿    B has no value: it is asked for
    营收8000，去年营收1亿             nobody's in particular: the value that was not read is asked for first
    营收1亿 2000万                 one value with a blank in it, or two
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.given import Given
from tools.money import Reading, Refusal
from tools.rules import Policy

_MENDED = re.compile(
    r"(?:不对|不是|错了|说错|写错|打错|更正|纠正|应该是|应为|我是说|准确说|折合|折成|约合|换算|相当于|折算|sorry|I mean|correction)",
    re.I,
)
_EACH = re.compile(r"分别|各自|各(?:能|可|拿|得|奖|是|多少)|respectively|each")
_WHETHER = re.compile(r"(.)[不没]\1")
_BEHIND = re.compile(r"[ \u3000]+(?:\d[\d,.]*|[一二两三四五六七八九十百千]+)万元?")
_HEAD = re.compile(r"(?<![\d.,、年月第号A-Za-z])(\d{1,3})[ \u3000]$")
_SEVERAL = re.compile(r"分别|各|两|和|及|、|比|/|每")


def of_firms(givens: Sequence[Given], reading: Reading, text: str, policy: Policy) -> tuple[Given, ...]:
    """The values with those of named firms that were not read, in the order the firms are named; an unread value keeps
    its words, so that the tool says what is wrong with them, and a firm without any keeps none."""
    firms = {given.firm for given in givens if given.firm and given.words}
    if givens and not firms:
        return tuple(givens)
    measure = next((given.measure for given in givens if given.firm), "")
    unread = {
        one.owner: one.text
        for one in reading.refusals
        if one.owner and one.owner not in firms and _counts(one, measure, policy)
    }
    several = sum(bool(given.words) for given in givens) > 1 or bool(_EACH.search(text))
    silent = [firm for firm in reading.lettered if firm not in firms] if firms and several else []
    missed = [Given(measure, words, firm=str(firm)) for firm, words in unread.items()]
    missed += [Given(measure, "", firm=firm) for firm in silent if firm not in unread]
    if not missed or (not firms and len(missed) < 2):
        return tuple(givens)
    return tuple(sorted((*givens, *missed), key=lambda one: text.find(one.firm) if one.firm else -1))


def mending(givens: Sequence[Given], reading: Reading, text: str, policy: Policy) -> tuple[Given, ...]:
    """A value told in place of one that was refused (营收8000，不对，是8000万) is of that one's measure."""
    of = {name: measure.id for measure in policy.measures.values() for name in measure.read_as}
    refused = [one for one in reading.refusals if one.measure in of and _MENDED.search(text[one.end : one.end + 40])]
    if not refused or len(givens) != 1 or givens[0].measure or givens[0].firm:
        return tuple(givens)
    return (replace(givens[0], measure=of[str(refused[0].measure)]),)


def run_on(reading: Reading, text: str) -> str:
    """A value and the number behind it that a blank parts from it, so that nobody can say whether they are one or two
    (1亿 3000万); a list of several firms' values names them or says so."""
    for amount in reading.amounts:
        head = _HEAD.search(text[: amount.start])
        if head and re.match(r"\d{3}(?!\d)", amount.text):  # 4 999万
            return f"{head[1]}、{amount.text}"
    if len(reading.amounts) > 2 or reading.lettered or reading.counts or _SEVERAL.search(text):
        return ""
    for amount in reading.amounts:
        behind = _BEHIND.match(text[amount.end :])
        if behind and "亿" in amount.text and amount.exact:
            return f"{amount.text}、{behind[0].strip()}"
    return ""


def of_nobody(givens: Sequence[Given], reading: Reading, text: str, policy: Policy) -> Refusal | None:
    """A refused amount of a measure that counts, told of no firm beside a value that was read, and not mended by it."""
    if not any(given.words for given in givens) or any(given.firm for given in givens):
        return None
    for one in reading.refusals:
        asked = _WHETHER.search(one.text)  # 够不够2000万 asks about a value and tells none
        if one.measure and not asked and _counts(one, "", policy) and not _MENDED.search(text[one.end : one.end + 40]):
            return one
    return None


def _counts(refusal: Refusal, measure: str, policy: Policy) -> bool:
    """Whether a refused amount may be a value of the measure: told of it, or of none in particular."""
    names = [name for one in policy.measures.values() if measure in ("", one.id) for name in one.read_as]
    return refusal.measure is None or refusal.measure in names
