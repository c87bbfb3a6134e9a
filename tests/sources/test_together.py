"""Questions that bring a database that is asked live together with a file of somebody's own."""

import csv
import io
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from arro3.io import read_ipc_stream
from support import Api, Server

from claribi.accounts.permissions import Role

TARGETS = b"region,country,target\nNorth,DE,1000\nSouth,ES,2000\nEast,PL,3000\n"
REVENUE = {"column": "orders.revenue", "aggregation": "sum", "name": "revenue"}


@pytest.fixture(scope="module")
def model(chief: Api, source: dict[str, Any]) -> dict[str, Any]:
    targets = chief.upload(TARGETS, "targets.csv")
    described = chief.get(f"/api/v1/data-sources/{targets['id']}/schema").json()
    document = {
        "name": f"Sales and targets {source['id']}",
        "tables": [
            {"name": "orders", "source_id": source["id"], "table": "orders", "time": "ordered_on"},
            {
                "name": "targets",
                "source_id": targets["id"],
                "table": described["tables"][0]["name"],
                "primary_key": ["region"],
            },
        ],
        "joins": [{"table": "orders", "columns": ["region"], "to": "targets", "references": ["region"]}],
    }
    created = chief.post("/api/v1/models", json=document)
    assert created.status_code == 201, created.text
    return created.json()


