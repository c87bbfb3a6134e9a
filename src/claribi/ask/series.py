"""The series behind a question about what comes next, or about what stands out: one number over time."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from claribi.analysis.queries import TIME, series_of
from claribi.ask import answer
from claribi.ask.intent import Intent, NotUnderstood, Split
from claribi.ask.plan import Plan, plan_of
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


def is_in_years(intent: Intent, vocabulary: Vocabulary, source_id: int | None) -> bool:
    """Whether the only times of what is asked about are years that are whole numbers."""
    try:
        # A plan writes down what it decides, and this one is thrown away.
        draft = plan_of(of_one_number(deepcopy(intent), "year", []), vocabulary, source_id)
    except NotUnderstood:
        # Why is said of the question itself.
        return False
    return not any(dimension.grain for dimension in draft.query.dimensions)


def grain_of(intent: Intent) -> Grain | None:
    """The grain that a question names."""
    return next((split.grain for split in intent.splits if split.grain is not None), None)


def dimensions_of(intent: Intent) -> list[Split]:
    """What a question is split by beside time."""
    return [split for split in intent.splits if split.cycle or (split.thing and split.thing.kind != "time")]


def question_of(plan: Plan, grain: Grain, *, in_years: bool = False) -> Query | ModelQuery:
    """The plan's first number by bucket, split as the plan is.

    Args:
        in_years: The last dimension is a column of years, which are buckets as they stand.

    Raises:
        NotUnderstood: There are several numbers, or the number is bounded.
    """
    query = plan.query
    if len(query.measures) > 1 or query.having or query.calculations:
        raise NotUnderstood("That is asked of one number at a time, without bounds on it")
    times = query.dimensions[-1:] if in_years else [d for d in query.dimensions if d.grain]
    time = times[0]
    others = [dimension for dimension in query.dimensions if dimension is not time]
    # A model's `time` is no column of its own: there the buckets alone tell what is complete.
    edges = not (isinstance(query, ModelQuery) and time.column == TIME)
    asked = series_of(query.measures[0], time.column, None if in_years else grain, edges=edges)
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


def missing(measure: Measure, *, in_years: bool = False) -> str:
    """What a bucket without rows holds: nothing of a sum or a count, something unknown of others.

    A year without rows is one that nobody counted.
    """
    return "zero" if measure.aggregation in COUNTS and not in_years else "interpolate"


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
