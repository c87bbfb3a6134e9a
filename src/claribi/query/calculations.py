"""What is computed from the rows of an answer: filters on measures, running totals, shares, ranks, changes.

Each works on the measured rows as a whole (`WITH … AS`), so it means the same on every engine. Along time it
goes by the calendar and not by the row before: a month without data is a month, not nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query.conditions import Parameters, bucket, condition, interval
from claribi.query.fragments import cte, named_table, with_before
from claribi.query.periods import CIVIL, Calendar
from claribi.query.schemas import Asked, Calculation, Dimension, Filter
from claribi.sources.catalog import NUMERIC_TYPES, Column, ColumnType

HERE, THERE = "here", "there"


@dataclass(frozen=True, slots=True)
class Measured:
    """The measured rows that calculations start from.

    Attributes:
        name: Of the WITH query that holds them.
        types: Of its columns.
    """

    name: str
    types: Mapping[str, ColumnType]
    dimensions: Sequence[Dimension]
    calendar: Calendar = CIVIL

    def dimension(self, label: str) -> Dimension:
        found = next((d for d in self.dimensions if d.label == label), None)
        if found is None:
            raise QueryError(f"The answer has no dimension {label}")
        return found

    def number(self, label: str) -> None:
        if label in {d.label for d in self.dimensions} or label not in self.types:
            raise QueryError(f"The answer has no measure {label}")
        if self.types[label] not in NUMERIC_TYPES:
            raise QueryError(f"Nothing can be calculated from {label}, which is no number")


def calculated(
    measured: exp.Select, query: Asked, rows: Measured, binder: Parameters, now: datetime
) -> exp.Select:
    """The measured rows that `having` lets through, with the calculations beside them."""
    kept = exp.select(exp.Star()).from_(named_table(rows.name))
    for criterion in query.having:
        kept = kept.where(_having(criterion, rows, binder, now))
    passed = f"{rows.name}_kept"
    outputs: list[exp.Expr] = [exp.alias_(_of(HERE, label), label, quoted=True) for label in rows.types]
    for calculation in query.calculations:
        rows.number(calculation.measure)
        expression = CALCULATIONS[calculation.type](calculation, rows, passed)
        outputs.append(exp.alias_(expression, calculation.label, quoted=True))
    return with_before(
        exp.select(*outputs).from_(named_table(passed, HERE)), [cte(rows.name, measured), cte(passed, kept)]
    )


def type_of(calculation: Calculation, types: Mapping[str, ColumnType]) -> ColumnType:
    if calculation.type == "rank":
        return "integer"
    if calculation.type in {"running_total", "change", "previous"}:
        return types.get(calculation.measure, "float")
    return "float"


def _having(criterion: Filter, rows: Measured, binder: Parameters, now: datetime) -> exp.Expr:
    if criterion.column not in rows.types:
        raise QueryError(f"having: the answer has no column {criterion.column}")
    if criterion.operator == "last_n":
        raise QueryError("having takes no last_n; put it into filters")
    column = Column(criterion.column, rows.types[criterion.column], "measure")
    return condition(binder, column, criterion, table=exp.Table(), now=now)


def _running_total(calculation: Calculation, rows: Measured, _kept: str) -> exp.Expr:
    along = _along(calculation, rows)
    time = _of(HERE, along.label)
    # Rows without a time have no place on the way and no total; a partition keeps them apart.
    partition = [*_others(rows, {along.label}), exp.Is(this=time, expression=exp.Null())]
    if calculation.reset is not None:
        partition.append(bucket(time.copy(), calculation.reset, rows.calendar))
    total = exp.Window(
        this=exp.Sum(this=_of(HERE, calculation.measure)),
        partition_by=partition,
        order=exp.Order(expressions=[exp.Ordered(this=time.copy(), nulls_first=True)]),
        spec=exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"),
    )
    return exp.Case().when(exp.Not(this=exp.Is(this=time.copy(), expression=exp.Null())), total)


def _share(calculation: Calculation, rows: Measured, _kept: str) -> exp.Expr:
    within = [rows.dimension(label) for label in calculation.within]
    total = exp.Window(
        this=exp.Sum(this=_of(HERE, calculation.measure)),
        partition_by=[_of(HERE, d.label) for d in within],
    )
    return _ratio(_of(HERE, calculation.measure), total)


def _rank(calculation: Calculation, rows: Measured, _kept: str) -> exp.Expr:
    """1 for the largest; equal values share a rank; rows without a value have none."""
    within = [rows.dimension(label) for label in calculation.within]
    value = _of(HERE, calculation.measure)
    rank = exp.Window(
        this=exp.Rank(),
        partition_by=[_of(HERE, d.label) for d in within],
        order=exp.Order(
            expressions=[exp.Ordered(this=value, desc=not calculation.ascending, nulls_first=False)]
        ),
    )
    return exp.Case().when(exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())), rank)


def _moving_average(calculation: Calculation, rows: Measured, kept: str) -> exp.Expr:
    """Over the n buckets of the calendar that end with this one; those without data don't count."""
    along = _along(calculation, rows)
    here, there = _of(HERE, along.label), _of(THERE, along.label)
    first = exp.Sub(this=here, expression=interval(calculation.n - 1, _grain(along)))
    return _look(
        exp.Avg(this=exp.cast(_of(THERE, calculation.measure), "double")),
        kept,
        exp.GTE(this=there, expression=first),
        exp.LTE(this=there.copy(), expression=here.copy()),
        *_same(rows, {along.label}),
    )


