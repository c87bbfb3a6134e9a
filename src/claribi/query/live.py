"""Asking a source where its rows are, through its connector."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query.engine import Answer, EngineLimits
from claribi.sources.catalog import ColumnType
from claribi.sources.connectors.base import Connector, ReadLimits, plain_rows
from claribi.sources.connectors.sql import rendered

Columns = list[tuple[str, ColumnType]]


def shown_as(expression: exp.Expr, dialect: str) -> str:
    """The statement as evidence keeps it: in the source's dialect, its parameters written `:name`."""

    def named(node: exp.Expr) -> exp.Expr:
        return exp.Var(this=f":{node.name}") if isinstance(node, exp.Placeholder) else node

    return str(expression.transform(named).sql(dialect))


# How many bytes of a name these take; they cut off or refuse what is longer.
NAME_BYTES = {"postgres": 63, "redshift": 127, "mysql": 63, "tsql": 128, "snowflake": 255, "bigquery": 300}
# BigQuery names the columns of an answer by nothing else.
PLAIN_NAME = re.compile(r"(?i)(?!_table_|_file_|_partition)[a-z_][a-z0-9_]*")


def shortened(expression: exp.Expr, dialect: str) -> tuple[exp.Expr, dict[str, str]]:
    """The statement with short names in place of those that it gives and its engine can't keep.

    Returns:
        It, and what each of the short names stands for.
    """
    most = NAME_BYTES.get(dialect)
    given = {alias.alias for alias in expression.find_all(exp.Alias)}
    long = {name for name in given if most is not None and len(name.encode()) > most}
    if dialect == "bigquery":
        long |= {name for name in given if not PLAIN_NAME.fullmatch(name)}
    others = {node.name for node in expression.find_all(exp.Identifier)} - long
    if dialect == "bigquery" and any(re.search(r"[`\\]", name) for name in others):
        raise QueryError("BigQuery has no names with a backtick or a backslash")
    if not long:
        return expression, {}
    short = {name: f"name_{hashlib.sha256(name.encode()).hexdigest()[:40]}" for name in long}

    def renamed(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Identifier) and node.name in short:
            return exp.to_identifier(short[node.name], quoted=True)
        return node

    return expression.transform(renamed), {new: old for old, new in short.items()}


def parsed(sql: str, connector: Connector) -> exp.Expr:
    """What `shown_as` has written."""
    return sqlglot.parse_one(sql, dialect=connector.dialect)


def read(
    connector: Connector,
    expression: exp.Expr,
    parameters: Mapping[str, Any],
    types: Mapping[str, ColumnType],
    limits: EngineLimits,
) -> Answer:
    """Run a statement at the source.

    Args:
        types: What the columns of the answer are to be, by name; others stay what the source says.
    """
    started = time.perf_counter()
    expression, names = shortened(expression, connector.dialect)
    sql, values = rendered(expression, connector, parameters)
    fetched = connector.run(sql, values, _read_limits(limits))
    columns = _columns(fetched.columns, names, types)
    _bring(fetched.rows, columns, fetched.columns)
    elapsed = (time.perf_counter() - started) * 1000
    return Answer(columns, fetched.rows, fetched.truncated, elapsed)


@contextmanager
def streamed(
    connector: Connector,
    expression: exp.Expr,
    parameters: Mapping[str, Any],
    types: Mapping[str, ColumnType],
    limits: EngineLimits,
) -> Iterator[tuple[Columns, Iterator[list[list[Any]]]]]:
    """As `read`, its rows in batches as they come in, however many, while the block lasts."""
    expression, names = shortened(expression, connector.dialect)
    sql, values = rendered(expression, connector, parameters)
    with connector.streamed(sql, values, _read_limits(limits)) as (given, batches):
        columns = _columns(given, names, types)
        kinds = [kind for _, kind in given]

        def rows() -> Iterator[list[list[Any]]]:
            for batch in batches:
                plain = plain_rows(kinds, batch)
                _bring(plain, columns, given)
                yield plain

        yield columns, rows()


def _read_limits(limits: EngineLimits) -> ReadLimits:
    return ReadLimits(limits.timeout_seconds, limits.max_rows, limits.max_bytes)


def _columns(given: Columns, names: Mapping[str, str], types: Mapping[str, ColumnType]) -> Columns:
    """The columns under their own names, as what they are to be."""
    told = [(names.get(name, name), kind) for name, kind in given]
    return [(name, types.get(name, kind)) for name, kind in told]


def _bring(rows: Sequence[list[Any]], columns: Columns, given: Columns) -> None:
    differing = [
        (position, kind)
        for position, ((_, kind), (_, had)) in enumerate(zip(columns, given, strict=True))
        if kind != had
    ]
    for row in rows:
        for position, kind in differing:
            row[position] = brought(kind, row[position])


def brought(kind: ColumnType, value: Any) -> Any:
    """A value as one of another type, where an engine answers with a wider one than DuckDB does."""
    wanted = BRINGING.get(kind)
    if wanted is None or not isinstance(value, wanted[0]):
        return value
    return wanted[1](value)


def _whole(value: Any) -> Any:
    return int(value) if value == int(value) else value


def _day(value: datetime) -> date:
    return value.date()


def _first_moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - stored times carry no zone


# By the type that is wanted: what can be brought to it, and how.
BRINGING: Mapping[ColumnType, tuple[Any, Callable[[Any], Any]]] = {
    "boolean": (int, bool),
    "float": (Decimal | int, float),
    "integer": (Decimal | float, _whole),
    "decimal": (int, Decimal),
    "date": (datetime, _day),
    "timestamp": (date, _first_moment),
}
