"""Which awards and clauses a question is about, and the calls that compute them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.planning.call import MOST_CALLS, Call
from assistant.reading.given import Given, nth
from assistant.reading.question import Question
from tools import money, spoken
from tools.errors import AssistantError
from tools.rules import AwardRule, Policy

_MET = re.compile(r"达标|(符合|满足|够)(了)?(条件|要求|标准)")
_EACH = re.compile(r"各|都|每家|均|each|both")
_WHICH = ("哪些", "什么奖", "有什么", "what awards", "what rewards")


def awards(asked: Question, policy: Policy) -> list[Call]:
    """A computation for each award asked about and each value told for it."""
    if asked.unclear:  # the value itself is asked for, whatever else was said
        return [Call("compute_award", {"rule_id": targets(asked, policy)[0], "amount": ""})]
    calls = []
    for key in targets(asked, policy):
        rule = policy.awards[key]
        givens = [given for given in asked.givens if given.measure == rule.by]
        givens = givens or [given for given in asked.givens if not given.measure] or [Given(rule.by, "")]
        for given in _each(asked, givens, rule):
            calls.append(Call("compute_award", _arguments(asked, given, givens, rule, policy)))
    return calls


def _arguments(
    asked: Question, given: Given, givens: Sequence[Given], rule: AwardRule, policy: Policy
) -> dict[str, Any]:
    """What is said of one value, as the tool takes it."""
    own = {fact for one in asked.givens for fact in one.facts}  # what was said of one firm holds for no other
    held = {**{fact: yes for fact, yes in asked.facts.items() if fact not in own}, **given.facts}
    facts = {fact: held[fact] for fact in rule.requires if fact in held}
    amount = given.words or met(asked, rule)
    if not given.words and asked.refused and not asked.other:
        amount = asked.refused
    arguments: dict[str, Any] = {"rule_id": rule.id, "amount": amount}
    said = (("change", given.change if amount else ""), ("firm", given.firm), ("unit", given.unit))
    arguments |= {name: words for name, words in said if words}
    if given.words and asked.target:
        arguments["target"] = asked.target
    timed = policy.measures[rule.by].unit == "month"
    shared = not timed and len(givens) > 1 and len({one.count for one in givens}) == 1
    if rule.pays == "once_per_firm" and not shared and (given.count or asked.count):
        arguments["count"] = given.count or asked.count
    if facts:
        arguments["facts"] = facts
    return arguments


def met(asked: Question, rule: AwardRule) -> str:
    """The text's own threshold, where firms are said to meet it (达标) without a figure."""
    if rule.id in asked.rules and asked.count and _MET.search(asked.folded):
        return f"{rule.tiers[0].quote.words('at_least')[0]}以上"
    return ""


def targets(asked: Question, policy: Policy) -> list[str]:
    """The awards a question is about: those named, those whose measure is told, else the first of the file."""
    by = {given.measure for given in asked.givens if given.told or asked.carried}
    measured = [rule.id for rule in policy.awards.values() if rule.by in by]
    if len(measured) > 1 and not asked.rules:
        loose = {given.measure for given in asked.givens if given.rank}
        measured = [key for key in measured if not _by_the_way(asked, policy.awards[key], loose)] or measured[:1]
    if asked.rules:
        own = any(policy.awards[key].by in by for key in asked.rules)
        more = [] if asked.carried or asked.by_name or not own else [key for key in measured if key not in asked.rules]
        return [*asked.rules, *more]
    measured = [key for key in measured if key not in asked.excluded] or measured
    return measured or [next((key for key in policy.awards if key not in asked.excluded), next(iter(policy.awards)))]


def _each(asked: Question, givens: Sequence[Given], rule: AwardRule) -> list[Given]:
    """One value said of several firms at once (两家都是3000万) counts for each of them."""
    if rule.pays != "once_per_tier" or len(givens) != 1 or not _EACH.search(asked.folded):
        return list(givens)
    try:
        number = spoken.count(givens[0].count or asked.count)
    except AssistantError:
        number = 1
    if number < 2:
        return list(givens)
    return [replace(givens[0], firm=nth(at)) for at in range(min(number, MOST_CALLS + 1))]  # one too many is too many


def _by_the_way(asked: Question, rule: AwardRule, loose: set[str]) -> bool:
    """A measure told only in a wider word (纳税 for 首次年纳税总额), beside another, and none of whose own conditions
    is spoken of, asks for no award of its own."""
    return rule.by in loose and bool(rule.payee_said_as) and not any(fact in asked.facts for fact in rule.requires[:1])


def tables(asked: Question, policy: Policy) -> list[str]:
    """The awards whose standard is asked for: those named, else those of the measure named, else all."""
    if asked.rules:
        return list(asked.rules)
    if asked.excluded:
        return [key for key in policy.awards if key not in asked.excluded]
    if any(word in asked.folded for word in _WHICH):
        return list(policy.awards)
    named = [rule.id for rule in policy.awards.values() if policy.speaks_of(rule.by, asked.folded) or asked.claim]
    return named[:1] or [next(iter(policy.awards))]


def clause(asked: Question, policy: Policy) -> str | None:
    """The clause whose units are asked for: that of the award named, or of the entry."""
    if asked.rules and asked.by_name:
        return policy.awards[asked.rules[0]].clause_id
    for topic in (policy.topics[key] for key in asked.topics):
        if topic.kind != "unstated" and topic.quotes:
            return topic.quotes[0].clause_id
    return policy.awards[asked.rules[0]].clause_id if asked.rules else None


def figure_named(asked: Question, policy: Policy) -> str:
    """The award one of whose figures alone is named (20万是什么钱)."""
    said = {one.lo for given in asked.givens for one in money.read(given.words).amounts if one.lo is not None}
    for rule in sorted(policy.awards.values(), key=lambda rule: len(rule.tiers)):
        own = {tier.amount for tier in rule.tiers} | {
            tier.lo for tier in rule.tiers if policy.measures[rule.by].unit == "yuan"
        }
        if said & ({*own, rule.pool_yuan} if rule.pool_yuan else own):
            return rule.id
    return ""


def named_tiers(asked: Question, policy: Policy) -> list[str]:
    """Awards one of whose tiers is named by both its ends (1亿到5亿那一档)."""
    spans = [(one.lo, one.hi) for one in money.read(asked.text).amounts]
    return [
        rule.id
        for rule in policy.awards.values()
        if any(hi and lo == t.lo and hi == t.hi for t in rule.tiers for lo, hi in spans)
    ]
