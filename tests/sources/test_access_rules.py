"""Rows and columns that a role doesn't see are seen on no path."""

import csv
import io
from typing import Any

import pytest
from support import Api, Server

from claribi.accounts.permissions import Role


@pytest.fixture(scope="module")
def organization(server: Server) -> int:
    return server.organization("self_hosted")


@pytest.fixture(scope="module")
def owner(server: Server, organization: int) -> Api:
    return server.api(**{"X-API-Key": server.member(organization).key})


@pytest.fixture(scope="module")
def source(owner: Api) -> dict[str, Any]:
    rows = "\n".join(
        f"{n},{'North' if n % 3 else 'South'},{n * 10},C-{1000 + n},2024-0{n % 9 + 1}-15"
        for n in range(1, 61)
    )
    content = f"id,region,amount,card,day\n{rows}\n".encode()
    return owner.upload(content, "payments.csv")


SOUTH = sum(n * 10 for n in range(1, 61) if n % 3 == 0)
ALL = sum(n * 10 for n in range(1, 61))


@pytest.fixture(scope="module")
def viewer(server: Server, organization: int, owner: Api, source: dict[str, Any]) -> Api:
    """Sees the South alone, and no card numbers."""
    member = server.member(organization, Role.ANALYST)
    attributes = {"attributes": {"regions": ["South"]}}
    changed = owner.patch(f"/api/v1/members/{member.user_id}", json=attributes)
    assert changed.status_code == 200, changed.text
    rule = {
        "name": "Own region",
        "source_id": source["id"],
        "table": "payments",
        "roles": ["analyst"],
        "rows": [{"column": "region", "attribute": "regions"}],
        "masks": {"card": "last4", "id": "hide"},
    }
    created = owner.post("/api/v1/access-rules", json=rule)
    assert created.status_code == 201, created.text
    return server.api(**{"X-API-Key": member.key})


def ask(api: Api, source: dict[str, Any], **query: Any) -> list[list[Any]]:
    answer = api.post("/api/v1/query", json={"source_id": source["id"], **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


SUM = [{"column": "amount", "aggregation": "sum"}]


def test_structured_questions(owner: Api, viewer: Api, source: dict[str, Any]):
    assert ask(viewer, source, table="payments", measures=SUM) == [[SOUTH]]
    assert ask(owner, source, table="payments", measures=SUM) == [[ALL]]
    assert ask(viewer, source, table="payments", dimensions=[{"column": "region"}]) == [["South"]]
    rows = ask(viewer, source, table="payments", limit=1)
    assert rows == [["South", 30, "***1003", "2024-04-15"]]
    top = {
        "dimensions": [{"column": "region"}],
        "measures": SUM,
        "top": {"dimension": "region", "n": 1, "measure": "sum_amount"},
    }
    assert ask(viewer, source, table="payments", **top) == [["South", SOUTH]]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sum(amount) FROM payments",
        "SELECT sum(p.amount) FROM payments AS p",
        'SELECT sum("payments"."amount") FROM "payments"',
        "WITH p AS (SELECT * FROM PAYMENTS) SELECT sum(amount) FROM p",
        "SELECT sum(amount) FROM payments WHERE region = 'North' OR TRUE",
        "SELECT (SELECT sum(amount) FROM payments)",
        "SELECT sum(a.amount) FROM payments a JOIN payments b ON a.card = b.card",
        "SELECT sum(amount) FROM payments WHERE amount IN (SELECT amount FROM payments)",
        "SELECT sum(amount) FROM (SELECT amount FROM payments UNION ALL SELECT 0 FROM payments)",
        "WITH payments AS (SELECT * FROM payments) SELECT sum(amount) FROM payments",
    ],
)
def test_hand_written_sql(viewer: Api, source: dict[str, Any], sql: str):
    assert ask(viewer, source, sql=sql) == [[SOUTH]]


@pytest.mark.parametrize(
    "sql",
    [
        "WITH RECURSIVE payments AS (SELECT * FROM payments) SELECT sum(amount) FROM payments",
        "WITH RECURSIVE Payments AS (SELECT amount FROM payments UNION ALL SELECT 0) SELECT 1 FROM payments",
    ],
)
def test_a_recursive_query_does_not_take_the_tables_name(viewer: Api, source: dict[str, Any], sql: str):
    refused = viewer.post("/api/v1/query", json={"source_id": source["id"], "sql": sql})
    assert refused.status_code == 422, refused.text


def test_a_rules_value_can_not_be_given_by_the_question(viewer: Api, source: dict[str, Any]):
    sql = "SELECT sum(amount) FROM payments WHERE $rule1 IS NOT NULL"
    assert ask(viewer, source, sql=sql, parameters={"rule1": "North"}) == [[SOUTH]]


