"""Amazon Redshift: PostgreSQL's protocol over an engine and a catalog of its own."""

from collections import defaultdict
from typing import Any

import psycopg

from claribi.sources.catalog import Relation
from claribi.sources.connectors.base import CONNECT_SECONDS, FoundColumn, FoundTable
from claribi.sources.connectors.postgresql import PostgreSQL, type_of
from claribi.sources.connectors.server import CATALOG_SECONDS, qualified

# Set for the session: Redshift knows no settings of a transaction. Rolling back takes nothing with it there,
# and each transaction begins by setting them again.
BEGIN = (
    "BEGIN READ ONLY; SET statement_timeout TO {milliseconds}; SET timezone TO 'UTC'; "
    "SET search_path TO {schema}"
)
TABLES = """
    SELECT c.oid::int8, n.nspname, c.relname, c.reltuples::int8, coalesce(d.description, '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
    WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg!_%' ESCAPE '!'
      AND has_schema_privilege(n.nspname, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
    ORDER BY n.nspname, c.relname
"""
COLUMNS = """
    SELECT a.attrelid::int8, a.attnum::int4, a.attname, t.typname, format_type(a.atttypid, a.atttypmod),
           coalesce(d.description, '')
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_description d
      ON d.objoid = a.attrelid AND d.objsubid = a.attnum AND d.classoid = 'pg_class'::regclass
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN ({tables})
    ORDER BY a.attrelid, a.attnum
"""
KEYS = """
    SELECT conrelid::int8, confrelid::int8, array_to_string(conkey, ','), array_to_string(confkey, ',')
    FROM pg_constraint WHERE contype = 'f' AND conrelid IN ({tables}) ORDER BY conname
"""


class Redshift(PostgreSQL):
    """A Redshift database.

    Its primary keys are only remarks, which nobody keeps to: none is told, and what a model joins along is
    looked at instead. Foreign keys are told, as hints of what belongs together.
    """

    name = "Redshift"
    port = 5439
    dialect = "redshift"
    # It speaks of an encoding that the driver doesn't know by that name.
    encoding = "utf8"

    def check(self) -> str:
        with self.transaction(CONNECT_SECONDS) as connection:
            row = connection.execute("SELECT version()").fetchone()
        _, found, version = str(row[0] if row else "").rpartition("Redshift ")
        return f"{self.name} {version}" if found else self.name

    def tables(self) -> list[FoundTable]:
        with self.transaction(CATALOG_SECONDS) as connection:
            wanted = set(self._settings.schemas)
            tables = [row for row in connection.execute(TABLES).fetchall() if not wanted or row[1] in wanted]
            if not tables:
                return []
            listed = ", ".join(str(row[0]) for row in tables)
            columns = connection.execute(COLUMNS.format(tables=listed)).fetchall()
            keys = connection.execute(KEYS.format(tables=listed)).fetchall()
        names = {oid: (schema, name) for oid, schema, name, _, _ in tables}
        called = {(table, number): name for table, number, name, *_ in columns}
        found: dict[int, list[FoundColumn]] = defaultdict(list)
        for table, _, name, kind, native, comment in columns:
            found[table].append(FoundColumn(name, type_of(kind, "b"), native, comment))
        relations: dict[int, list[Relation]] = defaultdict(list)
        for table, other, own, theirs in keys:
            if other in names:
                to = qualified(*names[other], self.default_schema)
                relations[table].append(
                    Relation(_named(called, table, own), to, _named(called, other, theirs))
                )
        return [
            FoundTable(schema, name, found[oid], count if count > 0 else None, comment, [], relations[oid])
            for oid, schema, name, count, comment in tables
            if found[oid]
        ]

    def _begin(self, connection: psycopg.Connection[Any], seconds: float) -> None:
        connection.execute(BEGIN.format(milliseconds=int(seconds * 1000), schema=self.default_schema))


def _named(called: dict[tuple[int, int], str], table: int, numbers: str) -> list[str]:
    return [called[table, int(number)] for number in numbers.split(",")]
