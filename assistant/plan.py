"""What to look up for a question: tool calls from what was read, the first that fits.

Nothing is computed here and no figure is written: arguments are the user's own words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.reading.given import Given, nth
from assistant.reading.intents import Intent, asks
from assistant.reading.listing import asks_all
from assistant.reading.question import Question
from tools import money, spoken
from tools.errors import AssistantError
from tools.rules import AwardRule, Policy, Topic

MOST_CALLS = 12  # firms x rules in one question
# Search scores are in [0, 1]; these lines were drawn where the evals' on-topic and off-topic questions part.
ABOUT, SURELY_ABOUT = 0.3, 0.8  # of topicality, with and without a word of the policy's subject
NEAR = 0.45  # of a clause: below it, what was found is not what was asked
LIKE, SAME = 0.62, 0.75  # of an entry's phrase: means something like it, means the same


_THANKS = re.compile(r"谢|再见|拜拜|辛苦|知道了|明白|收到|没事了|没有了|不用了|thank|\bbye")
_SUPPOSED = re.compile(r"(?:\d+|[一二两三四五六七八九十百]+)(?:家|户).*")  # one number of firms or another, not both
_OF_EACH = re.compile(r"每家|各|分别|\beach\b")
_EARNED = re.compile(r"(?:做|干|搞)(?:了|到了|出)")  # what a firm turned over, though it says no word for it
_LEFT_TO_PAY = re.compile(
    r"还能|还可以|还剩|剩下|已经?(?:发|拿|领|用)|发出去"
)  # what of a total is left is not worked out
_HOW = re.compile(r"(?:怎么|如何|咋|怎样)(?:个)?(?:奖|算|给|补|定)|(?:奖励?|给)(?:是)?(?:多少|几)(?:钱)?[?？。]?$")
_WHOLE = re.compile(r"(这|该|本)(个|份|项)?(政策|措施|办法|文件)|(this|the) (policy|measure)")


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: Mapping[str, Any]


def plan(asked: Question, policy: Policy, done: Sequence[Mapping[str, Any]]) -> list[Call]:
    """The calls still to make, given the results so far (``done``, in the order of their calls)."""
    if not done:
        return _noticed(asked, _first(asked, policy), policy)[:MOST_CALLS]
    if len(done) == 1 and "hits" in done[0]:
        return _after_search(asked, done[0], policy)
    if any("total" in result or "apart" in result for result in done):
        return []
    return _difference(asked, done) or _totals(asked, done, policy)


def _difference(asked: Question, done: Sequence[Mapping[str, Any]]) -> list[Call]:
    """How far apart two values of one rule come out, when that is asked."""
    computed = [result for result in done if "outcomes" in result and result["firm"]]
    single = all(
        len(result["outcomes"]) == 1 and result["outcomes"][0]["type"] in ("due", "not_due") for result in computed
    )
    if (
        Intent.COMPARE not in asked.wants
        or len(computed) != 2
        or not single
        or len({r["rule_id"] for r in computed}) > 1
    ):
        return []
    outcomes = [result["outcomes"][0] for result in computed]
    return [
        Call(
            "difference",
            {
                "rule_id": computed[0]["rule_id"],
                "amounts": [one.get("amount", "0元") for one in outcomes],
                "kinds": [one.get("kind", "exactly") for one in outcomes],
            },
        )
    ]


def _totals(asked: Question, done: Sequence[Mapping[str, Any]], policy: Policy) -> list[Call]:
    """Sums of what several firms give: always where a programme's total may cap them, else when asked for."""
    due: dict[str, list[Mapping[str, Any]]] = {}
    for result in done:
        outcomes = result.get("outcomes", ())
        if _SUPPOSED.fullmatch(result.get("firm", "")) or "error" in result:
            return []
        if result.get("firm") and len(outcomes) == 1 and outcomes[0]["type"] == "due":
            due.setdefault(result["rule_id"], []).append(outcomes[0])
    asks = re.search(r"一共|合计|总共|共计|加起来|总额|altogether|in total", asked.folded)
    return [
        Call("add_up", {"rule_id": key, "amounts": [o["amount"] for o in found], "kinds": [o["kind"] for o in found]})
        for key, found in due.items()
        if len(found) > 1 and (asks or policy.awards[key].pool)
    ]


