"""Amounts told too loosely to say a tier of (营收几千万, 营收1/2亿), and a measure told to be nothing (营收是0)."""

import re

from assistant.reading.given import Given
from assistant.reading.intents import Intent
from tools import money
from tools.money import Amount, Reading
from tools.rules import Policy

_FEW = re.compile(r"^几")  # 几千万, 几个亿
_EITHER = re.compile(r"\d/$")  # 1/2亿: one or two of them
_FILL = r"(?:就|还|也|都|才|只|仅|现在|目前|今年|去年|总共|一共|真的|全)*"
_NOTHING = r"(?:0|零)(?:块钱?|[万亿]?元|[万亿])?(?![\d.点一二三四五六七八九十])"
_ASKS = r"(?=$|[，。,;；?？!！]|呢|吗|的话|能|可以|也|会|有|拿|怎|的(?:企业|公司|话))"
_PENNY = re.compile(r"^(?:那|那么|如果|要是|万一|假如)*(?P<none>一[分毛块]钱?(?:都|也)没有?)(?:呢|的话|[?？。!！])+$")
_ALONE = re.compile(r"^(?:那|那么|如果|要是|假如|换成|大概|也就|就|才|有|好|大)*几.{1,4}(?:呢|的话|怎么样|\W)*$")


def either(amount: Amount, text: str) -> bool:
    """Whether an amount is the second of two that may be meant (1/2亿)."""
    return bool(_EITHER.search(text[: amount.start]))


def vague(
    reading: Reading, text: str, wants: frozenset[Intent], on_topic: bool, policy: Policy
) -> tuple[str, ...] | None:
    """The awards that go by the measure of an amount told so loosely that no tier can be said of it, empty where it is
    told of no measure; None where there is no such amount. ``on_topic``: an entry of the policy is asked for."""
    for one in reading.amounts:
        if not (_FEW.match(one.text) or either(one, text)):
            continue
        named = [rule.id for rule in policy.awards.values() if one.measure in policy.measures[rule.by].read_as]
        if named or (one.measure is None and not on_topic and (Intent.AWARD in wants or _ALONE.match(text))):
            return tuple(named[:1])
        if either(one, text):  # the measure stands before the other number
            before = [refusal.measure for refusal in reading.refusals if refusal.end < one.start]
            return tuple(r.id for r in policy.awards.values() if set(before) & set(policy.measures[r.by].read_as))[:1]
    return None


def not_a_penny(before: Given, folded: str, policy: Policy) -> Given | None:
    """A value supposed to be nothing (一分钱都没有呢), where the one told before reaches a tier; where it reaches none,
    the words are about the award and suppose nothing."""
    found = _PENNY.match(folded)
    rules = [rule for rule in policy.awards.values() if rule.by == (before.measure or rule.by)]
    told = money.read(before.words).amounts if found and rules and not before.change else ()
    if not found or len(told) != 1 or policy.measures[rules[0].by].unit != "yuan":
        return None
    reached = told[0].lo is not None and told[0].lo >= rules[0].tiers[0].lo
    return Given(rules[0].by, found["none"]) if reached else None


def nothing(folded: str, policy: Policy) -> tuple[Given, ...]:
    """A measure in yuan that is told to be nothing: 营收是0, 零收入, 没有营收."""
    for measure in policy.measures.values():
        if measure.unit != "yuan":
            continue
        name = "|".join(map(re.escape, policy.measure_words[measure.id]))
        zero = rf"(?:{name}){_FILL}(?:是|为|等于|=|:)?{_FILL}(?P<zero>{_NOTHING}){_ASKS}|(?<![\d.,])(?P<zero2>{_NOTHING})(?:的)?(?:{name})"
        none = rf"没有?(?:任何)?(?:{name}){_ASKS}|(?:{name})(?:一分钱?)?(?:都|也)?没有{_ASKS}|一分钱?(?:的)?(?:{name})(?:都|也)没有?"
        english = rf"\b(?P<none>(?:zero|no) (?:{name}))\b(?! \w*(?:requirement|threshold|limit|data|standard))|(?:{name}) (?:is|was|were) (?P<nil>zero|0)\b(?![.\d%])"
        if found := re.search(rf"{zero}|{none}|{english}", folded):
            told = (found[key] for key in ("zero", "zero2", "none", "nil"))
            return (Given(measure.id, next((words for words in told if words), found[0])),)
    return ()
