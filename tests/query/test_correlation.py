"""Correlations of two columns, through HTTP and on engines that have no function for them."""

import statistics
from typing import Any

import duckdb
import pytest
from random_queries import NOW
from support import Loaded, Server
from tsql_in_duckdb import in_duckdb

from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.live import shown_as
from claribi.query.schemas import Query
from claribi.sources.catalog import Column, Table

# Of the north all are there; of the south one pair, of the west one side stays the same, of the east none.
TREES = """tree,region,height,girth,planted,felled
1,North,3,10,2020-01-01,2020-01-05
2,North,4,14,2020-01-01,2020-01-09
3,North,7.5,13,2020-01-01,2020-01-04
4,North,,20,2020-01-01,2020-01-02
5,South,5,12,2020-01-01,
6,South,6,,2020-01-01,2020-02-01
7,West,5,12,2020-01-01,2020-01-02
8,West,5,19,2020-01-01,2020-01-03
9,East,,12,2020-01-01,2020-01-03
"""
CORR = {"column": "height", "aggregation": "corr", "other": "girth"}
NORTH = statistics.correlation([3, 4, 7.5], [10, 14, 13])
PAIRS = [(3, 10), (4, 14), (7.5, 13), (5, 12), (5, 12), (5, 19)]


@pytest.fixture(scope="module")
def trees(server: Server) -> Loaded:
    api = server.owner("self_hosted")
    return Loaded(api, api.upload(TREES.encode(), "trees.csv"))


def test_of_all_rows_and_of_groups(trees: Loaded):
    whole = trees.query(measures=[CORR])
    assert whole["columns"] == [{"name": "corr_height_girth", "type": "float", "role": "measure"}]
    assert whole["rows"] == [[pytest.approx(statistics.correlation(*zip(*PAIRS, strict=True)))]]
    parts = trees.query(dimensions=[{"column": "region"}], measures=[CORR, {"aggregation": "count"}])["rows"]
    assert parts == [
        ["East", None, 1],
        ["North", pytest.approx(NORTH), 4],
        ["South", None, 2],
        ["West", None, 2],
    ]


def test_of_some_rows_and_of_computed_columns(trees: Loaded):
    north = {"column": "region", "operator": "=", "value": "North"}
    days = {"name": "days", "duration": {"start": "planted", "end": "felled", "unit": "day"}}
    back = {"name": "back", "expression": "0 - girth", "columns": {"girth": "girth"}}
    measures = [
        CORR | {"filters": [north], "name": "a"},
        {"column": "back", "other": "height", "aggregation": "corr", "filters": [north], "name": "b"},
        {"column": "days", "other": "girth", "aggregation": "corr", "filters": [north], "name": "c"},
        {
            "formula": {"expression": "r * r", "measures": {"r": CORR | {"filters": [north]}}},
            "name": "explained",
        },
    ]
    [[a, b, c, explained]] = trees.query(computed=[days, back], measures=measures)["rows"]
    assert (a, b, explained) == (pytest.approx(NORTH), pytest.approx(-NORTH), pytest.approx(NORTH**2))
    assert c == pytest.approx(statistics.correlation([4, 8, 3, 1], [10, 14, 13, 20]))
    assert trees.query(measures=[CORR | {"other": "height"}])["rows"] == [[pytest.approx(1)]]


def test_of_a_model(trees: Loaded):
    table = {"name": "t", "source_id": trees.source["id"], "table": trees.table}
    model = trees.api.post("/api/v1/models", json={"name": "Trees", "tables": [table]}).json()
    measure = {"column": "t.height", "aggregation": "corr", "other": "t.girth"}
    body = {"model_id": model["id"], "dimensions": [{"column": "t.region"}], "measures": [measure]}
    rows = trees.api.post("/api/v1/query", json=body).json()["rows"]
    assert rows == [["East", None], ["North", pytest.approx(NORTH)], ["South", None], ["West", None]]


@pytest.mark.parametrize(
    ("changed", "status", "hint"),
    [
        ({"other": None}, 400, "of a column and an other one"),
        ({"aggregation": "sum"}, 400, "which only corr takes"),
        ({"column": None}, 400, "corr needs a column"),
        ({"other": "grth"}, 422, "did you mean girth"),
        ({"other": "region"}, 422, "corr needs a column of numbers; region is string"),
        ({"column": "planted"}, 422, "corr needs a column of numbers; planted is date"),
    ],
)
def test_what_makes_no_sense_is_told(trees: Loaded, changed: dict[str, Any], status: int, hint: str):
    body = {"source_id": trees.source["id"], "table": trees.table, "measures": [CORR | changed]}
    answer = trees.api.post("/api/v1/query", json=body)
    assert answer.status_code == status, answer.text
    assert hint in answer.text


def test_large_values_that_vary_little_lose_no_digits_without_a_function():
    """SQL Server's words, of which DuckDB tells the meaning."""
    rows = [(10**9 + value, 10**9 - 3 * value + value % 2) for value in range(100)]
    table = Table("pairs", 100, [Column("a", "integer", "measure"), Column("b", "integer", "measure")])
    measure = {"column": "a", "aggregation": "corr", "other": "b", "name": "r"}
    query = Query.model_validate({"source_id": 1, "table": "pairs", "measures": [measure]})
    compiled = compile_query(query, table, now=NOW)
    text = shown_as(adapted(compiled.expression, "tsql", compiled.parameters), "tsql")
    assert "CORR(" not in text
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE pairs (a bigint, b bigint)")
        connection.executemany("INSERT INTO pairs VALUES (?, ?)", rows)
        [found] = connection.execute(in_duckdb(text)).fetchone() or [None]
    assert found == pytest.approx(statistics.correlation(*zip(*rows, strict=True)), rel=1e-12)
