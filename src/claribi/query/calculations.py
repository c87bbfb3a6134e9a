"""What is computed from the rows of an answer: filters on measures, running totals, shares, ranks, changes.

Each works on the measured rows as a whole (`WITH … AS`), so it means the same on every engine. Along time it
goes by the calendar and not by the row before: a month without data is a month, not nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query.conditions import Parameters, bucket, column_of, condition, interval
from claribi.query.fragments import cte, named_table, with_before
from claribi.query.periods import CIVIL, Calendar
from claribi.query.schemas import Asked, Calculation, Dimension, Filter
from claribi.sources.catalog import NUMERIC_TYPES, Column, ColumnType

HERE, THERE = "here", "there"
MOVING_AVERAGE = "moving average"


@dataclass(frozen=True, slots=True)
class Measured:
    """The measured rows that calculations start from.

    Attributes:
        name: Of the WITH query that holds them.
        types: Of its columns.
        ordered: Rows are put in order by more than a column: by what is made of one.
    """

    name: str
    types: Mapping[str, ColumnType]
    dimensions: Sequence[Dimension]
    calendar: Calendar = CIVIL
    ordered: bool = False

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


@dataclass(slots=True)
class Beside:
    """What stands beside each of the rows: other rows of the answer, by joins.

    A query of its own for each row says the same, but some engines (Snowflake, BigQuery) take none that looks
    at the row around it, and others answer it row by row.

    Attributes:
        kept: The WITH query of the rows.
        before: WITH queries that the joins need.
    """

    rows: Measured
    kept: str
    before: list[exp.CTE] = field(default_factory=list)
    joins: list[exp.Join] = field(default_factory=list)

    def joined(self, source: str, time: str, moment: exp.Expr) -> str:
        """The alias of a WITH query of the same dimensions, joined where its time is `moment`."""
        alias = f"beside_{len(self.joins) + 1}"
        same = [exp.EQ(this=_of(alias, time), expression=moment), *_same(self.rows, alias, {time})]
        self.joins.append(exp.Join(this=named_table(source, alias), side="LEFT", on=exp.and_(*same)))
        return alias


def calculated(
    measured: exp.Select, query: Asked, rows: Measured, binder: Parameters, now: datetime
) -> exp.Select:
    """The measured rows that `having` lets through, with the calculations beside them.

    Conditions on calculations hold after these: the best 3 of a rank, not the rank among 3.
    """
    kept = exp.select(exp.Star()).from_(named_table(rows.name))
    computed = {c.label: type_of(c, rows.types) for c in query.calculations}
    later = [criterion for criterion in query.having if criterion.column in computed]
    for criterion in query.having:
        if criterion not in later:
            kept = kept.where(_having(criterion, rows.types, binder, now))
    beside = Beside(rows, f"{rows.name}_kept")
    outputs: list[exp.Expr] = [exp.alias_(_of(HERE, label), label, quoted=True) for label in rows.types]
    for calculation in query.calculations:
        rows.number(calculation.measure)
        expression = CALCULATIONS[calculation.type](calculation, rows, beside)
        outputs.append(exp.alias_(expression, calculation.label, quoted=True))
    selected = exp.select(*outputs).from_(named_table(beside.kept, HERE))
    selected.set("joins", beside.joins)
    before = [cte(rows.name, measured), cte(beside.kept, kept), *beside.before]
    # Of two rows beside each other, only the name of a column tells which is meant where rows are ordered.
    if later or (rows.ordered and beside.joins):
        before.append(cte(f"{rows.name}_calculated", selected))
        selected = exp.select(*(column_of(label) for label in (*rows.types, *computed)))
        selected = selected.from_(named_table(f"{rows.name}_calculated"))
        for criterion in later:
            selected = selected.where(_having(criterion, computed, binder, now))
    return with_before(selected, before)


def changes(name: str, measured: exp.Select, query: Asked) -> exp.Select:
    """Beside each measure and its previous value: their difference, absolute and relative.

    Args:
        name: Of the WITH query that holds the measured rows.
    """
    outputs: list[exp.Expr] = [column_of(d.label) for d in query.dimensions]
    for label in (measure.label for measure in query.measures):
        current, before = column_of(label), column_of(f"{label}_previous")
        change = exp.Sub(this=current.copy(), expression=before.copy())
        base = exp.Nullif(this=exp.Abs(this=before.copy()), expression=exp.Literal.number(0))
        ratio = exp.Div(
            this=exp.cast(exp.paren(change.copy()), "double"), expression=exp.cast(base, "double")
        )
        outputs += [current, before]
        outputs.append(exp.alias_(change, f"{label}_change", quoted=True))
        outputs.append(exp.alias_(ratio, f"{label}_change_ratio", quoted=True))
    return with_before(exp.select(*outputs).from_(named_table(name)), [cte(name, measured)])


def type_of(calculation: Calculation, types: Mapping[str, ColumnType]) -> ColumnType:
    if calculation.type == "rank":
        return "integer"
    if calculation.type in {"running_total", "change", "previous"}:
        return types.get(calculation.measure, "float")
    return "float"


def _having(
    criterion: Filter, types: Mapping[str, ColumnType], binder: Parameters, now: datetime
) -> exp.Expr:
    if criterion.column not in types:
        raise QueryError(f"having: the answer has no column {criterion.column}")
    if criterion.operator == "last_n":
        raise QueryError("having takes no last_n; put it into filters")
    column = Column(criterion.column, types[criterion.column], "measure")
    return condition(binder, column, criterion, table=exp.Table(), now=now)


def _running_total(calculation: Calculation, rows: Measured, _beside: Beside) -> exp.Expr:
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


def _share(calculation: Calculation, rows: Measured, _beside: Beside) -> exp.Expr:
    within = [rows.dimension(label) for label in calculation.within]
    total = exp.Window(
        this=exp.Sum(this=_of(HERE, calculation.measure)),
        partition_by=[_of(HERE, d.label) for d in within],
    )
    return _ratio(_of(HERE, calculation.measure), total)


def _rank(calculation: Calculation, rows: Measured, _beside: Beside) -> exp.Expr:
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


def _moving_average(calculation: Calculation, rows: Measured, beside: Beside) -> exp.Expr:
    """Over the n buckets of the calendar that end with this one; those without data don't count."""
    along = _along(calculation, rows)
    here, there = _of(HERE, along.label), _of(THERE, along.label)
    first = _back(here, calculation.n - 1, along.grain)
    reached = exp.and_(
        exp.GTE(this=there, expression=first),
        exp.LTE(this=there.copy(), expression=here.copy()),
        *_same(rows, THERE, {along.label}),
    )
    keys = [_of(HERE, d.label) for d in rows.dimensions]
    value = exp.Avg(this=exp.cast(_of(THERE, calculation.measure), "double"))
    # No row comes without a time, and each of the others meets itself.
    averages = (
        exp.select(
            *(exp.alias_(key, key.name, quoted=True) for key in keys),
            exp.alias_(value, MOVING_AVERAGE, quoted=True),
        )
        .from_(named_table(beside.kept, HERE))
        .join(named_table(beside.kept, THERE), on=reached)
        .group_by(*(key.copy() for key in keys))
    )
    name = f"{rows.name}_moving_{len(beside.before) + 1}"
    beside.before.append(cte(name, averages))
    return _of(beside.joined(name, along.label, here.copy()), MOVING_AVERAGE)


