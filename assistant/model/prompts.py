"""What a model is told; the words themselves are in ``write_prompt.md``."""

from functools import cache
from pathlib import Path

from assistant.facts import Facts
from assistant.reading.language import Language, language_of
from assistant.writing import en, zh
from tools.rules import Policy

_PROMPT = Path(__file__).with_name("write_prompt.md")
ASK_IN: dict[Language, str] = {"zh": "用中文回答。", "en": "Answer in English."}


def instructions(policy: Policy, language: Language) -> str:
    """What a model is told to do with the verified answer."""
    sample = next(iter(policy.awards.values())).clause_id if policy.awards else policy.text.clauses[0].id
    return _words().format(title=policy.title, status=policy.status, sample=sample, language=ASK_IN[language])


@cache
def _words() -> str:
    return _PROMPT.read_text(encoding="utf-8")


def closing_words(facts: Facts) -> str:
    """The last words of a request: how to answer, and the very words of the sum, which small models else shorten."""
    language = language_of(facts.said[-1])
    due = [one for one in facts.outcomes if one["type"] == "due"]
    if language == "en":
        must = f" Write the sum in these words: “{en.amount(due[0])}”." if due else ""
        return f"Answer the question directly in one to three sentences.{must}"
    must = f"写到数额时，一字不差地写“{zh.amount(due[0])}”。" if due else ""
    return f"请直接回答提问的人，一到三句话，不要提“已核实的事实”这几个字。{must}"
