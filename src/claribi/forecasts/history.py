"""What a forecast is made from: a series without gaps, its grain and its season."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from claribi.query import periods
from claribi.query.schemas import Grain

Floats = npt.NDArray[np.float64]
# How many buckets the shorter season of each grain has; a year's own cycle is the regression's business.
SEASONS: Mapping[Grain, int] = {"hour": 24, "day": 7, "week": 52, "month": 12, "quarter": 4, "year": 1}
# A season is only used where the series shows it this many times.
FEWEST_SEASONS = 2
# Days have a season of a week, and may follow the year all the same.
DAYS_OF_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class History:
    """Attributes:
    values: One a bucket, the oldest first, without gaps.
    start: The beginning of the first bucket.
    season: Buckets after which the series may repeat itself; 1 where it is too short to tell.
    holidays: The names of public holidays by day, those to come included; empty where none are wanted.
    stride: How many of the grain lie between two values: 5 where there is one every fifth year.
    """

    values: Floats
    start: datetime
    grain: Grain
    season: int = 1
    holidays: Mapping[date, str] = field(default_factory=dict)
    stride: int = 1

    def __len__(self) -> int:
        return len(self.values)

    @property
    def is_positive(self) -> bool:
        return bool(np.all(self.values > 0))

    @property
    def is_non_negative(self) -> bool:
        return bool(np.all(self.values >= 0))

    @property
    def unseen(self) -> float:
        """Which part of two years days have not shown yet, from 0 to 1; 0 of other grains."""
        if self.grain != "day":
            return 0.0
        return max(1 - len(self) / (FEWEST_SEASONS * DAYS_OF_A_YEAR), 0.0)

    def moment(self, position: int) -> datetime:
        """The beginning of a bucket, of those to come as well."""
        return periods.shift(self.start, position * self.stride, self.grain)

    def values_in(self, buckets: int) -> int:
        """How many values it takes to reach so many buckets of the grain ahead."""
        return -(-buckets // self.stride)

    def before(self, origin: int) -> "History":
        """What was known when `origin` was the next bucket."""
        return replace(self, values=self.values[:origin])

    def with_values(self, values: Floats) -> "History":
        return replace(self, values=values)


def season_of(grain: Grain, length: int) -> int:
    """The season of a series of this length; 1 where it is too short to show it twice."""
    season = SEASONS[grain]
    return season if length >= FEWEST_SEASONS * season else 1
