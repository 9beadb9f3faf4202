"""Whose amount is which: the values of a message by measure and firm, and the sums it speaks of as awards."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assistant.intents import Intent
from tools import money
from tools.money import Amount, Reading
from tools.money.characters import prepare
from tools.rules import Policy, Topic

_AWARD = "奖励"  # the lexicon's name for sums given or got
_APART = re.compile(r"分别|各自|各(能|可|拿|得|奖|是|发|给|补|算|多少)|一家.{0,12}另?一家|respectively")
_TRIFLE = re.compile(r"[一半]?[一半]分钱$|一毛钱?$|一块钱$")  # 一分钱都没有
_REACHED = re.compile(r"^(达到了?|做到了?|达)")
_RECEIVED = re.compile(r"(拿过|领过|已经?领|已经?拿|领了|拿了|得过|发过|领到过|享受过|享受了)(了)?[^，。；,;]{0,3}$")
_SEVERAL = re.compile(r"(好几|多|若干|不少|一些)家")
_FIRMS = re.compile(
    r"\b(\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?:[ \w-]{0,30}?)(?:firms|companies|enterprises)",
    re.I,
)
_LETTER = re.compile(r"\b(?:company |firm )?([A-Z]) (?:has|had|made|makes|earns?|earned|with)\b[^,;.]*$", re.I)
_FULL_YEAR = re.compile(r"满一年|入统一年|a full year|one full year|12 months|for a year|one year|over a year", re.I)
_REST = re.compile(r"剩下|其余|余下|剩余|另有|还有$")
_OF_IT = re.compile(r"其中(有|的)?$")  # a part that has no name of its own
_SHORT_OF = ("差", "还差", "少", "缺", "欠")
_NOT = "没有?|未|尚未|还没有?|还未|不是?|不属于|非|并未|并没有?"
_ASKED = r".{0,2}(?:吗|了吗|没有|的?条件|要求|门槛|流程|手续|标准)"
_CHANGE = re.compile(
    r"翻了?一番|翻了?一?倍|翻了?番|(缩水|减少|降|少|砍)(了|掉)?一半|减半|砍半|对折|翻了?[两二三]番|(少|降|跌|减)了?一半|double[sd]?|halve[sd]?|(再|又)?(增长|增加|多|涨|提高|上升|下降|减少|降低?|下滑|跌|少|rose|grew|increased|fell|dropped)了?(?: by)?\s*(?=[\d一二三四五六七八九十百]+(\.\d+)?(%|个点|成))"
)


@dataclass(frozen=True, slots=True)
class Given:
    """A value told for one measure, in the user's words; ``firm`` is empty when only one is spoken of.

    ``told`` is False for what an earlier message said.
    """

    measure: str
    words: str
    change: str = ""
    firm: str = ""
    count: str = ""
    facts: Mapping[str, bool] = field(default_factory=dict)  # what was said of this firm alone
    told: bool = True
    rank: int = 0  # how far the word used is from the policy's own
    said: str = ""  # that word, where it is not the policy's own


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
    skipped: tuple[Given, ...] = ()
    changed: bool | None = None  # a change was told beside the value: applied (True) or of unclear base (False)


def hear(
    text: str,
    reading: Reading,
    policy: Policy,
    rules: tuple[str, ...],
    facts: Mapping[str, bool],
    wants: frozenset[Intent],
) -> Told:
    """Sorts a message's amounts.

    Where several amounts of one firm fit a measure, the name nearest to the policy's own word wins
    (总营收8000万，其中主营4500万), and among equals the last (从4000万涨到6000万), unless they are told apart (分别).
    """
    order = {name: (measure.id, at) for measure in policy.measures.values() for at, name in enumerate(measure.read_as)}
    stated = _stated_values(policy) - {("元", Decimal(one)) for one in _sums(policy)}
    targets = {value for topic in policy.topics.values() for value in _figures(topic, "target")}
    claimed: Amount | None = None
    other: list[str] = []
    skipped: list[Given] = []
    found: list[tuple[int, Given, Amount]] = []
    for amount in reading.amounts:
        if _RECEIVED.search(text[max(0, amount.start - 8) : amount.start]):
            continue
        around = text[max(0, amount.start - 4) : amount.start]
        if found and _OF_IT.search(around) and not re.match(r"[^，。；,;]{0,3}主营", text[amount.end :]):
            continue
        if (
            amount.negated
            or _REST.search(around)
            or amount.text.startswith("几")
            or (_TRIFLE.match(amount.text) and not amount.change)
        ):
            continue
        if amount.measure in (None, _AWARD) and not found and ("元", amount.lo) in stated:
            skipped.append(_given("", amount, text, reading, policy))
            continue
        if _speaks_of_award(amount, bool(found), wants, policy) or _multiple(amount, claimed, _least(policy)):
            claimed = amount
        elif found and text[found[-1][2].end : amount.start] in _SHORT_OF:
            last = found[-1]
            found[-1] = (last[0], replace(last[1], change=f"少{amount.text}"), last[2])
        elif amount.measure in (None, _AWARD):
            inherits = bool(found) and bool(_firm(amount, text) or found[-1][1].firm or _APART.search(text))
            rank, measure = (found[-1][0], found[-1][1].measure) if inherits else (0, "")
            found.append((rank, _given(measure, amount, text, reading, policy), amount))
        elif amount.measure in order:
            measure, rank = order[amount.measure]
            found.append(
                (
                    rank,
                    replace(
                        _given(measure, amount, text, reading, policy), rank=rank, said=amount.measure if rank else ""
                    ),
                    amount,
                )
            )
        else:
            other.append(amount.measure)
    found = _own(found, text)
    if len(found) == 1 and found[0][2].lo is not None and _is_target(found[0][2], text, targets):
        found, loose_stated = [], True
    else:
        loose_stated = False
    found, changed = _with_change(found, text, reading)
    apart = bool(_APART.search(text)) or _as_many(found, reading)
    found, apart = _by_year(found, apart, text, reading)
    found = _by_row(found, text)
    givens = _kept(found, apart)
    loose = not any(given.measure for given in givens)
    return Told(
        givens=(*givens, *_durations(text, reading, policy, rules, facts)),
        claim=claimed.text if claimed else "",
        other=tuple(other),
        stated=_stated(reading, policy, loose_stated) if loose else (),
        rules=_paying(claimed, policy) if not givens else (),
        count=_count_near(text, reading, len(text)),
        skipped=tuple(skipped),
        changed=changed,
    )


_Found = list[tuple[int, Given, Amount]]


def _with_change(found: _Found, text: str, reading: Reading) -> tuple[_Found, bool | None]:
    """One value with a change told after it: applied where the value is the base (从4000万涨了三成), left where the
    change is told of it (5000万，比去年增长25%); where neither is said, nobody can tell (False)."""
    change = _CHANGE.search(text)
    if len(found) != 1 or not change or found[0][1].change:
        return found, None
    rank, given, amount = found[0]
    lead = text[max(0, amount.start - 14) : amount.start]
    between = text[amount.end : change.start()] if change.start() >= amount.end else text[change.end() : amount.start]
    if re.search(r"比|同比|较", text[max(0, change.start() - 8) : change.start()]):
        return found, None
    told = changes(text, reading)
    if told and re.search(r"从|去年|原来|上年|本来|以前|from\s*$", lead + between):
        return [(rank, replace(given, change=told[0].change), amount)], True
    return found, False


def _as_many(found: _Found, reading: Reading) -> bool:
    """As many values as firms told (8000万和1.2亿的两家公司): one for each."""
    firms = {one.lo for one in reading.counts if one.unit in ("家", "户")}
    return len(found) > 1 and Decimal(len(found)) in firms


def _by_year(found: _Found, apart: bool, text: str, reading: Reading) -> tuple[_Found, bool]:
    """Values of several years are answered year by year, unless one grew into the other."""
    years = sorted((one for one in reading.years if isinstance(one, money.Year)), key=lambda one: one.start)
    if len({one.text for one in years}) < 2 or len(found) < 2 or re.search(r"到了|涨到|增到|升到|变成|降到|做到", text):
        return found, apart
    labelled = []
    for rank, given, amount in found:
        before = [one.text for one in years if one.start < amount.start]
        labelled.append((rank, replace(given, firm=given.firm or (before[-1] if before else "")), amount))
    return labelled, apart


def _by_row(found: _Found, text: str) -> _Found:
    """A pasted table: each value on a line of its own, after its firm's name."""
    heads = [text[text.rfind("\n", 0, amount.start) + 1 : amount.start].strip(" \t,，:：|") for _, _, amount in found]
    if (
        len(found) < 2
        or "\n" not in text
        or len(set(heads)) != len(heads)
        or not all(0 < len(head) <= 20 for head in heads)
    ):
        return found
    measure, rank = found[0][1].measure, found[0][0]
    return [
        (rank, replace(given, firm=given.firm or head, measure=given.measure or measure), amount)
        for (_, given, amount), head in zip(found, heads, strict=True)
    ]


