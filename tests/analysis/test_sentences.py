"""Sentences that say too much, too often or badly."""

import numpy as np

from claribi.analysis.names import values_of
from claribi.analysis.service import analyse


def said(analysis, sentence):
    return "".join(s.text if hasattr(s, "text") else analysis.figures[s.figure].text for s in sentence)


def readings(warehouse, temperature, days):
    """Two years of one reading a day and four sites."""
    chance = np.random.default_rng(4)
    sites = ("alpha", "beta", "gamma", "delta")
    rows = [
        f"(DATE '2022-01-03' + {day}, '{site}', {temperature(day) + chance.normal(0, 2):.2f})"
        for day in range(days)
        for site in sites
    ]
    values = ", ".join(rows)
    return warehouse(
        "readings",
        f"CREATE TABLE readings AS SELECT * FROM (VALUES {values}) t(read_on, site, temperature)",
    )


def test_an_average_is_no_amount_a_week(warehouse):
    house = readings(warehouse, lambda day: 60 if day < 380 else 45, 728)
    analysis = analyse(house, 1, house.table)
    [step] = [f for f in analysis.findings if f.kind == "change_point"]
    told = said(analysis, step.sentences[0])
    assert "on average, down" in told
    assert "a week" not in told
    assert "around the week of" in said(analysis, step.advice)


def test_nobody_plans_staff_by_a_temperature(warehouse):
    house = readings(warehouse, lambda day: 60 - 15 * (day % 7 == 0), 364)
    analysis = analyse(house, 1, house.table)
    [rhythm] = [f for f in analysis.findings if f.kind == "seasonality"]
    assert rhythm.advice is None


def test_a_rhythm_of_a_few_percent_is_not_told(warehouse):
    house = readings(warehouse, lambda day: 60 - 4 * (day % 7 == 0), 364)
    analysis = analyse(house, 1, house.table)
    assert [f for f in analysis.findings if f.kind == "seasonality"] == []


def test_who_holds_most_is_told_of_one_measure(warehouse):
    chance = np.random.default_rng(6)
    rows = ", ".join(
        f"(DATE '2023-01-01' + {day}, '{line}', {size * chance.normal(1, 0.1):.2f}, "
        f"{2 * size * chance.normal(1, 0.1):.2f})"
        for day in range(365)
        for line, size in (("one", 70), ("two", 12), ("three", 10), ("four", 8))
    )
    house = warehouse(
        "made", f"CREATE TABLE made AS SELECT * FROM (VALUES {rows}) t(made_on, line, revenue, scrap)"
    )
    analysis = analyse(house, 1, house.table)
    held = [f for f in analysis.findings if f.kind in {"concentration", "rank"} and f.measure.additive]
    assert [(f.kind, f.measure.label, f.value) for f in held] == [("concentration", "sum_revenue", "one")]


def test_words_that_are_not_known_get_no_plural():
    assert values_of("region") == "regions"
    assert values_of("product_category") == "product categories"
    assert values_of("Filiale") == "values of filiale"
    assert values_of("Kunden") == "values of kunden"
