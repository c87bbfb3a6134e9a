"""Tests of significance that allow for autocorrelation, and the correction for having made many."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import special

from claribi.analysis.series import Floats, autocorrelation, long_run_deviation

# The share of false findings among those reported that is accepted.
LEVEL = 0.05
FEWEST_POINTS = 8
FEWEST_IN_GROUP = 3
TWO_SIDED_5_PERCENT = 1.96


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values: reporting those up to q keeps the share of false findings at q.

    Benjamini and Hochberg (1995), Controlling the false discovery rate.
    """
    n = len(p_values)
    order = sorted(range(n), key=lambda i: p_values[i])
    adjusted, lowest = [1.0] * n, 1.0
    for rank in range(n, 0, -1):
        index = order[rank - 1]
        lowest = min(lowest, p_values[index] * n / rank)
        adjusted[index] = lowest
    return adjusted


def ranks(values: Floats) -> Floats:
    """Ranks from 1, ties shared."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[inverse], dtype=np.float64)


def normal_p(z: float) -> float:
    return float(2 * special.ndtr(-abs(z)))


def student_p(t: float, freedom: float) -> float:
    return float(2 * special.stdtr(freedom, -abs(t)))


def student_quantile(p: float, freedom: float) -> float:
    """The distance whose two-sided p-value is `p`."""
    return float(-special.stdtrit(freedom, p / 2))


def mann_kendall(values: Floats) -> float:
    """Two-sided p-value of a monotone trend.

    The variance is widened for autocorrelation as in Hamed and Rao (1998), A modified Mann-Kendall trend
    test for autocorrelated data.
    """
    n = len(values)
    if n < FEWEST_POINTS:
        return 1.0
    later = np.sign(values[None, :] - values[:, None])
    s = float(np.triu(later, 1).sum())
    _, ties = np.unique(values, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    variance *= _widening(values)
    return normal_p((s - math.copysign(1, s)) / math.sqrt(variance)) if s and variance > 0 else 1.0


def _widening(values: Floats) -> float:
    n = len(values)
    lags = min(n // 4, 30)
    steps = np.arange(n)
    slope = float(np.polyfit(steps, values, 1)[0])
    correlations = autocorrelation(ranks(values - slope * steps), lags)
    correlations[np.abs(correlations) < TWO_SIDED_5_PERCENT / math.sqrt(n)] = 0
    k = np.arange(1, lags + 1)
    weights = (n - k) * (n - k - 1) * (n - k - 2)
    return max(1 + 2 / (n * (n - 1) * (n - 2)) * float(weights @ correlations), 1.0)


def kruskal_wallis(
    values: Floats, groups: npt.NDArray[np.int64], *, levelled: bool = False
) -> tuple[float, float]:
    """P-value for a difference between the groups, and its size: the part of the ranks' variance they
    explain (epsilon squared, from 0 to 1).

    Args:
        levelled: The values are what is left of a level over one of each of the k groups. That left-overs
            add up to nothing makes groups differ by k / (k - 1) more than independent values would.
    """
    sizes = np.unique(groups, return_counts=True)[1]
    n, k = len(values), len(sizes)
    if k < 2 or sizes.min() < FEWEST_IN_GROUP:  # noqa: PLR2004 - nothing to compare
        return 1.0, 0.0
    ranked = ranks(values)
    means = [ranked[groups == group].mean() for group in np.unique(groups)]
    between = float(sizes @ (np.array(means) - (n + 1) / 2) ** 2)
    total = float(((ranked - (n + 1) / 2) ** 2).sum())
    if total <= 0:
        return 1.0, 0.0
    h = (n - 1) * between / total
    p_value = float(special.chdtrc(k - 1, h * (k - 1) / k if levelled else h))
    return p_value, max((h - k + 1) / (n - k), 0.0) if n > k else 0.0


def friedman(blocks: Floats) -> float:
    """P-value for a difference between columns that were observed together in each row.

    With the F form of Iman and Davenport (1980), which holds for few rows too.
    """
    n, k = blocks.shape
    if n < FEWEST_IN_GROUP or k < 2:  # noqa: PLR2004 - nothing to compare
        return 1.0
    ranked = np.apply_along_axis(ranks, 1, blocks)
    between = n * float(((ranked.mean(axis=0) - (k + 1) / 2) ** 2).sum())
    total = float(((ranked - (k + 1) / 2) ** 2).sum())
    within = total - between
    if within <= 0:
        return 0.0 if between > 0 else 1.0
    return float(special.fdtrc(k - 1, (n - 1) * (k - 1), (n - 1) * between / within))


def chi_squared_even(counts: Floats) -> float:
    """P-value for counts that would be even but for chance."""
    mean = float(counts.mean()) if len(counts) else 0.0
    if mean <= 0 or len(counts) < 2:  # noqa: PLR2004 - nothing to compare
        return 1.0
    return float(special.chdtrc(len(counts) - 1, float(((counts - mean) ** 2).sum()) / mean))


def level_shift(values: Floats, residuals: Floats) -> float:
    """P-value of a change in the mean at an unknown point: the largest cumulated deviation against the
    supremum of a Brownian bridge (Ploberger and Kramer 1992), autocorrelation counted in.
    """
    n = len(values)
    deviation = long_run_deviation(residuals)
    if n < FEWEST_POINTS or deviation <= 0:
        return 1.0
    largest = float(np.abs(np.cumsum(values - values.mean())).max())
    return float(special.kolmogorov(largest / (deviation * math.sqrt(n))))


def highest_of_many(z: float, turning: float) -> float:
    """P-value of the highest of many standard normal values, either way, each much like its neighbours (the
    bound of Davies 1987, Hypothesis testing when a nuisance parameter is present only under the alternative).

    Args:
        turning: The angles between all neighbours, whose cosines are their correlations, added up.
    """
    return min(1.0, normal_p(z) + turning / math.pi * math.exp(-z * z / 2))


def highest_split(z: float, first: float, last: float) -> float:
    """P-value of the largest standardised difference of the means before and after a moment (James, James
    and Siegmund 1987, Tests for a change-point).

    Args:
        first, last: The parts of all points that lie before the first and after the last of the moments.
    """
    if z <= 1:
        return 1.0
    length = math.log((1 - first) * (1 - last) / (first * last))
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return min(1.0, density * ((z - 1 / z) * length + 4 / z))


def spearman(a: Floats, b: Floats) -> tuple[float, float]:
    """Rank correlation and its p-value for the number of independent points (Bartlett 1946)."""
    n = len(a)
    if n < FEWEST_POINTS or np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0, 1.0
    ranked_a, ranked_b = ranks(a), ranks(b)
    correlation = float(np.corrcoef(ranked_a, ranked_b)[0, 1])
    lags = min(n // 4, 30)
    shared = float(autocorrelation(ranked_a, lags) @ autocorrelation(ranked_b, lags))
    independent = min(max(n / (1 + 2 * max(shared, 0.0)), 4.0), float(n))
    if abs(correlation) >= 1:
        return correlation, 0.0
    t = correlation * math.sqrt((independent - 2) / (1 - correlation**2))
    return correlation, student_p(t, independent - 2)


def next_value(history: Floats, value: float) -> float:
    """P-value of a value under the normal distribution that earlier values came from."""
    n = len(history)
    deviation = float(np.std(history, ddof=1)) if n > 1 else 0.0
    if n < FEWEST_POINTS or deviation <= 0:
        return 1.0
    t = (value - float(history.mean())) / (deviation * math.sqrt(1 + 1 / n))
    return student_p(t, n - 1)


def means_differ(a: Floats, b: Floats) -> float:
    """P-value for a difference of two means, each with the error its autocorrelation leaves."""
    if min(len(a), len(b)) < FEWEST_POINTS:
        return 1.0
    errors = [max(long_run_deviation(x), float(np.std(x))) ** 2 / len(x) for x in (a, b)]
    if sum(errors) <= 0:
        return 1.0
    t = (float(b.mean()) - float(a.mean())) / math.sqrt(sum(errors))
    return student_p(t, min(len(a), len(b)) - 1)
