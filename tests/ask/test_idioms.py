"""Ways of putting a question that words beside each other make plain, and lists of columns as they stand."""

from typing import Any

import pytest
import reading
from reading import COUNT, known, shown

from claribi.ask.plan import NotUnderstood, Plan
from claribi.sources.catalog import Column, Table

TICKETS = Table(
    "support_tickets",
    9_000,
    [
        Column("opened_on", "date", "time", minimum="2020-01-01", maximum="2024-08-14", distinct=1_600),
        Column("store", "integer", "dimension", distinct=9, minimum=1, maximum=9),
        Column("channel", "string", "dimension", distinct=3),
        Column("agent_name", "string", "dimension", distinct=40),
        Column("subject", "string", "id", distinct=8_990),
        Column("is_urgent", "boolean", "dimension", distinct=2),
        Column("is_reply", "boolean", "dimension", distinct=2),
        Column("reply_count", "integer", "measure", distinct=30, minimum=0, maximum=40),
        Column("satisfaction_score", "integer", "measure", distinct=101, minimum=0, maximum=100),
        Column("paid_amount", "decimal", "measure", distinct=4_000, minimum=0, maximum=900),
    ],
)
HARVEST = Table(
    "apple_harvest",
    960,
    [
        Column("orchard", "string", "dimension", distinct=8),
        Column("year", "integer", "dimension", distinct=12, minimum=2010, maximum=2021),
        Column("rate", "float", "measure", distinct=90, minimum=0.1, maximum=9.9),
        Column("count", "integer", "measure", distinct=800, minimum=1, maximum=5_000),
    ],
)
DEATHS = Table(
    "city_deaths",
    5_000,
    [
        Column("day", "date", "time", minimum="2020-01-01", maximum="2024-08-14", distinct=1_600),
        Column("district", "string", "dimension", distinct=4),
        Column("deaths", "integer", "measure", distinct=60, minimum=0, maximum=80),
    ],
)
INSPECTIONS = Table(
    "inspections",
    2_000,
    [
        Column("kitchen", "string", "dimension", distinct=300),
        Column("inspection_score", "integer", "measure", distinct=40, minimum=0, maximum=100),
    ],
)
VALUES: dict[str, list[Any]] = {
    "channel": ["phone", "mail", "chat for iPad"],
    "agent_name": ["Ada", "Ben", "the support desk ltd"],
    "orchard": ["Hill", "Lake", "Mill"],
    "district": ["North", "South"],
}
KNOWN = known((TICKETS, HARVEST, DEATHS, INSPECTIONS), VALUES)


def planned(table: str, question: str) -> Plan:
    return reading.planned(KNOWN[table], question)


@pytest.mark.parametrize(
    ("question", "columns", "filters"),
    [
        (
            "list the opened on and paid amount of tickets with a paid amount over 500",
            ["opened_on", "paid_amount"],
            [("paid_amount", ">", 500)],
        ),
        (
            "show the agent name, channel and paid amount of the urgent tickets",
            ["agent_name", "channel", "paid_amount"],
            [("is_urgent", "=", True)],
        ),
        (
            "list all urgent tickets with their channel, agent name and paid amount",
            ["channel", "agent_name", "paid_amount"],
            [("is_urgent", "=", True)],
        ),
        ("list subject, opened on for channel mail", ["subject", "opened_on"], [("channel", "=", "mail")]),
        (
            "please list store, channel and reply count where the reply count is above 20",
            ["store", "channel", "reply_count"],
            [("reply_count", ">", 20)],
        ),
    ],
)
def test_columns_that_are_listed_come_as_they_stand(question: str, columns: list[str], filters: list[Any]):
    query = planned("support_tickets", question).query
    assert query.columns == columns
    # The same data give the same list: ties go by the other columns.
    assert {sort.field for sort in query.sort} in (set(), set(columns))
    assert [(f.column, f.operator, f.value) for f in query.filters] == filters
    assert not query.measures
    assert not query.dimensions


def test_rows_without_a_name_are_listed_with_all_that_is_known_of_them():
    query = planned("inspections", "list all inspections with a score over 95").query
    assert query.columns == ["kitchen", "inspection_score"]


@pytest.mark.parametrize("question", ["list paid amount by channel", "total paid amount for each channel"])
def test_what_is_split_is_no_list_of_rows(question: str):
    assert shown(planned("support_tickets", question)) == {
        "measures": [("paid_amount", "sum")],
        "dimensions": ["channel"],
    }


