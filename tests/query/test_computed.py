"""Columns that a question computes row by row, through HTTP."""

import csv
import io
from typing import Any

import pyarrow.ipc
import pytest
import sqlglot
from random_queries import COMPUTED, NOW, TABLE
from support import Loaded, Server

from claribi.accounts.permissions import Role
from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.live import shown_as
from claribi.query.schemas import Query

# Below 0, on the edges, missing, without a time of day, around midnight.
HOUSES = """house,region,list_price,sale_price,rooms,built,offered,sold,city
A,North,100,120.5,3,1949,2024-01-05,2024-01-05 06:00:00,Oslo
B,North,200,200,0,1950,2024-02-02,2024-02-01 12:00:00,Oslo
C,South,300,250.25,4,1951,2024-03-01,2024-03-02 08:00:00,Hull
D,South,,90,5,1960,2024-03-01,,Kiel
E,South,-50,,2,,,2024-04-01 10:00:00,Kiel
F,East,99.99,81,1,1969,2024-05-01,2024-06-01 12:30:00,Kiel
"""
GAIN = {
    "name": "gain",
    "expression": "(sale - list) / list",
    "columns": {"sale": "sale_price", "list": "list_price"},
}
EACH = {"name": "each", "expression": "price / rooms", "columns": {"price": "sale_price", "rooms": "rooms"}}
DAYS = {"name": "days", "duration": {"start": "offered", "end": "sold", "unit": "day"}}
BAND = {"name": "band", "classes": {"column": "list_price", "edges": [0, 100.0, 200]}}
DECADE = {"name": "decade", "classes": {"column": "built", "width": 10}}
COUNT = [{"aggregation": "count"}]
BANDS = ["under 0", "0 to 100", "100 to 200", "200 and more", None]
BY_BAND: dict[str, Any] = {"computed": [BAND], "dimensions": [{"column": "band"}], "measures": COUNT}


@pytest.fixture(scope="module")
def houses(server: Server) -> Loaded:
    api = server.owner("self_hosted")
    return Loaded(api, api.upload(HOUSES.encode(), "houses.csv"))


def column(loaded: Loaded, computed: dict[str, Any], *others: dict[str, Any]) -> list[Any]:
    """The values of a computed column by the order of the houses, and its type and role."""
    answer = loaded.query(
        computed=[*others, computed], columns=[computed["name"], "house"], sort=[{"field": "house"}]
    )
    return [[row[0] for row in answer["rows"]], answer["columns"][0]["type"], answer["columns"][0]["role"]]


def test_arithmetic_divides_truly_and_nothing_by_nought(houses: Loaded):
    assert column(houses, GAIN) == [
        pytest.approx([0.205, 0, -49.75 / 300, None, None, -18.99 / 99.99]),
        "float",
        "measure",
    ]
    assert column(houses, EACH)[0] == pytest.approx([120.5 / 3, None, 250.25 / 4, 18, None, 81])
    halves = {"name": "halves", "expression": "rooms / 2", "columns": {"rooms": "rooms"}}
    assert column(houses, halves)[0] == [1.5, 0, 2, 2.5, 1, 0.5]
    more = {
        "name": "more",
        "expression": "-(2 - rooms) - built",
        "columns": {"rooms": "rooms", "built": "built"},
    }
    assert column(houses, more) == [[-1948, -1952, -1949, -1957, None, -1970], "integer", "measure"]
    over = GAIN | {"expression": "sale - list"}
    values, kind, _ = column(houses, over)
    assert ([value and float(value) for value in values], kind) == (
        [20.5, 0, -49.75, None, None, -18.99],
        "decimal",
    )


