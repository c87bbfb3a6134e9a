"""Have the parts that the values of a dimension have in a whole moved over the time?"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from claribi.analysis.overtaking import Paired, paired
from claribi.analysis.series import Floats, long_run_deviation
from claribi.analysis.significance import FEWEST_POINTS, student_p
from claribi.query.schemas import Result

# With fewer periods a third of them is too few to be held against another.
FEWEST_PERIODS = 9
# A part that moves by less than this of the whole, or of itself, is not worth a sentence.
SMALLEST_MOVE, SMALLEST_OF_ITSELF = 0.05, 0.2


@dataclass(frozen=True, slots=True)
class Mix:
    """Attributes:
    up, down: Rows of the result that name the values whose parts grew and shrank most.
    until, since: Rows that begin the last period of the first third, and the first one of the last.
    largest: The row that names the one that moved most, by so much of the whole.
    """

    result: Result
    arguments: dict[str, Any]
    up: int
    down: int
    until: int
    since: int
    largest: int
    moved: float
    p_value: float
    material: bool


def find_mix(result: Result, **arguments: Any) -> Mix | None:
    """The largest move of a part between the first and the last third of the periods.

    Args:
        arguments: As of `paired`.
    """
    read = paired(result, **arguments)
    count, members = read.values.shape
    wholes = read.values.sum(axis=1) if members else np.zeros(count)
    if count < FEWEST_PERIODS or members < 2 or read.values.min() < 0 or wholes.min() <= 0:  # noqa: PLR2004 - no parts
        return None
    before, after = _parts(read, after=False), _parts(read, after=True)
    moved = after - before
    most = int(np.abs(moved).argmax())
    is_large = abs(moved[most]) >= max(SMALLEST_MOVE, SMALLEST_OF_ITSELF * before[most])
    return Mix(
        result=result,
        arguments=arguments,
        up=read.members[int(moved.argmax())],
        down=read.members[int(moved.argmin())],
        until=read.rows[_third(read) - 1],
        since=read.rows[-_third(read)],
        largest=read.members[most],
        moved=abs(float(moved[most])),
        # Any of them could have moved.
        p_value=min(1.0, members * _moved_p(read.values[:, most] / wholes, _third(read))),
        material=bool(is_large),
    )


def _third(read: Paired) -> int:
    return len(read.rows) // 3


def _parts(read: Paired, *, after: bool) -> Floats:
    """Each member's part in the first or the last third of the periods."""
    values = read.values[-_third(read) :] if after else read.values[: _third(read)]
    return np.asarray(values.sum(axis=0) / values.sum(), dtype=np.float64)


def _moved_p(parts: Floats, third: int) -> float:
    """P-value of the means of the first and the last third differing (Student, one spread for both)."""
    before, after = parts[:third], parts[-third:]
    left = np.concatenate([before - before.mean(), after - after.mean()])
    freedom = len(left) - 2
    deviation = math.sqrt(float((left**2).sum()) / freedom)
    if len(left) >= FEWEST_POINTS:
        deviation = max(deviation, long_run_deviation(left))
    if deviation <= 0:
        return 0.0 if before.mean() != after.mean() else 1.0
    return student_p(float(after.mean() - before.mean()) / (deviation * math.sqrt(2 / third)), freedom)


def part(result: Result, *, member: int, after: bool, **arguments: Any) -> float:
    """The part of the member that a row names, in the first or the last third of the periods."""
    read = paired(result, **arguments)
    return float(_parts(read, after=after)[read.members.index(member)])
