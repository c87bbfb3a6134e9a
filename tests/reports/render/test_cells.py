"""Numbers of a report as cells: shown as the report shows them, or not as numbers at all."""

import pytest

from claribi.reports.render.cells import number_format, number_of, sheet_name


@pytest.mark.parametrize(
    ("text", "value", "form"),
    [
        ("1,234.5", 1234.49, '#,##0.0;"\N{MINUS SIGN}"#,##0.0'),
        ("\N{MINUS SIGN}1,234.5", -1234.49, '#,##0.0;"\N{MINUS SIGN}"#,##0.0'),
        ("+12.3 %", 0.123, '"+"#,##0.0" "%;"\N{MINUS SIGN}"#,##0.0" "%'),
        ("\N{MINUS SIGN}4.5 %", -0.045, '#,##0.0" "%;"\N{MINUS SIGN}"#,##0.0" "%'),
        ("$12.50", 12.5, '"$"#,##0.00;"\N{MINUS SIGN}$"#,##0.00'),
        ("2024", 2024, '0;"\N{MINUS SIGN}"0'),
    ],
)
def test_a_format_shows_the_text(text, value, form):
    assert number_format(text, value) == form


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2M", 1_200_000),
        ("under 0.001", 0.0001),
        ("17 March 2024", "2024-03-17"),
        ("5", -5),
        ("0", -0.2),
        ("0.12", 0.125),
        ("42", True),
        ("42", None),
        ("9,007,199,254,740,993", 9_007_199_254_740_993),
        ('"5"', 5),
        ("nan", float("nan")),
    ],
)
def test_where_no_format_does_the_text_stands(text, value):
    assert number_format(text, value) is None


def test_numbers_are_read_as_precisely_as_they_are_shown():
    texts = ("1,234.5", "\N{MINUS SIGN}8", "50 %")
    assert [number_of(text) for text in texts] == [1234.5, -8, 0.5]


@pytest.mark.parametrize("text", ["Q1", "", "2024-01", "north"])
def test_a_name_is_no_number(text):
    assert number_of(text) is None


def test_sheets_have_names_of_their_own():
    taken = {"evidence"}
    assert sheet_name("Evidence", taken) == "Evidence 2"
    assert sheet_name("a/b [c]: " + "x" * 40, taken) == ("a b  c   " + "x" * 40)[:31]
    again = sheet_name("A/b [c]: " + "X" * 40, taken)
    assert len(again) <= 31
    assert again.endswith(" 2")
    assert sheet_name("''", taken) == "Section"
