"""The main job from a script with an API key: a file goes in, a dashboard and a proven report come out."""

import io
import re

import duckdb
import pytest
from pypdf import PdfReader
from support import Api, Loaded, Server


@pytest.fixture(scope="module")
def report(sales: Loaded) -> dict:
    return sales.api.generated(
        title="Sales 2023-2024", source_id=sales.source["id"], question="How did revenue develop?"
    )


class TestSource:
    def test_every_row_of_the_file_is_there(self, sales: Loaded, sales_csv: bytes):
        assert sales.source["row_count"] == sales_csv.count(b"\n") - 1
        assert sales.source["rejected_rows"] == []

    def test_columns_have_the_types_and_roles_an_analyst_expects(self, sales: Loaded):
        columns = {c["name"]: (c["type"], c["role"]) for c in sales.source["tables"][0]["columns"]}
        assert columns["ordered_on"] == ("date", "time")
        assert columns["region"] == ("string", "dimension")
        assert columns["order_id"][1] == "id"
        assert columns["quantity"][1] == "measure"
        assert columns["revenue"][1] == "measure"

    def test_the_preview_shows_the_first_rows(self, sales: Loaded):
        body = sales.api.get(f"/api/v1/data-sources/{sales.source['id']}/preview?limit=3").json()
        assert body["row_count"] == 3
        assert body["rows"][0][:3] == [1001, "2023-01-01", "North"]

    def test_sources_are_listed_without_anything_secret(self, sales: Loaded):
        row = sales.api.get("/api/v1/data-sources").json()["results"][0]
        assert set(row) >= {
            "id",
            "name",
            "type",
            "engine",
            "status",
            "last_synced_at",
            "created_at",
            "updated_at",
            "row_count",
        }


class TestDashboard:
    @pytest.fixture
    def dashboard(self, sales: Loaded) -> dict:
        return sales.api.dashboard_of(sales.source["id"])

    def test_a_new_source_gets_one_by_itself(self, dashboard: dict):
        assert dashboard["name"] == "sales - Data insights"
        assert 6 <= len(dashboard["widgets"]) <= 12

    def test_each_widget_has_its_answer_chart_and_evidence(self, dashboard: dict):
        for widget in dashboard["widgets"]:
            assert widget["error"] is None, widget
            assert widget["chart"], widget["title"]
            assert widget["refreshed_at"]
            if widget["type"] != "text":
                assert widget["data"]["rows"], widget["title"]
                assert widget["evidence_id"]

    def test_widgets_do_not_overlap(self, dashboard: dict):
        taken = set()
        for widget in dashboard["widgets"]:
            p = widget["position"]
            cells = {(x, y) for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])}
            assert not cells & taken
            assert p["x"] + p["w"] <= 12
            taken |= cells

    def test_no_widget_adds_up_ids(self, dashboard: dict):
        for widget in dashboard["widgets"]:
            for measure in (widget["query"] or {}).get("measures", []):
                assert measure.get("column") != "order_id" or measure["aggregation"] != "sum"

    def test_refresh_runs_every_widget(self, sales: Loaded, dashboard: dict):
        answer = sales.api.post(f"/api/v1/dashboards/{dashboard['id']}/refresh/")
        assert answer.status_code == 201
        body = answer.json()
        assert body["status"] == "completed"
        assert [w["id"] for w in body["widgets"]] == [w["id"] for w in dashboard["widgets"]]
        after = sales.api.get(f"/api/v1/dashboards/{dashboard['id']}").json()
        assert after["refreshed_at"] > dashboard["refreshed_at"]

    @pytest.mark.parametrize(("image", "start"), [("svg", b"<svg"), ("png", b"\x89PNG")])
    def test_every_chart_comes_as_a_picture(self, sales: Loaded, dashboard: dict, image: str, start: bytes):
        for widget in dashboard["widgets"]:
            path = f"/api/v1/dashboards/{dashboard['id']}/widgets/{widget['id']}/chart.{image}"
            answer = sales.api.get(path)
            assert answer.status_code == 200, answer.text
            assert answer.content.startswith(start)


