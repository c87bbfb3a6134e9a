import pytest

from claribi.analysis.names import currency_of, human, member_text, plural, rows_of, title_of
from claribi.query.schemas import Measure, Ratio


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("arrival_delay", "arrival delay"),
        ("arr_delay", "arrival delay"),
        ("unitPrice", "unit price"),
        ("Order Qty", "order quantity"),
        ("HTTPStatus", "http status"),
        ("42", "42"),
        ("größe_m2", "größe m2"),
    ],
)
def test_it_reads_names_as_words(name, text):
    assert human(name) == text


@pytest.mark.parametrize(
    ("noun", "text"),
    [
        ("carrier", "carriers"),
        ("country", "countries"),
        ("day", "days"),
        ("box", "boxes"),
        ("sales", "sales"),
    ],
)
def test_it_forms_plurals(noun, text):
    assert plural(noun) == text


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("flights", "flights"),
        ("flights_2013", "flights"),
        ("weather", "records"),
        ("bus", "records"),
        ("", "records"),
    ],
)
def test_it_calls_rows_what_the_table_is_called(table, rows):
    assert rows_of(table) == rows


@pytest.mark.parametrize(
    ("measure", "title"),
    [
        (Measure(column="amount", aggregation="sum"), "total amount"),
        (Measure(column="total_paid", aggregation="sum"), "total paid"),
        (Measure(column="amount_usd", aggregation="sum"), "total amount"),
        (Measure(column="arrival_delay", aggregation="avg"), "average arrival delay"),
        (Measure(aggregation="count"), "number of orders"),
        (Measure(column="customer", aggregation="count_distinct"), "number of different customers"),
        (Measure(column="x", aggregation="sum", name="Net sales"), "Net sales"),
        (
            Measure(
                ratio=Ratio(
                    numerator=Measure(column="amount", aggregation="sum"),
                    denominator=Measure(aggregation="count"),
                )
            ),
            "total amount per number of orders",
        ),
    ],
)
def test_it_titles_measures(measure, title):
    assert title_of(measure, "orders") == title


def test_a_missing_value_is_named_as_such():
    assert member_text(None, "carrier") == "no carrier"
    assert member_text("UA", "carrier") == "carrier UA"
    assert member_text("Product 4", "product") == "Product 4"


def test_it_finds_the_currency_in_a_name():
    assert currency_of("amount_usd") == "USD"
    assert currency_of("amount") is None


@pytest.mark.parametrize("name", ["Umsatz in €", "umsatz_in_eur", "Umsatz EUR"])
def test_it_leaves_the_unit_out_of_the_name(name):
    assert title_of(Measure(column=name, aggregation="sum"), "orders") == "total umsatz"
