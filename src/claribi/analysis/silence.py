"""Where rows should be and are not: a stretch of time without any, or a value that stopped coming."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from claribi.analysis import series
from claribi.analysis.queries import ROWS
from claribi.analysis.series import Floats
from claribi.analysis.texts import moment_of
from claribi.query import periods
from claribi.query.schemas import Grain, Result

FEWEST_BUCKETS = 14
# How empty the time around a gap is, is seen in as many buckets as four such gaps, at least in so many.
AROUND, LEAST_AROUND = 4, 14
SHORTEST = {"hour": 6, "day": 3, "week": 2, "month": 2, "quarter": 2, "year": 2}
# A value that had fewer rows than this in a usual period may be silent by chance.
FEWEST_ROWS, FEWEST_PERIODS = 5.0, 6
# That one stopped coming is news where at least this part of the others goes on.
MOST_LAST = 0.5


@dataclass(frozen=True, slots=True)
class Gap:
    """Attributes:
    before, after: The result's rows of the last bucket before the gap and the first one after it.
    length: Its buckets.
    """

    result: Result
    arguments: dict[str, Any]
    grain: Grain
    before: int
    after: int
    length: int
    p_value: float
    material: bool

    @property
    def ends(self) -> tuple[datetime, datetime]:
        """From the end of the last bucket before the gap to the first one after it."""
        moments = self.result.values(self.arguments["time"])
        return (
            periods.shift(moment_of(moments[self.before]), 1, self.grain),
            moment_of(moments[self.after]),
        )


def find_gap(result: Result, **range_: Any) -> Gap | None:
    """The longest stretch of empty buckets, against how often a bucket is empty around it.

    Args:
        range_: As of `series.read`.
    """
    read = series.read(result, **range_)
    steps = np.rint(read.steps).astype(int).tolist()
    if len(steps) < FEWEST_BUCKETS:
        return None
    holes = np.diff(steps) - 1
    at = int(holes.argmax())
    length = int(holes[at])
    if length == 0:
        return None
    window = max(AROUND * length, LEAST_AROUND)
    empty = max(
        _empty(steps, steps[at] - window, steps[at]),
        _empty(steps, steps[at + 1], steps[at + 1] + window),
    )
    p_value = min(1.0, (steps[-1] + 1) * empty**length)
    return Gap(
        result=result,
        arguments=range_,
        grain=read.grain,
        before=read.rows[at],
        after=read.rows[at + 1],
        length=length,
        p_value=p_value,
        material=length >= SHORTEST[read.grain],
    )


def _empty(steps: list[int], start: int, end: int) -> float:
    """The part of the buckets from one step to another that is empty; one more, as Laplace's rule has it."""
    start, end = max(start, steps[0]), min(end, steps[-1])
    held = sum(start <= step <= end for step in steps)
    return (end - start + 1 - held + 1) / (end - start + 2)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A value of a dimension without rows in the last periods.

    Attributes:
        last: The result's row of its last period with rows.
        length: The whole periods without any since.
        share: Its part of all rows before.
    """

    result: Result
    arguments: dict[str, Any]
    dimension: str
    last: int
    length: int
    share: float
    p_value: float


def find_stopped(result: Result, *, time: str, dimension: str, first: int, last: int) -> Stopped | None:
    """The largest value of those whose silence is more than chance.

    Args:
        first, last: The range of the result's rows that whole periods lie in, both included.
    """
    arguments = {"time": time, "dimension": dimension, "first": first, "last": last}
    at, who, of = result.index(time), result.index(dimension), result.index(ROWS.label)
    moments: dict[Any, int] = {}
    counts: dict[Any, dict[int, float]] = {}
    rows: dict[Any, int] = {}
    for row, cells in enumerate(result.rows[first : last + 1], first):
        period = moments.setdefault(cells[at], len(moments))
        counts.setdefault(cells[who], {})[period] = float(cells[of])
        rows[cells[who]] = row
    whole = math.fsum(count for by_period in counts.values() for count in by_period.values())
    found, lasting = [], []
    for member, by_period in counts.items():
        begun, ended = min(by_period), max(by_period)
        length = len(moments) - 1 - ended
        before = np.array([by_period.get(p, 0.0) for p in range(begun, ended + 1)])
        if member is None or len(before) < FEWEST_PERIODS or before.mean() < FEWEST_ROWS:
            continue
        lasting.append(length == 0)
        if not length:
            continue
        p_value = min(1.0, _silent(before) ** length * len(counts))
        found.append(
            Stopped(result, arguments, dimension, rows[member], length, float(before.sum()) / whole, p_value)
        )
    # Where most of them end, as terms of office do, an end is nothing that is missing.
    if sum(lasting) < MOST_LAST * len(lasting):
        return None
    return min(found, key=lambda stopped: (stopped.p_value, -stopped.share), default=None)


def _silent(counts: Floats) -> float:
    """The chance of a period without rows: negative binomial, and at least what Laplace's rule says."""
    mean, variance = float(counts.mean()), float(counts.var(ddof=1))
    empty = (float((counts == 0).sum()) + 1) / (len(counts) + 2)
    if variance <= mean:
        return max(math.exp(-mean), empty)
    return max(float((mean / variance) ** (mean * mean / (variance - mean))), empty)
