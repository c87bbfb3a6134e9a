"""Words of business: ratios with a name, verbs that tell when, nouns that stand for rows or for money."""

from typing import Any

import pytest
import reading
from reading import COUNT, known, shown

from claribi.ask.plan import NotUnderstood, Plan
from claribi.ask.telling import SURE, confidence
from claribi.sources.catalog import Column, Table

TICKETS = Table(
    "support_tickets",
    5_000,
    [
        Column("ticket_id", "integer", "id", distinct=5_000),
        Column("created_at", "timestamp", "time", minimum="2022-06-01", maximum="2024-08-14"),
        Column("channel", "string", "dimension", distinct=5),
        Column("status", "string", "dimension", distinct=3),
        Column("reopened", "string", "dimension", distinct=2),
        Column("first_response_minutes", "integer", "measure", minimum=1, maximum=300),
        Column("resolution_hours", "float", "measure", minimum=0, maximum=200),
    ],
)
DEALS = Table(
    "sales_pipeline",
    4_000,
    [
        Column("opportunity_id", "string", "id", distinct=4_000),
        Column("customer_id", "integer", "id", distinct=900),
        Column("sales_rep", "string", "dimension", distinct=5),
        Column("created_date", "date", "time", minimum="2023-01-01", maximum="2024-08-14"),
        Column("close_date", "date", "time", minimum="2023-01-08", maximum="2024-08-14", nulls=1_000),
        Column("deal_amount", "integer", "measure", minimum=10, maximum=90_000),
        Column("is_won", "boolean", "dimension", distinct=2),
        Column("discount", "float", "measure", minimum=0, maximum=1),
    ],
)
ADS = Table(
    "campaigns",
    4_000,
    [
        Column("day", "date", "time", minimum="2022-01-01", maximum="2024-08-14"),
        Column("channel", "string", "dimension", distinct=5),
        Column("Impressions", "integer", "measure", minimum=1, maximum=90_000),
        Column("Clicks", "integer", "measure", minimum=1, maximum=900),
        Column("Spend", "decimal", "measure", minimum=1, maximum=900),
        Column("Revenue", "decimal", "measure", minimum=1, maximum=900),
        Column("WeightKg", "float", "measure", minimum=1, maximum=900),
    ],
)
VALUES = {
    "channel": ["Email", "Phone", "Chat"],
    "status": ["Closed", "Open", "Cancelled"],
    "reopened": ["Yes", "No"],
    "sales_rep": ["Anna Schmidt", "Ben Carter"],
}


KNOWN = known((TICKETS, DEALS, ADS), VALUES)


def planned(table: str, question: str) -> Plan:
    return reading.planned(KNOWN[table], question)


def formula(table: str, question: str) -> tuple[str, list[str | None]]:
    [measure] = planned(table, question).query.measures
    assert measure.formula is not None
    return measure.formula.expression, [part.column for part in measure.formula.measures.values()]


@pytest.mark.parametrize(
    ("table", "question", "told"),
    [
        # What its key names is a row.
        ("support_tickets", "tickets by channel", {"measures": COUNT, "dimensions": ["channel"]}),
        (
            "support_tickets",
            "how many tickets are open",
            {"measures": COUNT, "filters": [("status", "=", "Open")]},
        ),
        # A number of minutes or hours is a time.
        ("support_tickets", "average resolution time", {"measures": [("resolution_hours", "avg")]}),
        (
            "support_tickets",
            "median first response time by channel",
            {"measures": [("first_response_minutes", "median")], "dimensions": ["channel"]},
        ),
        (
            "support_tickets",
            "how many tickets took longer than 2 days to resolve",
            {"measures": COUNT, "filters": [("resolution_hours", ">", 48)]},
        ),
        (
            "support_tickets",
            "how long does it take to resolve a ticket",
            {"measures": [("resolution_hours", "avg")]},
        ),
        # What has an amount is a row, and its amount is money.
        ("sales_pipeline", "deals by sales rep", {"measures": COUNT, "dimensions": ["sales_rep"]}),
        ("sales_pipeline", "average deal", {"measures": [("deal_amount", "avg")]}),
        (
            "sales_pipeline",
            "deals over 50k",
            {"measures": COUNT, "filters": [("deal_amount", ">", 50_000)]},
        ),
        ("sales_pipeline", "biggest deal", {"measures": [("deal_amount", "max")]}),
        (
            "sales_pipeline",
            "revenue by sales rep",
            {"measures": [("deal_amount", "sum")], "dimensions": ["sales_rep"]},
        ),
        (
            "sales_pipeline",
            "won revenue by sales rep",
            {
                "measures": [("deal_amount", "sum")],
                "dimensions": ["sales_rep"],
                "filters": [("is_won", "=", True)],
            },
        ),
        # Different ones, where nothing else is asked of them.
        (
            "sales_pipeline",
            "customers by sales rep",
            {"measures": [("customer_id", "count_distinct")], "dimensions": ["sales_rep"]},
        ),
    ],
)
def test_it_is_understood(table: str, question: str, told: dict[str, Any]):
    assert shown(planned(table, question)) == told


