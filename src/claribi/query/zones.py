"""Moments as the clocks of a zone show them, in the words of each engine.

Moments are stored in UTC, without a zone. What a model with a time zone asks for is the moment
`AT TIME ZONE 'UTC' AT TIME ZONE zone`, which PostgreSQL and DuckDB read so: first the zone that it is in,
then the one whose clocks are read. Others have functions of their own, and keep the zone with the result
unless it is taken off.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from claribi.core.errors import QueryError

if TYPE_CHECKING:
    from claribi.sources.connectors.base import Connector

SECONDS, ROWS, BYTES = 10.0, 1, 1_000


def as_clocks_of(zone: str, moment: exp.Expr) -> exp.Expr:
    """The neutral expression for a moment as the clocks of a zone show it."""
    utc = exp.AtTimeZone(this=exp.cast(moment, "timestamp"), zone=exp.Literal.string("UTC"))
    return exp.AtTimeZone(this=utc, zone=exp.Literal.string(zone))


def _in_words(words: Callable[[exp.Expr, exp.Expr], exp.Expr]) -> Callable[[exp.Expr], exp.Expr]:
    """A rewrite of the neutral expression; what else is asked `AT TIME ZONE` stays as it is."""

    def rewrite(node: exp.Expr) -> exp.Expr:
        inner = node.this
        if not isinstance(inner, exp.AtTimeZone) or inner.args["zone"].name != "UTC":
            return node
        return words(inner.this.copy(), node.args["zone"].copy())

    return rewrite


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _trino(moment: exp.Expr, zone: exp.Expr) -> exp.Expr:
    kind = exp.DataType.build("timestamp(6)", dialect="trino")
    zoned = _call("AT_TIMEZONE", _call("WITH_TIMEZONE", moment, exp.Literal.string("UTC")), zone)
    return exp.Cast(this=zoned, to=kind)


def _bigquery(moment: exp.Expr, zone: exp.Expr) -> exp.Expr:
    return _call("DATETIME", _call("TIMESTAMP", moment, exp.Literal.string("UTC")), zone)


def _clickhouse(moment: exp.Expr, zone: exp.Expr) -> exp.Expr:
    """Moved by what the clocks there are ahead: a zone would stay with the column, not with its values."""
    return _call("addSeconds", moment, _call("timeZoneOffset", _call("toTimeZone", moment.copy(), zone)))


def _tsql(_moment: exp.Expr, zone: exp.Expr) -> exp.Expr:
    raise QueryError(
        f"SQL Server does not know the time zone {zone.name} by that name; "
        "let the source be copied, or leave the model's time zone at UTC"
    )


IN_WORDS: Mapping[str, Callable[[exp.Expr], exp.Expr]] = {
    "bigquery": _in_words(_bigquery),
    "clickhouse": _in_words(_clickhouse),
    "mysql": _in_words(lambda m, zone: _call("CONVERT_TZ", m, exp.Literal.string("+00:00"), zone)),
    "snowflake": _in_words(lambda m, zone: _call("CONVERT_TIMEZONE", exp.Literal.string("UTC"), zone, m)),
    "trino": _in_words(_trino),
    "tsql": _in_words(_tsql),
}


def check(connector: "Connector", zone: str) -> None:
    """Refuse a zone that an engine would answer with nothing instead of an error: MySQL without tables."""
    if connector.dialect != "mysql":
        return
    from claribi.sources.connectors.base import ReadLimits  # noqa: PLC0415 - drivers are slow to import

    sql = "SELECT CONVERT_TZ('2024-01-01', '+00:00', %s) IS NOT NULL"
    [[known]] = connector.run(sql, [zone], ReadLimits(SECONDS, ROWS, BYTES)).rows
    if not known:
        raise QueryError(
            f"This database does not know the time zone {zone}: its time zone tables are empty. Its "
            "administrator can fill them with mysql_tzinfo_to_sql, or let the source be copied"
        )
