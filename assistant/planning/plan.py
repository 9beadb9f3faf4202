"""What to look up for a question: tool calls from what was read, the first that fits.

Nothing is computed here and no figure is written: arguments are the user's own words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.planning.call import MOST_CALLS, Call, basis, decline
from assistant.planning.first import first
from assistant.planning.later import after_search, difference, totals
from assistant.reading.question import Question
from tools.rules import Policy


def plan(asked: Question, policy: Policy, done: Sequence[Mapping[str, Any]]) -> list[Call]:
    """The calls still to make, given the results so far (``done``, in the order of their calls)."""
    if not done:
        calls = _noticed(asked, first(asked, policy), policy)
        return calls if len(calls) <= MOST_CALLS else [decline("too_many")]
    if len(done) == 1 and "hits" in done[0]:
        return after_search(asked, done[0], policy)
    if any("total" in result or "apart" in result for result in done):
        return []
    return difference(asked, done) or totals(asked, done, policy)


def _noticed(asked: Question, calls: list[Call], policy: Policy) -> list[Call]:
    """The calls, with the dates in force first where a sum is asked for another time; these alone where it is the time
    of the application, where a sum is claimed for it, or where the dates are asked for."""
    by = [policy.awards[one.arguments["rule_id"]].by for one in calls if one.name in ("compute_award", "award_table")]
    timed = all(policy.measures[measure].unit == "month" for measure in by)
    entries = [policy.topics[one.arguments["entry_id"]] for one in calls if one.name == "policy_entry"]
    if asked.outside and len(calls) == 1 and any(policy.in_force in topic.quotes for topic in entries):
        return [basis()]
    if not asked.outside or timed or not any(given.words for given in asked.givens):
        return calls
    return [basis()] if asked.applied or asked.claim else [basis(), *calls]
