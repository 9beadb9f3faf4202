"""Whose amount is which: the values of a message by measure and firm, and the sums it speaks of as awards."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from assistant.reading import registers, unread
from assistant.reading.brought import award_for_firms, brought
from assistant.reading.changing import with_change
from assistant.reading.claims import AWARD, award_sums, is_multiple, is_sum, paying, spoken_of_as_award
from assistant.reading.first_years import of_first_year, told_of_a_year
from assistant.reading.given import Found, Given
from assistant.reading.grouping import (
    by_row,
    by_value,
    by_year,
    in_list,
    miscounted,
    one_for_each,
    other_party,
    own_values,
    shared,
    told_apart,
)
from assistant.reading.intents import Intent
from assistant.reading.relations import FILLS, WITHIN, Tangled
from assistant.reading.vague import either
from tools import changes, money, since
from tools.money import Amount, Reading, Year
from tools.money.characters import prepare
from tools.rules import Fact, Policy, Topic

_TRIFLE = re.compile(r"[一半]?[一半]分钱$|一毛钱?$|一块钱$")  # 一分钱都没有
_SMALL = 10_000  # yuan; a larger sum that is lacking may be the way to a value
_LACKING = re.compile(r"(?<!相)(?:差|欠|缺)(?:了|个)?$")
_REACHED = re.compile(r"^(达到了?|做到了?|达)")
_RECEIVED = re.compile(r"(拿过|领过|已经?领|已经?拿|领了|拿了|得过|发过|领到过|享受过|享受了)(了)?[^，。；,;]{0,3}$")
_SEVERAL = re.compile(r"(好几|多|若干|不少|一些)家")
_FEW = re.compile(r"[俩仨]个?(?:家|企业|公司|厂)")  # two, three in one character
_FIRMS = re.compile(
    r"\b(\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?:[ \w-]{0,30}?)(?:firms|companies|enterprises)",
    re.I,
)
_LETTER = re.compile(r"\b(?:company |firm )?([A-Z]) (?:has|had|made|makes|earns?|earned|with)\b[^,;.]*$", re.I)
_FULL_YEAR = re.compile(r"满一年|入统一年|a full year|one full year|12 months|for a year|one year|over a year", re.I)
_REST = re.compile(r"剩下|其余|余下|剩余|另有|还有$")
_DEDUCTED = re.compile(r"(减掉|减去|扣掉|扣除|扣去|刨去|刨掉|剔除|去掉|除去)(了)?[^，。；,;\d]{0,6}$")
_OF_THE_AWARD = re.compile(
    r"申请|申报|拿|领|发|享受|实施|政策|有效|奖|收入|营收|apply|award|revenue"
)  # other days than a start
_OF_SOMEBODY = re.compile(r"我|咱|公司|企业(?!数)|厂|奖|补|[能可]拿|拿多少|得多少|给多少")
_OWN_FIRMS = re.compile(r"我|咱|名下|旗下|手[里上]")
_AIMED = re.compile(r"目标|园|规划|计划|力争|[要应将](?:达到?|做到|实现)|20\d\d年")
_AIDED = re.compile(
    r"(?:政府|财政|国家|上级|另外?有?|还有|收到|得到|获得)[^，。；,;\d]{0,4}(?:补贴|补助|资助|拨款)[^，。；,;\d]{0,3}$"
)  # money got elsewhere, larger than any award
_SOLD = re.compile(r"[卖销]了?(?:出去?|掉)?[^，。；,;]*?[万亿](?:元|块钱?)?(?:多)?的?(?:货|产品|东西|商品|服务|订?单)")
_BOUND = re.compile(r"^(满|够|到|达到|超过)")  # of a value aimed at
_TOWARDS = re.compile(r"(离|距离?|到|够|冲|冲到|做到|达到)$")
_LACKS = re.compile(r"^(的?(那|这)?(一)?(个)?(档|线)|大关|门槛)?[^，。；]{0,3}(差|要|需|得)(再)?(做|多|增加)?(多|几)")
_LACKS_BEFORE = re.compile(r"(差|要|需要?|得|做|多)(多少|几多|好多)(才|就)?(能|可以)?(到|够|满|达到?)$")
_STILL_GETS = re.compile(r"^[^，。；]{0,4}(也|都|照样|还|就|一样)(能|可以|有|给|拿|领|奖|发|会)")
_YEARS_APART = re.compile(r"[两二三四五2-5]年的?[^，。；家]{0,8}分别|每年各")
_TAXED = re.compile(r"(?<!不)(含税|价税合计|税前|开票)[^，。；,;]{0,3}$")
_TAX = re.compile(r"(增值|所得|消费|附加|城建|印花|房产|土地使用|个人所得)税[^，。；,;]{0,3}$")
_OF_IT = re.compile(rf"(?:其中(?:有|的)?|{WITHIN}{FILLS})$")  # a part that has no name of its own
# a subsidy received beside a value is neither a value nor a claim
_AID = re.compile(
    r"(?:另有|另外|还有|外加|收到|获得|拿到|不含)[^，。；,;\d]{0,4}(?:政府|财政)(?:补助|补贴|拨款|奖补)[^，。；,;\d]{0,4}$"
)
_NOT = "没有?|未|尚未|还没有?|还未|不是?|不属于|非|并未|并没有?"
_ASKED = r".{0,2}(?:吗|了吗|没有|的?条件|要求|门槛|流程|手续|标准)"


@dataclass(frozen=True, slots=True)
class Told:
    """``claim``: a sum spoken of as an award; ``stated``: entries a figure of which is named; ``rules``: awards
    whose sum is named."""

    givens: tuple[Given, ...]
    claim: str
    other: tuple[str, ...]
    stated: tuple[str, ...]
    rules: tuple[str, ...]
    count: str
    count_change: str
    skipped: tuple[Given, ...] = ()
    target: str = ""  # a value whose distance is asked for
    day: date | None = None  # a day asked about on which the policy is not in force
    unclear: str = ""  # the values cannot be told without being worked out first


def hear(
    tangled: Tangled,
    reading: Reading,
    policy: Policy,
    rules: tuple[str, ...],
    facts: Mapping[str, bool],
    wants: frozenset[Intent],
    as_of: date,
) -> Told:
    """Sorts a message's amounts.

    Where several amounts of one firm fit a measure, the name nearest to the policy's own word wins
    (总营收8000万，其中主营4500万), and among equals the last (从4000万涨到6000万), unless they are told apart (分别).
    """
    text = tangled.text
    order = {name: (measure.id, at) for measure in policy.measures.values() for at, name in enumerate(measure.read_as)}
    stated = _stated_values(policy) - {("元", Decimal(one)) for one in award_sums(policy)}
    targets = {value for topic in policy.topics.values() for value in _figures(topic, "target")}
    claimed: Amount | None = None
    other: list[str] = []
    skipped: list[Given] = []
    came = brought(prepare(text).text.rstrip("\0"), policy)
    found: Found = []
    target, deducted = "", False
    for amount in (_differing(one, text) for one in reading.amounts):
        if found and Intent.GAP in wants and _aimed_at(amount, text, Intent.COMPARE in wants):
            target = _BOUND.sub("", _words(amount))
            continue
        if amount.negated and _STILL_GETS.match(text[amount.end :]):  # 没有2000万也能拿
            found.append((0, Given("", f"不到{amount.text}"), amount))
            continue
        if found and _DEDUCTED.search(text[max(0, amount.start - 10) : amount.start]):
            deducted = True
            continue
        if _left_out(amount, found, text):
            continue
        deducted = False
        if (
            amount.measure == AWARD
            and _AIDED.search(text[: amount.start])
            and (amount.lo or 0) > max(award_sums(policy))
        ):
            continue
        if (
            amount.measure not in order
            and "销售额" in order
            and _SOLD.search(text[max(0, amount.start - 6) : amount.end + 4])
        ):
            amount = replace(amount, measure="销售额")
        given = _given("", amount, tangled, reading, policy)
        of_year = told_of_a_year(amount, text)
        if amount.measure in (None, AWARD) and not (found or of_year or came) and ("元", amount.lo) in stated:
            skipped.append(given)
            continue
        goes_on = bool(found) and in_list(amount, found[-1][2], text)
        a_value = of_year and amount.measure in order
        if not a_value and (
            is_multiple(amount, claimed, policy)
            or is_sum(amount, claimed, text, policy)
            or spoken_of_as_award(amount, text, bool(found), wants, policy, goes_on)
        ):
            claimed = amount
        elif amount.measure in (None, AWARD):
            inherits = bool(found) and bool(given.firm or found[-1][1].firm or told_apart([], text, reading))
            rank, measure = (found[-1][0], found[-1][1].measure) if inherits else (0, "")
            found.append((rank, replace(given, measure=measure), amount))
        elif amount.measure in order:
            measure, rank = order[amount.measure]
            said = amount.measure if rank and not given.change.startswith("的") else ""
            found.append((rank, replace(given, measure=measure, rank=rank, said=said), amount))
        else:
            other.append(amount.measure)
    found = own_values(found, text)
    if came and not any(one[1].measure for one in found):
        found = [(rank, replace(given, measure=came.by), amount) for rank, given, amount in found]
    loose_stated = len(found) == 1 and found[0][2].lo is not None and _is_target(found[0][2], text, targets)
    if loose_stated:
        found = []
    found, unplaced = with_change(found, text)
    award = award_for_firms(policy)
    spoken_of = award is not None and (award.id in rules or any(fact in facts for fact in award.requires[:1]))
    found, which_year = of_first_year(found, text, policy, spoken_of)
    if Intent.COMPARE in wants:
        found = by_value(found)
    apart = told_apart(found, text, reading)
    found, apart = by_year(found, apart, text, reading)
    found = shared(by_row(found, text), text)
    miscount = miscounted(found, text, reading)
    each = one_for_each(found, apart)
    if _YEARS_APART.search(text):  # several years of one firm
        each = tuple(replace(one, firm=re.sub("家$", "年", one.firm)) for one in each)
    givens = _also_counted(each, text, reading)
    givens = unread.mending(unread.of_firms(givens, reading, text, policy), reading, text, policy)
    loose = not any(given.measure for given in givens)
    of_targets = bool(re.search(r"目标|[要应将](?:超过|达到|做到|突破)", text)) and not re.search(
        r"我|咱|奖|补|拿|领", text
    )  # a year of the target is no day a time began
    lasting, times = _durations(tangled, reading, policy, rules, {} if of_targets else facts, as_of)
    return Told(
        givens=(*givens, *_also_counted(lasting, text, reading)),
        day=times.day,
        claim=re.sub(r"^(满|足|够)", "", claimed.text) if claimed else "",  # 拿满15万
        other=tuple(other),
        stated=() if not loose or (came or _OWN_FIRMS.search(text)) else _stated(reading, policy, loose_stated),
        rules=paying(claimed, policy) if not givens else (),
        count="" if _count_change(text, reading) else _count_near(text, reading, len(text)),
        count_change=_count_change(text, reading),
        skipped=tuple(skipped),
        target=target,
        unclear="first"
        if which_year
        else "dates"
        if times.unclear
        else "arithmetic"
        if unplaced or deducted or _parts_of_tax(found, text)
        else "spread"
        if miscount
        else "",
    )


def _left_out(amount: Amount, found: Found, text: str) -> bool:
    """Sums that are no value of anybody: received before, denied, a rest, a part, with tax beside one without."""
    around = text[max(0, amount.start - 4) : amount.start]
    part = (
        bool(found)
        and bool(_OF_IT.search(text[max(0, amount.start - 8) : amount.start]))
        and not re.match(r"[^，。；,;]{0,3}主营", text[amount.end :])
    )
    taxed = bool(found) and bool(_TAXED.search(text[max(0, amount.start - 6) : amount.start]))
    received = bool(_RECEIVED.search(text[max(0, amount.start - 8) : amount.start]))
    trifle = bool(_TRIFLE.match(amount.text)) and not amount.change
    aid = bool(found) and bool(_AID.search(text[max(0, amount.start - 16) : amount.start]))
    return (
        received
        or part
        or taxed
        or aid
        or amount.negated
        or bool(_REST.search(around))
        or amount.text[0] == "几"
        or either(amount, text)
        or trifle
    )


def _aimed_at(amount: Amount, text: str, compares: bool) -> bool:
    """Whether the way to a value is asked for (离1亿还差多少, 还差多少到1亿), so that it is nobody's yet."""
    before, behind = text[max(0, amount.start - 10) : amount.start], text[amount.end : amount.end + 10]
    towards = bool(_TOWARDS.search(before)) or (before.endswith("跟") and not compares)
    return (towards and bool(_LACKS.match(behind))) or bool(_LACKS_BEFORE.search(before))


