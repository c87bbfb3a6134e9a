"""Which buckets lie far off: of the main series, and single days where that is one of weeks or wider."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from claribi.analysis import series as over_time
from claribi.analysis.change_points import ChangePoint
from claribi.analysis.detect_change import relative
from claribi.analysis.findings import Candidate
from claribi.analysis.gathered import Gathered, OverTime
from claribi.analysis.outliers import Outliers, expected_of, find_outliers
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.queries import ROWS
from claribi.analysis.seasonality import find_seasonality, strongest_of
from claribi.analysis.significance import FEWEST_POINTS, LEVEL
from claribi.query import periods
from claribi.query.schemas import Cycle

# More days of one week than these are no single days, and more of all days than this part no exception.
MOST_DAYS, MOST_OF_ALL, ALWAYS_FEW = 2, 0.01, 3


def outliers(
    data: Gathered, measure: MeasureProfile, cycle: Cycle | None, step: ChangePoint | None
) -> Iterator[Candidate]:
    """Args:
    cycle, step: Of the main series, which are told of by themselves.
    """
    if data.main is None:
        return
    row = step.series.rows[step.at] if step is not None else None
    wide = _candidate(data.main, measure, cycle, row)
    narrow = _of_days(data, measure, step)
    if narrow is not None:
        wide, narrow = _once(wide, narrow)
        yield narrow
    yield wide


def _candidate(
    lines: OverTime, measure: MeasureProfile, cycle: Cycle | None, step: int | None, *, alone: bool = False
) -> Candidate:
    series, is_count = lines.of(measure.label), measure.label == ROWS.label
    found = find_outliers(series, cycle, counted=is_count, step=step, alone=alone)
    solid = [p for p in found.points if measure.additive or not _is_thin(lines, series.rows[p])]
    material = bool(solid) and len(solid) == len(found.points)
    return Candidate("outlier", measure, found, _conspicuous(found), found.p_value, material)


def _of_days(data: Gathered, measure: MeasureProfile, step: ChangePoint | None) -> Candidate | None:
    """Single days; those of a week together are the main series' own."""
    days = next((lines for lines in data.rhythm if lines.grain == "day"), None)
    if days is None or data.main is None or data.main.grain == "day":
        return None
    series = days.of(measure.label)
    if len(series) < FEWEST_POINTS or float(np.ptp(series.values)) == 0:
        return None
    cycle = strongest_of(find_seasonality(series))
    row = None if step is None else _same_step(series, cycle, step)
    found = _candidate(days, measure, cycle, row, alone=True)
    is_few = len(found.evidence.points) <= max(ALWAYS_FEW, MOST_OF_ALL * len(series))
    return replace(found, material=found.material and is_few)


def _same_step(days: over_time.Series, cycle: Cycle | None, step: ChangePoint) -> int | None:
    """The row of the day, within a bucket of the step's own, that parts the days best."""
    wide, moment = step.series.grain, step.series.moments[step.at]
    start, end = periods.shift(moment, -1, wide), periods.shift(moment, 2, wide)
    values = over_time.tamed(over_time.adjusted(days, cycle).values)
    near = [i for i, at in enumerate(days.moments) if start <= at < end and i > 0]
    if not near:
        return None
    best = max(near, key=lambda i: (values[i:].mean() - values[:i].mean()) ** 2 * i * (len(values) - i))
    return days.rows[best]


def _once(wide: Candidate, narrow: Candidate) -> tuple[Candidate, Candidate]:
    """A day that makes its week stand out is told as a day, a week of several such days as a week."""
    if not (_is_told(wide) and _is_told(narrow)):
        return wide, narrow
    weeks, days = wide.evidence, narrow.evidence
    grain = weeks.series.grain
    held = Counter(periods.truncate(days.series.moments[point], grain) for point in days.points)
    far = [weeks.series.moments[point] for point in weeks.points]
    if all(0 < held[moment] <= MOST_DAYS for moment in far):
        return replace(wide, material=False), narrow
    if set(held) <= set(far):
        return wide, replace(narrow, material=False)
    return wide, narrow


def _is_told(candidate: Candidate) -> bool:
    return candidate.material and (candidate.p_value or 0.0) <= LEVEL


def _is_thin(lines: OverTime, row: int) -> bool:
    """Whether an average rests on very few rows, where more are usual."""
    counts = lines.result.values(ROWS.label)
    usual = float(np.median(counts[lines.first : lines.last + 1]))
    return bool(counts[row] < max(min(over_time.FEWEST_ROWS, usual), over_time.THIN * usual))


def _conspicuous(found: Outliers) -> float:
    """How much of a finding outliers are: the largest distance from what was expected, relative, up to 1."""
    middle = expected_of(found)
    sizes = (relative(float(found.series.values[p] - middle[p]), float(middle[p])) for p in found.points)
    return min(max(sizes, default=0.0), 1.0)
