"""The detectors that look at periods: who took the lead, where rows stopped coming, what went too far."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from claribi.analysis.absence import find_absence
from claribi.analysis.findings import Candidate
from claribi.analysis.gathered import Gathered, OverTime
from claribi.analysis.mix import find_mix
from claribi.analysis.outliers import Outliers
from claribi.analysis.overtaking import Overtaking, find_late_overtaking, find_overtaking
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.queries import ROWS
from claribi.analysis.significance import LEVEL
from claribi.analysis.silence import Gap, find_gap, find_stopped
from claribi.analysis.spans import beside_grain, looked_back, period_grain
from claribi.analysis.texts import moment_of
from claribi.query import periods
from claribi.query.schemas import Grain, Result

Tested = tuple[Candidate, float | None]


def overtakings(data: Gathered, measure: MeasureProfile) -> Iterator[Candidate]:
    for dimension, result in data.by_period.items():
        whole = whole_rows(data, result)
        if whole is None or dimension in data.quantities:
            continue
        names = {"dimension": dimension, "column": measure.label, "additive": measure.additive}
        found = find_overtaking(result, **whole, **names)
        # A tie is no test: with two tests that both must hold, chance has less than its share already.
        if found is None or not found.material or found.p_value > LEVEL:
            found = _lately(data, measure, dimension)
        if found is not None and found.material:
            value = found.result.rows[found.ahead][found.result.index(dimension)]
            effect = min(found.effect, 1.0)
            yield Candidate(
                "rank_change", measure, found, effect, found.p_value, found.material, dimension, value
            )


def _lately(data: Gathered, measure: MeasureProfile, dimension: str) -> Overtaking | None:
    """Who took the lead in the period that is compared, bucket by bucket."""
    time, comparison, beside = data.profile.time, data.comparison, data.beside.get(dimension)
    if time is None or comparison is None or beside is None:
        return None
    dated = looked_back(beside, time.column, comparison.period, beside_grain(time, comparison.period))
    moments = beside.values(time.column)
    inside = [row for row in dated if moment_of(moments[row]) >= comparison.period.start]
    if not inside:
        return None
    return find_late_overtaking(
        beside,
        at=inside[0],
        time=time.column,
        dimension=dimension,
        column=measure.label,
        first=dated[0],
        last=dated[-1],
        additive=measure.additive,
    )


def mixes(data: Gathered) -> Iterator[Candidate]:
    """Whose part in the whole grew or shrank; of the measures that tell it, the first one does."""
    for dimension, result in data.by_period.items():
        whole, is_told = whole_rows(data, result), False
        for measure in data.profile.measures if whole is not None else ():
            if not measure.additive or whole is None:
                continue
            found = find_mix(result, dimension=dimension, column=measure.label, additive=True, **whole)
            if found is None:
                continue
            material = found.material and not is_told
            is_told = is_told or (found.material and found.p_value <= LEVEL)
            value = result.rows[found.largest][result.index(dimension)]
            effect = min(2 * found.moved, 1.0)
            yield Candidate("mix", measure, found, effect, found.p_value, material, dimension, value)


def thresholds(data: Gathered) -> list[Candidate]:
    """What people asked to be told of; nothing is tested, so chance plays no part."""
    measures = {measure.label: measure for measure in data.profile.measures}
    return [
        Candidate(
            "threshold",
            measures[held.threshold.measure.label],
            (held, lines),
            len(held.beyond) / len(held.rows),
            None,
            material=True,
        )
        for held, lines in data.held
    ]


def silences(data: Gathered) -> Iterator[Candidate]:
    """Rows that are missing concern every measure; they are told of the number of rows, where it is one."""
    if data.main is None:
        return
    measures = data.profile.measures
    rows = next((m for m in measures if m.label == ROWS.label), measures[0])
    if data.arriving is not None:
        late = data.arriving
        yield Candidate("missing_data", rows, late, 1 - late.held, late.p_value, material=True)
    finest = data.rhythm[-1] if data.rhythm else data.main
    gap = find_gap(finest.result, **finest.of(ROWS.label).arguments)
    if gap is not None:
        effect = min(gap.length / len(finest.result.rows) * 10, 1.0)
        yield Candidate("missing_data", rows, gap, effect, gap.p_value, gap.material)
    yield from _without_values(data, finest)
    for dimension, result in data.by_period.items():
        if dimension in data.quantities:
            continue
        stopped, absent = _stopped(data, rows, dimension, result), _absent(data, rows, dimension)
        yield from _told(data, [c for c in (stopped, absent) if c is not None])


def _told(data: Gathered, found: list[Candidate]) -> list[Candidate]:
    """Who stopped, seen by periods and by finer buckets, once.

    Months are told where they show it, since they say more than days; weeks begin before the rows stop.
    """
    sure = [c for c in found if c.p_value is not None and c.p_value <= LEVEL]
    if len(sure) < 2 or sure[0].value != sure[1].value:  # noqa: PLR2004 - both tell of it
        return sure or found
    time = data.profile.time
    return [sure[1] if time is not None and period_grain(time) == "week" else sure[0]]


def _stopped(data: Gathered, rows: MeasureProfile, dimension: str, result: Result) -> Candidate | None:
    whole = whole_rows(data, result)
    found = find_stopped(result, dimension=dimension, **whole) if whole else None
    if found is None:
        return None
    value = result.rows[found.last][result.index(dimension)]
    return Candidate("missing_data", rows, found, found.share, found.p_value, True, dimension, value)


def _absent(data: Gathered, rows: MeasureProfile, dimension: str) -> Candidate | None:
    """A value without rows for longer than chance, in finer buckets than the periods that are compared."""
    if dimension not in data.there:
        return None
    result, lines = data.there[dimension]
    whole = rows_within(result, lines)
    found = find_absence(result, dimension=dimension, grain=lines.grain, **whole) if whole else None
    if found is None:
        return None
    value = result.rows[found.before][result.index(dimension)]
    effect = min(0.5 + found.share, 1.0)
    return Candidate("missing_data", rows, found, effect, found.p_value, True, dimension, value)


def beside_gaps(found: Sequence[Tested]) -> list[Tested]:
    """Without outliers that are nothing but rows that are missing: the gap says it all."""
    gaps = [c.evidence for c, _ in found if isinstance(c.evidence, Gap)]
    return [
        (c, p) for c, p in found if not (isinstance(c.evidence, Outliers) and _are_gaps(c.evidence, gaps))
    ]


def _are_gaps(outliers: Outliers, gaps: Sequence[Gap]) -> bool:
    series = outliers.series
    buckets = [
        (series.moments[p], periods.shift(series.moments[p], 1, series.grain)) for p in outliers.points
    ]
    return bool(gaps) and all(
        any(start < gap.ends[1] and gap.ends[0] < end for gap in gaps) for start, end in buckets
    )


def _without_values(data: Gathered, lines: OverTime) -> Iterator[Candidate]:
    """Measures that have no values for a time in which there are rows."""
    for measure in data.profile.measures:
        column = next((c for c in data.profile.table.columns if c.name == measure.measure.column), None)
        if column is None or not column.nulls:
            continue
        gap = find_gap(lines.result, **lines.of(measure.label).arguments)
        if gap is not None and gap.after - gap.before > 1:
            effect = min(gap.length / len(lines.result.rows) * 10, 1.0)
            yield Candidate("missing_data", measure, gap, effect, gap.p_value, gap.material)


def whole_rows(data: Gathered, by_period: Result) -> dict[str, Any] | None:
    """The time column of an answer by period, and the range of its rows that whole periods lie in."""
    time = data.profile.time
    if time is None or data.main is None:
        return None
    grain = period_grain(time)
    lines = data.periodic if data.periodic and data.periodic.grain == grain else data.main
    return rows_within(by_period, lines, grain)


def rows_within(result: Result, lines: OverTime, grain: Grain | None = None) -> dict[str, Any] | None:
    """As `whole_rows`, of buckets that lie in the whole ones of a series."""
    grain = grain or lines.grain
    moments = lines.result.values(lines.column)
    start = moment_of(moments[lines.first])
    end = periods.shift(moment_of(moments[lines.last]), 1, lines.grain)
    inside = [
        row
        for row, moment in enumerate(result.values(lines.column))
        if moment is not None and _lies_in(moment_of(moment), grain, start, end)
    ]
    return {"time": lines.column, "first": inside[0], "last": inside[-1]} if inside else None


def _lies_in(bucket: datetime, grain: Grain, start: datetime, end: datetime) -> bool:
    return start <= bucket and periods.shift(bucket, 1, grain) <= end
