"""Each amount of a message sorted: a firm's value, a sum claimed as an award, a target, another measure's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assistant.reading.brought import brought
from assistant.reading.claims import (
    AWARD,
    award_sums,
    follows_value,
    is_multiple,
    is_product,
    is_sum,
    spoken_of_as_award,
)
from assistant.reading.conditions import stated_facts
from assistant.reading.first_years import told_of_a_year
from assistant.reading.given import Found, Given
from assistant.reading.grouping import in_list, other_party, told_apart
from assistant.reading.intents import Intent
from assistant.reading.left_out import aided, aimed_at, deducted, differing, left_out, received
from assistant.reading.numbers import count_near
from assistant.reading.relations import Tangled
from assistant.reading.stated import stated_values
from tools import money
from tools.money import Amount, Reading, Year
from tools.money.characters import prepare
from tools.rules import AwardRule, Policy

_SOLD = re.compile(r"[卖销]了?(?:出去?|掉)?[^，。；,;]*?[万亿](?:元|块钱?)?(?:多)?的?(?:货|产品|东西|商品|服务|订?单)")
_BOUND = re.compile(r"^(满|够|到|达到|超过)")  # of a value aimed at
_STILL_GETS = re.compile(r"^[^，。；]{0,4}(也|都|照样|还|就|一样)(能|可以|有|给|拿|领|奖|发|会)")
_REACHED = re.compile(r"^(达到了?|做到了?|达)")
_LETTER = re.compile(r"\b(?:company |firm )?([A-Z]) (?:has|had|made|makes|earns?|earned|with)\b[^,;.]*$", re.I)


@dataclass
class Sorted:
    """``found``: values; ``claimed``: a sum spoken of as an award; ``other``: measures no rule goes by; ``skipped``:
    values taken for a figure the policy states; ``target``: a value whose distance is asked for; ``deducted``: a sum
    is to be taken from the last value; ``came``: the award for firms brought in, where they were."""

    came: AwardRule | None
    found: Found = field(default_factory=list)
    claimed: Amount | None = None
    other: list[str] = field(default_factory=list)
    skipped: list[Given] = field(default_factory=list)
    target: str = ""
    deducted: bool = False


def sort(tangled: Tangled, reading: Reading, policy: Policy, wants: frozenset[Intent]) -> Sorted:
    """Every amount of a message, in its order, put where it belongs."""
    text = tangled.text
    order = {name: (measure.id, at) for measure in policy.measures.values() for at, name in enumerate(measure.read_as)}
    stated = stated_values(policy) - {("元", Decimal(one)) for one in award_sums(policy)}
    largest = max(award_sums(policy))
    into = Sorted(brought(prepare(text).text.rstrip("\0"), policy))
    heard_of: Amount | None = None
    for amount in (differing(one, text) for one in reading.amounts):
        if into.found and Intent.GAP in wants and aimed_at(amount, text, Intent.COMPARE in wants):
            into.target = _BOUND.sub("", words(amount))
        elif amount.negated and _STILL_GETS.match(text[amount.end :]):  # 没有2000万也能拿
            into.found.append((0, Given("", f"不到{amount.text}"), amount))
        elif into.found and deducted(amount, text):
            into.deducted = True
        elif not left_out(amount, into.found, text):
            into.deducted = False
            if amount.measure != AWARD or not aided(amount, text, largest):
                _place(_sold(amount, text, order), into, tangled, reading, policy, wants, order, stated)
        elif received(amount, text) and not into.found and amount.lo in award_sums(policy):
            heard_of = into.claimed = amount  # 隔壁公司拿了50万
    if heard_of is not None and into.found and into.claimed is heard_of:
        into.claimed = None  # what others got settles nothing about a value of one's own
    return into


def _place(
    amount: Amount,
    into: Sorted,
    tangled: Tangled,
    reading: Reading,
    policy: Policy,
    wants: frozenset[Intent],
    order: Mapping[str, tuple[str, int]],
    stated: set[tuple[str, Decimal | None]],
) -> None:
    """Puts one amount that counts: among the values, as the sum claimed, as a stated figure, or as another measure."""
    text, found = tangled.text, into.found
    given = value("", amount, tangled, reading, policy)
    of_year = told_of_a_year(amount, text)
    name = amount.measure or AWARD
    if name == AWARD and not (found or of_year or into.came) and ("元", amount.lo) in stated:
        into.skipped.append(given)
    elif not (of_year and name in order) and _claimed(amount, into, text, reading, policy, wants):
        into.claimed = amount
    elif name == AWARD:
        inherits = bool(found) and bool(given.firm or found[-1][1].firm or told_apart([], text, reading))
        rank, measure = (found[-1][0], found[-1][1].measure) if inherits else (0, "")
        found.append((rank, replace(given, measure=measure), amount))
    elif name in order:
        measure, rank = order[name]
        said = name if rank and not given.change.startswith("的") else ""
        found.append((rank, replace(given, measure=measure, rank=rank, said=said), amount))
    else:
        into.other.append(name)


def _claimed(
    amount: Amount, into: Sorted, text: str, reading: Reading, policy: Policy, wants: frozenset[Intent]
) -> bool:
    goes_on = bool(into.found) and in_list(amount, into.found[-1][2], text)
    return (
        is_multiple(amount, into.claimed, policy)
        or (bool(into.found) and follows_value(amount, into.found[-1][2], text))
        or (into.claimed is not None and amount.lo is None and amount.hi in award_sums(policy))  # 11家22万，最多20万
        or (into.claimed is not None and text[: amount.start].endswith("还是"))  # 最多给100万还是200万
        or is_product(amount, text, reading, policy)
        or is_sum(amount, into.claimed, text, policy)
        or spoken_of_as_award(amount, text, bool(into.found), wants, policy, goes_on)
    )


def _sold(amount: Amount, text: str, order: Mapping[str, tuple[str, int]]) -> Amount:
    """The amount as sales, where it is told by what was sold (卖了三千万的货)."""
    around = text[max(0, amount.start - 6) : amount.end + 4]
    sales = amount.measure not in order and "销售额" in order and _SOLD.search(around)
    return replace(amount, measure="销售额") if sales else amount


def value(measure: str, amount: Amount, tangled: Tangled, reading: Reading, policy: Policy) -> Given:
    text = tangled.text
    firm = _firm(amount, text)
    count = count_near(text, reading, amount.start)
    if amount.change:
        return Given(measure, "", ("再多" if amount.change == "more" else "少") + amount.text, firm, count)
    facts = stated_facts(prepare(_about(text, amount, firm, reading)).text, policy) if firm else {}
    change = tangled.change_of(amount.start, amount.end)
    years = [one.text for one in reading.years if isinstance(one, Year) and one.start < amount.start]
    return Given(measure, words(amount), change, firm, count, facts, year=years[-1] if years else "")


def _firm(amount: Amount, text: str) -> str:
    """The owner, where it is a name and not 一家 or 两家公司; in English, the letter before its verb."""
    if amount.owner and not re.match(r"[一两二三四五六七八九十\d另]+(个)?家", amount.owner):
        return amount.owner
    letter = _LETTER.search(text[: amount.start])
    return letter[1] if letter else other_party(text[: amount.start])


def words(amount: Amount) -> str:
    """The amount's words; where they read otherwise alone (a unit in the heading), its value as people write it.
    达到 tells a firm's own figure, not a lower bound."""
    said = _REACHED.sub("", amount.text)
    again = money.read(said).amounts
    if len(again) == 1 and again[0].lo in (amount.lo, again[0].hi):
        return said
    low, high = (None if end is None else money.write(end) for end in (amount.lo, amount.hi))
    if low == high or high is None:
        return f"{low}" if low == high else f"{low}以上"
    return f"{low}到{high}" if low else f"{high}以下"


def _about(text: str, amount: Amount, firm: str, reading: Reading) -> str:
    """What is said of one firm: from its name to the next amount's firm."""
    start = text.rfind(firm, 0, amount.start)
    later = [text.rfind(one.owner, 0, one.start) for one in reading.amounts if one.start > amount.start and one.owner]
    ends = [at for at in later if at > amount.start]
    return text[max(start, 0) : min(ends) if ends else len(text)]
