"""Forecasts as pure calculation: no odd series breaks them, and what they say of themselves is true."""

import math
from datetime import datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claribi.core.errors import ValidationFailed
from claribi.forecasts import backtest
from claribi.forecasts.choice import choose
from claribi.forecasts.compute import compute
from claribi.forecasts.history import History, season_of
from claribi.forecasts.intervals import bands
from claribi.forecasts.methods import METHODS, NAIVE
from claribi.forecasts.reading import Asked
from claribi.query import periods
from claribi.query.schemas import Grain, Result, ResultColumn

START = datetime(2015, 1, 1)


def answer(values: list[float | None], grain: Grain = "month", start: datetime = START) -> Result:
    """An answer as the query of a forecast gives it; None: there are no rows in that bucket."""
    columns = [ResultColumn("time", "timestamp", "time"), ResultColumn("value", "float", "measure")]
    columns += [ResultColumn(name, "timestamp", "time") for name in ("oldest_moment", "newest_moment")]
    rows = []
    for at, value in enumerate(values):
        moment = periods.shift(start, at, grain)
        if value is not None:
            end = periods.shift(moment, 1, grain) - (periods.shift(moment, 1, grain) - moment) / 40
            rows.append([moment, value, moment, end])
    return Result(columns, rows, truncated=False, data_version="v", sql="")


def asked(grain: Grain = "month", horizon: int = 12, missing: str = "zero", **more) -> Asked:
    return Asked(grain, horizon, missing, more.get("today", datetime(2100, 1, 1)), more.get("holidays", {}))


def seasonal(count: int = 96, noise: float = 3.0) -> list[float]:
    chance = np.random.default_rng(5)
    at = np.arange(count)
    return list(100 + at / 2 + 20 * np.sin(at * np.pi / 6) + chance.normal(0, noise, count))


numbers = st.one_of(
    st.none(), st.just(0.0), st.floats(-1e6, 1e6, allow_nan=False), st.floats(0, 1e-6), st.integers(0, 5)
)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    values=st.lists(numbers, min_size=1, max_size=40),
    grain=st.sampled_from(["day", "month", "quarter", "year"]),
    missing=st.sampled_from(["zero", "interpolate"]),
)
def test_no_series_breaks_it_and_bands_lie_in_order_around_the_value(values, grain, missing):
    try:
        found = compute(answer(values, grain), asked(grain, 6, missing))
    except ValidationFailed:
        assert sum(value is not None for value in values) < 6
        return
    for point in found["values"]:
        names = ("lower_95", "lower_80", "lower_50", "value", "upper_50", "upper_80", "upper_95")
        inside = [point[name] for name in names]
        assert all(math.isfinite(value) for value in inside)
        assert inside == sorted(inside)
        if all(past["value"] >= 0 for past in found["history"]):
            assert inside[0] >= 0
    assert found["method"] in {*METHODS, "ensemble"}


@pytest.mark.parametrize("name", list(METHODS))
def test_a_method_looks_at_nothing_behind_an_origin(name):
    values = np.array(seasonal(60))
    history = History(values, START, "month", 12)
    changed = History(np.r_[values[:48], values[48:] * 100], START, "month", 12)
    before, after = (METHODS[name](h, [40, 48], 6) for h in (history, changed))
    assert np.array_equal(before, after)


def test_the_winner_is_never_worse_than_seasonal_naive_on_its_backtest():
    chance = np.random.default_rng(1)
    for values in (np.cumsum(chance.normal(size=60)), np.tile([1.0, 9.0, 2.0, 7.0], 12), np.full(30, 4.0)):
        tested = backtest.run(History(values, START, "quarter", season_of("quarter", len(values))), 8)
        assert tested is not None
        choice = choose(tested)
        assert choice.mase[choice.method] <= choice.mase[NAIVE]


def test_a_clear_season_and_trend_are_carried_on():
    values = seasonal(108)
    found = compute(answer(values[:96]), asked())
    off = np.abs(np.array([p["value"] for p in found["values"]]) - np.array(values[96:]))
    assert off.mean() < 5
    assert found["season"] == 12
    assert found["method"] != NAIVE
    best = {tried["method"]: tried["mase"] for tried in found["backtest"]["methods"]}
    assert f"{best[found['method']]:.2f}" in found["why"]
    assert f"{best[NAIVE]:.2f}" in found["why"]
    trend = next(driver for driver in found["drivers"] if driver["name"] == "trend")
    assert trend["value"] == pytest.approx(6, abs=3)


def test_the_same_answer_gives_the_same_numbers():
    values = seasonal(60)
    assert compute(answer(values), asked()) == compute(answer(values), asked())


def test_a_constant_stays_and_has_no_width():
    found = compute(answer([7.0] * 40), asked())
    assert {point["value"] for point in found["values"]} == {7.0}
    assert {point["upper_95"] for point in found["values"]} == {7.0}


