"""Does a measure follow the hours, the days of the week or the months?"""

from dataclasses import dataclass

import numpy as np

from claribi.analysis.cycles import Cycle
from claribi.analysis.series import Series, candidate_cycles, level, phases
from claribi.analysis.significance import kruskal_wallis

# A cycle that explains less of the variance, or moves the measure by less, is not worth a sentence.
WEAKEST = 0.15
SMALLEST_SWING = 0.05


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
        return self.strength >= WEAKEST and self.swing >= SMALLEST_SWING


def phase_mean(series: Series, cycle: Cycle, phase: int) -> float:
    chosen = series.values[phases(series, cycle) == phase]
    return float(chosen.mean()) if len(chosen) else float("nan")


def high_and_low(series: Series, cycle: Cycle) -> tuple[int, int]:
    """The phases with the highest and the lowest mean; of equal ones (but for rounding) the first."""
    present = [int(phase) for phase in np.unique(phases(series, cycle))]
    means = {phase: float(f"{phase_mean(series, cycle, phase):.9g}") for phase in present}
    return max(present, key=means.__getitem__), min(present, key=means.__getitem__)


def find_seasonality(series: Series) -> list[Seasonality]:
    """Each cycle that the series is long enough to show, whether it is there or not."""
    return [of_cycle(series, cycle) for cycle in candidate_cycles(series)]


def of_cycle(series: Series, cycle: Cycle) -> Seasonality:
    place = phases(series, cycle)
    p_value, strength = kruskal_wallis(series.values - level(series, cycle), place)
    high, low = high_and_low(series, cycle)
    return Seasonality(series, cycle, high, low, strength, p_value)
