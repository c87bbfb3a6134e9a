"""Formulas over the values of a dimension period by period, and over stretches of time without rows.

The statistics are imported when one of them is computed, since most answers need none.
"""

from typing import Any

from claribi.analysis import thresholds
from claribi.query.schemas import Result


def lead_mean(result: Result, *, member: int, at: int, after: bool, **arguments: Any) -> float:
    """The mean of the member that a row names, before the moment of row `at` or from it on."""
    from claribi.analysis import overtaking  # noqa: PLC0415 - loads numpy

    return overtaking.lead_mean(result, member=member, at=at, after=after, **arguments)


def overtaking_p(result: Result, **arguments: Any) -> float | None:
    from claribi.analysis.overtaking import find_overtaking  # noqa: PLC0415 - loads numpy

    found = find_overtaking(result, **arguments)
    return found.p_value if found else None


def late_overtaking_p(result: Result, *, at: int, **arguments: Any) -> float | None:
    from claribi.analysis.overtaking import find_late_overtaking  # noqa: PLC0415 - loads numpy

    found = find_late_overtaking(result, at=at, **arguments)
    return found.p_value if found else None


def part(result: Result, *, member: int, after: bool, **arguments: Any) -> float:
    """The part of the member that a row names, in the first or the last third of the periods."""
    from claribi.analysis import mix  # noqa: PLC0415 - loads numpy

    return mix.part(result, member=member, after=after, **arguments)


def mix_p(result: Result, **arguments: Any) -> float | None:
    from claribi.analysis.mix import find_mix  # noqa: PLC0415 - loads numpy

    found = find_mix(result, **arguments)
    return found.p_value if found else None


def longest_gap(result: Result, **range_: Any) -> int | None:
    """How many buckets the longest stretch without any rows has."""
    found = _gap(result, range_)
    return found.length if found else None


def gap_p(result: Result, **range_: Any) -> float | None:
    found = _gap(result, range_)
    return found.p_value if found else None


def _gap(result: Result, range_: dict[str, Any]) -> Any:
    from claribi.analysis.silence import find_gap  # noqa: PLC0415 - loads numpy

    return find_gap(result, **range_)


def stopped_for(result: Result, **arguments: Any) -> int | None:
    """For how many whole periods the value that stopped has had no rows."""
    found = _stopped(result, arguments)
    return found.length if found else None


def stopped_p(result: Result, **arguments: Any) -> float | None:
    found = _stopped(result, arguments)
    return found.p_value if found else None


def _stopped(result: Result, arguments: dict[str, Any]) -> Any:
    from claribi.analysis.silence import find_stopped  # noqa: PLC0415 - loads numpy

    return find_stopped(result, **arguments)


def absent_for(result: Result, **arguments: Any) -> int | None:
    """In how many buckets the value that is absent has no rows while others have."""
    found = _absence(result, arguments)
    return found.length if found else None


def absence_p(result: Result, **arguments: Any) -> float | None:
    found = _absence(result, arguments)
    return found.p_value if found else None


def _absence(result: Result, arguments: dict[str, Any]) -> Any:
    from claribi.analysis.absence import find_absence  # noqa: PLC0415 - loads numpy

    return find_absence(result, **arguments)


def step_share(result: Result, **arguments: Any) -> float | None:
    """Which part of a new level the value that made it made."""
    from claribi.analysis.makers import find_step_maker  # noqa: PLC0415 - loads numpy

    found = find_step_maker(result, **arguments)
    return found.share if found else None


def outlier_share(result: Result, **arguments: Any) -> float | None:
    """Which part of what stands out the value that made it made."""
    from claribi.analysis.makers import find_outlier_maker  # noqa: PLC0415 - loads numpy

    found = find_outlier_maker(result, **arguments)
    return found.share if found else None


def arriving_length(result: Result, **range_: Any) -> int | None:
    """How many of the newest buckets are not all there."""
    found = _arriving(result, range_)
    return found.length if found else None


def arriving_held(result: Result, **range_: Any) -> float | None:
    """What they hold, against what is usual."""
    found = _arriving(result, range_)
    return found.held if found else None


def arriving_p(result: Result, **range_: Any) -> float | None:
    found = _arriving(result, range_)
    return found.p_value if found else None


def _arriving(result: Result, range_: dict[str, Any]) -> Any:
    from claribi.analysis.arriving import find_arriving  # noqa: PLC0415 - loads numpy

    return find_arriving(result, **range_)


def threshold(result: Result, *, limit: float) -> float:  # noqa: ARG001 - what a person set, as a figure
    return limit


def periods_held(result: Result, **range_: Any) -> int:
    """How many periods have a value that a threshold can be held against."""
    return len(thresholds.valued(result, **range_))


def periods_beyond(result: Result, **arguments: Any) -> int:
    """In how many periods the measure was beyond a threshold."""
    return len(thresholds.beyond(result, **arguments))


FORMULAS = (
    lead_mean,
    overtaking_p,
    late_overtaking_p,
    part,
    mix_p,
    longest_gap,
    gap_p,
    stopped_for,
    stopped_p,
    absent_for,
    absence_p,
    step_share,
    outlier_share,
    arriving_length,
    arriving_held,
    arriving_p,
    threshold,
    periods_held,
    periods_beyond,
)
