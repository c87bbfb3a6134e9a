"""Links to Google sheets, and where the same sheet is to be had as CSV."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from claribi.core.errors import FieldProblem, ValidationFailed

GOOGLE = "https://docs.google.com"
HOST = "docs.google.com"
# `/u/0/` tells which of several accounts looks, `/a/example.com/` which company's.
SHEET = re.compile(r"^(?:/a/[^/]+)?/spreadsheets/(?:u/\d+/)?d/(?P<published>e/)?(?P<id>[\w-]+)(?:/|$)")


def export_address(link: str, base: str = GOOGLE) -> str:
    """The CSV of the sheet that a link shows: of the tab it names, else of the first.

    Raises:
        ValidationFailed: It is no link to a sheet.
    """
    parts = urlsplit(link)
    found = SHEET.match(parts.path)
    if parts.hostname != HOST or found is None:
        message = (
            "is no link to a Google sheet; copy it from the browser: https://docs.google.com/spreadsheets/d/…"
        )
        raise ValidationFailed(f"The address {message}", details=[FieldProblem("address", message)])
    gid = _gid(parts.query, parts.fragment)
    if found["published"]:
        query = {"output": "csv"} | ({"gid": gid, "single": "true"} if gid else {})
        return f"{base}/spreadsheets/d/e/{found['id']}/pub?{urlencode(query)}"
    query = {"format": "csv"} | ({"gid": gid} if gid else {})
    return f"{base}/spreadsheets/d/{found['id']}/export?{urlencode(query)}"


def _gid(query: str, fragment: str) -> str:
    """The number of the tab; the fragment is what the browser shows last."""
    for text in (fragment, query):
        found = parse_qs(text).get("gid", [""])[0]
        if found.isdecimal():
            return found
    return ""
