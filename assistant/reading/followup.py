"""A message laid over the question before it: 那1.2亿呢, 涨两成呢, 没入驻呢 keep what was said.

``follow`` goes from what is surest to what leans most on the words before: a reply to what was asked, a firm named
again, a change of the last value, a new value, and only then whatever else the message asks.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.claims import bound
from assistant.reading.disputes import disputed
from assistant.reading.foreign import foreign
from assistant.reading.given import Given
from assistant.reading.intents import Intent, asks, follows
from assistant.reading.listing import asks_all, asks_others
from assistant.reading.outdated import not_the_old_value
from assistant.reading.persons import compared, kept, meant, remembered
from assistant.reading.question import Question
from assistant.reading.replies import answered, is_reply, of_another_award
from assistant.reading.together import all_of_them, counted_again, fallen_out
from tools import money
from tools.rules import Policy
from tools.units import unit_within, with_unit

_WHAT_ABOUT = re.compile(r"(what|how)\s*about")
_SCALE = re.compile(r"[mb]illion|[万亿]|\d[mb]n?\b", re.IGNORECASE)
_OF_THEM = re.compile(r"其中|里面|里头|当中|有(?:一|1|两|几)家(?:才|只|没|不)|\bone of them\b")
_EACH = re.compile(r"各|都|每家|每个|分别|两家|全部|both|each|all of them")
_SCALES = 40  # how many times as much a number may be and still be told in the same unit
_COUNT = 3  # digits: shorter numbers may be firms where firms were counted
_MORE = 12  # characters of a question that asks for more of the same
_SHORT = 10  # characters: too few to stand alone
_ENTRY_ASKED = frozenset({Intent.UNITS, Intent.LEAD})


def follow(before: Question, now: Question, asked: str | None, policy: Policy) -> Question:
    """``now`` with what ``before`` had told and ``now`` leaves unsaid; ``asked`` is the fact last asked for."""
    told = remembered(before, now)
    followed = _follow(before, now, told, asked, policy)
    return replace(followed, history=kept(told, followed))


def _follow(before: Question, now: Question, told: tuple[Given, ...], asked: str | None, policy: Policy) -> Question:
    if asked in policy.measures and not now.topics and _names(now, asked, policy):
        now = replace(now, wants=now.wants | {Intent.AWARD})
    replies = asked is not None and is_reply(now) and not of_another_award(now, asked, policy)
    if replies and asked:
        now = answered(now, before, asked, policy)
    before = replace(before, rules=before.rules or before.about or _measured(before, policy))
    if asks_all(now.folded) and not (now.givens or now.rules or now.topics):
        return _of_all(before, now)
    just, before = before.topics, replace(before, topics=before.topics or before.spoken)
    if doubt := disputed(before, now, asked, policy):
        now = doubt
    now = fallen_out(before, counted_again(before, now), policy)
    firms = (*(f for f in before.firms if f.firm not in {g.firm for g in now.firms}), *now.firms)
    about = now.rules or _measured(now, policy) or before.rules
    now = replace(now, firms=firms, about=about, spoken=now.topics or before.topics)
    if found := all_of_them(before, firms, now):
        values, why = found
        return _answering(before, replace(now, unclear=why, rules=now.rules or before.rules), values)
    if pair := compared(told, now):
        return _answering(before, now, pair)
    named_firm = [given for given in before.firms if given.firm.lower() in now.folded]
    if named_firm and not now.givens:
        return _answering(before, now, named_firm[-1:])
    if found := meant(told, now):
        values, why = found
        now = replace(now, unclear=why, rules=now.rules or before.rules)
        return _answering(before, now, values)
    now = _number_in_last_unit(before, now, replies, asked, policy)
    if now.number and now.no_unit and now.refused and before.givens and not now.givens:
        return replace(now, rules=before.rules, facts={**before.facts, **now.facts}, topics=())
    now = _counted_from(before, now, asked, policy)
    if unread := not_the_old_value(before, now, policy):
        return unread
    own = bool(now.givens)
    leans = replies or follows(now.folded) or Intent.GAP in now.wants or bool(now.count_change)
    if _unread_change(before, now):
        return replace(now, rules=before.rules, facts={**before.facts, **now.facts}, unclear="change")
    if _asks_more(before, now, just, own, policy):
        return replace(now, topics=just, wants=frozenset(), rules=())
    if not (own or now.facts or leans or now.wants & {Intent.AWARD, Intent.GAP}):
        return _aside(before, now, not now.on_subject and now.language == "zh" and foreign(now.folded, policy))
    units = before.wants & _ENTRY_ASKED
    if (now.topics or now.rules) and not own and units and not now.wants - {Intent.ASK_IF}:
        now = replace(now, wants=now.wants | units)
    if Intent.GAP in now.wants and own and before.givens and not now.givens[0].change:
        now, own = replace(now, target=bound(now.givens[0].words, policy), givens=()), False
    return _laid_over(before, now, own, leans, replies, just, policy)


def _of_all(before: Question, now: Question) -> Question:
    """A question for all the awards, or for those not spoken of last: no value and no award is carried into it."""
    others = before.rules if asks_others(now.folded) else ()
    return replace(now, excluded=others, firms=before.firms, about=before.rules)


def _answering(before: Question, now: Question, values: Sequence[Given]) -> Question:
    """The values of the conversation that are meant, with what was said of each."""
    held = tuple(replace(one, told=False, facts={**one.facts, **now.facts}) for one in values)
    return replace(now, givens=held, facts=before.facts, carried=True, wants=now.wants | {Intent.AWARD})


def _laid_over(
    before: Question, now: Question, own: bool, leans: bool, replies: bool, just: tuple[str, ...], policy: Policy
) -> Question:
    """The values, facts and counts of both messages, the later one first."""
    unclear = now.unclear or _whose(before, now) or _one_of_them(before, now)
    givens = _merged(before, now, leans) if own else _kept(before)
    count, vague = _counted(before, now, leans)
    if (now.count or now.count_change) and not own:
        givens = tuple(replace(given, count=count) for given in givens)
    if just and not own and not (now.facts or now.topics or now.rules or now.wants - {Intent.ASK_IF} or replies):
        now = replace(now, topics=just)
    bare = not now.topics and not now.wants - {Intent.ASK_IF}
    carries = (leans or not own) and not now.topics and not _measured(now, policy)
    return replace(
        now,
        rules=now.rules or (before.rules if carries else ()),
        topics=now.topics or (before.topics if now.wants & _ENTRY_ASKED and not now.rules else ()),
        givens=givens,
        facts=now.facts if own and now.givens[0].firm and _new_firm(now, before) else {**before.facts, **now.facts},
        carried=not own and bool(givens),
        count=count,
        wants=now.wants | {Intent.AWARD} if bare and (own or now.facts or leans) else now.wants,
        on_subject=now.on_subject or leans or own,
        unclear=unclear or vague,
    )


def _asks_more(before: Question, now: Question, just: tuple[str, ...], own: bool, policy: Policy) -> bool:
    """Whether a short question asks for more of an entry just answered that points elsewhere: 一个人多少钱, 条件是什么."""
    if not just or policy.topics[just[0]].kind != "refers" or own or now.rules or now.facts or before.givens:
        return False
    open_only = all(policy.topics[key].kind == "unstated" for key in now.topics)
    named = any(word in now.folded for key in now.topics for word in policy.topics[key].asked_as if len(word) > 4)
    more = now.wants - {Intent.AWARD, Intent.ASK_IF, Intent.TABLE, Intent.REVERSE}
    return len(now.folded) <= _MORE and open_only and not named and not more and asks(now.folded)


def _aside(before: Question, now: Question, elsewhere: bool) -> Question:
    """A message that tells nothing and leans on nothing: a question of its own, or one on what was just said, unless
    it speaks of something else altogether."""
    named = now.topics or now.rules
    short = len(now.folded) <= _SHORT and not (now.on_subject or elsewhere) and asks(now.folded)
    if not named and Intent.QUOTE in now.wants and before.givens:
        now = replace(now, rules=before.rules, wants=now.wants | {Intent.AWARD})
    elif not named and now.wants & {Intent.SURE, Intent.RESTATE}:
        again = {Intent.AWARD} if before.givens and not before.topics else set()
        now = replace(now, rules=before.rules, topics=before.topics, wants=now.wants | again)
    elif not named and now.wants & {Intent.TABLE, Intent.WHOM} and before.rules:
        now = replace(now, rules=before.rules)
    elif not named and (now.wants & {Intent.UNITS, Intent.LEAD, Intent.QUOTE} or (short and before.topics)):
        now = replace(now, topics=before.topics, rules=before.rules)
    count = before.count if now.rules == before.rules else ""
    return replace(
        now,
        givens=_kept(before),
        facts=before.facts,
        carried=True,
        context=before.text if short else "",
        count=now.count or count,
    )


def _names(now: Question, measure: str | None, policy: Policy) -> bool:
    return measure is not None and any(name in now.folded for name in policy.measures[measure].read_as)


def _number_in_last_unit(before: Question, now: Question, replies: bool, asked: str | None, policy: Policy) -> Question:
    """A value told with less than its whole unit: 那7500呢 after 6500万, 80 million after a value in yuan."""
    if now.skipped and not now.givens and before.givens and follows(now.folded):
        return replace(now, givens=now.skipped, topics=())
    if now.givens:
        return now
    if now.number and before.givens and _in_yuan(before.givens[-1], policy):
        last = before.givens[-1]
        unit = last.unit or unit_within(last.words)
        if not unit or not _same_scale(now.number, unit, last) or (before.count and len(now.number) < _COUNT):
            return replace(now, givens=(), refused=now.number, no_unit=True, wants=now.wants | {Intent.AWARD})
        return replace(now, givens=(Given("", now.number, unit=unit),), refused="", no_unit=False)
    scaled = now.no_unit and bool(_SCALE.search(now.refused))
    if replies and asked in policy.measures and scaled and now.language == "en":
        return replace(now, givens=(Given(asked or "", f"{now.refused} yuan"),), refused="", no_unit=False)
    if scaled and before.givens:
        words = re.sub(r"^about\s+", "", now.refused) if _WHAT_ABOUT.search(now.folded) else now.refused
        return replace(now, givens=(Given("", f"{words} yuan"),), refused="")
    return now


def _same_scale(number: str, unit: str, last: Given) -> bool:
    """Whether a number in the last value's unit comes near that value, so that the unit is surely meant."""
    first = re.split("[到至~-]", number.replace(",", ""))[0]
    new = money.read(with_unit(first, unit)).amounts
    old = money.read(with_unit(last.words, last.unit)).amounts
    if len(new) != 1 or len(old) != 1 or not new[0].lo or not (held := old[0].lo or old[0].hi):
        return False
    return held / _SCALES <= new[0].lo <= held * _SCALES


def _counted_from(before: Question, now: Question, asked: str | None, policy: Policy) -> Question:
    """Another time, or another day to count from, where one was asked for or told: 半年呢, 如果是去年10月呢."""
    of_rule = policy.awards[before.rules[0]].by if before.rules else ""
    measure = asked or next((given.measure for given in before.givens), of_rule)
    timed = measure in policy.measures and policy.measures[measure].unit == "month"
    if timed and now.until and not now.givens and before.givens:
        return _up_to(before, now, measure)
    if now.givens or not timed or not (now.began or now.spans):
        return now
    told = tuple(replace(one, measure=measure) for one in now.spans) or (Given(measure, now.began),)
    return replace(now, givens=told, years=(), soon=(), days=(), outside="")


def _up_to(before: Question, now: Question, measure: str) -> Question:
    """The time of the day told before, up to the one asked about now; of a duration it is not known when it began."""
    held = before.givens[-1]
    start = held.words.split("~")[0]
    if (
        not re.search(r"\d年|年\d|月|[年初底末]$", start)
        or re.search(r"个月|[满一半]年", start)
        or len(before.givens) > 1
    ):
        return replace(now, unclear="dates", rules=now.rules or before.rules)
    told = replace(held, measure=measure, words=f"{start}~{now.until}", told=True)
    day = (now.until_outside,) if now.until_outside else ()
    return replace(now, givens=(told,), years=(), soon=(), days=day, outside="", wants=now.wants | {Intent.AWARD})


