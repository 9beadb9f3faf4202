"""A policy's rules as the rest of the program knows them: frozen, with every figure inside its quote.

A marked quote such as ``一次性奖励不超过{at_most:15万元}`` yields the clause's own words and the
figures in them. Amounts are whole yuan, durations whole months; they are parsed once, here, from the
text's own spelling. Awards are tiers ``[lo, hi)`` of one measure.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from corpus import clauses
from corpus.clauses import PolicyText, Span
from tools import money, schema
from tools.errors import PolicyError
from tools.money.lexicon import DEFAULT, Lexicon

Kind = Literal["at_most", "exactly"]
Unit = Literal["yuan", "month"]

_MARK = re.compile(r"\{(?P<label>[a-z_]+):(?P<words>[^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled figure of a quote; ``start`` and ``end`` count within the quote."""

    label: str
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """A verbatim quote of one clause with its marks and its place (``start``, ``end``) in the clause."""

    clause_id: str
    text: str
    marks: tuple[Mark, ...]
    start: int
    end: int

    def words(self, label: str) -> tuple[str, ...]:
        return tuple(mark.words for mark in self.marks if mark.label == label)


@dataclass(frozen=True, slots=True)
class Tier:
    """``lo <= value < hi`` (``hi`` None: no upper end) pays ``amount`` yuan, as a cap or as a fixed sum."""

    lo: int
    hi: int | None
    amount: int
    kind: Kind
    quote: Quoted


@dataclass(frozen=True, slots=True)
class Measure:
    id: str
    name: str
    english: str
    unit: Unit
    read_as: tuple[str, ...]
    ask: str
    ask_english: str

    def words(self, lexicon: Lexicon) -> list[str]:
        """Every word it is read by, as the lexicon has them."""
        return [word for name in self.read_as for word in (name, *lexicon.measures.get(name, ()))]


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition that must hold. ``yes`` and ``no`` are the words that say so."""

    id: str
    name: str
    english: str
    ask: str
    ask_english: str
    when_unsaid: Literal["condition", "ask"]
    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AwardRule:
    id: str
    name: str
    english: str
    asked_as: tuple[str, ...]
    payee: str
    payee_said_as: tuple[str, ...]
    requires: tuple[str, ...]
    by: str
    pays: Literal["once_per_tier", "once_per_firm"]
    tiers: tuple[Tier, ...]
    because: tuple[Quoted, ...]
    pool: Quoted | None
    pool_yuan: int | None
    unstated: tuple[str, ...]
    unstated_english: tuple[str, ...]
    unstated_below_cap: tuple[str, ...]
    unstated_below_cap_english: tuple[str, ...]

    def open_points(self, kinds: Iterable[Kind], english: bool = False) -> list[str]:
        """What the text leaves open of tiers of these kinds: a fixed sum leaves nothing open below a cap."""
        always = self.unstated_english if english else self.unstated
        below = self.unstated_below_cap_english if english else self.unstated_below_cap
        return [*always, *(below if "at_most" in kinds else ())]

    @property
    def clause_id(self) -> str:
        return self.tiers[0].quote.clause_id


@dataclass(frozen=True, slots=True)
class Topic:
    """Something people ask that needs no computing; ``kind`` says what the text does about it."""

    id: str
    kind: Literal["stated", "refers", "unstated"]
    name: str
    asked_as: tuple[str, ...]
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, eq=False)
class Policy:
    """One policy: its text and its rules. ``id`` is the folder's name. Two are equal when they are the same object."""

    id: str
    title: str
    status: str
    text: PolicyText
    in_force: Quoted
    in_force_from: date
    in_force_to: date
    contact: str
    contact_said_as: tuple[str, ...]
    contact_quote: Quoted
    subject: tuple[str, ...]
    here: tuple[str, ...]
    elsewhere: tuple[str, ...]
    measures: Mapping[str, Measure]
    facts: Mapping[str, Fact]
    awards: Mapping[str, AwardRule]
    topics: Mapping[str, Topic]
    plain: tuple[str, ...]
    lexicon: Lexicon
    rules_sha256: str  # of rules.yaml, byte for byte

    def is_in_force(self, as_of: date) -> bool:
        return self.in_force_from <= as_of <= self.in_force_to

    @cached_property
    def measure_words(self) -> dict[str, tuple[str, ...]]:
        """Measure id -> every word it is read by, folded, longest first."""
        return {
            key: tuple(sorted({word.lower() for word in one.words(self.lexicon)}, key=lambda word: (-len(word), word)))
            for key, one in self.measures.items()
        }

    def speaks_of(self, measure: str, folded: str) -> bool:
        """Whether any word a measure is read by stands in a folded text."""
        return any(word in folded for word in self.measure_words[measure])

    @cached_property
    def quotes(self) -> tuple[Quoted, ...]:
        """Every quote of the rules file, each once."""
        found = [self.in_force, self.contact_quote]
        for rule in self.awards.values():
            found += [*(tier.quote for tier in rule.tiers), *rule.because, *([rule.pool] if rule.pool else [])]
        for topic in self.topics.values():
            found += topic.quotes
        return tuple(dict.fromkeys(found))

    @cached_property
    def asked_as(self) -> dict[str, list[str]]:
        """Clause id -> the words people ask for it with, for retrieval."""
        found: dict[str, list[str]] = {}
        for rule in self.awards.values():
            found.setdefault(rule.clause_id, []).extend([rule.name, *rule.asked_as])
        for topic in self.topics.values():
            if topic.kind != "unstated":
                for quote in topic.quotes:
                    found.setdefault(quote.clause_id, []).extend([topic.name, *topic.asked_as])
        return found


