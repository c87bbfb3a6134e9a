"""Dashboards and widgets through the API."""

import pytest
from support import Api, Loaded, Server, events_of

from claribi.core.errors import NotFound
from claribi.dashboards.schemas import NewDashboard


def widget(sales: Loaded, kind: str = "bar", **changes) -> dict:
    query = {
        "source_id": sales.source["id"],
        "table": sales.table,
        "measures": [{"column": "revenue", "aggregation": "sum", "name": "revenue"}],
        "dimensions": [{"column": "region"}],
    }
    return {"type": kind, "title": "Revenue by region", "query": query} | changes


@pytest.fixture
def board(sales: Loaded) -> dict:
    answer = sales.api.post("/api/v1/dashboards", json={"name": "Mine", "widgets": [widget(sales)]})
    assert answer.status_code == 201, answer.text
    return answer.json()


KINDS = ["metric", "line", "area", "bar", "pie", "scatter", "table", "funnel", "gauge", "heatmap"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_widget_is_answered_when_it_is_made(sales: Loaded, board: dict, kind: str):
    path = f"/api/v1/dashboards/{board['id']}/widgets"
    made = sales.api.post(path, json=widget(sales, kind))
    assert made.status_code == 201, made.text
    body = made.json()
    assert body["error"] is None
    assert len(body["data"]["rows"]) == 3
    assert body["chart"]
    assert body["evidence_id"]
    svg = sales.api.get(f"{path}/{body['id']}/chart.svg?width=400&height=300")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert svg.text.startswith("<svg")


def test_a_text_needs_no_query(sales: Loaded, board: dict):
    text = {"type": "text", "title": "Note", "options": {"text": "Read **this**"}}
    body = sales.api.post(f"/api/v1/dashboards/{board['id']}/widgets", json=text).json()
    assert body["chart"]["text"] == {"markdown": "Read **this**"}
    assert body["error"] is None


def test_sql_makes_a_widget_too(sales: Loaded, board: dict):
    query = {
        "source_id": sales.source["id"],
        "sql": f"SELECT region, count(*) AS orders FROM {sales.table} GROUP BY 1 ORDER BY 1",
    }
    body = sales.api.post(f"/api/v1/dashboards/{board['id']}/widgets", json=widget(sales, query=query)).json()
    assert [row[0] for row in body["data"]["rows"]] == ["North", "South", "West"]


def test_one_broken_widget_breaks_no_other(sales: Loaded):
    broken = widget(sales)
    broken["query"] = broken["query"] | {"dimensions": [{"column": "nowhere"}]}
    gone = widget(sales)
    gone["query"] = gone["query"] | {"source_id": 999_999}
    made = sales.api.post(
        "/api/v1/dashboards", json={"name": "Half", "widgets": [broken, widget(sales), gone]}
    ).json()
    answer = sales.api.post(f"/api/v1/dashboards/{made['id']}/refresh")
    assert answer.status_code == 201
    body = answer.json()
    assert body["status"] == "partial"
    assert [w["status"] for w in body["widgets"]] == ["failed", "completed", "failed"]
    assert "nowhere" in body["widgets"][0]["error"]
    assert "999999" in body["widgets"][2]["error"]
    shown = sales.api.get(f"/api/v1/dashboards/{made['id']}").json()["widgets"]
    assert shown[0]["error"]
    assert shown[1]["data"]["rows"]


def test_a_refresh_can_be_followed_widget_by_widget(sales: Loaded):
    broken = widget(sales, query=widget(sales)["query"] | {"dimensions": [{"column": "nowhere"}]})
    note = {"type": "text", "title": "Note", "options": {"text": "Read this"}}
    made = sales.api.post(
        "/api/v1/dashboards", json={"name": "Told", "widgets": [widget(sales), broken, note]}
    ).json()
    path = f"/api/v1/dashboards/{made['id']}"
    with sales.api.stream("POST", f"{path}/refresh", headers={"Accept": "text/event-stream"}) as answer:
        assert answer.status_code == 201
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = list(events_of(answer))
    assert [name for name, _ in told] == ["widget"] * 3 + ["refreshed"]
    shown = sales.api.get(path).json()
    assert {w["id"]: w for _, w in told[:3]} == {w["id"]: w for w in shown["widgets"]}
    assert "nowhere" in {w["id"]: w for _, w in told[:3]}[made["widgets"][1]["id"]]["error"]
    assert told[3][1]["status"] == "partial"
    assert [w["status"] for w in told[3][1]["widgets"]] == ["completed", "failed", "completed"]


def test_what_can_not_be_refreshed_says_so_before_any_event(sales: Loaded):
    refused = sales.api.post("/api/v1/dashboards/999999/refresh", headers={"Accept": "text/event-stream"})
    assert (refused.status_code, refused.json()["error"]) == (404, "not_found")


def test_a_widget_keeps_its_last_good_answer_when_it_fails(api: Api, sales_csv: bytes):
    source = api.upload(sales_csv)
    loaded = Loaded(api, source)
    board = api.post("/api/v1/dashboards", json={"name": "B", "widgets": [widget(loaded)]}).json()
    without = sales_csv.replace(b"region", b"area", 1)
    api.post(f"/api/v1/data-sources/{source['id']}/versions", files={"file": ("sales.csv", without)})
    api.until(f"/api/v1/data-sources/{source['id']}", lambda s: s["data_version"] != source["data_version"])
    assert api.post(f"/api/v1/dashboards/{board['id']}/refresh").json()["status"] == "failed"
    kept = api.get(f"/api/v1/dashboards/{board['id']}").json()["widgets"][0]
    assert "no column region" in kept["error"]
    assert kept["data"] == board["widgets"][0]["data"]


def test_a_changed_query_is_answered_at_once(sales: Loaded, board: dict):
    made = board["widgets"][0]
    query = made["query"] | {"dimensions": [{"column": "product"}]}
    path = f"/api/v1/dashboards/{board['id']}/widgets/{made['id']}"
    changed = sales.api.patch(path, json={"query": query, "title": "By product"})
    assert changed.status_code == 200, changed.text
    assert changed.json()["title"] == "By product"
    assert len(changed.json()["data"]["rows"]) == 8


def test_a_moved_widget_keeps_its_answer(sales: Loaded, board: dict):
    made = board["widgets"][0]
    path = f"/api/v1/dashboards/{board['id']}/widgets/{made['id']}"
    moved = sales.api.patch(path, json={"position": {"x": 6, "y": 2, "w": 6, "h": 5}}).json()
    assert moved["position"] == {"x": 6, "y": 2, "w": 6, "h": 5}
    assert moved["refreshed_at"] == made["refreshed_at"]


def test_a_deleted_widget_is_gone(sales: Loaded, board: dict):
    path = f"/api/v1/dashboards/{board['id']}/widgets/{board['widgets'][0]['id']}"
    assert sales.api.delete(path).json() == {"id": board["widgets"][0]["id"]}
    assert sales.api.get(path).status_code == 404
    assert sales.api.get(f"/api/v1/dashboards/{board['id']}").json()["widgets"] == []


def test_a_change_to_a_widget_changes_the_dashboards_etag(sales: Loaded, board: dict):
    path = f"/api/v1/dashboards/{board['id']}"
    before = sales.api.get(path).headers["etag"]
    sales.api.patch(f"{path}/widgets/{board['widgets'][0]['id']}", json={"title": "Other"})
    assert sales.api.get(path).headers["etag"] != before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "sunburst"}, "type"),
        ({"query": None}, ""),
        ({"options": {"colour": "red"}}, ""),
        ({"position": {"x": 8, "w": 6}}, "position"),
        ({"query": {"source_id": 1}}, "query.table"),
    ],
)
def test_a_widget_that_makes_no_sense_is_refused(sales: Loaded, board: dict, change: dict, field: str):
    answer = sales.api.post(f"/api/v1/dashboards/{board['id']}/widgets", json=widget(sales) | change)
    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
    assert field in answer.json()["details"][0]["field"]


