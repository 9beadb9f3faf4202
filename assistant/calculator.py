"""What the fields of a form give: every award that has its input, computed by the tool that answers questions.

Nothing is computed here. A field's words are read as a question's are, and what cannot be read is told beside its
field; what the awards give is told in cards (``assistant.cards``), each verified as an answer is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field

from assistant import plain
from assistant.answer import Basis, Record, ToolCall
from assistant.cards import Card, card
from assistant.chat import AI_LABEL, Assistant, basis_of
from assistant.filled import Entry, Inputs, entries_of, sentence_of
from assistant.writing import zh
from tools.rules import AwardRule, Measure, Policy

if TYPE_CHECKING:
    from tools.toolbox import Desk


class Calculation(Record):
    """``cards`` are one for each award that has its input; ``said`` is what was filled in, in a sentence, ``summary`` the
    outcomes in a line, ``text`` everything as plain text."""

    policy_id: str = Field(description="政策编号")
    said: str = Field(description="填写的内容，合成一句")
    entries: list[Entry] = Field(description="填写的各项，和读出的数值")
    cards: list[Card] = Field(description="算出的各项奖励，每项一张")
    summary: str = Field(description="各项结果，合成一行")
    text: str = Field(description="全部结果，纯文字，带 AI 标识和依据")
    tool_calls: list[ToolCall] = Field(description="调用过的工具")
    basis: Basis = Field(description="依据的政策文本")
    verified: bool = Field(description="每个数、每句引文都有出处；没有通过核对的一项不给结果")


@dataclass(frozen=True, slots=True)
class Step:
    """A tier of a standard: ``lo <= value < hi`` gives ``amount`` yuan, told as ``award``."""

    lo: int
    hi: int | None
    amount: int
    capped: bool
    range: str
    award: str
    clause_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Standard:
    """All tiers of one award, in the words and figures of the tool that tells the standard."""

    rule_id: str
    award: str
    payee: str
    measure: Measure
    per_firm: bool
    steps: tuple[Step, ...]


def calculate(engine: Assistant, inputs: Inputs) -> Calculation:
    """Raises NotFoundError for an unknown policy, and as ``Assistant.admit``. Ids the policy does not know are passed
    over."""
    engine.admit()
    as_of = inputs.as_of or date.today()
    desk = engine.desk(inputs.policy_id, as_of)
    policy = desk.policy
    entries = entries_of(policy, inputs, as_of)
    faulty = {entry.field for entry in entries if entry.error}
    said = sentence_of(policy, inputs, entries)
    calls = []
    for rule in policy.awards.values():
        amount = inputs.values.get(rule.by, "").strip()
        count = inputs.counts.get(rule.by, "").strip() if rule.pays == "once_per_firm" else ""
        if not amount or f"values.{rule.by}" in faulty or (count and f"counts.{rule.by}" in faulty):
            continue
        facts = {fact: inputs.facts[fact] for fact in rule.requires if fact in inputs.facts}
        given = {"amount": amount, "count": count, "facts": facts}
        calls.append(_called(desk, "compute_award", rule, {name: value for name, value in given.items() if value}))
    cards = [card(policy, call, as_of, said) for call in calls]
    basis = basis_of(policy, as_of)
    return Calculation(
        policy_id=policy.id,
        said=said,
        entries=entries,
        cards=cards,
        summary="；".join(f"{one.award}：{one.headline}" for one in cards),
        text=_text(policy, said, cards, basis),
        tool_calls=calls,
        basis=basis,
        verified=all(one.verified for one in cards),
    )


def standards(engine: Assistant, policy: Policy) -> dict[str, Standard]:
    """The tiers of every award by its id, as the tool for standards tells them."""
    desk = engine.desk(policy.id, date.today())
    return {rule.id: _standard(desk, rule) for rule in policy.awards.values()}


def _standard(desk: "Desk", rule: AwardRule) -> Standard:
    told = _called(desk, "award_table", rule, {}).result
    measure = desk.policy.measures[rule.by]
    return Standard(
        rule.id, rule.name, rule.payee, measure, rule.pays == "once_per_firm", tuple(map(_step, told["tiers"]))
    )


def _step(tier: Mapping[str, Any]) -> Step:
    return Step(
        lo=tier["lo"],
        hi=tier["hi"],
        amount=tier["amount_yuan"],
        capped=tier["kind"] == "at_most",
        range=tier["range"],
        award=zh.amount(tier),
        clause_id=tier["clause_id"],
        quote=tier["quote"],
    )


def _called(desk: "Desk", name: str, rule: AwardRule, arguments: Mapping[str, Any]) -> ToolCall:
    from tools import toolbox

    sent = {"rule_id": rule.id, **arguments}
    return ToolCall(id=f"{name}:{rule.id}", name=name, arguments=sent, result=toolbox.call(desk, name, sent))


def _text(policy: Policy, said: str, cards: list[Card], basis: Basis) -> str:
    """Everything as plain text, to be kept or sent on: it never goes without its label and what it rests on."""
    if not cards:
        return ""
    head = f"《{policy.title}》\n填写：{said}"
    return "\n\n".join([head, *(one.text for one in cards), AI_LABEL["zh"], plain.basis(basis)])