def _in_yuan(given: Given, policy: Policy) -> bool:
    return bool(given.words) and (not given.measure or policy.measures[given.measure].unit == "yuan")


def _unread_change(before: Question, now: Question) -> bool:
    """A change told of the value before, in words that do not say how much (再跌回去, 涨一点)."""
    told = now.givens or now.topics or now.rules or now.count or now.count_change or now.facts
    return bool(now.vague and before.givens and not told and not now.wants - {Intent.ASK_IF, Intent.AWARD})


def _whose(before: Question, now: Question) -> str:
    """Why a change cannot be applied: several firms were told, and it is not said of which or of each."""
    changed = any(given.change and not given.words and not given.firm for given in now.givens)
    return "whose" if changed and len(_firms(before.givens)) > 1 and not _EACH.search(now.folded) else ""


def _one_of_them(before: Question, now: Question) -> str:
    """A value of one firm of the several told before (其中一家只有180万): which of them have which is not said."""
    several = before.count or any(given.count for given in before.givens)
    return "spread" if several and now.givens and _OF_THEM.search(now.folded) else ""


def _firms(givens: Sequence[Given]) -> set[str]:
    return {given.firm for given in givens if given.firm}


def _counted(before: Question, now: Question, leans: bool) -> tuple[str, str]:
    """How many firms are spoken of now, and why that cannot be told: 再多2家 counts on from the number before."""
    held = before.count or next((given.count for given in before.givens if given.count), "")
    if not now.count_change:
        return now.count or (before.count if leans else ""), ""
    return (f"{held}；{now.count_change}", "") if held and not now.givens else ("", "spread")


