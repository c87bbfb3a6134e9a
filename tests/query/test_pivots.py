"""Values of a dimension as columns, through HTTP."""

from typing import Any

import pytest
from support import Loaded

REVENUE = {"column": "revenue", "aggregation": "sum", "name": "revenue"}
COUNT = {"aggregation": "count", "name": "orders"}


def names(body: dict[str, Any]) -> list[str]:
    return [column["name"] for column in body["columns"]]


def test_each_value_is_a_column(sales: Loaded, truth):
    body = sales.query(
        measures=[COUNT],
        dimensions=[{"column": "product"}, {"column": "region"}],
        filters=[{"column": "quantity", "operator": ">", "value": 4}],
        pivot={"dimension": "region"},
    )
    expected = truth(
        "SELECT product, count(*) FILTER (region = 'North'), count(*) FILTER (region = 'South'), "
        "count(*) FILTER (region = 'West') FROM sales WHERE quantity > 4 GROUP BY 1 ORDER BY 1"
    )
    assert names(body) == ["product", "North", "South", "West"]
    assert [tuple(row) for row in body["rows"]] == expected
    assert [column["role"] for column in body["columns"]] == ["dimension", *["measure"] * 3]


def test_time_becomes_columns_of_each_measure(sales: Loaded, truth):
    body = sales.query(
        measures=[REVENUE, {"ratio": {"numerator": REVENUE, "denominator": COUNT}, "name": "each"}],
        dimensions=[{"column": "ordered_on", "grain": "quarter"}, {"column": "region"}],
        period={"column": "ordered_on", "start": "2023-04-01", "end": "2023-11-01"},
        pivot={"dimension": "ordered_on"},
        sort=[{"field": "2023-07-01: each", "descending": True}],
    )
    quarters = ["2023-04-01", "2023-07-01", "2023-10-01"]
    assert names(body) == ["region", *(f"{q}: {m}" for q in quarters for m in ("revenue", "each"))]
    within = "ordered_on >= '2023-04-01' AND ordered_on < '2023-11-01'"
    cells = ", ".join(
        f"sum(revenue) FILTER (date_trunc('quarter', ordered_on) = '{q}'), "
        f"sum(revenue) FILTER (date_trunc('quarter', ordered_on) = '{q}') / "
        f"count(*) FILTER (date_trunc('quarter', ordered_on) = '{q}')"
        for q in quarters
    )
    expected = truth(f"SELECT region, {cells} FROM sales WHERE {within} GROUP BY 1 ORDER BY 5 DESC")
    assert [row[0] for row in body["rows"]] == [row[0] for row in expected]
    for row, other in zip(body["rows"], expected, strict=True):
        assert row[1:] == pytest.approx([float(value) for value in other[1:]])


def test_what_has_no_value_has_a_column_too(sales: Loaded, truth):
    body = sales.query(
        measures=[COUNT],
        dimensions=[{"column": "revenue"}],
        filters=[{"column": "quantity", "operator": "=", "value": 1}],
        pivot={"dimension": "revenue", "empty": "unknown"},
    )
    expected = dict(truth("SELECT revenue, count(*) FROM sales WHERE quantity = 1 GROUP BY 1"))
    [row] = body["rows"]
    told = dict(zip(names(body), row, strict=True))
    assert told.pop("unknown") == expected.pop(None)
    assert {float(value): n for value, n in told.items()} == expected


def test_a_comparison_stands_beside_each_value(sales: Loaded):
    wanted = {
        "measures": [COUNT],
        "dimensions": [{"column": "region"}],
        "period": {"column": "ordered_on", "start": "2024-01-01", "end": "2024-07-01"},
        "compare": "previous_year",
    }
    long = {row[0]: row[1:] for row in sales.query(**wanted)["rows"]}
    body = sales.query(**wanted, pivot={"dimension": "region"})
    [row] = body["rows"]
    told = dict(zip(names(body), row, strict=True))
    for region, (now, before, *_) in long.items():
        assert (told[region], told[f"{region}_previous"]) == (now, before)


def test_an_answer_without_values_is_empty(sales: Loaded):
    body = sales.query(
        measures=[COUNT],
        dimensions=[{"column": "product"}, {"column": "region"}],
        filters=[{"column": "region", "operator": "=", "value": "Nowhere"}],
        pivot={"dimension": "region"},
    )
    assert body["rows"] == []
    assert names(body) == ["product", "orders"]


@pytest.mark.parametrize(
    ("query", "status", "hint"),
    [
        (
            {"pivot": {"dimension": "order_id"}, "dimensions": [{"column": "order_id"}]},
            422,
            "too many values",
        ),
        ({"pivot": {"dimension": "product"}}, 400, "one of the dimensions"),
        (
            {"pivot": {"dimension": "region"}, "top": {"dimension": "region", "n": 2, "measure": "orders"}},
            400,
            "don't go with a pivot",
        ),
    ],
)
def test_what_can_not_be_columns_is_told(sales: Loaded, query: dict[str, Any], status: int, hint: str):
    wanted = {
        "source_id": sales.source["id"],
        "table": sales.table,
        "measures": [COUNT],
        "dimensions": [{"column": "region"}],
        **query,
    }
    refused = sales.api.post("/api/v1/query", json=wanted)
    assert refused.status_code == status, refused.text
    assert hint in refused.text
