"""The questions that the analysis asks. All data come through `Ask`; every total is the engine's."""

from collections.abc import Sequence
from typing import Any, Protocol

from claribi.core.errors import QueryError, QueryTimeout
from claribi.query.schemas import Comparison, Dimension, Filter, Grain, Measure, Period, Query, Result, Sort

ROWS = Measure(aggregation="count", name="number_of_rows")
OLDEST, NEWEST = "oldest_moment", "newest_moment"
# What a series has its buckets and values called.
TIME, VALUE = "time", "value"


class Ask(Protocol):
    """Has a query run. The result's `evidence_id` is set; raises QueryError."""

    def __call__(self, query: Query) -> Result: ...


def with_rows(measures: Sequence[Measure]) -> list[Measure]:
    """The measures beside the number of rows, which tells how much each of them rests on."""
    return [ROWS, *(measure for measure in measures if measure.label != ROWS.label)]


def series_of(measure: Measure, time: str, grain: Grain | None, *, edges: bool = True) -> dict[str, Any]:
    """The measures and dimensions of a series: the measure by bucket of time.

    Args:
        grain: None where the column holds years as whole numbers.
        edges: Whether the first and last moment that each bucket really holds stand beside it.
    """
    measures = [measure.model_copy(update={"name": VALUE})]
    if edges:
        measures.append(Measure(column=time, aggregation="min", name=OLDEST))
        measures.append(Measure(column=time, aggregation="max", name=NEWEST))
    return {"measures": measures, "dimensions": [Dimension(column=time, grain=grain, name=TIME)]}


class Source:
    """One table, asked through one door: every query of it bears the filters."""

    def __init__(
        self,
        ask: Ask,
        source_id: int,
        table: str,
        period: Period | None = None,
        filters: Sequence[Filter] = (),
    ) -> None:
        self.ask, self.source_id, self.table, self.period = ask, source_id, table, period
        self.filters = list(filters)

    def run(self, query: Query) -> Result | None:
        """The answer, or None where the query can't be answered: an odd column costs one finding, not all."""
        try:
            return self.ask(query)
        except (QueryError, QueryTimeout):
            return None

    def totals(
        self,
        measures: Sequence[Measure],
        *,
        by: Sequence[Dimension] = (),
        period: Period | None = None,
        compare: Comparison | None = None,
    ) -> Result | None:
        """The measures, all together or by dimensions, over the period (the source's own unless given)."""
        return self.run(self.query(measures, by=by, period=period, compare=compare))

    def query(
        self,
        measures: Sequence[Measure],
        *,
        by: Sequence[Dimension] = (),
        period: Period | None = None,
        compare: Comparison | None = None,
        sort: Sequence[Sort] = (),
        limit: int | None = None,
    ) -> Query:
        return Query(
            source_id=self.source_id,
            table=self.table,
            measures=list(measures),
            dimensions=list(by),
            filters=self.filters,
            period=period or self.period,
            compare=compare,
            sort=list(sort),
            limit=limit,
        )

    def over_time(
        self, measures: Sequence[Measure], bucket: Dimension, *, period: Period | None = None
    ) -> Result | None:
        """The measures by bucket of time, beside the first and last moment that each bucket really holds."""
        edges = [
            Measure(column=bucket.column, aggregation="min", name=OLDEST),
            Measure(column=bucket.column, aggregation="max", name=NEWEST),
        ]
        return self.totals([*with_rows(measures), *edges], by=[bucket], period=period)
