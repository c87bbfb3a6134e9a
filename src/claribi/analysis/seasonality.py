"""Does a measure follow the hours, the days of the week or the months?"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claribi.analysis.series import (
    Floats,
    Series,
    candidate_cycles,
    level,
    phases,
    times_shown,
)
from claribi.analysis.significance import LEVEL, kruskal_wallis, student_p
from claribi.query.schemas import Cycle

# A cycle that explains less of the variance, or moves the measure by less, is not worth a sentence; one that
# moves it by as much as the last one is, however much single buckets vary.
WEAKEST = 0.15
SMALLEST_SWING, LARGE_SWING = 0.08, 0.2
# Of an average, whose level may be no measure of it, a cycle that explains so much is worth one by itself.
STRONG = 0.5
FEWEST_PHASES = 4
# What was seen no more often may be something that happened once or twice: it must have repeated itself.
FEW_CYCLES = 6


@dataclass(frozen=True, slots=True)
class Seasonality:
    """Attributes:
    high, low: The phases with the highest and the lowest mean.
    strength: The part of the variance around the level that the cycle explains, 0 to 1.
    """

    series: Series
    cycle: Cycle
    high: int
    low: int
    strength: float
    p_value: float

    @property
    def swing(self) -> float:
        """The distance from the low phase to the high one, against the usual size."""
        size = float(np.mean(np.abs(self.series.values)))
        distance = phase_mean(self.series, self.cycle, self.high) - phase_mean(
            self.series, self.cycle, self.low
        )
        return distance / size if size else 0.0

    @property
    def material(self) -> bool:
        by_itself = float(self.series.values.min()) >= 0 and self.swing >= LARGE_SWING
        if self.series.averaged and self.strength >= STRONG:
            return True
        return by_itself or (self.strength >= WEAKEST and self.swing >= SMALLEST_SWING)


def phase_mean(series: Series, cycle: Cycle, phase: int) -> float:
    chosen = series.values[phases(series, cycle) == phase]
    return float(chosen.mean()) if len(chosen) else float("nan")


def _repeated(values: Floats, place: npt.NDArray[np.int64]) -> float:
    """P-value of the first half's phases being in the order of the second's by chance.

    Whatever wanders slowly, or moves to another level, looks like a cycle that was seen a few times; only a
    cycle repeats itself.
    """
    middle = len(values) // 2
    halves = [_means(values[part], place[part]) for part in (slice(None, middle), slice(middle, None))]
    shared = sorted(halves[0].keys() & halves[1].keys())
    if len(shared) < FEWEST_PHASES:
        return 1.0
    first, second = (np.array([half[phase] for phase in shared]) for half in halves)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 1.0
    likeness = float(np.corrcoef(first, second)[0, 1])
    if likeness >= 1:
        return 0.0
    freedom = len(shared) - 2
    return student_p(likeness * math.sqrt(freedom / (1 - likeness**2)), freedom) if likeness > 0 else 1.0


def _means(values: Floats, place: npt.NDArray[np.int64]) -> dict[int, float]:
    return {int(phase): float(values[place == phase].mean()) for phase in np.unique(place)}


def high_and_low(series: Series, cycle: Cycle) -> tuple[int, int]:
    """The phases with the highest and the lowest mean; of equal ones (but for rounding) the first."""
    present = [int(phase) for phase in np.unique(phases(series, cycle))]
    means = {phase: float(f"{phase_mean(series, cycle, phase):.9g}") for phase in present}
    return max(present, key=means.__getitem__), min(present, key=means.__getitem__)


def find_seasonality(series: Series) -> list[Seasonality]:
    """Each cycle that the series is long enough to show, whether it is there or not."""
    return [of_cycle(series, cycle) for cycle in candidate_cycles(series)]


def strongest_of(found: list[Seasonality]) -> Cycle | None:
    """The cycle that is there and explains most."""
    there = [s for s in found if s.p_value <= LEVEL and s.material]
    return max(there, key=lambda s: s.strength).cycle if there else None


def of_cycle(series: Series, cycle: Cycle) -> Seasonality:
    place, detrended = phases(series, cycle), series.values - level(series, cycle)
    p_value, strength = kruskal_wallis(detrended, place, levelled=True)
    if times_shown(series, cycle) < FEW_CYCLES:
        p_value = max(p_value, _repeated(detrended, place))
    high, low = high_and_low(series, cycle)
    return Seasonality(series, cycle, high, low, strength, p_value)
