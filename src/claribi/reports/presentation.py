"""Reports as the API tells them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from claribi.query.encoding import plain
from claribi.reports import edits
from claribi.reports.document import Document
from claribi.reports.edits import Edit
from claribi.reports.models import Report, ReportRun


@dataclass(frozen=True, slots=True)
class Detail:
    """A report, what its latest completed run says, its latest run, and the edits that its reader may see."""

    report: Report
    document: Document | None
    run: ReportRun | None
    edits: Mapping[str, Edit]


def present(report: Report, *, withheld: bool = False) -> dict[str, Any]:
    """A report as it is told; `withheld`: without what people wrote in it."""
    return {
        "id": report.id,
        "title": report.title,
        "status": report.status,
        "source_id": report.source_id,
        "dashboard_id": report.dashboard_id,
        "analysis_id": report.analysis_id,
        "table": report.table,
        "question": None if withheld else report.question,
        "period": report.period,
        "filters": [] if withheld else report.filters or [],
        "thresholds": [] if withheld else report.thresholds or [],
        "output_format": report.output_format,
        "template": report.template,
        "notes": {} if withheld else report.notes or {},
        "withheld": withheld,
        "generated_at": report.generated_at,
        "created_at": report.created_at,
        "updated_at": report.updated_at,
    }


def present_detail(detail: Detail) -> dict[str, Any]:
    report, document, run = detail.report, detail.document, detail.run
    figures = document.figures if document else {}
    return present(report) | {
        "edits": edits.told(detail.edits, document),
        "section_keys": report.sections,
        "language": document.language if document else None,
        "sections": [plain(section) for section in document.sections] if document else [],
        "figures": {name: plain(asdict(figure)) for name, figure in figures.items()},
        "latest_run": run and present_run(run),
    }


def present_run(run: ReportRun) -> dict[str, Any]:
    return {
        "id": run.id,
        "report_id": run.report_id,
        "status": run.status,
        "progress": run.progress,
        "stage": run.stage,
        "error": run.error,
        "language_model": run.language_model,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


def present_evidence(document: Document) -> dict[str, Any]:
    return {
        "figures": [plain(asdict(figure)) for figure in document.figures.values()],
        "queries": [plain(asdict(note)) for note in document.queries],
    }
