"""Who may go next where many want the same few places: nobody's many hold up another's first."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from claribi.core.errors import Unavailable

RETRY_SECONDS = 2


class Turns:
    """Gives out places, so many at a time to each owner and as many again to those who have none yet.

    So an owner with a long queue waits for itself, while the first call of any other begins at once, up to
    twice the number of places; beyond that the owner with the fewest calls under way goes first.

    Args:
        places: How many calls run at once.
        queue: How many of one owner wait at most.
    """

    def __init__(self, places: int, *, queue: int = 16) -> None:
        self._places, self._queue = places, queue
        self._running: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._closed = False

    @contextmanager
    def turn(self, owner: str, timeout: float) -> Iterator[None]:
        """A place for as long as the block lasts.

        Raises:
            Unavailable: The owner's queue is full, or no place became free in time.
        """
        self._begin(owner, timeout)
        try:
            yield
        finally:
            with self._changed:
                _take_off(self._running, owner)
                self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _begin(self, owner: str, timeout: float) -> None:
        with self._changed:
            if self._waiting[owner] >= self._queue:
                raise _busy()
            self._waiting[owner] += 1
            try:
                if not self._changed.wait_for(lambda: self._closed or self._may_run(owner), timeout):
                    raise _busy()
                if self._closed:
                    raise Unavailable("The server is shutting down")
                self._running[owner] += 1
            finally:
                _take_off(self._waiting, owner)
                # Who gave way to this one need not any more.
                self._changed.notify_all()

    def _may_run(self, owner: str) -> bool:
        mine = self._running[owner]
        allowed = self._places if mine else 2 * self._places
        if self._running.total() >= allowed:
            return False
        return all(self._running[other] >= mine for other in self._waiting)


def _take_off(counter: Counter[str], owner: str) -> None:
    """One less; whoever has none is forgotten."""
    counter[owner] -= 1
    if counter[owner] <= 0:
        del counter[owner]


def _busy() -> Unavailable:
    return Unavailable(
        "Too many queries run at the same time; try again shortly",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )
