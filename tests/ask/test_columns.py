"""Questions whose words tell columns apart, bound them, or ask for what they hold otherwise."""

from typing import Any

import pytest
import reading
from plain_tables import WORDS
from reading import COUNT, shown

from claribi.ask.plan import NotUnderstood, Plan


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
        # A number from 1 to 5 is averaged where it is not split by.
        ("staff", "stars by department", {"measures": [("stars", "avg")], "dimensions": ["department"]}),
        (
            "staff",
            "top 3 departments by remote employees",
            {"measures": COUNT, "dimensions": ["department"], "filters": [("remote", "=", True)]},
        ),
        # What is only bounded is counted.
        ("crossings", "paid amount over 500", {"measures": COUNT, "filters": [("paid_amount", ">", 500)]}),
        # What an adjective says of a value is told with the name of the row.
        (
            "films",
            "most expensive fantasy",
            {
                "measures": [("making_budget", "max")],
                "dimensions": ["title"],
                "filters": [("Creative Type", "=", "Fantasy")],
            },
        ),
        (
            "staff",
            "who has the highest bonus",
            {"measures": [("bonus", "max")], "dimensions": ["employee_name"]},
        ),
        (
            "projects",
            "average budget of done projects",
            {"measures": [("budget", "avg")], "filters": [("status", "=", "Done")]},
        ),
        # What says little elsewhere is meant where it is compared.
        (
            "projects",
            "done vs running projects",
            {"measures": COUNT, "dimensions": ["status"], "filters": [("status", "in", ["Done", "Running"])]},
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
        ("projects", "cost per hour by client"),
        ("projects", "revenue minus cost"),
        ("projects", "actual cost minus client"),
        ("staff", "number of active employees"),
        ("nations", "nations that are still open"),
        ("nations", "people by religion"),
        ("projects", "total hours"),
        ("projects", "projects per Acme"),
        ("nations", "average people per month"),
        ("nations", "newest nation"),
        ("staff", "compare Sales"),
    ],
)
def test_it_is_refused(table: str, question: str):
    with pytest.raises(NotUnderstood):
        planned(table, question)
