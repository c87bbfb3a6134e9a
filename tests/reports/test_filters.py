"""Filters in a report's definition: through HTTP, and in the files that come out."""

import csv
import io
from typing import Any

import pytest
from pypdf import PdfReader
from support import Api, Loaded, Server

from claribi.accounts.permissions import Role
from claribi.analysis.languages import LANGUAGES, language
from claribi.query.schemas import Filter
from claribi.reports.conditions import in_words

REPORTS = "/api/v1/reports"
NORTH = {"column": "region", "operator": "=", "value": "North"}


def file(api: Api, report_id: int, name: str) -> bytes:
    answer = api.get(f"{REPORTS}/{report_id}/download?format={name}")
    assert answer.status_code == 200, answer.text
    return answer.content


def values(report: dict[str, Any]) -> list[Any]:
    return [figure["value"] for figure in report["figures"].values()]


@pytest.fixture(scope="module")
def rows(sales_csv: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sales_csv.decode())))


@pytest.fixture(scope="module")
def north(sales: Loaded) -> dict[str, Any]:
    return sales.api.generated(title="North", source_id=sales.source["id"], filters=[NORTH])


def test_every_query_of_the_analysis_bears_them(
    sales: Loaded, north: dict[str, Any], rows: list[dict[str, str]]
):
    assert [f["value"] for f in north["filters"]] == ["North"]
    queries = sales.api.get(f"{REPORTS}/{north['id']}/evidence").json()["queries"]
    assert len(queries) > 3
    assert [q["sql"] for q in queries if '"region" = ' not in q["sql"]] == []
    assert all("North" in q["parameters"].values() for q in queries)
    of_north = sum(row["region"] == "North" for row in rows)
    assert of_north in values(north)
    assert len(rows) not in values(north)


def test_every_number_of_it_can_be_proven(sales: Loaded, north: dict[str, Any]):
    verified = sales.api.post(f"{REPORTS}/{north['id']}/verify").json()
    assert verified["checked"] == verified["holding"] > 10


def test_what_they_leave_one_value_explains_nothing(north: dict[str, Any]):
    findings = next(s for s in north["sections"] if s["key"] == "findings")
    charts = [block for block in findings["blocks"] if block["kind"] == "chart"]
    assert charts
    assert [c["title"] for c in charts if "Region" in c["columns"]] == []


def test_cover_and_methodology_tell_them_in_several_formats(sales: Loaded, north: dict[str, Any]):
    said = "Region = “North”"
    methodology = next(s for s in north["sections"] if s["key"] == "methodology")
    assert methodology["blocks"][0] == {"kind": "heading", "text": "Filters", "evidence_id": None}
    assert methodology["blocks"][2]["items"] == [[{"text": said, "strong": False}]]
    assert file(sales.api, north["id"], "html").decode().count(said) == 2
    assert f"- **Filters:** {said}" in file(sales.api, north["id"], "md").decode()
    pages = PdfReader(io.BytesIO(file(sales.api, north["id"], "pdf"))).pages
    assert said in pages[0].extract_text()


def test_they_are_told_in_the_language_of_the_organisation(server: Server, sales_csv: bytes):
    api = server.owner()
    source_id = api.upload(sales_csv)["id"]
    api.patch("/api/v1/report-settings", json={"language": "de"})
    wanted = [{"column": "region", "operator": "in", "value": ["North", "Findings"]}]
    report = api.generated(title="T", source_id=source_id, filters=wanted)
    page = file(api, report["id"], "html").decode()
    assert page.count("Region ist einer dieser Werte: „North“, „Findings“") == 2
    assert "<dt>Filter</dt>" in page
    assert api.post(f"{REPORTS}/{report['id']}/verify").json()["failing"] == []


def test_a_change_of_them_holds_from_the_next_generation_on(sales: Loaded, rows: list[dict[str, str]]):
    report = sales.api.generated(title="All", source_id=sales.source["id"])
    assert report["filters"] == []
    path = f"{REPORTS}/{report['id']}"
    many = {"column": "quantity", "operator": ">=", "value": 5}
    changed = sales.api.patch(path, json={"filters": [NORTH, many]})
    assert len(changed.json()["filters"]) == 2
    sales.api.post(f"{path}/generate", json={"wait": 60})
    expected = sum(row["region"] == "North" and int(row["quantity"]) >= 5 for row in rows)
    assert expected in values(sales.api.get(path).json())
    assert sales.api.patch(path, json={"title": "Still"}).json()["filters"] == changed.json()["filters"]
    assert sales.api.patch(path, json={"filters": None}).json()["filters"] == []


def test_filters_that_leave_nothing_make_a_report_that_says_so(sales: Loaded):
    nowhere = {"column": "region", "operator": "=", "value": "Nowhere"}
    report = sales.api.generated(title="None", source_id=sales.source["id"], filters=[nowhere])
    assert "The data hold no rows" in file(sales.api, report["id"], "md").decode()


