"""The grammar over tokens: bounds and ranges around numbers become terms.

::

    term     = interval | bound* operand (TO operand | AND operand BETWEEN)? (after | note)*
    interval = ("[" | "(") operand "," operand (")" | "]")
    after    = 以上 | 以下 | 左右 | 出头 | …
    operand  → tools.money.operands        note, heading → tools.money.notes

Two one-sided terms that belong together (大于5000万小于等于1亿) become one. Every rule looks at a bounded
number of tokens, so the whole is linear in the text.
"""

from __future__ import annotations

from dataclasses import replace

from tools.money import vocabulary as v
from tools.money.around import BOTH_ENDS, FRAME, MIRROR, Around
from tools.money.bounds import EXTREMES
from tools.money.moments import is_year, names_year
from tools.money.notes import BEFORE
from tools.money.numerals import Numeral
from tools.money.operands import CURRENCIES
from tools.money.terms import BARE, Term, apply, borrow, merged
from tools.money.tokens import Token

STARTS = BEFORE | CURRENCIES | {v.NUM, v.MINUS, v.TO, v.BETWEEN, v.SPAN, v.OPEN}
HEADINGS = frozenset({v.UNIT_WORD, v.OPEN, v.SLASH})
RESTATING = frozenset({v.WORDS, v.COMMA, v.LINK, v.OPEN, v.CLOSE, v.AND})
WHOLE = frozenset("整正")
SIGN_GLUE = frozenset({v.OF, v.LINK, v.COMMA, v.OPEN, v.CLOSE, v.YUAN})  # between a sign and its amount
ENDED = frozenset({v.STOP, v.COMMA, v.CLOSE, v.OF, v.LINK})
GLUE = frozenset({v.AND, v.COMMA, v.TO, v.OF})


def parse(s: str, tokens: list[Token]) -> list[Term]:
    """All terms of the tokens of the prepared text ``s``, in order, without overlap."""
    return Parser(s, tokens).run()


