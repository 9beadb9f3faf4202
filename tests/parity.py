"""A hundred questions, spread evenly over all question sets, and what two doors must agree on."""

import re
from collections.abc import Mapping
from typing import Any

from evals import sets

MANY = 100
_LABEL = re.compile(r"\*[^*\n]*AI[^*\n]*\*\s*$")


def questions() -> list[str]:
    """Questions that stand by themselves, the same ones each time."""
    fit = [
        turn.ask.strip()
        for name in sets.names()
        if name != sets.RETRIEVAL
        for question in sets.load(name)
        for turn in question.turns[:1]
        if len(question.turns) == 1 and 200 in turn.expect.http and turn.ask.isprintable() and 0 < len(turn.ask) <= 200
    ]
    fit = list(dict.fromkeys(fit))
    return [fit[at * len(fit) // MANY] for at in range(MANY)]


def essence(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Of the contract's answer all that must be the same through every door."""
    same = (
        "status",
        "answer",
        "awards",
        "ineligible",
        "missing",
        "citations",
        "basis",
        "model",
        "verified",
        "suggestions",
    )
    figures = [{key: value for key, value in one.items() if key != "ref"} for one in answer["figures"]]
    return {key: answer[key] for key in same} | {"figures": figures}


def letters(text: str) -> str:
    """Letters and digits alone: how a door sets an answer, and which marks it draws, is its own affair."""
    return re.sub(r"[\W_]+", "", text)


def words(answer: Mapping[str, Any]) -> str:
    """The letters of an answer's text as a reader sees them: links by their words, without the label below it."""
    text = re.sub(r"\]\(/policy/[^)]*\)", "]", _LABEL.sub("", str(answer["answer"]).strip()))
    return letters(re.sub(r"(?m)^[|:\- ]+$", "", text))
