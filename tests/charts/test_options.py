import json
import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import get_args
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claribi.charts.echarts import option
from claribi.charts.render_process import Painter
from claribi.charts.spec import ChartSpec, ChartType
from claribi.charts.text import describe
from claribi.charts.theme import DARK_SURFACE, PALETTE
from claribi.query.encoding import to_json
from claribi.query.schemas import ResultColumn

DAY = ResultColumn("day", "date", "time")
MONTH = ResultColumn("month", "date", "time")
REGION = ResultColumn("region", "string", "dimension")
KIND = ResultColumn("kind", "string", "dimension")
AMOUNT = ResultColumn("amount", "float", "measure")
ORDERS = ResultColumn("orders", "integer", "measure")
DRAWN = ("line", "area", "bar", "pie", "scatter", "funnel", "gauge", "heatmap")


def chart(kind, columns, rows, **options):
    return option(ChartSpec(type=kind, **options), columns, rows)


def inside(value):
    """Everything that is in an option, at any depth."""
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from inside(child)


def values(made, series=0):
    return [v["value"] if isinstance(v, dict) else v for v in made["series"][series]["data"]]


@pytest.fixture(scope="module")
def painter():
    return Painter()


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=12),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.integers(), max_size=2),
)
columns = st.builds(
    ResultColumn,
    st.sampled_from(["month", "a", "a_previous", "a_change", "a_change_ratio", "b", "ünïcode {x}"]),
    st.sampled_from(["integer", "decimal", "float", "boolean", "date", "timestamp", "string", "other"]),
    st.sampled_from(["time", "measure", "dimension", "id"]),
)
specs = st.builds(
    ChartSpec,
    type=st.sampled_from(get_args(ChartType)),
    x=st.sampled_from([None, None, "month", "a", "gone"]),
    y=st.sampled_from([[], [], ["a"], ["b", "a"]]),
    series=st.sampled_from([None, None, "b", "month"]),
    stacked=st.booleans(),
    horizontal=st.booleans(),
    format=st.sampled_from(["auto", "integer", "number", "percent", "currency"]),
    unit=st.sampled_from([None, "$", "kg", "{b}"]),
    target=st.none() | st.floats(),
    minimum=st.none() | st.floats(allow_nan=False),
    maximum=st.none() | st.floats(allow_nan=False),
)


@st.composite
def results(draw):
    named = draw(st.lists(columns, max_size=4, unique_by=lambda column: column.name))
    return named, draw(st.lists(st.tuples(*(cells for _ in named)).map(list), max_size=5))


@settings(max_examples=200, deadline=None)
@given(specs, results())
@example(ChartSpec(type="line"), ([DAY, AMOUNT], [[date(1, 1, 1), 1e308], [date(9999, 12, 31), -1e308]]))
@example(ChartSpec(type="bar", stacked=True), ([KIND, AMOUNT], [["a", 5e-324], ["b", 1.7e308]]))
@example(ChartSpec(type="gauge", format="percent"), ([AMOUNT], [[1e308]]))
@example(ChartSpec(type="line"), ([MONTH, AMOUNT], [[date(9999, 11, 1), 1.0], [date(9999, 12, 1), 2.0]]))
def test_any_data_give_an_option_of_plain_json_and_a_sentence(spec, result):
    made = option(spec, *result)
    text = json.dumps(made, allow_nan=False)
    assert json.loads(text) == made
    assert json.loads(to_json(made)) == made
    assert describe(spec, *result)


@settings(max_examples=60, deadline=None)
@given(spec=specs, result=results())
def test_any_option_can_be_drawn(painter, spec, result):
    svg = painter.svg(option(spec, *result), 600, 300)
    numbers = (element.get(name, "") for element in ET.fromstring(svg).iter() for name in ("d", "transform"))  # noqa: S314 - ours
    assert not any("NaN" in text for text in numbers)


def test_every_chart_type_has_an_option_that_holds_no_script(sample):
    made = option(sample.spec, sample.columns, sample.rows)
    kinds = (dict, list, str, int, float, bool, type(None))
    assert all(isinstance(value, kinds) for value in inside(made))
    assert "function" not in json.dumps(made)
    assert json.loads(json.dumps(made, allow_nan=False)) == made


def test_every_chart_type_tells_what_it_shows(sample):
    made = option(sample.spec, sample.columns, sample.rows)
    assert made["aria"]["enabled"] is True
    assert made["aria"]["label"]["description"] == describe(sample.spec, sample.columns, sample.rows)


@pytest.mark.parametrize("kind", DRAWN)
def test_a_chart_without_rows_says_so(kind):
    made = chart(kind, [DAY, REGION, AMOUNT], [])
    assert made["title"]["text"] == "No data"
    assert "no data" in made["aria"]["label"]["description"]


