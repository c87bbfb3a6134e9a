"""What SQL Server, since 2017, writes in another way than the compiler's neutral expressions."""

from collections.abc import Callable, Mapping

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query.medians import numbered

# Letters are compared one by one: neither case nor accents are left out, and no blank is added.
EXACT = "Latin1_General_100_BIN2"
# A Monday, and the first day that there is.
FIRST_DAY = "0001-01-01"
DAYS_OF_A_WEEK = 7


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _typed(node: exp.Expr) -> exp.Expr:
    """Texts of all letters, where sqlglot takes those of the server's code page."""
    return exp.DataType.build("NVARCHAR(MAX)", dialect="tsql") if node.this == exp.DType.TEXT else node


def _literal(node: exp.Expr) -> exp.Expr:
    if not node.is_string or isinstance(node.parent, exp.Interval):
        return node
    return exp.National(this=node.name)


def _count(node: exp.Expr) -> exp.Expr:
    """Also of more rows than a number of 32 bits can tell."""
    node.set("big_int", True)
    return node


def _sum(node: exp.Expr) -> exp.Expr:
    """Of whole numbers SQL Server sums up in 32 or 64 bits, and fails where these are full.

    As decimals they have 38 digits; what is a decimal already stays as exact, floating numbers stay floating.
    """
    nothing = exp.cast(_number(0), "decimal(1, 0)")
    return exp.Sum(this=exp.Add(this=exp.paren(node.this.copy()), expression=nothing))


def _average(node: exp.Expr) -> exp.Expr:
    """Of whole numbers SQL Server gives a whole number."""
    if isinstance(node.this, exp.Cast):
        return node
    return exp.Avg(this=exp.cast(node.this.copy(), "double"))


def _lower(node: exp.Expr) -> exp.Expr:
    text = exp.cast(node.this.copy(), exp.DataType.build("NVARCHAR(MAX)", dialect="tsql"))
    return exp.Lower(this=exp.Collate(this=text, expression=exp.var(EXACT)))


def _searched(node: exp.Expr, found: type[exp.Binary], place: int) -> exp.Expr:
    """Whether a text is found, the empty one everywhere; CHARINDEX finds that one nowhere."""
    at = found(this=_call("CHARINDEX", node.expression, node.this), expression=_number(place))
    empty = exp.EQ(this=_call("DATALENGTH", node.expression), expression=_number(0))
    filled = exp.Not(this=exp.Is(this=node.this.copy(), expression=exp.Null()))
    return exp.paren(exp.or_(at, exp.and_(empty, filled)))


def _contains(node: exp.Expr) -> exp.Expr:
    return _searched(node, exp.GT, 0)


def _starts_with(node: exp.Expr) -> exp.Expr:
    return _searched(node, exp.EQ, 1)


def _truncated(node: exp.Expr) -> exp.Expr:
    """The start of a bucket: DATETRUNC came with 2022, and its weeks begin where the session says."""
    grain = node.args["unit"].name.upper()
    first = exp.cast(exp.National(this=FIRST_DAY), "timestamp")
    unit = exp.var("DAY" if grain == "WEEK" else grain)
    passed = _call("DATEDIFF", unit, first, exp.cast(node.this.copy(), "timestamp"))
    if grain == "WEEK":
        weeks = exp.Div(this=passed, expression=_number(DAYS_OF_A_WEEK), typed=True)
        passed = exp.Mul(this=weeks, expression=_number(DAYS_OF_A_WEEK))
    return _call("DATEADD", unit, passed, first)


def _moved(node: exp.Expr) -> exp.Expr:
    """A moment and a span of time; of a date alone, SQL Server takes no hours."""
    span = node.expression
    if not isinstance(span, exp.Interval):
        return node
    n = int(span.this.name) * (-1 if isinstance(node, exp.Sub) else 1)
    moment = exp.cast(node.this.copy(), "timestamp")
    return _call("DATEADD", exp.var(span.args["unit"].name.upper()), exp.convert(n), moment)


def _passed(node: exp.Expr) -> exp.Expr:
    """Half an hour has more microseconds than a number of 32 bits can tell."""
    unit = node.text("unit").upper()
    if unit != "MICROSECOND":
        return node
    return _call("DATEDIFF_BIG", exp.var(unit), node.expression, node.this)


