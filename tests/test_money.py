"""The amount reader from outside: what is read, refused and left alone."""

from __future__ import annotations

import datetime
import io
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests import money_cases
from tools.errors import MoneyError
from tools.money import Date, Reading, Year, parse_one, read, write
from tools.money.__main__ import main
from tools.money.characters import prepare
from tools.money.lexicon import DEFAULT
from tools.money.vocabulary import WORDS_BY_KIND

ROOT = Path(__file__).resolve().parent.parent
SCALES = {"": 1, "万": 10**4, "亿": 10**8}


def table(text: str) -> list[tuple[str, str]]:
    rows = [line.rpartition(" | ") for line in text.strip("\n").split("\n")]
    return [(row[0].replace("\\n", "\n").replace("\\t", "\t"), row[2]) for row in rows]


def number(text: str) -> Decimal | None:
    if not text:
        return None
    scale = text[-1] if text[-1] in SCALES else ""
    return Decimal(text.removesuffix(scale)) * SCALES[scale]


def wanted(item: str) -> dict[str, object]:
    """The fields an item of the notation of ``money_cases`` asks for."""
    if item.startswith("!"):
        return {"code": item[1:]}
    fields: dict[str, object] = {"negated": False, "change": ""}
    head, equals, item = item.rpartition("=")
    if equals:
        owner, colon, measure = head.rpartition(":")
        fields["measure"] = None if measure == "?" else measure
        if colon:
            fields["owner"] = owner or None
    word, _, rest = item.rpartition(" ")
    fields.update({"negated": True} if word == "not" else {"change": word})
    match = re.fullmatch(r"([\[(])(.*),(.*)([\])])(~?)", rest)
    if match:
        opening, lo, hi, closing, approximate = match.groups()
        fields.update(
            lo=number(lo),
            hi=number(hi),
            lo_closed=opening == "[",
            hi_closed=closing == "]",
            approximate=bool(approximate),
        )
    else:
        fields.update(lo=number(rest), hi=number(rest), lo_closed=True, hi_closed=True, approximate=False)
    return fields


def found(text: str) -> list[object]:
    reading = read(text)
    return sorted([*reading.amounts, *reading.refusals], key=lambda item: item.start)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        row
        for group in (
            "EXACT",
            "BOUNDED",
            "RANGES",
            "REFUSED",
            "NOTHING",
            "SENTENCES",
            "DENIED",
            "FRAMED",
            "SUMS",
            "BLANKS",
            "NEIGHBOURS",
            "COUNTED",
            "ENGLISH",
            "ROUGH",
            "RARE",
            "CHAINED",
            "ODD",
            "INNER",
            "STACKED",
            "COINS",
            "IDIOMS",
            "ORDERED",
            "UNDER",
            "REACHES",
            "SHARES",
            "CONDITIONS",
            "COMPARED",
            "SINGLE",
            "AGAIN",
        )
        for row in table(getattr(money_cases, group))
    ],
)
def test_reads(text: str, expected: str) -> None:
    items = found(text)
    wants = [] if expected == "-" else [wanted(item) for item in expected.split(";")]
    shown = [{name: getattr(item, name, "-") for name in want} for item, want in zip(items, wants, strict=False)]
    assert (len(items), shown) == (len(wants), wants), items
    for item in items:
        assert text[item.start : item.end] == item.text  # type: ignore[attr-defined]


