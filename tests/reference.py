"""The query language in plain Python, as slow and simple as can be: what the compiler has to agree with."""

import ast
import calendar
import math
import operator
import statistics
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from claribi.query.columns import Classes, Computed
from claribi.query.schemas import Calculation, Dimension, Filter, Measure, Query

Row = dict[str, Any]
# What a row is put under that is not of the top values.
OTHER = ""


def answer(query: Query, rows: Sequence[Row], now: datetime) -> list[list[Any]]:
    """The rows of the answer to a query, in order."""
    rows = [computed(query.computed, row) for row in rows]
    kept = [row for row in rows if all(_matches(row, f, rows, now) for f in query.filters)]
    if not query.measures and not query.dimensions:
        names = query.columns or list(rows[0])
        return _cut(query, _ordered(query, names, [[row[n] for n in names] for row in kept]))
    spans = _spans(query)
    if query.period is not None:
        column = query.period.column
        kept = [row for row in kept if any(_in_span(row[column], span) for span in spans)]
    kept = _topped(query, kept, spans)
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in kept:
        groups.setdefault(tuple(_bucket(row, d, query, spans) for d in query.dimensions), []).append(row)
    if not query.dimensions:
        groups.setdefault((), [])
    found = [[*key, *_measured(query, group, spans)] for key, group in groups.items()]
    names = _names(query)
    found = [
        row
        for row in found
        if all(_matches(dict(zip(names, row, strict=True)), f, [], now) for f in query.having)
    ]
    found = _calculated(query, names, found)
    names += [c.label for c in query.calculations]
    lines = _cut(query, _ordered(query, names, found))
    if not query.summary:
        return lines
    named = [dict(zip(names, line, strict=True)) for line in lines]
    return [[_told_together(measure, named, now) for measure in query.summary]]


def _told_together(measure: Measure, lines: list[Row], now: datetime) -> Any:
    if measure.ratio is not None:
        parts = (measure.ratio.numerator, measure.ratio.denominator)
        above, below = (_told_together(part, lines, now) for part in parts)
        return None if above is None or not below else float(above) / float(below)
    kept = [line for line in lines if all(_matches(line, f, [], now) for f in measure.filters)]
    return _measure(measure, kept)


class Label(str):
    """What a class between edges is called; whatever is no such class comes after."""

    __slots__ = ("place",)

    def __lt__(self, other: str) -> bool:
        return self.place < getattr(other, "place", math.inf)

    def __gt__(self, other: str) -> bool:
        return self.place > getattr(other, "place", math.inf)


def computed(columns: Sequence[Computed], row: Row) -> Row:
    """A row with what is computed from it."""
    for column in columns:
        row = row | {column.name: _worked_out(column, row)}
    return row


def _worked_out(column: Computed, row: Row) -> Any:
    if column.classes is not None:
        value = row[column.classes.column]
        return None if value is None else _class(column.classes, value)
    if column.duration is not None:
        start, end = row[column.duration.start], row[column.duration.end]
        one = timedelta(**{f"{column.duration.unit}s": 1})
        return None if start is None or end is None else (_moment(end) - _moment(start)) / one
    return _expressed(column, {name: row[held] for name, held in column.columns.items()})


def _expressed(column: Computed, operands: dict[str, Any]) -> Any:
    if None in operands.values():
        return None
    text, kinds = str(column.expression), {type(value) for value in operands.values()}
    try:
        found = _arithmetic(ast.parse(text, mode="eval").body, operands)
    except ZeroDivisionError:
        return None
    if float in kinds or "*" in text or "/" in text:
        return float(found)
    return int(found) if kinds == {int} else Decimal(found.numerator) / Decimal(found.denominator)


def _arithmetic(node: ast.expr, operands: dict[str, Any]) -> Fraction:
    signs = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
    match node:
        case ast.BinOp(left=left, op=sign, right=right):
            return signs[type(sign)](_arithmetic(left, operands), _arithmetic(right, operands))
        case ast.UnaryOp(operand=operand):
            return -_arithmetic(operand, operands)
        case ast.Name(id=name):
            return Fraction(operands[name])
    return Fraction(str(ast.literal_eval(node)))


