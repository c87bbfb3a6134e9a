"""Whether questions in SQL Server's words still ask the same.

No SQL Server runs here: what is written for it is read back by sqlglot and run by DuckDB. So these tests tell
that a question keeps its meaning, and nothing of how SQL Server itself takes the words.
"""

import re
from collections.abc import Iterator

import duckdb
import pytest
import reference
from hypothesis import HealthCheck, given, settings
from random_queries import CREATE, NOW, ROWS, TABLE, TUPLES, queries, same
from tsql_in_duckdb import in_duckdb

from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.live import brought, shown_as
from claribi.query.schemas import Query


@pytest.fixture(scope="module")
def things() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(CREATE.format(moment="timestamp", text="varchar"))
        connection.executemany("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", TUPLES)
        yield connection


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(query=queries())
def test_it_agrees_with_the_reference(things: duckdb.DuckDBPyConnection, query: Query):
    compiled = compile_query(query, TABLE, now=NOW)
    text = shown_as(adapted(compiled.expression, "tsql", compiled.parameters), "tsql")
    sql = in_duckdb(text)
    bound = {name: value for name, value in compiled.parameters.items() if re.search(rf"\${name}\b", sql)}
    kinds = compiled.types.values()
    found = [
        [brought(kind, value) for kind, value in zip(kinds, row, strict=True)]
        for row in things.execute(sql, bound).fetchall()
    ]
    wanted = reference.answer(query, ROWS, NOW)
    assert len(found) == len(wanted), text
    for ours, theirs in zip(found, wanted, strict=True):
        assert all(map(same, ours, theirs)), (text, ours, theirs)
