"""What parentheses and headings say of the numbers beside them.

::

    note      = "(" 含 operand? | 不含 operand? | unit | the same amount again ")"
    inclusion = "(" (包含 | 不含) operand ("，" (包含 | 不含) operand)? ")"
    heading   = "(" 万? 元 ")" | "/" 万? 元 | 单位 ":" 万? 元       the unit of the bare numbers after it
"""

from __future__ import annotations

from tools.money import vocabulary as v
from tools.money.numerals import Numeral
from tools.money.operands import CURRENCIES, REACH, Operands
from tools.money.terms import BARE, Term, apply, same
from tools.money.tokens import Token

UNIT_NAMES = frozenset({"元", "圆", "块", "yuan"})
BEFORE = frozenset({v.LOW, v.HIGH, v.ABOUT, v.NEAR, v.JUST, v.UP, v.EITHER_LOW, v.EITHER_HIGH, v.EITHER_NEAR})

WITHIN = ([v.INCLUDED, v.CLOSE], [v.EXCLUDED, v.CLOSE])


class Notes(Operands):
    """Operands with their notes."""

    def __init__(self, s: str, tokens: list[Token]) -> None:
        super().__init__(s, tokens)
        self.floor = 0  # the token after the last term; what stands before it is said of that one
        self.heading: tuple[int, str] | None = None  # factor and currency of the bare numbers that follow

    def operand(self, i: int) -> Term | None:
        """The number at ``i`` with its currency, sign, unit and note."""
        term = self.plain(i)
        if term is not None and self.kinds[term.last] == v.OPEN and (end := self.note(term)):
            term.last = end
        return term

    def bounds(self, i: int) -> tuple[list[Token], int]:
        """The bound words from ``i`` on, and the index after them and the small words between."""
        bounds: list[Token] = []
        j = i
        while j < i + REACH:
            kind = self.kinds[j]
            close = bounds and bounds[-1].kind == v.EITHER_NEAR
            if close and kind == v.LINK and self.word(j) == ":":  # 还差一点:500万元 tells what is missing
                return [], j
            if kind in BEFORE:
                bounds.append(self.tokens[j])
            elif kind == v.TO and not bounds and self.s[self.tokens[j].start] == "~":
                bounds.append(Token(v.ABOUT, self.tokens[j].start, self.tokens[j].end, None))
            elif bounds and kind == v.OPEN and self.kinds[j + 1 : j + 3] in WITHIN:  # 不得低于（含）3000万元
                bounds[-1], j = bounds[-1]._replace(data=self.kinds[j + 1] == v.INCLUDED), j + 2
            elif kind != v.BETWEEN and not (bounds and kind == v.LINK) and not (close and kind == v.TO):
                break
            j += 1
        return bounds, j

    def note(self, term: Term) -> int:
        """End of the parenthesis after a number when it says 含, names the unit or gives the amount again; else 0."""
        kinds, j = self.kinds, term.last + 1
        if kinds[j] in (v.INCLUDED, v.EXCLUDED):
            named = self.plain(j + 1)
            end = named.last if named and named.lo == term.lo and self.is_money(named) else j + 1
            if kinds[end] != v.CLOSE:
                return 0
            term.included = kinds[j] == v.INCLUDED
            return end + 1
        if unit := self.unit_only(j):
            return self.unit_note(term, *unit)
        while kinds[j] in (v.WORDS, v.LINK):
            j += 1
        bounds, j = self.bounds(j)
        again = self.plain(j)
        if again is None or not (self.is_money(term) and self.is_money(again)):
            return 0
        apply(again, bounds)
        end = again.last + (kinds[again.last] == v.WORDS)
        if kinds[end] != v.CLOSE:
            return 0
        self.restate(term, again)
        return end + 1

    def unit_note(self, term: Term, end: int, factor: int, currency: str) -> int:
        """8000（万元）, 8000万（元）, 8000万元（美元）."""
        if self.kinds[end] != v.CLOSE or (factor > 1 and (term.scaled or term.said)):
            return 0
        term.times(factor)
        term.kind = v.FOREIGN if v.FOREIGN in (term.kind, currency) else currency
        term.said = True
        return end + 1

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
        lo_closed, hi_closed, said = term.lo_closed, term.hi_closed, False
        limit, j = j + 2 * REACH, j + 1
        while j < limit and kinds[j] in (v.INCLUDED, v.EXCLUDED):
            end = self.plain(j + 1)
            if end is None or end.lo not in (term.lo, term.hi):
                return
            within, said = kinds[j] == v.INCLUDED, True
            if end.lo == term.lo:
                lo_closed = within
            else:
                hi_closed = within
            j = end.last
            while kinds[j] in (v.COMMA, v.OF, v.AND):
                j += 1
        if said and kinds[j] == v.CLOSE:
            term.lo_closed, term.hi_closed, term.last = lo_closed, hi_closed, j + 1

    def unit_only(self, j: int) -> tuple[int, int, str] | None:
        """End, factor and currency of a unit without a number: 元, 万元, 人民币亿元, 万美元."""
        kinds, start, factor = self.kinds, j, 1
        while kinds[j] in CURRENCIES and j < start + REACH:
            j += 1
        if kinds[j] == v.NUM:
            numeral = self.tokens[j].data
            assert isinstance(numeral, Numeral)
            if not numeral.bare:
                return None
            factor, j = int(numeral.lo), j + 1
        while kinds[j] in CURRENCIES and j < start + REACH:
            j += 1
        named = factor > 1 or v.FOREIGN in kinds[start:j] or any(self.word(k) in UNIT_NAMES for k in range(start, j))
        if not named:
            return None  # 人民币 names a currency, not a unit
        return j, factor, v.FOREIGN if v.FOREIGN in kinds[start:j] else v.YUAN

    def unit_heading(self, i: int) -> int:
        """金额（万元）, 营业收入/万元 or 单位：万元 sets the unit of bare numbers to come; its end, or 0."""
        kinds = self.kinds
        j = i + (kinds[i] in (v.OPEN, v.SLASH))
        declared = kinds[j] == v.UNIT_WORD
        if declared:
            j += 1 + (kinds[j + 1] == v.LINK)
        elif kinds[i] == v.SLASH and not (i and kinds[i - 1] == v.MEASURE):
            return 0
        unit = self.unit_only(j)
        if unit is None or (kinds[i] == v.OPEN and kinds[unit[0]] != v.CLOSE):
            return 0
        self.heading = (unit[1], unit[2])
        return unit[0] + (kinds[i] == v.OPEN)

    def headed(self, term: Term) -> None:
        """Give a bare number the unit of the heading it stands under."""
        if self.heading is None or term.kind != BARE or term.scaled or term.trouble:
            return
        nearby = range(term.first - 1, max(term.first - 2 * REACH, -1), -1)
        if v.MEASURE in (self.kinds[k] for k in nearby):
            term.times(self.heading[0])
            term.kind, term.said = self.heading[1], True
