"""A sum held against the award just computed (不对，应该是100万吧; isn't it 300,000?): a claim, never a new value.

It is one where the words doubt the result and the sum is one an award could come to, too small to be a value of the
award's own measure. Words that mend what was told (说错了, 营收是…) make it a value.
"""

import re
from dataclasses import replace

from assistant.reading.claims import award_sums, least_value
from assistant.reading.given import Given
from assistant.reading.intents import Intent
from assistant.reading.question import Question
from tools import money
from tools.rules import Policy

_DOUBTS = re.compile(
    r"应该|应当|该(?:是|给|有|拿|发)?(?:[\d一二两三四五六七八九十]|百)|(?:算|搞|弄|答)错|难道|怎么不是|为什么不是|明明|不止|精确|听说|听人说|据说|(?:人家|他们|别人|朋友|同行)(?:都)?说|我(?:还)?以为|"
    r"\b(?:heard|told me|thought)\b|\b(?:friend|boss|accountant|they|he|she|people|somebody|someone) (?:says?|said|tells?|told)\b|"
    r"不是(?:应该)?[\d一二两三四五六七八九十百]+万?.{0,2}(?:吗|么|吧)|\bwhy (?:not|isn't|is it not|only|just)\b|\b(?:isn't|shouldn't|wasn't|should) (?:it|that|this|be|we)"
)
_WHICH_TIER = re.compile(
    r"整还是|还是(?:不超过|上限|固定|封顶)|(?:固定|上限|封顶)的?还是|"
    r"(?:那家|隔壁|对面|人家|别人|朋友|同行|同学|他们)[^，。；,;\d]{0,6}(?:拿|领|得|发)(?:了|到|过)"
)
_DENIES = re.compile(r"^(?:不对|不是|错了)")
_OWN = re.compile(
    r"(?:说|记|打|写|讲|填|报)错|更正|口误|收入|营收|主营|流水|营业额|销售额|纳税|交税|缴税|税额|tax|revenue|i meant|sorry"
)
_ENGLISH = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d.,])|(?<![\d.,])\d+(?:\.\d+)? ?(?:million|k)\b")
_LONGEST = 40  # characters of a doubt; a longer message tells a case of its own


def disputed(before: Question, now: Question, asked: str | None, policy: Policy) -> Question | None:
    """The message as a claim about the award last computed; None where it is none."""
    computed = any(one.words for one in before.givens) and asked is None
    if not computed or len(now.folded) > _LONGEST or _OWN.search(now.folded) or now.spans or now.count:
        return None
    which = bool(_WHICH_TIER.search(now.folded))  # what tier that sum is of, rather than the award computed
    doubts = bool(_DOUBTS.search(now.folded)) or which
    if not doubts and not _DENIES.search(now.folded):
        return None
    words = _sum_told(now)
    said = money.read(words).amounts if words else ()
    if len(said) != 1 or (value := said[0].hi) is None:
        return None
    sums = award_sums(policy)
    if value > max(sums) or value >= least_value(policy) or not (doubts or value in sums):
        return None
    if which and value not in sums:
        return None
    wants = now.wants - {Intent.SURE, Intent.TABLE, Intent.REVERSE}
    return replace(
        now,
        claim=words,
        givens=(),
        skipped=(),
        topics=(),
        refused="",
        no_unit=False,
        number="",
        unclear="",
        rules=before.rules,
        wants=frozenset({Intent.REVERSE}) if which else wants | {Intent.AWARD, Intent.ASK_IF},
    )


def _sum_told(now: Question) -> str:
    """The only sum of the message, in its own words; a bare number in English is in yuan, as awards are."""
    told: tuple[Given, ...] = (*now.givens, *now.skipped)
    if not told and not now.claim and now.language == "en" and len(found := _ENGLISH.findall(now.folded)) == 1:
        return f"{found[0]} yuan"
    if now.claim and (not told or (len(told) == 1 and _same(now.claim, told[0].words))):
        return now.claim  # 100万整还是不超过100万
    if not told:  # 不是5万吗: denied, so that it was no value
        denied = money.read(now.folded).amounts
        return re.sub(r"^不是", "", denied[0].text) if len(denied) == 1 and denied[0].exact else ""
    return told[0].words if len(told) == 1 and not told[0].measure and not told[0].change and not now.claim else ""


def _same(one: str, other: str) -> bool:
    """Whether two wordings name one sum."""
    ends = [[amount.hi for amount in money.read(words).amounts] for words in (one, other)]
    return ends[0] == ends[1]
