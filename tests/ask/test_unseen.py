"""Tables that nobody prepared: what their rows are called, everyday words for columns, two sides, losses."""

from typing import Any

import pytest
import reading
from reading import COUNT, known, shown

from claribi.ask.plan import NotUnderstood, Plan
from claribi.ask.telling import LIKELY, SURE
from claribi.query.schemas import Query
from claribi.sources.catalog import Column, Table

FIRMS = Table(
    "fortune500",
    500,
    [
        Column("rank", "integer", "id", distinct=500, minimum=1, maximum=500),
        Column("name", "string", "id", distinct=500),
        Column("country", "string", "dimension", distinct=40),
        Column("category", "string", "dimension", distinct=27),
        Column("sales", "float", "measure", minimum=0, maximum=256),
        Column("profits", "float", "measure", minimum=-26, maximum=21, nulls=4),
        Column("assets", "float", "measure", minimum=0.3, maximum=1264),
        Column("marketvalue", "float", "measure", minimum=0, maximum=328),
    ],
)
MARKET = Table(
    "housing",
    46 * 180,
    [
        Column("city", "string", "dimension", distinct=46),
        Column("year", "integer", "dimension", distinct=15, minimum=2000, maximum=2014),
        Column("sales", "integer", "measure", minimum=5, maximum=8_945, nulls=30),
        Column("volume", "integer", "measure", minimum=800_000, maximum=2_500_000_000),
        Column("median", "integer", "measure", minimum=50_000, maximum=304_200),
        Column("inventory", "float", "measure", minimum=0, maximum=55),
        Column("date", "date", "time", minimum="2000-01-01", maximum="2014-12-01", distinct=180),
    ],
)
LEAGUE = Table(
    "league_matches",
    14_000,
    [
        Column("HomeTeam", "string", "dimension", distinct=56),
        Column("AwayTeam", "string", "dimension", distinct=56),
        Column("HomeGoals", "integer", "measure", minimum=0, maximum=12),
        Column("AwayGoals", "integer", "dimension", distinct=10, minimum=0, maximum=9),
        Column("Year", "integer", "dimension", distinct=50, minimum=1963, maximum=2013),
        Column("Date", "timestamp", "time", minimum="1963-08-24T09:30:00", maximum="2013-05-18T09:30:00"),
    ],
)
DEPUTIES = Table(
    "deputies",
    900,
    [
        Column("Name", "string", "id", distinct=890),
        Column("Political Affiliation at Appointment", "string", "dimension", distinct=12),
        Column("Province / Territory", "string", "dimension", distinct=17),
        Column("start_date", "date", "time", minimum="1867-10-23", maximum="2013-03-25"),
        Column("reason", "string", "dimension", distinct=4, nulls=80),
        Column("diff_days", "integer", "measure", minimum=1, maximum=17_000),
    ],
)
CRIMES = Table(
    "chicago2022",
    1_500,
    [
        Column("case_number", "string", "id", distinct=1_500),
        Column("date", "timestamp", "time", minimum="2021-01-01T00:00:00", maximum="2022-12-31T00:00:00"),
        Column("primary_type", "string", "dimension", distinct=5),
        Column("location_description", "string", "dimension", distinct=5),
        Column("district", "integer", "measure", distinct=25, minimum=1, maximum=25),
        Column("victim_age", "integer", "measure", minimum=3, maximum=90),
    ],
)
STARTUPS = Table(
    "startups",
    700,
    [
        Column("name", "string", "id", distinct=700),
        Column("sector", "string", "dimension", distinct=5),
        Column("founded", "integer", "dimension", distinct=25, minimum=1998, maximum=2022),
        Column("employees", "integer", "measure", minimum=2, maximum=4_000),
        Column("valuation_musd", "float", "measure", minimum=1, maximum=9_000),
    ],
)
BASKETBALL = Table(
    "nba",
    900,
    [
        Column("game_date", "date", "time", minimum="2015-11-01", maximum="2022-03-30"),
        Column("season", "integer", "dimension", distinct=7, minimum=2015, maximum=2021),
        Column("home_team", "string", "dimension", distinct=6),
        Column("away_team", "string", "dimension", distinct=6),
        Column("home_points", "integer", "measure", minimum=80, maximum=140),
        Column("away_points", "integer", "measure", minimum=80, maximum=140),
    ],
)
CARS = Table(
    "autoscout",
    1_500,
    [
        Column("make", "string", "dimension", distinct=4),
        Column("model", "string", "dimension", distinct=8),
        Column("mileage", "integer", "measure", minimum=0, maximum=220_000),
        Column("fuel", "string", "dimension", distinct=4),
        Column("dealer", "string", "dimension", distinct=3),
        Column("price", "integer", "measure", minimum=1_500, maximum=70_000),
    ],
)
CLINIC = Table(
    "clinic",
    1_200,
    [
        Column("admitted", "date", "time", distinct=600, minimum="2022-01-01", maximum="2023-12-31"),
        Column("sex", "string", "dimension", distinct=2),
        Column("diagnosis", "string", "dimension", distinct=5),
        Column("age", "integer", "measure", minimum=1, maximum=94),
    ],
)
VALUES = {
    "primary_type": ["THEFT", "BATTERY", "BURGLARY"],
    "location_description": ["STREET", "RESIDENCE"],
    "fuel": ["Diesel", "Electric"],
    "dealer": ["Car Center", "Autohaus Nord"],
    "country": ["Germany", "United States", "United Kingdom", "Canada", "Japan"],
    "category": ["Banking", "Insurance", "Software & services"],
    "city": ["Austin", "Houston"],
    "HomeTeam": ["Hamburger SV", "Werder Bremen"],
    "AwayTeam": ["Hamburger SV", "Werder Bremen"],
    "reason": ["Death", "Resignation", "Retirement", "Appointment declined"],
    "Province / Territory": ["Quebec", "Ontario"],
}
KNOWN = known((FIRMS, MARKET, LEAGUE, DEPUTIES, CRIMES, STARTUPS, BASKETBALL, CARS, CLINIC), VALUES)


