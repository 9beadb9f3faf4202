"""Terms of the grammar and what the sentence says of them, put together into a :class:`Reading`."""

from __future__ import annotations

import datetime
import unicodedata
from decimal import Context, Decimal, localcontext

from tools.errors import MoneyError
from tools.money import vocabulary as v
from tools.money.characters import Prepared, prepare
from tools.money.grammar import parse
from tools.money.lexicon import DEFAULT, Lexicon
from tools.money.moments import date, duration, full_year
from tools.money.numerals import LARGEST
from tools.money.owners import assign, directly, lettered
from tools.money.reading import Amount, Date, Quantity, Reading, Refusal, Year
from tools.money.sentence import REWARD, Said, describe
from tools.money.terms import BARE, Term
from tools.money.tokens import Token, tokenize

EXACT = Context(prec=80)
WAN = Decimal(10**4)
SHOWN = 40  # characters of an amount repeated in a message
Span = tuple[str, int, int]
# without a token of these kinds the text says nothing of its amounts but how much they are
SPEAKING = frozenset({v.MEASURE, v.VERB, v.OWNER, v.REST, v.NOT, v.MORE, v.LESS, v.TOTAL, v.EACH, v.OTHER, v.COUNT})
MESSAGES = {
    "no_unit": "「{text}」没有写单位，请写成“{text}万元”或“{text}元”这样带单位的金额。",
    "foreign": "「{text}」是外币，请折算成人民币再写，例如“5000万元”。",
    "negative": "「{text}」是负数，请写不小于零的金额，例如“5000万元”。",
    "contradictory": "「{text}」前后不一致，请只写一个正确的金额，例如“5000万元”。",
    "unreadable": "「{text}」看不明白是多少，请写成“5000万元”或“50,000,000元”这样的金额。",
    "ambiguous": "「{text}」可能有两种读法，请把单位写全，例如“1亿2000万元”或“100,002,000元”。",
    "too_large": "「{text}」大得不像实际金额，请核对后写成“5000万元”这样的金额。",
}


def read(text: str, lexicon: Lexicon = DEFAULT) -> Reading:
    """Everything about money and numbers in ``text``, each item with its span in it."""
    prepared = prepare(text)
    with localcontext(EXACT):
        tokens = tokenize(prepared.text, lexicon.index)
        terms = parse(prepared.text, tokens)
        return _Builder(text, prepared, tokens, terms).build()


def parse_one(text: str) -> Amount:
    """The one amount in ``text``; MoneyError with the reason when there is none, or more than one."""
    reading = read(text)
    if reading.error:
        raise MoneyError(reading.error)
    if len(reading.amounts) != 1:
        shown = text if len(text) <= SHOWN else text[:SHOWN] + "…"
        reason = "没有读到金额" if not reading.amounts else f"读到{len(reading.amounts)}个金额"
        raise MoneyError(f"「{shown}」里{reason}，请只写一个带单位的金额，例如“8000万元”。")
    return reading.amounts[0]


