"""The grammar over tokens: bounds, ranges, units and notes around numbers become terms.

::

    term    = interval | bound* operand (TO operand | AND operand BETWEEN)? (after | note)*
    operand = currency? "-"? NUM unit? note?
    unit    = 元 (NUM 角)? (NUM 分)? | foreign | 家 | 年 | % | …
    after   = 以上 | 以下 | 左右 | 出头 | …
    note    = "(" 含 | 不含 | unit | the same amount again ")"
    heading = "(" 万? 元 ")" | 单位 ":" 万? 元        the unit of the bare numbers after it

Two one-sided terms that belong together (大于5000万小于等于1亿) become one. Every rule looks at a bounded
number of tokens, so the whole is linear in the text.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tools import vocabulary as v
from tools.moments import is_year, names_year
from tools.numerals import Numeral
from tools.terms import BARE, HIGHS, LOWS, Term, apply, borrow, merged, same
from tools.tokens import Token

REACH = 8  # tokens a bound, and 16 a note in parentheses, may run
CURRENCIES = frozenset({v.YUAN, v.FOREIGN})
BEFORE = frozenset({v.LOW, v.HIGH, v.ABOUT, v.NEAR, v.JUST, v.MORE_THAN, v.EITHER_LOW, v.EITHER_HIGH})
AFTER = frozenset({v.AFTER_LOW, v.AFTER_HIGH, v.AFTER_ABOUT, v.AFTER_JUST, v.AFTER_MORE, v.LEVEL})
EITHER = frozenset({v.EITHER_LOW, v.EITHER_HIGH})
STARTS = BEFORE | CURRENCIES | {v.NUM, v.MINUS, v.TO, v.BETWEEN, v.SPAN, v.OPEN}
UNITS = frozenset({v.COUNT, v.TIME, v.PERCENT, v.LABEL})
GLUE = frozenset({v.AND, v.COMMA, v.LINK, v.OF})
MIRROR = {">": v.HIGH, "≥": v.HIGH, "<": v.LOW, "≤": v.LOW}
COINS = ((v.JIAO, Decimal("0.1")), (v.FEN, Decimal("0.01")))


def parse(s: str, tokens: list[Token]) -> list[Term]:
    """All terms of the tokens of the prepared text ``s``, in order, without overlap."""
    return Parser(s, tokens).run()


class Parser:
    """Recursive descent over tokens; every method takes the index to read at."""

    def __init__(self, s: str, tokens: list[Token]) -> None:
        self.s = s
        self.tokens = tokens
        self.kinds = [token.kind for token in tokens] + [v.STOP] * (REACH * 2)
        self.heading: tuple[int, str] | None = None  # factor and currency of the bare numbers that follow

    def run(self) -> list[Term]:
        terms: list[Term] = []
        i, size = 0, len(self.tokens)
        while i < size:
            kind = self.kinds[i]
            if kind in (v.UNIT_WORD, v.OPEN, v.SLASH):
                end = self.unit_heading(i)
                if end:
                    i = end
                    continue
            term = self.term(i) if kind in STARTS else None
            if term is None:
                i += 1
                continue
            i = term.last
            joined = self.join(terms[-1], term) if terms else None
            if joined:
                terms[-1] = joined
            else:
                terms.append(term)
        return terms

    def term(self, i: int) -> Term | None:
        if self.kinds[i] == v.OPEN:
            return self.interval(i)
        bounds, j = self.bounds(i)
        term = self.operand(j)
        if term is None:
            return None
        if not LOWS.isdisjoint(token.kind for token in bounds) or not HIGHS.isdisjoint(token.kind for token in bounds):
            ranged = False
        else:
            ranged = self.range(term, any(self.kinds[k] == v.BETWEEN for k in range(i, j)))
        if j == i and i and self.kinds[i - 1] == v.THAN:
            bounds = self.compared(term)
        term.first = i - (term.kind == v.PERCENT and i > 0 and self.kinds[i - 1] == v.CENT)
        self.after(term, bounds)
        self.headed(term)
        apply(term, bounds)
        if ranged or self.kinds[term.last] in (v.OPEN, v.OF):
            self.inclusion(term)
        return term

    def after(self, term: Term, bounds: list[Token]) -> None:
        """Bound words and notes behind the number: 以上, 左右, （含）以上, ≤ before a measure."""
        while term.kind not in (v.LABEL, v.DATE):
            j = term.last
            kind, following = self.kinds[j], self.kinds[j + 1]
            token = self.tokens[j] if j < len(self.tokens) else None
            if token is None:
                return
            if kind in AFTER or (kind in EITHER and following not in (v.NUM, v.YUAN, v.FOREIGN)):
                if kind == v.LEVEL and not term.numerals[0].bare and not term.said:
                    return
                bounds.append(token)
            elif kind in (v.LOW, v.HIGH) and following in (v.MEASURE, v.OTHER) and self.s[token.start] in MIRROR:
                mirrored = MIRROR[self.s[token.start]]
                bounds.append(Token(mirrored, token.start, token.end, token.data))
            elif kind == v.OPEN and (end := self.note(term)):
                term.last = end
                continue
            elif kind == v.MORE and self.s[token.start : token.end] == "多" and following != v.NUM and term.said:
                bounds.append(Token(v.AFTER_MORE, token.start, token.end, None))
            else:
                return
            term.last += 1

    def compared(self, term: Term) -> list[Token]:
        """比8000万多 is above it, 比8000万少 below it (but 比8000万多500万 compares nothing)."""
        j = term.last
        if term.numerals[0].open and self.s[self.tokens[j - 1].end - 1] == "多":
            return [Token(v.LOW, 0, 0, False)]
        if j >= len(self.tokens) or self.kinds[j + 1] == v.NUM:
            return []
        token = self.tokens[j]
        char = self.s[token.start]
        kind = v.LOW if char in "多大高" else v.HIGH if char in "少小低" else ""
        return [Token(kind, token.start, token.end, False)] if kind else []

    def bounds(self, i: int) -> tuple[list[Token], int]:
        """The bound words from ``i`` on, and the index after them and the small words between."""
        bounds: list[Token] = []
        j = i
        while j < i + REACH:
            kind = self.kinds[j]
            if kind in BEFORE:
                bounds.append(self.tokens[j])
            elif kind == v.TO and self.s[self.tokens[j].start] == "~" and not bounds:
                bounds.append(Token(v.ABOUT, self.tokens[j].start, self.tokens[j].end, None))
            elif kind != v.BETWEEN and not (bounds and kind == v.LINK):
                break
            j += 1
        return bounds, j

    def operand(self, i: int, nested: bool = False) -> Term | None:
        """The number at ``i`` with its currency, sign, unit and note; a ``nested`` one has no note of its own."""
        kinds, j, kind = self.kinds, i, BARE
        if kinds[j] == v.SPAN:
            months = Decimal(str(self.tokens[j].data))
            return Term(i, i + 1, months, months, kind=v.TIME, unit="月", numerals=(NO_NUMERAL,), said=True)
        while kinds[j] in CURRENCIES and j < i + 3:
            kind = v.FOREIGN if v.FOREIGN in (kind, kinds[j]) else v.YUAN
            j += 1
        if j > i and kinds[j] == v.LINK:
            j += 1
        negative = kinds[j] == v.MINUS or (kinds[j] == v.TO and self.is_minus(i, j))
        j += negative
        if kinds[j] != v.NUM:
            return None
        numeral = self.tokens[j].data
        assert isinstance(numeral, Numeral)
        term = Term(i, j + 1, numeral.lo, numeral.hi, True, not numeral.open, False, kind, "", (numeral,))
        term.trouble, term.negative, term.said = numeral.trouble, negative, kind != BARE
        self.unit(term, i)
        term.prefixed = term.kind in CURRENCIES and term.last == j + 1
        if numeral.near:
            term.widen()
        if negative:
            term.times(-1)
            term.lo, term.hi = term.hi, term.lo
        if kinds[term.last] == v.OPEN and not nested and (end := self.note(term)):
            term.last = end
        return term

    def is_minus(self, i: int, j: int) -> bool:
        """A dash is a minus when it touches the number and has no number before it."""
        dash = self.tokens[j]
        if self.s[dash.start : dash.end] != "-":
            return False
        touching = j + 1 < len(self.tokens) and self.tokens[j + 1].start == dash.end
        before = self.kinds[i - 1] if i else v.STOP
        return before in (v.LINK, v.MEASURE) or (touching and before in (v.STOP, v.COMMA, v.OPEN, v.VERB, v.OTHER, v.AND))

    def unit(self, term: Term, i: int) -> None:
        j = term.last
        kind = self.kinds[j]
        if kind in CURRENCIES:
            if self.piece(j):
                term.kind, term.said, term.last = v.LABEL, True, j + 1
                return
            while self.kinds[j] in CURRENCIES and j < term.last + 4:
                term.kind = v.FOREIGN if v.FOREIGN in (term.kind, self.kinds[j]) else v.YUAN
                j += 1
            term.last, term.said = j, True
            self.coins(term)
        elif kind == v.JIAO:
            term.times(COINS[0][1] if self.tokens[j].data is None else COINS[1][1])
            term.kind, term.said, term.last = v.YUAN, True, j + 1
        elif kind == v.COUNT and self.kinds[j + 1] == v.FOREIGN:
            term.kind, term.said, term.last = v.FOREIGN, True, j + 2
        elif kind in UNITS and term.kind == BARE:
            data = self.tokens[j].data
            term.kind, term.unit, term.said, term.last = kind, str(data or ""), True, j + 1
            if kind == v.PERCENT and isinstance(data, int):
                term.times(data)
            elif data == "年" and names_year(term.numerals[0].digits, self.names_behind(j + 1)):
                term.kind = v.DATE
        elif i and self.kinds[i - 1] == v.CENT:
            term.kind, term.said = v.PERCENT, True
        if i and self.kinds[i - 1] == v.ORDINAL and term.kind not in CURRENCIES and not term.scaled:
            term.kind, term.said = v.LABEL, True

    def names_behind(self, j: int) -> bool:
        return self.kinds[j] == v.MEASURE or (j < len(self.tokens) and self.s[self.tokens[j].start] in "度底末初")

    def piece(self, j: int) -> bool:
        """Whether 块 counts pieces (三块地) rather than yuan (三块, 三块钱)."""
        token = self.tokens[j]
        if self.s[token.start : token.end] != "块" or self.kinds[j + 1] != v.OTHER:
            return False
        return self.s[token.end] not in "的吧呢啊吗呀嘛左就能可给你我他" and not self.s[token.end].isascii()

    def coins(self, term: Term) -> None:
        """角 and 分 after 元: 50元6角三分, 五块三毛, 三块五."""
        whole = term.last
        for kind, factor in COINS:
            j = term.last
            if self.kinds[j] != v.NUM or self.tokens[j].start != self.tokens[j - 1].end:
                continue
            numeral = self.tokens[j].data
            assert isinstance(numeral, Numeral) and term.lo is not None and term.hi is not None
            slang = j == whole and kind == v.JIAO and self.s[self.tokens[j - 1].start] == "块"
            if numeral.hi >= 10 or numeral.lo % 1:
                continue
            if self.kinds[j + 1] == kind or (kind == v.FEN and self.kinds[j + 1] == v.JIAO and self.tokens[j + 1].data):
                term.last += 2
            elif slang and not term.scaled and self.kinds[j + 1] not in UNITS | CURRENCIES:
                term.last += 1
            else:
                continue
            term.lo, term.hi = term.lo + numeral.lo * factor, term.hi + numeral.hi * factor

    def range(self, term: Term, between: bool) -> bool:
        """``term`` up to a second operand: 3000-5000万, 5000万到1亿之间, 七、八千万."""
        j = term.last
        kind = self.kinds[j]
        if kind not in (v.TO, v.AND):
            return False
        second = self.operand(j + 1)
        if second is None or second.negative or second.lo is None:
            return False
        closing = self.kinds[second.last] == v.BETWEEN
        if kind == v.AND and not (between or closing) and not self.enumerated(term, second, j):
            return False
        if is_year(second):
            if names_year(term.numerals[0].digits, True):
                term.kind, term.unit = v.DATE, "年"
            return False
        included = term.included
        borrow(term, second)
        if term.kind != second.kind or term.unit != second.unit:
            return False
        if term.lo is not None and term.lo > second.lo:
            term.trouble = term.trouble or "contradictory"
        term.lo_closed = included is not False
        term.hi, term.hi_closed = second.hi, second.hi_closed and second.included is not False
        term.trouble = term.trouble or second.trouble
        term.numerals = (*term.numerals, *second.numerals)
        term.last = second.last + closing
        term.said = term.said or second.said
        term.approximate = term.approximate or second.approximate
        return True

    def enumerated(self, term: Term, second: Term, j: int) -> bool:
        """七、八千万 is a guess, said with a pause; 3000万、5000万 is a list."""
        a, b = term.numerals[0], second.numerals[0]
        char = self.s[b.start]
        return (
            self.s[self.tokens[j].start] == "、" and term.kind == BARE and a.tail == b.tail // b.tail and a.end == a.start + 1
            and self.s[a.start] in v.HAN_DIGITS and char in v.HAN_DIGITS and b.tail > 1
            and (a.lo + 1 == v.HAN_DIGITS[char] or (a.lo, v.HAN_DIGITS[char]) == (3, 5))
        )  # fmt: skip

    def interval(self, i: int) -> Term | None:
        """[2000万, 5000万): brackets tell which end belongs to it."""
        opening = self.s[self.tokens[i].start]
        first = self.operand(i + 1)
        if first is None or self.kinds[first.last] not in (v.COMMA, v.AND):
            return None
        second = self.operand(first.last + 1)
        if second is None or self.kinds[second.last] != v.CLOSE or second.lo is None:
            return None
        closing = self.s[self.tokens[second.last].start]
        if (opening, closing) not in (("[", "]"), ("[", ")"), ("(", "]")) or not (second.scaled or second.said):
            return None
        borrow(first, second)
        first.hi, first.lo_closed, first.hi_closed = second.hi, opening == "[", closing == "]"
        first.numerals, first.said = (*first.numerals, *second.numerals), first.said or second.said
        first.first, first.last, first.bounded = i, second.last + 1, True
        return first

    def note(self, term: Term) -> int:
        """End of the parenthesis after a number when it says 含, names the unit or gives the amount again; else 0."""
        kinds, j = self.kinds, term.last + 1
        if kinds[j] in (v.INCLUDED, v.EXCLUDED):
            named = self.operand(j + 1, nested=True)
            end = named.last if named and named.lo == term.lo and self.is_money(named) else j + 1
            if kinds[end] != v.CLOSE:
                return 0
            term.included = kinds[j] == v.INCLUDED
            return end + 1
        if unit := self.unit_only(j):
            end, factor, currency = unit
            if kinds[end] != v.CLOSE or (factor > 1 and (term.scaled or term.said)):
                return 0
            term.times(factor)
            term.kind = v.FOREIGN if v.FOREIGN in (term.kind, currency) else currency
            term.said = True
            return end + 1
        while kinds[j] in (v.WORDS, v.LINK):
            j += 1
        bounds, j = self.bounds(j)
        again = self.operand(j, nested=True)
        if again is None or not (self.is_money(term) and self.is_money(again)):
            return 0
        apply(again, bounds)
        end = again.last + (kinds[again.last] == v.WORDS)
        if kinds[end] != v.CLOSE:
            return 0
        self.restate(term, again)
        return end + 1

    def is_money(self, term: Term) -> bool:
        return term.kind in CURRENCIES or (term.kind == BARE and (term.scaled or len(term.numerals[0].digits) > 4))

    def restate(self, term: Term, again: Term) -> None:
        """The amount given again: the same, in another currency, or in contradiction."""
        if term.kind == v.FOREIGN and again.kind != v.FOREIGN:
            term.lo, term.hi, term.lo_closed, term.hi_closed = again.lo, again.hi, again.lo_closed, again.hi_closed
            term.approximate, term.trouble, term.numerals = again.approximate, again.trouble, again.numerals
            term.kind = v.YUAN
        elif again.kind != v.FOREIGN and not (same(term, again) or same(again, term)):
            term.trouble = term.trouble or "contradictory"

    def inclusion(self, term: Term) -> None:
        """（包含2000万元，不含5000万元） after a range says which end belongs to it."""
        kinds = self.kinds
        j = term.last + (kinds[term.last] == v.OF)
        if kinds[j] != v.OPEN:
            return
        lo_closed, hi_closed = term.lo_closed, term.hi_closed
        limit, j = j + 2 * REACH, j + 1
        while j < limit and kinds[j] in (v.INCLUDED, v.EXCLUDED):
            within = kinds[j] == v.INCLUDED
            end = self.operand(j + 1, nested=True)
            if end is None or end.lo not in (term.lo, term.hi):
                return
            if end.lo == term.lo:
                lo_closed = within
            else:
                hi_closed = within
            j = end.last
            while kinds[j] in (v.COMMA, v.OF, v.AND):
                j += 1
        if kinds[j] == v.CLOSE and j > term.last + 2:
            term.lo_closed, term.hi_closed, term.last = lo_closed, hi_closed, j + 1

    def unit_only(self, j: int) -> tuple[int, int, str] | None:
        """End, factor and currency of a unit without a number: 元, 万元, 人民币亿元, 万美元."""
        kinds, start, factor = self.kinds, j, 1
        while kinds[j] in CURRENCIES:
            j += 1
        if kinds[j] == v.NUM:
            numeral = self.tokens[j].data
            assert isinstance(numeral, Numeral)
            if not numeral.bare:
                return None
            factor, j = int(numeral.lo), j + 1
        while kinds[j] in CURRENCIES:
            j += 1
        if j == start:
            return None
        return j, factor, v.FOREIGN if v.FOREIGN in kinds[start:j] else v.YUAN

    def unit_heading(self, i: int) -> int:
        """营业收入（万元）, 营业收入/万元 or 单位：万元 sets the unit of bare numbers to come; its end, or 0."""
        kinds, j = self.kinds, i
        opened = kinds[j] in (v.OPEN, v.SLASH)
        j += opened
        declared = kinds[j] == v.UNIT_WORD
        if declared:
            j += 1 + (kinds[j + 1] == v.LINK)
        unit = self.unit_only(j)
        if unit is None or (kinds[i] == v.OPEN and kinds[unit[0]] != v.CLOSE):
            return 0
        if declared or (i and kinds[i - 1] == v.MEASURE):
            self.heading = (unit[1], unit[2])
            return unit[0] + (kinds[i] == v.OPEN)
        return 0

    def headed(self, term: Term) -> None:
        """Give a bare number the unit of the heading it stands under."""
        if self.heading is None or term.kind != BARE or term.scaled or term.trouble:
            return
        for k in range(term.first - 1, max(term.first - 2 * REACH, -1), -1):
            if self.kinds[k] == v.MEASURE:
                term.times(self.heading[0])
                term.kind, term.said = self.heading[1], True
                return

    def join(self, a: Term, b: Term) -> Term | None:
        """One term of two: bounds on both sides (大于5000万小于等于1亿), or the amount given again (大写…)."""
        if b.first - a.last > 4:
            return None
        between = self.kinds[a.last : b.first]
        if not between and (calendar := self.calendar(a, b)):
            return calendar
        if (v.WORDS in between or not between) and self.is_money(a) and self.is_money(b) and a.exact and b.exact:
            if not between and a.lo != b.lo:
                return None
            self.restate(a, b)
            a.last = b.last
            return a
        mirrored = a.bounded and a.last and self.s[self.tokens[a.last - 1].start] in MIRROR
        if any(kind not in GLUE and not (mirrored and kind in (v.MEASURE, v.OTHER)) for kind in between):
            return None
        if a.kind != b.kind and a.kind != BARE:
            return None
        term = merged(a, b)
        return None if term and term.trouble == "contradictory" and v.COMMA in between else term

    def calendar(self, a: Term, b: Term) -> Term | None:
        """2024年, 1月 and 1日 are one date; 一年 and 三个月 one duration."""
        if a.kind == v.DATE and b.kind == v.LABEL and (a.unit, b.unit) in (("年", "月"), ("月", "日")):
            return replace(b, first=a.first, kind=v.DATE, numerals=a.numerals + b.numerals)
        if a.kind == b.kind == v.TIME and a.unit == "年" and b.unit == "月" and a.exact and b.exact:
            assert a.lo is not None and b.lo is not None
            months = a.lo * 12 + b.lo
            return replace(b, first=a.first, lo=months, hi=months)
        return None


NO_NUMERAL = Numeral(0, 0, Decimal(0), Decimal(0))