@pytest.mark.parametrize(
    ("unit", "seconds"), [("second", 1), ("minute", 60), ("hour", 3_600), ("day", 86_400)]
)
def test_durations_are_exact_and_may_be_negative(houses: Loaded, unit: str, seconds: int):
    hours = [6, -12, 32, None, None, 31 * 24 + 12.5]
    found = column(houses, {"name": "took", "duration": DAYS["duration"] | {"unit": unit}})
    assert found == [[h and h * 3_600 / seconds for h in hours], "float", "measure"]
    back = {"name": "back", "duration": {"start": "sold", "end": "offered", "unit": unit}}
    assert column(houses, back)[0] == [h and -h * 3_600 / seconds for h in hours]
    none = {"name": "none", "duration": {"start": "offered", "end": "offered", "unit": unit}}
    assert column(houses, none)[0] == [0, 0, 0, 0, None, 0]


def test_classes_take_in_their_lower_edge(houses: Loaded):
    assert column(houses, BAND) == [
        ["100 to 200", "200 and more", "200 and more", None, "under 0", "0 to 100"],
        "string",
        "dimension",
    ]
    assert column(houses, DECADE) == [[1940, 1950, 1950, 1960, None, 1960], "integer", "dimension"]
    one = {"name": "one", "classes": {"column": "rooms", "edges": [2.5]}}
    assert column(houses, one)[0] == [
        *("2.5 and more", "under 2.5", "2.5 and more", "2.5 and more", "under 2.5", "under 2.5"),
    ]
    steps = {"name": "steps", "classes": {"column": "list_price", "width": 100}}
    assert column(houses, steps) == [[100, 200, 300, None, -100, 0], "integer", "dimension"]
    tenths = {"name": "tenths", "classes": {"column": "list_price", "width": 0.1}}
    assert column(houses, tenths)[:2] == [[100, 200, 300, None, -50, 99.9], "float"]


def test_classes_of_floating_numbers_are_those_of_the_decimals_that_they_stand_for(houses: Loaded):
    # 0.29, as far as a floating number tells it.
    share = {"name": "share", "expression": "rooms * 0.29 / rooms", "columns": {"rooms": "rooms"}}
    cents = {"name": "cents", "classes": {"column": "share", "width": 0.01}}
    assert column(houses, cents, share)[0] == pytest.approx([0.29, None, 0.29, 0.29, 0.29, 0.29])


def test_one_computed_column_is_made_of_another(houses: Loaded):
    weeks = {"name": "weeks", "classes": {"column": "days", "width": 7}}
    assert column(houses, weeks, DAYS) == [[0, -7, 0, None, None, 28], "float", "dimension"]
    rate = {"name": "rate", "expression": "each * days", "columns": {"each": "each", "days": "days"}}
    found = column(houses, rate, DAYS, EACH)[0]
    assert found == pytest.approx(
        [120.5 / 3 * 0.25, None, 250.25 / 4 * 32 / 24, None, None, 81 * (31 + 12.5 / 24)]
    )


class TestOrder:
    def test_of_dimensions_goes_by_the_edges(self, houses: Loaded):
        assert houses.query(**BY_BAND)["rows"] == [
            [band, n] for band, n in zip(BANDS, [1, 1, 1, 2, 1], strict=True)
        ]
        down = houses.query(**BY_BAND, sort=[{"field": "band", "descending": True}])["rows"]
        assert [row[0] for row in down] == [*reversed(BANDS[:-1]), None]

    def test_of_ties_and_of_the_largest(self, houses: Loaded):
        by_count = houses.query(**BY_BAND, sort=[{"field": "count", "descending": True}])["rows"]
        assert [row[0] for row in by_count] == ["200 and more", "under 0", "0 to 100", "100 to 200", None]
        top = {"dimension": "band", "n": 3, "measure": "count"}
        rows = houses.query(**BY_BAND, top=top)["rows"]
        assert rows == [["under 0", 1], ["0 to 100", 1], ["200 and more", 2], ["Other", 2]]
        rows = houses.query(**BY_BAND, top=top | {"other": None})["rows"]
        assert rows == [["under 0", 1], ["0 to 100", 1], ["200 and more", 2]]

    def test_of_plain_rows_and_of_the_columns_of_a_pivot(self, houses: Loaded):
        plain = houses.query(
            computed=[BAND], columns=["house", "band"], sort=[{"field": "band"}, {"field": "house"}]
        )
        assert [row[0] for row in plain["rows"]] == ["E", "F", "A", "B", "C", "D"]
        spread = houses.query(
            **BY_BAND | {"dimensions": [{"column": "band"}, {"column": "region"}]},
            pivot={"dimension": "band"},
        )
        assert [c["name"] for c in spread["columns"]] == ["region", *BANDS[:-1], "No value"]
        assert spread["rows"] == [["East", 0, 1, 0, 0, 0], ["North", 0, 0, 1, 1, 0], ["South", 1, 0, 0, 1, 1]]


