"""PowerPoint: a slide a finding, charts and tables of its own, the evidence of each number in the notes."""

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from claribi.analysis.figures import Ref, Sentence, Text
from claribi.analysis.languages import language
from claribi.reports.document import (
    Block,
    Bullets,
    Chart,
    Code,
    Document,
    Heading,
    Metric,
    Metrics,
    Note,
    Paragraph,
    Section,
    Table,
)
from claribi.reports.render import pptx_charts
from claribi.reports.render.archives import dated
from claribi.reports.render.cells import printable
from claribi.reports.render.drawing import CHART_HEIGHT, CHART_WIDTH, Drawer
from claribi.reports.render.measuring import Run, fitting, fixed_lines, wrapped
from claribi.reports.render.particulars import facts
from claribi.reports.render.pptx_slides import (
    BODY,
    BOTTOM,
    FIXED_FONT,
    FULL,
    GAP,
    LEADING,
    LEFT,
    TOP,
    Box,
    Deck,
    Slide,
)
from claribi.reports.render.tables import LINE, Band, bands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claribi.analysis.figures import Figure

# Points. Beside a chart, words have a third of the slide.
BESIDE, CHART_LEAST = 272, 250
CELL, CELL_MARGIN, SMALL, CODE = 12, 5, 12, 9
CARDS, CARD_GAP = 3, 16
# A heading stays with what it is about: with a row of cards, or some lines.
HEADED = 150
# What stands under their headings is short, and they share slides.
SHARING = ("key_metrics", "appendix")


def to_pptx(document: Document, drawer: Drawer) -> bytes:
    # The web process knows the formats but never writes one.
    deck = Deck(document.brand, language(document.language))
    writer = _Writer(document, drawer, deck)
    writer.title()
    for section in document.sections:
        writer.section(section)
    core = deck.presentation.core_properties
    core.title, core.author = printable(document.title)[:255], printable(document.organization)[:255]
    core.last_modified_by, core.revision = core.author, 1
    core.created = core.modified = datetime.fromisoformat(document.generated_at)
    core.language = deck.language
    return dated(deck.content(), document.generated_at)


