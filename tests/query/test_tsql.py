"""How a question reads in SQL Server's words.

No server has been asked: what is told here of SQL Server is from its documentation.
"""

from datetime import datetime
from typing import Any

import pytest
import sqlglot

from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.live import shown_as
from claribi.query.schemas import Query
from claribi.sources.catalog import Column, Table

SALES = Table(
    "sales",
    0,
    [
        Column("n", "integer", "measure"),
        Column("word", "string", "dimension"),
        Column("day", "date", "time"),
        Column("at", "timestamp", "time"),
        Column("paid", "boolean", "dimension"),
    ],
)
COUNT = [{"aggregation": "count", "name": "c"}]
AT = "CAST([at] AS DATETIME2)"
FIRST = "CAST(N'0001-01-01' AS DATETIME2)"


def written(**query: Any) -> str:
    body = Query.model_validate({"source_id": 1, "table": "sales"} | query)
    compiled = compile_query(body, SALES, now=datetime(2024, 4, 10))
    return shown_as(adapted(compiled.expression, "tsql", compiled.parameters), "tsql")


def measured(aggregation: str, column: str = "n") -> str:
    [text] = [written(measures=[{"column": column, "aggregation": aggregation, "name": "it"}])]
    return text.removeprefix("SELECT ").removesuffix(" AS [it] FROM [sales]")


class TestAggregates:
    def test_a_sum_has_more_room_than_its_numbers(self):
        assert measured("sum") == "SUM(([n]) + CAST(0 AS NUMERIC(1, 0)))"

    def test_an_average_of_whole_numbers_is_none(self):
        assert measured("avg") == "AVG(CAST([n] AS FLOAT))"

    def test_counts_have_64_bits(self):
        assert measured("count") == "COUNT_BIG([n])"
        assert measured("count_distinct", "word") == "COUNT_BIG(DISTINCT [word])"

    def test_a_median_is_of_numbered_rows(self):
        text = written(
            measures=[{"column": "n", "aggregation": "median", "name": "it"}], dimensions=[{"column": "word"}]
        )
        assert "ROW_NUMBER() OVER (PARTITION BY [claribi 1], CASE WHEN NOT [claribi 2] IS NULL" in text
        assert "MEDIAN" not in text


class TestTimes:
    @pytest.mark.parametrize(
        ("grain", "start"),
        [
            ("hour", f"DATEADD(HOUR, DATEDIFF(HOUR, {FIRST}, {AT}), {FIRST})"),
            ("day", f"CAST(DATEADD(DAY, DATEDIFF(DAY, {FIRST}, {AT}), {FIRST}) AS DATE)"),
            (
                "week",
                f"CAST(DATEADD(DAY, DATEDIFF(DAY, {FIRST}, {AT}) / 7 * 7, {FIRST}) AS DATE)",
            ),
            (
                "quarter",
                f"CAST(DATEADD(QUARTER, DATEDIFF(QUARTER, {FIRST}, {AT}), {FIRST}) AS DATE)",
            ),
        ],
    )
    def test_buckets_begin_where_no_setting_moves_them(self, grain: str, start: str):
        text = written(measures=COUNT, dimensions=[{"column": "at", "grain": grain}])
        assert f"CROSS APPLY (SELECT {start} AS [claribi 1]) AS [claribi]" in text

    def test_the_day_that_weeks_are_counted_from_is_a_monday(self):
        assert datetime(1, 1, 1).weekday() == 0

    def test_a_date_is_moved_as_a_moment(self):
        span = {"n": 3, "unit": "quarter", "anchor": "data"}
        filters = [{"column": "day", "operator": "last_n", "value": span}]
        text = written(measures=COUNT, filters=filters)
        assert "[day] >= DATEADD(MONTH, -6, CAST(DATEADD(QUARTER, DATEDIFF(QUARTER, " in text
        assert "INTERVAL" not in text


