"""Formulas over the buckets of a measure: its mean, trend, cycle and what stands out.

All take the range of rows (`first` to `last`, both included) that whole buckets of time lie in. The
statistics are imported when one of them is computed, since most answers need none.
"""

from collections.abc import Sequence
from typing import Any

from claribi.analysis.cycles import phase_name
from claribi.query.schemas import Cycle, Result


def _read(result: Result, range_: dict[str, Any]) -> Any:
    from claribi.analysis import series  # noqa: PLC0415 - loads numpy

    return series.read(result, **range_)


def mean(result: Result, **range_: Any) -> float:
    return float(_read(result, range_).values.mean())


def mean_change(result: Result, *, at: int, **range_: Any) -> float:
    """The mean from row `at` on, less the mean before it."""
    before, after = _sides(result, at, range_)
    return after - before


def mean_change_ratio(result: Result, *, at: int, **range_: Any) -> float:
    before, after = _sides(result, at, range_)
    return (after - before) / abs(before)


def _sides(result: Result, at: int, range_: dict[str, Any]) -> tuple[float, float]:
    before = _read(result, range_ | {"last": at - 1}).values.mean()
    return float(before), float(_read(result, range_ | {"first": at}).values.mean())


def slope(result: Result, *, cycle: Cycle | None, **range_: Any) -> float:
    """Theil-Sen slope a bucket, the cycle taken out."""
    return _line(result, cycle, range_)[0]


def trend_change(result: Result, *, cycle: Cycle | None, **range_: Any) -> float:
    """How far the trend line moves from the first to the last bucket."""
    _, start, end = _line(result, cycle, range_)
    return end - start


def trend_change_ratio(result: Result, *, cycle: Cycle | None, **range_: Any) -> float:
    _, start, end = _line(result, cycle, range_)
    return (end - start) / abs(start)


def _line(result: Result, cycle: Cycle | None, range_: dict[str, Any]) -> tuple[float, float, float]:
    from claribi.analysis.trend import trend_line  # noqa: PLC0415 - loads scipy

    return trend_line(_read(result, range_), cycle)


def trend_p(result: Result, *, cycle: Cycle | None, **range_: Any) -> float:
    from claribi.analysis.trend import find_trend  # noqa: PLC0415 - loads scipy

    return find_trend(_read(result, range_), cycle).p_value


def slope_before_break(result: Result, *, cycle: Cycle | None, **range_: Any) -> float | None:
    """What a measure moved by from bucket to bucket until its slope changed."""
    found = _trend_break(result, cycle, range_)
    return found.before if found else None


def slope_after_break(result: Result, *, cycle: Cycle | None, **range_: Any) -> float | None:
    found = _trend_break(result, cycle, range_)
    return found.slope if found else None


def trend_break_p(result: Result, *, cycle: Cycle | None, **range_: Any) -> float | None:
    found = _trend_break(result, cycle, range_)
    return found.p_value if found else None


def _trend_break(result: Result, cycle: Cycle | None, range_: dict[str, Any]) -> Any:
    from claribi.analysis.trend_breaks import find_trend_break  # noqa: PLC0415 - loads scipy

    return find_trend_break(_read(result, range_), cycle)


def phase_mean(result: Result, *, cycle: Cycle, phase: int, **range_: Any) -> float:
    from claribi.analysis import seasonality  # noqa: PLC0415 - loads scipy

    return seasonality.phase_mean(_read(result, range_), cycle, phase)


def high_phase(result: Result, *, cycle: Cycle, **range_: Any) -> str:
    """The name of the phase with the highest mean: `Mondays`, `March`, `14:00`."""
    return _phase_name(result, cycle, range_, 0)


def low_phase(result: Result, *, cycle: Cycle, **range_: Any) -> str:
    return _phase_name(result, cycle, range_, 1)


def _phase_name(result: Result, cycle: Cycle, range_: dict[str, Any], side: int) -> str:
    from claribi.analysis.seasonality import high_and_low  # noqa: PLC0415 - loads scipy

    return phase_name(high_and_low(_read(result, range_), cycle)[side], cycle)


def phase_difference(result: Result, *, cycle: Cycle, phase: int, **range_: Any) -> float:
    """The mean of one phase of the cycle, less the mean of all buckets."""
    return phase_mean(result, cycle=cycle, phase=phase, **range_) - mean(result, **range_)


def phase_difference_ratio(result: Result, *, cycle: Cycle, phase: int, **range_: Any) -> float:
    return phase_difference(result, cycle=cycle, phase=phase, **range_) / abs(mean(result, **range_))


def seasonality_p(result: Result, *, cycle: Cycle, **range_: Any) -> float:
    return float(_seasonality(result, cycle, range_).p_value)


def seasonality_strength(result: Result, *, cycle: Cycle, **range_: Any) -> float:
    """The part of the variance around the level that the cycle explains."""
    return float(_seasonality(result, cycle, range_).strength)


def _seasonality(result: Result, cycle: Cycle, range_: dict[str, Any]) -> Any:
    from claribi.analysis.seasonality import of_cycle  # noqa: PLC0415 - loads scipy

    return of_cycle(_read(result, range_), cycle)


