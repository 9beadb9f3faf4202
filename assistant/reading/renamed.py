"""A value told before whose measure, or whose award, is told only now: 对，是营收; 不是收入，是纳税; 我不是招商的; 80万呢."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.claims import award_sums, least_value
from assistant.reading.given import Given
from assistant.reading.intents import Intent, follows
from assistant.reading.named import rules_named
from assistant.reading.question import Question
from tools import money
from tools.rules import Policy

_SAYS_WHICH = re.compile(
    r"(?:不?对|是的?|嗯|哦|不|错了|那|要是|如果|的话|呢|我|们|说|讲|指|那个?|这个?|数|额|的|年|总|全|主营|业务|金|it|is|was|i|mean|meant|that|our|the|yes|no|sorry|total|in|of|,|，|。|\.|!|！|\s)*+"
)
_SAYS = re.compile(r"是|说|讲|指|不|错|\b(?:mean|meant|is|was|not)\b")
_BACK = re.compile(r"那|呢|的话|要是|如果")
_NOT = r"(?:不是|并非|不算|没说|not(?: the)?)\s?"
_LIKEWISE = re.compile(r"差不多|一样|相同|同样多|也是(?:这个数|这么多)|\babout the same\b|\bthe same\b")
_FIRM = re.compile(r"公司|企业|厂|家|别人|隔壁|firm|company|neighbou?r")
_FIRM_ITSELF = re.compile(
    r"(?:企业|公司|我们|咱们|厂)(?:自己|本身|自身)(?!缴|交|纳)|(?:给|发给)(?:我们|企业|公司)(?:自己|本身)?(?:的|多少|几)"
)


def renamed(before: Question, told: Sequence[Given], now: Question, policy: Policy) -> Given | None:
    """The value told last, of the measure that is named for it now and with nothing else; None where none is."""
    if now.givens or now.topics or now.claim or not told or not told[-1].words or told[-1].change:
        return None
    left, named = now.folded, []
    for measure in policy.measures.values():
        if measure.unit != "yuan":
            continue
        words = "|".join(map(re.escape, policy.measure_words[measure.id]))
        left = re.sub(rf"{_NOT}(?:{words})", "", left)
        if re.search(words, left):
            named.append(measure.id)
            left = re.sub(words, "", left)
    if len(named) != 1 or not _SAYS_WHICH.fullmatch(left):
        return None
    own = [one for one in told if one.measure == named[0]]
    if _BACK.search(left):  # 那营收的话呢: the value told of it before
        return own[-1] if own else None
    return replace(told[-1], measure=named[0], rank=0, said="") if _SAYS.search(now.folded) else None


def same_way(before: Question, now: Question, policy: Policy) -> Question:
    """Another sum of an award asked about as the one before was: 收入有多少能拿50万, then 80万呢."""
    if not before.claim or Intent.REVERSE not in before.wants or before.givens or now.topics:
        return now
    sums = [one for one in (*now.givens, *now.skipped) if not (one.measure or one.change or one.firm)]
    words = now.claim or (sums[0].words if len(sums) == 1 else "")
    read = money.read(words).amounts if words else ()
    small = len(read) == 1 and read[0].hi is not None and read[0].hi < least_value(policy)
    told = [one for one in now.givens if one not in sums]
    if told or not small or not follows(now.folded) or now.wants - {Intent.ASK_IF, Intent.AWARD}:
        return now
    return replace(now, givens=(), skipped=(), claim=words, rules=before.rules, wants=before.wants)


def of_the_award_before(before: Question, now: Question, policy: Policy) -> Question:
    """A sum claimed of no award in particular that the award last spoken of names (是每年30万吗) is claimed of it."""
    named = now.by_name or rules_named(now.folded, policy)[0]
    if not now.claim or named or now.givens or now.topics or len(before.rules) != 1:
        return now
    rule = policy.awards[before.rules[0]]
    own = {tier.amount for tier in rule.tiers} | ({rule.pool_yuan} if rule.pool_yuan else set())
    said = money.read(now.claim).amounts
    if len(said) != 1 or said[0].hi not in own or said[0].hi not in award_sums(policy):
        return now
    return replace(now, rules=before.rules)


def likewise(before: Question, now: Question, policy: Policy) -> bool:
    """Whether another firm is said to have the value told before (我朋友公司收入差不多)."""
    told = now.givens or now.topics or now.rules or now.claim or now.count or now.count_change
    if told or not before.givens or now.wants - {Intent.ASK_IF}:
        return False
    measure = policy.measures.get(before.givens[-1].measure)
    of_it = measure is not None and policy.speaks_of(measure.id, now.folded)
    return bool(_LIKEWISE.search(now.folded)) and (of_it or bool(_FIRM.search(now.folded)))


def for_the_firm(before: Question, now: Question, policy: Policy) -> tuple[str, ...]:
    """The awards paid to the firm itself, where values of several awards were told and only its own are asked for."""
    if now.givens or now.rules or now.topics or not _FIRM_ITSELF.search(now.folded):
        return ()
    told = {given.measure for given in before.givens if given.words}
    rules = [rule for rule in policy.awards.values() if rule.by in told]
    own = tuple(rule.id for rule in rules if not rule.payee_said_as)
    return own if len(own) < len(rules) else ()