COUNTS = """
引进了4家 | 4 家
引进了四家企业 | 4 家
引进了仨企业 | 3 家
俩公司 | 2 家
引进廿五家企业 | 25 家
200家以上 | [200,) 家
十几家公司 | [10,20) 家
两三家 | [2,3] 家
超过30家 | (30,) 家
3-5家 | [3,5] 家
员工150人 | 150 人
3万人 | 30000 人
在职120名员工 | 120 人
199个 | 199 个
还有20万次以上 | [200000,) 次
"""
DURATIONS = """
一年 | 12 月
半年 | 6 月
在库半年 | 6 月
一年半 | 18 月
一个半月 | 1.5 月
半个月 | 0.5 月
3个月 | 3 月
十八个月 | 18 月
一年零三个月 | 15 月
2年6个月 | 30 月
满一年 | [12,) 月
在库满12个月 | [12,) 月
一年以上 | [12,) 月
一年多 | (12,24) 月
10个多月 | (10,11) 月
不到一年 | (,12) 月
不满一年 | (,12) 月
三个月内 | (,3] 月
两三年 | [24,36] 月
3-5年 | [36,60] 月
三年以上十年以下 | [36,120] 月
近三年 | 36 月
两个季度 | 6 月
90天 | 90 天
两周 | 14 天
"""
PERCENTS = """
30% | 30 %
３０％ | 30 %
百分之三十 | 30 %
三成 | 30 %
八折 | 80 %
5个百分点 | 5 %
10%-20% | [10,20] %
超过50% | (50,) %
"""


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (kind, *row)
        for kind, rows in (("counts", COUNTS), ("durations", DURATIONS), ("percents", PERCENTS))
        for row in table(rows)
    ],
)
def test_other_quantities(kind: str, text: str, expected: str) -> None:
    interval, _, unit = expected.rpartition(" ")
    want = wanted(interval)
    (item,) = getattr(read(text), kind)
    assert item.unit == unit
    assert [getattr(item, end) for end in ("lo", "hi", "lo_closed", "hi_closed")] == [
        want[end] for end in ("lo", "hi", "lo_closed", "hi_closed")
    ]
    assert text[item.start : item.end] == item.text
    assert not read(text).amounts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年", [2023]),
        ("2023年度主营业务收入", [2023]),
        ("二〇二三年", [2023]),
        ("23年营收8000万", [2023]),
        ("2024-2026年", [2024, 2026]),
        ("2021、2022、2023年", [2021, 2022, 2023]),
        ("2024年1月", [2024]),
        ("前年、去年、今年、明年", [-2, -1, 0, 1]),
        ("last year", [-1]),
        ("2024年1月1日起", [datetime.date(2024, 1, 1)]),
        ("有效期至2026年12月31日", [datetime.date(2026, 12, 31)]),
        ("二〇二四年一月一日", [datetime.date(2024, 1, 1)]),
        ("2024-01-01", [datetime.date(2024, 1, 1)]),
        ("2024/1/1", [datetime.date(2024, 1, 1)]),
        ("2024.1.1", [datetime.date(2024, 1, 1)]),
        ("2023年2月30日", [2023]),
        ("成立3年", []),
        ("一年一度", []),
    ],
)
def test_years_and_dates(text: str, expected: list[object]) -> None:
    years = read(text).years
    shown = [year.value if isinstance(year, Date) or year.value is not None else year.relative for year in years]
    assert shown == expected
    assert all(text[year.start : year.end] == year.text for year in years)


def test_relative_years_are_told_from_named_ones() -> None:
    named, relative = read("2023年比去年好").years
    assert isinstance(named, Year)
    assert isinstance(relative, Year)
    assert (named.value, named.relative, relative.value, relative.relative) == (2023, None, None, -1)


def test_counts_know_what_they_count_and_whose() -> None:
    (count,) = read("A公司引进4家企业").counts
    assert (count.measure, count.owner) == ("家数", "A公司")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("营收8000", "「8000」没有写单位"),
        ("800万美元", "外币"),
        ("-500万", "负数"),
        ("8000万元（捌佰万元整）", "不一致"),
        ("8.0.1亿", "看不明白"),
        ("一亿两千", "两种读法"),
        ("9999999999亿", "核对"),
        ("你好", "没有读到金额"),
        ("3000万和5000万", "2个金额"),
        ("9" * 300 + "万元", "…"),
    ],
)
def test_one_amount_or_a_reason_that_names_it(text: str, part: str) -> None:
    with pytest.raises(MoneyError, match=part) as caught:
        parse_one(text)
    assert "元" in str(caught.value)
    assert len(str(caught.value)) < 120


def test_one_amount() -> None:
    amount = parse_one(" 主营业务收入８０００万元。")
    assert (amount.lo, amount.text, amount.measure) == (Decimal(80_000_000), "８０００万元", "主营业务收入")


