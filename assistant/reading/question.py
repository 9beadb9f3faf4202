"""A message, and the conversation before it, read into what is asked: forward only, no guessing.

``read`` hears one message; ``assistant.reading.followup`` lays it over the question before it. Amounts stay in the user's own
words: tools convert them.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from assistant.reading import relations, unclear
from assistant.reading.amounts import Told, hear
from assistant.reading.brought import brought
from assistant.reading.changing import only_changed
from assistant.reading.cited import cited
from assistant.reading.claims import bound
from assistant.reading.cleaning import clean, without_currency
from assistant.reading.conditions import stated_facts
from assistant.reading.durations import spans
from assistant.reading.given import Given
from assistant.reading.intents import Intent, intents
from assistant.reading.language import language_of
from assistant.reading.named import clause_named, names_of, rules_named, tier_claimed, tier_named, topics_named
from assistant.reading.parts import of_the_firms
from assistant.reading.unread import of_nobody, run_on
from assistant.reading.unsaid import keeps_back
from assistant.reading.vague import nothing, vague
from assistant.reading.when import Times
from tools import changes, money, since
from tools.money.characters import prepare
from tools.rules import Policy

_QUOTES = str.maketrans("", "", '“”‘’"「」『』《》')
_BARE_NUMBER = re.compile(r"[\d,.]{4,}")
_NUMBER = re.compile(
    r"(?:那|那么|如果|要是|假如|换成|改成|是|做到|涨到|降到|大概|大约|差不多|嗯|哦|其实|准确(?:说|地说|的)?|确切(?:说|地说)?|具体|精确|刚好|正好|实际|也就|就|才|，|,|about|exactly|actually|what about|how about|and|\s)*(?P<n>(?!20[12]\d\b)\d[\d,]*(?:\.\d+)?(?:[到至~-]\d[\d,]*(?:\.\d+)?)?(?![\d.,]*[万亿千百]))"
    r"(?:呢|的话|怎么样|能拿多少|\W)*"
)


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
    in_yuan: bool = False  # no currency was named, and yuan are taken to be meant
    unsaid: bool = False  # the value asked for is not known, or is kept back
    skipped: tuple[Given, ...] = ()  # values taken for a figure the policy states
    clause: str = ""  # a clause named by its number
    context: str = ""  # the message before, where this one is too short to stand alone

    @property
    def firms_told(self) -> str:
        """The number of firms told, of all of them or with the first value that has one."""
        return self.count or next((given.count for given in self.givens if given.count), "")


@functools.lru_cache(maxsize=128)  # a conversation is read again at every step of every answer in it
def read(text: str, policy: Policy, as_of: date) -> Question:
    """One message by itself."""
    typed, text = text, cited(clean(text), policy)
    folded = prepare(text).text.rstrip("\0").translate(_QUOTES)
    wants = intents(prepare(typed).text) & {Intent.UNSAFE} | intents(folded)
    tangled = relations.untangle(text, _thresholds(policy))
    reading = money.read(tangled.text, policy.lexicon)
    rules, excluded = rules_named(folded, policy)
    facts = stated_facts(folded, policy)
    if came := brought(folded, policy):
        facts = {came.requires[0]: True, **facts}
        rules = rules or ((came.id,) if re.search(r"达标", folded) else ())
    told: Told = hear(tangled, reading, policy, rules, facts, wants, as_of)
    asked_of = told.count or Intent.AWARD in wants
    if came and asked_of and not rules and not any(given.words for given in told.givens):
        rules = (came.id,)  # firms brought in, and no value told of them
    tier, told = tier_claimed(text, told, policy)
    told = of_the_firms(folded, reading, told, rules, policy)
    topics = topics_named(folded, policy, told.stated)
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
        by_name=any(word in folded for key in rules for word in names_of(policy.awards[key])),
        elsewhere=any(word in folded for word in policy.elsewhere) and not (here or facts or topics),
        on_subject=here
        or bool(topics or rules or facts)
        or sum(len(given.words) for given in told.givens) * 10 >= len(folded) * 6
        or any(word in folded for word in policy.subject),
        count=told.count,
        spans=spans(reading, tangled),
        count_change=told.count_change,
        tier=tier or tier_named(folded),
        unclear="arithmetic" if tangled.unclear else "vague" if loosely is not None else _unclear(folded, told, policy),
        excluded=excluded,
        skipped=told.skipped,
        in_yuan=bool(without_currency(typed)),
        unsaid=not told.givens and keeps_back(folded, policy),
        clause=clause_named(folded, policy),
        firms=tuple(given for given in told.givens if given.firm),
    )


def _target(told: Told, wants: frozenset[Intent], policy: Policy) -> str:
    """The value whose distance is asked for beside a value of one's own; a tier's sum stands for where it begins."""
    words = told.target or (told.claim if told.givens and Intent.GAP in wants else "")
    return bound(words, policy) if words else ""


def _thresholds(policy: Policy) -> frozenset[Decimal]:
    return frozenset(Decimal(tier.lo) for rule in policy.awards.values() for tier in rule.tiers)


def _unclear(folded: str, told: Told, policy: Policy) -> str:
    values = [given for given in told.givens if given.tells_yuan(policy)]
    if told.unclear in ("dates", "first", "counted", "parts"):
        return {"counted": "", "parts": "spread"}.get(told.unclear, told.unclear)
    if not values:
        return "spread" if told.givens and unclear.spread(folded) else ""
    years = {given.year for given in values if given.year}
    if unclear.part_of_year(folded) and not (len(values) > 1 and len(years) == len(values)):
        return "part_of_year"
    exactly = any(given.measure and not given.rank for given in values)
    worked_out = any(given.change for given in values)
    if told.unclear == "arithmetic" or (not worked_out and unclear.arithmetic(folded, exactly)):
        return "arithmetic"
    firms = bool(told.count) or bool(re.search(r"[两三四五六七八九十几]家|和.{1,6}公司", folded))
    several = firms or len(values) > 1
    if (firms or (several and not exactly)) and unclear.joint(
        folded.replace(told.claim.lower(), "") if told.claim else folded
    ):
        return "joint"
    return "spread" if told.unclear or ((several or "都" in folded) and unclear.spread(folded)) else ""