def test_measures_filters_and_calculations_take_them(houses: Loaded):
    sold = {"column": "days", "operator": ">", "value": 0}
    answer = houses.query(
        computed=[DAYS, DECADE, GAIN],
        dimensions=[{"column": "decade"}],
        measures=[
            {"column": "days", "aggregation": "max"},
            {
                "aggregation": "count",
                "filters": [{"column": "gain", "operator": ">", "value": 0}],
                "name": "above",
            },
            {"column": "gain", "aggregation": "avg", "name": "gain"},
            {
                "formula": {
                    "expression": "a / b",
                    "measures": {
                        "a": {"column": "days", "aggregation": "sum"},
                        "b": {"aggregation": "count"},
                    },
                },
                "name": "days_each",
            },
        ],
        filters=[sold],
        calculations=[{"type": "rank", "measure": "gain"}],
    )
    assert answer["rows"] == [
        [1940, 0.25, 1, pytest.approx(0.205), 0.25, 1],
        [1950, pytest.approx(32 / 24), 0, pytest.approx(-49.75 / 300), pytest.approx(32 / 24), 2],
        [
            1960,
            pytest.approx(31 + 12.5 / 24),
            0,
            pytest.approx(-18.99 / 99.99),
            pytest.approx(31 + 12.5 / 24),
            3,
        ],
    ]
    beside = {"column": "each", "operator": "<", "other": "list_price"}
    assert houses.query(computed=[EACH], columns=["house"], filters=[beside])["rows"] == [["A"], ["C"], ["F"]]
    among = {"column": "band", "operator": "in", "value": ["under 0", "0 to 100"]}
    assert houses.query(computed=[BAND], columns=["house"], filters=[among])["rows"] == [["E"], ["F"]]


def test_periods_are_compared(houses: Loaded):
    period = {"column": "offered", "start": "2024-03-01", "end": "2024-04-01"}
    answer = houses.query(
        computed=[DAYS, BAND],
        dimensions=[{"column": "band"}],
        measures=[{"column": "days", "aggregation": "sum", "name": "d"}],
        period=period,
        compare="previous_period",
    )
    assert answer["rows"] == [
        ["200 and more", pytest.approx(32 / 24), -0.5, pytest.approx(11 / 6), pytest.approx(11 / 3)],
        [None] * 5,
    ]
    years = houses.query(
        computed=[DECADE],
        measures=COUNT,
        period={"column": "decade", "start": "1950-01-01", "end": "1960-01-01"},
    )
    assert years["rows"] == [[2]]


def test_all_columns_are_those_of_the_table_and_the_computed_ones(houses: Loaded):
    answer = houses.query(computed=[DAYS, BAND], limit=1)
    assert [c["name"] for c in answer["columns"]] == [*HOUSES.partition("\n")[0].split(","), "days", "band"]


def test_only_what_is_asked_for_is_read_and_computed(houses: Loaded):
    unused = houses.query(computed=[DAYS, BAND], measures=COUNT)
    assert unused["sql"] == houses.query(measures=COUNT)["sql"]
    used = houses.query(computed=[DAYS, BAND], measures=[{"column": "days", "aggregation": "avg"}])["sql"]
    assert "list_price" not in used
    assert "under" not in used


