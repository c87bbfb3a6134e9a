"""What is shown in words and digits instead of a picture: a metric, a table, a text."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from claribi.charts import times
from claribi.charts.frame import PREVIOUS, Rows, category, choose, human
from claribi.charts.numbers import MISSING, PERCENT, Style, number, style_of
from claribi.charts.spec import ChartSpec
from claribi.query.schemas import ResultColumn
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES

MOST_ROWS = 1000
RATIO = Style(1, 100, suffix=PERCENT)


def metric(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> dict[str, Any] | None:
    """One value with its change; of several rows the last, which over time is the latest."""
    measure = next(iter(choose(spec, columns).y), None)
    if measure is None or not rows:
        return None
    name = columns[measure].name
    row = dict(zip((column.name for column in columns), rows[-1], strict=True))
    style = style_of(spec, [row[name]])
    before, change = row.get(name + PREVIOUS), row.get(f"{name}_change")
    relative = row.get(f"{name}_change_ratio") if spec.change == "relative" else None
    ratio = _text(RATIO, relative, sign=True)
    return {
        "metric": {
            "label": spec.title or human(name),
            "value": number(row[name]),
            "text": style.text(row[name]),
            "previous": number(before),
            "previous_text": _text(style, before, sign=False),
            "change": number(change),
            "change_text": ratio or _text(style, change, sign=True),
            "direction": _direction(change),
        }
    }


def _text(style: Style, value: Any, *, sign: bool) -> str | None:
    return None if number(value) is None else style.text(value, sign=sign)


def _direction(change: Any) -> str | None:
    plain = number(change)
    if plain is None:
        return None
    return "up" if plain > 0 else "down" if plain < 0 else "flat"


def table(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> dict[str, Any]:
    cells = [_column(spec, c, [row[i] for row in rows[:MOST_ROWS]]) for i, c in enumerate(columns)]
    heads = [{"name": human(c.name), "numeric": c.type in NUMERIC_TYPES} for c in columns]
    texts = [list(row) for row in zip(*cells, strict=True)]
    return {"table": {"columns": heads, "rows": texts, "row_count": len(rows)}}


def _column(spec: ChartSpec, column: ResultColumn, cells: list[Any]) -> list[str]:
    if column.type in TIME_TYPES:
        moments = [at for cell in cells if (at := times.moment(cell)) is not None]
        grain = times.grain_of(moments, column.name) if moments and column.role == "time" else None
        # Days that all happen to begin a month are still days, where nothing says otherwise.
        grain = grain if column.name.lower() in times.GRAINS or len(set(moments)) > 1 else None
        return [_date(cell, grain) for cell in cells]
    if column.type in NUMERIC_TYPES and column.role == "measure":
        style = style_of(spec, cells)
        return [style.text(cell) for cell in cells]
    return [MISSING if cell is None else category(cell) for cell in cells]


def _date(cell: Any, grain: times.Grain | None) -> str:
    at = times.moment(cell) if isinstance(cell, date | str) else None
    return MISSING if at is None else times.label(at, grain)


def text(spec: ChartSpec, _columns: Sequence[ResultColumn], _rows: Rows) -> dict[str, Any]:
    return {"text": {"markdown": spec.text or ""}}
