"""Conditions that compare one column with another, row by row, through HTTP."""

import csv
import io
import operator
from datetime import datetime
from typing import Any

import pytest
from support import Loaded, Server

from claribi.accounts.permissions import Role

# Whole and broken numbers, days and moments, texts; much of it is missing.
HOUSES = """house,region,list_price,sale_price,rooms,offered,sold,city,agent_city,quick
A,North,100,120.5,3,2024-01-05,2024-01-05 00:00:00,Oslo,Oslo,true
B,North,200,200,200,2024-02-01,2024-01-31 23:59:00,Oslo,Bergen,false
C,South,300,250.25,4,2024-03-01,2024-03-02 08:00:00,Hull,hull,true
D,South,,90,5,2024-03-01,,Kiel,,false
E,South,50,,2,,2024-04-01 10:00:00,,Kiel,
F,East,80,81,1,2024-05-01,2024-06-01 12:30:00,Kiel,Kiel,true
"""
SIGNS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
COUNT = [{"aggregation": "count"}]


@pytest.fixture(scope="module")
def houses(server: Server) -> Loaded:
    api = server.owner("self_hosted")
    return Loaded(api, api.upload(HOUSES.encode(), "houses.csv"))


def rows() -> list[dict[str, Any]]:
    """The file as Python reads it."""
    kinds = {"list_price": float, "sale_price": float, "rooms": float}
    kinds |= dict.fromkeys(("offered", "sold"), datetime.fromisoformat)
    read = csv.DictReader(io.StringIO(HOUSES))
    return [
        {name: kinds.get(name, str)(text) if text else None for name, text in row.items()} for row in read
    ]


def kept(column: str, sign: str, other: str) -> list[str]:
    return [
        row["house"]
        for row in rows()
        if row[column] is not None and row[other] is not None and SIGNS[sign](row[column], row[other])
    ]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    ("column", "other"),
    [("sale_price", "list_price"), ("list_price", "rooms"), ("offered", "sold"), ("city", "agent_city")],
)
def test_rows_are_those_that_python_keeps(houses: Loaded, column: str, sign: str, other: str):
    criterion = {"column": column, "operator": sign, "other": other}
    if column == "city" and sign not in {"=", "!="}:
        assert "texts, which are compared" in refused(houses, 422, filters=[criterion])
        return
    found = houses.query(columns=["house"], filters=[criterion], sort=[{"field": "house"}])["rows"]
    assert [house for [house] in found] == kept(column, sign, other)
    backwards = {"column": other, "operator": sign, "other": column}
    [[count]] = houses.query(measures=COUNT, filters=[backwards])["rows"]
    assert count == len(kept(other, sign, column))


def test_some_rows_of_a_measure_and_of_several_widgets_at_a_time(houses: Loaded):
    above = {"column": "sale_price", "operator": ">", "other": "list_price"}
    of_all = houses.query(
        measures=[{"aggregation": "count", "filters": [above], "name": "above"}, *COUNT],
        dimensions=[{"column": "region"}],
    )
    assert of_all["rows"] == [["East", 1, 1], ["North", 1, 2], ["South", 0, 3]]
    asked = {"source_id": houses.source["id"], "table": houses.table, "measures": COUNT}
    # Two of the same conditions share a scan, the third has others.
    by = [[{"column": "region"}], [{"column": "city"}], [{"column": "region"}]]
    others = ["list_price", "list_price", "rooms"]
    widgets = [
        {
            "type": "bar",
            "title": f"{place}",
            "query": asked | {"dimensions": split, "filters": [above | {"other": other}]},
        }
        for place, (split, other) in enumerate(zip(by, others, strict=True))
    ]
    board = {"name": "Above", "widgets": widgets}
    shown = houses.api.post("/api/v1/dashboards", json=board).json()["widgets"]
    assert [widget["error"] for widget in shown] == [None] * 3
    assert [widget["data"]["rows"] for widget in shown] == [
        [["East", 1], ["North", 1]],
        [["Kiel", 1], ["Oslo", 1]],
        [["East", 1], ["North", 1], ["South", 2]],
    ]


