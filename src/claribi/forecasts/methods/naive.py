"""The plain methods that every other has to beat."""

from collections.abc import Sequence

import numpy as np

from claribi.forecasts.history import Floats, History


def seasonal_naive(history: History, origins: Sequence[int], horizon: int) -> Floats:
    """The value of the same place in the last season; without a season the last value."""
    season = history.season
    steps = np.arange(horizon) % season
    return np.array([history.values[origin - season + steps] for origin in origins], dtype=np.float64)


def drift(history: History, origins: Sequence[int], horizon: int) -> Floats:
    """The last season, moved on by the average change so far (Hyndman and Athanasopoulos 2021, 5.2)."""
    values, season = history.values, history.season
    ahead = np.arange(1, horizon + 1)
    rows = []
    for origin, plain in zip(origins, seasonal_naive(history, origins, horizon), strict=True):
        steps = origin - season
        change = (values[origin - season : origin].mean() - values[:season].mean()) / steps if steps else 0.0
        # Each value of the last season is a whole number of seasons old.
        age = np.ceil(ahead / season) * season
        rows.append(plain + change * age)
    return np.array(rows, dtype=np.float64)