class _Writer:
    def __init__(self, document: Document, drawer: Drawer, deck: Deck) -> None:
        self._document, self._drawer, self._deck = document, drawer, deck
        self._figures: Mapping[str, Figure] = document.figures
        self._slide: Slide

    def title(self) -> None:
        document = self._document
        slide = self._deck.opening(document.title, document.subtitle)
        logo = document.brand.logo
        if logo is not None:
            slide.logo(base64.b64decode(logo), document.organization)
        else:
            slide.say_at(Box(LEFT, 64, FULL, 30), [Run(document.organization, strong=True)], 16)
        lines = [[Run(f"{name}: ", strong=True), Run(value)] for name, value in facts(document)]
        rows = [row for line in lines for row in wrapped(line, FULL, SMALL)]
        top = 500 - len(rows) * SMALL * LEADING
        slide.say_at(Box(LEFT, top, FULL, 500 - top), rows[0], SMALL, *rows[1:])

    def section(self, section: Section) -> None:
        if section.key in SHARING:
            self._begin(section.title, section.title)
            for block in section.blocks:
                self._block(block)
            return
        for heading, blocks in _groups(section):
            self._begin(heading, section.title)
            self._group(_told_apart(blocks) if section.key == "executive_summary" else blocks)

    def _begin(self, title: str, section: str) -> None:
        above = section if section != title else ""
        self._slide = self._deck.slide(title, above, self._document, self._figures)

    def _group(self, blocks: Sequence[Block]) -> None:
        """What stands under one heading; a chart stands beside its words where they leave it room."""
        charts = [block for block in blocks if isinstance(block, Chart)]
        words = [block for block in blocks if isinstance(block, Paragraph)]
        if len(charts) == 1 and len(blocks) == len(words) + 1 and words and self._narrow(words):
            for paragraph in words:
                self._slide.say(self._paragraph(paragraph), BODY, width=BESIDE)
            left = LEFT + BESIDE + GAP
            self._chart(charts[0], Box(left, TOP, LEFT + FULL - left, BOTTOM - TOP))
            return
        for block in blocks:
            self._block(block)

    def _narrow(self, words: Sequence[Paragraph]) -> bool:
        lines = [len(wrapped(self._paragraph(block), BESIDE, BODY)) for block in words]
        return sum(lines) * BODY * LEADING + len(lines) * GAP / 2 <= BOTTOM - TOP

    def _block(self, block: Block) -> None:  # noqa: C901 - one case a kind
        match block:
            case Paragraph():
                self._slide.say(self._paragraph(block), BODY)
            case Bullets():
                for item in block.items:
                    self._slide.say(self._runs(item), BODY, bullet=True)
            case Heading():
                self._slide.keep(HEADED)
                self._slide.say([Run(block.text, strong=True)], BODY)
            case Metrics():
                self._metrics(block)
            case Table():
                self._table(block)
            case Chart():
                if self._slide.room < CHART_LEAST:
                    self._slide.go_on()
                self._chart(block, self._slide.rest())
            case Code():
                self._code(block)
            case Note():
                self._slide.say([Run(f"{block.label}: ", strong=True)], BODY, gap=0)
                for line in block.text.splitlines():
                    self._slide.say([Run(line)], BODY)

    def _code(self, block: Code) -> None:
        for line in fixed_lines(block.text, FULL, CODE):
            self._slide.say([Run(line)], CODE, font=FIXED_FONT, gap=0)
        self._slide.skip(GAP / 2)

    def _paragraph(self, block: Paragraph) -> list[Run]:
        runs: list[Run] = []
        for sentence in block.sentences:
            runs += [Run(" ")] if runs else []
            runs += self._runs(sentence)
        return runs

    def _runs(self, sentence: Sentence) -> list[Run]:
        return [
            Run(self._figures[span.figure].text, span.strong, span.figure)
            if isinstance(span, Ref)
            else Run(span.text, span.strong)
            for span in sentence
        ]

    def _metrics(self, block: Metrics) -> None:
        columns = min(CARDS, len(block.items))
        width = (FULL - (columns - 1) * CARD_GAP) / columns if columns > 1 else FULL / CARDS
        for start in range(0, len(block.items), CARDS):
            row = block.items[start : start + CARDS]
            cards = [self._card(item, width - 2 * CARD_GAP) for item in row]
            height = max(sum(size * LEADING * lines for _, size, _, lines in card) for card in cards) + 34
            self._slide.keep(height)
            for place, (item, card) in enumerate(zip(row, cards, strict=True)):
                left = LEFT + place * (width + CARD_GAP)
                self._slide.card(Box(left, self._slide.top, width, height), card)
                self._slide.note([name for name in (item.value, item.change) if name])
            self._slide.skip(height + CARD_GAP)

    def _card(self, item: Metric, width: float) -> list[tuple[list[Run], int, str | None, int]]:
        """The paragraphs of a card: what they say, how large, in which colour, on how many lines."""
        value = self._figures[item.value].text
        size = fitting(value, width, 34, (26, 20, 16, 12))
        told: list[tuple[list[Run], int, str | None]] = [
            ([Run(item.label)], fitting(item.label, width, 60, (SMALL, 10, 8)), "quiet"),
            ([Run(value, strong=True)], size, None),
        ]
        if item.change:
            color = None if item.good is None else "good" if item.good else "bad"
            told.append(([Run(self._figures[item.change].text, strong=True)], SMALL, color))
        if item.note:
            told.append(([Run(item.note)], SMALL, "quiet"))
        return [(runs, size, color, len(wrapped(runs, width, size))) for runs, size, color in told]

    def _chart(self, block: Chart, box: Box) -> None:
        if block.title != self._slide.title:
            lines = wrapped([Run(block.title, strong=True)], box.width, SMALL)
            taken = len(lines) * SMALL * LEADING
            self._slide.say_at(Box(box.left, box.top, box.width, taken), lines[0], SMALL, *lines[1:])
            box = Box(box.left, box.top + taken + 4, box.width, box.height - taken - 4)
        self._slide.note_chart(block)
        if pptx_charts.is_native(block):
            self._slide.chart(block, box, self._document)
            return
        drawn = self._drawer.png(block.option, CHART_WIDTH, CHART_HEIGHT)
        self._slide.picture(drawn, box.holding(CHART_WIDTH, CHART_HEIGHT), block.alt)
        self._slide.fill()
        rows: list[list[Sentence]] = [[[Text(cell)] for cell in row] for row in block.rows]
        self._table(Table("", block.columns, rows, [i > 0 for i in range(len(block.columns))]))

    def _table(self, block: Table) -> None:
        if block.title not in {"", self._slide.title}:
            self._slide.keep(100)
            self._slide.say([Run(block.title, strong=True)], SMALL)
        for band in bands(block, self._figures):
            self._band(block, band)

    def _band(self, block: Table, band: Band) -> None:
        """Columns side by side, over as many slides as their rows need, the heads on each."""
        # At this size a slide holds somewhat more letters than a line of a page at its full size.
        full = FULL * min(1.0, max(0.5, sum(band.widths) / LINE))
        widths = [full * share / sum(band.widths) for share in band.widths]
        numeric = [block.numeric[column] for column in band.columns]
        heads = self._cells([[Run(block.columns[column], strong=True)] for column in band.columns], widths)
        rows = [self._cells([self._runs(row[c]) for c in band.columns], widths) for row in block.rows]
        most = BOTTOM - TOP - _tall(heads)
        pieces = [piece for row in rows for piece in _split(row, most)]
        self._slide.keep(_tall(heads) + (_tall(pieces[0]) if pieces else 0))
        while True:
            room = self._slide.room - _tall(heads)
            taken = _taking(pieces, room)
            self._slide.table(widths, [heads, *pieces[:taken]], numeric, CELL, CELL_MARGIN)
            pieces = pieces[taken:]
            if not pieces:
                break
            self._slide.go_on()

    def _cells(self, cells: Sequence[Sequence[Run]], widths: Sequence[float]) -> list[list[list[Run]]]:
        """The lines of each cell of a row."""
        return [
            wrapped(cell, width - 2 * CELL_MARGIN - 1, CELL)
            for cell, width in zip(cells, widths, strict=True)
        ]


