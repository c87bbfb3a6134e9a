"""Reports: their definitions, runs, files and proof."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from claribi.accounts.credits import Credits
from claribi.accounts.principal import Principal
from claribi.analysis.thresholds import Threshold
from claribi.ask.service import Asking
from claribi.core import audit
from claribi.core.blobs import BlobStore
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import Conflict, FieldProblem, Forbidden, ValidationFailed
from claribi.core.jobs import Jobs
from claribi.dashboards.service import Dashboards
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate
from claribi.query.schemas import Filter
from claribi.query.service import Queries
from claribi.reports import conditions, edits
from claribi.reports.codec import decode
from claribi.reports.document import Document
from claribi.reports.looks import Looks
from claribi.reports.models import (
    CANCELLED,
    PENDING,
    UNFINISHED,
    Report,
    ReportFile,
    ReportRun,
)
from claribi.reports.presentation import Detail, present, present_run
from claribi.reports.schemas import ANSWERED, ChangedReport, NewReport
from claribi.reports.subject import answered, check_changes, check_sections, subject_of
from claribi.reports.templates import Templates
from claribi.sources.service import Sources

GENERATE = "reports.generate"

# Looks at the version that is there and may refuse the change.
Check = Callable[[Report], None]
# What a run is called where credits are set aside for it.
CREDIT = "report"
# What a change can take away.
MAY_BE_EMPTY = frozenset({"table", "question", "period", "filters", "thresholds", "template"})


class Reports:
    """Reports of an organisation."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        jobs: Jobs,
        sources: Sources,
        queries: Queries,
        dashboards: Dashboards,
        asking: Asking,
        credits: Credits,  # noqa: A002 - what they are called
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._jobs = jobs
        self._sources = sources
        self._queries = queries
        self._dashboards = dashboards
        self._asking = asking
        self._credits = credits
        self.templates = Templates(database)
        self.looks = Looks(database)

    def list_page(
        self, caller: Principal, page: PageRequest, *, status: str | None, source_id: int | None
    ) -> dict[str, Any]:
        caller.require("reports:read")
        statement = select(Report)
        if status is not None:
            statement = statement.where(Report.status == status)
        if source_id is not None:
            statement = statement.where(Report.source_id == source_id)
        restricted = caller.has_access_rules
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                statement,
                page,
                model=Report,
                # What is kept from somebody can't be guessed at by searching either.
                search=[Report.title] if restricted else [Report.title, Report.question],
                ordering={
                    "title": Report.title,
                    "status": Report.status,
                    "created_at": Report.created_at,
                    "updated_at": Report.updated_at,
                    "generated_at": Report.generated_at,
                },
                present=lambda report: present(
                    report, withheld=self._access(session, caller, report) is None
                ),
            )

    def get(self, caller: Principal, report_id: str | int) -> Report:
        caller.require("reports:read")
        with self._database.read(caller.organization_id) as session:
            return _find(session, report_id)

    def named(self, caller: Principal, title: str) -> Report | None:
        """The oldest report of this title."""
        caller.require("reports:read")
        with self._database.read(caller.organization_id) as session:
            statement = select(Report).where(Report.title == title).order_by(Report.id)
            return session.scalar(statement.limit(1))

    def detail(self, caller: Principal, report_id: str) -> Detail:
        """A report, what its latest completed run says, and its latest run."""
        caller.require("reports:read")
        with self._database.read(caller.organization_id) as session:
            report = _find(session, report_id)
            access = self._check_access(session, caller, report)
            document, run = _document(session, report), _latest_run(session, report.id)
            return Detail(report, document, run, edits.edits_of(report.edits, access))

    def _check_access(self, session: Session, caller: Principal, report: Report) -> str:
        """Refuse what was made from rows or columns that the caller may not see.

        Returns:
            What tells the caller apart from those who see other rows; empty: sees all.
        """
        mine = self._access(session, caller, report)
        if mine is None:
            raise Forbidden(
                "This report was made from data that access rules keep from you; make one of your own"
            )
        return mine

    def _access(self, session: Session, caller: Principal, report: Report) -> str | None:
        """What tells the caller apart from those who see other rows; None: may not see this report's.

        What people write in a report, its filters among it, may tell what they see. Before the first run
        completes, that is whoever made it.
        """
        if not caller.has_access_rules:
            return ""
        run = session.get(ReportRun, report.completed_run_id) if report.completed_run_id else None
        source_id = (run.source_id if run else None) or report.source_id
        mine = self._sources.access(caller, source_id)[0] if source_id else "unknown"
        is_own = report.created_by == caller.user_id or not _has_words(report)
        is_theirs = run.access == mine if run else is_own
        return mine if not mine or is_theirs else None

    def create(self, caller: Principal, wanted: NewReport) -> Report:
        caller.require("reports:create")
        self._check_subject(caller, wanted)
        fields = wanted.model_dump(mode="json", by_alias=True, exclude={"wait"})
        template = self.templates.wanted(caller, wanted.template)
        for name in ("sections", "output_format") if template else ():
            if name not in wanted.model_fields_set:
                fields[name] = getattr(template, name)
        if wanted.analysis_id is not None:
            fields |= answered(self._asking.get(caller, wanted.analysis_id))
            if "sections" not in wanted.model_fields_set:
                chosen = list(template.sections) if template else ANSWERED
                fields["sections"] = chosen if "answer" in chosen else ["answer", *chosen]
        report = Report(**fields, created_by=caller.user_id)
        check_sections(report)
        self._check_conditions(caller, report)
        with self._database.write(caller.organization_id) as session:
            session.add(report)
            session.flush()
            _note(session, caller, "report.created", report)
            return report

    def _check_subject(self, caller: Principal, wanted: NewReport) -> None:
        """The source and table, or the dashboard, must be there."""
        if wanted.dashboard_id is not None:
            self._dashboards.get(caller, wanted.dashboard_id)
        elif wanted.source_id is not None:
            self._sources.get(caller, wanted.source_id)
            if wanted.table is not None:
                known = self._sources.catalog(caller, wanted.source_id).tables
                if wanted.table not in known:
                    message = f"the source has no table {wanted.table}; it has {', '.join(known)}"
                    raise ValidationFailed(message, details=[FieldProblem("table", message)])

    def _check_conditions(self, caller: Principal, report: Report) -> None:
        """Refuse filters and thresholds that the table which the report is about can't have."""
        if report.filters or report.thresholds:
            source_id, table = subject_of(caller, report, self._sources, self._dashboards)
            filters = [Filter.model_validate(f) for f in report.filters or []]
            thresholds = [Threshold.model_validate(t) for t in report.thresholds or []]
            conditions.check(self._queries, caller, source_id, table, filters, thresholds)

    def change(self, caller: Principal, report_id: str, wanted: ChangedReport, check: Check) -> Report:
        caller.require("reports:update")
        fields = wanted.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"notes", "edits"})
        self.templates.wanted(caller, wanted.template)
        if {"filters", "thresholds", "table"} & wanted.model_fields_set:
            found = self.get(caller, report_id)
            names = ("table", "filters", "thresholds")
            about = {name: fields.get(name, getattr(found, name)) for name in names}
            subject = Report(source_id=found.source_id, dashboard_id=found.dashboard_id, **about)
            self._check_conditions(caller, subject)
        with self._database.write(caller.organization_id) as session:
            report = _find(session, report_id)
            self._check_access(session, caller, report)
            check(report)
            if report.analysis_id is not None:
                check_changes(fields)
            for name, value in fields.items():
                if value is not None or name in MAY_BE_EMPTY:
                    setattr(report, name, value)
            check_sections(report)
            for key, text in (wanted.notes or {}).items():
                kept = {name: note for name, note in (report.notes or {}).items() if name != key}
                report.notes = kept | ({key: text.strip()} if text and text.strip() else {})
            if wanted.edits:
                run = session.get(ReportRun, report.completed_run_id or 0)
                access = run.access if run else ""
                report.edits = edits.changed(report.edits, wanted.edits, _document(session, report), access)
            _note(session, caller, "report.changed", report)
            session.flush()
            return report

    def delete(self, caller: Principal, report_id: str, check: Check) -> int:
        with self._database.write(caller.organization_id) as session:
            report = _find(session, report_id)
            caller.require_own("reports:delete", report.created_by)
            check(report)
            _note(session, caller, "report.deleted", report)
            session.delete(report)
        self._blobs.delete_all(folder_of(caller.organization_id, report.id))
        return report.id

    def generate(self, caller: Principal, report_id: str | int) -> ReportRun:
        """Start a run.

        Raises:
            Conflict: One is under way already.
        """
        caller.require("reports:generate")
        with self._database.write(caller.organization_id) as session:
            report = _find(session, report_id)
            if _has_words(report):
                # They would stand in what the caller may read then.
                self._check_access(session, caller, report)
            # Where writers don't exclude each other anyway, two of them meet here.
            session.refresh(report, with_for_update=True)
            if report.status in UNFINISHED:
                raise Conflict(f"Report {report.id} is being generated already")
            run = ReportRun(report_id=report.id, requested_by=caller.user_id)
            session.add(run)
            session.flush()
            report.status = PENDING
            self._credits.reserve(session, caller, CREDIT, run.id)
            self._jobs.enqueue(session, GENERATE, job_of(run.id), caller.organization_id, run.id)
            _note(session, caller, "report.generated", report)
            return run

    def runs_page(self, caller: Principal, report_id: str, page: PageRequest) -> dict[str, Any]:
        caller.require("reports:read")
        with self._database.read(caller.organization_id) as session:
            report = _find(session, report_id)
            return paginate(
                session,
                select(ReportRun).where(ReportRun.report_id == report.id),
                page,
                model=ReportRun,
                search=[ReportRun.status, ReportRun.stage],
                ordering={"created_at": ReportRun.created_at, "status": ReportRun.status},
                present=present_run,
            )

    def run(self, caller: Principal, report_id: str | int, run_id: str | int) -> ReportRun:
        caller.require("reports:read")
        with self._database.read(caller.organization_id) as session:
            return _find_run(session, report_id, run_id)

    def cancel(self, caller: Principal, report_id: str, run_id: str) -> ReportRun:
        """Stop a run before its next step; one that has ended stays as it is."""
        caller.require("reports:generate")
        with self._database.write(caller.organization_id) as session:
            run = _find_run(session, report_id, run_id)
            if run.status not in UNFINISHED:
                raise Conflict(f"Run {run.id} has ended: it is {run.status}")
            run.status = CANCELLED
            run.finished_at = utc_now()
            self._credits.release(session, CREDIT, run.id)
            session.get_one(Report, run.report_id).status = CANCELLED
            _note(session, caller, "report.cancelled", session.get_one(Report, run.report_id))
        self._jobs.cancel(job_of(run.id))
        return run

    def file(self, caller: Principal, report_id: str, wanted: str | None) -> tuple[Report, ReportFile, Path]:
        """The latest completed run as a file.

        Raises:
            Conflict: No run has completed yet.
        """
        caller.require("reports:read")
        with self._database.read(caller.organization_id) as session:
            report = _find(session, report_id)
            if report.completed_run_id is None:
                raise Conflict(f"Report {report.id} has not been generated yet; POST …/generate first")
            self._check_access(session, caller, report)
            statement = select(ReportFile).where(
                ReportFile.run_id == report.completed_run_id,
                ReportFile.format == (wanted or report.output_format),
            )
            file = session.scalars(statement).one()
        return report, file, self._blobs.path(file.key)

    def note_download(self, caller: Principal, report: Report, file: ReportFile) -> None:
        """Note in the audit trail that a file left the house."""
        with self._database.write(caller.organization_id) as session:
            audit.record(
                session,
                "report.downloaded",
                "report",
                report.id,
                by=caller,
                title=report.title,
                format=file.format,
                sha256=file.sha256,
            )

    def document(self, caller: Principal, report_id: str) -> Document:
        """What the latest completed run says; Conflict when there is none."""
        detail = self.detail(caller, report_id)
        if detail.document is None:
            raise Conflict(f"Report {detail.report.id} has not been generated yet; POST …/generate first")
        return detail.document


