from datetime import date

from claribi.charts.spec import ChartSpec
from claribi.charts.text import describe
from claribi.query.schemas import ResultColumn

MONTH = ResultColumn("month", "date", "time")
REGION = ResultColumn("region", "string", "dimension")
REVENUE = ResultColumn("net_revenue", "float", "measure")


def test_a_line_is_told_by_its_time_its_most_and_its_least():
    rows = [[date(2013, 1, 1), 900.0], [date(2013, 2, 1), None], [date(2013, 3, 1), 1250.0]]
    spec = ChartSpec(type="line", title="Revenue by month", format="currency", unit="$")
    assert describe(spec, [MONTH, REVENUE], rows) == (
        "Line chart: Revenue by month; Net revenue from Jan 2013 to Mar 2013, "
        "most $1.25K at Mar 2013, least $900 at Jan 2013."
    )


def test_three_series_are_told_and_the_others_counted():
    names = ["North", "South", "West", "East", "Centre"]
    rows = [[date(2013, 1, 1), name, 5.0] for name in names]
    spec = ChartSpec(type="bar", x="month", series="region")
    text = describe(spec, [MONTH, REGION, REVENUE], rows)
    assert "West" in text
    assert "East" not in text
    assert text.endswith("and 2 more series.")


def test_a_heatmap_is_told_by_its_size_and_range():
    rows = [[date(2013, m, 1), name, m * 10.0] for m in (1, 2, 3) for name in ("North", "South")]
    spec = ChartSpec(type="heatmap", x="month", series="region")
    text = describe(spec, [MONTH, REGION, REVENUE], rows)
    assert text == "Heatmap; 2 by 3 cells, from 10 to 30."


def test_a_gauge_and_a_metric_are_told_by_their_value():
    spec = ChartSpec(type="gauge", title="On time", format="percent")
    assert describe(spec, [REVENUE], [[0.5]]) == "Gauge: On time; 50.0 %."


def test_a_table_is_told_by_its_rows_and_columns():
    spec = ChartSpec(type="table")
    assert describe(spec, [REGION, REVENUE], [["North", 1.0]]) == "Table; 1 row of Region, Net revenue."


def test_a_column_that_is_not_there_leaves_nothing_to_tell():
    spec = ChartSpec(type="bar", y=["gone"])
    assert describe(spec, [REGION, REVENUE], [["North", 1.0]]) == "Bar chart; no data."
