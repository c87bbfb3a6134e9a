"""The job behind `generate`: analyse, write down, render."""

import hashlib
from collections.abc import Callable, Collection
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from claribi.accounts.credits import Credits
from claribi.accounts.principal import Principal
from claribi.accounts.service import Accounts
from claribi.analysis.languages import language
from claribi.analysis.service import analyse
from claribi.analysis.thresholds import Threshold
from claribi.ask import answer as answers
from claribi.charts.render import Renderer
from claribi.core.blobs import BlobStore
from claribi.core.clock import rfc3339, utc_now
from claribi.core.database import Database
from claribi.core.errors import ClaribiError
from claribi.dashboards.service import Dashboards
from claribi.llm.model import LanguageModel
from claribi.query.evidence import present_evidence
from claribi.query.schemas import Filter, Query, Result
from claribi.query.service import Queries
from claribi.reports.codec import decode, encode
from claribi.reports.compose import compose
from claribi.reports.compose_answer import Answer, measures_of
from claribi.reports.conditions import check
from claribi.reports.document import EvidenceNote
from claribi.reports.edits import edits_of
from claribi.reports.looks import brand_of, settings_of
from claribi.reports.models import CANCELLED, COMPLETED, FAILED, GENERATING, Report, ReportFile, ReportRun
from claribi.reports.render import FORMATS
from claribi.reports.schemas import ReportPeriod
from claribi.reports.service import CREDIT, folder_of
from claribi.reports.subject import subject_of
from claribi.reports.templates import named
from claribi.reports.translation import translate
from claribi.reports.writing import edit
from claribi.sources.service import Sources

# How far along a run is when the analysis is done and when the last file is written.
ANALYSED, RENDERED = 70, 100

Step = Callable[[str, Callable[[], Any]], Any]


class Cancelled(Exception):
    """Somebody cancelled the run, or deleted its report."""


