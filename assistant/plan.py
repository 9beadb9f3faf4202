"""What to look up for a question: tool calls from what was read, the first that fits.

Nothing is computed here and no figure is written: arguments are the user's own words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.intents import Intent
from assistant.question import Given, Question
from tools.rules import Policy

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
    if Intent.UNSAFE in asked.wants:
        return [_decline("unsafe")]
    if not any(char.isalnum() for char in asked.folded):
        return [_decline("unreadable")]
    if asked.elsewhere:
        return [_decline("elsewhere")]
    if asked.wants & {Intent.SMALL_TALK, Intent.HELP} and not (asked.givens and not asked.carried):
        return [_decline("small_talk")]
    topics = [policy.topics[key] for key in asked.topics]
    explicit = bool(asked.wants & {Intent.AWARD, Intent.GAP}) or bool(asked.claim)
    told = bool(asked.givens) and not asked.carried
    if _outside(asked, policy) and (Intent.AWARD in asked.wants or Intent.ASK_IF in asked.wants):
        return [Call("policy_basis", {})]
    if Intent.UNITS in asked.wants and not (told and explicit) and not (topics and topics[0].id == "interpreter"):
        if clause := _clause(asked, policy):
            return [Call("responsible_units", {"clause_id": clause})]
        if not topics:
            return [_search(asked)]
    wanted = [Call("policy_entry", {"entry_id": topic.id}) for topic in _distinct(topics)]
    if asked.claim and Intent.REVERSE in asked.wants and not told:
        return [Call("award_table", {"rule_id": key}) for key in _targets(asked, policy)[:1]]
    if told and (explicit or not wanted):
        return _awards(asked, policy) + [call for call in wanted if explicit][:1]
    if wanted and not (asked.rules and Intent.AWARD in asked.wants and topics[0].kind == "stated"):
        return wanted[:2]
    if Intent.TABLE in asked.wants and not (asked.carried and explicit):
        return [Call("award_table", {"rule_id": key}) for key in _tables(asked, policy)]
    if asked.refusal or asked.other or explicit or asked.rules or (asked.facts and asked.carried):
        return _awards(asked, policy)
    if Intent.BASIS in asked.wants or Intent.CONTACT in asked.wants:
        return [Call("policy_basis", {})]
    return [_search(asked)]


def _awards(asked: Question, policy: Policy) -> list[Call]:
    calls = []
    for key in _targets(asked, policy):
        rule = policy.awards[key]
        givens = [given for given in asked.givens if given.measure in (rule.by, "")] or [Given(rule.by, "")]
        facts = {fact: held for fact, held in asked.facts.items() if fact in rule.requires}
        for given in givens:
            arguments: dict[str, Any] = {"rule_id": key, "amount": given.words}
            if not given.words and (asked.refusal and not asked.other):
                arguments["amount"] = asked.text
            if given.change:
                arguments["change"] = given.change
            if given.firm:
                arguments["firm"] = given.firm
            if (given.count or asked.count) and rule.pays == "once_per_firm" and len(givens) == 1:
                arguments["count"] = given.count or asked.count
            if facts:
                arguments["facts"] = facts
            calls.append(Call("compute_award", arguments))
    return calls


def _targets(asked: Question, policy: Policy) -> list[str]:
    """The awards a question is about: those named, those whose measure is told, else the first of the file."""
    measured = [
        rule.id for rule in policy.awards.values() if any(given.measure == rule.by for given in asked.givens)
    ]
    if asked.rules:
        fresh = [] if asked.carried else [key for key in measured if key not in asked.rules]
        return [*asked.rules, *fresh]
    return measured or [next(iter(policy.awards))]


def _tables(asked: Question, policy: Policy) -> list[str]:
    return list(asked.rules) or list(policy.awards) if Intent.TABLE in asked.wants and asked.rules else list(policy.awards)[:1]


def _clause(asked: Question, policy: Policy) -> str | None:
    """The clause whose units are asked for: that of the award or the entry named."""
    for topic in (policy.topics[key] for key in asked.topics):
        if topic.kind != "unstated" and topic.quotes:
            return topic.quotes[0].clause_id
    return policy.awards[asked.rules[0]].clause_id if asked.rules else None


def _distinct(topics: Sequence[Any]) -> list[Any]:
    """What the text states or refers to before what it leaves open, unless the open one was named at more length."""
    if not topics:
        return []
    first = topics[0]
    return [first, *(topic for topic in topics[1:] if topic.kind == first.kind)]


def _outside(asked: Question, policy: Policy) -> bool:
    years = [year for year in asked.years if not policy.in_force_from.year <= year <= policy.in_force_to.year]
    days = [day for day in asked.days if not policy.is_in_force(day)]
    return bool(days) or bool(years and not asked.givens)


def _decline(reason: str) -> Call:
    return Call("decline", {"reason": reason})


def _search(asked: Question) -> Call:
    return Call("search_policy", {"query": asked.text[:500]})
