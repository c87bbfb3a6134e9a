"""Excel: a sheet a section, numbers as numbers, charts of its own, each number linked to its evidence."""

import base64
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any

import msgspec

from claribi.analysis.figures import Ref, Sentence, Text
from claribi.analysis.languages import language
from claribi.reports.document import (
    Block,
    Bullets,
    Chart,
    Code,
    Document,
    Heading,
    Metrics,
    Note,
    Paragraph,
    Section,
    Table,
)
from claribi.reports.render.cells import (
    LARGEST,
    LONGEST_TEXT,
    number_format,
    number_of,
    printable,
    sheet_name,
)
from claribi.reports.render.drawing import CHART_HEIGHT, CHART_WIDTH, Drawer
from claribi.reports.render.particulars import facts, metric_columns

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

EVIDENCE, QUERIES = "Evidence", "Queries"
# Excel keeps the last of them for itself.
RESERVED = (EVIDENCE, QUERIES, "History")
FIGURE_COLUMNS = ("Figure", "Text", "Value", "Unit", "Query", "Row", "Column", "Formula", "Arguments")
QUERY_COLUMNS = ("Query", "Source", "Data version", "Executed at", "Parameters", "SQL")
# Words run over so many columns; widths are in letters, heights in points.
ACROSS, FIRST_WIDTH, WIDTH = 8, 40, 16
LETTERS = FIRST_WIDTH + (ACROSS - 1) * WIDTH - 8
LINE_HEIGHT = 15
CHART_ROWS = ceil(CHART_HEIGHT / 20) + 1
# Of the first series, where the chart names no colours.
COLOR = "#4f96e2"
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 18},
    "section": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "font_size": 12},
    "caption": {"bold": True},
    "words": {"text_wrap": True, "valign": "top"},
    "cell": {"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": "#d8dee6"},
    "right": {"align": "right", "valign": "top", "bottom": 1, "bottom_color": "#d8dee6"},
    "head": {"bold": True, "text_wrap": True, "bg_color": "#f5f7fa", "bottom": 1, "valign": "top"},
    "head right": {"bold": True, "text_wrap": True, "bg_color": "#f5f7fa", "bottom": 1, "align": "right"},
    "note": {"text_wrap": True, "valign": "top", "italic": True, "bg_color": "#f5f7fa"},
    "code": {"font_name": "Consolas", "font_size": 9},
}


TITLED = ("title", "section")
# Every office has them.
FONTS = {"sans": "Arial", "serif": "Times New Roman"}
# Of the logo, in dots of the screen.
LOGO_HEIGHT, ROW_DOTS = 60, 20


def to_xlsx(document: Document, _: Drawer) -> bytes:
    # The web process knows the formats but never writes one.
    from xlsxwriter import Workbook  # noqa: PLC0415

    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": printable(document.title),
                "company": printable(document.organization),
                "created": datetime.fromisoformat(document.generated_at),
            }
        )
        writer = _Writer(document, book)
        for section in document.sections:
            writer.section(section)
        writer.evidence()
        writer.queries()
    return content.getvalue()


