"""Files in object stores as sources: S3 by moto's server, Google and Azure by stand-ins."""

import gzip
import json
import time
import uuid
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from object_server import AzureStore, Store, storing
from support import Api, Server

from claribi.core.egress import Egress
from claribi.core.errors import ValidationFailed
from claribi.sources.models import DataSource
from claribi.sources.web.client import WebClient
from claribi.sources.web.download import Known
from claribi.sources.web.stores.folder import download_store
from claribi.sources.web.stores.settings import S3, Gcs
from claribi.sources.web.stores.store import store_of

KEY_ID, SECRET, TOKEN = "AKIAEXAMPLE4712", "an-unusual/secret+4712", "a-session-token/4712=="
AUTH = {"type": "access_key", "access_key_id": KEY_ID, "secret": SECRET}
SALES = "day,region,amount\n2025-01-31,North,1.50\n2025-02-28,South,2.25\n"
MORE = "region,day,amount,note\nWest,2025-03-31,3.00,late\n"


class Bucket:
    """A bucket in moto's S3."""

    def __init__(self, endpoint: str) -> None:
        self.client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
        )
        self.endpoint, self.name = endpoint, f"shop-{uuid.uuid4().hex[:8]}"
        self.client.create_bucket(Bucket=self.name)

    def put(self, **files: str | bytes) -> "Bucket":
        """Keep files; `__` in a name is a slash, and `_dot_` a dot."""
        return self.keep({k.replace("__", "/").replace("_dot_", "."): v for k, v in files.items()})

    def keep(self, files: dict[str, str | bytes]) -> "Bucket":
        for key, content in files.items():
            body = content.encode() if isinstance(content, str) else content
            self.client.put_object(Bucket=self.name, Key=key, Body=body)
        return self

    def drop(self, key: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=key)

    def at(self, path: str = "", **more: Any) -> dict[str, Any]:
        wanted = {"bucket": self.name, "endpoint": self.endpoint, "auth": AUTH, "path": path}
        return {"engine": "s3", **wanted, **more}


@pytest.fixture
def bucket(moto: str) -> Bucket:
    return Bucket(moto)


@pytest.fixture
def gcs() -> Iterator[Store]:
    with storing() as running:
        yield running


@pytest.fixture
def azure() -> Iterator[AzureStore]:
    with storing(AzureStore) as running:
        yield running


def in_gcs(store: Store, path: str = "", **more: Any) -> dict[str, Any]:
    auth = {"type": "access_key", "access_key_id": store.key_id, "secret": store.secret}
    wanted = {"bucket": store.bucket, "endpoint": store.url, "auth": auth, "path": path}
    return {"engine": "gcs", **wanted, **more}


def in_azure(store: AzureStore, path: str = "", **more: Any) -> dict[str, Any]:
    wanted = {"account": store.account, "bucket": store.bucket, "endpoint": store.url, "path": path}
    return {"engine": "azure_blob", **wanted, **more}


def parquet(query: str, tmp_path: Any) -> bytes:
    file = tmp_path / f"{uuid.uuid4().hex}.parquet"
    duckdb.execute(f"COPY ({query}) TO '{file}'").fetchall()
    return file.read_bytes()


def tried(owner: Api, connection: dict[str, Any]) -> Any:
    return owner.post("/api/v1/data-sources/web/test", json={"connection": connection})


def rows(owner: Api, source: dict[str, Any], *columns: str, table: str = "") -> list[list[Any]]:
    query = {
        "source_id": source["id"],
        "table": table or source["tables"][0]["name"],
        "dimensions": [{"column": column} for column in columns],
        "measures": [{"aggregation": "count"}],
    }
    answer = owner.post("/api/v1/query", json=query)
    assert answer.status_code == 200, answer.text
    return sorted(answer.json()["rows"], key=str)


def types(table: dict[str, Any]) -> dict[str, str]:
    return {column["name"]: column["type"] for column in table["columns"]}


