"""A stand-in for Snowflake's SQL API, over DuckDB. See `statement_server`."""

import json
from datetime import date, datetime, time
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import duckdb
import jwt
import sqlglot
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlglot import exp
from sqlglot.tokenizer_core import TokenType
from statement_server import BROKEN, ENDLESS, BreakOff, Statement, StatementService

DATABASE, USER, PASSWORD, WAREHOUSE = "SALES", "reader", "pat-0123456789", "SMALL"
KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMP WITH TIME ZONE": "timestamp_tz",
    "BLOB": "binary",
    "FLOAT": "real",
    "DOUBLE": "real",
}


class SnowflakeService(StatementService):
    dialect = "snowflake"

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if not self._lets_in(headers):
            return 401, {"code": "390144", "message": "JWT token is invalid."}
        where = urlsplit(path)
        parts = where.path.strip("/").split("/")[3:]
        if method == "POST" and not parts:
            asked = json.loads(body)
            handle = str(UUID(int=self.take(_bound(asked), asked)))
            return 202, {"code": "333334", "message": "in progress", "statementHandle": handle}
        statement = self.statements[UUID(parts[0]).int]
        if parts[1:] == ["cancel"]:
            statement.cancelled = True
            return 200, {"statementHandle": parts[0]}
        number = int(parse_qs(where.query).get("partition", ["0"])[0])
        if number:
            return 200, {"data": self._part(statement, number)}
        return self._told(parts[0], statement)

    @staticmethod
    def _lets_in(headers: dict[str, str]) -> bool:
        proof = headers.get("authorization", "").removeprefix("Bearer ")
        if headers.get("x-snowflake-authorization-token-type") != "KEYPAIR_JWT":
            return proof == PASSWORD
        claims = jwt.decode(proof, KEY.public_key(), algorithms=["RS256"])
        return bool(
            claims["sub"] == "LOCALHOST.READER" and claims["iss"].startswith("LOCALHOST.READER.SHA256:")
        )

    def _told(self, handle: str, statement: Statement) -> tuple[int, Any]:
        if ENDLESS in statement.sql:
            return 202, {"code": "333334", "message": "in progress", "statementHandle": handle}
        try:
            self._started(statement)
        except duckdb.CatalogException as error:
            return 422, {
                "code": "002003",
                "message": f"SQL compilation error:\n{error}",
                "statementHandle": handle,
            }
        except duckdb.Error as error:
            return 422, {"code": "001003", "message": str(error), "statementHandle": handle}
        columns = [self._column(name, kind) for name, kind in statement.columns]
        parts = [{"rowCount": len(statement.page(n))} for n in range(statement.pages)]
        metadata = {
            "numRows": len(statement.rows),
            "format": "jsonv2",
            "rowType": columns,
            "partitionInfo": parts,
        }
        return 200, {
            "code": "090001",
            "statementHandle": handle,
            "resultSetMetaData": metadata,
            "data": self._part(statement, 0),
        }

    @staticmethod
    def _column(name: str, kind: str) -> dict[str, Any]:
        if "INT" in kind:
            return {"name": name, "type": "fixed", "precision": 38, "scale": 0}
        if kind.startswith("DECIMAL"):
            precision, scale = kind[8:-1].split(",")
            return {"name": name, "type": "fixed", "precision": int(precision), "scale": int(scale)}
        return {"name": name, "type": TYPES.get(kind, "text"), "scale": None}

    @staticmethod
    def _part(statement: Statement, number: int) -> list[list[str | None]]:
        if BROKEN in statement.sql and number == 1:
            raise BreakOff
        kinds = [kind for _, kind in statement.columns]
        rows = statement.page(number)
        return [[_text(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in rows]

    def _started(self, statement: Statement) -> None:
        asked: Any = statement.settings
        if asked["database"] != DATABASE:
            raise duckdb.CatalogException("Database does not exist or not authorized.")
        if "INFORMATION_SCHEMA" in statement.sql:
            self._tell_of_itself()
        self.run(statement, asked.get("schema", ""))

    def translated(self, statement: exp.Expr) -> exp.Expr:
        for node in list(statement.walk()):
            if isinstance(node, exp.Table) and node.db == "INFORMATION_SCHEMA":
                node.replace(exp.table_(node.name, db="told"))
            elif isinstance(node, exp.CurrentVersion):
                node.replace(exp.Literal.string("9.30.1"))
        return statement

    def _tell_of_itself(self) -> None:
        with self.database.cursor() as cursor:
            cursor.execute(
                "CREATE SCHEMA IF NOT EXISTS told;"
                "CREATE OR REPLACE VIEW told.columns AS SELECT schema_name AS table_schema, table_name,"
                " column_name,"
                " CASE WHEN data_type LIKE '%INT%' OR data_type LIKE 'DECIMAL%' THEN 'NUMBER'"
                " WHEN data_type = 'VARCHAR' THEN 'TEXT'"
                " WHEN data_type LIKE 'TIMESTAMP W%' THEN 'TIMESTAMP_TZ'"
                " WHEN data_type = 'TIMESTAMP' THEN 'TIMESTAMP_NTZ' ELSE data_type END AS data_type,"
                " 38 AS numeric_precision, numeric_scale, comment, column_index AS ordinal_position"
                " FROM duckdb_columns() WHERE NOT internal AND schema_name <> 'told';"
                "CREATE OR REPLACE VIEW told.tables AS SELECT schema_name AS table_schema, table_name,"
                " estimated_size AS row_count, comment FROM duckdb_tables() WHERE schema_name <> 'told';"
                "CREATE OR REPLACE VIEW told.schemata AS SELECT DISTINCT schema_name FROM duckdb_tables()"
            )


def _bound(asked: dict[str, Any]) -> str:
    """The statement with its bindings in place, each of the type that it was sent as."""
    types = {"TEXT": "text", "REAL": "double", "BOOLEAN": "boolean"}
    given = asked.get("bindings", {})
    statement: str = asked["statement"]

    def placed(one: dict[str, Any]) -> str:
        text = exp.Null() if one["value"] is None else exp.Literal.string(one["value"])
        return exp.cast(text, types[one["type"]]).sql("snowflake")

    # By the tokens, since the tree has a WITH after what it is for; from the end, so that places stay.
    tokens = sqlglot.tokenize(statement, read="snowflake")
    marks = [token for token in tokens if token.token_type is TokenType.PLACEHOLDER]
    for position, mark in reversed(list(enumerate(marks, 1))):
        statement = statement[: mark.start] + placed(given[str(position)]) + statement[mark.end + 1 :]
    return statement


def _text(value: Any, kind: str) -> str | None:  # noqa: PLR0911 - one for each kind of value
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case datetime():
            seconds = (value - datetime(1970, 1, 1)) // (
                datetime(1970, 1, 1, 0, 0, 0, 1) - datetime(1970, 1, 1)
            )
            text = f"{'-' * (seconds < 0)}{abs(seconds) // 10**6}.{abs(seconds) % 10**6:06d}000"
            return f"{text} 1500" if "ZONE" in kind else text
        case date():
            return str((value - date(1970, 1, 1)).days)
        case time():
            return f"{value.hour * 3600 + value.minute * 60 + value.second}.{value.microsecond:06d}000"
        case bytes():
            return value.hex().upper()
    return str(value)
