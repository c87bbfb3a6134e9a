"""SVG of our own for what ECharts has no chart for: metrics, tables and texts. Every text is escaped."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from itertools import accumulate
from typing import Any

from claribi.charts.assets import FONT_FAMILY
from claribi.charts.fonts import Font
from claribi.charts.theme import INK, LINES, MUTED, SMALL, TEXT_SIZE

PADDING, ROW, GUTTER = 16, 26, 12
# A column of words may be shortened to so many pixels.
NARROWEST = 90
BIG = 44
# Drawn as paths: fonts need not have triangles. Grey, since a rise may be bad news.
ARROWS = {"up": "0,0 10,0 5,-9", "down": "0,-9 10,-9 5,0", "flat": "0,-6 10,-6 10,-3 0,-3"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Drawings:
    def __init__(self, plain: Font, strong: Font) -> None:
        self._plain = plain
        self._strong = strong

    def draw(self, option: Mapping[str, Any], width: int, height: int) -> str | None:
        """The SVG of an option that only we know how to draw; None for those of ECharts."""
        kinds: Mapping[str, Callable[[Any, int, int], Iterable[str]]] = {
            "metric": self._metric,
            "table": self._table,
            "text": self._text,
        }
        kind = next((kind for kind in kinds if kind in option), None)
        return None if kind is None else _svg(kinds[kind](option[kind], width, height), width, height)

    def _metric(self, metric: Mapping[str, Any], width: int, height: int) -> Iterator[str]:
        room = width - 2 * PADDING
        value = str(metric["text"])
        size = min(BIG, height / 3, BIG * room / max(self._strong.width(value, BIG), 1))
        change, previous = metric["change_text"], metric["previous_text"]
        lowest = height / 2 + size / 2 - (10 if change else 0)
        label = self._plain.shortened(str(metric["label"]), TEXT_SIZE, room)
        yield _words(label, PADDING, lowest - size - 8, TEXT_SIZE, MUTED)
        yield _words(value, PADDING, lowest, size, INK, strong=True)
        if change:
            before = f"{change} against {previous}" if previous else change
            yield _arrow(metric["direction"] or "flat", PADDING, lowest + 24)
            yield _words(self._plain.shortened(before, 13, room - 18), PADDING + 18, lowest + 24, 13, MUTED)

    def _table(self, table: Mapping[str, Any], width: int, height: int) -> Iterator[str]:
        columns, rows = table["columns"], table["rows"]
        fitting = max((height - 2 * PADDING) // ROW - 1, 1)
        shown = rows if len(rows) <= fitting else rows[: max(fitting - 1, 1)]
        lefts = list(accumulate(self._widths(columns, shown, width - 2 * PADDING), initial=float(PADDING)))
        heads = [column["name"] for column in columns]
        yield from self._row(heads, columns, lefts, PADDING + ROW / 2, SMALL, MUTED, strong=True)
        for i, row in enumerate(shown, start=1):
            yield _rule(PADDING + i * ROW, width)
            yield from self._row(row, columns, lefts, PADDING + i * ROW + ROW / 2, TEXT_SIZE, INK)
        rest = _rest(table["row_count"] - len(shown), len(columns) + 1 - len(lefts))
        if rest:
            yield _words(rest, PADDING, PADDING + (len(shown) + 1) * ROW + ROW / 2 + 4, SMALL, MUTED)

    def _widths(self, columns: list[Any], rows: list[list[str]], room: float) -> list[float]:
        """Of as many columns as fit. Words give way first: a number cut short would be another number."""
        wanted = [
            GUTTER
            + max(
                self._strong.width(column["name"], SMALL),
                *(self._plain.width(row[i], TEXT_SIZE) for row in rows),
                24.0,
            )
            for i, column in enumerate(columns)
        ]
        least = [w if c["numeric"] else min(w, NARROWEST) for w, c in zip(wanted, columns, strict=True)]
        fitting = max(bisect_right(list(accumulate(least)), room), 1)
        wanted, least = wanted[:fitting], least[:fitting]
        eager = sum(wanted) - sum(least)
        share = min(max(room - sum(least), 0.0) / eager, 1.0) if eager else 0.0
        widths = [low + (high - low) * share for low, high in zip(least, wanted, strict=True)]
        return [width * room / sum(widths) for width in widths]

    def _row(
        self,
        cells: list[str],
        columns: list[Any],
        lefts: list[float],
        middle: float,
        size: float,
        color: str,
        *,
        strong: bool = False,
    ) -> Iterator[str]:
        font = self._strong if strong else self._plain
        for cell, column, left, right in zip(cells, columns, lefts, lefts[1:], strict=False):
            text = font.shortened(cell, size, right - left - GUTTER)
            x = right - GUTTER - font.width(text, size) if column["numeric"] else left
            yield _words(text, x, middle + size / 3, size, color, strong=strong)

    def _text(self, text: Mapping[str, Any], width: int, height: int) -> Iterator[str]:
        y = float(PADDING)
        for paragraph in str(text["markdown"]).splitlines():
            strong, size, words = _plain_paragraph(paragraph)
            for line in self._wrapped(words, size, width - 2 * PADDING, strong=strong) or [""]:
                y += size * 1.5
                if y > height - PADDING:
                    return
                yield _words(line, PADDING, y, size, INK, strong=strong)

    def _wrapped(self, text: str, size: float, width: float, *, strong: bool) -> list[str]:
        font = self._strong if strong else self._plain
        lines: list[str] = []
        for word in text.split():
            if lines and font.width(f"{lines[-1]} {word}", size) <= width:
                lines[-1] += f" {word}"
            else:
                lines.append(font.shortened(word, size, width))
        return lines


def _rest(rows: int, columns: int) -> str:
    """What of a table there is no room for."""
    counted = [f"{count:,} more {noun}" for count, noun in ((rows, "rows"), (columns, "columns")) if count]
    return ", ".join(counted)


def _plain_paragraph(line: str) -> tuple[bool, float, str]:
    """Whether a line of Markdown is a heading, its size, and its words without the marks."""
    heading = re.match(r"(#{1,6})\s+(.*)", line)
    words = heading[2] if heading else re.sub(r"^\s*[-*]\s+", "• ", line)
    plain = re.sub(r"\*\*|__|`", "", words)
    return (True, 18.0 if len(heading[1]) == 1 else 15.0, plain) if heading else (False, 13.0, plain)


def _words(text: str, x: float, y: float, size: float, color: str, *, strong: bool = False) -> str:
    weight = ' font-weight="600"' if strong else ""
    shown = escape(CONTROL.sub("", text))
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" fill="{color}"{weight}>{shown}</text>'


def _arrow(direction: str, x: float, y: float) -> str:
    return f'<polygon points="{ARROWS[direction]}" transform="translate({x:.1f} {y:.1f})" fill="{MUTED}"/>'


def _rule(y: float, width: int) -> str:
    return f'<path d="M{PADDING} {y:.1f}H{width - PADDING}" stroke="{LINES}" stroke-width="1"/>'


def _svg(parts: Iterable[str], width: int, height: int) -> str:
    start = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
    view = f'viewBox="0 0 {width} {height}" font-family="{FONT_FAMILY}"'
    return f"{start} {view}>{''.join(parts)}</svg>"
