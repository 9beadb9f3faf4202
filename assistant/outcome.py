"""Tool results -> the contract's outcomes. Status and awards follow from what tools computed, never from prose."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.answer import Award, Ineligible, Status
from tools.rules import Policy

Result = Mapping[str, Any]


_DECLINED: dict[str, Status] = {
    "small_talk": "answered",
    "thanks": "answered",
    "not_found": "not_covered",
    "elsewhere": "not_covered",
    "off_topic": "refused",
    "unsafe": "refused",
    "unreadable": "refused",
    "too_many": "clarify",
}


def status_of(results: Sequence[Result]) -> Status:
    """``answered`` as soon as anything was computed or quoted; else what stands in the way of it."""
    outcomes = list(_outcomes(results))
    declined = next((result["declined"] for result in results if "declined" in result), "")
    if declined and not outcomes:
        return _DECLINED[declined]
    if any(one["type"] != "missing" for one in outcomes):
        return "answered"
    if any(result.get("kind") in ("stated", "refers") for result in results):
        return "answered"
    if any(key in result for result in results for key in ("tiers", "units", "sentences", "in_force")):
        return "answered"
    if any(result.get("kind") == "unstated" for result in results):
        return "not_covered"
    if outcomes or any("error" in result for result in results):
        return "clarify"
    if any(result.get("hits") for result in results):
        return "answered"
    return "not_covered"


def awards_of(results: Sequence[Result]) -> list[Award]:
    return [
        Award(
            rule_id=one["rule_id"],
            payee=one["payee"],
            amount_yuan=one["amount_yuan"],
            kind=one["kind"],
            clause_id=one["clause_id"],
            quote=one["quote"],
            compared=one["compared"],
            notes=_notes(one, firm),
        )
        for one, firm in _told(results)
        if one["type"] == "due"
    ]


def ineligible_of(results: Sequence[Result]) -> list[Ineligible]:
    return [
        Ineligible(
            rule_id=one["rule_id"],
            reason=_reason(one),
            clause_id=one["clause_id"],
            quote=one["quote"],
            gap_yuan=one.get("gap"),
        )
        for one in _outcomes(results)
        if one["type"] in ("not_due", "out_of_force")
    ]


def missing_of(results: Sequence[Result]) -> str | None:
    for result in results:
        for one in result.get("outcomes", ()):
            if one["type"] == "missing":
                return str(one["fact"])
        if result.get("declined") == "too_many":
            return "firms"
        if "error" in result:
            return str(result.get("fact") or "") or None
    return None


def suggestions_of(policy: Policy, results: Sequence[Result], language: str) -> list[str]:
    """Up to three questions that lead on from the answer; they hold no figure."""
    if language == "en":
        return []
    found: list[str] = []
    for one in _outcomes(results):
        rule = policy.awards[one["rule_id"]]
        if one["type"] == "due":
            found += ["离下一档还差多少？"] if one["next"] else []
            found += [f"{rule.name}由哪个部门负责？", "有效期到什么时候？"]
        else:
            found.append(f"{rule.name}的标准是什么？")
    if not found:
        found = [f"{rule.name}的标准是什么？" for rule in policy.awards.values()]
    return list(dict.fromkeys(found))[:3]


def with_cap(one: Result, due: Sequence[Result]) -> Result:
    """The award whose terms are told once for all of its rule, with what a cap among them leaves open."""
    same = (other for other in due if other["rule_id"] == one["rule_id"] and not other["pooled"])
    capped = next((other for other in same if other["kind"] == "at_most"), one)
    return {**one, **{key: capped[key] for key in ("kind", "unstated", "unstated_english")}}


def _outcomes(results: Sequence[Result]) -> Iterator[Result]:
    return (one for one, _ in _told(results))


def _told(results: Sequence[Result]) -> Iterator[tuple[Result, str]]:
    for result in results:
        for one in result.get("outcomes", ()):
            yield one, result["firm"]


def _notes(one: Result, firm: str) -> list[str]:
    notes = [f"{'情况' if firm[0].isdigit() else '企业'}：{firm}"] if firm else []
    notes += [f"前提：须为{name}" for name in one["conditions"]]
    if one["kind"] == "at_most":
        notes.append("“不超过”是上限，不是保证发放的数额")
    return notes + [f"文件未规定：{what}" for what in one["unstated"]]


def _reason(one: Result) -> str:
    if one["type"] == "out_of_force":
        return f"按{one['as_of']}计不在有效期（{one['from']}至{one['to']}）内"
    return f"须为{one['denied_name']}" if one["denied"] else str(one["compared"])
