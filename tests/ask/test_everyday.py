"""Everyday ways to ask: idle verbs, nouns for rows without a name, negations, percents, counts of counts."""

from typing import Any

import pytest
import reading
from reading import COUNT, TIMES, known, shown

from claribi.ask.naming import of_tables
from claribi.ask.plan import NotUnderstood, Plan
from claribi.ask.reader import proper_names, read
from claribi.ask.telling import SURE
from claribi.sources.catalog import Column, Table

CHURN = Table(
    "churn",
    7_000,
    [
        Column("contract", "string", "dimension", distinct=3),
        Column("paperless_billing", "boolean", "dimension", distinct=2),
        Column("dependents", "integer", "dimension", distinct=2, minimum=0, maximum=1),
        Column("partner", "integer", "dimension", distinct=2, minimum=0, maximum=1),
        Column("tenure", "integer", "measure", minimum=0, maximum=72),
        Column("total_charges", "decimal", "measure", minimum=18, maximum=8_684),
        Column("monthly_charges", "decimal", "measure", minimum=18, maximum=118),
        Column("churned", "string", "dimension", distinct=2),
    ],
)
PETS = Table(
    "pets",
    20_000,
    [
        Column("issue_date", "date", "time", minimum="2003-04-19", maximum="2024-08-14"),
        Column("animal_name", "string", "dimension", distinct=7_000, nulls=180),
        Column("species", "string", "dimension", distinct=4),
        Column("owner_id", "integer", "id", distinct=9_000),
        Column("zip_code", "string", "dimension", distinct=80),
        Column("discount", "float", "measure", minimum=0, maximum=0.8),
        Column("weight_kg", "float", "measure", minimum=1, maximum=90),
    ],
)
HOMES = Table(
    "home_sales_2024",
    9_000,
    [
        Column("city", "string", "dimension", distinct=46),
        Column("year", "integer", "dimension", distinct=16, minimum=2000, maximum=2015),
        Column("month", "integer", "dimension", distinct=12, minimum=1, maximum=12),
        Column("bedrooms", "integer", "dimension", distinct=7, minimum=0, maximum=6),
        Column("earliest_permit", "integer", "measure", minimum=1950, maximum=2015),
        Column("price_bn_usd", "decimal", "measure", minimum=1, maximum=90),
    ],
)
STRIKES = Table("birdstrikes", 19_000, [Column("species", "string", "dimension", distinct=200)])
VALUES = {
    "contract": ["Month-to-month", "One year", "Two year"],
    "churned": ["Yes", "No"],
    "species": ["Dog", "Cat", "STRIPED SKUNK"],
    "zip_code": ["98103", "98104"],
    "city": ["Austin", "Houston"],
}


KNOWN = known((CHURN, PETS, HOMES, STRIKES), VALUES)


def planned(table: str, question: str) -> Plan:
    return reading.planned(KNOWN[table], question)


