"""A downloaded report, checked away from the server that wrote it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject
from support import Loaded

from claribi.charts.render import Renderer
from claribi.core.errors import ValidationFailed
from claribi.query.engine import Engine
from claribi.reports.offline import Check, check
from claribi.reports.render.pdf import ATTACHMENT


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = Engine(size=1, spill_directory=tmp_path_factory.mktemp("spill"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer(size=1)
    yield made
    made.close()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, sales_csv: bytes) -> Path:
    file = tmp_path_factory.mktemp("data") / "sales.csv"
    file.write_bytes(sales_csv)
    return file


@pytest.fixture(scope="module")
def downloaded(sales: Loaded) -> dict[str, bytes]:
    """One report in both formats."""
    report = sales.api.generated(title="Sales, proven", source_id=sales.source["id"])
    path = f"/api/v1/reports/{report['id']}/download"
    return {name: sales.api.get(f"{path}?format={name}").content for name in ("pdf", "json")}


@pytest.fixture(scope="module")
def translated(sales: Loaded) -> bytes:
    """A PDF in another language, in its organisation's look, with a note."""
    sales.api.patch("/api/v1/report-settings", json={"language": "fr", "accent": "#7a1f5c", "font": "serif"})
    source = {"source_id": sales.source["id"], "sections": ["executive_summary", "key_metrics"]}
    made = sales.api.post("/api/v1/reports", json={"title": "Ventes", **source}).json()
    path = f"/api/v1/reports/{made['id']}"
    sales.api.patch(path, json={"notes": {"report": "Nos 12 345 ventes"}})
    sales.api.post(f"{path}/generate", json={"wait": 60})
    sales.api.patch("/api/v1/report-settings", json={"language": "en", "accent": "#1f4e8c", "font": "sans"})
    return sales.api.get(f"{path}/download?format=pdf").content


@dataclass
class Desk:
    """Where reports are checked."""

    engine: Engine
    renderer: Renderer
    folder: Path
    data: Path

    def check(self, report: bytes, *data: Path) -> Check:
        return check(report, data or [self.data], self.engine, self.renderer, self.folder)


@pytest.fixture
def desk(engine: Engine, renderer: Renderer, tmp_path: Path, data: Path) -> Desk:
    return Desk(engine, renderer, tmp_path, data)


def with_page(pdf: bytes, number: int, old: bytes, new: bytes) -> bytes:
    """The PDF with other drawing instructions on a page, its attachment as it was."""
    writer = PdfWriter(clone_from=BytesIO(pdf))
    page = writer.pages[number]
    content = page.get_contents()
    assert content is not None
    drawn = content.get_data()
    assert old in drawn
    changed = DecodedStreamObject()
    changed.set_data(drawn.replace(old, new))
    page[NameObject("/Contents")] = writer._add_object(changed)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


class TestWhatHolds:
    @pytest.mark.parametrize("name", ["pdf", "json"])
    def test_every_number_is_computed_again(self, desk: Desk, downloaded: dict[str, bytes], name: str):
        found = desk.check(downloaded[name])
        assert (found.failing, found.pages, found.same_data, found.holds) == ([], [], True, True)
        assert len(found.document.figures) > 30

    def test_both_formats_carry_the_same(self, downloaded: dict[str, bytes]):
        attached = PdfReader(BytesIO(downloaded["pdf"])).attachments[ATTACHMENT][0]
        assert json.loads(attached) == json.loads(downloaded["json"])

    def test_the_same_rows_in_another_order_of_bytes_still_prove_it(
        self, desk: Desk, tmp_path: Path, downloaded
    ):
        other = tmp_path / "sales.csv"
        other.write_bytes(desk.data.read_bytes().replace(b"\r\n", b"\n"))
        found = desk.check(downloaded["json"], other)
        assert (found.holds, found.same_data) == (True, False)