def test_masked_and_hidden_columns(viewer: Api, source: dict[str, Any]):
    assert ask(viewer, source, sql="SELECT min(card) FROM payments") == [["***1003"]]
    for query in (
        {"sql": "SELECT id FROM payments"},
        {"table": "payments", "columns": ["id"]},
        {"table": "payments", "measures": [{"column": "id", "aggregation": "max"}]},
        {"table": "payments", "measures": SUM, "filters": [{"column": "id", "operator": "=", "value": 1}]},
    ):
        refused = viewer.post("/api/v1/query", json={"source_id": source["id"], **query})
        assert refused.status_code == 422, refused.text


def test_downloads_previews_and_the_catalog(owner: Api, viewer: Api, source: dict[str, Any]):
    query = {"source_id": source["id"], "table": "payments"}
    text = viewer.post("/api/v1/query", json=query, headers={"Accept": "text/csv"}).text
    listed = list(csv.DictReader(io.StringIO(text)))
    assert {row["region"] for row in listed} == {"South"}
    assert "id" not in listed[0]
    arrow = viewer.post(
        "/api/v1/query", json=query, headers={"Accept": "application/vnd.apache.arrow.stream"}
    ).content
    assert b"South" in arrow
    assert b"North" not in arrow
    preview = viewer.get(f"/api/v1/data-sources/{source['id']}/preview").json()
    assert {row[0] for row in preview["rows"]} == {"South"}
    for path in ("", "/schema"):
        shown = viewer.get(f"/api/v1/data-sources/{source['id']}{path}").json()["tables"][0]["columns"]
        assert [c["name"] for c in shown] == ["region", "amount", "card", "day"]
        assert all(c["minimum"] is None and c["maximum"] is None for c in shown)
    assert (
        owner.get(f"/api/v1/data-sources/{source['id']}").json()["tables"][0]["columns"][0]["maximum"] == 60
    )


def test_dashboards_show_each_their_own(owner: Api, viewer: Api, source: dict[str, Any]):
    widget = {
        "type": "metric",
        "title": "Total",
        "query": {"source_id": source["id"], "table": "payments", "measures": SUM},
    }
    made = owner.post("/api/v1/dashboards", json={"name": "Totals", "widgets": [widget]}).json()
    path = f"/api/v1/dashboards/{made['id']}"
    one = made["widgets"][0]["id"]

    def shown(api: Api) -> Any:
        return api.get(path).json()["widgets"][0]["data"]["rows"]

    assert (shown(owner), shown(viewer)) == ([[ALL]], [[SOUTH]])
    assert viewer.post(f"{path}/refresh").status_code == 201
    told = viewer.post(f"{path}/refresh", headers={"Accept": "text/event-stream"}).text
    assert f"[[{SOUTH}]]" in told
    assert str(ALL) not in told
    assert (shown(owner), shown(viewer)) == ([[ALL]], [[SOUTH]])
    assert viewer.get(f"{path}/widgets/{one}").json()["data"]["rows"] == [[SOUTH]]
    picture = viewer.get(f"{path}/widgets/{one}/chart.svg")
    assert picture.status_code == 200
    assert f"{ALL:,}" not in picture.text
    tag = owner.get(path).headers["ETag"]
    assert viewer.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_reports_are_for_those_who_may_see_what_is_in_them(owner: Api, viewer: Api, source: dict[str, Any]):
    whole = owner.generated(title="Whole", source_id=source["id"])
    part = viewer.generated(title="Part", source_id=source["id"])
    for path in ("", "/download", "/evidence"):
        refused = viewer.get(f"/api/v1/reports/{whole['id']}{path}")
        assert refused.status_code == 403, (path, refused.text[:200])
        assert owner.get(f"/api/v1/reports/{part['id']}{path}").status_code == 200
        assert viewer.get(f"/api/v1/reports/{part['id']}{path}").status_code == 200
    figures = viewer.get(f"/api/v1/reports/{part['id']}").json()["figures"]
    assert ALL not in [figure["value"] for figure in figures.values()]


def test_a_report_stays_closed_when_its_source_is_gone(owner: Api, viewer: Api):
    gone = owner.upload(b"region,amount\nNorth,1\nSouth,2\n", "gone.csv")
    rule = {"name": "No amounts", "source_id": gone["id"], "table": "gone", "roles": ["analyst"]}
    assert owner.post("/api/v1/access-rules", json=rule | {"masks": {"amount": "hide"}}).status_code == 201
    whole = owner.generated(title="Of what is gone", source_id=gone["id"])
    part = viewer.generated(title="Own part", source_id=gone["id"])
    assert owner.delete(f"/api/v1/data-sources/{gone['id']}").status_code == 200
    assert viewer.get(f"/api/v1/reports/{whole['id']}").status_code == 403
    assert viewer.get(f"/api/v1/reports/{part['id']}").status_code == 200
    assert owner.get(f"/api/v1/reports/{whole['id']}").status_code == 200


