"""What the first results lead to: the entry or units a search found, how far two awards are apart, sums of several."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.planning.call import Call, decline, table, units
from assistant.planning.targets import tables
from assistant.reading.intents import Intent
from assistant.reading.question import Question
from tools.rules import Policy

# Search scores are in [0, 1]; these lines were drawn where the evals' on-topic and off-topic questions part.
ABOUT, SURELY_ABOUT = 0.3, 0.8  # of topicality, with and without a word of the policy's subject
NEAR = 0.45  # of a clause: below it, what was found is not what was asked
LIKE, SAME = 0.62, 0.75  # of an entry's phrase: means something like it, means the same

_SUPPOSED = re.compile(r"(?:\d+|[一二两三四五六七八九十百]+)(?:家|户).*")  # one number of firms or another, not both
_SUM = re.compile(r"一共|合计|总共|共计|加起来|总额|altogether|in total")


def difference(asked: Question, done: Sequence[Mapping[str, Any]]) -> list[Call]:
    """How far apart two values of one rule come out, when that is asked."""
    computed = [result for result in done if "outcomes" in result and result["firm"]]
    single = all(
        len(result["outcomes"]) == 1 and result["outcomes"][0]["type"] in ("due", "not_due") for result in computed
    )
    one_rule = len({result["rule_id"] for result in computed}) == 1
    if Intent.COMPARE not in asked.wants or len(computed) != 2 or not single or not one_rule:
        return []
    outcomes = [result["outcomes"][0] for result in computed]
    return [
        Call(
            "difference",
            {
                "rule_id": computed[0]["rule_id"],
                "amounts": [one.get("amount", "0元") for one in outcomes],
                "kinds": [one.get("kind", "exactly") for one in outcomes],
            },
        )
    ]


def totals(asked: Question, done: Sequence[Mapping[str, Any]], policy: Policy) -> list[Call]:
    """Sums of what several firms give: always where a programme's total may cap them, else when asked for."""
    if asked.givens and all(one.firm and one.firm == one.year for one in asked.givens):
        return []  # several years of one firm: whether what was got before is taken off is left open
    due: dict[str, list[Mapping[str, Any]]] = {}
    for result in done:
        outcomes = result.get("outcomes", ())
        if _SUPPOSED.fullmatch(result.get("firm", "")) or "error" in result:
            return []
        if result.get("firm") and len(outcomes) == 1 and outcomes[0]["type"] == "due":
            due.setdefault(result["rule_id"], []).append(outcomes[0])
    asks = _SUM.search(asked.folded)
    return [
        Call("add_up", {"rule_id": key, "amounts": [o["amount"] for o in found], "kinds": [o["kind"] for o in found]})
        for key, found in due.items()
        if len(found) > 1 and (asks or policy.awards[key].pool)
    ]


def after_search(asked: Question, found: Mapping[str, Any], policy: Policy) -> list[Call]:
    """What a search leads to: the units of the clause found, the entry come nearest to, its quote, or a refusal."""
    hit: Mapping[str, Any] = next(iter(found["hits"]), {})
    entry: Mapping[str, Any] = next(iter(found["entries"]), {})
    if len(asked.folded) < 3:
        return [decline("not_found" if asked.on_subject else "unreadable")]
    same, like = entry.get("score", 0) >= SAME, entry.get("score", 0) >= LIKE
    if asked.wants & {Intent.TABLE, Intent.WHOM, Intent.REVERSE}:
        return [_entry(entry)] if same else [table(key) for key in tables(asked, policy)]
    near = found["topicality"] >= (ABOUT if same else SURELY_ABOUT)
    if like and entry["of"] == "unstated" and (asked.on_subject or near):
        return [_entry(entry)]
    about = found["topicality"] >= (ABOUT if asked.on_subject else SURELY_ABOUT)
    if not hit or not about or (asked.language == "en" and not asked.on_subject):
        return [decline("off_topic")]
    named = next((one["clause_id"] for one in found["hits"] if policy.text.clause(one["clause_id"]).units), None)
    if asked.wants & {Intent.UNITS, Intent.LEAD} and named:
        return [units(named)]
    if like:
        return [_entry(entry)]
    return [] if hit["score"] >= NEAR else [decline("not_found")]


def _entry(found: Mapping[str, Any]) -> Call:
    return Call("policy_entry", {"entry_id": found["entry_id"]})
