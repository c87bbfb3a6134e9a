"""Questions about rows themselves, and words that tell columns apart, compare them or bound them."""

from typing import Any

import pytest
import reading
from reading import COUNT, known, shown

from claribi.ask.plan import NotUnderstood, Plan
from claribi.ask.telling import SURE
from claribi.query.schemas import Query
from claribi.sources.catalog import Column, Table

CROSSINGS = Table(
    "crossings",
    20_000,
    [
        Column("crossing", "integer", "measure", distinct=900, minimum=1, maximum=900),
        Column("sailed_at", "timestamp", "time", minimum="2019-01-01", maximum="2024-08-14"),
        Column("origin", "string", "dimension", distinct=4),
        Column("destination", "string", "dimension", distinct=4),
        Column("carrier", "string", "dimension", distinct=2),
        Column("arrival_delay", "float", "measure", minimum=-40, maximum=900),
        Column("departure_delay", "float", "measure", minimum=-20, maximum=800),
        Column("number_of_cars", "integer", "measure", distinct=300, minimum=0, maximum=300),
        Column("Speed GPS in knots", "integer", "measure", minimum=2, maximum=30),
        Column("distance", "integer", "measure", minimum=9, maximum=300),
        Column("minute", "integer", "dimension", distinct=60, minimum=0, maximum=59),
        Column("paid_amount", "decimal", "measure", minimum=0, maximum=9_000),
    ],
)
FILMS = Table(
    "films",
    3_000,
    [
        Column("title", "string", "id", distinct=2_990),
        Column("shown_on", "date", "time", minimum="1970-01-01", maximum="2024-08-14"),
        Column("home_gross", "decimal", "measure", minimum=0, maximum=10**9),
        Column("foreign_gross", "decimal", "measure", minimum=0, maximum=10**9),
        Column("critics_rating", "float", "measure", minimum=1, maximum=10),
        Column("audience_rating", "float", "measure", minimum=1, maximum=10),
        Column("making_budget", "decimal", "measure", minimum=0, maximum=10**8),
        Column("Creative Type", "string", "dimension", distinct=3),
        Column("director", "string", "dimension", distinct=200),
        Column("camera_make_model", "string", "dimension", distinct=20),
    ],
)
PROJECTS = Table(
    "projects",
    300,
    [
        Column("project_name", "string", "id", distinct=300),
        Column("client", "string", "dimension", distinct=4),
        Column("budget", "integer", "measure", minimum=10, maximum=400_000),
        Column("actual_cost", "integer", "measure", minimum=10, maximum=500_000),
        Column("planned_hours", "integer", "measure", minimum=1, maximum=900),
        Column("actual_hours", "integer", "measure", minimum=1, maximum=900),
        Column("start_date", "date", "time", minimum="2020-01-01", maximum="2024-08-14"),
        Column("end_date", "date", "time", nulls=30, minimum="2020-02-01", maximum="2024-08-14"),
    ],
)
NATIONS = Table(
    "nations",
    1_700,
    [
        Column("nation", "string", "dimension", distinct=140),
        Column("year", "integer", "dimension", distinct=12, minimum=1950, maximum=2010),
        Column("population", "integer", "measure", minimum=10_000, maximum=10**9),
        Column("life_expectancy", "float", "measure", minimum=20, maximum=90),
    ],
)
STAFF = Table(
    "staff",
    400,
    [
        Column("employee_name", "string", "id", distinct=400),
        Column("department", "string", "dimension", distinct=5),
        Column("bonus", "integer", "measure", minimum=0, maximum=9_000),
        Column("salary", "integer", "measure", minimum=20_000, maximum=90_000),
        Column("stars", "integer", "dimension", distinct=5, minimum=1, maximum=5),
        Column("union", "string", "dimension", distinct=3, nulls=50),
        Column("remote", "boolean", "dimension", distinct=2),
        Column("hire_date", "date", "time", minimum="2010-01-01", maximum="2024-08-14"),
        Column("birth_date", "date", "time", minimum="1960-01-01", maximum="2003-01-01"),
        Column("left_on", "date", "time", nulls=300, minimum="2012-01-01", maximum="2024-08-14"),
    ],
)
VALUES = {
    "origin": ["Oslo", "Kiel", "Bergen", "Hull"],
    "destination": ["Oslo", "Kiel", "Bergen", "Hull"],
    "carrier": ["BF", "NX"],
    "Creative Type": ["Super Hero", "Fantasy", "Canada goose"],
    "director": ["Ann Lee", "Bo Dahl"],
    "client": ["Acme", "Globex"],
    "nation": ["Peru", "Chad"],
    "department": ["Sales", "Support"],
}
WORDS = known([CROSSINGS, FILMS, PROJECTS, NATIONS, STAFF], VALUES)


