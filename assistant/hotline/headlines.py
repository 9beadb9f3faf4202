"""What an answer comes to, for the large type of the hotline desk: each outcome, tier or open point as one headline.

They are made from the results of the tools, as the answer is; an answer that staff wrote, and one that only quotes, are
told by their first words.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from assistant.answer import Answer, Record
from assistant.hotline.script import values

Kind = Literal["due", "not_due", "out_of_force", "missing", "standard", "stated", "refers", "open", "refused", "said"]
_GREETING = "您好，"


class Headline(Record):
    """``title`` says what it is about, ``figure`` what it comes to, such as 不超过15万元, ``note`` to whom it goes, why
    not, or what to ask. Any of them may be empty, not all."""

    kind: Kind
    title: str
    figure: str
    note: str


def headlines(answer: Answer, spoken: str) -> list[Headline]:
    """At least one; ``spoken`` is what is read aloud (``assistant.hotline.script``).

    A note with a figure that is not read aloud is left out, and with such a figure in large type all are.
    """
    known = values(spoken)
    found = [] if answer.reviewed_on else list(_found(answer))
    if found and all(values(f"{one.title}，{one.figure}") <= known for one in found):
        return [one if values(one.note) <= known else one.model_copy(update={"note": ""}) for one in found]
    if answer.status == "refused":
        return [Headline(kind="refused", title="", figure="不在服务范围", note="")]
    lines = spoken.splitlines()
    told = "".join(lines[:2] if lines[0].endswith("：") else lines[:1]).removeprefix(_GREETING)
    return [Headline(kind="open" if answer.status == "not_covered" else "said", title="", figure="", note=told)]


def _found(answer: Answer) -> Iterator[Headline]:
    cited = {one.quote for one in answer.citations}
    for call in answer.tool_calls:
        result = call.result if isinstance(call.result, Mapping) else {}
        for one in result.get("outcomes", ()):
            title = f"{one['rule']}（{result['firm']}）" if result.get("firm") else str(one["rule"])
            yield _outcome(title, one)
        for tier in result.get("tiers", ()):
            if tier["quote"] in cited:
                yield Headline(kind="standard", title=tier["range"], figure=_sum(tier), note=result["rule"])
        if "error" in result and "name" in result:
            title = str(result.get("rule", ""))
            yield Headline(kind="missing", title=title, figure=f"请补充{result['name']}", note=result["error"])
        match result.get("kind"):
            case "stated":
                quotes = "".join(f"「{one['quote']}」" for one in result["quotes"] if one["quote"] in cited)
                yield Headline(kind="stated", title=result["name"], figure="", note=quotes)
            case "unstated":
                ask = f"可向{result['contact']['name']}咨询"
                yield Headline(kind="open", title=result["name"], figure="文件没有规定", note=ask)
            case "refers":
                named = f"要按{'、'.join(result['documents'])}执行"
                yield Headline(kind="refers", title=result["name"], figure="本文件没有写明", note=named)


def _outcome(title: str, one: Mapping[str, Any]) -> Headline:
    match one["type"]:
        case "due":
            provided = "".join(f"；前提：须为{name}" for name in one["conditions"])
            return Headline(kind="due", title=title, figure=_sum(one), note=f"发给{one['payee']}{provided}")
        case "not_due" if one["denied"]:
            return Headline(kind="not_due", title=title, figure="不能享受", note=f"须为{one['denied_name']}")
        case "not_due":
            gap = f"还差{one['gap_words']}" if one["gap_words"] else ""
            return Headline(kind="not_due", title=title, figure="暂不能享受", note=gap)
        case "out_of_force":
            dates = f"有效期{one['from']}至{one['to']}"
            return Headline(kind="out_of_force", title=title, figure="不在有效期内", note=dates)
        case _:
            return Headline(kind="missing", title=title, figure=f"请补充{one['name']}", note=str(one.get("ask") or ""))


def _sum(one: Mapping[str, Any]) -> str:
    """A sum in words; a cap never without its 不超过."""
    return f"{'不超过' if one['kind'] == 'at_most' else ''}{one['amount']}"