def test_a_report_from_a_dashboard_takes_them_too(sales: Loaded, rows: list[dict[str, str]]):
    board = sales.api.dashboard_of(sales.source["id"])
    report = sales.api.generated(title="Board", dashboard_id=board["id"], filters=[NORTH])
    assert sum(row["region"] == "North" for row in rows) in values(report)
    wrong = {"title": "x", "dashboard_id": board["id"], "filters": [NORTH | {"column": "nothing"}]}
    assert sales.api.post(REPORTS, json=wrong).status_code == 422


@pytest.mark.parametrize(
    ("criterion", "hint"),
    [
        (NORTH | {"column": "regoin"}, "did you mean region"),
        ({"column": "quantity", "operator": ">", "value": "many"}, "a number"),
        (
            {"column": "region", "operator": "last_n", "value": {"n": 1, "unit": "day"}},
            "a date or time column",
        ),
        ({"column": "quantity", "operator": "between", "value": [1]}, "two values"),
    ],
)
def test_what_does_not_fit_the_table_is_refused_with_its_place(
    sales: Loaded, criterion: dict[str, Any], hint: str
):
    body = {"title": "x", "source_id": sales.source["id"], "filters": [NORTH, criterion]}
    report = sales.api.post(REPORTS, json=body | {"filters": []}).json()
    for answer in (
        sales.api.post(REPORTS, json=body),
        sales.api.post(f"{REPORTS}/generate", json=body),
        sales.api.patch(f"{REPORTS}/{report['id']}", json={"filters": [NORTH, criterion]}),
    ):
        assert answer.status_code == 422, answer.text
        assert [problem["field"] for problem in answer.json()["details"]] == ["filters.1"]
        assert hint in answer.json()["message"]


def test_too_many_and_malformed_ones_are_refused(sales: Loaded):
    body = {"title": "x", "source_id": sales.source["id"]}
    for filters in ([NORTH] * 21, [{"column": "region"}], [NORTH | {"operator": "like"}], "region"):
        assert sales.api.post(REPORTS, json=body | {"filters": filters}).status_code == 400


def test_they_open_nothing_that_access_rules_close(server: Server):
    organization = server.organization("self_hosted")
    owner = server.api(**{"X-API-Key": server.member(organization).key})
    lines = "\n".join(f"{n},{'North' if n % 3 else 'South'},{n * 10}" for n in range(1, 61))
    source = owner.upload(f"id,region,amount\n{lines}\n".encode(), "payments.csv")
    member = server.member(organization, Role.ANALYST)
    attributes = {"attributes": {"regions": ["South"]}}
    assert owner.patch(f"/api/v1/members/{member.user_id}", json=attributes).status_code == 200
    rule = {
        "name": "South alone",
        "source_id": source["id"],
        "table": "payments",
        "roles": ["analyst"],
        "rows": [{"column": "region", "attribute": "regions"}],
        "masks": {"id": "hide"},
    }
    made = owner.post("/api/v1/access-rules", json=rule)
    assert made.status_code == 201, made.text
    analyst = server.api(**{"X-API-Key": member.key})
    hidden = {"column": "id", "operator": "<", "value": 10}
    body = {"title": "x", "source_id": source["id"]}
    assert analyst.post(REPORTS, json=body | {"filters": [hidden]}).status_code == 422
    asked = analyst.generated(**body, filters=[{"column": "region", "operator": "=", "value": "North"}])
    assert "The data hold no rows" in file(analyst, asked["id"], "md").decode()
    theirs = owner.generated(**body, filters=[hidden])
    for path in ("", "/download", "/evidence"):
        assert analyst.get(f"{REPORTS}/{theirs['id']}{path}").status_code == 403
    # Its filters are words that are not theirs to read, and a generation would tell them.
    assert analyst.post(f"{REPORTS}/{theirs['id']}/generate", json={"wait": 60}).status_code == 403


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_operator_is_told_in_every_language(tag: str):
    wanted: list[tuple[str, Any]] = [
        *[(sign, 5) for sign in ("=", "!=", "<", "<=", ">", ">=")],
        ("in", ["a", True, None]),
        ("not_in", [str(n) for n in range(99)]),
        ("between", [1, 2]),
        ("contains", "{value} & <b>"),
        ("starts_with", "x" * 1000),
        ("is_null", None),
        ("is_not_null", None),
        ("last_n", {"n": 3, "unit": "month"}),
        ("last_n", {"n": 1, "unit": "day", "anchor": "data"}),
    ]
    filters = [Filter(column="some_column", operator=o, value=value) for o, value in wanted]
    said = in_words(filters, language(tag))
    assert len(set(said)) == len(filters)
    assert all(text.startswith("Some column") and len(text) < 250 for text in said)
    assert "{value} & <b>" in said[9]
    on_mondays = Filter(column="day", cycle="day_of_week", operator="=", value="Monday")
    beside = Filter(column="sale_price", operator=">=", other="list_price")
    assert in_words([beside], language(tag)) == ["Sale price ≥ List price"]
    weekday = "Monday" if tag == "en" else language(tag).weekdays[0]
    assert weekday in in_words([on_mondays], language(tag))[0]