def _after_search(asked: Question, found: Mapping[str, Any], policy: Policy) -> list[Call]:
    """What a search leads to: the units of the clause found, the entry come nearest to, its quote, or a refusal."""
    hit = found["hits"][0] if found["hits"] else None
    entry = found["entries"][0] if found["entries"] else None
    if len(asked.folded) < 3:
        return [_decline("not_found" if asked.on_subject else "unreadable")]
    open_point = entry and entry["of"] == "unstated" and entry["score"] >= LIKE
    if asked.wants & {Intent.TABLE, Intent.WHOM, Intent.REVERSE}:
        if entry and entry["score"] >= SAME:
            return [Call("policy_entry", {"entry_id": entry["entry_id"]})]
        return [Call("award_table", {"rule_id": key}) for key in _tables(asked, policy)]
    near = found["topicality"] >= (ABOUT if entry and entry["score"] >= SAME else SURELY_ABOUT)
    if entry and open_point and (asked.on_subject or near):
        return [Call("policy_entry", {"entry_id": entry["entry_id"]})]
    about = found["topicality"] >= (ABOUT if asked.on_subject else SURELY_ABOUT)
    if not hit or not about or (asked.language == "en" and not asked.on_subject):
        return [_decline("off_topic")]
    named = next((one["clause_id"] for one in found["hits"] if policy.text.clause(one["clause_id"]).units), None)
    if asked.wants & {Intent.UNITS, Intent.LEAD} and named:
        return [Call("responsible_units", {"clause_id": named})]
    if entry and entry["score"] >= LIKE:
        return [Call("policy_entry", {"entry_id": entry["entry_id"]})]
    return [] if hit["score"] >= NEAR else [_decline("not_found")]