@pytest.mark.parametrize(
    ("question", "column", "n", "descending"),
    [
        ("which 3 months had the most tickets", "opened_on", 3, True),
        ("which 2 channels have the lowest average satisfaction score", "channel", 2, False),
        ("2 agent names with the highest paid amount", "agent_name", 2, True),
    ],
)
def test_a_number_in_front_says_how_many_are_ranked(question: str, column: str, n: int, descending: bool):
    query = planned("support_tickets", question).query
    assert [d.column for d in query.dimensions] == [column]
    assert query.limit == n
    assert [sort.descending for sort in query.sort] == [descending]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "how many urgent tickets got more than 10 replies",
            {"measures": COUNT, "filters": [("is_urgent", "=", True), ("reply_count", ">", 10)]},
        ),
        (
            "how many tickets are flagged as urgent",
            {"measures": COUNT, "filters": [("is_urgent", "=", True)]},
        ),
        (
            "what is the maximum of paid amount for mail",
            {"measures": [("paid_amount", "max")], "filters": [("channel", "=", "mail")]},
        ),
        (
            "average satisfaction score, urgent or not",
            {"measures": [("satisfaction_score", "avg")], "dimensions": ["is_urgent"]},
        ),
        (
            "number of tickets with is urgent = no",
            {"measures": COUNT, "filters": [("is_urgent", "=", False)]},
        ),
        (
            "tickets that mention refund in the subject",
            {"measures": COUNT, "filters": [("subject", "contains", "refund")]},
        ),
        ("tickets from an iPad", {"measures": COUNT, "filters": [("channel", "=", "chat for iPad")]}),
        ("store 8's paid amount", {"measures": [("paid_amount", "sum")], "filters": [("store", "=", 8)]}),
        (
            "which channel had the highest paid amount ever",
            {"measures": [("paid_amount", "max")], "dimensions": ["channel"]},
        ),
        (
            "which channel had the lowest paid amount, and how low was it",
            {"measures": [("paid_amount", "sum")], "dimensions": ["channel"]},
        ),
        (
            "tickets with a paid amount below -5",
            {"measures": COUNT, "filters": [("paid_amount", "<", -5)]},
        ),
        (
            "tickets with a satisfaction score 20 to 29",
            {"measures": COUNT, "filters": [("satisfaction_score", "between", [20, 29])]},
        ),
        (
            "last month's paid amount by channel",
            {"measures": [("paid_amount", "sum")], "dimensions": ["channel"]},
        ),
    ],
)
def test_tickets(question: str, told: dict[str, Any]):
    assert shown(planned("support_tickets", question)) == told


def test_the_name_of_a_table_is_no_name_of_a_value():
    found = planned("support_tickets", "what percentage of the support tickets came by mail").query
    assert not found.filters
    [part] = [m.ratio.numerator for m in found.measures if m.ratio]
    assert [(f.column, f.value) for f in part.filters] == [("channel", "mail")]


def test_a_share_that_fell_on_something_became_no_less():
    query = planned("support_tickets", "what share of the paid amount fell on urgent tickets").query
    assert not query.dimensions
    assert not query.calculations
    assert [m.name for m in query.measures] == ["share"]


@pytest.mark.parametrize(
    ("question", "expression"),
    [
        ("how much higher was the paid amount in 2023 than in 2021", "first - second"),
        ("how much lower was the paid amount in 2021 than in 2023", "second - first"),
    ],
)
def test_two_times_are_told_with_their_difference(question: str, expression: str):
    measures = planned("support_tickets", question).query.measures
    assert [m.formula.expression for m in measures if m.formula] == [expression]
    assert len(measures) == 3


@pytest.mark.parametrize(
    "question",
    [
        "compare the paid amount between 2023 and 2022",
        "compare the paid amount between 2022 and 2023",
        "what is the difference in paid amount between 2023 and 2022",
    ],
)
def test_two_years_are_compared_whichever_is_named_first(question: str):
    query = planned("support_tickets", question).query
    assert query.period is not None
    assert (query.period.start.year, query.period.end.year) == (2023, 2024)
    assert query.compare in {"previous_period", "previous_year"}


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "total count of all orchards by year",
            {"measures": [("count", "sum")], "dimensions": ["year"]},
        ),
        (
            "difference between the average rates of Hill and Lake",
            {"measures": [(None, None)]},
        ),
        (
            "what was the average harvest rate in Mill",
            {"measures": [("rate", "avg")], "filters": [("orchard", "=", "Mill")]},
        ),
        (
            "average rate by year for Hill and Lake",
            {
                "measures": [("rate", "avg")],
                "dimensions": ["year", "orchard"],
                "filters": [("orchard", "in", ["Hill", "Lake"])],
            },
        ),
    ],
)
def test_columns_may_be_called_as_words_are(question: str, told: dict[str, Any]):
    assert shown(planned("apple_harvest", question)) == told


def test_year_over_year_goes_along_years_that_are_numbers():
    query = planned("apple_harvest", "year over year growth of the count").query
    assert [(c.type, c.along, c.n) for c in query.calculations] == [("change_ratio", "year", 1)]
    assert [d.column for d in query.dimensions] == ["year"]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("how many deaths were there in total", {"measures": [("deaths", "sum")]}),
        ("share of deaths by district", {"measures": [("deaths", "sum")], "dimensions": ["district"]}),
        (
            "districts with more than 10000 deaths",
            {"measures": [("deaths", "sum")], "dimensions": ["district"]},
        ),
    ],
)
def test_rows_that_say_how_many_there_were_are_added_up(question: str, told: dict[str, Any]):
    assert shown(planned("city_deaths", question)) == told


def test_somebody_who_does_it_is_no_deed():
    with pytest.raises(NotUnderstood, match="inspector"):
        planned("inspections", "which inspector has the lowest scores")
