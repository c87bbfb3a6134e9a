"""Which files can become a source, by the ending of their name."""

from pathlib import PurePath

from claribi.core.errors import FieldProblem, ValidationFailed

ENGINES = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
    ".parquet": "parquet",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
    ".db3": "sqlite",
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
}


def engine_of(filename: str) -> str:
    """What reads a file of this name; ValidationFailed for an ending that nothing reads."""
    ending = PurePath(filename).suffix.lower()
    if ending not in ENGINES:
        message = f"{filename} is of no kind that can be read; send {', '.join(sorted(ENGINES))}"
        raise ValidationFailed(message, details=[FieldProblem("file", message)])
    return ENGINES[ending]
