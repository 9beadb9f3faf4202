"""What the cases of a question's first calls look at: the question beside the policy it is asked of."""

import re
from dataclasses import dataclass
from functools import cached_property

from assistant.planning.call import Call
from assistant.reading.intents import Intent, asks
from assistant.reading.question import Question
from tools.rules import Policy, Topic

_STOP = re.compile(r"[，。；,;？?！!]")


@dataclass(frozen=True)
class Scene:
    """A question beside the policy it is asked of, and what several cases need to know of the two."""

    asked: Question
    policy: Policy

    @cached_property
    def topics(self) -> list[Topic]:
        return [self.policy.topics[key] for key in self.asked.topics]

    @cached_property
    def told(self) -> bool:
        """A value was told in this very message."""
        return any(given.told and given.words for given in self.asked.givens)

    @cached_property
    def explicit(self) -> bool:
        """A sum is asked for, or claimed, in words that leave no doubt."""
        asked, wants = self.asked, self.asked.wants
        return (
            bool(wants & {Intent.AWARD, Intent.GAP} or (Intent.COMPARE in wants and asked.givens))
            or (self.told and Intent.TABLE in wants)
            or bool(asked.claim and (asked.givens or asked.facts))
        )

    @cached_property
    def entries(self) -> list[Call]:
        """The entry named at most length, and others of its kind; beside one that points elsewhere, what is left open;
        and what a part of its own asks of another kind (服务站点里的企业算园区企业吗，数据算谁的)."""
        kinds = {topic.kind for topic in self.topics[:1]}
        kinds |= {"unstated"} if "refers" in kinds else set()
        parts = [part for part in _STOP.split(self.asked.folded) if part]
        asking = [part for part in parts[:6] if asks(part)] if len(parts) > 1 else []
        apart = {topic.id for part in asking for topic in self._named_in(part)[:1]}
        return [self.entry(topic) for topic in self.topics if topic.kind in kinds or topic.id in apart]

    def _named_in(self, part: str) -> list[Topic]:
        """The entries a part of the message names, in their order."""
        return [topic for topic in self.topics if any(word in part for word in topic.asked_as)]

    def entry(self, topic: Topic) -> Call:
        """An entry, of the clause of the award spoken of where it has a quote there."""
        own = {quote.clause_id for quote in topic.quotes}
        spoken_of = (self.policy.awards[key].clause_id for key in self.asked.rules)
        of = [clause_id for clause_id in spoken_of if clause_id in own]
        return Call("policy_entry", {"entry_id": topic.id, **({"clause_id": of[0]} if of and len(own) > 1 else {})})

    def beside_dates(self) -> list[Call]:
        """What is asked beside a time outside the policy's (同一档明年还能再领一次吗), other than the dates themselves."""
        asked_too = [topic for topic in self.topics[:1] if self.at_length(topic) and topic.kind != "refers"]
        return [self.entry(topic) for topic in asked_too if self.policy.in_force not in topic.quotes]

    def open_points(self) -> list[Call]:
        """What is asked about beside a sum and is left open, or decided elsewhere."""
        return [Call("policy_entry", {"entry_id": topic.id}) for topic in self.topics if topic.kind != "stated"][:3]

    def at_length(self, topic: Topic, by_name: bool = True) -> bool:
        """Whether an entry was named by a phrase long enough not to stand there by the way (审计, 口径)."""
        named = (topic.name, *topic.asked_as)
        words = named if by_name else [word for word in topic.asked_as if word not in topic.name]
        return any(len(word) >= 4 and word in self.asked.folded for word in words)
