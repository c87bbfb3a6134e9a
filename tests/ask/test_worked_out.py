"""What no column holds but each row tells, which of several times is meant, and what a share is of."""

import statistics
from typing import Any

import pytest
import reading
from reading import COUNT, known, shown
from support import Server

from claribi.ask.plan import NotUnderstood, Plan
from claribi.sources.catalog import Column, Table

CLAIMS = Table(
    "policy_claims",
    5_000,
    [
        Column("claim_id", "integer", "id", distinct=5_000, minimum=1, maximum=5_000),
        Column("accident_date", "date", "time", minimum="2015-01-01", maximum="2024-08-14", distinct=3_000),
        Column("report_date", "date", "time", minimum="2015-01-01", maximum="2024-08-14", distinct=3_000),
        Column("payment_date", "date", "time", minimum="2015-02-01", maximum="2024-08-14", distinct=3_000),
        Column("close_date", "date", "time", minimum="2015-02-01", maximum="2024-08-14", distinct=3_000),
        Column("line", "string", "dimension", distinct=2),
        Column("region", "string", "dimension", distinct=4),
        Column("paid", "decimal", "measure", minimum=0, maximum=90_000),
        Column("limit", "decimal", "measure", distinct=40, minimum=1_000, maximum=100_000),
    ],
)
HOMES = Table(
    "sold_homes",
    900,
    [
        Column("address", "string", "dimension", distinct=850),
        Column("bedrooms", "integer", "dimension", distinct=7, minimum=0, maximum=8),
        Column("lot_size", "float", "measure", distinct=600, minimum=0.1, maximum=4.0),
        Column("year_built", "integer", "dimension", distinct=120, minimum=1870, maximum=2014),
        Column("year_sold", "integer", "dimension", distinct=10, minimum=2005, maximum=2015),
        Column("month_sold", "integer", "dimension", distinct=12, minimum=1, maximum=12),
        Column("orig_price", "integer", "measure", distinct=400, minimum=9_000, maximum=600_000),
        Column("list_price", "integer", "measure", distinct=400, minimum=9_000, maximum=600_000),
        Column("sale_price", "integer", "measure", distinct=400, minimum=7_000, maximum=606_000),
        Column("cost_per_sqft", "float", "measure", distinct=800, minimum=6.0, maximum=300.0),
    ],
)
STRIKES = Table(
    "birds",
    19_000,
    [
        Column("operator", "string", "dimension", distinct=60),
        Column("date", "date", "time", minimum="1990-01-01", maximum="1999-12-31", distinct=3_500),
        Column("state", "string", "dimension", distinct=40, nulls=500),
        Column("height", "float", "measure", minimum=0.0, maximum=30_000.0),
        Column("birds_struck", "string", "dimension", distinct=4),
    ],
)
LINES = Table(
    "order_lines",
    2_500,
    [
        Column("order_id", "integer", "id", distinct=320, minimum=1, maximum=322),
        Column("order_date", "date", "time", minimum="2011-01-01", maximum="2011-12-31", distinct=280),
        Column("quantity", "integer", "measure", distinct=8, minimum=1, maximum=10),
        Column("total_price", "integer", "measure", distinct=200, minimum=400, maximum=90_000),
        Column("bikeshop_name", "string", "dimension", distinct=30),
        Column("state", "string", "dimension", distinct=18),
    ],
)
VALUES: dict[str, list[object]] = {
    "line": ["Auto", "Home"],
    "region": ["North", "South", "East", "West"],
    "state": ["CA", "TX", "U.S."],
    "birds_struck": ["1", "2-10", "11-100", "Over 100"],
    "operator": ["Delta", "United", "UNKNOWN"],
    "bikeshop_name": ["Denver Bikes", "Ann Arbor Speed"],
}
KNOWN = known([CLAIMS, HOMES, STRIKES, LINES], VALUES)
DAYS = {"start": "report_date", "end": "close_date", "unit": "day"}


