"""Why did a measure move between two periods? By each value of a dimension, adding up to the whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from claribi.analysis import shifts
from claribi.query.schemas import Result

# A value stands out when it moved the whole by this much more than its size alone would have.
STANDS_OUT = 0.2
LEAST_SHARE = 0.25
AGAINST = 0.3
MOST_NAMED = 3
# What one value gained is told rather than what another lost where it is about as much.
AS_MUCH = 0.6

Status = Literal["kept", "new", "lost"]


@dataclass(frozen=True, slots=True)
class Driver:
    """What one value of a dimension did.

    Attributes:
        row: Its row in the comparison by the dimension.
        effect: Its part of the change, in the measure's unit.
        excess: What of it goes beyond the value's share of the measure before.
    """

    row: int
    value: Any
    effect: float
    excess: float
    status: Status


@dataclass(frozen=True, slots=True)
class Drivers:
    """Attributes:
    weight: The column with the number of values behind an average; None for what adds up.
    leading: Those that stand out in the direction of the change, the strongest first.
    against: Those that worked the other way to a notable extent.
    """

    result: Result
    dimension: str
    column: str
    weight: str | None
    change: float
    members: list[Driver]
    leading: list[Driver]
    against: list[Driver]

    @property
    def score(self) -> float:
        """The part of all movement that the leading values explain beyond their size, 0 to 1."""
        gross = sum(abs(member.effect) for member in self.members)
        return sum(abs(driver.excess) for driver in self.leading) / gross if gross else 0.0


def find_drivers(result: Result, column: str, dimension: str, weight: str | None) -> Drivers:
    members = _members(result, column, dimension, weight)
    change = sum(member.effect for member in members)
    by_size = sorted(members, key=lambda member: -abs(member.effect))
    leading = [m for m in by_size if change and _leads(m, change)]
    against = [m for m in by_size if change and m.effect / change <= -AGAINST]
    return Drivers(
        result, dimension, column, weight, change, by_size, leading[:MOST_NAMED], against[:MOST_NAMED]
    )


def _leads(member: Driver, change: float) -> bool:
    return member.excess / change >= STANDS_OUT and member.effect / change >= LEAST_SHARE


def _members(result: Result, column: str, dimension: str, weight: str | None) -> list[Driver]:
    effects = _effects(result, column, weight)
    change = sum(effects)
    expected = [share * change for share in _shares_before(result, weight or column)]
    return [
        Driver(row, value, effect, effect - share, _status(result, row, weight or column))
        for row, (value, effect, share) in enumerate(
            zip(result.values(dimension), effects, expected, strict=True)
        )
    ]


def _effects(result: Result, column: str, weight: str | None) -> list[float]:
    if weight is not None:
        return [part.whole for part in shifts.parts(result, column=column, weight=weight)]
    rows = range(result.row_count)
    return [float(shifts.contribution(result, row=row, column=column)) for row in rows]


def _shares_before(result: Result, column: str) -> list[float]:
    before = [abs(float(value or 0)) for value in result.values(column + shifts.PREVIOUS)]
    whole = sum(before)
    return [value / whole if whole else 0.0 for value in before]


def _status(result: Result, row: int, column: str) -> Status:
    now, before = (result.rows[row][result.index(name)] for name in (column, column + shifts.PREVIOUS))
    if not before:
        return "new" if now else "kept"
    return "kept" if now else "lost"


def risen(found: Drivers) -> Drivers:
    """As found, led by the value that rose most where the whole stood about still.

    Whether all together rose or fell a little is chance then; one that took its part from others is told as
    the one that took it.
    """
    most = max(found.members, key=lambda member: member.effect, default=None)
    leader = found.leading[0] if found.leading else None
    if most is None or leader is None or most.effect < AS_MUCH * abs(leader.effect):
        return found
    return replace(found, leading=[most])


def telling(candidates: Sequence[Drivers]) -> list[Drivers]:
    """The dimensions that have a value which stands out, the one that explains the change best first."""
    return sorted((d for d in candidates if d.leading), key=lambda drivers: -drivers.score)


def best(candidates: Sequence[Drivers]) -> Drivers | None:
    """The dimension that explains the change best; None where none does."""
    return next(iter(telling(candidates)), None)
