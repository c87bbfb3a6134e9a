"""Ways of asking that say what they mean by a verb, an adjective, a unit or a part of a name."""

from typing import Any

import pytest
import reading
from reading import COUNT, known, shown

from claribi.ask.plan import NotUnderstood, Plan
from claribi.sources.catalog import Column, Table

STAFF = Table(
    "employees",
    1_470,
    [
        Column("department", "string", "dimension", distinct=3),
        Column("gender", "string", "dimension", distinct=2),
        Column("marital_status", "string", "dimension", distinct=3),
        Column("attrition", "string", "dimension", distinct=2),
        Column("OverTime", "boolean", "dimension", distinct=2),
        Column("monthly_income", "integer", "measure", minimum=1_000, maximum=20_000),
        Column("age", "integer", "measure", minimum=18, maximum=60),
        Column("years_at_company", "integer", "measure", minimum=0, maximum=40),
        Column("application_type", "string", "dimension", distinct=2),
    ],
)
PIZZAS = Table(
    "pizzas",
    49_574,
    [
        Column("id", "string", "id", distinct=21_350),
        Column("sold_on", "date", "time", minimum="2023-01-01", maximum="2024-08-14"),
        Column("name", "string", "dimension", distinct=32),
        Column("size", "string", "dimension", distinct=4),
        Column("type", "string", "dimension", distinct=4),
        Column("price", "decimal", "measure", minimum=9, maximum=36),
    ],
)
CARS = Table(
    "gtcars",
    47,
    [
        Column("mfr", "string", "dimension", distinct=19),
        Column("bdy_style", "string", "dimension", distinct=4),
        Column("ctry_origin", "string", "dimension", distinct=5),
        Column("mass_g", "float", "measure", minimum=900_000, maximum=2_000_000),
        Column("HR", "integer", "measure", minimum=0, maximum=40),
        Column("msrp", "integer", "measure", minimum=50_000, maximum=1_400_000),
        Column("year_built", "integer", "dimension", distinct=90, minimum=1872, maximum=2010),
        Column("year_sold", "integer", "dimension", distinct=5, minimum=2006, maximum=2010),
    ],
)
MURDERS = Table(
    "murders",
    51,
    [
        Column("state", "string", "dimension", distinct=51),
        Column("region", "string", "dimension", distinct=4),
        Column("population", "integer", "measure", minimum=500_000, maximum=40_000_000),
        Column("total", "integer", "measure", minimum=1, maximum=1_300),
    ],
)
VALUES = {
    "department": ["Sales", "Research_Development", "Human_Resources"],
    "gender": ["Female", "Male"],
    "marital_status": ["Single", "Married", "Divorced"],
    "attrition": ["Yes", "No"],
    "application_type": ["individual", "joint"],
    "size": ["S", "M", "L", "XL"],
    "type": ["classic", "veggie", "chicken", "supreme"],
    "ctry_origin": ["Germany", "Italy", "France", "Japan", "per"],
}


KNOWN = known((STAFF, PIZZAS, CARS, MURDERS), VALUES)


def planned(table: str, question: str) -> Plan:
    return reading.planned(KNOWN[table], question)


INCOME = [("monthly_income", "avg")]


