"""What happens while a question is answered, in order: what is done now, verified words, the whole answer."""

from dataclasses import dataclass

from assistant.answer import Answer


@dataclass(frozen=True, slots=True)
class Status:
    """What is being done now; the turn is stored already."""

    text: str
    conversation_id: str
    turn_id: str


@dataclass(frozen=True, slots=True)
class Delta:
    """Words that have passed verification; all deltas joined are ``Answer.answer``."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The answer, stored."""

    answer: Answer


Event = Status | Delta | Done
