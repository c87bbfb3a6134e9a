"""Work side by side: what comes when, how many at once, and that it stops when nobody waits any more."""

import threading
import time
from collections.abc import Callable

from claribi.dashboards.lanes import Lane, as_they_come


def giving(value: str, after: threading.Event | None = None) -> Callable[[], str]:
    def task() -> str:
        if after is not None:
            assert after.wait(10)
        return value

    return task


def test_what_waits_holds_up_only_its_own_lane():
    gate = threading.Event()
    lanes = [Lane([giving("slow", gate), giving("behind it")]), Lane([giving("quick"), giving("quick too")])]
    coming = as_they_come(lanes, 0.1)
    first = next(coming)
    while len(first) < 2:
        first += next(coming)
    assert first == ["quick", "quick too"]
    assert next(coming) == []
    gate.set()
    assert [value for batch in coming for value in batch] == ["slow", "behind it"]


def test_what_is_quick_comes_together():
    lanes = [Lane([giving(str(number)) for number in range(50)])]
    assert list(as_they_come(lanes, 5)) == [[str(number) for number in range(50)]]
    assert list(as_they_come([], 5)) == []


def test_a_lane_is_as_wide_as_it_says():
    running, most, lock = 0, 0, threading.Lock()

    def task() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1

    assert sum(len(batch) for batch in as_they_come([Lane([task] * 12, width=3)], 1)) == 12
    assert most == 3


def test_nothing_more_begins_when_nobody_takes_it():
    begun: list[int] = []
    gate = threading.Event()

    def task(number: int) -> Callable[[], None]:
        def run() -> None:
            begun.append(number)
            if number == 1:
                assert gate.wait(10)

        return run

    coming = as_they_come([Lane([task(number) for number in range(9)])], 0.05)
    next(coming)
    coming.close()
    gate.set()
    time.sleep(0.1)
    assert begun == [0, 1]
