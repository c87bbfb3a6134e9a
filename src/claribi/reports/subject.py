"""Which table a report is about."""

from collections import Counter

from claribi.accounts.principal import Principal
from claribi.core.errors import ValidationFailed
from claribi.dashboards.service import Dashboards
from claribi.reports.models import Report
from claribi.sources.service import Sources


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
