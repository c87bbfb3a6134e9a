"""Do two measures move together from bucket to bucket, beyond a trend or a cycle that they share?"""

from dataclasses import dataclass, replace

import numpy as np

from claribi.analysis.series import Floats, Series, expected
from claribi.analysis.significance import spearman
from claribi.query.schemas import Cycle

WEAKEST = 0.5


@dataclass(frozen=True, slots=True)
class Correlation:
    """Attributes: strength: Spearman's rank correlation, -1 to 1."""

    series: Series
    other: Series
    cycle: Cycle | None
    strength: float
    p_value: float

    @property
    def material(self) -> bool:
        return abs(self.strength) >= WEAKEST


def correlated(a: Series, b: Series, cycle: Cycle | None) -> tuple[float, float]:
    """Rank correlation and p-value of what is left of two series without their level and cycle."""
    a, b = _shared(a, b)
    if not len(a):
        return 0.0, 1.0
    return spearman(_left(a, cycle), _left(b, cycle))


def find_correlation(a: Series, b: Series, cycle: Cycle | None) -> Correlation:
    strength, p_value = correlated(a, b, cycle)
    return Correlation(a, b, cycle, strength, p_value)


def _left(series: Series, cycle: Cycle | None) -> Floats:
    return series.values - expected(series, cycle)


def _shared(a: Series, b: Series) -> tuple[Series, Series]:
    """Both series at the buckets that both have a value for."""
    rows = set(a.rows) & set(b.rows)
    return _only(a, rows), _only(b, rows)


def _only(series: Series, rows: set[int]) -> Series:
    keep = [i for i, row in enumerate(series.rows) if row in rows]
    return replace(
        series,
        rows=[series.rows[i] for i in keep],
        moments=[series.moments[i] for i in keep],
        steps=series.steps[np.array(keep, dtype=np.int64)],
        values=series.values[np.array(keep, dtype=np.int64)],
    )
