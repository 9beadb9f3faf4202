"""Laws of the amount reader, over random amounts, spellings and texts."""

from __future__ import annotations

from decimal import Decimal, localcontext
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.money import Amount, read, write
from tools.money.characters import TRADITIONAL

FEN = Decimal("0.01")
LARGEST = 10**16
STYLES = ["mixed", "digits", "grouped", "han", "formal"]
TO_TRADITIONAL = str.maketrans(
    {new: old for old, new in reversed(list(zip(TRADITIONAL[::2], TRADITIONAL[1::2], strict=True)))}
)
TO_FULL_WIDTH = str.maketrans({code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), 0x2C, 0x2E)})
COLLOQUIAL = str.maketrans({"二": "两"})

yuan = st.one_of(
    st.integers(1, LARGEST * 100).map(lambda fen: fen * FEN),
    st.integers(1, 10**12).map(lambda whole: Decimal(whole * 10**4)),
    st.builds(lambda digit, power: Decimal(digit * 10**power), st.integers(1, 999), st.integers(0, 13)),
).filter(lambda value: value <= LARGEST)
styles = st.sampled_from(STYLES)
silent = st.text(alphabet="关于产业园企业符合申报材料办法规定如何政策工作支持引导服务柳州", max_size=12)
BOUNDS = ["", "约", "大概", "超过", "不超过", "不低于", "至少", "将近", "刚过", "不到"]
AFTER = ["", "以上", "以下", "左右", "出头"]


def only(text: str) -> Amount:
    reading = read(text)
    assert reading.error is None
    assert len(reading.amounts) == 1, text
    return reading.amounts[0]


def ends(amount: Amount) -> tuple[object, ...]:
    return amount.lo, amount.hi, amount.lo_closed, amount.hi_closed, amount.approximate, amount.measure


@given(yuan, styles)
def test_what_is_written_is_read_back(value: Decimal, style: str) -> None:
    amount = only(write(value, style))
    assert amount.exact
    assert amount.lo == value


@given(yuan, styles)
def test_spelling_out_the_currency_changes_nothing(value: Decimal, style: str) -> None:
    assert only("人民币" + write(value, style)).lo == value


@given(yuan, yuan, styles, styles)
def test_order_is_kept(a: Decimal, b: Decimal, one: str, other: str) -> None:
    x, y = only(write(a, one)).lo, only(write(b, other)).lo
    assert x is not None
    assert y is not None
    assert (x < y) == (a < b)


@given(yuan, styles, st.sampled_from(BOUNDS), st.sampled_from(AFTER), st.sampled_from(["", "主营业务收入", "营收是"]))
def test_width_and_script_change_nothing(value: Decimal, style: str, bound: str, after: str, measure: str) -> None:
    text = measure + bound + write(value, style) + ("" if bound else after)
    plain = ends(only(text))
    assert ends(only(text.translate(TO_FULL_WIDTH))) == plain
    assert ends(only(text.translate(TO_TRADITIONAL))) == plain
    assert ends(only(text.replace("元", "圓"))) == plain


@given(yuan, styles, st.sampled_from(BOUNDS), st.sampled_from([" ", "  ", "\u3000", "\u00a0", "\u200b"]))
def test_spaces_between_characters_change_nothing(value: Decimal, style: str, bound: str, space: str) -> None:
    text = bound + write(value, style)
    spaced = text[0] + "".join(
        char if char in "0123456789.," and before in "0123456789.," else space + char for before, char in pairwise(text)
    )
    amount = only(spaced)
    assert ends(amount) == ends(only(text))
    assert spaced[amount.start : amount.end] == amount.text


@given(yuan, styles, silent, silent)
def test_words_without_numbers_around_change_nothing(value: Decimal, style: str, before: str, after: str) -> None:
    amount = only(f"{before}，{write(value, style)}，{after}")
    assert amount.exact
    assert amount.lo == value


