"""What the guard lets through to ClickHouse, which reads more places than any other engine as tables."""

import pytest

from claribi.core.errors import QueryError
from claribi.query.guard import check

TABLES = {"orders", "regions"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT region, count() AS n FROM Orders o WHERE quantity > $least GROUP BY region",
        "SELECT sumIf(quantity, region = 'x'), uniqExact(region), quantile(0.9)(quantity) FROM orders FINAL",
        "SELECT quantileIf(0.5)(quantity, is_late), topK(3)(region), argMax(region, at) FROM orders",
        "SELECT toStartOfInterval(at, INTERVAL 15 MINUTE), toYYYYMM(at) FROM orders PREWHERE quantity > 1",
        "WITH big AS (SELECT * FROM orders) SELECT * FROM big WHERE region IN (SELECT region FROM regions)",
        "SELECT region IN ('a', 'b'), region IN (:word), region IN ('a') FROM orders",
        "SELECT arrayMap(x -> x + 1, [1, 2]), multiIf(quantity > 1, 'a', 'b') FROM orders LIMIT 3 BY region",
        "SELECT lagInFrame(quantity) OVER (PARTITION BY region ORDER BY at) FROM orders",
    ],
)
def test_what_only_reads_is_let_through(sql: str):
    check(sql, dialect="clickhouse", tables=TABLES)


@pytest.mark.parametrize(
    "sql",
    [
        # A name alone beside IN is a table's, of any database.
        "SELECT 1 IN wages",
        "SELECT 1 IN (wages)",
        "SELECT 1 NOT IN ((system.users))",
        "SELECT 1 GLOBAL IN system.users",
        "SELECT in(1, wages)",
        # Settings could lift the limits, a format would not be read.
        "SELECT 1 SETTINGS max_execution_time = 0",
        "SELECT * FROM (SELECT 1 SETTINGS readonly = 0)",
        "SELECT 1 UNION ALL SELECT 2 FORMAT TSV",
        "SELECT * FROM orders INTO OUTFILE '/tmp/x'",
        # Names of WITH queries count each letter.
        "WITH ORDERS AS (SELECT 1) SELECT * FROM orders",
        "WITH Wages AS (SELECT 1) SELECT * FROM wages",
        *(
            f"SELECT * FROM {function}"
            for function in (
                "url('http://127.0.0.1/', 'CSV', 'a String')",
                "file('/etc/passwd')",
                "s3('https://example.com/x')",
                "remote('127.0.0.1', system.one)",
                "cluster('all', system.one)",
                "mysql('h', 'd', 't', 'u', 'p')",
                "postgresql('h', 'd', 't', 'u', 'p')",
                "numbers(10)",
                "input('a String')",
                "executable('id')",
                "dictionary('d')",
                "merge('shop', '.*')",
                "view(SELECT 1)",
                "generateRandom('a Int8')",
            )
        ),
        *(
            f"SELECT {function} FROM orders"
            for function in (
                "sleep(3)",
                "sleepEachRow(1)",
                "dictGet('d', 'a', 1)",
                "joinGet('j', 'a', 1)",
                "file('/etc/passwd')",
                "getSetting('max_threads')",
                "hostName()",
                "currentUser()",
                "hasColumnInTable('h', 'd', 't', 'c')",
                "reverseDNSQuery('a')",
                "evalMLMethod(a, b)",
                "uniqMerge(a)",
            )
        ),
        "SELECT * FROM system.tables",
        "SELECT * FROM wages",
        "SELECT $$text$$",
    ],
)
def test_what_does_more_is_refused(sql: str):
    with pytest.raises(QueryError):
        check(sql, dialect="clickhouse", tables=TABLES)


@pytest.mark.parametrize(
    ("dialect", "sql", "allowed"),
    [
        ("postgres", "WITH Big AS (SELECT 1) SELECT * FROM big", True),
        ("postgres", 'WITH "ORDERS" AS (SELECT 1) SELECT * FROM orders', False),
        ("postgres", 'WITH orders AS (SELECT 1) SELECT * FROM "Orders"', False),
        ("mysql", "WITH ORDERS AS (SELECT 1) SELECT * FROM orders", False),
        ("mysql", "WITH orders AS (SELECT 1) SELECT * FROM orders", True),
        ("duckdb", "WITH ORDERS AS (SELECT 1) SELECT * FROM orders", True),
    ],
)
def test_a_with_query_hides_only_the_table_that_the_engine_takes_it_for(
    dialect: str, sql: str, allowed: bool
):
    """Else a table would be read that nothing here has looked at."""
    if allowed:
        check(sql, dialect=dialect, tables=TABLES)
        return
    with pytest.raises(QueryError, match="written in another way"):
        check(sql, dialect=dialect, tables=TABLES)
