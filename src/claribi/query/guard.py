"""The guard of hand-written SQL: one statement that only reads, made of known tables and functions.

What is not listed in `grammar.py` is refused. Run what `check` gives back, turned into SQL again, and never
the text that came in: then it does not matter whether the engine would have read that text differently. What
it gives back was read from SQL that was turned into SQL again and read once more: so no text in it, whether a
name, a unit or a type, is put into SQL in a way that makes it more than that.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from claribi.core.errors import QueryError
from claribi.query import bigquery, postgres, snowflake, spark, trino, tsql
from claribi.query.grammar import FUNCTIONS_OF, NODES, NODES_OF
from claribi.query.parsing import parse
from claribi.sources.catalog import Table

DUCKDB, POSTGRES, CLICKHOUSE, TSQL = "duckdb", "postgres", "clickhouse", "tsql"
REDSHIFT = "redshift"
# What reads some columns as calls, or has columns that no list of a table's shows.
CHECKS_OF_COLUMNS = {
    "bigquery": bigquery.check_columns,
    POSTGRES: postgres.check_columns,
    REDSHIFT: postgres.check_columns,
    "snowflake": snowflake.check_columns,
    "spark": spark.check_columns,
    "trino": trino.check_columns,
}
# Some statements change when they are written for the first time, none should change for ever.
ROUNDS = 3

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What stands in SQL as it is: names without quotes, of any script; units, collations and the like.
PLAIN_NAME = re.compile(r"[^\W\d][\w$]*")
PLAIN_WORDS = re.compile(r"[\w ]+")
# Engines look these up in their own catalog.
RESERVED = re.compile(r"duckdb_|pragma_|pg_|sqlite_|information_schema|sys", re.IGNORECASE)


def check(sql: str, *, dialect: str = DUCKDB, tables: Mapping[str, Table] | Collection[str]) -> exp.Query:
    """The statement as a tree, when it is allowed.

    Args:
        tables: What it may read from, by names, those with a schema in front among them.

    Raises:
        QueryError: It isn't; the message names what is not allowed.
    """
    rules = Rules(dialect, {name.lower() for name in tables}, FUNCTIONS_OF.get(dialect, frozenset()))
    if isinstance(tables, Mapping):
        rules.columns.update({k.lower(): {c.name.lower() for c in t.columns} for k, t in tables.items()})
    try:
        statement = _allowed(sql, rules)
        for _ in range(ROUNDS):
            text = _written(statement, dialect)
            statement = _allowed(text, rules)
            if _written(statement, dialect) == text:
                return statement
    except QueryError:
        raise
    except RecursionError:
        raise QueryError("The query is nested too deeply") from None
    except Exception:  # noqa: BLE001, S110 - what can't be turned into SQL is told as what can't be read
        pass
    raise QueryError("The query can't be read as SQL")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a statement may use. Names are in lower case.

    Attributes:
        columns: Of each table, where they are known.
    """

    dialect: str
    tables: Collection[str]
    functions: Collection[str]
    columns: dict[str, Collection[str]] = field(default_factory=dict)


def _allowed(sql: str, rules: Rules) -> exp.Query:
    statement = _one(parse(sql, rules.dialect))
    if rules.dialect != DUCKDB:
        statement = _one([statement.transform(_as_placeholder)])
    for node in statement.walk():
        node.comments = None
        if rules.dialect == TSQL and isinstance(node, exp.With):
            # It has no word for queries that go on from themselves.
            node.set("recursive", any(map(_goes_on, node.expressions)))
        _check_node(node, rules)
        _check_words(node, rules.dialect)
        if rules.dialect == CLICKHOUSE:
            _check_clickhouse(node)
        if rules.dialect != DUCKDB and isinstance(node, exp.Table):
            _check_spelling(node, rules.dialect)
    if check_columns := CHECKS_OF_COLUMNS.get(rules.dialect):
        check_columns(statement, rules.columns)
    return tsql.spelled(statement) if rules.dialect == TSQL else statement


def _written(statement: exp.Query, dialect: str) -> str:
    """The statement in SQL, its parameters as people write them."""

    def named(node: exp.Expr) -> exp.Expr:
        return exp.Var(this=f"${node.name}") if isinstance(node, exp.Placeholder) else node

    return str(statement.transform(named).sql(dialect, unsupported_level=ErrorLevel.IGNORE))


