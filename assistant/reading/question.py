"""A message, and the conversation before it, read into what is asked: forward only, no guessing.

``read`` hears one message; ``assistant.reading.followup`` lays it over the question before it. Amounts stay in the user's own
words: tools convert them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from assistant.reading import relations, standards, unclear
from assistant.reading.amounts import Told, hear
from assistant.reading.brought import brought
from assistant.reading.changing import only_changed
from assistant.reading.claims import bound
from assistant.reading.cleaning import clean
from assistant.reading.conditions import stated_facts
from assistant.reading.durations import spans
from assistant.reading.given import Given
from assistant.reading.intents import Intent, intents
from assistant.reading.language import language_of
from assistant.reading.parts import of_the_firms
from assistant.reading.unread import of_nobody, run_on
from assistant.reading.vague import nothing, vague
from assistant.reading.when import Times
from tools import changes, money, since
from tools.money.characters import prepare
from tools.rules import AwardRule, Policy

_QUOTES = str.maketrans("", "", '“”‘’"「」『』《》')
_BARE_NUMBER = re.compile(r"[\d,.]{4,}")
_NUMBER = re.compile(
    r"(?:那|那么|如果|要是|假如|换成|改成|是|做到|涨到|降到|what about|how about|and|\s)*(?P<n>(?!20[12]\d\b)\d[\d,]*(?:\.\d+)?(?:[到至~-]\d[\d,]*(?:\.\d+)?)?(?![\d.,]*[万亿千百]))"
    r"(?:呢|的话|怎么样|能拿多少|\W)*"
)
_CITED = re.compile(r"[\[(](\d{4})[\])]\s*(\d+)号")  # a document number as people type it
_HOW_ONLY = re.compile(r"(?:怎么|如何|怎样|哪里|在哪|去哪)[^，。]{1,2}")  # how something goes, not what
_FIGURE_FIRST = 100
_NUMBERED = re.compile(r".*?〔(\d{4})〕(?=\d+号)")


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
    refused: str = ""  # the words of an amount that could not be read safely
    no_unit: bool = False
    target: str = ""  # a value whose distance is asked for
    years: tuple[int, ...] = ()
    soon: tuple[int, ...] = ()  # years said as 明年 and the like
    days: tuple[date, ...] = ()
    outside: str = ""  # the words of a time at which the policy is not in force
    applied: bool = False  # that time is the application's, or the award's
    began: str = ""  # a day from which something can be counted
    until: str = ""  # a day up to which a time is asked about
    until_outside: date | None = None  # that day, where the policy is not in force on it
    by_name: bool = False  # an award was named by its own name, not only by whom it pays
    elsewhere: bool = False
    on_subject: bool = False
    carried: bool = False  # the amounts come from an earlier message
    count: str = ""
    spans: tuple[Given, ...] = ()  # durations told, of whatever
    tier: int = 0  # a tier named by its place, from 1
    number: str = ""  # a number without a unit that is nearly all of the message
    vague: bool = False  # words that look like a change and are none that could be read
    count_change: str = ""  # firms told to come on top or to go (再多2家)
    about: tuple[str, ...] = ()  # the awards last spoken of in the conversation
    spoken: tuple[str, ...] = ()  # the entries last spoken of
    history: tuple[Given, ...] = ()  # every value told in the conversation
    firms: tuple[Given, ...] = ()  # every firm's value told in the conversation
    unclear: str = ""  # why the value told is not the one a rule goes by; the keys of zh.UNCLEAR
    excluded: tuple[str, ...] = ()  # awards named as not meant
    skipped: tuple[Given, ...] = ()  # values taken for a figure the policy states
    clause: str = ""  # a clause named by its number
    context: str = ""  # the message before, where this one is too short to stand alone


def read(text: str, policy: Policy, as_of: date) -> Question:
    """One message by itself."""
    folded = prepare(clean(text)).text.rstrip("\0").translate(_QUOTES)
    wants = intents(prepare(text).text) & {Intent.UNSAFE} | intents(folded)
    text = clean(text)
    tangled = relations.untangle(text, _thresholds(policy))
    reading = money.read(tangled.text, policy.lexicon)
    rules, excluded = _rules(folded, policy)
    facts = stated_facts(folded, policy)
    if came := brought(folded, policy):
        facts = {came.requires[0]: True, **facts}
        rules = rules or ((came.id,) if re.search(r"达标", folded) else ())
    told: Told = hear(tangled, reading, policy, rules, facts, wants, as_of)
    tier, told = _tier_claimed(text, told, policy)
    told = of_the_firms(folded, reading, told, rules, policy)
    topics = _topics(folded, policy, told.stated)
    refusal = next((one for one in reading.refusals if one.measure is None or one.measure not in told.other), None)
    if missed := of_nobody(told.givens, reading, tangled.text, policy):
        refusal, told = missed, replace(told, givens=())
    if refusal and refusal.owner in {given.firm for given in told.givens}:
        refusal = None  # told of its firm alone
    parted = run_on(reading, tangled.text) if told.givens else ""
    if parted:
        told = replace(told, givens=())
    bare = _BARE_NUMBER.fullmatch(folded)
    number = _NUMBER.fullmatch(folded)
    loosely = None if told.givens else vague(reading, tangled.text, wants, bool(topics), policy)
    if not told.givens and (none := nothing(folded, policy)):
        told, refusal = replace(told, givens=none), None
    elif refusal and refusal.text == "0":  # of nothing that an award goes by (收入0增长)
        refusal = None
    outside = "" if told.givens else relations.outside_part(folded)
    changed = () if told.givens else only_changed(folded)
    if outside:
        changed = (Given("", "", change=outside),) if outside != "?" else ()
        told = replace(told, other=())
    here = any(word in folded for word in policy.here)
    began = since.find(folded, as_of)
    counted = {given.words for given in told.givens if began and began.text in given.words}
    asked_day = since.until(folded, as_of)
    times = Times.of(text, folded, reading, policy, as_of) if not counted else Times()
    return Question(
        text=text,
        folded=folded,
        language=language_of(text),
        wants=wants,
        topics=topics,
        rules=rules or told.rules or loosely or (),
        givens=told.givens or changed,
        facts=facts,
        claim=told.claim,
        target=_target(told, wants, policy),
        other=told.other,
        refused=parted or ("" if loosely is not None else refusal.text if refusal else bare[0] if bare else ""),
        number=number["n"] if number else "",
        vague=not told.givens and not changed and (outside == "?" or changes.looks(folded)),
        no_unit=bare is not None or (refusal is not None and refusal.code == "no_unit"),
        years=times.years,
        soon=times.soon,
        days=(told.day,) if told.day else times.days,
        outside=times.outside,
        applied=times.applied,
        until=asked_day.text if asked_day else "",
        until_outside=asked_day.last if asked_day and not policy.is_in_force(asked_day.last) else None,
        began=began.text if began else "",
        by_name=any(word in folded for key in rules for word in _names(policy.awards[key])),
        elsewhere=any(word in folded for word in policy.elsewhere) and not (here or facts or topics),
        on_subject=here
        or bool(topics or rules or facts)
        or sum(len(given.words) for given in told.givens) * 10 >= len(folded) * 6
        or any(word in folded for word in policy.subject),
        count=told.count,
        spans=spans(reading, tangled),
        count_change=told.count_change,
        tier=tier or _tier_named(folded),
        unclear="arithmetic" if tangled.unclear else "vague" if loosely is not None else _unclear(folded, told, policy),
        excluded=excluded,
        skipped=told.skipped,
        clause=_clause_named(folded, policy),
        firms=tuple(given for given in told.givens if given.firm),
    )


def _tier_claimed(text: str, told: Told, policy: Policy) -> tuple[int, Told]:
    """The place of the tier a claim is about (5000万到1亿奖30万对吗), whose range is then nobody's value; and a time
    claimed to be enough, as the threshold it is said to be."""
    if not told.claim:
        return 0, told
    found = standards.named(text, policy)
    if found and len(told.givens) == 1:
        return found[1], replace(told, givens=(), rules=found[:1])
    timed = {measure.id for measure in policy.measures.values() if measure.unit == "month"}
    return 0, replace(
        told,
        givens=tuple(
            replace(one, words=standards.threshold(one.words)) if one.measure in timed else one for one in told.givens
        ),
    )


def _tier_named(folded: str) -> int:
    """``3`` for 第三档, 第3档."""
    found = re.search(r"第([一二三四五六七八九1-9])(?:个)?(?:档|级)(?!次)", folded)
    return (int(found[1]) if found[1].isdigit() else "一二三四五六七八九".index(found[1]) + 1) if found else 0


def _target(told: Told, wants: frozenset[Intent], policy: Policy) -> str:
    """The value whose distance is asked for beside a value of one's own; a tier's sum stands for where it begins."""
    words = told.target or (told.claim if told.givens and Intent.GAP in wants else "")
    return bound(words, policy) if words else ""


def _thresholds(policy: Policy) -> frozenset[Decimal]:
    return frozenset(Decimal(tier.lo) for rule in policy.awards.values() for tier in rule.tiers)


def _rules(folded: str, policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Awards named by their own name or by whom they pay, best first; and those named as not meant (除了…, 不算…)."""
    scores: dict[str, int] = {}
    excluded = []
    for rule in policy.awards.values():
        named = max((len(word) + 10 for word in _names(rule) if word in folded), default=0)
        paid = max((len(word) for word in rule.payee_said_as if word in folded), default=0)
        said = [word for word in (*_names(rule), *rule.payee_said_as) if word in folded]
        if said and re.search(rf"(除了|除开|不算|不是|并非|不含)({'|'.join(map(re.escape, said))})", folded):
            excluded.append(rule.id)
        elif named or paid:
            scores[rule.id] = max(named, paid)
    return tuple(sorted(scores, key=lambda key: -scores[key])), tuple(excluded)


