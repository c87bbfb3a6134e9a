"""Computed columns of databases that are asked where their rows are."""

import csv
import io
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from support import Api, Server

from claribi.accounts.permissions import Role

TAKEN = {"name": "taken", "duration": {"start": "ordered_on", "end": "at", "unit": "hour"}}
BACK = {"name": "back", "duration": {"start": "at", "end": "ordered_on", "unit": "minute"}}
EACH = {"name": "each", "expression": "r / q", "columns": {"r": "revenue", "q": "quantity"}}
FIVES = {"name": "fives", "classes": {"column": "quantity", "width": 5}}
BAND = {"name": "band", "classes": {"column": "revenue", "edges": [50, 99.5, 500]}}
BANDS = ["under 50", "50 to 99.5", "99.5 to 500", "500 and more", None]


@pytest.fixture(scope="module")
def orders(sales_csv: bytes) -> list[dict[str, Any]]:
    """What Python computes from the file."""
    read = [
        {
            "region": row["region"],
            "quantity": int(row["quantity"]),
            "revenue": Decimal(row["revenue"]) if row["revenue"] else None,
            "hours": (
                datetime.fromisoformat(f"{row['ordered_on']} {n % 24:02}:30:00")
                - datetime.fromisoformat(row["ordered_on"])
            ).total_seconds()
            / 3600,
        }
        for n, row in enumerate(csv.DictReader(io.StringIO(sales_csv.decode())))
    ]
    for row in read:
        revenue = row["revenue"]
        row["band"] = (
            None if revenue is None else BANDS[sum(revenue >= edge for edge in (50, Decimal("99.5"), 500))]
        )
    return read


def ask(api: Api, source: dict[str, Any], **query: Any) -> dict[str, Any]:
    answer = api.post("/api/v1/query", json={"source_id": source["id"], "table": "orders", **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_database_computes_them_itself(chief: Api, source: dict[str, Any], orders: list[dict[str, Any]]):
    wanted = {
        "computed": [TAKEN, BACK, EACH, FIVES, BAND],
        "dimensions": [{"column": "fives"}],
        "measures": [
            {"column": "each", "aggregation": "avg"},
            {"column": "taken", "aggregation": "sum"},
            {"column": "back", "aggregation": "min"},
            {"column": "taken", "aggregation": "median"},
        ],
    }
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in orders:
        groups[row["quantity"] // 5 * 5].append(row)
    answer = ask(chief, source, **wanted)
    assert [row[0] for row in answer["rows"]] == sorted(groups)
    for fives, each, taken, back, middle in answer["rows"]:
        rows = groups[fives]
        shares = [
            float(row["revenue"]) / row["quantity"]
            for row in rows
            if row["revenue"] is not None and row["quantity"]
        ]
        hours = sorted(row["hours"] for row in rows)
        assert each == pytest.approx(sum(shares) / len(shares))
        assert (taken, back) == (sum(hours), -60 * max(hours))
        assert middle == (hours[(len(hours) - 1) // 2] + hours[len(hours) // 2]) / 2
    explained = chief.post(
        "/api/v1/query/explain", json={"source_id": source["id"], "table": "orders", **wanted}
    ).json()
    assert explained["runs"] == "source"
    assert "region" not in explained["sql"], "columns that nobody asked for are not read"


def test_classes_come_in_the_order_of_their_edges(
    chief: Api, source: dict[str, Any], orders: list[dict[str, Any]]
):
    counts = Counter(row["band"] for row in orders)
    by_band = {"computed": [BAND], "dimensions": [{"column": "band"}], "measures": [{"aggregation": "count"}]}
    told = [[band, counts[band]] for band in BANDS if counts[band]]
    assert len(told) == len(BANDS)
    assert ask(chief, source, **by_band)["rows"] == told
    one = {"column": "band", "operator": "=", "value": BANDS[1]}
    assert ask(chief, source, **by_band, filters=[one])["rows"] == [told[1]]
    top = {"dimension": "band", "n": 2, "measure": "count"}
    largest = [band for band, _ in counts.most_common(2)]
    rows = ask(chief, source, **by_band, top=top)["rows"]
    assert rows == [[band, counts[band]] for band in BANDS if band in largest] + [
        ["Other", len(orders) - sum(counts[b] for b in largest)]
    ]
    text = chief.post(
        "/api/v1/query/download?format=csv", json={"source_id": source["id"], "table": "orders", **by_band}
    ).text
    assert [row[0] for row in csv.reader(io.StringIO(text))] == ["band", *(band or "" for band in BANDS)]


def test_what_is_masked_or_hidden_there_stays_so(
    near: Server, organization: int, chief: Api, source: dict[str, Any]
):
    member = near.member(organization, Role.ANALYST)
    rule = {
        "name": f"Computed of {source['name']}",
        "source_id": source["id"],
        "table": "orders",
        "roles": ["analyst"],
        "rows": [{"column": "region", "value": "South"}],
        "masks": {"revenue": "null", "quantity": "hide"},
    }
    created = chief.post("/api/v1/access-rules", json=rule)
    assert created.status_code == 201, created.text
    analyst = near.api(**{"X-API-Key": member.key})
    copy = {"name": "copy", "expression": "r * 1", "columns": {"r": "revenue"}}
    tens = {"name": "tens", "classes": {"column": "revenue", "width": 0.5}}
    emptied = ask(
        analyst,
        source,
        computed=[copy, tens, BAND],
        dimensions=[{"column": "region"}, {"column": "band"}, {"column": "tens"}],
        measures=[{"column": "copy", "aggregation": "sum", "name": "s"}],
    )
    assert emptied["rows"] == [["South", None, None, None]]
    for hidden in (EACH, FIVES):
        body = {
            "source_id": source["id"],
            "table": "orders",
            "computed": [hidden],
            "columns": [hidden["name"]],
        }
        answer = analyst.post("/api/v1/query", json=body)
        assert answer.status_code == 422
        assert "no column quantity" in answer.text
