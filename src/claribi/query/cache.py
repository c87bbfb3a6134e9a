"""Answers at hand: one to the same question, about the same data, under the same access rules is the same."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from claribi.query.schemas import Question, Result, SqlQuery

# What gives another answer each time, however the data are; in doubt a question is asked anew.
VOLATILE = re.compile(
    r"\b(now|today|current_\w+|localtime\w*|getdate|sysdate|clock_timestamp|statement_timestamp"
    r"|transaction_timestamp|get_current_\w+|random|rand|setseed|uuid\w*|gen_random_uuid|age|sample|using)\b",
    re.IGNORECASE,
)
BYTES_OF_CELL = 60


def is_stable(query: Question) -> bool:
    """Whether the answer depends on the data alone, and not on the clock or on chance."""
    if isinstance(query, SqlQuery):
        return VOLATILE.search(query.sql) is None
    measures = [*query.measures, *query.summary]
    filters = [*query.filters, *(f for measure in measures for f in measure.filters)]
    return all(f.operator != "last_n" or _counts_from_data(f.value) for f in filters)


def _counts_from_data(value: Any) -> bool:
    return isinstance(value, dict) and value.get("anchor") == "data"


class AnswerCache:
    """The answers that were used last, within a budget of memory; equal questions at a time are asked once.

    Args:
        max_bytes: About how much memory the answers take, all together.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, tuple[Result, int]] = OrderedDict()
        self._under_way: dict[Hashable, Future[Result]] = {}
        self._bytes = 0

    def answer(self, key: Hashable, ask: Callable[[], Result], *, keep: bool) -> Result:
        """The answer at hand, or that of `ask`.

        Args:
            key: The same for questions with the same answer.
            keep: Whether the answer holds for later; else only for those who ask at the same time.
        """
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return _copy(self._answers[key][0], cached=True)
            waiting = self._under_way.get(key)
            if waiting is None:
                mine: Future[Result] = Future()
                self._under_way[key] = mine
        if waiting is not None:
            return _copy(waiting.result(), cached=True)
        try:
            result = ask()
        except BaseException as error:
            with self._lock:
                del self._under_way[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._under_way[key]
            if keep:
                self._keep(key, result)
        mine.set_result(result)
        return _copy(result, cached=False)

    def holds(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._answers

    def _keep(self, key: Hashable, result: Result) -> None:
        size = _size(result)
        if size > self._max_bytes // 4:
            # One answer must not drive out all others.
            return
        self._answers[key] = (result, size)
        self._bytes += size
        while self._bytes > self._max_bytes:
            self._bytes -= self._answers.popitem(last=False)[1][1]


def _copy(result: Result, *, cached: bool) -> Result:
    """An answer of one's own: its proof is filled in by whoever asked."""
    elapsed = 0.0 if cached else result.elapsed_ms
    return replace(result, rows=[list(row) for row in result.rows], elapsed_ms=elapsed, cached=cached)


def _size(result: Result) -> int:
    texts = sum(len(cell) for row in result.rows for cell in row if isinstance(cell, str))
    return 1_000 + len(result.sql) + texts + BYTES_OF_CELL * len(result.rows) * len(result.columns)
