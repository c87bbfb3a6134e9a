from datetime import datetime, timedelta

import pytest

from claribi.charts.times import filled, following, grain_of, label

START = datetime(2013, 1, 1)
GRAINS = ["hour", "day", "month", "quarter", "year"]


def periods(grain, count=12, start=START):
    found = [start]
    while len(found) < count:
        found.append(following(found[-1], grain))
    return found


@pytest.mark.parametrize("grain", GRAINS)
def test_the_grain_is_seen_from_the_values(grain):
    assert grain_of(periods(grain)) == grain


def test_weeks_are_days_that_lie_seven_apart():
    monday = START + timedelta(days=6)
    assert grain_of(periods("week", start=monday)) == "week"
    assert grain_of([monday, monday + timedelta(days=7), monday + timedelta(days=8)]) == "day"


def test_points_in_time_have_no_grain():
    assert grain_of([START, START + timedelta(minutes=7)]) is None


def test_the_name_of_a_column_settles_what_one_value_leaves_open():
    assert grain_of([START], "year") == "year"
    assert grain_of([START], "sold_on") != "year"


@pytest.mark.parametrize(
    ("grain", "text"),
    [
        ("year", "2013"),
        ("quarter", "Q1 2013"),
        ("month", "Jan 2013"),
        ("day", "1 Jan 2013"),
        (None, "1 Jan 2013"),
    ],
)
def test_labels_fit_their_grain(grain, text):
    assert label(START, grain) == text


def test_missing_periods_are_filled_in():
    assert filled([START, START + timedelta(days=3)], "day") == periods("day", 4)


def test_what_comes_every_fifth_year_misses_only_those():
    years = [datetime(year, 1, 1) for year in range(1952, 2008, 5)]
    assert filled(years, "year") == years
    assert filled([year for year in years if year.year != 1972], "year") == years
    assert len(filled(years[:3], "year")) == 11


def test_too_many_missing_periods_are_not():
    ends = [datetime(1000, 1, 1), datetime(2900, 1, 1)]
    assert filled(ends, "day") == ends


def test_the_end_of_the_calendar_is_no_trap():
    ends = [datetime(9999, 11, 1), datetime(9999, 12, 1)]
    assert filled(ends, "month") == ends


def test_a_column_called_week_may_hold_other_days():
    """Its months, for one, of a file with a column of that name."""
    assert grain_of([datetime(2024, month, 1) for month in (1, 2, 3)], "week") == "month"
    assert grain_of([START, START + timedelta(days=1)], "Week") == "day"
    assert grain_of([START], "week") == "week"
    assert grain_of(periods("week", start=START), "week") == "week"