def _same(node: exp.Expr) -> exp.Expr:
    """IS NOT DISTINCT FROM came with 2022."""
    missing = [exp.Is(this=side.copy(), expression=exp.Null()) for side in (node.this, node.expression)]
    equal = exp.EQ(this=node.this.copy(), expression=node.expression.copy())
    return exp.paren(exp.or_(equal, exp.and_(*missing)))


def _window(node: exp.Expr) -> exp.Expr:
    node.set("partition_by", [_value(part) for part in node.args.get("partition_by") or []])
    return node


def _alias(node: exp.Expr) -> exp.Expr:
    node.set("this", _value(node.this))
    return node


def _value(node: exp.Expr) -> exp.Expr:
    """A condition as a value, which SQL Server has no type for; anything else as it is."""
    condition = node.unnest()
    if not isinstance(condition, exp.Predicate | exp.Connector | exp.Not):
        return node
    held = exp.Case().when(condition.copy(), _number(1))
    return exp.cast(held.when(exp.Not(this=exp.paren(condition.copy())), _number(0)), "boolean")


def _select(node: exp.Expr) -> exp.Expr:
    """A query that groups by columns only, and adds up no subqueries.

    SQL Server knows no positions in GROUP BY, no subqueries in what is grouped by or added up, and takes an
    expression that is written twice for two as soon as values are bound in it. So each such expression is
    computed once for each row, beside the row, and is a column from then on.
    """
    node = numbered(node)
    group = node.args.get("group")
    computed: dict[str, exp.Expr] = {}

    def column_of(this: exp.Expr) -> exp.Column:
        name = f"claribi {len(computed) + 1}"
        computed[name] = this.copy()
        return exp.column(name, quoted=True)

    if group is not None:
        group.set("expressions", [_grouped(each, node, column_of) for each in group.expressions])
    for aggregate in list(node.find_all(exp.AggFunc)):
        this = aggregate.this
        if aggregate.parent_select is node and isinstance(this, exp.Expr) and this.find(exp.Query):
            this.replace(column_of(this))
    if computed:
        beside = exp.select(*(exp.alias_(this, name, quoted=True) for name, this in computed.items()))
        applied = exp.Lateral(this=beside.subquery(), cross_apply=True)
        applied.set("alias", exp.TableAlias(this=exp.to_identifier("claribi", quoted=True)))
        node.append("joins", exp.Join(this=applied))
    return node


def _grouped(key: exp.Expr, select: exp.Expr, column_of: Callable[[exp.Expr], exp.Column]) -> exp.Expr:
    """What to group by in place of a key, which the query selects from there as well."""
    if not isinstance(key, exp.Literal):
        return key if isinstance(key, exp.Column) else column_of(key)
    output = select.expressions[int(key.name) - 1]
    this = output.unalias()
    if isinstance(this, exp.Column):
        return this.copy()
    column = column_of(this)
    this.replace(column)
    return column.copy()


REWRITES: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.DataType: _typed,
    exp.Literal: _literal,
    exp.Count: _count,
    exp.Sum: _sum,
    exp.Avg: _average,
    exp.Lower: _lower,
    exp.Contains: _contains,
    exp.StartsWith: _starts_with,
    exp.TimestampTrunc: _truncated,
    exp.Add: _moved,
    exp.Sub: _moved,
    exp.DateDiff: _passed,
    exp.NullSafeEQ: _same,
    exp.Window: _window,
    exp.Alias: _alias,
    exp.Select: _select,
}


def _bracketed(name: exp.Identifier) -> exp.Identifier:
    name.set("quoted", True)
    return name


def spelled(statement: exp.Query) -> exp.Query:
    """Hand-written SQL with each name in brackets, and each text as one of all letters.

    SQL Server needs nothing between two statements, so a name such as EXEC or WAITFOR could begin another; in
    brackets it is a name and nothing else. Functions without parentheses, such as SYSTEM_USER, are none then.
    """

    def certain(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Identifier):
            if node.args.get("temporary") or node.args.get("global_"):
                raise QueryError(f"The temporary table {node.name} is not allowed")
            # The name of a collation stands without, and has to be a word, as the guard sees to.
            return exp.var(node.name) if isinstance(node.parent, exp.Collate) else _bracketed(node)
        return _literal(node) if isinstance(node, exp.Literal) else node

    return statement.transform(certain)  # type: ignore[return-value]  # a query stays one