def _class(classes: Classes, value: Any) -> Any:
    if classes.width is not None:
        width = Fraction(str(classes.width))
        lower = math.floor(Fraction(value) / width) * width
        return int(lower) if not isinstance(value, float) and width.denominator == 1 else float(lower)
    place = sum(value >= Decimal(str(edge)) for edge in classes.edges or [])
    label = Label(classes.labels()[place])
    label.place = place
    return label


def _topped(query: Query, rows: list[Row], spans: list[tuple[datetime, datetime]]) -> list[Row]:
    """The rows with all but the largest values of a dimension put together, or left out."""
    top = query.top
    if top is None:
        return rows
    column = next(d.column for d in query.dimensions if d.label == top.dimension)
    measure = next(m for m in query.measures if m.label == top.measure)
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    sized = []
    for value, group in groups.items():
        counted = (
            group if not query.compare else [r for r in group if _in_span(r[query.period.column], spans[0])]
        )
        sized.append([value, _measure(measure, counted)])
    sized = _sorted(_sorted(sized, 0, descending=False), 1, descending=not top.ascending)
    named = [value for value, _ in sized[: top.n]]
    if top.other is None:
        return [row for row in rows if row[column] in named]
    return [row if row[column] in named else row | {OTHER: top.other} for row in rows]


def _calculated(query: Query, names: list[str], found: list[list[Any]]) -> list[list[Any]]:
    rows = [dict(zip(names, row, strict=True)) for row in found]
    extra = [[_calculation(c, query, row, rows) for c in query.calculations] for row in rows]
    return [[*row, *more] for row, more in zip(found, extra, strict=True)]


def _calculation(calculation: Calculation, query: Query, row: Row, rows: list[Row]) -> Any:
    if calculation.type in {"share", "rank"}:
        return _beside(calculation, row, rows)
    time = calculation.along or next(d.label for d in query.dimensions if d.grain)
    grain = next(d.grain for d in query.dimensions if d.label == time)
    others = [d.label for d in query.dimensions if d.label != time]
    mine = [r for r in rows if all(r[o] == row[o] for o in others)]
    if calculation.type == "running_total":
        return _running(calculation, mine, time, row[time])
    if row[time] is None:
        return None
    of = (lambda value: value) if grain is None else _moment
    dated = {of(r[time]): r[calculation.measure] for r in mine if r[time] is not None}
    return _along(calculation, dated, of(row[time]), grain, row[calculation.measure])


def _beside(calculation: Calculation, row: Row, rows: list[Row]) -> Any:
    """A share or a rank among the rows that have the same of some dimensions."""
    value = row[calculation.measure]
    beside = [r[calculation.measure] for r in rows if all(r[w] == row[w] for w in calculation.within)]
    filled = [v for v in beside if v is not None]
    if value is None:
        return None
    if calculation.type == "share":
        return float(value) / float(sum(filled)) if sum(filled) else None
    return 1 + sum(v < value if calculation.ascending else v > value for v in filled)


def _along(calculation: Calculation, dated: dict[Any, Any], now: Any, grain: str | None, value: Any) -> Any:
    if calculation.type == "moving_average":
        first = _steps_back(now, calculation.n - 1, grain)
        window = [v for at, v in dated.items() if v is not None and first <= at <= now]
        return float(sum(window)) / len(window) if window else None
    before = dated.get(_steps_back(now, calculation.n, calculation.unit or grain))
    if calculation.type == "previous":
        return before
    change = None if value is None or before is None else value - before
    if calculation.type == "change":
        return change
    return float(change) / abs(float(before)) if change is not None and before else None