class TestOneTable:
    def test_csv_files_with_other_columns_are_one_table(self, owner: Api, bucket: Bucket, connect: Any):
        bucket.keep({"sales/a.csv": SALES, "sales/b.csv": MORE, "sales/_SUCCESS": "x", "other.csv": "a\n1\n"})
        source = connect(bucket.at("sales/*.csv"))
        assert (source["status"], source["type"], source["engine"]) == ("active", "web", "s3"), source
        [table] = source["tables"]
        assert (table["name"], table["row_count"]) == ("sales", 3)
        assert types(table) == {"day": "date", "region": "string", "amount": "decimal", "note": "string"}
        assert rows(owner, source, "region", "note") == [
            ["North", None, 1],
            ["South", None, 1],
            ["West", "late", 1],
        ]
        assert owner.dashboard_of(source["id"])["widgets"]

    def test_what_is_ambiguous_in_one_file_is_read_as_in_the_others(
        self, owner: Api, bucket: Bucket, connect: Any
    ):
        """01/02/2025 by itself is anything; beside 31/01/2025 it is in February."""
        bucket.keep({"a.csv": "day,n\n01/02/2025,1\n02/02/2025,2\n", "b.csv": "day,n\n31/01/2025,3\n"})
        source = connect(bucket.at())
        assert [row[0] for row in rows(owner, source, "day")] == ["2025-01-31", "2025-02-01", "2025-02-02"]

    def test_folders_of_hive_become_columns(self, owner: Api, bucket: Bucket, connect: Any, tmp_path: Any):
        for ending, one, two in (
            ("csv", "n\n1\n", "n\n2\n"),
            ("json", '[{"n": 1}]', '[{"n": 2}]'),
            ("parquet", parquet("SELECT 1 AS n", tmp_path), parquet("SELECT 2 AS n", tmp_path)),
        ):
            first, second = "year=2024/city=K%C3%B6ln/code=007", "year=2025/city=Ulm/code=008"
            bucket.keep({f"{ending}/{first}/x.{ending}": one, f"{ending}/{second}/x.{ending}": two})
            source = connect(bucket.at(ending))
            [table] = source["tables"]
            assert types(table) == {"n": "integer", "year": "integer", "city": "string", "code": "string"}
            assert rows(owner, source, "n", "year", "city", "code") == [
                [1, 2024, "Köln", "007", 1],
                [2, 2025, "Ulm", "008", 1],
            ]

    def test_parquet_files_are_united_by_name(self, owner: Api, bucket: Bucket, connect: Any, tmp_path: Any):
        bucket.keep(
            {
                "p/a.parquet": parquet("SELECT 1 AS n, DATE '2025-01-31' AS day", tmp_path),
                "p/deep/b.parquet": parquet("SELECT 'x' AS name, 2.5::DECIMAL(5, 1) AS n", tmp_path),
            }
        )
        source = connect(bucket.at("p/**/*.parquet"))
        [table] = source["tables"]
        assert types(table) == {"n": "decimal", "day": "date", "name": "string"}
        assert [row[:2] for row in rows(owner, source, "name", "day")] == [["x", None], [None, "2025-01-31"]]

    def test_packed_files_are_unpacked(self, owner: Api, bucket: Bucket, connect: Any):
        # Two archives, one behind the other, are one.
        packed = gzip.compress(SALES[:30].encode()) + gzip.compress(SALES[30:].encode())
        lines = gzip.compress(b'{"n": 1}\n{"n": 2}\n')
        bucket.keep({"a.csv.gz": packed, "b.jsonl.gz": lines})
        assert connect(bucket.at("a.csv.gz"))["tables"][0]["row_count"] == 2
        assert connect(bucket.at("*.jsonl.gz"))["tables"][0]["row_count"] == 2

    def test_rejected_rows_name_their_file(self, owner: Api, bucket: Bucket, connect: Any):
        good = "".join(f"{n},{n}.5\n" for n in range(300))
        bucket.keep({"a.csv": f"a,b\n{good}", "b.csv": f"a,b\n{good}7,oops,too many\nx,1\n"})
        source = connect(bucket.at())
        assert source["tables"][0]["rejected_count"] == 2
        shown = [(row["line"], row["reason"]) for row in source["rejected_rows"]]
        assert shown == [(302, "too many fields, in b.csv"), (303, "not one of the whole numbers, in b.csv")]

    @pytest.mark.parametrize(
        "key", ["a b+c/ä €.csv", "a//b.csv", "%41=&?#.csv", "~!*'().csv", "x" * 200 + ".csv"]
    )
    def test_keys_may_have_any_name(self, bucket: Bucket, connect: Any, key: str):
        bucket.keep({key: SALES, f"{key}.csv": SALES})
        source = connect(bucket.at(tables="one"), name="Odd")
        assert (source["status"], source["tables"][0]["row_count"]) == ("active", 4), source


