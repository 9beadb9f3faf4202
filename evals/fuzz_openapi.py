"""Requests made from the OpenAPI document by schemathesis, half of them as it says and half against it (``evals.fuzz_api``).

Every answer is compared with the document: status, content type, headers, body.
"""

import contextlib
import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from typing import Any

CLIENTS = 2
BATCH = 250  # requests made from one seed
WAIT = 60.0  # seconds an answer may take


@dataclass
class Seen:
    """What came of requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def count(self, status: int, fault: str = "") -> None:
        self.statuses[status] += 1
        if fault:
            self.faults[fault] += 1

    def add(self, other: "Seen") -> None:
        self.statuses += other.statuses
        self.faults += other.faults


def fuzzed(url: str, requests: int, seed: int, keys: Sequence[str] = ()) -> Seen:
    """At least ``requests`` requests, to every operation alike, half of each kind; in processes, as making them takes
    longer than answering them."""
    seen = Seen()
    names = [operation.label for operation in _operations(url).values()]
    turn = seed
    with ProcessPoolExecutor(CLIENTS, get_context("spawn")) as clients:
        while (missing := requests - seen.statuses.total()) > 0:
            each = min(BATCH, -(-missing // len(names) // 2))
            jobs = [
                clients.submit(_batch, url, name, as_told, each, turn, keys)
                for name in names
                for as_told in (True, False)
            ]
            for job in jobs:
                seen.add(job.result())
            turn += 1000
    return seen


@cache
def _operations(url: str) -> dict[str, Any]:
    import schemathesis

    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    return {operation.label: operation for operation in (found.ok() for found in schema.get_all_operations())}


def _batch(url: str, name: str, as_told: bool, count: int, seed: int, keys: Sequence[str]) -> Seen:
    """``count`` requests to one operation; faults are counted, not raised."""
    import hypothesis
    import requests
    from schemathesis import GenerationMode, checks
    from schemathesis.core.failures import Failure, FailureGroup

    seen = Seen()
    operation = _operations(url)[name]
    if not as_told and not (operation.body or operation.path_parameters or operation.query):
        return seen  # nothing can be against a document that asks for nothing
    compared = [
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]
    chance = random.Random(f"{seed} {name} {as_told}")
    session = requests.Session()
    session.trust_env = False

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE if as_told else GenerationMode.NEGATIVE)
    )
    def send(case: Any) -> None:
        try:
            response = case.call(base_url=url, session=session, headers=_headers(keys, chance), timeout=WAIT)
        except requests.RequestException as error:
            seen.count(0, f"{name}: {type(error).__name__}")
            return
        fault = ""
        try:
            case.validate_response(response, checks=compared)
        except (Failure, FailureGroup) as failure:
            fault = f"{name}: {' '.join(str(failure).split())[:300]}"
        if response.status_code >= 500 and response.status_code != 503:
            fault = f"{name}: {response.status_code}"
        seen.count(response.status_code, fault)

    with contextlib.suppress(hypothesis.errors.Unsatisfiable):  # any text is right for a part of an address
        send()
    return seen


def _headers(keys: Sequence[str], chance: random.Random) -> dict[str, str]:
    """Who asks: with ``keys`` somebody from one of five addresses, with one of them; without, this machine."""
    if not keys:
        return {}
    key = chance.choice(keys)
    given = {"Authorization": f"Bearer {key}"} if chance.random() < 0.5 else {"X-API-Key": key}
    return {"X-Forwarded-For": f"203.0.113.{chance.randint(1, 5)}", **(given if key else {})}
