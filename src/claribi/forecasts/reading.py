"""The history out of the rows of an answer: whole buckets, gaps filled, and what had to be said about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import gcd

import numpy as np
import numpy.typing as npt

from claribi.analysis import series
from claribi.analysis.queries import NEWEST, OLDEST, TIME, VALUE
from claribi.analysis.texts import moment_of
from claribi.core.errors import ValidationFailed
from claribi.forecasts.history import History, season_of
from claribi.query import periods
from claribi.query.schemas import Grain, Result

FEWEST = 4
# Older values than these say little, and cost time.
LONGEST = 3_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Attributes:
    horizon: How many buckets it reaches; fewer values where there is one in several buckets only.
    today: Buckets that end after it are not over yet.
    missing: `zero` or `interpolate`.
    """

    grain: Grain
    horizon: int
    missing: str
    today: datetime
    holidays: Mapping[date, str]


@dataclass(frozen=True, slots=True)
class Read:
    """A history, the evidence's row of each bucket (None: filled in), and what had to be said about it."""

    history: History
    rows: list[int | None]
    points: series.Series
    notes: list[str]


def read(result: Result, asked: Asked) -> Read:
    """The whole buckets of an answer, gaps filled.

    Raises:
        ValidationFailed: There are too few of them to say anything.
    """
    notes: list[str] = []
    count = series.dated_rows(result, TIME)
    if not count:
        raise ValidationFailed("There is nothing to forecast: no row has both a time and a value")
    first, last = _whole(result, count, asked.grain)
    moments = [moment_of(value) for value in result.values(TIME)[:count]]
    whole = last
    while last >= first and periods.shift(moments[last], 1, asked.grain) > asked.today:
        last -= 1
    if whole < count - 1 or last < whole:
        notes.append(f"The last {asked.grain} is not complete yet and was left out")
    if first > 0:
        notes.append(f"The first {asked.grain} is not complete and was left out")
    usable = [row for row in range(first, last + 1) if result.rows[row][result.index(VALUE)] is not None]
    if len(usable) < FEWEST:
        raise ValidationFailed(
            f"A forecast needs at least {FEWEST} complete {asked.grain}s with a value; "
            f"there are {len(usable)}"
        )
    points = series.read(result, time=TIME, column=VALUE, grain=asked.grain, first=first, last=last)
    if len(points) < FEWEST:
        raise ValidationFailed("The values are too large to calculate with")
    return _filled(points, asked, notes)


def _whole(result: Result, count: int, grain: Grain) -> tuple[int, int]:
    """The first and last row that the data fill, as far as the answer tells."""
    if not {OLDEST, NEWEST} <= {column.name for column in result.columns}:
        return 0, count - 1
    return series.whole_range(result, TIME, grain)


def _filled(points: series.Series, asked: Asked, notes: list[str]) -> Read:
    steps = points.steps.round().astype(int)
    stride = _stride(steps, asked.grain)
    if stride > 1:
        steps //= stride
        notes.append(f"There is a value every {stride} {asked.grain}s, and the forecast goes on like that")
    cut = max(int(steps[-1]) + 1 - LONGEST, 0)
    kept = steps >= cut
    count = int(steps[-1]) + 1 - cut
    places = steps[kept] - cut
    values = np.interp(np.arange(count), places, points.values[kept])
    if asked.missing == "zero":
        values = np.zeros(count)
        values[places] = points.values[kept]
    if count > len(places):
        how = "count as 0" if asked.missing == "zero" else "were filled in between their neighbours"
        notes.append(f"{count - len(places):,} {asked.grain}s without a value {how}")
    if cut:
        notes.append(f"Only the newest {LONGEST:,} {asked.grain}s were used")
    rows: list[int | None] = [None] * count
    for place, row in zip(places, np.array(points.rows)[kept], strict=True):
        rows[int(place)] = int(row)
    start = periods.shift(points.moments[0], cut * stride, asked.grain)
    season = season_of(asked.grain, count)
    history = History(values, start, asked.grain, season, asked.holidays, stride)
    return Read(history, rows, points, notes)


def _stride(steps: npt.NDArray[np.int64], grain: Grain) -> int:
    """How many years lie between values that come every so many years; 1 of other grains.

    Years are what is surveyed at a fixed step; a week or month without rows is one without sales.
    """
    return gcd(*(int(step) for step in np.diff(steps))) if grain == "year" else 1