def _unclear(folded: str, told: Told, policy: Policy) -> str:
    values = [
        given for given in told.givens if given.words and (given.measure == "" or _in_yuan(given.measure, policy))
    ]
    if told.unclear in ("dates", "first", "counted", "parts"):
        return {"counted": "", "parts": "spread"}.get(told.unclear, told.unclear)
    if not values:
        return "spread" if told.givens and unclear.spread(folded) else ""
    if unclear.part_of_year(folded):
        return "part_of_year"
    exactly = any(given.measure and not given.rank for given in values)
    worked_out = any(given.change for given in values)
    if told.unclear == "arithmetic" or (not worked_out and unclear.arithmetic(folded, exactly)):
        return "arithmetic"
    several = bool(told.count) or len(values) > 1 or bool(re.search(r"[两三四五六七八九十几]家|和.{1,6}公司", folded))
    if several and unclear.joint(folded):
        return "joint"
    return "spread" if told.unclear or ((several or "都" in folded) and unclear.spread(folded)) else ""


def _in_yuan(measure: str, policy: Policy) -> bool:
    return policy.measures[measure].unit == "yuan"


def _clause_named(folded: str, policy: Policy) -> str:
    """A clause named by its path (2.2.5) or by its printed number (二(二)5)."""
    path = re.search(r"(?<![\d.])\d(?:\.\d{1,2}){1,3}(?![\d.万亿])", folded)
    if path and path[0] in policy.text:
        return path[0]
    printed = {
        prepare(clause.number).text.rstrip("\0"): clause.id for clause in policy.text.clauses if len(clause.number) > 2
    }
    return next((key for number, key in printed.items() if number in folded), "")


