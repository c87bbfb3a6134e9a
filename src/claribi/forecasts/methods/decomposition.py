"""The season taken out of a series, and put back into forecasts (classical decomposition)."""

import math
from dataclasses import dataclass

import numpy as np

from claribi.analysis.series import autocorrelation
from claribi.forecasts.history import Floats, History

# An autocorrelation further off than chance takes it nine times in ten (Fiorucci et al. 2016) is a season.
QUANTILE = 1.645
FEWEST_CYCLES = 3
# A place in the season that is next to nothing can't be divided by.
SMALLEST_PART = 0.01


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Values without their season, and the season itself (0 or 1 everywhere where there is none)."""

    values: Floats
    pattern: Floats
    multiplicative: bool

    def back(self, ahead: Floats) -> Floats:
        """Forecasts with the season in them again."""
        season = len(self.pattern)
        place = (len(self.values) + np.arange(len(ahead))) % season
        return ahead * self.pattern[place] if self.multiplicative else ahead + self.pattern[place]


def adjusted(history: History) -> Adjusted:
    season, values = history.season, history.values
    if season == 1 or not is_seasonal(values, season):
        return Adjusted(values, np.zeros(1), multiplicative=False)
    multiplicative = history.is_positive
    pattern = seasonal_pattern(values, season, multiplicative=multiplicative)
    place = np.arange(len(values)) % season
    if multiplicative and float(pattern.min()) < SMALLEST_PART:
        multiplicative = False
        pattern = seasonal_pattern(values, season, multiplicative=False)
    without = values / pattern[place] if multiplicative else values - pattern[place]
    return Adjusted(without, pattern, multiplicative)


def is_seasonal(values: Floats, season: int) -> bool:
    """Whether values a season apart are more alike than chance would have it."""
    if len(values) < FEWEST_CYCLES * season:
        return False
    found = autocorrelation(values, season)
    limit = QUANTILE * math.sqrt((1 + 2 * float((found[:-1] ** 2).sum())) / len(values))
    return abs(float(found[-1])) > limit


def moving_average(values: Floats, season: int) -> Floats:
    """Centred, over one season; half weights at the ends where the season is even. Shorter by a season."""
    weights = np.full(season, 1 / season) if season % 2 else np.r_[0.5, np.ones(season - 1), 0.5] / season
    return np.asarray(np.convolve(values, weights, mode="valid"), dtype=np.float64)


def seasonal_pattern(values: Floats, season: int, *, multiplicative: bool) -> Floats:
    """How far each place in the season lies off the moving average."""
    level = moving_average(values, season)
    lost = (len(values) - len(level)) // 2
    inside = values[lost : lost + len(level)]
    off = inside / np.where(level == 0, 1, level) if multiplicative else inside - level
    place = (np.arange(len(off)) + lost) % season
    pattern = np.array([off[place == p].mean() for p in range(season)])
    centred = pattern / pattern.mean() if multiplicative else pattern - pattern.mean()
    return np.asarray(centred, dtype=np.float64)
