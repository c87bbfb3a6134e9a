"""A stand-in for Databricks' Statement Execution API 2.0, over DuckDB. See `statement_server`."""

import json
from datetime import date, datetime
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp
from statement_server import BROKEN, ENDLESS, BreakOff, Problem, Statement, StatementService

USER, PASSWORD = "token", "dapi0123456789abcdef"
CATALOG, WAREHOUSE = "main", "abc123"
STATEMENTS = ["api", "2.0", "sql", "statements"]
TYPES = {
    "INTEGER": "INT",
    "HUGEINT": "DECIMAL(38,0)",
    "VARCHAR": "STRING",
    "BLOB": "BINARY",
    "TIMESTAMP": "TIMESTAMP_NTZ",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
    '"NULL"': "VOID",
}


class DatabricksService(StatementService):
    dialect = "spark"
    zone = "UTC"
    starting = False

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if headers.get("authorization") != f"Bearer {PASSWORD}":
            return 401, {"message": "Credential was not sent or was of an unsupported type"}
        parts = path.strip("/").split("/")
        if parts[:4] != STATEMENTS:
            return 404, None
        if method == "POST" and len(parts) == 4:
            return self._submitted(json.loads(body))
        number = int(parts[4])
        statement = self.statements[number]
        match parts[5:]:
            case ["cancel"]:
                statement.cancelled = True
                return 200, {}
            case ["result", "chunks", chunk]:
                return 200, self._chunk(statement, int(chunk))
        return 200, self._told(number, statement)

    def _submitted(self, asked: dict[str, Any]) -> tuple[int, Any]:
        if asked["warehouse_id"] != WAREHOUSE:
            return 404, {"error_code": "NOT_FOUND", "message": "SQL warehouse was not found"}
        sql = asked["statement"]
        if asked.get("parameters"):
            sql = _bound(sql, asked["parameters"])
        settings = {name: asked.get(name, "") for name in ("catalog", "schema")}
        number = self.take(sql, settings)
        statement = self.statements[number]
        if asked["on_wait_timeout"] == "CANCEL":
            if self.starting:
                return 200, {"statement_id": str(number), "status": {"state": "CANCELED"}}
            return 200, self._told(number, statement)
        return 200, {"statement_id": str(number), "status": {"state": "PENDING"}}

    def _told(self, number: int, statement: Statement) -> dict[str, Any]:
        answer: dict[str, Any] = {"statement_id": str(number), "status": {"state": "RUNNING"}}
        if ENDLESS in statement.sql:
            return answer
        try:
            self._started(statement)
        except Problem as problem:
            error = {"error_code": problem.code, "message": problem.said}
            return answer | {"status": {"state": "FAILED", "error": error}}
        columns = [{"name": name, "type_text": self.native(kind)} for name, kind in statement.columns]
        return answer | {
            "status": {"state": "SUCCEEDED"},
            "manifest": {"schema": {"columns": columns}, "truncated": False},
            "result": self._chunk(statement, 0),
        }

    @staticmethod
    def _chunk(statement: Statement, number: int) -> dict[str, Any]:
        if BROKEN in statement.sql and number == 1:
            raise BreakOff
        rows = [[_text(value) for value in row] for row in statement.page(number)]
        following = {"next_chunk_index": number + 1} if number + 1 < statement.pages else {}
        return {"chunk_index": number, "data_array": rows, **following}

    def _started(self, statement: Statement) -> None:
        if statement.settings["catalog"] != CATALOG:
            raise Problem("BAD_REQUEST", "[NO_SUCH_CATALOG_EXCEPTION] Catalog was not found. SQLSTATE: 42704")
        if "information_schema" in statement.sql:
            self._tell_of_itself()
        try:
            self.run(statement, statement.settings["schema"])
        except duckdb.CatalogException as error:
            raise Problem("BAD_REQUEST", f"[TABLE_OR_VIEW_NOT_FOUND] {error} SQLSTATE: 42P01") from None
        except duckdb.Error as error:
            raise Problem("BAD_REQUEST", f"[INTERNAL_ERROR] {error}") from None

    def translated(self, statement: exp.Expr) -> exp.Expr:
        for node in list(statement.walk()):
            if isinstance(node, exp.Table) and node.db == "information_schema":
                node.replace(exp.table_(node.name, db="told"))
            elif isinstance(node, exp.Func) and "TIMEZONE" in node.sql("spark").upper()[:17]:
                node.replace(exp.Literal.string(self.zone))
        return statement

    def _tell_of_itself(self) -> None:
        with self.database.cursor() as cursor:
            listed = cursor.execute(
                "SELECT schema_name, table_name, column_name, data_type, comment, column_index"
                " FROM duckdb_columns() WHERE NOT internal AND schema_name <> 'told'"
            ).fetchall()
            cursor.execute(
                "CREATE SCHEMA IF NOT EXISTS told;"
                "CREATE OR REPLACE TABLE told.columns (table_schema varchar, table_name varchar,"
                " column_name varchar, full_data_type varchar, comment varchar, ordinal_position int);"
                "CREATE OR REPLACE VIEW told.tables AS SELECT schema_name AS table_schema, table_name,"
                " comment FROM duckdb_tables() WHERE schema_name <> 'told';"
                "CREATE OR REPLACE VIEW told.schemata AS SELECT DISTINCT schema_name"
                " FROM duckdb_tables() WHERE schema_name <> 'told'"
            )
            cursor.executemany(
                "INSERT INTO told.columns VALUES (?, ?, ?, ?, ?, ?)",
                [(s, t, c, self.native(kind).lower(), said, n) for s, t, c, kind, said, n in listed],
            )

    @staticmethod
    def native(kind: str) -> str:
        """What Databricks calls a type of DuckDB's."""
        return TYPES.get(kind, kind)


def _bound(sql: str, parameters: list[dict[str, Any]]) -> str:
    """The statement with its parameters in place, each of the type that it was sent as."""
    given = {each["name"]: each for each in parameters}

    def placed(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Placeholder):
            return node
        value = given[node.name]["value"]
        text = exp.Null() if value is None else exp.Literal.string(value)
        return exp.cast(text, given[node.name]["type"], dialect="spark")

    return sqlglot.parse_one(sql, read="spark").transform(placed).sql("spark")


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(timespec="microseconds") + "Z"
        case date():
            return value.isoformat()
    return str(value)