def test_errors_of_several_amounts_are_all_told() -> None:
    reading = read("营收8000，注册资本800万美元")
    assert [refusal.measure for refusal in reading.refusals] == ["营业收入", "注册资本"]
    assert reading.error is not None
    assert "单位" in reading.error
    assert "外币" in reading.error
    assert Reading().error is None


def test_a_policy_adds_its_own_measures() -> None:
    lexicon = DEFAULT.extended({"研发投入": ["研发费用", "R&D"], "主营业务收入": ["营收", "销售进项"]})
    measures = [amount.measure for amount in read("研发费用500万，营收8000万，销售進項1亿，利润300万", lexicon).amounts]
    assert measures == ["研发投入", "主营业务收入", "主营业务收入", "利润"]
    assert [amount.measure for amount in read("营收8000万").amounts] == ["营业收入"]


@pytest.mark.parametrize(
    ("value", "style", "expected"),
    [
        ("150000", "mixed", "15万元"),
        ("120000000", "mixed", "1.2亿元"),
        ("1234.56", "mixed", "1234.56元"),
        ("19999999", "mixed", "19999999元"),
        ("20000000", "mixed", "2000万元"),
        ("20005000", "mixed", "2000.5万元"),
        ("6337650000", "mixed", "63.3765亿元"),
        ("3000000000", "mixed", "30亿元"),
        ("0", "mixed", "0元"),
        ("0.5", "mixed", "0.5元"),
        ("-150000", "mixed", "-15万元"),
        ("80000000", "digits", "80000000元"),
        ("80000000.50", "grouped", "80,000,000.5元"),
        ("80000000", "han", "八千万元"),
        ("120000000", "han", "一亿二千万元"),
        ("100500000", "han", "一亿零五十万元"),
        ("100000005", "han", "一亿零五元"),
        ("1200000000000", "han", "一万二千亿元"),
        ("123456.78", "han", "十二万三千四百五十六元七角八分"),
        ("1.05", "han", "一元零五分"),
        ("80000000", "formal", "捌仟万元整"),
        ("1000000000", "formal", "壹拾亿元整"),
        ("0.05", "formal", "零元伍分"),
        ("0.9", "han", "零元九角"),
    ],
)
def test_writes(value: str, style: str, expected: str) -> None:
    written = write(Decimal(value), style)
    assert written.replace("一十", "十") == expected
    assert [refusal.code for refusal in read(written).refusals] == (["negative"] if value < "0" else [])


def test_write_refuses_what_it_cannot_spell() -> None:
    with pytest.raises(ValueError, match="finer than one fen"):
        write(Decimal("0.001"), "han")
    with pytest.raises(ValueError, match="unknown style"):
        write(1, "roman")


def test_every_word_of_the_vocabulary_is_reachable() -> None:
    words = [
        word.replace("_", " ") if len(word) > 1 else word for _, _, group in WORDS_BY_KIND for word in group.split()
    ]
    assert len(words) == len(set(words))
    assert [word for word in words if prepare(word).text.rstrip("\0") != word] == []


def test_command_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("约8000万\n主营1.2亿元，营收8000\n\n"))
    assert main([]) == 0
    first, second, third = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {
        "amounts": [
            {"text": "约8000万", "start": 0, "end": 6, "lo": "72000000", "hi": "88000000", "lo_closed": True,
             "hi_closed": True, "approximate": True, "measure": None}
        ],
        "error": None,
    }  # fmt: skip
    assert second["amounts"][0]["lo"] == second["amounts"][0]["hi"] == "120000000"
    assert second["amounts"][0]["measure"] == "主营业务收入"
    assert "8000" in second["error"]
    assert third == {"amounts": [], "error": None}


def test_command_line_as_a_module() -> None:
    command = [sys.executable, "-m", "tools.money"]
    done = subprocess.run(
        command, input="营收过亿\n", capture_output=True, encoding="utf-8", cwd=ROOT, timeout=60, check=True
    )
    (amount,) = json.loads(done.stdout)["amounts"]
    assert (amount["lo"], amount["hi"], amount["lo_closed"]) == ("100000000", None, False)
    shown = subprocess.run(
        [*command, "--help"], capture_output=True, encoding="utf-8", cwd=ROOT, timeout=60, check=True
    )
    assert "JSON" in shown.stdout
