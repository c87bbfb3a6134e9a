"""Records of web services: every way of paging, up to every limit, no digit lost."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support import Api
from web_server import Host

SECRET = "an-unusual-secret-4712"
ORDERS = [
    {"id": n, "total": n / 4, "customer": {"name": f"C{n % 3}", "city": "Ulm"}, "tags": ["a"]}
    for n in range(1, 26)
]


def rest(address: str, **more: Any) -> dict[str, Any]:
    return {"engine": "rest", "address": address, **more}


def parameters(request: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}


def answering(answer: Callable[[dict[str, str]], Any]) -> Callable[[Any], Any]:
    """A handler that answers parameters with JSON, and with a link where that gives one."""

    def handler(request: Any) -> Any:
        body, link = answer(parameters(request)), {}
        if isinstance(body, tuple):
            body, following = body
            link = {"Link": f'<{following}>; rel="next", </v1>; rel="first"'} if following else {}
        return 200, {"Content-Type": "application/json", **link}, json.dumps(body).encode()

    return handler


def numbered(asked: dict[str, str]) -> Any:
    page = int(asked["page"])
    return {"data": {"items": ORDERS[(page - 1) * 10 : page * 10]}}


def offset(asked: dict[str, str]) -> Any:
    # Gives fewer at once than it is asked for, as many hosts do.
    start, size = int(asked["offset"]), min(int(asked["limit"]), 7)
    return {"data": {"items": ORDERS[start : start + size]}}


def cursor(asked: dict[str, str]) -> Any:
    start = int(asked.get("after", "c0")[1:])
    following = f"c{start + 10}" if start + 10 < len(ORDERS) else None
    return {"data": {"items": ORDERS[start : start + 10]}, "meta": {"next": following}}


def addressed(asked: dict[str, str]) -> Any:
    start = int(asked.get("start", "0"))
    following = f"/v1/orders?start={start + 10}" if start + 10 < len(ORDERS) else ""
    return {"data": {"items": ORDERS[start : start + 10]}, "next": following}


def linked(asked: dict[str, str]) -> Any:
    start = int(asked.get("start", "0"))
    following = f"/v1/orders?start={start + 10}" if start + 10 < len(ORDERS) else None
    return {"data": {"items": ORDERS[start : start + 10]}}, following


STYLES: list[tuple[Any, dict[str, Any], int]] = [
    (numbered, {"type": "page"}, 4),
    (offset, {"type": "offset", "limit": 20}, 5),
    (cursor, {"type": "cursor", "path": "meta.next", "parameter": "after"}, 3),
    (addressed, {"type": "cursor", "path": "next", "parameter": None}, 3),
    (linked, {"type": "link"}, 3),
]
NAMES = ["page", "offset", "cursor", "address", "link"]


class TestPaging:
    @pytest.mark.parametrize(("answer", "pages", "asked"), STYLES, ids=NAMES)
    def test_every_record_comes_once(
        self, owner: Api, host: Host, connect: Any, answer: Any, pages: dict[str, Any], asked: int
    ):
        host.answers["/v1/orders"] = answering(answer)
        connection = rest(f"{host.url}/v1/orders", rows="data.items", pages=pages, query={"open": "yes"})
        source = connect(connection, name="Orders")
        assert (source["status"], source["engine"]) == ("active", "rest"), source
        [table] = source["tables"]
        assert (table["name"], table["row_count"], table["notes"]) == ("orders", 25, [])
        names = [column["name"] for column in table["columns"]]
        assert names == ["id", "total", "customer.name", "customer.city", "tags"]
        query = {
            "source_id": source["id"],
            "table": "orders",
            "measures": [
                {"column": "id", "aggregation": "count_distinct"},
                {"column": "total", "aggregation": "sum"},
            ],
        }
        assert owner.post("/api/v1/query", json=query).json()["rows"] == [[25, 81.25]]
        # One of the requests was the look before.
        assert len(host.asked) == asked + 1
        assert "open=yes" in host.asked[0][0]

    def test_a_host_may_have_nothing_behind_the_last_page(self, host: Host, connect: Any):
        def answer(request: Any) -> Any:
            page = int(parameters(request)["page"])
            body = json.dumps(ORDERS[page * 10 - 10 : page * 10]).encode()
            return (200, {}, body) if page < 4 else (404, {}, b"")

        host.answers["/v1/orders"] = answer
        source = connect(rest(f"{host.url}/v1/orders", pages={"type": "page"}))
        assert source["tables"][0]["row_count"] == 25

    def test_without_pages_there_is_one(self, host: Host, connect: Any):
        source = connect(rest(host.serve("/v1/orders", json.dumps(ORDERS), "application/json")))
        assert source["tables"][0]["row_count"] == 25

    @pytest.mark.parametrize(
        ("limit", "rows", "note"),
        [({"max_pages": 2}, 20, "first 2 pages"), ({"max_rows": 13}, 13, "first 13 records")],
    )
    def test_limits_say_that_they_were_reached(
        self, host: Host, connect: Any, limit: dict[str, int], rows: int, note: str
    ):
        host.answers["/v1/orders"] = answering(numbered)
        connection = rest(f"{host.url}/v1/orders", rows="data.items", pages={"type": "page"}, **limit)
        [table] = connect(connection)["tables"]
        assert table["row_count"] == rows
        assert note in " ".join(table["notes"])

    @pytest.mark.parametrize(
        "pages",
        [
            {"type": "page", "parameter": "p"},
            {"type": "cursor", "path": "meta.next"},
            {"type": "offset", "parameter": "o"},
        ],
    )
    def test_pages_that_do_not_move_are_no_data(self, host: Host, connect: Any, pages: dict[str, Any]):
        host.answers["/v1/orders"] = answering(lambda _: {"rows": ORDERS, "meta": {"next": "same"}})
        failed = connect(rest(f"{host.url}/v1/orders", rows="rows", pages=pages))
        assert (failed["status"], "same as the page before" in failed["error_message"]) == ("error", True)

    def test_a_busy_host_is_waited_for(self, host: Host, connect: Any):
        refused = []

        def answer(request: Any) -> Any:
            if parameters(request)["page"] == "2" and len(refused) < 2:
                refused.append(request.path)
                return 429, {"Retry-After": "1"}, b""
            return answering(numbered)(request)

        host.answers["/v1/orders"] = answer
        connection = rest(f"{host.url}/v1/orders", rows="data.items", pages={"type": "page"})
        assert connect(connection)["tables"][0]["row_count"] == 25
        assert len(refused) == 2

    def test_a_link_to_another_host_gets_no_secret(self, host: Host, elsewhere: Host, connect: Any):
        elsewhere.serve("/more", json.dumps([{"id": 99}]), "application/json")
        host.answers["/v1/orders"] = answering(lambda _: ([{"id": 1}], f"{elsewhere.url}/more"))
        auth = {"type": "header", "name": "X-Key", "secret": SECRET}
        source = connect(rest(f"{host.url}/v1/orders", pages={"type": "link"}, auth=auth))
        assert source["tables"][0]["row_count"] == 2
        assert host.heard("/v1/orders")[-1]["x-key"] == SECRET
        assert "x-key" not in elsewhere.heard("/more")[0]

    def test_nor_does_one_lead_into_a_private_network(self, host: Host, connect: Any):
        host.answers["/v1/orders"] = answering(lambda _: ([{"id": 1}], "https://10.255.255.1/more"))
        failed = connect(rest(f"{host.url}/v1/orders", pages={"type": "link"}))
        assert "CLARIBI_ALLOWED_NETWORKS" in failed["error_message"]


class TestReading:
    def test_numbers_keep_their_digits_and_records_their_lists(self, owner: Api, host: Host, connect: Any):
        body = '{"data": [{"id": 12345678901234567890, "price": 0.10, "lines": [{"a": 1}, {"a": 2}]}]}'
        source = connect(rest(host.serve("/v1/orders", body, "application/json"), rows="data"), name="One")
        [table] = source["tables"]
        assert table["row_count"] == 1
        query = {"source_id": source["id"], "table": "one", "columns": ["id", "price", "lines"]}
        [[number, price, lines]] = owner.post("/api/v1/query", json=query).json()["rows"]
        assert str(number) == "12345678901234567890"
        assert (float(price), json.loads(lines)) == (0.1, [{"a": 1}, {"a": 2}])

    def test_an_object_without_lists_is_a_record(self, host: Host, connect: Any):
        body = json.dumps({"base": "EUR", "rates": {"USD": 1.1, "CHF": 0.95}})
        source = connect(rest(host.serve("/rates", body, "application/json")))
        assert [c["name"] for c in source["tables"][0]["columns"]] == ["base", "rates.USD", "rates.CHF"]

    def test_what_is_no_object_is_kept_aside(self, host: Host, connect: Any):
        body = json.dumps([*({"id": n} for n in range(100)), 7])
        [table] = connect(rest(host.serve("/v1/orders", body, "application/json")))["tables"]
        assert (table["row_count"], table["rejected_count"]) == (100, 1)

    def test_the_same_records_are_no_new_version(self, host: Host, connect: Any, sync: Any):
        host.answers["/v1/orders"] = answering(numbered)
        connection = rest(f"{host.url}/v1/orders", rows="data.items", pages={"type": "page"})
        source = connect(connection)
        assert sync(source)["data_version"] == source["data_version"]
        host.answers["/v1/orders"] = answering(lambda asked: numbered({"page": str(int(asked["page"]) + 1)}))
        changed = sync(source)
        assert changed["data_version"] != source["data_version"]
        assert changed["tables"][0]["row_count"] == 15
        host.serve("/v1/orders", '{"data": {"items": []}}', "application/json")
        failed = sync(source)
        assert "no records" in failed["error_message"]
        assert failed["data_version"] == changed["data_version"]

    def test_trying_out_tells_what_is_there(self, owner: Api, host: Host):
        connection = rest(host.serve("/v1/orders", json.dumps(ORDERS), "application/json"))
        tried = owner.post("/api/v1/data-sources/web/test", json={"connection": connection})
        expected = "127.0.0.1: 25 records on the first page with id, total, customer, tags"
        assert tried.json() == {"server": expected}

    @pytest.mark.parametrize(
        ("body", "rows", "status", "cause"),
        [
            ("<html><p>Sign in", "", 400, "web page"),
            ("a,b\n1,2\n", "", 502, "does not answer with JSON"),
            ('{"data": [', "", 502, "does not answer with JSON"),
            ('{"data": [{"a": 1}], "meta": {}}', "", 400, "such as data"),
            ('{"data": {"items": [{"a": 1}], "n": 1}}', "data", 400, "such as data.items"),
            ('{"data": [{"a": 1}], "meta": {}}', "rows", 400, "nothing at rows; it has data, meta"),
            ('{"data": 7}', "data", 400, "a single value"),
            ("[" * 100_000, "", 502, "does not answer with JSON"),
            (b'{"\xff": [{"a": 1}]}', "", 502, "does not answer with JSON"),
        ],
    )
    def test_what_has_no_records_says_what_to_do(
        self, owner: Api, host: Host, body: str | bytes, rows: str, status: int, cause: str
    ):
        connection = rest(host.serve("/v1/orders", body, "text/html"), rows=rows)
        refused = owner.post("/api/v1/data-sources/web/test", json={"connection": connection})
        assert (refused.status_code, cause in refused.json()["message"]) == (status, True), refused.text

    @pytest.mark.parametrize(
        "wrong",
        [
            {"pages": {"type": "guess"}},
            {"pages": {"type": "cursor"}},
            {"rows": "a..b"},
            {"max_pages": 0},
            {"query": {"a": 1}},
            {"auth": {"type": "basic", "secret": "x"}},
        ],
    )
    def test_nonsense_names_its_field(self, owner: Api, host: Host, wrong: dict[str, Any]):
        connection = rest(f"{host.url}/v1/orders", **wrong)
        refused = owner.post("/api/v1/data-sources/web/test", json={"connection": connection})
        assert refused.status_code == 400
        assert next(iter(wrong)) in refused.json()["details"][0]["field"]
        assert host.asked == []
