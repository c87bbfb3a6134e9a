"""From a `Query` to SQL, by way of a sqlglot expression: no text is ever put together."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query import periods
from claribi.query.access import relation
from claribi.query.calculations import Measured, calculated, changes, type_of
from claribi.query.compiled import Compiled
from claribi.query.computed import Ordered, refuse_letters, rows_of
from claribi.query.conditions import Parameters, bucket, column_in, column_of, condition, interval, within
from claribi.query.correlation import correlation
from claribi.query.cycles import in_cycle, type_of_cycle
from claribi.query.formulas import arithmetic
from claribi.query.formulas import type_of as type_of_formula
from claribi.query.fragments import cte, named_table, only_where, with_before
from claribi.query.members import Top
from claribi.query.ordering import ordered, own_orders, place
from claribi.query.periods import CIVIL, Calendar
from claribi.query.schemas import Aggregation, Asked, Dimension, Filter, Measure, Period, Query
from claribi.query.summaries import as_table
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES, Column, ColumnType, Role, Table

AGGREGATES: dict[Aggregation, type[exp.Expr]] = {
    "sum": exp.Sum,
    "avg": exp.Avg,
    "min": exp.Min,
    "max": exp.Max,
}
TOP_VALUE = "top_value"
NUMERIC_ONLY = frozenset({"sum", "avg", "median", "corr"})


def compile_query(query: Query, table: Table, *, now: datetime) -> Compiled:
    """Compile `query` for `table`.

    Args:
        now: What `last_n` counts back from, in UTC without zone.

    Raises:
        QueryError: A column that isn't there, an aggregation or a value that doesn't fit its column.
    """
    parameters = Parameters()
    table, source = rows_of([query], table, parameters)
    try:
        return Compiler(query, table, now, source=source, parameters=parameters).compile()
    except OverflowError:
        raise QueryError("The period that is compared with begins before the calendar does") from None


class Compiler:
    """Compiles a question about one table, or about what stands for one.

    Args:
        source: Where the rows come from; the table itself when left out.
        before: WITH queries that `source` needs.
        top: The WITH query with the values of the query's `top`; made here when left out.
        parameters: Shared by the parts of one statement.
    """

    def __init__(
        self,
        query: Asked,
        table: Table,
        now: datetime,
        *,
        source: exp.Table | exp.Subquery | None = None,
        before: Sequence[exp.CTE] = (),
        top: exp.CTE | None = None,
        calendar: Calendar = CIVIL,
        parameters: Parameters | None = None,
    ) -> None:
        self.query, self.table, self.now, self.calendar = query, table, now, calendar
        self.parameters = parameters or Parameters()
        self.source = source or relation(table, self.parameters)
        self.before = list(before)
        # No table's own name: a WITH query of that name would stand before the table.
        self.top_name = top.alias if top else f"{table.name}_top"
        self._top = top
        self._orders = own_orders(query, table)

    def compile(self) -> Compiled:
        query = self.query
        if not query.measures and not query.dimensions:
            expression, roles = self._rows()
        else:
            expression, roles = self._aggregate()
        if order := ordered(query, roles, self._orders, self.parameters):
            expression = expression.order_by(*order)
        if query.limit is not None:
            expression = expression.limit(query.limit)
        expression = with_before(expression, self.before)
        rows = Compiled(expression, self.parameters.values, roles, self._types())
        return self._summary(rows) if query.summary else rows

    def _summary(self, rows: Compiled) -> Compiled:
        table, before = as_table(f"{self.table.name}_lines", rows)
        asked, source = Asked(measures=self.query.summary), named_table(table.name)
        return Compiler(
            asked, table, self.now, source=source, before=before, parameters=self.parameters
        ).compile()

    def _column(self, name: str) -> Column:
        return column_in(self.table, name)

    def _rows(self) -> tuple[exp.Select, dict[str, Role]]:
        columns = [self._column(name) for name in self.query.columns] or self.table.columns
        selected = exp.select(*(column_of(column.name) for column in columns)).from_(self.source)
        return self._where(selected), {column.name: column.role for column in columns}

    def _aggregate(self) -> tuple[exp.Select, dict[str, Role]]:
        roles = self._roles()
        if self.query.top:
            self.before.insert(0, self._top or self._top_values(self.query.top))
        selected = self.measured()
        if self.query.compare:
            selected = changes(f"{self.table.name}_measured", selected, self.query)
        elif self.query.calculations or self.query.having or self._orders:
            rows = Measured(
                f"{self.table.name}_measured",
                self.measured_types(),
                self.query.dimensions,
                self.calendar,
                ordered=bool(self._orders),
            )
            selected = calculated(selected, self.query, rows, self.parameters, self.now)
        return selected, roles

    def measured(self) -> exp.Select:
        """The dimensions and measures, before anything is computed from them."""
        dimensions = [exp.alias_(self._dimension(d), d.label, quoted=True) for d in self.query.dimensions]
        measures = [
            exp.alias_(expression, label, quoted=True)
            for measure in self.query.measures
            for label, expression in self._measures(measure)
        ]
        selected = self._where(exp.select(*dimensions, *measures).from_(self.source.copy()))
        return selected.group_by(*(exp.Literal.number(i + 1) for i in range(len(dimensions))))

    def _roles(self) -> dict[str, Role]:
        roles: dict[str, Role] = {}
        for dimension in self.query.dimensions:
            kind = self._column(dimension.column).type
            is_time = kind in TIME_TYPES and dimension.cycle is None
            _add(roles, dimension.label, "time" if is_time else "dimension")
        suffixes = ("", "_previous", "_change", "_change_ratio") if self.query.compare else ("",)
        for measure in self.query.measures:
            for suffix in suffixes:
                _add(roles, measure.label + suffix, "measure")
        for calculation in self.query.calculations:
            _add(roles, calculation.label, "measure")
        return roles

    def _types(self) -> dict[str, ColumnType]:
        query = self.query
        if not query.measures and not query.dimensions:
            return {name: self._column(name).type for name in query.columns} or {
                column.name: column.type for column in self.table.columns
            }
        types = self.measured_types()
        return types | {c.label: type_of(c, types) for c in query.calculations}

    def measured_types(self) -> dict[str, ColumnType]:
        query = self.query
        types: dict[str, ColumnType] = {}
        for dimension in query.dimensions:
            kind = self._column(dimension.column).type
            grain = dimension.grain
            types[dimension.label] = kind if grain is None else "timestamp" if grain == "hour" else "date"
            if dimension.cycle is not None:
                types[dimension.label] = type_of_cycle(dimension.cycle)
            if query.top is not None and query.top.dimension == dimension.label and query.top.other:
                types[dimension.label] = "string"
        for measure in query.measures:
            kind = self._measured(measure)
            for suffix in ("", "_previous", "_change") if query.compare else ("",):
                types[measure.label + suffix] = kind
            if query.compare:
                types[f"{measure.label}_change_ratio"] = "float"
        return types

    def _measured(self, measure: Measure) -> ColumnType:
        if measure.formula is not None:
            operands = {name: self._measured(m) for name, m in measure.formula.measures.items()}
            return type_of_formula(measure.formula.expression, operands)
        if measure.aggregation in {"count", "count_distinct"}:
            return "integer"
        if measure.aggregation in {"sum", "min", "max"}:
            return self._column(measure.column or "").type
        return "float"

    def _dimension(self, dimension: Dimension) -> exp.Expr:
        column = self._column(dimension.column)
        this = self._aligned(column)
        top = self.query.top
        if top is not None and top.dimension == dimension.label:
            return self._or_other(top, self._top_dimension(top), this)
        if dimension.cycle is not None:
            return in_cycle(this, column, dimension.cycle)
        if dimension.grain is None:
            return this
        start = self._bucket(this, column, dimension.grain)
        return start if dimension.grain == "hour" else exp.cast(start, "date")

    def _bucket(self, this: exp.Expr, column: Column, grain: str) -> exp.Expr:
        if column.type not in TIME_TYPES:
            raise QueryError(f"A grain needs a date or time column; {column.name} is {column.type}")
        return bucket(this, grain, self.calendar)

    def _aligned(self, column: Column) -> exp.Expr:
        """The column; in a comparison over time, earlier moments moved onto the period they stand beside."""
        this, period = column_of(column.name), self.query.period
        if not (self.query.compare and period and period.column == column.name):
            return this
        step = periods.step_back(period.start, period.end, self.query.compare)
        current = self._within(period.start, period.end, period)
        if column.type == "integer" and not isinstance(step, timedelta):
            later = exp.Add(this=this, expression=exp.Literal.number(step[0] // periods.MONTHS["year"]))
            return exp.Case().when(current, this.copy()).else_(later)
        span = (
            interval(int(step.total_seconds()), "second")
            if isinstance(step, timedelta)
            else interval(step[0], step[1])
        )
        return (
            exp.Case().when(current, exp.cast(this, "timestamp")).else_(exp.Add(this=this, expression=span))
        )

    def _within(self, start: datetime, end: datetime, period: Period) -> exp.Expr:
        return within(self.parameters, self._column(period.column), start, end)

    def _spans(self) -> Iterator[tuple[str, exp.Expr | None]]:
        """Suffix and condition for each stretch of time that the measures are computed over."""
        period, compare = self.query.period, self.query.compare
        if period is None or compare is None:
            yield "", None
            return
        yield "", self._within(period.start, period.end, period)
        yield "_previous", self._within(*periods.previous(period.start, period.end, compare), period)

    def _measures(self, measure: Measure) -> Iterator[tuple[str, exp.Expr]]:
        for suffix, only in self._spans():
            yield measure.label + suffix, self._measure(measure, only)

    def _measure(self, measure: Measure, only: exp.Expr | None) -> exp.Expr:
        if measure.ratio is not None:
            numerator = self._measure(measure.ratio.numerator, only)
            denominator = self._measure(measure.ratio.denominator, only)
            return exp.Div(
                this=exp.cast(numerator, "double"),
                expression=exp.Nullif(this=exp.cast(denominator, "double"), expression=exp.Literal.number(0)),
            )
        if measure.formula is not None:
            operands = {name: self._measure(m, only) for name, m in measure.formula.measures.items()}
            return arithmetic(measure.formula.expression, operands)
        if measure.metric is not None:
            raise QueryError("Metrics are for questions to a model; give model_id")
        return self.leaf(measure, only)

    def leaf(self, measure: Measure, only: exp.Expr | None) -> exp.Expr:
        """One aggregate, over the rows that both the stretch of time and its own filters let through."""
        if measure.table is not None:
            raise QueryError("The table of a count is for questions to a model; give model_id")
        conditions = [condition for condition in (only, *map(self._condition, measure.filters)) if condition]
        only = exp.and_(*conditions) if conditions else None
        if measure.column is None:
            return exp.Count(this=only_where(only, exp.Literal.number(1)) if only else exp.Star())
        return self._aggregated(measure, self._column(measure.column), only)

    def _aggregated(self, measure: Measure, column: Column, only: exp.Expr | None) -> exp.Expr:
        aggregation = measure.aggregation
        refuse_letters(column, str(aggregation))
        other = self._column(measure.other) if measure.other is not None else column
        for held in (column, other) if aggregation in NUMERIC_ONLY else ():
            if held.type not in NUMERIC_TYPES:
                raise QueryError(f"{aggregation} needs a column of numbers; {held.name} is {held.type}")
        if aggregation == "corr":
            return correlation(column_of(column.name), column_of(other.name), only)
        this = only_where(only, column_of(column.name)) if only else column_of(column.name)
        if aggregation == "median":
            # Of decimals DuckDB gives a decimal, which cuts off half a cent between the two in the middle.
            return exp.Median(this=exp.cast(this, "double"))
        if aggregation == "count":
            return exp.Count(this=this)
        if measure.grain is not None:
            this = self._bucket(this, column, measure.grain)
        if aggregation == "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[this]))
        return AGGREGATES[aggregation](this=this)  # type: ignore[index]  # None is refused by the schema

    def _whole(self, dimension: Dimension) -> exp.Expr:
        """Only the buckets within the data: from the first to the last that these fill to the day."""
        column = column_of(dimension.column)
        grain, day = str(dimension.grain), interval(1, "day")
        newest = exp.Add(this=self._edge(exp.Max, dimension), expression=day)
        oldest = exp.Sub(this=self._edge(exp.Min, dimension), expression=day.copy())
        first = exp.Add(this=bucket(oldest, grain, self.calendar), expression=interval(1, grain))
        end = bucket(newest, grain, self.calendar)
        return exp.and_(exp.GTE(this=column, expression=first), exp.LT(this=column.copy(), expression=end))

    def _edge(self, aggregate: type[exp.Expr], dimension: Dimension) -> exp.Expr:
        edge = exp.select(aggregate(this=column_of(dimension.column))).from_(self.source.copy())
        return exp.cast(edge.subquery(), "timestamp")

    def _top_values(self, top: Top) -> exp.CTE:
        """The values of the dimension that are named."""
        dimension = self._top_dimension(top)
        measure = next((m for m in self.query.measures if m.label == top.measure), None)
        if measure is None:
            raise QueryError(f"top: the answer has no measure {top.measure}")
        _, only = next(self._spans())
        by = exp.Ordered(this=self._measure(measure, only), desc=not top.ascending, nulls_first=False)
        value = column_of(dimension.column)
        values = exp.select(exp.alias_(value, TOP_VALUE, quoted=True)).from_(self.source.copy())
        held = self._column(dimension.column)
        tied = place(value.copy(), held.values) if isinstance(held, Ordered) else value.copy()
        ranked = (
            self._filtered(values)
            .group_by(value.copy())
            .order_by(by, exp.Ordered(this=tied, nulls_first=False))
            .limit(top.n)
        )
        return cte(self.top_name, ranked)

    def _top_dimension(self, top: Top) -> Dimension:
        dimension = next((d for d in self.query.dimensions if d.label == top.dimension), None)
        if dimension is None or dimension.grain or dimension.cycle:
            raise QueryError(f"top: the answer has no dimension {top.dimension} without a grain")
        return dimension

    def _is_top(self, dimension: Dimension) -> exp.Expr:
        """Whether a row's value is one of those; a missing value can be one as well."""
        this, value = column_of(dimension.column), column_of(TOP_VALUE)
        named = exp.select(value).from_(named_table(self.top_name))
        missing = named.copy().where(exp.Is(this=value.copy(), expression=exp.Null()))
        return exp.or_(
            exp.In(this=this, query=named.subquery()),
            exp.and_(exp.Is(this=this.copy(), expression=exp.Null()), exp.Exists(this=missing)),
        )

    def _or_other(self, top: Top, dimension: Dimension, this: exp.Expr) -> exp.Expr:
        if top.other is None:
            return this
        word: exp.Expr = self.parameters.bind(top.other)
        if self._column(dimension.column).type != "string":
            # A text stays as it is: a cast could take its order of letters away.
            this, word = exp.cast(this, "text"), exp.cast(word, "text")
        return exp.Case().when(self._is_top(dimension), this).else_(word)

    def _where(self, selected: exp.Select) -> exp.Select:
        top = self.query.top
        if top is not None and top.other is None:
            selected = selected.where(self._is_top(self._top_dimension(top)))
        return self._filtered(selected)

    def _filtered(self, selected: exp.Select) -> exp.Select:
        for dimension in self.query.dimensions:
            if dimension.whole:
                selected = selected.where(self._whole(dimension))
        for criterion in self.query.filters:
            selected = selected.where(self._condition(criterion))
        period, compare = self.query.period, self.query.compare
        if period is not None:
            spans = [self._within(period.start, period.end, period)]
            if compare is not None:
                spans.append(self._within(*periods.previous(period.start, period.end, compare), period))
            selected = selected.where(exp.or_(*spans))
        return selected

    def _condition(self, criterion: Filter) -> exp.Expr:
        column = self._column(criterion.column)
        refuse_letters(column, criterion.operator)
        return condition(
            self.parameters,
            column,
            criterion,
            table=self.source.copy(),
            now=self.now,
            calendar=self.calendar,
            other=self._column(criterion.other) if criterion.other is not None else None,
        )


def _add(roles: dict[str, Role], label: str, role: Role) -> None:
    if label in roles:
        raise QueryError(f"Two columns of the answer would be called {label}; give one of them a name")
    roles[label] = role
