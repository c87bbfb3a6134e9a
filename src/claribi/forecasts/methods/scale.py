"""Whether a series varies in proportion to its level, and is better looked at in logarithms."""

from dataclasses import dataclass

import numpy as np

from claribi.forecasts.history import Floats, History

# The power of the level that the spread grows with, from which on logarithms are taken.
PROPORTIONAL = 0.5
FEWEST_BLOCKS = 4
# A level that moves less than this, as a logarithm, shows no such power.
LEAST_MOVE = 0.2


@dataclass(frozen=True, slots=True)
class Scale:
    logarithmic: bool
    highest: float = np.inf

    def to(self, values: Floats) -> Floats:
        return np.log(values) if self.logarithmic else values

    def back(self, values: Floats) -> Floats:
        # What a logarithm turns into must stay a number, whatever was extrapolated.
        return np.exp(np.minimum(values, self.highest)) if self.logarithmic else values


def scale_of(history: History) -> Scale:
    """Logarithms where the spread of blocks of the series grows with their level (after Guerrero 1993)."""
    if not history.is_positive:
        return Scale(logarithmic=False)
    width = max(history.season, 4)
    blocks = len(history) // width
    if blocks < FEWEST_BLOCKS:
        return Scale(logarithmic=False)
    values = history.values[-blocks * width :].reshape(blocks, width)
    levels, spreads = values.mean(axis=1), values.std(axis=1)
    if np.ptp(np.log(levels)) < LEAST_MOVE or np.any(spreads <= 0):
        return Scale(logarithmic=False)
    power = float(np.polyfit(np.log(levels), np.log(spreads), 1)[0])
    highest = float(np.log(history.values.max())) + np.log(10)
    return Scale(power > PROPORTIONAL, highest)
