"""How long conversations are kept: erased on request, and by age, by hand or by the server itself once a day."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from assistant import reviewed
from assistant.store import Store
from assistant.store.keeping import Erased
from tools.errors import StoreError

EVERY = timedelta(days=1)
AGAIN = timedelta(minutes=10)  # after the database could not be used
PAUSE = 0.05  # seconds between two batches, for those who wait to write
_END_SECONDS = 5
_log = logging.getLogger(__name__)


def erase(store: Store, conversation_id: str, actor: str, *, with_reviews: bool = False) -> Erased:
    """Deletes a conversation: turns, answers, ratings, notes. Raises NotFoundError, StoreError.

    A reviewed answer made from it that is in use, and can be told without the questions before it, stays: it is what
    staff say to everybody who asks so. It keeps the question's wording, in which personal data was masked, and loses its
    link. ``with_reviews`` deletes it too.
    """
    return store.keeping.erase(
        conversation_id, actor, lambda review: not with_reviews and reviewed.stands_alone(review)
    )


def expire(store: Store, days: int, actor: str, stop: threading.Event | None = None) -> Erased:
    """Deletes, in batches, conversations whose last question is older than ``days``; reviewed answers as in ``erase``.

    What is deleted is written down, also where ``stop`` or an error ends it early. Raises StoreError.
    """
    before, stop, erased = datetime.now(UTC) - timedelta(days=days), stop or threading.Event(), Erased()
    try:
        while not stop.is_set() and (batch := store.keeping.expire(before, reviewed.stands_alone)).conversations:
            erased += batch
            stop.wait(PAUSE)
    finally:
        store.keeping.expired(actor, before, erased)
    return erased


@contextmanager
def expiring(store: Store, days: int) -> Iterator[None]:
    """While the block runs, conversations older than ``days`` are deleted: now, and once a day. 0 keeps them for ever.

    Several processes may do so at once.
    """
    if not days:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_expire_daily, args=(store, days, stop), name="expiry", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_END_SECONDS)


def _expire_daily(store: Store, days: int, stop: threading.Event) -> None:
    pause = timedelta()
    while not stop.wait(pause.total_seconds()):
        try:
            erased = expire(store, days, "server", stop)
        except StoreError:  # the store has told why
            pause = AGAIN
            continue
        pause = EVERY
        if erased.conversations:
            _log.info("已删除 %d 天以前的会话 %d 个。", days, erased.conversations)
