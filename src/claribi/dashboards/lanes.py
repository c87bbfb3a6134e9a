"""Work done side by side, so that what waits for one source holds up nothing that asks another."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Lane(Generic[T]):
    """Tasks that are done in their order, at most `width` of them at once. None of them may raise."""

    tasks: Sequence[Callable[[], T]]
    width: int = 1


def as_they_come(lanes: Sequence[Lane[T]], seconds: float) -> Iterator[list[T]]:
    """What the tasks give, gathered over so many seconds at most; empty where nothing came in that time.

    Once nobody takes any more, no further task begins.
    """
    results: SimpleQueue[T] = SimpleQueue()
    queues = [(deque(lane.tasks), lane.width) for lane in lanes]
    missing = sum(len(tasks) for tasks, _ in queues)

    def work(tasks: deque[Callable[[], T]]) -> None:
        while True:
            try:
                task = tasks.popleft()
            except IndexError:
                return
            results.put(task())

    workers = [tasks for tasks, width in queues for _ in range(min(width, len(tasks)))]
    if not workers:
        return
    pool = ThreadPoolExecutor(len(workers), thread_name_prefix="lane")
    try:
        for tasks in workers:
            pool.submit(copy_context().run, work, tasks)
        while missing:
            gathered = _gathered(results, missing, seconds)
            missing -= len(gathered)
            yield gathered
    finally:
        for tasks, _ in queues:
            tasks.clear()
        pool.shutdown(wait=False)


def _gathered(results: SimpleQueue[T], most: int, seconds: float) -> list[T]:
    until = time.monotonic() + seconds
    gathered: list[T] = []
    while len(gathered) < most:
        try:
            gathered.append(results.get(timeout=max(until - time.monotonic(), 0)))
        except Empty:
            break
    return gathered