def ask(api: Api, model: dict[str, Any], **query: Any) -> list[list[Any]]:
    answer = api.post("/api/v1/query", json={"model_id": model["id"], **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def reads(api: Api, model: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    answer = api.post("/api/v1/query/explain", json={"model_id": model["id"], **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["reads"]


def test_rows_of_a_database_are_split_by_what_a_file_says_of_them(
    chief: Api, model: dict[str, Any], sales_csv: bytes
):
    country = {"North": "DE", "South": "ES", "West": None}
    expected: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(sales_csv.decode())):
        if row["ordered_on"] >= "2024-01-01" and int(row["quantity"]) > 3:
            expected[country[row["region"]]] += Decimal(row["revenue"] or 0)
    wanted = {
        "measures": [REVENUE],
        "dimensions": [{"column": "targets.country"}],
        "period": {"column": "time", "start": "2024-01-01", "end": "2025-01-01"},
        "filters": [{"column": "orders.quantity", "operator": ">", "value": 3}],
    }
    rows = ask(chief, model, **wanted)
    assert {country: Decimal(str(revenue)) for country, revenue in rows} == expected


def test_the_database_filters_and_adds_up_before_anything_leaves_it(
    chief: Api, model: dict[str, Any], source: dict[str, Any]
):
    wanted = {
        "measures": [REVENUE],
        "dimensions": [{"column": "targets.country"}],
        "filters": [
            {"column": "orders.product", "operator": "=", "value": "P1"},
            {"column": "orders.product", "operator": ">", "value": "P0"},
            {"column": "targets.target", "operator": ">", "value": 500},
        ],
    }
    [read] = reads(chief, model, **wanted)
    sql = read["sql"].upper()
    assert read["source"] == source["name"]
    assert read["table"] == "orders"
    assert ("SUM(" in sql) == (source["engine"] != "mariadb"), "MariaDB may take different texts for one"
    assert "GROUP BY" in sql or source["engine"] == "mariadb"
    assert "PRODUCT" in sql.partition(" WHERE ")[2]
    # How texts are ordered is DuckDB's to say, the other table's conditions are its own.
    assert ">" not in sql
    assert "TARGET" not in sql
    assert "QUANTITY" not in sql
    assert len(ask(chief, model, **wanted)) == 2

    whole = reads(chief, model, measures=[REVENUE, {"table": "orders", "aggregation": "count"}])
    assert whole == [], "one source alone answers by itself"


def test_the_database_compares_its_columns_itself(
    chief: Api, model: dict[str, Any], source: dict[str, Any], sales_csv: bytes
):
    ids = {"column": "orders.order_id", "operator": ">=", "other": "orders.quantity"}
    wanted = {"measures": [REVENUE], "dimensions": [{"column": "targets.country"}], "filters": [ids]}
    country = {"North": "DE", "South": "ES", "West": None}
    expected: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(sales_csv.decode())):
        if int(row["order_id"]) >= int(row["quantity"]):
            expected[country[row["region"]]] += Decimal(row["revenue"] or 0)
    assert {name: Decimal(str(revenue)) for name, revenue in ask(chief, model, **wanted)} == expected
    [read] = reads(chief, model, **wanted)
    assert ">=" in read["sql"].upper().partition("WHERE")[2]
    assert ask(chief, model, **wanted | {"filters": [ids | {"operator": "<"}]}) == []

    texts = wanted | {"filters": [{"column": "orders.region", "operator": "!=", "other": "orders.product"}]}
    [read] = reads(chief, model, **texts)
    assert "WHERE" not in read["sql"].upper(), "whether texts differ is DuckDB's to say"
    across = wanted | {"filters": [{"column": "orders.revenue", "operator": ">", "other": "targets.target"}]}
    [read] = reads(chief, model, **across)
    assert ">" not in read["sql"]
    assert "TARGET" not in read["sql"].upper()
    above: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(sales_csv.decode())):
        target = {"North": 1000, "South": 2000}.get(row["region"])
        if target is not None and Decimal(row["revenue"] or 0) > target:
            above[country[row["region"]]] += Decimal(row["revenue"])
    assert {name: Decimal(str(revenue)) for name, revenue in ask(chief, model, **across)} == above
    assert above


def test_the_database_counts_and_averages_what_it_gives(
    chief: Api, model: dict[str, Any], source: dict[str, Any], sales_csv: bytes
):
    wanted = {
        "measures": [
            {"table": "orders", "aggregation": "count", "name": "orders"},
            {"column": "orders.quantity", "aggregation": "avg", "name": "mean"},
            {"column": "orders.revenue", "aggregation": "count", "name": "paid"},
            {"column": "orders.product", "aggregation": "count_distinct", "name": "products"},
            {
                "table": "orders",
                "aggregation": "count",
                "name": "large",
                "filters": [{"column": "orders.product", "operator": "=", "value": "P2"}],
            },
        ],
        "dimensions": [{"column": "targets.country"}],
    }
    country = {"North": "DE", "South": "ES", "West": None}
    groups: dict[str | None, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(sales_csv.decode())):
        groups[country[row["region"]]].append(row)
    expected = {
        name: (
            len(rows),
            pytest.approx(sum(int(row["quantity"]) for row in rows) / len(rows)),
            sum(bool(row["revenue"]) for row in rows),
            len({row["product"] for row in rows}),
            sum(row["product"] == "P2" for row in rows),
        )
        for name, rows in groups.items()
    }
    assert {name: tuple(values) for name, *values in ask(chief, model, **wanted)} == expected
    [read] = reads(chief, model, **wanted)
    sql = read["sql"].upper()
    assert ("GROUP BY" in sql) == (source["engine"] != "mariadb"), "MariaDB may take different texts for one"
    median = wanted | {
        "measures": [*wanted["measures"], {"column": "orders.quantity", "aggregation": "median"}]
    }
    assert "GROUP BY" not in reads(chief, model, **median)[0]["sql"].upper()


def test_an_answer_is_told_apart_from_one_of_data_that_stay(chief: Api, model: dict[str, Any]):
    wanted = {
        "measures": [{"table": "orders", "aggregation": "count", "name": "n"}],
        "dimensions": [{"column": "targets.country"}],
    }
    answer = chief.post("/api/v1/query", json={"model_id": model["id"], **wanted}).json()
    assert answer["data_version"].startswith("live:")
    again = chief.get(f"/api/v1/evidence/{answer['evidence_id']}")
    assert again.status_code == 200
    assert set(again.json()["tables"]) == {"orders", "targets"}
    file = chief.post(
        "/api/v1/query/download", params={"format": "csv"}, json={"model_id": model["id"], **wanted}
    )
    assert file.status_code == 200, file.text
    counts = [int(line.rpartition(",")[2]) for line in file.text.split()[1:]]
    assert counts == [n for _, n in answer["rows"]]
    arrow = chief.post(
        "/api/v1/query",
        json={"model_id": model["id"], **wanted},
        headers={"Accept": "application/vnd.apache.arrow.stream"},
    )
    table = read_ipc_stream(io.BytesIO(arrow.content)).read_all()
    assert table.column("n").to_pylist() == counts


def test_values_become_columns_wherever_they_are_from(chief: Api, model: dict[str, Any]):
    measure = {"table": "orders", "aggregation": "count", "name": "n"}
    country, product = {"column": "targets.country"}, {"column": "orders.product"}
    long = ask(chief, model, measures=[measure], dimensions=[product, country])
    answer = chief.post(
        "/api/v1/query",
        json={
            "model_id": model["id"],
            "measures": [measure],
            "dimensions": [product, country],
            "pivot": {"dimension": "targets.country"},
        },
    ).json()
    assert [column["name"] for column in answer["columns"]] == ["orders.product", "DE", "ES", "No value"]
    countries = ("DE", "ES", None)
    counted = {
        (product, country): n
        for product, *counts in answer["rows"]
        for country, n in zip(countries, counts, strict=True)
    }
    assert counted == {(product, country): n for product, country, n in long}


def test_a_column_may_have_a_long_name(chief: Api, source: dict[str, Any]):
    name = "the sum of everything that was ever sold to anybody in any of the regions, "
    answer = chief.post(
        "/api/v1/query",
        json={
            "source_id": source["id"],
            "table": "orders",
            "measures": [
                {"column": "quantity", "aggregation": how, "name": f"{name} {how}"} for how in ("min", "max")
            ],
            "having": [{"column": f"{name} max", "operator": ">", "value": 1}],
            "sort": [{"field": f"{name} max"}],
        },
    )
    assert answer.status_code == 200, answer.text
    assert [c["name"] for c in answer.json()["columns"]] == [f"{name} min", f"{name} max"]
    assert answer.json()["rows"] == [[1, 9]]


def test_access_rules_hold_where_the_rows_are(
    near: Server, organization: int, chief: Api, source: dict[str, Any], model: dict[str, Any]
):
    member = near.member(organization, Role.ANALYST)
    rule = {
        "name": "Only the South",
        "source_id": source["id"],
        "table": "orders",
        "roles": ["analyst"],
        "rows": [{"column": "region", "operator": "=", "value": "South"}],
        "masks": {"product": "redact"},
    }
    created = chief.post("/api/v1/access-rules", json=rule)
    assert created.status_code == 201, created.text
    south = near.api(**{"X-API-Key": member.key})
    wanted = {
        "measures": [{"table": "orders", "aggregation": "count", "name": "n"}],
        "dimensions": [{"column": "targets.country"}, {"column": "orders.product"}],
    }
    assert {tuple(row[:2]) for row in ask(south, model, **wanted)} == {("ES", "***")}
    [read] = reads(south, model, **wanted)
    assert "South" in str(read["parameters"])


def test_a_table_too_large_to_be_brought_says_what_helps(chief: Api, postgresql: Any):
    postgresql.run(
        "CREATE TABLE many AS SELECT n, n % 3 AS part FROM generate_series(1, 200001) AS n",
        "GRANT SELECT ON many TO reader",
    )
    try:
        created = chief.post(
            "/api/v1/data-sources",
            json={"name": "Large", "engine": "postgresql", "connection": postgresql.connection},
        ).json()
        large = chief.until(f"/api/v1/data-sources/{created['id']}", lambda s: s["status"] != "preprocessing")
        parts = chief.upload(b"part,name\n0,none\n1,one\n2,two\n", "parts.csv")
        table = chief.get(f"/api/v1/data-sources/{parts['id']}/schema").json()["tables"][0]["name"]
        model = chief.post(
            "/api/v1/models",
            json={
                "name": "Large",
                "tables": [
                    {"name": "many", "source_id": large["id"], "table": "many"},
                    {"name": "parts", "source_id": parts["id"], "table": table, "primary_key": ["part"]},
                ],
                "joins": [{"table": "many", "columns": ["part"], "to": "parts", "references": ["part"]}],
            },
        ).json()
        wanted = {
            "measures": [{"column": "many.n", "aggregation": "median", "name": "n"}],
            "dimensions": [{"column": "parts.name"}],
        }
        refused = chief.post("/api/v1/query", json={"model_id": model["id"], **wanted})
        assert refused.status_code == 422
        assert "more than 200,000 rows" in refused.json()["message"]
        fewer = [{"column": "many.n", "operator": "<=", "value": 300}]
        assert ask(chief, model, **wanted, filters=fewer) == [["none", 151.5], ["one", 149.5], ["two", 150.5]]
        # Added up at the source, the same rows are three.
        summed = [{"column": "many.n", "aggregation": "sum", "name": "n"}]
        total = ask(chief, model, measures=summed, dimensions=[{"column": "parts.name"}])
        assert sum(n for _, n in total) == 200_001 * 200_002 // 2
    finally:
        postgresql.run("DROP TABLE many")
