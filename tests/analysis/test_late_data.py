"""Data that are still arriving, and values that stopped coming, are told as that and as nothing else."""

from datetime import date, timedelta

import numpy as np
import pytest

from claribi.analysis.absence import find_absence
from claribi.analysis.arriving import find_arriving
from claribi.analysis.figures import Text
from claribi.analysis.formulas import holds
from claribi.analysis.service import analyse
from claribi.query.schemas import Result, ResultColumn

START = date(2023, 1, 2)
WEEK = np.array([1.1, 1.0, 1.0, 1.1, 1.2, 0.6, 0.4])


def visits(warehouse, days: int, share=None):
    """About 24 rows a day of four pages, in a rhythm of the week."""
    chance, rows = np.random.default_rng(1), []
    for d in range(days):
        for page in ("home", "news", "shop", "help"):
            count = chance.poisson(6 * WEEK[d % 7] * (share(d, page) if share else 1))
            rows += [f"('{START + timedelta(days=d)}'::DATE, '{page}', {chance.poisson(9)})"] * count
    values = ", ".join(rows)
    return warehouse("visits", f"CREATE TABLE visits AS SELECT * FROM (VALUES {values}) v(day, page, clicks)")


def said(analysis, kind):
    texts = []
    for found in analysis.findings:
        spans = [span for sentence in found.sentences for span in sentence]
        if found.kind == kind:
            texts.append(
                "".join(s.text if isinstance(s, Text) else analysis.figures[s.figure].text for s in spans)
            )
    return texts


@pytest.mark.parametrize("days", [240, 562])
def test_days_that_hold_few_rows_at_the_end_are_told_and_left_out(warehouse, days):
    house = visits(warehouse, days, share=lambda d, _: 0.12 if d >= days - 6 else 1.0)
    analysis = analyse(house, 1, house.table)
    [late] = said(analysis, "missing_data")
    assert late.startswith("The last 6 days, from ")
    assert "of the visits that are usual: data may still be arriving, so they were left out." in late
    assert {f.kind for f in analysis.findings} <= {"missing_data", "seasonality", "rank", "change"}
    assert all(holds(figure, house.again(figure.evidence_id)) for figure in analysis.figures.values())


def test_a_quiet_weekend_at_the_end_is_no_late_data(warehouse):
    house = visits(warehouse, 7 * 30)
    assert said(analyse(house, 1, house.table), "missing_data") == []


def test_a_value_that_stopped_is_told_to_the_day(warehouse):
    house = visits(warehouse, 400, share=lambda d, page: 0 if page == "shop" and d >= 385 else 1.0)
    told = said(analyse(house, 1, house.table), "missing_data")
    assert told == [
        "Page shop has had no visits since 21 January 2024: none in the last 15 days, while others go on."
    ]


def test_a_value_that_was_absent_in_the_middle_is_told(warehouse):
    house = visits(warehouse, 400, share=lambda d, page: 0 if page == "news" and 100 <= d < 160 else 1.0)
    [told] = said(analyse(house, 1, house.table), "missing_data")
    assert told.startswith("Page news had no visits between 11 April 2023 and 11 June 2023: 60 days in a ")


def answer(counts: np.ndarray) -> Result:
    """Numbers of rows by day and, a column each, by value."""
    columns = [
        ResultColumn("day", "date", "time"),
        ResultColumn("who", "string", "dimension"),
        ResultColumn("number_of_rows", "integer", "measure"),
    ]
    rows = [
        [START + timedelta(days=d), f"v{m}", int(n)]
        for d, held in enumerate(counts)
        for m, n in enumerate(held)
        if n
    ]
    return Result(columns, rows, truncated=False, data_version="1", sql="")


def absence(counts: np.ndarray) -> float:
    result = answer(counts)
    found = find_absence(result, time="day", dimension="who", grain="day", first=0, last=len(result.rows) - 1)
    return 1.0 if found is None else found.p_value


@pytest.mark.parametrize("rate", [0.3, 1.0, 4.0])
def test_chance_makes_nobody_absent(rate):
    chance = np.random.default_rng(5)
    runs = [absence(chance.poisson(rate, (300, 6))) for _ in range(200)]
    assert np.mean(np.array(runs) <= 0.05) <= 0.05


def test_bursts_make_nobody_absent():
    chance = np.random.default_rng(6)
    on = (np.arange(300) // 30 % 2 == 0)[:, None]
    counts = np.hstack([chance.poisson(5, (300, 3)), chance.poisson(5, (300, 1)) * on])
    assert absence(counts) > 0.05


@pytest.mark.parametrize("rate", [2.0, 8.0, 40.0])
def test_chance_makes_no_data_late(rate):
    chance = np.random.default_rng(7)
    late = 0
    for _ in range(200):
        result = answer(chance.poisson(rate * np.tile(WEEK, 40))[:, None])
        last = len(result.rows) - 1
        found = find_arriving(result, time="day", column="number_of_rows", grain="day", first=0, last=last)
        late += found is not None
    assert late <= 1


def test_one_thin_day_at_the_end_is_seen():
    counts = np.random.default_rng(8).poisson(90 * np.tile(WEEK, 40))[:, None]
    counts[-1] = 4
    found = find_arriving(
        answer(counts), time="day", column="number_of_rows", grain="day", first=0, last=len(counts) - 1
    )
    assert found is not None
    assert (found.row, found.length) == (len(counts) - 1, 1)
