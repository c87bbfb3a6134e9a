"""An average that rests on very few rows is no news, however far off it is."""

import pytest

from claribi.analysis.service import analyse


def _days(rows_on_the_odd_day: int) -> str:
    """300 days of 40 tickets with a waiting time around 20, and one day of 95."""
    return f"""
        CREATE TABLE tickets AS
        SELECT DATE '2024-01-01' + d::INT AS day,
               CASE WHEN d = 150 THEN 95.0 ELSE 20 + (hash(d * 100 + n) % 100) / 25.0 END AS waiting_time
        FROM range(300) AS days(d), range(40) AS rows(n)
        WHERE d <> 150 OR n < {rows_on_the_odd_day}
    """


@pytest.mark.parametrize(("rows", "told"), [(40, True), (1, False)])
def test_an_odd_day_is_told_when_it_rests_on_enough_rows(warehouse, rows: int, told: bool):
    house = warehouse("tickets", _days(rows))
    findings = analyse(house, 1, house.table).findings
    outliers = [f for f in findings if f.kind == "outlier" and "waiting" in f.measure.label]
    assert bool(outliers) is told
