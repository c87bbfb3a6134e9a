"""Turns among owners."""

import threading
import time

import pytest

from claribi.core.errors import Unavailable
from claribi.core.turns import Turns


def _hold(turns: Turns, owner: str, go: threading.Event, order: list[str]) -> threading.Thread:
    def work() -> None:
        with turns.turn(owner, 10):
            order.append(owner)
            go.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def _until(order: list[str], count: int) -> None:
    deadline = time.monotonic() + 5
    while len(order) < count and time.monotonic() < deadline:
        time.sleep(0.005)
    assert len(order) == count, order


def test_many_of_one_do_not_hold_up_the_first_of_another():
    turns, go, order = Turns(2), threading.Event(), []
    threads = [_hold(turns, "a", go, order) for _ in range(6)]
    _until(order, 2)
    threads.append(_hold(turns, "b", go, order))
    _until(order, 3)
    assert order == ["a", "a", "b"]
    threads.append(_hold(turns, "b", go, order))
    threads.append(_hold(turns, "c", go, order))
    _until(order, 4)
    assert order[3] == "c"
    time.sleep(0.05)
    assert len(order) == 4
    go.set()
    for thread in threads:
        thread.join(10)
    assert sorted(order) == ["a"] * 6 + ["b", "b", "c"]


def test_who_has_fewest_under_way_goes_first():
    turns, order = Turns(1), []
    first, rest = threading.Event(), threading.Event()
    threads = [_hold(turns, "a", first, order), _hold(turns, "x", rest, order)]
    _until(order, 2)
    threads += [_hold(turns, "a", rest, order) for _ in range(3)]
    time.sleep(0.05)
    threads.append(_hold(turns, "b", rest, order))
    time.sleep(0.05)
    first.set()
    _until(order, 3)
    assert order[2] in {"a", "b"}
    rest.set()
    for thread in threads:
        thread.join(10)
    assert sorted(order) == ["a", "a", "a", "a", "b", "x"]


def test_a_queue_that_is_full_is_told_at_once():
    turns, go, order = Turns(1, queue=2), threading.Event(), []
    threads = [_hold(turns, "a", go, order) for _ in range(3)]
    _until(order, 1)
    time.sleep(0.05)
    with pytest.raises(Unavailable) as refused, turns.turn("a", 10):
        pass
    assert refused.value.headers["Retry-After"] == "2"
    with turns.turn("b", 1):
        pass
    go.set()
    for thread in threads:
        thread.join(10)


def test_who_waits_too_long_is_told():
    turns, go, order = Turns(1), threading.Event(), []
    thread = _hold(turns, "a", go, order)
    _until(order, 1)
    with pytest.raises(Unavailable), turns.turn("a", 0.05):
        pass
    go.set()
    thread.join(10)
