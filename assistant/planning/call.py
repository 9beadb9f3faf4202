"""A tool call as it is planned. Arguments are the user's own words: no figure is written here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_CALLS = (
    30  # firms x awards in one question; where there are more, none is left out without a word: none is computed
)


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: Mapping[str, Any]


def basis() -> Call:
    return Call("policy_basis", {})


def decline(reason: str) -> Call:
    return Call("decline", {"reason": reason})


def table(rule_id: str) -> Call:
    return Call("award_table", {"rule_id": rule_id})


def units(clause_id: str) -> Call:
    return Call("responsible_units", {"clause_id": clause_id})
