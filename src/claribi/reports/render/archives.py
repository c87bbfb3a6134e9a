"""Office files whose bytes depend on what is in them alone, not on the time when they were written."""

import re
import zipfile
from io import BytesIO

# The first that a ZIP file can tell.
EPOCH = (1980, 1, 1, 0, 0, 0)
WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
CORE = "docProps/core.xml"


def dated(content: bytes, generated_at: str) -> bytes:
    """The same archive with one date for all that it holds.

    Args:
        generated_at: RFC 3339, UTC: when its properties say that it was written.
    """
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == CORE:
                part = WRITTEN.sub(rb"\g<1>" + generated_at.encode(), part)
            new.writestr(zipfile.ZipInfo(name, EPOCH), part, zipfile.ZIP_DEFLATED)
    return written.getvalue()
