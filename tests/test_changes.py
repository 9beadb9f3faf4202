"""Changes, relations, units and days are read exactly, or not at all."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from assistant.reading.relations import untangle
from tools import changes, since
from tools.interval import Interval
from tools.units import unit_of, unit_within, with_unit

SHARES = {
    "涨了两成呢": "6/5", "提高百分之二十": "6/5", "增加2倍": "3", "做到原来的3倍": "3", "三倍呢": "3", "打个八折": "4/5",
    "打七五折": "3/4", "少两成": "4/5", "腰斩": "1/2", "只有原来的一半": "1/2", "缩水三分之一": "2/3", "翻两番": "4",
    "grows by 30%": "13/10", "drops by 10%": "9/10", "it doubles": "2", "30% more": "13/10", "涨三成半": "27/20",
}  # fmt: skip
UNREAD = ["翻三倍", "涨了近三成", "涨两到三成", "涨了30%多", "没涨两成", "再跌回去", "涨一点", "20%呢", "增长50%以上"]


@pytest.mark.parametrize(("words", "times"), SHARES.items())
def test_shares(words: str, times: str) -> None:
    (found,) = changes.find(words)
    assert found.times == Fraction(times)


@pytest.mark.parametrize("words", UNREAD)
def test_what_looks_like_a_change_and_is_not_understood(words: str) -> None:
    assert changes.find(words) == []
    assert changes.looks(words)


@pytest.mark.parametrize("words", ["差不多200万", "最多15万", "至少2000万", "不少于2000万", "涨到1.2亿", "增值税120万"])
def test_no_difference(words: str) -> None:
    assert changes.find(words) == []


def test_a_share_is_exact_or_rounded_to_the_hundredth() -> None:
    (third,) = changes.find("的三分之一")
    assert third.apply(Interval.at(60_000_000)).exact == 20_000_000
    assert third.apply(Interval.at(100_000_000)).exact == Decimal("33333333.33")


def test_a_spread_widens_to_both_sides() -> None:
    (found,) = changes.find("±200万")
    assert found.apply(Interval.at(50_000_000)) == Interval(Decimal(48_000_000), Decimal(52_000_000))


MARKS = frozenset(map(Decimal, (20_000_000, 50_000_000, 100_000_000)))
RELATIONS = {
    "主营还差200万到5000万": ("5000万", "少200万"),
    "主营跟1亿就差100万": ("1亿", "少100万"),
    "主营2000万还欠50万": ("2000万", "少50万"),
    "主营比5000万多200万": ("5000万", "再多200万"),
    "主营收入1亿的三分之一": ("1亿", "的三分之一"),
    "主营5000万±200万": ("5000万", "±200万"),
    "在库一年差一天": ("一年", "少一天"),
    "RMB 2 million short of RMB 50 million": ("rmb 50 million", "少rmb 2 million"),
}


@pytest.mark.parametrize(("text", "told"), RELATIONS.items())
def test_a_relation_leaves_its_base_and_a_change(text: str, told: tuple[str, str]) -> None:
    found = untangle(text, MARKS)
    ((at, change),) = found.changes
    assert (found.text[at : at + len(told[0])], change) == told


def test_the_distance_beside_a_value_is_dropped_or_asked_about() -> None:
    assert untangle("主营1900万，就差100万", MARKS).text == "主营是1900万"
    assert not untangle("主营1900万，就差100万", MARKS).unclear
    assert untangle("主营1950万，差80万", MARKS).unclear
    assert untangle("主营差百来万就5000万", MARKS).unclear


def test_a_unit_told_apart_from_its_number() -> None:
    assert [unit_of(words) for words in ("in ten thousand yuan", "10k yuan units", "单位是万", "都是亿元")] == [
        "万元", "万元", "万元", "亿元",
    ]  # fmt: skip
    assert unit_of("8000万") == unit_of("什么") == ""
    assert with_unit("7500", unit_within("6500万")) == "7500万元"


AS_OF = date(2026, 6, 1)
DAYS = {
    "去年3月上规": (14, 16), "2025年5月31日": (12, 13), "2025年6月1日": (12, 13), "2025年6月2日": (11, 12),
    "前年底入库": (17, 20), "joined in january 2025": (16, 18), "2024-08-15": (21, 22),
}  # fmt: skip


@pytest.mark.parametrize(("words", "months"), DAYS.items())
def test_months_since_a_day(words: str, months: tuple[int, int]) -> None:
    found = since.find(words, AS_OF)
    assert found is not None
    assert since.months(found, AS_OF) == Interval(Decimal(months[0]), Decimal(months[1]), True, False)


def test_a_day_to_come_and_a_year_alone() -> None:
    later = since.find("明年3月", AS_OF)
    assert later is not None
    assert since.months(later, AS_OF).exact == 0
    assert since.find("去年入库", AS_OF) is None
