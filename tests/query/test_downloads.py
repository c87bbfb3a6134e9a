"""Whole answers as files."""

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import psycopg
import pytest
from arro3.io import read_ipc_stream
from python_calamine import CalamineWorkbook
from support import Api, Server, running

ROWS = 400_000


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory):
    """A server that gives at most 450,000 rows away as a file."""
    folder, near = tmp_path_factory.mktemp("downloads"), ["127.0.0.0/8", "::1/128"]
    with running(folder, download_max_rows="450000", allowed_networks=near) as server:
        yield server


@pytest.fixture(scope="module")
def owner(downloads: Server) -> Api:
    return downloads.owner()


@pytest.fixture(scope="module")
def source(owner: Api, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("rows") / "rows.parquet"
    duckdb.execute(
        f"""COPY (SELECT i::INT AS id, '=cmd|' || i AS text, (i / 4)::DECIMAL(12, 2) AS amount,
        DATE '2024-01-01' + (i % 300)::INT AS day, i % 7 = 0 AS seventh,
        CASE WHEN i % 3 > 0 THEN TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND END AS moment
        FROM range({ROWS}) AS t(i)) TO '{file}'"""
    )
    return owner.upload(file.read_bytes(), "rows.parquet")


def fetched(api: Api, source: dict[str, Any], wanted: str, **query: Any) -> bytes:
    query = {"source_id": source["id"], "table": "rows", "sort": [{"field": "id"}], **query}
    answer = api.post(f"/api/v1/query/download?format={wanted}", json=query)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-disposition"] == f'attachment; filename="query.{wanted}"'
    return answer.content


def _memory_mb(server: Server) -> float:
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


def _left(server: Server) -> list[Path]:
    return [p for p in server.data_dir.rglob("*") if p.suffix in {".csv", ".xlsx", ".arrow"}]


def test_csv_has_all_rows_and_runs_nothing(owner: Api, source: dict[str, Any], downloads: Server):
    lines = fetched(owner, source, "csv").decode().splitlines()
    assert len(lines) == ROWS + 1
    assert lines[:2] == ["id,text,amount,day,seventh,moment", "0,'=cmd|0,0.00,2024-01-01,True,"]
    assert lines[-1].startswith(f"{ROWS - 1},'=cmd|{ROWS - 1},")
    assert _left(downloads) == []


def test_arrow_has_all_rows_with_their_types(owner: Api, source: dict[str, Any]):
    table = read_ipc_stream(io.BytesIO(fetched(owner, source, "arrow"))).read_all()
    assert table.num_rows == ROWS
    assert "Decimal128(12, 2)" in str(table.schema)


def test_excel_has_native_cells_and_no_formulas(owner: Api, source: dict[str, Any]):
    content = fetched(owner, source, "xlsx", limit=1000)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["id", "text", "amount", "day", "seventh", "moment"]
    assert sheet[8][:3] == [7.0, "=cmd|7", 1.75]
    assert sheet[8][3].isoformat() == "2024-01-08"
    assert sheet[8][4] is True
    assert len(sheet) == 1001
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert re.search(r"<f[ >]", archive.read("xl/worksheets/sheet1.xml").decode()) is None


def test_an_empty_answer_has_its_header(owner: Api, source: dict[str, Any]):
    nothing = {"filters": [{"column": "id", "operator": "<", "value": 0}]}
    assert fetched(owner, source, "csv", **nothing) == b"id,text,amount,day,seventh,moment\r\n"
    content = fetched(owner, source, "xlsx", **nothing)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["id", "text", "amount", "day", "seventh", "moment"]


def test_two_columns_of_one_name_both_come(owner: Api, source: dict[str, Any]):
    query = {"source_id": source["id"], "sql": "SELECT id, id + 1 AS id FROM rows WHERE id = 1"}
    answer = owner.post("/api/v1/query/download?format=xlsx", json=query)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert sheet == [["id", "id (2)"], [1.0, 2.0]]


def test_more_than_may_be_downloaded_is_refused_and_not_cut(
    owner: Api, source: dict[str, Any], downloads: Server
):
    many = "SELECT a.id FROM rows a JOIN rows b ON b.id // 9 = a.id // 9"
    query = {"source_id": source["id"], "sql": many}
    for wanted in ("csv", "arrow", "xlsx"):
        refused = owner.post(f"/api/v1/query/download?format={wanted}", json=query)
        assert refused.status_code == 422, refused.text[:200]
        assert "450,000 rows" in refused.json()["message"]
    assert _left(downloads) == []


def test_memory_does_not_grow_with_the_rows(owner: Api, source: dict[str, Any], downloads: Server):
    """Of the web process, which only passes the file on."""
    before = _memory_mb(downloads)
    for wanted in ("csv", "arrow"):
        assert len(fetched(owner, source, wanted)) > 10_000_000
    assert _memory_mb(downloads) - before < 60


@pytest.fixture(scope="module")
def live(owner: Api, postgres_url: str) -> dict[str, Any]:
    """The same rows in a database that is asked live."""
    url = urlsplit(postgres_url)
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            f"""CREATE TABLE rows AS SELECT i AS id, '=cmd|' || i AS text, (i / 4.0)::numeric(12, 2) amount,
            DATE '2024-01-01' + i % 300 AS day, i % 7 = 0 AS seventh,
            CASE WHEN i % 3 > 0 THEN TIMESTAMP '2024-01-01' + i * INTERVAL '1 second' END AS moment
            FROM generate_series(0, {ROWS - 1}) AS t(i)"""
        )
    connection = {"host": url.hostname, "port": url.port, "database": url.path[1:], "user": url.username}
    body = {"name": "Rows", "engine": "postgresql", "mode": "live", "connection": connection}
    created = owner.post("/api/v1/data-sources", json=body)
    assert created.status_code == 201, created.text
    return owner.until(
        f"/api/v1/data-sources/{created.json()['id']}", lambda s: s["status"] != "preprocessing"
    )


