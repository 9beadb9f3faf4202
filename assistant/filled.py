"""What a form's fields hold, read as a question's words are: by the readers of the tool that computes.

The fields follow from the policy's rules: a measure for the awards that look at it, the number of firms where an award
is paid for each, and the conditions.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import Field

from assistant.answer import Record
from tools import money, report, spoken
from tools.errors import MoneyError
from tools.interval import Interval
from tools.rules import AwardRule, Fact, Measure, Policy

LIMIT = 100  # characters of one field
SAID = {True: "是", False: "否"}


class Inputs(Record):
    """What was filled in, by the policy's own ids; words as they were typed, with their unit."""

    policy_id: str | None = Field(default=None, max_length=100, description="按哪一份政策算，不写即默认的一份")
    as_of: date | None = Field(default=None, description="按哪一天算，不写即今天")
    values: dict[str, str] = Field(default={}, description="指标编号 → 数值的原话，如 8000万、满一年")
    counts: dict[str, str] = Field(default={}, description="指标编号 → 这样的企业有几家，如 4家；只用于按家计的奖励")
    facts: dict[str, bool] = Field(default={}, description="条件编号 → 是否成立；没有说的不写")


class Entry(Record):
    """A filled field as it was read: ``read`` tells it back in words, or ``error`` says what to write instead.

    ``lo`` and ``hi`` are decimals in the measure's unit (yuan, months, firms), null for an open side.
    """

    field: str = Field(description="哪一项，如 values.指标编号")
    name: str = Field(description="这一项的名称")
    words: str = Field(description="填写的原话")
    read: str = Field(default="", description="读出的数值；没有看懂时为空")
    error: str = Field(default="", description="为什么没有看懂、怎么改；看懂时为空")
    lo: str | None = Field(default=None, description="下限，十进制数，单位为元、月或家；没有下限时为 null")
    hi: str | None = Field(default=None, description="上限，确切数值时与 lo 相同；没有上限时为 null")


@dataclass(frozen=True, slots=True)
class Group:
    """A measure with the awards that look at it, and the conditions first asked for here."""

    measure: Measure
    awards: tuple[AwardRule, ...]
    facts: tuple[Fact, ...]

    @property
    def counted(self) -> bool:
        """Whether the number of firms matters."""
        return any(rule.pays == "once_per_firm" for rule in self.awards)


def groups(policy: Policy) -> tuple[Group, ...]:
    """What there is to fill in, in the order of the policy's awards."""
    asked: set[str] = set()
    found = []
    for by in dict.fromkeys(rule.by for rule in policy.awards.values()):
        awards = tuple(rule for rule in policy.awards.values() if rule.by == by)
        facts = [fact for rule in awards for fact in rule.requires if fact not in asked]
        asked.update(facts)
        found.append(Group(policy.measures[by], awards, tuple(policy.facts[fact] for fact in dict.fromkeys(facts))))
    return tuple(found)


def entries_of(policy: Policy, inputs: Inputs, as_of: date) -> list[Entry]:
    found = []
    for group in groups(policy):
        measure = group.measure
        if words := inputs.values.get(measure.id, "").strip():
            found.append(_entry(f"values.{measure.id}", measure.name, words, policy, measure, as_of))
        if group.counted and (words := inputs.counts.get(measure.id, "").strip()):
            found.append(_entry(f"counts.{measure.id}", "家数", words, policy, None, as_of))
    return found


def _entry(field: str, name: str, words: str, policy: Policy, measure: Measure | None, as_of: date) -> Entry:
    """One field, read by the readers of the tool that computes (``tools.spoken``); a count where no measure is."""
    if len(words) > LIMIT:
        return Entry(field=field, name=name, words=words[:LIMIT], error=f"写得太长了，请只写数值，最多{LIMIT}个字。")
    try:
        if measure is None:
            number = spoken.count(words)
            return Entry(field=field, name=name, words=words, read=f"{number}家", lo=str(number), hi=str(number))
        value = spoken.value(words, "", measure, policy.lexicon, as_of)
    except MoneyError as error:
        return Entry(field=field, name=name, words=words, error=str(error))
    assert value is not None  # words were given
    lo, hi = (None if end is None else f"{end:f}" for end in (value.lo, value.hi))
    return Entry(field=field, name=name, words=words, read=_read_back(value, measure), lo=lo, hi=hi)


def _read_back(value: Interval, measure: Measure) -> str:
    """The value told back so that every zero can be counted: ``80,000,000元``, ``≥ 50,000,000元``, ``1年``."""
    if measure.unit != "yuan":
        return report.interval(value, measure) or ""
    if (exact := value.exact) is not None:
        return money.write(exact, "grouped")

    def end(sign: str, closed: bool, at: Decimal | None) -> str:
        return (
            "" if at is None else f"{sign if not closed else {'>': '≥', '<': '≤'}[sign]} {money.write(at, 'grouped')}"
        )

    ends = (end(">", value.lo_closed, value.lo), end("<", value.hi_closed, value.hi))
    return "，".join(part for part in ends if part)


def sentence_of(policy: Policy, inputs: Inputs, entries: list[Entry]) -> str:
    """What was filled in, as one sentence."""
    told = [f"{entry.name} {entry.words}" for entry in entries if not entry.error]
    named = (fact for group in groups(policy) for fact in group.facts)
    told += [f"{fact.name}：{SAID[inputs.facts[fact.id]]}" for fact in named if fact.id in inputs.facts]
    return "；".join(told)
