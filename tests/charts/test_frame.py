from datetime import date
from decimal import Decimal

import pytest

from claribi.charts.frame import MOST_SERIES, UnknownColumn, category, frame, human, limited
from claribi.charts.spec import ChartSpec
from claribi.query.schemas import ResultColumn

MONTH = ResultColumn("month", "date", "time")
REGION = ResultColumn("region", "string", "dimension")
REVENUE = ResultColumn("total_revenue", "decimal", "measure")
JANUARY, FEBRUARY, APRIL = date(2013, 1, 1), date(2013, 2, 1), date(2013, 4, 1)


def line(**spec):
    return ChartSpec(type="line", **spec)


def test_the_first_dimension_stands_below_and_every_measure_is_drawn():
    made = frame(line(), [REGION, REVENUE], [["North", Decimal(3)], ["South", Decimal(4)]])
    assert made.labels == ["North", "South"]
    assert [(one.name, one.values) for one in made.lines] == [("Total revenue", [3.0, 4.0])]


def test_times_come_in_order_and_missing_months_are_gaps():
    made = frame(line(), [MONTH, REVENUE], [[APRIL, 4], [JANUARY, 1], [FEBRUARY, None]])
    assert made.labels == ["Jan 2013", "Feb 2013", "Mar 2013", "Apr 2013"]
    assert made.lines[0].values == [1, None, None, 4]


def test_a_column_splits_the_measure_into_series():
    rows = [[JANUARY, "North", 1], [JANUARY, "South", 2], [FEBRUARY, "South", 3]]
    made = frame(line(series="region"), [MONTH, REGION, REVENUE], rows)
    assert {one.name: one.values for one in made.lines} == {"North": [1, None], "South": [2, 3]}


def test_of_a_comparison_the_value_before_is_drawn_and_the_change_is_not():
    names = ["total_revenue_previous", "total_revenue_change", "total_revenue_change_ratio"]
    columns = [MONTH, REVENUE, *(ResultColumn(name, "float", "measure") for name in names)]
    made = frame(line(), columns, [[JANUARY, 5, 4, 1, 0.25]])
    assert [(one.name, one.previous) for one in made.lines] == [
        ("Total revenue", False),
        ("Total revenue, period before", True),
    ]


def test_rows_that_share_a_name_stay_different_rows():
    made = frame(line(), [REGION, REVENUE], [["North", 1], ["North", 2]])
    assert made.lines[0].values == [1, 2]
    assert made.labels == ["North", "North"]


def test_the_largest_series_are_kept_and_the_rest_is_told():
    rows = [[f"R{i}", "x", i] for i in range(20)]
    columns = [REGION, ResultColumn("kind", "string", "dimension"), REVENUE]
    made = frame(line(x="kind", series="region"), columns, rows)
    assert [one.name for one in made.lines] == [f"R{i}" for i in range(20 - MOST_SERIES, 20)]
    assert "20 series" in made.note


def test_the_largest_categories_are_kept_in_their_order():
    made = limited(frame(line(), [REGION, REVENUE], [[f"R{i}", i % 7] for i in range(10)]), 3)
    assert made.labels == ["R4", "R5", "R6"]
    assert made.note == "The 3 largest of 10"


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(UnknownColumn, match="nope"):
        frame(line(x="nope"), [REGION, REVENUE], [])


@pytest.mark.parametrize(
    ("cell", "name"),
    [(None, "(none)"), (True, "true"), (2013, "2013"), (2.50, "2.5"), (JANUARY, "1 Jan 2013"), ("a", "a")],
)
def test_any_cell_can_be_a_category(cell, name):
    assert category(cell) == name


def test_a_column_is_called_in_words():
    assert human("total_revenue ") == "Total revenue"
