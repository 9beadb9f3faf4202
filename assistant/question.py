"""A message, and the conversation before it, read into what is asked: forward only, no guessing.

``read`` hears one message; ``follow`` lays it over the question before it, so that 那1.2亿呢 or 没入驻呢
keeps what was said. Amounts stay in the user's own words: tools convert them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from assistant import unclear
from assistant.amounts import Given, Told, changes, hear, spans, stated_facts
from assistant.cleaning import clean
from assistant.intents import Intent, asks, follows, intents
from assistant.language import language_of
from tools import money
from tools.money import Reading
from tools.money.characters import prepare
from tools.rules import AwardRule, Policy

_AGREES = re.compile(
    r"^(是|是的|对|对的|嗯+|有|有的|满了|已经?|已?满|当然|没错|yes|yep|yeah|y|sure|ok)(的|啊|呀|了|,|，|。|!|\.|$)|^(属于|算是)"
)
_DENIES = re.compile(r"^(不是|没有?|还没|未|不|否|尚未|不算|不属于|no|nope|not)")
_FULL = re.compile(r"满(一年)?了?$|满一?年|够一?年|一整?年了|full year|over a year|a year")
_NOT_FULL = re.compile(r"(不|没|未|还没|没有|尚未)(有)?(满|到|够|足)|不足一?年|less than a year|not yet")
_UNIT_ONLY = re.compile(
    r"^(单位)?(是|为|按)?(人民币)?(?P<unit>万元?|亿元?|元|块钱?|w|千万|百万)(的|吧|呀|啊|哦|哈|呢)*[。.!！]?$"
)


_QUOTES = str.maketrans("", "", '“”‘’"「」『』《》')
_BARE_NUMBER = re.compile(r"[\d,.]{4,}")
_YEAR = re.compile(r"\b(?:in|by|until|after|before|of|since|year)\s+(20\d\d)\b")
_WHAT_ABOUT = re.compile(r"(what|how)\s*about")
_CITED = re.compile(r"[\[(](\d{4})[\])]\s*(\d+)号")  # a document number as people type it
_NUMBERED = re.compile(r".*?〔(\d{4})〕(?=\d+号)")
_SHORT = 10  # characters: too few to stand alone
_SCALE = re.compile(r"[mb]illion|[万亿]|\d[mb]n?\b", re.IGNORECASE)


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
    by_name: bool = False  # an award was named by its own name, not only by whom it pays
    elsewhere: bool = False
    on_subject: bool = False
    carried: bool = False  # the amounts come from an earlier message
    count: str = ""
    spans: tuple[str, ...] = ()  # durations told
    about: tuple[str, ...] = ()  # the awards last spoken of in the conversation
    spoken: tuple[str, ...] = ()  # the entries last spoken of
    firms: tuple[Given, ...] = ()  # every firm's value told in the conversation
    unclear: str = ""  # why the value told is not the one a rule goes by: part_of_year, arithmetic, joint, spread
    excluded: tuple[str, ...] = ()  # awards named as not meant
    skipped: tuple[Given, ...] = ()  # values taken for a figure the policy states
    clause: str = ""  # a clause named by its number
    context: str = ""  # the message before, where this one is too short to stand alone


def read(text: str, policy: Policy, as_of: date) -> Question:
    """One message by itself."""
    folded = prepare(clean(text)).text.rstrip("\0").translate(_QUOTES)
    wants = intents(prepare(text).text) & {Intent.UNSAFE} | intents(folded)
    text = clean(text)
    reading = money.read(text, policy.lexicon)
    rules, excluded = _rules(folded, policy)
    facts = stated_facts(folded, policy)
    told: Told = hear(text, reading, policy, rules, facts, wants)
    topics = _topics(folded, policy, told.stated)
    refusal = next((one for one in reading.refusals if one.measure is None or one.measure not in told.other), None)
    bare = _BARE_NUMBER.fullmatch(folded)
    here = any(word in folded for word in policy.here)
    return Question(
        text=text,
        folded=folded,
        language=language_of(text),
        wants=wants,
        topics=topics,
        rules=rules or told.rules,
        givens=told.givens or changes(folded, reading),
        facts=facts,
        claim=told.claim,
        other=told.other,
        refused=refusal.text if refusal else bare[0] if bare else "",
        no_unit=bare is not None or (refusal is not None and refusal.code == "no_unit"),
        years=(
            *(one.value for one in reading.years if isinstance(one, money.Year) and one.value is not None),
            *(int(year) for year in _YEAR.findall(folded)),
        ),
        soon=tuple(_relative(reading, as_of)),
        days=tuple(one.value for one in reading.years if isinstance(one, money.Date)),
        by_name=any(word in folded for key in rules for word in _names(policy.awards[key])),
        elsewhere=any(word in folded for word in policy.elsewhere) and not (here or facts or topics),
        on_subject=here
        or bool(topics or rules or facts)
        or sum(len(given.words) for given in told.givens) * 10 >= len(folded) * 6
        or any(word in folded for word in policy.subject),
        count=told.count,
        spans=spans(reading),
        unclear=_unclear(folded, told, policy),
        excluded=excluded,
        skipped=told.skipped,
        clause=_clause_named(folded, policy),
        firms=tuple(given for given in told.givens if given.firm),
    )


def follow(before: Question, now: Question, asked: str | None, policy: Policy) -> Question:
    """``now`` with what ``before`` had told and ``now`` leaves unsaid; ``asked`` is the fact last asked for."""
    if (
        asked
        and asked in policy.measures
        and not now.topics
        and any(n in now.folded for n in policy.measures[asked].read_as)
    ):
        now = replace(now, wants=now.wants | {Intent.AWARD})
    replies = asked is not None and _is_reply(now)
    if replies and asked:
        now = _answered(now, before, asked, policy)
    before = replace(before, rules=before.rules or before.about or _measured(before, policy))
    named_firm = [given for given in before.firms if given.firm.lower() in now.folded]
    now = replace(now, firms=(*(f for f in before.firms if f.firm not in {g.firm for g in now.firms}), *now.firms))
    just = before.topics
    before = replace(before, topics=before.topics or before.spoken)
    now = replace(now, about=now.rules or _measured(now, policy) or before.rules, spoken=now.topics or before.topics)
    if named_firm and not now.givens:
        held = replace(named_firm[-1], told=False, facts={**named_firm[-1].facts, **now.facts})
        return replace(now, givens=(held,), facts=before.facts, carried=True, wants=now.wants | {Intent.AWARD})
    if now.skipped and not now.givens and before.givens and follows(now.folded):
        now = replace(now, givens=now.skipped, topics=())
    own = bool(now.givens)
    worded = now.language == "en" and now.no_unit and bool(_SCALE.search(now.refused))
    if replies and asked in policy.measures and worded and not own:
        told = Given(asked or "", f"{now.refused} yuan")
        now, own = replace(now, givens=(told,), refused="", no_unit=False), True
    leans = replies or follows(now.folded) or Intent.GAP in now.wants
    if not (own or now.facts or leans or now.wants & {Intent.AWARD, Intent.GAP}):
        named = now.topics or now.rules
        short = len(now.folded) <= _SHORT and not now.on_subject and asks(now.folded)
        if not named and Intent.QUOTE in now.wants and before.givens:
            now = replace(now, rules=before.rules, wants=now.wants | {Intent.AWARD})
        elif not named and Intent.SURE in now.wants:
            again = {Intent.AWARD} if before.givens and not before.topics else set()
            now = replace(now, rules=before.rules, topics=before.topics, wants=now.wants | again)
        elif not named and now.wants & {Intent.TABLE, Intent.WHOM} and before.rules:
            now = replace(now, rules=before.rules)
        elif not named and (now.wants & {Intent.UNITS, Intent.LEAD, Intent.QUOTE} or (short and before.topics)):
            now = replace(now, topics=before.topics, rules=before.rules)
        context = before.text if short else ""
        count = before.count if now.rules == before.rules else ""
        return replace(
            now, givens=_kept(before), facts=before.facts, carried=True, context=context, count=now.count or count
        )
    units = before.wants & {Intent.UNITS, Intent.LEAD}
    if (now.topics or now.rules) and not own and units and not now.wants - {Intent.ASK_IF}:
        now = replace(now, wants=now.wants | units)
    if now.refused and not own and before.givens and now.no_unit and _SCALE.search(now.refused):
        words = re.sub(r"^about\s+", "", now.refused) if _WHAT_ABOUT.search(now.folded) else now.refused
        now, own = replace(now, givens=(Given("", f"{words} yuan"),), refused=""), True
    if Intent.GAP in now.wants and own and before.givens and not now.givens[0].change:
        now, own = replace(now, target=_bound(now.givens[0].words, policy), givens=()), False
    givens = _merged(before, now, leans) if own else _kept(before)
    if now.count and not own:
        givens = tuple(replace(given, count=now.count) for given in givens)
    if just and not own and not (now.facts or now.topics or now.rules or now.wants - {Intent.ASK_IF} or replies):
        now = replace(now, topics=just)
    bare = not now.topics and not now.wants - {Intent.ASK_IF}
    return replace(
        now,
        rules=now.rules
        or (before.rules if (leans or not own) and not now.topics and not _measured(now, policy) else ()),
        topics=now.topics or (before.topics if now.wants & {Intent.UNITS, Intent.LEAD} and not now.rules else ()),
        givens=givens,
        facts=now.facts if own and now.givens[0].firm and _new_firm(now, before) else {**before.facts, **now.facts},
        carried=not own and bool(givens),
        count=now.count or (before.count if leans else ""),
        wants=now.wants | {Intent.AWARD} if bare and (own or now.facts or leans) else now.wants,
        on_subject=now.on_subject or leans or own,
    )


def _new_firm(now: Question, before: Question) -> bool:
    """Whether another firm is spoken of, to whom what was said of the first does not apply."""
    return all(given.firm and given.firm not in {told.firm for told in before.firms} for given in now.givens)


def _bound(words: str, policy: Policy) -> str:
    """A sum of a tier (15万那档) stands for the value the tier begins at, in the text's own words."""
    said = {one.lo for one in money.read(words).amounts}
    for rule in policy.awards.values():
        for tier in rule.tiers:
            if tier.amount in said:
                return tier.quote.words("at_least")[0]
    return words


