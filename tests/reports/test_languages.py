"""Reports in the organisation's language: every sentence, the same numbers, and still proven."""

import io
import json
import re
import string
import zipfile
from dataclasses import replace
from datetime import date

import pptx
import pytest
import yaml
from pypdf import PdfReader
from support import Api, Server

from claribi.analysis import languages
from claribi.analysis.formulas import holds
from claribi.analysis.kinds import Kind
from claribi.analysis.languages import LANGUAGES, language
from claribi.analysis.service import analyse
from claribi.analysis.templates import TEMPLATES
from claribi.reports import compose, compose_answer, compose_edits, compose_methods, conditions
from claribi.reports.codec import decode, encode
from claribi.reports.document import EvidenceNote
from claribi.reports.render import particulars, xlsx
from claribi.reports.schemas import SECTIONS
from claribi.reports.translation import translate

SPOKEN = [tag for tag in LANGUAGES if tag != "en"]
FIXED = [
    *compose.TITLES.values(),
    *compose_methods.DEFINITIONS,
    *compose_methods.TESTS.values(),
    *compose_methods.METHODS.values(),
    *particulars.METRIC_COLUMNS,
    *xlsx.FIGURE_COLUMNS,
    *xlsx.QUERY_COLUMNS,
    compose_methods.EVIDENCE,
    compose.REJECTED,
    compose.MISSING_HEADING,
    compose.NOTE,
    compose_edits.EDITED,
    compose_edits.OUTDATED,
    conditions.FILTERS,
    conditions.FILTERED,
    conditions.QUOTED,
    conditions.LAST_OF_DATA,
    *conditions.WORDS.values(),
    compose_answer.ASKED,
    *compose_answer.DERIVED.values(),
]
# What English leaves behind where a text was forgotten.
ENGLISH = re.compile(
    r"\b(the|of|and|were|with|which|rose|fell|period|average|total amount|findings|records|query)\b",
    re.IGNORECASE,
)


def places(text: str) -> set[str]:
    return {place for _, place, _, _ in string.Formatter().parse(text) if place}


@pytest.mark.parametrize("tag", SPOKEN)
class TestFiles:
    def test_every_sentence_is_there_with_the_same_places_and_no_digit(self, tag: str):
        templates = dict(language(tag).templates)
        for narrower in ("in year", "in quarter"):
            assert places(templates.pop(narrower, "{moment}")) == {"moment"}
        assert set(templates) == set(TEMPLATES)
        assert {n for n in TEMPLATES if places(templates[n]) != places(TEMPLATES[n])} == set()
        assert {name for name, text in templates.items() if re.search(r"\d", text)} == set()
        endings = {name for name, text in templates.items() if text[-1] != TEMPLATES[name][-1]}
        assert {name for name in endings if TEMPLATES[name][-1] in ".:"} == set()

    def test_every_fixed_text_is_there_and_no_digit_in_it(self, tag: str):
        texts = language(tag).texts
        assert [text for text in FIXED if text not in texts] == []
        assert [text for text in texts.values() if re.search(r"\d", text)] == []
        assert {text for text, said in texts.items() if places(text) != places(said)} == set()

    def test_every_kind_has_its_heading(self, tag: str):
        # Those with `_by` are of a kind by the values of a dimension.
        assert {name.removesuffix("_by") for name in language(tag).headings} == set(Kind.__args__)

    def test_the_file_says_nothing_twice(self, tag: str):
        class Once(yaml.SafeLoader):
            pass

        def mapping(loader, node):
            keys = [loader.construct_object(key) for key, _ in node.value]
            assert len(keys) == len(set(keys)), keys
            assert all(isinstance(key, str) for key in keys), keys
            return loader.construct_mapping(node, deep=True)

        Once.add_constructor("tag:yaml.org,2002:map", mapping)
        yaml.load((languages.resources.files(languages.__name__) / f"{tag}.yaml").read_text("utf-8"), Once)  # noqa: S506

    @pytest.mark.parametrize("text", ["1,234,567.89", "\N{MINUS SIGN}4.5 %", "0.0001", "12", "999,999"])
    def test_a_number_can_be_read_back(self, tag: str, text: str):
        spoken = language(tag)
        assert spoken.english(spoken.number(text)) == text


class TestGerman:
    @pytest.mark.parametrize(
        ("english", "style", "value", "unit", "said"),
        [
            ("1,234.50", "number", 1234.5, None, "1.234,50"),
            ("+12.3 %", "signed_percent", 0.123, None, "+12,3 %"),
            ("€1,200", "currency", 1200, "€", "1.200 €"),
            ("\N{MINUS SIGN}€1,200.50", "currency", -1200.5, "€", "\N{MINUS SIGN}1.200,50 €"),
            ("1,200 EUR", "currency", 1200, "EUR", "1.200 EUR"),
            ("3 d 4 h 1 min", "duration", 1, None, "3 T. 4 Std. 1 Min."),
            ("n/a", "number", None, None, "k. A."),
            ("Mondays", "text", "Mondays", None, "Montag"),
            ("12 March 2024", "date", "2024-03-12", None, "12. März 2024"),
            ("Q1 2024", "date", "2024-01-01", "quarter", "1. Quartal 2024"),
            ("week of 4 March 2024", "date", date(2024, 3, 4), "week", "Woche ab 4. März 2024"),
            ("4 March 2024, 08:05", "date", "2024-03-04T08:05:00", "hour", "4. März 2024, 08:05 Uhr"),
        ],
    )
    def test_figures(self, english: str, style: str, value: object, unit: str | None, said: str):
        assert language("de").figure(english, style, value, unit) == said


