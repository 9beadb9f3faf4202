"""The step chart: every tier where it belongs, its ends open or closed as the text says, and the same in words."""

import math
import re
from collections.abc import Sequence
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculator import Standard, Step
from assistant.filled import Entry
from assistant.pages.chart import pictures, width_of
from assistant.pages.place import Place, Scale, begins, can_be_log, described, place
from tools.rules import Measure, Unit

WAN, YI = 10_000, 100_000_000
TIERS = (
    (2000 * WAN, 5000 * WAN, 10 * WAN, True), (5000 * WAN, YI, 15 * WAN, True), (YI, 5 * YI, 30 * WAN, True),
    (5 * YI, 10 * YI, 50 * WAN, True), (10 * YI, 30 * YI, 80 * WAN, True), (30 * YI, None, 100 * WAN, False),
)  # fmt: skip
SCALES: tuple[Scale, ...] = ("linear", "log")
Tiers = Sequence[tuple[int, int | None, int, bool]]


def standard(tiers: Tiers = TIERS, unit: Unit = "yuan", per_firm: bool = False) -> Standard:
    measure = Measure("m", "年收入", "revenue", unit, (), "", "")
    steps = [
        Step(lo, hi, amount, capped, f"{lo}至{hi}", f"奖励{'不超过' if capped else ''}{amount}元", "1", f"第{lo}档")
        for lo, hi, amount, capped in tiers
    ]
    return Standard("rule", "收入奖励", "企业", measure, per_firm, tuple(steps))


def at(of: Standard, value: int) -> Place:
    """The place of a value as the award's tool would tell it."""
    entry = Entry(field="values.m", name="年收入", words="", read="", lo=str(value), hi=str(value))
    below = [step for step in of.steps if step.lo <= value and (step.hi is None or value < step.hi)]
    upper = next((step for step in of.steps if step.lo > value), None)
    gap = f"{upper.lo - value}元" if upper else None
    one = {"type": "due", "quote": below[0].quote} if below else {"type": "not_due", "denied": None}
    return place(of, entry, {"value": f"{value}元", "outcomes": [{**one, "gap_words": gap}]})


def drawn(of: Standard, where: Place | None, scale: Scale) -> dict[str, ElementTree.Element]:
    """The pictures by their size; that they parse shows that nothing is left open or unescaped."""
    html = pictures(of, where, scale, "收入奖励 <1>&")
    root = ElementTree.fromstring(f"<all>{html}</all>")
    return {str(svg.get("class")): svg for svg in root}