def _running(calculation: Calculation, mine: list[Row], time: str, now: date | None) -> Any:
    """The sum so far; rows without a time have none."""
    if now is None:
        return None
    reset = calculation.reset
    so_far = [
        r[calculation.measure]
        for r in mine
        if r[time] is not None
        and r[time] <= now
        and (reset is None or _start(_moment(r[time]), reset) == _start(_moment(now), reset))
    ]
    filled = [v for v in so_far if v is not None]
    return sum(filled) if filled else None


def _names(query: Query) -> list[str]:
    suffixes = ("", "_previous", "_change", "_change_ratio") if query.compare else ("",)
    return [d.label for d in query.dimensions] + [m.label + s for m in query.measures for s in suffixes]


def _spans(query: Query) -> list[tuple[datetime, datetime]]:
    """The period that is asked for, then the one that it is compared with."""
    if query.period is None:
        return []
    start, end = query.period.start, query.period.end
    if query.compare is None:
        return [(start, end)]
    if query.compare == "previous_year":
        return [(start, end), (_back(start, 12), _back(end, 12))]
    if _is_first(start) and _is_first(end):
        months = (end.year - start.year) * 12 + end.month - start.month
        return [(start, end), (_back(start, months), start)]
    return [(start, end), (start - (end - start), start)]


def _is_first(moment: datetime) -> bool:
    return moment.day == 1 and moment.time() == datetime.min.time()


def _back(moment: datetime, months: int) -> datetime:
    return _forward(moment, -months)


def _forward(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)


def _in_span(value: date | None, span: tuple[datetime, datetime]) -> bool:
    return value is not None and span[0] <= _moment(value) < span[1]


def _matches(row: Row, criterion: Filter, rows: Sequence[Row], now: datetime) -> bool:
    value, wanted = row[criterion.column], criterion.value
    if criterion.operator in {"is_null", "is_not_null"}:
        return (value is None) == (criterion.operator == "is_null")
    if value is None:
        return False
    if criterion.operator == "last_n":
        return _is_recent(value, wanted, [r[criterion.column] for r in rows], now)
    if isinstance(value, str) and criterion.operator in {"contains", "starts_with"}:
        text, part = value.lower(), wanted.lower()
        return part in text if criterion.operator == "contains" else text.startswith(part)
    if criterion.other is not None:
        wanted = row[criterion.other]
        if wanted is None:
            return False
    if isinstance(value, date):
        value = _moment(value)
    compare: dict[str, Callable[[Any], bool]] = {
        "=": lambda w: value == w,
        "!=": lambda w: value != w,
        "<": lambda w: value < w,
        "<=": lambda w: value <= w,
        ">": lambda w: value > w,
        ">=": lambda w: value >= w,
        "in": lambda w: value in w,
        "not_in": lambda w: value not in w,
        "between": lambda w: w[0] <= value <= w[1],
    }
    given = [_given(v, value) for v in wanted] if isinstance(wanted, list) else _given(wanted, value)
    return compare[criterion.operator](given)


def _given(wanted: Any, like: Any) -> Any:
    if isinstance(like, datetime):
        return _moment(wanted) if isinstance(wanted, date) else datetime.fromisoformat(wanted)
    return Decimal(str(wanted)) if isinstance(like, Decimal) else wanted


def _is_recent(value: date, wanted: dict[str, Any], column: Iterable[Any], now: datetime) -> bool:
    n, unit = wanted["n"], wanted["unit"]
    if wanted.get("anchor") == "data":
        newest = max((_moment(v) for v in column if v is not None), default=None)
        return newest is not None and _moment(value) >= _steps_back(_start(newest, unit), n - 1, unit)
    start = _start(now, unit)
    return _steps_back(start, n - 1, unit) <= _moment(value) < _steps_back(start, -1, unit)


def _steps_back(moment: Any, n: int, unit: str | None) -> Any:
    if unit is None:
        return moment - n
    months = {"month": 1, "quarter": 3, "year": 12}
    if unit in months:
        return _forward(moment, -n * months[unit])
    return (
        moment - n * {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}[unit]
    )


