"""What is a filter, a unit or a part of a name in questions about loans, incidents and licences."""

from typing import Any

import pytest
from reading import COUNT, known, planned, shown

from claribi.ask.intent import NotUnderstood
from claribi.sources.catalog import Column, Table

LOANS = Table(
    "loans",
    9_000,
    [
        Column("grade", "string", "dimension", distinct=4),
        Column("region", "string", "dimension", distinct=3),
        Column("status", "string", "dimension", distinct=3),
        Column("purpose", "string", "dimension", distinct=3),
        Column("interest_rate", "float", "measure", minimum=5, maximum=31),
        Column("monthly_debt", "float", "measure", minimum=0, maximum=4_000),
        Column("debt_to_income", "float", "measure", minimum=0, maximum=90),
        Column("installment", "float", "measure", minimum=30, maximum=1_500),
        Column("loan_amount", "integer", "measure", minimum=1_000, maximum=40_000),
        Column("total_collection_amount_ever", "integer", "measure", minimum=0, maximum=9_000),
        Column("issued", "date", "time", minimum="2018-01-01", maximum="2018-12-01"),
    ],
)
LEAKS = Table(
    "leaks",
    1_100,
    [
        Column("state", "string", "dimension", distinct=50),
        Column("entity_type", "string", "dimension", distinct=3),
        Column("people_affected", "integer", "measure", minimum=500, maximum=4_900_000),
        Column("story", "string", "dimension", distinct=1_000),
    ],
)
PETS = Table(
    "pet_licenses",
    50_000,
    [
        Column("license_number", "string", "id", distinct=50_000),
        Column("animal_name", "string", "dimension", distinct=9_000, nulls=40),
        Column("breed", "string", "dimension", distinct=300),
        Column("second_breed", "string", "dimension", distinct=150, nulls=30_000),
        Column("zip_code", "string", "dimension", distinct=90),
    ],
)
VALUES = {
    "grade": ["A", "B", "C", "D"],
    "region": ["North", "South", "West"],
    "status": ["Current", "Charged Off", "Fully Paid"],
    "animal_name": ["LUNA", "Luna", "Golden", "Max"],
    "breed": ["Retriever, Golden", "Retriever, Labrador", "Poodle"],
    "purpose": ["credit_card", "house", "car"],
    "entity_type": ["Health Plan", "Hospital", "Laboratory"],
    "story": [
        "Covered entity lost a laptop with the names of all patients of the last two years.",
        "A binder with treatment notes was stolen from a car of a member of the staff.",
    ],
}
WORDS = known([LOANS, LEAKS, PETS], VALUES)


@pytest.mark.parametrize(
    ("table", "question", "expected"),
    [
        (
            "loans",
            "how many grade A loans in the South",
            {"measures": COUNT, "filters": [("grade", "=", "A"), ("region", "=", "South")]},
        ),
        (
            "loans",
            "number of loans with an interest rate between 10 and 15 percent",
            {"measures": COUNT, "filters": [("interest_rate", "between", [10, 15])]},
        ),
        ("loans", "average monthly installment", {"measures": [("installment", "avg")]}),
        ("loans", "highest interest rate charged", {"measures": [("interest_rate", "max")]}),
        ("loans", "what is the total amount lent", {"measures": [("loan_amount", "sum")]}),
        ("loans", "how much was lent", {"measures": [("loan_amount", "sum")]}),
        ("leaks", "median number of people affected", {"measures": [("people_affected", "median")]}),
        ("leaks", "highest number of people affected", {"measures": [("people_affected", "max")]}),
        ("leaks", "number of leaks by type of entity", {"measures": COUNT, "dimensions": ["entity_type"]}),
        (
            "pet_licenses",
            "how many animals have a second breed",
            {"measures": COUNT, "filters": [("second_breed", "is_not_null", None)]},
        ),
        ("pet_licenses", "how many pets are there", {"measures": COUNT}),
        (
            "pet_licenses",
            "how many Golden Retrievers are registered",
            {"measures": COUNT, "filters": [("breed", "=", "Retriever, Golden")]},
        ),
        (
            "pet_licenses",
            "how many pets are named Luna",
            {"measures": COUNT, "filters": [("animal_name", "=", "Luna")]},
        ),
        ("pet_licenses", "number of licenses by zip code", {"measures": COUNT, "dimensions": ["zip_code"]}),
        (
            "loans",
            "average debt to income ratio by grade",
            {"measures": [("debt_to_income", "avg")], "dimensions": ["grade"]},
        ),
        (
            "leaks",
            "how many leaks affected more than 100,000 people",
            {"measures": COUNT, "filters": [("people_affected", ">", 100_000)]},
        ),
    ],
)
def test_what_words_beside_a_name_say(table: str, question: str, expected: dict[str, Any]) -> None:
    assert shown(planned(WORDS[table], question)) == expected


def test_so_many_as_were_said_are_ranked() -> None:
    query = planned(WORDS["pet_licenses"], "top 10 most common pet names").query
    assert ([d.column for d in query.dimensions], query.limit) == (["animal_name"], 10)


def test_a_number_that_could_be_a_year_bounds_what_is_counted() -> None:
    query = planned(WORDS["pet_licenses"], "zip codes with more than 2000 licensed pets").query
    assert [d.column for d in query.dimensions] == ["zip_code"]
    assert [(h.column, h.operator, h.value) for h in query.having] == [("count", ">", 2000)]


def test_sentences_are_not_named_by_how_they_begin() -> None:
    with pytest.raises(NotUnderstood):
        planned(WORDS["leaks"], "number of leaks of a covered entity")


def test_an_average_of_nothing_that_is_known_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="score"):
        planned(WORDS["loans"], "average credit score by grade")
