"""Slides: where things stand on them, and going on with the next when one is full. Lengths are points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from claribi.analysis.figures import Figure
from claribi.analysis.languages import Language
from claribi.reports.document import Brand, Chart, Document
from claribi.reports.render import pptx_charts
from claribi.reports.render.cells import printable
from claribi.reports.render.measuring import Run, fitting, wrapped
from claribi.reports.render.particulars import origin
from claribi.reports.render.pptx_parts import (
    DRAWING,
    describe,
    emu,
    inherits,
    rgb,
    rule,
    short,
    shown,
    stretch,
)
from claribi.reports.render.pptx_parts import (
    bullet as hang,
)

WIDTH, HEIGHT = 960, 540
LEFT, FULL, TOP, BOTTOM = 48, 864, 122, 492
BODY, LEADING, GAP = 15, 1.25, 16
TITLE_SIZES = (26, 22, 18, 14, 11, 9)
# Every office has them, and no letter of theirs is wider than what we measure by.
FONTS = {"sans": "Arial", "serif": "Times New Roman"}
FIXED_FONT = "Courier New"
COLORS = {"ink": "1C2430", "quiet": "5A6675", "good": "1A6B45", "bad": "A8322A"}
PANEL = "F5F7FA"
# Slides of python-pptx's own template: one that opens a talk, and one with a title.
OPENING, TITLED = 0, 5
PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
Card = Sequence[tuple[Sequence[Run], int, str | None, int]]


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    def holding(self, width: float, height: float) -> "Box":
        """The largest box of this shape inside, in its middle."""
        scale = min(self.width / width, self.height / height)
        return Box(self.left + (self.width - width * scale) / 2, self.top, width * scale, height * scale)

    @property
    def place(self) -> tuple[int, int, int, int]:
        """In English Metric Units, as the format counts."""
        return (emu(self.left), emu(self.top), emu(self.width), emu(self.height))


class Deck:
    """A presentation that is being written."""

    def __init__(self, brand: Brand, spoken: Language) -> None:
        import pptx  # noqa: PLC0415 - only where slides are written

        self.presentation = pptx.Presentation()
        self.spoken, self.language, self.font = spoken, spoken.tag, FONTS[brand.font]
        self.accent = brand.accent.lstrip("#").upper()
        self.presentation.slide_width, self.presentation.slide_height = emu(WIDTH), emu(HEIGHT)
        self._dress()

    def opening(self, title: str, subtitle: str) -> "Slide":
        """The slide that opens the talk."""
        slide = Slide(self, OPENING, title)
        size = fitting(title, FULL, 130, (40, 32, 26, 20, 16, 12))
        slide.head(Box(LEFT, 150, FULL, 140), title, size)
        smaller = fitting(subtitle, FULL, 100, (18, 15, 12, 10, 8))
        slide.under(Box(LEFT, 302, FULL, 110), subtitle, smaller)
        return slide

    def slide(self, title: str, above: str, document: Document, figures: Mapping[str, Figure]) -> "Slide":
        """A slide with a title; `above` is the section that it belongs to."""
        slide = Slide(self, TITLED, title)
        slide.context = (above, document, figures)
        slide.begin(title)
        return slide

    def content(self) -> bytes:
        written = BytesIO()
        self.presentation.save(written)
        return written.getvalue()

    def _dress(self) -> None:
        """The organisation's colour and font in the theme, so that what is added later looks alike."""
        master = self.presentation.slide_master
        part = next(rel.target_part for rel in master.part.rels.values() if rel.reltype.endswith("/theme"))
        theme = part.blob.replace(b"4F81BD", self.accent.encode()).replace(b"Calibri", self.font.encode())
        part._blob = theme  # noqa: SLF001 - it has no other door
        for layout in (master, *self.presentation.slide_layouts):
            for shape in layout.placeholders:
                if layout is master or not inherits(shape):
                    stretch(shape, WIDTH)


