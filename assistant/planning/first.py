"""The first calls for a question: a table of cases in the order they are tried, the first that fits.

Each case answers with its calls, or with None where it does not fit.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.planning import bodies
from assistant.planning.call import Call, basis, decline, table, units
from assistant.planning.scene import Scene
from assistant.planning.targets import awards, clause, figure_named, met, named_tiers, tables, targets
from assistant.reading.claims import for_a_firm
from assistant.reading.intents import Intent, asks
from assistant.reading.listing import asks_all
from assistant.reading.question import Question
from tools.rules import Policy, Topic

_THANKS = re.compile(r"谢|再见|拜拜|辛苦|知道了|明白|收到|没事了|没有了|不用了|thank|\bbye")
_OF_EACH = re.compile(r"每家|各|都|均|分别|\beach\b")
_OF_ALL = re.compile(
    r"每[一]?(?:家|个|户)|家家|个个|所有|全部|凡是|还是[\d一二三四五六七八九十]|都(?:给|发|有|能|可以|奖|补)"
)
_EARNED = re.compile(
    r"(?:做|干|搞)(?:了|到|出)|\b(?:hit|made|make|makes|did|earned?|turned over)\b"
)  # what a firm turned over, though it says no word for it
_OURS = re.compile(
    r"(?:我们|我司|我|咱们|咱|公司|企业|厂|现在|今年|去年|目前|大概|大约|差不多|一年|有|是|也就|就|呢|吧|了|的|\W)*+"
)  # 我们现在28亿
_LEFT_TO_PAY = re.compile(r"还能|还可以|还剩|剩下|已经?(?:发|拿|领|用)|发出去")  # what is left of a total
_HOW = re.compile(r"(?:怎么|如何|咋|怎样)(?:个)?(?:奖|算|给|补|定)|(?:奖励?|给)(?:是)?(?:多少|几)(?:钱)?[?？。]?$")
_WHOLE = re.compile(r"(这|该|本)(个|份|项)?(政策|措施|办法|文件)|(this|the) (policy|measure)")
_WHO = re.compile(r"谁|哪|归|管|[a-z]{5}")
_SUM = frozenset({Intent.AWARD, Intent.ASK_IF, Intent.TABLE})  # asks for an award, in whatever way
_UNITS = frozenset({Intent.LEAD, Intent.UNITS})
_ASKED_BACK = ("change", "whose", "another", "dates", "vague")  # kinds of values nobody can reckon with


def first(asked: Question, policy: Policy) -> list[Call]:
    """The calls of the first case that fits, else a search."""
    scene = Scene(asked, policy)
    for case in _CASES:
        if (calls := case(scene)) is not None:
            return calls
    return [_search(asked)]


def _unsafe(scene: Scene) -> list[Call] | None:
    return [decline("unsafe")] if Intent.UNSAFE in scene.asked.wants else None


def _unreadable(scene: Scene) -> list[Call] | None:
    return None if any(char.isalnum() for char in scene.asked.folded) else [decline("unreadable")]


def _elsewhere(scene: Scene) -> list[Call] | None:
    return [decline("elsewhere")] if scene.asked.elsewhere else None


def _asked_back(scene: Scene) -> list[Call] | None:
    return awards(scene.asked, scene.policy) if scene.asked.unclear in _ASKED_BACK else None


def _small_talk(scene: Scene) -> list[Call] | None:
    if not scene.asked.wants & {Intent.SMALL_TALK, Intent.HELP} or scene.told or scene.topics:
        return None
    return [decline("thanks" if _THANKS.search(scene.asked.folded) else "small_talk")]


def _out_of_force(scene: Scene) -> list[Call] | None:
    """Another time than the policy's is asked about: the dates in force alone answer."""
    asked = scene.asked
    sum_asked = bool(asked.wants & _SUM)
    if _outside(asked, scene.policy) and (scene.told or sum_asked):
        return [basis(), *scene.beside_dates()]
    if asked.days and not scene.told and sum_asked:
        return [basis()]
    loosely = asked.applied or not (scene.topics or asked.rules)
    of_it = asked.on_subject or sum_asked
    return (
        [basis(), *scene.beside_dates()]
        if asked.outside and loosely and of_it and not (asked.givens or scene.told)
        else None
    )


def _clause_named(scene: Scene) -> list[Call] | None:
    asked = scene.asked
    if not asked.clause or scene.told:
        return None
    return [units(asked.clause) if asked.wants & _UNITS else Call("read_clause", {"clause_id": asked.clause})]


def _tier_named(scene: Scene) -> list[Call] | None:
    asked = scene.asked
    if not asked.tier or scene.told or (asked.carried and asked.givens):
        return None
    return [table(key) for key in tables(asked, scene.policy)[:1]]


