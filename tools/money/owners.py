"""Whose amounts they are: A公司, 甲公司, 子公司, 第一家, Company A, or two firms with 分别."""

from __future__ import annotations

import re
from collections.abc import Callable

from tools.money import vocabulary as v
from tools.money.terms import Term
from tools.money.tokens import Token

LONGEST = 16  # characters of a firm's name before 公司
CUTS = "的和与及那若果问由们请但说给帮对跟让替"
ORDINALS = tuple(f"第{number}家" for number in "一二三四五六七八九")
FOLLOWERS = frozenset({v.MEASURE, v.NUM, v.LINK, v.YEAR, v.AND, v.EACH, v.COUNT, v.LOW, v.HIGH, v.ABOUT})
NO_NAME = FOLLOWERS | {v.VERB, v.COMMA, v.STOP, v.OR, v.OF, v.THAN, v.YUAN, v.OWNER, v.OPEN, v.CLOSE}
_GENERIC = (
    "这家 那家 该 每家 一家 两家 新 个 本 各 有 家 小 大 入园 引进 园区 开 办 注册 成立 建 哪家 什么 某 "
    "上市 外地 本地 新办 新引进"
)
JOINED = frozenset({v.AND, v.OR, v.OWNER, v.EACH})  # a firm before one of these shares what is told
OPENING = "，,;；。、:：|\n "  # what a firm that opens its clause stands behind
SUFFIX = re.compile("公司|企业|集团|工厂|厂")
BROUGHT = (
    "引进了",
    "引进",
    "招来了",
    "招来",
    "拉来了",
    "拉来",
    "招引",
)  # what is done to a firm is no part of its name
GENERIC = frozenset(_GENERIC.split())  # words before 公司 that name no firm
Spell = Callable[[int, int], str]


def assign(s: str, tokens: list[Token], terms: list[Term], spell: Spell) -> list[str | None]:
    """The owner of each term: the last one named before it in its sentence, or its turn after 分别.

    ``spell(start, end)`` gives the name as it was written.
    """
    several = s.count("一家") > 1
    named = [(k, name) for k in range(len(tokens)) for name in _named(s, tokens, k, spell, several)]
    owners: list[str | None] = []
    recent: list[str] = []
    each: list[str] = []
    current: str | None = None
    at = k = 0
    firms = any(term.kind == v.COUNT and term.unit == "家" for term in terms)
    for term in terms:
        while at < len(named) and named[at][0] < term.first:
            current = named[at][1]
            if tokens[named[at][0]].kind == v.STOP:
                recent = []
            elif current is not None:
                recent = [*recent, current][-9:]
            at += 1
        while k < term.first:
            if tokens[k].kind == v.EACH:
                each = [*dict.fromkeys(recent)] if len(set(recent)) > 1 else [*ORDINALS] if firms else []
            elif tokens[k].kind == v.STOP:
                each = []
            k += 1
        money = term.kind in (v.YUAN, v.FOREIGN) or term.scaled
        owners.append(each.pop(0) if each and money else current)
    return owners


def lettered(s: str, tokens: list[Token], spell: Spell) -> tuple[str, ...]:
    """The firms told by a letter or a number that open a clause of their own, in order: A公司8000，B公司还没算."""
    found = []
    for k in range(len(tokens)):
        after = tokens[k + 1].kind if k + 1 < len(tokens) else v.STOP
        for name in _named(s, tokens, k, spell, False) if after not in JOINED else []:
            if name and (name in ORDINALS or len(SUFFIX.sub("", name)) == 1):
                start = tokens[k - 2 if name in ORDINALS else k].start
                before = s[max(start - LONGEST, 0) : start]
                if tokens[k].data == "suffix":
                    before = before.rstrip().removesuffix(SUFFIX.sub("", name).lower())
                if not before or before[-1] in OPENING:
                    found.append(name)
    return tuple(dict.fromkeys(found))


def directly(tokens: list[Token], term: Term) -> bool:
    """Whether a firm stands right before a number, with nothing but glue and measures between."""
    k = term.first - 1
    while k >= 0 and tokens[k].kind in (v.LINK, v.MEASURE, v.OF):
        k -= 1
    if k < 0:
        return False
    if tokens[k].kind == v.OTHER:
        return tokens[k].end == tokens[k].start + 1
    if tokens[k].kind == v.COUNT:
        return k > 1 and tokens[k - 2].kind == v.ORDINAL
    return tokens[k].kind == v.OWNER and tokens[k].data not in (None, "prefix")


def _named(s: str, tokens: list[Token], k: int, spell: Spell, several: bool) -> list[str | None]:
    """The owner named by token ``k``: one name, one None that ends the naming, or nothing.

    一家 names one only where ``several`` are told apart so.
    """
    token = tokens[k]
    after = tokens[k + 1].kind if k + 1 < len(tokens) else v.STOP
    if token.kind == v.STOP:
        return [None]
    if token.kind == v.OTHER:
        labelled = k and tokens[k - 1].data == "prefix"
        if labelled or token.end > token.start + 1 or after not in FOLLOWERS:
            return []
        name = spell(token.start, token.end)
        return [name] if name.isascii() and name.isupper() and name != "I" else []
    if token.kind == v.COUNT and k and tokens[k - 1].kind == v.NUM and s[token.start] == "家":
        number = tokens[k - 1]
        if k > 1 and tokens[k - 2].kind == v.ORDINAL:
            return [spell(tokens[k - 2].start, token.start + 1)]
        return ["一家"] if several and s[number.start : number.end] == "一" and after in FOLLOWERS else []
    if token.kind != v.OWNER:
        return []
    if token.data == "suffix":
        firm = _before(s, tokens, k, spell)
        return [firm] if firm else []
    if token.data == "prefix":
        is_label = after == v.OTHER and tokens[k + 1].end == tokens[k + 1].start + 1
        return [spell(token.start, tokens[k + 1].end)] if is_label else []
    if token.data == "label":
        return [str(s[token.start])] if after in FOLLOWERS else []
    return [str(token.data) if token.data else None]


def _before(s: str, tokens: list[Token], k: int, spell: Spell) -> str | None:
    """The firm's name up to the 公司 of token ``k``."""
    if k and tokens[k - 1].data == "label" and tokens[k - 1].end == tokens[k].start:
        return spell(tokens[k - 1].start, tokens[k].end)  # 戊公司, 甲厂
    start, j = tokens[k].start, k - 1
    while j >= max(k - 4, 0) and tokens[j].kind not in NO_NAME:
        start = tokens[j].start
        j -= 1
    start = max(start, tokens[k].start - LONGEST)
    for index in range(tokens[k].start - 1, start - 1, -1):
        if s[index] in CUTS:
            start = index + 1
            break
    start += next((len(verb) for verb in BROUGHT if s.startswith(verb, start, tokens[k].start)), 0)
    name = s[start : tokens[k].start]
    compared = j >= 0 and tokens[j].kind == v.THAN  # 比A公司多500万 is not of A
    if not name or name in GENERIC or compared or (s.startswith("企业", tokens[k].start) and len(name) > 1):
        return None
    return spell(start, tokens[k].end)
