"""What a chat model's words leave out of the rules' answer is put below them, so that nothing is lost by a model.

The rules' draft is lines: the outcome first, then its comparison, clause and quote, conditions, open points. A line is
left out below only when the words above it told all its figures; quotes and open points always stand.
"""

import re

from assistant.checks.piece import QUOTE, blanked, without_tokens
from assistant.facts import Facts

_HEADLINE = re.compile(r"^\*\*[^*]+\*\*")
_CAVEAT = re.compile(r"上限|\bcap\b|at most", re.IGNORECASE)


def remainder(prose: str, facts: Facts) -> str:
    """The part of the draft that still has to be shown below ``prose``; all of it where there is no prose."""
    if not prose.strip() or len(facts.outcomes) != 1:
        return facts.draft
    told = {(one.unit, value) for one in facts.read(without_tokens(prose)) for value in one.values}
    lines = [line for line in facts.draft.split("\n") if not _covered(line, told, prose, facts)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _covered(line: str, told: set[tuple[str, str]], prose: str, facts: Facts) -> bool:
    if QUOTE.search(line):
        return QUOTE.findall(line) == ["不超过"] and bool(_CAVEAT.search(prose))
    found = {(one.unit, value) for one in facts.read(blanked(line)) for value in one.values}
    if not found or not found <= told:
        return False
    payees = [one["payee"] for one in facts.outcomes if one["payee"] in line]
    return not _HEADLINE.match(line) or all(payee in prose for payee in payees)
