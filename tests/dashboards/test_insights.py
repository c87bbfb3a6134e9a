import importlib.util
from pathlib import Path

import pytest

from claribi.charts.spec import ChartSpec
from claribi.dashboards.insights import propose

SALES = """
CREATE TABLE sales AS
SELECT i AS order_id,
       TIMESTAMP '2023-01-01' + INTERVAL (i * 60) MINUTE AS sold_at,
       ['north', 'south', 'west'][(i % 3 + 1)::INT] AS region,
       'a product with a long name ' || i % 30 AS product,
       2023 AS fiscal_year,
       50 + hash(i) % 1000 / 10.0 AS amount,
       hash(i, 2) % 90 / 7.0 AS delivery_delay
FROM range(7500) t(i)
"""


def warehouse(create, name="sales"):
    path = Path(__file__).parents[1] / "analysis" / "conftest.py"
    spec = importlib.util.spec_from_file_location("warehouse", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Warehouse(name, create, fiscal_year="measure")


@pytest.fixture(scope="module")
def house():
    return warehouse(SALES)


@pytest.fixture(scope="module")
def widgets(house):
    return propose(house.table, 1, house)


def of(widgets, kind):
    return [widget for widget in widgets if widget.type == kind]


def test_it_proposes_six_to_twelve_widgets_of_many_kinds(widgets):
    assert 6 <= len(widgets) <= 12
    assert {"metric", "line", "bar", "area", "heatmap", "table"} <= {widget.type for widget in widgets}


def test_every_query_runs_and_gives_rows(house, widgets):
    assert all(house.run(widget.query).rows for widget in widgets)


def test_every_option_is_one_of_the_chart_specification(widgets):
    for widget in widgets:
        ChartSpec.model_validate({**widget.options, "type": widget.type, "title": widget.title})


def test_charts_name_columns_that_their_answers_have(house, widgets):
    for widget in widgets:
        names = {column.name for column in house.run(widget.query).columns}
        spec = ChartSpec.model_validate({**widget.options, "type": widget.type})
        assert {name for name in (spec.x, spec.series, *spec.y) if name} <= names


def test_widgets_lie_on_the_grid_and_never_over_each_other(widgets):
    taken = set()
    for widget in widgets:
        at = widget.position
        assert at["x"] + at["w"] <= 12
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        taken |= cells


def test_metrics_compare_the_last_whole_month_with_the_one_before(house, widgets):
    metrics = of(widgets, "metric")
    assert 2 <= len(metrics) <= 4
    for metric in metrics:
        assert metric.query.compare == "previous_period"
        assert metric.query.period is not None
        assert metric.query.period.start.month == 10
        assert metric.title.endswith("October 2023")
        assert None not in house.run(metric.query).rows[0]


def test_it_never_adds_up_ids_or_years(widgets):
    used = {m.column for widget in widgets for m in widget.query.measures}
    assert not used & {"order_id", "fiscal_year"}


def test_titles_are_for_humans(widgets):
    titles = [widget.title for widget in widgets]
    assert "Average delivery delay by day" in titles
    assert not [title for title in titles if "_" in title or not title[0].isupper()]
    assert len(set(titles)) == len(titles)


def test_legends_read_like_titles(house, widgets):
    by_day = next(w for w in widgets if w.title == "Average delivery delay by day")
    assert [c.name for c in house.run(by_day.query).columns] == ["sold_at", "Average delivery delay"]


def test_long_names_lie(widgets):
    by_product = next(w for w in of(widgets, "bar") if "product" in w.title)
    assert by_product.options["horizontal"]
    assert by_product.query.limit == 10


def test_a_table_without_time_and_measures_is_counted():
    house = warehouse(
        "CREATE TABLE visits AS SELECT 'r' || i % 3 AS region, 'k' || i % 9 AS kind FROM range(90) t(i)",
        "visits",
    )
    widgets = propose(house.table, 1, house)
    assert [w.title for w in of(widgets, "metric")] == ["Number of visits"]
    assert {"bar", "pie", "heatmap", "table"} <= {widget.type for widget in widgets}
    assert not [w for w in widgets if w.query.period]
    assert all(house.run(widget.query).rows for widget in widgets)


@pytest.mark.parametrize(
    "select",
    [
        "5.0 AS amount, DATE '2024-01-01' AS d",
        "NULL::DATE AS d, NULL::DOUBLE AS amount FROM range(9)",
        "md5(i::VARCHAR) AS note FROM range(50) t(i)",
    ],
)
def test_a_poor_table_still_gets_something(select):
    house = warehouse(f"CREATE TABLE sales AS SELECT {select}")
    widgets = propose(house.table, 1, house)
    assert {"metric", "table"} <= {widget.type for widget in widgets}
    assert all(house.run(widget.query).rows for widget in widgets)


def test_an_empty_table_gets_nothing():
    house = warehouse("CREATE TABLE sales (d DATE, amount DOUBLE)")
    assert propose(house.table, 1, house) == []


def test_years_that_are_whole_numbers_are_drawn_as_lines():
    create = (
        "CREATE TABLE towns AS SELECT (1990 + i // 30)::INT AS year, 'town ' || i % 30 AS town, "
        "['hills', 'coast'][(i % 2 + 1)::INT] AS place, 900 + i * 3 AS rent FROM range(600) t(i)"
    )
    house = warehouse(create, "towns")
    # What the loading of a file would have made of it.
    house.roles["year"] = "dimension"
    proposed = propose(house.table, 1, house)
    line, parts = of(proposed, "area")
    assert parts.query.dimensions[0].column == "year"
    assert (line.title, line.query.dimensions[0].column, line.query.dimensions[0].grain) == (
        "Total rent by year",
        "year",
        None,
    )
    assert house(line.query).row_count == 20


def test_the_last_of_whole_years_stands_beside_the_one_before():
    create = (
        "CREATE TABLE towns AS SELECT (1990 + i // 30)::INT AS year, 'town ' || i % 30 AS town, "
        "900 + i * 3 AS rent FROM range(600) t(i)"
    )
    house = warehouse(create, "towns")
    house.roles["year"] = "dimension"
    metric = next(w for w in propose(house.table, 1, house) if w.type == "metric")
    assert (metric.title, metric.options["comparison"]) == ("Total rent, 2009", True)
    [[now, before, change, ratio]] = house(metric.query).rows
    rents = [sum(900 + i * 3 for i in range(600) if 1990 + i // 30 == year) for year in (2009, 2008)]
    assert [now, before, change] == [*rents, rents[0] - rents[1]]
    assert ratio == pytest.approx(change / before)
    house.execute("DELETE FROM towns WHERE year = 2008")
    metric = next(w for w in propose(house.table, 1, house) if w.type == "metric")
    assert metric.query.compare is None
