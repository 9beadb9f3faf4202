"""A text as the words retrieval compares: one spelling, no amounts, no filler.

Amounts of a question ("营收8000万") say which tier applies, not which clause: left in, every clause with figures would
look alike. Years and document numbers stay, for they do tell clauses apart.
"""

import re

from tokenizers import Tokenizer

from tools.characters import prepare

_DOCUMENT = re.compile(r"[\[(【]?((?:19|20)\d\d)[\])】年]?第?(\d{1,4})号")
_AMOUNT = re.compile(
    r"[¥$]?\d[\d.，,]*(?:[十百千万亿wk]+)?(?:个?亿|万)?(?:元|块|美元|人民币)?"
    r"|[零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]{2,}(?:多|来)?(?:元|块|人民币)"
    r"|[零一二两三四五六七八九十百千半几数]+(?:个?亿|[千百十]?万)(?:元|块|人民币)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?=年|$|[^\d.万亿元千百十wk])")
_FILLER = frozenset(
    "的 了 吗 呢 啊 吧 呀 哦 嘛 是 在 有 和 与 及 或 等 也 都 就 还 又 我 你 您 他 她 它 我们 你们 他们 咱 咱们 这 那 这个 那个 "
    "个 请 请问 一下 想 要 能 会 可以 可 吗 么 什么 怎么 多少 哪 哪些 哪个 哪里 几 啥 咋 如何 是否 有没有 能不能 可不可以 是不是 "
    "对 为 以 于 把 被 给 让 到 从 向 由 将 其 所 之 并 而 且 但 如果 因为 所以 没有 不 没 很 太 最 更 比 里 上 中 下 们 元 万元 亿元 万 亿".split()
)


def plain(text: str) -> str:
    """The text in one spelling, without amounts; years and document numbers kept."""
    text = prepare(text).text.rstrip("\0")
    kept: list[str] = []
    at = 0
    for found in _AMOUNT.finditer(text):
        kept.append(text[at : found.start()])
        number = found[0]
        if _YEAR.match(text, found.start()) or _DOCUMENT.search(text, max(0, found.start() - 6), found.end() + 1):
            kept.append(number)
        else:
            kept.append(" ")
        at = found.end()
    return "".join(kept) + text[at:]


def words(text: str, tokenizer: Tokenizer) -> list[str]:
    """The words of ``plain(text)`` that carry meaning, document numbers as one word (``2022第16号``)."""
    text = plain(text)
    numbers = [f"{year}第{int(number)}号" for year, number in _DOCUMENT.findall(text)]
    years = _YEAR.findall(_DOCUMENT.sub(" ", text))
    tokens = tokenizer.encode(text, add_special_tokens=False).tokens
    return [token for token in tokens if token not in _FILLER and not token.isdigit()] + years + numbers
