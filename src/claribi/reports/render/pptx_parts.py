"""What python-pptx has no door for: bullets, lines of cells, texts for screen readers."""

from typing import Any

from claribi.reports.render.cells import printable

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
RULE = "D8DEE6"
# Points: how wide the slides of python-pptx's own template are.
TEMPLATE_WIDTH = 720


def emu(points: float) -> Any:
    from pptx.util import Emu  # noqa: PLC0415 - only where slides are written

    return Emu(round(points * 12_700))


def rgb(name: str) -> Any:
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - only where slides are written

    return RGBColor.from_string(name)


def shown(text: str, *, is_code: bool) -> str:
    plain = printable(text)
    return (
        plain.replace("\t", "    ")
        if is_code
        else "".join(" " if c.isspace() and c != "\N{NO-BREAK SPACE}" else c for c in plain)
    )


def short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def bullet(paragraph: Any, indent: float) -> None:
    """A bullet that hangs before the paragraph."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - no other door
    properties.set("marL", str(emu(indent)))
    properties.set("indent", str(-emu(indent)))
    mark = properties.makeelement(f"{{{DRAWING}}}buChar", {"char": "•"})
    properties.append(mark)


def rule(cell: Any) -> None:
    """A thin line below a cell."""
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - no other door
    line = properties.makeelement(f"{{{DRAWING}}}lnB", {"w": "6350"})
    fill = properties.makeelement(f"{{{DRAWING}}}solidFill", {})
    fill.append(properties.makeelement(f"{{{DRAWING}}}srgbClr", {"val": RULE}))
    line.append(fill)
    properties.insert(0, line)


def describe(shape: Any, text: str) -> None:
    """What a screen reader says of it."""
    found = next(e for e in shape._element.iter() if e.tag.endswith("}cNvPr"))  # noqa: SLF001 - no other door
    found.set("descr", printable(text))


def inherits(placeholder: Any) -> bool:
    return placeholder._element.spPr.xfrm is None  # noqa: SLF001 - what it says itself, not its master


def stretch(placeholder: Any, width: float) -> None:
    """From the template's 4:3 to our 16:9."""
    scale = width / TEMPLATE_WIDTH
    placeholder.left, placeholder.width = int(placeholder.left * scale), int(placeholder.width * scale)
