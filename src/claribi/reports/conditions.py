"""The filters and thresholds of a report: whether they fit its table, and what filters are called."""

from collections.abc import Mapping, Sequence
from typing import Any

from claribi.accounts.principal import Principal
from claribi.analysis.languages import Language
from claribi.analysis.names import capitalised, human, plural
from claribi.analysis.thresholds import Threshold
from claribi.core.errors import FieldProblem, QueryError
from claribi.query.schemas import Filter, Measure, Query
from claribi.query.service import Queries

FILTERS = "Filters"
FILTERED = (
    "Only rows that meet all of these conditions were looked at; every number in this report is about them."
)
# What comparisons are called everywhere.
SIGNS: Mapping[str, str] = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
QUOTED = "“{value}”"
WORDS: Mapping[str, str] = {
    "in": "{column} is one of {value}",
    "not_in": "{column} is none of {value}",
    "between": "{column} lies between {low} and {high}",
    "contains": "{column} contains {value}",
    "starts_with": "{column} begins with {value}",
    "is_null": "{column} has no value",
    "is_not_null": "{column} has a value",
    "last_n": "{column} lies in the last {n} {unit}, up to today",
}
LAST_OF_DATA = "{column} lies in the last {n} {unit}, up to its newest value"
CYCLES: Mapping[str, str] = {
    "hour_of_day": "hour of the day",
    "day_of_week": "day of the week",
    "month_of_year": "month",
    "quarter_of_year": "quarter",
}
# A reader gets the idea from so many values and letters; the queries in the appendix have all of them.
MOST_VALUES, MOST_LETTERS = 10, 100
MORE = "…"


def check(
    queries: Queries,
    caller: Principal,
    source_id: int,
    table: str,
    filters: Sequence[Filter],
    thresholds: Sequence[Threshold],
) -> None:
    """Refuse a filter or threshold that does not fit the table as the caller may see it.

    Raises:
        QueryError: It names the filter or threshold and says what is wrong with it.
    """
    if not filters and not thresholds:
        return
    about = Query(source_id=source_id, table=table)
    catalog = queries.subject(caller, about)
    parts: list[tuple[str, dict[str, Any]]] = [
        (f"filters.{place}", {"filters": [criterion]}) for place, criterion in enumerate(filters)
    ]
    parts += [
        (f"thresholds.{place}", {"measures": _numbers(threshold)})
        for place, threshold in enumerate(thresholds)
    ]
    for field, part in parts:
        try:
            queries.check(catalog, about.model_copy(update=part))
        except QueryError as error:
            problem = FieldProblem(field, error.message)
            raise QueryError(f"{field.partition('.')[0]}: {error.message}", details=[problem]) from None


def _numbers(threshold: Threshold) -> list[Measure]:
    """What has to be answerable: its measure and, as texts have a largest too, an average beside it."""
    is_any = threshold.column is not None and threshold.aggregation in {"min", "max"}
    return [threshold.measure, *([Measure(column=threshold.column, aggregation="avg")] if is_any else [])]


def in_words(filters: Sequence[Filter], language: Language) -> list[str]:
    """Each condition as a reader is told it; values stay as somebody wrote them."""
    return [_condition(criterion, language) for criterion in filters]


def _condition(criterion: Filter, language: Language) -> str:
    column = capitalised(human(criterion.column))
    if criterion.cycle is not None:
        cycle = CYCLES[criterion.cycle]
        column = f"{column} ({language.cycles.get(cycle, cycle)})"
    value = criterion.value
    if criterion.other is not None:
        return f"{column} {SIGNS[criterion.operator]} {capitalised(human(criterion.other))}"
    if criterion.operator in SIGNS:
        return f"{column} {SIGNS[criterion.operator]} {_value(value, criterion, language)}"
    if criterion.operator == "last_n":
        return _last(column, value, language)
    places: dict[str, str] = {"column": column}
    if criterion.operator == "between":
        places |= dict(zip(("low", "high"), (_value(v, criterion, language) for v in value), strict=True))
    elif criterion.operator not in {"is_null", "is_not_null"}:
        places["value"] = _values(value, criterion, language)
    return language.fixed(WORDS[criterion.operator]).format(**places)


def _last(column: str, value: dict[str, Any], language: Language) -> str:
    pattern = LAST_OF_DATA if value.get("anchor") == "data" else WORDS["last_n"]
    unit = value["unit"]
    said = language.grains.get(unit) or (plural(unit) if value["n"] > 1 else unit)
    return language.fixed(pattern).format(column=column, n=value["n"], unit=said)


def _values(value: Any, criterion: Filter, language: Language) -> str:
    values = value if isinstance(value, list) else [value]
    said = [_value(each, criterion, language) for each in values[:MOST_VALUES]]
    return ", ".join([*said, *([MORE] if len(values) > MOST_VALUES else [])])


def _value(value: Any, criterion: Filter, language: Language) -> str:
    if isinstance(value, bool):
        said = "yes" if value else "no"
        return language.values.get(said, said)
    if not isinstance(value, str):
        return str(value)
    text = language.phase(value) if criterion.cycle else value
    text = text if len(text) <= MOST_LETTERS else text[:MOST_LETTERS] + MORE
    return language.fixed(QUOTED).format(value=text)
