"""The cycles of the calendar that a measure can follow."""

from collections.abc import Mapping
from datetime import datetime

from claribi.analysis.languages import MONTHS, QUARTERS, WEEKDAYS
from claribi.query.schemas import Cycle, Grain

PHASES: Mapping[Cycle, int] = {
    "hour_of_day": 24,
    "day_of_week": 7,
    "month_of_year": 12,
    "quarter_of_year": 4,
}
# The cycles that a grain can show, and how many of its buckets make one cycle.
CYCLES: Mapping[Grain, Mapping[Cycle, int]] = {
    "hour": {"hour_of_day": 24},
    "day": {"day_of_week": 7},
    "week": {"month_of_year": 52},
    "month": {"month_of_year": 12},
    "quarter": {"quarter_of_year": 4},
    "year": {},
}


def phase_of(moment: datetime, cycle: Cycle) -> int:
    """A moment's place in the cycle: 0 is midnight, Monday, January, the first quarter."""
    if cycle == "hour_of_day":
        return moment.hour
    if cycle == "day_of_week":
        return moment.weekday()
    return moment.month - 1 if cycle == "month_of_year" else (moment.month - 1) // 3


def phase_name(phase: int, cycle: Cycle) -> str:
    """The phase as it stands in a sentence behind `on` or `in`; an hour by its clock."""
    if cycle == "hour_of_day":
        return f"{phase:02}:00"
    names = {"day_of_week": WEEKDAYS, "month_of_year": MONTHS, "quarter_of_year": QUARTERS}[cycle]
    return names[phase] + ("s" if cycle == "day_of_week" else "")
