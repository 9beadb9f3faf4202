"""How often somebody may ask: moving windows of a minute, counted in Redis where one is configured, else in this process.

In Redis the count is one for all processes; whether a question is let through and that it counts are decided in one step
there (the Lua script of the ``limits`` package). While Redis cannot be reached each process counts for itself, and
tries again every few seconds.
"""

import logging
import math
import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass

import anyio
from anyio import to_thread

from assistant.operations.metrics import metrics
from tools.errors import SettingsError

WINDOW = 60  # seconds
MOST_NAMES = 50_000  # counted in one process; of more than these those that asked least lately are forgotten
PATIENCE = 0.25  # seconds a command to Redis may take
LONGEST = 1.0  # seconds a question waits for its turn to ask it, and for its answer, whatever takes that long (a name looked up)
RETRY = 5.0  # seconds until a Redis that failed is tried again
_THREADS = 16  # that wait for Redis at a time
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """``most`` questions a window, ``left`` of them; ``wait``: seconds until there is one more."""

    admitted: bool
    most: int
    left: int
    wait: int


class Memory:
    """Windows in this process. The store that ``limits`` has for this never forgets a name and walks through all of
    them at every question; here the cost and the size stay what they are under any number of addresses."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, list[float]] = OrderedDict()  # who was let through last stands last
        self._lock = threading.Lock()

    def take(self, name: str, most: int) -> Taken:
        with self._lock:
            now = time.monotonic()
            gone = now - WINDOW
            while self._times and (len(self._times) > MOST_NAMES or next(iter(self._times.values()))[-1] <= gone):
                self._times.popitem(last=False)
            times = self._times.setdefault(name, [])
            del times[: bisect_right(times, gone)]
            admitted = len(times) < most
            if admitted:
                times.append(now)
                self._times.move_to_end(name)
            return Taken(admitted, most, most - len(times), max(1, math.ceil(times[0] - gone)))

    def __len__(self) -> int:
        return len(self._times)


class Shared:
    """Windows in Redis. ``take`` raises one of ``errors``.

    When a window that is full gets room again is known, so that Redis need not be asked before: however many are refused
    at once, the questions of others do not wait behind them.
    """

    def __init__(self, url: str) -> None:
        """Raises SettingsError for an address that cannot be read."""
        from limits.storage import RedisStorage
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError
        from redis.retry import Retry

        self.errors: tuple[type[Exception], ...] = (RedisError, OSError)
        self._full: dict[str, tuple[int, float]] = {}  # how many were let through, and when the first of them was
        try:
            self._storage = RedisStorage(
                url,
                key_prefix="assistant:limit",
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]
            )
        except ValueError:
            raise SettingsError(
                "环境变量 REDIS_URL 不是可用的地址，例如 redis://主机:6379/0。请改正后重新启动。"
            ) from None

    def take(self, name: str, most: int) -> Taken:
        admitted = self._storage.acquire_entry(name, most, WINDOW)
        began, count = self._storage.get_moving_window(name, most, WINDOW)
        left = max(0, most - count)
        if not left:
            if len(self._full) >= MOST_NAMES:
                self._full.clear()
            self._full[name] = most, began
        if not admitted and left:  # between the two commands the oldest left the window: the next is let through
            return Taken(admitted, most, left, 1)
        return Taken(admitted, most, left, _until_room(began))

    def refused(self, name: str, most: int) -> Taken | None:
        """What ``take`` would tell while the window is known to be full; None where Redis has to be asked."""
        full, began = self._full.get(name, (0, 0.0))
        if full < most or began + WINDOW < time.time():
            return None
        return Taken(False, most, 0, _until_room(began))


def _until_room(began: float) -> int:
    """Seconds until Redis lets one more through; to the instant, as its script counts what is a minute old."""
    return max(1, int(began + WINDOW - time.time()) + 1)


class Limits:
    """Counts for one application. Its methods are called in the event loop."""

    def __init__(self, redis_url: str = "") -> None:
        """Raises SettingsError for an address that cannot be read."""
        self._own = Memory()
        self._shared = Shared(redis_url) if redis_url else None
        self._turns = anyio.Semaphore(_THREADS)
        self._threads = anyio.CapacityLimiter(_THREADS)  # apart from those that answer questions, which may all be busy
        self._lost_until = 0.0  # when a Redis that failed may be tried again

    async def take(self, name: str, most: int) -> Taken:
        """Counts one question of ``name`` where no more than ``most`` were let through in the last minute."""
        if self._shared and (refused := self._shared.refused(name, most)):
            return refused
        if self._shared and self._may_try():
            taken = await self._in_redis(self._shared, name, most, self._lost_until)
            if taken:
                return taken
        return self._own.take(name, most)

    async def _in_redis(self, shared: Shared, name: str, most: int, lost_until: float) -> Taken | None:
        """What Redis tells; None where it is lost, or where too many wait for their turn, which is no fault of Redis."""
        try:
            with anyio.fail_after(LONGEST):
                await self._turns.acquire()
        except TimeoutError:
            return None
        try:
            if self._lost_until != lost_until:
                return None  # it was lost meanwhile
            if refused := shared.refused(name, most):
                return refused
            with anyio.fail_after(LONGEST):
                taken = await to_thread.run_sync(shared.take, name, most, abandon_on_cancel=True, limiter=self._threads)
        except shared.errors as error:  # TimeoutError is an OSError
            self._lose(error)
            return None
        finally:
            self._turns.release()
        self._find()
        return taken

    def _may_try(self) -> bool:
        """Whether Redis is well, or it is this question's turn to find out."""
        now = time.monotonic()
        if now < self._lost_until:
            return False
        if self._lost_until:
            self._lost_until = now + RETRY
        return True

    def _lose(self, error: Exception) -> None:
        if not self._lost_until:
            metrics().limits_fallbacks.inc()
            # Its text is not told: what Redis answers may repeat what it was sent, the password among it.
            _log.warning("Redis 用不了（%s），限流改由各进程自行计数，会不断重试。", type(error).__name__)
        self._lost_until = time.monotonic() + RETRY

    def _find(self) -> None:
        if self._lost_until:
            self._lost_until = 0.0
            _log.warning("Redis 恢复了，限流重新由各进程合计。")