class Generation:
    """Generates reports in the worker. Each step may run again after a kill and ends with the same result."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        accounts: Accounts,
        sources: Sources,
        queries: Queries,
        dashboards: Dashboards,
        renderer: Renderer,
        credits: Credits,  # noqa: A002 - what they are called
        language_model: LanguageModel | None,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._accounts = accounts
        self._sources = sources
        self._queries = queries
        self._dashboards = dashboards
        self._renderer = renderer
        self._credits = credits
        self._language_model = language_model

    def run(self, organization_id: int, run_id: int, step: Step) -> None:
        """Carry out a run in durable steps."""
        try:
            step("analyse", lambda: self._analyse(organization_id, run_id))
            step("render", lambda: self._render(organization_id, run_id))
        except Cancelled:
            return
        except ClaribiError as error:
            self._fail(organization_id, run_id, error.message)
        except Exception:
            structlog.get_logger().exception("report failed", run_id=run_id)
            self._fail(organization_id, run_id, "Something went wrong on the server; its log says what")
            raise

    def _analyse(self, organization_id: int, run_id: int) -> None:
        with self._database.write(organization_id) as session:
            run, report = _alive(session, run_id)
            run.status = report.status = GENERATING
            run.started_at = run.started_at or utc_now()
        caller = self._accounts.principal_by_id(organization_id, run.requested_by)
        source_id, table = subject_of(caller, report, self._sources, self._dashboards)
        filters = [Filter.model_validate(f) for f in report.filters or []]
        thresholds = [Threshold.model_validate(t) for t in report.thresholds or []]
        check(self._queries, caller, source_id, table, filters, thresholds)
        asked = Query.model_validate(report.query) if report.query else None
        if asked is not None:
            filters = [*asked.filters, *filters]
            asked = asked.model_copy(update={"filters": filters})
        access, _ = self._sources.access(caller, source_id)
        catalog = self._sources.catalog(caller, source_id)

        def ask(query: Query) -> Result:
            self._check(organization_id, run_id)
            if asked is not None:
                # Its measures and filters may speak of columns that it computes.
                query = query.model_copy(update={"computed": asked.computed})
            return self._queries.ask(caller, query)

        def on_progress(done: float, stage: str) -> None:
            self._progress(organization_id, run_id, int(done * ANALYSED), stage)

        with self._database.read(organization_id) as session:
            settings, template = settings_of(session), named(session, report.template)
        focus = " ".join([report.question or "", *(template.measures if template else [])])
        answer = Answer(answers.as_told(asked), ask(asked)) if asked else None
        analysis = analyse(
            ask,
            source_id,
            catalog.table(table),
            question=focus,
            measures=measures_of(asked) if asked else None,
            period=asked.period if asked else _period(report.period),
            last=_last(report.period),
            filters=filters,
            thresholds=thresholds,
            on_progress=on_progress,
        )
        edited = None
        # Its wordings are checked against English phrases.
        if self._language_model is not None and settings.language == "en":
            self._progress(organization_id, run_id, ANALYSED, "finding words")
            edited = edit(analysis, report.question, self._language_model)
        document = compose(
            analysis,
            title=report.title,
            question=report.question,
            organization=self._accounts.organization_name(caller),
            source_name=catalog.source_name,
            generated_at=rfc3339(utc_now().replace(microsecond=0)),
            sections=report.sections,
            evidence_notes=lambda ids: self._notes(caller, ids),
            template=template,
            notes=report.notes,
            edits=edits_of(report.edits, access),
            brand=brand_of(settings),
            is_reworded=bool(edited and edited.get("sentences_kept")),
            has_rejected_rows=self._sources.has_rejected_rows(caller, source_id, table),
            answer=answer,
        )
        with self._database.write(organization_id) as session:
            run, _ = _alive(session, run_id)
            said = translate(document, analysis, language(settings.language), settings.language, answer)
            run.document = encode(said)
            run.source_id, run.access = source_id, access
            run.language_model = edited
            run.progress, run.stage = ANALYSED, "rendering"

    def _notes(self, caller: Principal, ids: Collection[int]) -> list[EvidenceNote]:
        return [EvidenceNote(**present_evidence(e)) for e in self._queries.evidence_of(caller, ids)]

    def _render(self, organization_id: int, run_id: int) -> None:
        with self._database.read(organization_id) as session:
            run, report = _alive(session, run_id)
            document = decode(run.document or b"")
        folder = f"{folder_of(organization_id, report.id)}/{run.id}"
        files = []
        for number, (name, output) in enumerate(FORMATS.items()):
            done = ANALYSED + (RENDERED - ANALYSED) * number // len(FORMATS)
            self._progress(organization_id, run_id, done, f"writing {name}")
            content = output.render(document, self._renderer)
            key = f"{folder}/report.{output.extension}"
            self._blobs.put(key, content)
            files.append(
                ReportFile(
                    run_id=run.id,
                    format=name,
                    key=key,
                    size=len(content),
                    sha256=hashlib.sha256(content).hexdigest(),
                )
            )
        self._complete(organization_id, run_id, files)

    def _complete(self, organization_id: int, run_id: int, files: list[ReportFile]) -> None:
        """Files, run and report become complete in one transaction, so nobody sees a half of it."""
        with self._database.write(organization_id) as session:
            run, report = _alive(session, run_id)
            session.add_all(files)
            run.status = report.status = COMPLETED
            self._credits.settle(session, CREDIT, run_id)
            run.progress, run.stage, run.finished_at = RENDERED, "done", utc_now()
            report.generated_at, report.completed_run_id = run.finished_at, run.id

    def _check(self, organization_id: int, run_id: int) -> None:
        with self._database.read(organization_id) as session:
            _alive(session, run_id)

    def _progress(self, organization_id: int, run_id: int, percent: int, stage: str) -> None:
        with self._database.write(organization_id) as session:
            run, _ = _alive(session, run_id)
            run.progress, run.stage = percent, stage

    def _fail(self, organization_id: int, run_id: int, message: str) -> None:
        with self._database.write(organization_id) as session:
            try:
                run, report = _alive(session, run_id)
            except Cancelled:
                return
            run.status = report.status = FAILED
            self._credits.release(session, CREDIT, run_id)
            run.error, run.finished_at = message, utc_now()


def _alive(session: Session, run_id: int) -> tuple[ReportRun, Report]:
    """The run and its report; Cancelled when the run has ended or they are gone."""
    run = session.get(ReportRun, run_id)
    report = session.get(Report, run.report_id) if run else None
    if run is None or report is None or run.status in {CANCELLED, COMPLETED, FAILED}:
        raise Cancelled
    return run, report


def _period(stored: dict[str, Any] | None) -> tuple[datetime, datetime] | None:
    """The half-open stretch of time of a stored period that names its ends."""
    period = ReportPeriod.model_validate(stored) if stored else None
    if period is None or period.start is None or period.end is None:
        return None
    return datetime.combine(period.start, time()), datetime.combine(period.end, time()) + timedelta(days=1)


def _last(stored: dict[str, Any] | None) -> tuple[int, Any] | None:
    """The last n units of a stored period, where it says so."""
    period = ReportPeriod.model_validate(stored) if stored else None
    return (period.last.n, period.last.unit) if period and period.last else None
