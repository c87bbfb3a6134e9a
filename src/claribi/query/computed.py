"""Computed columns in SQL: a query that works them out beside the columns of each row stands for the table.

It reads what access rules leave of the table, so that whoever sees a column masked computes with the mask.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query.access import relation
from claribi.query.columns import Classes, Computed, Duration, digits_of, written
from claribi.query.conditions import Parameters, column_in, column_of
from claribi.query.formulas import arithmetic, type_of
from claribi.query.schemas import Query
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES, Column, ColumnType, Table

SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
MICROSECONDS = 1_000_000
BY_LETTERS = frozenset({"<", "<=", ">", ">=", "between", "min", "max"})
# Columns that are made of each other grow fast.
MOST_NODES = 10_000


@dataclass(frozen=True, slots=True)
class Ordered(Column):
    """A column of texts that have an order of their own."""

    values: tuple[str, ...] = ()


def refuse_letters(column: Column, asked: str) -> None:
    """Texts with an order of their own are not compared by their letters."""
    if isinstance(column, Ordered) and asked in BY_LETTERS:
        raise QueryError(f"{asked} is not for the classes of {column.name}; name them by =, !=, in or not_in")


def rows_of(
    queries: Sequence[Query], table: Table, parameters: Parameters
) -> tuple[Table, exp.Table | exp.Subquery]:
    """A table with the columns that the first of these questions computes, and where its rows come from.

    Only what one of them asks for is read there.

    Raises:
        QueryError: A computed column makes no sense.
    """
    seen, computed = relation(table, parameters), queries[0].computed
    made: dict[str, exp.Expr] = {}
    wider = table
    for each in computed:
        column, this = _made(each, wider)
        made[each.name] = _filled(this, made)
        wider = replace(wider, columns=[*wider.columns, column])
    names = [_names(query, wider) for query in queries]
    wanted = [column.name for column in wider.columns if any(column.name in asked for asked in names)]
    if not made.keys() & set(wanted):
        return wider, seen
    outputs = (
        exp.alias_(made[name], name, quoted=True) if name in made else column_of(name) for name in wanted
    )
    alias = exp.TableAlias(this=exp.to_identifier(seen.alias_or_name, quoted=True))
    return wider, exp.Subquery(this=exp.select(*outputs).from_(seen), alias=alias)


def _names(query: Query, table: Table) -> set[str]:
    """The columns that a question speaks of."""
    if not (query.measures or query.dimensions or query.columns):
        return {column.name for column in table.columns}
    leaves = [leaf for measure in query.measures for leaf in measure.leaves()]
    filters = [*query.filters, *(criterion for leaf in leaves for criterion in leaf.filters)]
    names = {d.column for d in query.dimensions}
    names |= {name for leaf in leaves for name in (leaf.column, leaf.other) if name}
    names |= {name for criterion in filters for name in criterion.columns} | set(query.columns)
    return names | {query.period.column} if query.period else names


def _made(computed: Computed, table: Table) -> tuple[Column, exp.Expr]:
    """What a computed column is, and how it is worked out from those of the table."""
    if computed.name.casefold() in {column.name.casefold() for column in table.columns}:
        # Most engines don't tell names apart by their case.
        raise QueryError(
            f"Table {table.name} already has a column {computed.name}; call the computed one otherwise"
        )
    if computed.classes is not None:
        return _class(computed.name, computed.classes, table)
    if computed.duration is not None:
        return Column(computed.name, "float", "measure"), _duration(computed.duration, table)
    kind, this = _arithmetic(computed.expression or "", computed.columns, table)
    return Column(computed.name, kind, "measure"), this


def _filled(this: exp.Expr, made: Mapping[str, exp.Expr]) -> exp.Expr:
    """The expression with computed columns replaced by what they are made of."""
    inner = [column for column in this.find_all(exp.Column) if column.name in made]
    if sum(_size(made[column.name]) for column in inner) + _size(this) > MOST_NODES:
        raise QueryError("Computed columns are made of each other too many times over")

    def filled(node: exp.Expr) -> exp.Expr:
        is_made = isinstance(node, exp.Column) and node.name in made
        return exp.paren(made[node.name].copy()) if is_made else node

    return this.transform(filled) if inner else this


def _size(this: exp.Expr) -> int:
    return sum(1 for _ in this.walk())


def _arithmetic(expression: str, names: Mapping[str, str], table: Table) -> tuple[ColumnType, exp.Expr]:
    """Sums and differences of whole numbers and decimals are exact, everything else is floating."""
    columns = {name: column_in(table, column) for name, column in names.items()}
    for column in columns.values():
        if column.type not in NUMERIC_TYPES:
            raise QueryError(f"An expression needs columns of numbers; {column.name} is {column.type}")
    kinds = {name: column.type for name, column in columns.items()}
    is_exact = type_of(expression, dict.fromkeys(kinds, "integer")) == "integer"
    kind = type_of(expression, kinds) if is_exact else "float"
    is_floating = "float" in kinds.values()

    def operand(column: Column) -> exp.Expr:
        this = column_of(column.name)
        if is_floating:
            return exp.cast(this, "double")
        # Engines add up narrow numbers in as few bits as these have.
        return exp.cast(this, "bigint") if column.type == "integer" else this

    return kind, arithmetic(expression, {name: operand(column) for name, column in columns.items()})


def _duration(duration: Duration, table: Table) -> exp.Expr:
    start, end = (column_in(table, name) for name in (duration.start, duration.end))
    for column in (start, end):
        if column.type not in TIME_TYPES:
            raise QueryError(f"A duration needs date or time columns; {column.name} is {column.type}")
    kind, unit = ("date", "DAY") if {start.type, end.type} == {"date"} else ("timestamp", "MICROSECOND")
    passed = exp.DateDiff(
        this=exp.cast(column_of(end.name), kind),
        expression=exp.cast(column_of(start.name), kind),
        unit=exp.var(unit),
    )
    number: exp.Expr = exp.cast(passed, "double")
    seconds = SECONDS[duration.unit]
    if kind == "timestamp":
        return exp.Div(this=number, expression=_number(seconds * MICROSECONDS))
    return exp.Mul(this=number, expression=_number(SECONDS["day"] // seconds))


def _class(name: str, classes: Classes, table: Table) -> tuple[Column, exp.Expr]:
    column = column_in(table, classes.column)
    if column.type not in NUMERIC_TYPES:
        hint = "; of times take a grain" if column.type in TIME_TYPES else ""
        raise QueryError(f"Classes need a column of numbers; {column.name} is {column.type}{hint}")
    if classes.width is not None:
        is_whole = column.type != "float" and not digits_of(classes.width)
        return Column(name, "integer" if is_whole else "float", "dimension"), _lower(column, classes.width)
    labels, case = classes.labels(), exp.Case()
    for label, edge in zip(labels, classes.edges or [], strict=False):
        case = case.when(
            exp.LT(this=column_of(column.name), expression=_number(edge)), exp.Literal.string(label)
        )
    filled = exp.Not(this=exp.Is(this=column_of(column.name), expression=exp.Null()))
    return Ordered(name, "string", "dimension", values=labels), case.when(
        filled, exp.Literal.string(labels[-1])
    )


def _lower(column: Column, width: float) -> exp.Expr:
    """The lower bound of a number's class: by whole numbers, which are exact, but where it is floating.

    A width of 0.25 is 25 hundredths, and numbers are counted in hundredths as well.
    """
    parts = 10 ** digits_of(width)
    step = int(Decimal(repr(width)) * parts)
    this: exp.Expr = column_of(column.name)
    if column.type == "float":
        this = exp.cast(this, "double")
        if parts > 1:
            # 0.29 times 100 is a little less than 29.
            this = exp.paren(_sum(_times(this, parts), exp.Literal.number("0.000001")))
        return _over(_times(exp.Floor(this=exp.Div(this=this, expression=_number(step))), step), parts)
    if column.type == "integer":
        this = _times(exp.cast(this, "bigint"), parts)
    else:
        this = exp.cast(exp.Floor(this=_times(this, parts)), "bigint")
    # What is left over has the sign of the number.
    left = exp.Mod(this=exp.paren(this), expression=_number(step))
    left = exp.Mod(this=exp.paren(_sum(exp.paren(left), _number(step))), expression=_number(step))
    lower = exp.paren(exp.Sub(this=exp.paren(this.copy()), expression=exp.paren(left)))
    return _over(lower if parts == 1 else exp.cast(lower, "double"), parts)


def _sum(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    return exp.Add(this=one, expression=other)


def _times(this: exp.Expr, factor: int) -> exp.Expr:
    return this if factor == 1 else exp.Mul(this=this, expression=_number(factor))


def _over(this: exp.Expr, parts: int) -> exp.Expr:
    return this if parts == 1 else exp.Div(this=exp.paren(this), expression=_number(parts))


def _number(value: float) -> exp.Expr:
    return exp.Literal.number(written(value))
