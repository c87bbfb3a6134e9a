"""Tables whose rows are groups: a column says how many each is of, a population repeats."""

from typing import Any

import pytest
from reading import COUNT, known, planned, shown

from claribi.ask.intent import NotUnderstood
from claribi.sources.catalog import Column, Table

FLU = Table(
    "infections",
    4 * 10 * 6 * 3,
    [
        Column("illness", "string", "dimension", distinct=4),
        Column("county", "string", "dimension", distinct=10),
        Column("year", "integer", "dimension", distinct=6, minimum=2010, maximum=2015),
        Column("age_group", "string", "dimension", distinct=3),
        Column("n", "integer", "measure", minimum=0, maximum=9_000),
        Column("population", "integer", "measure", minimum=5_000, maximum=900_000),
    ],
)
BASKETS = Table(
    "baskets",
    3_000,
    [
        Column("shop", "string", "dimension", distinct=6),
        Column("day", "date", "time", minimum="2023-01-01", maximum="2023-12-31"),
        Column("quantity", "integer", "measure", minimum=1, maximum=40),
        Column("price", "float", "measure", minimum=1, maximum=80),
    ],
)
VALUES = {
    "illness": ["Flu", "Mumps", "Measles", "Cholera"],
    "county": ["Kent", "Essex", "Devon", "Dorset"],
    "age_group": ["child", "adult", "senior"],
    "shop": ["North", "South"],
}
WORDS = known([FLU, BASKETS], VALUES)
SUM = [("n", "sum")]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many mumps cases were there", {"measures": SUM, "filters": [("illness", "=", "Mumps")]}),
        ("total cases by illness", {"measures": SUM, "dimensions": ["illness"]}),
        ("cases by year", {"measures": SUM, "dimensions": ["year"]}),
        ("number of infections in Kent", {"measures": SUM, "filters": [("county", "=", "Kent")]}),
        ("top 3 counties by flu cases", {"measures": SUM, "dimensions": ["county"]}),
        ("which county had the most cases", {"measures": SUM, "dimensions": ["county"]}),
        ("what share of cases are flu", {}),
        ("top 3 counties in 2012", {"measures": SUM, "dimensions": ["county"]}),
        ("how many adults had mumps", {"measures": SUM, "filters": [("illness", "=", "Mumps")]}),
        ("how many rows are there", {"measures": COUNT}),
    ],
)
def test_what_rows_count_is_added_up(question: str, expected: dict[str, Any]) -> None:
    found = shown(planned(WORDS["infections"], question))
    assert all(found[name] == value or value[0] in found[name] for name, value in expected.items())
    assert found["measures"] == COUNT or ("population", "sum") not in found["measures"]


def test_a_share_is_one_of_what_rows_count() -> None:
    [share] = planned(WORDS["infections"], "what share of cases are flu").query.measures
    assert share.ratio is not None
    assert (share.ratio.denominator.column, share.ratio.denominator.aggregation) == ("n", "sum")


def test_cases_per_people_are_a_rate() -> None:
    question = "mumps cases of adults in 2012 per 100,000 people by county"
    [rate] = planned(WORDS["infections"], question).query.measures
    assert rate.formula is not None
    assert rate.formula.expression == "first / second * 100000"


def test_an_average_by_year_is_over_the_years_that_there_are() -> None:
    [average] = planned(WORDS["infections"], "average yearly number of flu cases in Kent").query.measures
    assert average.ratio is not None
    assert (average.ratio.numerator.column, average.ratio.denominator.column) == ("n", "year")


def test_a_population_that_repeats_is_averaged_or_refused() -> None:
    plan = planned(WORDS["infections"], "population of Kent in 2012")
    assert shown(plan)["measures"] == [("population", "avg")]
    with pytest.raises(NotUnderstood, match="several rows"):
        planned(WORDS["infections"], "total population in 2012")
    with pytest.raises(NotUnderstood, match="several rows"):
        planned(WORDS["infections"], "cases in 2012 per 100,000 people by county")


def test_rows_of_sales_are_no_groups() -> None:
    assert shown(planned(WORDS["baskets"], "how many baskets by shop"))["measures"] == COUNT
