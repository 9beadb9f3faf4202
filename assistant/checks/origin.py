"""Where it comes from: clauses that exist, quotes that are true, figures with an origin, none of them hidden."""

import re
import unicodedata
from collections.abc import Iterator

from assistant.answer import Origin
from assistant.checks import words as w
from assistant.checks.piece import QUOTE, Piece
from assistant.facts import Facts, Origins
from assistant.figures import Found, values
from corpus.clauses import Clause
from tools.money import vocabulary as v
from tools.money.characters import prepare
from tools.money.lexicon import DEFAULT
from tools.money.tokens import tokenize

_OTHER_QUOTES = re.compile(r"[“\"‘『]([^“”\"‘’『』\n]{4,})[”\"’』]|(?m:^[ \t]*>[ \t]*(.{4,})$)")
_WORDED = re.compile(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|"
                     r"sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|quarter|double|"
                     r"triple|twice|thrice)\b", re.IGNORECASE)  # fmt: skip
# 不到 and 低于 deny no figure here: one that only the user told may be no bound either.
_DENIED = re.compile(rf"(?i){w.DENIES}|扣|说的|提到的|听说的|拿过|领过|已经?拿|已经?领")
_ENGLISH = {
    word: at for at, word in enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 2)
}
_STRUCTURE = re.compile(
    r"[一二三](?=是)|[两二三四五六](?=点|者|种(?:情况|情形|可能)|个(?:方面|部分|要点|情况)|方面|类|句话)"
)
_PINYIN = re.compile(r"\b(?:(?:yi|er|liang|san|si|wu|liu|qi|ba|jiu|shi|bai|qian|wan)\s*){2,}\b", re.IGNORECASE)
_LETTERED = re.compile(r"\d[oOlI](?=[\d万亿千百])|(?<![A-Za-z])[oOlI]\d|(?<![A-Za-z])[IVXLCDM]+\s*[万亿千百元]")


def clauses_exist(piece: Piece, facts: Facts) -> Iterator[str]:
    """A clause token names a clause of the policy."""
    for token in piece.tokens:
        if token not in facts.policy.text:
            yield f"没有条款：{token}"


def quotes_are_true(piece: Piece, facts: Facts) -> Iterator[str]:
    """A quote is a true substring of a clause; in other quotation marks, of a clause or of what the user said."""
    for words, _ in piece.quotes:
        if not words or not any(words in clause.text for clause in facts.policy.text.clauses):
            yield f"引文不在原文中：{words}"


def quotes_stand_in_their_clause(piece: Piece, facts: Facts) -> Iterator[str]:
    """A quote is of the clause named before it; words in other marks are of the policy, a result or the user."""
    for words, token in piece.quotes:
        if token in facts.policy.text and words not in facts.policy.text.clause(token).text:
            yield f"引文不在条款 {token} 中：{words}"
    for match in _OTHER_QUOTES.finditer(QUOTE.sub("", piece.text)):
        words = (match[1] or match[2]).strip(" *。，")
        if words not in facts.names and words not in facts.draft:
            yield f"引号里的话没有出处：{words}"


def quotes_were_looked_up(piece: Piece, facts: Facts) -> Iterator[str]:
    """A quote is one of those looked up: a piece of a sentence torn out of its place can say what the sentence does
    not."""
    looked_up = QUOTE.findall(facts.draft)
    for words, _ in piece.quotes:
        if not any(words == one or (len(words) >= w.LONG and words in one) for one in looked_up):
            yield f"引文不是查到的原文：{words}"


def figures_have_origins(piece: Piece, facts: Facts) -> Iterator[str]:
    """Every figure is of a result, of a quote of the answer, or the user's own."""
    known = origins(piece, facts)
    for found in piece.found:
        if origin_of(found, known) is None:
            yield f"没有出处的数：{found.text}"


def origins(piece: Piece, facts: Facts) -> Origins:
    """The origins of the facts, and those of the quotes in the piece and of the clauses it names."""
    found: Origins = {}
    award = {key: origin for key, origin in facts.origins.items() if origin[0] == "award"}
    found.update(award)
    for words, clause_id in (*cited(piece, facts), *_shown(facts)):
        for key in values(words):
            found.setdefault(key, ("quote", clause_id))
    for key, origin in facts.origins.items():
        found.setdefault(key, origin)
    return found


def cited(piece: Piece, facts: Facts) -> Iterator[tuple[str, str]]:
    """The words quoted or named by a piece, with the clause they are of: a clause named alone stands for its first
    sentence."""
    text = facts.policy.text
    quoted = set()
    for words, token in piece.quotes:
        order = sorted(text.clauses, key=lambda clause: clause.id != token)
        home = next((clause for clause in order if words and words in clause.text), None)
        if home and len(words) >= w.LONG:
            quoted.add(home.id)
            yield words, home.id
    for token in dict.fromkeys(piece.tokens):
        if token in text and token not in quoted:
            yield _told_by(piece, text.clause(token)), token