def _first(asked: Question, policy: Policy) -> list[Call]:
    wants = asked.wants
    if Intent.UNSAFE in wants:
        return [_decline("unsafe")]
    if not any(char.isalnum() for char in asked.folded):
        return [_decline("unreadable")]
    if asked.elsewhere:
        return [_decline("elsewhere")]
    if asked.unclear in ("change", "whose", "another", "dates", "vague"):
        return _awards(asked, policy)
    told = any(given.told and given.words for given in asked.givens)
    topics = [policy.topics[key] for key in asked.topics]
    if wants & {Intent.SMALL_TALK, Intent.HELP} and not (told or topics):
        return [_decline("thanks" if _THANKS.search(asked.folded) else "small_talk")]
    explicit = (
        bool(wants & {Intent.AWARD, Intent.GAP} or (Intent.COMPARE in wants and asked.givens))
        or (told and Intent.TABLE in wants)
        or bool(asked.claim and (asked.givens or asked.facts))
    )
    if _outside(asked, policy) and (told or wants & {Intent.AWARD, Intent.ASK_IF, Intent.TABLE}):
        return [Call("policy_basis", {})]
    if asked.days and not told and wants & {Intent.AWARD, Intent.ASK_IF, Intent.TABLE}:
        return [Call("policy_basis", {})]
    loosely = asked.applied or not (topics or asked.rules)
    asks_of_it = asked.on_subject or wants & {Intent.AWARD, Intent.ASK_IF, Intent.TABLE}
    if asked.outside and loosely and asks_of_it and not (asked.givens or told):
        return [Call("policy_basis", {})]
    if asked.clause and not told:
        name = "responsible_units" if wants & {Intent.UNITS, Intent.LEAD} else "read_clause"
        return [Call(name, {"clause_id": asked.clause})]
    if asked.tier and not (told or (asked.carried and asked.givens)):
        return [Call("award_table", {"rule_id": key}) for key in _tables(asked, policy)[:1]]
    if asks_all(asked.folded) and not (told or topics or asked.rules or asked.claim):
        return [Call("award_table", {"rule_id": key}) for key in policy.awards if key not in asked.excluded]
    if Intent.SUMMARY in wants and not (told or topics):
        return [Call("policy_basis", {}), *(Call("award_table", {"rule_id": key}) for key in policy.awards)]
    entries = [_entry(asked, topic, policy) for topic in _chosen(topics)]
    stated_who = bool(topics) and (
        topics[0].kind == "unstated" or Intent.AWARD in wants or _named_at_length(asked, topics[0])
    )
    if (Intent.LEAD in wants or (Intent.UNITS in wants and not stated_who)) and not (told and explicit):
        clause = _clause(asked, policy)
        if clause and policy.text.clause(clause).units:
            also = [topic for topic in topics[:1] if topic.kind == "stated" and _at_length(asked, topic, by_name=False)]
            return [Call("responsible_units", {"clause_id": clause}), *(_entry(asked, topic, policy) for topic in also)]
        if not topics and _WHOLE.search(asked.folded):
            return [Call("policy_basis", {})]
        return [_search(asked)] if not topics else entries[:1]
    if told and Intent.TABLE in wants and (tiers := _named_tiers(asked, policy)):
        return [Call("award_table", {"rule_id": key}) for key in tiers]
    loose = told and not any(given.measure for given in asked.givens)
    whole = loose and len(asked.givens[0].words) * 10 >= len(asked.folded) * 6
    firms = any(given.firm for given in asked.givens)
    changed = any(given.change for given in asked.givens)
    plain = loose and not (firms or changed or asked.claim or asked.rules or asked.unclear or asked.facts)
    if met := [
        key
        for key in asked.rules
        if Intent.AWARD in wants and _met(asked, policy.awards[key]) and not _LEFT_TO_PAY.search(asked.folded)
    ]:
        return _awards(replace(asked, rules=tuple(met)), policy)
    if (
        plain
        and not whole
        and not (asked.count and _OF_EACH.search(asked.folded))
        and not wants & {Intent.AWARD, Intent.GAP, Intent.COMPARE}
    ):
        if named := _figure_named(asked, policy):
            return [Call("award_table", {"rule_id": named})]
        if not (asked.on_subject or _EARNED.search(asked.folded)):
            return [_search(asked)]
    if told and (explicit or not entries or not _at_length(asked, topics[0])):
        calls = _awards(asked, policy)
        if asked.unclear:
            return calls
        if wants & {Intent.LEAD, Intent.UNITS}:
            clause_id = policy.awards[_targets(asked, policy)[0]].clause_id
            return [*calls, *_open_points(topics), Call("responsible_units", {"clause_id": clause_id})]
        return calls + _open_points(topics)
    if explicit and asked.other and not (topics and _at_length(asked, topics[0])):
        return _awards(asked, policy)
    if entries and not (asked.rules and Intent.TABLE in wants and topics[0].kind == "stated"):
        return entries[:3]
    if wants & {Intent.TABLE, Intent.REVERSE, Intent.WHOM} and (
        asked.claim or not asked.carried or Intent.TABLE in wants
    ):
        if Intent.AWARD not in wants and not asked.rules and not asked.claim and not _measure_named(asked, policy):
            return [_search(asked)]
        return [Call("award_table", {"rule_id": key}) for key in _tables(asked, policy)]
    by = {policy.awards[key].by for key in asked.rules}
    given = any(one.told or one.measure in by for one in asked.givens)
    if not (given or asked.count or asked.refused or asked.other) and _standard(asked, policy):
        return [Call("award_table", {"rule_id": key}) for key in asked.rules]
    if asked.refused or asked.other or explicit or _bare(asked):
        return _awards(asked, policy)
    if wants & {Intent.BASIS, Intent.CONTACT}:
        return [Call("policy_basis", {})]
    if asked.rules:
        return [Call("award_table", {"rule_id": key}) for key in asked.rules]
    if asked.count and not wants and not asks(asked.folded):
        return [_decline("not_found")]  # so many firms, and nothing asked of them
    return [_search(asked)]


def _noticed(asked: Question, calls: list[Call], policy: Policy) -> list[Call]:
    """The calls, with the dates in force first where a sum is asked for another time; these alone where it is the time
    of the application, where a sum is claimed for it, or where the dates are asked for."""
    by = [policy.awards[one.arguments["rule_id"]].by for one in calls if one.name in ("compute_award", "award_table")]
    timed = all(policy.measures[measure].unit == "month" for measure in by)
    entries = [policy.topics[one.arguments["entry_id"]] for one in calls if one.name == "policy_entry"]
    if asked.outside and len(calls) == 1 and any(policy.in_force in topic.quotes for topic in entries):
        return [Call("policy_basis", {})]
    if not asked.outside or timed or not any(given.words for given in asked.givens):
        return calls
    basis = Call("policy_basis", {})
    return [basis] if asked.applied or asked.claim else [basis, *calls]


def _standard(asked: Question, policy: Policy) -> bool:
    """Whether it is asked how an award of one tier goes (怎么奖, 奖多少), which its standard says at once."""
    single = bool(asked.rules) and all(len(policy.awards[key].tiers) == 1 for key in asked.rules)
    return single and bool(_HOW.search(asked.folded)) and not asked.facts and not asked.unclear


