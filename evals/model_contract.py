"""How the checks on a chat model's words hold: lies that pass, true sentences rejected, what each check is there for.

    python -m evals.model_contract [--lies-over 0] [--true-under 99] [--mutations]

``evals/contract/lies.yaml`` and ``true.yaml`` hold what models write for a question, as blind data. The facts of each
question come from the engine itself. With ``--mutations`` every check is switched off in turn, and the lies that pass
without it are counted: a check that nothing passes without is not needed.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assistant.answer import AskRequest
from assistant.chat import Assistant, open_assistant
from assistant.checks import ALL, Check
from assistant.drafting import Ready, ready
from assistant.facts import Facts
from assistant.model.sentences import pieces
from assistant.model.speak import tidied
from assistant.settings import Settings
from assistant.verify import read_piece

FOLDER = Path(__file__).parent / "contract"


class Told:
    """One text of the data with the facts of its question; read once for all checks."""

    def __init__(self, row: dict[str, Any], facts: Facts) -> None:
        self.row, self.facts = row, facts
        self.found: dict[Check, list[str]] = {}
        header = ""
        self.pieces = []
        for text in pieces(tidied(str(row["text"]), facts.policy)):
            header = (header or text) if text.lstrip().startswith("|") else ""
            if text.strip():
                self.pieces.append(read_piece(text, facts, header))

    def faults(self, checks: Sequence[Check] = ALL) -> list[str]:
        """Reasons to hold it back."""
        for check in checks:
            if check not in self.found:
                self.found[check] = [reason for piece in self.pieces for reason in check(piece, self.facts)]
        return [reason for check in checks for reason in self.found[check]]


def load(name: str, engine: Assistant, cache: dict[tuple[str, str], Ready]) -> list[Told]:
    """The rows of a file whose question a chat model is asked to tell."""
    told = []
    for row in yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")):
        key = (row["question"], str(row["as_of"]))
        if key not in cache:
            cache[key] = drafted(engine, *key)
        if cache[key].worth_telling:
            told.append(Told(row, cache[key].facts))
    return told


def drafted(engine: Assistant, question: str, as_of: str) -> Ready:
    """What the engine has found out before a chat model is asked."""
    day = date.fromisoformat(as_of)
    turn, before = engine.store.open_turn(AskRequest(question=question), engine.default_policy, as_of)
    return ready(turn, before, engine.desk(engine.default_policy, day))


def main(arguments: list[str] | None = None) -> int:
    """The command line; exit code 1 when a line is not reached."""
    parser = argparse.ArgumentParser(prog="python -m evals.model_contract", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lies-over", type=int, default=0, help="lies that may pass")
    parser.add_argument("--true-under", type=float, default=99.0, help="percent of true texts that must pass")
    parser.add_argument("--mutations", action="store_true", help="switch every check off in turn")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as data:
        engine = open_assistant(Settings(data=Path(data)))
        cache: dict[tuple[str, str], Ready] = {}
        lies, true = load("lies", engine, cache), load("true", engine, cache)
    passed = [told for told in lies if not told.faults()]
    rejected = [told for told in true if told.faults()]
    for told in passed:
        print(f"passes   {told.row['id']}: {told.row['text']!r}", file=sys.stderr)
    for told in rejected:
        print(f"rejected {told.row['id']}: {told.faults()[0]} | {told.row['text']!r}", file=sys.stderr)
    share = 100 * (1 - len(rejected) / len(true))
    print(f"| texts | kinds | held back or accepted |\n| --- | ---: | ---: |\n| {len(lies)} lies | "
          f"{len({told.row['kind'] for told in lies})} | {len(lies) - len(passed)} held back |\n| {len(true)} true | | "
          f"{len(true) - len(rejected)} accepted ({share:.1f} %) |")  # fmt: skip
    alone = Counter({check.__name__: 0 for check in ALL})
    if options.mutations:
        for check in ALL:
            rest = [one for one in ALL if one is not check]
            alone[check.__name__] = sum(bool(told.faults()) and not told.faults(rest) for told in lies)
        print("\n| check switched off | lies that pass |\n| --- | ---: |")
        for name, count in alone.most_common():
            print(f"| {name} | {count} |")
    useless = options.mutations and min(alone.values()) == 0
    return 1 if len(passed) > options.lies_over or share < options.true_under or useless else 0


if __name__ == "__main__":
    sys.exit(main())
