"""A finding's picture as a chart of the report, with its data as a reader would see them."""

from collections.abc import Mapping
from typing import Any

from claribi.analysis.findings import Picture
from claribi.analysis.languages import MONTHS, Language
from claribi.analysis.texts import MISSING, decimals_for, text_of
from claribi.query.schemas import ResultColumn
from claribi.reports.document import Chart
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES

GRAINS = frozenset({"hour", "day", "week", "month", "quarter", "year"})


def chart(picture: Picture) -> Chart:
    from claribi.charts.echarts import option  # noqa: PLC0415 - only reports with charts need it

    return Chart(
        title=picture.spec.title,
        option=option(picture.spec, picture.columns, picture.rows),
        alt=picture.alt,
        columns=[column.name for column in picture.columns],
        rows=cells(picture, Language()),
        evidence_id=picture.evidence_id,
    )


def cells(picture: Picture, spoken: Language, *, is_cycle: bool = False) -> list[list[str]]:
    """The data behind a chart. `is_cycle`: its names are months, weekdays or quarters."""
    by_column = [
        _column(column, [row[i] for row in picture.rows], spoken) for i, column in enumerate(picture.columns)
    ]
    if is_cycle:
        by_column[0] = [spoken.phase(name) for name in by_column[0]]
    return [list(row) for row in zip(*by_column, strict=True)]


def _column(column: ResultColumn, values: list[Any], spoken: Language) -> list[str]:
    if column.type in TIME_TYPES:
        grain = column.name.lower() if column.name.lower() in GRAINS else None
        return [spoken.figure(text_of(v, "date", 0, grain), "date", v, grain) for v in values]
    if column.type in NUMERIC_TYPES:
        whole = all(value is None or isinstance(value, int) for value in values)
        decimals = 0 if whole else decimals_for(values)
        return [spoken.figure(text_of(v, "number", decimals, None), "number", v, None) for v in values]
    missing = MISSING if spoken.is_english else spoken.missing
    return [missing if v is None else spoken.missing_member if v == "(missing)" else str(v) for v in values]


def said(
    option: dict[str, Any],
    names: Mapping[str, str],
    alt: str,
    spoken: Language,
    *,
    is_time: bool,
    is_cycle: bool,
) -> dict[str, Any]:
    """A chart's option in another language; names out of data stay as they are.

    Args:
        is_time, is_cycle: Its categories are buckets of time, or months, weekdays or quarters.
    """
    changed = option | {"aria": {"enabled": True, "label": {"description": alt}}}
    for key in ("xAxis", "yAxis"):
        axes = option.get(key)
        if isinstance(axes, list):
            changed[key] = [_numbers(axis, names, spoken) for axis in axes]
        elif isinstance(axes, dict):
            changed[key] = _categories(axes, spoken, is_time=is_time, is_cycle=is_cycle)
    changed["series"] = [_labelled(_named(series, names), spoken) for series in option["series"]]
    return changed


def _named(part: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return part | ({"name": names.get(part["name"], part["name"])} if "name" in part else {})


def _labelled(series: dict[str, Any], spoken: Language) -> dict[str, Any]:
    """A series whose points, and the lines across it, may say their numbers."""
    changed = series | {"data": [_point(point, spoken) for point in series.get("data", [])]}
    if "markLine" in series:
        lines = series["markLine"]
        changed["markLine"] = lines | {"data": [_point(line, spoken) for line in lines["data"]]}
    return changed


def _point(point: Any, spoken: Language) -> Any:
    label = point.get("label", {}) if isinstance(point, dict) else {}
    if isinstance(label.get("formatter"), str):
        return point | {"label": label | {"formatter": spoken.number(label["formatter"])}}
    return point


def _numbers(axis: dict[str, Any], names: Mapping[str, str], spoken: Language) -> dict[str, Any]:
    data = {"data": [spoken.number(label) for label in axis["data"]]} if "data" in axis else {}
    return _named(axis, names) | data


def _categories(axis: dict[str, Any], spoken: Language, *, is_time: bool, is_cycle: bool) -> dict[str, Any]:
    if axis.get("type") == "time":
        form = dict.fromkeys(("year", "month"), spoken.dates["axis"])
        return axis | {"axisLabel": axis.get("axisLabel", {}) | {"formatter": form}}
    if "data" not in axis or not (is_time or is_cycle):
        return axis
    change = spoken.phase if is_cycle else lambda label: _moment(label, spoken)
    return axis | {"data": [change(label) for label in axis["data"]]}


def _moment(label: str, spoken: Language) -> str:
    """A label of an axis of time, such as `Jan 2024`, with the month's name of the language."""
    short = dict(zip((name[:3] for name in MONTHS), spoken.short_months, strict=True))
    return " ".join(short.get(word, word) for word in label.split(" "))