def _differing(amount: Amount, text: str) -> Amount:
    """The amount, marked as a difference where the words around it say so (补上这2000万, 多做2500万)."""
    if amount.text.startswith("破") and text[amount.start - 1 : amount.start] in tuple("跌降掉"):
        return replace(amount, text=f"不到{amount.text[1:]}", change="", lo=None, hi=amount.lo, hi_closed=False)
    if amount.change:
        return amount
    if amount.lo is not None and amount.lo < _SMALL and _LACKING.search(text[max(0, amount.start - 4) : amount.start]):
        return replace(amount, change="less")  # 差一块钱呢
    before, behind = (
        prepare(text[max(0, amount.start - 16) : amount.start]),
        prepare(text[amount.end : amount.end + 12]),
    )
    return replace(amount, change=changes.sign(before.text.rstrip("\0"), behind.text.rstrip("\0")))


def _parts_of_tax(found: Found, text: str) -> bool:
    """Whether a measure is told in its parts, tax by tax, and nobody has added them up."""
    kinds = {kind[0] for _, _, amount in found if (kind := _TAX.search(text[max(0, amount.start - 8) : amount.start]))}
    return len(kinds) > 1


def _is_target(amount: Amount, text: str, targets: set[tuple[str, Decimal | None]]) -> bool:
    """A value that is one of the policy's targets, spoken of as one and told of nobody."""
    if _OF_SOMEBODY.search(text):
        return False
    if "目标" in text and "园" in text:
        return any(unit == "元" for unit, _ in targets)
    return ("元", amount.lo) in targets and (amount.measure in (None, AWARD) or bool(_AIMED.search(text)))