def planned(table: str, question: str) -> Plan:
    return reading.planned(WORDS[table], question)


@pytest.mark.parametrize(
    ("table", "question", "told"),
    [
        # Another word of the question tells which of several columns is meant.
        ("films", "which film grossed the most, foreign only", None),
        (
            "films",
            "average rating among critics",
            {"measures": [("critics_rating", "avg")]},
        ),
        # Words that are joined otherwise, names in part, irregular plurals.
        (
            "films",
            "how many superhero films",
            {"measures": COUNT, "filters": [("Creative Type", "=", "Super Hero")]},
        ),
        (
            "films",
            "how many different camera models",
            {"measures": [("camera_make_model", "count_distinct")]},
        ),
        (
            "films",
            "number of canada geese films",
            {"measures": COUNT, "filters": [("Creative Type", "=", "Canada goose")]},
        ),
        (
            "crossings",
            "average speed by carrier",
            {"measures": [("Speed GPS in knots", "avg")], "dimensions": ["carrier"]},
        ),
        # A number that rows have is not added up; a number of something is.
        (
            "crossings",
            "crossings by carrier",
            {"measures": COUNT, "dimensions": ["carrier"]},
        ),
        (
            "crossings",
            "number of cars per month",
            {"measures": [("number_of_cars", "sum")], "dimensions": ["sailed_at"]},
        ),
        # From and to; a name before the code that it is.
        (
            "crossings",
            "how many crossings from Oslo to Kiel",
            {"measures": COUNT, "filters": [("origin", "=", "Oslo"), ("destination", "=", "Kiel")]},
        ),
        (
            "crossings",
            "crossings of Blueferry (BF)",
            {"measures": COUNT, "filters": [("carrier", "=", "BF")]},
        ),
        # Late and early, in the unit that is named.
        (
            "crossings",
            "how many crossings arrived late",
            {"measures": COUNT, "filters": [("arrival_delay", ">", 0)]},
        ),
        (
            "crossings",
            "how many crossings departed early",
            {"measures": COUNT, "filters": [("departure_delay", "<", 0)]},
        ),
        (
            "crossings",
            "crossings that arrived more than an hour late",
            {"measures": COUNT, "filters": [("arrival_delay", ">", 60)]},
        ),
        (
            "crossings",
            "crossings departing at least 15 minutes late by carrier",
            {"measures": COUNT, "dimensions": ["carrier"], "filters": [("departure_delay", ">=", 15)]},
        ),
        (
            "crossings",
            "crossings that arrived more than 10 minutes early",
            {"measures": COUNT, "filters": [("arrival_delay", "<", -10)]},
        ),
        # Minutes behind a number are no minute of the clock.
        (
            "crossings",
            "carriers with an average arrival delay of at least 15 minutes",
            {"measures": [("arrival_delay", "avg")], "dimensions": ["carrier"]},
        ),
        (
            "crossings",
            "how many free crossings",
            {"measures": COUNT, "filters": [("paid_amount", "=", 0)]},
        ),
        (
            "crossings",
            "3 busiest routes",
            {"measures": COUNT, "dimensions": ["origin", "destination"]},
        ),
        (
            "crossings",
            "shortest route by distance",
            {"measures": [("distance", "avg")], "dimensions": ["origin", "destination"]},
        ),
        (
            "crossings",
            "which carrier had the most crossings? Top 2",
            {"measures": COUNT, "dimensions": ["carrier"]},
        ),
        (
            "crossings",
            "average number of cars and distance by carrier",
            {"measures": [("number_of_cars", "avg"), ("distance", "avg")], "dimensions": ["carrier"]},
        ),
        # Rows that have names are listed by them.
        (
            "films",
            "films directed by Ann Lee",
            {
                "measures": [("shown_on", "min")],
                "dimensions": ["title"],
                "filters": [("director", "=", "Ann Lee")],
            },
        ),
        (
            "films",
            "films with a making budget over 5 million",
            {
                "measures": [("making_budget", "max")],
                "dimensions": ["title"],
                "filters": [("making_budget", ">", 5e6)],
            },
        ),
        (
            "films",
            "how many films directed by Ann Lee",
            {"measures": COUNT, "filters": [("director", "=", "Ann Lee")]},
        ),
        # What one has, and what it lacks.
        (
            "staff",
            "how many employees got no bonus",
            {"measures": COUNT, "filters": [("bonus", "=", 0)]},
        ),
        (
            "staff",
            "how many employees with a bonus",
            {"measures": COUNT, "filters": [("bonus", ">", 0)]},
        ),
        (
            "staff",
            "how many employees without a union",
            {"measures": COUNT, "filters": [("union", "is_null", None)]},
        ),
        (
            "staff",
            "which department has the worst stars",
            {"measures": [("stars", "avg")], "dimensions": ["department"]},
        ),
        (
            "projects",
            "how many projects are still open",
            {"measures": COUNT, "filters": [("end_date", "is_null", None)]},
        ),
        (
            "projects",
            "most expensive project",
            {"measures": [("actual_cost", "max")], "dimensions": ["project_name"]},
        ),
        # A population is that of one year.
        (
            "nations",
            "population of Peru",
            {"measures": [("population", "sum")], "filters": [("nation", "=", "Peru"), ("year", "=", 2010)]},
        ),
        (
            "nations",
            "population of Peru since 1980",
            {
                "measures": [("population", "sum")],
                "dimensions": ["year"],
                "filters": [("nation", "=", "Peru"), ("year", ">=", 1980)],
            },
        ),
    ],
)
def test_it_is_understood(table: str, question: str, told: dict[str, Any] | None):
    plan = planned(table, question)
    if told is None:
        assert shown(plan)["measures"] == [("foreign_gross", "max")]
    else:
        assert shown(plan) == told


