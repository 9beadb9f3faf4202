"""SIGKILL at random moments while people ask: what was acknowledged is there afterwards. Loopback only.

    python -m evals.crash [--kills 100] [--users 8] [--database sqlite|postgres] [--seed 1]

One server process is killed and started again, each time at another moment of its work. Then every conversation is read
back through the API: each question that was acknowledged (the first event of ``/api/chat``, or an answer of ``/api/ask``)
must be there as it was asked, each answer that was given must be there as it was given, no answer may stand there
unverified, what was never answered must be told as unfinished and be answered when it is asked again, and the database
must be whole. Prints a Markdown table; exit status 1 when one of these was broken.
"""

import argparse
import asyncio
import random
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx

from assistant.privacy import mask
from evals import load, services
from evals.load import ANSWERED, Sample

PAUSE = 0.2  # seconds people wait before they ask again
LATEST = 1.5  # seconds after the server is up, before which it is killed
AGAIN = 20  # unfinished questions asked again, at most


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    with services.folder() as folder, ExitStack() as stack:
        environ = {}
        if options.database == "postgres":
            environ["DATABASE_URL"] = stack.enter_context(services.Postgres(folder)).url
        application = stack.enter_context(services.Application("application", folder, environ))
        asking = load.Load(application.url, options.users, PAUSE, options.seed)
        asyncio.run(_killed(application, asking, options.kills, random.Random(options.seed)))
        found = _read_back(application.url, asking.samples)
        found["database"] = "whole" if environ or _whole(folder / "application") else "damaged"
    broken = {
        name
        for name in ("lost questions", "changed questions", "lost answers", "unverified answers", "not answered again")
        if found[name]
    }
    if found["database"] != "whole":
        broken.add("database")
    print("| after kill -9 | " + f"{options.kills} times |\n| --- | ---: |")
    print("\n".join(f"| {name} | {value} |" for name, value in found.items()))
    if broken:
        print(f"\nbroken: {', '.join(sorted(broken))}", file=sys.stderr)
    return 1 if broken else 0


async def _killed(application: services.Application, asking: load.Load, kills: int, chance: random.Random) -> None:
    ends = asyncio.Event()
    people = asyncio.create_task(asking.run(ends))
    try:
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0, LATEST))
            await asyncio.to_thread(application.kill)
            await asyncio.to_thread(application.start)
    finally:
        ends.set()
        await people


def _read_back(url: str, samples: Iterable[Sample]) -> dict[str, Any]:
    """What became of everything that was acknowledged."""
    known = [sample for sample in samples if sample.turn_id]
    lost: list[str] = []
    changed: list[str] = []
    gone: list[str] = []
    unverified = unfinished = 0
    with httpx.Client(base_url=url, timeout=load.LIMIT, trust_env=False) as client:
        turns: dict[str, dict[str, Any]] = {}
        for conversation_id in {sample.conversation_id for sample in known}:
            response = client.get(f"/api/conversations/{conversation_id}")
            if response.status_code == 200:
                turns |= {turn["turn_id"]: turn for turn in response.json()["turns"]}
        for sample in known:
            if not (turn := turns.get(sample.turn_id)):
                lost.append(sample.turn_id)
                continue
            if turn["question"] != mask(sample.ask.question.strip()).text:
                changed.append(sample.turn_id)
            answer = turn["answer"]
            if sample.outcome == ANSWERED and (not answer or load.digest(answer) != sample.digest):
                gone.append(sample.turn_id)
        for turn in turns.values():
            unfinished += turn["answer"] is None
            unverified += turn["answer"] is not None and not turn["answer"]["verified"]
        waiting = [sample for sample in known if turns.get(sample.turn_id, {"answer": 1})["answer"] is None][:AGAIN]
        refused = [sample for sample in waiting if not _answered_again(client, sample)]
    return {
        "questions asked": len(list(samples)),
        "acknowledged": len(known),
        "answered before the kill": sum(sample.outcome == ANSWERED for sample in known),
        "lost questions": len(lost),
        "changed questions": len(changed),
        "lost answers": len(gone),
        "unverified answers": unverified,
        "found unfinished": unfinished,
        "asked again": len(waiting),
        "not answered again": len(refused),
    }


def _answered_again(client: httpx.Client, sample: Sample) -> bool:
    body = {"question": sample.ask.question, "as_of": sample.ask.as_of, "conversation_id": sample.conversation_id}
    response = client.post("/api/ask", json=body)
    return response.status_code == 200 and response.json()["verified"] is True


def _whole(data: Path) -> bool:
    with closing(sqlite3.connect(data / "assistant.sqlite3")) as connection:
        checked = connection.execute("PRAGMA integrity_check").fetchall()
        return checked == [("ok",)] and not connection.execute("PRAGMA foreign_key_check").fetchall()


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evals.crash", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--kills", type=int, default=100, help="at most 1000")
    parser.add_argument("--users", type=int, default=8, help="people who ask at once, at most 50")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    options.kills = min(max(options.kills, 1), 1000)
    options.users = min(max(options.users, 1), 50)
    return options


if __name__ == "__main__":
    sys.exit(main())
