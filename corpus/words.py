"""A text as what retrieval compares: its words, without filler, and its figures, each in one spelling.

A question's amounts ("营收8000万") say which tier applies, not which clause, and would drown its words in a vector:
``plain`` leaves them out. BM25 gets them as words of their own, for 三百万 is rare enough to point at the clause that
says 300万元.
"""

import re
from decimal import Decimal

from tokenizers import Tokenizer

from tools.money import Date, Reading, read
from tools.money.characters import prepare

_DOCUMENT = re.compile(r"(?:[\[(【]?((?:19|20)\d\d)[\])】年]?第?)?(?<!\d)(\d{1,4})号")
_FILLER = frozenset(
    word
    for line in (
        "的 了 吗 呢 啊 吧 呀 哦 嘛 么 地 着 过 是 在 有 和 与 及 或 等 也 都 就 还 又 而 且 但 并",
        "之 其 所 按 只 起 至 对 为 以 于 把 被 给 让 到 从 向 由 将 如果 因为 所以",
        "不 没 没有 很 太 最 更 比 里 上 中 下 已 已经 现在",
        "我 你 您 他 她 它 们 我们 你们 他们 咱 咱们 公司 这 那 这个 那个 一个 个 每 各 请 请问 一下",
        "什么 怎么 多少 多大 哪 哪些 哪个 哪里 几 啥 咋 如何 是否 有没有 能不能 可不可以 是不是",
        "想 要 能 会 可 可以 该 得 做 说 看 弄 搞 元 万 亿 万元 亿元 年 月 日 号 家 一家 第 the of is a to in for and",
    )
    for word in line.split()
)

DOCUMENT_WEIGHT = 8
"""Times a document's number counts: it names one document, where the words around it name any."""


def plain(text: str) -> str:
    """The text in one spelling (width, script, case), without amounts of money."""
    return _without_amounts(text, read(text))


def words(text: str, tokenizer: Tokenizer) -> list[str]:
    """The words of a text that carry meaning, its years (``2026年``), amounts (``20000元``) and document numbers
    (``16号``, ``2022第16号``), whatever way they were written."""
    reading = read(text)
    left = _without_amounts(text, reading)
    tokens = tokenizer.encode(left, add_special_tokens=False).tokens
    years = [y.value.year if isinstance(y, Date) else y.value for y in reading.years]
    exact = [amount for amount in reading.amounts if not amount.approximate]
    ends = [value for amount in exact for value in dict.fromkeys((amount.lo, amount.hi)) if value is not None]
    ends += [value for amount in exact for value in _parts(amount.text)]
    documents = [(year, int(number)) for year, number in _DOCUMENT.findall(left)]
    return [
        *(token for token in tokens if token not in _FILLER and not token.isdigit()),
        *(f"{year}年" for year in years if year is not None),
        *(f"{value:f}元" for value in ends),
        *(f"{number}号" for _, number in documents),
        *(f"{year}第{number}号" for year, number in documents if year for _ in range(DOCUMENT_WEIGHT)),
    ]


def _parts(amount: str) -> list[Decimal]:
    """The two figures that a terse 三十亿一百万 may also be, beside the one it reads as."""
    parts = re.split(r"(?<=亿)", amount)
    read_apart = (
        [found.lo for part in parts if part for found in read(part).amounts] if len(parts) == 2 and parts[1] else []
    )
    return [value for value in read_apart if value is not None]


def _without_amounts(text: str, reading: Reading) -> str:
    kept: list[str] = []
    at = 0
    spans = [(item.start, item.end) for item in reading.amounts] + [(item.start, item.end) for item in reading.refusals]
    for start, end in sorted(spans):
        if start >= at:
            kept += [text[at:start], " "]
        at = max(at, end)
    return prepare("".join(kept) + text[at:]).text.rstrip("\0")
