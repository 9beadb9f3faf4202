"""What to look up for a question: tool calls from what was read, the first that fits.

Nothing is computed here and no figure is written: arguments are the user's own words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.intents import Intent
from assistant.amounts import Given
from assistant.question import Question
from tools.rules import Policy, Topic

MOST_CALLS = 12  # firms x rules in one question
NEAR_ENOUGH = 0.5  # of a search score in [0, 1]; below it, what was found is not what was asked


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: Mapping[str, Any]


def plan(asked: Question, policy: Policy, done: Sequence[Mapping[str, Any]]) -> list[Call]:
    """The calls still to make, given the results so far (``done``, in the order of their calls)."""
    if not done:
        return _first(asked, policy)[:MOST_CALLS]
    if Intent.UNITS in asked.wants and len(done) == 1 and done[0].get("hits"):
        return [Call("responsible_units", {"clause_id": done[0]["hits"][0]["clause_id"]})]
    return []


def _first(asked: Question, policy: Policy) -> list[Call]:
    wants = asked.wants
    if Intent.UNSAFE in wants:
        return [_decline("unsafe")]
    if not any(char.isalnum() for char in asked.folded):
        return [_decline("unreadable")]
    if asked.elsewhere:
        return [_decline("elsewhere")]
    told = any(given.told for given in asked.givens)
    topics = [policy.topics[key] for key in asked.topics]
    if wants & {Intent.SMALL_TALK, Intent.HELP} and not (told or topics):
        return [_decline("small_talk")]
    explicit = bool(wants & {Intent.AWARD, Intent.GAP}) or (bool(asked.claim) and bool(asked.givens))
    if _outside(asked, policy) and wants & {Intent.AWARD, Intent.ASK_IF, Intent.TABLE}:
        return [Call("policy_basis", {})]
    entries = [Call("policy_entry", {"entry_id": topic.id}) for topic in _chosen(topics)]
    if Intent.UNITS in wants and not (told and explicit) and not (topics and topics[0].kind == "stated" and len(topics[0].name) > 1 and _named_at_length(asked, topics[0])):
        if clause := _clause(asked, policy):
            return [Call("responsible_units", {"clause_id": clause})]
        return [_search(asked)] if not topics else entries[:1]
    if told and (explicit or not entries):
        return _awards(asked, policy) + [call for call, topic in zip(entries, topics, strict=False) if topic.kind == "unstated"][:1]
    if entries and not (asked.rules and Intent.TABLE in wants and topics[0].kind == "stated"):
        return entries[:2]
    if wants & {Intent.TABLE, Intent.REVERSE, Intent.WHOM} and (asked.claim or not asked.carried or Intent.TABLE in wants):
        return [Call("award_table", {"rule_id": key}) for key in _tables(asked, policy)]
    if asked.refused or asked.other or explicit or (asked.facts and asked.carried) or _bare(asked):
        return _awards(asked, policy)
    if wants & {Intent.BASIS, Intent.CONTACT}:
        return [Call("policy_basis", {})]
    if asked.rules:
        return [Call("award_table", {"rule_id": key}) for key in asked.rules]
    return [_search(asked)]


def _bare(asked: Question) -> bool:
    """Values from before, and nothing new that would ask for anything else."""
    return asked.carried and not asked.topics and Intent.AWARD in asked.wants


def _named_at_length(asked: Question, topic: Topic) -> bool:
    """Whether the entry was named by a phrase that holds the question about units itself (谁负责解释)."""
    return any(len(word) >= 3 and word in asked.folded and re.search(r"谁|哪|归|管", word) for word in topic.asked_as)


def _awards(asked: Question, policy: Policy) -> list[Call]:
    calls = []
    for key in _targets(asked, policy):
        rule = policy.awards[key]
        givens = [given for given in asked.givens if given.measure in (rule.by, "")] or [Given(rule.by, "")]
        facts = {fact: held for fact, held in asked.facts.items() if fact in rule.requires}
        for given in givens:
            arguments: dict[str, Any] = {"rule_id": key, "amount": given.words}
            if not given.words and asked.refused and not asked.other:
                arguments["amount"] = asked.refused
            arguments |= {name: words for name, words in (("change", given.change), ("firm", given.firm)) if words}
            if given.words and asked.target:
                arguments["target"] = asked.target
            if (given.count or asked.count) and rule.pays == "once_per_firm" and len(givens) == 1:
                arguments["count"] = given.count or asked.count
            if facts:
                arguments["facts"] = facts
            calls.append(Call("compute_award", arguments))
    return calls


def _targets(asked: Question, policy: Policy) -> list[str]:
    """The awards a question is about: those named, those whose measure is told, else the first of the file."""
    by = {given.measure for given in asked.givens if given.told or asked.carried}
    measured = [rule.id for rule in policy.awards.values() if rule.by in by]
    if asked.rules:
        return [*asked.rules, *([] if asked.carried else [key for key in measured if key not in asked.rules])]
    return measured or [next(iter(policy.awards))]


def _tables(asked: Question, policy: Policy) -> list[str]:
    """The awards whose standard is asked for: those named, else those of the measure named, else all."""
    if asked.rules:
        return list(asked.rules)
    named = [
        rule.id
        for rule in policy.awards.values()
        if any(name in asked.folded for name in policy.measures[rule.by].read_as) or (asked.claim and not asked.rules)
    ]
    words = ("哪些", "什么奖", "有什么", "what awards", "what rewards")
    if any(word in asked.folded for word in words):
        return list(policy.awards)
    return named[:1] or [next(iter(policy.awards))]


def _clause(asked: Question, policy: Policy) -> str | None:
    """The clause whose units are asked for: that of the award or the entry named."""
    if asked.rules:
        return policy.awards[asked.rules[0]].clause_id
    for topic in (policy.topics[key] for key in asked.topics):
        if topic.kind != "unstated" and topic.quotes:
            return topic.quotes[0].clause_id
    return None


def _chosen(topics: Sequence[Topic]) -> list[Topic]:
    """The entry named at most length, and others of its kind."""
    return [topic for topic in topics if topic.kind == topics[0].kind]


def _outside(asked: Question, policy: Policy) -> bool:
    """Whether another time than the policy's is asked about; the year a revenue was made in is not that."""
    if any(not policy.is_in_force(day) for day in asked.days):
        return True
    if any(year > policy.in_force_to.year for year in asked.years):
        return True
    early = [year for year in (*asked.years, *asked.soon) if not policy.in_force_from.year <= year <= policy.in_force_to.year]
    return bool(early) and not asked.givens


def _decline(reason: str) -> Call:
    return Call("decline", {"reason": reason})


def _search(asked: Question) -> Call:
    return Call("search_policy", {"query": asked.text[:500]})
