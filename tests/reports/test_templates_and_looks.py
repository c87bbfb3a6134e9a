"""Templates, branding and notes: through HTTP, and in the files that come out."""

import base64
import io
import re
import zipfile

import pptx
import pytest
from PIL import Image
from pypdf import PdfReader
from support import Api, Loaded, Server

from claribi.reports.looks import contrast_with_white
from claribi.reports.schemas import SECTIONS
from claribi.reports.templates import built_in

TEMPLATES, SETTINGS = "/api/v1/report-templates", "/api/v1/report-settings"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><path d="M0 0H30V10H0" fill="#a02"/>{}</svg>'
)
NOTES = {
    "report": "Read by <b>Ada</b> & the board.\nTwo lines.",
    "findings": "=The fair moved *to May*.",
}


def encoded(content: bytes | str) -> str:
    return base64.b64encode(content if isinstance(content, bytes) else content.encode()).decode()


def png(width: int, height: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "#aa0022").save(written, "PNG", pnginfo=None)
    return written.getvalue()


def downloaded(api: Api, report_id: int, name: str) -> bytes:
    answer = api.get(f"/api/v1/reports/{report_id}/download?format={name}")
    assert answer.status_code == 200
    return answer.content


@pytest.fixture(scope="module")
def owner(server: Server) -> Api:
    return server.owner()


@pytest.fixture(scope="module")
def source_id(owner: Api, sales_csv: bytes) -> int:
    return owner.upload(sales_csv)["id"]


class TestTemplates:
    def test_the_built_in_ones_are_files_and_listed_by_name(self, owner: Api):
        listed = owner.get(f"{TEMPLATES}?ordering=name").json()
        names = ["executive_summary", "finance", "marketing", "operations", "product", "sales"]
        assert [row["id"] for row in listed["results"]] == names == list(built_in())
        assert all(row["built_in"] and row["kinds"] and row["measures"] for row in listed["results"])

    def test_a_report_takes_from_it_what_it_does_not_say_itself(self, owner: Api, source_id: int):
        body = {"title": "Money", "source_id": source_id, "template": "finance"}
        report = owner.post("/api/v1/reports", json=body).json()
        assert (report["template"], report["output_format"]) == ("finance", "xlsx")
        sections = owner.get(f"/api/v1/reports/{report['id']}").json()["section_keys"]
        assert sections == built_in()["finance"].sections
        own = owner.post("/api/v1/reports", json=body | {"output_format": "csv", "sections": SECTIONS[:2]})
        assert own.json()["output_format"] == "csv"

    def test_its_measures_and_kinds_come_first_and_no_more_than_it_wants(self, owner: Api, source_id: int):
        wanted = {"name": "Short", "kinds": ["seasonality"], "measures": ["quantities"], "charts": False}
        limits = {"most_findings": 2, "most_metrics": 1, "sections": ["key_metrics", "findings"]}
        own = owner.post(TEMPLATES, json=wanted | limits | {"measures": ["quantity"]})
        assert own.status_code == 201
        report = owner.generated(title="Short", source_id=source_id, template=own.json()["id"])
        metrics, findings = report["sections"]
        labels = [i["label"] for block in metrics["blocks"] for i in block.get("items", [])]
        assert labels == ["Total quantity", "Total quantity"]
        kinds = [block["kind"] for block in findings["blocks"]]
        assert kinds.count("heading") == 2
        assert "chart" not in kinds
        assert owner.post(f"/api/v1/reports/{report['id']}/verify").json()["failing"] == []

    def test_one_of_ones_own_is_changed_and_deleted(self, owner: Api, source_id: int):
        made = owner.post(TEMPLATES, json={"name": "Mine"})
        path = f"{TEMPLATES}/{made.json()['id']}"
        changed = owner.patch(path, json={"most_findings": 3}, headers={"If-Match": made.headers["etag"]})
        assert (changed.json()["name"], changed.json()["most_findings"]) == ("Mine", 3)
        stale = owner.patch(path, json={"name": "x"}, headers={"If-Match": made.headers["etag"]})
        assert stale.status_code == 412
        body = {"title": "Left", "source_id": source_id, "template": made.json()["id"]}
        report = owner.post("/api/v1/reports", json=body).json()
        assert owner.delete(path).status_code == 200
        assert owner.get(path).status_code == 404
        run = owner.post(f"/api/v1/reports/{report['id']}/generate", json={"wait": 60}).json()
        assert run["status"] == "completed"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("sections", []),
            ("sections", ["findings", "findings"]),
            ("kinds", ["horoscope"]),
            ("measures", [""]),
            ("most_findings", 0),
            ("output_format", "docx"),
            ("colour", "red"),
        ],
    )
    def test_a_bad_one_is_told_by_its_field(self, owner: Api, field: str, value: object):
        answer = owner.post(TEMPLATES, json={"name": "Bad"} | {field: value})
        assert answer.status_code == 400
        assert any(field in problem["field"] for problem in answer.json()["details"])

    def test_an_unknown_one_or_another_organisations_is_refused(
        self, owner: Api, server: Server, source_id: int
    ):
        theirs = server.owner().post(TEMPLATES, json={"name": "Theirs"}).json()["id"]
        for name in ("horoscope", "0", theirs):
            body = {"title": "x", "source_id": source_id, "template": name}
            answer = owner.post("/api/v1/reports", json=body)
            assert answer.status_code == 400
            assert answer.json()["details"][0]["field"] == "template"
        assert owner.get(f"{TEMPLATES}/{theirs}").status_code == 404
        assert owner.delete(f"{TEMPLATES}/sales").status_code == 409


