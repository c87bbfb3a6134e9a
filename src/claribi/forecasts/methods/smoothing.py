"""Exponential smoothing: level, trend (damped or not) and season (additive or multiplicative).

Every combination of a grid of parameters runs side by side through the series, once; as the recursion looks
back only, that one pass gives the errors and states at every origin. Nothing is searched for, so nothing can
diverge, and the same series give the same numbers to the last digit.

Models after Hyndman, Koehler, Ord and Snyder (2008); combined by Akaike weights after Kolassa (2011).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import numpy.typing as npt

from claribi.forecasts.history import Floats, History

Season = Literal["none", "additive", "multiplicative"]
LEVELS = (0.02, 0.06, 0.12, 0.2, 0.3, 0.42, 0.56, 0.72, 0.9, 0.99)
# As parts of the level's parameter, and with 0 for no trend at all.
TRENDS = (0.03, 0.1, 0.3)
DAMPINGS = (0.8, 0.9, 0.96, 1.0)
# As parts of what the level leaves.
SEASONALS = (0.02, 0.08, 0.2, 0.4)
# Candidates with less weight than this don't count.
LEAST_WEIGHT = 1e-3
SMALLEST = 1e-9


@dataclass(frozen=True, slots=True)
class Grid:
    """Parameters of all candidates of one kind of season, each an array, and how many each has in all."""

    alpha: Floats
    beta: Floats
    phi: Floats
    gamma: Floats
    count: Floats


@dataclass(frozen=True, slots=True)
class State:
    """Level, trend and season (place x candidate) of all candidates before an origin, and their errors."""

    level: Floats
    trend: Floats
    season: Floats
    squares: Floats


def smoothing(history: History, origins: Sequence[int], horizon: int) -> Floats:
    """Forecasts of all candidates by their Akaike weights at each origin."""
    scale = float(np.abs(history.values[: origins[0]]).mean()) or 1.0
    scaled = history.with_values(history.values / scale)
    kinds = _kinds(scaled, origins[0])
    skipped = _skipped(history.season, origins[0])
    # Candidates that run away lose by their errors.
    with np.errstate(over="ignore", invalid="ignore"):
        passes = [(kind, grid, _run(scaled, kind, grid, origins, skipped)) for kind, grid in kinds]
    rows = []
    for origin in origins:
        criteria = [_criterion(states[origin], grid, origin - skipped) for _, grid, states in passes]
        lowest = min(float(c.min()) for c in criteria)
        total, row = 0.0, np.zeros(horizon)
        for (kind, grid, states), criterion in zip(passes, criteria, strict=True):
            weights = np.exp(-(criterion - lowest) / 2)
            kept = np.flatnonzero(weights >= LEAST_WEIGHT)
            if len(kept):
                ahead = _ahead(states[origin], grid, kept, kind, origin, history.season, horizon)
                row += weights[kept] @ ahead
                total += float(weights[kept].sum())
        rows.append(row / total * scale)
    return np.array(rows, dtype=np.float64)


def _kinds(history: History, first: int) -> list[tuple[Season, Grid]]:
    found: list[tuple[Season, Grid]] = [("none", _grid(0))]
    if history.season > 1 and first >= 2 * history.season:
        found.append(("additive", _grid(history.season)))
        if history.is_positive:
            found.append(("multiplicative", _grid(history.season)))
    return found


def _grid(season: int) -> Grid:
    trends = [(0.0, 0.0, 0), *((b, phi, 2 if phi == 1 else 3) for b, phi in product(TRENDS, DAMPINGS))]
    seasonals = SEASONALS if season else (0.0,)
    rows = [
        (alpha, alpha * b, phi, (1 - alpha) * g, 3 + extra + (season + 1 if season else 0))
        for alpha, (b, phi, extra), g in product(LEVELS, trends, seasonals)
    ]
    return Grid(*(np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)))


def _skipped(season: int, first: int) -> int:
    """How many errors at the beginning don't count, as the first states were made from those values."""
    return season if first >= 3 * season else min(2, first - 1)