@pytest.fixture(scope="module")
def source(server: Server, sales_csv: bytes) -> tuple[Api, int]:
    owner = server.owner()
    return owner, owner.upload(sales_csv)["id"]


def words_of(report: dict) -> list[str]:
    """Every text of ours that a reader sees, without SQL."""
    found: list[str] = []

    def walk(part: object) -> None:
        if isinstance(part, dict):
            if part.get("kind") == "code":
                return
            for key, value in part.items():
                if key in {"text", "title", "alt", "label", "note"} and isinstance(value, str):
                    found.append(value)
                elif key in {"columns", "rows"} and part.get("kind") == "chart":
                    found.append(json.dumps(value, ensure_ascii=False))
                elif key != "option":
                    walk(value)
        elif isinstance(part, list):
            for each in part:
                walk(each)

    walk(report["sections"])
    return found


@pytest.fixture(scope="module")
def told(warehouse, sales_csv: bytes, tmp_path_factory: pytest.TempPathFactory):
    """An analysis, its report in English, and the answers that it rests on."""
    file = tmp_path_factory.mktemp("sales") / "sales.csv"
    file.write_bytes(sales_csv)
    house = warehouse("sales", f"CREATE TABLE sales AS FROM read_csv('{file}')")

    def notes(ids):
        return [EvidenceNote(i, house.results[i].sql, {}, 1, "v", "2024-06-01T00:00:00Z") for i in ids]

    analysis = analyse(house, 1, house.table)
    document = compose.compose(
        analysis,
        title="T",
        question=None,
        organization="O",
        source_name="sales.csv",
        generated_at="2024-06-01T00:00:00Z",
        sections=SECTIONS,
        evidence_notes=notes,
    )
    return analysis, document, house.results


@pytest.mark.parametrize("tag", SPOKEN)
def test_a_report_speaks_it_throughout_and_every_number_holds(told, tag: str):
    analysis, document, results = told
    said = translate(document, analysis, language(tag), tag)
    kinds = {finding.kind for finding in analysis.findings}
    assert {"driver", "outlier", "trend", "rank"} & kinds
    raw = json.loads(encode(said))
    assert [text for text in words_of(raw) if ENGLISH.search(text)] == []
    figures = list(said.figures.values())
    assert [f.text for f in figures if not holds(f, results[f.evidence_id])] == []
    lied = [replace(f, text=f.text.replace("1", "2")) for f in figures if "1" in f.text]
    assert not any(holds(f, results[f.evidence_id]) for f in lied)
    assert decode(encode(said)) == decode(json.dumps(raw).encode())


def test_every_format_of_a_german_report_is_german(source: tuple[Api, int]):
    api, source_id = source
    assert api.patch("/api/v1/report-settings", json={"language": "de"}).json()["language"] == "de"
    report = api.generated(title="T", source_id=source_id)
    verified = api.post(f"/api/v1/reports/{report['id']}/verify").json()
    assert verified["checked"] > 20
    assert verified["failing"] == []

    def file(name: str) -> bytes:
        return api.get(f"/api/v1/reports/{report['id']}/download?format={name}").content

    said, title = language("de"), report["sections"][0]["title"]
    page = file("html").decode()
    assert '<html lang="de">' in page
    assert said.fixed("Contents") in page
    pdf = PdfReader(io.BytesIO(file("pdf")))
    assert pdf.trailer["/Root"]["/Lang"] == "de"
    assert title in "".join(page.extract_text() for page in pdf.pages)
    deck = pptx.Presentation(io.BytesIO(file("pptx")))
    assert deck.slides[1].shapes.title.text_frame.text == title
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    numbers = [v for c in charts for s in c.plots[0].series for v in s.values]
    assert max(v for v in numbers if v is not None) > 1000
    with zipfile.ZipFile(io.BytesIO(file("xlsx"))) as parts:
        assert f'name="{said.fixed("Evidence")}"' in parts.read("xl/workbook.xml").decode()
        assert b"#,##0" in parts.read("xl/styles.xml")


def test_names_out_of_the_data_stay_as_they_are(server: Server, sales_csv: bytes):
    api = server.owner()
    table = sales_csv.decode().replace("revenue", "Missing values").replace("North", "May")
    source_id = api.upload(table.replace("South", '"1,000"').replace("West", "Findings").encode())["id"]
    api.patch("/api/v1/report-settings", json={"language": "de"})
    report = api.generated(title="T", source_id=source_id)
    text = json.dumps(report["sections"], ensure_ascii=False)
    assert "Region May" in text
    assert "Missing values (Summe)" in text
    assert "Region Mai" not in text
    charts = [b for s in report["sections"] for b in s["blocks"] if b["kind"] == "chart"]
    names = {row[0] for chart in charts for row in chart["rows"]}
    assert {"May", "1,000"} <= names
    assert api.post(f"/api/v1/reports/{report['id']}/verify").json()["failing"] == []


def test_an_unknown_language_is_refused(source: tuple[Api, int]):
    answer = source[0].patch("/api/v1/report-settings", json={"language": "tlh"})
    assert answer.status_code == 400
    assert answer.json()["details"][0]["field"] == "language"