def stated_facts(folded: str, policy: Policy) -> dict[str, bool]:
    """Conditions stated. What is supposed (如果入驻了) goes before what is denied, and that before what is affirmed; a
    question about a condition (入驻条件) states nothing."""
    found: dict[str, bool] = {}
    for fact in policy.facts.values():
        yes = "|".join(re.escape(word) for word in sorted(fact.yes, key=len, reverse=True))
        no = "|".join(re.escape(word) for word in sorted(fact.no, key=len, reverse=True))
        if re.search(rf"(如果|要是|假如|假设|若|等到?|将来|以后|if)[^，。；,.;]{{0,6}}({yes})(?!{_ASKED})", folded):
            found[fact.id] = True
        elif re.search(rf"({no}|({_NOT})({yes}))(?!{_ASKED})", folded):
            rest = re.sub(rf"{no}|({_NOT})({yes})", "，", folded)
            if not re.search(rf"(?<!想)({yes})(?!{_ASKED})", rest):
                found[fact.id] = False
        elif re.search(rf"({yes})(?!{_ASKED})", folded):
            found[fact.id] = True
    return found


def spans(reading: Reading, tangled: Tangled) -> tuple[Given, ...]:
    """Durations told, as said, each with the number of firms it is told of."""
    told = [one for one in reading.durations if one.unit in ("月", "天")]
    counts = [_count_near(tangled.text, reading, one.start) for one in told]
    apart = len(set(counts)) == len(told)
    paired = list(zip(told, counts, strict=True))
    return tuple(
        Given("", one.text, change=tangled.change_of(one.start, one.end), count=count)
        for one, count in (paired if apart else paired[:1])
    )