class TestEachTable:
    def test_files_and_folders_are_tables_of_their_own(
        self, owner: Api, bucket: Bucket, connect: Any, tmp_path: Any
    ):
        bucket.keep(
            {
                "in/Orders 2025/a.csv": SALES,
                "in/Orders 2025/b.csv": MORE,
                "in/parts.parquet": parquet("SELECT 1 AS part", tmp_path),
                "in/prices.json": json.dumps([{"item": "nut", "price": 0.25}]),
            }
        )
        source = connect(bucket.at("in", tables="each"))
        counted = {table["name"]: table["row_count"] for table in source["tables"]}
        assert counted == {"orders_2025": 3, "parts": 1, "prices": 1}
        assert rows(owner, source, "price", table="prices") == [[0.25, 1]]


class TestAgain:
    def test_an_unchanged_folder_is_only_listed(self, owner: Api, gcs: Store, connect: Any, sync: Any):
        gcs.files |= {"a.csv": SALES.encode(), "b.csv": MORE.encode()}
        source = connect(in_gcs(gcs))
        assert sorted(gcs.read) == ["a.csv", "b.csv"]
        synced = sync(source)
        assert (synced["data_version"], len(gcs.read)) == (source["data_version"], 2)
        assert synced["last_synced_at"] > source["last_synced_at"]

    def test_only_what_changed_is_sent_again(
        self, owner: Api, near: Server, gcs: Store, connect: Any, sync: Any
    ):
        gcs.files |= {"a.csv": SALES.encode(), "b.csv": MORE.encode()}
        source = connect(in_gcs(gcs))
        gcs.files |= {"b.csv": MORE.replace("West", "East").encode(), "c.csv": MORE.encode()}
        synced = sync(source)
        assert gcs.read[2:] == ["b.csv", "c.csv"]
        assert [row[0] for row in rows(owner, synced, "region")] == ["East", "North", "South", "West"]
        del gcs.files["a.csv"]
        sync(source)
        assert len(gcs.read) == 4
        kept = (near.data_dir / "blobs").glob(f"*/sources/{source['id']}/kept/*")
        assert sorted(file.read_bytes() for file in kept) == sorted(gcs.files.values())
        assert owner.delete(f"/api/v1/data-sources/{source['id']}").status_code == 200
        assert not list((near.data_dir / "blobs").glob(f"*/sources/{source['id']}/*"))

    def test_a_copy_that_was_killed_is_made_anew(self, gcs: Store, tmp_path: Path):
        gcs.files |= {"a.csv": SALES.encode(), "b.csv": MORE.encode()}
        connection = Gcs.model_validate(in_gcs(gcs))
        egress = Egress([ip_network("127.0.0.0/8")])
        with WebClient(egress, home=gcs.url, secret={}, seconds=20) as client:
            for _ in range(2):
                fetched = download_store(
                    client, connection, tmp_path / "in", tmp_path / "kept", Known(), 1000
                )
                assert fetched is not None
                assert fetched.tables == {"": len(SALES) + len(MORE)}
                assert len(list((tmp_path / "in" / "0").iterdir())) == 2
        assert gcs.read == ["a.csv", "b.csv"]

    def test_files_come_change_and_go(
        self, owner: Api, near: Server, bucket: Bucket, connect: Any, sync: Any
    ):
        bucket.keep({"in/a.csv": SALES, "in/b.csv": MORE})
        source = connect(bucket.at("in"))
        bucket.keep({"in/c.csv": "region,amount\nEast,4\n"})
        assert sync(source)["tables"][0]["row_count"] == 4
        bucket.drop("in/a.csv")
        assert [row[0] for row in rows(owner, sync(source), "region")] == ["East", "West"]
        bucket.keep({"in/b.csv": MORE.replace("West", "Far West")})
        assert [row[0] for row in rows(owner, sync(source), "region")] == ["East", "Far West"]
        left = (near.data_dir / "blobs").glob(f"*/sources/{source['id']}/incoming/*")
        assert not list(left)

    @pytest.mark.parametrize(
        ("answer", "cause"),
        [
            ((200, {"ETag": '"other"'}, SALES.encode()), "was changed while it was copied"),
            ((200, {"Content-Length": "900"}, SALES.encode()), "broke off"),
            ((200, {}, SALES[:20].encode()), "bytes of b.csv 20 came"),
            ((404, {}, b"<Error><Code>NoSuchKey</Code></Error>"), "was deleted while it was copied"),
        ],
    )
    def test_what_goes_wrong_leaves_the_old_copy(
        self, owner: Api, gcs: Store, connect: Any, sync: Any, answer: Any, cause: str
    ):
        gcs.files |= {"a.csv": SALES.encode()}
        source = connect(in_gcs(gcs))
        gcs.files |= {"b.csv": MORE.encode()}
        gcs.meddle = lambda path, _: answer if path.endswith("b.csv") else None
        failed = sync(source)
        assert cause in failed["error_message"]
        assert (failed["status"], failed["data_version"]) == ("active", source["data_version"])
        gcs.meddle = lambda *_: None
        assert sync(source)["tables"][0]["row_count"] == 3


