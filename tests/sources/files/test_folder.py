"""Folders of files as one table; most of it is tested where such folders come from, in object stores."""

import gzip
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from claribi.core.errors import ValidationFailed
from claribi.sources.files.convert import convert
from claribi.sources.files.messages import ConvertedTable

HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "in"


def write(root: Path, files: dict[str, str | bytes]) -> None:
    """Files by their names, numbered as they come."""
    for number, (name, content) in enumerate(files.items()):
        path = (root / name).with_name(f"{number:06}-{Path(name).name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def table(root: Path) -> ConvertedTable:
    [only] = convert(root, "sales", root.parent / "out").tables
    return only


def rows(made: ConvertedTable) -> list[tuple]:
    return duckdb.connect().execute(f"FROM read_parquet('{made.file}') ORDER BY ALL").fetchall()


def test_files_may_be_laid_out_each_in_its_own_way(root: Path):
    files = {
        "a.csv": "Name;n\nÄ;1.5\n".encode("cp1252"),
        "b.csv": "n,name,x\n2.5,B,1\n",
        "c.csv": "n\tNAME\n3\tC\n",
    }
    write(root, files)
    made = table(root)
    assert [column.name for column in made.columns] == ["Name", "n", "x"]
    assert rows(made) == [("B", Decimal("2.5"), 1), ("C", 3, None), ("Ä", Decimal("1.5"), None)]
    assert made.notes == ["3 files were read as one table"]


def test_a_single_file_is_read_as_an_upload(root: Path):
    write(root, {"a.csv": "Title\n\nname,n,m\nA,1,2\n"})
    assert table(root).notes == ["Titles above the header were left out (1 lines)"]


def test_a_folder_may_say_nothing_about_its_rows(root: Path):
    files = {"y=1/a.json": '[{"n": 1}]', f"y={HIVE_NULL}/b.json": '[{"n": 2}]', "c.json": '[{"n": 3}]'}
    write(root, files)
    assert rows(table(root)) == [(1, 1), (2, None), (3, None)]


def test_parquet_with_and_without_such_folders_is_no_table(root: Path, tmp_path: Path):
    duckdb.execute(f"COPY (SELECT 1 AS n) TO '{tmp_path / 'a'}' (FORMAT parquet)").fetchall()
    content = (tmp_path / "a").read_bytes()
    write(root, {"y=1/a.parquet": content, "b.parquet": content})
    with pytest.raises(ValidationFailed, match="folders such as year=2025"):
        table(root)


@pytest.mark.parametrize(
    ("files", "cause"),
    [
        ({"a.csv": "a\n1\n", "b.json": "[]"}, "different kinds"),
        ({"a.csv": "a\n1\n", "b.csv": gzip.compress(b"a")}, "b.csv: The file is called .csv but is a gzip"),
        ({"a.parquet": b"PAR1", "b.parquet": b"PAR1"}, "damaged"),
        ({"a.json": '[{"a": 1}]', "b.json": "{"}, "b.json: The file is no valid JSON"),
        ({"a.xlsx": b"PK\x03\x04", "b.xlsx": b"PK\x03\x04"}, "of the kind excel can't be one table"),
    ],
)
def test_what_can_not_be_one_table_says_why(root: Path, files: dict[str, str | bytes], cause: str):
    write(root, files)
    with pytest.raises(ValidationFailed, match=cause):
        table(root)
    assert not list((root.parent / "out").iterdir())