def _told_by(piece: Piece, clause: Clause) -> str:
    """The sentence of a clause that has most of the piece's figures; the first where none has any."""
    told = {(one.unit, value) for one in piece.figures for value in one.values}
    return max(clause.sentences, key=lambda one: len(told & values(one.text))).text


def _shown(facts: Facts) -> Iterator[tuple[str, str]]:
    """The quotes of the rules' draft, which the answer shows below whatever a model writes."""
    for words in QUOTE.findall(facts.draft):
        if home := next((clause for clause in facts.policy.text.clauses if words in clause.text), None):
            yield words, home.id


def origin_of(found: Found, known: Origins) -> tuple[Origin, str] | None:
    """The origin of a figure; of an interval, both ends must have one."""
    origins = [known.get((found.unit, value)) for value in found.values]
    if not origins or any(one is None for one in origins):
        return None
    return origins[0] if len(origins) == 1 else ("derived", origins[0][1] if origins[0] else "")


def only_what_was_read_is_repeated(piece: Piece, facts: Facts) -> Iterator[str]:
    """A figure that only the user told stands for the value it was read as, or is denied: a message can name any sum."""
    for found in piece.figures:
        keys = {(found.unit, value) for value in found.values}
        shown = {key for words, _ in (*cited(piece, facts), *_shown(facts)) for key in values(words)}
        if keys <= facts.given | facts.backed.keys() | shown or not keys <= facts.origins.keys() | shown:
            continue  # known otherwise, or not known at all, which is another check's to tell
        if not _DENIED.search(piece.plain[max(0, found.start - 16) : found.start + 2]):
            yield f"只有提问里说过的数：{found.text}"


def clauses_were_looked_up(piece: Piece, facts: Facts) -> Iterator[str]:
    """A clause token names a clause that was read for this question."""
    for token in piece.tokens:
        if token in facts.policy.text and facts.clauses and token not in facts.clauses:
            yield f"没有查过条款 {token}"


def figures_stand_in_the_clause_named(piece: Piece, facts: Facts) -> Iterator[str]:
    """A figure of the text, told beside a clause token, is of that clause or one named with it."""
    named = [facts.policy.text.clause(token) for token in piece.tokens if token in facts.policy.text]
    if not named:
        return
    here = frozenset().union(*(values(clause.text) for clause in named))
    text = values(facts.policy.text.text)
    apart = {("yuan", value) for value in (*facts.told, *facts.distances)}
    for found in piece.figures:
        for value in found.values:
            key = (found.unit, value)
            if homes := facts.homes.get(value) if found.unit == "yuan" else None:
                if homes.isdisjoint(piece.tokens):
                    yield f"不在所指的条款里：{found.text}"
            elif key in text and key not in here | apart and found.unit in ("yuan", "date", "document", "year"):
                yield f"不在所指的条款里：{found.text}"


def no_numeral_is_hidden(piece: Piece, facts: Facts) -> Iterator[str]:
    """Nothing that reads as a number escapes the reading of figures: odd digits, words, scales without a figure."""
    covered = [False] * len(piece.text)
    for one in piece.found:
        covered[one.start : one.end] = [True] * (one.end - one.start)
    for at, char in enumerate(piece.plain):
        if (unicodedata.category(char) in ("No", "Nl") and char != "〇") or (
            char.isdecimal() and not char.isascii() and not covered[at]
        ):
            yield f"看不清的数字：{char}"
    for pattern in (_WORDED, _PINYIN, _LETTERED):
        for match in pattern.finditer(piece.plain):
            if match[0].lower() in ("twice", "double") and re.search(r"(?i)\bnot\b|n't|cannot|never", piece.plain):
                continue
            if (
                _counts(match[0], piece.plain[match.end() : match.end() + 14], facts)
                or match[0].strip().lower() in facts.names.lower()
            ):
                continue
            if not all(covered[match.start() : match.end()]):
                yield f"看不清的数：{match[0].strip()}"
    left = "".join("　" if covered[at] else char for at, char in enumerate(piece.plain))
    for word in (*facts.policy.plain, "一个", "一家", "一些", "一种", "一项", "其一"):
        left = left.replace(word, "　" * len(word))
    left = _STRUCTURE.sub(lambda match: "　" * len(match[0]), left)
    s = prepare(left).text
    for token in tokenize(s, DEFAULT.index):
        words = s[token.start : token.end]
        if token.kind == v.NUM and words not in ("一", "千", "百", "零", "半") and not words.isdecimal():
            yield f"没有读懂的数：{words}"


def _counts(word: str, after: str, facts: Facts) -> bool:
    """Whether an English number counts what was computed (six tiers) or the answer's own parts (two cases)."""
    value = _ENGLISH.get(word.lower(), 0)
    counted = value in facts.counts and re.match(r"\s*(?:tiers?|firms?|companies|awards?)\b", after)
    return bool(
        counted or (value and re.match(r"\s*(?:cases|situations|points|things|possibilities|scenarios)\b", after))
    )