@pytest.mark.parametrize(
    ("question", "expression", "columns"),
    [
        ("click through rate by channel", "first / second", ["Clicks", "Impressions"]),
        ("ctr in 2023", "first / second", ["Clicks", "Impressions"]),
        ("what is our ROI", "(first - second) / second", ["Revenue", "Spend"]),
        ("which channel has the lowest cost per click", "first / second", ["Spend", "Clicks"]),
    ],
)
def test_a_ratio_is_known_by_its_name(question: str, expression: str, columns: list[str]):
    assert formula("campaigns", question) == (expression, columns)


def test_a_ratio_needs_both_its_numbers():
    with pytest.raises(NotUnderstood, match="profit margin"):
        planned("campaigns", "profit margin by channel")


@pytest.mark.parametrize(
    ("table", "question", "part"),
    [
        ("support_tickets", "reopening rate by channel", ("reopened", "Yes")),
        ("support_tickets", "cancellation rate", ("status", "Cancelled")),
        ("sales_pipeline", "win rate by sales rep", ("is_won", True)),
    ],
)
def test_a_rate_is_the_share_of_what_has_its_root(table: str, question: str, part: tuple[str, object]):
    [measure] = planned(table, question).query.measures
    assert measure.ratio is not None
    assert [(f.column, f.value) for f in measure.ratio.numerator.filters] == [part]
    assert measure.ratio.denominator.aggregation == "count"


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("how many deals did Anna Schmidt close in 2024", "close_date"),
        ("deals closed in March 2024", "close_date"),
        ("how many deals were created in 2024", "created_date"),
        ("deals in 2024", "created_date"),
    ],
)
def test_a_verb_tells_which_time_is_meant(question: str, column: str):
    period = planned("sales_pipeline", question).query.period
    assert period is not None
    assert period.column == column


def test_cost_per_unit_is_a_ratio():
    [measure] = planned("campaigns", "average spend per kg").query.measures
    assert measure.ratio is not None
    assert (measure.ratio.numerator.column, measure.ratio.denominator.column) == ("Spend", "WeightKg")


@pytest.mark.parametrize(
    ("table", "question"),
    [
        ("sales_pipeline", "how many calls did each sales rep make"),
        ("support_tickets", "how many tickets did we lose"),
        ("campaigns", "how many days does it take to get a click"),
        ("campaigns", "new customers by channel"),
    ],
)
def test_what_nothing_bears_out_is_refused(table: str, question: str):
    with pytest.raises(NotUnderstood):
        planned(table, question)


@pytest.mark.parametrize(
    ("table", "question"),
    [
        ("sales_pipeline", "deals over 50k"),
        ("sales_pipeline", "revenue by sales rep"),
        ("sales_pipeline", "sales reps with more than 10"),
        ("sales_pipeline", "average discount of Anna Schmidt and Ben Carter"),
        ("support_tickets", "cancellation rate"),
    ],
)
def test_what_was_decided_lowers_the_confidence(table: str, question: str):
    plan = planned(table, question)
    told = confidence(plan.sureness, plan.choices)
    assert plan.choices
    assert told["score"] < SURE or told["reasons"][-1].startswith("the question leaves something open")