def _names(rule: AwardRule) -> tuple[str, ...]:
    return (rule.name, *rule.asked_as)


def _topics(folded: str, policy: Policy, stated: tuple[str, ...]) -> tuple[str, ...]:
    """Entries whose words stand in the text, by how much of it they cover; then those one of whose figures is named.

    Where two cover as much, the open one goes first: what it names is more particular.
    """
    scores: dict[str, int] = {}
    how_only: list[bool] = []  # 每年300万怎么分: the figure says of what, 怎么分 alone does not
    numbers = {f"{year}{number}号" for year, number in _CITED.findall(folded)}
    for topic in policy.topics.values():
        covered: set[int] = set()
        for word in (topic.name, *topic.asked_as):
            at = folded.find(word.lower())
            while at >= 0:
                covered.update(range(at, at + len(word)))
                at = folded.find(word.lower(), at + 1)
        cited = any(_NUMBERED.sub(r"\1", mark.words) in numbers for quote in topic.quotes for mark in quote.marks)
        if covered or cited:
            how = topic.kind == "unstated" and _HOW_ONLY.fullmatch("".join(folded[at] for at in sorted(covered)))
            how_only.append(bool(how))
            scores[topic.id] = 2 * len(covered) + (topic.kind == "unstated") + 40 * cited - bool(how)
    for key in stated:
        scores.setdefault(key, 1 if not scores or any(not one for one in how_only) else _FIGURE_FIRST)
    return tuple(sorted(scores, key=lambda key: -scores[key]))
