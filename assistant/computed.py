"""What was computed in one turn, and the part each sum plays: due now, another tier's, a bound, a distance, a total.

The same value can stand in several parts: 2000万元 is the first tier's bound and may be the distance to the next.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from assistant.answer import ToolCall
from assistant.figures import Found, figures
from tools import money
from tools.rules import AwardRule, Policy


@dataclass(frozen=True)
class Computed:
    """``said`` are the user's words in this conversation, ``calls`` the tool calls of this turn."""

    policy: Policy
    as_of: date
    said: Sequence[str]
    calls: Sequence[ToolCall]
    quoted: tuple[AwardRule, ...] = field(
        default=(), kw_only=True
    )  # whose clause is quoted by staff, where nothing was computed

    @cached_property
    def outcomes(self) -> list[Mapping[str, Any]]:
        """The computed outcomes of this turn."""
        return [one for result in self.computed for one in result["outcomes"]]

    @cached_property
    def computed(self) -> list[Mapping[str, Any]]:
        """The results of computed awards, one for each firm and rule."""
        return [call.result for call in self.calls if "outcomes" in call.result]

    @cached_property
    def rules(self) -> tuple[AwardRule, ...]:
        """The award rules the results speak of."""
        named = {one["rule_id"] for one in self.outcomes} | {call.result.get("rule_id") for call in self.calls}
        return self.quoted or tuple(rule for rule in self.policy.awards.values() if rule.id in named)

    @cached_property
    def counts(self) -> frozenset[int]:
        """Numbers of the things computed: firms, outcomes, tiers of a rule."""
        due = sum(any(one["type"] == "due" for one in result["outcomes"]) for result in self.computed)
        firms = len(self.computed)
        counted = {int(one.get("count", 1)) for one in self.outcomes}
        return frozenset(
            {*counted, firms, due, firms - due, len(self.outcomes), *(len(rule.tiers) for rule in self.rules)}
        ) - {0}

    @cached_property
    def nth(self) -> frozenset[int]:
        """Which tiers of their rule are due, counted from 1; 0 where a value is below the first."""
        found = {0 for one in self.outcomes if one["type"] == "not_due"}
        for rule in self.rules:
            found |= {
                at
                for at, tier in enumerate(rule.tiers, 1)
                for one in self.outcomes
                if one["type"] == "due" and tier.quote.text == one["quote"]
            }
        return frozenset(found)

    @cached_property
    def tier(self) -> tuple[str, str] | None:
        """The bounds of the one tier that is due, as values of figures."""
        for rule in self.rules:
            for tier in rule.tiers:
                if (
                    len(self.outcomes) == 1
                    and self.outcomes[0]["type"] == "due"
                    and tier.quote.text == self.outcomes[0]["quote"]
                ):
                    return str(tier.lo), str(tier.hi)
        return None

    @cached_property
    def clauses(self) -> frozenset[str]:
        """Ids of the clauses the results rest on."""
        found = {one["clause_id"] for call in self.calls for one in dicts(call.result) if one.get("clause_id")}
        return frozenset(found | {self.policy.in_force.clause_id, self.policy.contact_quote.clause_id})

    @cached_property
    def homes(self) -> Mapping[str, frozenset[str]]:
        """Sums of the results -> the clauses of the rules they are of."""
        found: dict[str, set[str]] = {}
        for one in self.outcomes:
            for value in (one.get("amount_yuan"), *(self.read_sums(one.get("compared", "")))):
                found.setdefault(str(value), set()).add(one["clause_id"])
        for rule in self.rules:
            for tier in rule.tiers:
                found.setdefault(str(tier.amount), set()).add(tier.quote.clause_id)
        return {value: frozenset(ids) for value, ids in found.items()}

    @cached_property
    def due(self) -> frozenset[str]:
        """Sums that are due now, as a cap or fixed: yuan, as the value of a figure."""
        totals = [call.result for call in self.calls if "total" in call.result]
        due = [one for one in self.outcomes if one["type"] == "due"]
        each = {str(int(money.parse_one(one["each"]).lo or 0)) for one in due}
        return frozenset({str(one["amount_yuan"]) for one in (*due, *totals)} | each)

    @cached_property
    def next_sums(self) -> frozenset[str]:
        """What the next tier gives."""
        nexts = [one["next"] for one in self.outcomes if one.get("next")]
        return frozenset(str(one["amount_yuan"]) for one in nexts)

    @cached_property
    def products(self) -> frozenset[str]:
        """Firms times what each brings, where a programme's total pays less."""
        pooled = [one for one in self.outcomes if one.get("pooled")]
        return frozenset(value for one in pooled for value in self.read_sums(one["compared"])) - self.sums

    @cached_property
    def tables(self) -> bool:
        """Whether a whole standard was looked up, so that every tier may be told."""
        return bool(self.quoted) or any("tiers" in call.result for call in self.calls)

    @cached_property
    def awards(self) -> Mapping[str, frozenset[AwardRule]]:
        """Every sum the policy pays by some tier -> the rules that pay it."""
        found: dict[str, set[str]] = {}
        for rule in self.policy.awards.values():
            for tier in rule.tiers:
                found.setdefault(str(tier.amount), set()).add(rule.id)
        for one in self.outcomes:
            if one["type"] == "due":
                found.setdefault(str(one["amount_yuan"]), set()).add(one["rule_id"])
        return {value: frozenset(self.policy.awards[key] for key in keys) for value, keys in found.items()}

    @cached_property
    def _kinds(self) -> Mapping[str, frozenset[str]]:
        """Every sum of the results -> whether it is a cap, fixed, or each in its place."""
        kinds: dict[str, set[str]] = {}
        for call in self.calls:
            for one in dicts(call.result):
                if "amount_yuan" in one and "kind" in one:
                    kinds.setdefault(str(one["amount_yuan"]), set()).add(one["kind"])
        for rule in self.rules:
            for tier in rule.tiers:
                kinds.setdefault(str(tier.amount), set()).add(tier.kind)
        return {value: frozenset(found) for value, found in kinds.items()}

    @cached_property
    def sums(self) -> frozenset[str]:
        """Every sum the rules in question pay, by some tier, and what their programmes may pay in all."""
        tiers = {str(tier.amount) for rule in self.rules for tier in rule.tiers}
        return frozenset(self._kinds) | self.due | self.pools | tiers

    @cached_property
    def caps(self) -> frozenset[str]:
        """Sums of the results that are only caps."""
        return frozenset(value for value, kinds in self._kinds.items() if kinds == {"at_most"})

    @cached_property
    def fixed(self) -> frozenset[str]:
        """Sums that are fixed and never a cap."""
        return frozenset(value for value, kinds in self._kinds.items() if kinds == {"exactly"}) - self.pools

    @cached_property
    def pools(self) -> frozenset[str]:
        """What the programmes in question may pay in all."""
        return frozenset(str(rule.pool_yuan) for rule in self.rules if rule.pool_yuan)

    @cached_property
    def lows(self) -> Mapping[str, frozenset[str]]:
        """Where tiers begin (included) -> the sums of the tiers that begin there."""
        return self._ends("lo")

    @cached_property
    def highs(self) -> Mapping[str, frozenset[str]]:
        """Where tiers end (not included) -> the sums of the tiers that end there."""
        return self._ends("hi")

    def _ends(self, end: str) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for rule in self.policy.awards.values():
            if self.policy.measures[rule.by].unit == "yuan":
                for tier in rule.tiers:
                    if getattr(tier, end) is not None:
                        found.setdefault(str(getattr(tier, end)), set()).add(str(tier.amount))
        return {value: frozenset(sums) for value, sums in found.items()}

    @cached_property
    def distances(self) -> frozenset[str]:
        """Ways to a tier or a target, which are differences and stand in no clause."""
        words = [one["gap_words"] for call in self.calls for one in dicts(call.result) if one.get("gap_words")]
        return frozenset(value for one in words for found in self.read(str(one)) for value in found.values)

    @cached_property
    def value(self) -> Decimal | None:
        """The one exact value in yuan that was compared, where only one was."""
        values = {call.result["value"] for call in self.calls if call.result.get("value")}
        read = money.read(values.pop()).amounts if len(values) == 1 else ()
        return read[0].lo if len(read) == 1 and read[0].exact else None

    @cached_property
    def told(self) -> frozenset[str]:
        """Values of money the user named."""
        return frozenset(value for words in self.said for one in self.read(words) if one.amount for value in one.values)

    @cached_property
    def bounds(self) -> frozenset[tuple[Decimal | None, Decimal | None, bool, bool]]:
        """The bounds the user told, as he told them."""
        amounts = [one.amount for words in self.said for one in self.read(words) if one.amount]
        return frozenset((one.lo, one.hi, one.lo_closed, one.hi_closed) for one in amounts)

    @cached_property
    def given(self) -> frozenset[tuple[str, str]]:
        """Figures of the user's that were handed to a tool."""
        words = [words for call in self.calls for key, words in strings(call.arguments) if key != "query"]
        return frozenset((one.unit, value) for text in words for one in self.read(text) for value in one.values)

    def read(self, words: str) -> list[Found]:
        """The figures of some words, each amount with the measure it belongs to."""
        return figures(words, self.policy.lexicon)

    def read_sums(self, words: str) -> Iterator[str]:
        """The values of the amounts of some words."""
        return (value for one in self.read(words) if one.amount for value in one.values)


def dicts(result: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping in a result, however deep."""
    if isinstance(result, Mapping):
        yield result
        for value in result.values():
            yield from dicts(value)
    elif isinstance(result, list):
        for value in result:
            yield from dicts(value)


def strings(result: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(result, str):
        yield key, result
    elif isinstance(result, Mapping):
        for name, value in result.items():
            yield from strings(value, str(name))
    elif isinstance(result, list):
        for value in result:
            yield from strings(value, key)
