"""Encodings: every text file becomes UTF-8 with line feeds before it is read."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from claribi.core.errors import ValidationFailed

BLOCK = 1 << 20
BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
WESTERN = "äöüßéèêëàâáãåçñìíîïòóôõøùúûæœÿ"
CENTRAL = "ąćęłńóśźżáčďéěíňřšťúůýžäöüßôľĺŕőűăâîşţđ"
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ"
PUNCTUATION = "€£§°±²³µ·«»„“”…\u2013\u2014\u2018\u2019\u00a0"
APOSTROPHE = "\u2019"
# What spreadsheet programs write where nothing else is said, the commoner first.
LETTERS = {"cp1252": WESTERN, "cp1250": CENTRAL, "cp1251": CYRILLIC, "cp850": WESTERN, "mac_roman": WESTERN}
PLAUSIBLE = 0.6
SAMPLE = 256 * 1024
UNPRINTABLE = bytes(set(range(32)) - {9, 10, 12, 13, 26, 27})
GARBAGE_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file in UTF-8 without byte order mark, lines ending in LF or CRLF.

    Attributes:
        encoding: What it was in before.
    """

    path: Path
    encoding: str


def as_utf8(path: Path, workspace: Path) -> TextFile:
    """The file itself, or a copy in `workspace` when it must be converted."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    encoding = detect(path, head)
    old_mac = b"\r" in head and b"\n" not in head.replace(b"\0", b"")
    if encoding == "utf-8" and not old_mac:
        return TextFile(path, encoding)
    copy = workspace / "text"
    _transcode(path, copy, encoding, old_mac=old_mac)
    return TextFile(copy, encoding.removesuffix("-sig"))


def detect(path: Path, head: bytes) -> str:
    """The encoding of a file.

    Raises:
        ValidationFailed: It is no text.
    """
    if not head:
        raise ValidationFailed("The file is empty; upload one with data in it")
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return encoding
    if wide := _without_mark(head):
        return wide
    if len(head) - len(head.translate(None, UNPRINTABLE)) > GARBAGE_SHARE * len(head) or b"\0" in head:
        raise ValidationFailed(
            "The file is not text, nor anything else that can be read; upload CSV, JSON, Excel or Parquet"
        )
    telling = _first_invalid_utf8(path)
    return "utf-8" if telling is None or _mostly_utf8(telling) else _single_byte(telling)


def _without_mark(head: bytes) -> str | None:
    """UTF-16 without byte order mark shows in zeros at every second place."""
    if head[1::2].count(0) > 0.4 * len(head) / 2 and not head[0::2].count(0):
        return "utf-16-le"
    if head[0::2].count(0) > 0.4 * len(head) / 2 and not head[1::2].count(0):
        return "utf-16-be"
    return None


def _first_invalid_utf8(path: Path) -> bytes | None:
    """What stands around the first bytes that are no UTF-8; None for a clean file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for block in _blocks(path):
        # Most blocks are, and to see it takes a tenth of decoding them.
        if block.isascii() and not decoder.getstate()[0]:
            continue
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            return block[max(error.start - SAMPLE, 0) : error.start + SAMPLE]
    return None


def _mostly_utf8(sample: bytes) -> bool:
    """A few broken bytes in a UTF-8 file cost their rows; they don't make it another encoding."""
    text = sample.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - broken > 10 * broken


def _single_byte(sample: bytes) -> str:
    """The encoding in which what is not ASCII makes most sense; statistics where none does much."""
    scores = {name: _plausible(sample.decode(name, errors="replace"), LETTERS[name]) for name in LETTERS}
    likeliest = max(scores, key=lambda name: scores[name])
    if scores[likeliest] >= PLAUSIBLE:
        return likeliest
    best = from_bytes(sample).best()
    return best.encoding if best is not None else "latin-1"


def _plausible(text: str, letters: str) -> float:
    """The share of the characters beyond ASCII that stand where such letters stand in words."""
    foreign = [match.span() for match in re.finditer(r"[^\x00-\x7f]+", text)]
    good = sum(end - start for start, end in foreign if _fits(text, start, end, letters))
    return good / max(sum(end - start for start, end in foreign), 1)


def _fits(text: str, start: int, end: int, letters: str) -> bool:
    around = text[max(start - 1, 0) : start] + text[end : end + 1]
    if text[start:end] == APOSTROPHE:
        return True
    if all(character in PUNCTUATION for character in text[start:end]):
        return not around.isalpha() or len(around) < 2  # noqa: PLR2004 - a letter on either side
    if not all(character.lower() in letters for character in text[start:end]):
        return False
    if letters is CYRILLIC:
        return not any(character.isascii() and character.isalpha() for character in around)
    return end - start < 3  # noqa: PLR2004 - Latin words have hardly three of them in a row


def _transcode(path: Path, copy: Path, encoding: str, *, old_mac: bool) -> None:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with copy.open("wb") as target:
        for block in _blocks(path):
            target.write(_lines(decoder.decode(block), old_mac=old_mac))
        target.write(_lines(decoder.decode(b"", final=True), old_mac=old_mac))


def _lines(text: str, *, old_mac: bool) -> bytes:
    return (text.replace("\r", "\n") if old_mac else text).encode("utf-8", errors="replace")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block
