"""Bringing the copy of a table up to date, in an engine process."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from claribi.query.engine import Engine
from claribi.query.export import PARQUET
from claribi.sources.incremental import Increment

KEPT, FRESH, MERGED = "kept", "fresh", "merged"
MERGE_SECONDS = 3600.0
MOST_ROWS = 10**12


class Merging:
    """See `claribi.sources.incremental.Merger`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self, file: Path, column: str) -> Any:
        from sqlglot import exp  # noqa: PLC0415 - slow to import

        newest = exp.Max(this=exp.column(column, quoted=True))
        statement = exp.select(newest).from_(exp.to_identifier(KEPT))
        [[value]] = self._engine.run(statement.sql("duckdb"), {}, {KEPT: [file]}).rows
        return value

    def merged(self, kept: Path, fresh: Path, increment: Increment, since: Any) -> tuple[Path, int, Any]:
        from sqlglot import exp  # noqa: PLC0415 - slow to import

        def of(table: str, column: str) -> exp.Column:
            return exp.column(column, table=table, quoted=True)

        older = exp.LT(this=of(KEPT, increment.cursor), expression=exp.Placeholder(this="since"))
        again = [exp.EQ(this=of(FRESH, name), expression=of(KEPT, name)) for name in increment.key]
        replaced = exp.Exists(this=exp.select("1").from_(FRESH).where(*again))
        left = exp.select("*").from_(KEPT).where(older, exp.Not(this=replaced))
        rows = exp.union(left, exp.select("*").from_(FRESH), distinct=False)
        limits = replace(self._engine.limits, max_rows=MOST_ROWS, timeout_seconds=MERGE_SECONDS)
        tables = {KEPT: [kept], FRESH: [fresh]}
        file = self._engine.export(rows.sql("duckdb"), {"since": since}, tables, PARQUET, limits=limits)
        measured: list[exp.Expr] = [exp.Count(this=exp.Star())]
        if len(increment.key) == 1:
            number = exp.DataType.build("decimal(38, 0)")
            key = exp.TryCast(this=exp.column(increment.key[0], quoted=True), to=number)
            measured.append(exp.Sum(this=key))
        statement = exp.select(*measured).from_(MERGED)
        [[count, *keys]] = self._engine.run(statement.sql("duckdb"), {}, {MERGED: [file]}).rows
        return file, count, keys[0] if keys else None