@pytest.mark.parametrize(
    ("table", "question", "told"),
    [
        # Verbs that are true of all rows say nothing.
        ("pets", "how many pets were reported", {"measures": COUNT}),
        ("pets", "I'd like to see pets by species", {"measures": COUNT, "dimensions": ["species"]}),
        # Rows without a name are called by what such tables are about.
        ("churn", "customers by contract", {"measures": COUNT, "dimensions": ["contract"]}),
        (
            "churn",
            "how many customers have a partner but no dependents",
            {"measures": COUNT, "filters": [("partner", "=", 1), ("dependents", "=", 0)]},
        ),
        (
            "churn",
            "how many people pay more than $100 a month",
            {"measures": COUNT, "filters": [("monthly_charges", ">", 100)]},
        ),
        (
            "churn",
            "average tenure of those who churned compared to those who did not",
            {"measures": [("tenure", "avg")], "dimensions": ["churned"]},
        ),
        (
            "churn",
            "total charges on a month-to-month contract",
            {"measures": [("total_charges", "sum")], "filters": [("contract", "=", "Month-to-month")]},
        ),
        # A noun that ends the name of the table.
        ("birdstrikes", "how many strikes", {"measures": COUNT}),
        ("home_sales_2024", "how many home sales by city", {"measures": COUNT, "dimensions": ["city"]}),
        # Percents of what is kept as a part of one.
        (
            "pets",
            "pets with a discount of 50% or more",
            {"measures": COUNT, "filters": [("discount", ">=", 0.5)]},
        ),
        ("pets", "pets not sold at a discount", {"measures": COUNT, "filters": [("discount", "=", 0)]}),
        # Which of two has more.
        (
            "pets",
            "are there more dogs or cats in 98103",
            {
                "measures": COUNT,
                "dimensions": ["species"],
                "filters": [("species", "in", ["Dog", "Cat"]), ("zip_code", "=", "98103")],
            },
        ),
        # Whoever has no name takes no place.
        (
            "pets",
            "most common animal name",
            {
                "measures": COUNT,
                "dimensions": ["animal_name"],
                "filters": [("animal_name", "is_not_null", None)],
            },
        ),
        (
            "pets",
            "how many animals have no animal name",
            {"measures": COUNT, "filters": [("animal_name", "is_null", None)]},
        ),
        # How many have so many.
        ("pets", "how many owners have more than 3 pets", {"measures": COUNT, "dimensions": ["owner_id"]}),
        # Both ends of the times.
        (
            "pets",
            "when was the first and the last pet",
            {"measures": [("issue_date", "min"), ("issue_date", "max")]},
        ),
        # Years and months in columns of their own.
        (
            "home_sales_2024",
            "total price in Austin in June 2012",
            {
                "measures": [("price_bn_usd", "sum")],
                "filters": [
                    ("city", "=", "Austin"),
                    ("year", "=", 2012),
                    ("month", ">=", 6),
                    ("month", "<=", 6),
                ],
            },
        ),
        (
            "home_sales_2024",
            "number of sales with an earliest permit before 1980",
            {"measures": COUNT, "filters": [("earliest_permit", "<=", 1979)]},
        ),
        (
            "home_sales_2024",
            "average price by number of bedrooms",
            {"measures": [("price_bn_usd", "avg")], "dimensions": ["bedrooms"]},
        ),
    ],
)
def test_it_is_understood(table: str, question: str, told: dict[str, Any]):
    assert shown(planned(table, question)) == told


@pytest.mark.parametrize(
    ("table", "question"),
    [
        # What tells some rows from others is not passed over.
        ("pets", "how many pets were returned"),
        ("pets", "how many pets complained"),
        ("churn", "cancelled customers"),
        # One word of a name that says yes or no is not all of it.
        ("churn", "customers who were billed"),
        # A bound needs a number, whatever stands in its place.
        ("pets", "pets with a discount higher than species"),
        ("churn", "customers with total charges more than contract"),
        # What customers are split by must be there.
        ("birdstrikes", "strikes by customer"),
    ],
)
def test_what_can_not_be_known_is_not_passed_over(table: str, question: str):
    with pytest.raises(NotUnderstood):
        planned(table, question)


def test_how_many_have_so_many_is_a_number():
    query = planned("pets", "how many owners have more than 3 pets").query
    assert [dimension.column for dimension in query.dimensions] == ["owner_id"]
    assert [(h.column, h.operator, h.value) for h in query.having] == [("count", ">", 3)]
    [told] = query.summary
    assert (told.name, told.formula.measures["told"].aggregation) == ("number of owners", "count")
    listed = planned("pets", "which owners have more than 3 pets").query
    assert not listed.summary
    assert [(h.column, h.operator, h.value) for h in listed.having] == [("count", ">", 3)]


def test_a_guess_at_what_rows_are_called_is_not_sure():
    assert planned("churn", "customers by contract").sureness < SURE
    assert planned("pets", "pets by species").sureness >= SURE


def test_words_like_one_of_thousands_of_names_are_not_that_name():
    words = of_tables([PETS])
    name = next(thing for thing in words.things if thing.name == "animal_name")
    words.hold(name, ["Old", "Timetta"])
    phrases = read("how many pets are older", words, TIMES)
    assert not any("Old" in str(phrase.meaning) for phrase in phrases)


def test_names_are_what_is_written_as_one():
    words = KNOWN["pets"]
    assert proper_names(read("how many pets called Bella are there", words, TIMES)) == ["Bella"]
    assert proper_names(read("how many zebras are there", words, TIMES)) == []