class _Builder:
    """Turns terms into the items of a :class:`Reading`."""

    def __init__(self, text: str, prepared: Prepared, tokens: list[Token], terms: list[Term]) -> None:
        self.text, self.prepared, self.tokens, self.terms = text, prepared, tokens, terms
        self.amounts: list[Amount] = []
        self.refusals: list[Refusal] = []
        self.quantities: dict[str, list[Quantity]] = {v.COUNT: [], v.TIME: [], v.PERCENT: []}
        self.years: list[Year | Date] = []
        self.bare: list[Refusal] = []  # a firm's numbers without a unit, kept where nothing else is told of it
        kinds = {token.kind for token in tokens}
        self.in_yuan = v.YUAN in kinds and v.FOREIGN not in kinds  # the text names its currency, if only once

    def build(self) -> Reading:
        s, tokens, terms = self.prepared.text, self.tokens, self.terms
        kinds = {token.kind for token in tokens}
        bare = v.MEASURE not in kinds and all(term.kind == BARE and not term.scaled for term in terms)
        firms = lettered(s, tokens, self.name)
        if (bare and not firms) or SPEAKING.isdisjoint(kinds):
            for term in terms:
                self.add(term, Said(), None)
        else:
            owners = assign(s, tokens, terms, self.name)
            for term, words, owner in zip(terms, describe(s, tokens, terms), owners, strict=True):
                self.add(term, words, None if words.total else owner)
        for token in self.tokens:
            if token.kind == v.YEAR and isinstance(token.data, int):
                self.years.append(Year(*self.span(token.start, token.end), None, token.data))
            elif token.kind == v.DATE and isinstance(token.data, datetime.date):
                self.years.append(Date(*self.span(token.start, token.end), token.data))
        years = tuple(sorted(self.years, key=lambda year: year.start))
        counts, durations, percents = (tuple(self.quantities[kind]) for kind in (v.COUNT, v.TIME, v.PERCENT))
        told = {one.owner for one in self.amounts} | {one.owner for one in self.refusals}
        refusals = [*self.refusals, *(one for one in self.bare if one.owner not in told)]
        refusals.sort(key=lambda one: one.start)
        return Reading(tuple(self.amounts), counts, durations, years, percents, tuple(refusals), firms)

    def span(self, start: int, end: int) -> tuple[str, int, int]:
        first, last = self.prepared.span(start, end)
        return self.text[first:last], first, last

    def name(self, start: int, end: int) -> str:
        """A name in half width and simplified characters, but with its capitals."""
        chars = []
        for index in range(start, end):
            char = self.prepared.text[index]
            chars.append(unicodedata.normalize("NFKC", self.span(index, index + 1)[0]) if char.isascii() else char)
        return "".join(chars)

    def add(self, term: Term, said: Said, owner: str | None) -> None:
        span = self.span(self.tokens[term.first].start, self.tokens[term.last - 1].end)
        if term.kind == v.FOREIGN:
            self.refuse("foreign", span, said, owner)
        elif term.kind == v.YUAN or (term.kind == BARE and term.scaled):
            self.money(term, said, owner, span)
        elif term.kind == BARE:
            first = term.numerals[0]
            if said.adjacent and not first.bare and (first.hi >= 100 or self.text[span[1]].isdecimal()):
                self.refuse("no_unit", span, said, owner)
            elif owner and not first.bare and first.hi >= 100 and directly(self.tokens, term):
                self.bare.append(self.refusal("no_unit", span, said, owner))
        elif term.kind == v.DATE:
            self.year(term, span)
        elif term.kind in self.quantities:
            self.quantity(term, said, owner, span)

    def money(self, term: Term, said: Said, owner: str | None, span: Span) -> None:
        if self.says_nothing(term, said):
            return
        largest = max(abs(end) for end in (term.lo, term.hi) if end is not None)
        if term.trouble:
            self.refuse(term.trouble, span, said, owner)
        elif any(numeral.english for numeral in term.numerals) and not (term.said or self.in_yuan):
            if said.measure or "illion" in span[0].lower() or span[0].lower().endswith("bn"):
                self.refuse("no_unit", span, said, owner)
        elif largest > (LARGEST if not term.approximate else LARGEST * 11 // 10):
            self.refuse("too_large", span, said, owner)
        elif term.negative:
            self.refuse("negative", span, said, owner)
        else:
            self.amounts.append(
                Amount(
                    *span, _tidy(term.lo), _tidy(term.hi), term.lo_closed, term.hi_closed, term.approximate,
                    said.measure, owner, said.negated, said.change,
                )
            )  # fmt: skip

    def says_nothing(self, term: Term, said: Said) -> bool:
        """Scales without a figure (多少万, 以万元为单位, 上万) and questions (奖几万)."""
        first = term.numerals[0]
        if not first.bare:
            return said.measure == REWARD and not term.bounded and self.prepared.text[first.start] == "几"
        if term.bounded:
            return first.lo == WAN and not (term.said or said.measure)
        after_measure = term.first > 0 and self.tokens[term.first - 1].kind == v.MEASURE
        return first.tail == 1 or not (term.said or after_measure)

    def refuse(self, code: str, span: Span, said: Said, owner: str | None) -> None:
        self.refusals.append(self.refusal(code, span, said, owner))

    def refusal(self, code: str, span: Span, said: Said, owner: str | None) -> Refusal:
        shown = span[0] if len(span[0]) <= SHOWN else span[0][:SHOWN] + "…"
        name = "unreadable" if code == "ambiguous" else code
        return Refusal(name, *span, said.measure, MESSAGES[code].format(text=shown), owner)

    def year(self, term: Term, span: Span) -> None:
        day = date(term) if len(term.numerals) == 3 else None
        self.years.append(Date(*span, day) if day else Year(*span, full_year(term), None))

    def quantity(self, term: Term, said: Said, owner: str | None, span: Span) -> None:
        shown = duration(term) if term.kind == v.TIME else term
        lo, hi, unit = _tidy(shown.lo), _tidy(shown.hi), shown.unit
        self.quantities[term.kind].append(
            Quantity(*span, lo, hi, shown.lo_closed, shown.hi_closed, unit, said.measure, owner)
        )


def _tidy(value: Decimal | None) -> Decimal | None:
    """The same value without trailing zeros or exponent."""
    if value is None:
        return None
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()
