"""Logos as people upload them: looked at, and written anew as a PNG that holds nothing but dots."""

from io import BytesIO
from typing import Any

from claribi.core.errors import FieldProblem, ValidationFailed

MOST_BYTES = 512 * 1024
# Dots: what a file may have, and the box that the stored picture fits into.
MOST_DOTS, WIDEST, HIGHEST = 16_000_000, 900, 300
MOST_ELEMENTS = 2_000
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
# A picture that may draw, and neither run, nor fetch, nor repeat itself without end.
HARMFUL = frozenset(
    {"script", "foreignobject", "image", "feimage", "use", "iframe", "style", "pattern", "filter", "animate"}
    | {"set", "animatemotion", "animatetransform", "text", "marker", "mask"}
)


def as_png(content: bytes) -> bytes:
    """The logo as a PNG of ours.

    Raises:
        ValidationFailed: It is neither a PNG nor an SVG, too large, or does more than draw.
    """
    if len(content) > MOST_BYTES:
        raise _refused(f"it may have {MOST_BYTES // 1024} KB")
    return _redrawn(content if content.startswith(PNG_BEGINS) else _dots(content))


def _dots(content: bytes) -> bytes:
    import resvg_py  # noqa: PLC0415 - only where a logo is uploaded

    root = _parsed(content)
    elements = list(root.iter())
    if len(elements) > MOST_ELEMENTS:
        raise _refused(f"an SVG may have {MOST_ELEMENTS} elements")
    for element in elements:
        _check(element)
    try:
        # By its width alone, or a wide logo would be drawn in a square.
        return bytes(resvg_py.svg_to_bytes(svg_string=content.decode(), width=WIDEST, skip_system_fonts=True))
    except (ValueError, RuntimeError, UnicodeDecodeError):
        raise _refused("this SVG can't be drawn") from None


def _parsed(content: bytes) -> Any:
    import defusedxml.ElementTree as xml  # noqa: N813, PLC0415 - what it is; only where a logo is uploaded

    try:
        root = xml.fromstring(content, forbid_dtd=True)
    except (xml.ParseError, ValueError, LookupError):
        raise _refused("it must be a PNG or an SVG file") from None
    if _plain(root.tag) != "svg":
        raise _refused("it must be a PNG or an SVG file")
    return root


def _check(element: Any) -> None:
    name = _plain(element.tag)
    if name in HARMFUL:
        raise _refused(f"an SVG here may not have <{name}>; draw it as paths")
    for key, value in element.attrib.items():
        plain = _plain(key)
        is_elsewhere = plain == "href" and not value.startswith("#")
        fetches = "url(" in value.lower().replace(" ", "") and "url(#" not in value.replace(" ", "")
        if plain.startswith("on") or is_elsewhere or fetches:
            raise _refused(f"an SVG here may not have the attribute {plain} as it is")


def _plain(name: Any) -> str:
    return name.rpartition("}")[2].lower() if isinstance(name, str) else ""


def _redrawn(content: bytes) -> bytes:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only where a logo is uploaded

    written = BytesIO()
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as opened:
            if opened.width * opened.height > MOST_DOTS:
                raise _refused(f"it may have {MOST_DOTS // 1_000_000} million dots")
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise _refused("this PNG can't be read") from None
    picture.thumbnail((WIDEST, HIGHEST))
    # What was hidden in the file stays behind: only the dots are written.
    clean = Image.new("RGBA", picture.size)
    clean.paste(picture)
    clean.save(written, "PNG", optimize=True)
    return written.getvalue()


def _refused(why: str) -> ValidationFailed:
    return ValidationFailed(f"logo: {why}", details=[FieldProblem("logo", why)])