class TestListing:
    def test_it_goes_on_over_pages(self, owner: Api, bucket: Bucket):
        # Past HTTP, which would take seconds.
        kept = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        for n in range(1005):
            kept.put_object(bucket.name, f"many/{n:04}.csv", b"a\n1\n")
        said = tried(owner, bucket.at("many/*")).json()["server"]
        assert said == (
            f"{bucket.name} on 127.0.0.1: 1,005 files, 4,020 bytes: many/0000.csv (4 bytes), "
            "many/0001.csv (4 bytes), many/0002.csv (4 bytes), many/0003.csv (4 bytes), "
            "many/0004.csv (4 bytes) and 1,000 more"
        )

    def test_every_page_of_every_store_is_signed(self, owner: Api, gcs: Store, azure: AzureStore):
        key = {"type": "account_key", "secret": azure.secret}
        for store, connection in ((gcs, in_gcs(gcs)), (azure, in_azure(azure, auth=key))):
            store.page = 2
            store.files |= {f"{n}.csv": b"a\n1\n" for n in range(5)}
            assert "5 files, 20 bytes" in tried(owner, connection).json()["server"]
            assert len(store.asked) == 3

    @pytest.mark.parametrize(
        ("path", "wanted"),
        [
            ("", ["a.csv", "in/b.csv", "in/deep/c.csv"]),
            ("in", ["in/b.csv", "in/deep/c.csv"]),
            ("/in/", ["in/b.csv", "in/deep/c.csv"]),
            ("in/*.csv", ["in/b.csv"]),
            ("**/*.csv", ["a.csv", "in/b.csv", "in/deep/c.csv"]),
            ("in/**/c.csv", ["in/deep/c.csv"]),
            ("in/**", ["in/b.csv", "in/deep/c.csv"]),
            ("*/*/?.c*v", ["in/deep/c.csv"]),
            ("?.csv", ["a.csv"]),
            ("in/b.csv", ["in/b.csv"]),
            ("in/_tmp/d.csv", ["in/_tmp/d.csv"]),
        ],
    )
    def test_paths_and_patterns(self, owner: Api, gcs: Store, path: str, wanted: list[str]):
        names = (
            "a.csv",
            "in/b.csv",
            "in/deep/c.csv",
            "in/_tmp/d.csv",
            "in/.e.csv",
            "in2/README",
            "in2/f.csv",
        )
        gcs.files |= dict.fromkeys((*names[:5], "in2/README"), b"a\n1\n")
        gcs.files |= {"in/empty.csv": b"", "in/": b""}
        said = tried(owner, in_gcs(gcs, path)).json()["server"]
        assert said.partition(" bytes: ")[2] == ", ".join(f"{name} (4 bytes)" for name in wanted)


