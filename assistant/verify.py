"""Between the draft and the reader: every figure has an origin, every quote is true, or it is not shown.

It holds for whatever model wrote the draft. A draft is Markdown in which ``[2.2.5]`` names a clause and
``「…」`` quotes one. Nothing here repairs a draft: it passes whole, or the faults are listed.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.answer import Citation, Figure, Origin, ToolCall
from assistant.figures import Found, figures
from tools.rules import Policy

_TOKEN = re.compile(r"\[(preamble|closing|\d+(?:\.\d+)*)\](?!\()")
_QUOTE = re.compile(r"「([^「」]*)」")
_LONG = 8  # a shorter quote names a word of the text and is not a citation of its own
_CAP = r"不超过|不高于|最高|最多|至多|上限|封顶|不是|并非|拿不到|不到|不足|低于|[<≤]|not exceed(?:ing)?|at most|up to|maximum|capped at|cap of|\bnot\b"
_CAP_BEFORE = re.compile(rf"(?i)(?:{_CAP})[^，。；\n]{{0,14}}$")
_DISTANCE = re.compile(
    r"(?i)(?:还?差|再?增加|多做|[<≤>≥]|距离?\S{0,12}还差)\s*\**$"
)  # a way to go or a bound, no award
_NO_AWARD_AFTER = re.compile(r"^\**\s*(?:more|short|away)\b")
_CAP_WITHIN = re.compile(rf"(?i){_CAP}")
_CAP_AFTER = re.compile(r"^[^，。；\n]{0,8}(?:上限|封顶|以内|以下|at most|is a cap|is the cap)")
_USER_WORDS = ("amount", "change", "count")


@dataclass(frozen=True)
class Verified:
    """``faults`` is empty when the draft may be shown; ``answer`` has its clause tokens turned into links."""

    answer: str
    citations: list[Citation] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


Origins = dict[tuple[str, str], tuple[Origin, str]]


def verify(draft: str, calls: Sequence[ToolCall], said: Sequence[str], policy: Policy) -> Verified:
    """Checks a draft against the tool calls behind it and what the user ``said`` in the conversation."""
    faults = [f"没有条款 {token}" for token in _TOKEN.findall(draft) if token not in policy.text]
    citations, untrue = _citations(draft, policy)
    faults += [f"引文不在原文中：{quote}" for quote in untrue]
    origins = _origins(calls, citations, said, policy)
    faults += [f"工具参数不是用户或原文的数：{words}" for words in _invented(calls, said, policy)]
    masked = _TOKEN.sub(lambda match: "　" * len(match[0]), draft)
    shown: list[Figure] = []
    quoted = [match.span() for match in _QUOTE.finditer(draft)]
    caps = _caps(calls)
    for found in figures(masked):
        origin = _origin(found, origins)
        if origin is None:
            faults.append(f"没有出处的数：{found.text}")
            continue
        inside = any(start <= found.start and found.end <= end for start, end in quoted)
        if not inside and set(found.values) & caps and found.unit == "yuan" and not _capped(masked, found):
            faults.append(f"上限说成了应得数额：{found.text}")
        shown.append(
            Figure(text=found.text, value="..".join(found.values), unit=found.unit, origin=origin[0], ref=origin[1])
        )
    return Verified(_TOKEN.sub(lambda match: _link(match[1], policy), draft), citations, shown, faults)


def link(policy: Policy, clause_id: str) -> str:
    return f"/policy/{policy.id}#{clause_id}"


def _link(clause_id: str, policy: Policy) -> str:
    if clause_id not in policy.text:
        return ""
    return f"[{policy.text.clause(clause_id).label}]({link(policy, clause_id)})"


def _citations(draft: str, policy: Policy) -> tuple[list[Citation], list[str]]:
    """Citations of the quotes in the draft, and of clauses named without one; then the untrue quotes."""
    found: dict[tuple[str, str], Citation] = {}
    untrue: list[str] = []
    near = ""
    for match in re.finditer(f"{_TOKEN.pattern}|{_QUOTE.pattern}", draft):
        if match[1]:
            near = match[1]
            continue
        words = match[2]
        order = sorted(policy.text.clauses, key=lambda clause: clause.id != near)
        home = next((clause for clause in order if words and words in clause.text), None)
        if home is None:
            untrue.append(words)
        elif len(words) >= _LONG:
            found[(home.id, words)] = _cited(policy, home.id, words, home.text.index(words))
    named = [token for token in _TOKEN.findall(draft) if token in policy.text]
    for token in dict.fromkeys(named):
        if not any(clause_id == token for clause_id, _ in found):
            sentence = policy.text.clause(token).sentences[0]
            found[(token, sentence.text)] = _cited(policy, token, sentence.text, sentence.start)
    return list(found.values()), untrue


def _cited(policy: Policy, clause_id: str, words: str, start: int) -> Citation:
    return Citation(
        policy_id=policy.id,
        clause_id=clause_id,
        label=policy.text.clause(clause_id).label,
        quote=words,
        start=start,
        end=start + len(words),
        url=link(policy, clause_id),
    )


def _origins(calls: Sequence[ToolCall], citations: Sequence[Citation], said: Sequence[str], policy: Policy) -> Origins:
    """Every known (unit, value) with its first origin: an award, a cited quote, the question, else derived."""
    origins: Origins = {}

    def add(words: str, origin: Origin, ref: str) -> None:
        for one in figures(words):
            for value in one.values:
                origins.setdefault((one.unit, value), (origin, ref))

    for call in calls:
        for outcome in _dicts(call.result):
            if outcome.get("type") == "due":
                add(str(outcome["amount"]), "award", call.id)
                add(str(outcome["each"]), "award", call.id)
    for citation in citations:
        add(citation.quote, "quote", citation.clause_id)
    for words in said:
        add(words, "question", "question")
    for call in calls:
        for key, words in _strings(call.result):
            if key not in ("quote", "query"):
                add(words, "derived", call.id)
    add(policy.status, "derived", "basis")
    return origins


def _origin(found: Found, origins: Origins) -> tuple[Origin, str] | None:
    known = [origins.get((found.unit, value)) for value in found.values]
    if not known or any(one is None for one in known):
        return None
    return known[0] if len(known) == 1 else ("derived", known[0][1] if known[0] else "")


def _invented(calls: Sequence[ToolCall], said: Sequence[str], policy: Policy) -> Iterator[str]:
    """Arguments with a figure that neither the user nor the text has."""
    known = {(one.unit, value) for words in (*said, policy.text.text) for one in figures(words) for value in one.values}
    whole = "\n".join(said)
    for call in calls:
        for key in _USER_WORDS:
            words = str(call.arguments.get(key) or "")
            for one in figures(words):
                parts = [p for p in re.findall(r"[\d.,]+|[^\W\d]+", words) if p != "yuan"]  # 8000, then 万元 later
                if any((one.unit, value) not in known for value in one.values) and any(p not in whole for p in parts):
                    yield words


def _caps(calls: Sequence[ToolCall]) -> set[str]:
    """Amounts of the results that are only caps, as the value of a figure."""
    caps: set[str] = set()
    fixed: set[str] = set()
    for call in calls:
        for one in _dicts(call.result):
            if "amount_yuan" in one and "kind" in one:
                (caps if one["kind"] == "at_most" else fixed).add(str(one["amount_yuan"]))
    return caps - fixed


def _capped(text: str, found: Found) -> bool:
    return bool(
        _DISTANCE.search(text[: found.start])
        or _NO_AWARD_AFTER.search(text[found.end :])
        or _CAP_WITHIN.search(found.text)
        or found.text[0] in "<≤>≥"
        or _CAP_BEFORE.search(text[: found.start])
        or _CAP_AFTER.search(text[found.end :])
    )


def _dicts(result: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(result, Mapping):
        yield result
        for value in result.values():
            yield from _dicts(value)
    elif isinstance(result, list):
        for value in result:
            yield from _dicts(value)


def _strings(result: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(result, str):
        yield key, result
    elif isinstance(result, Mapping):
        for name, value in result.items():
            yield from _strings(value, str(name))
    elif isinstance(result, list):
        for value in result:
            yield from _strings(value, key)


def parsed(content: object) -> Any:
    """A tool message's content as data; words that are no JSON come back as an error entry."""
    try:
        return json.loads(str(content))
    except ValueError:
        return {"error": str(content)}
