"""What a column is good for, by its name: numbers that are added up, averaged, or none at all."""

import pytest

from claribi.analysis import roles
from claribi.sources.catalog import Column, Table

TABLE = Table("orders", 1_000, [])


def column(name: str) -> Column:
    return Column(name, "integer", "measure", minimum=1, maximum=500, distinct=100)


@pytest.mark.parametrize(
    "name", ["total_price", "line_total", "revenue", "row_count", "quantity", "order_value"]
)
def test_it_is_added_up(name: str):
    assert roles.is_measure(column(name), TABLE)
    assert roles.is_additive(column(name))


@pytest.mark.parametrize(
    "name", ["price", "unit_price", "total_cholesterol", "average_price", "rating", "ph_value", "wait_s"]
)
def test_it_is_averaged(name: str):
    assert roles.is_measure(column(name), TABLE)
    assert not roles.is_additive(column(name))


@pytest.mark.parametrize("name", ["order_line", "sequence", "customer_no", "zip", "year"])
def test_it_only_numbers_things(name: str):
    assert not roles.is_measure(column(name), TABLE)


def test_a_duration_with_its_unit_is_no_time_of_day():
    taken = Column("load_time_ms", "integer", "measure", minimum=80, maximum=1_900, distinct=900)
    assert roles.is_measure(taken, TABLE)
    assert not roles.is_additive(taken)
    departed = Column("dep_time", "integer", "measure", minimum=1, maximum=2_359, distinct=900)
    assert not roles.is_measure(departed, TABLE)
