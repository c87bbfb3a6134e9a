"""The whole document as JSON, as `reports/codec.py` reads it again."""

import msgspec

from claribi.reports.codec import encode
from claribi.reports.document import Document
from claribi.reports.render.drawing import Drawer


def to_json(document: Document, _: Drawer) -> bytes:
    return msgspec.json.format(encode(document), indent=2) + b"\n"
