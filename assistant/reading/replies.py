"""A message as the answer to the fact last asked for: 是的, 没有, 8000万, 满了, 单位是万元."""

import re
from dataclasses import replace

from assistant.reading.given import Given
from assistant.reading.intents import Intent
from assistant.reading.question import Question
from assistant.reading.unsaid import alone
from tools.rules import Policy
from tools.units import unit_of

_AGREES = re.compile(
    r"^(是|是的|对|对的|嗯+|有|有的|满了|已经?|已?满|当然|没错|yes|yep|yeah|y|sure|ok)(的|啊|呀|了|,|，|。|!|\.|$)|^(属于|算是)"
)
_DENIES = re.compile(r"^(不是|没有?|还没|未|不|否|尚未|不算|不属于|no|nope|not)")
_PUZZLED = re.compile(
    r"(?:你?(?:是)?(?:什么|啥)意思|(?:没|听不|看不)(?:听|看)?(?:懂|明白)|问的?(?:是)?(?:什么|啥)|哪个(?:收入|数)|"
    r"what do you mean|i (?:don't|do not) (?:understand|get it))[?？。!！.呀啊呢]{0,4}"
)
_FULL = re.compile(r"满(一年)?了?$|满一?年|够一?年|一整?年了|full year|over a year|a year")
_NOT_FULL = re.compile(r"(不|没|未|还没|没有|尚未)(有)?(满|到|够|足)|不足一?年|less than a year|not yet")


def asked_again(before: Question, now: Question, asked: str | None, policy: Policy) -> Question | None:
    """The question for a value once more, where the message does not know what is asked for (什么意思) or gives a number
    without its unit; None where it does neither."""
    measure = policy.measures.get(asked or "")
    if measure is None:
        return None
    if _PUZZLED.fullmatch(now.folded):
        return replace(before, text=now.text, folded=now.folded, wants=before.wants | {Intent.AWARD})
    if measure.unit != "yuan" or not now.number or now.givens or now.spans:
        return None
    rules = now.rules or before.rules
    return replace(now, refused=now.number, no_unit=True, rules=rules, wants=now.wants | {Intent.AWARD})


def is_reply(now: Question) -> bool:
    """Whether a message can be the answer to what was asked, rather than a question of its own."""
    if now.topics or now.wants - {Intent.ASK_IF, Intent.AWARD, Intent.SMALL_TALK}:
        return False
    told = now.givens or now.facts or now.spans or now.count or now.refused
    said = _AGREES.search(now.folded) or _DENIES.search(now.folded) or unit_of(now.folded) or alone(now.folded)
    return bool(told or said or _FULL.search(now.folded) or _NOT_FULL.search(now.folded))


def of_another_award(now: Question, asked: str, policy: Policy) -> bool:
    """Whether a message tells only values by which another award goes than the one whose measure was asked for."""
    others = {rule.by for rule in policy.awards.values()} - {asked}
    told = [given.measure for given in now.givens if given.words]
    return asked in policy.measures and bool(told) and all(measure in others for measure in told)


def answered(now: Question, before: Question, asked: str, policy: Policy) -> Question:
    """The message with the fact ``asked`` that it answers."""
    now = replace(now, rules=now.rules or before.rules)
    if asked in policy.facts and asked not in now.facts:
        if _DENIES.search(now.folded) or _AGREES.search(now.folded):
            return replace(now, facts={**now.facts, asked: not _DENIES.search(now.folded)})
        return now
    measure = policy.measures.get(asked)
    if measure is None:
        return now
    if alone(now.folded) and not now.givens:
        return replace(now, unsaid=True)
    if unit := unit_of(now.folded):
        told = (Given(asked, before.refused, unit=unit),) if before.no_unit else now.givens
        return replace(now, givens=told, refused="" if before.no_unit else now.refused)
    if measure.unit == "month" and not any(given.measure == asked for given in now.givens):
        if now.spans:
            return replace(now, givens=(*now.givens, *(replace(one, measure=asked) for one in now.spans)))
        if _NOT_FULL.search(now.folded) or _DENIES.search(now.folded):
            return replace(now, givens=(*now.givens, Given(asked, "不到一年")))
        if _FULL.search(now.folded) or _AGREES.search(now.folded):
            return replace(now, givens=(*now.givens, Given(asked, "满一年")))
    return replace(now, givens=tuple(replace(given, measure=given.measure or asked) for given in now.givens))