def refused(loaded: Loaded, status: int, **query: Any) -> str:
    body = {"source_id": loaded.source["id"], "table": loaded.table, "measures": COUNT, **query}
    answer = loaded.api.post("/api/v1/query", json=body)
    assert answer.status_code == status, answer.text
    return answer.text


@pytest.mark.parametrize(
    ("changed", "status", "hint"),
    [
        ({"value": 5}, 400, "either a value or an other column"),
        ({"operator": "in"}, 400, "not by in"),
        ({"operator": "is_null"}, 400, "not by is_null"),
        ({"operator": "last_n"}, 400, "not by last_n"),
        ({"column": "sold", "other": "offered", "cycle": "month_of_year"}, 400, "in a cycle"),
        ({"other": "sale_price"}, 400, "not with itself"),
        ({"other": ""}, 400, "other"),
        ({"other": "lst_price"}, 422, "did you mean list_price"),
        ({"other": "city"}, 422, "numbers are compared with numbers"),
        ({"other": "sold"}, 422, "sale_price is decimal and sold is timestamp"),
        ({"column": "quick", "other": "city"}, 422, "quick is boolean"),
    ],
)
def test_what_makes_no_sense_is_told(houses: Loaded, changed: dict[str, Any], status: int, hint: str):
    criterion = {"column": "sale_price", "operator": ">", "other": "list_price"} | changed
    assert hint in refused(houses, status, filters=[criterion])


def test_columns_of_an_answer_are_not_compared_with_each_other(houses: Loaded):
    having = [{"column": "count", "operator": ">", "other": "region"}]
    assert "having compares with values" in refused(
        houses, 400, dimensions=[{"column": "region"}], having=having
    )


def test_access_rules_hold_for_both_columns(server: Server):
    organization = server.organization("self_hosted")
    owner = server.api(**{"X-API-Key": server.member(organization).key})
    source = owner.upload(HOUSES.encode(), "houses.csv")
    member = server.member(organization, Role.ANALYST)
    rule = {
        "name": "South, without list prices",
        "source_id": source["id"],
        "table": "houses",
        "roles": ["analyst"],
        "rows": [{"column": "region", "value": "South"}],
        "masks": {"list_price": "hide", "rooms": "null", "agent_city": "redact"},
    }
    created = owner.post("/api/v1/access-rules", json=rule)
    assert created.status_code == 201, created.text
    analyst = Loaded(server.api(**{"X-API-Key": member.key}), source)

    for hidden in (
        {"column": "sale_price", "operator": ">", "other": "list_price"},
        {"column": "list_price", "operator": "<", "other": "sale_price"},
    ):
        assert "no column list_price" in refused(analyst, 422, filters=[hidden])
        measure = {"aggregation": "count", "filters": [hidden]}
        assert "no column list_price" in refused(analyst, 422, measures=[measure])
    # What is emptied compares with nothing, what is redacted is *** to the condition too.
    emptied = {"column": "sale_price", "operator": "!=", "other": "rooms"}
    assert analyst.query(measures=COUNT, filters=[emptied])["rows"] == [[0]]
    same = {"column": "city", "operator": "=", "other": "agent_city"}
    assert analyst.query(measures=COUNT, filters=[same])["rows"] == [[0]]
    # Hull is not *** either; the rows of other regions are not among them.
    unlike = analyst.query(columns=["house"], filters=[same | {"operator": "!="}])["rows"]
    assert unlike == [["C"]]
    everyone = Loaded(owner, source)
    assert everyone.query(measures=COUNT, filters=[same])["rows"] == [[2]]

    table = {"name": "h", "source_id": source["id"], "table": "houses"}
    model = owner.post("/api/v1/models", json={"name": "Houses", "tables": [table]})
    assert model.status_code == 201, model.text
    query = {"model_id": model.json()["id"], "measures": [{"aggregation": "count", "table": "h"}]}
    hidden = {"column": "h.sale_price", "operator": ">", "other": "h.list_price"}
    assert analyst.api.post("/api/v1/query", json=query | {"filters": [hidden]}).status_code == 422
    emptied = {"column": "h.sale_price", "operator": "!=", "other": "h.rooms"}
    answer = analyst.api.post("/api/v1/query", json=query | {"filters": [emptied]})
    assert answer.json()["rows"] == [[0]]
