"""Bound words behind a number (以上, 左右, 都没到, +) and extremes far before it (最高给予500万元)."""

from __future__ import annotations

from tools.money import vocabulary as v
from tools.money.bounds import EXTREMES
from tools.money.notes import Notes
from tools.money.numerals import Numeral
from tools.money.operands import CURRENCIES, REACH
from tools.money.terms import HIGHS, LOWS, Term
from tools.money.tokens import Token

AFTER = frozenset({v.AFTER_LOW, v.AFTER_HIGH, v.AFTER_ABOUT, v.AFTER_JUST, v.AFTER_MORE, v.AFTER_NEAR, v.LEVEL})
EITHER = frozenset({v.EITHER_LOW, v.EITHER_HIGH, v.EITHER_NEAR})
MIRROR = {">": v.HIGH, "≥": v.HIGH, "<": v.LOW, "≤": v.LOW}
BOTH_ENDS = LOWS | HIGHS
# what may stand between an extreme and its amount: 最高给予每家企业一次性奖励500万元
FRAME = frozenset({v.VERB, v.MEASURE, v.SKIP, v.LINK, v.OWNER, v.SLASH, v.COUNT, v.OTHER})
GIVEN = frozenset({v.VERB, v.MEASURE, v.SKIP})
SHORT = 2  # characters of other text in a frame
LATE = frozenset("都还也没未不达到够超")  # a denied comparison may follow its amount: 八千万都没到
PARTICLES = frozenset("的了呢吧啊吗呀嘛就也那怎能可行")


class Around(Notes):
    """Reads the bounds that do not stand right before their number."""

    def after(self, term: Term, bounds: list[Token]) -> None:
        """Bound words and notes behind the number: 以上, 左右, （含）以上, ≤ before a measure."""
        while term.kind not in (v.LABEL, v.DATE) and term.last < len(self.tokens):
            j = term.last
            kind, following, token = self.kinds[j], self.kinds[j + 1], self.tokens[j]
            if kind == v.AFTER_LOW and self.adds(j):
                return
            if (
                kind in (v.AFTER_LOW, v.AFTER_HIGH)
                and self.s.startswith("and", token.start)
                and self.begins_amount(j + 1)
            ):
                return  # above 50 million and below 100 million
            if kind in AFTER or (kind == v.HIGH and self.late(j)) or (kind in EITHER and not self.begins_amount(j + 1)):
                if kind == v.LEVEL and not term.numerals[0].bare and not term.said:
                    return
                bounds.append(token)
            elif kind in (v.LOW, v.HIGH) and following in (v.MEASURE, v.OTHER) and self.s[token.start] in MIRROR:
                bounds.append(Token(MIRROR[self.s[token.start]], token.start, token.end, token.data))
            elif kind == v.MORE and term.said and following != v.NUM and self.word(j) == "多":
                bounds.append(Token(v.AFTER_MORE, token.start, token.end, None))
            elif kind == v.OPEN and (end := self.note(term)):
                term.last = end - 1
            else:
                return
            term.last += 1

    def adds(self, j: int) -> bool:
        """Whether + at ``j`` adds another amount (1800万+500万, 主营1800万+其他500万) rather than saying 以上."""
        token = self.tokens[j]
        if self.s[token.start : token.end] != "+":
            return False
        k = j + 1
        while k < j + 4 and self.kinds[k] in (v.MEASURE, v.REST, v.LINK, v.YUAN):
            k += 1
        return self.kinds[k] == v.NUM

    def late(self, j: int) -> bool:
        """Whether a denied comparison at ``j`` is said of the amount before it: 八千万都没到, 1亿没突破。"""
        token, following = self.tokens[j], self.kinds[j + 1]
        if self.s[token.start] not in LATE or self.s[token.end - 1] == "够":
            return False
        if following == v.OTHER:
            return self.s[token.end] in PARTICLES
        return following in (v.STOP, v.COMMA, v.OF, v.CLOSE, v.AND)

    def begins_amount(self, j: int) -> bool:
        """Whether an amount begins at ``j``, so that 不到 before it is said of that one (8000万不到1亿)."""
        if self.kinds[j] != v.NUM:
            return self.kinds[j] in CURRENCIES
        numeral = self.tokens[j].data
        return isinstance(numeral, Numeral) and (numeral.big > 1 or self.kinds[j + 1] in CURRENCIES)

    def compared(self, term: Term) -> list[Token]:
        """比8000万多 is above it, 比8000万少 below it (but 比8000万多500万 compares nothing)."""
        j = term.last
        if term.numerals[0].open and self.s[self.tokens[j - 1].end - 1] == "多":
            return [Token(v.LOW, 0, 0, False)]
        if j >= len(self.tokens) or self.kinds[j + 1] == v.NUM:
            return []
        char = self.s[self.tokens[j].start]
        kind = v.LOW if char in "多大高" else v.HIGH if char in "少小低" else ""
        return [Token(kind, 0, 0, False)] if kind else []

    def framed(self, i: int) -> Token | None:
        """The extreme that governs an amount at ``i`` over what is given or measured: 最高奖励, 最低注册资本."""
        k = i - 1
        while k >= self.floor and k > i - REACH and self.kinds[k] in FRAME:
            token = self.tokens[k]
            if token.kind == v.OTHER and token.end - token.start > SHORT:
                return None
            k -= 1
        if k < self.floor or self.kinds[k] not in BOTH_ENDS or self.kinds[k + 1] not in GIVEN:
            return None
        return self.tokens[k] if self.tokens[k].data in EXTREMES else None
