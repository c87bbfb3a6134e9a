"""PDF by Typst. Every text reaches the template as data, so nothing in it can be taken for markup."""

from contextlib import ExitStack
from datetime import datetime
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from claribi.reports.document import Chart, Document, Table
from claribi.reports.render.drawing import Drawer, picture
from claribi.reports.render.particulars import evidence_headings, facts
from claribi.reports.render.tables import bands

TEMPLATE = "report.typ"


def to_pdf(document: Document, drawer: Drawer) -> bytes:
    """A tagged PDF after PDF/UA-1, or one merely tagged where our fonts lack a character."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write(document, drawer, folder)
        return _compile(folder, datetime.fromisoformat(document.generated_at))


def _write(document: Document, drawer: Drawer, folder: Path) -> None:
    """What Typst reads: the template, the document and its pictures."""
    data = msgspec.to_builtins(document)
    for section, raw in zip(document.sections, data["sections"], strict=True):
        for block, entry in zip(section.blocks, raw["blocks"], strict=True):
            if isinstance(block, Chart):
                file = folder / f"chart-{len(list(folder.iterdir()))}.svg"
                file.write_bytes(picture(drawer, block.option))
                entry |= {"option": None, "picture": file.name}
            elif isinstance(block, Table):
                entry["bands"] = bands(block, document.figures)
    data |= {"facts": list(facts(document)), "evidence": evidence_headings(document)}
    (folder / "document.json").write_bytes(msgspec.json.encode(data))
    template = resources.files(__package__) / "templates" / TEMPLATE
    (folder / TEMPLATE).write_bytes(template.read_bytes())


def _compile(folder: Path, generated_at: datetime) -> bytes:
    # The web process knows the formats but never writes one.
    from typst import Compiler, TypstError  # noqa: PLC0415

    def compiled(*, own_fonts_only: bool, standards: list[PDFStandard]) -> bytes:
        compiler = Compiler(
            folder / TEMPLATE, root=folder, font_paths=[fonts], ignore_system_fonts=own_fonts_only
        )
        return compiler.compile(format="pdf", timestamp=generated_at, pdf_standards=standards)

    with resources.as_file(resources.files("claribi") / "assets" / "fonts") as fonts:
        try:
            return compiled(own_fonts_only=True, standards=ACCESSIBLE)
        except TypstError:
            # The standard allows no character that can't be shown: perhaps the machine has a font for it.
            ...
