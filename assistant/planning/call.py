"""A tool call as it is planned. Arguments are the user's own words: no figure is written here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_CALLS = 12  # firms x rules in one question


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
