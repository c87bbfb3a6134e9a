"""Bands around a forecast, from how far its method was off in the backtest at each distance.

The errors are divided by their usual size at their distance, a smooth curve, and pooled; the bands are
quantiles of the pooled sizes, as in split conformal prediction (Vovk, Gammerman and Shafer 2005), widened
where few independent forecasts stand behind them. As a series is not the same all along, later errors weigh
more (Barber, Candès, Ramdas and Tibshirani 2023), and errors that grow with the level are taken up to the
level of today.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from claribi.forecasts.history import Floats, History
from claribi.forecasts.methods.scale import scale_of

LEVELS = (50, 80, 95)
# The growth of errors with the distance, as a power, before a series has shown its own; and how many
# errors of its own weigh as much as that.
USUAL_GROWTH, WEIGHT_OF_USUAL, LARGEST_GROWTH = 0.3, 30.0, 1.0
# What an error weighs against one a horizon later.
KEPT = 0.6
# The power of the level that errors follow where the series varies in proportion to its level: those of a
# total of many parts grow less than the total does.
FOLLOWED, FEWEST_OF_LEVEL = 0.5, 4
# How much wider bands are for the square of the part of two years that days have not shown yet: what a time
# of the year does to them can't be among their errors.
UNSEEN = 1.2
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


def bands(history: History, origins: Sequence[int], errors: Floats) -> Bands:
    """Bands from backtest errors (a row an origin, a column a bucket ahead, NaN where unknown)."""
    sizes = np.abs(errors) * _growth(history, origins)[:, None]
    weights = KEPT ** ((len(history) - np.array(origins)) / errors.shape[1])
    unseen = 1 + UNSEEN * history.unseen**2
    known = np.isfinite(sizes)
    inside = dict.fromkeys(LEVELS, 0)
    for left_out in range(len(sizes)):
        others = np.arange(len(sizes)) != left_out
        row = known[left_out]
        for level, width in _widths(sizes[others], weights[others]).items():
            inside[level] += int((sizes[left_out][row] <= unseen * width[row]).sum())
    count = int(known.sum())
    widths = {level: unseen * width for level, width in _widths(sizes, weights).items()}
    return Bands(widths, {level: inside[level] / count for level in LEVELS}, count)


def _growth(history: History, origins: Sequence[int]) -> Floats:
    """How much larger errors are to be expected today than they were at each origin."""
    if not scale_of(history).logarithmic:
        return np.ones(len(origins))
    width = max(history.season, FEWEST_OF_LEVEL)
    levels = [history.values[max(at - width, 0) : at].mean() for at in (*origins, len(history))]
    return np.asarray((levels[-1] / np.array(levels[:-1])) ** FOLLOWED, dtype=np.float64)


def _widths(sizes: Floats, weights: Floats) -> dict[int, Floats]:
    curve, known = _curve(sizes), np.isfinite(sizes)
    pooled = (sizes / curve)[known]
    weighing = np.broadcast_to(weights[:, None], sizes.shape)[known]
    independent = max(known.sum() / max(sizes.shape[1], 1), 1.0)
    return {
        level: curve * _quantile(pooled, weighing, level / 100) * (1 + WIDENED[level] / independent)
        for level in LEVELS
    }


def _quantile(values: Floats, weights: Floats, part: float) -> float:
    """The value that this part of the weight lies below, between its neighbours."""
    order = np.argsort(values, kind="stable")
    ordered = weights[order]
    places = (np.cumsum(ordered) - ordered / 2) / ordered.sum()
    return float(np.interp(part, places, values[order]))


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