def _new_firm(now: Question, before: Question) -> bool:
    """Whether another firm is spoken of, to whom what was said of the first does not apply."""
    return all(given.firm and given.firm not in {told.firm for told in before.firms} for given in now.givens)


def _measured(asked: Question, policy: Policy) -> tuple[str, ...]:
    """The awards whose measure was told."""
    told = {given.measure for given in asked.givens}
    return tuple(rule.id for rule in policy.awards.values() if rule.by in told)


def _kept(before: Question) -> tuple[Given, ...]:
    return tuple(replace(given, told=False) for given in before.givens)


def _merged(before: Question, now: Question, leans: bool) -> tuple[Given, ...]:
    """What is told now over what was told before: a change alters the last value, a bare value replaces it."""
    if not before.givens:
        return now.givens
    last = before.givens[-1]
    merged: list[Given] = []
    for given in now.givens:
        if not given.words and given.change:
            held = before.givens if _EACH.search(now.folded) else [last]
            merged += [_changed(one, given.change) for one in held]
        elif given.measure == "":
            merged.append(replace(given, measure=last.measure, count=given.count or last.count))
        else:
            merged.append(given)
    told = {given.measure for given in merged}
    kept = [given for given in _kept(before) if given.measure not in told and not given.firm] if leans else []
    return (*merged, *kept)


def _changed(held: Given, change: str) -> Given:
    return replace(held, change="；".join(filter(None, (held.change, change))), told=True)
