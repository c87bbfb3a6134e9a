import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest

from claribi.charts.render import Renderer
from claribi.charts.spec import ChartSpec
from claribi.query.schemas import ResultColumn


class Sample(NamedTuple):
    """A chart's data, and words that a reader must find in its picture."""

    spec: ChartSpec
    columns: list[ResultColumn]
    rows: list[list[Any]]
    words: list[str]


DAY = ResultColumn("day", "date", "time")
MONTH = ResultColumn("month", "date", "time")
REGION = ResultColumn("region", "string", "dimension")
STEP = ResultColumn("step", "string", "dimension")
ORDERS = ResultColumn("orders", "integer", "measure")
REVENUE = ResultColumn("revenue", "float", "measure")


def months(count: int) -> list[date]:
    return [date(2012 + i // 12, i % 12 + 1, 1) for i in range(count)]


def _level(i: int) -> float:
    return 1000 + 20 * i + 90 * math.sin(i)


REGIONS = ["North", "South", "West"]
BY_REGION: list[list[Any]] = [["North", 1200], ["South", 800], ["West", 400]]
SAMPLES = {
    "line": Sample(
        ChartSpec(type="line", title="Revenue", format="currency", unit="$"),
        [MONTH, REVENUE],
        [[month, 1500 * _level(i)] for i, month in enumerate(months(24))],
        ["Revenue ($)", "Jan 2012", "$2M"],
    ),
    "days": Sample(
        ChartSpec(type="line"),
        [DAY, ORDERS],
        [[date(2013, 3, 1) + timedelta(days=i), 100 + i] for i in range(60)],
        ["Orders", "Mar 2013", "100"],
    ),
    "area": Sample(
        ChartSpec(type="area", stacked=True, x="month", series="region"),
        [MONTH, REGION, ORDERS],
        [[month, region, int(_level(i))] for i, month in enumerate(months(12)) for region in REGIONS],
        [*REGIONS, "Jan 2012", "4K"],
    ),
    "bar": Sample(ChartSpec(type="bar"), [REGION, ORDERS], BY_REGION, [*REGIONS, "1.2K", "800", "Orders"]),
    "lying bar": Sample(
        ChartSpec(type="bar", horizontal=True, unit="kg"),
        [REGION, ORDERS],
        BY_REGION,
        [*REGIONS, "1.2K", "Orders (kg)"],
    ),
    "pie": Sample(ChartSpec(type="pie"), [REGION, ORDERS], BY_REGION, [*REGIONS, "50.0 %", "16.7 %"]),
    "scatter": Sample(
        ChartSpec(type="scatter", x="orders", y=["revenue"]),
        [REGION, ORDERS, REVENUE],
        [["North", 10, 20.5], ["South", 30, 10.0], ["West", 20, 40.0]],
        ["Orders", "Revenue", "40"],
    ),
    "funnel": Sample(
        ChartSpec(type="funnel"),
        [STEP, ORDERS],
        [["Visit", 1000], ["Basket", 250], ["Order", 100]],
        ["Visit", "Basket", "Order", "1,000", "250", "(25.0 %)"],
    ),
    "gauge": Sample(
        ChartSpec(type="gauge", format="percent", target=0.9),
        [ResultColumn("on time", "float", "measure")],
        [[0.8234]],
        ["82.3 %", "Target 90.0 %", "100 %"],
    ),
    "heatmap": Sample(
        ChartSpec(type="heatmap", x="month", series="region"),
        [MONTH, REGION, ORDERS],
        [
            [month, region, 10 * i + j]
            for i, month in enumerate(months(6))
            for j, region in enumerate(REGIONS)
        ],
        [*REGIONS, "Jan 2012", "52"],
    ),
    "metric": Sample(
        ChartSpec(type="metric", title="Orders in May", comparison=True),
        [ORDERS]
        + [
            ResultColumn(f"orders_{name}", "float", "measure")
            for name in ("previous", "change", "change_ratio")
        ],
        [[1234, 1000, 234, 0.234]],
        ["Orders in May", "1,234", "+23.4 % against 1,000"],
    ),
    "table": Sample(
        ChartSpec(type="table"),
        [DAY, REGION, REVENUE],
        [[date(2013, 3, 5), "North", 1234.5], [date(2013, 3, 6), None, None]],
        ["Day", "5 Mar 2013", "North", "n/a"],
    ),
    "text": Sample(
        ChartSpec(type="text", text="# About\nFigures & facts"), [], [], ["About", "Figures &amp; facts"]
    ),
}


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> Sample:
    return SAMPLES[request.param]


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()
