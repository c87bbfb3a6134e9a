"""The series behind a question about what comes next, or about what stands out: one number over time."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from claribi.analysis.queries import TIME, series_of
from claribi.ask import answer
from claribi.ask.intent import Intent, NotUnderstood, Split
from claribi.ask.plan import Plan
from claribi.ask.vocabulary import Vocabulary
from claribi.query.schemas import Dimension, Filter, Grain, Measure, ModelQuery, Query

COUNTS = frozenset({"sum", "count", "count_distinct"})


def of_one_number(intent: Intent, grain: Grain, splits: list[Split]) -> Intent:
    """The question about the number over time that such a question stands on.

    Raises:
        NotUnderstood: More is asked for than a series has.
    """
    rows = intent.single or intent.listed or any(one.of for one in intent.above)
    if rows or intent.ranked or intent.share or intent.versus or intent.compares or intent.differs:
        raise NotUnderstood("That is asked of one number over time, without rankings, shares and comparisons")
    return replace(
        intent,
        purpose="answer",
        growth=None,
        pace=None,
        splits=[*splits, Split(None, grain)],
        stretches=[],
        ahead=[],
    )


def grain_of(intent: Intent) -> Grain | None:
    """The grain that a question names."""
    return next((split.grain for split in intent.splits if split.grain is not None), None)


def dimensions_of(intent: Intent) -> list[Split]:
    """What a question is split by beside time."""
    return [split for split in intent.splits if split.cycle or (split.thing and split.thing.kind != "time")]


def question_of(plan: Plan, grain: Grain) -> Query | ModelQuery:
    """The plan's first number by bucket, split as the plan is.

    Raises:
        NotUnderstood: There are several numbers, or the number is bounded.
    """
    query = plan.query
    if len(query.measures) > 1 or query.having or query.calculations:
        raise NotUnderstood("That is asked of one number at a time, without bounds on it")
    time = next(dimension for dimension in query.dimensions if dimension.grain)
    others = [dimension for dimension in query.dimensions if dimension is not time]
    # A model's `time` is no column of its own: there the buckets alone tell what is complete.
    edges = not (isinstance(query, ModelQuery) and time.column == TIME)
    asked = series_of(query.measures[0], time.column, grain, edges=edges)
    dimensions: list[Dimension] = [*others, *asked["dimensions"]]
    dated = [Filter(column=time.column, operator="is_not_null")] if edges else []
    changed: dict[str, Any] = {
        "measures": asked["measures"],
        "dimensions": dimensions,
        "filters": [*query.filters, *dated],
        "sort": [],
        "limit": None,
    }
    return query.model_copy(update=changed)


def missing(measure: Measure) -> str:
    """What a bucket without rows holds: nothing of a sum or a count, something unknown of others."""
    return "zero" if measure.aggregation in COUNTS else "interpolate"


def named(plan: Plan) -> str:
    return answer.called(plan.query.measures[0], plan.query)


def span_of(vocabulary: Vocabulary, table: str) -> timedelta:
    """How long the times of a table reach."""
    thing = vocabulary.time.get(table)
    try:
        column = thing.column if thing else None
        first, last = (date.fromisoformat(str(edge)[:10]) for edge in (column.minimum, column.maximum))  # type: ignore[union-attr]  # caught below
    except (AttributeError, ValueError):
        return timedelta()
    return last - first
