"""One award's computed outcomes as a card: the outcome in a line, then what it rests on, line by line.

Words come from the tool's result and the policy alone. A card is verified as an answer is, figure by figure and quote
by quote; one that does not hold is withheld, never shown.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from pydantic import Field

from assistant.answer import Award, Ineligible, Record, ToolCall
from assistant.operations.metrics import metrics
from assistant.outcome import awards_of, ineligible_of, missing_of, with_cap
from assistant.writing import zh
from tools.rules import Policy

Result = Mapping[str, Any]
Standing = Literal["due", "not_due", "missing", "out_of_force", "withheld"]
_log = logging.getLogger(__name__)


class Source(Record):
    """Words of a clause, verbatim."""

    clause_id: str = Field(description="条款编号")
    label: str = Field(description="给人看的条款名")
    quote: str = Field(description="原文，逐字")


class Line(Record):
    name: str = Field(description="这一行说什么，如 比对、下一档")
    text: str = Field(default="", description="所说的话")
    sources: list[Source] = Field(default=[], description="依据的原文")


class Part(Record):
    """One outcome: its line in large type, and a note on how to take it."""

    standing: Standing = Field(
        description="due 可享受，not_due 不能享受，missing 还缺一项，out_of_force 不在有效期，withheld 未通过核对"
    )
    headline: str = Field(description="结果，一行")
    note: str = Field(default="", description="怎样理解这个结果")
    lines: list[Line] = Field(description="比对、依据、下一档等")


class Card(Record):
    """``parts`` are one for a value, several for a range; ``lines`` hold for all of them.

    ``awards``, ``ineligible`` and ``missing`` are those of an answer (``assistant.answer``).
    """

    rule_id: str = Field(description="奖励规则的编号")
    award: str = Field(description="奖励的名称")
    payee: str = Field(description="奖励发给谁")
    to_others: bool = Field(description="是否不发给企业本身")
    lead: str = Field(default="", description="填的是一个范围时，说明有几种可能")
    parts: list[Part] = Field(description="结果；填的是一个范围时，每档一个")
    lines: list[Line] = Field(description="前提、总额限制、文件未规定的事项、向谁咨询")
    awards: list[Award] = Field(default=[], description="可能享受的奖励，与回答中的相同")
    ineligible: list[Ineligible] = Field(default=[], description="算出得不到的奖励，与回答中的相同")
    missing: str | None = Field(default=None, description="还缺的那一项的编号，与回答中的相同")
    verified: bool = Field(default=True, description="是否通过核对")

    @property
    def headline(self) -> str:
        """The outcome in one line."""
        return "，或".join(part.headline for part in self.parts)

    @property
    def paid_to(self) -> str:
        return f"{self.payee}，不是发给企业本身" if self.to_others else self.payee

    @property
    def text(self) -> str:
        """The card as plain text."""
        told = [f"【{self.award}】{self.lead}", f"奖励对象：{self.paid_to}"]
        for part in self.parts:
            told += [f"{part.headline}{f'（{part.note}）' if part.note else ''}", *map(_plain, part.lines)]
        return "\n".join([*told, *map(_plain, self.lines)])


def card(policy: Policy, call: ToolCall, as_of: date, said: str) -> Card:
    """The card of one ``compute_award`` call; ``said`` is what was filled in, as one sentence."""
    from assistant.checks import kind_of
    from assistant.facts import Facts
    from assistant.verify import verify

    outcomes = call.result["outcomes"]
    rule = policy.awards[call.result["rule_id"]]
    dues = [one for one in outcomes if one["type"] == "due"]
    ask = Line(name="咨询", text=f"请向{policy.contact}咨询", sources=[_source(policy, _contact(policy))])
    made = Card(
        rule_id=rule.id,
        award=rule.name,
        payee=rule.payee,
        to_others=bool(rule.payee_said_as),
        lead=zh.spans(outcomes) if len(outcomes) > 1 else "",
        parts=[_part(policy, one) for one in outcomes],
        lines=[*(_terms(policy, with_cap(dues[-1], dues)) if dues else []), ask],
        awards=awards_of([call.result]),
        ineligible=ineligible_of([call.result]),
        missing=missing_of([call.result]),
    )
    checked = verify(_draft(made), Facts(policy, as_of, [said], [call]))
    if not checked.faults:
        return made
    metrics().faults.labels("card").inc()
    _log.error("a card failed verification: %s", "; ".join(map(kind_of, checked.faults)))
    headline = "这一项没有把握算准，为免误导先不给出结果"
    return Card(
        rule_id=rule.id,
        award=rule.name,
        payee=rule.payee,
        to_others=made.to_others,
        parts=[Part(standing="withheld", headline=headline, lines=[])],
        lines=[ask],
        verified=False,
    )


def _part(policy: Policy, one: Result) -> Part:
    source = Line(name="依据", sources=[_source(policy, one)])
    match one["type"]:
        case "due":
            return _due(policy, one, source)
        case "not_due" if one["denied"]:
            headline = f"不能享受：这项奖励须为{one['denied_name']}"
            return Part(standing="not_due", headline=headline, lines=[source])
        case "not_due":
            short = f"，距起点还差{one['gap_words']}" if one["gap_words"] else "，未达到起点"
            first = f"达到{one['next']['from']}时，{zh.amount(one['next'])}"
            lines = [Line(name="比对", text=one["compared"]), source, Line(name="起点", text=first)]
            return Part(standing="not_due", headline=f"暂不能享受{short}", lines=lines)
        case "missing":
            lines = [Line(name="请补充", text=one["ask"]), source]
            return Part(standing="missing", headline=f"还不能算：需要知道{one['name']}", lines=lines)
    dates = Line(name="有效期", text=f"{one['from']}至{one['to']}；按{one['as_of']}计，不适用")
    left_open = Line(name="文件未规定", text="有效期以外怎么办，是否有新的政策")
    headline = "不在有效期内，不能据此计算奖励"
    return Part(standing="out_of_force", headline=headline, lines=[dates, source, left_open])


def _due(policy: Policy, one: Result, source: Line) -> Part:
    lines = [Line(name="比对", text=one["compared"]), source]
    if one["pooled"] and one["pool"]:
        lines.append(Line(name="总额", sources=[_source(policy, one["pool"])]))
    if one["next"] and one["gap_words"]:
        gap = f"{one['measure']}再增加{one['gap_words']}，达到{one['next']['from']}时，{zh.amount(one['next'])}"
        lines.append(Line(name="下一档", text=gap))
    elif one["top"]:
        lines.append(Line(name="下一档", text="这已是最高一档"))
    whole = f"（{one['count']}家合计）" if one["count"] > 1 else ""
    note = "「不超过」是上限，不是保证发放的数额" if one["kind"] == "at_most" else ""
    return Part(standing="due", headline=f"{zh.amount(one)}{whole}", note=note, lines=lines)


def _terms(policy: Policy, one: Result) -> list[Line]:
    """What the award depends on and what the text leaves open."""
    lines = []
    if one["conditions"]:
        held = f"须为{'、'.join(one['conditions'])}；以上按条件成立计算，如不成立则不能享受"
        lines.append(Line(name="前提", text=held))
    if one["because"]:
        lines.append(Line(name="规定", sources=[_source(policy, reason) for reason in one["because"]]))
    if one["pool"] and not one["pooled"]:
        lines.append(Line(name="总额限制", sources=[_source(policy, one["pool"])]))
    if one["unstated"]:
        lines.append(Line(name="文件未规定", text="；".join(one["unstated"])))
    return lines


def _contact(policy: Policy) -> dict[str, str]:
    return {"clause_id": policy.contact_quote.clause_id, "quote": policy.contact_quote.text}


def _source(policy: Policy, one: Result) -> Source:
    label = policy.text.clause(one["clause_id"]).label
    return Source(clause_id=one["clause_id"], label=label, quote=one["quote"])


def _draft(made: Card) -> str:
    """The card in the form that is verified: ``[2.2.5]`` names a clause, ``「…」`` quotes one."""
    told = [f"**{made.award}**（奖励对象：{made.paid_to}）。{made.lead}"]
    for part in made.parts:
        told += [f"**{part.headline}**。{part.note}", *_drafted(part.lines)]
    return "\n".join([*told, *_drafted(made.lines)])


def _drafted(lines: Sequence[Line]) -> list[str]:
    return [
        f"- {line.name}：{line.text}" + "".join(f"[{one.clause_id}]「{one.quote}」" for one in line.sources)
        for line in lines
    ]


def _plain(line: Line) -> str:
    quotes = "".join(f"「{one.quote}」" for one in line.sources)
    label = f"{line.sources[0].label}" if line.sources else ""
    return f"{line.name}：{line.text}{'，' if line.text and label else ''}{label}{quotes}"
