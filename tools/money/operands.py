"""Numbers with their currency, sign and unit: the operands of the amount grammar.

::

    operand = currency? "-"? NUM unit?
    unit    = 元 (NUM 角)? (NUM 分)? | foreign | 家 | 年 | % | …
"""

from __future__ import annotations

from decimal import Decimal

from tools.money import vocabulary as v
from tools.money.classifiers import counts
from tools.money.moments import names_year
from tools.money.numerals import Numeral
from tools.money.terms import BARE, Term
from tools.money.tokens import Token

REACH = 8  # tokens a rule may look ahead
CURRENCIES = frozenset({v.YUAN, v.FOREIGN})
UNITS = frozenset({v.COUNT, v.TIME, v.PERCENT, v.LABEL})
CONTRACTED = frozenset("俩仨")  # 两个, 三个
NAMED = UNITS | CURRENCIES | {v.JIAO, v.FEN}
UNKNOWN = UNITS | {v.OTHER, v.BETWEEN}  # 间 is between, or counts rooms
MINUS_AFTER = frozenset({v.STOP, v.COMMA, v.OPEN, v.VERB, v.OTHER, v.AND})
JIAO, FEN = Decimal("0.1"), Decimal("0.01")
NO_NUMERAL = Numeral(0, 0, Decimal(0), Decimal(0))


