"""Random questions to a model against a reference in plain Python, on every engine that runs here."""

import math
import os
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import model_reference
import pytest
import shop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claribi.core.errors import QueryError
from claribi.query.modeling.bound import Bound
from claribi.query.modeling.schemas import Model
from claribi.query.schemas import ModelQuery
from claribi.query.statements import about_model

EXAMPLES = int(os.environ.get("CLARIBI_RANDOM_MODEL_QUERIES", "30"))
Ask = Callable[[ModelQuery, Model], list[list[Any]]]
METRICS = [metric["name"] for metric in shop.MODEL["metrics"]]
HOMES = {
    "revenue": ["lines"],
    "margin": ["lines"],
    "order_count": ["orders"],
    "shipping": ["orders"],
    "late_orders": ["orders"],
    "buyers": ["orders"],
    "paid": ["payments"],
    "refunds": ["returns"],
    "net": ["lines", "returns"],
    "basket": ["lines", "orders"],
    "late_share": ["orders"],
}
# What a measure of each table can be split by: what the table leads to, and its own details.
ABOVE = {
    "regions": {"regions"},
    "customers": {"customers", "regions"},
    "products": {"products"},
    "orders": {"orders", "customers", "regions"},
    "lines": {"lines", "orders", "customers", "regions", "products"},
    "payments": {"payments", "orders", "customers", "regions"},
    "returns": {"returns", "customers", "regions"},
}
REACHED = {home: set(ABOVE[home]).union(*(ABOVE[d] for d in shop.details(home))) for home in ABOVE}
SPLITS = [
    "regions.country",
    "customers.name",
    "customers.region",
    "products.category",
    "orders.status",
    "orders.late",
    "orders.country",
    "orders.ordered_on",
    "orders.moment",
    "lines.quantity",
    "payments.method",
    "returns.returned_on",
    "time",
]
VALUES: dict[str, list[Any]] = {
    "regions.country": ["DE", "FR", "PL"],
    "customers.name": ["C1", "C2", "C3"],
    "products.category": ["toys", "books"],
    "orders.status": ["open", "late"],
    "lines.quantity": [1, 3, 5],
    "lines.amount": [10, 50.5],
    "payments.method": ["card", "cash"],
    "orders.late": [True, False],
}
# Columns that are compared with each other: of one table, or of several that a row leads to.
PAIRS = [
    ("lines.quantity", "lines.price"),
    ("lines.margin", "lines.amount"),
    ("lines.price", "products.cost"),
    ("orders.ordered_on", "orders.moment"),
    ("payments.paid", "orders.shipping"),
    ("customers.region", "regions.region"),
    ("customers.name", "orders.status"),
]


def _fits(name: str, homes: list[str]) -> bool:
    if name == "time":
        return all(home in {"orders", "lines", "returns"} for home in homes)
    return all(name.partition(".")[0] in REACHED[home] for home in homes)


def _are_beside(pair: tuple[str, str], homes: list[str]) -> bool:
    """Whether a row of each home has one value of both."""
    tables = {name.partition(".")[0] for name in pair}
    return (len(tables) == 1 and _fits(pair[0], homes)) or all(tables <= ABOVE[home] for home in homes)


@st.composite
def _filters(draw: st.DrawFn, homes: list[str]) -> dict[str, Any]:
    pairs = [pair for pair in PAIRS if _are_beside(pair, homes)]
    if pairs and draw(st.integers(0, 4)) == 0:
        column, other = draw(st.permutations(draw(st.sampled_from(pairs))))
        are_texts = column.startswith("customers.") or other.startswith("customers.")
        operator = draw(st.sampled_from(["=", "!="] if are_texts else ["=", "!=", "<", "<=", ">", ">="]))
        return {"column": column, "operator": operator, "other": other}
    column = draw(st.sampled_from([name for name in VALUES if _fits(name, homes)]))
    operators = ["=", "!=", "in", "is_null", "is_not_null"]
    operators += [">", "<="] if column.startswith("lines.") else []
    operator = draw(st.sampled_from(operators))
    value: Any = None
    if operator == "in":
        value = draw(st.lists(st.sampled_from(VALUES[column]), min_size=1, unique=True))
    elif not operator.startswith("is_"):
        value = draw(st.sampled_from(VALUES[column]))
    return {"column": column, "operator": operator, "value": value}


