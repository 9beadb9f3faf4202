"""Asks the question sets through the HTTP API; prints each failure, then a scored table.

    python -m evals.run [--url URL] [--set NAME ...] [--file YAML ...] [--fail-under 100] [--recall-under R1 R3] [--json FILE]

Without ``--url`` the app is started in this process on a temporary data folder. The set ``retrieval`` is asked
of the retriever itself, always in this process. Exit code 1 when a line is not reached.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import httpx

from corpus import clauses
from evals import sets
from evals.laws import Source
from evals.report import Asked, Found, passed_share, print_report, recall
from evals.score import score
from evals.sets import Lookup, Question
from tools import rules

CORPUS = Path(__file__).parent.parent / "corpus"
TIMEOUT = 60.0  # seconds a question may take
TRIES = 5  # times a question is asked while the server says 429


class Response(Protocol):
    """What is needed of a response, of whichever client."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def text(self) -> str: ...


class Client(Protocol):
    """What is needed of a client: httpx's, or the test client of an app in this process."""

    def post(self, url: str, *, json: Any = None) -> Response: ...


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    options = _options(arguments)
    every = [*sets.names(), *([] if options.url else [sets.RETRIEVAL])]
    chosen = options.set or ([] if options.file else every)
    asked: list[Asked] = []
    found: list[Found] = []
    with tempfile.TemporaryDirectory() as data:
        questions = {name: sets.load(name) for name in chosen if name != sets.RETRIEVAL}
        questions |= {path.stem: sets.load(path.stem, path.parent) for path in options.file}
        if questions:
            with door(options.url, Path(data)) as client:
                asked = ask_all(client, questions, read_sources())
        if sets.RETRIEVAL in chosen:
            found = look_up_all(sets.load_retrieval(), policy_folders()[0], Path(data))
    print_report(asked, found)
    if options.json:
        record = {"asked": [asdict(one) for one in asked], "retrieval": [asdict(one) for one in found]}
        options.json.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0 if _reached(options, asked, found) else 1


@contextmanager
def door(url: str | None, data: Path) -> Iterator[Client]:
    """A client of the server at ``url``, or of an app started in this process that writes to ``data``."""
    if url:
        with httpx.Client(base_url=url, timeout=TIMEOUT, trust_env=False) as client:
            yield client
        return
    os.environ["ASSISTANT_DATA"] = str(data)
    from fastapi.testclient import TestClient

    from assistant.api import create_app

    with TestClient(create_app(), base_url="http://127.0.0.1", raise_server_exceptions=False) as inside:
        yield inside


def ask_all(client: Client, questions: Mapping[str, list[Question]], sources: Mapping[str, Source]) -> list[Asked]:
    """Every question of every set, one after the other."""
    return [
        turn for name, entries in questions.items() for entry in entries for turn in _ask(client, name, entry, sources)
    ]


def _ask(client: Client, name: str, question: Question, sources: Mapping[str, Source]) -> Iterator[Asked]:
    conversation: str | None = None
    for number, turn in enumerate(question.turns, 1):
        body = {"question": turn.ask, "as_of": question.as_of.isoformat()}
        if conversation:
            body["conversation_id"] = conversation
        began = time.perf_counter()
        response = _post(client, body)
        seconds = time.perf_counter() - began
        answer = _object(response)
        conversation = answer.get("conversation_id", conversation)
        failures = score(turn.expect, answer, sources, response.status_code)
        shown = str(answer.get("answer", answer.get("detail", response.text)))
        yield Asked(name, question.id, number, turn.ask, response.status_code, shown, seconds, failures)


def _post(client: Client, body: Mapping[str, str]) -> Response:
    """One request, asked again while the server says it is asked too often."""
    for _ in range(TRIES - 1):
        response = client.post("/api/ask", json=body)
        if response.status_code != httpx.codes.TOO_MANY_REQUESTS:
            return response
        time.sleep(min(float(response.headers.get("Retry-After", "1")), TIMEOUT))
    return client.post("/api/ask", json=body)


def _object(response: Response) -> dict[str, Any]:
    try:
        body = json.loads(response.text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def look_up_all(lookups: list[Lookup], policy: Path, data: Path) -> list[Found]:
    """Every retrieval question, over all clauses of the policy."""
    from corpus.retrieve import open_retriever

    retriever = open_retriever(policy, data, asked_as=rules.load(policy).asked_as)
    k = len(clauses.load(policy / "policy.md").clauses)
    found = []
    for lookup in lookups:
        began = time.perf_counter()
        hits = [hit.clause_id for hit in retriever.search(lookup.ask, k)]
        seconds = time.perf_counter() - began
        rank = hits.index(lookup.clause) + 1 if lookup.clause in hits else None
        found.append(Found(lookup.ask, lookup.clause, rank, hits[0] if hits else "", seconds))
    return found


def policy_folders() -> list[Path]:
    """The folders of the corpus that hold a policy."""
    return sorted(path.parent for path in CORPUS.glob("*/policy.md"))


def read_sources() -> dict[str, Source]:
    """The texts quotes are held against, by policy id; a word processor's bookmarks are no part of them."""
    return {
        folder.name: Source(
            text=re.sub(r"\[bookmark: [^\]]*\]", "", (folder / "source.txt").read_text(encoding="utf-8")),
            clauses=clauses.load(folder / "policy.md"),
        )
        for folder in policy_folders()
    }


def _reached(options: argparse.Namespace, asked: list[Asked], found: list[Found]) -> bool:
    first, third = options.recall_under
    passed = not asked or 100 * passed_share(asked) >= options.fail_under
    return passed and (not found or (recall(found, 1) >= first and recall(found, 3) >= third))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--url", help="a running server, such as http://127.0.0.1:7860; default: in this process")
    names = [*sets.names(), sets.RETRIEVAL]
    parser.add_argument("--set", nargs="+", choices=names, metavar="NAME", help=f"of {', '.join(names)}; default: all")
    parser.add_argument(
        "--file", nargs="+", type=Path, default=[], metavar="YAML", help="sets of your own, these alone without --set"
    )
    parser.add_argument("--fail-under", type=float, default=100, metavar="PERCENT", help="of questions passed")
    parser.add_argument("--recall-under", type=float, nargs=2, default=(0.95, 1.0), metavar=("R1", "R3"))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every question with its answer and failures")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
