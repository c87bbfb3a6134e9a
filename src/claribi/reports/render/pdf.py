"""PDF by Typst: the document goes in as data, so nothing in it can be taken for markup."""

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import typst

from claribi.charts import assets
from claribi.charts.fonts import regular
from claribi.reports.document import Document
from claribi.reports.render import Draw
from claribi.reports.render.view import View, parsed

TEMPLATES = Path(str(resources.files(__package__))) / "templates"
# Words longer than these may break anywhere, those of code when they are longer than a line.
LONG_WORD, LONG_CODE = 24, 84
BREAK = "\N{ZERO WIDTH SPACE}"
# What no font draws and XML-like formats forbid; a tab in code is wanted.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def render(document: Document, draw: Draw) -> bytes:
    """A tagged PDF (PDF/UA-1)."""
    data = _breakable(View(document, draw).data())
    content = msgspec.json.encode(data).decode()
    # Letters that our fonts lack are looked for in those of the machine; without any, no standard allows
    # the hole in the text, but a report with a hole is better than none.
    own = _covers(content)
    compiler = typst.Compiler(
        TEMPLATES / "report.typ",
        root=TEMPLATES,
        font_paths=[assets.fonts()],
        ignore_system_fonts=own,
        sys_inputs={"document": content},
    )
    timestamp = parsed(document.generated_at)
    try:
        return _one(compiler.compile(format="pdf", timestamp=timestamp, pdf_standards=["ua-1"]))
    except typst.TypstError:
        if own:
            raise
        return _one(compiler.compile(format="pdf", timestamp=timestamp))


def _one(compiled: Any) -> bytes:
    return bytes(compiled)


@cache
def _letters() -> frozenset[int]:
    return frozenset(regular().widths)


def _covers(text: str) -> bool:
    return all(ord(letter) in _letters() or not letter.isprintable() for letter in set(text))


def _breakable(value: Any, key: str = "") -> Any:
    """The data with a place to break a line in every word that is too long for one."""
    if isinstance(value, dict):
        most = LONG_CODE if value.get("kind") == "code" else LONG_WORD
        return {k: _broken(v, most) if k in TEXTS else _breakable(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_broken(v, LONG_WORD) if key == "columns" else _breakable(v, key) for v in value]
    return value


TEXTS = frozenset({"text", "title", "subtitle", "organization", "name", "value", "label", "note", "alt"})


def _broken(value: Any, most: int) -> Any:
    if not isinstance(value, str):
        return _breakable(value)
    clean = CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)
    return re.sub(rf"\S{{{most},}}", lambda word: _split(word[0], most), clean)


def _split(word: str, most: int) -> str:
    step = most // 3
    return BREAK.join(word[i : i + step] for i in range(0, len(word), step))