@pytest.mark.parametrize(
    ("table", "question"),
    [
        ("films", "average rating among teachers"),
        ("films", "late films"),
        ("films", "fast films"),
        ("films", "busiest routes"),
        ("crossings", "crossings delayed because of fog"),
        ("crossings", "average price by carrier"),
        ("crossings", "crossings of blue ferry nx"),
        ("projects", "how many free projects"),
        ("projects", "projects started in 2021 and completed in 2022"),
        ("projects", "share of projects over budget"),
        ("projects", "projects over budget by client"),
        ("projects", "cost per hour by client"),
        ("projects", "revenue minus cost"),
        ("projects", "actual cost minus client"),
        ("staff", "number of active employees"),
        ("nations", "nations that are still open"),
        ("nations", "people by religion"),
    ],
)
def test_it_is_refused(table: str, question: str):
    with pytest.raises(NotUnderstood):
        planned(table, question)


def formula(plan: Plan) -> tuple[str, list[str | None]]:
    """The arithmetic of the measure that has some, and the columns it is about."""
    found = next(measure.formula for measure in plan.query.measures if measure.formula is not None)
    return found.expression, [measure.column for measure in found.measures.values()]


@pytest.mark.parametrize(
    ("question", "operator"),
    [
        ("how many projects cost more than their budget", ">"),
        ("projects over budget", ">"),
        ("projects under budget", "<"),
    ],
)
def test_columns_are_compared_row_by_row(question: str, operator: str):
    plan = planned("projects", question)
    assert formula(plan) == ("first - second", ["actual_cost", "budget"])
    assert [dimension.column for dimension in plan.query.dimensions] == ["project_name"]
    [bound] = plan.query.having
    assert (bound.operator, bound.value) == (operator, 0)
    assert plan.counted == "project name"


def test_named_things_are_compared_by_their_sums():
    plan = planned("projects", "clients whose actual cost exceeds their budget")
    assert [dimension.column for dimension in plan.query.dimensions] == ["client"]
    assert plan.counted is None


