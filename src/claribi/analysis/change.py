"""Is the change from one period to the next more than what is usual?"""

import math

import numpy as np

from claribi.analysis.series import Floats, Series, long_run_deviation
from claribi.analysis.significance import FEWEST_POINTS, next_value, student_p

# How much of a new level one value is, from none (the mean of all before) to all (the value before).
WEIGHTS = (0.0, 0.2, 0.5, 1.0)
# A value that moved by less than this part of its distance from what was expected, came there earlier.
MOVED_NOW = 0.5
FEWEST_NEW = 3


def usual_change_p(series: Series) -> float:
    """P-value of the last value under the errors with which those before it were foreseen."""
    return next_p(series.values[:-1], series.values[-1:]) if len(series) else 1.0


def next_p(history: Floats, now: Floats) -> float:
    """P-value of new values being what went on before: of one by how well each of the history was foreseen
    from those before it, of several by their mean. What is above 0 moves by ratios.
    """
    if not len(now) or len(history) < FEWEST_POINTS:
        return 1.0
    if min(history.min(), now.min()) > 0:
        history, now = np.log(history), np.log(now)
    return _foreseen(history, float(now[0])) if len(now) == 1 else _other_level(history, now)


def _foreseen(history: Floats, value: float) -> float:
    """By exponential smoothing, its weight being the one that would have foreseen the history best."""
    errors, expected = min(
        (_errors(history, weight) for weight in WEIGHTS), key=lambda found: float((found[0] ** 2).sum())
    )
    if (value - history[-1]) / (value - expected or math.inf) < MOVED_NOW:
        changes = np.diff(history)
        return next_value(changes, value - float(history[-1]))
    deviation = math.sqrt(float((errors**2).mean()))
    if deviation <= 0:
        return 1.0
    of_mean = math.sqrt(1 + 1 / len(history))
    return student_p((value - expected) / (deviation * of_mean), len(errors))


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


def _other_level(history: Floats, now: Floats) -> float:
    """Student's t with one spread for both sides, autocorrelation counted in."""
    if len(now) < FEWEST_NEW:
        return 1.0
    left = np.concatenate([history - history.mean(), now - now.mean()])
    freedom = len(left) - 2
    deviation = max(math.sqrt(float((left**2).sum()) / freedom), long_run_deviation(left))
    if deviation <= 0:
        return 1.0
    t = float(now.mean() - history.mean()) / (deviation * math.sqrt(1 / len(history) + 1 / len(now)))
    return student_p(t, freedom)