def planned(table: str, question: str) -> Plan:
    return reading.planned(KNOWN[table], question)


def computed(plan: Plan) -> list[dict[str, Any]]:
    query = plan.query.model_dump(exclude_defaults=True, mode="json")
    return [
        {name: value for name, value in one.items() if name != "name"} for one in query.get("computed", [])
    ]


@pytest.mark.parametrize(
    ("question", "duration", "aggregation"),
    [
        (
            "How many days on average pass between the accident and its report, by line?",
            {"start": "accident_date", "end": "report_date", "unit": "day"},
            "avg",
        ),
        ("median days from report to close", DAYS, "median"),
        ("average resolution time by region", DAYS, "avg"),
        ("how long does it take to resolve a claim", DAYS, "avg"),
    ],
)
def test_how_long_things_take_is_worked_out_of_two_times(
    question: str, duration: dict[str, str], aggregation: str
):
    plan = planned("policy_claims", question)
    assert computed(plan) == [{"duration": duration}]
    [measure] = plan.query.measures
    assert (measure.column, measure.aggregation) == (plan.query.computed[0].name, aggregation)  # type: ignore[union-attr]
    assert f"{measure.column}, worked out of each row" in plan.choices


def test_rows_are_bounded_by_how_long_they_took() -> None:
    plan = planned("policy_claims", "How many claims took more than 400 days to close?")
    [criterion] = plan.query.filters
    assert (criterion.column, criterion.operator, criterion.value) == (
        "days from report date to close date",
        ">",
        400,
    )
    assert computed(plan) == [{"duration": DAYS}]


def test_a_number_is_bounded_by_a_part_of_another() -> None:
    plan = planned("policy_claims", "how many claims paid more than half of the limit")
    assert computed(plan) == [
        {"expression": "first / second", "columns": {"first": "paid", "second": "limit"}}
    ]
    assert [(f.operator, f.value) for f in plan.query.filters] == [(">", 0.5)]


@pytest.mark.parametrize(
    ("question", "classes"),
    [
        ("houses by decade built", {"column": "year_built", "width": 10}),
        ("average sale price per decade built", {"column": "year_built", "width": 10}),
        (
            "homes with a sale price under 100,000, 100,000 to 200,000, and 200,000 and more",
            {"column": "sale_price", "edges": [100_000, 200_000]},
        ),
        ("distribution of sale prices", {"column": "sale_price", "width": 100_000}),
        ("number of homes by lot size range", {"column": "lot_size", "width": 0.5}),
    ],
)
def test_numbers_are_put_into_classes(question: str, classes: dict[str, Any]):
    plan = planned("sold_homes", question)
    assert computed(plan) == [{"classes": classes}]
    [dimension] = plan.query.dimensions
    assert dimension.column == plan.query.computed[0].name  # type: ignore[union-attr]
    # By the classes, not by how many each has.
    assert [sort.field for sort in plan.query.sort] == [dimension.label]


@pytest.mark.parametrize(
    "question",
    [
        "correlation between list price and sale price",
        "How strongly are list price and sale price correlated?",
        "is there a relationship between list price and sale price",
    ],
)
def test_how_two_numbers_go_together(question: str):
    [measure] = planned("sold_homes", question).query.measures
    assert (measure.column, measure.aggregation, measure.other) == ("list_price", "corr", "sale_price")


def test_the_largest_gap_of_two_numbers_is_that_of_a_row() -> None:
    plan = planned("sold_homes", "which address had the largest gap between list price and sale price")
    assert computed(plan) == [
        {"expression": "first - second", "columns": {"first": "list_price", "second": "sale_price"}}
    ]


@pytest.mark.parametrize(
    ("question", "column", "grain"),
    [
        ("total paid by payment year", "payment_date", "year"),
        ("Which accident year had the highest average paid amount?", "accident_date", "year"),
        ("amount paid per month in 2017 by payment date", "payment_date", "month"),
        ("Top 3 accident years by number of claims", "accident_date", "year"),
    ],
)
def test_a_noun_says_which_time_is_meant(question: str, column: str, grain: str):
    [dimension] = planned("policy_claims", question).query.dimensions
    assert (dimension.column, dimension.grain) == (column, grain)