@pytest.mark.parametrize(
    ("table", "question", "told"),
    [
        # Verbs.
        ("employees", "which department earns the most", {"measures": INCOME, "dimensions": ["department"]}),
        ("employees", "how much do men earn", {"measures": INCOME, "filters": [("gender", "=", "Male")]}),
        ("employees", "how many people left", {"measures": COUNT, "filters": [("attrition", "=", "Yes")]}),
        (
            "employees",
            "average age of employees who stayed",
            {"measures": [("age", "avg")], "filters": [("attrition", "=", "No")]},
        ),
        (
            "employees",
            "how many employees work overtime",
            {"measures": COUNT, "filters": [("OverTime", "=", True)]},
        ),
        (
            "employees",
            "how old are single employees",
            {
                "measures": [("age", "avg")],
                "filters": [("marital_status", "=", "Single")],
            },
        ),
        # Parts of names, with what stands between them.
        (
            "employees",
            "employees with more than 20 years at the company",
            {"measures": COUNT, "filters": [("years_at_company", ">", 20)]},
        ),
        ("employees", "average salary by department", {"measures": INCOME, "dimensions": ["department"]}),
        (
            "employees",
            "number of joint applications",
            {"measures": COUNT, "filters": [("application_type", "=", "joint")]},
        ),
        # All there are, each by itself.
        (
            "employees",
            "average income of men and women",
            {
                "measures": INCOME,
                "dimensions": ["gender"],
                "filters": [("gender", "in", ["Male", "Female"])],
            },
        ),
        # What is taken in, where one column alone is money.
        ("pizzas", "total revenue", {"measures": [("price", "sum")]}),
        ("pizzas", "revenue by pizza type", {"measures": [("price", "sum")], "dimensions": ["type"]}),
        (
            "pizzas",
            "how much did we make from classic pizzas",
            {"measures": [("price", "sum")], "filters": [("type", "=", "classic")]},
        ),
        (
            "pizzas",
            "how many classic pizzas were paid",
            {"measures": COUNT, "filters": [("type", "=", "classic")]},
        ),
        # Rows that have names.
        ("pizzas", "what is the most popular pizza", {"measures": COUNT, "dimensions": ["name"]}),
        ("pizzas", "top 5 pizzas by total price", {"measures": [("price", "sum")], "dimensions": ["name"]}),
        ("pizzas", "how many different pizzas do we offer", {"measures": [("name", "count_distinct")]}),
        ("pizzas", "how many large pizzas", {"measures": COUNT, "filters": [("size", "=", "L")]}),
        # Names that leave letters out.
        ("gtcars", "average msrp by manufacturer", {"measures": [("msrp", "avg")], "dimensions": ["mfr"]}),
        ("gtcars", "number of cars by body style", {"measures": COUNT, "dimensions": ["bdy_style"]}),
        ("gtcars", "cars by country of origin", {"measures": COUNT, "dimensions": ["ctry_origin"]}),
        ("gtcars", "home runs by manufacturer", {"measures": [("HR", "sum")], "dimensions": ["mfr"]}),
        ("gtcars", "how many french cars", {"measures": COUNT, "filters": [("ctry_origin", "=", "France")]}),
        # A code that is written like a word is that word.
        (
            "gtcars",
            "average msrp per body style",
            {"measures": [("msrp", "avg")], "dimensions": ["bdy_style"]},
        ),
        # Units.
        (
            "gtcars",
            "cars that weigh more than 1500 kg",
            {"measures": COUNT, "filters": [("mass_g", ">", 1_500_000)]},
        ),
        (
            "gtcars",
            "cars that cost more than 300000",
            {"measures": COUNT, "filters": [("msrp", ">", 300_000)]},
        ),
        # Years that are numbers, more than one of them.
        ("gtcars", "cars built before 1900", {"measures": COUNT, "filters": [("year_built", "<=", 1899)]}),
        ("gtcars", "number of cars sold per year", {"measures": COUNT, "dimensions": ["year_sold"]}),
        # Rows that say how many there are.
        ("murders", "total murders in 1 region", None),
        ("murders", "murders by region", {"measures": [("total", "sum")], "dimensions": ["region"]}),
        (
            "murders",
            "which state has the most murders",
            {"measures": [("total", "sum")], "dimensions": ["state"]},
        ),
    ],
)
def test_it_is_understood(table: str, question: str, told: dict[str, Any] | None):
    if told is None:
        with pytest.raises(NotUnderstood):
            planned(table, question)
    else:
        assert shown(planned(table, question)) == told


def test_what_was_put_into_another_unit_is_told():
    assert planned("gtcars", "cars that weigh more than 1500 kg").choices == [
        "“kg” put into the unit of mass g"
    ]


def test_takings_need_one_amount_of_money():
    """With a number of pieces beside it, a price is not what was taken in."""
    table = Table(
        "lines", 10, [*PIZZAS.columns, Column("quantity", "integer", "measure", minimum=1, maximum=9)]
    )
    words = known([table], VALUES)[table.name]
    with pytest.raises(NotUnderstood, match="revenue"):
        reading.planned(words, "total revenue")


@pytest.mark.parametrize("question", ["how many orders were left", "pizzas by people who quit"])
def test_a_verb_that_nothing_bears_out_is_not_passed_over(question: str):
    with pytest.raises(NotUnderstood):
        planned("pizzas", question)
