"""Redshift as a source. There is no Redshift here: PostgreSQL, from which it came, stands in for it.

What is shown is that catalog queries and statements are such as both read; that Redshift has no answer of its
own to them can only be seen there.
"""

from typing import Any

import pytest
from support import Api


@pytest.fixture(scope="module")
def source(owner: Api, postgresql: Any) -> dict[str, Any]:
    body = {"name": "Warehouse", "engine": "redshift", "connection": postgresql.connection}
    created = owner.post("/api/v1/data-sources", json=body)
    assert created.status_code == 201, created.text
    path = f"/api/v1/data-sources/{created.json()['id']}"
    return owner.until(path, lambda found: found["status"] != "preprocessing")


def ask(api: Api, **query: Any) -> dict[str, Any]:
    answer = api.post("/api/v1/query", json=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_its_tables_columns_and_relations_are_found(source: dict[str, Any], rows: list[Any]):
    assert source["status"] == "active"
    tables = {table["name"]: table for table in source["tables"]}
    assert {"orders", "regions", "stock.parts"} <= set(tables)
    assert "wages" not in tables
    orders = tables["orders"]
    assert orders["row_count"] == len(rows)
    columns = {column["name"]: column for column in orders["columns"]}
    assert columns["revenue"]["comment"] == "In euros"
    assert columns["at"]["type"] == "timestamp"
    assert orders["relations"] == [{"columns": ["region"], "table": "regions", "references": ["region"]}]


def test_its_primary_keys_are_remarks_and_not_believed(source: dict[str, Any]):
    assert all(table["primary_key"] == [] for table in source["tables"])


def test_only_the_schemas_that_are_wanted(owner: Api, postgresql: Any):
    connection = postgresql.connection | {"schemas": ["stock"]}
    created = owner.post(
        "/api/v1/data-sources", json={"name": "Stock", "engine": "redshift", "connection": connection}
    ).json()
    found = owner.until(f"/api/v1/data-sources/{created['id']}", lambda s: s["status"] != "preprocessing")
    assert [table["name"] for table in found["tables"]] == ["stock.parts"]


def test_it_is_asked_in_its_own_dialect(owner: Api, source: dict[str, Any], rows: list[Any]):
    found = ask(
        owner,
        source_id=source["id"],
        table="orders",
        measures=[{"aggregation": "count"}, {"column": "quantity", "aggregation": "median"}],
        dimensions=[{"column": "region"}],
    )
    assert "WITHIN GROUP" not in found["sql"]
    assert [row[0] for row in found["rows"]] == ["North", "South", "West"]
    for region, count, median in found["rows"]:
        own = sorted(int(row[4]) for row in rows if row[2] == region)
        assert count == len(own)
        assert median == (own[(len(own) - 1) // 2] + own[len(own) // 2]) / 2


def test_statements_by_hand_are_read_as_it_reads_them(owner: Api, source: dict[str, Any]):
    found = ask(owner, source_id=source["id"], sql="SELECT region FROM regions WHERE manager = 'Nora'")
    assert found["rows"] == [["North"]]
    # A backslash takes the next letter with it there, and nowhere else in PostgreSQL's family.
    body = {"source_id": source["id"], "sql": r"SELECT '\' OR name <> ' FROM wages"}
    refused = owner.post("/api/v1/query", json=body)
    assert refused.status_code in {400, 422}, refused.text
