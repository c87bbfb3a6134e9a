"""A report's charts as PowerPoint's own, which whoever gives the talk can edit."""

from dataclasses import replace
from typing import Any

from claribi.analysis.languages import language
from claribi.charts.levels import has_target
from claribi.reports.document import Chart, Document
from claribi.reports.render.archives import dated
from claribi.reports.render.cells import number_format, number_of, printable

# Of the first series, where the chart names no colours; the letters' size in points.
COLOR, SIZE = "#4f96e2", 11
# From here on, the marks of an axis are whole numbers.
WHOLE = 10


def is_native(chart: Chart) -> bool:
    """Whether PowerPoint has charts of this kind; none of its own has a line across it."""
    return (
        not has_target(chart.option)
        and _kind(chart) is not None
        and len(chart.columns) > 1
        and bool(chart.rows)
    )


def add(shapes: Any, chart: Chart, place: tuple[int, int, int, int], font: str, document: Document) -> Any:
    """Add the chart to a slide; gives the frame that holds it."""
    from pptx.enum.chart import XL_CHART_TYPE  # noqa: PLC0415 - only where slides are written

    kind = getattr(XL_CHART_TYPE, str(_kind(chart)))
    chart = _in_english(chart, document)
    frame = shapes.add_chart(kind, *place, _data(chart))
    _style(frame.chart, chart, font)
    book = frame.chart.part.chart_workbook.xlsx_part
    if book is not None:
        book._blob = dated(book.blob, document.generated_at)  # noqa: SLF001 - its writer dates it now
    return frame


def _in_english(chart: Chart, document: Document) -> Chart:
    """The chart with its numbers as they can be read back."""
    spoken = language(document.language)
    rows = [[*row[:1], *map(spoken.english, row[1:])] for row in chart.rows]
    if _kind(chart) == "XY_SCATTER":
        rows = [[*map(spoken.english, row)] for row in chart.rows]
    return replace(chart, rows=rows)


def _kind(chart: Chart) -> str | None:
    """The name of PowerPoint's own kind of chart; None where there is none."""
    series = chart.option.get("series")
    first = series[0] if series else {"type": None}
    kind = None
    if first["type"] == "line":
        kind = "AREA" if "areaStyle" in first else "LINE"
    elif first["type"] == "bar":
        kind = "BAR" if _is_lying(chart) else "COLUMN"
    if kind is None:
        round_one = "DOUGHNUT" if isinstance(first.get("radius"), list) else "PIE"
        return {"scatter": "XY_SCATTER", "pie": round_one}.get(str(first["type"]))
    # Lines are stacked only where the area below them is filled.
    ending = "_STACKED" if first.get("stack") and kind != "LINE" else ""
    return kind + (ending or ("_CLUSTERED" if first["type"] == "bar" else ""))


def _is_lying(chart: Chart) -> bool:
    axis = chart.option.get("yAxis")
    return isinstance(axis, dict) and axis.get("type") == "category"


def _data(chart: Chart) -> Any:
    from pptx.chart.data import CategoryChartData, XyChartData  # noqa: PLC0415 - as above

    form = _format(chart)
    names = [printable(column) for column in chart.columns]
    values = [[number_of(cell) for cell in row[1:]] for row in chart.rows]
    if _kind(chart) == "XY_SCATTER":
        points = XyChartData(number_format=form)
        series = points.add_series(names[1])
        for row, numbers in zip(chart.rows, values, strict=True):
            x, y = number_of(row[0]), numbers[0]
            if x is not None and y is not None:
                series.add_data_point(x, y)
        return points
    data = CategoryChartData(number_format=form)
    data.categories = [printable(row[0]) for row in chart.rows]
    for column, name in enumerate(names[1:]):
        data.add_series(name, [numbers[column] for numbers in values])
    return data


def _format(chart: Chart) -> str:
    """The format under which the numbers look as they do elsewhere in the report."""
    for text in (cell for row in chart.rows for cell in row[1:]):
        value = number_of(text)
        form = None if value is None else number_format(text, value)
        if form is not None:
            return form
    return "General"


def _style(native: Any, chart: Chart, font: str) -> None:
    from pptx.enum.chart import XL_LEGEND_POSITION  # noqa: PLC0415 - as above
    from pptx.util import Pt  # noqa: PLC0415 - as above

    native.font.size, native.font.name = Pt(SIZE), font
    native.has_title = False
    is_round = _kind(chart) in {"PIE", "DOUGHNUT"}
    native.has_legend = is_round or len(chart.columns) > 2  # noqa: PLR2004 - one series needs no legend
    if native.has_legend:
        native.legend.position = XL_LEGEND_POSITION.BOTTOM
        native.legend.include_in_layout = False
    if is_round:
        _label(native)
    else:
        _color(native, chart)
        _axes(native, chart)


def _label(native: Any) -> None:
    plot = native.plots[0]
    plot.has_data_labels = True
    plot.data_labels.show_percentage, plot.data_labels.show_value = True, False


def _color(native: Any, chart: Chart) -> None:
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - as above
    from pptx.enum.chart import XL_MARKER_STYLE  # noqa: PLC0415 - as above
    from pptx.util import Pt  # noqa: PLC0415 - as above

    colors = chart.option.get("color") or [COLOR]
    kind = str(_kind(chart))
    for number, series in enumerate(native.plots[0].series):
        color = RGBColor.from_string(colors[number % len(colors)].lstrip("#"))
        if kind == "XY_SCATTER":
            series.format.line.fill.background()
            series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 6
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = color
            series.marker.format.line.fill.background()
        elif kind == "LINE":
            series.format.line.color.rgb, series.format.line.width = color, Pt(2)
            series.smooth = False
            series.marker.style = XL_MARKER_STYLE.NONE
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = color


def _axes(native: Any, chart: Chart) -> None:
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - as above
    from pptx.enum.chart import XL_TICK_LABEL_POSITION  # noqa: PLC0415 - as above

    kind = str(_kind(chart))
    along, across = native.category_axis, native.value_axis
    across.major_gridlines.format.line.color.rgb = RGBColor.from_string("D8DEE6")
    across.format.line.fill.background()
    across.tick_labels.number_format = "#,##0" if _largest(chart) >= WHOLE else _format(chart)
    across.tick_labels.number_format_is_linked = False
    along.has_major_gridlines = False
    along.format.line.color.rgb = RGBColor.from_string("A9B3C0")
    # Names stay at the edge where values are below 0.
    along.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if kind.startswith("BAR"):
        # The first row on top, as in the report.
        along.reverse_order = True
        across.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    if kind.startswith(("BAR", "COLUMN")):
        native.plots[0].gap_width = 60
    elif kind == "XY_SCATTER":
        _name(along, chart.columns[0])
    if len(chart.columns) == 2:  # noqa: PLR2004 - one series has no legend that names it
        _name(across, chart.columns[1])


def _largest(chart: Chart) -> float:
    numbers = [number_of(cell) for row in chart.rows for cell in row[1:]]
    return max((abs(number) for number in numbers if number is not None), default=0)


def _name(axis: Any, name: str) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = printable(name)
    font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
    font.bold = False