def test_the_list_counts_widgets(sales: Loaded, board: dict):
    rows = sales.api.get("/api/v1/dashboards").json()["results"]
    assert next(row for row in rows if row["id"] == board["id"])["widget_count"] == 1


def test_a_widget_without_a_place_goes_below_the_others(sales: Loaded, board: dict):
    for _ in range(2):
        sales.api.post(f"/api/v1/dashboards/{board['id']}/widgets", json=widget(sales))
    places = [w["position"] for w in sales.api.get(f"/api/v1/dashboards/{board['id']}").json()["widgets"]]
    assert [place["y"] for place in places] == [0, 4, 8]


def test_the_list_can_be_of_one_source(sales: Loaded, board: dict):
    own = sales.api.dashboard_of(sales.source["id"])
    listed = sales.api.get(f"/api/v1/dashboards?source_id={sales.source['id']}").json()["results"]
    assert [row["id"] for row in listed] == [own["id"]]


def placed(made: dict, **changes) -> dict:
    """A widget as it is sent back: what was answered is not part of it."""
    return {name: made[name] for name in ("id", "type", "title", "query", "options", "position")} | changes


def test_all_widgets_change_in_one_go(sales: Loaded, board: dict):
    path = f"/api/v1/dashboards/{board['id']}"
    first = board["widgets"][0]
    text = {"type": "text", "title": "Note", "options": {"text": "Read this"}}
    place = {"x": 6, "y": 3, "w": 6, "h": 5}
    both = sales.api.patch(path, json={"widgets": [placed(first, position=place), text]}).json()["widgets"]
    assert [(w["title"], w["position"]) for w in both] == [
        ("Revenue by region", place),
        ("Note", {"x": 0, "y": 8, "w": 6, "h": 4}),
    ]
    assert both[0]["refreshed_at"] == first["refreshed_at"]
    assert both[1]["chart"]["text"] == {"markdown": "Read this"}
    query = first["query"] | {"dimensions": [{"column": "product"}]}
    left = sales.api.patch(path, json={"widgets": [placed(both[0], query=query)]}).json()["widgets"]
    assert [w["id"] for w in left] == [first["id"]]
    assert len(left[0]["data"]["rows"]) == 8


