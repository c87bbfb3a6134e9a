"""Which widgets a new source's dashboard starts with: what an analyst would keep, and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from claribi.analysis.names import capitalised, human, rows_of
from claribi.analysis.profile import (
    GRAINS,
    LATE_START,
    MeasureProfile,
    Profile,
    TimeProfile,
    buckets,
    profile,
)
from claribi.analysis.queries import Ask, Source
from claribi.analysis.texts import text_of
from claribi.charts.spec import ChartType
from claribi.core.clock import utc_now
from claribi.dashboards.layout import WidgetProposal, place
from claribi.query import periods
from claribi.query.schemas import Dimension, Grain, Measure, Period, Query, Sort
from claribi.sources.catalog import Column, Table

MOST, METRICS, DIMENSIONS = 12, 4, 3
TOP = 10
MOST_SERIES = 6
# A grid of more cells can't be read.
MOST_ROWS_OF_GRID, MOST_COLUMNS_OF_GRID = 20, 40
MOST_BUCKETS_OF_AREA = 60
LONG_VALUES = 12
DETAIL_ROWS, DETAIL_COLUMNS = 100, 10
MOST_POINTS = 500
LONGEST_NAME = 180


def propose(table: Table, source_id: int, ask: Ask) -> list[WidgetProposal]:
    """Six to twelve widgets where the table has enough to show; fewer where it has less."""
    if not table.row_count:
        return []
    source = Source(ask, source_id, table.name)
    found = profile(source, table)
    if found.time is not None:
        source.period = found.time.sane
    return place(_Proposer(source, found).all())


class _Proposer:
    def __init__(self, source: Source, found: Profile) -> None:
        self.source, self.profile = source, found
        self.measures = [_named(measure) for measure in found.measures]
        self.dimensions, self.time = found.dimensions, found.time

    def all(self) -> list[WidgetProposal]:
        made: list[WidgetProposal] = []
        builders: Sequence[Callable[[], list[WidgetProposal]]] = (
            self._metrics,
            self._over_time,
            self._by_dimension,
            self._composition,
            self._grid,
            self._scatter,
            self._details,
        )
        for build in builders:
            made += build()
        return _within(made)

    def _metrics(self) -> list[WidgetProposal]:
        latest = self._latest()
        first, last = self.measures[: METRICS - 1], self.measures[METRICS - 1 :][-1:]
        return [self._metric(measure, latest) for measure in first + last]

    def _metric(self, measure: MeasureProfile, latest: Period | None) -> WidgetProposal:
        if latest is None or self.time is None:
            return self._widget("metric", _title(measure), [measure], options=_format(measure))
        when = text_of(latest.start, "date", 0, self.time.compare_grain)
        title = f"{_title(measure)}, {when}"
        query = self.source.query([measure.measure], period=latest, compare="previous_period")
        change = "relative" if measure.nonnegative else "absolute"
        options = {"comparison": True, "change": change, "y": [measure.label], **_format(measure)}
        return WidgetProposal("metric", title, query, options)

    def _latest(self) -> Period | None:
        """The last whole period that has one before it."""
        time = self.time
        if time is None:
            return None
        if time.in_years:
            return self._latest_year(time)
        grain = time.compare_grain
        start = periods.truncate(time.newest, grain)
        late = LATE_START.get(grain, LATE_START["day"])
        if time.newest + late < periods.shift(start, 1, grain):
            start = periods.shift(start, -1, grain)
        before = periods.shift(start, -1, grain)
        if before + late < periods.truncate(time.oldest, "hour") and before < time.oldest - late:
            return None
        return Period(column=time.column, start=start, end=periods.shift(start, 1, grain))

    def _latest_year(self, time: TimeProfile) -> Period | None:
        """The last of years that are whole numbers, where none is left out and it is over for certain."""
        column = next(c for c in self.profile.table.columns if c.name == time.column)
        every = column.distinct == time.newest.year - time.oldest.year + 1
        if not every or time.newest.year >= utc_now().year:
            return None
        return Period(column=time.column, start=time.newest, end=periods.shift(time.newest, 1, "year"))

    def _over_time(self) -> list[WidgetProposal]:
        """The main measure over time, and the next that tells something else."""
        time = self.time
        if time is None:
            return []
        others = [m for m in self.measures[1:] if self._varies(m)]
        others.sort(key=lambda m: m.additive == self.measures[0].additive)
        return [
            self._widget(
                "area" if number == 0 and measure.additive else "line",
                f"{_title(measure)} by {time.grain}",
                [measure],
                by=[_bucket(time, time.grain)],
                options=_format(measure),
            )
            for number, measure in enumerate([self.measures[0], *others[:1]])
        ]

    def _varies(self, measure: MeasureProfile) -> bool:
        """A table with a row for each of the same things every year has as many rows every year."""
        return measure.measure.column is not None or self.time is None or not self.time.in_years

    def _by_dimension(self) -> list[WidgetProposal]:
        """The top values of the best dimensions, each measure in turn."""
        return [
            self._top(self.measures[number % len(self.measures)], dimension)
            for number, dimension in enumerate(self.dimensions[:DIMENSIONS])
        ]

    def _top(self, measure: MeasureProfile, dimension: Column) -> WidgetProposal:
        long = _is_long(dimension)
        name = human(dimension.name)
        several = dimension.distinct > TOP
        title = f"{_title(measure)} by {name}" + (", highest" if several else "")
        return self._widget(
            "bar",
            title,
            [measure],
            by=[Dimension(column=dimension.name)],
            sort=[Sort(field=measure.label, descending=True)],
            limit=TOP,
            options={"horizontal": long, **_format(measure)},
        )

    def _composition(self) -> list[WidgetProposal]:
        """How a whole is made up: over time where there is one, by slices where there are few."""
        whole = next((m for m in self.measures if m.additive and m.nonnegative and self._varies(m)), None)
        parts = next((d for d in self.dimensions if d.distinct <= MOST_SERIES), None)
        if whole is None or parts is None:
            return []
        by = Dimension(column=parts.name)
        title = f"{_title(whole)} by {human(parts.name)}"
        if self.time is None:
            return [self._widget("pie", f"{title}, share", [whole], by=[by], options=_format(whole))]
        grain = coarser(self.time, MOST_BUCKETS_OF_AREA)
        time = _bucket(self.time, grain)
        options = {"x": time.label, "series": by.label, "stacked": True, **_format(whole)}
        return [self._widget("area", f"{title} and {grain}", [whole], by=[time, by], options=options)]

    def _grid(self) -> list[WidgetProposal]:
        """A dimension against time, or against another dimension."""
        rows = [d for d in self.dimensions if 2 < d.distinct <= MOST_ROWS_OF_GRID]  # noqa: PLR2004 - a grid needs rows
        if not rows:
            return []
        measure, first = self.measures[0], rows[0]
        if self.time is not None:
            grain = coarser(self.time, MOST_COLUMNS_OF_GRID)
            across, name = _bucket(self.time, grain), str(grain)
        elif len(rows) > 1:
            across, name = Dimension(column=rows[1].name), human(rows[1].name)
        else:
            return []
        by = [across, Dimension(column=first.name)]
        title = f"{_title(measure)} by {human(first.name)} and {name}"
        options = {"x": across.label, "series": by[1].label, "y": [measure.label], **_format(measure)}
        return [self._widget("heatmap", title, [measure], by=by, options=options)]

    def _scatter(self) -> list[WidgetProposal]:
        """Two measures against each other, a point for each value of the finest readable dimension."""
        pairs = [m for m in self.measures if m.measure.column]
        split = [d for d in self.dimensions if MOST_SERIES < d.distinct <= MOST_POINTS]
        if len(pairs) < 2 or not split:  # noqa: PLR2004 - a pair
            return []
        a, b = pairs[:2]
        dimension = max(split, key=lambda d: d.distinct)
        title = f"{_title(b)} against {a.title} by {human(dimension.name)}"
        by = [Dimension(column=dimension.name)]
        options = {"x": a.label, "y": [b.label]}
        return [self._widget("scatter", title, [a, b], by=by, options=options, limit=MOST_POINTS)]

    def _details(self) -> list[WidgetProposal]:
        """The rows themselves, the newest first."""
        useful = [self.time.column] if self.time else []
        useful += [d.name for d in self.dimensions]
        useful += [m.measure.column for m in self.measures if m.measure.column]
        useful += [c.name for c in self.profile.table.columns]
        columns = list(dict.fromkeys(useful))[:DETAIL_COLUMNS]
        sort = [Sort(field=self.time.column, descending=True)] if self.time else []
        query = Query(
            source_id=self.source.source_id,
            table=self.source.table,
            columns=columns,
            sort=sort,
            limit=DETAIL_ROWS,
        )
        newest = "Newest " if self.time else "First "
        return [WidgetProposal("table", newest + rows_of(self.source.table), query)]

    def _widget(
        self,
        kind: ChartType,
        title: str,
        measures: Sequence[MeasureProfile],
        *,
        by: Sequence[Dimension] = (),
        sort: Sequence[Sort] = (),
        limit: int | None = None,
        options: dict[str, Any] | None = None,
    ) -> WidgetProposal:
        asked: list[Measure] = [measure.measure for measure in measures]
        query = self.source.query(asked, by=by, sort=sort, limit=limit)
        return WidgetProposal(kind, title, query, options or {})


def _within(made: list[WidgetProposal]) -> list[WidgetProposal]:
    """No more than can be taken in: of several bar charts the last ones go first."""
    for widget in [w for w in reversed(made) if w.type == "bar"][: max(len(made) - MOST, 0)]:
        made.remove(widget)
    return made[:MOST]


def _named(measure: MeasureProfile) -> MeasureProfile:
    """The measure under its human title, so that legends and table heads read well."""
    name = _title(measure)[:LONGEST_NAME]
    return replace(measure, measure=measure.measure.model_copy(update={"name": name}), label=name)


def _title(measure: MeasureProfile) -> str:
    return capitalised(measure.title)


def _format(measure: MeasureProfile) -> dict[str, Any]:
    return {"format": "currency", "unit": measure.currency} if measure.currency else {}


def _bucket(time: TimeProfile, grain: Grain) -> Dimension:
    """A bucket of time; of weeks and more only whole ones, since a part of one looks like a fall."""
    whole = grain not in {"hour", "day"} and not time.in_years
    return time.bucket(grain).model_copy(update={"whole": whole})


def _is_long(dimension: Column) -> bool:
    """Whether the names of its values are too long to stand under bars, by those the catalog knows."""
    known = [str(value) for value in (dimension.minimum, dimension.maximum) if value is not None]
    return any(len(value) > LONG_VALUES for value in known)


def coarser(time: TimeProfile, most: int) -> Grain:
    """The finest grain that gives no more than so many buckets."""
    for grain in GRAINS[GRAINS.index(time.grain) :]:
        if buckets(time.oldest, time.newest, grain) <= most:
            return grain
    return "year"
