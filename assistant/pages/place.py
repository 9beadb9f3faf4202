"""Where a firm stands on the chart of an award, and the chart in words; ``chart`` draws it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assistant.calculator import Standard, Step
from assistant.filled import Entry
from tools.award import spoken

Scale = Literal["linear", "log"]

_CROWDED = 0.05  # of the axis: a tier that is narrower cannot be told from its neighbour


@dataclass(frozen=True, slots=True)
class Place:
    """A firm's value, from ``lo`` to ``hi`` (None: no end), as ``words``.

    ``amount`` is the award there, of the tier ``step`` or nothing; None where there is no one point. ``notes`` tell what
    it comes to and how far the next tier is, which begins at ``upper``.
    """

    lo: float
    hi: float | None
    words: str
    amount: int | None
    notes: tuple[str, ...]
    step: Step | None = None
    upper: Step | None = None


def place(standard: Standard, entry: Entry, result: Mapping[str, Any]) -> Place:
    """A filled field and what the award's tool gave for it, as a place on the chart."""
    lo, hi = float(entry.lo or 0), None if entry.hi is None else float(entry.hi)
    words, outcomes = str(result["value"]), result["outcomes"]
    if lo != hi or len(outcomes) != 1:
        return Place(lo, hi, words, None, ())
    one, steps = outcomes[0], standard.steps
    if one["type"] == "due":
        at = next(at for at, step in enumerate(steps) if step.quote == one["quote"])
        upper = steps[at + 1] if at + 1 < len(steps) else None
        gap = (f"再增加{one['gap_words']}到下一档",) if one["gap_words"] else ()
        return Place(lo, hi, words, steps[at].amount, (steps[at].award, *gap), steps[at], upper)
    if one["type"] == "not_due" and one["denied"] is None:
        gap = (f"再增加{one['gap_words']}到起点",) if one["gap_words"] else ("未达到起点",)
        return Place(lo, hi, words, 0, gap, upper=steps[0])
    if one["type"] == "not_due":
        return Place(lo, hi, words, 0, ("条件不成立，不能享受",))
    return Place(lo, hi, words, None, ("还缺一项条件，不能算",))


def begins(standard: Standard, at: Place | None) -> int:
    """Where the logarithmic axis begins: a power of ten, below the first threshold and below the firm's value."""
    first = min(step.lo for step in standard.steps if step.lo > 0)
    least = min(first, at.lo) if at and at.lo >= 1 else first
    return max(1, int(10 ** math.floor(math.log10(least * 0.6))))


def axes(standard: Standard, at: Place | None, scale: Scale) -> str:
    """What the axes are and where they begin."""
    measure = standard.measure
    first = f"对数坐标，从{spoken(begins(standard, at), measure.unit)}起" if scale == "log" else "从0起"
    return f"横轴是{measure.name}，{first}；纵轴是奖励{'（每家）' if standard.per_firm else ''}，从0起"


def described(standard: Standard, at: Place | None, scale: Scale) -> str:
    """What the chart shows, in words."""
    told = [axes(standard, at, scale), *(f"{step.range}：{step.award}" for step in standard.steps)]
    if at:
        told.append("，".join([f"您填的{standard.measure.name}：{at.words}", *at.notes]))
    return "；".join(told) + "。"


def can_be_log(standard: Standard) -> bool:
    """Whether there are several thresholds to spread out."""
    return sum(step.lo > 0 for step in standard.steps) > 1


def crowded(standard: Standard) -> bool:
    """Whether some tiers are too narrow to be told apart on a scale from 0."""
    last = standard.steps[-1].hi or standard.steps[-1].lo
    return any(step.hi is not None and step.hi - step.lo < _CROWDED * last for step in standard.steps)
