"""What is particular to Excel."""

import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
import python_calamine

from claribi.reports.render import FORMATS


@pytest.fixture
def content(document, drawer):
    return FORMATS["xlsx"].render(document, drawer)


def test_a_sheet_a_section_then_the_proof(content, document):
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
    assert book.sheet_names == [
        "Executive summary",
        "Key metrics",
        "Findings",
        "Data quality |  really",
        "Appendix  the evidence",
        "Evidence",
        "Queries",
    ]
    rows = book.get_sheet_by_name("Evidence").to_python()
    assert [row[:3] for row in rows[1:]] == [[f.id, f.text, f.value] for f in document.figures.values()]
    assert [row[0] for row in book.get_sheet_by_name("Queries").to_python()[1:]] == [5, 9]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**60])
def test_a_value_that_a_cell_can_not_hold_as_a_number(document, drawer, value):
    document.figures["f0"] = replace(document.figures["f0"], value=value)
    content = FORMATS["xlsx"].render(document, drawer)
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
    assert book.get_sheet_by_name("Evidence").to_python()[1][2] == str(value)


def test_texts_stay_texts(content, hostile):
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
    rows = book.get_sheet_by_name("Findings").to_python()
    assert {text for text in hostile if text not in [row[0] for row in rows]} == set()
    with zipfile.ZipFile(BytesIO(content)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any("externalLink" in name for name in parts.namelist())
    assert len(sheets) == 7
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_all_of_a_long_query_is_there(content):
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
    lines = [str(row[0]) for row in book.get_sheet_by_name("Appendix  the evidence").to_python()]
    assert lines[-1] == "FROM t -- ``` `"
    assert f"'{'x' * 400}'" in lines
