"""What an analysis rests on: the answers that were gathered, and what each of them is for."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from claribi.analysis import series
from claribi.analysis.arriving import Arriving
from claribi.analysis.profile import MeasureProfile, Profile
from claribi.analysis.texts import moment_of
from claribi.analysis.thresholds import Held
from claribi.query import periods
from claribi.query.schemas import Grain, Measure, Period, Result


@dataclass(frozen=True, slots=True)
class OverTime:
    """Measures by bucket, and the rows from the first whole bucket to the last one.

    Attributes:
        averages: The labels of those measures that do not add up.
    """

    result: Result
    column: str
    grain: Grain
    first: int
    last: int
    averages: frozenset[str] = frozenset()

    def of(self, label: str) -> series.Series:
        found = series.read(
            self.result, time=self.column, column=label, grain=self.grain, first=self.first, last=self.last
        )
        return replace(found, averaged=label in self.averages)

    @property
    def fragments(self) -> tuple[bool, bool]:
        """Whether an incomplete bucket was left out at the beginning, and at the end."""
        return self.first > 0, self.last < series.dated_rows(self.result, self.column) - 1

    def until(self, moment: datetime) -> "OverTime":
        """Without the buckets that reach beyond a moment; with one at least."""
        starts = self.result.values(self.column)[self.first : self.last + 1]
        ends = [periods.shift(moment_of(start), 1, self.grain) for start in starts]
        return replace(self, last=self.first + max(sum(end <= moment for end in ends), 1) - 1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The measures of a period beside those of the period before.

    Attributes:
        row: The period's row in the history; None where it is none of the periods there.
        year_before: The same period beside the one a year before, where the data reach back that far.
    """

    period: Period
    result: Result
    row: int | None
    year_before: Result | None = None


@dataclass(slots=True)
class Gathered:
    """Attributes:
    overview: One row over everything: rows, values in columns with gaps, measures, first and last moment.
    main: The series that are looked at for trends and the like.
    rhythm: Finer series, for cycles only.
    arriving: The newest buckets that are not all there; no series reaches into them.
    periodic: By the periods that are compared.
    history: The periods that the last one, or the chosen one, is held against.
    before: The buckets of the main series of a chosen period, from long before it to its end.
    weekdays: What each day of the week holds of a measure, by label, where periods differ in length.
    held: Each threshold as it was held, and the series that it was held against; None: over all the data.
    quantities: The dimensions that are numbers of something: an average differs by them, a whole has no such
        parts.
    totals, shifts, by_period: By dimension: over everything, both periods side by side, by period.
    there: By dimension, bucket by bucket over all the time, and the series of the same buckets.
    beside: By dimension, bucket by bucket up to the end of the period that is compared.
    """

    profile: Profile
    overview: Result | None = None
    main: OverTime | None = None
    rhythm: list[OverTime] = field(default_factory=list)
    periodic: OverTime | None = None
    arriving: Arriving | None = None
    history: OverTime | None = None
    before: OverTime | None = None
    weekdays: dict[str, tuple[float, ...]] = field(default_factory=dict)
    comparison: Comparison | None = None
    held: list[tuple[Held, OverTime | None]] = field(default_factory=list)
    quantities: set[str] = field(default_factory=set)
    totals: dict[str, Result] = field(default_factory=dict)
    shifts: dict[str, Result] = field(default_factory=dict)
    by_period: dict[str, Result] = field(default_factory=dict)
    there: dict[str, tuple[Result, OverTime]] = field(default_factory=dict)
    beside: dict[str, Result] = field(default_factory=dict)

    @property
    def results(self) -> list[Result]:
        """All answers there are, in the order they were asked."""
        held = (lines for _, lines in self.held)
        lines = (self.main, *self.rhythm, self.periodic, self.history, self.before, *held)
        over_time = [o.result for o in lines if o is not None]
        compared = [self.comparison.result, self.comparison.year_before] if self.comparison else []
        found = [self.overview, *over_time, *compared]
        for by_dimension in (self.totals, self.shifts, self.by_period, self.beside):
            found += by_dimension.values()
        found += (result for result, _ in self.there.values())
        unique = {id(result): result for result in found if result is not None}
        return list(unique.values())


def weight_name(measure: MeasureProfile) -> str:
    """The column with the number of values behind an average."""
    return f"{measure.label}_values"


def weights(profile: Profile) -> list[Measure]:
    return [
        Measure(column=m.measure.column, aggregation="count", name=weight_name(m))
        for m in profile.measures
        if m.measure.aggregation == "avg"
    ]
