"""PDF by Typst. Every text reaches the template as data, so nothing in it can be taken for markup."""

import base64
from contextlib import suppress
from datetime import datetime
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from claribi.analysis.languages import language
from claribi.charts.assets import fonts
from claribi.reports.codec import encode
from claribi.reports.document import Chart, Document, Table
from claribi.reports.render.drawing import Drawer, picture
from claribi.reports.render.particulars import evidence_headings, facts
from claribi.reports.render.tables import bands

TEMPLATE, LOGO = "report.typ", "logo.png"
# What the document and its evidence are called inside the PDF.
ATTACHMENT = "claribi-report.json"


def to_pdf(document: Document, drawer: Drawer) -> bytes:
    """A PDF to read aloud and to keep (PDF/UA-1 and PDF/A-3a), or one merely tagged where no font has some
    character.
    """
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
    spoken = language(document.language)
    data["said"] = {
        "language": document.language,
        "contents": spoken.fixed("Contents"),
        "attached": spoken.fixed("This report as data, and the evidence of each number"),
    }
    data |= {"facts": list(facts(document)), "evidence": evidence_headings(document)}
    if document.brand.logo is not None:
        (folder / LOGO).write_bytes(base64.b64decode(document.brand.logo))
        data["logo"] = LOGO
    (folder / "document.json").write_bytes(msgspec.json.encode(data))
    (folder / ATTACHMENT).write_bytes(encode(document))
    template = resources.files(__package__) / "templates" / TEMPLATE
    (folder / TEMPLATE).write_bytes(template.read_bytes())


def _compile(folder: Path, generated_at: datetime) -> bytes:
    # The web process knows the formats but never writes one.
    import typst  # noqa: PLC0415

    def attempt(*, own_fonts_only: bool, accessible: bool) -> bytes:
        return typst.compile(
            folder / TEMPLATE,
            root=folder,
            font_paths=[fonts()],
            ignore_system_fonts=own_fonts_only,
            format="pdf",
            timestamp=generated_at,
            pdf_standards=["a-3a", "ua-1"] if accessible else [],
        )

    # The standards forbid characters that can't be shown. Where ours lack one, the machine may have a font
    # with it; where no font has it, a report with an empty box is better than none.
    with suppress(typst.TypstError):
        return attempt(own_fonts_only=True, accessible=True)
    with suppress(typst.TypstError):
        return attempt(own_fonts_only=False, accessible=True)
    return attempt(own_fonts_only=False, accessible=False)