@pytest.mark.parametrize("kind", DRAWN)
def test_a_chart_of_nulls_says_so(kind):
    made = chart(kind, [REGION, AMOUNT], [["North", None], [None, None]])
    assert made["title"]["text"] == "No data"


@pytest.mark.parametrize("kind", DRAWN)
def test_one_row_is_enough(kind):
    made = chart(kind, [REGION, KIND, ORDERS, AMOUNT], [["North", "web", 3, 2.5]])
    assert made["series"]


def test_a_column_that_is_not_there_is_named():
    made = chart("bar", [REGION, AMOUNT], [["North", 1.0]], y=["revenue"])
    assert "revenue" in made["title"]["text"]


def test_months_are_labelled_as_months_and_missing_ones_are_gaps():
    made = chart("line", [MONTH, AMOUNT], [[date(2013, 1, 1), 5.0], [date(2013, 3, 1), 7.0]])
    assert made["xAxis"]["data"] == ["Jan 2013", "Feb 2013", "Mar 2013"]
    assert values(made) == [5.0, None, 7.0]


def test_nulls_are_gaps_and_single_points_between_them_are_marked():
    rows = [[date(2012 + i // 12, i % 12 + 1, 1), None if i % 2 else float(i)] for i in range(60)]
    made = chart("line", [MONTH, AMOUNT], rows)
    assert values(made)[:4] == [0.0, None, 2.0, None]
    assert made["series"][0]["showSymbol"] is True
    assert "connectNulls" not in made["series"][0]


def test_days_lie_on_an_axis_of_time_at_their_true_distance():
    rows = [[date(2013, 3, 1) + timedelta(days=i), i] for i in (0, 1, 2, 20, 21)]
    made = chart("line", [DAY, ORDERS], rows)
    assert made["xAxis"]["type"] == "time"
    assert made["useUTC"] is True
    assert made["series"][0]["data"][0] == ["2013-03-01T00:00:00Z", 0]
    moments = [point[0] for point in made["series"][0]["data"]]
    assert moments == sorted(moments)


def test_a_column_of_series_splits_the_values():
    rows = [["North", "web", 1], ["North", "shop", 2], ["South", "web", 3]]
    made = chart("bar", [REGION, KIND, ORDERS], rows, x="region", series="kind")
    assert [one["name"] for one in made["series"]] == ["web", "shop"]
    assert values(made, 0) == [1, 3]
    assert values(made, 1) == [2, None]


def test_only_several_series_have_a_legend():
    rows = [["North", 1, 2.0], ["South", 3, 4.0]]
    assert "legend" not in chart("bar", [REGION, ORDERS], [row[:2] for row in rows])
    assert "legend" in chart("bar", [REGION, ORDERS, AMOUNT], rows)


def test_more_series_than_colours_are_cut_with_a_note():
    rows = [["here", f"kind {i}", 100 + i] for i in range(40)]
    made = chart("bar", [REGION, KIND, ORDERS], rows, x="region", series="kind")
    assert len(made["series"]) <= len(PALETTE)
    assert "of 40" in made["title"]["text"]
    assert "kind 39" in {one["name"] for one in made["series"]}


def test_more_bars_than_can_be_read_are_cut_with_a_note():
    made = chart("bar", [REGION, ORDERS], [[f"place {i}", 1000 - i] for i in range(500)])
    assert len(made["xAxis"]["data"]) <= 40
    assert "of 500" in made["title"]["text"]


def test_a_heatmap_shows_every_row_that_fits_and_says_when_some_do_not():
    columns = [MONTH, REGION, ORDERS]
    options = {"x": "month", "series": "region"}
    rows = [[date(2013, 1, 1), f"place {i}", i] for i in range(60)]
    assert len(chart("heatmap", columns, rows[:20], **options)["yAxis"]["data"]) == 20
    assert "of 60" in chart("heatmap", columns, rows, **options)["title"]["text"]


def test_the_smallest_slices_go_together_and_the_whole_stays_whole():
    made = chart("pie", [REGION, ORDERS], [[f"place {i}", 10 + i] for i in range(30)])
    assert len(made["series"][0]["data"]) == 8
    assert sum(values(made)) == sum(10 + i for i in range(30))
    assert made["series"][0]["data"][-1]["name"] == "Other (23)"


@pytest.mark.parametrize("kind", ["pie", "funnel"])
def test_values_below_zero_are_no_parts_of_a_whole(kind):
    made = chart(kind, [REGION, ORDERS], [["North", 5], ["South", -3]])
    assert made["series"][0]["type"] == "bar"
    assert values(made) == [5, -3]


def test_bars_begin_at_zero_and_lines_need_not():
    rows = [["a", 1013.2], ["b", 1013.9]]
    assert chart("bar", [KIND, AMOUNT], rows)["yAxis"][0]["min"] == 0
    assert chart("line", [KIND, AMOUNT], rows)["yAxis"][0]["min"] > 1000


@pytest.mark.parametrize("kind", ["line", "area", "bar"])
def test_a_target_is_a_dashed_line_that_fits_on_the_axis(painter, kind):
    rows = [["a", 10.0], ["b", -20.0]]
    made = chart(kind, [KIND, AMOUNT], rows, target=1234.5)
    zero, target = made["series"][0]["markLine"]["data"]
    assert (zero["yAxis"], target["yAxis"]) == (0, 1234.5)
    assert (zero["lineStyle"]["type"], target["lineStyle"]["type"]) == ("solid", "dashed")
    assert made["yAxis"][0]["max"] >= 1234.5
    assert "a line at 1.23K" in describe(ChartSpec(type=kind, target=1234.5), [KIND, AMOUNT], rows)
    assert ">1.2345K<" in painter.svg(made, 480, 300)


def test_a_target_stands_upright_where_bars_lie():
    made = chart("bar", [KIND, AMOUNT], [["a", 10.0], ["b", 20.0]], target=15, horizontal=True)
    [target] = made["series"][0]["markLine"]["data"]
    assert (target["xAxis"], "yAxis" in target) == (15, False)


def test_values_close_to_each_other_are_not_rounded_into_one():
    made = chart("line", [KIND, AMOUNT], [["a", 101325.12], ["b", 101325.16], ["c", 101325.14]])
    assert values(made) == [101325.12, 101325.16, 101325.14]


def test_every_tick_has_a_text_of_its_own():
    made = chart("line", [KIND, AMOUNT], [["a", 1_013_000.0], ["b", 1_121_000.0]])
    used, seen = made["yAxis"]
    assert len(set(seen["data"])) == len(seen["data"])
    assert len(seen["data"]) == round((used["max"] - used["min"]) / used["interval"]) + 1


def test_shares_are_drawn_in_percent():
    made = chart("bar", [REGION, AMOUNT], [["North", 0.123456], ["South", 0.5]], format="percent")
    assert values(made)[1] == 50
    assert math.isclose(values(made)[0], 12.3456, abs_tol=0.01)
    assert made["yAxis"][1]["data"][-1].endswith(" %")


def test_decimals_and_dates_become_what_json_knows():
    made = chart("line", [DAY, AMOUNT], [[datetime(2013, 3, 5, 12, tzinfo=UTC), Decimal("1.25")]])
    assert json.loads(json.dumps(made)) == made


def test_a_metric_has_its_change_in_numbers_and_words():
    columns = [ResultColumn(f"revenue{end}", "float", "measure") for end in ("", *CHANGES)]
    made = chart("metric", columns, [[90.0, 120.0, -30.0, -0.25]], format="currency", unit="$")
    assert made["metric"] == {
        "label": "Revenue",
        "value": 90.0,
        "text": "$90.00",
        "previous": 120.0,
        "previous_text": "$120.00",
        "change": -30.0,
        "change_text": "\N{MINUS SIGN}25.0 %",
        "direction": "down",
    }


CHANGES = ("_previous", "_change", "_change_ratio")


def test_a_metric_without_a_value_is_not_zero():
    made = chart("metric", [AMOUNT], [[None]])["metric"]
    assert made["value"] is None
    assert made["text"] == "n/a"
    assert made["direction"] is None


def test_a_table_keeps_its_order_and_tells_how_many_rows_there_are():
    made = chart("table", [REGION, ORDERS], [["b", 2000], ["a", None]])["table"]
    assert made["columns"] == [{"name": "Region", "numeric": False}, {"name": "Orders", "numeric": True}]
    assert made["rows"] == [["b", "2,000"], ["a", "n/a"]]
    assert made["row_count"] == 2


def test_a_gauge_leaves_room_above_its_value():
    made = chart("gauge", [AMOUNT], [[1_234_567.0]])["series"][0]
    assert made["max"] >= 1.2 * 1_234_567
    assert chart("gauge", [AMOUNT], [[0.8]], format="percent")["series"][0]["max"] == 100


def luminance(color):
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("color", PALETTE)
@pytest.mark.parametrize("surface", ["#ffffff", DARK_SURFACE])
def test_every_colour_of_a_series_stands_out_from_the_surface(color, surface):
    assert contrast(color, surface) >= 3


def test_colours_that_follow_each_other_are_different():
    assert len(set(PALETTE)) == len(PALETTE)
    assert all(a != b for a, b in pairwise(PALETTE))