class TestLive:
    def test_all_rows_come_and_none_stay_in_memory(self, owner: Api, live: dict[str, Any], downloads: Server):
        before = _memory_mb(downloads)
        table = read_ipc_stream(io.BytesIO(fetched(owner, live, "arrow"))).read_all()
        assert table.num_rows == ROWS
        assert table.column("amount")[3].as_py() == Decimal("0.75")
        assert "Decimal128(38, 2)" in str(table.schema)
        lines = fetched(owner, live, "csv").decode().splitlines()
        assert len(lines) == ROWS + 1
        assert lines[:2] == ["id,text,amount,day,seventh,moment", "0,'=cmd|0,0.00,2024-01-01,True,"]
        assert _memory_mb(downloads) - before < 60
        assert _left(downloads) == []

    def test_a_sheet_has_native_cells(self, owner: Api, live: dict[str, Any]):
        content = fetched(owner, live, "xlsx", limit=1000)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        assert sheet[8][:3] == [7.0, "=cmd|7", 1.75]
        assert sheet[8][3].isoformat() == "2024-01-08"
        assert len(sheet) == 1001

    def test_more_than_may_be_downloaded_is_refused(
        self, owner: Api, live: dict[str, Any], downloads: Server
    ):
        many = "SELECT a.id FROM rows a JOIN rows b ON b.id / 9 = a.id / 9"
        for wanted in ("csv", "arrow"):
            query = {"source_id": live["id"], "sql": many}
            refused = owner.post(f"/api/v1/query/download?format={wanted}", json=query)
            assert refused.status_code == 422, refused.text[:200]
            assert "450,000 rows" in refused.json()["message"]
        assert _left(downloads) == []

    def test_digits_that_have_no_place_are_told(self, owner: Api, live: dict[str, Any]):
        sql = "SELECT CASE WHEN id < 60000 THEN 0.5 ELSE 0.125 END AS share FROM rows ORDER BY id LIMIT 70000"
        refused = owner.post(
            "/api/v1/query/download?format=arrow", json={"source_id": live["id"], "sql": sql}
        )
        assert (refused.status_code, "take CSV" in refused.json()["message"]) == (422, True)
        empty = {"filters": [{"column": "id", "operator": "<", "value": 0}]}
        assert read_ipc_stream(io.BytesIO(fetched(owner, live, "arrow", **empty))).read_all().num_rows == 0