def test_the_same_again_is_at_hand_and_other_edges_are_not(houses: Loaded):
    wanted = BY_BAND | {"filters": [{"column": "house", "operator": "!=", "value": "A"}]}
    assert not houses.query(**wanted)["cached"]
    assert houses.query(**wanted)["cached"]
    other = BAND | {"classes": {"column": "list_price", "edges": [0, 100, 201]}}
    changed = houses.query(**wanted | {"computed": [other]})
    assert not changed["cached"]
    assert changed["rows"] == [
        ["under 0", 1],
        ["0 to 100", 1],
        ["100 to 201", 1],
        ["201 and more", 1],
        [None, 1],
    ]


def test_answers_are_proven_and_downloaded(houses: Loaded):
    answer = houses.query(**BY_BAND)
    proof = houses.api.get(f"/api/v1/evidence/{answer['evidence_id']}").json()
    assert proof["sql"] == answer["sql"]
    by_hand = {"source_id": houses.source["id"], "sql": proof["sql"], "parameters": proof["parameters"]}
    assert houses.api.post("/api/v1/query", json=by_hand).json()["rows"] == answer["rows"]

    body = {"source_id": houses.source["id"], "table": houses.table, **BY_BAND}
    text = houses.api.post("/api/v1/query/download?format=csv", json=body).text
    assert [row[0] for row in csv.reader(io.StringIO(text))] == ["band", *(band or "" for band in BANDS)]
    arrow = houses.api.post("/api/v1/query/download?format=arrow", json=body)
    with pyarrow.ipc.open_stream(arrow.content) as stream:
        assert stream.read_all().column("band").to_pylist() == BANDS


@pytest.mark.parametrize(
    "dialect",
    ["postgres", "mysql", "redshift", "clickhouse", "spark", "snowflake", "bigquery", "trino", "tsql"],
)
def test_kept_proofs_are_read_as_they_were_written(dialect: str):
    query = Query.model_validate({"source_id": 1, "table": "things", "computed": COMPUTED})
    compiled = compile_query(query, TABLE, now=NOW)
    shown = shown_as(adapted(compiled.expression, dialect, compiled.parameters), dialect)
    again = sqlglot.parse_one(shown, dialect=dialect).sql(dialect)
    assert again.casefold() == shown.casefold()
    # Every operand and every class is there.
    assert shown.count("50.25 and more") == 1
    assert all(f"{each['name']}" in shown for each in COMPUTED)


def test_widgets_with_the_same_and_with_other_columns(houses: Loaded):
    """The first two are answered in one scan, the last has other edges under the same name."""
    asked = {"source_id": houses.source["id"], "table": houses.table, **BY_BAND}
    days = asked | {"measures": [{"column": "days", "aggregation": "max", "name": "d"}], "dimensions": []}
    other = asked | {"computed": [BAND | {"classes": {"column": "rooms", "edges": [2]}}, DAYS]}
    both = {"computed": [BAND, DAYS]}
    widgets = [
        {"type": kind, "title": str(place), "query": query}
        for place, (kind, query) in enumerate(
            [("bar", asked | both), ("metric", days | both), ("bar", other)]
        )
    ]
    shown = houses.api.post("/api/v1/dashboards", json={"name": "Computed", "widgets": widgets}).json()[
        "widgets"
    ]
    assert [widget["error"] for widget in shown] == [None] * 3
    assert [row[0] for row in shown[0]["data"]["rows"]] == BANDS
    assert shown[1]["data"]["rows"] == [[pytest.approx(31 + 12.5 / 24)]]
    assert shown[2]["data"]["rows"] == [["under 2", 2], ["2 and more", 4]]
    proof = houses.api.get(f"/api/v1/evidence/{shown[0]['evidence_id']}").json()
    assert "shared scan" not in proof["sql"]


CLASSES = {"column": "list_price"}
CHAIN = [
    {"name": f"x{n + 1}", "expression": "+".join("a" * 20), "columns": {"a": f"x{n}" if n else "rooms"}}
    for n in range(6)
]