@st.composite
def queries(draw: st.DrawFn) -> ModelQuery:
    metrics = draw(st.lists(st.sampled_from(METRICS), min_size=1, max_size=4, unique=True))
    homes = sorted({home for metric in metrics for home in HOMES[metric]})
    names = draw(st.lists(st.sampled_from([s for s in SPLITS if _fits(s, homes)]), max_size=2, unique=True))
    dimensions = []
    for name in names:
        dimension: dict[str, Any] = {"column": name}
        if name == "time" or name.endswith(("_on", ".moment")):
            grains = ["day", "week", "month", "quarter", "year"] + (
                ["hour"] if name.endswith(".moment") else []
            )
            dimension["grain"] = draw(st.sampled_from(grains))
        dimensions.append(dimension)
    body: dict[str, Any] = {
        "model_id": 1,
        "measures": [{"metric": metric} for metric in metrics],
        "dimensions": dimensions,
        "filters": draw(st.lists(_filters(homes), max_size=2)),
        "limit": draw(st.one_of(st.none(), st.integers(1, 20))),
    }
    if _fits("time", homes) and draw(st.integers(0, 3)) == 0:
        body["period"] = {"column": "time", "start": "2023-06-01", "end": "2024-01-01"}
        body["compare"] = draw(st.sampled_from([None, "previous_period", "previous_year"]))
    if draw(st.integers(0, 3)) == 0:
        told = st.sampled_from(["sum", "min", "max", "count"])
        body["summary"] = [{"aggregation": "count", "name": "lines"}]
        body["summary"] += [{"column": metric, "aggregation": draw(told)} for metric in metrics]
    return ModelQuery.model_validate(body)


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, int | float | Decimal) and isinstance(theirs, int | float | Decimal):
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-9)
    if type(ours) is date and isinstance(theirs, datetime):
        return datetime(ours.year, ours.month, ours.day) == theirs
    return bool(ours == theirs)


RUN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@RUN
@given(query=queries())
def test_answers_agree_with_the_reference(ask: Ask, model: Model, query: ModelQuery):
    _check(ask, model, query)


@settings(RUN, max_examples=max(EXAMPLES // 3, 1))
@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    grain=st.sampled_from(["hour", "day", "week", "month"]),
    metric=st.sampled_from(["order_count", "shipping", "revenue"]),
)
def test_moments_are_those_of_the_models_clocks(ask: Ask, model: Model, zone: str, grain: str, metric: str):
    """Days on which clocks are changed among them."""
    query = ModelQuery.model_validate(
        {
            "model_id": 1,
            "measures": [{"metric": metric}],
            "dimensions": [{"column": "orders.moment", "grain": grain}],
        }
    )
    _check(ask, model.model_copy(update={"time_zone": zone}), query)


# Each of its queries is several jobs of a cluster, if only of this machine.
@settings(RUN, max_examples=max(EXAMPLES // 5, 1))
@given(query=queries())
def test_spark_agrees_with_the_reference(spark: Ask, model: Model, query: ModelQuery):
    _check(spark, model, query)


def test_periods_are_compared_where_rows_belong_to_several_values(ask: Ask, model: Model):
    query = ModelQuery.model_validate(
        {
            "model_id": 1,
            "measures": [{"metric": "order_count"}, {"metric": "basket"}],
            "dimensions": [{"column": "products.category"}, {"column": "time", "grain": "quarter"}],
            "period": {"column": "time", "start": "2023-07-01", "end": "2024-01-01"},
            "compare": "previous_period",
        }
    )
    found = _check(ask, model, query)
    compared = [row for row in found if row[2] and row[3]]
    assert len(compared) > 4
    # Orders of several categories count in each, once.
    assert (
        sum(row[2] for row in found)
        > len([o for o in shop.DATA["orders"] if o["ordered_on"].year == 2023]) / 2
    )


def test_a_zone_that_the_database_does_not_know_is_told(mariadb: Any, model: Model):
    """MariaDB would answer with nothing, its zone tables being empty."""
    query = ModelQuery.model_validate(
        {
            "model_id": 1,
            "measures": [{"metric": "order_count"}],
            "dimensions": [{"column": "orders.moment", "grain": "day"}],
        }
    )
    elsewhere = model.model_copy(update={"time_zone": "Asia/Tokyo"})
    statement, _ = about_model(Bound(elsewhere, {1: mariadb.catalog}), query, 100)
    with pytest.raises(QueryError, match="does not know the time zone Asia/Tokyo"):
        statement.verify()
    known = model.model_copy(update={"time_zone": "Europe/Berlin"})
    about_model(Bound(known, {1: mariadb.catalog}), query, 100)[0].verify()


def _check(ask: Ask, model: Model, query: ModelQuery) -> list[list[Any]]:
    found, wanted = ask(query, model), model_reference.answer(query, model, datetime(2024, 1, 1))
    assert len(found) == len(wanted), (query, found, wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert all(map(same, ours, theirs)), (query, ours, theirs)
    return found