class _Writer:
    def __init__(self, document: Document, book: "Workbook") -> None:
        self._document, self._book = document, book
        self._spoken = language(document.language)
        self._proofs, self._queries = (self._spoken.fixed(name) for name in (EVIDENCE, QUERIES))
        self._taken = {name.casefold() for name in (*RESERVED, self._proofs, self._queries)}
        self._formats: dict[str, Format] = {}
        self._lines = {name: line for line, name in enumerate(document.figures, start=2)}
        self._row = 0

    def section(self, section: Section) -> None:
        is_first = not self._book.worksheets()
        self._sheet = self._new_sheet(sheet_name(section.title, self._taken))
        if is_first:
            self._head()
        self._say(section.title, "section", 20)
        for block in section.blocks:
            self._block(block)
            self._row += 1

    def evidence(self) -> None:
        """Every figure, a row each."""
        sheet = self._listing(self._proofs, FIGURE_COLUMNS)
        for row, figure in enumerate(self._document.figures.values(), start=1):
            place = None if figure.row is None else figure.row + 1
            arguments = msgspec.json.encode(figure.arguments).decode() if figure.arguments else None
            cells = (figure.id, figure.text, figure.value, figure.unit, figure.evidence_id, place)
            for column, value in enumerate((*cells, figure.column, figure.formula, arguments)):
                self._plain(sheet, row, column, value)

    def queries(self) -> None:
        """Every query; SQL longer than a cell goes on in the next."""
        sheet = self._listing(self._queries, QUERY_COLUMNS)
        for row, note in enumerate(self._document.queries, start=1):
            parameters = msgspec.json.encode(note.parameters).decode()
            cells = (note.evidence_id, note.source_id, note.data_version, note.executed_at, parameters)
            for column, value in enumerate((*cells, *_pieces(note.sql))):
                self._plain(sheet, row, column, value)

    def _listing(self, name: str, columns: Sequence[str]) -> "Worksheet":
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, WIDTH)
        for column, title in enumerate(columns):
            sheet.write_string(0, column, self._spoken.fixed(title), self._look("head"))
        return sheet

    def _plain(self, sheet: "Worksheet", row: int, column: int, value: Any) -> None:
        # What a spreadsheet would round or can't hold as a number (NaN) is a text.
        if isinstance(value, int | float) and abs(value) < LARGEST:
            sheet.write_number(row, column, value)
        elif value is not None:
            sheet.write_string(row, column, printable(str(value)))

    def _new_sheet(self, name: str) -> "Worksheet":
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, FIRST_WIDTH)
        sheet.set_column(1, ACROSS - 1, WIDTH)
        self._row = 0
        return sheet

    def _head(self) -> None:
        if self._document.brand.logo is not None:
            self._logo(base64.b64decode(self._document.brand.logo))
        self._say(self._document.title, "title", 26)
        self._say(self._document.subtitle)
        for name, value in facts(self._document):
            self._say(f"{name}: {value}")
        self._row += 1

    def _logo(self, logo: bytes) -> None:
        from PIL import Image  # noqa: PLC0415 - as the writer itself

        with Image.open(BytesIO(logo)) as picture:
            scale = LOGO_HEIGHT / picture.height
        about = {"description": printable(self._document.organization)}
        place = {"image_data": BytesIO(logo), "x_scale": scale, "y_scale": scale, **about}
        self._sheet.insert_image(0, 0, "logo.png", place)
        self._row += ceil(LOGO_HEIGHT / ROW_DOTS) + 1

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self._say(" ".join(map(self._words, block.sentences)))
            case Bullets():
                for item in block.items:
                    self._say(f"• {self._words(item)}")
            case Heading():
                self._say(block.text, "heading", 18)
            case Metrics():
                self._metrics(block)
            case Table():
                self._table(block.title, block.columns, block.rows, block.numeric)
            case Chart():
                self._chart(block)
            case Code():
                self._code(block)
            case Note():
                self._say(f"{block.label}: {block.text}", "note")

    def _metrics(self, block: Metrics) -> None:
        rows: list[list[Sentence]] = [
            [
                [Text(item.label)],
                [Ref(item.value)],
                [Ref(item.change)] if item.change else [],
                [Text(item.note or "")],
            ]
            for item in block.items
        ]
        self._table("", metric_columns(self._document), rows, [False, True, True, False])

    def _table(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Sentence]], numeric: Sequence[bool]
    ) -> None:
        if title:
            self._say(title, "caption")
        self._heads(columns, numeric)
        for row in rows:
            for column, cell in enumerate(row):
                self._cell(column, cell, "right" if numeric[column] else "cell")
            self._row += 1

    def _heads(self, columns: Sequence[str], numeric: Sequence[bool]) -> None:
        for column, title in enumerate(columns):
            look = self._look("head right" if numeric[column] else "head")
            self._sheet.write_string(self._row, column, printable(title), look)
        self._row += 1

    def _cell(self, column: int, cell: Sentence, look: str) -> None:
        match cell:
            case [Ref(figure=name)]:
                self._figure(column, name, look)
            case _:
                self._sheet.write_string(self._row, column, printable(self._words(cell)), self._look(look))

    def _figure(self, column: int, name: str, look: str) -> None:
        figure = self._document.figures[name]
        form = number_format(self._spoken.english(figure.text), figure.value)
        shown = self._look(look, form)
        # A link stays when what it shows is written over it.
        proof = f"internal:'{self._proofs}'!A{self._lines[name]}"
        self._sheet.write_url(self._row, column, proof, shown, printable(figure.text))
        if form is not None and isinstance(figure.value, int | float):
            self._sheet.write_number(self._row, column, figure.value, shown)

    def _chart(self, block: Chart) -> None:
        self._say(block.title, "caption")
        self._say(block.alt)
        place = self._row
        chart = self._native(block)
        if chart is not None:
            self._row += CHART_ROWS
        numeric = [
            _is_numeric([self._spoken.english(row[i]) for row in block.rows])
            for i in range(len(block.columns))
        ]
        self._heads(block.columns, numeric)
        first = self._row
        for row in block.rows:
            for column, text in enumerate(row):
                self._number(column, text, is_number=numeric[column])
            self._row += 1
        if chart is not None:
            self._series(chart, block, first)
            self._sheet.insert_chart(place, 0, chart, {"description": printable(block.alt)})

    def _native(self, block: Chart) -> Any:
        """An empty chart of Excel's own of this kind; None where there is none."""
        series = block.option.get("series")
        if not series or not block.rows:
            return None
        kind = {"bar": "column", "line": "line", "scatter": "scatter"}.get(series[0]["type"])
        if kind is None:
            return None
        is_lying = kind == "column" and isinstance(block.option.get("yAxis"), dict)
        chart = self._book.add_chart({"type": "bar" if is_lying else kind})
        chart.set_size({"width": CHART_WIDTH, "height": CHART_HEIGHT})
        chart.set_title({"none": True})
        if is_lying:
            # The first row on top, as in the report.
            chart.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}})
        return chart

    def _series(self, chart: Any, block: Chart, first: int) -> None:
        name, last = self._sheet.get_name(), self._row - 1
        colors = block.option.get("color") or [COLOR]
        for column in range(1, len(block.columns)):
            color = colors[(column - 1) % len(colors)]
            chart.add_series(
                {
                    "name": [name, first - 1, column],
                    "categories": [name, first, 0, last, 0],
                    "values": [name, first, column, last, column],
                    **_drawn(block.option["series"][0]["type"], color),
                }
            )
        if len(block.columns) == 2:  # noqa: PLR2004 - one series needs no legend
            chart.set_legend({"none": True})

    def _number(self, column: int, text: str, *, is_number: bool) -> None:
        english = self._spoken.english(text)
        value = number_of(english) if is_number else None
        form = None if value is None else number_format(english, value)
        look = self._look("right" if is_number else "cell", form)
        if value is None or form is None:
            self._sheet.write_string(self._row, column, printable(text), look)
        else:
            self._sheet.write_number(self._row, column, value, look)

    def _code(self, block: Code) -> None:
        for line in block.text.splitlines():
            for piece in _pieces(line):
                self._sheet.write_string(self._row, 0, printable(piece), self._look("code"))
                self._row += 1

    def _say(self, text: str, look: str = "words", height: int = LINE_HEIGHT) -> None:
        """Words over all columns, in a row that is high enough for them."""
        for piece in _pieces(printable(text)):
            self._sheet.merge_range(self._row, 0, self._row, ACROSS - 1, "", self._look(look))
            self._sheet.write_string(self._row, 0, piece, self._look(look))
            self._sheet.set_row(self._row, max(height, LINE_HEIGHT * ceil(len(piece) / LETTERS)))
            self._row += 1

    def _words(self, sentence: Sentence) -> str:
        figures = self._document.figures
        return "".join(figures[span.figure].text if isinstance(span, Ref) else span.text for span in sentence)

    def _look(self, name: str, form: str | None = None) -> "Format":
        key = f"{name} {form}"
        if key not in self._formats:
            brand = self._document.brand
            look: dict[str, Any] = {"font_name": FONTS[brand.font]} | LOOKS[name]
            look |= {"font_color": brand.accent} if name in TITLED else {}
            self._formats[key] = self._book.add_format(look | ({"num_format": form} if form else {}))
        return self._formats[key]


def _is_numeric(texts: Sequence[str]) -> bool:
    """Whether a column holds numbers, and nothing else but marks for what is missing."""
    numbers = [number_of(text) for text in texts]
    missing = [text for text, number in zip(texts, numbers, strict=True) if number is None]
    return len(missing) < len(texts) and not any(c.isalnum() for text in missing for c in text)


def _drawn(kind: str, color: str) -> dict[str, Any]:
    if kind == "line":
        return {"line": {"color": color, "width": 2}}
    if kind == "scatter":
        return {"marker": {"type": "circle", "size": 5, "fill": {"color": color}, "border": {"none": True}}}
    return {"fill": {"color": color}, "gap": 60}


def _pieces(text: str) -> list[str]:
    """The text in parts that a cell can hold, at least one."""
    return [text[i : i + LONGEST_TEXT] for i in range(0, max(len(text), 1), LONGEST_TEXT)]
