"""A finding's picture as a chart of the report, with its data as a reader would see them."""

from typing import Any

from claribi.analysis.findings import Picture
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
        rows=_cells(picture),
        evidence_id=picture.evidence_id,
    )


def _cells(picture: Picture) -> list[list[str]]:
    by_column = [
        _column(column, [row[i] for row in picture.rows]) for i, column in enumerate(picture.columns)
    ]
    return [list(row) for row in zip(*by_column, strict=True)]


def _column(column: ResultColumn, values: list[Any]) -> list[str]:
    if column.type in TIME_TYPES:
        grain = column.name.lower() if column.name.lower() in GRAINS else None
        return [text_of(value, "date", 0, grain) for value in values]
    if column.type in NUMERIC_TYPES:
        whole = all(value is None or isinstance(value, int) for value in values)
        decimals = 0 if whole else decimals_for(values)
        return [text_of(value, "number", decimals, None) for value in values]
    return [MISSING if value is None else str(value) for value in values]
