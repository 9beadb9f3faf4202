"""Outcomes and entries as plain data: what a tool answers with, figures in the text's own words."""

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tools import money
from tools.award import Due, Missing, NotDue, Outcome, OutOfForce, spoken
from tools.interval import Interval
from tools.rules import AwardRule, Measure, Policy, Quoted, Tier, Topic


def quote(quoted: Quoted) -> dict[str, str]:
    return {"clause_id": quoted.clause_id, "quote": quoted.text}


def contact(policy: Policy) -> dict[str, str]:
    """Who explains the policy, in the clause that says so."""
    return {"name": policy.contact, **quote(policy.contact_quote)}


def interval(value: Interval | None, measure: Measure) -> str | None:
    """The value as read, in words, so that a reader can see what was understood."""
    if value is None:
        return None
    if (exact := value.exact) is not None:
        return spoken(exact, measure.unit)
    low = "" if value.lo is None else f"{'≥' if value.lo_closed else '>'} {spoken(value.lo, measure.unit)}"
    high = "" if value.hi is None else f"{'≤' if value.hi_closed else '<'} {spoken(value.hi, measure.unit)}"
    return "，".join(part for part in (low, high) if part)


def distance(value: Interval | None, wanted: Interval | None, measure: Measure) -> dict[str, str] | None:
    """How far an exact value is from an exact target; None when either is not exact."""
    here = value.exact if value else None
    there = wanted.exact if wanted else None
    if here is None or there is None:
        return None
    return {
        "to": spoken(there, measure.unit),
        "gap_words": spoken(max(there - here, Decimal(0)), measure.unit),
        "reached": "yes" if here >= there else "no",
    }


def outcome(policy: Policy, found: Outcome) -> dict[str, Any]:
    rule = found.rule
    head = {"rule_id": rule.id, "rule": rule.name, "payee": rule.payee, "other_payee": bool(rule.payee_said_as)}
    match found:
        case OutOfForce():
            return {
                "type": "out_of_force",
                **head,
                **quote(found.quote),
                "as_of": found.as_of.isoformat(),
                "from": found.quote.words("from")[0],
                "to": found.quote.words("to")[0],
                "contact": contact(policy),
            }
        case Missing():
            asked = policy.measures.get(found.fact) or policy.facts[found.fact]
            return {
                "type": "missing",
                **head,
                "fact": found.fact,
                "name": asked.name,
                "english": asked.english,
                "ask": asked.ask,
                "ask_english": asked.ask_english,
                **quote(rule.tiers[0].quote),
            }
        case NotDue():
            first = rule.tiers[0]
            unit = policy.measures[rule.by].unit
            return {
                "type": "not_due",
                **head,
                **quote(found.quote),
                "compared": found.compared,
                "denied": found.denied,
                "denied_name": policy.facts[found.denied].name if found.denied else None,
                "denied_english": policy.facts[found.denied].english if found.denied else None,
                "gap": math.ceil(found.gap) if unit == "yuan" and found.gap is not None else None,
                "gap_words": None if found.gap is None else spoken(found.gap, unit),
                "measure": policy.measures[rule.by].name,
                "measure_english": policy.measures[rule.by].english,
                "next": tier(policy, rule, first),
            }
        case Due():
            unit = policy.measures[rule.by].unit
            return {
                "type": "due",
                **head,
                **quote(found.tier.quote),
                "amount_yuan": found.amount,
                "amount": money.write(found.amount),
                "kind": found.kind,
                "each": money.write(found.tier.amount),
                "count": found.count,
                "pooled": found.pooled,
                "pool": None if rule.pool is None else quote(rule.pool),
                "pool_words": None if rule.pool is None else rule.pool.words("pool")[0],
                "compared": found.compared,
                "measure": policy.measures[rule.by].name,
                "measure_english": policy.measures[rule.by].english,
                "range": bounds(policy, rule, found.tier),
                "payee_said_as": list(rule.payee_said_as),
                "conditions": [policy.facts[fact].name for fact in found.conditions],
                "conditions_english": [policy.facts[fact].english for fact in found.conditions],
                "because": [quote(reason) for reason in rule.because],
                "unstated": rule.open_points([found.tier.kind]),
                "unstated_english": rule.open_points([found.tier.kind], english=True),
                "next": tier(policy, rule, found.next) if found.next else None,
                "gap_words": None if found.gap is None else spoken(found.gap, unit),
                "top": found.next is None and len(rule.tiers) > 1,
                "contact": contact(policy),
            }