@given(st.text(max_size=80))
@settings(max_examples=500)
def test_any_text_is_read_without_error_and_spans_hold(text: str) -> None:
    reading = read(text)
    found = [*reading.amounts, *reading.counts, *reading.durations, *reading.percents, *reading.refusals]
    for item in [*found, *reading.years]:
        assert text[item.start : item.end] == item.text
        assert item.text


@given(
    st.lists(
        st.sampled_from([*"0123456789.,，一二两三十百千万亿零点半几多来元块角（）()-到至约超", "不到", "以上", "营收"]),
        max_size=30,
    )
)
@settings(max_examples=500)
def test_values_are_exact_decimals_and_intervals_are_not_empty(parts: list[str]) -> None:
    for amount in read("".join(parts)).amounts:
        for end in (amount.lo, amount.hi):
            assert end is None or isinstance(end, Decimal)
        assert amount.lo is not None or amount.hi is not None
        assert amount.lo is None or amount.lo >= 0
        assert amount.lo is None or amount.hi is None or amount.lo <= amount.hi


@given(yuan, styles, st.integers(1, 12))
def test_the_callers_decimal_precision_does_not_matter(value: Decimal, style: str, precision: int) -> None:
    text = write(value, style)
    with localcontext() as context:
        context.prec = precision
        assert only(text).lo == value


@given(st.integers(1, 9999), st.sampled_from(["万", "亿"]))
def test_more_or_less_holds_the_amount_itself(digits: int, unit: str) -> None:
    value = digits * (10**4 if unit == "万" else 10**8)
    for form in ("约{}", "{}左右", "{}上下", "大概{}"):
        amount = only(form.format(f"{digits}{unit}"))
        assert (amount.lo, amount.hi) == (value * Decimal("0.9"), value * Decimal("1.1"))
        assert amount.approximate


@given(st.integers(1, 9999), st.sampled_from(["万", "亿"]))
def test_bounds_close_or_open_the_right_end(digits: int, unit: str) -> None:
    text, value = f"{digits}{unit}", digits * (10**4 if unit == "万" else 10**8)
    for form, lower, closed in (
        ("超过{}", True, False), ("{}以上", True, True), ("不低于{}", True, True), ("不到{}", False, False),
        ("{}以下", False, True), ("不超过{}", False, True), ("低于{}", False, False), ("达到{}", True, True),
    ):  # fmt: skip
        amount = only(form.format(text))
        assert (amount.lo, amount.hi) == ((value, None) if lower else (None, value))
        assert (amount.lo_closed if lower else amount.hi_closed) is closed


@given(
    st.integers(1, 9999),
    st.sampled_from(["不", "不应", "不得", "不可能", "没有", "未曾", "从未", "不会", "难以", "禁止"]),
    st.sampled_from(["超过", "高于", "大于", "突破", "低于", "少于", "小于", "达到"]),
)
def test_a_denial_turns_a_comparison_round(digits: int, denial: str, word: str) -> None:
    said, denied = only(f"{word}{digits}万"), only(f"{denial}{word}{digits}万")
    assert (denied.lo is None, denied.hi is None) == (said.hi is None, said.lo is None)
    assert (denied.lo or denied.hi) == (said.lo or said.hi)
    assert (denied.lo_closed or denied.hi_closed) != (said.lo_closed or said.hi_closed)


@given(
    st.integers(1, 9999), st.integers(1, 9999), st.sampled_from(["万", "亿"]), st.sampled_from(["", "%", "万", "人"])
)
def test_a_blank_parts_an_amount_from_the_next_number(digits: int, other: int, unit: str, behind: str) -> None:
    amount = read(f"{digits}{unit} {other}{behind}").amounts[0]
    assert (amount.lo, amount.hi) == (value := digits * (10**4 if unit == "万" else 10**8), value)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_reads_the_smallest_and_the_largest(style: str) -> None:
    for value in (FEN, Decimal(1), Decimal(LARGEST)):
        assert only(write(value, style)).lo == value
