"""The calculator as a page: a form made from the policy's rules, and beside it what was computed.

Everything works as a plain form; the script makes it live.
"""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from assistant.filled import SAID, Group, groups
from assistant.pages.cards import PATH, View, results
from assistant.pages.header import header
from assistant.pages.policy import day
from tools.rules import Fact, Policy

_HINTS = {"yuan": "例如 8000万、1.2亿、80,000,000元、八千万", "month": "例如 一年、14个月、500天、去年3月"}


def body(view: View, others: Sequence[Policy]) -> str:
    """The page's HTML; ``others`` are the further policies that can be calculated by."""
    policy = view.policy
    more = "".join(f'<li><a href="{PATH}?policy_id={quote(one.id)}">{escape(one.title)}</a></li>' for one in others)
    other = f'<nav class="others" aria-label="其他政策"><p>按其他政策算：</p><ul>{more}</ul></nav>' if more else ""
    sections = "".join(_group(group, view) for group in groups(policy))
    notice = f'<p class="fault notice-above" role="alert">{escape(view.notice)}</p>\n' if view.notice else ""
    summary = view.calculation.summary if view.calculation else ""
    return f"""<a class="skip" href="#results">跳到结果</a>
{header(policy, PATH)}
<main class="calculator">
<div class="intro">
<h1>算一算</h1>
<p>填写情况，按《{escape(policy.title)}》核算能享受哪项奖励、还差多少。每个数都附条款原文。</p>
{other}
</div>
{notice}<form id="calculator" class="inputs" method="get" action="{PATH}" autocomplete="off" novalidate>
<input type="hidden" name="policy_id" value="{escape(policy.id)}">
<input type="hidden" name="scale" value="{view.scale}">
{sections}
{_date(view)}
<div class="actions"><button type="submit">计算</button><a href="{PATH}?policy_id={quote(policy.id)}">全部清空</a></div>
</form>
<section class="outcome" aria-labelledby="outcome-title">
<div class="bar"><h2 id="outcome-title" tabindex="-1">结果</h2><p class="state" id="state" role="status"></p>
<div class="tools"><button type="button" id="copy">复制结果</button><button type="button" id="print">打印</button></div></div>
<p class="fault" id="fault" role="alert"></p>
<div id="results">{results(view)}</div>
</section>
<p class="spoken" id="summary" role="status">{escape(summary)}</p>
<a class="below" id="below" href="#outcome-title">{escape(summary)}</a>
</main>"""


def _group(group: Group, view: View) -> str:
    """The fields of one measure, under the awards that look at it."""
    measure = group.measure
    paid = "、".join(dict.fromkeys(rule.payee for rule in group.awards))
    name = measure.name if measure.unit == "yuan" else f"{measure.name}时长"
    fields = _words(
        f"values.{measure.id}", name, measure.ask, _HINTS[measure.unit], view.inputs.values.get(measure.id, ""), view
    )
    if group.counted:
        fields += _words(
            f"counts.{measure.id}",
            "这样的企业有几家",
            "",
            "例如 4家；不填按一家算",
            view.inputs.counts.get(measure.id, ""),
            view,
        )
    facts = "".join(_fact(fact, group, view) for fact in group.facts)
    names = "、".join(rule.name for rule in group.awards)
    return f'<fieldset class="group"><legend>{escape(names)}</legend><p class="payee">发给{escape(paid)}</p>{fields}{facts}</fieldset>'


def _words(field: str, name: str, ask: str, hint: str, words: str, view: View) -> str:
    """A text field with what was read, or what is wrong with it, beneath."""
    entry = view.entries.get(field)
    error, read = (entry.error, entry.read) if entry else ("", "")
    told = f"{escape(ask)}<br>{escape(hint)}" if ask else escape(hint)
    return f"""<div class="field"><label for="{field}">{escape(name)}</label>
<p class="hint" id="{field}.hint">{told}</p>
<input type="text" id="{field}" name="{field}" value="{escape(words)}" enterkeyhint="done"
 aria-describedby="{field}.hint {field}.read {field}.error"{' aria-invalid="true"' if error else ""}>
<p class="read" id="{field}.read">{f"读作 {escape(read)}" if read else ""}</p>
<p class="error" id="{field}.error" role="alert">{escape(error)}</p></div>"""


def _fact(fact: Fact, group: Group, view: View) -> str:
    held = view.inputs.facts.get(fact.id)
    also = [rule.name for rule in view.policy.awards.values() if fact.id in rule.requires and rule not in group.awards]
    note = f'<p class="hint">也是{escape("、".join(also))}的条件</p>' if also else ""
    choices = (("yes", SAID[True], True), ("no", SAID[False], False), ("", "未说明", None))
    radios = "".join(
        f'<label><input type="radio" name="facts.{fact.id}" value="{value}"{" checked" if held is state else ""}><span>{name}</span></label>'
        for value, name, state in choices
    )
    return f'<fieldset class="fact"><legend>{escape(fact.ask)}</legend>{note}<div class="choices">{radios}</div></fieldset>'


def _date(view: View) -> str:
    bad = ' aria-invalid="true"' if view.date_error else ""
    return f"""<div class="field when"><label for="as_of">按哪一天算</label>
<p class="hint" id="as_of.hint">有效期 {day(view.policy.in_force_from)} 至 {day(view.policy.in_force_to)}</p>
<input type="date" id="as_of" name="as_of" value="{escape(view.as_of)}" aria-describedby="as_of.hint as_of.error"{bad}>
<p class="error" id="as_of.error" role="alert" data-incomplete="日期没有填完整，请填写年、月、日。">{escape(view.date_error)}</p></div>"""
