"""The values of a dimension as columns: one question finds them, another measures each by itself.

So a pivot is nothing that engines would have to know, and runs wherever measures with filters do.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from claribi.core.errors import QueryError
from claribi.query.members import Pivot
from claribi.query.periods import shift
from claribi.query.schemas import Asked, Dimension, Filter, Grain, Measure, Sort

# So many columns are more than anybody reads, and few enough for every engine.
MOST_COLUMNS = 500

AnyAsked = TypeVar("AnyAsked", bound=Asked)


def without(query: AnyAsked) -> AnyAsked:
    """The question with its values in rows."""
    return query.model_copy(update={"pivot": None})


def values_of(query: AnyAsked, pivot: Pivot) -> AnyAsked:
    """What finds the values that become columns; one more than there may be."""
    dimension = _dimension(query, pivot)
    return query.model_copy(
        update={
            "pivot": None,
            "dimensions": [dimension],
            "sort": [Sort(field=dimension.label)],
            "limit": pivot.limit + 1,
        }
    )


def spread(query: AnyAsked, pivot: Pivot, values: Sequence[Any]) -> AnyAsked:
    """The question with a column for each value and measure, metrics resolved.

    Raises:
        QueryError: There are too many.
    """
    dimension = _dimension(query, pivot)
    if len(values) > pivot.limit or len(values) * len(query.measures) > MOST_COLUMNS:
        raise QueryError(
            f"{dimension.label} has too many values for columns: up to {pivot.limit} were asked for, and "
            f"{MOST_COLUMNS} columns are possible. Raise pivot.limit, add a filter, or take a coarser grain"
        )
    measures = [
        _only(measure, _conditions(dimension, value)).model_copy(
            update={"name": _called(pivot, value, measure if len(query.measures) > 1 else None)}
        )
        for value in values
        for measure in query.measures
    ]
    if not measures:
        # No value, no column of it: the measures stand for themselves and have no rows.
        measures = query.measures
    dimensions = [d for d in query.dimensions if d.label != pivot.dimension]
    return query.model_copy(update={"pivot": None, "dimensions": dimensions, "measures": measures})


def _dimension(query: Asked, pivot: Pivot) -> Dimension:
    return next(d for d in query.dimensions if d.label == pivot.dimension)


def _conditions(dimension: Dimension, value: Any) -> list[Filter]:
    """The rows that have the value, or lie within the bucket that begins with it."""
    if value is None:
        return [Filter(column=dimension.column, operator="is_null")]
    if dimension.grain is None:
        plain = _plain(value)
        return [Filter(column=dimension.column, cycle=dimension.cycle, operator="=", value=plain)]
    start, end = _bucket(value, dimension.grain)
    return [
        Filter(column=dimension.column, operator=">=", value=start.isoformat()),
        Filter(column=dimension.column, operator="<", value=end.isoformat()),
    ]


def _bucket(value: date, grain: Grain) -> tuple[datetime, datetime]:
    start = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - stored times carry no zone
    return start, shift(start, 1, grain)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) else str(value)


def _only(measure: Measure, conditions: Sequence[Filter]) -> Measure:
    """The measure of some of the rows."""
    if measure.ratio is not None:
        parts = {
            "numerator": _only(measure.ratio.numerator, conditions),
            "denominator": _only(measure.ratio.denominator, conditions),
        }
        return measure.model_copy(update={"ratio": measure.ratio.model_copy(update=parts)})
    if measure.formula is not None:
        operands = {name: _only(m, conditions) for name, m in measure.formula.measures.items()}
        formula = measure.formula.model_copy(update={"measures": operands})
        return measure.model_copy(update={"formula": formula})
    return measure.model_copy(update={"filters": [*measure.filters, *conditions]})


def _called(pivot: Pivot, value: Any, measure: Measure | None) -> str:
    name = pivot.empty if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return name if measure is None else f"{name}: {measure.label}"
