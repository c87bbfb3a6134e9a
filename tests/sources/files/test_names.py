import pytest
from hypothesis import given
from hypothesis import strategies as st

from claribi.sources.files.names import column_names, identifier, stem, table_names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Net Sales", "net_sales"),
        ("Größe (m²)", "grosse_m2"),
        ("2024", "table_2024"),
        ("", "table"),
        ("東京", "table"),
        ("a--b__c", "a_b_c"),
        ("duckdb_tables", "table_duckdb_tables"),
        ("x" * 200, "x" * 60),
    ],
)
def test_an_identifier_is_safe(name, expected):
    assert identifier(name) == expected


@given(st.text())
def test_whatever_the_name_the_identifier_needs_no_quotes(name):
    assert identifier(name).isidentifier()
    assert identifier(name) == identifier(name).lower()


@given(st.lists(st.text(max_size=3), max_size=20))
def test_names_are_unique_whatever_their_case(names):
    for result in (table_names(names), column_names(names)):
        assert len({name.casefold() for name in result}) == len(names)
        assert all(result)


@pytest.mark.parametrize(
    ("filename", "expected"),
    [("sales.csv", "sales"), ("C:\\data\\sales.v2.csv", "sales"), ("/data/x/y.json", "y"), (".csv", "csv")],
)
def test_the_stem_of_a_file(filename, expected):
    assert stem(filename) == expected
