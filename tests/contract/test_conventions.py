"""Section 1 of the contract: what every answer of the API has in common."""

import json
import re
from datetime import datetime

import pytest
from support import Api, Loaded, Server

LISTS = ["reports", "dashboards", "data-sources", "api-keys"]


@pytest.fixture(scope="module")
def owner(server: Server) -> Api:
    """The owner of an organisation with 45 dashboards."""
    owner = server.owner()
    for number in range(45):
        made = owner.post("/api/v1/dashboards", json={"name": f"Board {number:02}"})
        assert made.status_code == 201
    return owner


@pytest.fixture(scope="module")
def spec(server: Server) -> dict:
    return server.api().get("/api/v1/openapi.json").json()


def assert_error(answer, status, code):
    """The one error body, whatever went wrong."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body["error"] == code
    assert body["status"] == status
    assert body["message"]
    return body


class TestPaths:
    @pytest.mark.parametrize("name", LISTS)
    @pytest.mark.parametrize("path", ["/api/v1/{}", "/api/v1/{}/", "/api/{}", "/api/{}/"])
    def test_each_list_answers_in_every_spelling(self, api: Api, name: str, path: str):
        answer = api.get(path.format(name))
        assert answer.status_code == 200
        assert set(answer.json()) == {"count", "next", "previous", "results"}

    @pytest.mark.parametrize("slash", ["", "/"])
    def test_other_methods_take_both_spellings_too(self, api: Api, slash: str):
        made = api.post(f"/api/v1/dashboards{slash}", json={"name": "Both ways"})
        assert made.status_code == 201
        path = f"/api/dashboards/{made.json()['id']}{slash}"
        assert api.patch(path, json={"name": "Changed"}).json()["name"] == "Changed"
        assert api.delete(path).json() == {"id": made.json()["id"]}


class TestErrors:
    def test_a_missing_object_is_named_by_its_id(self, api: Api):
        body = assert_error(api.get("/api/v1/reports/42"), 404, "not_found")
        assert body["message"] == "Report with ID 42 not found"

    @pytest.mark.parametrize("raw", ["0", "-1", "abc", "1.5", str(2**63), "9" * 400, "%20", "٣"])
    def test_an_id_that_is_none_is_the_same_404(self, api: Api, raw: str):
        assert_error(api.get(f"/api/v1/dashboards/{raw}"), 404, "not_found")

    def test_another_organisations_object_looks_like_a_missing_one(self, server: Server, api: Api):
        made = server.owner().post("/api/v1/dashboards", json={"name": "Secret plans"}).json()["id"]
        for call in (api.get, api.delete):
            theirs, missing = call(f"/api/v1/dashboards/{made}"), call("/api/v1/dashboards/999999")
            assert theirs.text.replace(f"ID {made} ", "ID # ") == missing.text.replace("ID 999999 ", "ID # ")
            assert set(theirs.headers) == set(missing.headers)
            assert_error(theirs, 404, "not_found")

    def test_an_unknown_path(self, api: Api):
        assert_error(api.get("/api/v1/nothing-here"), 404, "not_found")

    def test_an_unknown_path_without_credentials(self, server: Server):
        assert_error(server.api().get("/api/nothing"), 404, "not_found")
        assert_error(server.api().get("/nothing"), 404, "not_found")
        in_browser = server.api().get("/nothing", headers={"Accept": "text/html,*/*"})
        assert (in_browser.status_code, in_browser.headers["content-type"][:9]) == (404, "text/html")
        api_path = server.api().get("/api/nothing", headers={"Accept": "text/html,*/*"})
        assert_error(api_path, 404, "not_found")

    def test_a_wrong_method(self, api: Api):
        assert_error(api.put("/api/v1/reports", json={}), 405, "method_not_allowed")

    def test_broken_json(self, api: Api):
        answer = api.post(
            "/api/v1/dashboards", content=b"{nope", headers={"Content-Type": "application/json"}
        )
        assert_error(answer, 400, "bad_request")

    def test_a_body_that_does_not_fit_says_where(self, api: Api):
        body = assert_error(api.post("/api/v1/dashboards", json={"name": ""}), 400, "validation_error")
        assert body["details"][0]["field"] == "name"
        assert body["details"][0]["message"]

    def test_too_large_a_body(self, api: Api):
        answer = api.post("/api/v1/dashboards", json={"name": "x", "description": "y" * 6_000_000})
        assert_error(answer, 413, "payload_too_large")

    def test_too_large_a_body_that_does_not_say_its_length(self, api: Api):
        chunks = (b"x" * 100_000 for _ in range(80))
        answer = api.post("/api/v1/dashboards", content=chunks, headers={"Content-Type": "application/json"})
        assert_error(answer, 413, "payload_too_large")

    def test_an_upload_that_is_no_upload(self, api: Api):
        for kind in ("text/csv", "application/x-www-form-urlencoded"):
            answer = api.post("/api/v1/data-sources", content=b"a=1", headers={"Content-Type": kind})
            assert_error(answer, 415, "unsupported_media_type")

    def test_credentials_come_before_the_body(self, server: Server):
        assert_error(server.api().post("/api/v1/dashboards", content=b"{nope"), 401, "unauthorized")


class TestLists:
    def test_the_default_page_has_20_and_the_newest_first(self, owner: Api):
        body = owner.get("/api/v1/dashboards").json()
        assert body["count"] == 45
        assert len(body["results"]) == 20
        assert body["results"][0]["name"] == "Board 44"
        assert body["previous"] is None

    def test_links_lead_through_all_pages_and_back(self, owner: Api):
        seen, url = [], "/api/dashboards/?page_size=10"
        while url:
            body = owner.get(url).json()
            seen += [row["name"] for row in body["results"]]
            assert body["next"] is None or body["next"].startswith("http")
            last, url = body, body["next"]
        assert sorted(seen) == [f"Board {number:02}" for number in range(45)]
        assert "page=4" in last["previous"]
        assert "page_size=10" in last["previous"]

    def test_a_page_past_the_end_is_404(self, owner: Api):
        assert_error(owner.get("/api/v1/dashboards?page=4"), 404, "not_found")

    def test_the_first_page_of_nothing_is_empty(self, api: Api):
        assert api.get("/api/v1/reports").json()["results"] == []

    @pytest.mark.parametrize(
        "wrong",
        ["page=0", "page=-1", "page=x", "page_size=0", "page_size=101", "page_size=x", "page=1.5", "page="],
    )
    def test_a_wrong_page_is_refused_never_changed(self, owner: Api, wrong: str):
        assert_error(owner.get(f"/api/v1/dashboards?{wrong}"), 400, "validation_error")

    def test_a_huge_page_is_answered(self, owner: Api):
        assert owner.get(f"/api/v1/dashboards?page={2**53}").status_code == 404
        assert_error(owner.get(f"/api/v1/dashboards?page={10**30}"), 400, "validation_error")

    def test_search_finds_by_name(self, owner: Api):
        body = owner.get("/api/v1/dashboards?search=board 07").json()
        assert [row["name"] for row in body["results"]] == ["Board 07"]

    def test_search_takes_percent_literally(self, owner: Api):
        assert owner.get("/api/v1/dashboards", params={"search": "%"}).json()["count"] == 0

    def test_ordering_by_a_field_both_ways(self, owner: Api):
        up = owner.get("/api/v1/dashboards?ordering=name&page_size=1").json()["results"][0]["name"]
        down = owner.get("/api/v1/dashboards?ordering=-name&page_size=1").json()["results"][0]["name"]
        assert (up, down) == ("Board 00", "Board 44")

    def test_an_unknown_ordering_is_refused(self, owner: Api):
        assert_error(owner.get("/api/v1/dashboards?ordering=password_hash"), 400, "validation_error")

    def test_sources_are_the_active_ones_unless_asked(self, api: Api):
        api.upload(b"\x00\x01\x02\xff\xfe garbage \x00" * 50, name="broken.xlsx")
        assert api.get("/api/v1/data-sources").json()["count"] == 0
        assert api.get("/api/v1/data-sources?status=error").json()["count"] == 1
        assert api.get("/api/v1/data-sources?status=error&type=database").json()["count"] == 0


class TestHeaders:
    def test_every_answer_has_a_request_id(self, server: Server):
        answer = server.api().get("/api/v1/nothing")
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])

    def test_a_sane_request_id_is_kept_and_another_is_not(self, server: Server):
        assert server.api(**{"X-Request-ID": "trace-7"}).get("/healthz").headers["x-request-id"] == "trace-7"
        kept = server.api(**{"X-Request-ID": "<script>"}).get("/healthz").headers["x-request-id"]
        assert kept != "<script>"

    def test_times_are_utc_with_z(self, api: Api):
        made = api.post("/api/v1/dashboards", json={"name": "Now"}).json()
        assert made["created_at"].endswith("Z")
        assert datetime.fromisoformat(made["created_at"]).utcoffset().total_seconds() == 0


class TestConcurrency:
    def test_if_none_match_saves_the_body(self, api: Api):
        path = f"/api/v1/dashboards/{api.post('/api/v1/dashboards', json={'name': 'A'}).json()['id']}"
        first = api.get(path)
        again = api.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""

    def test_if_match_refuses_a_stale_change(self, api: Api):
        path = f"/api/v1/dashboards/{api.post('/api/v1/dashboards', json={'name': 'A'}).json()['id']}"
        stale = api.get(path).headers["etag"]
        changed = api.patch(path, json={"name": "B"}, headers={"If-Match": stale})
        assert changed.status_code == 200
        assert_error(
            api.patch(path, json={"name": "C"}, headers={"If-Match": stale}), 412, "precondition_failed"
        )
        assert_error(api.delete(path, headers={"If-Match": stale}), 412, "precondition_failed")
        assert api.get(path).json()["name"] == "B"
        assert api.delete(path, headers={"If-Match": changed.headers["etag"]}).status_code == 200


class TestIdempotency:
    def test_the_same_key_and_body_replay_the_first_answer(self, api: Api):
        key = {"Idempotency-Key": "a-1"}
        first = api.post("/api/v1/dashboards", json={"name": "Once"}, headers=key)
        again = api.post("/api/v1/dashboards", json={"name": "Once"}, headers=key)
        assert (again.status_code, again.content) == (201, first.content)
        assert api.get("/api/v1/dashboards").json()["count"] == 1

    def test_the_same_key_with_another_body_is_a_conflict(self, api: Api):
        key = {"Idempotency-Key": "a-2"}
        api.post("/api/v1/dashboards", json={"name": "One"}, headers=key)
        assert_error(api.post("/api/v1/dashboards", json={"name": "Two"}, headers=key), 409, "conflict")

    def test_a_failed_call_may_be_tried_again(self, api: Api):
        key = {"Idempotency-Key": "a-3"}
        assert_error(
            api.post("/api/v1/reports", json={"title": "R", "source_id": 99}, headers=key), 404, "not_found"
        )
        assert api.post("/api/v1/dashboards", json={"name": "Two"}, headers=key).status_code == 201


class TestSpecification:
    def test_it_is_openapi_3_1(self, spec):
        assert spec["openapi"].startswith("3.1")

    def test_every_operation_says_what_it_does_and_who_may_call_it(self, spec):
        for path, operations in spec["paths"].items():
            for method, operation in operations.items():
                assert operation.get("description"), (method, path)
                assert operation["x-permission"], (method, path)
                assert "400" in operation["responses"] or method == "get", (method, path)

    def test_the_key_endpoints_of_the_published_document_are_there(self, spec):
        for method, path in [
            ("get", "/api/v1/reports"),
            ("get", "/api/v1/reports/{report_id}"),
            ("post", "/api/v1/reports/{report_id}/generate"),
            ("get", "/api/v1/reports/{report_id}/download"),
            ("get", "/api/v1/dashboards"),
            ("get", "/api/v1/dashboards/{dashboard_id}"),
            ("post", "/api/v1/dashboards/{dashboard_id}/refresh"),
            ("get", "/api/v1/data-sources"),
            ("get", "/api/v1/data-sources/{source_id}"),
        ]:
            assert method in spec["paths"][path]

    def test_the_pages_to_read_it_are_served(self, server: Server):
        answer = server.api().get("/api/v1/docs/")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")


def test_no_answer_shows_internals(sales: Loaded):
    broken = sales.api.post(
        "/api/v1/query",
        json={"source_id": sales.source["id"], "sql": f"SELECT nothing FROM {sales.table}"},
    )
    assert broken.status_code == 422
    assert "parquet" not in json.dumps(broken.json()).lower()
    assert "/" not in broken.json()["message"]