def test_what_people_wrote_in_a_report_is_for_those_who_may_read_it(
    owner: Api, viewer: Api, source: dict[str, Any]
):
    reports = "/api/v1/reports"
    north = [{"column": "region", "operator": "=", "value": "North"}]
    words = {"question": "Why is the North so rich?", "filters": north}
    made = owner.generated(title="Of the north", source_id=source["id"], **words)
    draft = owner.post(reports, json={"title": "Draft", "source_id": source["id"], **words}).json()
    for report in (made, draft):
        path = f"{reports}/{report['id']}"
        assert owner.patch(path, json={"notes": {"report": "Hush"}}).status_code == 200
        listed = viewer.get(reports).json()["results"]
        row = next(row for row in listed if row["id"] == report["id"])
        assert (row["notes"], row["filters"], row["question"], row["withheld"]) == ({}, [], None, True)
        assert (row["title"], row["status"]) == (report["title"], report["status"])
        mine = next(row for row in owner.get(reports).json()["results"] if row["id"] == report["id"])
        assert (mine["notes"], mine["withheld"]) == ({"report": "Hush"}, False)
        # Nor by what changing it or generating it anew would tell.
        assert viewer.get(path).status_code == 403
        assert viewer.patch(path, json={"title": "Mine"}).status_code == 403
        assert viewer.post(f"{path}/generate").status_code == 403
    assert viewer.get(reports, params={"search": "so rich"}).json()["count"] == 0
    assert owner.get(reports, params={"search": "so rich"}).json()["count"] == 2
    own = viewer.post(reports, json={"title": "Own", "source_id": source["id"], "question": "Mine?"}).json()
    assert viewer.get(f"{reports}/{own['id']}").json()["question"] == "Mine?"
    listed = viewer.get(reports).json()["results"]
    assert next(row for row in listed if row["id"] == own["id"])["question"] == "Mine?"


def test_models_heed_the_rules_of_their_tables(owner: Api, viewer: Api, source: dict[str, Any]):
    model = owner.post(
        "/api/v1/models",
        json={
            "name": "Payments",
            "tables": [{"name": "p", "source_id": source["id"], "table": "payments"}],
            "metrics": [{"name": "total", "column": "p.amount", "aggregation": "sum"}],
        },
    ).json()
    query = {"model_id": model["id"], "measures": [{"metric": "total"}]}
    assert viewer.post("/api/v1/query", json=query).json()["rows"] == [[SOUTH]]
    assert owner.post("/api/v1/query", json=query).json()["rows"] == [[ALL]]


def test_explain_names_the_rules(owner: Api, viewer: Api, source: dict[str, Any]):
    query = {"source_id": source["id"], "table": "payments", "measures": SUM}
    explained = viewer.post("/api/v1/query/explain", json=query).json()
    assert explained["access_rules"] == ["Own region"]
    assert '"region" IN' in explained["sql"]
    assert owner.post("/api/v1/query/explain", json=query).json()["access_rules"] == []


def test_who_has_no_attribute_sees_nothing(
    server: Server, organization: int, viewer: Api, source: dict[str, Any]
):
    other = server.api(**{"X-API-Key": server.member(organization, Role.ANALYST).key})
    assert ask(other, source, table="payments", measures=[{"aggregation": "count"}]) == [[0]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"roles": ["janitor"]}, "roles"),
        ({"roles": ["owner"]}, "roles"),
        ({"table": "refunds"}, "table"),
        ({"masks": {"cart": "null"}}, "masks"),
        ({"masks": {"amount": "last4"}}, "masks"),
        ({"rows": [{"column": "regions", "value": "South"}]}, "rows"),
    ],
)
def test_a_rule_with_a_slip_in_it_is_refused(
    owner: Api, source: dict[str, Any], changes: dict[str, Any], field: str
):
    rule = {
        "name": "x",
        "source_id": source["id"],
        "table": "payments",
        "roles": ["viewer"],
        "masks": {"card": "redact"},
    }
    refused = owner.post("/api/v1/access-rules", json=rule | changes)
    assert refused.status_code == 400, refused.text
    assert refused.json()["details"][0]["field"] == field


def test_a_role_that_rules_bind_keeps_its_name(owner: Api, source: dict[str, Any]):
    role = owner.post("/api/v1/roles", json={"name": "clerk", "permissions": ["reports:read"]}).json()
    rule = {
        "name": "Clerks",
        "source_id": source["id"],
        "table": "payments",
        "roles": ["clerk"],
        "masks": {"card": "redact"},
    }
    made = owner.post("/api/v1/access-rules", json=rule).json()
    path = f"/api/v1/roles/{role['id']}"
    assert owner.patch(path, json={"name": "scribe"}).status_code == 409
    assert owner.delete(path).status_code == 409
    assert owner.delete(f"/api/v1/access-rules/{made['id']}").status_code == 200
    assert owner.patch(path, json={"name": "scribe"}).status_code == 200


def test_rules_are_made_by_those_who_manage_people(viewer: Api, owner: Api, source: dict[str, Any]):
    assert viewer.get("/api/v1/access-rules").status_code == 403
    listed = owner.get(f"/api/v1/access-rules?source_id={source['id']}").json()["results"]
    assert [rule["name"] for rule in listed] == ["Own region"]
    path = f"/api/v1/access-rules/{listed[0]['id']}"
    assert owner.delete(path).status_code == 200
    assert ask(viewer, source, table="payments", measures=SUM) == [[ALL]]
