"""Which value of a dimension made a new level of the whole, or a bucket that stands out?

What each value did adds up to what the whole did: of sums, the difference of each; of averages, what each
did to them by its own average and by its part of the rows.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from claribi.analysis.queries import ROWS
from claribi.analysis.series import Floats, spread, steps_between
from claribi.analysis.texts import moment_of
from claribi.query.schemas import Grain, Result

# One made it where this part of it is its own, and so much more than its size would bring.
MOST_OF_IT, BEYOND_ITS_SIZE = 0.6, 0.2
# It has to have moved by so many standard errors itself.
CLEARLY = 4.0
# What is usual is the median of so many buckets on either side, of the same day of the week.
AROUND, FEWEST_AROUND = 4, 4
WEEK = 7


@dataclass(frozen=True, slots=True)
class Maker:
    """Attributes:
    member: The result's row that names the value.
    share: Its part of what happened; more than 1 where others worked against it.
    beyond: By how much that exceeds its size.
    """

    result: Result
    arguments: dict[str, Any]
    dimension: str
    member: int
    share: float
    beyond: float


@dataclass(frozen=True, slots=True)
class _Table:
    """Attributes:
    rows: The row that each member is named by.
    place: The bucket of each row of the range, counted from the first one.
    values, counts: A row a bucket, a column a member; an average without rows is not a number.
    """

    first: int
    rows: list[int]
    place: list[int]
    values: Floats
    counts: Floats


def _read(
    result: Result,
    *,
    time: str,
    dimension: str,
    column: str,
    grain: Grain,
    first: int,
    last: int,
    additive: bool,
) -> _Table:
    at, who, of, rows = (result.index(name) for name in (time, dimension, column, ROWS.label))
    held = result.rows[first : last + 1]
    begun = moment_of(held[0][at])
    place = [round(steps_between(begun, moment_of(cells[at]), grain)) for cells in held]
    named: dict[Any, int] = {}
    for row, cells in enumerate(held, first):
        named.setdefault(cells[who], row)
    columns = {member: i for i, member in enumerate(named)}
    shape = max(place) + 1, len(named)
    values, counts = np.full(shape, 0.0 if additive else math.nan), np.zeros(shape)
    for bucket, cells in zip(place, held, strict=True):
        if cells[of] is not None:
            values[bucket, columns[cells[who]]] = float(cells[of])
            counts[bucket, columns[cells[who]]] = float(cells[rows])
    return _Table(first, list(named.values()), place, values, counts)


def find_step_maker(result: Result, *, at: int, additive: bool, **range_: Any) -> Maker | None:
    """Who made the level from row `at` on another one.

    Args:
        range_: The time, dimension, column, grain and rows of an answer by bucket and dimension.
    """
    table = _read(result, additive=additive, **range_)
    turn = table.place[at - table.first]
    effects, sizes = _step(table, turn, additive=additive)
    arguments = range_ | {"at": at, "additive": additive}
    chosen = _chosen(result, arguments, table, effects, sizes)
    if chosen is None:
        return None
    own = table.values[:, table.rows.index(chosen.member)]
    before, after = (side[np.isfinite(side)] for side in (own[:turn], own[turn:]))
    left = np.concatenate([before - np.median(before), after - np.median(after)])
    error = max(spread(left), float(left.std()) / 2) * math.sqrt(1 / len(before) + 1 / len(after))
    return chosen if abs(float(after.mean() - before.mean())) > CLEARLY * error else None


def _step(table: _Table, turn: int, *, additive: bool) -> tuple[Floats, Floats]:
    """What each member did to the level, and its part of the whole before."""
    sides = slice(0, turn), slice(turn, None)
    if additive:
        before, after = (table.values[side].mean(axis=0) for side in sides)
        return after - before, _parts(before)
    return _of_average(*(_pooled(table, side) for side in sides))


def _pooled(table: _Table, side: slice) -> tuple[Floats, Floats]:
    """Each member's average over all its rows, and its number of rows."""
    counts = table.counts[side].sum(axis=0)
    sums = np.nansum(table.values[side] * table.counts[side], axis=0)
    return np.divide(sums, counts, out=np.zeros(len(counts)), where=counts > 0), counts


def _of_average(before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    parts, parts_after = _parts(before[1]), _parts(after[1])
    whole = float(parts @ before[0])
    return parts_after * (after[0] - whole) - parts * (before[0] - whole), parts


def _parts(values: Floats) -> Floats:
    whole = float(values.sum())
    return np.asarray(values / whole if whole else np.zeros(len(values)), dtype=np.float64)


def find_outlier_maker(
    result: Result, *, start: int, stop: int, additive: bool, **range_: Any
) -> Maker | None:
    """Who made the rows from `start` to `stop`, one bucket of the whole, stand out.

    Args:
        range_: As of `find_step_maker`.
    """
    table = _read(result, additive=additive, **range_)
    bucket = slice(table.place[start - table.first], table.place[stop - table.first] + 1)
    around = _around(table, bucket, range_["grain"])
    if len(around) < FEWEST_AROUND:
        return None
    if additive:
        now, usual = table.values[bucket].sum(axis=0), [table.values[w].sum(axis=0) for w in around]
        effects, sizes = now - np.median(usual, axis=0), _parts(np.median(usual, axis=0))
    else:
        pooled = [_pooled(table, window) for window in around]
        means = np.array([np.where(counts > 0, mean, np.nan) for mean, counts in pooled])
        known = np.isfinite(means).sum(axis=0) >= FEWEST_AROUND
        middle = np.array(
            [np.nanmedian(column) if k else np.nan for column, k in zip(means.T, known, strict=True)]
        )
        now, counts = _pooled(table, bucket)
        usual, sizes = list(means), _parts(counts)
        effects = np.where(known & (counts > 0), sizes * (now - middle), 0.0)
    arguments = range_ | {"start": start, "stop": stop, "additive": additive}
    chosen = _chosen(result, arguments, table, effects, sizes)
    if chosen is None:
        return None
    member = table.rows.index(chosen.member)
    own = np.array([values[member] for values in usual])
    own = own[np.isfinite(own)]
    usually = max(spread(own), float(own.std()))
    return chosen if abs(float(now[member]) - float(np.median(own))) > CLEARLY * usually else None


def _medians(means: Floats) -> Floats:
    """The median of each column; not a number where too few are known."""
    known = [column[np.isfinite(column)] for column in means.T]
    return np.array([np.median(k) if len(k) >= FEWEST_AROUND else math.nan for k in known])


def _around(table: _Table, bucket: slice, grain: Grain) -> list[slice]:
    """Stretches as long as a bucket before and after it, on the same days of the week."""
    length = bucket.stop - bucket.start
    apart = max(length, WEEK if grain == "day" else 1)
    starts = [bucket.start + apart * k for k in range(-AROUND, AROUND + 1) if k]
    return [slice(at, at + length) for at in starts if at >= 0 and at + length <= len(table.values)]


def _chosen(
    result: Result, arguments: dict[str, Any], table: _Table, effects: Floats, sizes: Floats
) -> Maker | None:
    whole = float(effects.sum())
    if len(table.rows) < 2 or not whole:  # noqa: PLR2004 - nobody beside it
        return None
    shares = effects / whole
    most = int(shares.argmax())
    share, beyond = float(shares[most]), float(shares[most] - sizes[most])
    if share < MOST_OF_IT or beyond < BEYOND_ITS_SIZE:
        return None
    return Maker(result, arguments, arguments["dimension"], table.rows[most], share, beyond)