def _stated(reading: Reading, policy: Policy, any_measure: bool = False) -> tuple[str, ...]:
    """Entries one of whose own figures is named (300万, 200家): what is asked about it is answered by its sentence."""
    named = {("元", one.lo) for one in reading.amounts if any_measure or one.measure in (None, AWARD)}
    named |= {(one.unit, one.lo) for one in reading.counts}
    named -= {("元", Decimal(one)) for one in award_sums(policy)}
    return tuple(topic.id for topic in policy.topics.values() if topic.kind == "stated" and named & _figures(topic))


def _stated_values(policy: Policy) -> set[tuple[str, Decimal | None]]:
    return {value for topic in policy.topics.values() if topic.kind == "stated" for value in _figures(topic)}


def _figures(topic: Topic, *labels: str) -> set[tuple[str, Decimal | None]]:
    """The sums and numbers an entry states."""
    wanted = labels or ("total", "part", "target")
    marks = [mark for quote in topic.quotes for mark in quote.marks if mark.label in wanted]
    return {value for mark in marks for value in _values(mark.words)}


@functools.cache
def _values(words: str) -> set[tuple[str, Decimal | None]]:
    read = money.read(words)
    return {("元", one.lo) for one in read.amounts} | {(one.unit, one.lo) for one in read.counts}


def _given(measure: str, amount: Amount, tangled: Tangled, reading: Reading, policy: Policy) -> Given:
    text = tangled.text
    firm = _firm(amount, text)
    count = _count_near(text, reading, amount.start)
    if amount.change:
        return Given(measure, "", ("再多" if amount.change == "more" else "少") + amount.text, firm, count)
    facts = stated_facts(prepare(_about(text, amount, firm, reading)).text, policy) if firm else {}
    change = tangled.change_of(amount.start, amount.end)
    years = [one.text for one in reading.years if isinstance(one, Year) and one.start < amount.start]
    return Given(measure, _words(amount), change, firm, count, facts, year=years[-1] if years else "")