def _previous(calculation: Calculation, rows: Measured, kept: str) -> exp.Expr:
    """The value n buckets of the calendar before; null where that one has none."""
    along = _along(calculation, rows)
    if along.grain == "week" and calculation.unit in {"month", "quarter", "year"}:
        raise QueryError("Weeks don't begin where months or years do; go back 52 of them with n instead")
    before = exp.Sub(
        this=_of(HERE, along.label), expression=interval(calculation.n, calculation.unit or _grain(along))
    )
    return _look(
        exp.Max(this=_of(THERE, calculation.measure)),
        kept,
        exp.EQ(this=_of(THERE, along.label), expression=before),
        *_same(rows, {along.label}),
    )


def _change(calculation: Calculation, rows: Measured, kept: str) -> exp.Expr:
    return exp.paren(
        exp.Sub(this=_of(HERE, calculation.measure), expression=_previous(calculation, rows, kept))
    )


def _change_ratio(calculation: Calculation, rows: Measured, kept: str) -> exp.Expr:
    base = exp.Abs(this=_previous(calculation, rows, kept))
    return _ratio(_change(calculation, rows, kept), base)


CALCULATIONS: Mapping[str, Callable[[Calculation, Measured, str], exp.Expr]] = {
    "running_total": _running_total,
    "moving_average": _moving_average,
    "share": _share,
    "rank": _rank,
    "previous": _previous,
    "change": _change,
    "change_ratio": _change_ratio,
}


def _along(calculation: Calculation, rows: Measured) -> Dimension:
    """The dimension of time that a calculation goes along: the one that is named, or the only one."""
    timed = [d for d in rows.dimensions if d.grain is not None]
    if calculation.along is not None:
        timed = [d for d in timed if d.label == calculation.along]
    if len(timed) != 1:
        raise QueryError(f"{calculation.type} goes along one dimension with a grain; name it in along")
    return timed[0]


def _grain(dimension: Dimension) -> str:
    return str(dimension.grain)


def _others(rows: Measured, without: set[str]) -> list[exp.Expr]:
    return [_of(HERE, d.label) for d in rows.dimensions if d.label not in without]


def _same(rows: Measured, without: set[str]) -> list[exp.Expr]:
    """Both rows have the same dimensions, missing ones being the same as each other."""
    return [
        exp.NullSafeEQ(this=_of(THERE, d.label), expression=_of(HERE, d.label))
        for d in rows.dimensions
        if d.label not in without
    ]


def _look(value: exp.Expr, kept: str, *conditions: exp.Expr) -> exp.Expr:
    """A value from other rows of the answer."""
    return exp.select(value).from_(named_table(kept, THERE)).where(*conditions).subquery()


def _ratio(above: exp.Expr, below: exp.Expr) -> exp.Expr:
    return exp.Div(
        this=exp.cast(above, "double"),
        expression=exp.Nullif(this=exp.cast(below, "double"), expression=exp.Literal.number(0)),
    )


def _of(side: str, label: str) -> exp.Column:
    return exp.column(label, table=side, quoted=True)
