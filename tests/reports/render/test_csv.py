import csv
import io

import pytest

from claribi.reports.render.csv import COLUMNS, to_csv


@pytest.fixture
def rows(document, drawer):
    return list(csv.DictReader(io.StringIO(to_csv(document, drawer).decode())))


def test_every_figure_is_a_row(rows, document):
    assert list(rows[0]) == list(COLUMNS)
    assert [row["id"] for row in rows] == list(document.figures)
    assert [float(row["value"]) for row in rows] == [f.value for f in document.figures.values()]


def test_a_row_says_where_the_figure_is_shown_and_where_it_came_from(rows):
    assert rows[0] | {"value": ""} == {
        "id": "f0",
        "section": "Executive summary",
        "text": "1,234,567.89",
        "value": "",
        "unit": "",
        "evidence_id": "9",
        "row": "0",
        "column": "total",
        "formula": "cell",
    }
    assert rows[7]["section"] == "Key metrics"


def test_no_text_is_a_formula_for_a_spreadsheet(document, drawer):
    document.sections[0] = type(document.sections[0])("findings", "=cmd()", document.sections[0].blocks)
    cells = [cell for row in csv.reader(io.StringIO(to_csv(document, drawer).decode())) for cell in row]
    assert "'=cmd()" in cells
    assert "'+12.3 %" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