def total(rule: AwardRule, amount: int, kind: str, pooled: bool) -> dict[str, Any]:
    return {
        "total": money.write(amount),
        "rule": rule.name,
        "payee": rule.payee,
        "amount_yuan": amount,
        "kind": kind,
        "pool": None if rule.pool is None or not pooled else quote(rule.pool),
    }


def difference(rule: AwardRule, amounts: Sequence[int], kinds: Sequence[str]) -> dict[str, Any]:
    """How far apart two awards are: between caps, between fixed sums, or unknown between one of each."""
    known = {kind for amount, kind in zip(amounts, kinds, strict=True) if amount}
    apart = abs(amounts[0] - amounts[1])
    kind = known.pop() if len(known) == 1 else "mixed" if known else "exactly"
    return {
        "rule": rule.name,
        "apart": None if kind == "mixed" else money.write(apart),
        "apart_yuan": None if kind == "mixed" else apart,
        "kind": kind,
    }


def tier(policy: Policy, rule: AwardRule, one: Tier) -> dict[str, Any]:
    return {
        "from": one.quote.words("at_least")[0],
        "below": next(iter(one.quote.words("below")), None),
        "lo": one.lo,
        "hi": one.hi,
        "range": bounds(policy, rule, one),
        "amount": one.quote.words(one.kind)[0],
        "amount_yuan": one.amount,
        "kind": one.kind,
        **quote(one.quote),
    }


def bounds(policy: Policy, rule: AwardRule, one: Tier) -> str:
    """``5000万元（含）至1亿元（不含）``, in the text's own spelling."""
    low = one.quote.words("at_least")[0]
    return f"{low}（含）至{one.quote.words('below')[0]}（不含）" if one.hi is not None else f"{low}及以上"


def table(policy: Policy, rule: AwardRule) -> dict[str, Any]:
    return {
        "rule_id": rule.id,
        "rule": rule.name,
        "english": rule.english,
        "payee": rule.payee,
        "other_payee": bool(rule.payee_said_as),
        "measure": policy.measures[rule.by].name,
        "measure_english": policy.measures[rule.by].english,
        "tiers": [tier(policy, rule, one) for one in rule.tiers],
        "requires": [policy.facts[fact].name for fact in rule.requires],
        "requires_english": [policy.facts[fact].english for fact in rule.requires],
        "because": [quote(reason) for reason in rule.because],
        "pool": None if rule.pool is None else quote(rule.pool),
        "pool_words": None if rule.pool is None else rule.pool.words("pool")[0],
        "unstated": rule.open_points([one.kind for one in rule.tiers]),
    }


def topic(policy: Policy, found: Topic, clause_id: str = "") -> dict[str, Any]:
    quotes = [one for one in found.quotes if clause_id in ("", one.clause_id)] or found.quotes
    return {
        "entry_id": found.id,
        "kind": found.kind,
        "name": found.name,
        "quotes": [quote(one) for one in quotes],
        "documents": [words for one in quotes for words in one.words("document")],
        "figures": [mark.words for one in quotes for mark in one.marks if mark.label != "document"],
        "contact": contact(policy),
    }


def basis(policy: Policy, as_of: date) -> dict[str, Any]:
    return {
        "title": policy.title,
        "status": policy.status,
        **force(policy, as_of),
        "in_force": policy.is_in_force(as_of),
        "contact": contact(policy),
    }


def force(policy: Policy, as_of: date) -> dict[str, str]:
    """The dates in force, with the sentence that says so, and the day of asking."""
    return {
        **quote(policy.in_force),
        "from": policy.in_force.words("from")[0],
        "to": policy.in_force.words("to")[0],
        "as_of": as_of.isoformat(),
    }