@pytest.mark.parametrize(
    ("computed", "status", "hint"),
    [
        ([{"name": "x"}], 400, "either an expression or a duration, or classes"),
        ([GAIN | DAYS], 400, "either an expression or a duration, or classes"),
        ([DAYS | {"columns": {"a": "rooms"}}], 400, "stand with one"),
        ([GAIN | {"columns": {}}], 400, "stand with one"),
        ([DAYS, EACH | {"name": "DAYS"}], 400, "a name of its own"),
        ([{"name": "x", "classes": CLASSES}], 400, "either edges or a width"),
        ([{"name": "x", "classes": CLASSES | {"edges": [1], "width": 1}}], 400, "either edges or a width"),
        ([{"name": "x", "classes": CLASSES | {"edges": [1, 3, 2]}}], 400, "edges of classes ascend"),
        ([{"name": "x", "classes": CLASSES | {"edges": [1, 1.0]}}], 400, "edges of classes ascend"),
        ([{"name": "x", "classes": CLASSES | {"edges": []}}], 400, "edges"),
        ([{"name": "x", "classes": CLASSES | {"edges": list(range(51))}}], 400, "edges"),
        ([{"name": "x", "classes": CLASSES | {"edges": ["1"]}}], 400, "edges"),
        ([{"name": "x", "classes": CLASSES | {"edges": [1e20]}}], 400, "digits behind the point"),
        ([{"name": "x", "classes": CLASSES | {"width": 0}}], 400, "greater than 0"),
        ([{"name": "x", "classes": CLASSES | {"width": 1e-12}}], 400, "digits behind the point"),
        ([{"name": "x", "duration": DAYS["duration"] | {"unit": "year"}}], 400, "unit"),
        ([DAYS | {"name": f"d{n}"} for n in range(21)], 400, "computed"),
        ([GAIN | {"name": "city"}], 422, "already has a column city"),
        ([GAIN | {"name": "City"}], 422, "already has a column City"),
        ([GAIN | {"columns": {"sale": "sale_price", "list": "lst_price"}}], 422, "did you mean list_price"),
        ([GAIN | {"columns": {"sale": "sale_price", "list": "city"}}], 422, "city is string"),
        ([GAIN | {"columns": {"sale": "sale_price"}}], 422, "speaks of list"),
        ([GAIN | {"expression": "sale ** list"}], 422, "may have + - * / ( ), numbers and names only"),
        ([GAIN | {"expression": "sale +"}], 422, "can't be read"),
        ([{"name": "x", "duration": DAYS["duration"] | {"end": "rooms"}}], 422, "rooms is integer"),
        ([{"name": "x", "duration": DAYS["duration"] | {"end": "sld"}}], 422, "did you mean sold"),
        ([{"name": "x", "classes": {"column": "city", "width": 1}}], 422, "city is string"),
        ([{"name": "x", "classes": {"column": "sold", "width": 1}}], 422, "of times take a grain"),
        ([{"name": "x", "classes": {"column": "x", "width": 1}}], 422, "no column x"),
        (
            [EACH | {"columns": {"price": "later", "rooms": "rooms"}}, GAIN | {"name": "later"}],
            422,
            "no column later",
        ),
        (CHAIN, 422, "too many times over"),
    ],
)
def test_what_makes_no_sense_is_told(houses: Loaded, computed: list[dict[str, Any]], status: int, hint: str):
    """Even of columns that nothing asks for."""
    body = {"source_id": houses.source["id"], "table": houses.table, "measures": COUNT, "computed": computed}
    answer = houses.api.post("/api/v1/query", json=body)
    assert answer.status_code == status, answer.text
    assert hint in answer.text


@pytest.mark.parametrize(
    "wanted",
    [
        {"measures": [{"column": "band", "aggregation": "min"}]},
        {"measures": COUNT, "filters": [{"column": "band", "operator": ">=", "value": "0 to 100"}]},
    ],
)
def test_classes_are_not_compared_by_their_letters(houses: Loaded, wanted: dict[str, Any]):
    body = {"source_id": houses.source["id"], "table": houses.table, "computed": [BAND], **wanted}
    answer = houses.api.post("/api/v1/query", json=body)
    assert answer.status_code == 422
    assert "is not for the classes of band" in answer.text