def test_widgets_are_saved_only_over_the_version_that_was_read(sales: Loaded, board: dict):
    path = f"/api/v1/dashboards/{board['id']}"
    seen = sales.api.get(path).headers["etag"]
    saved = sales.api.patch(path, json={"widgets": []}, headers={"If-Match": seen})
    assert (saved.status_code, saved.json()["widgets"]) == (200, [])
    assert saved.headers["etag"] != seen
    late = {"widgets": [placed(board["widgets"][0])]}
    assert sales.api.patch(path, json=late, headers={"If-Match": seen}).status_code == 412
    gone = sales.api.patch(path, json=late)
    assert (gone.status_code, gone.json()["error"]) == (409, "conflict")
    twice = {"widgets": [late["widgets"][0]] * 2}
    assert sales.api.patch(path, json=twice).status_code == 400


def test_a_sketch_is_answered_and_proven_but_kept_nowhere(sales: Loaded, board: dict):
    before = sales.api.get("/api/v1/dashboards").json()["count"]
    broken = widget(sales, query=widget(sales)["query"] | {"dimensions": [{"column": "nowhere"}]})
    text = {"type": "text", "options": {"text": "Read this"}}
    answer = sales.api.post("/api/v1/dashboards/sketch", json={"widgets": [widget(sales), broken, text]})
    assert answer.status_code == 200, answer.text
    good, bad, note = answer.json()["widgets"]
    assert good["data"] == board["widgets"][0]["data"]
    assert good["chart"] == board["widgets"][0]["chart"]
    assert sales.api.get(f"/api/v1/evidence/{good['evidence_id']}").status_code == 200
    assert (bad["data"], bad["chart"], bad["evidence_id"]) == (None, None, None)
    assert "nowhere" in bad["error"]
    assert note["chart"]["text"] == {"markdown": "Read this"}
    assert sales.api.get("/api/v1/dashboards").json()["count"] == before
    other = sales.api.post(
        "/api/v1/dashboards/sketch",
        json={"widgets": [widget(sales, query=widget(sales)["query"] | {"source_id": 999_999})]},
    ).json()
    assert "999999" in other["widgets"][0]["error"]


def test_the_dashboard_of_a_source_that_went_away_meanwhile_is_not_made(server: Server):
    caller = server.services.accounts.principal(server.member(server.organization()).email)
    with pytest.raises(NotFound):
        server.services.dashboards.create(caller, NewDashboard(name="Late"), source_id=123_456)
