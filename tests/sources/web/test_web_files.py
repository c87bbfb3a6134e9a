"""Files of the web as sources: copied whole, again only when they changed, and no secret in sight."""

import gzip
import io
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import update
from support import Api, Server
from web_server import Host

from claribi.accounts.permissions import Role
from claribi.core.clock import utc_now
from claribi.sources.models import DataSource

COUNT = [{"aggregation": "count"}]
PRICES = "item,price\nbolt,1.50\nnut,0.25\n"
SECRET = "an-unusual-secret-4711"


def file(address: str, **more: Any) -> dict[str, Any]:
    return {"engine": "web_file", "address": address, **more}


def ask(api: Api, source: dict[str, Any], table: str) -> dict[str, Any]:
    query = {"source_id": source["id"], "table": table, "measures": COUNT}
    answer = api.post("/api/v1/query", json=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def workbook() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Prices")
        for number, row in enumerate([("item", "price"), ("bolt", 1.5), ("nut", 0.25)]):
            sheet.write_row(number, 0, row)
    return content.getvalue()


class TestCopying:
    def test_a_file_becomes_an_active_source_with_a_dashboard(
        self, owner: Api, host: Host, connect: Any, sales_csv: bytes
    ):
        source = connect(file(host.serve("/data/sales.csv", sales_csv)))
        assert (source["status"], source["type"], source["engine"]) == ("active", "web", "web_file")
        assert (source["mode"], source["error_message"]) == ("synced", None)
        [table] = source["tables"]
        assert (table["name"], table["row_count"]) == ("sales", len(sales_csv.splitlines()) - 1)
        uploaded = owner.upload(sales_csv, name="sales.csv")
        assert uploaded["tables"] == source["tables"]
        assert owner.dashboard_of(source["id"])["widgets"]
        listed = owner.get("/api/v1/data-sources?type=web").json()["results"]
        assert source["id"] in [row["id"] for row in listed]

    @pytest.mark.parametrize(
        ("path", "kind", "content"),
        [
            ("/prices.tsv", "text/plain", PRICES.replace(",", "\t").encode()),
            ("/get", "text/csv; charset=utf-8", PRICES.encode()),
            ("/get", "application/json", b'[{"item": "bolt", "price": 1.5}, {"item": "nut", "price": 2}]'),
            ("/prices.jsonl", "text/plain", b'{"item": "bolt", "price": 1.5}\n{"item": "nut", "price": 2}\n'),
            ("/prices.xlsx", "application/octet-stream", workbook()),
            ("/get.php", "application/octet-stream", workbook()),
            ("/get.php", "text/html", PRICES.encode()),
        ],
    )
    def test_its_format_is_told_by_name_type_or_content(
        self, host: Host, connect: Any, path: str, kind: str, content: bytes
    ):
        source = connect(file(host.serve(path, content, kind)), name="Prices")
        assert source["status"] == "active", source
        [table] = source["tables"]
        assert (table["name"], table["row_count"]) == ("prices", 2)
        assert [column["name"] for column in table["columns"]] == ["item", "price"]

    def test_the_name_of_an_attachment_tells_too(self, host: Host, connect: Any):
        disposition = 'attachment; filename="report.tsv"'
        body = PRICES.replace(",", "\t")
        address = host.serve("/get", body, "application/octet-stream", Content_Disposition=disposition)
        assert len(connect(file(address))["tables"][0]["columns"]) == 2

    def test_broken_rows_are_kept_aside(self, host: Host, connect: Any):
        rows = "".join(f"{n},{n}.5\n" for n in range(500))
        source = connect(file(host.serve("/odd.csv", f"a,b\n{rows}7,oops,too many\n")))
        assert source["tables"][0]["rejected_count"] == 1
        assert source["rejected_rows"][0]["line"] == 502

    def test_what_is_packed_on_the_way_is_unpacked(self, host: Host, connect: Any):
        body = gzip.compress(PRICES.encode())
        source = connect(file(host.serve("/prices.csv", body, Content_Encoding="gzip")))
        assert source["tables"][0]["row_count"] == 2

    def test_a_new_file_is_served_when_it_is_whole(self, owner: Api, host: Host, connect: Any, sync: Any):
        source = connect(file(host.serve("/prices.csv", PRICES)))
        host.serve("/prices.csv", PRICES + "screw,0.1\n")
        assert ask(owner, source, "prices")["rows"] == [[2]]
        synced = sync(source)
        assert synced["data_version"] != source["data_version"]
        assert ask(owner, source, "prices")["rows"] == [[3]]
        # What fails leaves the old copy as it is.
        for content, cause in (("<!doctype html><p>Gone", "web page"), (b"%PDF-1.7 ...", "PDF")):
            host.serve("/prices.csv", content)
            failed = sync(source)
            assert cause in failed["error_message"]
            assert (failed["status"], ask(owner, source, "prices")["rows"]) == ("active", [[3]])

    def test_old_copies_make_room(self, near: Server, host: Host, connect: Any, sync: Any):
        source = connect(file(host.serve("/prices.csv", PRICES)))
        for number in range(4):
            host.serve("/prices.csv", f"{PRICES}screw,{number}\n")
            sync(source)
        host.serve("/prices.csv", "")
        assert "empty" in sync(source)["error_message"]
        folder = f"*/sources/{source['id']}/*"
        kept = [path.name for path in (near.data_dir / "blobs").glob(folder) if path.name != "incoming"]
        assert len(kept) == 2
        assert not list((near.data_dir / "blobs").glob(f"{folder}/incoming/*"))

    def test_a_source_can_be_deleted(self, owner: Api, near: Server, host: Host, connect: Any):
        source = connect(file(host.serve("/prices.csv", PRICES)))
        assert owner.delete(f"/api/v1/data-sources/{source['id']}").status_code == 200
        assert not list((near.data_dir / "blobs").glob(f"*/sources/{source['id']}/*"))

    def test_it_takes_no_uploads_and_is_no_database(self, owner: Api, host: Host, connect: Any):
        source = connect(file(host.serve("/prices.csv", PRICES)))
        path = f"/api/v1/data-sources/{source['id']}"
        upload = owner.post(f"{path}/versions", files={"file": ("a.csv", PRICES)})
        moved = owner.patch(f"{path}/connection", json={"host": "db.example.com"})
        assert (upload.status_code, moved.status_code) == (409, 409)
        assert owner.patch(f"{path}/sync", json={"mode": "live"}).status_code == 400
        database_only = {"mode": "synced", "sync": {"tables": ["a"]}}
        assert owner.patch(f"{path}/sync", json=database_only).status_code == 400


class TestMeanwhile:
    """What happens while a file is on its way."""

    @pytest.fixture
    def gate(self, host: Host) -> threading.Event:
        """Files under /slow.csv, which the host sends on when it is opened."""
        opened = threading.Event()
        opened.set()

        def answer(_request: Any) -> Any:
            return 200, {"Content-Type": "text/csv"}, iter(self.pieces(opened))

        host.answers["/slow.csv"] = answer
        return opened

    @staticmethod
    def pieces(gate: threading.Event) -> Iterator[bytes]:
        yield PRICES.encode() + b"x,1\n" * 1000
        gate.wait(30)
        yield f"y,{time.monotonic()}\n".encode()

    @staticmethod
    def begun(owner: Api, host: Host, path: str) -> str:
        """Begin a copy, and wait until the host is asked; when the last copy was made."""
        count = len(host.asked)
        before = owner.get(path).json()["last_synced_at"]
        assert owner.post(f"{path}/sync").status_code == 201
        deadline = time.monotonic() + 30
        while len(host.asked) == count:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return str(before)

    def test_who_looks_sees_that_it_is_being_copied(
        self, owner: Api, host: Host, connect: Any, gate: threading.Event
    ):
        source = connect(file(f"{host.url}/slow.csv"))
        path = f"/api/v1/data-sources/{source['id']}"
        gate.clear()
        before = self.begun(owner, host, path)
        assert owner.get(path).json()["progress"] == {"table": "slow", "done": 0, "tables": 1}
        assert owner.post(f"{path}/sync").status_code == 409
        assert ask(owner, source, "slow")["rows"] == [[1003]]
        gate.set()
        owner.until(path, lambda s: s["last_synced_at"] != before and s["progress"] is None)

    def test_a_source_that_is_paused_stays_paused(
        self, owner: Api, host: Host, connect: Any, gate: threading.Event
    ):
        source = connect(file(f"{host.url}/slow.csv"))
        path = f"/api/v1/data-sources/{source['id']}"
        gate.clear()
        before = self.begun(owner, host, path)
        assert owner.post(f"{path}/pause").json()["status"] == "paused"
        gate.set()
        copied = owner.until(path, lambda s: s["last_synced_at"] != before and s["progress"] is None)
        assert copied["status"] == "paused"

    def test_a_deleted_one_leaves_nothing_behind(
        self, owner: Api, near: Server, host: Host, connect: Any, gate: threading.Event
    ):
        source = connect(file(f"{host.url}/slow.csv"))
        path = f"/api/v1/data-sources/{source['id']}"
        gate.clear()
        self.begun(owner, host, path)
        assert owner.delete(path).status_code == 200
        gate.set()
        connect(file(host.serve("/prices.csv", PRICES)))
        left = (near.data_dir / "blobs").glob(f"*/sources/{source['id']}/**/*")
        assert not [found for found in left if found.is_file()]

    def test_a_kill_costs_no_copy(
        self, owner: Api, near: Server, host: Host, connect: Any, gate: threading.Event
    ):
        source = connect(file(f"{host.url}/slow.csv"))
        path = f"/api/v1/data-sources/{source['id']}"
        gate.clear()
        before = self.begun(owner, host, path)
        os.kill(near.worker_pid(), signal.SIGKILL)
        gate.set()
        again = owner.until(path, lambda s: s["last_synced_at"] != before and s["progress"] is None)
        assert (again["status"], again["error_message"]) == ("active", None)
        assert again["data_version"] != source["data_version"]
        assert not list((near.data_dir / "blobs").glob(f"*/sources/{source['id']}/incoming/*"))


class TestUnchanged:
    @pytest.mark.parametrize(
        ("header", "value", "condition"),
        [
            ("ETag", '"v1"', "if-none-match"),
            ("Last-Modified", "Mon, 02 Nov 2026 10:00:00 GMT", "if-modified-since"),
        ],
    )
    def test_a_file_that_did_not_change_is_not_sent_again(
        self, host: Host, connect: Any, sync: Any, header: str, value: str, condition: str
    ):
        def answer(request: Any) -> Any:
            is_known = request.headers.get(condition) == value
            return 304 if is_known else 200, {header: value}, b"" if is_known else PRICES.encode()

        host.answers["/prices.csv"] = answer
        source = connect(file(f"{host.url}/prices.csv"))
        synced = sync(source)
        assert (synced["data_version"], synced["error_message"]) == (source["data_version"], None)
        assert synced["last_synced_at"] > source["last_synced_at"]
        assert host.heard("/prices.csv")[-1][condition] == value

    def test_nor_is_one_imported_again_of_which_the_host_says_nothing(
        self, near: Server, owner: Api, host: Host, connect: Any, sync: Any
    ):
        source = connect(file(host.serve("/prices.csv", PRICES)))
        folder = next((near.data_dir / "blobs").glob(f"*/sources/{source['id']}"))
        before = sorted(path.name for path in folder.iterdir())
        assert sync(source)["data_version"] == source["data_version"]
        assert sorted(path.name for path in folder.iterdir()) == before

    def test_another_address_is_asked_without_conditions(self, owner: Api, host: Host, connect: Any):
        source = connect(file(host.serve("/old.csv", PRICES, ETag='"same"')))
        address = host.serve("/new.csv", PRICES + "screw,1\n", ETag='"same"')
        path = f"/api/v1/data-sources/{source['id']}"
        assert owner.patch(f"{path}/web", json={"connection": file(address)}).status_code == 200
        moved = owner.until(path, lambda s: s["data_version"] != source["data_version"])
        assert all("if-none-match" not in headers for headers in host.heard("/new.csv"))
        # Dashboards ask for the table by its name.
        assert [(t["name"], t["row_count"]) for t in moved["tables"]] == [("old", 3)]


class TestSchedule:
    def test_a_copy_is_made_when_its_time_has_come(self, owner: Api, near: Server, host: Host, connect: Any):
        source = connect(file(host.serve("/prices.csv", PRICES)), sync={"every_minutes": 60})
        assert source["sync"]["every_minutes"] == 60
        assert source["next_sync_at"] > source["last_synced_at"]
        host.serve("/prices.csv", PRICES + "screw,0.1\n")
        organization = owner.get("/api/v1/organization").json()["id"]
        with near.services.database.write(organization) as session:
            session.execute(
                update(DataSource)
                .where(DataSource.id == source["id"])
                .values(next_sync_at=utc_now() - timedelta(seconds=1))
            )
        path = f"/api/v1/data-sources/{source['id']}"
        again = owner.until(path, lambda s: s["data_version"] != source["data_version"])
        assert again["next_sync_at"] > source["next_sync_at"]

    def test_it_is_changed_paused_and_resumed(self, owner: Api, host: Host, connect: Any):
        source = connect(file(host.serve("/prices.csv", PRICES)))
        assert source["next_sync_at"] is None
        path = f"/api/v1/data-sources/{source['id']}"
        wanted = {"mode": "synced", "sync": {"every_minutes": 15}}
        assert owner.patch(f"{path}/sync", json=wanted).status_code == 200
        owner.until(path, lambda s: s["next_sync_at"] and s["progress"] is None)
        assert owner.post(f"{path}/pause").json()["status"] == "paused"
        assert owner.post(f"{path}/sync").status_code == 409
        assert owner.post(f"{path}/resume").json()["status"] == "active"
        assert ask(owner, source, "prices")["rows"] == [[2]]
        assert owner.patch(f"{path}/sync", json=wanted | {"sync": {"every_minutes": 1}}).status_code == 400


class TestSecrets:
    AUTHS = (
        ({"type": "bearer", "secret": SECRET}, "authorization", f"Bearer {SECRET}"),
        ({"type": "basic", "user": "u", "secret": "p"}, "authorization", "Basic dTpw"),
        ({"type": "header", "name": "X-API-Key", "secret": SECRET}, "x-api-key", SECRET),
    )

    @pytest.mark.parametrize(("auth", "name", "value"), AUTHS, ids=["bearer", "basic", "header"])
    def test_it_proves_who_asks(self, host: Host, connect: Any, auth: Any, name: str, value: str):
        def guarded(request: Any) -> Any:
            is_known = request.headers.get(name) == value
            return 200 if is_known else 401, {}, PRICES.encode() if is_known else b""

        host.answers["/prices.csv"] = guarded
        source = connect(file(f"{host.url}/prices.csv", auth=auth))
        assert source["status"] == "active", source
        shown = {key: text for key, text in auth.items() if key != "secret"}
        assert source["connection"]["auth"] == shown

    def test_it_is_in_no_answer_audit_log_or_log(
        self, owner: Api, near: Server, host: Host, connect: Any, sync: Any
    ):
        address = host.serve("/prices.csv", PRICES)
        source = connect(file(address, auth={"type": "header", "name": "X-Key", "secret": SECRET}))
        host.serve("/prices.csv", "no", status=401)
        assert "401" in sync(source)["error_message"]
        path = f"/api/v1/data-sources/{source['id']}"
        for shown in (path, "/api/v1/data-sources", "/api/v1/audit-logs?page_size=100"):
            assert SECRET not in owner.get(shown).text
        bad = file(address, auth={"type": "bearer", "secret": f"{SECRET}\n"})
        refused = owner.post("/api/v1/data-sources/web/test", json={"connection": bad})
        assert (refused.status_code, SECRET in refused.text) == (400, False)
        log = (near.data_dir / "server.log").read_text()
        assert SECRET not in log
        assert address not in log
        with near.services.database.read(owner.get("/api/v1/organization").json()["id"]) as session:
            kept = session.get(DataSource, source["id"])
            assert kept is not None
            assert SECRET not in json.dumps([kept.connection, kept.secret])

    @pytest.mark.parametrize(("auth", "name", "value"), AUTHS, ids=["bearer", "basic", "header"])
    def test_it_goes_along_on_its_own_host_and_to_no_other(
        self, host: Host, elsewhere: Host, connect: Any, auth: Any, name: str, value: str
    ):
        elsewhere.redirect("/theirs.csv", host.serve("/back.csv", PRICES))
        host.redirect("/moved.csv", elsewhere.url + "/theirs.csv")
        source = connect(file(host.redirect("/prices.csv", "/moved.csv"), auth=auth))
        assert source["status"] == "active", source
        assert [headers.get(name) for headers in host.heard("/moved.csv")] == [value, value]
        assert [headers.get(name) for headers in elsewhere.heard("/theirs.csv")] == [None, None]
        assert [headers.get(name) for headers in host.heard("/back.csv")] == [None, None]

    def test_elsewhere_it_stays_behind(self, owner: Api, host: Host, elsewhere: Host, connect: Any):
        """Checked on update as on creation (CVE-2026-23982)."""
        auth = {"type": "bearer"}
        source = connect(file(host.serve("/a.csv", PRICES), auth={**auth, "secret": SECRET}))
        path = f"/api/v1/data-sources/{source['id']}/web"
        away = file(elsewhere.serve("/a.csv", PRICES), auth=auth)
        refused = owner.patch(path, json={"connection": away})
        assert (refused.status_code, "secret" in refused.text) == (400, True)
        assert elsewhere.asked == []
        # On the same host it need not be said again; for another kind of proof it must.
        near_by = host.serve("/b.csv", PRICES)
        assert owner.patch(path, json={"connection": file(near_by, auth=auth)}).status_code == 200
        assert host.heard("/b.csv")[-1]["authorization"] == f"Bearer {SECRET}"
        other = {"type": "header", "name": "X-Key"}
        assert owner.patch(path, json={"connection": file(near_by, auth=other)}).status_code == 400
        given = file(away["address"], auth={**auth, "secret": "new"})
        assert owner.patch(path, json={"connection": given}).status_code == 200
        assert elsewhere.heard("/a.csv")[-1]["authorization"] == "Bearer new"

    @pytest.mark.parametrize("name", ["Host", "Content-Length", "transfer-encoding", "X: y", "a b", ""])
    def test_headers_of_http_itself_are_not_for_users(self, owner: Api, host: Host, name: str):
        auth = {"type": "header", "name": name, "secret": "x"}
        body = {"connection": file(host.serve("/a.csv", PRICES), auth=auth)}
        assert owner.post("/api/v1/data-sources/web/test", json=body).status_code == 400
        assert host.asked == []


class TestRefusing:
    @pytest.mark.parametrize(
        ("status", "answer", "cause"),
        [
            (401, 400, "give auth (401)"),
            (403, 400, "ask its owner for access"),
            (404, 400, "nothing at this address (404)"),
            (418, 400, "status 418 instead of data"),
            (429, 502, "later or less often"),
            (500, 502, "an error of its own (500)"),
        ],
    )
    def test_what_the_host_refuses_says_what_to_do(
        self, owner: Api, host: Host, status: int, answer: int, cause: str
    ):
        body = {"connection": file(host.serve("/prices.csv", "no", status=status))}
        before = owner.get("/api/v1/data-sources?status=all").json()["count"]
        for path in ("/api/v1/data-sources/web/test", "/api/v1/data-sources/web"):
            refused = owner.post(path, json=body | ({} if "test" in path else {"name": "No"}))
            assert (refused.status_code, cause in refused.json()["message"]) == (answer, True), refused.text
        assert owner.get("/api/v1/data-sources?status=all").json()["count"] == before

    def test_trying_out_tells_what_is_there(self, owner: Api, host: Host, connect: Any):
        connection = file(host.serve("/prices.csv", PRICES))
        tried = owner.post("/api/v1/data-sources/web/test", json={"connection": connection})
        assert tried.json() == {"server": "127.0.0.1: csv, 30 bytes"}
        source = connect(connection)
        assert owner.post(f"/api/v1/data-sources/{source['id']}/test").json() == tried.json()

    @pytest.mark.parametrize(
        "target", ["http://10.255.255.1/a.csv", "http://169.254.169.254/latest/meta-data/"]
    )
    def test_private_networks_stay_closed_through_redirects(self, owner: Api, host: Host, target: str):
        """CWE-918 through a redirect, as in CVE-2026-22805."""
        for address in (target, target.replace("http:", "https:")):
            body = {"connection": file(host.redirect("/prices.csv", address))}
            refused = owner.post("/api/v1/data-sources/web/test", json=body)
            assert refused.status_code == 400, refused.text
            assert "CLARIBI_ALLOWED_NETWORKS" in refused.json()["message"]

    def test_they_are_closed_unless_the_operator_opens_them(self, server: Server, host: Host):
        """OWASP API7:2023."""
        address = host.serve("/prices.csv", PRICES)
        for wanted in (address, address.replace("http:", "https:")):
            refused = server.owner().post("/api/v1/data-sources/web/test", json={"connection": file(wanted)})
            assert refused.status_code == 400
            assert "CLARIBI_ALLOWED_NETWORKS" in refused.json()["message"]
        assert host.asked == []

    @pytest.mark.parametrize(
        "address",
        ["file:///etc/passwd", "ftp://h/a.csv", "https://u:p@h.example/a.csv", "//h/a", "https://", "a.csv"],
    )
    def test_what_is_no_address_is_refused(self, owner: Api, address: str):
        refused = owner.post("/api/v1/data-sources/web/test", json={"connection": file(address)})
        assert refused.status_code == 400, refused.text

    @pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "http://u:p@127.0.0.1/"])
    def test_nor_is_one_to_be_redirected_to(self, owner: Api, host: Host, target: str):
        body = {"connection": file(host.redirect("/a.csv", target))}
        assert owner.post("/api/v1/data-sources/web/test", json=body).status_code == 400

    def test_circles_come_to_an_end(self, owner: Api, host: Host):
        body = {"connection": file(host.redirect("/a.csv", "/a.csv"))}
        refused = owner.post("/api/v1/data-sources/web/test", json=body)
        assert (refused.status_code, "again and again" in refused.json()["message"]) == (502, True)
        assert len(host.asked) == 6

    def test_a_web_page_is_no_file(self, owner: Api, host: Host):
        page = "\n <!DOCTYPE html><html><body>Sign in</body></html>"
        body = {"connection": file(host.serve("/prices.csv", page))}
        refused = owner.post("/api/v1/data-sources/web/test", json=body)
        assert (refused.status_code, "web page" in refused.json()["message"]) == (400, True)

    def test_who_may_not_create_sources_asks_nobody(self, near: Server, host: Host):
        viewer = near.signed_in(near.member(near.organization(), Role.VIEWER))
        body = {"name": "No", "connection": file(host.serve("/prices.csv", PRICES))}
        assert viewer.post("/api/v1/data-sources/web", json=body).status_code == 403
        assert host.asked == []

    def test_an_endless_file_ends_at_the_limit_of_the_plan(self, near: Server, host: Host):
        def endless(request: Any) -> Any:
            return 200, {"Content-Type": "text/csv"}, (b"1,2\n" * 65536 for _ in range(10_000))

        host.answers["/prices.csv"] = endless
        owner = near.owner("trial")
        body = {"name": "Endless", "connection": file(f"{host.url}/prices.csv")}
        created = owner.post("/api/v1/data-sources/web", json=body)
        assert created.status_code == 201, created.text
        path = f"/api/v1/data-sources/{created.json()['id']}"
        failed = owner.until(path, lambda s: s["status"] == "error" and s["progress"] is None)
        assert "more than the 10 MB allowed" in failed["error_message"]
        left = (near.data_dir / "blobs").glob(f"*/sources/{created.json()['id']}/**/*")
        assert not [path for path in left if path.is_file()]

    def test_what_breaks_off_is_not_served(self, owner: Api, host: Host, connect: Any, sync: Any):
        source = connect(file(host.serve("/prices.csv", PRICES)))
        host.serve("/prices.csv", PRICES + "screw,0.1\n", Content_Length="1000")
        assert "broke off" in sync(source)["error_message"]
        assert ask(owner, source, "prices")["rows"] == [[2]]
