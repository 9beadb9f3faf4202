"""What an amount measures, and whether it is denied or a change: read from the words around it.

A term belongs to the measure said last before it; failing that, to the one said right behind it (8000万的营收);
failing that, in a run of parallel terms, to the measure of the term before. 奖励 and its verbs (拿, 给) govern
only within their clause, and an amount that itself leads to a reward (8000万能拿多少) is never one.
"""

from __future__ import annotations

from dataclasses import dataclass

from tools.money import vocabulary as v
from tools.money.lexicon import INCOME
from tools.money.terms import BARE, Term
from tools.money.tokens import Token

UNKNOWN = 6  # characters of other text that may stand between a measure and its amount across a comma
LINE, LABEL_LENGTH = 12, 2  # tokens of a table's head, characters of a row's name
MONEY = frozenset({v.YUAN, v.FOREIGN, BARE})
PARALLEL = frozenset({
    v.AND, v.OR, v.COMMA, v.LINK, v.NOT, v.MORE, v.LESS, v.EACH, v.YEAR, v.OWNER, v.TO, v.TOTAL, v.OPEN, v.CLOSE,
    v.DATE, v.THAN, v.ABOUT, v.COUNT, v.NUM, v.TIME, v.ORDINAL, v.OTHER, v.WORDS, v.OF, v.STOP, v.LABEL, v.SPAN,
    v.SKIP, v.AFTER_LOW, v.AFTER_HIGH,
})  # fmt: skip
QUIET = frozenset({v.LINK, v.YEAR, v.OF, v.SKIP, v.EACH, v.TOTAL, v.OPEN, v.CLOSE, v.SLASH, v.TO, v.YUAN})
ADJECTIVES = frozenset({v.OTHER, v.SKIP, v.LEVEL, v.LABEL})
REWARD, OTHER_INCOME, TOTAL_INCOME = "奖励", "其他收入", "总收入"
BY_UNIT = {"家": "家数", "人": "人数", "户": "户数"}


@dataclass(slots=True)
class Said:
    """What the sentence says of one term."""

    measure: str | None = None
    negated: bool = False
    change: str = ""
    adjacent: bool = False  # the number stands right beside the measure
    total: bool = False  # 共, 合计: of several
    verb: bool = False  # the measure is only a verb: 拿, 给


def describe(s: str, tokens: list[Token], terms: list[Term]) -> list[Said]:
    """One :class:`Said` for each term, in order."""
    return _Describer(s, tokens, terms).run()


