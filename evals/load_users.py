"""Many people at once for a long time: times, errors, memory. Loopback only.

    python -m evals.load_users [--users 200] [--seconds 600] [--pause 10] [--url URL] [--seed 1]

Without ``--url`` one server process is started in a folder of its own. ``--pause`` is the mean of the seconds between an
answer and the next question. Prints a Markdown table. Exit status 1 when there was an error, or when one question had
two answers.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Iterator

import httpx

from evals import services
from evals.load import ANSWERED, LIMIT, Load, different, errors
from evals.report import percentile


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    with _server(options.url) as url:
        load = Load(url, options.users, options.pause, options.seed)
        memory = asyncio.run(_watched(load, options.seconds))
    took = [sample.seconds for sample in load.samples if sample.outcome == ANSWERED]
    wrong, twice = errors(load.samples), different(load.samples)
    rows = {
        "users at once": f"{options.users}",
        "questions": f"{len(load.samples)} in {options.seconds:.0f} s",
        "p50 / p95 / p99": " / ".join(f"{percentile(took, share) * 1000:.0f}" for share in (50, 95, 99)) + " ms",
        "longest": f"{max(took, default=0.0) * 1000:.0f} ms",
        "errors": "、".join(f"{count} × {kind}" for kind, count in wrong.most_common()) or "0",
        "questions with two answers": str(len(twice)),
        "resident memory, start / middle / end": " / ".join(f"{value:.0f}" for value in memory) + " MB",
    }
    print("| measured | value |\n| --- | ---: |")
    print("\n".join(f"| {name} | {value} |" for name, value in rows.items()))
    return 1 if wrong or twice else 0


async def _watched(load: Load, seconds: float) -> list[float]:
    """Runs the load; the server's resident memory in MB at its start, in its middle and at its end."""
    ends = asyncio.Event()
    running = asyncio.create_task(load.run(ends))
    memory = []
    for share in (0.1, 0.4, 0.5):  # the first tenth loads what the first questions need
        await asyncio.sleep(share * seconds)
        memory.append(await _resident(load.url))
    ends.set()
    await running
    return memory


async def _resident(url: str) -> float:
    """As the process tells it at ``/metrics``; NaN where a proxy keeps that to itself."""
    async with httpx.AsyncClient(timeout=LIMIT, trust_env=False) as client:
        told = (await client.get(f"{url}/metrics")).text
    found = [line.split()[1] for line in told.splitlines() if line.startswith("process_resident_memory_bytes ")]
    return float(found[0]) / 2**20 if found else float("nan")


@contextlib.contextmanager
def _server(url: str) -> Iterator[str]:
    if url:
        yield url
        return
    with services.folder() as folder, services.Application("app", folder, {}) as application:
        yield application.url


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.load_users", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument(
        "--pause", type=float, default=10.0, help="mean seconds between an answer and the next question"
    )
    parser.add_argument("--url", default="", help="of a running server; one is started when not given")
    parser.add_argument("--seed", default="1", help="another one chooses other questions")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
