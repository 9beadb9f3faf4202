"""What was computed as HTML: a card for each award, with its chart; or the standards while nothing is filled in.

Cards are made here only: the page holds them when it is opened by its address, and the script puts the same HTML in
their place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from assistant.calculator import Calculation, Standard
from assistant.cards import Card, Line, Part
from assistant.chat import AI_LABEL
from assistant.filled import Entry, Inputs, groups
from assistant.pages import chart
from assistant.pages.place import Place, Scale, axes, can_be_log, crowded, place
from assistant.pages.policy import day, link
from assistant.pages.render import basis_line
from tools.rules import Policy

PATH = "/calculator"
_SIGN, _TIED = re.compile("(&[lg]t;|[≤≥=×]) "), "\\1\N{NO-BREAK SPACE}"  # a sign stays on the line of its number
_SCALES: Mapping[Scale, str] = {"linear": "从0起", "log": "对数坐标"}


@dataclass(frozen=True)
class View:
    """One state of the page: what was filled in and what came of it. ``calculation`` is None where the date cannot be
    read; ``date_error`` then says so beside ``as_of``, the date as it was given. It is None as well while the assistant
    is turned off; ``notice`` says so."""

    policy: Policy
    inputs: Inputs
    calculation: Calculation | None
    standards: Mapping[str, Standard]
    scale: Scale
    as_of: str
    date_error: str = ""
    notice: str = ""

    @property
    def entries(self) -> Mapping[str, Entry]:
        return {entry.field: entry for entry in self.calculation.entries} if self.calculation else {}

    def address(self, scale: Scale) -> str:
        """The address that opens the page in this state."""
        filled: list[tuple[str, str]] = []
        for group in groups(self.policy):
            key = group.measure.id
            filled += [
                (f"values.{key}", self.inputs.values.get(key, "")),
                (f"counts.{key}", self.inputs.counts.get(key, "")),
            ]
            held = ((fact.id, self.inputs.facts.get(fact.id)) for fact in group.facts)
            filled += [(f"facts.{fact}", "" if yes is None else "yes" if yes else "no") for fact, yes in held]
        filled = [
            ("policy_id", self.policy.id),
            *filled,
            ("as_of", self.as_of),
            ("scale", scale if scale != "linear" else ""),
        ]
        return f"{PATH}?{urlencode([(name, words) for name, words in filled if words])}"


def results(view: View) -> str:
    """The cards, or what to do first where there are none."""
    calculation = view.calculation
    if view.notice:
        return ""
    if calculation is None:
        return '<p class="empty">改正日期后再算。</p>'
    if calculation.cards:
        cards = "".join(_card(card, view, calculation) for card in calculation.cards)
        label = f'<p class="label">{escape(AI_LABEL["zh"])}</p>'
        given = f'<p class="given">填写：{escape(calculation.said)}；按{day(calculation.basis.as_of)}计算</p>'
        copied = f'<pre id="text" hidden>{escape(calculation.text)}</pre>'
        rests = f'<div class="rests">{label}{basis_line(calculation.basis)}</div>'
        return f"{given}{cards}{rests}{copied}"
    wrong = any(entry.error for entry in calculation.entries)
    told = "填的数还没有看懂，请按输入框下面的提示改一改。" if wrong else "填写任意一项数值，这里就按条款算出结果。"
    shown = "".join(
        f'<article class="card">{_head(one.award, one.payee)}{_chart(one, view) if len(one.steps) > 1 else _tiers(one, view)}</article>'
        for one in view.standards.values()
    )
    return f'{_out_of_force(view)}<p class="empty">{told}</p>{shown}'


def _out_of_force(view: View) -> str:
    basis = view.calculation.basis if view.calculation else None
    if basis is None or basis.in_force:
        return ""
    dates = f"{day(basis.in_force_from)}至{day(basis.in_force_to)}"
    return f'<p class="notice">{day(basis.as_of)}不在这份政策的有效期内（{dates}），不能据此计算奖励。</p>'


def _card(card: Card, view: View, calculation: Calculation) -> str:
    standard = view.standards[card.rule_id]
    result = next(call.result for call in calculation.tool_calls if call.result["rule_id"] == card.rule_id)
    lead = f'<p class="lead">{escape(card.lead)}</p>' if card.lead else ""
    parts = "".join(_part(part, view.policy) for part in card.parts)
    drawn = ""
    if len(standard.steps) > 1 and card.parts[0].standing not in ("out_of_force", "withheld"):
        drawn = _chart(standard, view, place(standard, view.entries[f"values.{standard.measure.id}"], result))
    return f"""<article class="card" id="card-{escape(card.rule_id)}">{_head(card.award, card.paid_to)}{lead}{parts}{drawn}
