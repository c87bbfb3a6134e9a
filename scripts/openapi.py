"""Writes the API's document to docs/openapi.json, and refuses what would break a client.

`--breaking "why"` lets it through and puts the reason into the changelog.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from api_changes import compare

from claribi.app import create_app
from claribi.core.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "openapi.json"
CHANGELOG = ROOT / "CHANGELOG.md"
HEADING = "### Breaking"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--breaking", metavar="WHY", help="let breaking changes through, for this reason")
    wanted = parser.parse_args()
    new = current()
    old = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else new
    changes = compare(old, new)
    if changes.breaking and not wanted.breaking:
        sys.exit("These would break clients of /api/v1:\n  " + "\n  ".join(changes.breaking))
    if changes.breaking:
        announce(wanted.breaking)
    FILE.write_text(text_of(new), encoding="utf-8")
    for line in changes.breaking + changes.others:
        print(line)


def current() -> dict[str, Any]:
    """The document that the code publishes."""
    with tempfile.TemporaryDirectory() as folder:
        document: dict[str, Any] = create_app(Settings(data_dir=Path(folder))).openapi()
    return document


def text_of(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def announce(reason: str) -> None:
    """Put a breaking change into the changelog, below the newest heading."""
    text = CHANGELOG.read_text(encoding="utf-8")
    head, mark, rest = text.partition("## [Unreleased]\n")
    heading = f"{HEADING}\n"
    if heading in rest.partition("\n## ")[0]:
        rest = rest.replace(heading, f"{heading}- {reason}\n", 1)
    else:
        rest = f"\n{heading}- {reason}\n{rest}"
    CHANGELOG.write_text(head + mark + rest, encoding="utf-8")


if __name__ == "__main__":
    main()
