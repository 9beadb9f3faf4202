"""What a hotline worker reads aloud (话术): an answer's own sentences in spoken order, its signs said as words.

It is made from the answer's text alone, and holds no figure that the answer does not hold: ``script`` checks this and
gives the plain text in its place otherwise.
"""

import re

from assistant.answer import Answer
from assistant.figures import figures
from assistant.plain import plain

_ENGLISH = "the authority's reading prevails.*"  # the end of an answer in English, whose quotes are not
_HEADING = re.compile(r"\*\*([^*：]+)\*\*")
_LABEL = re.compile(r"\n*\*[^*\n]*(?:AI|reviewed)[^*\n]*\*\s*$")
_LINK = re.compile(r"\[([^\]\n]*)\]\((?:[^)\s]*)\)")
_ITEM = re.compile(r"^\s*(?:[-*]|\d+\.)\s+")
_BRACKETED = re.compile(
    r"（[^（）「]*(?:（[^（）]*）[^（）「]*)*「[^」]*」）"
)  # a clause and its quote, given in passing
_QUOTES = re.compile(r"「[^」]*」")
_SIGNS = (
    (re.compile(r"([^\s，；：]+) ≤ ([^\s，；]+) ≤ ([^\s，；。]+)"), r"\2从\1到\3"),
    (re.compile(r"([^\s，；：]+) ≤ ([^\s，；]+) < ([^\s，；。]+)"), r"\2从\1起、不到\3"),
    (re.compile(r"([^\s，；：]+) < ([^\s，；]+) < ([^\s，；。]+)"), r"\2比\1多、不到\3"),
    (re.compile(r"([^\s，；：]+) < ([^\s，；]+) ≤ ([^\s，；。]+)"), r"\2比\1多、最多\3"),
    (re.compile(r"\s*≥\s*"), "，达到了"),
    (re.compile(r"\s*≤\s*"), "，不超过"),
    (re.compile(r"，且\s*<\s*"), "、还不到"),
    (re.compile(r"\s*<\s*"), "，还不到"),
    (re.compile(r"，且\s*>\s*"), "、超过了"),
    (re.compile(r"\s*>\s*"), "，超过了"),
)
# The same signs in an answer in English.
_SAID = (
    (re.compile(r"(\d+家) × ([^\s/]+)/家 = "), r"\1 at \2 each make "),
    (re.compile(r"([^\s,;:]+) ≤ ([^,;:≤<]+?) +< "), r"\2 is at least \1 but less than "),
    (re.compile(r"([^\s,;:]+) ≤ ([^,;:≤<]+?) +≤ "), r"\2 is at least \1 and at most "),
    (re.compile(r"([^\s,;:]+) < ([^,;:≤<]+?) +< "), r"\2 is more than \1 but less than "),
    (re.compile(r"([^\s,;:]+) < ([^,;:≤<]+?) +≤ "), r"\2 is more than \1 and at most "),
    (re.compile(r",? and ≥ "), " and at least "),
    (re.compile(r",? and ≤ "), " and at most "),
    (re.compile(r",? and < "), " but less than "),
    (re.compile(r",? and > "), " and more than "),
    (re.compile(r" ≥ "), " is at least "),
    (re.compile(r" ≤ "), " is at most "),
    (re.compile(r" < "), " is less than "),
    (re.compile(r" > "), " is more than "),
    (re.compile(r" × "), " times "),
    (re.compile(r" = "), " makes "),
)
_QUOTE_MARK = re.compile(r"^\s*(?:>\s?)+")  # a block quote begins a line; anywhere else the sign compares
_EACH = re.compile(r"(\d+家) × ([^\s/]+)/家 = ")
_OPENINGS = (
    (re.compile(r"^依据："), "依据是政策的"),
    (re.compile(r"^规定：[^「]*"), "政策还规定，"),
    (re.compile(r"^下一档："), "再往上一档，"),
    (re.compile(r"^前提："), "前提是，"),
    (re.compile(r"^文件未规定：([^；]*?)。?$"), r"关于\1，文件没有规定"),
    (re.compile(r"^文件未规定："), "这几点文件没有规定："),
    (re.compile(r"^总额限制：|^总额："), "总额有限制，"),
    (re.compile(r"^「不超过」"), "请您注意，“不超过”"),
)
_PAYEE = re.compile(r"（奖励对象：([^）]*)）")
_LAST = "以上供您参考，以主管部门的解释为准。"


def script(answer: Answer) -> str:
    """The words to say, one sentence to a line."""
    text = _LABEL.sub("", answer.answer)
    if answer.answer.endswith(_ENGLISH):
        told = "\n".join(filter(None, map(_said, text.splitlines())))
        return told if values(told) <= values(plain(answer.answer)) else plain(text)
    # Where an outcome was worked out, its words say what the clause's do; the clause itself is named, and is beside it.
    computed = bool(answer.awards or answer.ineligible or any("tiers" in call.result for call in answer.tool_calls))
    lines = [spoken for line in text.splitlines() if (spoken := _spoken(line, computed))]
    last = [] if answer.status == "refused" else [_LAST]
    told = "\n".join([_greeted(line) if not at else line for at, line in enumerate(lines)] + last)
    return told if values(told) <= values(plain(answer.answer)) else plain(text)


def _spoken(line: str, computed: bool) -> str:
    """One line of Markdown as one spoken sentence; empty where there is nothing to say."""
    if heading := _HEADING.fullmatch(line):
        return f"{heading[1]}："
    if not (line := _bare(line)):
        return ""
    line = _BRACKETED.sub("", line)
    if computed and line.startswith("依据："):
        line = _QUOTES.sub("", line)
    line = _PAYEE.sub(r"，奖励对象是\1", line.replace("|", "，").strip("，"))
    compared = line.startswith("比对：")
    line = _EACH.sub(r"\1，每家\2，一共", line.removeprefix("比对："))
    for pattern, words in (*_OPENINGS, *_SIGNS):
        line = pattern.sub(words, line)
    if compared:
        line = f"您说的{line}"
    if line.startswith("依据"):
        line = line.replace("「", "，原文说：「", 1)
    return line if line[-1] in "。？！：" or line.endswith("。」") else f"{line}。"


def _said(line: str) -> str:
    """One line of an answer in English as one spoken sentence; a clause is named, its Chinese words stand beside it."""
    line = _bare(line).replace("|", ",").strip(", ")
    if line.startswith("Source: "):
        line = _QUOTES.sub("", line).strip()
    for pattern, words in _SAID:
        line = pattern.sub(words, line)
    return line if not line or line[-1] in ".?!:」" else f"{line}."


def _bare(line: str) -> str:
    """A line of Markdown without its marks; empty where nothing is left to say."""
    line = _ITEM.sub("", _QUOTE_MARK.sub("", line))
    line = _LINK.sub(r"\1", line).replace("**", "").strip()
    return "" if set(line) <= set("|-: ") else line


def _greeted(line: str) -> str:
    return line if line.startswith("您好") else f"您好，{line}"


def values(text: str) -> set[tuple[str, str]]:
    """The values of a text, each end of a range by itself: 14个月 ≤ 在库 < 16个月 is 从14个月起、不到16个月."""
    return {(found.unit, value) for found in figures(text) for value in found.values}
