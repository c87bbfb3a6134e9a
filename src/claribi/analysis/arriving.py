"""Do the newest buckets hold far fewer rows than usual, as they do while data are still arriving?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from claribi.analysis import series
from claribi.analysis.series import Floats, Series, spread
from claribi.analysis.significance import student_p
from claribi.query.schemas import Grain, Result

# What comes in late comes within so many buckets; a lack that lasts longer is a level.
LONGEST: Mapping[Grain, int] = {"hour": 72, "day": 14, "week": 3, "month": 2, "quarter": 1, "year": 1}
# What a bucket usually holds is told by those of the same place in the week (or by all) before the newest.
PLACES: Mapping[Grain, int] = {"hour": 168, "day": 7}
FEWEST_CYCLES, MOST_CYCLES = 3, 8
FEWEST_BUCKETS = 20
# The newest together hold at most this part of what is usual, and the first of them not much more: it lies
# nearer to them than to what is usual.
MOST_HELD, MOST_AT_FIRST = 0.6, 0.7
# Stretches before may have held as little in so few of all cases.
SELDOM = 0.01
# Tails as heavy as Student's t with so many degrees; even where rows come as regularly as a clock, this part
# of them may be missing by chance.
TAIL, SMALLEST_SPREAD = 15, 0.02
NEARLY_ALL, NEARLY_ALL_OF_NORMAL = 0.95, 1.96
# Buckets that count as not all there are left out of all else, so this has to be sure.
SURE = 0.0001


@dataclass(frozen=True, slots=True)
class Arriving:
    """Attributes:
    arguments: As of `series.read`, of the answer's column of numbers of rows.
    row: The result's row of the first bucket that is not all there.
    length: From it to the last one.
    held: What they hold, against what is usual.
    """

    result: Result
    arguments: dict[str, Any]
    grain: Grain
    row: int
    length: int
    held: float
    p_value: float


def find_arriving(result: Result, **range_: Any) -> Arriving | None:
    """All of the newest buckets that together hold far fewer rows than usual, where that is sure.

    Args:
        range_: As of `series.read`.
    """
    read = series.read(result, **range_)
    if len(read) < FEWEST_BUCKETS or read.values.min() < 0:
        return None
    counts = _filled(read)
    usual = _usual(counts, read.grain)
    found = [
        (_lack(float(np.nansum(usual[-length:])), held), p_value, length, held)
        for length in range(1, LONGEST[read.grain] + 1)
        for p_value, held in [_tail(counts, usual, length)]
        if p_value * LONGEST[read.grain] <= SURE
    ]
    if not found:
        return None
    _, p_value, length, held = max(found)
    begins = len(counts) - length
    row = next(row for row, step in zip(read.rows, read.steps, strict=True) if round(step) >= begins)
    p_value = min(p_value * LONGEST[read.grain], 1.0)
    return Arriving(result, range_, read.grain, row, length, held, p_value)


def _filled(read: Series) -> Floats:
    """The numbers of rows from bucket to bucket, 0 where there are none."""
    counts = np.zeros(round(float(read.steps[-1])) + 1)
    counts[np.rint(read.steps).astype(int)] = read.values
    return counts


def _usual(counts: Floats, grain: Grain) -> Floats:
    """What each bucket would hold by those of its place before the newest; NaN where these are too few."""
    place, longest = PLACES.get(grain, 1), LONGEST[grain]
    nearest = -(-longest // place)
    lags = [place * cycle for cycle in range(nearest, nearest + MOST_CYCLES)]
    earlier = np.full((len(lags), len(counts)), np.nan)
    for at, lag in enumerate(lags):
        earlier[at, lag:] = counts[: len(counts) - lag] if lag < len(counts) else counts[:0]
    known = np.isfinite(earlier).sum(axis=0)
    whole = np.nansum(earlier, axis=0)
    return np.where(known >= FEWEST_CYCLES, whole / np.maximum(known, 1), np.nan)


def _lack(usual: float, held: float) -> float:
    """How much better a lack fits than none (the likelihood of counts): tells where it begins."""
    return usual * (1 - held + (held * math.log(held) if held > 0 else 0.0))


def _tail(counts: Floats, usual: Floats, length: int) -> tuple[float, float]:
    """P-value and size of what the last buckets hold against what is usual, by what as many held before."""
    ones = np.ones(length)
    wholes = np.convolve(usual, ones, mode="valid")
    parts = np.convolve(counts, ones, mode="valid")
    known = np.isfinite(wholes) & (wholes > 0)
    held = np.divide(parts, wholes, out=np.full(len(parts), np.nan), where=known)
    now, before = float(held[-1]), held[:-length][np.isfinite(held[:-length])]
    first = counts[-length] / usual[-length] if usual[-length] > 0 else np.nan
    is_one = now <= MOST_HELD and first <= min(MOST_AT_FIRST, (1 + now) / 2)
    if not is_one or len(before) < FEWEST_BUCKETS // 2:
        return 1.0, now
    if float((before <= now).mean()) > SELDOM:
        return 1.0, now
    middle = float(np.median(before))
    reach = float(np.quantile(np.abs(before - middle), NEARLY_ALL)) / NEARLY_ALL_OF_NORMAL
    return student_p((now - middle) / max(spread(before), reach, SMALLEST_SPREAD), TAIL), now
