"""Names of tables and columns."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePath

MAX_NAME = 60
RESERVED = re.compile(r"^(duckdb_|pragma_|pg_|sqlite_|information_schema)")


def identifier(name: str) -> str:
    """A safe lower snake_case name: ASCII letters, digits and underscores, a letter first."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:MAX_NAME].rstrip("_")
    if not words or words[0].isdigit() or RESERVED.match(words):
        words = f"table_{words}".rstrip("_")
    return words


def table_names(names: Iterable[str]) -> list[str]:
    return _distinct([identifier(name) for name in names], "_")


def stem(filename: str) -> str:
    """The file's name without folders and endings."""
    name = PurePath(filename.replace("\\", "/")).name
    return name.partition(".")[0] or name.strip(".")


def column_names(headings: Sequence[str]) -> list[str]:
    """Headings as they are, trimmed; empty ones numbered, repeated ones (whatever their case) too."""
    cleaned = [" ".join("".join(c if c.isprintable() else " " for c in h).split())[:200] for h in headings]
    return _distinct([name or f"column_{i}" for i, name in enumerate(cleaned, start=1)], "_")


def _distinct(names: Sequence[str], separator: str) -> list[str]:
    taken = {name.casefold() for name in names}
    seen: set[str] = set()
    result = []
    for name in names:
        unique, number = name, 2
        while unique.casefold() in seen or (unique != name and unique.casefold() in taken):
            unique, number = f"{name}{separator}{number}", number + 1
        seen.add(unique.casefold())
        result.append(unique)
    return result