def _own(found: list[tuple[int, Given, Amount]], text: str) -> list[tuple[int, Given, Amount]]:
    """Where the asker's own value is told (我们3000万), values of hearsay beside it (听说过了2000万就…) are not his."""

    def clause(amount: Amount) -> str:
        return text[max(text.rfind(stop, 0, amount.start) for stop in "，。；,;") + 1 : amount.start]

    own = [one for one in found if re.search(r"我们|我司|我公司|本公司|咱", clause(one[2]))]
    heard = [one for one in found if re.search(r"听说|据说|只要|规定|说是", clause(one[2]))]
    return [one for one in found if one not in heard] if own and heard and own != heard else found


def _is_target(amount: Amount, text: str, targets: set[tuple[str, Decimal | None]]) -> bool:
    """A value that is one of the policy's targets, told of nobody."""
    return ("元", amount.lo) in targets and not re.search(r"我|公司|企业|厂|奖|补|能拿", text)


def _multiple(amount: Amount, claimed: Amount | None, least: int) -> bool:
    """A sum that is a multiple of the award just spoken of (每家3万，是不是60万)."""
    if claimed is None or amount.measure not in (None, _AWARD) or not claimed.lo or amount.lo is None or amount.change:
        return False
    return amount.lo >= claimed.lo and amount.lo % claimed.lo == 0 and amount.lo < least