class _Describer:
    def __init__(self, s: str, tokens: list[Token], terms: list[Term]) -> None:
        self.s, self.tokens, self.terms = s, tokens, terms
        self.kinds = [token.kind for token in tokens] + [v.STOP] * 3
        self.firsts = {term.first for term in terms}
        self.measured = v.MEASURE in self.kinds
        self.previous: Said | None = None  # of the amount before, and of the one before that
        self.earlier: Said | None = None
        self.group: Said | None = None  # of the first amount since the last semicolon
        self.condition: Said | None = None  # of the last amount that is not a reward

    def run(self) -> list[Said]:
        result: list[Said] = []
        used = 0
        for position, term in enumerate(self.terms):
            said = Said()
            result.append(said)
            if term.kind == v.COUNT:
                said.measure = BY_UNIT.get(term.unit)
            if term.kind not in MONEY or (term.kind == BARE and not term.scaled and not self.measured):
                continue
            used = max(self.measure(position, term, used, said), term.last)
            said.negated, said.change = self.polarity(term)
            if term.kind != BARE or term.scaled:
                self.remember(term, said)
        return result

    def remember(self, term: Term, said: Said) -> None:
        if self.group is None or self.follows_semicolon(term):
            self.group = said
        self.earlier, self.previous = self.previous, said
        if said.measure != REWARD:
            self.condition = said

    def measure(self, position: int, term: Term, start: int, said: Said) -> int:
        """Set the measure; return the token up to which words are used up."""
        if term.inner >= 0:
            said.measure, said.adjacent = self.name(term.inner), True
            return 0
        before, glued, unknown = self.before(term.first - 1, start)
        after = self.after(position, term, before)
        governed = before is not None and self.kinds[before] == v.VERB
        if before is not None and not (governed and after):
            said.measure, said.adjacent, said.verb = self.name(before), glued, governed
            self.total(term, before, start, said)
            return 0
        if after:
            said.measure, said.adjacent = str(self.tokens[after].data), True
            return after + 1
        if self.previous is None:
            return 0
        between = range(start, term.first - term.held)
        if unknown > UNKNOWN or any(self.kinds[k] not in PARALLEL for k in between):
            return 0
        leads = self.leads(term)
        earlier = self.condition if leads else self.previous
        clause = any(self.kinds[k] in (v.COMMA, v.STOP) for k in between)
        if clause and earlier is not None and earlier.measure == REWARD and (earlier.verb or self.shifted(between)):
            earlier = self.condition
        if self.follows_semicolon(term) and not leads:
            earlier = self.group
        crossed = any(self.kinds[k] == v.STOP for k in between)
        if earlier is not None and not (crossed and unknown > LABEL_LENGTH):
            said.measure = earlier.measure
            self.total(term, None, start, said)
        return 0

    def follows_semicolon(self, term: Term) -> bool:
        return term.first > 0 and self.s[self.tokens[term.first - 1].start] == ";"

    def shifted(self, between: range) -> bool:
        """Whether the clause turns to another year or firm."""
        return any(self.kinds[k] in (v.YEAR, v.OWNER, v.DATE) for k in between)

    def name(self, k: int) -> str | None:
        if self.kinds[k] != v.REST:
            return str(self.tokens[k].data)
        return OTHER_INCOME if self.previous and self.previous.measure in INCOME else None

    def before(self, k: int, start: int) -> tuple[int | None, bool, int]:
        """The token of the measure before ``k``, whether nothing but glue follows it, and the unknown characters."""
        unknown, comma, glued = 0, False, True
        for j in range(k, start - 1, -1):
            kind, token = self.kinds[j], self.tokens[j]
            if kind in (v.MEASURE, v.VERB) or (kind == v.REST and j == k):
                reward = kind == v.VERB or token.data == REWARD
                if comma and (reward or unknown > UNKNOWN):
                    return None, False, unknown
                return j, glued and kind == v.MEASURE, unknown
            if kind == v.STOP and not (unknown <= LABEL_LENGTH and self.is_header(j)):
                return None, False, unknown + sum(t.end - t.start for t in self.tokens[start:j] if t.kind == v.OTHER)
            if kind == v.OTHER:
                unknown += token.end - token.start
                glued = False
            elif kind == v.COMMA:
                comma, glued = True, False
            elif kind not in QUIET:
                glued = False
        return None, False, unknown

    def is_header(self, j: int) -> bool:
        """Whether the line that token ``j`` ends closes with its only measure, as the head of a column does."""
        if self.s[self.tokens[j].start] != "\n" or not j or self.kinds[j - 1] not in (v.MEASURE, v.CLOSE):
            return False
        line = range(max(j - LINE, 0), j)
        start = max((k for k in line if self.kinds[k] == v.STOP), default=line.start)
        return self.kinds[start:j].count(v.MEASURE) == 1

    def after(self, position: int, term: Term, before: int | None) -> int:
        """The token of a measure said right behind the amount, or 0."""
        k, of = term.last, False
        money = term.kind != BARE or term.scaled
        if self.kinds[k] == v.OF and money:
            k = self.past_adjectives(k)
        if self.kinds[k] == v.OF or (before is None and self.kinds[k] == v.LINK and money):
            k, of = k + 1, True
        if self.kinds[k] in ADJECTIVES and k > term.last:
            k, of = k + 1, True
        if self.kinds[k] != v.MEASURE or (not money and not of):
            return 0
        following = self.kinds[k + 1]
        if k + 1 in self.firsts and not of:
            later = self.terms[position + 1]
            if later.first == k + 1 and self.kinds[later.last] != v.MEASURE:
                return 0
        if self.tokens[k].data == REWARD and not of and (following == v.SKIP or k + 1 in self.firsts):
            return 0
        return k

    def past_adjectives(self, k: int) -> int:
        """300万元的国家级产业园专项发展资金: the 的, or the last word before a measure that is no reward."""
        j = k + 1
        while self.kinds[j] in ADJECTIVES and j < k + 5:
            j += 1
        far = j > k + 1 and self.kinds[j] == v.MEASURE and self.tokens[j].data != REWARD
        return j - 1 if far and self.tokens[j].start - self.tokens[k].end <= 2 * UNKNOWN else k

    def leads(self, term: Term) -> bool:
        """Whether the amount is the condition of a reward: 8000万能拿多少, 1亿奖励30万."""
        for k in range(term.last, term.last + 6):
            kind = self.kinds[k] if k < len(self.tokens) else v.STOP
            if kind in (v.COMMA, v.STOP) or k in self.firsts:
                return False
            if kind == v.VERB or (kind == v.MEASURE and self.tokens[k].data == REWARD):
                return True
        return False

    def polarity(self, term: Term) -> tuple[bool, str]:
        """Negation and change said right before the term."""
        k, limit = term.first - 1, term.first - 4
        while k > limit and k >= 0 and self.kinds[k] in (v.LINK, v.MEASURE):
            k -= 1
        if k < 0:
            return False, ""
        kind, direct = self.kinds[k], all(self.kinds[j] == v.LINK for j in range(k + 1, term.first))
        denied = kind == v.NOT and self.kinds[term.first] != v.ABOUT  # 没有大概就是六千万 corrects itself
        return denied, kind if kind in (v.MORE, v.LESS) and direct else ""

    def total(self, term: Term, before: int | None, start: int, said: Said) -> None:
        """共2300万 after 主营1800万 and 其他收入 is the total of both, not the other income."""
        if not term.first or self.kinds[term.first - 1] != v.TOTAL:
            return
        said.total = True
        added = before is not None and any(self.kinds[k] in (v.AND, v.MORE) for k in range(start, before))
        parts = {item.measure for item in (self.previous, None if added else self.earlier) if item} | {said.measure}
        if len(parts) > 1 and (added or before is None) and parts <= INCOME:
            said.measure = TOTAL_INCOME
