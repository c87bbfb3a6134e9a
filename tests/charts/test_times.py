from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from claribi.charts.times import filled, following, grain_of, label, moment


def moments(*days):
    return [moment(day) for day in days]


@pytest.mark.parametrize(
    ("days", "grain"),
    [
        (["2012-01-01", "2013-01-01"], "year"),
        (["2013-01-01", "2013-04-01", "2013-10-01"], "quarter"),
        (["2013-01-01", "2013-02-01"], "month"),
        (["2013-01-07", "2013-01-14", "2013-01-28"], "week"),
        (["2013-01-07", "2013-01-08"], "day"),
        (["2013-01-07T05:00", "2013-01-07T06:00"], "hour"),
        (["2013-01-07T05:30", "2013-01-07T06:00"], None),
        (["2013-01-01"], "month"),
        (["2013-01-02"], "day"),
    ],
)
def test_the_grain_is_the_coarsest_that_fits(days, grain):
    assert grain_of(moments(*days)) == grain


def test_a_column_that_is_called_after_its_grain_settles_it():
    assert grain_of(moments("2012-01-01", "2013-01-01"), "Month") == "month"


@pytest.mark.parametrize(
    ("grain", "text"),
    [
        ("year", "2013"),
        ("quarter", "Q2 2013"),
        ("month", "Apr 2013"),
        ("day", "1 Apr 2013"),
        (None, "1 Apr 2013"),
    ],
)
def test_a_label_suits_its_grain(grain, text):
    assert label(datetime(2013, 4, 1), grain) == text  # noqa: DTZ001 - stored times carry no zone


def test_the_hour_is_told():
    assert label(moment("2013-04-01T05:00"), "hour") == "1 Apr 2013, 05:00"


def test_missing_periods_are_filled_in():
    known = moments("2013-03-01", "2012-12-01")
    assert filled(known, "month") == moments("2012-12-01", "2013-01-01", "2013-02-01", "2013-03-01")


def test_what_would_be_endless_is_not_filled():
    known = moments("0001-01-01", "2013-01-01")
    assert filled(known, "day") == known


@pytest.mark.parametrize(
    ("grain", "after"),
    [
        ("hour", "2012-10-01T01:00"),
        ("day", "2012-10-02"),
        ("week", "2012-10-08"),
        ("month", "2012-11-01"),
        ("quarter", "2013-01-01"),
        ("year", "2013-10-01"),
    ],
)
def test_the_next_period_begins_where_this_one_ends(grain, after):
    assert following(moment("2012-10-01"), grain) == moment(after)


def test_times_with_a_zone_are_told_in_utc():
    summer = timezone(timedelta(hours=2))
    assert moment(datetime(2013, 7, 1, 2, tzinfo=summer)) == moment(datetime(2013, 7, 1, tzinfo=UTC))


@pytest.mark.parametrize("cell", [None, 12, "yesterday"])
def test_what_is_no_time_is_none(cell):
    assert moment(cell) is None


def test_a_date_is_its_midnight():
    assert moment(date(2013, 7, 1)) == datetime(2013, 7, 1)  # noqa: DTZ001 - as above
