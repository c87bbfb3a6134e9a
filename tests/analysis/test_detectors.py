"""Planted truth: what is there is found, and noise is not taken for it."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from claribi.analysis.change_points import find_change_point
from claribi.analysis.concentration import find_concentration
from claribi.analysis.correlation import correlated, find_correlation
from claribi.analysis.detect import fits_better
from claribi.analysis.outliers import find_outliers
from claribi.analysis.seasonality import find_seasonality
from claribi.analysis.series import Series, gap_count
from claribi.analysis.significance import (
    LEVEL,
    benjamini_hochberg,
    friedman,
    highest_of_many,
    kruskal_wallis,
    mann_kendall,
    ranks,
    spearman,
)
from claribi.analysis.trend import find_trend, theil_sen
from claribi.analysis.trend_breaks import find_trend_break
from claribi.query.schemas import Result, ResultColumn

START = datetime(2022, 1, 3)
RUNS = 60


def daily(values):
    values = np.asarray(values, dtype=np.float64)
    n = len(values)
    moments = [START + timedelta(days=i) for i in range(n)]
    return Series("t", "m", "day", 0, n - 1, list(range(n)), moments, np.arange(n, dtype=float), values)


def noise(seed, n=300, size=10.0, level=100.0):
    return level + np.random.default_rng(seed).normal(size=n) * size


def correlated_noise(seed, n=300, memory=0.5):
    steps = np.random.default_rng(seed).normal(size=n) * 10
    values = np.zeros(n)
    for i in range(1, n):
        values[i] = memory * values[i - 1] + steps[i]
    return 100 + values


def share_found(detect):
    return sum(bool(detect(seed)) for seed in range(RUNS)) / RUNS


def test_it_finds_a_trend_and_its_size():
    found = find_trend(daily(noise(1) + np.arange(300) * 0.2), None)
    assert found.material
    assert found.p_value < 1e-6
    assert found.slope == pytest.approx(0.2, abs=0.03)


def test_a_trend_is_not_moved_by_wild_values():
    values = noise(2) + np.arange(300) * 0.2
    values[::30] = 5000
    assert find_trend(daily(values), None).slope == pytest.approx(0.2, abs=0.06)


@pytest.mark.parametrize("make", [noise, correlated_noise])
def test_noise_is_no_trend(make):
    def found(seed):
        trend = find_trend(daily(make(seed)), None)
        return trend.p_value <= LEVEL and trend.material

    assert share_found(found) <= 0.05


def test_it_finds_where_the_level_changed():
    values = noise(3)
    values[180:] += 40
    found = find_change_point(daily(values), None)
    assert found is not None
    assert found.material
    assert found.p_value < 1e-6
    assert abs(found.at - 180) <= 2
    assert found.after - found.before == pytest.approx(40, abs=4)


@pytest.mark.parametrize("make", [noise, correlated_noise])
def test_noise_is_no_change_of_level(make):
    def found(seed):
        step = find_change_point(daily(make(seed)), None)
        return step is not None and step.p_value <= LEVEL and step.material

    assert share_found(found) <= 0.05


def test_a_step_fits_a_step_better_and_a_line_a_line():
    step, line = noise(4), noise(4) + np.arange(300) * 0.3
    step[150:] += 60
    for values, is_step in ((step, True), (line, False)):
        found = find_change_point(daily(values), None)
        assert found is not None
        assert (found.misfit < find_trend(daily(values), None).misfit) == is_step


BENDS = {
    "level_first": (0.0, 0.5),
    "level_last": (-0.5, 0.0),
    "both": (0.2, -0.6),
}


def weekly(values):
    values = np.asarray(values, dtype=np.float64)
    n = len(values)
    moments = [START + timedelta(weeks=i) for i in range(n)]
    return Series("t", "m", "week", 0, n - 1, list(range(n)), moments, np.arange(n, dtype=float), values)


@pytest.mark.parametrize(("make", "points", "last"), [(weekly, 104, 4), (weekly, 104, 6), (daily, 365, 14)])
@pytest.mark.parametrize("factor", [0.6, 1.4])
def test_a_level_that_has_only_just_begun_is_found_at_its_date(make, points, last, factor):
    def found(seed):
        values = noise(seed, points, size=6.0)
        values[-last:] *= factor
        series = make(values)
        step = find_change_point(series, None)
        is_near = abs(step.at - (points - last)) <= 1
        is_told = step.material and fits_better(step, find_trend(series, None))
        return is_near and is_told and step.p_value <= 0.01

    assert share_found(found) >= 0.95


@pytest.mark.parametrize("make", [noise, correlated_noise])
def test_noise_has_no_level_that_has_only_just_begun(make):
    def found(seed):
        step = find_change_point(daily(make(seed)), None)
        return step.at > 276 and step.p_value <= LEVEL

    assert share_found(found) <= 0.05


def test_one_wild_value_at_the_end_is_no_level():
    values = noise(4)
    values[-3] = 400
    found = find_change_point(daily(values), None)
    assert found is not None
    assert found.p_value > LEVEL


@pytest.mark.parametrize("form", BENDS)
def test_it_finds_where_a_slope_began_ended_or_turned(form):
    before, after = BENDS[form]
    days = np.arange(300)
    found = find_trend_break(
        daily(noise(3) + before * np.minimum(days, 160) + after * np.maximum(days - 160, 0)), None
    )
    assert found is not None
    assert found.form == form
    assert abs(found.at - 160) <= 12
    assert (found.before, found.slope) == (pytest.approx(before, abs=0.06), pytest.approx(after, abs=0.06))
    assert found.p_value < 1e-6
    assert found.material
    assert found.fits_best


@pytest.mark.parametrize("make", [noise, correlated_noise])
def test_noise_has_no_slope_that_began(make):
    def found(seed):
        bend = find_trend_break(daily(make(seed)), None)
        return bend is not None and bend.p_value <= LEVEL and bend.material and bend.fits_best

    assert share_found(found) <= 0.05


def test_what_is_only_a_line_or_a_step_has_no_slope_that_began():
    days = np.arange(300)

    def found(seed, added):
        bend = find_trend_break(daily(noise(seed) + added), None)
        return bend is not None and bend.fits_best and bend.p_value <= LEVEL

    assert share_found(lambda seed: found(seed, 0.2 * days)) <= 0.05
    assert share_found(lambda seed: found(seed, 40.0 * (days >= 130))) <= 0.05
    assert share_found(lambda seed: found(seed, 100 * np.exp(days / 200))) <= 0.05


def test_the_p_value_of_the_highest_of_many_is_that_of_one_where_all_are_one():
    assert highest_of_many(2.5, 0.0) == pytest.approx(0.0124, abs=1e-4)
    assert highest_of_many(2.5, 20.0) > highest_of_many(2.5, 2.0) > highest_of_many(2.5, 0.0)


def test_it_finds_the_rhythm_of_the_week():
    values = noise(5)
    values[5::7] -= 40
    [found] = find_seasonality(daily(values))
    assert found.material
    assert found.p_value < 1e-6
    assert found.cycle == "day_of_week"
    assert found.low == 5


def test_noise_has_no_rhythm():
    def found(seed):
        return any(s.p_value <= LEVEL and s.material for s in find_seasonality(daily(noise(seed))))

    assert share_found(found) <= 0.05


def test_it_finds_wild_values_and_only_those():
    values = noise(6)
    values[100], values[200] = 300, -100
    found = find_outliers(daily(values), None, counted=False)
    assert found.material
    assert sorted(found.points) == [100, 200]


def test_of_very_many_days_those_stand_out_that_even_such_tails_do_not_reach():
    days = np.random.default_rng(8).standard_t(4, 1000) * 5 + 100
    assert find_outliers(daily(days), None, counted=False, alone=True).points == []
    days[700] = 460
    assert find_outliers(daily(days), None, counted=False, alone=True).points == [700]


def test_the_days_of_a_new_level_are_no_outliers():
    values = noise(5, 365, size=3.0)
    values[-7:] *= 0.6
    series = daily(values)
    assert len(find_outliers(series, None, counted=False).points) == 7
    assert find_outliers(series, None, counted=False, step=series.rows[-7]).points == []


def test_a_usual_sunday_is_no_outlier():
    values = noise(7, size=2.0)
    values[6::7] = 10 + np.random.default_rng(7).normal(size=len(values[6::7]))
    found = find_outliers(daily(values), "day_of_week", counted=False)
    assert found.points == []


def test_where_wet_days_are_usual_a_flood_stands_out_and_not_every_wet_day():
    """Rain: nothing on most days, and what a wet day brings varies widely."""
    chance = np.random.default_rng(8)
    rain = np.where(chance.random(900) < 0.3, chance.exponential(8, 900), 0.0)
    rain[400] = 150.0
    points = find_outliers(daily(list(rain)), None, counted=False).points
    assert points[0] == 400
    assert len(points) <= 0.01 * (rain > 0).sum()


def test_normal_noise_has_no_outliers():
    assert share_found(lambda seed: find_outliers(daily(noise(seed)), None, counted=False).points) <= 0.05


def test_small_counts_vary_by_themselves():
    counts = np.random.default_rng(8).poisson(2, 300)
    assert find_outliers(daily(counts), None, counted=True).points == []


def test_measures_that_share_only_a_trend_are_not_correlated():
    def found(seed):
        a, b = (daily(noise(s) + np.arange(300)) for s in (seed, 1000 + seed))
        strength, p_value = correlated(a, b, None)
        assert abs(strength) < 0.3
        return p_value <= LEVEL

    assert share_found(found) <= 0.1


def test_measures_that_move_together_are_correlated():
    base = noise(11)
    strength, p_value = correlated(daily(base), daily(2 * base + noise(12, size=3)), None)
    assert strength > 0.9
    assert p_value < 1e-6


@pytest.mark.parametrize("lag", [-3, 2])
def test_what_one_measure_does_days_after_the_other_is_found(lag: int):
    base = noise(14)
    found = find_correlation(daily(base), daily(np.roll(-base, lag) + noise(15, size=3)), None)
    assert found.lag == lag
    assert found.strength < -0.9
    assert found.p_value < 1e-6


def test_with_gaps_days_are_still_days():
    base = noise(16)
    a, b = daily(base), daily(np.roll(base, 2) + noise(17, size=3))
    some = [at for at in range(len(base)) if at % 11 != 3]
    b = replace(
        b,
        rows=[b.rows[at] for at in some],
        moments=[b.moments[at] for at in some],
        steps=b.steps[some] - b.steps[some[0]],
        values=b.values[some],
    )
    assert find_correlation(a, b, None).lag == 2


def test_noise_follows_nothing():
    def found(seed):
        pair = find_correlation(daily(noise(seed, n=60)), daily(noise(2_000 + seed, n=60)), None)
        return pair.material and pair.p_value <= LEVEL

    assert share_found(found) <= 0.05


def table(values, rows_each):
    columns = [ResultColumn(name, "float", "measure") for name in ("who", "number_of_rows", "m")]
    rows = [[f"v{i}", rows_each, value] for i, value in enumerate(values)]
    return Result(columns, rows, False, "v1", "")


def test_one_value_that_holds_most_is_told():
    found = find_concentration(table([900, 30, 30, 40], 100), "m", "who")
    assert found is not None
    assert found.material
    assert (found.row, found.n, found.top) == (0, 1, 0.9)


def test_an_even_spread_is_no_concentration():
    found = find_concentration(table([100 + i for i in range(20)], 100), "m", "who")
    assert found is not None
    assert not found.material


def test_parts_below_zero_make_no_whole():
    assert find_concentration(table([5, -3, 8], 100), "m", "who") is None


def test_gaps_are_counted():
    series = daily(noise(13, n=10))
    with_gap = Series(
        "t", "m", "day", 0, 9, series.rows[:5] + series.rows[7:], series.moments[:5] + series.moments[7:],
        np.delete(series.steps, [5, 6]), np.delete(series.values, [5, 6]),
    )  # fmt: skip
    assert gap_count(with_gap) == 2


def test_the_slope_counts_gaps_in():
    steps = np.array([0.0, 1.0, 2.0, 10.0])
    assert theil_sen(steps, 3 * steps) == 3


def test_a_constant_measure_gives_nothing():
    flat = daily(np.full(100, 5.0))
    assert mann_kendall(flat.values) == 1.0
    assert find_trend(flat, None).change == 0
    assert find_outliers(flat, None, counted=False).points == []
    assert spearman(flat.values, noise(1, n=100)) == (0.0, 1.0)


def test_ranks_share_ties():
    assert ranks(np.array([10.0, 20.0, 20.0, 30.0])).tolist() == [1.0, 2.5, 2.5, 4.0]


def test_the_correction_is_that_of_benjamini_and_hochberg():
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert benjamini_hochberg([]) == []


def test_the_tests_agree_with_scipy():
    from scipy import stats  # noqa: PLC0415 - slow to import

    generator = np.random.default_rng(14)
    values, groups = generator.normal(size=90), np.repeat(np.arange(3), 30)
    expected = stats.kruskal(*(values[groups == g] for g in range(3))).pvalue
    assert kruskal_wallis(values, groups)[0] == pytest.approx(expected)
    blocks = generator.normal(size=(40, 4)) + np.array([0, 0, 0.5, 1])
    assert (friedman(blocks) < LEVEL) == (stats.friedmanchisquare(*blocks.T).pvalue < LEVEL)
