import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claribi.charts.numbers import number, scale_of, style_of
from claribi.charts.spec import ChartSpec

SIZES = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-9)


def style(values, **spec):
    return style_of(ChartSpec(type="bar", **spec), values)


@pytest.mark.parametrize(
    ("values", "spec", "text"),
    [
        ([1234567], {}, "1,234,567"),
        ([-1234.5], {}, "\N{MINUS SIGN}1,234"),
        ([12.345], {}, "12.35"),
        ([Decimal("12.5")], {"decimals": 1}, "12.5"),
        ([0.12345], {"format": "percent"}, "12.3 %"),
        ([1], {"format": "percent"}, "100.0 %"),
        ([-9.5], {"format": "currency", "unit": "$"}, "\N{MINUS SIGN}$9.50"),
        ([9.5], {"format": "currency", "unit": "EUR"}, "9.50 EUR"),
        ([12], {"unit": "min"}, "12 min"),
        ([None], {}, "n/a"),
        ([math.nan], {}, "n/a"),
    ],
)
def test_a_cell_is_printed_with_all_its_digits(values, spec, text):
    assert style(values, **spec).text(values[0]) == text


def test_a_change_has_its_sign():
    assert style([5]).text(5, sign=True) == "+5"
    assert style([0]).text(0, sign=True) == "0"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (1250, "1.25K"), (112_300, "112K"), (-5e6, "\N{MINUS SIGN}5M"), (2e9, "2B")],
)
def test_a_short_number_has_three_digits(value, text):
    assert style([value]).short(value) == text


def test_a_tick_keeps_every_digit():
    assert style([1]).tick(112_500) == "112.5K"


def test_a_unit_in_words_stands_at_the_axis_and_a_sign_at_the_number():
    assert style([1], unit="USD").tick(5000) == "5K"
    assert style([1], format="currency", unit="$").tick(5000) == "$5K"


@pytest.mark.parametrize("cell", [None, True, "12", math.nan, math.inf, Decimal("NaN")])
def test_what_is_no_finite_number_is_a_gap(cell):
    assert number(cell) is None


@given(st.lists(SIZES, min_size=1, max_size=20), st.booleans())
def test_a_scale_holds_all_values_between_few_round_ticks(values, from_zero):
    scale = scale_of(values, from_zero=from_zero)
    slack = scale.step * 1e-6
    assert scale.low - slack <= min(values)
    assert max(values) <= scale.high + slack
    assert 2 <= len(scale.ticks) <= 8
    assert scale.ticks[0] == pytest.approx(scale.low)
    assert scale.ticks[-1] == pytest.approx(scale.high)


def test_bars_begin_at_zero():
    assert scale_of([90, 100], from_zero=True).low == 0


def test_lines_far_from_zero_do_not():
    assert scale_of([90.0, 100.0], from_zero=False).low >= 80
