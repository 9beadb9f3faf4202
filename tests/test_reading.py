"""How a message is read where it tells more than one value: which of them counts, and when it is asked."""

from datetime import date
from pathlib import Path

import pytest

from assistant.reading import relations
from assistant.reading.question import Question, read
from tools import rules, since, spoken
from tools.errors import MoneyError
from tools.interval import Interval

POLICY = rules.load(Path(__file__).parent.parent / "corpus" / "liuzhou-hr-park-2024")
TODAY = date(2026, 6, 1)


def reading(text: str) -> Question:
    return read(text, POLICY, TODAY)


@pytest.mark.parametrize(
    ("text", "tier", "claim"),
    [
        ("营收5000万到1亿奖30万，对吗", 2, "30万"),
        ("营收10亿到30亿给100万对吗", 5, "100万"),
        ("营收3000万到4000万奖15万对吗", 0, "15万"),
    ],
)
def test_a_range_of_a_tiers_own_bounds_is_that_tier(text: str, tier: int, claim: str) -> None:
    asked = reading(text)
    assert (asked.tier, asked.claim) == (tier, claim)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("引进的企业首年交税120万，第二年交税260万，招商团队有奖吗", "120万"),
        ("引进企业第二年交税400万，首年只有50万，招商团队拿多少", "50万"),
        ("新引进的入园企业首次年纳税260万，招商团队奖多少", "260万"),
    ],
)
def test_the_first_years_value_counts(text: str, words: str) -> None:
    asked = reading(text)
    assert [given.words for given in asked.givens] == [words]
    assert not asked.unclear


def test_which_year_was_the_first_is_asked() -> None:
    assert reading("引进企业2024年交了120万，2025年交了230万，招商奖有没有").unclear == "first"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2024年4月入库2家，2025年11月入库3家，运营机构能拿多少", [("2024年4月", "2家"), ("2025年11月", "3家")]),
        ("2025年1月入库1家，2025年3月入库4家，运营机构多少", [("2025年3月", "1家；再多4家")]),
        ("2024年5月进库，2025年2月退库，运营机构有奖吗", [("2024年5月~2025年2月", "")]),
        ("2025年8月入库，2026年9月能不能给运营机构", [("2025年8月~2026年9月", "")]),
    ],
)
def test_each_date_is_told_with_its_own_count(text: str, told: list[tuple[str, str]]) -> None:
    assert [(given.words, given.count) for given in reading(text).givens] == told


@pytest.mark.parametrize(
    "text", ["2024年5月和2025年10月都有企业入库，运营机构拿多少", "2024年3月入库，后来退库了，运营机构有奖吗"]
)
def test_dates_that_cannot_be_placed_are_asked(text: str) -> None:
    assert reading(text).unclear == "dates"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("引进10家，一半首年纳税过了200万，招商团队拿多少", "10家；其中一半"),
        ("上规8家，四分之一在库不满一年，运营机构拿多少", "8家；除去四分之一"),
        ("上规6家，其中2家在库才10个月，运营机构能拿多少", "6家；少2家"),
    ],
)
def test_a_part_of_the_firms(text: str, count: str) -> None:
    assert [given.count for given in reading(text).givens] == [count]


@pytest.mark.parametrize(
    ("words", "number"), [("10家；其中一半", 5), ("8家；除去四分之一", 6), ("9家；其中三分之二", 6)]
)
def test_a_share_of_firms_is_whole(words: str, number: int) -> None:
    assert spoken.count(words) == number


def test_half_of_seven_firms_is_refused() -> None:
    with pytest.raises(MoneyError):
        spoken.count("7家；其中一半")


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("其中2000万是非主营", "少2000万"),
        ("里面有800万其他业务收入", "少800万"),
        ("非主营其实只有500万", "?"),
        ("其中主营4500万", ""),
    ],
)
def test_a_part_that_is_no_main_business(text: str, change: str) -> None:
    assert relations.outside_part(text) == change


@pytest.mark.parametrize(("end", "months"), [("2026年9月", (12, 14)), ("9月", (12, 14)), ("同年10月", (1, 3))])
def test_from_one_day_to_another(end: str, months: tuple[int, int]) -> None:
    start = since.find("2025年8月", TODAY)
    assert start is not None
    last = since.up_to(end, start, TODAY)
    assert last is not None
    found = since.between(start, last)
    assert found == Interval(Interval.at(months[0]).lo, Interval.at(months[1]).hi, True, False)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("还没有搬进园，收入7000万", False),
        ("介绍一家公司到柳北区，没有进园，纳税260万", False),
        ("如果下个月入驻呢", True),
        ("下个月搬进去呢", True),
        ("如果没入驻呢", False),
        ("如果一直不入园呢", False),
        ("Our firm isn't in the park; 40 million revenue", False),
        ("and if it moves in this year?", True),
        ("是不是园区企业都有奖", True),
    ],
)
def test_a_condition_is_supposed_or_denied_in_everyday_words(text: str, holds: bool) -> None:
    assert reading(text).facts["in_park"] is holds


@pytest.mark.parametrize(
    ("text", "words", "noted"),
    [
        ("15 million in the park", "15 million yuan", True),
        ("we make RMB 15 million in the park", "RMB 15 million", False),
        ("营收1亿 2", "1亿2", False),
    ],
)
def test_an_amount_without_a_currency_or_in_two_pieces_is_read_as_people_mean_it(
    text: str, words: str, noted: bool
) -> None:
    asked = reading(text)
    assert (asked.givens[-1].words, asked.in_yuan) == (words, noted)


@pytest.mark.parametrize(
    "text", ["revenue of $15 million in the park", "US$ 15 million, in the park", "15 million euros"]
)
def test_another_currency_is_never_taken_for_yuan(text: str) -> None:
    assert not reading(text).givens


@pytest.mark.parametrize(
    "text", ["1、营收1亿 2、纳税300万", "营收1亿 2家公司", "营收1亿 2 家公司", "营收1亿 2026年申请", "营收1亿 3000万"]
)
def test_a_number_of_something_else_behind_a_blank_is_no_part_of_the_amount(text: str) -> None:
    assert all(given.words in ("1亿", "300万") for given in reading(text).givens)
