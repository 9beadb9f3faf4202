"""Whose amount is which: the values of a message by measure and firm, and the sums it speaks of as awards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from assistant.reading import unread
from assistant.reading.brought import award_for_firms
from assistant.reading.changing import with_change
from assistant.reading.claims import paying
from assistant.reading.durations import durations
from assistant.reading.first_years import of_first_year
from assistant.reading.given import Found, Given
from assistant.reading.grouping import (
    by_row,
    by_value,
    by_year,
    miscounted,
    one_for_each,
    own_values,
    shared,
    told_apart,
)
from assistant.reading.intents import Intent
from assistant.reading.left_out import parts_of_tax
from assistant.reading.numbers import also_counted, count_change, count_near
from assistant.reading.relations import Tangled
from assistant.reading.sorting import sort
from assistant.reading.stated import is_target, stated_by, targets
from tools.money import Reading
from tools.rules import AwardRule, Policy

_OWN_FIRMS = re.compile(r"我|咱|名下|旗下|手[里上]")
_YEARS_APART = re.compile(r"[两二三四五2-5]年的?[^，。；家]{0,8}分别|每年各")
_ENOUGH = re.compile(r"^(满|足|够)")


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
    count_change: str
    skipped: tuple[Given, ...] = ()
    target: str = ""  # a value whose distance is asked for
    day: date | None = None  # a day asked about on which the policy is not in force
    unclear: str = ""  # the values cannot be told without being worked out first


def hear(
    tangled: Tangled,
    reading: Reading,
    policy: Policy,
    rules: tuple[str, ...],
    facts: Mapping[str, bool],
    wants: frozenset[Intent],
    as_of: date,
) -> Told:
    """Sorts a message's amounts.

    Where several amounts of one firm fit a measure, the name nearest to the policy's own word wins
    (总营收8000万，其中主营4500万), and among equals the last (从4000万涨到6000万), unless they are told apart (分别).
    """
    text = tangled.text
    into = sort(tangled, reading, policy, wants)
    found = own_values(into.found, text)
    if (of := into.came or _met_by_firms(found, policy)) and not any(one[1].measure for one in found):
        found = [(rank, replace(given, measure=of.by), amount) for rank, given, amount in found]
    loose_stated = len(found) == 1 and found[0][2].lo is not None and is_target(found[0][2], text, targets(policy))
    if loose_stated:
        found = []
    found, unplaced = with_change(found, text)
    award = award_for_firms(policy)
    spoken_of = award is not None and (award.id in rules or any(fact in facts for fact in award.requires[:1]))
    found, which_year = of_first_year(found, text, policy, spoken_of)
    if Intent.COMPARE in wants:
        found = by_value(found)
    apart = told_apart(found, text, reading)
    found, apart = by_year(found, apart, text, reading)
    found = shared(by_row(found, text), text)
    miscount = miscounted(found, text, reading)
    each = one_for_each(found, apart)
    if _YEARS_APART.search(text):  # several years of one firm
        each = tuple(replace(one, firm=re.sub("家$", "年", one.firm)) for one in each)
    givens = also_counted(each, text, reading)
    givens = unread.mending(unread.of_firms(givens, reading, text, policy), reading, text, policy)
    loose = not any(given.measure for given in givens)
    lasting, times = durations(tangled, reading, policy, rules, facts, as_of)
    change = count_change(text, reading)
    reasons = {
        "first": which_year,
        "dates": times.unclear,
        "arithmetic": unplaced or into.deducted or parts_of_tax(found, text),
        "spread": miscount,
    }
    return Told(
        givens=(*givens, *also_counted(lasting, text, reading)),
        day=times.day,
        claim=_ENOUGH.sub("", into.claimed.text) if into.claimed else "",  # 拿满15万
        other=tuple(into.other),
        stated=() if not loose or into.came or _OWN_FIRMS.search(text) else stated_by(reading, policy, loose_stated),
        rules=() if givens else paying(into.claimed, reading, policy),
        count="" if change else count_near(text, reading, len(text)),
        count_change=change,
        skipped=tuple(into.skipped),
        target=into.target,
        unclear=next((reason for reason, holds in reasons.items() if holds), ""),
    )


def _met_by_firms(found: Found, policy: Policy) -> AwardRule | None:
    """The award for bringing firms in, where counted firms are said to be over its threshold and of nothing else
    (招了4家都过200万的)."""
    rule = award_for_firms(policy)
    told = [(given, amount) for _, given, amount in found]
    if rule is None or len(told) != 1 or not told[0][0].count or told[0][0].firm:
        return None
    amount = told[0][1]
    return rule if amount.hi is None and amount.lo == rule.tiers[0].lo else None
