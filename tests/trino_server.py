"""A stand-in for a Trino coordinator: its client protocol, over DuckDB. See `statement_server`."""

import math
import threading
from base64 import b64decode
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import duckdb
from sqlglot import exp
from statement_server import BROKEN, ELSEWHERE, ENDLESS, BreakOff, Problem, Statement, StatementService

USER, PASSWORD = "reader", "an unusual password: '$%\\:"
TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyZWFkZXIifQ.c2lnbmVk"
CATALOG = "lake"
TYPES = {
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "decimal(38,0)",
    "FLOAT": "real",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp(6)",
    "TIMESTAMP_MS": "timestamp(3)",
    "TIMESTAMP_NS": "timestamp(9)",
    "TIMESTAMP WITH TIME ZONE": "timestamp(6) with time zone",
    "TIME": "time(6)",
    "VARCHAR": "varchar",
    "UUID": "uuid",
    "BLOB": "varbinary",
    '"NULL"': "unknown",
}


class TrinoService(StatementService):
    dialect = "trino"

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        parts = urlsplit(path).path.strip("/").split("/")
        if parts == ["v1", "info"]:
            return 200, {"nodeVersion": {"version": "476"}, "coordinator": True, "starting": False}
        if not self._lets_in(headers):
            return 401, None
        if method == "POST":
            number = self.take(body.decode(), headers)
            return 200, self._queued(number)
        number, page = int(parts[3]), int(parts[4])
        statement = self.statements[number]
        if method == "DELETE":
            statement.cancelled = True
            return 204, None
        try:
            return 200, self._paged(number, statement, page)
        except Problem as problem:
            error = {
                "message": problem.said,
                "errorCode": 1,
                "errorName": problem.code,
                "errorType": "USER_ERROR",
            }
            return 200, {"id": str(number), "stats": {"state": "FAILED"}, "error": error}

    @staticmethod
    def _lets_in(headers: dict[str, str]) -> bool:
        kind, _, proof = headers.get("authorization", "").partition(" ")
        if headers.get("x-trino-user") != USER:
            return False
        return proof == TOKEN if kind == "Bearer" else b64decode(proof).decode() == f"{USER}:{PASSWORD}"

    def _queued(self, number: int) -> dict[str, Any]:
        return {
            "id": str(number),
            "nextUri": self._uri("queued", number, 0),
            "stats": {"state": "QUEUED"},
        }

    def _paged(self, number: int, statement: Statement, page: int) -> dict[str, Any]:
        answer: dict[str, Any] = {"id": str(number), "stats": {"state": "RUNNING"}}
        if page == 0:
            self._started(statement)
        if ENDLESS in statement.sql:
            # As the coordinator does, which answers after a while even if there is nothing new.
            threading.Event().wait(0.2)
            return answer | {"nextUri": self._uri("executing", number, page + 1)}
        if ELSEWHERE in statement.sql:
            return answer | {"nextUri": "https://elsewhere.example/v1/statement/executing/0/1"}
        if page == 0:
            return answer | {"nextUri": self._uri("executing", number, 1)}
        if BROKEN in statement.sql and page == 2:
            raise BreakOff
        kinds = [self.native(kind) for _, kind in statement.columns]
        answer["columns"] = [
            {"name": name, "type": kind} for (name, _), kind in zip(statement.columns, kinds, strict=True)
        ]
        zones = [" UTC" if "zone" in kind else "" for kind in kinds]
        answer["data"] = [
            [
                None if v is None else self._sent(v) + zone if zone else self._sent(v)
                for v, zone in zip(row, zones, strict=True)
            ]
            for row in statement.page(page - 1)
        ]
        if page < statement.pages:
            answer["nextUri"] = self._uri("executing", number, page + 1)
        return answer

    def _uri(self, state: str, number: int, page: int) -> str:
        return f"https://localhost:{self.port}/v1/statement/{state}/{number}/{page}"

    def _started(self, statement: Statement) -> None:
        if statement.settings.get("x-trino-catalog") != CATALOG:
            raise Problem("CATALOG_NOT_FOUND", f"line 1:1: Catalog '{statement.settings}' not found")
        tells = any(word in statement.sql for word in ("jdbc", "metadata", "information_schema"))
        if tells:
            self._tell_of_itself()
        try:
            self.run(statement, "" if tells else statement.settings.get("x-trino-schema", ""))
        except duckdb.CatalogException as error:
            raise Problem("TABLE_NOT_FOUND", f"line 1:15: {error}") from None
        except duckdb.Error as error:
            raise Problem("GENERIC_USER_ERROR", f"line 1:1: {error}") from None

    def translated(self, statement: exp.Expr) -> exp.Expr:
        # From the leaves up: what is replaced may hold others that are still to be.
        for node in reversed(list(statement.walk(bfs=True))):
            if isinstance(node, exp.Table) and node.catalog == "system":
                node.replace(exp.table_(node.name, db=f"system_{node.db}"))
            elif isinstance(node, exp.Table) and node.db == "information_schema":
                node.replace(exp.table_(node.name, db="system_own"))
            elif isinstance(node, exp.Anonymous) and node.name.upper() == "AT_TIMEZONE":
                node.replace(exp.AtTimeZone(this=node.expressions[0], zone=node.expressions[1]))
        return statement

    def _tell_of_itself(self) -> None:
        with self.database.cursor() as cursor:
            listed = cursor.execute(
                "SELECT schema_name, table_name, column_name, data_type, comment, column_index"
                " FROM duckdb_columns() WHERE NOT internal AND schema_name NOT LIKE 'system_%'"
            ).fetchall()
            cursor.execute(
                "CREATE SCHEMA IF NOT EXISTS system_jdbc; CREATE SCHEMA IF NOT EXISTS system_metadata;"
                "CREATE SCHEMA IF NOT EXISTS system_own;"
                "CREATE OR REPLACE TABLE system_jdbc.columns (table_cat varchar, table_schem varchar,"
                " table_name varchar, column_name varchar, type_name varchar, remarks varchar,"
                " ordinal_position int);"
                "CREATE OR REPLACE VIEW system_metadata.table_comments AS SELECT 'lake' AS catalog_name,"
                " schema_name, table_name, comment FROM duckdb_tables() WHERE NOT internal;"
                "CREATE OR REPLACE VIEW system_own.schemata AS SELECT DISTINCT schema_name"
                " FROM duckdb_tables() WHERE schema_name NOT LIKE 'system_%'"
            )
            cursor.executemany(
                "INSERT INTO system_jdbc.columns VALUES ('lake', ?, ?, ?, ?, ?, ?)",
                [(s, t, c, self.native(kind), said, n) for s, t, c, kind, said, n in listed],
            )

    @staticmethod
    def native(kind: str) -> str:
        """What Trino calls a type of DuckDB's."""
        return TYPES.get(kind, kind.lower())

    @staticmethod
    def _sent(value: Any) -> Any:
        match value:
            case datetime():
                return value.isoformat(" ", "microseconds")
            case date() | Decimal():
                return str(value)
            case int() if value not in range(-(2**63), 2**63):
                return str(value)
            case float() if not math.isfinite(value):
                return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
        return value