def _previous(calculation: Calculation, rows: Measured, beside: Beside) -> exp.Expr:
    """The value n buckets of the calendar before; null where that one has none."""
    along = _along(calculation, rows)
    if along.grain == "week" and calculation.unit in {"month", "quarter", "year"}:
        raise QueryError("Weeks don't begin where months or years do; go back 52 of them with n instead")
    before = _back(_of(HERE, along.label), calculation.n, calculation.unit or along.grain)
    return _of(beside.joined(beside.kept, along.label, before), calculation.measure)


def _change(calculation: Calculation, rows: Measured, beside: Beside) -> exp.Expr:
    return exp.paren(
        exp.Sub(this=_of(HERE, calculation.measure), expression=_previous(calculation, rows, beside))
    )


def _change_ratio(calculation: Calculation, rows: Measured, beside: Beside) -> exp.Expr:
    before = _previous(calculation, rows, beside)
    change = exp.paren(exp.Sub(this=_of(HERE, calculation.measure), expression=before))
    return _ratio(change, exp.Abs(this=before.copy()))


CALCULATIONS: Mapping[str, Callable[[Calculation, Measured, Beside], exp.Expr]] = {
    "running_total": _running_total,
    "moving_average": _moving_average,
    "share": _share,
    "rank": _rank,
    "previous": _previous,
    "change": _change,
    "change_ratio": _change_ratio,
}


def _along(calculation: Calculation, rows: Measured) -> Dimension:
    """What a calculation goes along: the time or the whole numbers that are named, or the only time."""
    if calculation.along is None:
        found = [d for d in rows.dimensions if d.grain is not None]
    else:
        found = [d for d in rows.dimensions if d.label == calculation.along and _has_steps(d, rows)]
    if len(found) != 1:
        raise QueryError(
            f"{calculation.type} goes along one dimension with a grain, or of whole numbers; name it in along"
        )
    if found[0].grain is None and (calculation.unit or calculation.reset):
        raise QueryError(f"{found[0].label} is no time, which unit and reset are for")
    return found[0]


def _has_steps(dimension: Dimension, rows: Measured) -> bool:
    """Whether values lie one step apart: buckets of time, or years that are kept as numbers."""
    is_whole = rows.types[dimension.label] == "integer" and dimension.cycle is None
    return dimension.grain is not None or is_whole


def _back(this: exp.Expr, count: int, unit: str | None) -> exp.Expr:
    """So many steps before; of whole numbers, so much less."""
    step = exp.Literal.number(count) if unit is None else interval(count, unit)
    return exp.Sub(this=this, expression=step)


def _others(rows: Measured, without: set[str]) -> list[exp.Expr]:
    return [_of(HERE, d.label) for d in rows.dimensions if d.label not in without]


def _same(rows: Measured, side: str, without: set[str]) -> list[exp.Expr]:
    """Both rows have the same dimensions, missing ones being the same as each other."""
    return [
        exp.NullSafeEQ(this=_of(side, d.label), expression=_of(HERE, d.label))
        for d in rows.dimensions
        if d.label not in without
    ]


def _ratio(above: exp.Expr, below: exp.Expr) -> exp.Expr:
    return exp.Div(
        this=exp.cast(above, "double"),
        expression=exp.Nullif(this=exp.cast(below, "double"), expression=exp.Literal.number(0)),
    )


def _of(side: str, label: str) -> exp.Column:
    return exp.column(label, table=side, quoted=True)