class TestReport:
    def test_it_has_its_sections(self, report: dict):
        assert [s["key"] for s in report["sections"]] == [
            "executive_summary",
            "key_metrics",
            "findings",
            "recommendations",
            "data_quality",
            "methodology",
            "appendix",
        ]
        assert report["status"] == "completed"
        assert report["generated_at"]

    @pytest.mark.parametrize(
        ("name", "media_type", "start"),
        [
            ("pdf", "application/pdf", b"%PDF"),
            ("html", "text/html", b"<!doctype html>"),
            (
                "xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                b"PK",
            ),
            (
                "pptx",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                b"PK",
            ),
            ("csv", "text/csv", b"id,"),
            ("json", "application/json", b"{"),
            ("md", "text/markdown", b"# "),
        ],
    )
    def test_it_downloads_in_each_format(
        self, sales: Loaded, report: dict, name: str, media_type: str, start: bytes
    ):
        answer = sales.api.get(f"/api/v1/reports/{report['id']}/download?format={name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == media_type
        assert "Sales 2023-2024" in answer.headers["content-disposition"]
        assert answer.content.lower().startswith(start.lower())

    def test_the_default_is_the_reports_own_format_and_ranges_work(self, sales: Loaded, report: dict):
        path = f"/api/v1/reports/{report['id']}/download/"
        whole = sales.api.get(path)
        assert whole.content.startswith(b"%PDF")
        part = sales.api.get(path, headers={"Range": "bytes=0-99"})
        assert part.status_code == 206
        assert part.content == whole.content[:100]
        again = sales.api.get(path, headers={"If-None-Match": whole.headers["etag"]})
        assert again.status_code == 304

    def test_before_the_first_generation_there_is_nothing_to_download(self, sales: Loaded):
        made = sales.api.post("/api/v1/reports", json={"title": "R", "source_id": sales.source["id"]}).json()
        answer = sales.api.get(f"/api/v1/reports/{made['id']}/download")
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")

    def test_every_figure_of_the_sections_is_in_the_evidence_and_in_the_pdf(
        self, sales: Loaded, report: dict
    ):
        evidence = sales.api.get(f"/api/v1/reports/{report['id']}/evidence").json()
        figures = {f["id"]: f for f in evidence["figures"]}
        queries = {q["evidence_id"] for q in evidence["queries"]}
        pdf = sales.api.get(f"/api/v1/reports/{report['id']}/download?format=pdf").content
        text = _squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))
        used = set(re.findall(r'"figure":\s*"(\w+)"', str(report["sections"]).replace("'", '"')))
        assert len(used) > 20
        for name in used:
            assert figures[name]["evidence_id"] in queries
            assert _squeezed(figures[name]["text"]) in text, figures[name]

    def test_the_totals_agree_with_an_independent_computation(
        self, sales: Loaded, sales_csv: bytes, report: dict, tmp_path
    ):
        (tmp_path / "sales.csv").write_bytes(sales_csv)
        total, rows = duckdb.sql(
            f"SELECT sum(revenue), count(*) FROM read_csv('{tmp_path / 'sales.csv'}')"
        ).fetchall()[0]
        evidence = sales.api.get(f"/api/v1/reports/{report['id']}/evidence").json()
        cells = [f["value"] for f in evidence["figures"]]
        assert rows in cells
        assert any(isinstance(v, float | int) and abs(v - float(total)) < 0.005 for v in cells)

    def test_all_figures_hold(self, sales: Loaded, report: dict):
        body = sales.api.post(f"/api/v1/reports/{report['id']}/verify").json()
        assert body["failing"] == []
        assert body["checked"] == body["holding"] > 30

    def test_the_story_of_the_data_is_told(self, sales: Loaded, report: dict):
        text = sales.api.get(f"/api/v1/reports/{report['id']}/download?format=md").text
        assert "North" in text
        assert re.search(r"5 February 2024|2024-02-05", text), "the day that is far off"

    def test_it_is_generated_again_under_its_own_id(self, sales: Loaded, report: dict):
        run = sales.api.post(f"/api/v1/reports/{report['id']}/generate/", json={"wait": 60}).json()
        assert run["status"] == "completed"
        runs = sales.api.get(f"/api/v1/reports/{report['id']}/runs").json()
        assert runs["count"] == 2

    def test_progress_comes_as_events(self, sales: Loaded, report: dict):
        run = sales.api.post(f"/api/v1/reports/{report['id']}/generate").json()
        assert (run["report_id"], run["status"]) == (report["id"], "pending")
        clash = sales.api.post(f"/api/v1/reports/{report['id']}/generate")
        assert (clash.status_code, clash.json()["error"]) == (409, "conflict")
        events = sales.api.get(f"/api/v1/reports/{report['id']}/runs/{run['id']}/events").text
        assert events.rstrip().endswith("}")
        assert '"status":"completed"' in events


def test_a_changed_value_is_found_by_verify(api: Api, sales_csv: bytes):
    source = api.upload(sales_csv, name="orders.csv")
    report = api.generated(title="Before", source_id=source["id"])
    changed = re.sub(rb"(\r\n1500,[^\r]*,)\d+,[\d.]+", rb"\g<1>9,99999.00", sales_csv)
    assert changed != sales_csv
    api.post(f"/api/v1/data-sources/{source['id']}/versions", files={"file": ("orders.csv", changed)})
    before = source["data_version"]
    api.until(f"/api/v1/data-sources/{source['id']}", lambda s: s["data_version"] != before)
    body = api.post(f"/api/v1/reports/{report['id']}/verify").json()
    assert 0 < len(body["failing"]) < body["checked"]
    for failure in body["failing"]:
        assert failure["recomputed"] != failure["value"]
        assert failure["text"]


def test_what_one_organisation_has_another_never_sees(server: Server, sales: Loaded, report: dict):
    other = server.owner()
    for path in (
        f"data-sources/{sales.source['id']}",
        f"data-sources/{sales.source['id']}/preview",
        f"reports/{report['id']}",
        f"reports/{report['id']}/download",
        f"reports/{report['id']}/evidence",
    ):
        assert other.get(f"/api/v1/{path}").status_code == 404
    query = {"source_id": sales.source["id"], "table": sales.table}
    assert other.post("/api/v1/query", json=query).status_code == 404
    for name in ("reports", "dashboards", "data-sources"):
        assert other.get(f"/api/v1/{name}").json()["count"] == 0


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