def test_a_bucket_that_is_not_over_is_left_out_and_said():
    values = seasonal(48)
    found = compute(answer(values), asked(today=periods.shift(START, 47, "month").replace(day=20)))
    assert found["history"][-1]["date"] == periods.shift(START, 46, "month")
    assert found["values"][0]["date"] == periods.shift(START, 47, "month")
    assert any("not complete" in note for note in found["notes"])


def test_gaps_count_as_nothing_or_are_filled_in_and_said():
    values = [10.0, 10.0, None, 10.0, 10.0, 10.0, None, 10.0]
    zero = compute(answer(values), asked(missing="zero"))
    assert [past["value"] for past in zero["history"]].count(0) == 2
    assert zero["history"][2]["row"] is None
    between = compute(answer(values), asked(missing="interpolate"))
    assert {past["value"] for past in between["history"]} == {10.0}
    assert any("2 months without a value" in note for note in zero["notes"])


def test_a_short_series_is_carried_forward_and_a_shorter_one_refused():
    found = compute(answer([3.0, 5.0, 4.0, 6.0]), asked(horizon=3))
    assert [point["value"] for point in found["values"]] == [6.0] * 3
    assert found["backtest"] is None
    assert any("too short" in note for note in found["notes"])
    with pytest.raises(ValidationFailed, match="at least 4 complete months"):
        compute(answer([3.0, 5.0, 4.0]), asked())


def test_a_holiday_is_expected_where_it_was_seen_before():
    days = [periods.shift(START, at, "day") for at in range(1_180)]
    new_year = {day.date(): "New Year" for day in days if (day.month, day.day) == (1, 1)}
    values = np.where([day.date() in new_year for day in days], 20.0, 100.0)
    values += np.random.default_rng(2).normal(0, 2, len(days))
    known = 1_090  # the new year of 2018 lies ahead
    history = History(values[:known], START, "day", 7, new_year)
    ahead = METHODS["regression"](history, [known], 30)[0]
    at = next(i for i, day in enumerate(days[known:]) if day.date() in new_year)
    assert ahead[at] < 60 < np.median(ahead)


def test_bands_of_80_percent_cover_about_that():
    """On made-up series of known noise: the part of 12 months to come that lies inside."""
    inside = []
    for seed in range(12):
        chance = np.random.default_rng(seed)
        at = np.arange(72)
        values = 100 + 20 * np.sin(at * np.pi / 6) + chance.normal(0, 5, 72)
        found = compute(answer(list(values[:60])), asked())
        inside += [
            p["lower_80"] <= v <= p["upper_80"] for p, v in zip(found["values"], values[60:], strict=True)
        ]
    assert 0.68 <= np.mean(inside) <= 0.95


def test_bands_cover_what_grows_with_its_level():
    """Quarters that triple, their noise with them: older errors alone would be those of a smaller series."""
    inside = []
    for seed in range(20):
        chance = np.random.default_rng(seed)
        at = np.arange(56)
        values = 100 * 1.025**at * np.exp(chance.normal(0, 0.08, 56))
        found = compute(answer(list(values[:48]), "quarter"), asked("quarter", 8))
        inside += [
            p["lower_80"] <= v <= p["upper_80"] for p, v in zip(found["values"], values[48:], strict=True)
        ]
    assert 0.72 <= np.mean(inside) <= 0.92


def test_late_errors_weigh_more_than_early_ones():
    history = History(np.array(seasonal(96)), START, "month", 12)
    origins = tuple(range(60, 92, 2))
    noise = np.random.default_rng(1).normal(0, 1, (16, 4))
    wilder = np.linspace(1, 6, 16)[:, None]
    late, early = (bands(history, origins, noise * by).widths[80][0] for by in (wilder, wilder[::-1]))
    assert late > 1.5 * early


def test_errors_are_taken_up_to_the_level_of_today():
    at = np.arange(96)
    growing = 10 * 1.03**at * (1 + 0.2 * np.sin(at * np.pi / 6))
    origins, errors = (60, 68, 76, 84), np.random.default_rng(1).normal(0, 1, (4, 12))
    wide, usual = (
        bands(History(values, START, "month", 12), origins, errors).widths[80]
        for values in (growing, 100 + np.sin(at * np.pi / 6))
    )
    assert np.all(wide > 1.2 * usual)


def test_days_of_few_months_have_wider_bands_than_those_of_years():
    origins, errors = tuple(range(104, 120)), np.random.default_rng(1).normal(0, 1, (16, 7))
    young, old = (
        bands(History(np.ones(count), START, "day", 7), tuple(count - 120 + o for o in origins), errors)
        for count in (120, 1_000)
    )
    assert young.widths[80][0] == pytest.approx(old.widths[80][0] * (1 + 1.2 * (1 - 120 / 730) ** 2))
