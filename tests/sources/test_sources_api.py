"""Data sources through the API: every kind of file, new versions, deletion, limits."""

import io
import json
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import duckdb
import pytest
import xlsxwriter
from support import PATIENCE, Api, Server

ROWS = [["2024-01-05", "North", 3, 12.5], ["2024-01-06", "South", 4, 7.25], ["2024-01-07", "North", 1, 3.0]]
HEAD = ["day", "region", "units", "amount"]


def csv(separator: str = ",", decimal: str = ".") -> bytes:
    cells = [HEAD, *([str(cell).replace(".", decimal) for cell in row] for row in ROWS)]
    lines = [separator.join(row) for row in cells]
    return ("\n".join(lines) + "\n").encode()


def excel() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name in ("Spring", "Summer"):
            sheet = book.add_worksheet(name)
            for number, row in enumerate([HEAD, *ROWS]):
                sheet.write_row(number, 0, row)
    return content.getvalue()


def parquet(tmp_path) -> bytes:
    file = tmp_path / "x.parquet"
    values = ", ".join(str(tuple(row)) for row in ROWS)
    duckdb.sql(
        f"COPY (SELECT day::DATE AS day, region, units, amount FROM (VALUES {values}) "
        f"AS t({', '.join(HEAD)})) TO '{file}'"
    )
    return file.read_bytes()


RECORDS = [dict(zip(HEAD, row, strict=True)) for row in ROWS]
FILES = {
    "comma.csv": lambda _: csv(),
    "semicolon.csv": lambda _: csv(";", ","),
    "tabs.tsv": lambda _: csv("\t"),
    "utf16.csv": lambda _: csv().decode().encode("utf-16"),
    "array.json": lambda _: json.dumps(RECORDS).encode(),
    "lines.jsonl": lambda _: "\n".join(map(json.dumps, RECORDS)).encode(),
    "book.xlsx": lambda _: excel(),
    "table.parquet": parquet,
}


@pytest.mark.parametrize("name", FILES)
def test_each_kind_of_file_becomes_the_same_table(api: Api, tmp_path, name: str):
    source = api.upload(FILES[name](tmp_path), name=name)
    assert source["status"] == "active", source["error_message"]
    assert source["tables"][0]["row_count"] == 3
    query = {
        "source_id": source["id"],
        "table": source["tables"][0]["name"],
        "measures": [
            {"column": "units", "aggregation": "sum"},
            {"column": "amount", "aggregation": "sum"},
        ],
        "dimensions": [{"column": "region"}, {"column": "day", "grain": "month"}],
    }
    rows = api.post("/api/v1/query", json=query).json()["rows"]
    assert rows == [["North", "2024-01-01", 4, 15.5], ["South", "2024-01-01", 4, 7.25]]


def test_each_sheet_is_a_table(api: Api):
    source = api.upload(excel(), name="seasons.xlsx")
    assert [t["name"] for t in source["tables"]] == ["spring", "summer"]
    assert source["row_count"] == 6


def test_several_files_make_one_source(api: Api):
    files = [("file", ("a.csv", csv())), ("file", ("b.json", json.dumps(RECORDS).encode()))]
    made = api.post("/api/v1/data-sources", files=files, data={"name": "Both"}).json()
    source = api.until(f"/api/v1/data-sources/{made['id']}", lambda s: s["status"] != "preprocessing")
    assert source["name"] == "Both"
    assert [t["name"] for t in source["tables"]] == ["a", "b"]


def test_a_row_that_does_not_fit_is_kept_aside_with_its_line(api: Api):
    good = "".join(f"2024-01-{d:02},{d}\n" for d in range(1, 29)) * 10
    source = api.upload(f"day,units\n{good}2024-01-01,many\n{good}".encode(), name="x.csv")
    assert source["row_count"] == 560
    assert source["rejected_rows"] == [
        {
            "table": "x",
            "line": 282,
            "column": "units",
            "value": "many",
            "reason": source["rejected_rows"][0]["reason"],
        }
    ]
    assert source["rejected_rows"][0]["reason"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.xlsx", b"PK\x03\x04 no workbook"),
        ("broken.parquet", b"PAR1 nothing PAR1"),
        ("broken.json", b'{"a": [1, 2'),
        ("garbage.csv", bytes(range(256)) * 40),
    ],
)
def test_an_unreadable_file_says_why_and_leaves_nothing(server: Server, name: str, content: bytes):
    api = server.owner()
    source = api.upload(content, name=name)
    assert source["status"] == "error"
    assert len(source["error_message"]) > 20
    assert source["tables"] == []
    organization = api.get("/api/v1/auth/verify").json()["organization"]["id"]
    left = [f for f in (server.data_dir / "blobs" / str(organization)).rglob("*") if f.is_file()]
    assert left == []


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([("file", ("notes.docx", b"x"))], 400),
        ([("file", ("empty.csv", b""))], 400),
        ([("other", ("a.csv", b"a\n1\n"))], 400),
    ],
)
def test_what_can_not_become_a_source_is_refused_at_once(api: Api, files: list, status: int):
    answer = api.post("/api/v1/data-sources", files=files)
    assert (answer.status_code, answer.json()["error"]) == (status, "validation_error")
    assert api.get("/api/v1/data-sources?status=all").json()["count"] == 0


