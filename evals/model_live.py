"""A real chat model on the dev questions: behind the contract, and by itself.

    python -m evals.model_live --url http://127.0.0.1:8033/v1 [--minutes 60] [--seconds 120] [--json FILE]

Needs an OpenAI-compatible server, such as ``python -m evals.chat_model.serve MODEL.gguf``. Prints two tables:

- behind the contract: the questions asked through the whole assistant; whether awards and gaps are those of the rules,
  how many answers were the model's own words, how many needed a second try, how many fell back, and the time to the
  first sentence shown;
- the same model with no contract: it is given the whole text of the policy and asked to answer, and what it writes is
  read by the same checks. An answer counts as wrong when it has a figure that
  stands nowhere in the text or the question, tells a cap as a sum due, gives another tier's sum or another payee, or
  says that something is due when nothing is (or the other way round).

The questions are the first turns of the sets in an order drawn once (the same each run), so that all kinds are there in
their shares however many are asked: as many as ``--minutes`` allow, all of them without.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from assistant.answer import Answer, AskRequest
from assistant.chat import Assistant, open_assistant
from assistant.checks import Check, amounts, bounds, origin, outcome, shares
from assistant.drafting import Ready, ready
from assistant.events import Delta, Done
from assistant.facts import Facts
from assistant.model.sentences import pieces
from assistant.model.speak import tidied
from assistant.settings import Settings
from assistant.verify import read_piece
from evals import sets

PROMPT = "你是政策咨询助手。请只依据下面的政策回答用户的问题，简短、准确，说明能拿多少和依据。\n\n{text}"
# What makes a raw answer wrong: the checks that speak of figures, payees and outcomes, not those of wording.
WRONG: tuple[Check, ...] = (
    amounts.caps_are_told_as_caps, amounts.awards_have_no_floor, amounts.only_this_tier_is_due,
    amounts.awards_are_awards, shares.tiers_pay_their_own_sums, shares.shares_are_told_rightly,
    bounds.comparisons_hold, bounds.values_stand_in_their_tier, outcome.payees_are_named_rightly,
    outcome.entitlement_is_as_computed,
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One question behind the contract."""

    question: str
    asked_of_model: bool
    right: bool
    fallback: bool
    model: str
    first: float
    seconds: float
    answer: str


@dataclass(frozen=True)
class Raw:
    """One answer with no contract: ``faults`` by check, ``invented`` figures that stand nowhere."""

    question: str
    text: str
    invented: list[str]
    faults: list[str]
    seconds: float


def questions() -> list[tuple[str, date]]:
    """The first turns of the sets, in an order that is the same each time."""
    found = [
        (entry.turns[0].ask, entry.as_of)
        for name in sets.names()
        for entry in sets.load(name)
        if 0 < len(entry.turns[0].ask.strip()) <= 300 and entry.turns[0].expect.http == (200,)
    ]
    random.Random(2024).shuffle(found)
    return found


def outcomes(answer: Answer) -> Any:
    """What the contract's figures are: awards and gaps."""
    awards = [(a.rule_id, a.payee, a.amount_yuan, a.kind, a.clause_id) for a in answer.awards]
    return answer.status, awards, [(i.rule_id, i.gap_yuan) for i in answer.ineligible]


def behind(engine: Assistant, rules: Assistant, question: str, as_of: date) -> Asked:
    """One question through the whole assistant, beside the rules' own answer."""
    request = AskRequest(question=question, as_of=as_of)
    began, first, answer = time.monotonic(), 0.0, None
    for event in engine.stream(request):
        if isinstance(event, Delta) and not first:
            first = time.monotonic() - began
        if isinstance(event, Done):
            answer = event.answer
    assert answer is not None
    right = outcomes(answer) == outcomes(rules.ask(request)) and answer.verified
    asked = answer.fallback or answer.model != "rules"
    return Asked(question, asked, right, answer.fallback, answer.model, first, time.monotonic() - began, answer.answer)


def raw(client: httpx.Client, found: Ready, question: str, seconds: float) -> Raw:
    """One question asked of the model with the policy's text and nothing else."""
    began = time.monotonic()
    messages = [
        {"role": "system", "content": PROMPT.format(text=found.facts.policy.text.text)},
        {"role": "user", "content": question},
    ]
    body = {"model": "m", "messages": messages, "temperature": 0, "max_tokens": 200}
    text = client.post("chat/completions", json=body, timeout=seconds).json()["choices"][0]["message"]["content"]
    invented, faults = judged(text, found.facts)
    return Raw(question, text, invented, faults, time.monotonic() - began)