class TestGroups:
    def test_they_are_of_columns(self):
        text = written(measures=COUNT, dimensions=[{"column": "word"}, {"column": "at", "grain": "year"}])
        assert text.startswith("SELECT [word] AS [word], [claribi 1] AS [at], COUNT_BIG(*) AS [c] FROM")
        assert "GROUP BY [word], [claribi 1]" in text

    def test_what_searches_other_rows_is_computed_beside_the_row(self):
        """SQL Server neither groups by a subquery nor adds one up (errors 144 and 130)."""
        top = {"dimension": "word", "n": 2, "measure": "c", "other": "Others"}
        text = written(measures=COUNT, dimensions=[{"column": "word"}], top=top)
        assert (
            "SELECT [claribi 1] AS [word], COUNT_BIG(*) AS [c] FROM [sales] CROSS APPLY (SELECT CASE" in text
        )
        assert text.count("GROUP BY [claribi 1]") == 1
        span = {"n": 3, "unit": "month", "anchor": "data"}
        recent = [{"column": "day", "operator": "last_n", "value": span}]
        sums = [{"column": "n", "aggregation": "sum", "name": "s", "filters": recent}]
        assert written(measures=sums).startswith("SELECT SUM([claribi 1]) AS [s] FROM [sales] CROSS APPLY (")

    def test_missing_values_come_last(self):
        text = written(measures=COUNT, dimensions=[{"column": "word"}])
        assert text.endswith("ORDER BY CASE WHEN [word] IS NULL THEN 1 ELSE 0 END, [word] ASC")
        text = written(
            measures=COUNT, dimensions=[{"column": "word"}], sort=[{"field": "word", "descending": True}]
        )
        # SQL Server takes them for the lowest of all.
        assert text.endswith("ORDER BY [word] DESC")


class TestConditions:
    def test_texts_are_searched_letter_by_letter(self):
        exact = "AS NVARCHAR(MAX)) COLLATE Latin1_General_100_BIN2)"
        needle, hay = f"LOWER(CAST(:p1 {exact}", f"LOWER(CAST([word] {exact}"
        for operator, sign in (("contains", "> 0"), ("starts_with", "= 1")):
            filters = [{"column": "word", "operator": operator, "value": "50% "}]
            text = written(columns=["n"], filters=filters)
            assert f"CHARINDEX({needle}, {hay}) {sign}" in text
            # CHARINDEX finds an empty text nowhere, and LEN would not count the blank at the end.
            assert f"OR (DATALENGTH({needle}) = 0 AND NOT {hay} IS NULL)" in text

    def test_a_condition_is_no_value(self):
        text = written(
            measures=COUNT,
            dimensions=[{"column": "at", "grain": "month"}, {"column": "paid"}],
            calculations=[
                {"type": "running_total", "measure": "c", "name": "total"},
                {"type": "previous", "measure": "c", "name": "before"},
            ],
        )
        missing = "[here].[at] IS NULL"
        flag = f"CAST(CASE WHEN {missing} THEN 1 WHEN NOT ({missing}) THEN 0 END AS BIT)"
        assert f"PARTITION BY [here].[paid], {flag} ORDER BY [here].[at]" in text
        assert (
            "([beside_1].[paid] = [here].[paid] OR ([beside_1].[paid] IS NULL AND [here].[paid] IS NULL))"
            in text
        )
        assert "DISTINCT FROM" not in text


@pytest.mark.parametrize(
    "query",
    [
        {"measures": COUNT, "dimensions": [{"column": "at", "grain": "week"}], "limit": 5},
        {"measures": COUNT, "dimensions": [{"column": "day", "grain": "month", "whole": True}]},
        {"columns": ["word", "paid"], "filters": [{"column": "word", "operator": "contains", "value": "a"}]},
        {
            "measures": [{"column": "n", "aggregation": "sum", "name": "s"}],
            "dimensions": [{"column": "at", "grain": "month"}],
            "period": {"column": "at", "start": "2024-02-01T00:00:00", "end": "2024-04-01T00:00:00"},
            "compare": "previous_period",
        },
    ],
)
def test_what_evidence_keeps_can_be_run_again(query: dict[str, Any]):
    text = written(**query)
    assert shown_as(sqlglot.parse_one(text, dialect="tsql"), "tsql") == text
