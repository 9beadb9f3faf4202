"""A message, and the conversation before it, read into what is asked: forward only, no guessing.

``read`` hears one message; ``follow`` lays it over the question before it, so that 那1.2亿呢 or 没入驻呢
keeps what was said. Amounts stay in the user's own words: tools convert them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.intents import Intent, follows, intents
from tools import money
from tools.characters import prepare
from tools.money import Amount, Reading
from tools.rules import AwardRule, Policy

_AWARD_MEASURES = ("奖励",)
_HAN = re.compile(r"[一-龥]")
_LETTERS = re.compile(r"[a-z]{2,}")
_AGREES = re.compile(r"^(是|是的|对|对的|嗯+|有|有的|满了|已经?|已?满|当然|没错|yes|yep|yeah|y|sure|ok)(的|啊|呀|了|,|，|。|!|\.|$)|^(属于|算是)")
_DENIES = re.compile(r"^(不是|没有?|还没|未|不|否|尚未|不算|不属于|no|nope|not)")
_FULL = re.compile(r"满一?年|够一?年|一整?年了|full year|over a year|a year")
_NOT_FULL = re.compile(r"(不|没|未|还没|没有|尚未)(有)?(满|到|够|足)一?年|不足一?年|less than a year")


@dataclass(frozen=True, slots=True)
class Given:
    """A value told for one measure, in the user's words; ``firm`` is empty when only one is spoken of."""

    measure: str
    words: str
    change: str = ""
    firm: str = ""
    count: str = ""


@dataclass(frozen=True)
class Question:
    """What one message asks, with all the conversation gave so far."""

    text: str
    folded: str
    language: str
    wants: frozenset[Intent]
    topics: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    givens: tuple[Given, ...] = ()
    facts: Mapping[str, bool] = field(default_factory=dict)
    claim: str = ""
    other: tuple[str, ...] = ()  # measures told that no rule goes by (利润, 注册资本)
    refusal: str = ""  # why an amount could not be read, for the person who wrote it
    refused: str = ""  # the code of that refusal
    years: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    elsewhere: bool = False
    on_subject: bool = False
    carried: bool = False  # the amounts come from an earlier message
    count: str = ""


def read(text: str, policy: Policy, as_of: date) -> Question:
    """One message by itself."""
    folded = prepare(text).text.rstrip("\0")
    reading = money.read(text, policy.lexicon)
    years, days = _years(reading, as_of)
    facts = _facts(folded, policy)
    rules = _rules(folded, policy)
    givens, claim, other = _givens(reading, policy)
    givens += _durations(reading, policy, rules, facts)
    topics = _topics(folded, policy)
    refusal = next(iter(reading.refusals), None)
    return Question(
        text=text,
        folded=folded,
        language="zh" if _HAN.search(folded) or not _LETTERS.search(folded) else "en",
        wants=intents(folded),
        topics=topics,
        rules=rules,
        givens=givens,
        facts=facts,
        claim=claim,
        other=other,
        refusal=refusal.message if refusal else "",
        refused=refusal.code if refusal else "",
        years=years,
        days=days,
        elsewhere=any(word in folded for word in policy.elsewhere) and not any(word in folded for word in policy.here),
        on_subject=bool(topics or rules or facts) or any(word in folded for word in policy.subject),
        count=next((one.text for one in reading.counts if one.unit in ("家", "户", "个")), ""),
    )


def follow(before: Question, now: Question, asked: str | None, policy: Policy) -> Question:
    """``now`` with what ``before`` had told and ``now`` leaves unsaid; ``asked`` is the fact last asked for."""
    now = _answered(now, asked, policy)
    leans = asked is not None or follows(now.folded) or bool(now.wants & {Intent.GAP})
    own = bool(now.givens)
    if not own and not now.facts and not leans and not now.wants & {Intent.AWARD, Intent.GAP}:
        return replace(now, givens=before.givens, facts=before.facts, carried=True)
    rules = now.rules or (before.rules if leans or not own else ())
    givens = now.givens
    if own and before.givens:
        last = before.givens[-1]
        merged = []
        for given in now.givens:
            if not given.words and given.change:
                merged.append(replace(last, change=given.change) if not last.change else _chained(last, given))
            elif given.measure == "":
                merged.append(replace(given, measure=last.measure, count=given.count or last.count))
            else:
                merged.append(given)
        givens = tuple(merged)
        told = {given.measure for given in givens}
        givens += tuple(given for given in before.givens if given.measure not in told and not given.firm and leans)
    elif not own:
        givens = before.givens
    if now.count and not own and givens:
        givens = tuple(replace(given, count=now.count) for given in givens)
    return replace(
        now,
        rules=rules,
        givens=givens,
        facts={**before.facts, **now.facts},
        claim=now.claim,
        carried=not own and bool(givens),
        count=now.count or (before.count if leans else ""),
        wants=now.wants if now.wants or not (own or now.facts or leans) else before.wants | {Intent.AWARD},
        on_subject=now.on_subject or leans or own,
    )


def _chained(last: Given, now: Given) -> Given:
    return replace(now, measure=last.measure, words=last.words, firm=last.firm, count=last.count)


