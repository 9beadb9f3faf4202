"""The rules' own answer: sentences made from tool results, in the language of the question.

Every figure written here is copied from a result or from the question. A clause is written as a token,
``[2.2.5]``, which the renderer turns into its label and link; a quote stands in ``「」``, verbatim.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant import write_en, write_zh
from assistant.intents import Intent
from assistant.question import Question
from tools import money

Result = Mapping[str, Any]

# A claim that is qualified, denied or widened is not settled by its figure alone: the facts are given without 对 or 不对.
_QUALIFIED = re.compile(
    r"没有|不能|不算|没资格|不给|不可以|都(是|能|有|给)|每家|每人|每年|再|又|第二年|总额|以上|以下|过了?就|必须|一定|保证"
)
_INNER = str.maketrans("「」", "“”")  # 「」 is kept for the policy's own words


def write(asked: Question, results: Sequence[Result]) -> str:
    """The answer in Markdown. ``results`` are the tools' JSON results, in the order of their calls."""
    words = write_en if asked.language == "en" else write_zh
    computed = [result for result in results if "outcomes" in result]
    failed = [result for result in results if "error" in result]
    parts: list[str] = []
    if computed:
        parts += _computed(asked, computed, words)
    elif failed:
        parts.append(words.unreadable_amount(failed[0], failed[0]["error"].translate(_INNER)))
    for result in results:
        if "entry_id" in result:
            parts.append(words.entry(result))
        elif "tiers" in result:
            clean = not _QUALIFIED.search(asked.folded)
            if asked.claim and clean and Intent.ASK_IF in asked.wants and Intent.REVERSE not in asked.wants:
                parts.append(words.claim(asked.claim, _verdict(asked.claim, result["tiers"]), result["tiers"]))
            parts.append(words.table(result, _chosen(asked, result)))
        elif "total" in result:
            parts.append(words.total(result))
        elif "sentences" in result:
            parts.append(words.clause(result))
        elif "units" in result:
            parts.append(words.units(result))
        elif "in_force" in result:
            parts.append(words.basis(result))
        elif "declined" in result:
            parts.append(words.declined(result))
        elif "hits" in result and len(results) == 1:
            parts.append(words.found(result["hits"]))
    return "\n\n".join(part for part in parts if part)


def _computed(asked: Question, computed: Sequence[Result], words: Any) -> list[str]:
    parts: list[str] = []
    due = [one for result in computed for one in result["outcomes"] if one["type"] == "due"]
    settled = [one for result in computed for one in result["outcomes"] if one["type"] != "missing"]
    if asked.unclear and not due:
        parts.append(words.UNCLEAR[asked.unclear])
    if asked.other and not due:
        parts.append(words.other_measure(asked.other[0], computed[0]["outcomes"][0]))
    whole = due or len(settled) == sum(len(result["outcomes"]) for result in computed)
    plain = not _QUALIFIED.search(asked.folded) and len({result["firm"] for result in computed}) == 1
    if asked.claim and settled and whole and plain:
        parts.append(words.claim(asked.claim, _verdict(asked.claim, due), due, _to_payee(asked, due)))
    aims = [result["target"] for result in computed if result.get("target")]
    parts += [words.target(aim) for aim in aims]
    if Intent.GAP in asked.wants and settled and not aims:
        parts.append(words.gap(settled))
    told: set[str] = set()
    for result in computed:
        outcomes = result["outcomes"]
        dues = [one for one in outcomes if one["type"] == "due"]
        if result["firm"] and len(computed) > 1:
            parts.append(f"**{result['firm']}**")
        if len(outcomes) > 1:
            parts.append(words.spans(outcomes))
        for one in outcomes:
            if one["type"] == "missing" and settled:
                parts.append(words.also_missing(one))
            elif one["type"] == "missing":
                parts.append(words.missing(one))
            elif one["type"] == "out_of_force":
                parts.append(words.out_of_force(one))
            elif one["type"] == "not_due":
                parts.append(words.not_due(one))
            else:
                parts.append(words.due(one, last=one is dues[-1]))
        for one in dues[-1:]:
            if one["rule_id"] not in told:
                told.add(one["rule_id"])
                parts.append(words.terms(one))
                said = {given.said for given in asked.givens if given.said and given.said in asked.folded}
                parts += [words.said_as(name, one["measure"]) for name in sorted(said)][:1]
    return parts


def _to_payee(asked: Question, due: Sequence[Result]) -> bool:
    """Whether the one spoken of as getting the award is its payee (招商团队能拿3万), not the firm."""
    said = "|".join(word for one in due for word in one["payee_said_as"])
    return bool(said) and bool(
        re.search(rf"(?<!不是)({said})[^，。；,;企公]{{0,10}}(能|可|拿|得|领|奖|有|get|receive)", asked.folded)
    )


def _verdict(claim: str, due: Sequence[Result]) -> str:
    """``same``; ``cap`` or ``fixed`` (the figure is right but is a cap, or is none); ``other``."""
    said = money.read(claim).amounts
    if len(said) != 1 or not due:
        return "other"
    for one in due:
        if said[0].hi == one["amount_yuan"] and said[0].lo in (said[0].hi, None):
            told_as_cap = said[0].lo is None
            if told_as_cap == (one["kind"] == "at_most"):
                return "same"
            return "fixed" if told_as_cap else "cap"
    return "other"


def _asks_tier(asked: Question) -> set[Intent]:
    """A sum in a question about the standard (其中30万那一档要多少营收) asks for its tier."""
    return {Intent.REVERSE} if Intent.TABLE in asked.wants and Intent.ASK_IF not in asked.wants else set()


def _chosen(asked: Question, table: Result) -> list[int]:
    """The tiers a wanted sum points at; empty when none is wanted."""
    if table["pool"]:
        return []  # such a sum comes of several firms
    said = money.read(asked.claim).amounts if asked.claim and Intent.REVERSE in asked.wants | _asks_tier(asked) else ()
    if len(said) != 1 or said[0].lo is None:
        return []
    return [at for at, tier in enumerate(table["tiers"]) if tier["amount_yuan"] >= said[0].lo][:1] or [-1]
