"""What may be told in one answer: what tools computed, what the text says, what the user said, and in which part.

The same value can stand in several parts: 2000万元 is the first tier's bound and may be the distance to the next.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from assistant.answer import Origin, ToolCall
from assistant.figures import Found, figures
from tools import money
from tools.rules import AwardRule, Policy

Origins = dict[tuple[str, str], tuple[Origin, str]]


@dataclass(frozen=True)
class Facts:
    """``said`` are the user's words in this conversation, ``calls`` the tool calls of this turn, ``draft`` what the
    rules wrote from their results (verified), empty while there is none."""

    policy: Policy
    as_of: date
    said: Sequence[str]
    calls: Sequence[ToolCall]
    draft: str = ""
    instructions: str = ""  # what a chat model was told and must not tell

    @cached_property
    def origins(self) -> Origins:
        """Every known (unit, value) with its first origin: an award, the question, else derived."""
        found = {key: origin for key, origin in self.backed.items() if origin[0] == "award"}
        for words in self.said:
            self._add(found, words, "question", "question")
        return found | {key: origin for key, origin in self.backed.items() if key not in found}

    @cached_property
    def backed(self) -> Origins:
        """What the results and the policy's rules know, whatever the user said."""
        found: Origins = {}
        for one in self.outcomes:
            if one["type"] == "due":
                self._add(found, f"{one['amount']}，{one['each']}", "award", self._call_of(one))
        for call in self.calls:
            for key, words in _strings(call.result):
                if key not in ("quote", "query"):
                    self._add(found, words, "derived", call.id)
        for words in (self.policy.status, self.as_of.isoformat()):
            self._add(found, words, "derived", "basis")
        self._add(found, self.policy.in_force.text, "quote", self.policy.in_force.clause_id)
        self._add_counts(found)
        self._add_tiers(found)
        return found

    def _call_of(self, outcome: Mapping[str, Any]) -> str:
        return next(call.id for call in self.calls if any(one is outcome for one in call.result.get("outcomes", ())))

    def _add_counts(self, found: Origins) -> None:
        for count in self.counts:
            for unit in ("家", "档", "个"):
                found.setdefault((unit, str(count)), ("derived", "count"))
        for one in self.outcomes:
            if one.get("count", 1) > 1:
                found.setdefault(("number", str(one["count"])), ("derived", "count"))

    def _add_tiers(self, found: Origins) -> None:
        for rule in self.rules:
            money_bounds = self.policy.measures[rule.by].unit == "yuan"
            for at, tier in enumerate(rule.tiers, 1):
                found.setdefault(("ordinal", f"{at}档"), ("derived", tier.quote.clause_id))
                for value in (tier.amount, *((tier.lo, tier.hi) if money_bounds else ())):
                    found.setdefault(("yuan", str(value)), ("derived", tier.quote.clause_id))

    def _add(self, found: Origins, words: str, origin: Origin, ref: str) -> None:
        for one in figures(words):
            for value in one.values:
                found.setdefault((one.unit, value), (origin, ref))

    @cached_property
    def rules(self) -> tuple[AwardRule, ...]:
        """The award rules the results speak of."""
        named = {one["rule_id"] for one in self.outcomes} | {call.result.get("rule_id") for call in self.calls}
        return tuple(rule for rule in self.policy.awards.values() if rule.id in named)

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
    def counts(self) -> frozenset[int]:
        """Numbers of the things computed: firms, outcomes, tiers of a rule."""
        due = sum(any(one["type"] == "due" for one in result["outcomes"]) for result in self.computed)
        firms = len(self.computed)
        counted = {int(one.get("count", 1)) for one in self.outcomes}
        return frozenset(
            {*counted, firms, due, firms - due, len(self.outcomes), *(len(rule.tiers) for rule in self.rules)}
        ) - {0}

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

    def read_sums(self, words: str) -> Iterator[str]:
        """The values of the amounts of some words."""
        return (value for one in self.read(words) if one.amount for value in one.values)

    @cached_property
    def outcomes(self) -> list[Mapping[str, Any]]:
        """The computed outcomes of this turn."""
        return [one for result in self.computed for one in result["outcomes"]]

    @cached_property
    def products(self) -> frozenset[str]:
        """Firms times what each brings, where a programme's total pays less."""
        pooled = [one for one in self.outcomes if one.get("pooled")]
        return frozenset(value for one in pooled for value in self.read_sums(one["compared"])) - self.sums

    @cached_property
    def next_sums(self) -> frozenset[str]:
        """What the next tier gives."""
        nexts = [one["next"] for one in self.outcomes if one.get("next")]
        return frozenset(str(one["amount_yuan"]) for one in nexts)

    @cached_property
    def computed(self) -> list[Mapping[str, Any]]:
        """The results of computed awards, one for each firm and rule."""
        return [call.result for call in self.calls if "outcomes" in call.result]

    @cached_property
    def due(self) -> frozenset[str]:
        """Sums that are due now, as a cap or fixed: yuan, as the value of a figure."""
        totals = [call.result for call in self.calls if "total" in call.result]
        due = [one for one in self.outcomes if one["type"] == "due"]
        each = {str(int(money.parse_one(one["each"]).lo or 0)) for one in due}
        return frozenset({str(one["amount_yuan"]) for one in (*due, *totals)} | each)

    @cached_property
    def tables(self) -> bool:
        """Whether a whole standard was looked up, so that every tier may be told."""
        return any("tiers" in call.result for call in self.calls)

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
    def days(self) -> tuple[date, ...]:
        """The first and the last day in force, a day on either side, and the day asked for."""
        first, last = self.policy.in_force_from, self.policy.in_force_to
        return (first, last, first - timedelta(days=1), last + timedelta(days=1), self.as_of)

    @cached_property
    def ended(self) -> tuple[str, ...]:
        """Documents the text itself says are no longer in force, by number and title."""
        quotes = [quote.text for quote in self.policy.quotes if "停止执行" in quote.text or "废止" in quote.text]
        return tuple(
            word
            for text in quotes
            for word in re.findall(r"《([^》]+)》|([一-龥]+〔\d{4}〕\d+号)", text)
            for word in word
            if word
        )

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

    def read(self, words: str) -> list[Found]:
        """The figures of some words, each amount with the measure it belongs to."""
        return figures(words, self.policy.lexicon)

    @cached_property
    def ground(self) -> str:
        """All text whose words may be used: the draft, the results, and of the question what the policy knows: a
        message can hold anything, and what it holds is no ground for saying it."""
        told = [words for call in self.calls for key, words in _strings(call.result) if key != "query"]
        given = [words for call in self.calls for key, words in _strings(call.arguments) if key != "query"]
        policy = self.policy
        if not self.computed:
            told += [policy.text.clause(key).text for key in self.clauses if key in policy.text]
        rules = [f"{rule.name} {rule.english} {rule.payee}" for rule in self.rules]
        return "\n".join(
            [
                self.draft,
                policy.title,
                policy.status,
                policy.contact,
                *policy.contact_said_as,
                *rules,
                *told,
                *given,
                *self._policy_words,
            ]
        )

    @cached_property
    def _policy_words(self) -> list[str]:
        """Words of the last message that are the policy's or the field's: measures, conditions, awards, payees."""
        asked, policy = self.said[-1] if self.said else "", self.policy
        read_as = {name for measure in policy.measures.values() for name in measure.read_as}
        known = [word for name in read_as for word in (name, *policy.lexicon.measures.get(name, ()))]
        known += [word for fact in policy.facts.values() for word in (*fact.yes, *fact.no)]
        known += [word for rule in policy.awards.values() for word in (*rule.asked_as, *rule.payee_said_as)]
        return [word for word in known if word in asked]

    @cached_property
    def given(self) -> frozenset[tuple[str, str]]:
        """Figures of the user's that were handed to a tool."""
        words = [words for call in self.calls for key, words in _strings(call.arguments) if key != "query"]
        return frozenset((one.unit, value) for text in words for one in self.read(text) for value in one.values)

    @cached_property
    def beside(self) -> str:
        """What the text states beside the award in its own clause: it may be told in its own words only."""
        home = {rule.clause_id for rule in self.rules}
        stated = [topic for topic in self.policy.topics.values() if topic.kind == "stated"]
        return "\n".join(one.text for topic in stated for one in topic.quotes if one.clause_id in home)

    @cached_property
    def names(self) -> str:
        """All text whose names may be named: the policy and the results."""
        told = [words for call in self.calls for _, words in _strings(call.result)]
        policy = self.policy
        facts = [fact.name + fact.english for fact in policy.facts.values()]
        rules = [rule.name + rule.english + "".join(rule.payee_said_as) for rule in policy.awards.values()]
        return "\n".join([policy.title, policy.text.text, policy.contact, *facts, *rules, *told])


def dicts(result: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping in a result, however deep."""
    if isinstance(result, Mapping):
        yield result
        for value in result.values():
            yield from dicts(value)
    elif isinstance(result, list):
        for value in result:
            yield from dicts(value)


def _strings(result: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(result, str):
        yield key, result
    elif isinstance(result, Mapping):
        for name, value in result.items():
            yield from _strings(value, str(name))
    elif isinstance(result, list):
        for value in result:
            yield from _strings(value, key)
