import math
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claribi.analysis import formulas, shifts
from claribi.analysis.figures import Figure
from claribi.analysis.formulas import evaluate, holds, recompute
from claribi.analysis.ledger import Ledger
from claribi.query.schemas import Result, ResultColumn


def result(rows, *names):
    return Result([ResultColumn(name, "float", "measure") for name in names], rows, False, "v1", "", {}, 7)


SALES = result([["a", 10.0], ["b", 30.0], ["c", None], ["d", 60.0]], "who", "m")


@pytest.mark.parametrize(
    ("formula", "arguments", "value"),
    [
        ("cell", {"row": 1, "column": "m"}, 30.0),
        ("total", {"column": "m"}, 100.0),
        ("share", {"row": 3, "column": "m"}, 0.6),
        ("top_share", {"column": "m", "n": 2}, 0.9),
        ("count", {}, 4),
        ("count", {"column": "m"}, 3),
        ("gini", {"column": "m"}, pytest.approx(1 / 3)),
    ],
)
def test_it_computes_from_the_rows(formula, arguments, value):
    assert evaluate(formula, arguments, SALES) == value


def test_absolute_gives_the_size_without_the_sign():
    assert evaluate("cell", {"row": 0, "column": "m", "absolute": True}, result([[-3]], "m")) == 3


def test_rows_that_are_gone_give_no_value():
    assert evaluate("cell", {"row": 9, "column": "m"}, SALES) is None
    assert evaluate("share", {"row": 0, "column": "gone"}, SALES) is None


def test_shares_of_decimals_are_exact():
    rows = result([[Decimal("0.10")], [Decimal("0.20")]], "m")
    assert evaluate("total", {"column": "m"}, rows) == Decimal("0.30")


def figure_of(value):
    ledger = Ledger()
    ref = ledger.add(result([[value]], "m"), "cell", {"row": 0, "column": "m"}, decimals=2)
    return ledger.figures[ref.figure]


def test_a_figure_holds_on_the_rows_it_was_made_from():
    figure = figure_of(1234.567)
    assert figure.text == "1,234.57"
    assert holds(figure, result([[1234.567]], "m"))
    assert recompute(figure, result([[1234.567]], "m")) == 1234.567


def test_a_figure_fails_when_a_shown_digit_changes():
    assert not holds(figure_of(1234.567), result([[1234.58]], "m"))


def test_a_figure_fails_when_its_rows_are_gone():
    assert not holds(figure_of(1234.567), result([], "m"))


def test_a_figure_with_a_forged_text_fails():
    forged = replace(figure_of(1234.567), text="9,999.99")
    assert not holds(forged, result([[1234.567]], "m"))


def test_a_figure_survives_another_order_of_adding_up():
    # On the border between two texts the last binary digits decide.
    figure = figure_of(0.125)
    assert holds(figure, result([[math.nextafter(0.125, 1)]], "m"))


def test_every_formula_is_registered_under_its_own_name():
    assert all(name == formula.__name__ for name, formula in formulas.FORMULAS.items())


def test_a_figure_refers_to_its_evidence_and_cell():
    figure = figure_of(5.0)
    assert (figure.evidence_id, figure.row, figure.column, figure.formula) == (7, 0, "m", "cell")
    assert isinstance(figure, Figure)


counts = st.integers(0, 1000)
averages = st.one_of(st.none(), st.floats(-1e3, 1e3))
groups = st.lists(st.tuples(averages, averages, counts, counts), min_size=1, max_size=12)


@given(groups)
def test_rate_and_mix_add_up_exactly_to_the_change_of_an_average(drawn):
    rows = [
        [now, before, n if now is not None else 0, n0 if before is not None else 0]
        for now, before, n, n0 in drawn
    ]
    table = result(rows, "a", "a_previous", "n", "n_previous")
    if not sum(row[2] for row in rows) or not sum(row[3] for row in rows):
        return
    now = sum((row[0] or 0) * row[2] for row in rows) / sum(row[2] for row in rows)
    before = sum((row[1] or 0) * row[3] for row in rows) / sum(row[3] for row in rows)
    whole = sum(part.whole for part in shifts.parts(table, column="a", weight="n"))
    assert whole == pytest.approx(now - before, abs=1e-6)


@given(st.lists(st.tuples(st.one_of(st.none(), counts), st.one_of(st.none(), counts)), min_size=1))
def test_contributions_add_up_exactly_to_the_change_of_a_total(drawn):
    table = result([list(row) for row in drawn], "m", "m_previous")
    parts = [evaluate("contribution", {"row": i, "column": "m"}, table) for i in range(len(drawn))]
    assert sum(parts) == evaluate("contribution_total", {"column": "m"}, table)
    assert sum(parts) == sum(now or 0 for now, _ in drawn) - sum(before or 0 for _, before in drawn)
