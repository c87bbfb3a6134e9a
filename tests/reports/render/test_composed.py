"""A report as people get it: analysed, composed, drawn and printed."""

import importlib.util
import zipfile
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import get_args

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from claribi.analysis.service import analyse
from claribi.charts.render import Renderer
from claribi.reports.compose import compose
from claribi.reports.document import Chart, EvidenceNote, SectionKey
from claribi.reports.render import FORMATS
from claribi.reports.render.particulars import evidence_headings

SALES = """
CREATE TABLE sales AS
SELECT DATE '2022-01-01' + (i // 20)::INT AS sold_on,
       ['north', 'south & <b>', 'west #1'][(i % 3 + 1)::INT] AS region,
       CASE WHEN i % 9 THEN (50 + i / 50.0 + hash(i) % 1000 / 10.0)::DECIMAL(12, 2) END AS amount
FROM range(700 * 20) t(i)
"""


def warehouse():
    path = Path(__file__).parents[2] / "analysis" / "conftest.py"
    spec = importlib.util.spec_from_file_location("warehouse", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Warehouse("sales", SALES)


@pytest.fixture(scope="module")
def document():
    house = warehouse()

    def notes(ids):
        return [EvidenceNote(i, house.results[i].sql, {}, 1, "v1", "2024-06-01T00:00:00Z") for i in ids]

    return compose(
        analyse(house, 1, house.table),
        title="Sales",
        question=None,
        organization="Acme",
        source_name="sales.csv",
        generated_at="2024-06-01T00:00:00Z",
        sections=get_args(SectionKey),
        evidence_notes=notes,
    )


@pytest.fixture(scope="module")
def renderer():
    renderer = Renderer()
    yield renderer
    renderer.close()


@pytest.mark.parametrize("name", FORMATS)
def test_all_its_figures_are_in_every_format(name, document, renderer, texts_of_office):
    content = FORMATS[name].render(document, renderer)
    assert content == FORMATS[name].render(document, renderer)
    if name == "pdf":
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    elif name in texts_of_office:
        text = texts_of_office[name](content)
    else:
        text = content.decode().replace("\\", "").replace("&lt;", "<")
    squeezed = "".join(text.split())
    texts = ["".join(figure.text.split()) for figure in document.figures.values()]
    assert texts
    assert [text for text in texts if text not in squeezed] == []


def test_its_workbook_has_numbers_and_charts_of_its_own(document, renderer):
    content = FORMATS["xlsx"].render(document, renderer)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        drawn = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
    charts = [b for section in document.sections for b in section.blocks if isinstance(b, Chart)]
    assert len(drawn) == len(charts) > 1
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    cells = [cell for row in book.get_sheet_by_name("Key metrics").to_python() for cell in row]
    # A workbook keeps sixteen digits.
    numbers = {f"{cell:.15g}" for cell in cells if isinstance(cell, float)}
    assert numbers
    values = (figure.value for figure in document.figures.values())
    assert numbers <= {f"{value:.15g}" for value in values if isinstance(value, int | float)}


def test_every_number_finds_its_proof_in_the_appendix(document):
    """`compose` writes the headings that the links of a report look for."""
    printed = set(evidence_headings(document).values())
    assert {figure.evidence_id for figure in document.figures.values()} <= printed


def test_its_pdf_is_accessible_with_its_charts(document, renderer):
    assert any(isinstance(block, Chart) for section in document.sections for block in section.blocks)
    started = perf_counter()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in FORMATS["pdf"].render(document, renderer)
    # Generous: the machine may be busy.
    assert perf_counter() - started < 5