def planned(table: str, question: str) -> Plan:
    return reading.planned(KNOWN[table], question)


@pytest.mark.parametrize(
    ("table", "question", "told"),
    [
        # What rows are, where neither the table nor a key says so.
        (
            "fortune500",
            "number of German companies",
            {"measures": COUNT, "filters": [("country", "=", "Germany")]},
        ),
        (
            "fortune500",
            "top 10 companies by profit",
            {"measures": [("profits", "avg")], "dimensions": ["name"]},
        ),
        (
            "fortune500",
            "which country outside the US has the most firms",
            {
                "measures": COUNT,
                "dimensions": ["country"],
                "filters": [("country", "!=", "United States")],
            },
        ),
        ("deputies", "appointments by reason", {"measures": COUNT, "dimensions": ["reason"]}),
        # Everyday words.
        (
            "fortune500",
            "average profit by industry",
            {"measures": [("profits", "avg")], "dimensions": ["category"]},
        ),
        (
            "deputies",
            "average length of service by party",
            {"measures": [("diff_days", "avg")], "dimensions": ["Political Affiliation at Appointment"]},
        ),
        ("housing", "median price by city", {"measures": [("median", "avg")], "dimensions": ["city"]}),
        (
            "league_matches",
            "average home goals by season",
            {"measures": [("HomeGoals", "avg")], "dimensions": ["Year"]},
        ),
        # What was sold, where a number tells how many pieces.
        (
            "housing",
            "how many homes were sold in Houston",
            {"measures": [("sales", "sum")], "filters": [("city", "=", "Houston")]},
        ),
        ("housing", "total dollar volume by city", {"measures": [("volume", "sum")], "dimensions": ["city"]}),
        # Kinds of rows in the plural, though nothing is called so.
        (
            "fortune500",
            "total assets of Canadian banks",
            {
                "measures": [("assets", "sum")],
                "filters": [("country", "=", "Canada"), ("category", "=", "Banking")],
            },
        ),
        # Numbers below nothing, and in other units than they are asked in.
        (
            "fortune500",
            "how many companies lost money",
            {"measures": COUNT, "filters": [("profits", "<", 0)]},
        ),
        (
            "fortune500",
            "how many companies have a negative profit",
            {"measures": COUNT, "filters": [("profits", "<", 0)]},
        ),
        (
            "fortune500",
            "how many insurance companies have assets above 100 billion",
            {"measures": COUNT, "filters": [("category", "=", "Insurance"), ("assets", ">", 100)]},
        ),
        # What ended how.
        (
            "deputies",
            "how many deputies died in office",
            {"measures": COUNT, "filters": [("reason", "=", "Death")]},
        ),
        (
            "deputies",
            "how many deputies have no reason for leaving",
            {"measures": COUNT, "filters": [("reason", "is_null", None)]},
        ),
        # Nouns for rows that are words for a kind, a time or a dealer of them as well.
        ("chicago2022", "how many crimes", {"measures": COUNT}),
        ("chicago2022", "number of thefts", {"measures": COUNT, "filters": [("primary_type", "=", "THEFT")]}),
        ("chicago2022", "crimes per district", {"measures": COUNT, "dimensions": ["district"]}),
        ("autoscout", "how many cars", {"measures": COUNT}),
        # Two sexes and 600 days make 1,200 by chance: that is no row for each of both.
        ("clinic", "how many patients", {"measures": COUNT}),
        (
            "nba",
            "how many games were played in the 2018 season",
            {"measures": COUNT, "filters": [("season", "=", 2018)]},
        ),
        ("startups", "companies by industry", {"measures": COUNT, "dimensions": ["sector"]}),
        (
            "startups",
            "average headcount by industry",
            {"measures": [("employees", "avg")], "dimensions": ["sector"]},
        ),
        (
            "startups",
            "top 5 companies by market value",
            {"measures": [("valuation_musd", "sum")], "dimensions": ["name"]},
        ),
        # Two sides of a match.
        (
            "league_matches",
            "top 5 teams by away goals",
            {"measures": [("AwayGoals", "sum")], "dimensions": ["AwayTeam"]},
        ),
        (
            "league_matches",
            "Werder Bremen goals scored at home",
            {"measures": [("HomeGoals", "sum")], "filters": [("HomeTeam", "=", "Werder Bremen")]},
        ),
        (
            "housing",
            "in which year were total sales lowest, leaving out 2014",
            {"measures": [("sales", "sum")], "dimensions": ["year"], "filters": [("year", "!=", 2014)]},
        ),
    ],
)
def test_reads(table: str, question: str, told: dict[str, Any]) -> None:
    assert shown(planned(table, question)) == told


