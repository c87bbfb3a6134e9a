from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claribi.charts.numbers import number, scale_of, style_of
from claribi.charts.spec import ChartSpec

AUTO = ChartSpec(type="bar")
finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)


@pytest.mark.parametrize(
    "cell", [None, True, "5", float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), 10**400]
)
def test_what_cannot_be_drawn_is_no_number(cell):
    assert number(cell) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1234, "1.23K"),
        (112_345_678, "112M"),
        (-2_500_000, "\N{MINUS SIGN}2.5M"),
        (0.00123, "0.00123"),
    ],
)
def test_short_numbers_have_three_digits_that_count(value, text):
    assert style_of(AUTO, [value]).short(value) == text


@pytest.mark.parametrize(
    ("spec", "value", "text"),
    [
        (ChartSpec(type="bar", format="currency", unit="$"), -1234.5, "\N{MINUS SIGN}$1,234"),
        (ChartSpec(type="bar", format="currency", unit="EUR", decimals=2), 1234.5, "1,234.50 EUR"),
        (ChartSpec(type="bar", format="percent"), 0.12345, "12.3 %"),
        (ChartSpec(type="bar", unit="kg"), 12, "12 kg"),
        (ChartSpec(type="bar"), None, "n/a"),
    ],
)
def test_numbers_are_printed_as_the_specification_says(spec, value, text):
    assert style_of(spec, [value]).text(value) == text


def test_a_number_that_is_rounded_to_zero_has_no_sign():
    style = style_of(AUTO, [1000.5, -0.4])
    assert style.text(-0.4) == "0"


@given(st.lists(finite, min_size=1), st.booleans())
@example([5e-324], True)
def test_an_axis_holds_all_values_between_few_round_ticks(values, from_zero):
    scale = scale_of(values, from_zero=from_zero)
    slack = 1e-6 * max(map(abs, [*values, 1e-9]))
    assert scale.low - slack <= min(values)
    assert max(values) <= scale.high + slack
    assert 2 <= len(scale.ticks) <= 12
    if from_zero:
        assert scale.low <= 0 <= scale.high


@given(st.lists(finite, min_size=2, unique=True))
def test_ticks_that_differ_have_texts_that_differ(values):
    scale = scale_of(values, from_zero=False)
    style = style_of(AUTO, values)
    if scale.step > 1e-5 and scale.step > 1e-5 * max(map(abs, scale.ticks)):
        texts = [style.tick(tick) for tick in scale.ticks]
        assert len(set(texts)) == len(texts)
