"""Semantic models through HTTP: kept, guessed, checked, asked, taken out and in."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import shop
import yaml
from support import Api, Server


def _file(folder: Path) -> bytes:
    path = folder / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        for statement in shop.statements(text="varchar", moment="timestamp"):
            connection.execute(statement)
        for name, rows in shop.DATA.items():
            places = ", ".join("?" * len(shop.TYPES[name]))
            connection.executemany(f"INSERT INTO {name} VALUES ({places})", [tuple(r.values()) for r in rows])
    return path.read_bytes()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return _file(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def owner(server: Server) -> Api:
    return server.owner()


@pytest.fixture(scope="module")
def source(owner: Api, content: bytes) -> dict[str, Any]:
    return owner.upload(content, "Shop.duckdb")


def document(source: dict[str, Any], **changes: Any) -> dict[str, Any]:
    tables = [table | {"source_id": source["id"]} for table in shop.MODEL["tables"]]
    return shop.MODEL | {"tables": tables} | changes


@pytest.fixture(scope="module")
def model(owner: Api, source: dict[str, Any]) -> dict[str, Any]:
    created = owner.post("/api/v1/models", json=document(source))
    assert created.status_code == 201, created.text
    return created.json()


def ask(api: Api, model: dict[str, Any], **query: Any) -> dict[str, Any]:
    answer = api.post("/api/v1/query", json={"model_id": model["id"], **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_measures_of_several_tables_stand_beside_each_other(owner: Api, model: dict[str, Any]):
    """Orders have several lines, and returns meet them in the customers only: nothing counts twice."""
    answer = ask(
        owner,
        model,
        measures=[{"metric": m} for m in ("revenue", "order_count", "shipping", "refunds", "net")],
        dimensions=[{"column": "customers.region"}],
    )
    assert sum(row[2] for row in answer["rows"]) == len(shop.DATA["orders"])
    assert sum(float(row[3]) for row in answer["rows"]) == pytest.approx(
        sum(float(order["shipping"]) for order in shop.DATA["orders"])
    )
    assert sum(float(row[4] or 0) for row in answer["rows"]) == pytest.approx(
        sum(float(returned["refund"]) for returned in shop.DATA["returns"])
    )
    assert [c["role"] for c in answer["columns"]] == ["dimension", *["measure"] * 5]


def test_lines_of_several_tables_are_told_together(owner: Api, model: dict[str, Any]):
    """How many regions have orders, and what the largest of them brings."""
    by_region = {
        "measures": [{"metric": "revenue"}, {"metric": "order_count"}],
        "dimensions": [{"column": "customers.region"}],
    }
    lines = ask(owner, model, **by_region)["rows"]
    some = {"column": "order_count", "operator": ">", "value": 0}
    told = [
        {"aggregation": "count", "filters": [some], "name": "regions"},
        {"column": "revenue", "aggregation": "max", "name": "most"},
        {"column": "order_count", "aggregation": "sum", "name": "orders"},
    ]
    answer = ask(owner, model, **by_region, summary=told)
    [[regions, most, orders]] = answer["rows"]
    assert regions == sum(line[2] > 0 for line in lines) > 1
    assert float(most) == pytest.approx(max(float(line[1]) for line in lines if line[1] is not None))
    assert orders == len(shop.DATA["orders"])
    assert [column["name"] for column in answer["columns"]] == ["regions", "most", "orders"]


def test_columns_are_compared_row_by_row(owner: Api, model: dict[str, Any]):
    """Of one table, or of several where a row has one of each."""
    costs = {product["id"]: product["cost"] for product in shop.DATA["products"]}
    cheap = [line for line in shop.DATA["lines"] if line["price"] < costs.get(line["product_id"], 0)]
    below_cost = {"column": "lines.price", "operator": "<", "other": "products.cost"}
    lines = {"aggregation": "count", "table": "lines"}
    [[count]] = ask(owner, model, measures=[lines], filters=[below_cost])["rows"]
    assert count == len(cheap) > 0
    [[count]] = ask(owner, model, measures=[lines | {"filters": [below_cost]}])["rows"]
    assert count == len(cheap)

    orders = {"aggregation": "count", "table": "orders"}
    own = {"column": "lines.price", "operator": "<", "other": "lines.quantity"}
    having = {line["order_id"] for line in shop.DATA["lines"] if line["price"] < line["quantity"]}
    [[count]] = ask(owner, model, measures=[orders], filters=[own])["rows"]
    assert count == len(having) > 0

    for home, criterion in (("orders", below_cost), ("orders", own | {"other": "payments.paid"})):
        query = {"model_id": model["id"], "measures": [{"aggregation": "count", "table": home}]}
        refused = owner.post("/api/v1/query", json=query | {"filters": [criterion]})
        assert refused.status_code == 422, refused.text
        assert "can't be compared row by row" in refused.json()["message"]


def test_a_metric_compares_columns_and_goes_through_ossie(owner: Api, source: dict[str, Any]):
    tables = [{"name": "lines", "source_id": source["id"], "table": "lines"}]
    tables[0]["primary_key"] = ["order_id", "line"]
    below = [{"column": "lines.price", "operator": "<", "other": "lines.quantity"}]
    metrics = [{"name": "cheap", "table": "lines", "aggregation": "count", "filters": below}]
    made = owner.post("/api/v1/models", json={"name": "Cheap", "tables": tables, "metrics": metrics}).json()
    count = sum(line["price"] < line["quantity"] for line in shop.DATA["lines"])
    assert ask(owner, made, measures=[{"metric": "cheap"}])["rows"] == [[count]]
    for how in ("?format=ossie", ""):
        text = owner.get(f"/api/v1/models/{made['id']}/export{how}").text
        document = yaml.safe_load(text) | {"name": f"Cheap {how}"}
        body = {"text": yaml.safe_dump(document), "source_id": source["id"]}
        again = owner.post("/api/v1/models/import", json=body)
        assert again.status_code == 201, again.text
        assert ask(owner, again.json(), measures=[{"metric": "cheap"}])["rows"] == [[count]]

    wrong = metrics[0] | {"filters": [below[0] | {"other": "lines.nothing"}]}
    model = {"name": "Wrong", "tables": tables, "metrics": [wrong]}
    [problem] = owner.post("/api/v1/models/check", json=model).json()["problems"]
    assert problem["where"] == "metrics.cheap.filters.0"
    assert "lines.nothing" in problem["message"]


def test_an_answer_of_a_model_is_proven(owner: Api, model: dict[str, Any], source: dict[str, Any]):
    answer = ask(owner, model, measures=[{"metric": "revenue"}], dimensions=[{"column": "products.category"}])
    proof = owner.get(f"/api/v1/evidence/{answer['evidence_id']}").json()
    assert proof["tables"] == {
        "lines": [source["id"], "lines"],
        "products": [source["id"], "products"],
    }
    assert proof["source_id"] == source["id"]


def test_a_widget_and_its_report_ask_the_model(owner: Api, model: dict[str, Any]):
    query = {
        "model_id": model["id"],
        "measures": [{"metric": "basket"}],
        "dimensions": [{"column": "time", "grain": "quarter"}],
    }
    created = owner.post(
        "/api/v1/dashboards",
        json={"name": "Baskets", "widgets": [{"type": "line", "title": "Basket", "query": query}]},
    )
    assert created.status_code == 201, created.text
    [widget] = created.json()["widgets"]
    assert (widget["error"], len(widget["data"]["rows"])) == (None, 6)
    refreshed = owner.post(f"/api/v1/dashboards/{created.json()['id']}/refresh").json()
    assert refreshed["status"] == "completed"


def test_a_key_that_is_none_is_refused_and_not_counted_twice(owner: Api, source: dict[str, Any]):
    """Joined along the category, each line would find several products."""
    wrong = document(source, name="Wrong key")
    wrong["joins"] = [
        {"table": "lines", "columns": ["product_id"], "to": "products", "references": ["category"]}
    ]
    wrong["tables"] = [
        table | ({"columns": []} if table["name"] in {"lines", "orders"} else {"primary_key": []})
        for table in wrong["tables"]
    ]
    products = {"name": "p", "source_id": source["id"], "table": "products"}
    wrong["tables"] = [t for t in wrong["tables"] if t["name"] != "products"] + [products]
    wrong["joins"] = [{"table": "orders", "columns": ["status"], "to": "p", "references": ["category"]}]
    wrong["metrics"] = [{"name": "order_count", "table": "orders", "aggregation": "count"}]
    checked = owner.post("/api/v1/models/check", json=wrong).json()["problems"]
    assert [p["where"] for p in checked if p["severity"] == "error"] == ["tables.lines.day", "joins.orders.p"]
    made = owner.post("/api/v1/models", json=wrong)
    assert made.status_code == 201, made.text
    query = {
        "model_id": made.json()["id"],
        "measures": [{"metric": "order_count"}],
        "dimensions": [{"column": "p.category"}],
    }
    refused = owner.post("/api/v1/query", json=query)
    assert refused.status_code == 422
    assert "category of p is no key" in refused.json()["message"]


def test_what_is_wrong_with_a_filter_or_a_key_is_told_at_its_place(owner: Api, source: dict[str, Any]):
    model = {
        "name": "Places",
        "tables": [{"name": "o", "source_id": source["id"], "table": "orders", "primary_key": ["nowhere"]}],
        "metrics": [
            {
                "name": "some",
                "table": "o",
                "aggregation": "count",
                "filters": [
                    {"column": "o.status", "operator": "is_not_null"},
                    {"column": "o.lost", "operator": "=", "value": 1},
                ],
            },
            {
                "name": "none",
                "column": "o.lost",
                "aggregation": "sum",
                "filters": [{"column": "o.status", "operator": "is_not_null"}],
            },
        ],
    }
    problems = owner.post("/api/v1/models/check", json=model).json()["problems"]
    assert [problem["where"] for problem in problems] == [
        "tables.o.primary_key",
        "metrics.some.filters.1",
        "metrics.none",
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"measures": [{"metric": "revenu"}]}, "no metric revenu"),
        (
            {"measures": [{"metric": "revenue"}], "dimensions": [{"column": "product.category"}]},
            "did you mean",
        ),
        (
            {"measures": [{"metric": "refunds"}], "dimensions": [{"column": "orders.status"}]},
            "they only meet in",
        ),
        ({"measures": [{"aggregation": "count"}]}, "names the table that"),
        ({}, "names measures, dimensions or columns"),
        ({"measures": [{"column": "time", "aggregation": "max"}]}, "can't be measured"),
        (
            {
                "measures": [
                    {
                        "formula": {"expression": "__import__('os')", "measures": {"a": {"metric": "net"}}},
                        "name": "x",
                    }
                ]
            },
            "+ - * /",
        ),
    ],
)
def test_what_makes_no_sense_is_told(owner: Api, model: dict[str, Any], query: dict[str, Any], message: str):
    refused = owner.post("/api/v1/query", json={"model_id": model["id"], **query})
    assert refused.status_code == 422, refused.text
    assert message in refused.json()["message"]


@pytest.mark.parametrize(
    "expression",
    [
        "(SELECT max(price) FROM lines)",
        "read_csv('/etc/passwd')",
        "sum(price)",
        "price; DROP TABLE lines",
        "getenv('HOME')",
        "price) FROM lines --",
        "price AS a, quantity",
        "wages.wage",
    ],
)
def test_an_expression_computes_from_its_row_and_nothing_else(
    owner: Api, source: dict[str, Any], expression: str
):
    attack = document(source, name="Attack")
    attack["tables"] = [
        table | {"columns": [{"name": "x", "expression": expression, "type": "float"}]}
        if table["name"] == "lines"
        else table | {"columns": []}
        for table in attack["tables"]
    ]
    attack["metrics"] = [{"name": "x", "column": "lines.x", "aggregation": "sum"}]
    checked = owner.post("/api/v1/models/check", json=attack)
    assert checked.status_code in {200, 400}, checked.text
    if checked.status_code == 200:
        assert any(p["where"] == "metrics.x" and p["severity"] == "error" for p in checked.json()["problems"])


def test_the_first_guess_joins_what_belongs_together(owner: Api, source: dict[str, Any]):
    guessed = owner.post("/api/v1/models/guess", json={"source_ids": [source["id"]], "name": "Guess"})
    assert guessed.status_code == 200, guessed.text
    joins = {(j["table"], *j["columns"], j["to"], *j["references"]) for j in guessed.json()["joins"]}
    assert ("orders", "customer_id", "customers", "id") in joins
    assert ("lines", "order_id", "orders", "id") in joins
    assert ("lines", "product_id", "products", "id") in joins
    assert ("customers", "region", "regions", "region") in joins
    checked = owner.post("/api/v1/models/check", json=guessed.json()).json()["problems"]
    assert [p for p in checked if p["severity"] == "error"] == []


def test_a_model_goes_to_a_file_and_comes_back_the_same(owner: Api, model: dict[str, Any]):
    text = owner.get(f"/api/v1/models/{model['id']}/export").text
    described = yaml.safe_load(text)
    assert described["tables"][0] == {
        "name": "regions",
        "source": "Shop",
        "table": "regions",
        "primary_key": ["region"],
    }
    described["name"] = "Shop again"
    created = owner.post(
        "/api/v1/models/import",
        json={"text": yaml.safe_dump(described)},
    )
    assert created.status_code == 201, created.text
    assert created.json()["model"] | {"name": "Shop"} == model["model"]


def test_a_model_goes_through_ossie_and_gives_the_same_numbers(owner: Api, model: dict[str, Any]):
    text = owner.get(f"/api/v1/models/{model['id']}/export?format=ossie").text
    document = yaml.safe_load(text)
    assert document["version"].startswith("0.2")
    described = {m["name"]: m["expression"]["dialects"][0]["expression"] for m in document["metrics"]}
    assert described["revenue"] == "SUM(lines.amount)"
    document["name"] = "Shop from Ossie"
    created = owner.post(
        "/api/v1/models/import",
        json={
            "text": yaml.safe_dump(document),
            "source_id": model["model"]["tables"][0]["source_id"],
        },
    )
    assert created.status_code == 201, created.text
    query = {
        "measures": [{"metric": metric["name"]} for metric in shop.MODEL["metrics"]],
        "dimensions": [{"column": "customers.name"}],
    }
    there, here = (ask(owner, m, **query)["rows"] for m in (created.json(), model))
    assert [[_rounded(v) for v in row] for row in there] == [[_rounded(v) for v in row] for row in here]


def _rounded(value: Any) -> Any:
    try:
        return round(float(value), 6)
    except (TypeError, ValueError):
        return value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tables: [", "line 1"),
        ("- a\n- b", "names and values"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("name: x\ntables:\n- {name: a, source: Nowhere, table: b}", "no data source called Nowhere"),
        ("name: x\ntables: []", "tables"),
        ("!!python/object/apply:os.system ['true']", "can't be read"),
    ],
)
def test_a_file_that_is_no_model_says_why(owner: Api, text: str, message: str):
    refused = owner.post(
        "/api/v1/models/import",
        json={"text": text},
    )
    assert refused.status_code == 400, refused.text
    assert message in refused.text


def test_names_are_the_organisations_own_and_changes_are_seen(owner: Api, source: dict[str, Any]):
    made = owner.post("/api/v1/models", json=document(source, name="Mine"))
    path, tag = f"/api/v1/models/{made.json()['id']}", made.headers["ETag"]
    assert owner.post("/api/v1/models", json=document(source, name="Mine")).status_code == 409
    changed = owner.put(path, json=document(source, name="Mine", currency="EUR"), headers={"If-Match": tag})
    assert changed.json()["model"]["currency"] == "EUR"
    late = owner.put(path, json=document(source, name="Mine"), headers={"If-Match": tag})
    assert late.status_code == 412
    assert owner.delete(path).json() == {"id": made.json()["id"]}
    assert owner.get(path).status_code == 404


def test_weeks_years_and_clocks_are_those_of_the_model(owner: Api, source: dict[str, Any]):
    """Fiscal years from July, weeks from Sunday, times as in Auckland."""
    made = owner.post(
        "/api/v1/models",
        json=document(
            source, name="Far", time_zone="Pacific/Auckland", week_start="sunday", fiscal_year_start=7
        ),
    ).json()
    for grain, month in (("year", {7}), ("quarter", {1, 4, 7, 10})):
        rows = ask(
            owner,
            made,
            measures=[{"metric": "order_count"}],
            dimensions=[{"column": "orders.ordered_on", "grain": grain}],
        )["rows"]
        assert {int(row[0][5:7]) for row in rows} <= month
        assert sum(row[1] for row in rows) == len(shop.DATA["orders"])
    from datetime import date, timedelta  # noqa: PLC0415
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    weeks = ask(
        owner,
        made,
        measures=[{"metric": "order_count"}],
        dimensions=[{"column": "orders.moment", "grain": "week"}],
    )["rows"]
    wanted: dict[str, int] = {}
    for order in shop.DATA["orders"]:
        local = (
            order["moment"].replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo("Pacific/Auckland")).date()
        )
        start: date = local - timedelta(days=(local.weekday() + 1) % 7)
        wanted[start.isoformat()] = wanted.get(start.isoformat(), 0) + 1
    assert {row[0]: row[1] for row in weeks} == wanted


def test_top_values_and_calculations_work_across_tables(owner: Api, model: dict[str, Any]):
    answer = ask(
        owner,
        model,
        measures=[{"metric": "net"}, {"metric": "revenue"}],
        dimensions=[{"column": "customers.name"}],
        top={"dimension": "customers.name", "n": 2, "measure": "net"},
        calculations=[{"type": "share", "measure": "revenue", "name": "part"}],
        sort=[{"field": "part", "descending": True}],
    )
    assert len(answer["rows"]) == 3
    assert sum(row[3] for row in answer["rows"]) == pytest.approx(1)
    total = ask(owner, model, measures=[{"metric": "revenue"}])["rows"][0][0]
    assert sum(float(row[2]) for row in answer["rows"]) == pytest.approx(float(total))


def test_explaining_asks_nothing(owner: Api, model: dict[str, Any]):
    """Which tables are read, in SQL that stands by itself; keys are looked at when it runs."""
    query = {
        "model_id": model["id"],
        "measures": [{"metric": "order_count"}],
        "dimensions": [{"column": "products.category"}],
    }
    explained = owner.post("/api/v1/query/explain", json=query).json()
    assert (explained["runs"], explained["cache"]) == ("engine", "miss")
    assert '"orders_once"' in explained["sql"]