def _measured(asked: Question, policy: Policy) -> tuple[str, ...]:
    """The awards whose measure was told."""
    told = {given.measure for given in asked.givens}
    return tuple(rule.id for rule in policy.awards.values() if rule.by in told)


def _is_reply(now: Question) -> bool:
    """Whether a message can be the answer to what was asked, rather than a question of its own."""
    if now.topics or now.wants - {Intent.ASK_IF, Intent.AWARD, Intent.SMALL_TALK}:
        return False
    told = now.givens or now.facts or now.spans or now.count or now.refused
    said = _AGREES.search(now.folded) or _DENIES.search(now.folded) or _UNIT_ONLY.match(now.folded)
    return bool(told or said or _FULL.search(now.folded) or _NOT_FULL.search(now.folded))


def _kept(before: Question) -> tuple[Given, ...]:
    return tuple(replace(given, told=False) for given in before.givens)


def _merged(before: Question, now: Question, leans: bool) -> tuple[Given, ...]:
    """What is told now over what was told before: a change alters the last value, a bare value replaces it."""
    if not before.givens:
        return now.givens
    last = before.givens[-1]
    merged = []
    for given in now.givens:
        if not given.words and given.change:
            merged.append(replace(last, change="；".join(filter(None, (last.change, given.change))), told=True))
        elif given.measure == "":
            merged.append(replace(given, measure=last.measure, count=given.count or last.count))
        else:
            merged.append(given)
    told = {given.measure for given in merged}
    kept = [given for given in _kept(before) if given.measure not in told and not given.firm] if leans else []
    return (*merged, *kept)


