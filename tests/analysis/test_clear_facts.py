"""What is clear is told although single buckets vary widely, and what only looks like it is not."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from claribi.analysis.change import next_p
from claribi.analysis.change_points import find_change_point
from claribi.analysis.correlation import can_be_chance
from claribi.analysis.detect import fits_better
from claribi.analysis.figures import Text
from claribi.analysis.formulas import holds
from claribi.analysis.mix import find_mix
from claribi.analysis.outliers import expected_range, find_outliers, outlying
from claribi.analysis.overtaking import find_overtaking
from claribi.analysis.seasonality import find_seasonality
from claribi.analysis.series import Series, level
from claribi.analysis.service import analyse
from claribi.analysis.significance import LEVEL, kruskal_wallis, next_value
from claribi.analysis.trend import find_trend
from claribi.query.schemas import Result, ResultColumn

START = datetime(2022, 1, 3)
RUNS = 200


def series(values, grain="day"):
    values = np.asarray(values, dtype=np.float64)
    n, width = len(values), {"day": 1, "week": 7}[grain]
    moments = [START + timedelta(days=width * i) for i in range(n)]
    return Series("t", "m", grain, 0, n - 1, list(range(n)), moments, np.arange(n, dtype=float), values)


def wild(seed, n, rows=8):
    """Sums of a few amounts that differ widely."""
    return np.random.default_rng(seed).lognormal(size=(n, rows)).sum(axis=1)


def share(happens):
    return np.mean([bool(happens(seed)) for seed in range(RUNS)])


def weekly_profile(seed):
    values = wild(seed, 364)
    values[2::7] *= 0.6
    return find_seasonality(series(values))[0]


def test_a_new_level_is_told_though_days_vary_by_more_than_it():
    values = wild(1, 365)
    values[180:] *= 1.35
    found = find_change_point(series(values), None)
    assert found is not None
    assert found.p_value < 0.001
    assert found.material


def test_a_weekday_is_told_though_days_vary_by_more_than_it():
    assert share(lambda seed: weekly_profile(seed).p_value <= 0.001 and weekly_profile(seed).material) > 0.9


def test_what_may_be_negative_is_large_by_its_spread_alone():
    values = np.random.default_rng(2).normal(0.5, 10, 365)
    values[180:] += 2
    found = find_change_point(series(values), None)
    assert found is not None
    assert not found.material


@pytest.mark.parametrize("points", [60, 120, 365])
def test_slopes_and_steps_are_told_apart(points):
    def is_step(seed, factors):
        values = series(wild(seed, points, rows=60) * factors)
        return fits_better(find_change_point(values, None), find_trend(values, None))

    place = np.arange(points) / points
    assert share(lambda seed: is_step(seed, np.where(place < 0.4, 1, 1.6))) > 0.9
    assert share(lambda seed: is_step(seed, 1 + 0.6 * place)) < 0.1


@pytest.mark.parametrize("points", [119, 364])
def test_days_of_the_week_differ_by_chance_no_more_often_than_they_should(points):
    def found(seed):
        return find_seasonality(series(wild(seed, points)))[0].p_value <= LEVEL

    assert share(found) <= 2 * LEVEL
    assert share(found) >= LEVEL / 3


def test_left_overs_of_a_level_are_held_to_less():
    values, groups = np.random.default_rng(3).normal(size=70), np.tile(np.arange(7), 10)
    assert kruskal_wallis(values, groups, levelled=True)[0] > kruskal_wallis(values, groups)[0]


def test_a_new_level_is_no_season():
    def found(seed):
        values = wild(seed, 157, rows=60)
        values[70:] *= 0.7
        return any(s.p_value <= LEVEL and s.material for s in find_seasonality(series(values, "week")))

    assert share(found) <= LEVEL


def test_the_season_of_two_years_is_no_new_level():
    year = 1 + 0.5 * np.sin(2 * np.pi * np.arange(104) / 52.18)

    def found(seed):
        step = find_change_point(series(wild(seed, 104, rows=200) * year, "week"), "month_of_year")
        return step.p_value <= LEVEL and step.material

    assert share(found) <= 2 * LEVEL


def test_the_level_of_a_cycle_is_level_to_its_ends():
    year = 10 * np.sin(2 * np.pi * np.arange(156) / 52)
    rising = np.arange(156) * 0.1
    assert np.abs(level(series(year + 100, "week"), "month_of_year") - 100).max() < 1
    assert np.abs(level(series(year + rising, "week"), "month_of_year") - rising).max() < 1.5


@pytest.mark.parametrize("size", [12, 24, 36])
@pytest.mark.parametrize("wanders", [False, True])
def test_the_next_value_is_surprising_by_chance_as_often_as_it_should_be(size, wanders):
    def history(seed):
        steps = np.random.default_rng(seed).normal(size=size) * 0.1
        return np.exp(np.cumsum(steps) if wanders else steps)

    found = share(lambda seed: next_p(history(seed)[:-1], history(seed)[-1]) <= LEVEL)
    assert LEVEL / 4 <= found <= 2 * LEVEL


def test_a_value_is_held_against_all_that_was_before_and_not_against_its_neighbour_alone():
    values = np.random.default_rng(5).normal(100, 10, 24)
    assert next_p(values, 150) < next_value(np.diff(values), 150 - values[-1])
    # Back from an odd month to what is usual: large as the change is, nothing happened now.
    assert next_p(np.append(values[:-1], 170), 101) > LEVEL


def test_the_mean_of_several_buckets_tells_more_than_one():
    history = np.random.default_rng(6).normal(100, 20, 13)
    assert next_p(history, 140, 4.3) < next_p(history, 140)


def test_a_bad_day_of_few_orders_is_no_outlier_in_a_scale_that_makes_it_one():
    def found(seed):
        chance = np.random.default_rng(seed)
        orders = np.maximum(chance.poisson(9, 365), 1)
        amounts = np.array([chance.lognormal(sigma=0.3, size=n).sum() for n in orders])
        return find_outliers(series(amounts), None, counted=False).p_value <= LEVEL

    assert share(found) <= LEVEL


@pytest.mark.parametrize("rows", [4, 60])
def test_what_is_outlying_lies_beyond_the_expected_range(rows):
    values = wild(8, 400, rows)
    values[50], values[300] = values.mean() * 9, values.mean() / 50
    read = series(values)
    low, high = expected_range(read, None, counted=False)
    beyond = {int(i) for i in np.flatnonzero((values < low) | (values > high))}
    assert set(outlying(read, None, counted=False)[0]) == beyond


def by_month(table):
    names = {"month": "time", "who": "dimension", "m": "measure"}
    columns = [ResultColumn(name, "float", role) for name, role in names.items()]
    rows = [
        [START + timedelta(days=31 * at), f"v{who}", float(value)]
        for at, values in enumerate(table)
        for who, value in enumerate(values)
    ]
    return Result(columns, rows, False, "v1", "")


def overtaking(table):
    answer = by_month(table)
    names = {"time": "month", "dimension": "who", "column": "m", "additive": True}
    return find_overtaking(answer, first=0, last=len(answer.rows) - 1, **names)


def test_a_lead_that_turned_within_a_period_is_clear():
    table = np.random.default_rng(9).normal(100, 4, (12, 4))
    table[:6, 0] *= 1.5
    table[6, :2] *= 1.25
    table[7:, 1] *= 1.5
    found = overtaking(table)
    assert found is not None
    assert found.p_value < 0.001


def test_where_all_shrink_nobody_took_the_lead():
    def found(seed):
        table = wild(seed, 17 * 4, rows=60).reshape(17, 4)
        table[:, 0] *= 1.1
        table[8:] *= 0.6
        found = overtaking(table)
        return found is not None and found.material and found.p_value <= LEVEL

    assert share(found) <= LEVEL


def test_so_strong_a_correlation_is_no_chance_where_there_are_many_points():
    assert can_be_chance(12)
    assert not can_be_chance(150)


def sales(warehouse, days, *, seed=1, now="1"):
    """More sales on some days than on others, regions of different sizes, a shock that spending shows."""
    first = date(2022, 1, 1)
    return warehouse(
        "sales",
        f"""
        CREATE TABLE sales AS
        WITH days AS (
            SELECT d, 20 + hash({seed}, d) % 30 AS n, 0.5 + hash({seed}, d, 2) % 1000 / 1000.0 AS shock
            FROM range({days}) t(d)
        ), raw AS (
            SELECT d, shock,
                   ['north', 'south', 'east', 'west', 'south'][(hash({seed}, d, i) % 5 + 1)::INT] AS region,
                   0.5 + hash({seed}, d, i, 4) % 1000 / 1000.0 AS wild,
                   0.5 + hash({seed}, d, i, 5) % 1000 / 1000.0 AS other
            FROM days, range(60) t(i) WHERE i < n
        )
        SELECT DATE '{first}' + d::INT AS sold_on, region,
               100 * wild * shock * ({now}) AS revenue, 20 * shock * other AS spend
        FROM raw
        """,
    )


def kinds(analysis, kind):
    return [f for f in analysis.findings if f.kind == kind and f.notable]


def test_measures_move_together_though_the_number_of_rows_moves_their_sums(warehouse):
    house = sales(warehouse, 300)
    [found] = kinds(analyse(house, 1, house.table), "correlation")
    assert {found.measure.label, found.value} == {"avg_revenue", "avg_spend"}


def test_averages_are_asked_for_only_where_there_is_a_pair(warehouse):
    house = sales(warehouse, 300)
    house.execute("ALTER TABLE sales DROP COLUMN spend")
    assert analyse(house, 1, house.table).profile.averages == []


@pytest.mark.parametrize("days", [180, 540])
@pytest.mark.parametrize("factor", [0.4, 2.2])
def test_who_moved_a_measure_is_told_in_half_a_year_as_in_more(warehouse, days, factor):
    last = date(2022, 1, 1) + timedelta(days=days - 1)
    begun = (last.replace(day=1) - timedelta(days=1)).replace(day=1)
    at = (begun - date(2022, 1, 1)).days
    house = sales(warehouse, days, now=f"CASE WHEN d >= {at} AND region = 'east' THEN {factor} ELSE 1 END")
    analysis = analyse(house, 1, house.table)
    assert ("region", "east") in {(f.dimension, f.value) for f in kinds(analysis, "driver")}


def test_where_all_move_alike_nobody_moved_the_measure(warehouse):
    house = sales(warehouse, 540, now="CASE WHEN d >= 485 THEN 1.6 ELSE 1 END")
    assert kinds(analyse(house, 1, house.table), "driver") == []


@pytest.mark.parametrize("days", [120, 365])
def test_that_a_region_fell_silent_is_told_once_and_as_that(warehouse, days):
    house = sales(warehouse, days)
    at = date(2022, 1, 1) + timedelta(days=int(days * 0.7))
    house.execute(f"DELETE FROM sales WHERE region = 'east' AND sold_on >= '{at}'")
    analysis = analyse(house, 1, house.table)
    assert ("region", "east") in {(f.dimension, f.value) for f in kinds(analysis, "missing_data")}
    assert "east" not in {f.value for f in kinds(analysis, "driver")}


def test_who_took_the_lead_in_the_last_month_is_told_and_nobody_else_called_first(warehouse):
    house = warehouse(
        "orders",
        """
        CREATE TABLE orders AS
        SELECT DATE '2023-01-01' + d::INT AS ordered_on, region,
               round((CASE WHEN region = 'north' THEN 150 WHEN region = 'south' THEN 110 ELSE 60 END)
                     * (CASE WHEN d >= 334 AND region = 'north' THEN 0.7
                             WHEN d >= 334 AND region = 'south' THEN 1.4 ELSE 1 END)
                     * (0.9 + hash(d, region) % 1000 / 5000.0), 2) AS amount
        FROM range(365) days(d), (VALUES ('north'), ('south'), ('east'), ('west')) r(region)
        """,
    )
    analysis = analyse(house, 1, house.table)
    [lead] = [f for f in analysis.findings if f.kind == "rank_change"]
    assert lead.value == "south"
    told = "".join(
        s.text if isinstance(s, Text) else analysis.figures[s.figure].text for s in lead.sentences[0]
    )
    assert told.startswith("Region south overtook region north in total amount in December 2023: ")
    assert not [f for f in analysis.findings if f.kind == "rank"]
    for figure in analysis.figures.values():
        assert holds(figure, house.again(figure.evidence_id))


def test_whose_share_grew_over_the_time_is_told_once(warehouse):
    house = warehouse(
        "orders",
        """
        CREATE TABLE orders AS
        SELECT DATE '2022-01-01' + d::INT AS ordered_on, region,
               round(factor * (90 + hash(d, region) % 1000 / 50.0), 2) AS amount,
               round(factor * (20 + hash(d, region, 2) % 1000 / 250.0), 2) AS weight
        FROM (SELECT d, region, CASE region WHEN 'north' THEN 1 + 0.7 * d / 730
                                WHEN 'south' THEN 1 - 0.7 * d / 730
                                ELSE 1 END AS factor
              FROM range(730) days(d), (VALUES ('north'), ('south'), ('east'), ('west')) r(region))
        """,
    )
    analysis = analyse(house, 1, house.table)
    [mix] = [f for f in analysis.findings if f.kind == "mix"]
    told = "".join(
        s.text if isinstance(s, Text) else analysis.figures[s.figure].text for s in mix.sentences[0]
    )
    assert "the share of region north rose from 2" in told
    assert "and that of region south fell from 2" in told
    for figure in analysis.figures.values():
        assert holds(figure, house.again(figure.evidence_id))


def test_shares_that_only_vary_have_not_moved():
    def found(seed):
        chance = np.random.default_rng(seed)
        rows = [
            [datetime(2020 + month // 12, month % 12 + 1, 1), name, float(chance.lognormal(3, 0.2))]
            for month in range(24)
            for name in "abcd"
        ]
        columns = [
            ResultColumn(c, k, "measure") for c, k in (("t", "date"), ("who", "string"), ("m", "float"))
        ]
        result = Result(columns, rows, False, "v1", "", {})
        mix = find_mix(result, time="t", dimension="who", column="m", first=0, last=95, additive=True)
        return mix.material and mix.p_value <= LEVEL

    assert share(found) <= LEVEL


def test_for_how_long_a_measure_has_no_values_is_told(warehouse):
    house = warehouse(
        "orders",
        """
        CREATE TABLE orders AS
        SELECT DATE '2022-01-01' + d::INT AS ordered_on, 100.0 + hash(d) % 20 AS amount,
               CASE WHEN d NOT BETWEEN 400 AND 520 THEN 50.0 + hash(d, 2) % 10 END AS energy
        FROM range(730) days(d)
        """,
    )
    analysis = analyse(house, 1, house.table)
    [missing] = [f for f in analysis.findings if f.kind == "missing_data"]
    told = "".join(
        s.text if isinstance(s, Text) else analysis.figures[s.figure].text for s in missing.sentences[0]
    )
    assert told.startswith(
        "Between 4 February 2023 and 6 June 2023 there are 121 days in a row without any value"
    )
    for figure in analysis.figures.values():
        assert holds(figure, house.again(figure.evidence_id))


def acidity(warehouse, value):
    """A pH by day that varies by little, and what it is on some of them."""
    chance = np.random.default_rng(9)
    days = [START.date() + timedelta(days=d) for d in range(300)]
    rows = [f"('{day}'::DATE, {chance.normal(7, 0.05) + value(d):.4f})" for d, day in enumerate(days)]
    return warehouse(
        "samples", f"CREATE TABLE samples AS SELECT * FROM (VALUES {', '.join(rows)}) t(day, ph_value)"
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("change_point", lambda d: 0.25 * (d >= 150)),
        ("trend", lambda d: 0.3 * d / 300),
        ("seasonality", lambda d: 0.15 * (d % 7 == 2) - 0.15 * (d % 7 == 5)),
        ("outlier", lambda d: 0.6 * (d == 170)),
    ],
)
def test_little_of_an_average_is_told_where_it_is_clear(warehouse, kind, value):
    house = acidity(warehouse, value)
    analysis = analyse(house, 1, house.table)
    assert kind in {f.kind for f in analysis.findings if f.measure.label == "avg_ph_value"}
    assert all(holds(figure, house.again(figure.evidence_id)) for figure in analysis.figures.values())


def test_an_average_that_only_varies_is_no_news(warehouse):
    house = acidity(warehouse, lambda _: 0)
    assert [f.kind for f in analyse(house, 1, house.table).findings if f.notable] == []