class TestLooks:
    def test_they_are_in_every_format_that_has_looks(self, owner: Api, source_id: int):
        wanted = {"accent": "#7A1F5C", "font": "serif", "logo": encoded(SVG.format(""))}
        changed = owner.patch(SETTINGS, json=wanted)
        assert changed.status_code == 200
        logo = base64.b64decode(changed.json()["logo"])
        assert Image.open(io.BytesIO(logo)).size == (900, 300)
        report_id = owner.generated(title="Dressed", source_id=source_id)["id"]
        page = downloaded(owner, report_id, "html").decode()
        assert "--accent: #7a1f5c" in page
        assert f"data:image/png;base64,{changed.json()['logo']}" in page
        pdf = PdfReader(io.BytesIO(downloaded(owner, report_id, "pdf")))
        assert len(pdf.pages[0].images) == 1
        fonts = str(pdf.pages[2]["/Resources"]["/Font"].get_object())
        names = [font.get_object()["/BaseFont"] for font in pdf.pages[2]["/Resources"]["/Font"].values()]
        assert any("LibertinusSerif" in name for name in names), fonts
        with zipfile.ZipFile(io.BytesIO(downloaded(owner, report_id, "xlsx"))) as parts:
            assert any(name.startswith("xl/media/") for name in parts.namelist())
            assert b"FF7A1F5C" in parts.read("xl/styles.xml").upper()
        deck = pptx.Presentation(io.BytesIO(downloaded(owner, report_id, "pptx")))
        assert any(shape.shape_type == 13 for shape in deck.slides[0].shapes)
        assert str(deck.slides[1].shapes.title.text_frame.paragraphs[0].runs[0].font.color.rgb) == "7A1F5C"
        assert owner.patch(SETTINGS, json={"logo": None, "font": "sans"}).json()["logo"] is None

    @pytest.mark.parametrize("accent", ["#ffff00", "#777777", "red", "#12345", "#1f4e8c;}"])
    def test_a_colour_that_can_not_be_read_is_refused(self, owner: Api, accent: str):
        answer = owner.patch(SETTINGS, json={"accent": accent})
        assert answer.status_code == 400
        assert answer.json()["details"][0]["field"] == "accent"

    def test_contrast_is_the_standards(self):
        assert contrast_with_white("#000000") == pytest.approx(21)
        assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)

    @pytest.mark.parametrize(
        "logo",
        [
            "not base64!",
            encoded(b"GIF89a"),
            encoded("<html/>"),
            encoded(png(4, 4)[:40]),
            encoded(png(9000, 9000)),
            encoded(SVG.format("<script>alert(1)</script>")),
            encoded(SVG.format('<image href="file:///etc/passwd"/>')),
            encoded(SVG.format('<use href="#a"/>')),
            encoded(SVG.format('<path onload="x()"/>')),
            encoded(SVG.format('<path fill="url(http://x)"/>')),
            encoded('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;")),
            encoded(SVG.format("<g/>" * 3000)),
            encoded(b"\x89PNG\r\n\x1a\n" + b"x" * 600_000),
        ],
    )
    def test_a_logo_that_does_more_than_show_is_refused(self, owner: Api, logo: str):
        answer = owner.patch(SETTINGS, json={"logo": logo})
        assert answer.status_code == 400, answer.text
        assert answer.json()["details"][0]["field"] == "logo"

    def test_they_are_one_organisations_own(self, owner: Api, server: Server):
        owner.patch(SETTINGS, json={"accent": "#123456"})
        assert server.owner().get(SETTINGS).json()["accent"] == "#1f4e8c"


class TestNotes:
    def test_they_stand_in_every_format_word_for_word_and_stay(self, sales: Loaded):
        api = sales.api
        report = api.post("/api/v1/reports", json={"title": "Noted", "source_id": sales.source["id"]}).json()
        path = f"/api/v1/reports/{report['id']}"
        assert api.patch(path, json={"notes": NOTES}).json()["notes"] == NOTES
        for _ in range(2):
            assert api.post(f"{path}/generate", json={"wait": 60}).json()["status"] == "completed"
        sections = {s["key"]: s["blocks"][0] for s in api.get(path).json()["sections"]}
        note = {"kind": "note", "label": "Note", "text": NOTES["findings"], "key": None}
        assert sections["findings"] == note
        assert sections["executive_summary"]["text"] == NOTES["report"]
        page = downloaded(api, report["id"], "html").decode()
        assert "Read by &lt;b&gt;Ada&lt;/b&gt; &amp; the board." in page
        assert r"> =The fair moved \*to May\*." in downloaded(api, report["id"], "md").decode()
        pages = PdfReader(io.BytesIO(downloaded(api, report["id"], "pdf"))).pages
        assert "Read by <b>Ada</b> & the board." in "".join(page.extract_text() for page in pages)
        for name, part in (("xlsx", "xl/sharedStrings.xml"), ("pptx", "ppt/slides/slide2.xml")):
            with zipfile.ZipFile(io.BytesIO(downloaded(api, report["id"], name))) as parts:
                assert "Read by &lt;b&gt;Ada&lt;/b&gt; &amp; the board." in parts.read(part).decode()
        assert api.post(f"{path}/verify").json()["failing"] == []

    def test_one_is_taken_away_and_the_others_stay(self, sales: Loaded):
        report = sales.api.post(
            "/api/v1/reports", json={"title": "N", "source_id": sales.source["id"]}
        ).json()
        path = f"/api/v1/reports/{report['id']}"
        sales.api.patch(path, json={"notes": NOTES})
        assert set(sales.api.patch(path, json={"notes": {"report": None}}).json()["notes"]) == {"findings"}
        assert set(sales.api.patch(path, json={"title": "M"}).json()["notes"]) == {"findings"}
        refused = sales.api.patch(path, json={"notes": {"nowhere": "x"}})
        assert refused.status_code == 400
        assert re.search("notes", refused.json()["details"][0]["field"])

    def test_the_tag_that_was_read_protects_what_others_wrote(self, sales: Loaded):
        report = sales.api.generated(title="Tagged", source_id=sales.source["id"])
        path = f"/api/v1/reports/{report['id']}"
        read = {"If-Match": sales.api.get(path).headers["etag"]}
        assert sales.api.patch(path, json={"notes": NOTES}, headers=read).status_code == 200
        assert sales.api.patch(path, json={"notes": {"report": "x"}}, headers=read).status_code == 412
