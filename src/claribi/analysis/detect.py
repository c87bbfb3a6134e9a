"""All detectors over all that was gathered; what was tested and is not there is kept for the correction."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from claribi.analysis import series as over_time
from claribi.analysis.change_points import ChangePoint, find_change_point
from claribi.analysis.concentration import find_concentration, find_ranking
from claribi.analysis.correlation import can_be_chance, find_correlation
from claribi.analysis.detect_by_period import mixes, overtakings, silences
from claribi.analysis.detect_change import changes, is_countable, relative
from claribi.analysis.detect_outliers import outliers
from claribi.analysis.earlier import stretches, unlike_p
from claribi.analysis.findings import Candidate
from claribi.analysis.gathered import Gathered, OverTime
from claribi.analysis.names import words
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.queries import ROWS
from claribi.analysis.seasonality import Seasonality, find_seasonality, strongest_of
from claribi.analysis.significance import FEWEST_POINTS, LEVEL
from claribi.analysis.trend import Trend, find_trend, trend_line
from claribi.analysis.trend_breaks import TrendBreak, find_trend_break
from claribi.query.schemas import Cycle, Result

ALIKE = 0.9
# What grows by more than a tenth more than the other is another story, though both rise in a line.
GROWS_ALIKE = math.log(1.1)
MOST_RANKED = 50
MENTIONED = 1.6
# Rows a bucket that hardly vary move no sum.
EVEN = 0.02


def candidates(data: Gathered) -> list[Candidate]:
    found: list[Candidate] = []
    for measure in data.profile.measures:
        lines = list(_in_series(data, measure))
        found += lines
        found += _in_rhythm(data, measure, lines)
        found += changes(data, measure, lines)
        found += _in_dimensions(data, measure)
        found += overtakings(data, measure)
    return [*found, *mixes(data), *_in_pairs(data), *silences(data)]


def boosted(found: list[Candidate], question: str | None) -> list[Candidate]:
    """What the question speaks of comes first."""
    asked = {word.rstrip("s") for word in words(question or "")}

    def mentioned(candidate: Candidate) -> bool:
        name = candidate.measure.measure.column or candidate.measure.title
        named = {w.rstrip("s") for w in words(name) + words(candidate.dimension or "")}
        why = candidate.kind == "driver" and bool(asked & {"why", "cause", "reason", "driver"})
        return why or bool(asked & named)

    return [replace(c, boost=MENTIONED) if mentioned(c) else c for c in found]


def _in_series(data: Gathered, measure: MeasureProfile) -> Iterator[Candidate]:
    if data.main is None:
        return
    series = data.main.of(measure.label)
    if len(series) < FEWEST_POINTS or float(np.ptp(series.values)) == 0:
        return
    cycles = find_seasonality(series)
    for found in cycles:
        yield _seasonality(measure, found)
    cycle = strongest_of(cycles)
    trend, step = _lasting(data, measure, series, cycle)
    # Within a chosen period a slope that began has no earlier stretches to be held against.
    bend = None if data.before is not None else find_trend_break(series, cycle)
    told = list(_trend_or_step(measure, trend, step, bend))
    yield from told
    yield from outliers(data, measure, cycle, _step_of(told))


def _step_of(lines: list[Candidate]) -> ChangePoint | None:
    """The new level that is told, if one is."""
    steps = (c for c in lines if c.kind == "change_point" and c.material and (c.p_value or 0.0) <= LEVEL)
    return next((step.evidence for step in steps), None)


def _lasting(
    data: Gathered, measure: MeasureProfile, series: over_time.Series, cycle: Cycle | None
) -> tuple[Trend, ChangePoint | None]:
    """The trend and the step of a series; those of a chosen period must be larger than it often has them."""
    trend, step = find_trend(series, cycle), find_change_point(series, cycle)
    if data.before is None or data.before.grain != series.grain:
        return trend, step
    long = data.before.of(measure.label)
    earlier = over_time.until(long, series.moments[0])
    others = stretches(earlier, len(series))
    unlike = unlike_p(trend.change, others, lambda part: _rise(part, cycle))
    trend = replace(trend, p_value=max(trend.p_value, unlike))
    if step is not None:
        unlike = unlike_p(step.shift, others, lambda part: _shift(part, cycle))
        step = replace(step, p_value=max(step.p_value, unlike))
    return trend, step


def _rise(series: over_time.Series, cycle: Cycle | None) -> float:
    _, start, end = trend_line(series, cycle)
    return end - start


def _shift(series: over_time.Series, cycle: Cycle | None) -> float:
    step = find_change_point(series, cycle)
    return step.shift if step is not None else 0.0


def _seasonality(measure: MeasureProfile, found: Seasonality) -> Candidate:
    return Candidate("seasonality", measure, found, found.strength, found.p_value, found.material)


def _trend_or_step(
    measure: MeasureProfile, trend: Trend, step: ChangePoint | None, bend: TrendBreak | None
) -> Iterator[Candidate]:
    """A slope, a step and a slope that began pass each other's tests; what is told is what fits best."""
    is_bend = bend is not None and bend.fits_best and bend.material and bend.p_value <= LEVEL
    is_step = step is not None and fits_better(step, trend)
    size = float(np.median(trend.series.values))
    effect = relative(trend.change, size)
    is_line = not is_step and not is_bend
    yield Candidate("trend", measure, trend, effect, trend.p_value, trend.material and is_line)
    if step is not None:
        effect, is_told = relative(step.shift, step.before), step.material and is_step and not is_bend
        yield Candidate("change_point", measure, step, effect, step.p_value, is_told)
    if bend is not None:
        yield Candidate("trend", measure, bend, relative(bend.change, size), bend.p_value, is_bend)


