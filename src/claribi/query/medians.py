"""Exact medians, and correlations, for engines whose GROUP BY knows none.

The rows of each group are numbered in the order of the value, and the middle one or two averaged; the means
of what is correlated stand beside them. Window functions do that everywhere. What is grouped by and added up
is computed in a query below, once for each row.
"""

from collections.abc import Iterator

from sqlglot import exp

from claribi.query.correlation import deviations

ROWS = "claribi_rows"


def numbered(node: exp.Expr) -> exp.Expr:
    """A query that groups, without medians and correlations: as it was where it has none."""
    medians = [m for m in node.find_all(exp.Median) if m.parent_select is node]
    correlations = [c for c in node.find_all(exp.Corr) if c.parent_select is node]
    if not (medians or correlations) or not isinstance(node, exp.Select):
        return node
    columns = _Columns()
    keys = [_key(key, node, columns) for key in _grouped(node)]
    for aggregate in list(node.find_all(exp.AggFunc)):
        if aggregate.parent_select is node and not isinstance(aggregate, exp.Median | exp.Corr):
            _move(aggregate, columns)
    counted: dict[str, tuple[str, str]] = {}
    for median in medians:
        value = columns.of(median.this)
        counted.setdefault(value.name, (f"claribi place {len(counted)}", f"claribi count {len(counted)}"))
        median.replace(_middle(value, *counted[value.name]))
    means: list[exp.Expr] = []
    for number, correlated in enumerate(correlations):
        names = (f"claribi mean {2 * number}", f"claribi mean {2 * number + 1}")
        by_deviations, windows = deviations(correlated, columns.of, names)
        correlated.replace(by_deviations)
        means += [
            exp.alias_(exp.Window(this=mean, partition_by=[key.copy() for key in keys]), name, quoted=True)
            for name, mean in zip(names, windows, strict=True)
        ]
    below = exp.select(*(exp.alias_(this, name, quoted=True) for name, this in columns.computed.items()))
    for part in ("from_", "joins", "where"):
        below.set(part, node.args.get(part))
        node.set(part, None)
    numbers = [
        exp.alias_(window, name, quoted=True)
        for value, names in counted.items()
        for name, window in zip(names, _windows(value, keys), strict=True)
    ]
    rows = exp.select(exp.Star(), *numbers, *means).from_(below.subquery(ROWS))
    node.set("from_", exp.From(this=rows.subquery(ROWS)))
    return node


class _Columns:
    """What is computed below, by the names of its columns."""

    def __init__(self) -> None:
        self.computed: dict[str, exp.Expr] = {}

    def of(self, this: exp.Expr) -> exp.Column:
        for name, known in self.computed.items():
            if known == this:
                return exp.column(name, quoted=True)
        name = f"claribi {len(self.computed) + 1}"
        self.computed[name] = this.copy()
        return exp.column(name, quoted=True)


def _grouped(select: exp.Select) -> list[exp.Expr]:
    group = select.args.get("group")
    return list(group.expressions) if group is not None else []


def _key(key: exp.Expr, select: exp.Select, columns: _Columns) -> exp.Column:
    """The column of what is grouped by, put wherever that stood."""
    if isinstance(key, exp.Literal):
        output = select.expressions[int(key.name) - 1]
        this = output.unalias()
        column = columns.of(this)
        named = exp.alias_(column.copy(), output.alias_or_name, quoted=True)
        output.replace(named)
    else:
        this = key
        column = columns.of(this)
        for output in select.expressions:
            if output.unalias() == this:
                output.replace(exp.alias_(column.copy(), output.alias_or_name, quoted=True))
        key.replace(column.copy())
    for ordered in select.args["order"].expressions if select.args.get("order") else []:
        if ordered.this == this:
            ordered.set("this", column.copy())
    return column


def _move(aggregate: exp.AggFunc, columns: _Columns) -> None:
    this = aggregate.this
    if isinstance(this, exp.Distinct):
        this.set("expressions", [columns.of(each) for each in this.expressions])
    elif not isinstance(this, exp.Star | exp.Literal):
        aggregate.set("this", columns.of(this))


def _middle(value: exp.Column, place: str, count: str) -> exp.Expr:
    """The average of one value, or of two: those whose place, doubled, is the count or up to two more."""
    doubled = exp.Mul(this=exp.column(place, quoted=True), expression=exp.Literal.number(2))
    several = exp.column(count, quoted=True)
    two_more = exp.Add(this=several.copy(), expression=exp.Literal.number(2))
    is_middle = exp.Between(this=doubled, low=several, high=two_more)
    return exp.Avg(this=exp.Case().when(exp.and_(_is_there(value), is_middle), value.copy()))


def _windows(value: str, keys: list[exp.Column]) -> Iterator[exp.Expr]:
    """The place of a row among those of its group that have a value, and how many these are."""
    column = exp.column(value, quoted=True)
    there = exp.Case().when(_is_there(column), exp.Literal.number(1)).else_(exp.Literal.number(0))
    order = exp.Order(expressions=[exp.Ordered(this=column.copy(), nulls_first=True)])
    group = [key.copy() for key in keys]
    yield exp.Window(this=exp.RowNumber(), partition_by=[*group, there], order=order)
    counted = exp.Count(this=column.copy(), big_int=True)
    yield exp.Window(this=counted, partition_by=[*(key.copy() for key in group), there.copy()])


def _is_there(column: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=column.copy(), expression=exp.Null()))
