"""What a report is about: a table, a dashboard, or an answered question."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from claribi.accounts.principal import Principal
from claribi.core.errors import FieldProblem, ValidationFailed
from claribi.dashboards.service import Dashboards
from claribi.reports.models import Report
from claribi.sources.service import Sources

MOST_LETTERS = 2_000


def subject_of(
    caller: Principal, report: Report, sources: Sources, dashboards: Dashboards
) -> tuple[int, str]:
    """The source and table: the report's own, or those that most widgets of its dashboard ask.

    Without a table of its own it is the source's largest.
    """
    if report.source_id is not None:
        tables = sources.catalog(caller, report.source_id).tables
        return report.source_id, report.table or max(tables.values(), key=lambda table: table.row_count).name
    dashboard = dashboards.get(caller, report.dashboard_id or 0)
    asked = Counter(
        (widget.query["source_id"], widget.query["table"])
        for widget in dashboard.widgets
        if widget.query and "table" in widget.query
    )
    if not asked:
        raise ValidationFailed(f"Dashboard {dashboard.name} has no widget that a report could be about")
    return asked.most_common(1)[0][0]


def answered(analysis: Mapping[str, Any]) -> dict[str, Any]:
    """What a report about an answered question says of itself.

    Raises:
        ValidationFailed: There is no answer whose numbers a report could prove.
    """
    query = analysis["query"]
    if query is None:
        raise _problem("analysis_id", "the question was not answered; a report needs an answer")
    if analysis["model_id"] is not None:
        raise _problem("analysis_id", "answers from a semantic model can't be reported yet; ask its source")
    if analysis.get("purpose") == "forecast":
        raise _problem("analysis_id", "this answer is about what is to come; make a forecast of it instead")
    if analysis.get("purpose") in {"why", "outliers"}:
        # What else was asked for served the answer alone.
        query = query | {"measures": query["measures"][:1]}
    return {
        "source_id": analysis["source_id"],
        "table": query["table"],
        # A question that goes on from others says little without them.
        "question": " ".join(analysis.get("questions") or [analysis["question"]])[:MOST_LETTERS],
        "query": query,
    }


def check_sections(report: Report) -> None:
    """Refuse a report that would be empty: without an answered question there is no section of it."""
    if report.analysis_id is None and report.sections == ["answer"]:
        raise _problem("sections", "answer is a section of reports about an answered question")


def check_changes(fields: Mapping[str, Any]) -> None:
    """Refuse to change what an answered question says."""
    for name in ("table", "question", "period"):
        if name in fields:
            raise _problem(name, "it is that of the answered question; ask anew and make a report of that")


def _problem(field: str, message: str) -> ValidationFailed:
    return ValidationFailed(f"{field}: {message}", details=[FieldProblem(field, message)])
