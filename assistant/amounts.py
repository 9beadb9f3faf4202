"""Whose amount is which: the values of a message by measure and firm, and the sums it speaks of as awards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assistant.intents import Intent
from tools import money
from tools.money import Amount, Reading
from tools.rules import Policy

_AWARD = "奖励"  # the lexicon's name for sums given or got
_APART = re.compile(r"分别|各自|一家.{0,12}另?一家|respectively")
_CHANGE = re.compile(
    r"翻一番|翻一?倍|翻番|减半|砍半|对折|double[sd]?|halve[sd]?|(再|又)?(增长|增加|多|涨|提高|上升|下降|减少|降低?|下滑|跌|少)了?(?=[\d一二三四五六七八九十百]+(\.\d+)?(%|个点|成))"
)


@dataclass(frozen=True, slots=True)
class Given:
    """A value told for one measure, in the user's words; ``firm`` is empty when only one is spoken of.

    ``told`` is False for what an earlier message said.
    """

    measure: str
    words: str
    change: str = ""
    firm: str = ""
    count: str = ""
    told: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """``claim``: a sum spoken of as an award; ``stated``: entries a figure of which is named; ``rules``: awards
    whose sum is named."""

    givens: tuple[Given, ...]
    claim: str
    other: tuple[str, ...]
    stated: tuple[str, ...]
    rules: tuple[str, ...]
    count: str


def hear(
    reading: Reading,
    folded: str,
    policy: Policy,
    rules: tuple[str, ...],
    facts: Mapping[str, bool],
    wants: frozenset[Intent],
) -> Told:
    """Sorts a message's amounts.

    Where several amounts of one firm fit a measure, the name nearest to the policy's own word wins
    (总营收8000万，其中主营4500万), and among equals the last (从4000万涨到6000万), unless they are told apart (分别).
    """
    order = {name: (measure.id, at) for measure in policy.measures.values() for at, name in enumerate(measure.read_as)}
    sums = _sums(policy)
    claim = ""
    claimed: Amount | None = None
    other: list[str] = []
    found: list[tuple[int, Given, Amount]] = []
    for amount in reading.amounts:
        if amount.negated:
            continue
        if amount.measure == _AWARD or _speaks_of_award(amount, bool(found), wants, sums, policy):
            claim, claimed = amount.text, amount
        elif amount.measure is None:
            inherited = found[-1][1].measure if found and (amount.owner or found[-1][1].firm) else ""
            found.append((0 if inherited == "" else found[-1][0], _given(inherited, amount), amount))
        elif amount.measure in order:
            measure, rank = order[amount.measure]
            found.append((rank, _given(measure, amount), amount))
        else:
            other.append(amount.measure)
    apart = bool(_APART.search(folded))
    kept: dict[tuple[str, str, str], tuple[int, Given]] = {}
    for at, (rank, given, amount) in enumerate(found):
        firm = given.firm or (str(at) if apart else "")
        key = (given.measure, firm, "change" if given.change else "")
        if key not in kept or rank <= kept[key][0]:
            kept[key] = (rank, given)
    givens = tuple(given for _, given in kept.values())
    if apart and len(givens) > 1:
        givens = tuple(
            given if given.firm else _named(given, f"第{'一二三四五六七八九十'[at]}家") for at, given in enumerate(givens[:10])
        )
    count = next((one.text for one in reading.counts if one.unit in ("家", "户", "个")), "")
    stated = _stated(reading, policy) if not givens or not wants & {Intent.AWARD, Intent.GAP} else ()
    return Told(
        givens=(*givens, *_durations(reading, policy, rules, facts)),
        claim=claim,
        other=tuple(other),
        stated=stated,
        rules=_paying(claimed, policy) if not givens else (),
        count=count,
    )


def changes(folded: str, reading: Reading) -> tuple[Given, ...]:
    """A change told without an amount: 翻一番, 减半, 增长20%."""
    found = _CHANGE.search(folded)
    if not found:
        return ()
    percent = next((one.text for one in reading.percents), "")
    words = found[0] if not percent or found[0].startswith(("翻", "减半", "砍", "对折", "doub", "halv")) else found[0] + percent
    return (Given("", "", change=words),)


def spans(reading: Reading) -> tuple[str, ...]:
    return tuple(one.text for one in reading.durations if one.unit == "月")


def _named(given: Given, firm: str) -> Given:
    return Given(given.measure, given.words, given.change, firm, given.count)


def _sums(policy: Policy) -> set[int]:
    sums = {tier.amount for rule in policy.awards.values() for tier in rule.tiers}
    return sums | {rule.pool_yuan for rule in policy.awards.values() if rule.pool_yuan}


def _speaks_of_award(
    amount: Amount, beside: bool, wants: frozenset[Intent], sums: set[int], policy: Policy
) -> bool:
    """A sum is an award where it is one of the policy's sums and another value is told beside it, or it is asked
    what it takes; or where it is capped (最高15万) and too small to be a value."""
    value = amount.hi if amount.lo is None else amount.lo
    least = min(t.lo for r in policy.awards.values() for t in r.tiers if policy.measures[r.by].unit == "yuan")
    if value is None or amount.change or value >= least and amount.measure is not None:
        return False
    if value in sums:
        return beside or (amount.measure is None and bool(wants & {Intent.REVERSE, Intent.TABLE, Intent.ASK_IF, Intent.WHOM}))
    return amount.lo is None and value < least and beside


def _paying(claimed: Amount | None, policy: Policy) -> tuple[str, ...]:
    """Awards with a tier of exactly the sum spoken of, when only such are in question."""
    if claimed is None:
        return ()
    return tuple(
        rule.id for rule in policy.awards.values() if any(tier.amount == claimed.lo for tier in rule.tiers)
    )[:1]


def _stated(reading: Reading, policy: Policy) -> tuple[str, ...]:
    """Entries one of whose own figures is named (300万, 200家): what is asked about it is answered by its sentence."""
    named = {Decimal(end) for one in (*reading.amounts, *reading.counts) for end in (one.lo, one.hi) if end is not None}
    found = []
    for topic in policy.topics.values():
        marks = [mark for quote in topic.quotes for mark in quote.marks if mark.label in ("total", "part", "target")]
        if topic.kind == "stated" and any(named & _values(mark.words) for mark in marks):
            found.append(topic.id)
    return tuple(found)


def _values(words: str) -> set[Decimal]:
    read = money.read(words)
    return {one.lo for one in (*read.amounts, *read.counts) if one.lo is not None}


def _given(measure: str, amount: Amount) -> Given:
    firm = amount.owner or ""
    if amount.change:
        return Given(measure, "", change=("再多" if amount.change == "more" else "少") + amount.text, firm=firm)
    return Given(measure, amount.text, firm=firm)


def _durations(
    reading: Reading, policy: Policy, rules: tuple[str, ...], facts: Mapping[str, bool]
) -> tuple[Given, ...]:
    """Durations told for a measure that counts time, where its award or its condition is spoken of."""
    for rule in policy.awards.values():
        spoken_of = rule.id in rules or any(fact in facts for fact in rule.requires)
        if policy.measures[rule.by].unit == "month" and spoken_of and spans(reading):
            return (Given(rule.by, spans(reading)[0]),)
    return ()