@pytest.mark.parametrize(
    ("table", "question"),
    [
        # Of two nouns for rows nothing tells which is meant.
        ("fortune500", "number of employees by company"),
        ("fortune500", "which headquarters city has the most companies"),
        # Each row is a city in a month: none is a home.
        ("housing", "how many homes are in Austin"),
        ("housing", "how many people live in Austin"),
        # Columns speak against what is counted, or of something else.
        ("autoscout", "how many buyers were there"),
        ("autoscout", "how many accidents were there"),
        ("autoscout", "how many companies"),
        ("chicago2022", "how many suspects were there"),
        ("chicago2022", "how many people were killed"),
        ("chicago2022", "how many complaints"),
        ("startups", "how many founders are there"),
        ("nba", "best team"),
        # An age tells who is a child, and nobody says from which on one is none.
        ("clinic", "how many children were treated"),
        # A team can't be sought on both sides.
        ("league_matches", "number of matches of Hamburger SV"),
        ("league_matches", "number of matches of Hamburger SV at home against Werder Bremen"),
    ],
)
def test_refuses(table: str, question: str) -> None:
    with pytest.raises(NotUnderstood):
        planned(table, question)


def test_goals_of_both_sides_are_added_up() -> None:
    query = planned("league_matches", "average goals per match").query
    assert isinstance(query, Query)
    [both] = query.computed
    assert (both.expression, sorted(both.columns.values())) == ("first + second", ["AwayGoals", "HomeGoals"])
    assert [(m.column, m.aggregation) for m in query.measures] == [(both.name, "avg")]
    bounded = planned("league_matches", "number of matches with at least 8 goals").query
    assert [(f.column, f.operator, f.value) for f in bounded.filters] == [(both.name, ">=", 8)]


@pytest.mark.parametrize(
    ("question", "sign"),
    [
        ("how many home wins were there", ">"),
        ("number of away wins", "<"),
        ("number of home defeats", "<"),
        ("how many draws were there", "="),
    ],
)
def test_how_matches_ended_is_told_by_both_scores(question: str, sign: str):
    [criterion] = planned("league_matches", question).query.filters
    assert (criterion.column, criterion.operator, criterion.other) == ("HomeGoals", sign, "AwayGoals")


def test_rows_that_a_noun_was_taken_for_are_told() -> None:
    plan = planned("fortune500", "how many companies")
    assert plan.choices == ["companies taken for the rows of fortune500"]
    assert plan.sureness < SURE


def test_companies_are_listed_with_what_stands_beside() -> None:
    plan = planned("fortune500", "companies from Japan with their sales")
    assert shown(plan) == {
        "measures": [("sales", "max")],
        "dimensions": ["name"],
        "filters": [("country", "=", "Japan")],
    }


def test_values_of_places_are_hardly_what_is_counted() -> None:
    assert planned("chicago2022", "how many streets are there").sureness < LIKELY


def test_a_menu_tells_neither_what_sells_best_nor_of_unknown_fat():
    menu = Table(
        "menu",
        60,
        [
            Column("dish", "string", "id", distinct=60),
            Column("kitchen", "string", "dimension", distinct=2),
            Column("trans_fat", "float", "measure", minimum=0, maximum=8),
        ],
    )
    words = known([menu], {})["menu"]
    with pytest.raises(NotUnderstood):
        reading.planned(words, "best selling dish")
    # Each row tells how much it has: those without have none of it.
    assert shown(reading.planned(words, "dishes without trans fat"))["filters"] == [("trans_fat", "=", 0)]
