"""How words break into lines on a slide, measured by the font that is at least as wide as the slide's own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from claribi.charts.fonts import Font, regular, semibold

# A word with the space behind it.
WORD = re.compile(r"\S+\s*|\s+")
# Of a letter of the monospaced font, in shares of its size.
FIXED_WIDTH = 0.6


@dataclass(frozen=True, slots=True)
class Run:
    """Words that look alike. `figure`: the id of the figure that they are."""

    text: str
    strong: bool = False
    figure: str | None = None


Line = list[Run]


def wrapped(runs: Sequence[Run], width: float, size: float) -> list[Line]:
    """The lines, at least one; a word that no line holds is broken after a letter. Points."""
    lines: list[Line] = [[]]
    left = width
    for word in _words(runs, width, size):
        needed = sum(_width(run.text.rstrip(), size, strong=run.strong) for run in word)
        if needed > left and lines[-1]:
            lines.append([])
            left = width
        lines[-1] += word
        left -= sum(_width(run.text, size, strong=run.strong) for run in word)
    return [_joined(line) for line in lines]


def height(text: str, width: float, size: float, *, strong: bool = False) -> int:
    """How many lines the text takes."""
    return len(wrapped([Run(text, strong)], width, size))


def fitting(text: str, width: float, room: float, sizes: Sequence[int]) -> int:
    """The first of the sizes at which a text in semibold fits into the room; the last where none does."""
    for size in sizes:
        if height(text, width, size, strong=True) * size * 1.2 <= room:
            return size
    return sizes[-1]


def fixed_lines(text: str, width: float, size: float) -> Iterator[str]:
    """Lines of a monospaced text, long ones broken."""
    most = int(width / (size * FIXED_WIDTH))
    for line in text.splitlines():
        yield from (line[i : i + most] for i in range(0, max(len(line), 1), most))


def _words(runs: Sequence[Run], width: float, size: float) -> Iterator[Line]:
    """What may not be broken: runs up to the next space, a figure as a whole."""
    word: Line = []
    for run in runs:
        pieces = [run.text] if run.figure else WORD.findall(run.text)
        for piece in pieces:
            for part in _parts(piece, width, size, strong=run.strong):
                word.append(Run(part, run.strong, run.figure))
                if part[-1:].isspace() or part is not piece:
                    yield word
                    word = []
    if word:
        yield word


def _parts(text: str, width: float, size: float, *, strong: bool) -> list[str]:
    """The text itself, or the pieces of one that is too long for a line."""
    if _width(text.rstrip(), size, strong=strong) <= width:
        return [text]
    parts = [""]
    for letter in text:
        if parts[-1] and _width(parts[-1] + letter, size, strong=strong) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def _joined(line: Line) -> Line:
    """Neighbours that look alike as one run."""
    joined: Line = []
    for run in line:
        if joined and (joined[-1].strong, joined[-1].figure) == (run.strong, run.figure):
            joined[-1] = Run(joined[-1].text + run.text, run.strong, run.figure)
        else:
            joined.append(run)
    return joined


def _width(text: str, size: float, *, strong: bool) -> float:
    return _font(strong=strong).width(text, size)


@cache
def _font(*, strong: bool) -> Font:
    return semibold() if strong else regular()
