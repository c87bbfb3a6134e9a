"""A new level, a line or an odd day of the whole names the one value that made it."""

from datetime import date, timedelta

import numpy as np
import pytest

from claribi.analysis.figures import Text
from claribi.analysis.formulas import holds
from claribi.analysis.service import analyse

SHOPS = ("Bonn", "Graz", "Lyon", "Metz")


def takings(warehouse, factor, days=360, average=False):
    chance, rows = np.random.default_rng(3), []
    for d in range(days):
        day = date(2023, 1, 1) + timedelta(days=d)
        rows += [
            f"('{day}'::DATE, '{shop}', {100 * factor(d, shop) * chance.normal(1, 0.08):.3f})"
            for shop in SHOPS
        ]
    name, values = "price" if average else "revenue", ", ".join(rows)
    return warehouse(
        "takings", f"CREATE TABLE takings AS SELECT * FROM (VALUES {values}) t(day, shop, {name})"
    )


def said(house, kind):
    analysis = analyse(house, 1, house.table)
    assert all(holds(figure, house.again(figure.evidence_id)) for figure in analysis.figures.values())
    spans = [s for f in analysis.findings if f.kind == kind for sentence in f.sentences for s in sentence]
    return "".join(s.text if isinstance(s, Text) else analysis.figures[s.figure].text for s in spans)


@pytest.mark.parametrize("average", [False, True])
def test_a_new_level_names_who_made_it(warehouse, average):
    house = takings(warehouse, lambda d, shop: 2 if shop == "Lyon" and d >= 200 else 1, average=average)
    text = said(house, "change_point")
    assert "hop Lyon" in text


def test_a_new_level_of_all_names_nobody(warehouse):
    text = said(takings(warehouse, lambda d, _: 1.5 if d >= 200 else 1), "change_point")
    assert "higher level" in text
    assert "hop" not in text


def test_a_large_value_has_no_part_beyond_its_size(warehouse):
    def factor(d, shop):
        return (8 if shop == "Lyon" else 1) * (1.5 if d >= 200 else 1)

    assert "Lyon" not in said(takings(warehouse, factor), "change_point")


@pytest.mark.parametrize("average", [False, True])
def test_an_odd_day_names_who_made_it(warehouse, average):
    house = takings(warehouse, lambda d, shop: 4 if shop == "Metz" and d == 250 else 1, average=average)
    assert "hop Metz" in said(house, "outlier")


def test_an_odd_day_of_all_names_nobody(warehouse):
    text = said(takings(warehouse, lambda d, _: 2 if d == 250 else 1), "outlier")
    assert "stood out on 8 September 2023" in text
    assert "hop" not in text


def test_a_line_names_who_made_it(warehouse):
    house = takings(warehouse, lambda d, shop: 1 + d / 300 if shop == "Graz" else 1)
    assert "hop Graz" in said(house, "trend")
