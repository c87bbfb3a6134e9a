"""The Theta method: half the slope of the straight line, and smoothing of what bends twice as much.

Assimakopoulos and Nikolopoulos (2000), in the form of Hyndman and Billah (2003): simple exponential smoothing
with half the drift, on seasonally adjusted values.
"""

from collections.abc import Sequence

import numpy as np
from scipy.signal import lfilter

from claribi.forecasts.history import Floats, History
from claribi.forecasts.methods.decomposition import adjusted

FEWEST_FOR_A_LINE = 3
ALPHAS = np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99])


def theta(history: History, origins: Sequence[int], horizon: int) -> Floats:
    return np.array([_one(history.before(origin), horizon) for origin in origins], dtype=np.float64)


def _one(history: History, horizon: int) -> Floats:
    parts = adjusted(history)
    values = parts.values
    count = len(values)
    times = np.arange(count)
    slope = float(np.polyfit(times, values, 1)[0]) if count >= FEWEST_FOR_A_LINE else 0.0
    alpha, level = smoothed(values)
    steps = np.arange(horizon)
    ahead = level + slope / 2 * (steps + (1 - (1 - alpha) ** count) / alpha)
    return parts.back(np.asarray(ahead, dtype=np.float64))


def smoothed(values: Floats) -> tuple[float, float]:
    """The parameter of simple exponential smoothing with the least squares of errors, and the last level."""
    best = (np.inf, 1.0, float(values[-1]))
    start = float(values[: min(4, len(values))].mean())
    for alpha in ALPHAS:
        levels, _ = lfilter([alpha], [1, alpha - 1], values, zi=[(1 - alpha) * start])
        before = np.concatenate([[start], levels[:-1]])
        squares = float(((values - before)[1:] ** 2).sum())
        if squares < best[0]:
            best = (squares, float(alpha), float(levels[-1]))
    return best[1], best[2]
