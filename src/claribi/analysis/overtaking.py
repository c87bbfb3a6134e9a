"""Has another value of a dimension taken the lead, for good?"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from claribi.analysis.series import Floats, long_run_deviation
from claribi.analysis.significance import student_p
from claribi.query.schemas import Result

# Before this many periods, and with fewer on either side of the moment, nobody can say who led.
FEWEST_PERIODS, FEWEST_EACH_SIDE = 9, 3
# Leads by less of the new leader's level than this are a tie.
SMALLEST_LEAD = 0.1
# From so many points on, how they hang together can be measured.
FEWEST_FOR_MEMORY = 8


@dataclass(frozen=True, slots=True)
class Paired:
    """The values of a dimension period by period; of those alone that have a value in each.

    Attributes:
        rows: The result's row of the first value of each period.
        members: The values of the dimension, and the result's row that each is named by.
        values: A row for each period, a column for each member.
    """

    rows: list[int]
    members: list[int]
    values: Floats


@dataclass(frozen=True, slots=True)
class Overtaking:
    """Attributes:
    ahead, behind: Rows of the result that name the new leader and the one before.
    at: The row that the first period of the new lead begins with.
    lately: Whether the new lead is that of the last period alone, looked at in finer buckets.
    """

    result: Result
    arguments: dict[str, Any]
    ahead: int
    behind: int
    at: int
    effect: float
    p_value: float
    material: bool
    lately: bool = False


def paired(
    result: Result, *, time: str, dimension: str, column: str, first: int, last: int, additive: bool
) -> Paired:
    """Read an answer by period and dimension.

    Args:
        first, last: The range of its rows that whole periods lie in, both included.
        additive: What has no row in a period adds nothing to it; else such a member is left out.
    """
    at, who, of = result.index(time), result.index(dimension), result.index(column)
    starts: dict[Any, int] = {}
    cells: dict[Any, dict[Any, float]] = {}
    named: dict[Any, int] = {}
    for row, values in enumerate(result.rows[first : last + 1], first):
        starts.setdefault(values[at], row)
        named.setdefault(values[who], row)
        if values[of] is not None:
            cells.setdefault(values[who], {})[values[at]] = float(values[of])
    missing = 0.0 if additive else math.nan
    members = [member for member in named if member is not None and member in cells]
    table = np.array([[cells[m].get(moment, missing) for m in members] for moment in starts])
    if not members:
        return Paired([], [], np.zeros((0, 0)))
    whole = np.flatnonzero(np.isfinite(table).all(axis=0))
    return Paired(list(starts.values()), [named[members[i]] for i in whole], table[:, whole])


def find_overtaking(result: Result, **arguments: Any) -> Overtaking | None:
    """The value that leads in the last third of the periods, where another led in the first third.

    Args:
        arguments: As of `paired`.
    """
    read = paired(result, **arguments)
    periods, members = read.values.shape
    if periods < FEWEST_PERIODS or members < 2:  # noqa: PLR2004 - nobody to overtake
        return None
    third = periods // 3
    behind = int(read.values[:third].mean(axis=0).argmax())
    ahead = int(read.values[-third:].mean(axis=0).argmax())
    if ahead == behind:
        return None
    ratio = _ratio(read.values[:, ahead], read.values[:, behind])
    at = _turn(ratio)
    lead = read.values[:, ahead] - read.values[:, behind]
    before, after = lead[:at], lead[at:]
    level = float(np.abs(read.values[at:, ahead]).mean())
    smaller = min(-float(before.mean()), float(after.mean()))
    return Overtaking(
        result=result,
        arguments=arguments,
        ahead=read.members[ahead],
        behind=read.members[behind],
        at=read.rows[at],
        effect=smaller / level if level else 0.0,
        # Any of the others could have come to lead.
        p_value=min(1.0, _no_turn(ratio, at) * (members - 1)),
        material=level > 0 and smaller >= SMALLEST_LEAD * level,
    )


def find_late_overtaking(result: Result, *, at: int, **arguments: Any) -> Overtaking | None:
    """The value that leads from the bucket of a row on, where another led before, and just before.

    Args:
        at: The row that the period begins with.
        arguments: As of `paired`, of buckets within periods.
    """
    read = paired(result, **arguments)
    if at not in read.rows or read.values.shape[1] < 2:  # noqa: PLR2004 - nobody to overtake
        return None
    turn = read.rows.index(at)
    length = len(read.rows) - turn
    if length < FEWEST_EACH_SIDE or turn < max(length, FEWEST_FOR_MEMORY):
        return None
    before, after = read.values[:turn], read.values[turn:]
    behind, ahead = int(before.mean(axis=0).argmax()), int(after.mean(axis=0).argmax())
    lead = read.values[:, ahead] - read.values[:, behind]
    if ahead == behind or lead[turn - length : turn].mean() >= 0:
        return None
    level = float(np.abs(after[:, ahead]).mean())
    smaller = min(-float(lead[:turn].mean()), float(lead[turn:].mean()))
    return Overtaking(
        result=result,
        arguments=arguments,
        ahead=read.members[ahead],
        behind=read.members[behind],
        at=at,
        effect=smaller / level if level else 0.0,
        p_value=min(
            1.0, _no_turn(_ratio(read.values[:, ahead], read.values[:, behind]), turn) * len(read.members)
        ),
        material=level > 0 and smaller >= SMALLEST_LEAD * level,
        lately=True,
    )


def _ratio(ahead: Floats, behind: Floats) -> Floats:
    """The lead as a ratio (its logarithm), which what moves all alike leaves as it is; else the distance."""
    if min(ahead.min(), behind.min()) > 0:
        return np.asarray(np.log(ahead / behind), dtype=np.float64)
    return ahead - behind


def _turn(lead: Floats) -> int:
    """The first period of the new lead: the split into two levels that leaves the least squares."""
    splits = range(FEWEST_EACH_SIDE, len(lead) - FEWEST_EACH_SIDE + 1)
    return min(splits, key=lambda at: lead[:at].var() * at + lead[at:].var() * (len(lead) - at))


def _no_turn(lead: Floats, at: int) -> float:
    """P-value of a lead that was not below 0 before, or is not above 0 after (Student, one spread for both).

    Both must hold, so the weaker one counts (Berger 1982, intersection-union test). The turn may lie within
    a period, which then belongs to neither side.
    """
    middle = (lead[:at].mean() + lead[at:].mean()) / 2
    mixed = min((at - 1, at), key=lambda i: abs(float(lead[i]) - middle))
    before, after = lead[: min(at, mixed)], lead[max(at, mixed + 1) :]
    left = np.concatenate([before - before.mean(), after - after.mean()])
    freedom = len(left) - 2
    deviation = math.sqrt(float((left**2).sum()) / freedom)
    if len(left) >= FEWEST_FOR_MEMORY:
        deviation = max(deviation, long_run_deviation(left))
    weakest = min(-float(before.mean()) * math.sqrt(len(before)), float(after.mean()) * math.sqrt(len(after)))
    if weakest <= 0 or deviation <= 0:
        return 0.0 if weakest > 0 else 1.0
    return student_p(weakest / deviation, freedom) / 2


def lead_mean(result: Result, *, member: int, at: int, after: bool, **arguments: Any) -> float:
    """The mean of the member that a row names, before the moment of row `at` or from it on."""
    read = paired(result, **arguments)
    turn, column = read.rows.index(at), read.members.index(member)
    values = read.values[:, column]
    return float((values[turn:] if after else values[:turn]).mean())
