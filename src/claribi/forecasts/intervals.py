"""Bands around a forecast, from how far its method was off in the backtest at each distance.

The errors are divided by their usual size at their distance, a smooth curve, and pooled; the bands are
quantiles of the pooled sizes, as in split conformal prediction (Vovk, Gammerman and Shafer 2005), widened
where few independent forecasts stand behind them.
"""

from dataclasses import dataclass

import numpy as np

from claribi.forecasts.history import Floats

LEVELS = (50, 80, 95)
# The growth of errors with the distance, as a power, before a series has shown its own; and how many
# errors of its own weigh as much as that.
USUAL_GROWTH, WEIGHT_OF_USUAL, LARGEST_GROWTH = 0.3, 30.0, 1.0
# How much wider they are where the series has not shown each part of a year twice: what a time of the year
# does to it can't be among its errors.
YOUNG = 1.25
# How much wider the bands are for one over the number of independent forecasts, by level (decision 15).
WIDENED = {50: 0.4, 80: 1.8, 95: 3.5}


@dataclass(frozen=True, slots=True)
class Bands:
    """Attributes:
    widths: By level: how far the band reaches up and down at each distance.
    coverage: By level: the part of the backtest's values that lay inside bands made without their origin.
    count: How many values that is.
    """

    widths: dict[int, Floats]
    coverage: dict[int, float]
    count: int


def bands(errors: Floats, *, young: bool = False) -> Bands:
    """Bands from backtest errors (a row an origin, a column a bucket ahead, NaN where unknown).

    Args:
        young: The series is shorter than the year that its values may follow, see `YOUNG`.
    """
    known = np.isfinite(errors)
    inside = dict.fromkeys(LEVELS, 0)
    for left_out in range(len(errors)):
        others = np.delete(errors, left_out, axis=0)
        for level, width in _widths(others, young=young).items():
            row = known[left_out]
            inside[level] += int((np.abs(errors[left_out][row]) <= width[row]).sum())
    count = int(known.sum())
    return Bands(_widths(errors, young=young), {level: inside[level] / count for level in LEVELS}, count)


def _widths(errors: Floats, *, young: bool) -> dict[int, Floats]:
    horizon = errors.shape[1]
    sizes = np.abs(errors)
    curve = _curve(sizes)
    pooled = (sizes / curve)[np.isfinite(sizes)]
    independent = max(np.isfinite(sizes).sum() / max(horizon, 1), 1.0)
    found = {}
    for level in LEVELS:
        quantile = float(np.quantile(pooled, level / 100))
        wider = (1 + WIDENED[level] / independent) * (YOUNG if young else 1.0)
        found[level] = np.asarray(curve * quantile * wider, dtype=np.float64)
    return found


def _curve(sizes: Floats) -> Floats:
    """The usual size of an error at each distance: a power of it, so that it never shrinks."""
    ahead = np.arange(1, sizes.shape[1] + 1, dtype=np.float64)
    known = np.isfinite(sizes)
    counts = known.sum(axis=0)
    means = np.where(known, sizes, 0).sum(axis=0) / np.maximum(counts, 1)
    usable = (counts > 0) & (means > 0)
    if not usable.any():
        return np.ones(len(ahead))
    growth = USUAL_GROWTH
    if usable.sum() > 1:
        x, y, w = np.log(ahead[usable]), np.log(means[usable]), counts[usable].astype(np.float64)
        x_off, y_off = x - np.average(x, weights=w), y - np.average(y, weights=w)
        power = float((w * x_off) @ x_off)
        growth = (float((w * x_off) @ y_off) + WEIGHT_OF_USUAL * USUAL_GROWTH) / (power + WEIGHT_OF_USUAL)
    shape = ahead ** float(np.clip(growth, 0, LARGEST_GROWTH))
    level = float((np.where(known, sizes, 0) / shape).sum() / known.sum())
    return np.asarray(shape * level, dtype=np.float64)