def folder_of(organization_id: int, report_id: int) -> str:
    """The folder in the blob store for the files of a report."""
    return f"{organization_id}/reports/{report_id}"


def job_of(run_id: int) -> str:
    return f"{GENERATE}-{run_id}"


def _has_words(report: Report) -> bool:
    """Whether people wrote something that stands in every generation; edits are kept apart by themselves."""
    return bool(report.notes or report.filters or report.thresholds or report.question)


def _find(session: Session, report_id: str | int) -> Report:
    return find(session, Report, "Report", report_id)


def _find_run(session: Session, report_id: str | int, run_id: str | int) -> ReportRun:
    report = _find(session, report_id)
    return find(session, ReportRun, "Run", run_id, ReportRun.report_id == report.id)


def _latest_run(session: Session, report_id: int) -> ReportRun | None:
    statement = select(ReportRun).where(ReportRun.report_id == report_id).order_by(ReportRun.id.desc())
    return session.scalar(statement.limit(1))


def _document(session: Session, report: Report) -> Document | None:
    statement = (
        select(ReportRun).where(ReportRun.id == report.completed_run_id).options(undefer(ReportRun.document))
    )
    run = session.scalar(statement)
    return decode(run.document) if run and run.document else None


def _note(session: Session, caller: Principal, action: str, report: Report) -> None:
    changes = audit.diff(report)
    audit.record(session, action, "report", report.id, by=caller, changes=changes, title=report.title)