class Operands:
    """Reads operands; every method takes the index of the token to read at."""

    def __init__(self, s: str, tokens: list[Token]) -> None:
        self.s = s
        self.tokens = tokens
        self.kinds = [token.kind for token in tokens] + [v.STOP] * (REACH * 3)

    def word(self, j: int) -> str:
        """The text of a token."""
        token = self.tokens[j]
        return self.s[token.start : token.end]

    def plain(self, i: int) -> Term | None:
        """The number at ``i`` with its currency, sign and unit."""
        kinds, j, kind = self.kinds, i, BARE
        if kinds[i] == v.SPAN:
            months = Decimal(str(self.tokens[i].data))
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
        term = Term(i, j + 1, numeral.lo, numeral.hi, hi_closed=not numeral.open, kind=kind, numerals=(numeral,))
        term.trouble, term.negative, term.said, term.scaled = numeral.trouble, negative, kind != BARE, numeral.big > 1
        if numeral.near:
            term.roughly(numeral.part)
        self.unit(term, i)
        term.prefixed = kind != BARE and term.last == j + 1
        if negative:
            term.times(-1)
            term.lo, term.hi = term.hi, term.lo
        return term

    def is_minus(self, i: int, j: int) -> bool:
        """A dash is a minus when it touches the number and has no number or Latin word before it."""
        dash = self.tokens[j]
        if self.s[dash.start : dash.end] != "-" or (dash.start and self.s[dash.start - 1] in v.LATIN):
            return False
        touching = j + 1 < len(self.tokens) and self.tokens[j + 1].start == dash.end
        before = self.kinds[i - 1] if i else v.STOP
        return before in (v.LINK, v.MEASURE) or (touching and before in MINUS_AFTER)

    def unit(self, term: Term, i: int) -> None:
        """The unit after the number, or before it (百分之三十, 第三档)."""
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
        elif kind == v.NUM and term.scaled and term.kind == BARE:
            self.coins(term)
            if term.last > j:  # 两万零五毛
                term.kind, term.said = v.YUAN, True
        elif kind == v.JIAO and not term.scaled:
            term.times(JIAO if self.tokens[j].data is None else FEN)
            shape = self.s[term.numerals[0].start] in v.HAN_DIGITS and self.word(j) in ("角", "毛")
            term.said, term.last = True, j + 1
            self.coins(term)
            if shape and term.kind != v.YUAN and term.last == j + 1:
                term.kind = v.LABEL  # 长三角, 三毛
            else:
                term.kind = v.YUAN
        elif kind == v.OWNER and self.tokens[j].data == "suffix" and self.word(j - 1) in CONTRACTED:
            term.kind, term.unit, term.said, term.last = v.COUNT, "家", True, j + 1
        elif kind == v.COUNT and self.kinds[j + 1] == v.FOREIGN:
            term.kind, term.said, term.last = v.FOREIGN, True, j + 2
        elif term.kind == BARE and self.counted(term, j):
            if kind in UNITS:
                self.other_unit(term, j)
            else:
                term.kind, term.said = v.LABEL, True
        elif i and self.kinds[i - 1] == v.CENT:
            term.kind, term.unit, term.said = v.PERCENT, "%", True
        ordered = i > 0 and self.kinds[i - 1] == v.ORDINAL and not term.scaled
        if ordered and (term.kind not in CURRENCIES or term.lo == 1):  # 第三档, 第一块钱
            term.kind, term.said = v.LABEL, True

    def counted(self, term: Term, j: int) -> bool:
        """Whether a unit that is no currency stands at ``j``; 8000万 is money but before one that is certain."""
        if term.scaled:
            return self.kinds[j] in UNKNOWN and counts(self.s, self.tokens[j].start)
        return self.kinds[j] in UNITS

    def other_unit(self, term: Term, j: int) -> None:
        data = self.tokens[j].data
        term.kind, term.said, term.last = self.kinds[j], True, j + 1
        term.unit = "%" if term.kind == v.PERCENT else str(data or "")
        if term.kind == v.PERCENT and isinstance(data, int):
            term.times(data)
        elif data == "年" and names_year(term.numerals[0].digits, self.behind_year(j + 1)):
            term.kind = v.DATE

    def behind_year(self, j: int) -> bool:
        return self.kinds[j] == v.MEASURE or (j < len(self.tokens) and self.s[self.tokens[j].start] in "度底末初")

    def piece(self, j: int) -> bool:
        """Whether 块 counts pieces (三块地) rather than yuan (三块, 三块钱)."""
        token = self.tokens[j]
        if self.s[token.start : token.end] != "块" or self.kinds[j + 1] != v.OTHER:
            return False
        return self.s[token.end] not in "的吧呢啊吗呀嘛左就能可给你我他" and not self.s[token.end].isascii()

    def coins(self, term: Term) -> None:
        """角 and 分 after 元: 50元6角三分, 五块三毛, 三块五, 八块八毛八."""
        whole = term.last
        for kind, factor in ((v.JIAO, JIAO), (v.FEN, FEN)):
            j = term.last
            if self.kinds[j] != v.NUM or self.tokens[j].start != self.tokens[j - 1].end:
                continue
            numeral = self.tokens[j].data
            assert isinstance(numeral, Numeral)
            if numeral.hi >= 10 or numeral.lo % 1 or term.lo is None or term.hi is None:
                continue
            following = self.kinds[j + 1]
            if following == v.JIAO and self.tokens[j + 1].data:
                following = v.FEN  # 分钱
            if following == kind:
                term.last += 2
            elif self.slang(term, j, whole, kind):
                term.last += 1
            else:
                continue
            term.lo, term.hi = term.lo + numeral.lo * factor, term.hi + numeral.hi * factor
        j = term.last
        if self.kinds[j] == v.NUM and self.kinds[j - 1] == v.JIAO and self.tokens[j].start == self.tokens[j - 1].end:
            numeral = self.tokens[j].data
            if isinstance(numeral, Numeral) and len(numeral.digits) > 1:  # 五块五毛五一个: the coin left over
                term.trouble = term.trouble or "unreadable"

    def slang(self, term: Term, j: int, whole: int, kind: str) -> bool:
        """Whether the digit at ``j`` counts the next smaller coin without naming it: 三块五, 八毛八."""
        start, before = self.tokens[j].start, self.tokens[j - 1]
        if self.kinds[j + 1] in NAMED or self.s[start : start + 2] in v.WORD_STARTS:
            return False
        zero = self.s[start] in "零〇0"
        if before.kind != v.JIAO:  # 三块五 is 3.5, 三块零五 is 3.05
            slang = j == whole and self.s[before.start] == "块" and term.numerals[0].scale == 1
            return slang and zero == (kind == v.FEN)
        named = self.kinds[j + 1] == v.OTHER and j == whole  # 九毛九餐厅
        return kind == v.FEN and before.data is None and not zero and not named

    def is_money(self, term: Term) -> bool:
        """Whether the term is an amount of money, or digits long enough to stand for one again (80000000)."""
        return term.kind in CURRENCIES or (term.kind == BARE and (term.scaled or len(term.numerals[0].digits) > 4))