def located(
    statement: exp.Query, tables: Mapping[str, Table], relation: Callable[[Table, str], exp.Expr]
) -> exp.Query:
    """A checked statement whose tables stand where they are, whatever the engine would take their names for.

    Args:
        relation: A table in SQL, under an alias.
    """
    known = {name.lower(): table for name, table in tables.items()} | dict(tables)

    def placed(node: exp.Table) -> exp.Expr:
        if not isinstance(node.this, exp.Identifier):
            return node
        if not node.db and node.name.lower() in set(_visible(node)):
            return node
        name = _full_name(node)
        table = known.get(name) or known[name.lower()]
        new = relation(table, node.name)
        if alias := node.args.get("alias"):
            new.set("alias", alias.copy())
        return new

    # Decided on the tree as it was: a table that is put in place must not be looked at again.
    places = [(node, placed(node)) for node in statement.find_all(exp.Table)]
    for node, new in places:
        if new is not node:
            _keep_joins(node, new)
            node.replace(new)
    return statement


def _keep_joins(old: exp.Table, new: exp.Expr) -> None:
    for name in ("joins", "sample", "laterals"):
        if value := old.args.get(name):
            new.set(name, value)


def limited(statement: exp.Query, max_rows: int) -> exp.Query:
    """The statement with at most `max_rows` rows; a smaller limit of its own stays."""
    limit = statement.args.get("limit")
    if limit is None and not isinstance(statement, exp.Subquery):
        return statement.limit(max_rows)
    if isinstance(limit, exp.Limit) and not limit.args.get("limit_options"):
        own = limit.args.get("expression")
        if isinstance(own, exp.Literal) and own.is_int:
            return statement if int(own.name) <= max_rows else statement.limit(max_rows)
    return exp.select("*").from_(exp.Subquery(this=statement.unnest(), alias="answer")).limit(max_rows)


def _one(statements: list[exp.Expr]) -> exp.Query:
    if len(statements) != 1:
        raise QueryError(f"A query is exactly one statement; these are {len(statements)}")
    statement = statements[0]
    if not isinstance(statement, exp.Query) or type(statement) not in NODES:
        raise QueryError(f"A query may only read with SELECT; {_called(statement)} is not allowed")
    return statement


def _as_placeholder(node: exp.Expr) -> exp.Expr:
    """`$name`, which the dialects of databases read as something else, as the parameter that it is."""
    if isinstance(node, exp.Parameter):
        return exp.Placeholder(this=node.name)
    if isinstance(node, exp.Column) and not node.table and node.name.startswith("$"):
        identifier = node.this
        if isinstance(identifier, exp.Identifier) and not identifier.quoted:
            return exp.Placeholder(this=node.name[1:])
    return node


def _check_node(node: exp.Expr, rules: Rules) -> None:
    match node:
        case exp.Anonymous() | exp.AnonymousAggFunc() | exp.ParameterizedAgg():
            if node.name.lower() not in rules.functions:
                raise QueryError(f"The function {node.name} is not allowed")
        case exp.Placeholder():
            if not NAME.fullmatch(node.name):
                raise QueryError("A parameter is written $name; nothing else is allowed")
        case exp.Table():
            _check_table(node, rules.tables)
        case exp.CTE():
            _check_name(node.alias)
            if (
                isinstance(node.parent, exp.With)
                and node.parent.recursive
                and node.alias.lower() in rules.tables
            ):
                # Before its UNION the name is still the table's, for some engines; nobody shall have to know.
                raise QueryError(f"A recursive WITH query can't be called {node.alias}, as a table is")
        case _ if type(node) not in NODES and type(node) not in NODES_OF.get(rules.dialect, ()):
            kind = "The function " if isinstance(node, exp.Func) else ""
            raise QueryError(f"{kind}{_called(node)} is not allowed")


def _check_words(node: exp.Expr, dialect: str) -> None:
    """Refuses what would be more than a word where it is put into SQL without quotes."""
    match node:
        case exp.Identifier() | exp.Literal() | exp.National() if "\0" in node.name:
            # MySQL writes it as \0, so it was not to be seen in the text.
            raise QueryError("The query holds a NUL character")
        case exp.Identifier() if dialect == "bigquery" and re.search(r"[`\\]", node.name):
            # A backslash goes before what would end a name there; doubled, a backtick ends it.
            raise QueryError("A name holds no backtick and no backslash")
        case exp.Identifier(quoted=False) if not PLAIN_NAME.fullmatch(node.name):
            raise QueryError(f"The name {node.name} has to stand in quotes")
        case exp.Var() if not PLAIN_WORDS.fullmatch(node.name):
            raise QueryError(f"{node.name} is not allowed")
        case exp.DataType(this=exp.DType.USERDEFINED):
            # What somebody has made a type of may do anything when it reads a text.
            if dialect != DUCKDB or not NAME.fullmatch(str(node.args.get("kind"))):
                raise QueryError(f"The type {node.args.get('kind')} is not allowed")
        case exp.Dot(expression=exp.Func()) if dialect != DUCKDB:
            raise QueryError(f"{node.sql(dialect)} is not allowed: functions are named without a schema")