def load(folder: Path) -> Policy:
    """Reads ``rules.yaml`` and the text it names from a policy folder. Raises PolicyError."""
    if not re.fullmatch(r"[\w.-]+", folder.name):
        raise PolicyError(
            f"政策文件夹的名字 {folder.name!r} 会成为网址的一部分，只能用字母、数字、汉字和 . _ -。请改名后再试。"
        )
    raw = schema.read(folder / "rules.yaml")
    text = clauses.load(folder / raw.text)
    if raw.policy != text.title:
        raise PolicyError(f"rules.yaml 的 policy 与文本标题不同：{raw.policy!r}，{text.title!r}")
    measures = {
        key: Measure(key, m.name, m.english, m.unit, m.read_as, m.ask, m.ask_english) for key, m in raw.measures.items()
    }
    in_force = _only(text, raw.in_force, "in_force")
    return Policy(
        id=folder.name,
        title=raw.policy,
        status=raw.status,
        text=text,
        in_force=in_force,
        in_force_from=_date(_one(in_force, "from")),
        in_force_to=_date(_one(in_force, "to")),
        contact=raw.contact.name,
        contact_said_as=raw.contact.asked_as,
        contact_quote=_only(text, raw.contact.quotes, "contact"),
        subject=raw.subject,
        here=raw.here,
        elsewhere=raw.elsewhere,
        measures=measures,
        facts={
            key: Fact(key, f.name, f.english, f.ask, f.ask_english, f.when_unsaid, f.yes, f.no)
            for key, f in raw.facts.items()
        },
        awards={key: _award(key, award, raw, text, measures) for key, award in raw.awards.items()},
        topics=_topics(raw, text),
        plain=raw.plain,
        lexicon=DEFAULT.extended({m.name: m.said_as for m in raw.measures.values() if m.said_as}),
        rules_sha256=hashlib.sha256((folder / "rules.yaml").read_bytes()).hexdigest(),
    )


def _award(
    key: str, raw: schema.RawAward, whole: schema.RawPolicy, text: PolicyText, measures: Mapping[str, Measure]
) -> AwardRule:
    if raw.by not in measures:
        raise PolicyError(f"奖励 {key} 的 by 不是已列的指标：{raw.by!r}")
    if unknown := set(raw.requires) - set(whole.facts):
        raise PolicyError(f"奖励 {key} 的 requires 没有对应的 facts：{'、'.join(sorted(unknown))}")
    unit = measures[raw.by].unit
    tiers = tuple(_tier(quoted(text, clause, words), unit) for clause, listed in raw.tiers.items() for words in listed)
    if not tiers:
        raise PolicyError(f"奖励 {key} 没有档次")
    pool = _only(text, raw.pool, f"{key}.pool") if raw.pool else None
    return AwardRule(
        id=key,
        name=raw.name,
        english=raw.english,
        asked_as=raw.asked_as,
        payee=raw.payee,
        payee_said_as=raw.payee_said_as,
        requires=raw.requires,
        by=raw.by,
        pays=raw.pays,
        tiers=tiers,
        because=tuple(quoted(text, clause, words) for clause, listed in raw.because.items() for words in listed),
        pool=pool,
        pool_yuan=_yuan(_one(pool, "pool")) if pool else None,
        unstated=raw.unstated,
        unstated_english=raw.unstated_english,
        unstated_below_cap=raw.unstated_below_cap,
        unstated_below_cap_english=raw.unstated_below_cap_english,
    )