def _kept(found: list[tuple[int, Given, Amount]], apart: bool) -> tuple[Given, ...]:
    """One value for each measure and firm; several told apart without names are numbered."""
    kept: dict[tuple[str, str, str], tuple[int, Given]] = {}
    for at, (rank, given, _) in enumerate(found):
        firm = given.firm or (str(at) if apart else "")
        key = (given.measure, firm, "change" if given.change else "")
        if key not in kept or rank <= kept[key][0]:
            kept[key] = (rank, given)
    givens = tuple(given for _, given in kept.values())
    if not apart or len(givens) < 2:
        return givens
    return tuple(given if given.firm else replace(given, firm=nth(at)) for at, given in enumerate(givens))


def nth(at: int) -> str:
    """``第一家`` for 0: what a firm without a name is called."""
    return f"第{'一二三四五六七八九十'[at]}家" if at < 10 else f"第{at + 1}家"


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


def changes(folded: str, reading: Reading) -> tuple[Given, ...]:
    """A change told without an amount: 翻一番, 减半, 增长20%."""
    found = _CHANGE.search(folded)
    if not found:
        return ()
    percent = next((one.text for one in reading.percents), "")
    words = (
        found[0]
        if not percent or found[0].startswith(("翻", "减半", "砍", "对折", "doub", "halv"))
        else found[0] + percent
    )
    return (Given("", "", change=words),)


def spans(reading: Reading) -> tuple[str, ...]:
    """Durations told, as said."""
    return tuple(one.text for one in reading.durations if one.unit in ("月", "天"))


