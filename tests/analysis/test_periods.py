"""Periods that are compared: those of different length, those that somebody chose, and who moved in them."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from claribi.analysis import evening
from claribi.analysis.contrast import apart_p
from claribi.analysis.earlier import stretches, unlike_p
from claribi.analysis.outliers import find_outliers
from claribi.analysis.series import Series, part
from claribi.analysis.service import analyse
from claribi.analysis.significance import LEVEL
from claribi.analysis.trend import find_trend

REGIONS = ("north", "south", "east", "west")


def said(analysis, sentence):
    return "".join(s.text if hasattr(s, "text") else analysis.figures[s.figure].text for s in sentence)


def told(analysis, kind):
    return [
        " ".join(said(analysis, s) for s in f.sentences)
        for f in analysis.findings
        if f.kind == kind and f.notable
    ]


def level(analysis):
    return said(analysis, analysis.levels[0])


def daily(warehouse, last, days=420, factor=None, every=1):
    """Takings of four regions up to a day, rather even; some of one region by a factor in the last month."""
    chance = np.random.default_rng(5)
    rows = []
    for back in range(0, days, every):
        day = last - timedelta(days=back)
        for region in REGIONS:
            amount = 1000 * chance.normal(1, 0.06)
            if factor and region == "south" and (day.year, day.month) == (last.year, last.month):
                amount *= factor
            rows.append(f"('{day}'::DATE, '{region}', {amount:.2f})")
    values = ", ".join(rows)
    return warehouse(
        "takings", f"CREATE TABLE takings AS SELECT * FROM (VALUES {values}) t(sold_on, region, revenue)"
    )


def test_a_february_with_its_days_is_no_fall(warehouse):
    house = daily(warehouse, date(2025, 2, 28))
    analysis = analyse(house, 1, house.table)
    assert told(analysis, "change") == []
    assert level(analysis).startswith("Total revenue came to ")
    [change] = [f for f in analysis.findings if f.kind == "change"]
    assert "The month had 3 days fewer than the one before; allowing for that, the change is" in said(
        analysis, change.sentences[1]
    )


def test_a_month_with_five_mondays_is_no_rise_of_what_comes_on_mondays(warehouse):
    house = daily(warehouse, date(2024, 7, 29), days=728, every=7)
    analysis = analyse(house, 1, house.table)
    assert told(analysis, "change") == []
    [change] = [f for f in analysis.findings if f.kind == "change"]
    assert "The month had 1 week more than the one before" in said(analysis, change.sentences[1])


def test_what_moved_in_a_month_is_told_whoever_chose_it(warehouse):
    house = daily(warehouse, date(2025, 2, 28), factor=0.4)
    by_itself, chosen = analyse(house, 1, house.table), analyse(house, 1, house.table, last=(1, "month"))
    for kind in ("change", "driver"):
        first = [said(by_itself, f.sentences[0]) for f in by_itself.findings if f.kind == kind]
        same = [said(chosen, f.sentences[0]) for f in chosen.findings if f.kind == kind]
        assert first == same
        assert len(first) == 1
    assert "in February 2025, from" in level(chosen)
    assert "region south" in told(chosen, "driver")[0].lower()


def test_a_chosen_month_of_chance_is_no_rise_and_nobody_moved_it(warehouse):
    house = daily(warehouse, date(2025, 2, 28))
    analysis = analyse(house, 1, house.table, last=(1, "month"))
    assert [f.kind for f in analysis.findings if f.notable] == []
    assert " came to " in level(analysis)


def test_who_moved_while_the_whole_did_not_is_no_reason_of_it(warehouse):
    chance, rows = np.random.default_rng(2), []
    for back in range(420):
        day = date(2024, 12, 31) - timedelta(days=back)
        for region in REGIONS:
            factor = {"south": 1.7, "east": 0.3}.get(region, 1) if day >= date(2024, 12, 1) else 1
            rows.append(f"('{day}'::DATE, '{region}', {1000 * factor * chance.normal(1, 0.06):.2f})")
    values = ", ".join(rows)
    house = warehouse(
        "takings", f"CREATE TABLE takings AS SELECT * FROM (VALUES {values}) t(sold_on, region, revenue)"
    )
    analysis = analyse(house, 1, house.table)
    [moved] = told(analysis, "driver")
    assert moved.startswith("In total revenue, region ")
    assert ", unlike the others. The other way went region " in moved
    assert "the rise of" not in moved
    assert "the fall of" not in moved


@pytest.mark.parametrize("draw", ["lognormal", "t", "normal"])
def test_heavy_tails_move_nobody(draw):
    def one(seed):
        chance = np.random.default_rng(seed)
        shape = (395, 5)
        noise = {
            "lognormal": lambda: chance.lognormal(sigma=1, size=shape),
            "t": lambda: np.maximum(1 + 0.3 * chance.standard_t(3, shape), 0.02),
            "normal": lambda: chance.normal(1, 0.2, shape),
        }[draw]()
        inside = np.arange(395) >= 365
        # The one that moved furthest, as it would be chosen.
        moved = noise[inside].mean(axis=0) / noise[~inside].mean(axis=0)
        furthest = int(np.abs(np.log(moved)).argmax())
        others = np.delete(noise, furthest, axis=1)
        return min(1.0, 5 * apart_p(noise[:, furthest], others, inside, additive=True)[1])

    assert np.mean([one(seed) <= LEVEL for seed in range(200)]) <= LEVEL


def test_one_that_fell_to_a_third_is_seen_through_heavy_tails():
    chance = np.random.default_rng(1)
    values = chance.lognormal(sigma=1, size=(395, 5))
    inside = np.arange(395) >= 365
    values[inside, 2] *= 0.3
    moved, p_value = apart_p(values[:, 2], np.delete(values, 2, axis=1), inside, additive=True)
    assert moved < 0
    assert p_value < 0.001


def test_a_month_is_as_large_as_its_days():
    weekends_closed = (1.0,) * 5 + (0.0, 0.0)
    assert evening.size(datetime(2025, 2, 1), datetime(2025, 3, 1), evening.EVEN) == 28
    assert evening.size(datetime(2025, 3, 1), datetime(2025, 4, 1), weekends_closed) == 21
    months = [datetime(2025, 1, 1), datetime(2025, 2, 1), datetime(2025, 3, 1)]
    values = np.array([31.0, 28.0, 31.0])
    series = Series("t", "m", "month", 0, 2, [0, 1, 2], months, np.arange(3.0), values)
    assert evening.evened(series, evening.EVEN).values == pytest.approx([30, 30, 30])
    assert evening.size_ratio(months[1], months[2], evening.EVEN) == pytest.approx(28 / 31)


def test_a_month_that_hangs_together_has_a_trend_no_more_often_than_chance_may_bring():
    def one(seed):
        chance = np.random.default_rng(seed)
        noise = chance.normal(size=430)
        for i in range(1, len(noise)):
            noise[i] += 0.6 * noise[i - 1]
        values = 100 + 10 * noise[30:]
        moments = [datetime(2023, 1, 2) + timedelta(days=i) for i in range(400)]
        long = Series("t", "m", "day", 0, 399, list(range(400)), moments, np.arange(400.0), values)
        month, earlier = part(long, slice(370, 400)), part(long, slice(0, 370))
        found = find_trend(month, None)
        sizes = stretches(earlier, len(month))
        return max(found.p_value, unlike_p(found.change, sizes, lambda s: find_trend(s, None).change))

    assert np.mean([one(seed) <= LEVEL for seed in range(200)]) <= LEVEL + 0.02


def test_quantities_are_no_parts_of_a_whole(warehouse):
    chance, rows = np.random.default_rng(3), []
    for _ in range(4000):
        day = date(2024, 1, 1) + timedelta(days=int(chance.integers(400)))
        replies, rooms = 1 + chance.poisson(2), min(1 + chance.binomial(5, 0.4), 5)
        store = chance.choice([1, 2, 3, 4, 5, 6, 7, 8], p=[0.1, 0.02, 0.4, 0.05, 0.2, 0.03, 0.15, 0.05])
        price = 100 * rooms * chance.normal(1, 0.1)
        rows.append(f"('{day}'::DATE, {min(replies, 11)}, {rooms}, {store}, {price:.2f})")
    values = ", ".join(rows)
    house = warehouse(
        "letters",
        "CREATE TABLE letters AS SELECT * FROM "
        f"(VALUES {values}) t(written_on, kunden, bedrooms, store, price)",
        kunden="dimension",
        bedrooms="dimension",
        store="dimension",
    )
    analysis = analyse(house, 1, house.table)
    parts = {
        f.dimension for f in analysis.findings if f.kind in {"concentration", "rank"} and f.measure.additive
    }
    assert parts == {"store"}
    # What a quantity brings on average is worth telling.
    assert "bedrooms" in {f.dimension for f in analysis.findings if f.kind == "rank"}


def test_two_of_six_are_no_few(warehouse):
    rows = ", ".join(
        f"('{name}', {amount})"
        for name, amount in zip("abcdef", (32, 21, 14, 12, 11, 10), strict=True)
        for _ in range(100)
    )
    house = warehouse("sent", f"CREATE TABLE sent AS SELECT * FROM (VALUES {rows}) t(depot, cost)")
    assert [f for f in analyse(house, 1, house.table).findings if f.kind == "concentration"] == []


def test_small_whole_numbers_are_no_outliers_for_their_coarse_spread():
    def found(seed):
        values = np.random.default_rng(seed).poisson(5, 156).astype(float)
        moments = [datetime(2022, 1, 3) + timedelta(weeks=week) for week in range(156)]
        series = Series("t", "m", "week", 0, 155, list(range(156)), moments, np.arange(156.0), values)
        outliers = find_outliers(series, None, counted=False)
        return outliers.p_value <= LEVEL and outliers.material

    assert np.mean([found(seed) for seed in range(100)]) <= LEVEL


def test_both_dimensions_of_a_grid_are_looked_at(warehouse):
    house = warehouse(
        "ledger",
        """
        CREATE TABLE ledger AS
        SELECT DATE '2021-01-01' + (m * INTERVAL 1 MONTH) AS month, unit, country,
               (1000 + hash(m, unit, country) % 100)
                 * CASE WHEN m = 47 AND country = 'DK' THEN 2 ELSE 1 END AS revenue
        FROM range(48) months(m), (VALUES ('a'), ('b'), ('c'), ('d')) u(unit),
             (VALUES ('DK'), ('NO'), ('SE'), ('FI')) c(country)
        """,
    )
    analysis = analyse(house, 1, house.table)
    assert {f.value for f in analysis.findings if f.kind == "driver"} == {"DK"}
