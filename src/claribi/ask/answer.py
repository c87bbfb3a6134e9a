"""An answer as people read it: a sentence, the right chart, and what could be asked next."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from claribi.analysis.names import capitalised, human, label_of, plural, rows_of, title_of
from claribi.analysis.texts import text_of
from claribi.ask.measuring import SHARE
from claribi.ask.plan import Plan
from claribi.ask.vocabulary import Vocabulary
from claribi.charts.numbers import style_of
from claribi.charts.spec import ChartSpec, ChartType
from claribi.query.schemas import Asked, Dimension, Measure, ModelQuery, Query, Result
from claribi.sources.catalog import TIME_TYPES

MOST_BARS, MOST_SERIES, LONG_NAMES = 30, 8, 12
MOST_FOLLOW_UPS = 3
# So many dimensions are named in a title.
MOST_NAMED = 3
# Of more columns rows are told by what they are.
MOST_COLUMNS = 6
# So much is told of a single row in words.
MOST_TOLD = 4
EDGES = {"max": "latest", "min": "earliest"}
PERCENT = frozenset({"share", "change_ratio"})
Asking = TypeVar("Asking", bound=Asked)


def as_told(query: Asking) -> Asking:
    """The question as its answer reads: of lines that are told together only what is told of them."""
    if not query.summary:
        return query
    lines: dict[str, object] = {"dimensions": [], "calculations": [], "having": [], "sort": [], "summary": []}
    told = {"measures": query.summary, "top": None, "compare": None}
    return query.model_copy(update=lines | told)


def title(query: Query | ModelQuery) -> str:
    """What the answer is about: `Average price by region`."""
    query = as_told(query)
    if len(query.columns) > MOST_COLUMNS:
        return capitalised(rows_of(_table(query)))
    if query.columns:
        *others, last = (human(name.rpartition(".")[2]) for name in query.columns)
        return capitalised(f"{', '.join(others)} and {last}" if others else last)
    measures = query.measures if len(query.dimensions) <= MOST_NAMED else query.measures[:1]
    named = " and ".join(called(measure, query) for measure in measures) or rows_of(_table(query))
    by = " and ".join(split_by(dimension) for dimension in query.dimensions[:MOST_NAMED])
    return capitalised(f"{named} by {by}" if by else named)


def spec(query: Query | ModelQuery, result: Result) -> ChartSpec:
    """The chart that shows the answer best."""
    query = as_told(query)
    about = title(query)
    if query.columns:
        return ChartSpec(type="table", title=about)
    share = "percent" if any(is_share(m.name) for m in query.measures) else "auto"
    if not query.dimensions:
        several = len(query.measures) > 1
        return ChartSpec(
            type="table" if several else "metric", title=about, comparison=bool(query.compare), format=share
        )
    grains = [d for d in query.dimensions if d.grain]
    others = [d for d in query.dimensions if not d.grain]
    series = others[0].label if grains and others else others[1].label if len(others) > 1 else None
    kind: ChartType = "line" if grains else "bar"
    x = (grains or others)[0].label
    if len(query.dimensions) > 2 or _too_many(result, x, series, is_line=bool(grains)):  # noqa: PLR2004 - x and series
        return ChartSpec(type="table", title=about)
    long = any(len(label_of(value)) > LONG_NAMES for value in result.values(x)) and not grains
    y = [calculation.label for calculation in query.calculations if calculation.type == "share"]
    return ChartSpec(
        type=kind,
        title=about,
        x=x,
        y=y,
        series=series,
        horizontal=long and series is None,
        format="percent" if y else "auto",
    )


def is_share(name: str | None) -> bool:
    """Whether a measure is called a share: `share`, `share of products`."""
    return name is not None and (name == SHARE or name.startswith(f"{SHARE} of "))


def _too_many(result: Result, x: str, series: str | None, *, is_line: bool) -> bool:
    if series is not None and len(set(map(str, result.values(series)))) > MOST_SERIES:
        return True
    return not is_line and len(set(map(str, result.values(x)))) > MOST_BARS


def text(plan: Plan, result: Result) -> str:
    """The answer in a sentence or two; every number in it is a cell of the result."""
    plan = replace(plan, query=as_told(plan.query))
    query = plan.query
    if plan.counted is not None:
        more = " or more" if result.truncated else ""
        return f"Number of different {plural(plan.counted)}{over(query)}: {len(result.rows):,}{more}."
    if not result.rows:
        return "There are no rows for that."
    if not query.dimensions and not query.columns:
        said = "; ".join(_alone(measure, plan, result) for measure in query.measures)
        return f"{capitalised(said)}{over(query)}."
    return _of_lines(plan, result)


def _of_lines(plan: Plan, result: Result) -> str:
    query = plan.query
    if plan.single:
        return _single(plan, result)
    if len(query.dimensions) == 1:
        return _over_time(plan, result) if query.dimensions[0].grain else _ranked(plan, result)
    lines = "1 line" if len(result.rows) == 1 else f"{len(result.rows):,} lines"
    return f"{title(query)}{over(query)}: {lines}."


def _alone(measure: Measure, plan: Plan, result: Result) -> str:
    value = cell(result, measure.label, 0, percent=measure.name in PERCENT or is_share(measure.name))
    said = f"{_called(measure, plan.query, result)}: {value}"
    if not plan.query.compare:
        return said
    before = cell(result, f"{measure.label}_previous", 0)
    change = cell(result, f"{measure.label}_change_ratio", 0, percent=True, sign=True)
    ago = "a year before" if plan.query.compare == "previous_year" else "the period before"
    return f"{said}, after {before} {ago} ({change})"


def _over_time(plan: Plan, result: Result) -> str:
    query = plan.query
    dimension, measure = query.dimensions[0], query.measures[0]
    moments = [text_of(value, "date", 0, dimension.grain) for value in result.values(dimension.label)]
    values = result.values(measure.label)
    known = [place for place, value in enumerate(values) if value is not None]
    if not known:
        return "There are no values for that."
    highest = max(known, key=lambda place: values[place])
    lowest = min(known, key=lambda place: values[place])
    named = capitalised(_called(measure, query, result))
    percent = measure.name in PERCENT or is_share(measure.name)
    if len(known) == 1:
        value = cell(result, measure.label, known[0], percent=percent)
        return f"{named} in {moments[known[0]]}: {value}{_moved(query, result, known[0], dimension.grain)}."
    return (
        f"{named} by {dimension.grain}, from {moments[0]} to {moments[-1]}: highest in {moments[highest]} "
        f"({cell(result, measure.label, highest, percent=percent)}), lowest in {moments[lowest]} "
        f"({cell(result, measure.label, lowest, percent=percent)})."
    )


def _moved(query: Query | ModelQuery, result: Result, row: int, grain: str | None) -> str:
    """By how much it was another than just before, where that was asked for."""
    change = next((one for one in query.calculations if one.type in {"change", "change_ratio"}), None)
    if change is None or result.values(change.label)[row] is None:
        return ""
    by = cell(result, change.label, row, percent=change.type == "change_ratio", sign=True)
    return f", {by} against the {grain} before"


def _single(plan: Plan, result: Result) -> str:
    """What is known of the first row, the most telling first."""
    query = plan.query
    first = query.measures[0]
    said = [f"{capitalised(_called(first, query, result))}: {cell(result, first.label, 0)}"]
    shown = query.dimensions[:MOST_TOLD]
    said += [f"{split_by(one)} {label_of(result.values(one.label)[0])}" for one in shown]
    more = f" And {len(result.rows) - 1:,} more." if len(result.rows) > 1 else ""
    return f"{', '.join(said)}.{more}"


def _ranked(plan: Plan, result: Result) -> str:
    query = plan.query
    dimension, measure = query.dimensions[0], query.measures[0]
    shares = [c.label for c in query.calculations if c.type == "share"]
    shown, percent = (shares[0], True) if shares else (_sorted_by(query) or measure.label, False)
    members = [label_of(value) for value in result.values(dimension.label)]
    percent = percent or shown in PERCENT
    shown_one = next((m for m in query.measures if m.label == shown), measure)
    named = _called(shown_one, query, result)
    if len(members) == 1:
        return f"{members[0]}: {named} {cell(result, shown, 0, percent=percent)}{over(query)}."
    first = [f"{member} ({cell(result, shown, n, percent=percent)})" for n, member in enumerate(members[:3])]
    more = f", and {len(members) - 3:,} more" if len(members) > 3 else ""  # noqa: PLR2004 - those that are told
    share = "share of " if shares else ""
    said = f"{capitalised(share + named)} by {split_by(dimension)}{over(query)}: {', '.join(first)}{more}."
    return said + _together(query, result, shares)


def _together(query: Query | ModelQuery, result: Result, shares: Sequence[str]) -> str:
    """What those that are ranked have of all together."""
    parts = [value for label in shares[:1] for value in result.values(label)]
    is_ranked = bool(shares) and query.limit == len(result.rows)
    if not is_ranked or any(value is None for value in parts):
        return ""
    spec = ChartSpec(type="table", format="percent")
    together = float(sum(parts))
    return f" Together: {style_of(spec, [together]).text(together)}."


def follow_ups(plan: Plan, vocabulary: Vocabulary) -> list[str]:
    """Questions that lead on from this one, each of which can be answered."""
    query = plan.query
    found: list[str] = []
    if not query.measures:
        return found
    about = called(query.measures[0], query)
    used = {dimension.column for dimension in query.dimensions} | {
        c for f in query.filters for c in f.columns
    }
    splits = [
        thing
        for thing in vocabulary.things
        if thing.kind == "dimension" and thing.table == table_of(query, vocabulary) and thing.name not in used
    ]
    usable = [t for t in splits if t.column is not None and 1 < t.column.distinct <= MOST_BARS]
    if query.compare == "previous_period" and plan.purpose == "answer" and not query.dimensions:
        found.append(f"Why did {about} change{over(query)}")
    found += [f"{capitalised(about)} by {thing.title}" for thing in usable[:2]]
    if table_of(query, vocabulary) in vocabulary.time and not any(d.grain for d in query.dimensions):
        found.append(f"{capitalised(about)} by month")
    return found[:MOST_FOLLOW_UPS]


def _table(query: Query | ModelQuery) -> str:
    if isinstance(query, Query):
        return query.table
    named = [*(m.table or (m.column or "").partition(".")[0] for m in query.measures), *query.columns]
    return next(iter(named), "").partition(".")[0]


def table_of(query: Query | ModelQuery, vocabulary: Vocabulary) -> str:
    metric = query.measures[0].metric if query.measures else None
    known = next((t.table for t in vocabulary.things if t.kind == "metric" and t.name == metric), None)
    return known or _table(query)


def called(measure: Measure, query: Query | ModelQuery) -> str:
    """A measure inside a sentence: `total revenue`."""
    if measure.grain is not None:
        return f"number of {measure.grain}s"
    is_worked_out = measure.ratio or measure.formula or measure.aggregation == "corr"
    if measure.name is not None and is_worked_out and measure.name != SHARE:
        return "change" if measure.name == "change_ratio" else measure.name
    if measure.metric is not None:
        return human(measure.metric)
    if measure.ratio is not None:
        return f"share of {called(measure.ratio.denominator, query)}"
    plain = measure.model_copy(
        update={"name": None, "table": None, "column": (measure.column or "").rpartition(".")[2] or None}
    )
    is_named = measure.name is not None and bool(measure.filters) and measure.name != "part"
    # `number of orders (Oslo)`, of several that are told side by side
    return title_of(plain, _table(query)) + (f" ({measure.name})" if is_named else "")


def _called(measure: Measure, query: Query | ModelQuery, result: Result) -> str:
    """As `called`; the highest of times is the latest."""
    name = called(measure, query)
    is_time = any(column.name == measure.label and column.type in TIME_TYPES for column in result.columns)
    if not is_time or measure.name is not None:
        return name
    noun = name.removeprefix("highest ").removeprefix("lowest ")
    return f"{EDGES[measure.aggregation]} {noun}" if measure.aggregation in EDGES else name


def split_by(dimension: Dimension) -> str:
    """A dimension inside a sentence: `month`, `region`."""
    return dimension.grain or human(dimension.cycle or dimension.column.rpartition(".")[2])


def _sorted_by(query: Query | ModelQuery) -> str | None:
    labels = {measure.label for measure in query.measures}
    return next((sort.field for sort in query.sort if sort.field in labels), None)


def cell(result: Result, column: str, row: int, *, percent: bool = False, sign: bool = False) -> str:
    values: Sequence[object] = result.values(column)
    if isinstance(values[row], date):
        moment = values[row]
        is_day = not isinstance(moment, datetime) or moment.time() == datetime.min.time()
        return text_of(moment, "date", 0, "day" if is_day else None)
    spec = ChartSpec(type="table", format="percent" if percent else "auto")
    return style_of(spec, values).text(values[row], sign=sign)


def over(query: Query | ModelQuery) -> str:
    period = query.period
    if period is None:
        return ""
    last = period.end - timedelta(microseconds=1)
    days = [text_of(moment.date(), "date", 0, "day") for moment in (period.start, last)]
    return f" on {days[0]}" if days[0] == days[1] else f" from {days[0]} to {days[1]}"