def of_class(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [one for one in svg.iter() if name in str(one.get("class", "")).split()]


def number(one: ElementTree.Element, key: str) -> float:
    return float(str(one.get(key)))


@pytest.mark.parametrize("size", ["wide", "narrow", "small"])
@pytest.mark.parametrize("scale", SCALES)
def test_each_tier_is_a_step_with_the_end_that_belongs_to_it(scale: Scale, size: str) -> None:
    svg = drawn(standard(), None, scale)[size]
    caps, fixed = of_class(svg, "cap"), of_class(svg, "fixed")
    assert (len(caps), len(fixed), len(of_class(svg, "none"))) == (5, 1, 1)
    closed = {(number(dot, "cx"), number(dot, "cy")) for dot in of_class(svg, "closed")}
    hollow = {(number(dot, "cx"), number(dot, "cy")) for dot in of_class(svg, "open")}
    for line in (*caps, *fixed):
        assert (number(line, "x1"), number(line, "y1")) in closed
        assert number(line, "y1") == number(line, "y2")
    for line in (*caps, *of_class(svg, "none")):
        assert (number(line, "x2"), number(line, "y2")) in hollow
    assert len(hollow) == 6
    assert len(of_class(svg, "onward")) == 1  # the last tier has no end
    heights = [number(line, "y1") for line in (*caps, *fixed)]
    assert heights == sorted(heights, reverse=True)


def axis(svg: ElementTree.Element) -> tuple[float, float, float]:
    """Left end and height of the lying axis, and the top of the upright one."""
    lines = of_class(svg, "axis")
    lying = next(line for line in lines if line.get("y1") == line.get("y2"))
    upright = next(
        line for line in lines if line.get("x1") == line.get("x2") and number(line, "y1") < number(line, "y2") - 50
    )
    return number(lying, "x1"), number(lying, "y1"), number(upright, "y1")


@pytest.mark.parametrize("value", [0, 1_999_0000, 2000 * WAN, 8000 * WAN, 25 * YI, 45 * YI])
def test_both_axes_begin_at_nothing(value: int) -> None:
    of = standard()
    svg = drawn(of, at(of, value), "linear")["wide"]
    left, floor, top = axis(svg)
    (firm,) = of_class(svg, "firm")
    last = next(line for line in of_class(svg, "fixed"))
    scale = (number(last, "x1") - left) / (30 * YI)
    assert number(firm, "cx") - left == pytest.approx(value * scale, abs=0.2)
    amount = max([step.amount for step in of.steps if step.lo <= value], default=0)
    assert floor - number(firm, "cy") == pytest.approx(amount / (100 * WAN) * (floor - top), abs=0.2)


@pytest.mark.parametrize(
    ("value", "start"), [(None, 1000 * WAN), (8000 * WAN, 1000 * WAN), (300 * WAN, 100 * WAN), (0, 1000 * WAN)]
)
def test_the_logarithmic_axis_says_where_it_begins(value: int | None, start: int) -> None:
    of = standard()
    where = None if value is None else at(of, value)
    assert begins(of, where) == start
    svg = drawn(of, where, "log")["wide"]
    left, _, _ = axis(svg)
    x = {number(line, "x1") for line in (*of_class(svg, "cap"), *of_class(svg, "fixed"))}
    decade = (max(x) - left) / math.log10(30 * YI / start)
    assert sorted(x)[0] - left == pytest.approx(math.log10(2000 * WAN / start) * decade, abs=0.3)
    assert f"{start // WAN}万元" in ["".join(one.itertext()) for one in of_class(svg, "tick")]
    assert f"对数坐标，从{start // WAN}万元起" in described(of, where, "log")
    assert "从0起" in described(of, where, "linear")


@pytest.mark.parametrize(
    ("value", "notes", "upper"),
    [
        (8000 * WAN, ("奖励不超过150000元", "再增加20000000元到下一档"), YI), (0, ("再增加20000000元到起点",), 2000 * WAN),
        (45 * YI, ("奖励1000000元",), None),
    ],
)  # fmt: skip
def test_the_next_tier_and_the_way_to_it_are_marked(value: int, notes: tuple[str, ...], upper: int | None) -> None:
    of = standard()
    where = at(of, value)
    assert where.notes == notes
    svg = drawn(of, where, "log")["wide"]
    aims, ways = of_class(svg, "aim"), of_class(svg, "way")
    if upper is None:
        assert (aims, ways) == ([], [])
    else:
        begin = next(line for line in of_class(svg, "cap") if number(line, "y1") == number(aims[0], "cy"))
        assert number(aims[0], "cx") == number(begin, "x1")
        assert of.steps[[step.lo for step in of.steps].index(upper)] is where.upper
        assert len(ways) == 1
    told = "".join("".join(one.itertext()) for one in svg.iter("text"))
    assert all(note in told for note in notes)
    assert all(note in described(of, where, "log") for note in notes)


@pytest.mark.parametrize(
    ("outcomes", "lo", "hi", "firm", "span"),
    [
        ([{"type": "due"}, {"type": "due"}], "40000000", "160000000", 0, 1), ([{"type": "due"}], "50000000", None, 0, 1),
        ([{"type": "not_due", "denied": "fact", "gap_words": None}], "80000000", "80000000", 1, 0),
        ([{"type": "missing"}], "80000000", "80000000", 0, 0),
    ],
)  # fmt: skip
def test_a_point_is_drawn_only_where_there_is_one(
    outcomes: list[dict[str, object]], lo: str, hi: str | None, firm: int, span: int
) -> None:
    of = standard()
    entry = Entry(field="values.m", name="年收入", words="", lo=lo, hi=hi)
    where = place(of, entry, {"value": "填的数", "outcomes": outcomes})
    svg = drawn(of, where, "linear")["narrow"]
    assert (len(of_class(svg, "firm")), len(of_class(svg, "span"))) == (firm, span)
    assert of_class(svg, "aim") == []


@pytest.mark.parametrize(
    ("tiers", "levels"),
    [
        (((0, 100, 5, False), (100, None, 9, False)), 2), (((10, 20, 5, True),), 3), (((10, 20, 5, True), (30, None, 9, True)), 4),
        (((10, None, 5, False),), 2),
    ],
)  # fmt: skip
def test_where_no_tier_is_nothing_is_paid(tiers: Tiers, levels: int) -> None:
    assert len(of_class(drawn(standard(tiers), None, "linear")["wide"], "step")) == levels


def test_months_are_an_axis_too() -> None:
    of = standard(((6, 24, WAN, False), (24, None, 4 * WAN, False)), unit="month", per_firm=True)
    told = ["".join(one.itertext()) for one in of_class(drawn(of, None, "log")["wide"], "tick")]
    assert {"1个月", "6个月", "2年", "4万元"} <= set(told)
    assert "奖励（每家）" in described(of, None, "linear")


@pytest.mark.parametrize("scale", SCALES)
def test_the_chart_is_told_to_who_cannot_see_it(scale: Scale) -> None:
    of = standard()
    for svg in drawn(of, at(of, 8000 * WAN), scale).values():
        title, desc = svg.find("title"), svg.find("desc")
        assert svg.get("role") == "img"
        assert title is not None
        assert desc is not None
        assert (svg.get("aria-labelledby"), svg.get("aria-describedby")) == (title.get("id"), desc.get("id"))
        assert title.text == "收入奖励 <1>&"
        assert all(f"{step.range}：{step.award}" in str(desc.text) for step in of.steps)
    html = pictures(of, None, scale, "")
    assert not re.search(r"style=|fill=|stroke=|#[0-9a-f]{3}", html)  # colours are the page's own


amounts = st.integers(1, 10**9)


@st.composite
def policies(draw: st.DrawFn) -> tuple[Standard, int]:
    ends = sorted(draw(st.sets(st.integers(1, 10**12), min_size=1, max_size=9)))
    open_end = draw(st.booleans()) or len(ends) == 1
    tiers = [(lo, hi, draw(amounts), draw(st.booleans())) for lo, hi in zip(ends, [*ends[1:], None], strict=True)]
    return standard(tiers if open_end else tiers[:-1]), draw(st.integers(0, 10**13))


@settings(max_examples=150, deadline=None)
@given(policies(), st.sampled_from(SCALES))
def test_labels_stay_inside_and_apart_whatever_the_policy(given_: tuple[Standard, int], scale: Scale) -> None:
    of, value = given_
    scale = scale if can_be_log(of) else "linear"
    for svg in drawn(of, at(of, value), scale).values():
        _, _, width, height = map(float, str(svg.get("viewBox")).split())
        boxes = []
        for one in of_class(svg, "tick"):
            x, y, wide = number(one, "x"), number(one, "y"), width_of(str(one.text))
            left = x - {"middle": wide / 2, "end": wide}[str(one.get("text-anchor"))]
            boxes.append((left, y - 10, left + wide, y))
            assert 0 < y < height
            if wide <= width:
                assert left >= -0.1
                assert left + wide <= width + 0.1
        for n, (left, top, right, bottom) in enumerate(boxes):
            for a, b, c, d in boxes[n + 1 :]:
                assert right <= a or c <= left or bottom <= b or d <= top
        assert all(
            math.isfinite(float(x))
            for one in svg.iter()
            for k, x in one.attrib.items()
            if k in ("x", "y", "cx", "cy", "x1", "x2")
        )
