"""Times counted from a day: every word for a day, said on every day of the calendar, is read or left, and never raises."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tools import since

YEARS = ["大前年", "前年", "去年", "上年", "今年", "本年", "当年", "明年", "后年", "2024年", "2099年"]
PARTS = ["", "初", "底", "年中", "上半年", "三季度", "3月", "12月", "2月29日", "1月底", "10月中旬", "就入库了"]
OTHERS = [
    "上上个月",
    "上个月",
    "这个月",
    "下个月",
    "同年9月",
    "次年1月",
    "等到1月",
    "到12月",
    "3 March 2024",
    "in January 2025",
]
WORDS = st.one_of(
    st.builds(lambda year, part: f"{year}{part}", st.sampled_from(YEARS), st.sampled_from(PARTS)),
    st.sampled_from(OTHERS),
)


@given(st.lists(WORDS, min_size=1, max_size=3).map("，".join), st.dates())
@example("明年呢营收1亿", date.max)
@example("明年", date.max)
@example("去年3月", date.min)
@example("后年，次年1月", date(9997, 12, 31))
@example("上上个月", date.min)
@example("到1月能拿吗", date.max)
def test_every_relative_word_on_every_day_is_read_or_left(words: str, as_of: date) -> None:
    found = since.find_all(words, as_of)
    until = since.until(words, as_of)
    for one in [since.find(words, as_of), until, *found]:
        if one is not None:
            assert one.first <= one.last
            assert since.months(one, as_of).lo is not None
    for start in found:
        for end in [*found, since.up_to("1月", start, as_of)]:
            if end is not None:
                assert since.between(start, end).lo is not None


@pytest.mark.parametrize(("words", "as_of"), [("明年", date.max), ("去年3月", date.min), ("下个月", date.max)])
def test_a_day_beyond_the_calendar_is_none(words: str, as_of: date) -> None:
    assert since.find(words, as_of) is None
