from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claribi.analysis.texts import MINUS, decimals_for, text_of


@pytest.mark.parametrize(
    ("value", "style", "decimals", "unit", "text"),
    [
        (1234567, "integer", 0, None, "1,234,567"),
        (12345.64, "number", 1, None, "12,345.6"),
        (-5, "number", 0, None, f"{MINUS}5"),
        (0.1234, "percent", 1, None, "12.3 %"),
        (-0.1234, "percent", 1, None, f"{MINUS}12.3 %"),
        (0.1234, "signed_percent", 1, None, "+12.3 %"),
        (0.0004, "signed_percent", 1, None, "0.0 %"),
        (11.141, "signed_number", 2, None, "+11.14"),
        (-11.141, "signed_number", 2, None, "\N{MINUS SIGN}11.14"),
        (0.001, "signed_number", 2, None, "0.00"),
        (1200, "signed_currency", 0, "EUR", "+1,200 EUR"),
        (-0.0001, "number", 2, None, "0.00"),
        (1234.5, "currency", 2, "EUR", "1,234.50 EUR"),
        (-1234.5, "currency", 2, "€", f"{MINUS}€1,234.50"),
        (0.00001, "p_value", 4, None, "< 0.0001"),
        (0.0312, "p_value", 4, None, "0.0312"),
        (93780, "duration", 0, None, "1 d 2 h 3 min"),
        (None, "number", 0, None, "n/a"),
        (float("nan"), "number", 0, None, "n/a"),
        (5, "number", 0, "kg", "5 kg"),
        ("North", "text", 0, None, "North"),
    ],
)
def test_it_prints_values_as_readers_expect(value, style, decimals, unit, text):
    assert text_of(value, style, decimals, unit) == text


@pytest.mark.parametrize(
    ("grain", "text"),
    [
        ("hour", "12 March 2013, 14:00"),
        ("day", "12 March 2013"),
        ("week", "week of 12 March 2013"),
        ("month", "March 2013"),
        ("quarter", "Q1 2013"),
        ("year", "2013"),
        (None, "12 March 2013, 14:00"),
    ],
)
def test_it_names_a_moment_by_its_grain(grain, text):
    assert text_of(datetime(2013, 3, 12, 14), "date", 0, grain) == text


def test_a_date_and_its_iso_text_read_the_same():
    assert text_of(date(2013, 3, 12), "date", 0, None) == "12 March 2013"
    assert text_of("2013-03-12T00:00:00", "date", 0, None) == "12 March 2013"


def test_ties_are_rounded_to_even_from_the_exact_value():
    assert text_of(0.125, "number", 2, None) == "0.12"
    assert text_of(Decimal("0.375"), "number", 2, None) == "0.38"
    # 2.675 is stored as 2.67499…, which is nearer to 2.67.
    assert text_of(2.675, "number", 2, None) == "2.67"


def test_large_integers_keep_every_digit():
    assert text_of(2**127, "integer", 0, None) == f"{2**127:,}"


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 6))
def test_the_text_is_the_correctly_rounded_number(value, decimals):
    text = text_of(value, "number", decimals, None).replace(MINUS, "-")
    expected = f"{value:,.{decimals}f}"
    assert text == expected or (text == expected.removeprefix("-") and float(expected.replace(",", "")) == 0)


@given(st.lists(st.floats(0.1, 1e12), min_size=1))
def test_decimals_leave_something_of_the_typical_number(values):
    typical = sorted(values)[len(values) // 2]
    assert any(c in "123456789" for c in text_of(typical, "number", decimals_for(values), None))