def _all_awards(scene: Scene) -> list[Call] | None:
    asked = scene.asked
    if not asks_all(asked.folded) or scene.told or scene.topics or asked.rules or asked.claim:
        return None
    return [table(key) for key in scene.policy.awards if key not in asked.excluded]


def _summary(scene: Scene) -> list[Call] | None:
    if Intent.SUMMARY not in scene.asked.wants or scene.told or scene.topics:
        return None
    return [basis(), *(table(key) for key in scene.policy.awards)]


def _body_named(scene: Scene) -> list[Call] | None:
    """What a body does under the policy (财政局在这里面管什么): the clauses that name it."""
    asked = scene.asked
    if scene.told or asked.rules or any(scene.at_length(topic) for topic in scene.topics):
        return None
    return [units(clause_id) for clause_id in bodies.named(asked.folded, scene.policy)] or None


def _units_asked(scene: Scene) -> list[Call] | None:
    """Who leads, who decides, whom to ask: of a clause, of the whole policy, or as an entry says."""
    asked, wants, topics = scene.asked, scene.asked.wants, scene.topics
    stated_who = bool(topics) and (
        topics[0].kind == "unstated" or Intent.AWARD in wants or _asks_who(asked.folded, topics[0])
    )
    wanted = Intent.LEAD in wants or (Intent.UNITS in wants and not stated_who)
    if not wanted or (scene.told and scene.explicit):
        return None
    clause_id = clause(asked, scene.policy)
    if clause_id and scene.policy.text.clause(clause_id).units:
        also = [topic for topic in topics[:1] if topic.kind == "stated" and scene.at_length(topic, by_name=False)]
        return [units(clause_id), *(scene.entry(topic) for topic in also)]
    if not topics and _WHOLE.search(asked.folded):
        return [basis()]
    return scene.entries[:1] or [_search(asked)]


def _tiers_by_their_ends(scene: Scene) -> list[Call] | None:
    if not scene.told or Intent.TABLE not in scene.asked.wants:
        return None
    return [table(key) for key in named_tiers(scene.asked, scene.policy)] or None


def _threshold_met(scene: Scene) -> list[Call] | None:
    """Firms said to meet an award's threshold, without a figure."""
    asked = scene.asked
    if not (Intent.AWARD in asked.wants or asked.claim) or _LEFT_TO_PAY.search(asked.folded):
        return None
    rules = tuple(key for key in asked.rules if met(asked, scene.policy.awards[key]))
    return awards(replace(asked, rules=rules), scene.policy) if rules else None


def _bare_sum(scene: Scene) -> list[Call] | None:
    """A sum of no measure, of nobody, beside words that ask for no award: a figure of the policy, or a search."""
    asked = scene.asked
    if not scene.told or any(given.measure or given.firm or given.change for given in asked.givens):
        return None
    if asked.claim or asked.rules or asked.unclear or asked.facts:
        return None
    nearly_all = len(asked.givens[0].words) * 10 >= len(asked.folded) * 6 or _OURS.fullmatch(
        asked.folded.replace(asked.givens[0].words.lower(), "", 1)
    )
    of_each = asked.count and _OF_EACH.search(asked.folded)
    if nearly_all or of_each or asked.wants & {Intent.AWARD, Intent.GAP, Intent.COMPARE}:
        return None
    if _EARNED.search(asked.folded):
        return None
    if named := figure_named(asked, scene.policy):
        return [table(named)]
    return None if asked.on_subject else [_search(asked)]


def _values_told(scene: Scene) -> list[Call] | None:
    asked, policy = scene.asked, scene.policy
    told_only = not (asks(asked.folded) or Intent.ASK_IF in asked.wants) and any(one.measure for one in asked.givens)
    if not scene.told or not (scene.explicit or told_only or not scene.entries or not scene.at_length(scene.topics[0])):
        return None
    calls = awards(asked, policy)
    if asked.unclear:
        return calls
    who = [units(policy.awards[targets(asked, policy)[0]].clause_id)] if asked.wants & _UNITS else []
    return [*calls, *scene.open_points(), *who]


def _other_measure(scene: Scene) -> list[Call] | None:
    """A value of a measure that no award goes by (利润): the tool says which it goes by."""
    if not (scene.explicit and scene.asked.other) or (scene.topics and scene.at_length(scene.topics[0])):
        return None
    if scene.topics and scene.topics[0].kind == "refers":  # 猎头推荐一个年薪80万的高管
        return None
    return awards(scene.asked, scene.policy)


def _entries_named(scene: Scene) -> list[Call] | None:
    of_table = scene.asked.rules and Intent.TABLE in scene.asked.wants
    if not scene.entries or (of_table and scene.topics[0].kind == "stated"):
        return None
    return scene.entries[:3]