def test_a_time_before_a_stretch_is_that_of_the_stretch() -> None:
    query = planned("policy_claims", "how many claims have a payment date since October 2017").query
    assert [(f.column, f.operator) for f in query.filters] == [("payment_date", ">=")]


@pytest.mark.parametrize(
    ("question", "part", "whole"),
    [
        ("What share of all home claims came from the North?", ("region", "North"), ("line", "Home")),
        ("What percentage of claims in the South were Auto?", ("line", "Auto"), ("region", "South")),
    ],
)
def test_a_verb_tells_the_part_from_the_whole(question: str, part: tuple[str, str], whole: tuple[str, str]):
    query = planned("policy_claims", question).query
    ratio = query.measures[0].ratio
    assert ratio is not None
    assert [(f.column, f.value) for f in ratio.numerator.filters] == [part]
    assert [(f.column, f.value) for f in query.filters] == [whole]


@pytest.mark.parametrize(
    "question",
    [
        "How many bird strikes were reported?",
        "Strikes per year",
        "strikes by operator",
        "share of strikes in CA",
    ],
)
def test_a_noun_that_nothing_explains_is_what_is_counted(question: str):
    plan = planned("birds", question)
    counted = {leaf.aggregation for measure in plan.query.measures for leaf in measure.leaves()}
    assert counted == {"count"}
    # Nothing speaks for it but that all else is explained.
    assert plan.sureness < 0.6


def test_for_each_of_one_the_first_of_another() -> None:
    query = planned("birds", "For each operator, which state has the most strikes?").query
    [rank] = query.calculations
    assert rank.within == ["operator"]


def test_values_of_numbers_are_no_places_of_a_ranking() -> None:
    query = planned("birds", "Top 10 states by number of strikes").query
    assert query.limit == 10
    assert [f.column for f in query.filters] == ["state"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("nationwide birds by operator", [("state", "=", "U.S.")]),
        ("birds outside Texas", [("state", "!=", "TX")]),
    ],
)
def test_all_of_the_country_is_a_value_where_one_says_so(question: str, expected: list[tuple[str, str, str]]):
    assert shown(planned("birds", question))["filters"] == expected


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("average price by bedrooms", "sale_price"),
        ("average selling price", "sale_price"),
        ("median price per square foot", "cost_per_sqft"),
    ],
)
def test_the_price_that_was_paid_comes_first(question: str, column: str):
    [measure] = planned("sold_homes", question).query.measures
    assert measure.column == column


def test_sales_of_which_only_the_price_is_known_are_rows() -> None:
    assert shown(planned("sold_homes", "Which year saw the most sales?"))["measures"] == COUNT


def test_months_of_a_column_of_months() -> None:
    query = planned("sold_homes", "How many homes were sold in summer (June to August) 2012?").query
    assert {(f.column, f.operator, f.value) for f in query.filters} == {
        ("year_sold", "=", 2012),
        ("month_sold", ">=", 6),
        ("month_sold", "<=", 8),
    }
    query = planned("sold_homes", "Which three calendar months have the highest average sale price?").query
    assert [d.column for d in query.dimensions] == ["month_sold"]


@pytest.mark.parametrize(
    ("question", "dimensions", "filters"),
    [
        ("monthly number of homes in 2012", ["month_sold"], {("year_sold", "=", 2012)}),
        ("monthly number of homes", ["year_sold", "month_sold"], set()),
        (
            "how many homes since March 2015",
            [],
            {("year_sold", "=", 2015), ("month_sold", ">=", 3), ("month_sold", "<=", 12)},
        ),
    ],
)
def test_months_of_years_are_a_time_as_well(
    question: str, dimensions: list[str], filters: set[tuple[str, str, int]]
):
    query = planned("sold_homes", question).query
    assert [d.column for d in query.dimensions] == dimensions == [sort.field for sort in query.sort]
    assert {(f.column, f.operator, f.value) for f in query.filters} == filters