def _groups(section: Section) -> Iterator[tuple[str, list[Block]]]:
    """The blocks of a section by the headings that they stand under; those before the first by its title."""
    places = [i for i, block in enumerate(section.blocks) if isinstance(block, Heading)]
    ends = [*places, len(section.blocks)]
    if ends[0] > 0 or not section.blocks:
        yield section.title, section.blocks[: ends[0]]
    for start, end in pairwise(ends):
        heading = section.blocks[start]
        assert isinstance(heading, Heading)  # noqa: S101 - they were chosen for being one
        yield heading.text, section.blocks[start + 1 : end]


def _told_apart(blocks: Sequence[Block]) -> list[Block]:
    """Paragraphs as points: from afar, sentences one after the other are hard to read."""
    return [Bullets(block.sentences) if isinstance(block, Paragraph) else block for block in blocks]


Row = list[list[list[Run]]]


def _tall(row: Row) -> float:
    return max(len(lines) for lines in row) * CELL * LEADING + 2 * CELL_MARGIN


def _split(row: Row, most: float) -> Iterator[Row]:
    """The row itself, or the parts of one that no slide could hold."""
    lines = max(1, int((most - 2 * CELL_MARGIN) / (CELL * LEADING)))
    for start in range(0, max(map(len, row)), lines):
        yield [cell[start : start + lines] or [[]] for cell in row]


def _taking(rows: Sequence[Row], room: float) -> int:
    """How many of the rows fit into the room; at least one."""
    taken = 0
    for row in rows:
        room -= _tall(row)
        if room < 0 and taken:
            break
        taken += 1
    return taken
