"""Did a measure begin to rise or fall at some moment, or change its pace?"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from claribi.analysis.change_points import step_misfit
from claribi.analysis.series import (
    Floats,
    Series,
    adjusted,
    is_large,
    level,
    long_run_deviation,
    spread,
    tamed,
)
from claribi.analysis.significance import highest_of_many
from claribi.analysis.trend import Trend
from claribi.query.schemas import Cycle

# Both pieces have to last so many points, and this part of the series.
SHORTEST, SHORTEST_PART = 8, 0.15
# With fewer points three or four numbers fit any series.
FEWEST_POINTS = 24
# A line that goes by less than this part of what the other one does is as good as level.
LEVEL_BESIDE = 0.2
# Of two slopes one has to be so many times more than the other beyond it, or the other way.
CHANGED_PACE = 1.0

Form = Literal["level_first", "level_last", "both"]


@dataclass(frozen=True, slots=True)
class TrendBreak(Trend):
    """Two lines that meet.

    Attributes:
    at: The point at which they meet.
    before: The slope of the first line; `slope` is that of the second.
    form: Which of the two is level, if any.
    fits_best: Whether they fit better than one line, than two levels and, where both slopes go the same
        way, than a curve, by more than what they have more to choose brings.
    """

    at: int
    before: float
    form: Form
    fits_best: bool

    @property
    def moved(self) -> float:
        """How far the measure stands from where it would be, had it gone on as before."""
        return (self.slope - self.before) * float(self.series.steps[-1] - self.series.steps[self.at])

    @property
    def change(self) -> float:
        """What the line that moves more does from its one end to the other."""
        steps = self.series.steps
        first = self.before * float(steps[self.at])
        last = self.slope * float(steps[-1] - steps[self.at])
        return last if self.form != "level_last" else first

    @property
    def material(self) -> bool:
        middle = self.start + self.before * float(self.series.steps[self.at])
        usual = spread(adjusted(self.series, self.cycle).values - self._lines())
        is_news = abs(self.slope - self.before) >= CHANGED_PACE * min(abs(self.slope), abs(self.before))
        return is_news and all(
            is_large(self.series, size, middle, usual) for size in (self.change, self.moved)
        )

    def _lines(self) -> Floats:
        steps = self.series.steps
        return _lines(steps, float(steps[self.at]), self.start, self.before, self.slope)


def _lines(steps: Floats, knot: float, start: float, before: float, after: float) -> Floats:
    return start + before * np.minimum(steps, knot) + after * np.maximum(steps - knot, 0)


def find_trend_break(series: Series, cycle: Cycle | None) -> TrendBreak | None:
    """The moment at which two lines that meet leave the least squares.

    Of a level and a line, a line and a level, and two lines, the one whose numbers pay for themselves.
    """
    n, steps = len(series), series.steps
    if n < FEWEST_POINTS:
        return None
    values = _tamed(adjusted(series, cycle))
    shortest = max(SHORTEST, int(SHORTEST_PART * n))
    knots = range(shortest, n - shortest)
    if not knots:
        return None
    constant, line = np.ones(n), steps - steps.mean()
    bends = [np.maximum(steps - steps[k], 0) for k in knots]
    shapes: dict[Form, tuple[list[Floats], list[Floats]]] = {
        "level_first": ([constant], bends),
        "level_last": ([constant], [np.minimum(steps, steps[k]) for k in knots]),
        "both": ([constant, line], bends),
    }
    fits = {form: _fit(values, *shape) for form, shape in shapes.items()}
    errors = {
        form: np.where(found.misfits > 0, found.misfits, np.finfo(float).tiny) for form, found in fits.items()
    }
    simples: tuple[Form, Form] = ("level_first", "level_last")
    simple = min(simples, key=lambda form: float(errors[form].min()))
    independent = n / _memory(values - _fitted(values, [constant, line, bends[int(errors["both"].argmin())]]))
    price = math.log(max(independent, math.e)) / independent
    # One number more than the others have.
    form: Form = "both" if errors["both"].min() * math.exp(price) < errors[simple].min() else simple
    place, fitted, before, after = _at_best(values, form, shapes[form], errors[form])
    if form == "both" and _is_level(steps, knots[place], before, after):
        form = simple
        place, fitted, before, after = _at_best(values, form, shapes[form], errors[form])
    misfit = float(((values - fitted) ** 2).sum())
    against_line = misfit * math.exp(price * (3 if form == "both" else 2))
    against_others = misfit * math.exp(price * (1 if form == "both" else 0))
    is_best = against_line < _misfit(values, [constant, line]) and against_others < step_misfit(
        series, values
    )
    if before * after > 0:
        # What goes faster and faster did not begin to at any moment.
        is_best = is_best and against_others < _misfit(values, [constant, line, line**2])
    deviation = long_run_deviation(values - fitted)
    # The bend must be more than chance beside a straight line, and what moves must move.
    bent = _p_value(fits["both"], deviation)
    moving = bent if form == "both" else _p_value(fits[form], deviation)
    return TrendBreak(
        series=series,
        cycle=cycle,
        slope=after,
        start=float(fitted[0]),
        end=float(fitted[-1]),
        p_value=max(bent, moving),
        misfit=misfit,
        at=knots[place],
        before=before,
        form=form,
        fits_best=is_best,
    )


def _at_best(
    values: Floats, form: Form, shape: tuple[list[Floats], list[Floats]], errors: Floats
) -> tuple[int, Floats, float, float]:
    """The place of the best bend, the fitted values, and the slopes before and after it."""
    place = int(errors.argmin())
    matrix = np.column_stack([*shape[0], shape[1][place]])
    numbers = np.linalg.lstsq(matrix, values, rcond=None)[0]
    last = float(numbers[-1])
    slopes = {
        "level_first": (0.0, last),
        "level_last": (last, 0.0),
        "both": (float(numbers[1]), float(numbers[1]) + last),
    }
    return place, np.asarray(matrix @ numbers, dtype=np.float64), *slopes[form]


def _is_level(steps: Floats, knot: int, before: float, after: float) -> bool:
    gone = sorted([abs(before) * float(steps[knot]), abs(after) * float(steps[-1] - steps[knot])])
    return gone[0] < LEVEL_BESIDE * gone[1]


@dataclass(frozen=True, slots=True)
class _Fits:
    """Attributes:
    misfits: Sum of squares that each moment leaves.
    gains: What the bend of each explains, as the root of a sum of squares, with its sign.
    turning: How far the bends of all moments are from being one, in radians one after the other.
    """

    misfits: Floats
    gains: Floats
    turning: float


def _fit(values: Floats, base: list[Floats], bends: list[Floats]) -> _Fits:
    """Each bend beside the base, by what is left of it once the base is taken out."""
    basis = np.linalg.qr(np.column_stack(base))[0]
    left = values - basis @ (basis.T @ values)
    matrix = np.column_stack(bends)
    matrix = matrix - basis @ (basis.T @ matrix)
    matrix /= np.sqrt((matrix**2).sum(axis=0))
    gains = left @ matrix
    likeness = np.clip((matrix[:, 1:] * matrix[:, :-1]).sum(axis=0), -1, 1)
    return _Fits(np.asarray(left @ left - gains**2), np.asarray(gains), float(np.arccos(likeness).sum()))


def _fitted(values: Floats, columns: list[Floats]) -> Floats:
    matrix = np.column_stack(columns)
    return np.asarray(matrix @ np.linalg.lstsq(matrix, values, rcond=None)[0], dtype=np.float64)


def _misfit(values: Floats, columns: list[Floats]) -> float:
    return float(((values - _fitted(values, columns)) ** 2).sum())


def _tamed(series: Series) -> Floats:
    """Single wild values pulled in towards what is around them: a slope leaves the middle of all behind."""
    around = level(series, None)
    return np.asarray(around + tamed(series.values - around), dtype=np.float64)


def _memory(residuals: Floats) -> float:
    """How many values tell as much as one independent one would."""
    plain = float(np.std(residuals))
    return max((long_run_deviation(residuals) / plain) ** 2, 1.0) if plain > 0 else 1.0


def _p_value(found: _Fits, deviation: float) -> float:
    if deviation <= 0:
        return 1.0
    return highest_of_many(float(np.abs(found.gains).max()) / deviation, found.turning)