def _sums(policy: Policy) -> set[int]:
    sums = {tier.amount for rule in policy.awards.values() for tier in rule.tiers}
    return sums | {rule.pool_yuan for rule in policy.awards.values() if rule.pool_yuan}


def _least(policy: Policy) -> int:
    """The lowest threshold in yuan: a smaller sum beside a value can only be an award."""
    return min(t.lo for r in policy.awards.values() for t in r.tiers if policy.measures[r.by].unit == "yuan")


def _speaks_of_award(amount: Amount, beside: bool, wants: frozenset[Intent], policy: Policy) -> bool:
    """Whether a sum is spoken of as an award, not as a value.

    It is where it is said to be given or got, and too small to be a value or one of the policy's sums; where it is
    one of them and a value is told beside it, or it is asked what it takes; or where it is a cap (最高15万).
    """
    value = amount.hi if amount.lo is None else amount.lo
    least = _least(policy)
    if value is None or amount.change:
        return False
    if amount.measure == _AWARD:
        return beside or value < least or value in _sums(policy)
    if value >= least:
        return False
    if value in _sums(policy):
        asks = wants & {Intent.REVERSE, Intent.TABLE, Intent.ASK_IF, Intent.WHOM}
        return beside or bool(wants & {Intent.REVERSE}) or (amount.measure is None and bool(asks))
    return amount.lo is None and beside and amount.measure is None


def _paying(claimed: Amount | None, policy: Policy) -> tuple[str, ...]:
    """Awards with a tier of exactly the sum spoken of, when only such are in question."""
    if claimed is None:
        return ()
    return tuple(rule.id for rule in policy.awards.values() if any(tier.amount == claimed.lo for tier in rule.tiers))[
        :1
    ]


def _stated(reading: Reading, policy: Policy, any_measure: bool = False) -> tuple[str, ...]:
    """Entries one of whose own figures is named (300万, 200家): what is asked about it is answered by its sentence."""
    named = {("元", one.lo) for one in reading.amounts if any_measure or one.measure in (None, _AWARD)}
    named |= {(one.unit, one.lo) for one in reading.counts}
    named -= {("元", Decimal(one)) for one in _sums(policy)}
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


def _given(measure: str, amount: Amount, text: str, reading: Reading, policy: Policy) -> Given:
    firm = _firm(amount, text)
    count = _count_near(text, reading, amount.start)
    if amount.change:
        return Given(measure, "", ("再多" if amount.change == "more" else "少") + amount.text, firm, count)
    facts = stated_facts(prepare(_about(text, amount, firm, reading)).text, policy) if firm else {}
    return Given(measure, _words(amount), firm=firm, count=count, facts=facts)


def _firm(amount: Amount, text: str) -> str:
    """The owner, where it is a name and not 一家 or 两家公司; in English, the letter before its verb."""
    if amount.owner and not re.match(r"[一两二三四五六七八九十\d另]+(个)?家", amount.owner):
        return amount.owner
    letter = _LETTER.search(text[: amount.start])
    return letter[1] if letter else ""


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
    vague = _SEVERAL.search(text)
    english = _FIRMS.search(text)
    return vague[0] if vague else english[1] if english else ""


def _durations(
    text: str, reading: Reading, policy: Policy, rules: tuple[str, ...], facts: Mapping[str, bool]
) -> tuple[Given, ...]:
    """Durations told for a measure that counts time, where its award or its condition is spoken of."""
    for rule in policy.awards.values():
        spoken_of = rule.id in rules or any(fact in facts for fact in rule.requires)
        if policy.measures[rule.by].unit == "month" and spoken_of:
            told = [one for one in reading.durations if one.unit in ("月", "天")]
            if not told and (full := _FULL_YEAR.search(text)):
                return (Given(rule.by, "满一年", count=_count_near(text, reading, full.start())),)
            counts = [_count_near(text, reading, one.start) for one in told]
            paired = list(zip(told, counts, strict=True))
            return tuple(
                Given(rule.by, one.text, count=n)
                for one, n in (paired if len(set(counts)) == len(told) else paired[:1])
            )
    return ()