def expected(
    result: Result, *, cycle: Cycle | None, row: int, step: int | None = None, **range_: Any
) -> float:
    """What the bucket of a row would hold by its surroundings and its place in the cycle.

    Args:
        step: The row from which on the level is another one.
    """
    from claribi.analysis import series  # noqa: PLC0415 - loads numpy

    read = _read(result, range_)
    level, moved = series.levelled(read, cycle, step)
    return float((series.expected(level, cycle) + moved)[read.rows.index(row)])


def outlier_count(
    result: Result,
    *,
    cycle: Cycle | None,
    counted: bool,
    step: int | None = None,
    alone: bool = False,
    averaged: bool = False,
    **range_: Any,
) -> int:
    """How many buckets lie far off.

    Args:
        step: The row from which on the level is another one.
        alone: Neighbours were not looked at together as well.
        averaged: The measure does not add up.
    """
    how = {"counted": counted, "step": step, "alone": alone, "averaged": averaged}
    return len(_outliers(result, cycle, range_, how).points)


def outlier_p(
    result: Result,
    *,
    cycle: Cycle | None,
    counted: bool,
    step: int | None = None,
    alone: bool = False,
    averaged: bool = False,
    **range_: Any,
) -> float:
    how = {"counted": counted, "step": step, "alone": alone, "averaged": averaged}
    return float(_outliers(result, cycle, range_, how).p_value)


def _outliers(result: Result, cycle: Cycle | None, range_: dict[str, Any], how: dict[str, Any]) -> Any:
    from claribi.analysis.outliers import find_outliers  # noqa: PLC0415 - loads scipy

    return find_outliers(_read(result, range_), cycle, **how)


def change_point_p(result: Result, *, cycle: Cycle | None, **range_: Any) -> float | None:
    from claribi.analysis.change_points import find_change_point  # noqa: PLC0415 - loads scipy

    found = find_change_point(_read(result, range_), cycle)
    return found.p_value if found else None


def correlation(result: Result, *, other: str, cycle: Cycle | None, lag: int = 0, **range_: Any) -> float:
    """Rank correlation of two measures over time, trend and cycle of both taken out."""
    return _correlation(result, other, cycle, lag, range_)[0]


def correlation_p(result: Result, *, other: str, cycle: Cycle | None, lag: int = 0, **range_: Any) -> float:
    return _correlation(result, other, cycle, lag, range_)[1]


def correlation_lag(result: Result, *, other: str, cycle: Cycle | None, **range_: Any) -> int:
    """How many buckets the later of two measures comes after the other."""
    from claribi.analysis.correlation import find_correlation  # noqa: PLC0415 - loads scipy

    return abs(find_correlation(*_both(result, other, range_), cycle).lag)


def _correlation(
    result: Result, other: str, cycle: Cycle | None, lag: int, range_: dict[str, Any]
) -> tuple[float, float]:
    from claribi.analysis.correlation import correlated  # noqa: PLC0415 - loads scipy

    return correlated(*_both(result, other, range_), cycle, lag)


def _both(result: Result, other: str, range_: dict[str, Any]) -> tuple[Any, Any]:
    return _read(result, range_), _read(result, range_ | {"column": other})


def gap_count(result: Result, **range_: Any) -> int:
    """How many buckets between the first and the last hold nothing."""
    from claribi.analysis import series  # noqa: PLC0415 - loads numpy

    return series.gap_count(_read(result, range_))


def bucket_count(result: Result, *, first: int, last: int) -> int:
    return len(result.rows[first : last + 1])


def last_change_p(result: Result, *, at: int, weights: Sequence[float] | None = None, **range_: Any) -> float:
    """How unusual the change at row `at` is, by the changes before it, periods of different length evened."""
    from claribi.analysis.change import usual_change_p  # noqa: PLC0415 - loads scipy
    from claribi.analysis.evening import evened  # noqa: PLC0415 - as above

    return usual_change_p(evened(_read(result, range_ | {"last": at}), weights))


def evened_change(result: Result, *, at: int, weights: Sequence[float], **range_: Any) -> float:
    """The change to row `at` from the bucket before it, as if both had the same days."""
    from claribi.analysis import evening  # noqa: PLC0415 - loads scipy

    return evening.evened_change(result, at=at, weights=weights, **range_)


def more_days(result: Result, *, at: int, weights: Sequence[float], **range_: Any) -> int:
    """How many more days, or weeks, the bucket of row `at` has than the one before it."""
    from claribi.analysis import evening  # noqa: PLC0415 - loads scipy

    return evening.more_days(result, at=at, weights=weights, **range_)


FORMULAS = (
    mean,
    mean_change,
    mean_change_ratio,
    slope,
    trend_change,
    trend_change_ratio,
    trend_p,
    slope_before_break,
    slope_after_break,
    trend_break_p,
    phase_mean,
    high_phase,
    low_phase,
    phase_difference,
    phase_difference_ratio,
    seasonality_p,
    seasonality_strength,
    expected,
    outlier_count,
    outlier_p,
    change_point_p,
    correlation,
    correlation_p,
    correlation_lag,
    gap_count,
    bucket_count,
    last_change_p,
    evened_change,
    more_days,
)
