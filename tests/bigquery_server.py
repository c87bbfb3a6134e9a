"""A stand-in for BigQuery's REST API v2 and its tokens, over DuckDB. See `statement_server`."""

import json
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import jwt
import sqlglot
from snowflake_server import KEY, PEM
from sqlglot import exp
from statement_server import BROKEN, ENDLESS, PAGE_ROWS, BreakOff, Statement, StatementService

PROJECT, USER, TOKEN, LOCATION = "my-project", "reader@my-project.example", "ya29.token", "EU"
COSTLY = "costly"
TYPES = {
    "HUGEINT": "BIGNUMERIC",
    "FLOAT": "FLOAT",
    "DOUBLE": "FLOAT",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP": "DATETIME",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
    "BLOB": "BYTES",
}


class BigQueryService(StatementService):
    dialect = "bigquery"

    @property
    def key(self) -> str:
        """What the console gives to a service account."""
        where = f"https://localhost:{self.port}/token"
        return json.dumps({"client_email": USER, "private_key": PEM, "token_uri": where})

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:  # noqa: PLR0911 - one for each path
        where = urlsplit(path)
        if where.path == "/token":
            assertion = parse_qs(body.decode())["assertion"][0]
            claims = jwt.decode(
                assertion, KEY.public_key(), ["RS256"], audience=json.loads(self.key)["token_uri"]
            )
            return (
                (200, {"access_token": TOKEN}) if claims["iss"] == USER else (400, {"error": "invalid_grant"})
            )
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return 401, None
        project, *parts = where.path.strip("/").split("/")[3:]
        if project != PROJECT:
            return _problem(404, "notFound", f"Not found: Project {project}")
        query = {name: values[0] for name, values in parse_qs(where.query).items()}
        match method, parts:
            case "GET", ["datasets"]:
                names = ["sales", "stock"]
                return 200, {"datasets": [{"datasetReference": {"datasetId": name}} for name in names]}
            case "POST", ["queries"]:
                return self._submitted(json.loads(body))
            case "POST", ["jobs", job, "cancel"]:
                self.statements[int(job)].cancelled = True
                return 200, {}
        if query.get("location") != LOCATION:
            return _problem(404, "notFound", "Not found: Job")
        return self._told(int(parts[1]), int(query.get("pageToken", "0")))

    def _submitted(self, asked: dict[str, Any]) -> tuple[int, Any]:
        if asked["useLegacySql"] or not int(asked["maximumBytesBilled"]):
            return _problem(400, "invalid", "legacy")
        if COSTLY in asked["query"]:
            return _problem(400, "bytesBilledLimitExceeded", "Query exceeded limit for bytes billed: 1.")
        number = self.take(_bound(asked), asked)
        return (
            self._told(number, 0)
            if "WITH" in asked["query"]
            else (200, _job(number) | {"jobComplete": False})
        )

    def _told(self, number: int, page: int) -> tuple[int, Any]:
        statement = self.statements[number]
        if ENDLESS in statement.sql:
            return 200, _job(number) | {"jobComplete": False}
        if BROKEN in statement.sql and page == 1:
            raise BreakOff
        try:
            if not page:
                self._started(statement)
        except duckdb.CatalogException as error:
            return _problem(404, "notFound", f"Not found: Table {error} was not found in location EU")
        except duckdb.Error as error:
            return _problem(400, "invalidQuery", str(error))
        fields = [
            {"name": name, "type": native(kind), "mode": "NULLABLE"} for name, kind in statement.columns
        ]
        kinds = [kind for _, kind in statement.columns]
        rows = [
            {"f": [{"v": _text(value, kind)} for value, kind in zip(row, kinds, strict=True)]}
            for row in statement.page(page)
        ]
        following = {"pageToken": str(page + 1)} if (page + 1) * PAGE_ROWS < len(statement.rows) else {}
        told = {"jobComplete": True, "schema": {"fields": fields}, "totalRows": str(len(statement.rows))}
        return 200, _job(number) | told | {"rows": rows} | following

    def _started(self, statement: Statement) -> None:
        asked: Any = statement.settings
        if "INFORMATION_SCHEMA" in statement.sql or "__TABLES__" in statement.sql:
            self._tell_of_itself()
        self.run(statement, asked.get("defaultDataset", {}).get("datasetId", ""))

    def translated(self, statement: exp.Expr) -> exp.Expr:
        for node in reversed(list(statement.walk(bfs=True))):
            if isinstance(node, exp.Table) and (
                "INFORMATION_SCHEMA" in node.sql() or node.name == "__TABLES__"
            ):
                dataset = next(part.name for part in node.parts if part.name in {"sales", "stock"})
                own = exp.table_(f"{dataset}_{node.name.rpartition('.')[2].strip('_').lower()}", db="told")
                own.set("alias", node.args["alias"].copy() if node.args.get("alias") else None)
                node.replace(own)
            elif isinstance(node, exp.IntDiv):
                node.set("this", exp.paren(node.this.copy()))
        return statement

    def _tell_of_itself(self) -> None:
        with self.database.cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS told")
            for schema in ("sales", "stock"):
                listed = cursor.execute(
                    "SELECT table_name, column_name, data_type, column_index, comment FROM duckdb_columns()"
                    f" WHERE schema_name = '{schema}'"
                ).fetchall()
                cursor.execute(
                    f"CREATE OR REPLACE TABLE told.{schema}_columns (table_name varchar, column_name varchar,"
                    " data_type varchar, ordinal_position int, description varchar);"
                    f"CREATE OR REPLACE VIEW told.{schema}_column_field_paths AS SELECT *,"
                    f" column_name AS field_path FROM told.{schema}_columns;"
                    f"CREATE OR REPLACE VIEW told.{schema}_tables AS SELECT"
                    " table_name AS table_id, estimated_size AS row_count FROM duckdb_tables()"
                    f" WHERE schema_name = '{schema}';"
                    f"CREATE OR REPLACE VIEW told.{schema}_table_options AS"
                    " SELECT table_name, 'description' AS option_name,"
                    " '\"' || comment || '\"' AS option_value"
                    f" FROM duckdb_tables() WHERE schema_name = '{schema}'"
                )
                if listed:
                    rows = [(t, c, native(kind), n, said) for t, c, kind, n, said in listed]
                    cursor.executemany(f"INSERT INTO told.{schema}_columns VALUES (?, ?, ?, ?, ?)", rows)