class Parser(Around):
    """Recursive descent over tokens."""

    def run(self) -> list[Term]:
        terms: list[Term] = []
        i, size = 0, len(self.tokens)
        while i < size:
            kind = self.kinds[i]
            if kind in HEADINGS and (end := self.unit_heading(i)):
                i = end
                continue
            held = kind in BOTH_ENDS and bool(terms) and self.compares(terms[-1], i)
            if held and self.kinds[i + 1] in BEFORE:  # 80万元>最高50万元
                i += 1
                continue
            term = self.term(i) if kind in STARTS and not self.silent(i) else None
            if term is None:
                i += 1
                continue
            term.held = held
            i = self.floor = term.last
            if terms and self.broken(terms[-1], term):
                continue
            joined = self.join(terms[-1], term) if terms else None
            if joined:
                terms[-1] = joined
            else:
                terms.append(term)
                if term.kind == v.DATE:
                    self.listed_years(terms)
        self.signed(terms)
        return [self.unbound(term) if term.held else term for term in terms]

    def broken(self, a: Term, b: Term) -> bool:
        """Whether ``b`` only goes on with a fraction (1/2亿, 五分之一亿), which is not read: all of it is the unreadable amount."""
        mark = self.s[a.numerals[-1].end : self.tokens[b.first].start] if a.numerals else ""
        if mark.strip() in ("/", "分之", "分之一") and not a.scaled and (b.scaled or b.kind in CURRENCIES):
            a.last, a.trouble, a.kind, a.scaled = b.last, "unreadable", b.kind, True
            a.numerals = (*a.numerals, *b.numerals)
            return True
        return False

    def signed(self, terms: list[Term]) -> None:
        """负的2000万, 为负，两千万, 2000万（负数）: a sign that does not touch its amount."""
        within = {k for term in terms for k in range(term.first, term.last)}
        for k in range(len(self.tokens)):
            if self.kinds[k] != v.MINUS or k in within:
                continue
            closed = self.kinds[k + 1] in ENDED
            later = next((term for term in terms if term.first > k), None)
            if later and self.is_money(later) and set(self.kinds[k + 1 : later.first]) <= SIGN_GLUE:
                later.negative, later.first = True, k
            elif closed and (earlier := next((term for term in reversed(terms) if term.last <= k), None)):
                if earlier.negative:
                    continue
                if set(self.kinds[earlier.last : k]) <= SIGN_GLUE | {v.AND} and self.is_money(earlier):
                    earlier.negative, earlier.last = True, k + 1

    def silent(self, i: int) -> bool:
        """Whether a multiplier without a digit stands between other words, as in a name."""
        if self.kinds[i] != v.NUM or self.kinds[i + 1] != v.OTHER or (i and self.kinds[i - 1] != v.OTHER):
            return False
        numeral = self.tokens[i].data
        return isinstance(numeral, Numeral) and numeral.bare and 1 in (numeral.tail, numeral.big)

    def unbound(self, term: Term) -> Term:
        """The amount held against another one, without the sign between them."""
        plain = self.operand(term.first + 1)
        return replace(plain, held=True) if plain else term

    def compares(self, term: Term, i: int) -> bool:
        """Whether a sign at ``i`` holds the amount before it against the one behind it: 24万元>20万元.

        With a second bound that one is a standard: 8000万元 ≥ 5000万元，且 < 1亿元.
        """
        money = (term.exact or term.held) and self.is_money(term)
        return term.last == i and money and self.s[self.tokens[i].start] in MIRROR

    def term(self, i: int) -> Term | None:
        kind = self.kinds[i]
        if kind == v.OPEN:
            return self.interval(i)
        bounds, j = self.bounds(i) if kind != v.NUM else ([], i)
        term = self.operand(j)
        if term is None:
            return None
        one_sided = bool(bounds and any(token.kind in BOTH_ENDS for token in bounds)) or (
            i > 0 and self.kinds[i - 1] == v.GAP
        )
        ranged = (
            not one_sided and self.kinds[term.last] in (v.TO, v.AND) and self.range(term, v.BETWEEN in self.kinds[i:j])
        )
        if i and j == i and self.kinds[i - 1] == v.THAN:
            bounds = self.compared(term)
        term.first = i - (term.kind == v.PERCENT and i > 0 and self.kinds[i - 1] == v.CENT)
        if self.kinds[term.last] not in (v.STOP, v.COMMA):
            self.after(term, bounds)
        self.headed(term)
        if not one_sided and i and self.kinds[i - 1] in FRAME and self.is_money(term) and (extreme := self.framed(i)):
            bounds = [*bounds, extreme]
        if bounds:
            apply(term, bounds)
        if ranged or self.kinds[term.last] == v.OPEN:
            self.inclusion(term)
        return term

    def range(self, term: Term, between: bool) -> bool:
        """``term`` up to a second operand: 3000-5000万, 5000万到1亿之间, 七、八千万."""
        j = term.last
        second = self.operand(j + 1) if self.kinds[j] in (v.TO, v.AND) else None
        if second is None or second.negative or second.lo is None:
            return False
        closing = self.kinds[second.last] == v.BETWEEN
        if self.kinds[j] == v.AND and not (between or closing or self.enumerated(term, second, j)):
            return False
        if is_year(second):
            if names_year(term.numerals[0].digits, True):
                term.kind, term.unit = v.DATE, "年"
            return False
        if second.kind == BARE and second.scaled and term.kind in CURRENCIES:
            second.kind = term.kind
        if term.kind != BARE and not term.prefixed and (term.kind, term.unit) != (second.kind, second.unit):
            return False
        borrow(term, second)
        if term.lo is not None and term.lo > second.lo:
            term.trouble = term.trouble or "contradictory"
        term.lo_closed = term.included is not False
        term.hi, term.hi_closed = second.hi, second.hi_closed and second.included is not False
        term.trouble = term.trouble or second.trouble
        term.numerals = (*term.numerals, *second.numerals)
        term.last = second.last + closing
        term.said, term.scaled = term.said or second.said, term.scaled or second.scaled
        term.approximate = term.approximate or second.approximate
        return True

    def enumerated(self, term: Term, second: Term, j: int) -> bool:
        """七、八千万 is a guess, said with a pause; 3000万、5000万 is a list."""
        a, b = term.numerals[0], second.numerals[0]
        first, other = self.s[a.start], self.s[b.start]
        if self.word(j) != "、" or term.kind != BARE or a.end > a.start + 1 or b.tail == 1:
            return False
        if first not in v.HAN_DIGITS or other not in v.HAN_DIGITS:
            return False
        pair = v.HAN_DIGITS[first], v.HAN_DIGITS[other]
        return pair[0] + 1 == pair[1] or pair == (3, 5)

    def interval(self, i: int) -> Term | None:
        """[2000万, 5000万): brackets tell which end belongs to it."""
        first = self.plain(i + 1)
        if first is None or self.kinds[first.last] not in (v.COMMA, v.AND):
            return None
        second = self.plain(first.last + 1)
        if second is None or self.kinds[second.last] != v.CLOSE or second.lo is None:
            return None
        opening, closing = self.word(i), self.word(second.last)
        if (opening, closing) not in (("[", "]"), ("[", ")"), ("(", "]")) or not (second.scaled or second.said):
            return None
        borrow(first, second)
        if first.lo is not None and first.lo > second.lo:
            first.trouble = first.trouble or "contradictory"
        first.trouble = first.trouble or second.trouble
        first.hi, first.lo_closed, first.hi_closed = second.hi, opening == "[", closing == "]"
        first.numerals, first.said = (*first.numerals, *second.numerals), first.said or second.said
        first.first, first.last, first.bounded, first.scaled = i, second.last + 1, True, second.scaled
        return first

    def join(self, a: Term, b: Term) -> Term | None:
        """One term of two: bounds on both sides (大于5000万小于等于1亿), or the amount given again (大写…)."""
        if b.first - a.last > 4:
            return None
        between = self.kinds[a.last : b.first]
        if not between and (calendar := self.calendar(a, b)):
            return calendar
        if a.exact and b.exact:
            if not (self.is_money(a) and self.is_money(b) and self.restates(a, b)):
                return None
            self.restate(a, b)
            a.last = b.last
            return a
        mirrored = a.bounded and self.s[self.tokens[a.last - 1].start] in MIRROR
        if any(kind not in GLUE and not (mirrored and kind in (v.MEASURE, v.OTHER)) for kind in between):
            return None
        if a.kind not in (b.kind, BARE):
            return None
        term = merged(a, b)
        if term and mirrored and v.MEASURE in between:
            term.inner = a.last + between.index(v.MEASURE)
        two = v.COMMA in between or (
            b.lo is None and self.tokens[b.first].data in EXTREMES and self.tokens[a.first].data not in EXTREMES
        )
        return None if term and term.trouble == "contradictory" and two else term

    def restates(self, a: Term, b: Term) -> bool:
        """Whether the amount ``b`` only says ``a`` again: 即8000万元, but not 即每家3万元, nor 5000万整是按10万."""
        between = range(a.last, b.first)
        again = any(self.kinds[k] == v.WORDS and self.word(k) not in WHOLE for k in between)
        if again:
            return self.kinds[b.last] != v.SLASH and all(self.kinds[k] in RESTATING for k in between)
        return a.lo == b.lo and all(self.kinds[k] == v.WORDS for k in between)

    def calendar(self, a: Term, b: Term) -> Term | None:
        """2024年, 1月 and 1日 are one date; 一年 and 三个月 one duration."""
        units = a.unit, b.unit
        if a.kind == v.DATE and b.kind == v.LABEL and units in (("年", "月"), ("月", "日")) and len(b.numerals) == 1:
            return replace(b, first=a.first, kind=v.DATE, numerals=a.numerals + b.numerals)
        if a.kind == b.kind == v.TIME and units == ("年", "月") and a.exact and b.exact and a.lo and b.lo:
            months = a.lo * 12 + b.lo
            return replace(b, first=a.first, lo=months, hi=months)
        return None

    def listed_years(self, terms: list[Term]) -> None:
        """2021、2022、2023年: the last term makes years of the bare numbers listed before it."""
        for k in range(len(terms) - 2, -1, -1):
            earlier, later = terms[k], terms[k + 1]
            listed = earlier.kind == BARE and set(self.kinds[earlier.last : later.first]) <= {v.AND}
            if not (listed and names_year(earlier.numerals[0].digits, True)):
                return
            earlier.kind, earlier.unit = v.DATE, "年"
