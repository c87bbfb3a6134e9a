"""SQLite and DuckDB files."""

import sqlite3
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from support import Api

from claribi.core.errors import ValidationFailed


def sqlite(path: Path, *statements: str) -> bytes:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path.read_bytes()


def made(path: Path, *statements: str) -> bytes:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path.read_bytes()


THINGS = (
    """CREATE TABLE "Order Items" (id INTEGER PRIMARY KEY, day DATE, at TIMESTAMP, paid BOOLEAN, price REAL,
    mixed, name TEXT, raw BLOB, void INT)""",
    """INSERT INTO "Order Items"
    VALUES (1, '2024-02-29', '2024-02-29 10:30:00', 1, 2, 1, 'Ä', x'00ff', NULL)""",
    """INSERT INTO "Order Items"
    VALUES (2, NULL, '2024-03-01T08:00:00Z', 0, 2.5, 'one', NULL, NULL, NULL)""",
)


def test_types_come_from_what_a_column_holds(convert_file, tmp_path):
    result = convert_file(sqlite(tmp_path / "a", *THINGS), "shop.sqlite")
    assert result.table.name == "order_items"
    assert result.types == {
        "id": "integer",
        "day": "date",
        "at": "timestamp",
        "paid": "boolean",
        "price": "float",
        "mixed": "string",
        "name": "string",
        "raw": "string",
        "void": "string",
    }
    assert result.rows == [
        (1, date(2024, 2, 29), datetime(2024, 2, 29, 10, 30), True, 2.0, "1", "Ä", "00ff", None),
        (2, None, datetime(2024, 3, 1, 8), False, 2.5, "one", None, None, None),
    ]


def test_a_day_that_is_none_makes_texts_of_all(convert_file, tmp_path):
    content = sqlite(
        tmp_path / "a", "CREATE TABLE t (d DATE)", "INSERT INTO t VALUES ('2024-02-28'), ('2024-02-31')"
    )
    assert convert_file(content, "a.db").types == {"d": "string"}


def test_every_table_with_rows_and_no_view(convert_file, tmp_path):
    content = sqlite(
        tmp_path / "a",
        "CREATE TABLE a (x int)",
        "INSERT INTO a VALUES (1)",
        "CREATE TABLE empty (x int)",
        "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT * FROM n",
        "CREATE VIRTUAL TABLE words USING fts5(body)",
        "CREATE TABLE b (y text)",
        "INSERT INTO b VALUES ('z')",
    )
    file = convert_file(content, "a.db3").file
    names = {table.name for table in file.tables}
    assert {"a", "b"} <= names
    assert not names & {"endless", "words", "empty"}
    assert file.notes


def test_tables_of_duckdb_keep_their_types(convert_file, tmp_path):
    content = made(
        tmp_path / "d.duckdb",
        """CREATE TABLE facts AS SELECT i AS id, DATE '2024-01-01' + i::int AS day,
        (i / 4)::decimal(10, 2) AS amount, [i, i] AS list FROM range(5) t(i)""",
        "CREATE SCHEMA other",
        "CREATE TABLE other.facts AS SELECT 'x' AS name",
        "CREATE TABLE hollow (a int)",
        "CREATE VIEW reading AS SELECT * FROM read_text('/etc/passwd')",
    )
    result = convert_file(content, "warehouse.duckdb")
    assert [(t.name, t.row_count) for t in result.file.tables] == [("facts", 5), ("other_facts", 1)]
    assert result.types == {"id": "integer", "day": "date", "amount": "decimal", "list": "string"}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"SQLite format 3\0" + b"\xff" * 5000, "a.sqlite"),
        (b"\0" * 8 + b"DUCK" + b"\xff" * 5000, "a.duckdb"),
        (b"hello, world\n", "a.sqlite"),
        (b"hello, world\n", "a.duckdb"),
    ],
)
def test_what_is_damaged_or_something_else_says_so(convert_file, content: bytes, name: str):
    with pytest.raises(ValidationFailed):
        convert_file(content, name)


def test_an_upload_becomes_a_source_with_its_tables(api: Api, tmp_path):
    content = sqlite(
        tmp_path / "a", *THINGS, "CREATE TABLE regions (region TEXT)", "INSERT INTO regions VALUES ('N')"
    )
    source = api.upload(content, name="shop.db")
    assert (source["status"], source["engine"]) == ("active", "sqlite")
    assert [table["name"] for table in source["tables"]] == ["order_items", "regions"]
    query = {"source_id": source["id"], "table": "order_items", "measures": [{"aggregation": "count"}]}
    assert api.post("/api/v1/query", json=query).json()["rows"] == [[2]]
