"""Results as bytes: JSON for the API, CSV for downloads."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from claribi.query.export import defused
from claribi.query.schemas import Result

# Decimals go out as numbers: JSON has no limit to their digits.
_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=str)
# Spreadsheets take cells that begin so for formulas.


def to_json(content: Any) -> bytes:
    return _ENCODER.encode(content)


def plain(content: Any) -> Any:
    """`content` made of what JSON knows, for a column of JSON."""
    return msgspec.json.decode(to_json(content))


def body(result: Result) -> dict[str, Any]:
    """A result as the API shows it."""
    return {
        "columns": [asdict(column) for column in result.columns],
        "rows": result.rows,
        "row_count": result.row_count,
        "truncated": result.truncated,
        "data_version": result.data_version,
        "evidence_id": result.evidence_id,
        "sql": result.sql,
        "elapsed_ms": round(result.elapsed_ms, 3),
        "cached": result.cached,
    }


def to_csv(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """CSV (RFC 4180, UTF-8); text that a spreadsheet would run as a formula gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([defused(name) for name in names])
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
