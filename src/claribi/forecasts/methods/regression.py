"""Regression on the calendar: trend, season, the time of the year, holidays; what is left is smoothed.

Ridge regression, recent values counting more (discounted least squares, Brown 1963); waves of a year by
Fourier terms (Harvey 1989). The residuals' last level fades out at the rate that they are correlated with.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from claribi.analysis.series import autocorrelation
from claribi.forecasts.history import Floats, History
from claribi.forecasts.methods.scale import scale_of
from claribi.forecasts.methods.theta import smoothed

YEAR_DAYS = 365.25
WAVES = {"day": 6, "week": 4, "hour": 4}
# A year's cycle needs to be seen this often.
FEWEST_YEARS = 1.6
RIDGE = 0.5
# After so many seasons a value counts half; with a year's cycle, after so many years.
HALF_LIFE_SEASONS, HALF_LIFE_YEARS = 8, 3
FEWEST_HOLIDAYS = 2
# Fewer values have no correlation to speak of.
FEWEST_VALUES = 4


def regression(history: History, origins: Sequence[int], horizon: int) -> Floats:
    terms = _terms(history, max(origins) + horizon, origins[0])
    return np.array(
        [_one(history.before(origin), terms[: origin + horizon], horizon) for origin in origins],
        dtype=np.float64,
    )


def _one(history: History, terms: Floats, horizon: int) -> Floats:
    scale = scale_of(history)
    values = scale.to(history.values)
    count = len(values)
    times = (np.arange(len(terms)) - count) / max(count, 1)
    design = np.column_stack([np.ones(len(terms)), np.where(times > 0, 0.5 * times, times), terms])
    half_life = _half_life(history)
    weights = 0.5 ** ((count - 1 - np.arange(count)) / half_life)
    known = design[:count]
    penalty = np.full(design.shape[1], RIDGE)
    penalty[:2] = 1e-9
    gram = (known * weights[:, None]).T @ known + np.diag(penalty)
    coefficients = np.linalg.solve(gram, (known * weights[:, None]).T @ values)
    fitted = design @ coefficients
    left = values - fitted[:count]
    _, level = smoothed(left)
    kept = float(np.clip(autocorrelation(left, 1)[0], 0, 0.995)) if count >= FEWEST_VALUES else 0.0
    fading = kept ** (np.arange(horizon) / 2)
    return scale.back(fitted[count:] + level * fading)


def _half_life(history: History) -> float:
    year = {"hour": 8766.0, "day": YEAR_DAYS, "week": 52.2}.get(history.grain, 0)
    if year and len(history) >= FEWEST_YEARS * year:
        return HALF_LIFE_YEARS * year
    return HALF_LIFE_SEASONS * max(history.season, 4)


def _terms(history: History, count: int, known: int) -> Floats:
    """One row a bucket, those to come included."""
    columns = [*_places(history, count), *_waves(history, count, known), *_holidays(history, count, known)]
    return np.column_stack(columns) if columns else np.zeros((count, 0))


def _places(history: History, count: int) -> list[Floats]:
    """Place in the season."""
    if history.season == 1 or history.grain == "week":
        return []
    place = np.arange(count) % history.season
    found = [(place == p).astype(np.float64) for p in range(history.season)]
    if history.grain == "hour":
        days = np.array([history.moment(at).weekday() for at in range(count)])
        found += [(days == day).astype(np.float64) for day in range(7)]
    return found


def _waves(history: History, count: int, known: int) -> list[Floats]:
    """The time of the year, where the series has seen enough of it."""
    days = {"hour": 1 / 24, "day": 1.0, "week": 7.0}.get(history.grain, 0.0)
    if known * days < FEWEST_YEARS * YEAR_DAYS:
        return []
    # The first of January, as days since; leap years are as near as a quarter of a day.
    first = (history.start - history.start.replace(month=1, day=1)) / timedelta(days=1)
    angle = 2 * np.pi * (first + days * np.arange(count)) / YEAR_DAYS
    return [wave(angle * n) for n in range(1, WAVES[history.grain] + 1) for wave in (np.sin, np.cos)]


def _holidays(history: History, count: int, known: int) -> list[Floats]:
    """Each holiday that was seen often enough by itself, the others together."""
    if history.grain != "day" or not history.holidays:
        return []
    names = [history.holidays.get(history.moment(at).date()) for at in range(count)]
    seen = Counter(name for name in names[:known] if name)
    groups = [name if name and seen[name] >= FEWEST_HOLIDAYS else "other" if name else None for name in names]
    return [
        np.array([g == group for g in groups], dtype=np.float64) for group in sorted({g for g in groups if g})
    ]