def fits_better(step: ChangePoint, trend: Trend) -> bool:
    """Whether two levels fit better than a line by more than choosing their moment as well brings (Zhang and
    Siegmund 2007, A modified Bayes information criterion).
    """
    points, part = len(step.series), step.at / len(step.series)
    handicap = (2 * math.log(points) + math.log(part * (1 - part))) / points
    return step.misfit * math.exp(handicap) < trend.misfit


def _in_rhythm(data: Gathered, measure: MeasureProfile, lines: list[Candidate]) -> Iterator[Candidate]:
    known = {c.evidence.cycle for c in lines if c.kind == "seasonality"}
    for finer in data.rhythm:
        series = finer.of(measure.label)
        if len(series) >= FEWEST_POINTS and float(np.ptp(series.values)) > 0:
            yield from (
                _seasonality(measure, found) for found in find_seasonality(series) if found.cycle not in known
            )


def _in_dimensions(data: Gathered, measure: MeasureProfile) -> Iterator[Candidate]:
    for dimension, totals in data.totals.items():
        is_part = not (measure.additive and dimension in data.quantities)
        if not is_part or not is_countable(totals, measure.label):
            continue
        by_period = data.by_period.get(dimension)
        concentration = (
            find_concentration(totals, measure.label, dimension, by_period) if measure.additive else None
        )
        # Chance alone makes even parts no more uneven than this: there is nothing to test.
        if concentration is not None and concentration.material:
            c = concentration
            yield Candidate(
                "concentration", measure, c, c.top, c.p_value, c.material, dimension, _value(totals, c.row)
            )
        is_held = concentration is not None and concentration.material and concentration.p_value <= LEVEL
        if totals.row_count <= MOST_RANKED and not is_held:
            yield from _ranking(data, measure, dimension, totals)


def _ranking(data: Gathered, measure: MeasureProfile, dimension: str, totals: Result) -> Iterator[Candidate]:
    whole = _whole(data, measure, totals)
    by_period = data.by_period.get(dimension)
    ranking = find_ranking(totals, measure.label, dimension, by_period, whole, additive=measure.additive)
    if ranking is None:
        return
    # Without periods as repetitions there is no test: a plain fact where time plays no part, else untold.
    untested = None if data.profile.time is None else 1.0
    p_value = ranking.p_value if by_period is not None else untested
    value = _value(totals, ranking.high)
    effect = min(ranking.effect, 1.0)
    yield Candidate("rank", measure, ranking, effect, p_value, ranking.material, dimension, value)


def _value(totals: Result, row: int) -> object:
    return totals.rows[row][0]


def _whole(data: Gathered, measure: MeasureProfile, totals: Result) -> float:
    """What a value of the dimension is held against: the average of all rows, or of all values."""
    if measure.additive:
        return float(np.mean([float(value or 0) for value in totals.values(measure.label)]))
    overall = data.overview.values(measure.label)[0] if data.overview else None
    return float(overall or 0)


def _in_pairs(data: Gathered) -> Iterator[Candidate]:
    """Of what doesn't grow with the number of rows: sums that do all move together."""
    if data.main is None:
        return
    for lines in (data.main, *data.rhythm):
        for a, b in itertools.combinations(_comparable(data, lines), 2):
            pair = lines.of(a.label), lines.of(b.label)
            if min(len(pair[0]), len(pair[1])) < max(FEWEST_POINTS, 2 * over_time.WINDOWS[lines.grain]):
                continue  # their level could not be told from how they move about it
            found = find_correlation(*pair, strongest_of(find_seasonality(pair[0])))
            # Finer buckets are looked at for what follows within one of the main ones.
            material = found.material and (lines is data.main or found.lag != 0)
            if material or can_be_chance(min(map(len, pair))):
                effect = abs(found.strength)
                yield Candidate("correlation", a, found, effect, found.p_value, material, value=b.label)


def _comparable(data: Gathered, lines: OverTime) -> list[MeasureProfile]:
    """Each measure, or its average where the number of rows moves its sum."""
    averages = {m.measure.column: m for m in data.profile.averages}
    return [
        m if not m.additive or _is_even(lines, m) else averages[m.measure.column]
        for m in data.profile.measures
        if not m.additive or _is_even(lines, m) or m.measure.column in averages
    ]


def _is_even(main: OverTime, measure: MeasureProfile) -> bool:
    """Whether each bucket has about as many rows, so that a sum says what an average does."""
    counts = np.array(main.result.values(ROWS.label)[main.first : main.last + 1], dtype=np.float64)
    return measure.label != ROWS.label and bool(counts.std() <= EVEN * counts.mean())


def _growth(series: over_time.Series) -> float:
    """How many times its earlier half the later half of a series is; 1 for what can be below 0."""
    half = len(series) // 2
    before, after = float(series.values[:half].mean()), float(series.values[-half:].mean())
    return after / before if before > 0 and after > 0 else 1.0


def alike(data: Gathered, a: MeasureProfile, b: MeasureProfile) -> bool:
    """Whether two measures tell the same story over time."""
    if data.main is None:
        return False
    one, other = data.main.of(a.label), data.main.of(b.label)
    if one.rows != other.rows or len(one) < FEWEST_POINTS:
        return False
    if float(np.ptp(one.values)) == 0 or float(np.ptp(other.values)) == 0:
        return False
    if abs(math.log(_growth(one) / _growth(other))) > GROWS_ALIKE:
        return False
    return abs(float(np.corrcoef(one.values, other.values)[0, 1])) >= ALIKE