def _answered(now: Question, before: Question, asked: str, policy: Policy) -> Question:
    """A reply to the fact last asked for: 是的, 没有, 8000万, 满了, 单位是万元."""
    now = replace(now, rules=now.rules or before.rules)
    if asked in policy.facts and asked not in now.facts:
        if _DENIES.search(now.folded) or _AGREES.search(now.folded):
            return replace(now, facts={**now.facts, asked: not _DENIES.search(now.folded)})
        return now
    measure = policy.measures.get(asked)
    if measure is None:
        return now
    if unit := _UNIT_ONLY.match(now.folded):
        if before.no_unit:
            return replace(now, givens=(Given(asked, before.refused + unit["unit"]),), refused="")
        return now
    if measure.unit == "month" and not any(given.measure == asked for given in now.givens):
        if now.spans:
            return replace(now, givens=(*now.givens, Given(asked, now.spans[0])))
        if _NOT_FULL.search(now.folded) or _DENIES.search(now.folded):
            return replace(now, givens=(*now.givens, Given(asked, "不到一年")))
        if _FULL.search(now.folded) or _AGREES.search(now.folded):
            return replace(now, givens=(*now.givens, Given(asked, "满一年")))
    return replace(now, givens=tuple(replace(given, measure=given.measure or asked) for given in now.givens))


def _relative(reading: Reading, as_of: date) -> list[int]:
    return [
        as_of.year + one.relative
        for one in reading.years
        if isinstance(one, money.Year) and one.value is None and one.relative is not None
    ]


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
    if not values:
        return "spread" if told.givens and unclear.spread(folded) else ""
    if unclear.part_of_year(folded):
        return "part_of_year"
    if told.changed is False or unclear.arithmetic(folded, any(given.measure and not given.rank for given in values)):
        return "arithmetic"
    several = bool(told.count) or len(values) > 1 or bool(re.search(r"[两三四五六七八九十几]家|和.{1,6}公司", folded))
    if several and unclear.joint(folded):
        return "joint"
    return "spread" if (several or "都" in folded) and unclear.spread(folded) else ""


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
            scores[topic.id] = 2 * len(covered) + (topic.kind == "unstated") + 40 * cited
    for key in stated:
        scores.setdefault(key, 1)
    return tuple(sorted(scores, key=lambda key: -scores[key]))