class TestWhatDoesNot:
    def test_a_number_that_was_changed(self, desk: Desk, downloaded: dict[str, bytes]):
        report = json.loads(downloaded["json"])
        figure: dict[str, Any] = next(f for f in report["figures"].values() if f["format"] == "number")
        figure["text"], figure["value"] = "999", 999.0
        found = desk.check(json.dumps(report).encode())
        assert [f["id"] for f in found.failing] == [figure["id"]]
        assert not found.holds

    def test_a_value_that_was_changed_behind_its_text(self, desk: Desk, downloaded: dict[str, bytes]):
        report = json.loads(downloaded["json"])
        figure: dict[str, Any] = next(f for f in report["figures"].values() if f["format"] == "number")
        figure["value"] *= 2
        assert [f["id"] for f in desk.check(json.dumps(report).encode()).failing] == [figure["id"]]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("formula", "none"),
            ("arguments", {"row": 10**9, "column": "none"}),
            ("format", "currency"),
        ],
    )
    def test_figures_that_can_not_be_computed(
        self, desk: Desk, downloaded: dict[str, bytes], name: str, value: object
    ):
        report = json.loads(downloaded["json"])
        figure: dict[str, Any] = next(f for f in report["figures"].values() if f["format"] == "date")
        figure[name] = value
        assert figure["id"] in {f["id"] for f in desk.check(json.dumps(report).encode()).failing}

    def test_a_figure_of_other_decimals(self, desk: Desk, downloaded: dict[str, bytes]):
        report = json.loads(downloaded["json"])
        figure: dict[str, Any] = next(f for f in report["figures"].values() if f["format"] == "number")
        figure["decimals"] = 10**6
        assert [f["id"] for f in desk.check(json.dumps(report).encode()).failing] == [figure["id"]]

    @pytest.mark.parametrize(
        ("place", "name", "value"),
        [
            ("figures", "arguments", []),
            ("figures", "decimals", "x"),
            ("figures", "value", []),
            ("figures", "format", "none"),
            ("queries", "sql", 5),
            ("queries", "parameters", [1]),
        ],
    )
    def test_what_has_another_form(
        self, desk: Desk, downloaded: dict[str, bytes], place: str, name: str, value: object
    ):
        report = json.loads(downloaded["json"])
        found = report[place]
        for each in found.values() if place == "figures" else found:
            each[name] = value
        with pytest.raises(ValidationFailed, match="no report"):
            desk.check(json.dumps(report).encode())

    def test_other_data(self, desk: Desk, tmp_path: Path, downloaded: dict[str, bytes]):
        lines = desk.data.read_bytes().splitlines(keepends=True)
        other = tmp_path / "sales.csv"
        other.write_bytes(b"".join(lines[: len(lines) // 2]))
        found = desk.check(downloaded["json"], other)
        assert len(found.failing) > len(found.document.figures) / 4
        assert {f["reason"] for f in found.failing} <= {
            "the data give another value",
            "it can't be computed as its evidence says",
        }

    def test_data_of_another_table(self, desk: Desk, tmp_path: Path, downloaded: dict[str, bytes]):
        other = tmp_path / "else.csv"
        other.write_bytes(b"a,b\n1,2\n")
        found = desk.check(downloaded["json"], other)
        assert len(found.failing) == len(found.document.figures)

    def test_a_page_that_shows_something_else(self, desk: Desk, downloaded: dict[str, bytes]):
        assert desk.check(with_page(downloaded["pdf"], 1, b"BT", b"BT")).pages == []
        content = PdfWriter(clone_from=BytesIO(downloaded["pdf"])).pages[1].get_contents().get_data()
        shown = next(line for line in content.split(b"\n") if line.endswith((b"Tj", b"TJ")))
        found = desk.check(with_page(downloaded["pdf"], 1, shown, b""))
        assert (found.failing, found.pages, found.holds) == ([], [2], False)

    def test_evidence_that_was_left_out(self, desk: Desk, downloaded: dict[str, bytes]):
        report = json.loads(downloaded["json"])
        gone = report["queries"].pop()["evidence_id"]
        found = desk.check(json.dumps(report).encode())
        assert {f["reason"] for f in found.failing} == {"its evidence is not in the report"}
        assert len(found.failing) == sum(f["evidence_id"] == gone for f in report["figures"].values())

    def test_evidence_that_does_more_than_read(
        self, desk: Desk, downloaded: dict[str, bytes], tmp_path: Path
    ):
        report = json.loads(downloaded["json"])
        stolen = tmp_path / "stolen.csv"
        for sql in (
            f"COPY (SELECT 1) TO '{stolen}'",
            "SELECT * FROM read_csv('/etc/passwd')",
            "ATTACH '/tmp/x.db' AS x",
        ):
            for note in report["queries"]:
                note["sql"] = sql
            found = desk.check(json.dumps(report).encode())
            assert len(found.failing) == len(found.document.figures)
            assert "root:" not in str(found.failing)
        assert not stolen.exists()

    @pytest.mark.parametrize(
        "content", [b"", b"{}", b"[1]", b"a,b\n1,2\n", b"%PDF-1.7\nno more", b'{"sections": 1}']
    )
    def test_what_is_no_report(self, desk: Desk, content: bytes):
        with pytest.raises(ValidationFailed, match=r"no report|can't be read"):
            desk.check(content)

    def test_a_pdf_without_evidence(self, desk: Desk):
        writer, file = PdfWriter(), BytesIO()
        writer.add_blank_page(100, 100)
        writer.write(file)
        with pytest.raises(ValidationFailed, match="carries no evidence"):
            desk.check(file.getvalue())


def test_from_the_command_line(tmp_path: Path, data: Path, downloaded: dict[str, bytes]):
    report, other = tmp_path / "report.pdf", tmp_path / "sales.csv"
    report.write_bytes(downloaded["pdf"])
    other.write_bytes(data.read_bytes() + data.read_bytes().splitlines(keepends=True)[-1])

    def verified(file: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "claribi.cli", "report", "verify", str(report), "--data", str(file)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    done = verified(data)
    assert (done.returncode, "the very data" in done.stdout) == (0, True), done.stdout + done.stderr
    count = len(json.loads(downloaded["json"])["figures"])
    assert done.stdout.splitlines()[-1] == f"{count} of {count} numbers hold"
    done = verified(other)
    assert (done.returncode, "not the very data" in done.stdout) == (1, True), done.stdout + done.stderr


def test_a_report_in_another_language_and_look_is_checked_as_well(desk: Desk, translated: bytes):
    found = desk.check(translated)
    assert found.document.language == "fr"
    assert found.holds
    assert found.same_data