def _check_clickhouse(node: exp.Expr) -> None:
    """What ClickHouse reads in another way than every other engine."""
    if isinstance(node, exp.Query) and (node.args.get("settings") or node.args.get("format")):
        raise QueryError("SETTINGS and FORMAT are not allowed")
    if isinstance(node, exp.In):
        listed = node.expressions
        alone = listed[0].unnest() if len(listed) == 1 else None
        if node.args.get("field") is not None or isinstance(alone, exp.Column | exp.Dot):
            # A name there is a table's, of whatever database.
            raise QueryError("IN takes values, or a query in parentheses; a name alone is not allowed")


def _check_spelling(table: exp.Table, dialect: str) -> None:
    """Refuses a name that some engines take for a WITH query's and others for a table's.

    PostgreSQL reads names without quotes as if they were in lower case; for others each letter counts.
    """
    if table.db or not isinstance(table.this, exp.Identifier):
        return

    def spelled(name: exp.Identifier) -> str:
        # Whether Redshift does so with names in quotes as well is a setting there.
        is_folded = dialect in {POSTGRES, REDSHIFT} and not name.quoted
        return name.name.lower() if is_folded else name.name

    similar = [i for i in _with_names(table) if i.name.lower() == table.name.lower()]
    if any(spelled(name) != spelled(table.this) for name in similar):
        raise QueryError(f"{table.name} is written in another way where WITH names it")


def _check_table(table: exp.Table, known: Collection[str]) -> None:
    this = table.this
    if isinstance(this, exp.GenerateSeries):
        return
    if isinstance(this, exp.Func):
        raise QueryError(f"The table function {_called(this)} is not allowed")
    if not isinstance(this, exp.Identifier):
        raise QueryError(f"{_called(this)} is not allowed as a table")
    name = _full_name(table)
    if name.lower() in known:
        return
    if table.db or table.catalog:
        raise QueryError(f"Tables are named as the source's list has them, unlike {table.sql()}")
    if name.lower() not in set(_visible(table)):
        raise QueryError(f"There is no table {table.name}")


def _full_name(table: exp.Table) -> str:
    return ".".join(part.name for part in table.parts)


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name) or RESERVED.match(name):
        raise QueryError(f"A WITH query can't be called {name}")


def _visible(table: exp.Table) -> Iterator[str]:
    """The WITH queries that `table` can mean, in lower case."""
    return (name.name.lower() for name in _with_names(table))


def _with_names(table: exp.Table) -> Iterator[exp.Identifier]:
    """The names of the WITH queries of the queries around a table, and before it."""
    node: exp.Expr = table
    while node.parent is not None:
        parent = node.parent
        if isinstance(parent, exp.With):
            for sibling in parent.expressions:
                if sibling is node and not (parent.recursive and _continues(sibling, table)):
                    break
                yield sibling.args["alias"].this
                if sibling is node:
                    break
        else:
            around = parent.args.get("with_")
            if isinstance(around, exp.With) and around is not node:
                yield from (sibling.args["alias"].this for sibling in around.expressions)
        node = parent


def _goes_on(query: exp.Expr) -> bool:
    """Whether a WITH query names itself behind its UNION."""
    own = query.alias.lower()
    return any(table.name.lower() == own and _continues(query, table) for table in query.find_all(exp.Table))


def _continues(query: exp.Expr, table: exp.Table) -> bool:
    """Whether `table` stands behind the UNION of a recursive query: before it, its name is yet a table's."""
    union = query.this
    inner: exp.Expr | None = table
    while inner is not None and inner.parent is not union:
        inner = inner.parent
    return type(union) is exp.Union and inner is union.expression


def _called(node: object) -> str:
    if isinstance(node, exp.Command):
        return str(node.this).upper()
    if isinstance(node, exp.Anonymous):
        return node.name
    if isinstance(node, exp.Func):
        return node.sql_name()
    words: str = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__)
    return words.upper()
