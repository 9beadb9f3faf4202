"""What may be told in one answer: what was computed, what the text says, what the user said, and the words for it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from assistant.answer import Origin
from assistant.computed import Computed, strings
from assistant.figures import figures

Origins = dict[tuple[str, str], tuple[Origin, str]]


@dataclass(frozen=True)
class Facts(Computed):
    """``draft`` is what the rules wrote from the results (verified), empty while there is none."""

    draft: str = ""
    instructing: Callable[[], str] = str  # gives the instructions; not asked where nothing is held against them

    @cached_property
    def instructions(self) -> str:
        """What a chat model is told and must not tell."""
        return self.instructing()

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
            for key, words in strings(call.result):
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
    def ground(self) -> str:
        """All text whose words may be used: the draft, the results, and of the question what the policy knows: a
        message can hold anything, and what it holds is no ground for saying it."""
        told = [words for call in self.calls for key, words in strings(call.result) if key != "query"]
        given = [words for call in self.calls for key, words in strings(call.arguments) if key != "query"]
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
        known = [word for measure in policy.measures.values() for word in measure.words(policy.lexicon)]
        known += [word for fact in policy.facts.values() for word in (*fact.yes, *fact.no)]
        known += [word for rule in policy.awards.values() for word in (*rule.asked_as, *rule.payee_said_as)]
        return [word for word in known if word in asked]

    @cached_property
    def beside(self) -> str:
        """What the text states beside the award in its own clause: it may be told in its own words only."""
        home = {rule.clause_id for rule in self.rules}
        stated = [topic for topic in self.policy.topics.values() if topic.kind == "stated"]
        return "\n".join(one.text for topic in stated for one in topic.quotes if one.clause_id in home)

    @cached_property
    def names(self) -> str:
        """All text whose names may be named: the policy and the results."""
        told = [words for call in self.calls for _, words in strings(call.result)]
        policy = self.policy
        facts = [fact.name + fact.english for fact in policy.facts.values()]
        rules = [rule.name + rule.english + "".join(rule.payee_said_as) for rule in policy.awards.values()]
        return "\n".join([policy.title, policy.text.text, policy.contact, *facts, *rules, *told])
