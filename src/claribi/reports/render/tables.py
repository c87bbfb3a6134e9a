"""The columns of a printed table: how wide they are, and which of them stand side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from claribi.analysis.figures import Figure, Ref, Sentence
from claribi.reports.document import Table

# Letters that a line holds at full size; at the smallest size that is still easy to read.
FULL_SIZE, SMALLEST_SIZE = 9.0, 7.0
LINE = 88
LONGEST_LINE = int(LINE * FULL_SIZE / SMALLEST_SIZE)
# Longer words and cells are broken into lines.
WORD, CELL, REPEATED = 18, 44, 26
GAP = 3


@dataclass(frozen=True)
class Band:
    """Columns side by side: their shares, letters in points, and the part of the page's width they take."""

    columns: list[int]
    widths: list[int]
    size: float
    share: float


def bands(table: Table, figures: Mapping[str, Figure]) -> list[Band]:
    """A table too wide for a page is printed in several parts, each with the first column before it."""
    widths = _widths(table, figures)
    if sum(widths) > LONGEST_LINE:
        widths[0] = min(widths[0], GAP + REPEATED)
    parts = [(columns, [widths[column] for column in columns]) for columns in _parts(widths)]
    widest = max(sum(shares) for _, shares in parts)
    size = min(FULL_SIZE, max(SMALLEST_SIZE, FULL_SIZE * LINE / widest))
    return [Band(columns, shares, size, _share(sum(shares), size)) for columns, shares in parts]


def _share(letters: int, size: float) -> float:
    return min(1.0, max(0.5, letters / LINE * size / FULL_SIZE))


def _widths(table: Table, figures: Mapping[str, Figure]) -> list[int]:
    """The letters that each column asks for."""
    texts = [[_text(cell, figures) for cell in row] for row in table.rows]
    return [
        _width(title, [row[column] for row in texts], is_number=table.numeric[column])
        for column, title in enumerate(table.columns)
    ]


def _width(title: str, cells: Sequence[str], *, is_number: bool) -> int:
    longest = max(map(len, cells), default=0)
    # A title takes two lines, or as many as its words need.
    words = max([len(title) // 2 + 1, *map(len, title.split())])
    return GAP + max(min(words, WORD), longest if is_number else min(longest, CELL))


def _text(sentence: Sentence, figures: Mapping[str, Figure]) -> str:
    return "".join(figures[span.figure].text if isinstance(span, Ref) else span.text for span in sentence)


def _parts(widths: Sequence[int]) -> Iterator[list[int]]:
    part = [0]
    for column in range(1, len(widths)):
        if len(part) > 1 and sum(widths[c] for c in [*part, column]) > LONGEST_LINE:
            yield part
            part = [0]
        part.append(column)
    yield part
