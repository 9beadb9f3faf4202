"""Throw random texts at the amount reader: nothing but its own error may come out, and time must stay linear.

    python evals/fuzz_money.py [--count 1000000] [--seed 1]

Texts are strings of the grammar's own words, digits and numerals, of words broken in two, and of any
characters at all. Checked of every reading: no exception but MoneyError (from ``parse_one``), spans that give
back their own text, exact decimals, no empty interval. At the end, texts of 100,000 characters are timed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.errors import MoneyError
from tools.money import parse_one, read, write
from tools.money import vocabulary as v
from tools.money.lexicon import DEFAULT

LONG = 100_000
# fmt: off
NUMERALS: list[str] = [
    *"0123456789０９.,，零〇一二两三五九十百千万亿兆半几数多余来把点个壹陆拾佰仟萬億w", "kw", "million", "bn", "小目标",
]
GLUE: list[str] = [
    *"元块角分%-~—到至和、，。；：()（）[]〔〕<>≤≥/ \n\t年月日家人",
    "公司", "的", "约", "以上", "以下", "不到", "超过", "左右",
]
PATTERNS = [
    *("万", "1亿", "1", "一二", "1,000", "(", "A公司", "不超过", "营收", "1.", "零", "8000万到", "8(8", "元", "x", " ", "x1"),
    *("和", "1a", "8w ", "，", "营收，", "比8000万多", "一点", "一亿点一", "几", "一多", "1万", "一千零", "的", "不到", "其他", "-"),
    *("2024年", "2024年1月1日", "8000万（", "（万元）", "营业收入（万元）8000", "1亿，", "A", "8000万的", "，000"),
    *("8000万元，即", "[1万,", "2021、", "分别", "半", "1000万企业", "是8000万不是", "百分之", "第", "共8000万", "8000万多"),
    *("不应", "没有不", "不得不", "至少也", "最高给予", "最高奖励a", "8000万 ", "1 亿 2 ", "<b>", "<b ", "l.", "8o", "not ", "8千百万"),
    *("1万只", "1万家企业", "8000万+", "500万像素", "（含）", "8000万都没到"),
    *("\n", "大于1亿小于", "一家3000万，", "one ", "营收\n", "8000万，A公司", "主营1万加其他共2万"),
]
# fmt: on


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    source = random.Random(arguments.seed)
    words = [word for _, _, listed in v.WORDS_BY_KIND for word in listed.split()]
    words += [word for listed in DEFAULT.measures.values() for word in listed]
    makers: list[Callable[[], str]] = [
        lambda: "".join(source.choices(NUMERALS, k=source.randint(1, 14))),
        lambda: "".join(source.choices(NUMERALS + GLUE, k=source.randint(1, 24))),
        lambda: "".join(source.choices(words, k=source.randint(1, 8))),
        lambda: "".join(
            source.choice((source.choice(NUMERALS), source.choice(words))) for _ in range(source.randint(2, 16))
        ),
        lambda: broken(source, "".join(source.choices(words + NUMERALS, k=source.randint(2, 12)))),
        lambda: "".join(chr(source.choice((source.randrange(0x80), source.randrange(0x11000)))) for _ in range(12)),
    ]
    start = time.perf_counter()
    amounts = refusals = 0
    for number in range(arguments.count):
        text = makers[number % len(makers)]()
        try:
            found = check(text)
        except Exception:
            print(f"input {number}: {text!r}", file=sys.stderr)
            raise
        amounts, refusals = amounts + found[0], refusals + found[1]
    spent = time.perf_counter() - start
    print(f"{arguments.count} inputs without an error in {spent:.0f} s: {amounts} amounts, {refusals} refusals")
    slowest, pattern = max((timed(pattern), pattern) for pattern in PATTERNS)
    print(f"slowest of {len(PATTERNS)} texts of {LONG} characters: {slowest:.2f} s ({pattern!r} repeated)")
    return 0 if slowest < 1 else 1


def broken(source: random.Random, text: str) -> str:
    """The text with a piece cut out and a character put in."""
    cut = source.randrange(len(text) + 1)
    return text[:cut] + source.choice(NUMERALS + GLUE) + text[cut + source.randrange(3) :]


def check(text: str) -> tuple[int, int]:
    """Read a text and hold the reading to its laws; the number of amounts and refusals."""
    reading = read(text)
    groups = (reading.amounts, reading.counts, reading.durations, reading.percents, reading.refusals, reading.years)
    for group in groups:
        for item in group:
            assert text[item.start : item.end] == item.text != "", item
    for amount in reading.amounts:
        assert type(amount.lo) in (Decimal, type(None)), amount
        assert type(amount.hi) in (Decimal, type(None)), amount
        assert amount.lo is not None or amount.hi is not None, amount
        assert amount.lo is None or amount.hi is None or amount.lo <= amount.hi, amount
        assert amount.lo is None or amount.lo >= 0, amount
    try:
        amount = parse_one(text)
    except MoneyError:
        return len(reading.amounts), len(reading.refusals)
    assert reading.amounts == (amount,), text
    if amount.exact and amount.lo is not None:
        assert parse_one(write(amount.lo)).lo == amount.lo, text
    return len(reading.amounts), len(reading.refusals)


def timed(pattern: str) -> float:
    """Seconds of processor time to read the pattern repeated up to the long length."""
    text = (pattern * (LONG // len(pattern) + 1))[:LONG]
    start = time.process_time()
    read(text)
    return time.process_time() - start


if __name__ == "__main__":
    raise SystemExit(main())