def _standard_asked(scene: Scene) -> list[Call] | None:
    """The tiers, the way back from an award to a value, or whom it is for."""
    asked, wants = scene.asked, scene.asked.wants
    if not wants & {Intent.TABLE, Intent.REVERSE, Intent.WHOM}:
        return None
    if asked.carried and not asked.claim and Intent.TABLE not in wants:
        return None
    named = Intent.AWARD in wants or asked.rules or asked.claim
    if not named and not _measure_named(asked, scene.policy):
        return [_search(asked)]
    return [table(key) for key in tables(asked, scene.policy)]


def _one_tier(scene: Scene) -> list[Call] | None:
    """How an award of one tier goes (怎么奖, 奖多少), or whether a firm gets one that is paid to others: its standard says
    so at once."""
    asked, policy = scene.asked, scene.policy
    by = {policy.awards[key].by for key in asked.rules}
    given = any(one.told or one.measure in by for one in asked.givens)
    if given or asked.count or asked.refused or asked.other or asked.unclear:
        return None
    single = bool(asked.rules) and all(len(policy.awards[key].tiers) == 1 for key in asked.rules)
    of_others = all(policy.awards[key].payee_said_as for key in asked.rules) and for_a_firm(asked.folded)
    how = not asked.facts and _HOW.search(asked.folded)
    return [table(key) for key in asked.rules] if single and (of_others or how) else None


def _kept_back(scene: Scene) -> list[Call] | None:
    asked = scene.asked
    if not asked.unsaid or scene.told or (scene.topics and scene.at_length(scene.topics[0])):
        return None
    named = [rule.id for rule in scene.policy.awards.values() if scene.policy.speaks_of(rule.by, asked.folded)]
    return [table(key) for key in asked.rules or named[:1] or tables(asked, scene.policy)]


def _claim_alone(scene: Scene) -> list[Call] | None:
    """A sum said to be given, of no value and to no firm in particular (给每家入驻企业发50万，是真的吗): the standard."""
    asked = scene.asked
    if not asked.claim or asked.givens or asked.carried or asked.count or not _OF_ALL.search(asked.folded):
        return None
    return [table(key) for key in tables(asked, scene.policy)]


def _award_asked(scene: Scene) -> list[Call] | None:
    asked = scene.asked
    bare = asked.carried and not asked.topics and Intent.AWARD in asked.wants  # values from before, nothing new
    return awards(asked, scene.policy) if asked.refused or asked.other or scene.explicit or bare else None


def _basis_asked(scene: Scene) -> list[Call] | None:
    return [basis()] if scene.asked.wants & {Intent.BASIS, Intent.CONTACT} else None


def _award_named(scene: Scene) -> list[Call] | None:
    return [table(key) for key in scene.asked.rules] or None


def _firms_only(scene: Scene) -> list[Call] | None:
    """So many firms, and nothing asked of them."""
    asked = scene.asked
    return [decline("not_found")] if asked.count and not asked.wants and not asks(asked.folded) else None


_CASES: tuple[Callable[[Scene], list[Call] | None], ...] = (
    _unsafe,
    _unreadable,
    _elsewhere,
    _asked_back,
    _small_talk,
    _out_of_force,
    _clause_named,
    _tier_named,
    _all_awards,
    _summary,
    _body_named,
    _units_asked,
    _tiers_by_their_ends,
    _threshold_met,
    _bare_sum,
    _values_told,
    _other_measure,
    _kept_back,
    _entries_named,
    _standard_asked,
    _one_tier,
    _claim_alone,
    _award_asked,
    _basis_asked,
    _award_named,
    _firms_only,
)


def _outside(asked: Question, policy: Policy) -> bool:
    """Whether another time than the policy's is asked about; the year a revenue was made in is not that."""
    if any(not policy.is_in_force(day) for day in asked.days):
        return True
    if any(year > policy.in_force_to.year for year in asked.years):
        return True
    if any(year < policy.in_force_from.year for year in asked.years) and asked.applied:
        return True
    first_year, last_year = policy.in_force_from.year, policy.in_force_to.year
    beyond = any(not first_year <= year <= last_year for year in (*asked.years, *asked.soon))
    return beyond and not asked.givens


def _asks_who(folded: str, topic: Topic) -> bool:
    """Whether the entry was named by a phrase that holds the question about units itself (谁负责解释)."""
    return any(len(word) >= 3 and word in folded and _WHO.search(word) for word in topic.asked_as)


def _measure_named(asked: Question, policy: Policy) -> bool:
    return any(name in asked.folded for measure in policy.measures.values() for name in measure.read_as)


def _search(asked: Question) -> Call:
    return Call("search_policy", {"query": f"{asked.context} {asked.text}".strip()[:500]})
