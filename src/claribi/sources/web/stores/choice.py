"""Which files of a bucket a path means, and which table each of them goes into. No input or output."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from claribi.core.errors import ValidationFailed
from claribi.sources.files.names import table_names
from claribi.sources.formats import ENGINES
from claribi.sources.web.stores.settings import ANY_FOLDERS, WILD, Stored
from claribi.sources.web.stores.store import Found

MAX_FILES = 10_000
MAX_TABLES = 500
SHOWN = 5
# As many names are looked through for those that come near.
COMPARED = 300
PACKED = ".gz"
# What several files of can be one table.
UNITED = frozenset({"csv", "tsv", "json", "parquet"})
# As Hive, Spark and DuckDB write them.
PARTITION = re.compile(r"(\w[\w -]*)=(.+)")
LONGEST_NAME, LONGEST_FOLDER = 150, 250


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the files that it is made of; no name where the source says it."""

    name: str
    files: list[Found]


def prefix_of(path: str) -> str:
    """What all keys that a path means begin with."""
    return path[: next((i for i, character in enumerate(path) if character in WILD), len(path))]


def folder_of(path: str) -> str:
    """The folder that a path is about, with its slash; a path that is no pattern may be one itself."""
    before, slash, _ = prefix_of(path).rpartition("/")
    return before + slash


def matching(connection: Stored, found: Iterable[Found]) -> list[Found]:
    """The files that a path means, without those that are no data."""
    path, base = connection.path, _base(connection.path)
    if WILD & set(path):
        pattern = re.compile(_expression(path))
        fitting = [each for each in found if pattern.fullmatch(each.key)]
    else:
        fitting = [each for each in found if each.key == path or each.key.startswith(base)]
        if exact := [each for each in fitting if each.key == path.rstrip("/")]:
            return exact
    return [each for each in fitting if each.size and not _is_hidden(each.key[len(base) :])]


def readable(connection: Stored, fitting: Sequence[Found]) -> list[Found]:
    """Those of a kind that can be read, in order.

    Raises:
        ValidationFailed: There are none, or more than one copy may have.
    """
    known = [each for each in fitting if kind_of(each.key) or each.key == connection.path]
    if not known:
        endings = sorted({_ending(each.key) or "none" for each in fitting})
        raise ValidationFailed(
            f"None of the {len(fitting):,} files in {connection.path or connection.bucket} is of a kind that "
            f"can be read; their endings: {', '.join(endings[:SHOWN])}"
        )
    if len(known) > MAX_FILES:
        raise ValidationFailed(
            f"The path means {len(known):,} files, more than the {MAX_FILES:,} that a source may have; "
            "narrow it, as in sales/2025/*.parquet"
        )
    return sorted(known, key=lambda each: each.key)


def tables_of(connection: Stored, files: Sequence[Found]) -> list[Table]:
    """The tables that files become.

    Raises:
        ValidationFailed: They can't be one table, or are too many.
    """
    groups: dict[str, list[Found]] = {"": list(files)}
    if connection.tables == "each":
        groups = {}
        for each in files:
            relative = each.key.removeprefix(_base(connection.path))
            first, slash, _ = relative.partition("/")
            groups.setdefault(first if slash else _stem(first), []).append(each)
    if len(groups) > MAX_TABLES:
        raise ValidationFailed(
            f"There would be {len(groups):,} tables, more than the {MAX_TABLES:,} that a source may have; "
            "narrow path"
        )
    for group in groups.values():
        _check_kinds(group)
    names = table_names(groups) if connection.tables == "each" else [""]
    return [Table(name, group) for name, group in zip(names, groups.values(), strict=True)]


def nothing_there(path: str, bucket: str, names: Sequence[str]) -> ValidationFailed:
    """That no file fits, and which ones come near."""
    if not names:
        return ValidationFailed(f"There are no files in {folder_of(path) or bucket}; check path")
    near = difflib.get_close_matches(path, names[:COMPARED], n=3, cutoff=0.4) or list(names[:3])
    return ValidationFailed(f"No file fits the path {path}; there are {', '.join(near)}")


def place_of(number: int, key: str) -> PurePosixPath:
    """Where a file lies while it is imported: its partitions as folders, and a name that tells its key.

    A key may be anything, so that no part of it becomes a part of our path as it stands.
    """
    found = [PARTITION.fullmatch(part) for part in key.split("/")[:-1]]
    partitions = [f"{part[1]}={quote(unquote(part[2]), safe='')}" for part in found if part]
    if any(len(part.encode()) > LONGEST_FOLDER for part in partitions):
        raise ValidationFailed(f"{key} lies in a folder whose name is too long; leave it out with path")
    name = quote(key.removesuffix(PACKED), safe="")
    return PurePosixPath(*partitions, f"{number:06}-{name[-LONGEST_NAME:]}")


def kind_of(key: str) -> str:
    return ENGINES.get(_ending(key), "")


def _base(path: str) -> str:
    """The folder whose files a path is about, with its slash."""
    if WILD & set(path):
        return folder_of(path)
    return path if not path or path.endswith("/") else f"{path}/"


def _check_kinds(files: Sequence[Found]) -> None:
    kinds = Counter(kind_of(each.key) for each in files)
    if len(kinds) > 1:
        counted = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
        raise ValidationFailed(
            f"The files are of different kinds ({counted}), which can't be one table; choose some with path, "
            "as in sales/*.csv, or set tables to each"
        )
    [kind] = kinds
    if len(files) > 1 and kind not in UNITED:
        raise ValidationFailed(
            f"{len(files):,} files of the kind {kind} can't be one table; choose one with path, or set "
            "tables to each"
        )


def _expression(path: str) -> str:
    *folders, last = path.split("/")
    above = ["(?:[^/]*/)*" if part == ANY_FOLDERS else f"{_part(part)}/" for part in folders]
    return "".join(above) + (".*" if last == ANY_FOLDERS else _part(last))


def _part(part: str) -> str:
    """A name with * and ? in it, without the backtracking that would take for ever on the names of some."""
    first, *others = [re.escape(piece).replace(r"\?", "[^/]") for piece in part.split("*")]
    if not others:
        return first
    *between, last = others
    return first + "".join(f"(?>[^/]*?{piece})" for piece in between) + f"[^/]*{last}"


def _is_hidden(relative: str) -> bool:
    """What Spark, Hive and people put beside the data: _SUCCESS, _temporary/, .crc files."""
    return any(part.startswith((".", "_")) and "=" not in part for part in relative.split("/"))


def _ending(key: str) -> str:
    return PurePosixPath(key.removesuffix(PACKED)).suffix.lower()


def _stem(name: str) -> str:
    return PurePosixPath(name.removesuffix(PACKED)).stem
