"""Two applications behind nginx with PostgreSQL, Redis and a Chroma server, each of which is killed under load.

    python -m evals.cluster [--users 50] [--seconds 60] [--pause 4] [--only application redis postgres chroma]

All run as processes of this machine, on 127.0.0.1, with the nginx configuration of ``deploy/``. Each outage takes
``--seconds``: a third before, a third without the service, a third after it was started again. Nothing else is
restarted. Prints Markdown tables of what the clients saw; exit status 1 when a promise of ``Kept`` was broken.
"""

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx

from evals import services
from evals.load import ANSWERED, errors
from evals.outages import RECOVERED, Kept, Outage, Seen, kept, lived_through
from evals.report import percentile
from evals.visit import visited

NAMES = ("application", "redis", "postgres", "chroma")
VISITORS = 12


@dataclass(frozen=True)
class Cluster:
    postgres: services.Postgres
    redis: services.Redis
    chroma: services.Chroma
    applications: Sequence[services.Application]
    nginx: services.Nginx

    def outages(self) -> list[Outage]:
        """In the order of NAMES."""
        first = self.applications[0]
        return [
            Outage("application", first.kill, first.start),
            Outage("redis", self.redis.kill, self.redis.start, spares=True),
            Outage("postgres", self.postgres.stop, self.postgres.start, refuses=True),
            Outage("chroma", self.chroma.kill, self.chroma.start, spares=True),
        ]


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """The whole of it, started; all of it is ended with the block."""
    with contextlib.ExitStack() as stack:
        postgres, redis, chroma = services.Postgres(folder), services.Redis(folder), services.Chroma(folder)
        for service in (postgres, redis, chroma):
            stack.enter_context(service)
        environ = {
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url,
            "CHROMA_URL": chroma.url,
            "ASSISTANT_LIMIT_ADDRESS": "1000000",  # all clients have one address here
        }
        applications = [services.Application(name, folder, environ) for name in ("app-1", "app-2")]
        for application in applications:
            stack.callback(application.stop)
        with ThreadPoolExecutor() as pool:
            list(pool.map(services.Application.start, applications))
        nginx = services.Nginx(folder, {application.name: application.port for application in applications})
        yield Cluster(postgres, redis, chroma, applications, stack.enter_context(nginx))


def unwell(application: services.Application) -> list[str]:
    """What is not as it was before an outage: nothing, where it recovered without a restart."""
    if not application.running:
        return ["ended"]
    until, told = time.monotonic() + RECOVERED, [""]
    with httpx.Client(base_url=application.url, timeout=10, trust_env=False) as client:
        while told and time.monotonic() < until:
            ready, counted = client.get("/readyz").status_code, client.get("/metrics").text
            told = [f"is not ready ({ready})"] if ready != 200 else []
            told += [] if "\nassistant_index_degraded 0.0\n" in counted else ["has not found the index again"]
            time.sleep(0.5)
    return told


@dataclass(frozen=True)
class Report:
    seen: Sequence[Seen]
    kept: Kept
    visits: Sequence[str]
    broken: Sequence[str]


def tried(names: Sequence[str], *, users: int, pause: float, seconds: float) -> Report:
    """Starts everything, lives through the outages, compares."""
    with services.folder() as folder, running(folder) as cluster:
        seen, broken = [], []
        visits = [visited(cluster.nginx.url) for _ in range(VISITORS)]
        for outage in cluster.outages():
            if outage.name not in names:
                continue
            seen.append(
                asyncio.run(lived_through(cluster.nginx.url, outage, users=users, pause=pause, seconds=seconds))
            )
            broken += [
                f"{outage.name}: {application.name} {told}"
                for application in cluster.applications
                for told in unwell(application)
            ]
        all_samples = [sample for one in seen for sample in one.samples]
        compared = kept(cluster.postgres.url, all_samples)
    broken += [told for one in seen for told in one.broken()]
    broken += [f"a page's question: {outcome}" for outcome in visits if outcome != ANSWERED]
    return Report(seen, compared, visits, [*broken, *compared.broken()])


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    if lacking := services.missing("postgres", "redis", "nginx"):
        print(f"not installed: {', '.join(lacking)}", file=sys.stderr)
        return 2
    report = tried(options.only, users=options.users, pause=options.pause, seconds=options.seconds)
    _print(report)
    return 1 if report.broken else 0


def _print(report: Report) -> None:
    print(
        "| killed | when | questions | p50 ms | p95 ms | p99 ms | errors |\n| --- | --- | ---: | ---: | ---: | ---: | --- |"
    )
    for seen in report.seen:
        for phase, samples in seen.phases().items():
            took = [sample.seconds for sample in samples if sample.outcome == ANSWERED]
            times = " | ".join(f"{percentile(took, share) * 1000:.0f}" for share in (50, 95, 99))
            wrong = "、".join(f"{count} × {kind}" for kind, count in errors(samples).most_common()) or "0"
            print(f"| {seen.outage.name} | {phase} | {len(samples)} | {times} | {wrong} |")
    kept = report.kept
    print("\n| afterwards | |\n| --- | ---: |")
    print(f"| acknowledged questions, of these lost | {kept.acknowledged}, {kept.lost} |")
    print(f"| answers kept otherwise than given; questions with two answers | {kept.altered}; {kept.two_answers} |")
    print(f"| questions kept without an answer; kept oftener than sent | {kept.unfinished}; {kept.repeated} |")
    print(
        f"| pages whose question was answered in the process that took it | {report.visits.count(ANSWERED)} of {len(report.visits)} |"
    )
    print(
        "\n" + "\n".join(f"BROKEN {told}" for told in report.broken) if report.broken else "\nEvery promise was kept."
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.cluster", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each outage")
    parser.add_argument("--pause", type=float, default=4.0, help="mean seconds between an answer and the next question")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
