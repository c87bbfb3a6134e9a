"""The words of many fields that stand for each other, read from the files in `lexicon_data`.

Each file is about one field. All lists are written as phrases between commas, in small letters:

- `synonyms`: single words that mean the same wherever they stand in the name of a column or table.
- `columns`: what one and the same column is called and asked for by. `~` before a phrase says that columns
  are called so but that nobody asks that way.
- `nouns`: whoever or whatever a table has a row of.
- `loose`: who may be meant by one of the others where there is no better word.
- `values`: how one value is written, where most values of its column stand in such lists.
- `namesakes`: a value that no other is mistaken for, then other words for it.
- `phrases`: what several words together are called otherwise.
- `peoples`: pairs of a country and who comes from there; `states`: the letters and names of states.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

# What is only the name of columns, not a word to ask by.
ONLY_NAME = "~"


@cache
def fields() -> dict[str, dict[str, Any]]:
    """What each file holds, by the name of its field."""
    folder = resources.files(__package__) / "lexicon_data"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda file: file.name)
    return {file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8")) for file in files}


def groups(kind: str) -> list[list[str]]:
    """All groups of a kind, each a list of phrases."""
    return [phrases_in(group) for field in fields().values() for group in field.get(kind, ())]


def phrases_in(group: str) -> list[str]:
    return [phrase.strip() for phrase in group.split(",")]


def nouns() -> frozenset[str]:
    """Nouns for rows."""
    return frozenset(noun for field in fields().values() for noun in phrases_in(field.get("nouns", "")))


def phrases() -> dict[str, tuple[str, ...]]:
    """By several words: what they are called otherwise."""
    told = [field.get("phrases", {}) for field in fields().values()]
    return {name: tuple(phrases_in(others)) for one in told for name, others in one.items()}


def pairs(kind: str) -> list[str]:
    """Pairs of words that stand for each other, of peoples or states."""
    told = " ".join(str(field.get(kind, "")) for field in fields().values())
    return [" ".join(pair.split()) for pair in told.split(",") if pair.strip()]
