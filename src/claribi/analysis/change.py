"""Is the change from one period to the next more than what is usual?"""

import math

import numpy as np

from claribi.analysis.series import Floats, Series, long_run_deviation
from claribi.analysis.significance import FEWEST_POINTS, next_value, student_p

# How much of a new level one value is, from none (the mean of all before) to all (the value before).
WEIGHTS = (0.0, 0.2, 0.5, 1.0)
# A value that moved by less than this part of its distance from what was expected, came there earlier.
MOVED_NOW = 0.5


def usual_change_p(series: Series) -> float:
    """P-value of the last value under the errors with which those before it were foreseen."""
    return next_p(series.values[:-1], float(series.values[-1])) if len(series) else 1.0


def next_p(history: Floats, value: float, buckets: float = 1.0, *, tail: float = math.inf) -> float:
    """P-value of a new value being what went on before. What is above 0 moves by ratios.

    Args:
        buckets: How many of the history's buckets the value is the mean of.
        tail: The most degrees of freedom that the distribution of chance is taken to have.
    """
    if len(history) < FEWEST_POINTS:
        return 1.0
    if min(float(history.min()), value) > 0:
        history, value = np.log(history), math.log(value)
    if buckets <= 1:
        return _foreseen(history, value, tail)
    return _other_level(history, value, buckets, tail)


def _foreseen(history: Floats, value: float, tail: float) -> float:
    """By exponential smoothing, its weight being the one that would have foreseen the history best."""
    errors, expected = min(
        (_errors(history, weight) for weight in WEIGHTS), key=lambda found: float((found[0] ** 2).sum())
    )
    moved, off = value - float(history[-1]), value - expected
    if moved * off <= 0:  # on its way back to what was expected
        return 1.0
    if moved / off < MOVED_NOW:
        return next_value(np.diff(history), moved)
    deviation = math.sqrt(float((errors**2).mean()))
    if deviation <= 0:
        return 1.0
    of_mean = math.sqrt(1 + 1 / len(history))
    return student_p(off / (deviation * of_mean), min(len(errors), tail))


def _errors(history: Floats, weight: float) -> tuple[Floats, float]:
    """What each value from the second on was off what those before it foresaw, and what is foreseen next.

    Of the mean, these are the recursive residuals of Brown, Durbin and Evans (1975): each is divided by how
    much further off the mean of few values is.
    """
    level, errors = float(history[0]), []
    for known, value in enumerate(history[1:], 1):
        errors.append((float(value) - level) / (1.0 if weight else math.sqrt(1 + 1 / known)))
        level += max(weight, 1 / (known + 1)) * (float(value) - level)
    return np.array(errors), level


def _other_level(history: Floats, value: float, buckets: float, tail: float) -> float:
    """Student's t of the distance from the mean before, autocorrelation counted in."""
    left = history - history.mean()
    deviation = max(float(np.std(history, ddof=1)), long_run_deviation(left))
    if deviation <= 0:
        return 1.0
    t = (value - float(history.mean())) / (deviation * math.sqrt(1 / len(history) + 1 / buckets))
    return student_p(t, min(len(history) - 1, tail))
