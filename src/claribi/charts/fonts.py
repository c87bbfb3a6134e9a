"""How wide text is, from the fonts themselves (OpenType 1.9: head, hhea, hmtx, cmap); kerning is left out."""

import struct
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from claribi.charts import assets

UNICODE_TABLES = {(0, 3), (0, 4), (3, 1), (3, 10)}
BASIC_PLANE, FULL = 4, 12
MISSING_GLYPH = 0
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


class Font:
    """The advance widths of a TrueType font, in shares of its size."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        records = [12 + 16 * i for i in range(self._read(">H", 4)[0])]
        self._tables = {self._data[at : at + 4].decode(): self._read(">I", at + 8)[0] for at in records}

    @cached_property
    def widths(self) -> Mapping[int, float]:
        """By code point, for what the font has a glyph for."""
        units = self._read(">H", self._tables["head"] + 18)[0]
        measured = self._read(">H", self._tables["hhea"] + 34)[0]
        advances = self._read(f">{measured * 2}H", self._tables["hmtx"])[::2]
        glyphs = self._glyphs()
        return {code: advances[min(glyph, measured - 1)] / units for code, glyph in glyphs.items()}

    def width(self, text: str, size: float) -> float:
        widths = self.widths
        # Ideographs and emoji, which take a whole square, are what the font has no glyph for.
        return size * sum(widths.get(ord(letter), 1.0) for letter in text)

    def shortened(self, text: str, size: float, most: float) -> str:
        """As much of the text as `most` pixels hold, with an ellipsis where something is left out."""
        if self.width(text, size) <= most:
            return text
        while text and self.width(text + ELLIPSIS, size) > most:
            text = text[:-1]
        return text.rstrip() + ELLIPSIS

    def covers(self, text: str) -> bool:
        return all(ord(letter) in self.widths or not letter.isprintable() for letter in text)

    def _glyphs(self) -> dict[int, int]:
        start = self._tables["cmap"]
        glyphs: dict[int, int] = {}
        for i in range(self._read(">H", start + 2)[0]):
            platform, encoding, offset = self._read(">HHI", start + 4 + 8 * i)
            if (platform, encoding) in UNICODE_TABLES:
                glyphs.update(self._mapping(start + offset))
        return {code: glyph for code, glyph in glyphs.items() if glyph != MISSING_GLYPH}

    def _mapping(self, at: int) -> Iterator[tuple[int, int]]:
        layout = self._read(">H", at)[0]
        if layout == BASIC_PLANE:
            yield from self._basic(at)
        elif layout == FULL:
            for i in range(self._read(">I", at + 12)[0]):
                first, last, glyph = self._read(">III", at + 16 + 12 * i)
                yield from ((code, glyph + code - first) for code in range(first, last + 1))

    def _basic(self, at: int) -> Iterator[tuple[int, int]]:
        count = self._read(">H", at + 6)[0] // 2
        ends = self._read(f">{count}H", at + 14)
        starts = self._read(f">{count}H", at + 16 + 2 * count)
        deltas = self._read(f">{count}H", at + 16 + 4 * count)
        offsets_at = at + 16 + 6 * count
        offsets = self._read(f">{count}H", offsets_at)
        for i, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
            for code in range(first, last + 1):
                glyph = code
                if offset:
                    glyph = self._read(">H", offsets_at + 2 * i + offset + 2 * (code - first))[0]
                yield code, (glyph + delta) % 0x10000 if glyph or not offset else MISSING_GLYPH

    def _read(self, layout: str, at: int) -> tuple[int, ...]:
        return struct.unpack_from(layout, self._data, at)


def regular() -> Font:
    return Font(assets.font(assets.REGULAR))


def semibold() -> Font:
    return Font(assets.font(assets.SEMIBOLD))
