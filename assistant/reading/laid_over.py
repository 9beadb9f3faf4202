"""What two messages told, the later one over the earlier: values, changes of them, numbers of firms."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.given import Given
from assistant.reading.question import Question
from assistant.reading.unclear import merged

_OF_THEM = re.compile(r"其中|里面|里头|当中|有(?:一|1|两|几)家(?:才|只|没|不)|\bone of them\b")
_EACH = re.compile(r"各|都|每家|每个|分别|两家|全部|both|each|\ball\b")


def whose(before: Question, now: Question) -> str:
    """Why a change cannot be applied: several firms were told, and it is not said of which or of each."""
    changed = any(given.change and not given.words and not given.firm for given in now.givens)
    return "whose" if changed and len(_firms(before.givens)) > 1 and not _EACH.search(now.folded) else ""


def one_of_them(before: Question, now: Question) -> str:
    """A value of one firm of the several told before (其中一家只有180万): which of them have which is not said."""
    return "spread" if before.firms_told and now.givens and _OF_THEM.search(now.folded) else ""


def put_together(before: Question, now: Question) -> str:
    """Why one sum told for the firms of before, taken together (合并算是1亿), is no firm's value."""
    return "joint" if len(_firms(before.givens)) > 1 and now.givens and merged(now.folded) else ""


def _firms(givens: Sequence[Given]) -> set[str]:
    return {given.firm for given in givens if given.firm}


def counted(before: Question, now: Question, leans: bool) -> tuple[str, str]:
    """How many firms are spoken of now, and why that cannot be told: 再多2家 counts on from the number before."""
    held = before.firms_told
    if not now.count_change:
        of_each = not before.givens and bool(_EACH.search(now.folded))  # 4 companies, then: all paid more than 2m
        return now.count or (before.count if leans or of_each else ""), ""
    return (f"{held}；{now.count_change}", "") if held and not now.givens else ("", "spread")


def new_firm(now: Question, before: Question) -> bool:
    """Whether another firm is spoken of, to whom what was said of the first does not apply."""
    return all(given.firm and given.firm not in {told.firm for told in before.firms} for given in now.givens)


def carried_over(before: Question) -> tuple[Given, ...]:
    return tuple(replace(given, told=False) for given in before.givens)


def overlaid(before: Question, now: Question, leans: bool) -> tuple[Given, ...]:
    """What is told now over what was told before: a change alters the last value, a bare value replaces it."""
    if not before.givens:
        return now.givens
    last = before.givens[-1]
    merged: list[Given] = []
    for given in now.givens:
        if not given.words and given.change:
            held = before.givens if _EACH.search(now.folded) else [last]
            merged += [replace(one.changed(given.change), told=True) for one in held]
        elif given.measure == "":
            merged.append(replace(given, measure=last.measure, count=given.count or last.count))
        else:
            merged.append(given)
    told = {given.measure for given in merged}
    kept = [given for given in carried_over(before) if given.measure not in told and not given.firm] if leans else []
    return (*merged, *kept)