def _figure_named(asked: Question, policy: Policy) -> str:
    """The award one of whose figures alone is named (20万是什么钱)."""
    said = {one.lo for given in asked.givens for one in money.read(given.words).amounts if one.lo is not None}
    for rule in sorted(policy.awards.values(), key=lambda rule: len(rule.tiers)):
        own = {tier.amount for tier in rule.tiers} | {
            tier.lo for tier in rule.tiers if policy.measures[rule.by].unit == "yuan"
        }
        if said & ({*own, rule.pool_yuan} if rule.pool_yuan else own):
            return rule.id
    return ""


def _named_tiers(asked: Question, policy: Policy) -> list[str]:
    """Awards one of whose tiers is named by both its ends (1亿到5亿那一档)."""
    spans = [(one.lo, one.hi) for one in money.read(asked.text).amounts]
    return [
        rule.id
        for rule in policy.awards.values()
        if any(hi and lo == t.lo and hi == t.hi for t in rule.tiers for lo, hi in spans)
    ]


def _open_points(topics: Sequence[Topic]) -> list[Call]:
    """What is asked about beside a sum and is left open, or decided elsewhere."""
    return [Call("policy_entry", {"entry_id": topic.id}) for topic in topics if topic.kind != "stated"][:3]


def _at_length(asked: Question, topic: Topic, by_name: bool = True) -> bool:
    """Whether an entry was named by a phrase long enough not to stand there by the way (审计, 口径)."""
    words = (topic.name, *topic.asked_as) if by_name else [word for word in topic.asked_as if word not in topic.name]
    return any(len(word) >= 4 and word in asked.folded for word in words)


def _measure_named(asked: Question, policy: Policy) -> bool:
    return any(name in asked.folded for measure in policy.measures.values() for name in measure.read_as)


def _bare(asked: Question) -> bool:
    """Values from before, and nothing new that would ask for anything else."""
    return asked.carried and not asked.topics and Intent.AWARD in asked.wants


def _named_at_length(asked: Question, topic: Topic) -> bool:
    """Whether the entry was named by a phrase that holds the question about units itself (谁负责解释)."""
    return any(
        len(word) >= 3 and word in asked.folded and re.search(r"谁|哪|归|管|[a-z]{5}", word) for word in topic.asked_as
    )


def _awards(asked: Question, policy: Policy) -> list[Call]:
    if asked.unclear:  # the value itself is asked for, whatever else was said
        return [Call("compute_award", {"rule_id": _targets(asked, policy)[0], "amount": ""})]
    calls = []
    for key in _targets(asked, policy):
        rule = policy.awards[key]
        givens = [given for given in asked.givens if given.measure == rule.by]
        givens = givens or [given for given in asked.givens if not given.measure] or [Given(rule.by, "")]
        for given in _each(asked, givens, rule):
            own = {fact for one in asked.givens for fact in one.facts}  # what was said of one firm holds for no other
            held = {**{fact: yes for fact, yes in asked.facts.items() if fact not in own}, **given.facts}
            facts = {fact: held[fact] for fact in rule.requires if fact in held}
            arguments: dict[str, Any] = {"rule_id": key, "amount": given.words or _met(asked, rule)}
            if not given.words and asked.refused and not asked.other:
                arguments["amount"] = asked.refused
            if not arguments["amount"] and given.change:
                given = replace(given, change="")
            said = (("change", given.change), ("firm", given.firm), ("unit", given.unit))
            arguments |= {name: words for name, words in said if words}
            if given.words and asked.target:
                arguments["target"] = asked.target
            timed = policy.measures[rule.by].unit == "month"
            shared = not timed and len(givens) > 1 and len({one.count for one in givens}) == 1
            if rule.pays == "once_per_firm" and not shared and (given.count or asked.count):
                arguments["count"] = given.count or asked.count
            if facts:
                arguments["facts"] = facts
            calls.append(Call("compute_award", arguments))
    return calls


def _met(asked: Question, rule: AwardRule) -> str:
    """The text's own threshold, where firms are said to meet it (达标) without a figure."""
    if rule.id in asked.rules and asked.count and re.search(r"达标|(符合|满足|够)(了)?(条件|要求|标准)", asked.folded):
        return f"{rule.tiers[0].quote.words('at_least')[0]}以上"
    return ""


