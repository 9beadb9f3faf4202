"""What this process counts for ``/metrics``, beside what a chat model costs (``assistant.model.meter``).

Names and units follow Prometheus' practice (prometheus.io/docs/practices/naming): seconds, ``_total`` for counters. No
label holds what anybody typed. Each process tells its own counts; what stands in the database is the same in all.
"""

import functools
import math
import platform
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import Answer, Channel
from tools.errors import StoreError

if TYPE_CHECKING:
    from prometheus_client import Counter, Gauge, Histogram

    from assistant.store import Store

SWITCHES = ("assistant", "model")
PARTS = ("draft", "whole", "card")
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_MAKING = threading.Lock()
_RECENT = timedelta(days=1)
_PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@dataclass(frozen=True)
class Metrics:
    """``faults`` by part: ``draft`` of the rules, ``whole`` answer, ``card`` of the calculator. ``limits_hit`` by what
    was one too many: address, key, account, or load for all that one process has under way. ``keys_refused`` by reason:
    missing, unknown, expired, revoked, scope."""

    answers: "Counter"
    seconds: "Histogram"
    under_way: "Gauge"
    fallbacks: "Counter"
    faults: "Counter"
    requests: "Counter"
    store_errors: "Counter"
    limits_hit: "Counter"
    limits_fallbacks: "Counter"
    keys_refused: "Counter"
    unfinished: "Gauge"
    index_degraded: "Gauge"
    switched_off: "Gauge"

    def answered(self, answer: Answer, channel: Channel | str) -> None:
        """Counts an answer that was kept."""
        self.answers.labels(answer.status, answer.model, channel).inc()
        if answer.fallback:
            self.fallbacks.inc()

    @contextmanager
    def timed(self, channel: Channel | str) -> Iterator[None]:
        """Takes the time of one question, however it ends."""
        began = time.perf_counter()
        with self.under_way.track_inprogress():
            try:
                yield
            finally:
                self.seconds.labels(channel).observe(time.perf_counter() - began)

    def look(self, store: "Store") -> None:
        """Reads what stands in the database; NaN where it cannot be read."""
        try:
            off = store.switches.off()
            unfinished = store.counts.unfinished(datetime.now(UTC) - _RECENT)
        except StoreError:
            self.unfinished.set(math.nan)
            for name in SWITCHES:
                self.switched_off.labels(name).set(math.nan)
            return
        self.unfinished.set(unfinished)
        for name in SWITCHES:
            self.switched_off.labels(name).set(name in off)


def metrics() -> Metrics:
    """The process's one set of metrics."""
    with _MAKING:  # a name can be registered once, and the first questions may come together
        return _made()


@functools.cache
def _made() -> Metrics:
    from prometheus_client import Counter, Gauge, Histogram, Info, disable_created_metrics

    disable_created_metrics()  # type: ignore[no-untyped-call]
    Info("assistant_build", "What runs here").info({"version": version(), "python": platform.python_version()})
    made = Metrics(
        answers=Counter("assistant_answers", "Answers kept", ("status", "model", "channel")),
        seconds=Histogram("assistant_answer_duration_seconds", "Time of a question", ("channel",), buckets=_SECONDS),
        under_way=Gauge("assistant_answers_in_progress", "Questions being answered"),
        fallbacks=Counter("assistant_fallbacks", "Answers by the rules in a chat model's place"),
        faults=Counter("assistant_verification_failures", "Drafts that did not pass verification", ("part",)),
        requests=Counter("assistant_http_requests", "Requests answered", ("method", "route", "status")),
        store_errors=Counter("assistant_store_errors", "Reads and writes that the database refused"),
        limits_hit=Counter("assistant_limits_hit", "Questions refused as one too many", ("door", "by")),
        limits_fallbacks=Counter("assistant_limits_fallbacks", "Times that Redis was lost: limits counted per process"),
        keys_refused=Counter("assistant_keys_refused", "Requests refused for their API key", ("reason",)),
        unfinished=Gauge("assistant_unfinished_turns", "Questions of the last 24 hours without an answer yet"),
        index_degraded=Gauge(
            "assistant_index_degraded", "1 while clauses are looked up in memory, the index being out of reach"
        ),
        switched_off=Gauge("assistant_switched_off", "1 while an operator has it turned off", ("switch",)),
    )
    for part in PARTS:
        made.faults.labels(part)  # told as 0 from the beginning, so that the first one shows as a rise
    return made


def version() -> str:
    """The program's version, as its project file names it."""
    try:
        return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "unknown"