def _answered(now: Question, asked: str | None, policy: Policy) -> Question:
    """A reply to the fact last asked for: 是的, 没有, 8000万, 满了."""
    if asked is None:
        return now
    if asked in policy.facts and asked not in now.facts:
        if _DENIES.search(now.folded):
            return replace(now, facts={**now.facts, asked: False})
        if _AGREES.search(now.folded):
            return replace(now, facts={**now.facts, asked: True})
    if asked in policy.measures:
        measure = policy.measures[asked]
        if measure.unit == "month" and not any(given.measure == asked for given in now.givens):
            if _NOT_FULL.search(now.folded) or _DENIES.search(now.folded):
                return replace(now, givens=(*now.givens, Given(asked, "不到一年")))
            if _FULL.search(now.folded) or _AGREES.search(now.folded):
                return replace(now, givens=(*now.givens, Given(asked, "满一年")))
        return replace(now, givens=tuple(replace(g, measure=g.measure or asked) for g in now.givens))
    return now


def _years(reading: Reading, as_of: date) -> tuple[tuple[int, ...], tuple[date, ...]]:
    years, days = [], []
    for one in reading.years:
        if isinstance(one, money.Date):
            days.append(one.value)
        elif one.value is not None:
            years.append(one.value)
        elif one.relative is not None:
            years.append(as_of.year + one.relative)
    return tuple(years), tuple(days)


def _facts(folded: str, policy: Policy) -> dict[str, bool]:
    """Conditions stated. The words of denial go first; a question about a condition states nothing."""
    found: dict[str, bool] = {}
    for fact in policy.facts.values():
        if any(_said(word, folded) for word in fact.no):
            found[fact.id] = False
        elif any(_said(word, folded) for word in fact.yes):
            found[fact.id] = True
    return found


def _said(word: str, folded: str) -> bool:
    at = folded.find(word)
    return at >= 0 and not re.match(r".{0,2}(吗|没有|了吗|的条件|条件|要求|门槛|流程)", folded[at + len(word) :])


def _rules(folded: str, policy: Policy) -> tuple[str, ...]:
    """Awards named by their own name or by whom they pay, best first."""
    scores: dict[str, int] = {}
    for rule in policy.awards.values():
        named = max((len(word) + 10 for word in (rule.name, *rule.asked_as) if word in folded), default=0)
        paid = max((len(word) for word in rule.payee_said_as if word in folded and len(word) > 1), default=0)
        if named or paid:
            scores[rule.id] = max(named, paid)
    return tuple(sorted(scores, key=lambda key: -scores[key]))


def _topics(folded: str, policy: Policy) -> tuple[str, ...]:
    """Entries whose words stand in the text, the longest match first."""
    scores = {
        topic.id: max((len(word) for word in (topic.name, *topic.asked_as) if word.lower() in folded), default=0)
        for topic in policy.topics.values()
    }
    return tuple(sorted((key for key, score in scores.items() if score), key=lambda key: -scores[key]))


def _givens(reading: Reading, policy: Policy) -> tuple[tuple[Given, ...], str, tuple[str, ...]]:
    """Amounts by the measure and firm they belong to; the sum claimed or wanted; measures no rule goes by.

    Where several amounts of one firm fit a measure, the name nearest to the policy's own word wins
    (总营收8000万，其中主营4500万), and among equals the last (从4000万涨到6000万).
    """
    order = {name: (measure.id, at) for measure in policy.measures.values() for at, name in enumerate(measure.read_as)}
    claim = ""
    other: list[str] = []
    found: list[tuple[int, Given]] = []
    for amount in reading.amounts:
        if amount.negated:
            continue
        if amount.measure in _AWARD_MEASURES:
            claim = amount.text
        elif amount.measure is None:
            inherited = found[-1][1].measure if found and (amount.owner or found[-1][1].firm) else ""
            found.append((0, _given(inherited, amount)))
        elif amount.measure in order:
            measure, rank = order[amount.measure]
            found.append((rank, _given(measure, amount)))
        else:
            other.append(amount.measure)
    kept: dict[tuple[str, str, str], tuple[int, Given]] = {}
    for rank, given in found:
        key = (given.measure, given.firm, "change" if given.change else "")
        if key not in kept or rank <= kept[key][0]:
            kept[key] = (rank, given)
    return tuple(given for _, given in kept.values()), claim, tuple(other)


def _given(measure: str, amount: Amount) -> Given:
    firm = amount.owner or ""
    if amount.change:
        return Given(measure, "", change=("再多" if amount.change == "more" else "少") + amount.text, firm=firm)
    return Given(measure, amount.text, firm=firm)


def _durations(
    reading: Reading, policy: Policy, rules: tuple[str, ...], facts: Mapping[str, bool]
) -> tuple[Given, ...]:
    """Durations told for a measure that counts time, where its award or its condition is spoken of."""
    found = []
    for rule in policy.awards.values():
        spoken_of = rule.id in rules or any(fact in facts for fact in rule.requires)
        if policy.measures[rule.by].unit == "month" and spoken_of:
            found += [Given(rule.by, one.text, firm=one.owner or "") for one in reading.durations if one.unit == "月"]
    return tuple(found[:1])
