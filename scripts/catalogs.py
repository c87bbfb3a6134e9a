"""Reads the catalogs of the web application's texts (gettext's PO format) and finds what is wrong in them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

ENTRY = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)', re.MULTILINE)
LINE = re.compile(r'".*"')
# `{name}` and `{name, plural, …}`, but not the text of a plural form that is one word.
PLACEHOLDER = re.compile(r"(?<!one )(?<!other )\{(\w+)[,}]|<(\d+)/?>")


def read(file: Path) -> dict[str, str]:
    """Each text in the code and what the catalog has for it."""
    entries = ENTRY.findall(file.read_text(encoding="utf-8"))
    return {joined(text): joined(translation) for text, translation in entries if joined(text)}


def joined(quoted: str) -> str:
    # PO escapes as JSON does.
    return "".join(json.loads(line) for line in LINE.findall(quoted))


def placeholders(text: str) -> set[str]:
    return {name or tag for name, tag in PLACEHOLDER.findall(text)}


@dataclass(frozen=True)
class Catalog:
    """What a language says for each text."""

    translations: dict[str, str]

    def problems(self, wanted: set[str]) -> list[str]:
        """About texts that are untranslated, unused, or have other placeholders; `wanted`: those in use."""
        known = set(self.translations)
        fix = "run python scripts/ui.py texts"
        return [
            *(f"not there: {text!r} ({fix}, then translate it)" for text in sorted(wanted - known)),
            *(f"not used any more: {text!r} ({fix})" for text in sorted(known - wanted)),
            *(f"not translated: {text!r}" for text, said in self.translations.items() if not said),
            *(
                f"other placeholders: {text!r} and {said!r}"
                for text, said in self.translations.items()
                if said and placeholders(text) != placeholders(said)
            ),
        ]
