import pytest

from claribi.sources.roles import guess_role


@pytest.mark.parametrize(
    ("name", "kind", "distinct", "low", "high", "role"),
    [
        ("day", "date", 300, "2024-01-01", "2024-12-31", "time"),
        ("created", "timestamp", 999, "a", "b", "time"),
        ("active", "boolean", 2, None, None, "dimension"),
        ("payload", "other", 900, None, None, "dimension"),
        ("amount", "decimal", 900, 0.5, 99.5, "measure"),
        ("qty", "integer", 5, 1, 5, "measure"),
        ("temperature", "float", 3, 0.5, 2.5, "measure"),
        ("customer_id", "integer", 200, 1, 200, "id"),
        ("customerId", "integer", 200, 1, 200, "id"),
        ("store id", "integer", 3, 1, 3, "dimension"),
        ("Order Number", "integer", 990, 1000, 1999, "id"),
        ("zip", "integer", 400, 10115, 99999, "id"),
        ("year", "integer", 10, 2015, 2024, "dimension"),
        ("vintage", "integer", 30, 1990, 2020, "dimension"),
        ("month", "integer", 12, 1, 12, "dimension"),
        ("hour", "integer", 24, 0, 23, "dimension"),
        ("is_member", "integer", 2, 0, 1, "dimension"),
        ("position", "integer", 1000, 1, 1000, "id"),
        ("score", "integer", 1000, 1, 1000, "measure"),
        ("population", "integer", 990, 120, 9_000_000, "measure"),
        ("hours", "integer", 24, 0, 23, "measure"),
        ("region", "string", 5, "a", "z", "dimension"),
        ("invoice", "string", 998, "a", "z", "id"),
        ("city", "string", 500, "a", "z", "dimension"),
    ],
)
def test_the_role_of_a_column(name, kind, distinct, low, high, role):
    assert guess_role(name, kind, 1000, distinct, 0, low, high) == role


def test_in_a_small_table_text_is_a_dimension_even_when_each_value_comes_once():
    assert guess_role("product", "string", 10, 10, 0) == "dimension"
    assert guess_role("product_id", "string", 10, 10, 0) == "id"


def test_a_few_rows_do_not_make_numbers_an_id():
    assert guess_role("sold", "integer", 5, 5, 0, 1, 9) == "measure"


def test_missing_values_do_not_count():
    assert guess_role("position", "integer", 10_000, 1000, 9000, 1, 1000) == "id"
    assert guess_role("nothing", "string", 1000, 0, 1000) == "dimension"