class Slide:
    """One slide after the other under the same title, each filled from top to bottom.

    Attributes:
        title: The heading that all of them stand under.
        top: Where the next thing goes.
    """

    def __init__(self, deck: Deck, layout: int, title: str) -> None:
        self._deck, self._layout, self.title = deck, layout, title
        self.context: tuple[str, Document, Mapping[str, Figure]] | None = None
        self._number, self._cited = 0, set[str]()
        self._fresh()

    def _fresh(self) -> None:
        layouts = self._deck.presentation.slide_layouts
        self._slide = self._deck.presentation.slides.add_slide(layouts[self._layout])
        self._frame: Any = None
        self._evidence: list[str] = []
        self._cited = set()
        self.top: float = TOP

    def begin(self, title: str) -> None:
        """The title, what it belongs to, and the foot."""
        self.head(Box(LEFT, 44, FULL, 66), title, fitting(title, FULL, 64, TITLE_SIZES))
        if self.context is None:
            return
        above, document, _ = self.context
        if above:
            self.say_at(Box(LEFT, 24, FULL, 18), [Run(short(above, 130))], 11, color="quiet")
        foot = f"{short(document.organization, 50)}  ·  {short(document.title, 80)}"
        self.say_at(Box(LEFT, 508, FULL - 60, 16), [Run(foot)], 9, color="quiet")
        self._page_number()

    def go_on(self) -> None:
        """The next slide under the same title."""
        self._number += 1
        self._fresh()
        self.begin(f"{self.title} ({self._number + 1})")

    @property
    def room(self) -> float:
        return BOTTOM - self.top

    def rest(self) -> Box:
        return Box(LEFT, self.top, FULL, self.room)

    def keep(self, needed: float) -> None:
        """Go on with the next slide where this one hasn't so much room left."""
        if self.room < needed and self.top > TOP:
            self.go_on()

    def skip(self, height: float) -> None:
        self.top += height
        self._frame = None

    def fill(self) -> None:
        """Leave the rest as it is; what comes next goes to the next slide."""
        self.top = BOTTOM

    def say(
        self,
        runs: Sequence[Run],
        size: int,
        *,
        width: float = FULL,
        bullet: bool = False,
        font: str | None = None,
        gap: float = GAP / 2,
    ) -> None:
        """A paragraph, over several slides where it is long."""
        indent = size if bullet else 0
        lines = [runs] if font else wrapped(runs, width - indent, size)
        while lines:
            fits = int((self.room - gap) / (size * LEADING))
            if fits < min(len(lines), 2):
                self.go_on()
                continue
            self._write(lines[:fits], size, width, indent=indent, font=font, gap=gap)
            lines, indent = lines[fits:], 0

    def _write(
        self,
        lines: Sequence[Sequence[Run]],
        size: int,
        width: float,
        *,
        indent: float,
        font: str | None,
        gap: float,
    ) -> None:
        if self._frame is None:
            self._frame = self._textbox(Box(LEFT, self.top, width, 1))
            paragraph = self._frame.text_frame.paragraphs[0]
        else:
            paragraph = self._frame.text_frame.add_paragraph()
        self._fill(paragraph, [run for line in lines for run in line], size, font=font, space=gap)
        if indent:
            hang(paragraph, indent)
        self.top += len(lines) * size * LEADING + gap
        self._frame.height = emu(self.top) - self._frame.top

    def say_at(
        self, box: Box, runs: Sequence[Run], size: int, *more: Sequence[Run], color: str | None = None
    ) -> None:
        """Lines at a place of their own."""
        frame = self._textbox(box).text_frame
        self._fill(frame.paragraphs[0], runs, size, color=color)
        for line in more:
            self._fill(frame.add_paragraph(), line, size, color=color)

    def head(self, box: Box, title: str, size: int) -> None:
        shape = self._slide.shapes.title
        assert shape is not None  # noqa: S101 - each of our layouts has one
        self._place(shape, box)
        self._fill(shape.text_frame.paragraphs[0], [Run(title, strong=True)], size, color="accent")

    def under(self, box: Box, text: str, size: int) -> None:
        """The subtitle."""
        shape = self._slide.placeholders[1]
        self._place(shape, box)
        self._fill(shape.text_frame.paragraphs[0], [Run(text)], size, color="quiet")

    def logo(self, picture: bytes, name: str) -> None:
        shape = self._slide.shapes.add_picture(BytesIO(picture), emu(LEFT), emu(40), height=emu(64))
        if shape.width > emu(300):
            shape.width, shape.height = emu(300), int(shape.height * emu(300) / shape.width)
        describe(shape, name)

    def card(self, box: Box, told: Card) -> None:
        from pptx.enum.shapes import MSO_SHAPE  # noqa: PLC0415 - only where slides are written

        shape = self._slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *box.place)
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(PANEL)
        shape.line.fill.background()
        shape.shadow.inherit = False
        self._settle(shape.text_frame, margin=16)
        for number, (runs, size, color, _) in enumerate(told):
            frame = shape.text_frame
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            self._fill(paragraph, runs, size, color=color)

    def chart(self, chart: Chart, box: Box, document: Document) -> None:
        frame = pptx_charts.add(self._slide.shapes, chart, box.place, self._deck.font, document)
        describe(frame, chart.alt)
        self.fill()

    def picture(self, drawn: bytes, box: Box, alt: str) -> None:
        shape = self._slide.shapes.add_picture(BytesIO(drawn), *box.place)
        describe(shape, alt)
        self.fill()

    def table(
        self,
        widths: Sequence[float],
        rows: Sequence[Sequence[Sequence[Sequence[Run]]]],
        numeric: Sequence[bool],
        size: int,
        margin: float,
    ) -> None:
        """Rows of lines, the first of them the heads."""
        heights = [max(map(len, row)) * size * LEADING + 2 * margin for row in rows]
        box = Box(LEFT, self.top, sum(widths), sum(heights))
        frame = self._slide.shapes.add_table(len(rows), len(widths), *box.place)
        table = frame.table
        table._tbl.tblPr.find(f"{{{DRAWING}}}tableStyleId").text = PLAIN_TABLE  # noqa: SLF001 - no other door
        table.horz_banding = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = emu(width)
        for line, (row, height) in enumerate(zip(rows, heights, strict=True)):
            table.rows[line].height = emu(height)
            for column, lines in enumerate(row):
                self._cell(table.cell(line, column), lines, size, margin, is_number=numeric[column])
        describe(frame, self.title)
        self.skip(sum(heights) + GAP)

    def _cell(
        self, cell: Any, lines: Sequence[Sequence[Run]], size: int, margin: float, *, is_number: bool
    ) -> None:
        from pptx.enum.text import PP_ALIGN  # noqa: PLC0415 - only where slides are written

        cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = emu(margin)
        runs = [run for line in lines for run in line]
        paragraph = cell.text_frame.paragraphs[0]
        self._fill(paragraph, runs, size)
        paragraph.alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT
        rule(cell)

    def note(self, figures: Sequence[str]) -> None:
        """Put the evidence of these figures into the speaker's notes, each once a slide."""
        if self.context is None:
            return
        known = self.context[2]
        for name in figures:
            if name not in self._cited:
                self._cited.add(name)
                self._noted(f"{known[name].text}: {origin(known[name])}")

    def note_chart(self, chart: Chart) -> None:
        self._noted(
            f"{chart.title}: {self._deck.spoken.fixed('From query {query}', query=chart.evidence_id)}"
        )

    def _noted(self, line: str) -> None:
        self._evidence.append(printable(line))
        frame = self._slide.notes_slide.notes_text_frame
        if frame is not None:
            frame.text = "\n".join(self._evidence)

    def _textbox(self, box: Box) -> Any:
        shape = self._slide.shapes.add_textbox(*box.place)
        self._settle(shape.text_frame)
        return shape

    def _place(self, shape: Any, box: Box) -> None:
        shape.left, shape.top, shape.width, shape.height = box.place
        self._settle(shape.text_frame)

    def _settle(self, frame: Any, margin: float = 0) -> None:
        from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE  # noqa: PLC0415 - only where slides are written

        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        frame.vertical_anchor = MSO_ANCHOR.TOP
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = emu(margin)

    def _fill(
        self,
        paragraph: Any,
        runs: Sequence[Run],
        size: int,
        *,
        color: str | None = None,
        font: str | None = None,
        space: float = 0,
    ) -> None:
        from pptx.enum.text import PP_ALIGN  # noqa: PLC0415 - only where slides are written
        from pptx.util import Pt  # noqa: PLC0415 - only where slides are written

        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.line_spacing, paragraph.space_before, paragraph.space_after = 1.0, Pt(0), Pt(space)
        paragraph.font.size = Pt(size)
        ink = self._deck.accent if color == "accent" else COLORS[color or "ink"]
        for run in runs:
            added = paragraph.add_run()
            added.text = shown(run.text, is_code=font is not None)
            added.font.size, added.font.bold = Pt(size), run.strong
            added.font.name = font or self._deck.font
            added.font.color.rgb = rgb(ink)
            added._r.get_or_add_rPr().set("lang", self._deck.language)  # noqa: SLF001 - no other door
        self.note([run.figure for run in runs if run.figure])

    def _page_number(self) -> None:
        number = len(self._deck.presentation.slides)
        paragraph = self._textbox(Box(LEFT + FULL - 50, 508, 50, 16)).text_frame.paragraphs[0]
        self._fill(paragraph, [Run(str(number))], 9, color="quiet")
        from pptx.enum.text import PP_ALIGN  # noqa: PLC0415 - only where slides are written

        paragraph.alignment = PP_ALIGN.RIGHT
        # A field, so that it stays right when slides are moved.
        run = paragraph.runs[0]._r  # noqa: SLF001 - no other door
        run.tag = f"{{{DRAWING}}}fld"
        run.set("id", "{8F1D5A52-0C1C-4E0B-9F0E-2C1F4C6B1A01}")
        run.set("type", "slidenum")