def _targets(asked: Question, policy: Policy) -> list[str]:
    """The awards a question is about: those named, those whose measure is told, else the first of the file."""
    by = {given.measure for given in asked.givens if given.told or asked.carried}
    measured = [rule.id for rule in policy.awards.values() if rule.by in by]
    if len(measured) > 1 and not asked.rules:
        loose = {given.measure for given in asked.givens if given.rank}
        measured = [key for key in measured if not _by_the_way(asked, policy.awards[key], loose)] or measured[:1]
    if asked.rules:
        own = any(policy.awards[key].by in by for key in asked.rules)
        more = [] if asked.carried or asked.by_name or not own else [key for key in measured if key not in asked.rules]
        return [*asked.rules, *more]
    measured = [key for key in measured if key not in asked.excluded] or measured
    return measured or [next((key for key in policy.awards if key not in asked.excluded), next(iter(policy.awards)))]


def _each(asked: Question, givens: Sequence[Given], rule: AwardRule) -> list[Given]:
    """One value said of several firms at once (两家都是3000万) counts for each of them."""
    if rule.pays != "once_per_tier" or len(givens) != 1 or not re.search(r"各|都|每家|均|each|both", asked.folded):
        return list(givens)
    try:
        number = spoken.count(givens[0].count or asked.count)
    except AssistantError:
        number = 1
    if not 1 < number <= MOST_CALLS:
        return list(givens)
    return [replace(givens[0], firm=nth(at)) for at in range(number)]


def _by_the_way(asked: Question, rule: AwardRule, loose: set[str]) -> bool:
    """A measure told only in a wider word (纳税 for 首次年纳税总额), beside another, and none of whose own conditions
    is spoken of, asks for no award of its own."""
    return rule.by in loose and bool(rule.payee_said_as) and not any(fact in asked.facts for fact in rule.requires[:1])


def _tables(asked: Question, policy: Policy) -> list[str]:
    """The awards whose standard is asked for: those named, else those of the measure named, else all."""
    if asked.rules:
        return list(asked.rules)
    if asked.excluded:
        return [key for key in policy.awards if key not in asked.excluded]
    named = [
        rule.id
        for rule in policy.awards.values()
        if any(name in asked.folded for name in policy.measures[rule.by].read_as) or asked.claim
    ]
    words = ("哪些", "什么奖", "有什么", "what awards", "what rewards")
    if any(word in asked.folded for word in words):
        return list(policy.awards)
    return named[:1] or [next(iter(policy.awards))]


def _clause(asked: Question, policy: Policy) -> str | None:
    """The clause whose units are asked for: that of the award named, or of the entry."""
    if asked.rules and asked.by_name:
        return policy.awards[asked.rules[0]].clause_id
    for topic in (policy.topics[key] for key in asked.topics):
        if topic.kind != "unstated" and topic.quotes:
            return topic.quotes[0].clause_id
    return policy.awards[asked.rules[0]].clause_id if asked.rules else None


def _chosen(topics: Sequence[Topic]) -> list[Topic]:
    """The entry named at most length, and others of its kind."""
    return [topic for topic in topics if topic.kind == topics[0].kind]


def _outside(asked: Question, policy: Policy) -> bool:
    """Whether another time than the policy's is asked about; the year a revenue was made in is not that."""
    if any(not policy.is_in_force(day) for day in asked.days):
        return True
    if any(year > policy.in_force_to.year for year in asked.years):
        return True
    if any(year < policy.in_force_from.year for year in asked.years) and asked.applied:
        return True
    early = [
        year for year in (*asked.years, *asked.soon) if not policy.in_force_from.year <= year <= policy.in_force_to.year
    ]
    return bool(early) and not asked.givens


def _entry(asked: Question, topic: Topic, policy: Policy) -> Call:
    """An entry, of the clause of the award spoken of where it has a quote there."""
    own = {quote.clause_id for quote in topic.quotes}
    of = [policy.awards[key].clause_id for key in asked.rules if policy.awards[key].clause_id in own]
    return Call("policy_entry", {"entry_id": topic.id, **({"clause_id": of[0]} if of and len(own) > 1 else {})})


def _decline(reason: str) -> Call:
    return Call("decline", {"reason": reason})


def _search(asked: Question) -> Call:
    return Call("search_policy", {"query": f"{asked.context} {asked.text}".strip()[:500]})
