"""A message laid over the question before it: 那1.2亿呢, 涨两成呢, 没入驻呢 keep what was said.

``follow`` goes from what is surest to what leans most on the words before: a reply to what was asked, a firm named
again, a change of the last value, a new value, and only then whatever else the message asks.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.claims import bound, for_a_firm
from assistant.reading.disputes import disputed
from assistant.reading.first_years import is_later_year
from assistant.reading.foreign import foreign
from assistant.reading.given import Given
from assistant.reading.intents import Intent, asks, follows
from assistant.reading.laid_over import (
    carried_over,
    counted,
    new_firm,
    one_of_them,
    overlaid,
    put_together,
    whose,
)
from assistant.reading.last_unit import counted_from, number_in_last_unit
from assistant.reading.listing import asks_all, asks_others
from assistant.reading.outdated import not_the_old_value
from assistant.reading.persons import compared, kept, meant, remembered
from assistant.reading.question import Question
from assistant.reading.renamed import for_the_firm, likewise, of_the_award_before, renamed, same_way
from assistant.reading.replies import answered, asked_again, is_reply, of_another_award
from assistant.reading.together import all_of_them, counted_again, fallen_out, on_top
from assistant.reading.vague import not_a_penny
from tools.rules import Policy

_MORE = 12  # characters of a question that asks for more of the same
_WORDS = re.compile(r"[a-zA-Z一-鿿]")
_WITHIN = re.compile(r"^(?:其中|里面|这里面|这里头|里头|当中|这当中)")
_SHORT = 10  # characters: too few to stand alone
_ENTRY_ASKED = frozenset({Intent.UNITS, Intent.LEAD})


def follow(before: Question, now: Question, asked: str | None, policy: Policy) -> Question:
    """``now`` with what ``before`` had told and ``now`` leaves unsaid; ``asked`` is the fact last asked for."""
    told = remembered(before, now)
    followed = _follow(before, now, told, asked, policy)
    if before.givens:  # said once
        followed = replace(followed, in_yuan=False)
    if not _WORDS.search(now.text):  # 150, in the language of the conversation
        followed = replace(followed, language=before.language)
    return replace(followed, history=kept(told, followed))


def _follow(before: Question, now: Question, told: tuple[Given, ...], asked: str | None, policy: Policy) -> Question:
    if asked in policy.measures and not now.topics and _names(now, asked, policy):
        now = replace(now, wants=now.wants | {Intent.AWARD})
    if asked in policy.measures and now.skipped and not now.givens and len(now.folded) <= _SHORT:
        now = replace(now, givens=now.skipped, skipped=(), topics=())  # 300万, of the value asked for
    replies = asked is not None and is_reply(now) and not of_another_award(now, asked, policy)
    if replies and asked:
        now = answered(now, before, asked, policy)
    before = replace(before, rules=before.rules or before.about or _measured(before, policy))
    if asks_all(now.folded) and not (now.givens or now.rules or now.topics):
        return _of_all(before, now)
    if again := asked_again(before, now, asked, policy):
        return again
    just, before = before.topics, replace(before, topics=before.topics or before.spoken)
    if just and _WITHIN.match(now.folded) and not (now.givens or now.topics or now.rules or before.givens):
        return replace(now, topics=just, wants=frozenset())
    if doubt := disputed(before, now, asked, policy):
        now = doubt
    now = of_the_award_before(before, same_way(before, now, policy), policy)
    if found_again := renamed(before, told, now, policy):
        return _answering(before, replace(now, rules=(), wants=frozenset(), refused=""), (found_again,))
    if firm_itself := for_the_firm(before, now, policy):
        return _answering(before, replace(now, rules=firm_itself), before.givens)
    if now.excluded and before.givens and not (now.givens or now.rules or now.topics or now.wants - {Intent.ASK_IF}):
        return _answering(before, now, before.givens)  # 我不是招商的
    if likewise(before, now, policy):
        return _answering(before, replace(now, rules=before.rules), before.givens[-1:])
    now = fallen_out(before, counted_again(before, now, policy), policy)
    firms = (*(f for f in before.firms if f.firm not in {g.firm for g in now.firms}), *now.firms)
    about = now.rules or _measured(now, policy) or before.rules
    now = replace(now, firms=firms, about=about, spoken=now.topics or before.topics)
    if found := all_of_them(before, firms, told, now):
        values, why = found
        rules = _of_measures(values, policy) or now.rules or before.rules
        return _answering(before, replace(now, unclear=why, rules=rules, topics=(), count=""), values)
    if held := on_top(told, now):
        values = (*held, *now.givens)
        facts, wants = {**before.facts, **now.facts}, now.wants | {Intent.AWARD}
        rules = _of_measures(values, policy)
        return replace(now, givens=values, rules=rules, facts=facts, count="", wants=wants, topics=())
    if pair := compared(told, now):
        return _answering(before, now, pair)
    named_firm = [given for given in before.firms if given.firm.lower() in now.folded]
    if named_firm and not now.givens:
        return _answering(before, now, named_firm[-1:])
    if is_later_year(before, now, policy):
        wants = now.wants | {Intent.AWARD}
        if now.givens:  # 第二年补到220万: the first year's value stands
            return _answering(before, replace(now, rules=before.rules, topics=(), count=before.count), before.givens)
        return replace(now, rules=before.rules, facts=before.facts, topics=(), wants=wants, unclear="first")
    if found := meant(told, now):
        values, why = found
        now = replace(now, unclear=why, rules=now.rules or before.rules)
        return _answering(before, now, values)
    now = number_in_last_unit(before, now, policy)
    if now.number and now.no_unit and now.refused and before.givens and not now.givens:
        return replace(now, rules=before.rules, facts={**before.facts, **now.facts}, topics=())
    now = counted_from(before, now, asked, policy)
    if unread := not_the_old_value(before, now, policy):
        return unread
    last = before.givens[-1] if before.givens and False not in before.facts.values() else None
    if last and not now.givens and (none := not_a_penny(last, now.folded, policy)):
        now = replace(now, givens=(none,))
    own = bool(now.givens)
    leans = replies or follows(now.folded) or Intent.GAP in now.wants or bool(now.count_change)
    if _unread_change(before, now):
        return replace(now, rules=before.rules, facts={**before.facts, **now.facts}, unclear="change")
    if _asks_more(before, now, just, own, policy):
        return replace(now, topics=just, wants=frozenset(), rules=())
    if not (own or now.facts or leans or now.wants & {Intent.AWARD, Intent.GAP}):
        return _aside(before, now, not now.on_subject and now.language == "zh" and foreign(now.folded, policy), policy)
    units = before.wants & _ENTRY_ASKED
    if (now.topics or now.rules) and not own and units and not now.wants - {Intent.ASK_IF}:
        now = replace(now, wants=now.wants | units)
    if Intent.GAP in now.wants and own and before.givens and not now.givens[0].change:
        now, own = replace(now, target=bound(now.givens[0].words, policy), givens=()), False
    elif Intent.GAP in now.wants and now.claim and before.givens and not (own or now.target):  # 差多少到100万那档
        now = replace(now, target=bound(now.claim, policy), claim="")
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
    if joint := put_together(before, now):
        return replace(_answering(before, replace(now, claim=""), before.givens), unclear=joint)
    unclear = now.unclear or whose(before, now) or one_of_them(before, now)
    givens = overlaid(before, now, leans) if own else carried_over(before)
    count, vague = counted(before, now, leans)
    if (now.count or now.count_change) and not own:
        givens = tuple(replace(given, count=count) for given in givens)
    if just and not own and not (now.facts or now.topics or now.rules or now.wants - {Intent.ASK_IF} or replies):
        now = replace(now, topics=just)
    if now.count_change and not vague and not own:  # 再加两家达标的 asks for their award, not for the standard
        now = replace(now, topics=(), wants=(now.wants - {Intent.TABLE}) | {Intent.AWARD})
    if Intent.GAP in now.wants and Intent.COMPARE in before.wants and not own and len(before.givens) == 2:
        now = replace(now, wants=(now.wants - {Intent.GAP}) | {Intent.COMPARE})  # 差多少, of the two compared before
    bare = not now.topics and not now.wants - {Intent.ASK_IF}
    after = own and not before.givens and len(before.rules) == 1 and all(not one.measure for one in now.givens)
    if after:
        givens = tuple(replace(one, measure=policy.awards[before.rules[0]].by) for one in givens)
    carries = (leans or after or not own) and not now.topics and not _measured(now, policy)
    return replace(
        now,
        rules=now.rules or (before.rules if carries else ()),
        topics=now.topics or (before.topics if now.wants & _ENTRY_ASKED and not now.rules else ()),
        givens=givens,
        facts=now.facts if own and now.givens[0].firm and new_firm(now, before) else {**before.facts, **now.facts},
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


def _aside(before: Question, now: Question, elsewhere: bool, policy: Policy) -> Question:
    """A message that tells nothing and leans on nothing: a question of its own, or one on what was just said, unless
    it speaks of something else altogether."""
    named = now.topics or now.rules
    short = len(now.folded) <= _SHORT and not (now.on_subject or elsewhere) and asks(now.folded)
    if (not named and Intent.QUOTE in now.wants and before.givens) or (
        not named and before.rules and before.givens and for_a_firm(now.folded)
    ):
        now = replace(now, rules=before.rules, wants=now.wants | {Intent.AWARD})
    elif not named and now.wants & {Intent.SURE, Intent.RESTATE}:
        again = {Intent.AWARD} if before.givens and not before.topics else set()
        now = replace(now, rules=before.rules, topics=before.topics, wants=now.wants | again)
    elif not named and now.wants & {Intent.TABLE, Intent.WHOM} and (rules := before.rules or _of_entry(before, policy)):
        now = replace(now, rules=rules)
    elif not named and (now.wants & {Intent.UNITS, Intent.LEAD, Intent.QUOTE} or (short and before.topics)):
        now = replace(now, topics=before.topics, rules=before.rules)
    count = before.count if now.rules == before.rules else ""
    return replace(
        now,
        givens=carried_over(before),
        facts=before.facts,
        carried=True,
        context=before.text if short else "",
        count=now.count or count,
    )


def _of_entry(before: Question, policy: Policy) -> tuple[str, ...]:
    """The award of the clause that the entry last spoken of quotes, where it is the only one there."""
    clauses = {quote.clause_id for key in before.topics[:1] for quote in policy.topics[key].quotes}
    rules = tuple(rule.id for rule in policy.awards.values() if rule.clause_id in clauses)
    return rules if len(rules) == 1 else ()


def _names(now: Question, measure: str | None, policy: Policy) -> bool:
    return measure is not None and any(name in now.folded for name in policy.measures[measure].read_as)


def _unread_change(before: Question, now: Question) -> bool:
    """A change told of the value before, in words that do not say how much (再跌回去, 涨一点)."""
    told = now.givens or now.topics or now.rules or now.count or now.count_change or now.facts
    return bool(now.vague and before.givens and not told and not now.wants - {Intent.ASK_IF, Intent.AWARD})


def _measured(asked: Question, policy: Policy) -> tuple[str, ...]:
    """The awards whose measure was told."""
    return _of_measures(asked.givens, policy)


def _of_measures(givens: Sequence[Given], policy: Policy) -> tuple[str, ...]:
    """The awards that go by the values' measures."""
    told = {given.measure for given in givens}
    return tuple(rule.id for rule in policy.awards.values() if rule.by in told)
