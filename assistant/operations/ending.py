"""What a process has under way, and whether it was told to stop: for the server's orderly end."""

import asyncio
import threading


class UnderWay:
    """Counts the questions being answered, whatever door they came through. Safe to use from several threads.

    ``ending`` from the moment the process is told to stop: it is not ready any more.
    """

    def __init__(self) -> None:
        self.count = 0
        self.ending = False
        self._over = False
        self._waiting: set[asyncio.Future[None]] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.count += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.count -= 1

    def finish(self) -> None:
        """Nothing is under way any more: connections that only stay open, as a page's does, have no reason to."""
        with self._lock:
            self._over = True
            waiting = list(self._waiting)
        for one in waiting:
            one.get_loop().call_soon_threadsafe(_settle, one)

    async def finished(self) -> None:
        """Waits until ``finish`` is called."""
        one = asyncio.get_running_loop().create_future()
        with self._lock:
            if self._over:
                return
            self._waiting.add(one)
        try:
            await one
        finally:
            with self._lock:
                self._waiting.discard(one)


def _settle(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
