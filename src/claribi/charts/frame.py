"""The data of a chart: which columns are drawn against which, put in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from claribi.charts import times
from claribi.charts.numbers import Style, number, style_of
from claribi.charts.spec import ChartSpec
from claribi.query.schemas import ResultColumn
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES

NOTHING, OTHER = "(none)", "Other"
# What a comparison adds to a measure; a chart shows the value before beside the value, the rest in tables.
PREVIOUS, DERIVED = "_previous", ("_change", "_change_ratio")
MOST_CATEGORIES, MOST_SERIES = 30, 8

Rows = Sequence[Sequence[Any]]


class UnknownColumn(Exception):
    """The specification names a column that the data do not have."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Positions of the columns that are drawn; None where there is no such column."""

    x: int | None
    y: list[int]
    series: int | None


@dataclass(slots=True)
class Line:
    """One series: a value for each place on the axis, None where there is none."""

    name: str
    values: list[float | int | None]
    previous: bool = False


@dataclass(slots=True)
class Frame:
    """What is drawn.

    Attributes:
        labels: One for each place on the axis.
        moments: The times of the places, where the axis is one of time.
        note: What was left out, in words; empty when nothing was.
        target: A value that the others are held against, as it is drawn.
    """

    labels: list[str]
    lines: list[Line]
    style: Style
    name: str = ""
    moments: list[datetime] = field(default_factory=list)
    grain: times.Grain | None = None
    note: str = ""
    target: float | int | None = None

    @property
    def values(self) -> Iterable[float | int | None]:
        return (value for line in self.lines for value in line.values)

    @property
    def empty(self) -> bool:
        return all(value is None for value in self.values)


def choose(spec: ChartSpec, columns: Sequence[ResultColumn]) -> Choice:
    names = [column.name for column in columns]
    missing = [name for name in (spec.x, spec.series, *spec.y) if name is not None and name not in names]
    if missing:
        raise UnknownColumn(missing[0])
    series = names.index(spec.series) if spec.series is not None else None
    y = [names.index(name) for name in spec.y]
    if spec.x is not None:
        x: int | None = names.index(spec.x)
    else:
        x = next((i for i, c in enumerate(columns) if i not in {series, *y} and not _drawable(c)), None)
    return Choice(x, y or _measures(columns, {x, series}), series)


def _drawable(column: ResultColumn) -> bool:
    return column.role == "measure" and column.type in NUMERIC_TYPES


def _measures(columns: Sequence[ResultColumn], taken: set[int | None]) -> list[int]:
    names = {column.name for column in columns}
    found = [i for i, c in enumerate(columns) if _drawable(c) and i not in taken]
    return [
        i
        for i in found
        if not any(columns[i].name.removesuffix(end) in names - {columns[i].name} for end in DERIVED)
    ]


def frame(
    spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows, most_series: int = MOST_SERIES
) -> Frame:
    """The rows as series over one axis; raises UnknownColumn."""
    chosen = choose(spec, columns)
    cells = [row[i] for row in rows for i in chosen.y]
    style = style_of(spec, cells)
    keys, made = _axis(columns, chosen, rows)
    made.style = style
    made.target = None if spec.target is None else style.drawn(spec.target)
    place = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    if made.moments:
        place = {at: i for i, at in enumerate(made.moments)}
    made.lines = _lines(columns, chosen, rows, [place[key] for key in keys], len(made.labels), style)
    if len(made.lines) > most_series:
        made.note = f"The {most_series} largest of {len(made.lines):,} series"
        made.lines = _largest(made.lines, most_series)
    return made


def _axis(columns: Sequence[ResultColumn], chosen: Choice, rows: Rows) -> tuple[list[Any], Frame]:
    """The key of each row's place on the axis, and the axis."""
    made = Frame([], [], Style(0))
    if chosen.x is None:
        return [""] * len(rows), Frame([""], [], Style(0))
    column = columns[chosen.x]
    made.name = human(column.name)
    cells = [row[chosen.x] for row in rows]
    moments = [at for cell in cells if (at := times.moment(cell)) is not None]
    if column.type in TIME_TYPES and moments and len(moments) == len(cells):
        made.grain = times.grain_of(moments, column.name)
        made.moments = times.filled(moments, made.grain) if made.grain else sorted(set(moments))
        made.labels = [times.label(at, made.grain) for at in made.moments]
        return list(moments), made
    keys: list[Any] = [category(cell) for cell in cells]
    if chosen.series is None and len(set(keys)) < len(keys):
        # Rows that share a name are still different rows.
        made.labels = list(keys)
        return list(range(len(keys))), made
    made.labels = list(dict.fromkeys(keys))
    return keys, made


def _lines(
    columns: Sequence[ResultColumn],
    chosen: Choice,
    rows: Rows,
    places: Sequence[int],
    size: int,
    style: Style,
) -> list[Line]:
    names = {column.name for column in columns}
    lines: dict[tuple[str, int], Line] = {}
    for row, place in zip(rows, places, strict=True):
        group = "" if chosen.series is None else category(row[chosen.series])
        for i in chosen.y:
            if (group, i) not in lines:
                lines[group, i] = _line(columns[i].name, group, names, size, alone=len(chosen.y) == 1)
            lines[group, i].values[place] = style.drawn(row[i])
    return list(lines.values())


def _line(name: str, group: str, names: set[str], size: int, *, alone: bool) -> Line:
    base = name.removesuffix(PREVIOUS)
    previous = base != name and base in names
    shown = f"{human(base)}, period before" if previous else human(name)
    if group:
        shown = group if alone else f"{group}: {shown}"
    return Line(shown, [None] * size, previous)


def _largest(lines: list[Line], most: int) -> list[Line]:
    sizes = [sum(abs(v) for v in line.values if v is not None) for line in lines]
    kept = sorted(range(len(lines)), key=lambda i: -sizes[i])[:most]
    return [lines[i] for i in sorted(kept)]


def limited(made: Frame, most: int = MOST_CATEGORIES) -> Frame:
    """The categories with the largest values of the first series, in their order."""
    if len(made.labels) <= most or not made.lines:
        return made
    sizes = [sum(abs(line.values[i] or 0) for line in made.lines) for i in range(len(made.labels))]
    kept = sorted(sorted(range(len(sizes)), key=lambda i: -sizes[i])[:most])
    note = f"The {most} largest of {len(made.labels):,}"
    lines = [Line(line.name, [line.values[i] for i in kept], line.previous) for line in made.lines]
    note = f"{note}; {made.note[:1].lower()}{made.note[1:]}" if made.note else note
    return Frame([made.labels[i] for i in kept], lines, made.style, made.name, note=note, target=made.target)


def category(value: Any) -> str:
    """A cell as the name of a category."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        at = times.moment(value)
        return times.label(at, None) if at else str(value)
    plain = number(value)
    return str(value) if plain is None or isinstance(plain, int) else f"{plain:g}"


def human(name: str) -> str:
    """A column's name as words."""
    words = " ".join(name.replace("_", " ").split())
    return words[:1].upper() + words[1:]