<dl class="terms">{"".join(_line(line, view.policy) for line in card.lines)}</dl></article>"""


def _head(award: str, paid_to: str) -> str:
    return f'<header><h3>{escape(award)}</h3><p class="payee">奖励对象：{escape(paid_to)}</p></header>'


def _part(part: Part, policy: Policy) -> str:
    note = f'<p class="note">{escape(part.note)}</p>' if part.note else ""
    lines = "".join(_line(line, policy) for line in part.lines)
    return f'<div class="part {part.standing}"><p class="headline">{escape(part.headline).replace("不超过", "<wbr>不超过")}</p>{note}<dl>{lines}</dl></div>'


def _line(line: Line, policy: Policy) -> str:
    quotes, last = "", ""
    for one in line.sources:
        label = f'<p class="clause">{escape(one.label)}</p>' if one.clause_id != last else ""
        last = one.clause_id
        quotes += f"{label}<p><q>{escape(one.quote)}</q>{_original(policy, one.clause_id, one.quote, one.label)}</p>"
    text = f"<p>{_SIGN.sub(_TIED, escape(line.text))}</p>" if line.text else ""
    return f"<div><dt>{escape(line.name)}</dt><dd>{text}{quotes}</dd></div>"


def _chart(standard: Standard, view: View, at: Place | None = None) -> str:
    """The chart with its scales to choose from, its key, and its tiers as a table."""
    scale: Scale = view.scale if can_be_log(standard) else "linear"
    title = f"{standard.award}：奖励随{standard.measure.name}变化的各档"
    kinds = {step.capped for step in standard.steps}
    key = ['<li class="key-cap">虚线：不超过（上限）</li>'] if True in kinds else []
    key += ['<li class="key-fixed">实线：固定数额</li>'] if False in kinds else []
    key += ['<li class="key-closed">实心点：含该数</li>', '<li class="key-open">空心点：不含该数</li>']
    hint = "。左边几档挨得近，可以换成对数坐标看" if scale == "linear" and crowded(standard) else ""
    return f"""<figure class="chart" id="chart-{escape(standard.rule_id)}"><div class="over">{_scales(standard, view, scale)}</div>
<div class="picture">{chart.pictures(standard, at, scale, title)}</div>
<figcaption>{escape(axes(standard, at, scale))}{hint}。</figcaption><ul class="key">{"".join(key)}</ul>
<details id="tiers-{escape(standard.rule_id)}"><summary>各档标准（表格）</summary>{_tiers(standard, view, at)}</details></figure>"""


def _tiers(standard: Standard, view: View, at: Place | None = None) -> str:
    """The tiers as a table; the firm's own is marked."""
    rows = ""
    for step in standard.steps:
        own = at is not None and step is at.step
        here = ' <span class="here">您在这一档</span>' if own else ""
        label = view.policy.text.clause(step.clause_id).label
        rows += (
            f"<tr{' aria-current=true' if own else ''}><td>{escape(step.range)}{here}</td><td>{escape(step.award)}</td>"
            f"<td>{_original(view.policy, step.clause_id, step.quote, label)}</td></tr>"
        )
    heads = (standard.measure.name, "奖励（每家）" if standard.per_firm else "奖励", "依据")
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _original(policy: Policy, clause_id: str, words: str, label: str) -> str:
    """The link that opens the text at a clause, the words marked."""
    href = escape(link(policy.id, clause_id, words))
    return f' <a class="original" href="{href}" aria-label="原文：{escape(label)}">原文</a>'


def _scales(standard: Standard, view: View, now: Scale) -> str:
    """Links to the same page with the other scale; the script follows them in place."""
    if not can_be_log(standard):
        return ""
    links = "".join(
        f'<a id="scale-{scale}-{escape(standard.rule_id)}" data-scale="{scale}"{" aria-current=true" if scale == now else ""} '
        f'href="{escape(view.address(scale))}#chart-{escape(standard.rule_id)}">{name}</a>'
        for scale, name in _SCALES.items()
    )
    return f'<div class="scales" role="group" aria-label="横轴刻度">{links}</div>'