def test_access_rules_hold_for_what_is_computed(server: Server):
    organization = server.organization("self_hosted")
    owner = server.api(**{"X-API-Key": server.member(organization).key})
    source = owner.upload(HOUSES.encode(), "houses.csv")
    member = server.member(organization, Role.ANALYST)
    rule = {
        "name": "Not the East",
        "source_id": source["id"],
        "table": "houses",
        "roles": ["analyst"],
        "rows": [{"column": "region", "operator": "!=", "value": "East"}],
        "masks": {"list_price": "hide", "rooms": "null", "sold": "null", "city": "redact"},
    }
    created = owner.post("/api/v1/access-rules", json=rule)
    assert created.status_code == 201, created.text
    analyst = Loaded(server.api(**{"X-API-Key": member.key}), source)

    hidden = [
        GAIN,
        BAND,
        {"name": "copy", "expression": "a + 0", "columns": {"a": "list_price"}},
        # A hidden column's own name is free, and stands for what it is made of.
        {"name": "x", "expression": "list_price", "columns": {"list_price": "list_price"}},
    ]
    for computed in hidden:
        body = {
            "source_id": source["id"],
            "table": "houses",
            "computed": [computed],
            "columns": [computed["name"]],
        }
        answer = analyst.api.post("/api/v1/query", json=body)
        assert answer.status_code == 422
        assert "no column list_price" in answer.text
    own = {"name": "list_price", "expression": "sale * 2", "columns": {"sale": "sale_price"}}
    found = analyst.query(computed=[own], columns=["house", "list_price"], sort=[{"field": "house"}])["rows"]
    assert found == [["A", 241], ["B", 400], ["C", 500.5], ["D", 180], ["E", None]]
    # What is emptied computes to nothing, and rows that are kept back don't count.
    emptied = [EACH, DAYS, {"name": "many", "classes": {"column": "rooms", "edges": [1, 3]}}]
    emptied.append({"name": "twos", "classes": {"column": "rooms", "width": 2}})
    found = analyst.query(computed=emptied, columns=["each", "days", "many", "twos"])["rows"]
    assert found == [[None] * 4] * 5
    rows = analyst.query(computed=[DECADE], dimensions=[{"column": "decade"}], measures=COUNT)["rows"]
    assert rows == [[1940, 1], [1950, 2], [1960, 1], [None, 1]]
    everyone = Loaded(owner, source)
    rows = everyone.query(computed=[DECADE], dimensions=[{"column": "decade"}], measures=COUNT)["rows"]
    assert rows == [[1940, 1], [1950, 2], [1960, 2], [None, 1]]


def test_models_have_none(houses: Loaded):
    table = {"name": "h", "source_id": houses.source["id"], "table": houses.table}
    model = houses.api.post("/api/v1/models", json={"name": "Houses", "tables": [table]}).json()
    query = {
        "model_id": model["id"],
        "measures": [{"aggregation": "count", "table": "h"}],
        "computed": [DAYS],
    }
    assert houses.api.post("/api/v1/query", json=query).status_code == 400


def test_rows_beside_earlier_ones_are_ordered_by_classes(houses: Loaded):
    """Each row stands beside one of the month before: both have a band."""
    sold = {"column": "sold", "grain": "month", "name": "month"}
    change = {"type": "previous", "measure": "count", "along": "month"}
    body = houses.query(**BY_BAND | {"dimensions": [sold, {"column": "band"}]}, calculations=[change])
    rows = body["rows"]
    assert len({row[1] for row in rows}) > 2
    assert rows == sorted(rows, key=lambda row: (row[0] or "9999", BANDS.index(row[1])))
    counts = {(row[0], row[1]): row[2] for row in rows}
    assert [row[3] for row in rows] == [counts.get((_month_before(row[0]), row[1])) for row in rows]
    assert any(row[3] for row in rows)


def _month_before(month: str | None) -> str:
    return f"{month[:5]}{int(month[5:7]) - 1:02}-01" if month else "no month"
