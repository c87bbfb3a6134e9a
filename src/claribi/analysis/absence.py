"""A value of a dimension that has had no rows for far longer than its own rate brings."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from claribi.analysis.queries import ROWS
from claribi.analysis.series import Floats
from claribi.query.schemas import Grain, Result

# With fewer buckets, what a value usually does can't be told.
FEWEST_BUCKETS = 14
# A value with fewer rows outside the gap may come in bursts.
FEWEST_ROWS = 12
# A gap has to be so many times as long as the longest other one: a value of summers is absent every winter.
LONGER = 3
SHORTEST = 2
# Where fewer of the others go on than this part, an end is nothing that is missing, as of terms of office.
MOST_LAST = 0.5
# Numbers of rows that vary by less than this part of what chance alone makes come as by a clock.
REGULAR = 0.5


@dataclass(frozen=True, slots=True)
class Absence:
    """Attributes:
    before: The result's row of the value's last bucket before the gap.
    after: Of its first one after it; None where it goes on to the end.
    length: The buckets between, of those that any value has rows in.
    share: Its part of all rows.
    """

    result: Result
    arguments: dict[str, Any]
    grain: Grain
    dimension: str
    before: int
    after: int | None
    length: int
    share: float
    p_value: float


@dataclass(frozen=True, slots=True)
class _Hole:
    start: int
    length: int
    p_value: float


def find_absence(
    result: Result, *, time: str, dimension: str, grain: Grain, first: int, last: int
) -> Absence | None:
    """The longest gap of that value whose gap is the least likely, corrected for all values.

    Args:
        first, last: The range of the result's rows that whole buckets lie in, both included.
    """
    at, who, of = result.index(time), result.index(dimension), result.index(ROWS.label)
    buckets: dict[Any, int] = {}
    counts: dict[Any, dict[int, float]] = {}
    rows: dict[Any, dict[int, int]] = {}
    for row, cells in enumerate(result.rows[first : last + 1], first):
        bucket = buckets.setdefault(cells[at], len(buckets))
        counts.setdefault(cells[who], {})[bucket] = float(cells[of])
        rows.setdefault(cells[who], {})[bucket] = row
    named = {member: held for member, held in counts.items() if member is not None}
    if len(buckets) < FEWEST_BUCKETS or len(named) < 2:  # noqa: PLR2004 - nobody beside it
        return None
    holes = {member: _hole(held, len(buckets)) for member, held in named.items()}
    found = {member: hole for member, hole in holes.items() if hole is not None}
    ended = {m for m, held in named.items() if max(held) < len(buckets) - 1 - SHORTEST}
    if len(ended) > (1 - MOST_LAST) * len(named):
        found = {member: hole for member, hole in found.items() if member not in ended}
    if not found:
        return None
    member = min(found, key=lambda m: (found[m].p_value, -found[m].length))
    hole, places = found[member], rows[member]
    whole = math.fsum(count for held in counts.values() for count in held.values())
    return Absence(
        result=result,
        arguments={"time": time, "dimension": dimension, "grain": grain, "first": first, "last": last},
        grain=grain,
        dimension=dimension,
        before=places[hole.start - 1],
        after=places.get(hole.start + hole.length),
        length=hole.length,
        share=math.fsum(named[member].values()) / whole,
        p_value=min(1.0, hole.p_value * len(named)),
    )


def _hole(held: dict[int, float], buckets: int) -> _Hole | None:
    """The longest gap of one value, against how often it has no rows otherwise."""
    there = [*sorted(held), buckets]
    gaps = np.diff(there) - 1
    longest = int(gaps.argmax())
    length, start = int(gaps[longest]), there[longest] + 1
    others = np.delete(gaps, longest)
    if length < max(SHORTEST, LONGER * int(others.max(initial=0))):
        return None
    counts = np.array([held.get(b, 0.0) for b in range(there[0], buckets) if not start <= b < start + length])
    if len(counts) < FEWEST_BUCKETS // 2 or counts.sum() < FEWEST_ROWS:
        return None
    return _Hole(start, length, min(1.0, _empty(counts) ** length * (len(counts) + length)))


def _empty(counts: Floats) -> float:
    """The chance of a bucket without rows: by the mean and the spread of their numbers (negative binomial),
    and at least what Laplace's rule says, which alone holds where rows come as by a clock.
    """
    mean, variance = float(counts.mean()), float(counts.var(ddof=1))
    seen = (float((counts == 0).sum()) + 1) / (len(counts) + 2)
    if variance <= REGULAR * mean:
        return seen
    if variance <= mean:
        return max(math.exp(-mean), seen)
    return max(float((mean / variance) ** (mean * mean / (variance - mean))), seen)
