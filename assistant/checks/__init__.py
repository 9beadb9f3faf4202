"""What must hold for every piece of an answer before it is shown; each check is one function.

``ESSENTIAL`` holds for every answer, the rules' own too. ``ALL`` holds for what a chat model writes: besides its
figures and quotes, the part each figure plays, who is paid, what a bound includes, what is in force. ``REVIEWED`` holds
for what staff write: the same, but they may quote any clause, say that more is open, and answer 是的; in return each
statement is held against the whole policy, also where nothing was computed (``staff``, ``staff_awards``).
A check yields a reason, in Chinese, for each fault it finds; a piece without reasons may be shown.
"""

import re
from collections.abc import Callable, Iterator

from assistant.checks import (
    amounts,
    bounds,
    grounding,
    openness,
    origin,
    outcome,
    shares,
    staff,
    staff_awards,
    standing,
    wording,
)
from assistant.checks.piece import Piece
from assistant.facts import Facts

Check = Callable[[Piece, Facts], Iterator[str]]

ESSENTIAL: tuple[Check, ...] = (
    origin.clauses_exist,
    origin.quotes_are_true,
    origin.figures_have_origins,
    amounts.caps_are_told_as_caps,
)
ALL: tuple[Check, ...] = (
    origin.clauses_exist,
    origin.figures_have_origins,
    amounts.caps_are_told_as_caps,
    origin.quotes_stand_in_their_clause,
    origin.quotes_were_looked_up,
    origin.clauses_were_looked_up,
    origin.figures_stand_in_the_clause_named,
    origin.only_what_was_read_is_repeated,
    origin.no_numeral_is_hidden,
    amounts.fixed_sums_are_not_told_as_caps,
    amounts.awards_have_no_floor,
    amounts.only_this_tier_is_due,
    shares.tiers_pay_their_own_sums,
    shares.shares_are_told_rightly,
    shares.distances_are_distances,
    amounts.awards_are_awards,
    bounds.ends_are_told_rightly,
    bounds.comparisons_hold,
    bounds.values_stand_in_their_tier,
    outcome.payees_are_named_rightly,
    outcome.entitlement_is_as_computed,
    outcome.nothing_is_guaranteed,
    outcome.nothing_repeats,
    outcome.force_is_told_rightly,
    outcome.claims_are_settled_as_computed,
    openness.times_are_given,
    openness.open_points_stay_open,
    standing.reasons_and_ranks_are_as_computed,
    openness.only_open_points_are_said_to_be_open,
    standing.unsaid_conditions_are_not_asserted,
    grounding.words_have_ground,
    wording.names_are_known,
    wording.language_is_the_questions,
    wording.instructions_stay_inside,
    wording.no_markup,
    wording.nothing_stutters,
)
_STAFF: tuple[Check, ...] = (
    staff.offices_play_their_part,
    staff.nothing_outlasts_the_text,
    staff.stated_points_are_not_said_to_be_open,
    staff.nothing_is_turned_round,
    staff.words_rest_on_the_quotes,
    staff.open_points_stay_open,
    staff_awards.payees_are_those_of_the_award,
    staff_awards.conditions_stay,
    staff_awards.caps_promise_nothing,
    staff_awards.awards_are_paid_once,
    staff_awards.thresholds_stay,
    staff_awards.awards_exist,
    staff_awards.bounds_lead_to_their_sums,
    staff_awards.limits_stay,
    staff_awards.yes_says_to_what,
)
REVIEWED: tuple[Check, ...] = tuple(
    check
    for check in (*ALL, *_STAFF)
    if check
    not in (
        origin.quotes_were_looked_up,
        origin.clauses_were_looked_up,
        grounding.words_have_ground,
        openness.open_points_stay_open,
        openness.only_open_points_are_said_to_be_open,
        outcome.claims_are_settled_as_computed,
        wording.language_is_the_questions,
        wording.nothing_stutters,
    )
)
# Besides, for an answer that says it answers.
ANSWERED: tuple[Check, ...] = (staff.rests_on_a_quote,)


def kind_of(reason: str) -> str:
    """A reason without what it quotes: the part that may be logged, for what is quoted may be an asker's words."""
    return re.split("[:：]", reason, maxsplit=1)[0]