class TestSecrets:
    def test_every_way_to_azure(self, owner: Api, azure: AzureStore, connect: Any):
        azure.files |= {"a b/ä.csv": SALES.encode()}
        for kind, secret in (
            ("account_key", azure.secret),
            ("sas", azure.access),
            ("sas", f"?{azure.access}"),
        ):
            source = connect(in_azure(azure, "a b", auth={"type": kind, "secret": secret}))
            assert (source["status"], source["row_count"]) == ("active", 2), source
            assert source["connection"]["auth"] == {"type": kind}

    def test_a_public_bucket_needs_none(self, owner: Api, bucket: Bucket, connect: Any):
        bucket.keep({"a.csv": SALES})
        bucket.client.put_bucket_acl(Bucket=bucket.name, ACL="public-read")
        bucket.client.put_object_acl(Bucket=bucket.name, Key="a.csv", ACL="public-read")
        source = connect(bucket.at(auth=None))
        assert (source["status"], source["row_count"]) == ("active", 2), source

    def test_a_session_token_goes_along(self, owner: Api, gcs: Store, connect: Any, sync: Any):
        gcs.files |= {"a.csv": SALES.encode()}
        auth = {
            "type": "access_key",
            "access_key_id": gcs.key_id,
            "secret": gcs.secret,
            "session_token": TOKEN,
        }
        source = connect(in_gcs(gcs, auth=auth) | {"engine": "s3", "region": "eu-west-1"})
        assert source["status"] == "active", source
        assert {headers["x-amz-security-token"] for _, headers in gcs.asked} == {TOKEN}
        assert "/eu-west-1/s3/" in gcs.asked[0][1]["authorization"]

    def test_they_are_in_no_answer_audit_log_or_log(
        self, owner: Api, near: Server, gcs: Store, azure: AzureStore, connect: Any, sync: Any
    ):
        auth = {
            "type": "access_key",
            "access_key_id": gcs.key_id,
            "secret": gcs.secret,
            "session_token": TOKEN,
        }
        hidden = [gcs.secret, TOKEN, azure.access, "unusual%3Dsignature", azure.secret]
        for store, connection in (
            (gcs, in_gcs(gcs, auth=auth) | {"engine": "s3"}),
            (azure, in_azure(azure, auth={"type": "sas", "secret": azure.access})),
            (azure, in_azure(azure, auth={"type": "account_key", "secret": azure.secret})),
        ):
            store.meddle = lambda *_: None
            store.files |= {"a.csv": SALES.encode()}
            source = connect(connection)
            store.meddle = lambda *_: (403, {"x-ms-error-code": "AuthenticationFailed"}, b"")
            assert "does not take these credentials" in sync(source)["error_message"]
            path = f"/api/v1/data-sources/{source['id']}"
            for shown in (path, "/api/v1/data-sources", "/api/v1/audit-logs?page_size=100"):
                text = owner.get(shown).text
                assert not [secret for secret in hidden if secret in text]
            with near.services.database.read(owner.get("/api/v1/organization").json()["id"]) as session:
                kept = session.get(DataSource, source["id"])
                assert kept is not None
                stored = json.dumps([kept.connection, kept.secret])
                assert not [secret for secret in hidden if secret in stored]
        log = (near.data_dir / "server.log").read_text()
        assert not [secret for secret in hidden if secret in log]

    def test_elsewhere_they_stay_behind(self, owner: Api, gcs: Store, azure: AzureStore, connect: Any):
        gcs.files |= {"a.csv": SALES.encode(), "b/a.csv": SALES.encode()}
        source = connect(in_gcs(gcs, "a.csv"))
        path = f"/api/v1/data-sources/{source['id']}/web"
        auth = {"type": "access_key", "access_key_id": gcs.key_id}
        away = in_gcs(gcs, auth=auth) | {"endpoint": azure.url}
        refused = owner.patch(path, json={"connection": away})
        assert (refused.status_code, "secret" in refused.text, azure.asked) == (400, True, [])
        near_by = owner.patch(path, json={"connection": in_gcs(gcs, "b", auth=auth)})
        assert near_by.status_code == 200, near_by.text
        synced = owner.until(f"/api/v1/data-sources/{source['id']}", lambda s: s["progress"] is None)
        assert (synced["connection"]["path"], synced["error_message"]) == ("b", None)