def _start(moment: datetime, grain: str) -> datetime:
    day = datetime(moment.year, moment.month, moment.day)
    return {
        "hour": day.replace(hour=moment.hour),
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1),
        "year": day.replace(day=1, month=1),
    }[grain]


def _bucket(row: Row, dimension: Dimension, query: Query, spans: list[tuple[datetime, datetime]]) -> Any:
    if query.top is not None and query.top.dimension == dimension.label and OTHER in row:
        return row[OTHER]
    value = row[dimension.column]
    if value is not None and query.compare and query.period and query.period.column == dimension.column:
        value = _moment(value)
        if not _in_span(value, spans[0]):
            value = _onto(value, query, spans)
    if value is None or dimension.grain is None:
        return value
    start = _start(_moment(value), dimension.grain)
    return start if dimension.grain == "hour" else start.date()


def _onto(value: datetime, query: Query, spans: list[tuple[datetime, datetime]]) -> datetime:
    """A moment of the earlier period where it stands in the later one."""
    (start, end), (before, _) = spans
    if query.compare == "previous_year":
        return _forward(value, 12)
    if _is_first(start) and _is_first(end):
        months = (start.year - before.year) * 12 + start.month - before.month
        return _forward(value, months)
    return value + (start - before)


def _measured(query: Query, group: list[Row], spans: list[tuple[datetime, datetime]]) -> list[Any]:
    if query.compare is None or query.period is None:
        return [_measure(m, group) for m in query.measures]
    column = query.period.column
    now, before = ([row for row in group if _in_span(row[column], span)] for span in spans)
    found: list[Any] = []
    for measure in query.measures:
        found += _change(_measure(measure, now), _measure(measure, before))
    return found


def _change(current: Any, previous: Any) -> list[Any]:
    change = None if current is None or previous is None else current - previous
    ratio = None if change is None or previous == 0 else float(change) / abs(float(previous))
    return [current, previous, change, ratio]


def _measure(measure: Measure, group: list[Row]) -> Any:
    if measure.ratio is not None:
        above, below = _measure(measure.ratio.numerator, group), _measure(measure.ratio.denominator, group)
        return None if above is None or not below else float(above) / float(below)
    if measure.column is None:
        return len(group)
    if measure.other is not None:
        return _correlation([(row[measure.column], row[measure.other]) for row in group])
    values = [row[measure.column] for row in group if row[measure.column] is not None]
    if measure.aggregation == "count":
        return len(values)
    if measure.aggregation == "count_distinct":
        return len(set(values))
    return AGGREGATES[str(measure.aggregation)](values) if values else None


def _correlation(pairs: list[tuple[Any, Any]]) -> float | None:
    filled = [pair for pair in pairs if None not in pair]
    ones, others = ([float(pair[side]) for pair in filled] for side in (0, 1))
    if len(set(ones)) < 2 or len(set(others)) < 2:
        return None
    return statistics.correlation(ones, others)


AGGREGATES: dict[str, Callable[[list[Any]], Any]] = {
    "sum": sum,
    "avg": lambda values: float(sum(values)) / len(values),
    "min": min,
    "max": max,
    "median": lambda values: float(statistics.median(values)),
}


def _ordered(query: Query, names: list[str], found: list[list[Any]]) -> list[list[Any]]:
    named = {sort.field for sort in query.sort}
    keys = [(sort.field, sort.descending) for sort in query.sort]
    keys += [(d.label, False) for d in query.dimensions if d.label not in named]
    for name, descending in reversed(keys):
        found = _sorted(found, names.index(name), descending=descending)
    return found


def _sorted(found: list[list[Any]], position: int, *, descending: bool) -> list[list[Any]]:
    filled = [row for row in found if row[position] is not None]
    filled.sort(key=lambda row: row[position], reverse=descending)
    return filled + [row for row in found if row[position] is None]


def _cut(query: Query, found: list[list[Any]]) -> list[list[Any]]:
    return found if query.limit is None else found[: query.limit]
