"""The charts of findings: the rows of an answer under the names that a reader sees."""

from collections.abc import Sequence
from typing import Any

from claribi.analysis import series as over_time
from claribi.analysis.concentration import Concentration, Ranking
from claribi.analysis.cycles import phase_name
from claribi.analysis.drivers import Drivers
from claribi.analysis.findings import Picture
from claribi.analysis.gathered import OverTime
from claribi.analysis.names import capitalised, human, label_of, plural
from claribi.analysis.overtaking import Overtaking, paired
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.seasonality import phase_mean
from claribi.analysis.series import Series
from claribi.analysis.texts import moment_of
from claribi.charts.spec import ChartSpec
from claribi.query.schemas import Cycle, Grain, Result, ResultColumn

MOST_BARS = 12
LONG_NAME = 12
CYCLE_NAMES: dict[Cycle, str] = {
    "hour_of_day": "hour of the day",
    "day_of_week": "day of the week",
    "month_of_year": "month",
    "quarter_of_year": "quarter",
}


def _picture(
    spec: ChartSpec, alt: str, columns: Sequence[ResultColumn], rows: list[list[Any]], result: Result
) -> Picture:
    return Picture(spec, alt, list(columns), rows, result.evidence_id)


def line(lines: OverTime, measures: Sequence[MeasureProfile], target: float | None = None) -> Picture:
    """Measures over time, incomplete buckets left out; beside what they are held against, if anything."""
    titles = [capitalised(measure.title) for measure in measures]
    moment = capitalised(lines.grain)
    at = lines.result.index(lines.column)
    of = [lines.result.index(measure.label) for measure in measures]
    rows = [
        [_moment(row[at]), *(row[i] for i in of)] for row in lines.result.rows[lines.first : lines.last + 1]
    ]
    title = f"{' and '.join([titles[0], *(m.title for m in measures[1:])])} by {lines.grain}"
    columns = [
        _time_column(moment, lines.result.columns[at]),
        *(ResultColumn(t, lines.result.columns[i].type, "measure") for t, i in zip(titles, of, strict=True)),
    ]
    spec = ChartSpec(type="line", title=title, x=moment, y=titles, target=target)
    return _picture(spec, f"Line chart: {title}.", columns, rows, lines.result)


def _moment(value: Any) -> Any:
    """A year as a date, since charts have axes of dates."""
    return moment_of(value).date().isoformat() if isinstance(value, int) else value


def _time_column(name: str, column: ResultColumn) -> ResultColumn:
    return ResultColumn(name, "date" if column.type == "integer" else column.type, "time")


def leads(found: Overtaking, measure: MeasureProfile, grain: Grain) -> Picture:
    """The two that led, period by period."""
    result, read = found.result, paired(found.result, **found.arguments)
    at, who = (result.index(found.arguments[name]) for name in ("time", "dimension"))
    pair = found.ahead, found.behind
    names = [label_of(result.rows[row][who]) for row in pair]
    of = [read.members.index(row) for row in pair]
    rows = [
        [_moment(result.rows[row][at]), *(float(values[i]) for i in of)]
        for row, values in zip(read.rows, read.values, strict=True)
    ]
    moment = capitalised(grain)
    title = f"{capitalised(measure.title)} of {' and '.join(names)} by {grain}"
    columns = [
        _time_column(moment, result.columns[at]),
        *(ResultColumn(name, "float", "measure") for name in names),
    ]
    spec = ChartSpec(type="line", title=title, x=moment, y=names)
    return _picture(spec, f"Line chart: {title}.", columns, rows, result)


def cycle(series: Series, result: Result, measure: MeasureProfile, found: Cycle) -> Picture:
    """The mean of each phase of a cycle."""
    phases = sorted(set(over_time.phases(series, found).tolist()))
    title = f"{capitalised(measure.title)} by {CYCLE_NAMES[found]}, mean of all {plural(series.grain)}"
    name, value = capitalised(CYCLE_NAMES[found]), capitalised(measure.title)
    columns = [ResultColumn(name, "string", "dimension"), ResultColumn(value, "float", "measure")]
    rows = [[phase_name(phase, found), phase_mean(series, found, phase)] for phase in phases]
    spec = ChartSpec(type="bar", title=title, x=name, y=[value])
    return _picture(spec, f"Bar chart: {title}.", columns, rows, result)


def parts(found: Concentration | Ranking, measure: MeasureProfile) -> Picture:
    """The largest values of a dimension."""
    result = found.result
    of = result.index(found.column)
    shown = found.rows if isinstance(found, Ranking) else range(result.row_count)
    known = [result.rows[row] for row in shown if result.rows[row][of] is not None]
    known.sort(key=lambda row: -float(row[of]))
    title = f"{capitalised(measure.title)} by {human(found.dimension)}"
    rows = [[label_of(row[0]), row[of]] for row in known[:MOST_BARS]]
    return _bars(title, found.dimension, measure, rows, result)


def drivers(found: Drivers, measure: MeasureProfile) -> Picture:
    """The largest contributions to a change."""
    title = f"What moved {measure.title}, by {human(found.dimension)}"
    rows = [[label_of(member.value), member.effect] for member in found.members[:MOST_BARS]]
    return _bars(title, found.dimension, measure, rows, found.result)


def _bars(
    title: str, dimension: str, measure: MeasureProfile, rows: list[list[Any]], result: Result
) -> Picture:
    name, value = capitalised(human(dimension)), capitalised(measure.title)
    columns = [ResultColumn(name, "string", "dimension"), ResultColumn(value, "float", "measure")]
    long = any(len(str(row[0])) > LONG_NAME for row in rows)
    spec = ChartSpec(type="bar", title=title, x=name, y=[value], horizontal=long)
    return _picture(spec, f"Bar chart: {title}.", columns, rows, result)


def scatter(lines: OverTime, a: MeasureProfile, b: MeasureProfile, lag: int = 0) -> Picture:
    """Two measures against each other, a point a bucket; the second so many buckets later."""
    picture = line(lines, [a, b])
    title = f"{capitalised(a.title)} against {b.title}, a point a {lines.grain}"
    first, second = picture.rows[max(-lag, 0) :], picture.rows[max(lag, 0) :]
    pairs = [[one[1], other[2]] for one, other in zip(first, second, strict=False)]
    rows = [pair for pair in pairs if None not in pair]
    x, y = (column.name for column in picture.columns[1:])
    spec = ChartSpec(type="scatter", title=title, x=x, y=[y])
    return _picture(spec, f"Scatter chart: {title}.", picture.columns[1:], rows, lines.result)
