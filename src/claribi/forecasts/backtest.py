"""Walk-forward backtests: what each method would have said at moments of the past, against what came.

Every forecast is made from the values before its origin alone (Tashman 2000).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from claribi.forecasts.history import Floats, History
from claribi.forecasts.methods import ENSEMBLE, MEMBERS, METHODS, Method

ORIGINS = 16
# The stretch that is looked back at: so many horizons, and at most this part of the series.
HORIZONS, PART = 6, 0.6
FEWEST_ORIGINS, FEWEST_BEFORE = 4, 5
# What can't be computed, or leaves every measure, is no forecast.
WILDEST = 1e3


@dataclass(frozen=True, slots=True)
class Backtest:
    """Attributes:
    origins: How many values were known, for each forecast.
    errors: By method: actual minus forecast, a row an origin, a column a bucket ahead; NaN where nothing
        has come true yet.
    scale: The mean absolute error of seasonal naive within the series, one bucket ahead.
    """

    origins: tuple[int, ...]
    errors: Mapping[str, Floats]
    scale: float

    def mase(self, method: str) -> float:
        """Mean absolute scaled error (Hyndman and Koehler 2006) over all forecasts."""
        return float(np.nanmean(np.abs(self.errors[method]))) / self.scale

    def by_origin(self, method: str) -> Floats:
        """The mean absolute error of each origin."""
        return np.asarray(np.nanmean(np.abs(self.errors[method]), axis=1), dtype=np.float64)


def origins_of(history: History, horizon: int) -> tuple[int, ...]:
    """Where forecasts are looked back at; none where the series is too short for that."""
    count, season = len(history), history.season
    earliest = max(2 * season, FEWEST_BEFORE)
    if count - earliest < FEWEST_ORIGINS:
        earliest = max(season + 2, FEWEST_BEFORE)
    span = min(max(HORIZONS * horizon, FEWEST_ORIGINS), int(PART * count), count - earliest)
    if span < FEWEST_ORIGINS:
        return ()
    return tuple(int(at) for at in np.unique(np.linspace(count - span, count - 1, ORIGINS).round()))


def run(history: History, horizon: int) -> Backtest | None:
    """All methods over all origins; None where the series is too short."""
    origins = origins_of(history, horizon)
    if not origins:
        return None
    actual = _actual(history.values, origins, horizon)
    forecasts = {
        name: made for name in METHODS if (made := attempt(name, history, origins, horizon)) is not None
    }
    forecasts |= combined(forecasts)
    return Backtest(
        origins,
        {name: actual - made for name, made in forecasts.items()},
        scale_of(history.values, history.season),
    )


def attempt(name: str, history: History, origins: Sequence[int], horizon: int) -> Floats | None:
    """A method's forecasts; None where it has nothing sensible to say about this series."""
    method: Method = METHODS[name]
    try:
        with np.errstate(all="ignore"):
            made = method(history, origins, horizon)
    except (np.linalg.LinAlgError, ValueError, FloatingPointError):
        return None
    largest = float(np.abs(history.values).max()) or 1.0
    if not np.all(np.isfinite(made)) or float(np.abs(made).max()) > WILDEST * largest:
        return None
    return np.maximum(made, 0) if history.is_non_negative else made


def combined(forecasts: Mapping[str, Floats]) -> dict[str, Floats]:
    """The mean of the members that there are, if there are enough (Bates and Granger 1969)."""
    members = [forecasts[name] for name in MEMBERS if name in forecasts]
    return {ENSEMBLE: np.mean(members, axis=0)} if len(members) > 1 else {}


def scale_of(values: Floats, season: int) -> float:
    """The mean absolute change over a season; 1 where nothing changes."""
    return float(np.abs(values[season:] - values[:-season]).mean()) or 1.0


def _actual(values: Floats, origins: Sequence[int], horizon: int) -> Floats:
    padded = np.r_[values, np.full(horizon, np.nan)]
    return np.array([padded[origin : origin + horizon] for origin in origins])
