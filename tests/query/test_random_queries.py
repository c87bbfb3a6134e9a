"""Random queries against a reference in plain Python, on every engine that runs here."""

import math
import os
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pymysql
import pytest
import reference
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claribi.core.egress import Egress
from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.engine import Engine, EngineLimits
from claribi.query.live import read
from claribi.query.schemas import Query
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES, Column, ColumnType, Table
from claribi.sources.connectors.base import Connector
from claribi.sources.connectors.mysql import MySQL
from claribi.sources.connectors.postgresql import PostgreSQL
from claribi.sources.connectors.settings import ServerConnection

EXAMPLES = int(os.environ.get("CLARIBI_RANDOM_QUERIES", "150"))
NOW = datetime(2024, 4, 10, 12, 30)
LIMITS = EngineLimits()
TYPES: dict[str, ColumnType] = {
    "id": "integer",
    "day": "date",
    "moment": "timestamp",
    "region": "string",
    "size": "string",
    "n": "integer",
    "amount": "decimal",
    "x": "float",
    "ok": "boolean",
}
TABLE = Table("things", 0, [Column(name, kind, "dimension") for name, kind in TYPES.items()])
CREATE = (
    "CREATE TABLE things (id int, day date, moment {moment}, region {text}, size {text}, n int,"
    " amount decimal(10, 2), x double precision, ok boolean)"
)
NOT_NUMBERS = {name for name, kind in TYPES.items() if kind not in NUMERIC_TYPES}
Run = Callable[[Query], list[list[Any]]]


def _rows() -> list[dict[str, Any]]:
    """Few days and words, so that groups meet; the nights on which clocks change; much that is missing."""
    chance = random.Random(4)
    nights = [datetime(2024, 3, 31), datetime(2023, 10, 29), datetime(2024, 2, 29)]

    def row(number: int) -> dict[str, Any]:
        moment = chance.choice([*nights, datetime(2022, 12, 30) + timedelta(days=chance.randint(0, 480))])
        values = {
            "day": moment.date(),
            "moment": moment + timedelta(minutes=30 * chance.randint(0, 47)),
            "region": chance.choice(["North", "south", "Süd", "o'West", "100%", ""]),
            "size": chance.choice(["S", "M", "L"]),
            "n": chance.randint(-3, 6),
            "amount": Decimal(chance.randint(-999, 9999)) / 100,
            "x": chance.randint(-40, 400) / 4,
            "ok": chance.random() < 0.5,
        }
        return {"id": number} | {k: None if chance.random() < 0.12 else v for k, v in values.items()}

    return [row(number) for number in range(300)]


ROWS = _rows()
TUPLES = [tuple(row.values()) for row in ROWS]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """DuckDB over a Parquet file, as for everything that was uploaded."""
    file = tmp_path_factory.mktemp("things") / "things.parquet"
    with duckdb.connect() as connection:
        connection.execute(CREATE.format(moment="timestamp", text="varchar"))
        connection.executemany("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", TUPLES)
        connection.execute(f"COPY things TO '{file}'")
    engine = Engine(size=1, limits=LIMITS, spill_directory=tmp_path_factory.mktemp("spill"))
    files: dict[str, list[Path]] = {"things": [file]}

    def run(query: Query) -> list[list[Any]]:
        compiled = compile_query(query, TABLE, now=NOW)
        return engine.run(compiled.sql(), compiled.parameters, files).rows

    yield run
    engine.close()


def _live(connector: Connector) -> Run:
    def run(query: Query) -> list[list[Any]]:
        compiled = compile_query(query, TABLE, now=NOW)
        expression = adapted(compiled.expression, connector.dialect)
        return read(connector, expression, compiled.parameters, compiled.types, LIMITS).rows

    return run


