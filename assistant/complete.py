"""What a chat model's words leave out of the rules' answer is put below them, so that nothing is lost by a model.

The rules' draft is lines: the outcome first, then its comparison, clause and quote, conditions, open points. A line is
left out below only when the words above it told all its figures; quotes and open points always stand.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.checks.piece import QUOTE, blanked, without_tokens
from assistant.facts import Facts
from assistant.verify import Verified, linked, verify
from tools.rules import Policy

_HEADLINE = re.compile(r"^\*\*[^*]+\*\*")
_CAVEAT = re.compile(r"上限|\bcap\b|at most", re.IGNORECASE)


def joined(pieces: Sequence[str], policy: Policy) -> str:
    """Pieces of a chat model's words as they are shown, one by one: no link spans two of them."""
    return "".join(linked(piece, policy) for piece in pieces)


def completed(pieces: Sequence[str], facts: Facts, draft: Verified) -> tuple[Verified, Sequence[str]]:
    """The ``pieces`` that were shown with what they leave out below them, and the faults of that as a whole.

    What was shown was verified piece by piece, and stays. Where the whole has faults the rules' ``draft``, which is
    verified by itself, stands below it in full.
    """
    prose = "".join(pieces)
    gap = "\n\n"[: max(0, 2 - (len(prose) - len(prose.rstrip("\n"))))]
    rest = remainder(prose, facts)
    whole = verify(f"{prose}{gap}{rest}", facts)
    below = draft.answer if whole.faults else linked(rest, facts.policy)
    found = draft if whole.faults else whole
    return replace(found, answer=f"{joined(pieces, facts.policy)}{gap}{below}"), whole.faults


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
