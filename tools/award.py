"""What a rule gives for stated facts at a date: exact, with the clause, the quote and the comparison.

Sources are the policy's own clauses; ``以上`` includes its number (Civil Code, art. 1259), as every
tier ``[lo, hi)`` of the rules file does. Outside its dates a rule is *out of force*, never zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from tools import money
from tools.interval import Interval
from tools.rules import AwardRule, Kind, Measure, Policy, Quoted, Tier, Unit

FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Due:
    """``amount`` yuan may be due: as a cap (``at_most``) or as a fixed sum (``exactly``).

    ``conditions`` are facts nobody stated yet; ``gap`` is the way to ``next`` in the measure's unit.
    """

    rule: AwardRule
    tier: Tier
    amount: int
    kind: Kind
    count: int
    pooled: bool
    compared: str
    conditions: tuple[str, ...]
    next: Tier | None
    gap: Decimal | None


@dataclass(frozen=True, slots=True)
class NotDue:
    """Nothing is due; ``denied`` names the fact that fails, else the value is below the first tier by ``gap``."""

    rule: AwardRule
    quote: Quoted
    compared: str
    denied: str | None = None
    gap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """``fact`` (a measure's or a fact's id) must be known first."""

    rule: AwardRule
    fact: str


@dataclass(frozen=True, slots=True)
class OutOfForce:
    rule: AwardRule
    quote: Quoted
    as_of: date


Outcome = Due | NotDue | Missing | OutOfForce


def compute(
    policy: Policy,
    rule: AwardRule,
    value: Interval | None,
    *,
    facts: Mapping[str, bool],
    as_of: date,
    count: int = 1,
) -> tuple[Outcome, ...]:
    """The outcomes of ``rule``: one for an exact value, one per tier it can fall in for an interval, lowest first.

    ``value`` is in the unit of the rule's measure (yuan, months), for each of ``count`` firms (>= 1).
    """
    if not policy.is_in_force(as_of):
        return (OutOfForce(rule, policy.in_force, as_of),)
    for fact in rule.requires:
        if facts.get(fact) is False:
            return (NotDue(rule, rule.tiers[0].quote, f"条件“{policy.facts[fact].name}”不成立", denied=fact),)
    if value is None:
        return (Missing(rule, rule.by),)
    unsaid = tuple(fact for fact in rule.requires if fact not in facts)
    for fact in unsaid:
        if policy.facts[fact].when_unsaid == "ask":
            return (Missing(rule, fact),)
    measure = policy.measures[rule.by]
    found: list[Outcome] = []
    if below := value.meet(0, rule.tiers[0].lo):
        first = rule.tiers[0]
        exact = value.exact
        whole = exact is not None and (measure.unit == "yuan" or exact == int(exact))
        gap = _way(first.lo - exact, measure.unit) if exact is not None and whole else None
        found.append(NotDue(rule, first.quote, _compared(measure, below, None, first.lo), gap=gap))
    for at, tier in enumerate(rule.tiers):
        if part := value.meet(tier.lo, tier.hi):
            above = rule.tiers[at + 1] if at + 1 < len(rule.tiers) else None
            found.append(_due(rule, tier, above, part, value, measure, unsaid, count))
    return tuple(found)


def total(rule: AwardRule, due: Sequence[tuple[int, Kind]]) -> tuple[int, Kind, bool]:
    """The sum of several awards of one rule: yuan, cap or fixed sum, and whether the programme's total caps it."""
    whole = sum(amount for amount, _ in due)
    kind: Kind = "at_most" if any(one == "at_most" for _, one in due) else "exactly"
    if rule.pool_yuan is not None and whole > rule.pool_yuan:
        return rule.pool_yuan, "at_most", True
    return whole, kind, False


def _due(
    rule: AwardRule,
    tier: Tier,
    above: Tier | None,
    part: Interval,
    value: Interval,
    measure: Measure,
    unsaid: tuple[str, ...],
    count: int,
) -> Due:
    amount, kind, pooled = tier.amount * count, tier.kind, False
    compared = _compared(measure, part, tier.lo, tier.hi)
    if count > 1:
        compared += f"；{count}家 × {money.write(tier.amount)}/家 = {money.write(amount)}"
    if rule.pool_yuan is not None and amount > rule.pool_yuan:
        compared += f" > {money.write(rule.pool_yuan)}（总额上限）"
        amount, kind, pooled = rule.pool_yuan, "at_most", True
    exact = value.exact
    gap = _way(above.lo - exact, measure.unit) if above and exact is not None else None
    return Due(rule, tier, amount, kind, count, pooled, compared, unsaid, above, gap)


def _compared(measure: Measure, part: Interval, lo: int | None, hi: int | None) -> str:
    """The comparison in words: ``8000万元 ≥ 5000万元，且 < 1亿元``."""
    if (exact := part.exact) is not None:
        ends = [f"≥ {spoken(lo, measure.unit)}"] if lo is not None else []
        ends += [f"< {spoken(hi, measure.unit)}"] if hi is not None else []
        return f"{measure.name}{spoken(exact, measure.unit)} {'，且 '.join(ends)}"
    if part.hi is None and part.lo is not None:
        return f"{measure.name} {'≥' if part.lo_closed else '>'} {spoken(part.lo, measure.unit)}"
    low = "" if part.lo is None else f"{spoken(part.lo, measure.unit)} {'≤' if part.lo_closed else '<'} "
    high = "" if part.hi is None else f" {'≤' if part.hi_closed else '<'} {spoken(part.hi, measure.unit)}"
    return f"{low}{measure.name}{high}"


def spoken(value: Decimal | int, unit: Unit) -> str:
    """A value in the measure's unit, as people write it: ``8000万元``, ``6个月``, ``1年``."""
    if unit == "yuan":
        return money.write(value)
    whole = Decimal(value)
    if whole != int(whole):
        return f"{round(whole * 365 / 12)}天"
    years = whole / 12
    return f"{int(years)}年" if years == int(years) and years else f"{whole.normalize():f}个月"


def _way(value: Decimal, unit: Unit) -> Decimal:
    """What is missing, up to the next 分 or the next whole month: a way that is gone is never short of its end."""
    return value.quantize(FEN if unit == "yuan" else Decimal(1), ROUND_CEILING)