@pytest.mark.parametrize(
    ("question", "dimensions"),
    [("total revenue across all states", []), ("revenue across states", ["state"])],
)
def test_across_all_is_no_split(question: str, dimensions: list[str]):
    assert [d.column for d in planned("order_lines", question).query.dimensions] == dimensions


def test_several_values_each_by_itself() -> None:
    query = planned("order_lines", "average quantity in CA and in TX").query
    assert [d.column for d in query.dimensions] == ["state"]


def test_the_first_ones_are_told_with_their_share_of_all() -> None:
    query = planned("order_lines", "What share of revenue do the top 5 states account for?").query
    assert [(c.type, c.measure) for c in query.calculations] == [("share", "sum_total_price")]
    assert query.limit == 5


def test_orders_of_several_rows_are_averaged_as_orders() -> None:
    [measure] = planned("order_lines", "What is the average order value?").query.measures
    assert measure.ratio is not None
    assert (measure.ratio.denominator.column, measure.ratio.denominator.aggregation) == (
        "order_id",
        "count_distinct",
    )


def test_a_change_between_halves_is_of_these() -> None:
    query = planned(
        "order_lines",
        "Which state's revenue increased the most from the first half to the second half of 2011?",
    ).query
    assert [measure.label for measure in query.measures] == [
        "January 2011 to June 2011",
        "July 2011 to December 2011",
        "change",
    ]


def test_days_classes_and_correlations_are_answered_by_the_rows(server: Server) -> None:
    api = server.owner("self_hosted")
    rows = [(n, n % 28 + 1, n % 7, n % 7 * 2.5 + n % 3) for n in range(1, 301)]
    lines = [
        f"2024-01-{day:02d},2024-02-{(day + late) % 28 + 1:02d},{late},{cost}" for _, day, late, cost in rows
    ]
    content = "\n".join(["order_date,ship_date,weight,cost", *lines]).encode()
    source = api.upload(content, "parcels.csv")["id"]

    def answer(question: str) -> dict[str, Any]:
        found = api.post("/api/v1/analysis", json={"question": question, "source_id": source}).json()
        assert found["status"] == "answered", found["text"]
        proof = api.get(f"/api/v1/evidence/{found['evidence_id']}").json()
        assert proof["sql"] == found["sql"]
        return found

    days = [31 + (day + late) % 28 + 1 - day for _, day, late, _ in rows]
    [[average]] = answer("average shipping time")["rows"]
    assert average == pytest.approx(statistics.fmean(days))
    weights, costs = [float(late) for *_, late, _ in rows], [cost for *_, cost in rows]
    [[together]] = answer("correlation between weight and cost")["rows"]
    assert together == pytest.approx(statistics.correlation(weights, costs))
    classes = answer("parcels with a weight under 2, 2 to 4, 4 and more")["rows"]
    assert [count for *_, count in classes] == [
        sum(weight < 2 for weight in weights),
        sum(2 <= weight < 4 for weight in weights),
        sum(weight >= 4 for weight in weights),
    ]


def test_days_on_which_one_had_more_than_another_are_refused() -> None:
    weather = Table(
        "city_weather",
        3_650,
        [
            Column("city", "string", "dimension", distinct=5),
            Column("date", "date", "time", minimum="2016-01-01", maximum="2017-12-31", distinct=731),
            Column("temperature", "float", "measure", minimum=-20.0, maximum=40.0),
        ],
    )
    words = known([weather], {"city": ["Beijing", "Chicago"]})["city_weather"]
    # Rows of the one city held against those of the other.
    with pytest.raises(NotUnderstood):
        reading.planned(words, "on how many days was Beijing warmer than Chicago")
    assert len(reading.planned(words, "is Beijing warmer than Chicago").query.dimensions) == 1
