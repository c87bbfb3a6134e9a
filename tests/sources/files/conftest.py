from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from claribi.sources.files.convert import convert


@pytest.fixture
def convert_file(tmp_path):
    """Convert what a file holds; gives the result with the rows of its first table."""
    count = 0

    def run(content: str | bytes, name: str = "data.csv", encoding: str = "utf-8") -> SimpleNamespace:
        nonlocal count
        count += 1
        path, output = tmp_path / f"upload{count}", tmp_path / f"out{count}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        file = convert(path, name, output)
        table = file.tables[0]
        return SimpleNamespace(
            file=file,
            table=table,
            rows=read(table.file),
            types={column.name: column.type for column in table.columns},
            columns={column.name: column for column in table.columns},
            output=output,
        )

    return run


def read(file: Path) -> list[tuple]:
    return duckdb.connect().execute(f"SELECT * FROM read_parquet('{file}')").fetchall()
