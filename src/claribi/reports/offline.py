"""Checking a report that was downloaded, away from the server that wrote it and without trust in it.

A report carries its evidence: the statements whose rows its numbers were computed from, and each number's
formula. Given the data, whoever has them can run the statements and compute the numbers again.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec

from claribi.analysis.figures import Figure
from claribi.analysis.formulas import TOLERANCE, holds, recompute
from claribi.core.errors import ClaribiError, ValidationFailed
from claribi.query.engine import Engine
from claribi.query.schemas import Result, ResultColumn
from claribi.reports.codec import decode
from claribi.reports.document import Document, EvidenceNote
from claribi.reports.render.drawing import Drawer
from claribi.reports.render.pdf import ATTACHMENT, to_pdf
from claribi.reports.verification import failure
from claribi.sources.files.messages import ConvertRequest
from claribi.sources.ingest import unique_name

PDF_BEGINS = b"%PDF-"
CHUNK = 1024 * 1024


@dataclass(slots=True)
class Check:
    """What came out.

    Attributes:
        failing: Figures that do not hold, as `verification.verify` tells them.
        same_data: Whether the data are, byte for byte, what the report was made from.
        pages: Numbers of the PDF's pages, from 1, that show something else than its evidence says.
    """

    document: Document
    failing: list[dict[str, Any]] = field(default_factory=list)
    same_data: bool = False
    pages: list[int] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.failing and not self.pages


def check(report: bytes, data: Sequence[Path], engine: Engine, drawer: Drawer, folder: Path) -> Check:
    """Compute every number of a report again.

    Args:
        report: A report as JSON or PDF.
        data: The files that were uploaded as its source, in their order.
        folder: Where the data may be unpacked.

    Raises:
        ValidationFailed: The report or the data can't be read.
    """
    is_pdf = report.startswith(PDF_BEGINS)
    document = _read(_attached(report) if is_pdf else report)
    tables = _tables(data, engine, folder)
    found = Check(document, _failing(document, tables, engine), document_version(document) == _hash(data))
    if is_pdf:
        found.pages = _other_pages(report, to_pdf(document, drawer))
    return found


def document_version(document: Document) -> str | None:
    """The SHA-256 of the data that a report was made from; None where they were several, or changed."""
    versions = {note.data_version for note in document.queries}
    return versions.pop() if len(versions) == 1 else None


def _read(content: bytes) -> Document:
    try:
        return decode(content)
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
        raise ValidationFailed("This is no report; take one that was downloaded as JSON or PDF") from None


def _attached(pdf: bytes) -> bytes:
    from pypdf import PdfReader  # noqa: PLC0415 - slow to import
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - slow to import

    try:
        found = PdfReader(BytesIO(pdf)).attachments.get(ATTACHMENT)
    except PyPdfError:
        raise ValidationFailed("This PDF can't be read") from None
    if not found:
        raise ValidationFailed("This PDF carries no evidence; it is not, or no longer, as claribi wrote it")
    return found[0]


def _tables(data: Sequence[Path], engine: Engine, folder: Path) -> Mapping[str, list[Path]]:
    """The tables that the files were made into, by the names that statements call them."""
    tables: dict[str, list[Path]] = {}
    for number, file in enumerate(data):
        converted = engine.convert(ConvertRequest(file, file.name, folder / str(number)))
        for table in converted.tables:
            tables[unique_name(table.name, set(tables))] = [table.file]
    return tables


def _failing(document: Document, tables: Mapping[str, list[Path]], engine: Engine) -> list[dict[str, Any]]:
    by_evidence: dict[int, list[Figure]] = defaultdict(list)
    for figure in document.figures.values():
        by_evidence[figure.evidence_id].append(figure)
    notes = {note.evidence_id: note for note in document.queries}
    failing: list[dict[str, Any]] = []
    for evidence_id, figures in by_evidence.items():
        note = notes.get(evidence_id)
        if note is None:
            failing += [failure(figure, None, "its evidence is not in the report") for figure in figures]
            continue
        try:
            result = _result(note, tables, engine)
        except ClaribiError as error:
            failing += [failure(figure, None, error.message) for figure in figures]
            continue
        failing += filter(None, (_wrong(figure, result) for figure in figures))
    return failing


def _wrong(figure: Figure, result: Result) -> dict[str, Any] | None:
    """What is wrong with a figure: with its text, or with the value that whoever reads the JSON takes."""
    try:
        value, is_so = recompute(figure, result), holds(figure, result)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return failure(figure, None, "it can't be computed as its evidence says")
    if is_so and _is_same(value, figure.value):
        return None
    return failure(figure, value, "the data give another value")


def _is_same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float | int) and isinstance(theirs, float | int):
        return math.isclose(ours, theirs, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(ours == theirs)


def _result(note: EvidenceNote, tables: Mapping[str, list[Path]], engine: Engine) -> Result:
    answer = engine.run(note.sql, note.parameters, tables)
    columns = [ResultColumn(name, kind, "dimension") for name, kind in answer.columns]
    return Result(columns, answer.rows, answer.truncated, note.data_version, note.sql, note.parameters)


def _hash(data: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in data:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def _other_pages(pdf: bytes, rendered: bytes) -> list[int]:
    """Pages whose words are not those that the evidence makes when it is printed again."""
    theirs, ours = _words(pdf), _words(rendered)
    most = max(len(theirs), len(ours))
    theirs += [""] * (most - len(theirs))
    ours += [""] * (most - len(ours))
    return [number for number, (a, b) in enumerate(zip(theirs, ours, strict=True), 1) if a != b]


def _words(pdf: bytes) -> list[str]:
    from pypdf import PdfReader  # noqa: PLC0415 - slow to import

    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]