def test_a_new_version_replaces_the_old_one(api: Api):
    source = api.upload(csv(), name="a.csv")
    path = f"/api/v1/data-sources/{source['id']}"
    more = csv() + b"2024-02-01,West,9,99.0\n"
    assert api.post(f"{path}/versions", files={"file": ("a.csv", more)}).status_code == 201
    after = api.until(path, lambda s: s["data_version"] != source["data_version"])
    assert (after["status"], after["row_count"]) == ("active", 4)


def test_a_bad_new_version_leaves_the_old_one_in_place(api: Api):
    source = api.upload(csv(), name="a.csv")
    path = f"/api/v1/data-sources/{source['id']}"
    api.post(f"{path}/versions", files={"file": ("a.xlsx", b"no workbook")})
    after = api.until(path, lambda s: s["error_message"])
    assert (after["status"], after["row_count"]) == ("active", 3)
    assert after["data_version"] == source["data_version"]
    assert api.get(f"{path}/preview").json()["row_count"] == 3


def test_a_deleted_source_takes_its_files_and_its_dashboard_along(server: Server):
    api = server.owner()
    source = api.upload(csv(), name="a.csv")
    api.dashboard_of(source["id"])
    organization = api.get("/api/v1/auth/verify").json()["organization"]["id"]
    folder = server.data_dir / "blobs" / str(organization)
    assert list(folder.rglob("*.parquet"))
    assert api.delete(f"/api/v1/data-sources/{source['id']}").json() == {"id": source["id"]}
    assert not list(folder.rglob("*.parquet"))
    assert api.get("/api/v1/dashboards").json()["count"] == 0
    assert api.get(f"/api/v1/data-sources/{source['id']}").status_code == 404


def test_a_source_is_renamed(api: Api):
    source = api.upload(csv(), name="a.csv")
    path = f"/api/v1/data-sources/{source['id']}"
    assert api.patch(path, json={"name": "Shops"}).json()["name"] == "Shops"
    assert api.get("/api/v1/data-sources?search=shop").json()["count"] == 1


def test_a_tier_has_room_for_so_many_sources(server: Server):
    api = server.owner("trial")
    for number in range(3):
        assert api.post("/api/v1/data-sources", files={"file": (f"{number}.csv", csv())}).status_code == 201
    answer = api.post("/api/v1/data-sources", files={"file": ("4.csv", csv())})
    assert (answer.status_code, answer.json()["error"]) == (403, "plan_required")


def test_who_hangs_up_in_the_middle_of_a_file_leaves_nothing(server: Server):
    organization = server.organization()
    member, address = server.member(organization), urlsplit(server.url)
    uploads = server.data_dir / "blobs" / str(organization) / "uploads"
    body = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\n'
    head = (
        f"POST /api/v1/data-sources HTTP/1.1\r\nHost: {address.netloc}\r\nX-API-Key: {member.key}\r\n"
        "Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: 9000000\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(head.encode() + body + b"1,2\n" * 1_000_000)
        until(lambda: list(uploads.rglob("*.part")))
    until(lambda: not [path for path in uploads.rglob("*") if path.is_file()])
    api = server.api(**{"X-API-Key": member.key})
    assert api.get("/api/v1/data-sources?status=all").json()["count"] == 0


def until(is_so: Callable[[], object]) -> None:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.02)


def test_a_tier_takes_files_up_to_its_size(server: Server):
    api = server.owner("trial")
    answer = api.post("/api/v1/data-sources", files={"file": ("big.csv", b"a\n" + b"1\n" * 5_300_000)})
    assert (answer.status_code, answer.json()["error"]) == (413, "payload_too_large")
    assert api.get("/api/v1/data-sources?status=all").json()["count"] == 0
