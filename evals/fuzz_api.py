"""Requests nobody would send, by the thousand: nothing undocumented may come of any, and nothing may break. Loopback only.

    pip install 'schemathesis>=4'
    python -m evals.fuzz_api [--requests 20000] [--seed 1]

schemathesis makes requests from the OpenAPI document, half of them as it says and half against it, and compares each
answer with it: status, content type, headers, body. They go to a process of its own without limits, and a fifth as many
to one that asks for keys and has limits. Then come the raw bytes of ``evals.fuzz_wire``. Afterwards the server must
answer as before, its memory not have grown beyond a bound, and its log hold no error. Prints Markdown tables; exit status
1 when a promise was broken.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from assistant.access.keys import Keys, Scope
from assistant.store import Store
from evals import fuzz_wire, services
from evals.bench_start import QUESTION, resident
from evals.fuzz_openapi import WAIT, Seen, fuzzed

GROWN = 250.0  # MB of memory that may be taken for good: caches, threads, and what malloc does not give back
ALL: list[Scope] = ["ask", "read", "metrics"]
CLOSED = {"ASSISTANT_KEYED": "v1,mcp,metrics", "ASSISTANT_LIMIT_ADDRESS": "20", "ASSISTANT_LIMIT_KEY": "60"}


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    broken: list[str] = []
    with services.folder() as folder:
        seen: dict[str, Seen] = {}
        with services.Application("open", folder, {"ASSISTANT_LOG": "json"}) as server:
            before = _settled(server)
            if options.requests:
                seen["no limits"] = fuzzed(server.url, options.requests, options.seed)
            left = fuzz_wire.leave_streams(server.port, 200, options.seed)
            fuzz_wire.take_nothing(server.port, 100)
            wire = fuzz_wire.tried(server.port, lambda: _answers(server.url))
            grown = resident(server.pid) - before
            broken += wire.broken + _afterwards(server, grown)
        if options.requests:
            given = _keys(Store(folder / "keyed"))
            with services.Application("keyed", folder, {"ASSISTANT_LOG": "json", **CLOSED}) as server:
                seen["keys and limits"] = fuzzed(server.url, options.requests // 5, options.seed + 1, given)
                broken += _afterwards(server, 0.0)
    for name, found in seen.items():
        broken += [f"{name}: {count} × {fault}" for fault, count in found.faults.most_common()]
    if seen:
        print(_table(seen))
    raw = sum(statuses.total() for statuses in wire.statuses.values())
    print(f"\nStreams left: {dict(left)}. Raw connections: {raw}. Memory taken for good: {grown:.0f} MB.\n")
    print("| sent | what came |\n| --- | --- |")
    for attack, statuses in wire.statuses.items():
        print(f"| {attack} | {', '.join(f'{status} × {count}' for status, count in statuses.items())} |")
    print("\n".join(["", *broken]), file=sys.stderr)
    return 1 if broken else 0


def _keys(store: Store) -> list[str]:
    """None, two that are none, one for everything, and one for each thing."""
    keys = Keys(store)
    made = [keys.add("fuzz", [*scopes], "fuzz") for scopes in (ALL, *([scope] for scope in ALL))]
    return ["", "ppa_none", f"ppa_{'0' * 12}_{'x' * 43}", *made]


def _settled(server: services.Service) -> float:
    """The memory (MB) of a server that has answered at every door."""
    for _ in range(50):
        _answers(server.url)
    return resident(server.pid)


def _answers(url: str) -> bool:
    """Whether a question is answered as it should be."""
    try:
        response = httpx.post(f"{url}/api/ask", json={"question": QUESTION}, timeout=WAIT, trust_env=False)
    except httpx.HTTPError:
        return False
    return response.status_code == 200 and response.json()["verified"] is True


def _afterwards(server: services.Service, grown: float) -> list[str]:
    """What the server should not be like once all is over."""
    told = [] if _answers(server.url) else [f"{server.name}: a question is not answered any more"]
    if grown > GROWN:
        told.append(f"{server.name}: {grown:.0f} MB of memory were taken for good")
    for line in _lines(server.log):
        if line.get("level") in ("ERROR", "CRITICAL", "?") or "trace" in line:
            told.append(f"{server.name}: {json.dumps(line, ensure_ascii=False)[:1000]}")
    return told


def _lines(log: Path) -> list[dict[str, Any]]:
    lines = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            lines.append(dict(json.loads(line)))
        except ValueError:
            lines.append({"level": "?", "message": line})
    return lines


def _table(seen: Mapping[str, Seen]) -> str:
    statuses = sorted({status for one in seen.values() for status in one.statuses})
    rows = [
        f"| {status} | " + " | ".join(str(one.statuses[status]) for one in seen.values()) + " |" for status in statuses
    ]
    rows.append("| in all | " + " | ".join(str(one.statuses.total()) for one in seen.values()) + " |")
    return "\n".join([f"| status | {' | '.join(seen)} |", "| --- |" + " ---: |" * len(seen), *rows])


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evals.fuzz_api", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--requests", type=int, default=20_000, help="from the document, at most 1,000,000; 0 is none")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    options.requests = min(max(options.requests, 0), 1_000_000)
    return options


if __name__ == "__main__":
    sys.exit(main())