def test_hours_are_compared_with_hours():
    plan = planned("projects", "projects where actual hours are higher than planned hours")
    assert formula(plan) == ("first - second", ["actual_hours", "planned_hours"])


def test_one_number_less_another_ranks():
    plan = planned("films", "foreign gross minus making budget, top 5 films")
    assert formula(plan) == ("first - second", ["foreign_gross", "making_budget"])
    assert plan.query.limit == 5


def test_a_price_is_computed_where_only_totals_are_known():
    assert formula(planned("crossings", "average price per car")) == (
        "first / second",
        ["paid_amount", "number_of_cars"],
    )


@pytest.mark.parametrize(
    ("question", "expression"),
    [
        ("how much did life expectancy in Peru rise between 1950 and 2010", "last - first"),
        ("which nation grew its population the most from 1950 to 2010 in percent", "(last - first) / first"),
    ],
)
def test_a_change_is_that_between_both_years(question: str, expression: str):
    plan = planned("nations", question)
    assert formula(plan)[0] == expression
    first, last = (measure.filters[0].value for measure in plan.query.measures[:2])
    assert (first, last) == (1950, 2010)
    if plan.query.dimensions:
        assert plan.query.sort[0].field == "change_ratio"
        assert plan.query.limit == 1


@pytest.mark.parametrize(
    ("table", "question", "column", "descending"),
    [
        ("crossings", "what was the biggest crossing", "paid_amount", True),
        ("nations", "lowest life expectancy ever recorded", "life_expectancy", False),
        ("films", "oldest film", "shown_on", False),
        ("staff", "youngest employee", "birth_date", True),
        ("staff", "newest employee", "hire_date", True),
        ("projects", "first project of Acme", "start_date", False),
    ],
)
def test_one_row_is_told_with_all_that_is_known(table: str, question: str, column: str, descending: bool):
    plan = planned(table, question)
    query = plan.query
    assert isinstance(query, Query)
    assert plan.single
    assert [measure.column for measure in query.measures] == [column]
    assert query.sort[0].descending is descending
    assert query.limit == 1
    others = {thing.name for thing in WORDS[table].things if thing.column is not None} - {column}
    assert {dimension.column for dimension in query.dimensions} == others


def test_an_extreme_by_itself_stays_a_number():
    assert shown(planned("nations", "lowest life expectancy")) == {"measures": [("life_expectancy", "min")]}


def test_who_left_is_counted_when_they_left():
    plan = planned("staff", "how many employees left in 2023")
    assert plan.query.period is not None
    assert plan.query.period.column == "left_on"
    assert planned("projects", "projects that ended in 2021").query.period.column == "end_date"  # type: ignore[union-attr]  # a failure here tells


def test_rates_rank_what_they_are_asked_by():
    plan = planned("staff", "highest rate of remote employees by department")
    [share] = plan.query.measures
    assert share.name == "share"
    assert [dimension.column for dimension in plan.query.dimensions] == ["department"]
    assert (plan.query.sort[0].field, plan.query.limit) == ("share", 1)


def test_one_number_over_another_ranks_what_was_asked():
    plan = planned("projects", "which client has the highest actual cost per planned hour")
    [ratio] = plan.query.measures
    assert ratio.ratio is not None
    assert (ratio.ratio.numerator.column, ratio.ratio.denominator.column) == ("actual_cost", "planned_hours")


def test_a_month_that_has_most_is_one_of_every_year():
    [habit] = planned("crossings", "which month has the most crossings").query.dimensions
    assert habit.cycle == "month_of_year"
    [once] = planned("crossings", "which month had the most crossings").query.dimensions
    assert once.grain == "month"


def test_which_one_asks_for_one():
    assert planned("crossings", "which month had the worst arrival delays on average").query.limit == 1


def test_a_season_said_twice_is_meant_once():
    once = planned("films", "share of films shown in summer")
    assert planned("films", "share of films shown in summer (June to August)").query == once.query


def test_what_may_be_meant_otherwise_is_not_sure():
    for table, question in (
        ("crossings", "how many delayed crossings"),
        ("crossings", "crossings of Blueferry (BF)"),
        ("staff", "youngest employee"),
    ):
        assert planned(table, question).choices
    assert planned("crossings", "how many delayed crossings").sureness < SURE