def native(kind: str) -> str:
    """What BigQuery calls a type of DuckDB's."""
    if kind.startswith("DECIMAL"):
        return "NUMERIC"
    return TYPES.get(kind, "INTEGER" if "INT" in kind else "STRING")


def _job(number: int) -> dict[str, Any]:
    return {"jobReference": {"projectId": PROJECT, "jobId": str(number), "location": LOCATION}}


def _problem(status: int, reason: str, said: str) -> tuple[int, Any]:
    return status, {
        "error": {"code": status, "message": said, "errors": [{"reason": reason, "message": said}]}
    }


def _bound(asked: dict[str, Any]) -> str:
    """The statement with its parameters in place, each of the type that it was sent as."""
    given = {each["name"]: each for each in asked.get("queryParameters", [])}

    def placed(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Parameter):
            return node
        one = given[node.name]
        value, kind = one["parameterValue"]["value"], one["parameterType"]["type"]
        text = exp.Null() if value is None else exp.Literal.string(value)
        whole = "INT128" if kind == "BIGNUMERIC" and value and "." not in value else None
        return exp.cast(text, whole) if whole else exp.cast(text, kind, dialect="bigquery")

    return sqlglot.parse_one(asked["query"], read="bigquery").transform(placed).sql("bigquery")


def _text(value: Any, kind: str) -> Any:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case datetime() if "ZONE" in kind:
            return str(round(value.replace(tzinfo=UTC).timestamp() * 10**6))
        case datetime() | date():
            return value.isoformat()
    return str(value)
