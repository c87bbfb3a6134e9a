"""Looking through a model: does all that it names exist, and do its keys hold?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from claribi.accounts.principal import Principal
from claribi.core.errors import ClaribiError
from claribi.query.modeling.schemas import Join, Metric, Model, ModelTable
from claribi.query.modeling.service import Models
from claribi.query.schemas import Dimension, Filter, Measure, ModelQuery
from claribi.query.service import Queries

if TYPE_CHECKING:
    from claribi.query.modeling.bound import Bound

# A model that is checked need not be stored; nothing looks at this.
NO_ID = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a model, or may be.

    Attributes:
        where: The part of the model: `metrics.revenue`.
        severity: `error`: questions that use it fail.
    """

    severity: Literal["error", "warning"]
    where: str
    message: str


class ModelChecks:
    def __init__(self, models: Models, queries: Queries) -> None:
        self._models = models
        self._queries = queries

    def check(self, caller: Principal, model: Model) -> list[Problem]:
        """All problems of a model; the sources are asked for what only the data can tell.

        Raises:
            ValidationFailed: A table or source is not there at all.
        """
        caller.require("analysis:run")
        bound = self._models.bound(caller, model)
        return [
            *self._columns(bound),
            *(problem for join in model.joins for problem in self._join(bound, join)),
            *self._metrics(bound),
        ]

    def _columns(self, bound: "Bound") -> Iterator[Problem]:
        for table in bound.model.tables:
            for name in [*([table.time] if table.time else []), *(column.name for column in table.columns)]:
                where = f"tables.{table.name}.{name}"
                query = ModelQuery(model_id=NO_ID, columns=[f"{table.name}.{name}"], limit=1)
                yield from self._tried(bound, where, query)
            if table.primary_key:
                yield from self._key(bound, table)

    def _key(self, bound: "Bound", table: ModelTable) -> Iterator[Problem]:
        try:
            if self._queries.is_key(bound, table.name, tuple(table.primary_key)):
                return
            message = f"{' and '.join(table.primary_key)} holds a value several times"
        except ClaribiError as error:
            message = error.message
        yield Problem("error", f"tables.{table.name}.primary_key", message)

    def _join(self, bound: "Bound", join: Join) -> Iterator[Problem]:
        where = f"joins.{join.table}.{join.to}"
        keys = [(join.to, tuple(join.references))]
        if join.cardinality == "one_to_one":
            keys.append((join.table, tuple(join.columns)))
        for table, columns in keys:
            try:
                if self._queries.is_key(bound, table, columns):
                    continue
                message = f"{' and '.join(columns)} of {table} is no key: it holds a value several times"
            except ClaribiError as error:
                message = error.message
            yield Problem("error", where, message)
            return
        try:
            bound.joins.plan(join.table, [join.to])
        except ClaribiError as error:
            yield Problem("error", where, error.message)
            return
        yield from self._orphans(bound, join, where)

    def _orphans(self, bound: "Bound", join: Join, where: str) -> Iterator[Problem]:
        """Rows whose partner is missing are counted under an empty value."""
        query = ModelQuery.model_validate(
            {
                "model_id": NO_ID,
                "measures": [{"aggregation": "count", "table": join.table, "name": "rows"}],
                "filters": [
                    {"column": f"{join.to}.{join.references[0]}", "operator": "is_null"},
                    *({"column": f"{join.table}.{name}", "operator": "is_not_null"} for name in join.columns),
                ],
            }
        )
        try:
            [[count]] = self._queries.run(bound, query).rows
        except ClaribiError as error:
            yield Problem("error", where, error.message)
            return
        if count:
            message = f"{count:,} rows of {join.table} have no partner in {join.to}"
            yield Problem("warning", where, message)

    def _metrics(self, bound: "Bound") -> Iterator[Problem]:
        for metric in bound.model.metrics:
            query = ModelQuery(model_id=NO_ID, measures=[Measure(metric=metric.name)])
            if metric.grain is not None:
                query = query.model_copy(
                    update={"dimensions": [Dimension(column="time", grain=metric.grain)], "limit": 1}
                )
            where = f"metrics.{metric.name}"
            problems = list(self._tried(bound, where, query))
            yield from (problems and self._filters(bound, metric, where)) or problems

    def _filters(self, bound: "Bound", metric: Metric, where: str) -> list[Problem]:
        """Which of a metric's filters are to blame for what is wrong with it; none where it is no filter."""

        def tried(filters: list[Filter], where: str) -> Iterator[Problem]:
            measure = metric.measure.model_copy(update={"filters": filters})
            return self._tried(bound, where, ModelQuery(model_id=NO_ID, measures=[measure]))

        if not metric.filters or any(tried([], where)):
            return []
        return [
            problem
            for place, condition in enumerate(metric.filters)
            for problem in tried([condition], f"{where}.filters.{place}")
        ]

    def _tried(self, bound: "Bound", where: str, query: ModelQuery) -> Iterator[Problem]:
        try:
            self._queries.run(bound, query, max_rows=1)
        except ClaribiError as error:
            yield Problem("error", where, error.message)