def _tier(quote: Quoted, unit: Unit) -> Tier:
    kinds: list[Kind] = [kind for kind in ("at_most", "exactly") if quote.words(kind)]
    if len(kinds) != 1:
        raise PolicyError(f"一档须恰有 at_most 或 exactly 之一：{quote.text!r}")
    value = _yuan if unit == "yuan" else _months
    hi = value(_one(quote, "below")) if quote.words("below") else None
    return Tier(value(_one(quote, "at_least")), hi, _yuan(_one(quote, kinds[0])), kinds[0], quote)


def _topics(raw: schema.RawPolicy, text: PolicyText) -> dict[str, Topic]:
    found: dict[str, Topic] = {}
    listed: list[tuple[Literal["stated", "refers", "unstated"], str, str, tuple[str, ...], dict[str, str]]] = [
        *(("stated", key, t.name, t.asked_as, t.quotes) for key, t in raw.stated.items()),
        *(("refers", key, t.name, t.asked_as, t.quotes) for key, t in raw.refers.items()),
        *(("unstated", key, u.name, u.asked_as, u.see) for key, u in raw.unstated.items()),
    ]
    for kind, key, name, asked_as, quotes in listed:
        if key in found:
            raise PolicyError(f"条目 {key!r} 在 stated、refers、unstated 中出现不止一次")
        if kind != "unstated" and not quotes:
            raise PolicyError(f"条目 {key!r} 没有引文")
        found[key] = Topic(key, kind, name, asked_as, tuple(quoted(text, c, q) for c, q in quotes.items()))
    return found


def quoted(text: PolicyText, clause_id: str, marked: str) -> Quoted:
    """Strips the marks and finds the quote. Raises PolicyError unless it stands once in its clause."""
    marks: list[Mark] = []
    plain, last = "", 0
    for match in _MARK.finditer(marked):
        plain += marked[last : match.start()]
        marks.append(Mark(match["label"], match["words"], len(plain), len(plain) + len(match["words"])))
        plain, last = plain + match["words"], match.end()
    plain += marked[last:]
    if "{" in plain or "}" in plain:
        raise PolicyError(f"标记写法不对，应为 {{标签:原文}}：{marked!r}")
    span: Span = text.clause(clause_id).find(plain)
    return Quoted(clause_id, plain, tuple(marks), span.start, span.end)


def _only(text: PolicyText, listed: Mapping[str, str], where: str) -> Quoted:
    if len(listed) != 1:
        raise PolicyError(f"{where} 须恰有一条引文")
    return next(quoted(text, clause, words) for clause, words in listed.items())


def _one(quote: Quoted, label: str) -> str:
    """The label's figure; a quote may repeat it, but only with the same words."""
    words = set(quote.words(label))
    if len(words) != 1:
        raise PolicyError(f"引文须有唯一的 {label} 值：{quote.text!r}")
    return words.pop()


def _yuan(words: str) -> int:
    amount = money.parse_one(words)
    if not amount.exact or amount.lo is None or amount.lo != int(amount.lo):
        raise PolicyError(f"不是确切的整数元金额：{words!r}")
    return int(amount.lo)


def _months(words: str) -> int:
    found = money.read(words).durations
    if len(found) != 1 or found[0].lo is None or found[0].text != words:
        raise PolicyError(f"不是时长：{words!r}")
    return int(found[0].lo)


def _date(words: str) -> date:
    found = re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", words)
    if not found:
        raise PolicyError(f"不是日期：{words!r}")
    return date(*map(int, found.groups()))