def refusal(status: int, code: str, **headers: str) -> Callable[..., Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda *_: (status, named, f"<Error><Code>{code}</Code><Region/></Error>".encode())


ENTITIES = (
    b"<!DOCTYPE a [<!ENTITY k 'x.csv'>]>"
    b"<ListBucketResult><Contents><Key>&k;</Key><Size>9</Size></Contents></ListBucketResult>"
)


class TestRefusing:
    @pytest.mark.parametrize(
        ("meddle", "cause"),
        [
            (refusal(404, "NoSuchBucket"), "There is no bucket shop on 127.0.0.1"),
            (refusal(403, "AccessDenied"), "give it the rights to list"),
            (refusal(403, "InvalidAccessKeyId"), "does not take these credentials"),
            (refusal(403, "RequestTimeTooSkewed"), "clock"),
            (refusal(400, "ExpiredToken"), "session token for 127.0.0.1 has expired"),
            (refusal(301, "PermanentRedirect", x_amz_bucket_region="eu-west-3"), "set region to eu-west-3"),
            (refusal(307, "TemporaryRedirect", Location="http://10.0.0.1/"), "elsewhere"),
            (refusal(503, "SlowDown"), "no more requests for now"),
            (refusal(500, "InternalError"), "an error of its own (500)"),
            (refusal(418, "Teapot"), "418"),
            (refusal(403, "a code of <b>many</b> words"), "read the bucket shop; give it the rights"),
            (lambda *_: (200, {}, b"<html><body>Sign in</body></html>"), "as an object store does"),
            (lambda *_: (200, {}, b"not xml"), "as an object store does"),
            (lambda *_: (200, {}, b"<ListBucketResult>" + b" " * 17 * 1024**2), "more than a listing"),
            (lambda *_: (200, {}, ENTITIES), "as an object store does"),
        ],
    )
    def test_what_a_store_says_tells_what_to_do(self, owner: Api, gcs: Store, meddle: Any, cause: str):
        gcs.meddle = meddle
        refused = tried(owner, in_gcs(gcs) | {"engine": "s3"})
        assert refused.status_code in {400, 502}, refused.text
        assert cause in refused.json()["message"]

    def test_wrong_keys_are_no_keys(self, owner: Api, gcs: Store, azure: AzureStore):
        gcs.files |= {"a.csv": SALES.encode()}
        key = {"type": "access_key", "access_key_id": gcs.key_id, "secret": "wrong"}
        other = {"type": "access_key", "access_key_id": "OTHER", "secret": gcs.secret}
        for connection, cause in (
            (in_gcs(gcs, auth=key), "SignatureDoesNotMatch"),
            (in_gcs(gcs, auth=other), "InvalidAccessKeyId"),
            (in_gcs(gcs, auth=None), "give auth"),
            (in_gcs(gcs, auth={"type": "access_key", "access_key_id": "OTHER"}), "give the secret"),
            (in_azure(azure, auth={"type": "account_key", "secret": "d3Jvbmc="}), "AuthenticationFailed"),
            (in_azure(azure, auth={"type": "account_key", "secret": "no base 64"}), "in base 64"),
            (in_azure(azure, auth={"type": "sas", "secret": "sv=1&sig=wrong"}), "AuthenticationFailed"),
            (in_azure(azure), "give auth"),
        ):
            refused = tried(owner, connection)
            assert (refused.status_code, cause in refused.text) == (400, True), refused.text

    @pytest.mark.parametrize(
        ("path", "more", "cause"),
        [
            ("in/mai.csv", {}, "No file fits the path in/mai.csv; there are in/may.csv"),
            ("nowhere/*", {}, "there are books/a.xlsx"),
            ("in", {}, "different kinds (2 csv, 1 json)"),
            ("books", {}, "2 files of the kind excel can't be one table"),
            ("odd", {}, "None of the 1 files in odd is of a kind"),
            ("../x", {}, "has . or .. for a folder"),
            ("in/**.csv", {}, "as in sales/**/*.parquet"),
            ("", {"bucket": "shop/../x"}, "bucket"),
            ("", {"endpoint": "https://u:p@h.example"}, "endpoint"),
            ("", {"auth": {"type": "access_key", "access_key_id": "a", "secret": "b c"}}, "holds a space"),
            (
                "",
                {"engine": "s3", "auth": {"type": "access_key", "access_key_id": "a", "session_token": "t"}},
                "give the secret",
            ),
        ],
    )
    def test_what_can_not_be_read_is_said_at_once(
        self, owner: Api, gcs: Store, path: str, more: dict[str, Any], cause: str
    ):
        names = ("in/may.csv", "in/june.csv", "in/july.json", "books/a.xlsx", "books/b.xlsx", "odd/a.orc")
        gcs.files |= dict.fromkeys(names, b"a\n1\n")
        refused = tried(owner, in_gcs(gcs, path, **more))
        assert (refused.status_code, cause in refused.text) == (400, True), refused.text

    def test_an_empty_bucket_says_so(self, owner: Api, bucket: Bucket):
        assert f"There are no files in {bucket.name}" in tried(owner, bucket.at()).json()["message"]

    def test_there_is_no_such_bucket(self, owner: Api, bucket: Bucket):
        refused = tried(owner, bucket.at() | {"bucket": "no-such-bucket"})
        assert (refused.status_code, "no bucket no-such-bucket" in refused.text) == (400, True)

    def test_private_networks_stay_closed(self, server: Server, gcs: Store):
        """OWASP API7:2023."""
        for endpoint in (gcs.url, gcs.url.replace("http:", "https:"), "http://169.254.169.254"):
            refused = tried(server.owner(), in_gcs(gcs) | {"endpoint": endpoint})
            assert (refused.status_code, "CLARIBI_ALLOWED_NETWORKS" in refused.text) == (400, True)
        assert gcs.asked == []

    @pytest.mark.parametrize("packed", [False, True])
    def test_the_limit_of_the_plan_is_for_all_files(self, near: Server, gcs: Store, packed: bool):
        content = b"a,b\n" + b"1,2\n" * 1_500_000
        gcs.files |= dict.fromkeys(("a.csv", "b.csv"), gzip.compress(content) if packed else content)
        owner = near.owner("trial")
        created = owner.post("/api/v1/data-sources/web", json={"name": "Large", "connection": in_gcs(gcs)})
        path = f"/api/v1/data-sources/{created.json()['id']}"
        failed = owner.until(path, lambda s: s["status"] == "error" and s["progress"] is None)
        assert "more than the 10 MB allowed" in failed["error_message"]
        assert gcs.read == (["a.csv", "b.csv"] if packed else [])
        left = (near.data_dir / "blobs").glob(f"*/sources/{created.json()['id']}/**/*")
        assert sum(path.stat().st_size for path in left if path.is_file()) <= 10 * 1024**2

    @pytest.mark.parametrize("cut", [20, -8])
    def test_a_damaged_archive_is_named(self, gcs: Store, connect: Any, cut: int):
        gcs.files |= {"a.csv.gz": gzip.compress(SALES.encode())[:cut]}
        source = connect(in_gcs(gcs))
        assert "a.csv.gz is packed with gzip and" in source["error_message"]

    def test_a_key_that_leads_elsewhere_is_not_followed(self, gcs: Store, connect: Any):
        """CWE-22: an address of ours with /../ in it would be one of another bucket."""
        gcs.files |= {"in/a.csv": SALES.encode(), "in/../../secret/b.csv": SALES.encode()}
        source = connect(in_gcs(gcs))
        assert (source["status"], source["row_count"]) == ("active", 2)
        assert not [path for path, _ in gcs.asked if "secret" in path]
        with pytest.raises(ValidationFailed, match=r"has \. or \.\. for a folder"):
            store_of(S3(engine="s3", bucket="shop")).address("in/../../secret/b.csv")

    def test_a_pattern_is_looked_for_in_no_time(self, owner: Api, gcs: Store):
        """CWE-1333: with n stars a plain regular expression takes the n-th power of the name's length."""
        gcs.files |= {f"{'a' * 900}{n}.csv": b"a\n1\n" for n in range(50)}
        began = time.monotonic()
        assert tried(owner, in_gcs(gcs, "*a" * 40 + "*b")).status_code == 400
        assert "50 files" in tried(owner, in_gcs(gcs, "*a" * 40 + "*.csv")).text
        assert time.monotonic() - began < 5

    def test_a_broken_file_is_named(self, gcs: Store, connect: Any):
        gcs.files |= {"in/a.json": b'[{"a": 1}]', "in/b.json": b'[{"a": 1'}
        source = connect(in_gcs(gcs))
        assert source["error_message"].startswith("in/b.json: The file is no valid JSON")