def _begin(history: History, kind: Season, count: int) -> tuple[float, float, Floats]:
    """The first level, trend and season, from the first values."""
    values, season = history.values, history.season
    if kind == "none":
        width = min(max(season, 4), len(values) - 1, count - 1)
        trend = float(values[width] - values[0]) / width if width > 0 else 0.0
        return float(values[: max(width, 1)].mean()), trend / 2, np.zeros(1)
    first, second = values[:season].mean(), values[season : 2 * season].mean()
    trend = float(second - first) / season
    seasons = min(count // season, 3)
    line = first + trend * (np.arange(seasons * season) - (season - 1) / 2)
    off = values[: seasons * season]
    off = off - line if kind == "additive" else off / np.maximum(line, SMALLEST)
    pattern = off.reshape(seasons, season).mean(axis=0)
    pattern = pattern - pattern.mean() if kind == "additive" else pattern / pattern.mean()
    return float(first - trend * (season + 1) / 2), trend, pattern


def _run(
    history: History, kind: Season, grid: Grid, origins: Sequence[int], skipped: int
) -> Mapping[int, State]:
    values, season = history.values, history.season
    first_level, first_trend, pattern = _begin(history, kind, origins[0])
    level = np.full(len(grid.alpha), first_level)
    moving = grid.beta > 0
    # Without a trend the level starts in the middle of the first season.
    still = first_level + first_trend * (season + 1) / 2 if kind != "none" else first_level
    level[~moving] = still
    trend = np.where(moving, first_trend, 0.0)
    seasonal = np.repeat(pattern[:, None], len(level), axis=1)
    squares = np.zeros(len(level))
    kept: dict[int, State] = {}
    wanted = set(origins)
    for at in range(max(origins) + 1):
        if at in wanted:
            kept[at] = State(level.copy(), trend.copy(), seasonal.copy(), squares.copy())
        if at == len(values):
            break
        carried = grid.phi * trend
        base = level + carried
        place = at % season
        if kind == "multiplicative":
            error = values[at] - base * seasonal[place]
            corrected = error / np.maximum(seasonal[place], SMALLEST)
            seasonal[place] += grid.gamma * error / np.maximum(base, SMALLEST)
        elif kind == "additive":
            error = corrected = values[at] - base - seasonal[place]
            seasonal[place] += grid.gamma * error
        else:
            error = corrected = values[at] - base
        level = base + grid.alpha * corrected
        trend = carried + grid.beta * corrected
        if at >= skipped:
            squares += error * error
    return kept


def _criterion(state: State, grid: Grid, count: int) -> Floats:
    """Akaike's criterion, corrected for short series; infinite where there are too few values to tell."""
    room = count - grid.count - 1
    squares = np.where(np.isfinite(state.squares) & np.isfinite(state.level), state.squares, 1e300)
    fit = count * np.log(np.maximum(squares / max(count, 1), 1e-18))
    full = fit + 2 * grid.count + 2 * grid.count * (grid.count + 1) / np.maximum(room, 1)
    # With too few values for any of them the simplest is the best guess.
    return np.where(room >= 1, full, 1e6 + grid.count)


def _ahead(
    state: State, grid: Grid, kept: npt.NDArray[np.intp], kind: Season, origin: int, season: int, horizon: int
) -> Floats:
    """The forecasts of some candidates, a row each."""
    steps = np.arange(1, horizon + 1)
    damped = np.cumsum(grid.phi[kept][:, None] ** steps, axis=1)
    base = state.level[kept][:, None] + state.trend[kept][:, None] * damped
    if kind == "none":
        return np.asarray(base, dtype=np.float64)
    pattern = state.season[(origin + steps - 1) % season][:, kept].T
    ahead = base + pattern if kind == "additive" else base * pattern
    return np.asarray(ahead, dtype=np.float64)