def judged(text: str, facts: Facts) -> tuple[list[str], list[str]]:
    """Figures that stand nowhere in the policy, the question or the results; and the faults of what is told."""
    known = {(one.unit, value) for one in facts.read(facts.policy.text.text) for value in one.values}
    invented, faults = [], []
    for sentence in pieces(tidied(text, facts.policy)):
        piece = read_piece(sentence, facts)
        for one in piece.found:
            if (
                origin.origin_of(one, origin.origins(piece, facts)) is None
                and {(one.unit, v) for v in one.values} - known
            ):
                invented.append(one.text)
        faults += [check.__name__ for check in WRONG for _ in check(piece, facts)]
    return invented, faults


def main(arguments: list[str] | None = None) -> int:
    """The command line; exit code 1 when a figure behind the contract differs from the rules'."""
    parser = argparse.ArgumentParser(prog="python -m evals.model_live", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--url", required=True, help="of the server, ending in /v1")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="how long to go on asking")
    parser.add_argument("--seconds", type=float, default=120, help="an answer may take")
    parser.add_argument("--json", type=Path, help="write every answer")
    options = parser.parse_args(arguments)
    os.environ.update(OPENAI_BASE_URL=options.url, OPENAI_API_KEY="none")
    with tempfile.TemporaryDirectory() as data:
        rules = open_assistant(Settings(data=Path(data) / "rules"))
        engine = open_assistant(Settings(data=Path(data) / "model", model="openai:m", model_seconds=options.seconds))
        asked: list[Asked] = []
        raws: list[Raw] = []
        until = time.monotonic() + 60 * options.minutes
        with httpx.Client(base_url=options.url.rstrip("/") + "/", trust_env=False) as client:
            for question, as_of in questions():
                if time.monotonic() > until:
                    break
                one = behind(engine, rules, question, as_of)
                asked.append(one)
                print(f"{len(asked)} {one.model} {one.seconds:.0f} s", file=sys.stderr, flush=True)
                if not one.asked_of_model:
                    continue
                desk = rules.desk(None, as_of)
                turn, before = rules.store.open_turn(
                    AskRequest(question=one.question), desk.policy.id, as_of.isoformat()
                )
                found = ready(turn, before, desk)
                raws.append(raw(client, found, one.question, options.seconds))
                print(f"  by itself {len(raws)}: {raws[-1].seconds:.0f} s", file=sys.stderr, flush=True)
    report(asked, raws)
    if options.json:
        record = {"contract": [asdict(one) for one in asked], "raw": [asdict(one) for one in raws]}
        options.json.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0 if all(one.right for one in asked) else 1


def report(asked: list[Asked], raws: list[Raw]) -> None:
    """The two tables."""
    told = [one for one in asked if one.asked_of_model]
    own = [one for one in told if not one.fallback]
    print("| behind the contract | |\n| --- | ---: |")
    print(
        f"| questions | {len(asked)} |\n| figures, payees and status as the rules' | {sum(one.right for one in asked)} |"
    )
    print(f"| asked of the model | {len(told)} |")
    print(f"| told in its words | {len(own)} ({100 * len(own) / len(told):.0f} %) |")
    print(
        f"| fell back to the rules' words | {len(told) - len(own)} ({100 * (len(told) - len(own)) / len(told):.0f} %) |"
    )
    if own:
        print(f"| first sentence shown, median | {statistics.median(one.first for one in own):.1f} s |")
    wrong = [one for one in raws if one.invented or one.faults]
    print("\n| the same model by itself | |\n| --- | ---: |")
    print(f"| questions | {len(raws)} |")
    print(f"| with a figure, payee or outcome that is wrong | {len(wrong)} ({100 * len(wrong) / len(raws):.0f} %) |")
    print(f"| of these with a figure that stands nowhere | {sum(bool(one.invented) for one in raws)} |")
    for name, count in Counter(name for one in raws for name in set(one.faults)).most_common():
        print(f"| … {name.replace('_', ' ')}: not so | {count} |")


if __name__ == "__main__":
    sys.exit(main())
