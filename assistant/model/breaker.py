"""A circuit breaker: a model that keeps failing is left alone for a while, so that callers do not pay its time-out."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FAILURES, REST = 3, 30.0  # failures in a row, and the seconds of rest after them
LONGEST_REST = 300.0


class Breaker:
    """Closed: calls go through. Open: none does. After the rest one call tries whether the model is back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._trying = False

    @contextmanager
    def call(self) -> Iterator[bool]:
        """Whether a call may be made now; where it may after a rest, it is the one that tries until the block is left,
        in whatever way."""
        with self._lock:
            rested = self._failures >= FAILURES
            allowed = not rested or (self._clock() >= self._until and not self._trying)
            tries = rested and allowed
            self._trying = self._trying or tries
        try:
            yield allowed
        finally:
            if tries:
                with self._lock:
                    self._trying = False

    def succeeded(self) -> None:
        """The model answered, whatever it said."""
        with self._lock:
            self._failures = 0

    def failed(self, rest: float | None = None) -> None:
        """The model gave no answer; ``rest`` seconds where it named them (Retry-After): then it rests at once."""
        with self._lock:
            self._failures = FAILURES if rest is not None else self._failures + 1
            self._until = self._clock() + min(rest if rest is not None else REST, LONGEST_REST)