def _firm(amount: Amount, text: str) -> str:
    """The owner, where it is a name and not 一家 or 两家公司; in English, the letter before its verb."""
    if amount.owner and not re.match(r"[一两二三四五六七八九十\d另]+(个)?家", amount.owner):
        return amount.owner
    letter = _LETTER.search(text[: amount.start])
    return letter[1] if letter else other_party(text[: amount.start])


def _words(amount: Amount) -> str:
    """The amount's words; where they read otherwise alone (a unit in the heading), its value as people write it.
    达到 tells a firm's own figure, not a lower bound."""
    words = _REACHED.sub("", amount.text)
    again = money.read(words).amounts
    if len(again) == 1 and again[0].lo in (amount.lo, again[0].hi):
        return words
    low, high = (None if end is None else money.write(end) for end in (amount.lo, amount.hi))
    if low == high or high is None:
        return f"{low}" if low == high else f"{low}以上"
    return f"{low}到{high}" if low else f"{high}以下"


def _about(text: str, amount: Amount, firm: str, reading: Reading) -> str:
    """What is said of one firm: from its name to the next amount's firm."""
    start = text.rfind(firm, 0, amount.start)
    later = [text.rfind(one.owner, 0, one.start) for one in reading.amounts if one.start > amount.start and one.owner]
    ends = [at for at in later if at > amount.start]
    return text[max(start, 0) : min(ends) if ends else len(text)]


def _count_near(text: str, reading: Reading, at: int) -> str:
    """The number of firms told nearest before a place (引进了8家，其中3家超过200万 → 3家), else the first after it."""
    firms = [one for one in reading.counts if one.unit in ("家", "户")]
    before = [one for one in firms if one.start < at]
    if firms:
        return (before or firms[:1])[-1].text
    vague = _SEVERAL.search(text) or _FEW.search(text)
    english = _FIRMS.search(text)
    return vague[0] if vague else english[1] if english else ""


def _also_counted(givens: tuple[Given, ...], text: str, reading: Reading) -> tuple[Given, ...]:
    """The same value for another number of firms asked in the same breath: 10家…奖多少，11家呢."""
    firms = [one for one in reading.counts if one.unit in ("家", "户")]
    if len(givens) != 1 or len(firms) != 2 or not re.match(r"(的话)?(呢|的?[?？])", text[firms[1].end :]):
        return givens
    return tuple(replace(givens[0], count=one.text, firm=one.text) for one in firms)


def _count_change(text: str, reading: Reading) -> str:
    """Firms that come on top of those told before, or go: 再多2家, 少一家."""
    for one in reading.counts:
        if one.unit in ("家", "户") and (way := changes.sign(text[: one.start])):
            return ("再多" if way == "more" else "少") + one.text
    return ""


def _durations(
    tangled: Tangled,
    reading: Reading,
    policy: Policy,
    rules: tuple[str, ...],
    facts: Mapping[str, bool],
    as_of: date,
) -> tuple[tuple[Given, ...], registers.Times]:
    """Durations told for a measure that counts time, where its award or its condition is spoken of."""
    text, none = tangled.text, registers.Times()
    for rule in policy.awards.values():
        spoken_of = rule.id in rules or any(fact in facts for fact in rule.requires)
        if policy.measures[rule.by].unit == "month" and spoken_of:
            times = registers.told(prepare(text).text.rstrip("\0"), reading, rule, policy, as_of)
            if times:
                return times.givens, times
            told = spans(reading, tangled)
            if not told and (full := _FULL_YEAR.search(text)):
                return (Given(rule.by, "满一年", count=_count_near(text, reading, full.start())),), none
            if not told and (began := _began(text, [policy.facts[fact] for fact in rule.requires], as_of)):
                return (Given(rule.by, began, count=_count_near(text, reading, len(text))),), none
            return tuple(replace(one, measure=rule.by) for one in told), none
    return (), none


def _began(text: str, facts: list[Fact], as_of: date) -> str:
    """The day from which a condition holds, where it is told in the clause that tells the condition."""
    words = [word for fact in facts for word in fact.yes]
    clauses = re.split(r"[，。；,;?？!！]|\.(?=\s|$)", prepare(text).text.rstrip("\0"))
    telling = [clause for clause in clauses if any(word in clause for word in words)]
    other = [clause for clause in clauses if clause not in telling and not _OF_THE_AWARD.search(clause)]
    began = (since.find(clause, as_of) for clause in (*telling, *(other if telling else ())))
    return next((one.text for one in began if one), "")
