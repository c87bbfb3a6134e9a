"""Input that nobody sends by accident gets a clear error, never a 500 (OWASP API8)."""

import pytest
from support import Api, Loaded

COUNT = {"measures": [{"aggregation": "count"}]}


def period(start: str, end: str) -> dict:
    return {"period": {"column": "ordered_on", "start": start, "end": end}}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"filters": [{"column": "quantity", "operator": "=", "value": 10**40}]}, 422),
        ({"filters": [{"column": "quantity", "operator": "=", "value": "1" * 5000}]}, 422),
        ({"filters": [{"column": "quantity", "operator": "=", "value": True}]}, 422),
        ({"filters": [{"column": "region", "operator": "in", "value": ["x"] * 10_001}]}, 422),
        ({"filters": [{"column": "region", "operator": "in", "value": []}]}, 422),
        (
            {
                "filters": [
                    {"column": "ordered_on", "operator": "last_n", "value": {"n": 9999, "unit": "year"}}
                ]
            },
            422,
        ),
        (period("0001-01-01", "0001-02-01") | {"compare": "previous_year"}, 422),
        (period("9999-01-01", "9999-12-31") | {"compare": "previous_period"}, 200),
        (period("2024-01-01T00:00:00+05:00", "2024-02-01"), 200),
        (period("2024-02-01", "2024-01-01"), 400),
        ({"measures": [{"aggregation": "count", "name": 'a"; DROP TABLE sales; --'}]}, 200),
        ({"dimensions": [{"column": 'region" FROM sales; --'}]}, 422),
        ({"limit": 10**15}, 200),
        ({"limit": 0}, 400),
        ({"source_id": 2**63}, 400),
        ({"unknown": 1}, 400),
    ],
)
def test_odd_queries(sales: Loaded, query: dict, status: int):
    body = {"source_id": sales.source["id"], "table": sales.table} | COUNT | query
    answer = sales.api.post("/api/v1/query", json=body)
    assert answer.status_code == status, answer.text
    assert answer.json().get("error") in {None, "query_error", "validation_error"}


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b'{"name": "a\\u0000b"}', "application/json", "bad_request"),
        (b'{"name": "\\ud800"}', "application/json", "validation_error"),
        (b"[" * 100_000, "application/json", "bad_request"),
        (b"name=x", "application/x-www-form-urlencoded", "unsupported_media_type"),
        (b"\xff\xfe", "application/json", "bad_request"),
        (b"null", "application/json", "validation_error"),
    ],
)
def test_odd_bodies(api: Api, content: bytes, kind: str, code: str):
    answer = api.post("/api/v1/dashboards", content=content, headers={"Content-Type": kind})
    assert answer.status_code in {400, 415}, answer.text
    assert answer.json()["error"] == code


def test_a_backslash_before_a_zero_is_no_nul(api: Api):
    answer = api.post("/api/v1/dashboards", json={"name": "C:\\u0000"})
    assert answer.json()["name"] == "C:\\u0000"


@pytest.mark.parametrize("query", ["search=%00", "source_id=99999999999999999999", "search=" + "x" * 300])
def test_odd_parameters(api: Api, query: str):
    assert api.get(f"/api/v1/reports?{query}").status_code == 400


@pytest.mark.parametrize(
    "name", ["../../evil.csv", "a/b\\c.csv", "con.CSV", "n\u00e4me \u00fc.csv", "'; --.csv"]
)
def test_a_files_name_leads_nowhere(api: Api, name: str):
    source = api.upload(b"a,b\n1,2\n3,4\n", name=name)
    assert source["status"] == "active", source["error_message"]
    assert ".." not in source["tables"][0]["name"]


def test_a_reports_title_breaks_no_header_and_no_document(sales: Loaded):
    title = 'A "quote"\r\nX-Evil: 1 #import "x" $y$ <script>alert(1)</script>'
    report = sales.api.generated(title=title, source_id=sales.source["id"], sections=["key_metrics"])
    for name in ("pdf", "html", "xlsx", "pptx", "csv", "json", "md"):
        answer = sales.api.get(f"/api/v1/reports/{report['id']}/download?format={name}")
        assert answer.status_code == 200
        assert "x-evil" not in answer.headers
        assert "\n" not in answer.headers["content-disposition"]
    html = sales.api.get(f"/api/v1/reports/{report['id']}/download?format=html").text
    assert "<script>" not in html
