"""The question behind a forecast: a measure by buckets of time."""

from datetime import datetime
from typing import Any, cast

from claribi.accounts.principal import Principal
from claribi.analysis import roles
from claribi.analysis.queries import TIME, series_of
from claribi.core.errors import FieldProblem, QueryError, ValidationFailed
from claribi.forecasts.models import Forecast
from claribi.forecasts.schemas import NewForecast, buckets
from claribi.query.schemas import Filter, Grain, Measure, ModelQuery, Query
from claribi.query.service import Queries
from claribi.sources.catalog import Column, Table


def measure_of(wanted: NewForecast) -> tuple[Measure, str | None]:
    """The measure that is meant, and of a data source its table."""
    if wanted.measure is not None:
        if wanted.source_type == "data_source" and wanted.table is None:
            raise _problem("table", "a measure of a data source needs its table")
        return wanted.measure, wanted.table
    path = wanted.metric_path or ""
    if wanted.source_type == "model":
        if "." not in path:
            return Measure(metric=path), None
        return Measure(column=path, aggregation=wanted.aggregation), None
    if wanted.table is not None:
        return Measure(column=path, aggregation=wanted.aggregation), wanted.table
    table, _, column = path.partition(".")
    if not column:
        raise _problem("metric_path", "write it as table.column, or name the table")
    return Measure(column=column, aggregation=wanted.aggregation), table


def time_column_of(queries: Queries, caller: Principal, forecast: Forecast) -> str:
    """The table's first column of the role time, else its only one of years; of a model the measure's."""
    measure = Measure.model_validate(forecast.measure)
    if forecast.source_type == "model":
        from claribi.query.modeling.metrics import time_of  # noqa: PLC0415 - sqlglot is slow to import

        bound: Any = queries.subject(caller, ModelQuery(model_id=forecast.source_id, measures=[measure]))
        return time_of(measure, bound)
    catalog: Any = queries.subject(caller, Query(source_id=forecast.source_id, table=forecast.table or ""))
    table: Table = catalog.table(forecast.table or "")
    found = next((column.name for column in table.columns if column.role == "time"), None)
    years = [column.name for column in table.columns if roles.holds_years(column)]
    if found is None and len(years) != 1:
        raise _problem("time_column", f"table {table.name} has no column of time")
    return found or years[0]


def about(forecast: Forecast) -> Query | ModelQuery:
    """A question to what a forecast is of, without what it asks."""
    if forecast.source_type == "model":
        return ModelQuery(model_id=forecast.source_id)
    return Query(source_id=forecast.source_id, table=forecast.table or "")


def is_in_years(queries: Queries, caller: Principal, forecast: Forecast) -> bool:
    """Whether what a forecast is along is a column of years that are whole numbers."""
    found = _column(queries.subject(caller, about(forecast)), forecast)
    return found is not None and roles.holds_years(found)


def _column(subject: Any, forecast: Forecast) -> Column | None:
    """The column that a forecast is along; None where there is none of that name."""
    try:
        if forecast.source_type == "model":
            return None if forecast.time_column == TIME else subject.column(forecast.time_column)
        table: Table = subject.table(forecast.table or "")
    except QueryError:
        return None
    return next((column for column in table.columns if column.name == forecast.time_column), None)


def question_of(queries: Queries, caller: Principal, forecast: Forecast) -> Query | ModelQuery:
    """The measure by bucket, beside the first and last moment that each bucket really holds."""
    time = forecast.time_column
    # Of several tables `time` is no column of its own: there the buckets alone tell what is complete.
    edges = time != TIME or forecast.source_type != "model"
    grain: Grain | None = cast("Grain", forecast.granularity)
    if grain == "year" and is_in_years(queries, caller, forecast):
        # They are buckets as they stand.
        grain = None
    asked: dict[str, Any] = {
        **series_of(Measure.model_validate(forecast.measure), time, grain, edges=edges),
        "filters": [
            *(Filter.model_validate(f) for f in forecast.filters),
            *([] if forecast.source_type == "model" and time == TIME else [_dated(time)]),
        ],
    }
    if forecast.source_type == "model":
        return ModelQuery(model_id=forecast.source_id, **asked)
    return Query(source_id=forecast.source_id, table=forecast.table or "", **asked)


def _dated(time: str) -> Filter:
    return Filter(column=time, operator="is_not_null")


def asked_of(forecast: Forecast, now: datetime) -> dict[str, Any]:
    """What a run needs to know beside the rows, as JSON."""
    grain: Any = forecast.granularity
    return {
        "grain": grain,
        "horizon": buckets(grain, forecast.horizon_days),
        "missing": forecast.missing,
        "today": now.replace(tzinfo=None).isoformat(),
        "holidays": forecast.holidays,
    }


def _problem(field: str, message: str) -> ValidationFailed:
    return ValidationFailed(message, details=[FieldProblem(field, message)])
