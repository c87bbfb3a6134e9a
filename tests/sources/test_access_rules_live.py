"""Access rules on databases that are asked where their rows are."""

from typing import Any

import pytest
from support import Api, Server

from claribi.accounts.permissions import Role


@pytest.fixture(scope="module")
def south(near: Server, organization: int, chief: Api, source: dict[str, Any]) -> Api:
    """Sees orders of the South since 2023, products masked, no revenue."""
    member = near.member(organization, Role.ANALYST)
    attributes = {"attributes": {"region": "South"}}
    assert chief.patch(f"/api/v1/members/{member.user_id}", json=attributes).status_code == 200
    rule = {
        "name": "South",
        "source_id": source["id"],
        "table": "orders",
        "roles": ["analyst"],
        "rows": [
            {"column": "region", "attribute": "region"},
            {"column": "quantity", "operator": ">=", "value": 2},
        ],
        "masks": {"product": "last4", "revenue": "null"},
    }
    created = chief.post("/api/v1/access-rules", json=rule)
    assert created.status_code == 201, created.text
    return near.api(**{"X-API-Key": member.key})


def ask(api: Api, source: dict[str, Any], **query: Any) -> list[list[Any]]:
    answer = api.post("/api/v1/query", json={"source_id": source["id"], **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def test_rows_and_columns_are_kept_back_at_the_source(chief: Api, south: Api, source: dict[str, Any]):
    wanted = {
        "table": "orders",
        "measures": [{"aggregation": "count"}],
        "filters": [
            {"column": "region", "operator": "=", "value": "South"},
            {"column": "quantity", "operator": ">=", "value": 2},
        ],
    }
    [[count]] = ask(chief, source, **wanted)
    assert 0 < count < ask(chief, source, table="orders", measures=[{"aggregation": "count"}])[0][0]
    assert ask(south, source, table="orders", measures=[{"aggregation": "count"}]) == [[count]]
    for sql in (
        "SELECT count(*) AS n FROM orders",
        "SELECT count(o.order_id) AS n FROM orders AS o",
        "WITH o AS (SELECT * FROM orders) SELECT count(*) AS n FROM o",
        "SELECT count(*) AS n FROM orders JOIN regions ON orders.region = regions.region",
    ):
        assert ask(south, source, sql=sql) == [[count]]
    assert ask(south, source, table="orders", dimensions=[{"column": "region"}]) == [["South"]]


def test_masks_are_put_on_at_the_source(chief: Api, south: Api, source: dict[str, Any]):
    products = [row[0] for row in ask(chief, source, table="orders", dimensions=[{"column": "product"}])]
    masked = [row[0] for row in ask(south, source, table="orders", dimensions=[{"column": "product"}])]
    assert set(masked) <= {None if product is None else f"***{product[-4:]}" for product in products}
    total = {"table": "orders", "measures": [{"column": "revenue", "aggregation": "sum"}]}
    assert ask(south, source, **total) == [[None]]
    explained = south.post("/api/v1/query/explain", json={"source_id": source["id"], **total}).json()
    assert (explained["runs"], explained["access_rules"]) == ("source", ["South"])
    assert (
        chief.post("/api/v1/query/explain", json={"source_id": source["id"], **total}).json()["access_rules"]
        == []
    )


def test_joined_by_a_model_they_hold_as_well(chief: Api, south: Api, source: dict[str, Any]):
    made = chief.post(
        "/api/v1/models",
        json={
            "name": source["name"],
            "tables": [
                {"name": "o", "source_id": source["id"], "table": "orders", "primary_key": ["order_id"]},
                {"name": "r", "source_id": source["id"], "table": "regions", "primary_key": ["region"]},
            ],
            "joins": [{"table": "o", "columns": ["region"], "to": "r", "references": ["region"]}],
            "metrics": [{"name": "orders", "table": "o", "aggregation": "count"}],
        },
    )
    assert made.status_code == 201, made.text
    query = {
        "model_id": made.json()["id"],
        "measures": [{"metric": "orders"}],
        "dimensions": [{"column": "r.manager"}],
    }
    seen = south.post("/api/v1/query", json=query).json()["rows"]
    assert [row[0] for row in seen] == ["Sol"]
    everything = chief.post("/api/v1/query", json=query).json()["rows"]
    assert {row[0] for row in everything} > {"Sol"}