@pytest.fixture(scope="module")
def postgresql(postgres_url: str) -> Iterator[Run]:
    with psycopg.connect(postgres_url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(CREATE.format(moment="timestamp", text='text COLLATE "C"'))
        with cursor.copy("COPY things FROM STDIN") as copy:
            for row in TUPLES:
                copy.write_row(row)
        where = connection.info
        settings = ServerConnection(host="127.0.0.1", port=where.port, database=where.dbname, user=where.user)
        connector = PostgreSQL(settings, Egress([ip_network("127.0.0.0/8")]), size=1)
        yield _live(connector)
        connector.close()
        cursor.execute("DROP TABLE things")


@pytest.fixture(scope="module")
def mariadb(mariadb_port: int) -> Iterator[Run]:
    admin = pymysql.connect(host="127.0.0.1", port=mariadb_port, user="root", autocommit=True)
    with admin.cursor() as cursor:
        cursor.execute("CREATE DATABASE things CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
        cursor.execute("USE things")
        cursor.execute(CREATE.format(moment="datetime", text="varchar(20)"))
        cursor.executemany("INSERT INTO things VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", TUPLES)
        settings = ServerConnection(host="127.0.0.1", port=mariadb_port, database="things", user="root")
        connector = MySQL(settings, Egress([ip_network("127.0.0.0/8")]), size=1)
        yield _live(connector)
        connector.close()
        cursor.execute("DROP DATABASE things")
    admin.close()


def of(*types: ColumnType) -> st.SearchStrategy[str]:
    return st.sampled_from([name for name, kind in TYPES.items() if not types or kind in types])


def _value(column: str) -> st.SearchStrategy[Any]:
    """A value to compare a column with: mostly one that it holds."""
    held = sorted({row[column] for row in ROWS if row[column] is not None}, key=str)
    return st.sampled_from(held).map(_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    column = draw(of())
    kind = TYPES[column]
    operators = ["=", "!=", "in", "not_in", "is_null", "is_not_null"]
    if kind != "boolean":
        operators += ["<", "<=", ">", ">=", "between"]
    operators += ["contains", "starts_with"] if kind == "string" else []
    operators += ["last_n"] if kind in TIME_TYPES else []
    operator = draw(st.sampled_from(operators))
    value: Any = None
    if operator == "last_n":
        units = ["day", "week", "month", "quarter", "year"] + (["hour"] if kind == "timestamp" else [])
        value = {
            "n": draw(st.integers(1, 8)),
            "unit": draw(st.sampled_from(units)),
            "anchor": draw(st.sampled_from(["now", "data"])),
        }
    elif operator in {"contains", "starts_with"}:
        value = draw(st.sampled_from(["o", "SÜ", "n", "'", "%", "100%", "_", "zz", "th"]))
    elif operator in {"in", "not_in"}:
        value = draw(st.lists(_value(column), min_size=1, max_size=4))
    elif operator == "between":
        value = draw(st.lists(_value(column), min_size=2, max_size=2))
    elif not operator.startswith("is_"):
        value = draw(_value(column))
    return {"column": column, "operator": operator, "value": value}


@st.composite
def measures(draw: st.DrawFn, *, ratios: bool = True) -> dict[str, Any]:
    if ratios and draw(st.integers(0, 5)) == 0:
        parts = {
            name: draw(measures(ratios=False).filter(lambda m: m.get("column") not in NOT_NUMBERS))
            for name in ("numerator", "denominator")
        }
        return {"ratio": parts}
    aggregation = draw(st.sampled_from(["sum", "avg", "median", "min", "max", "count", "count_distinct"]))
    if aggregation == "count" and draw(st.booleans()):
        return {"aggregation": "count"}
    numbers = of("integer", "decimal", "float")
    if aggregation in {"sum", "avg", "median"}:
        column = draw(numbers)
    else:
        column = draw(of() if aggregation.startswith("count") else st.one_of(numbers, of("date", "string")))
    return {"aggregation": aggregation, "column": column}


@st.composite
def _extras(
    draw: st.DrawFn, dimensions: list[dict[str, Any]], listed: list[dict[str, Any]], *, compared: bool
) -> dict[str, Any]:
    """Top values, conditions on measures, calculations."""
    extras: dict[str, Any] = {}
    words = [d["column"] for d in dimensions if TYPES[d["column"]] == "string"]
    # Sums that are exact, so that no engine's rounding decides what is on top.
    exact = [m["name"] for m in listed if m.get("aggregation") in {"sum", "count"}]
    if words and exact and draw(st.booleans()):
        other = draw(st.sampled_from(["Other", None]))
        extras["top"] = {
            "dimension": draw(st.sampled_from(words)),
            "n": draw(st.integers(1, 4)),
            "measure": draw(st.sampled_from(exact)),
            "ascending": draw(st.booleans()),
            "other": other,
        }
    if compared or not exact:
        return extras
    if draw(st.booleans()):
        value = draw(st.integers(-5, 20))
        operator = draw(st.sampled_from(["<", ">=", "!=", "is_not_null"]))
        extras["having"] = [{"column": draw(st.sampled_from(exact)), "operator": operator, "value": value}]
    timed = [d["column"] for d in dimensions if "grain" in d]
    names = [d["column"] for d in dimensions]
    kinds = ["share", "rank"]
    if timed:
        kinds += ["running_total", "moving_average", "previous", "change", "change_ratio"]
    calculations = []
    for number in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(kinds))
        one: dict[str, Any] = {"type": kind, "measure": draw(st.sampled_from(exact)), "name": f"c{number}"}
        if kind in {"share", "rank"}:
            one["within"] = draw(st.lists(st.sampled_from(names), unique=True, max_size=1)) if names else []
            one["ascending"] = draw(st.booleans())
        else:
            one |= {"along": draw(st.sampled_from(timed)), "n": draw(st.integers(1, 4))}
            grain = next(d["grain"] for d in dimensions if d["column"] == one["along"])
            if kind == "running_total":
                one["reset"] = draw(st.sampled_from([None, "week", "month", "quarter", "year"]))
            elif kind != "moving_average" and grain not in {"week", "hour"}:
                one["unit"] = draw(st.sampled_from([None, "year"]))
        calculations.append(one)
    extras["calculations"] = calculations
    return extras


@st.composite
def queries(draw: st.DrawFn) -> Query:
    body: dict[str, Any] = {
        "source_id": 1,
        "table": "things",
        "filters": draw(st.lists(filters(), max_size=3)),
    }
    if draw(st.integers(0, 7)) == 0:
        columns = draw(st.lists(of(), min_size=1, unique=True))
        return Query.model_validate(
            body | {"columns": ["id", *(c for c in columns if c != "id")], "sort": [{"field": "id"}]}
        )
    chosen = draw(st.lists(of("date", "timestamp", "string", "boolean"), max_size=2, unique=True))
    dimensions: list[dict[str, Any]] = [{"column": name} for name in chosen]
    for dimension in dimensions:
        if TYPES[dimension["column"]] in TIME_TYPES:
            dimension["grain"] = draw(
                st.sampled_from(["day", "week", "month", "quarter", "year"])
                if TYPES[dimension["column"]] == "date"
                else st.sampled_from(["hour", "day", "week", "month", "quarter", "year"])
            )
    body["dimensions"] = dimensions
    listed = draw(st.lists(measures(), min_size=0 if dimensions else 1, max_size=3, unique_by=str))
    if draw(st.integers(0, 2)) == 0 and listed:
        start = datetime(2023, 1, 1) + timedelta(days=draw(st.integers(0, 400)))
        whole = draw(st.booleans())
        start = start.replace(day=1) if whole else start
        end = start + timedelta(days=draw(st.integers(1, 120)))
        end = reference._forward(start, draw(st.integers(1, 6))) if whole else end
        body["period"] = {"column": draw(of("date", "timestamp")), "start": start, "end": end}
        if draw(st.booleans()):
            body["compare"] = draw(st.sampled_from(["previous_period", "previous_year"]))
            listed = [m for m in listed if "ratio" in m or m.get("column") not in NOT_NUMBERS]
            listed = listed or [{"aggregation": "count"}]
    for number, measure in enumerate(listed):
        measure["name"] = f"m{number}"
    body["measures"] = listed
    if listed and draw(st.integers(0, 2)) == 0:
        body |= draw(_extras(dimensions, listed, compared="compare" in body))
    exact = [f"m{i}" for i, m in enumerate(listed) if m.get("aggregation") in {"sum", "count", "min", "max"}]
    sortable = [d["column"] for d in dimensions] + exact
    if sortable:
        fields = draw(st.lists(st.sampled_from(sortable), max_size=2, unique=True))
        body["sort"] = [{"field": field, "descending": draw(st.booleans())} for field in fields]
    body["limit"] = draw(st.one_of(st.none(), st.integers(1, 20)))
    return Query.model_validate(body)


def _same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, int | float | Decimal) and isinstance(theirs, int | float | Decimal):
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-9)
    if type(ours) is date and isinstance(theirs, datetime):
        return datetime(ours.year, ours.month, ours.day) == theirs
    return bool(ours == theirs)


def _check(run: Run, query: Query) -> None:
    found, wanted = run(query), reference.answer(query, ROWS, NOW)
    assert len(found) == len(wanted), (query, found, wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert all(map(_same, ours, theirs)), (query, ours, theirs)


RUN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)


@RUN
@given(query=queries())
def test_files_agree_with_the_reference(stored: Run, query: Query):
    _check(stored, query)


@RUN
@given(query=queries())
def test_postgresql_agrees_with_the_reference(postgresql: Run, query: Query):
    _check(postgresql, query)


@RUN
@given(query=queries().filter(lambda query: "median" not in query.model_dump_json()))
def test_mariadb_agrees_with_the_reference(mariadb: Run, query: Query):
    _check(mariadb, query)
