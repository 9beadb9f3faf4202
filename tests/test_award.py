"""Amounts at and around every boundary, by arithmetic of the test's own."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import award, rules, spoken
from tools.award import Due, Missing, NotDue, OutOfForce
from tools.errors import MoneyError
from tools.interval import Interval
from tools.rules import Policy

FOLDER = Path(__file__).parent.parent / "corpus" / "liuzhou-hr-park-2024"
POLICY = rules.load(FOLDER)
ECONOMIC = POLICY.awards["economic_contribution"]
RECRUITING = POLICY.awards["recruiting_team"]
OPERATOR = POLICY.awards["operator"]
IN_FORCE = date(2025, 6, 1)
WAN, YI = 10_000, 100_000_000

# Written down from the clause, not from the rules file: from, yuan, kind.
TIERS = [
    (2000 * WAN, 10 * WAN, "at_most"),
    (5000 * WAN, 15 * WAN, "at_most"),
    (1 * YI, 30 * WAN, "at_most"),
    (5 * YI, 50 * WAN, "at_most"),
    (10 * YI, 80 * WAN, "at_most"),
    (30 * YI, 100 * WAN, "exactly"),
]


def expected(value: Decimal) -> tuple[int, str] | None:
    found = [(amount, kind) for low, amount, kind in TIERS if value >= low]
    return found[-1] if found else None


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_a_single_revenue_gives_the_one_tier_it_stands_in(value: Decimal) -> None:
    (found,) = award.compute(POLICY, ECONOMIC, Interval.at(value), facts={"in_park": True}, as_of=IN_FORCE)
    want = expected(value)
    if want is None:
        assert isinstance(found, NotDue)
        assert found.gap is not None
        assert 0 <= found.gap - (2000 * WAN - value) < 1
    else:
        assert isinstance(found, Due)
        assert (found.amount, found.kind) == want
        assert found.tier.quote.text in POLICY.text.clause("2.2.5").text


@given(st.integers(0, 50 * YI), st.integers(0, 50 * YI), st.booleans(), st.booleans())
def test_a_range_gives_every_tier_it_can_fall_in_and_no_other(one: int, other: int, left: bool, right: bool) -> None:
    lo, hi = sorted((one, other))
    if lo == hi and not (left and right):
        return
    found = award.compute(POLICY, ECONOMIC, Interval(Decimal(lo), Decimal(hi), left, right), facts={}, as_of=IN_FORCE)
    ends = [
        Decimal(lo) if left else Decimal(lo) + Decimal("0.001"),
        Decimal(hi) if right else Decimal(hi) - Decimal("0.001"),
    ]
    inside = [value for value in (*ends, *(Decimal(low) for low, _, _ in TIERS)) if ends[0] <= value <= ends[1]]
    want = sorted({expected(value) for value in inside}, key=lambda pair: pair[0] if pair else 0)
    got = [(one.amount, one.kind) if isinstance(one, Due) else None for one in found]
    assert got == want


@given(st.dates(date(2000, 1, 1), date(2050, 12, 31)))
def test_nothing_is_computed_outside_the_dates_in_force(as_of: date) -> None:
    (found,) = award.compute(POLICY, ECONOMIC, Interval.at(YI), facts={}, as_of=as_of)
    assert isinstance(found, OutOfForce) == (not date(2024, 1, 1) <= as_of <= date(2026, 12, 31))


def test_the_last_day_is_in_force_and_the_next_is_not() -> None:
    last = date(2026, 12, 31)
    assert POLICY.is_in_force(last)
    assert not POLICY.is_in_force(last + timedelta(days=1))


@given(st.integers(1, 500))
def test_totals_stop_at_the_programme_pool(firms: int) -> None:
    for rule, each, pool, value in ((RECRUITING, 3, 30, 200 * WAN), (OPERATOR, 2, 20, 12)):
        (found,) = award.compute(POLICY, rule, Interval.at(value), facts={}, as_of=IN_FORCE, count=firms)
        assert isinstance(found, Due)
        assert found.amount == min(each * firms, pool) * WAN
        assert found.kind == ("at_most" if each * firms > pool else "exactly")
        assert found.amount <= pool * WAN


def test_a_total_of_several_is_capped_likewise() -> None:
    assert award.total(RECRUITING, [(3 * WAN, "exactly")] * 10) == (30 * WAN, "exactly", False)
    assert award.total(RECRUITING, [(3 * WAN, "exactly")] * 11) == (30 * WAN, "at_most", True)
    assert award.total(ECONOMIC, [(10 * WAN, "at_most"), (100 * WAN, "exactly")]) == (110 * WAN, "at_most", False)


FACTS = [
    ({"in_park": False}, NotDue, ()),
    ({"in_park": True}, Due, ()),
    ({}, Due, ("in_park",)),
]


@pytest.mark.parametrize(("facts", "kind", "conditions"), FACTS)
def test_conditions(facts: dict[str, bool], kind: type, conditions: tuple[str, ...]) -> None:
    (found,) = award.compute(POLICY, ECONOMIC, Interval.at(YI), facts=facts, as_of=IN_FORCE)
    assert isinstance(found, kind)
    if isinstance(found, Due):
        assert found.conditions == conditions


def test_an_untold_measure_is_asked_for() -> None:
    for rule in (ECONOMIC, RECRUITING, OPERATOR):
        (found,) = award.compute(POLICY, rule, None, facts={}, as_of=IN_FORCE)
        assert isinstance(found, Missing)
        assert found.fact == rule.by


GAPS = [
    ("8000万", 2000 * WAN),
    ("99999999.99元", Decimal("0.01")),
    ("99999999.995元", Decimal("0.01")),
    ("29.5亿", YI // 2),
    ("30亿", None),
    ("5000万", 5000 * WAN),
]


@pytest.mark.parametrize(("words", "gap"), GAPS)
def test_the_way_to_the_next_tier(words: str, gap: Decimal | int | None) -> None:
    value = spoken.value(words, "", POLICY.measures[ECONOMIC.by], POLICY.lexicon)
    (found,) = award.compute(POLICY, ECONOMIC, value, facts={}, as_of=IN_FORCE)
    assert isinstance(found, Due)
    assert found.gap == gap


CHANGES = [
    ("8000万", "再多3000万", 11000 * WAN),
    ("8000万", "少500万", 7500 * WAN),
    ("8000万", "再多3000万；少1000万", 10000 * WAN),
    ("8000万", "增长25%", 10000 * WAN),
    ("8000万", "下降25%", 6000 * WAN),
    ("8000万", "翻一番", 16000 * WAN),
    ("8000万", "减半", 4000 * WAN),
]


@pytest.mark.parametrize(("words", "change", "want"), CHANGES)
def test_changes_apply_to_the_value_told(words: str, change: str, want: int) -> None:
    value = spoken.value(words, change, POLICY.measures[ECONOMIC.by], POLICY.lexicon)
    assert value is not None
    assert value.exact == want


REFUSED = ["8000", "800万美元", "三千万和五千万", "很多"]


@pytest.mark.parametrize("words", REFUSED)
def test_words_without_one_safe_value_are_refused_in_chinese(words: str) -> None:
    with pytest.raises(MoneyError, match=r"[一-龥]"):
        spoken.value(words, "", POLICY.measures[ECONOMIC.by], POLICY.lexicon)


DURATIONS = [
    ("半年", NotDue),
    ("11个月", NotDue),
    ("364天", NotDue),
    ("一年", Due),
    ("满一年", Due),
    ("两年", Due),
    ("不到一年", NotDue),
]


@pytest.mark.parametrize(("words", "kind"), DURATIONS)
def test_a_full_year_in_the_register(words: str, kind: type) -> None:
    value = spoken.value(words, "", POLICY.measures[OPERATOR.by], POLICY.lexicon)
    (found,) = award.compute(POLICY, OPERATOR, value, facts={}, as_of=IN_FORCE)
    assert isinstance(found, kind)


COUNTS = [("4家", 4), ("四家企业", 4), ("4", 4), ("", 1)]


@pytest.mark.parametrize(("words", "want"), COUNTS)
def test_counts(words: str, want: int) -> None:
    assert spoken.count(words) == want


@pytest.mark.parametrize("words", ["0家", "好几家", "0", "九千万家"])
def test_counts_that_cannot_be_used_are_refused(words: str) -> None:
    with pytest.raises(MoneyError):
        spoken.count(words)


def test_a_policy_is_frozen() -> None:
    with pytest.raises(AttributeError):
        ECONOMIC.payee = "别人"  # type: ignore[misc]
    assert isinstance(POLICY, Policy)
