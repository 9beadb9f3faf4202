"""What a chat model costs and gives, counted for ``/metrics``: whether it is worth it is for the operator to see."""

import functools
import threading
from dataclasses import dataclass

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram

_MAKING = threading.Lock()
_SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120)


@dataclass(frozen=True)
class Meter:
    """``answers`` by outcome: accepted, cut, rejected, empty, timeout, limited, refused, broken, busy, resting,
    off, left."""

    answers: Counter
    tokens: Counter
    faults: Counter
    retries: Counter
    first_sentence: Histogram


def meter(registry: CollectorRegistry = REGISTRY) -> Meter:
    """The process's one meter of a registry."""
    with _MAKING:  # a name can be registered once, and the first questions may come together
        return _made(registry)


@functools.cache
def _made(registry: CollectorRegistry) -> Meter:
    return Meter(
        answers=Counter("assistant_model_answers", "Answers asked of a chat model", ("model", "outcome"), registry=registry),
        tokens=Counter("assistant_model_tokens", "Tokens used", ("model", "kind"), registry=registry),
        faults=Counter("assistant_model_faults", "Sentences held back", ("model", "check"), registry=registry),
        retries=Counter("assistant_model_retries", "Second tries with the reasons", ("model",), registry=registry),
        first_sentence=Histogram(
            "assistant_model_first_sentence_seconds", "Time to the first verified sentence", ("model",),
            buckets=_SECONDS, registry=registry,
        ),
    )  # fmt: skip
