"""Running a dashboard's widgets and keeping their latest answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from claribi.accounts.principal import Principal
from claribi.charts.echarts import option
from claribi.charts.spec import ChartSpec
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import ClaribiError, QueryError, ValidationFailed
from claribi.dashboards.models import Dashboard, Widget
from claribi.dashboards.schemas import spec_of
from claribi.query.encoding import to_json
from claribi.query.evidence import keep, kept_evidence, proves
from claribi.query.schemas import QUESTIONS, ModelQuery, Question, Result
from claribi.query.service import Queries

# More marks than these nobody can see; the widget shows the first and says so.
MAX_ROWS = 5_000


Ask = Callable[[Question], Result]


@dataclass(slots=True)
class Outcome:
    """What came of one widget: an answer, or the reason why there is none."""

    widget_id: int
    query: Question | None
    spec: ChartSpec
    result: Result | None = None
    error: str | None = None


class Refresher:
    """Runs widgets against their sources. One that fails shows its error and stops no other."""

    def __init__(self, database: Database, queries: Queries) -> None:
        self._database = database
        self._queries = queries

    def refresh(
        self, caller: Principal, dashboard_id: int, widgets: Sequence[Widget], *, redraw: bool = False
    ) -> dict[str, Any]:
        """Run these widgets of a dashboard and store what they answered, in one transaction.

        Args:
            redraw: The widgets look otherwise than when they were stored last, whatever they answer.
        """
        asks = self._asks(caller, widgets)
        outcomes = [self._run(widget, asks) for widget in widgets]
        now = utc_now()
        common = [outcome for outcome in outcomes if not self._is_personal(caller, outcome.query)]
        with self._database.write(caller.organization_id) as session:
            proven = set() if redraw else self._proven(session, widgets, common)
            session.execute(update(Widget).where(Widget.id.in_(proven)).values(refreshed_at=now))
            for outcome in common:
                if outcome.widget_id not in proven:
                    self._store(session.get(Widget, outcome.widget_id), outcome, session)
            dashboard = session.get(Dashboard, dashboard_id)
            if dashboard is not None:
                dashboard.refreshed_at = now
        failed = sum(outcome.error is not None for outcome in outcomes)
        status = "completed" if not failed else "failed" if failed == len(outcomes) else "partial"
        return {
            "id": dashboard_id,
            "status": status,
            "refreshed_at": now,
            "widgets": [_report(outcome) for outcome in outcomes],
        }

    def _proven(self, session: Session, widgets: Sequence[Widget], outcomes: Sequence[Outcome]) -> set[int]:
        """The widgets that show their answer and its proof already: same statement, same data."""
        proofs = {w.id: w.evidence_id for w in widgets if w.evidence_id is not None and w.error is None}
        kept = {e.id: e for e in kept_evidence(session, proofs.values())}
        shown = {widget_id: kept.get(evidence_id) for widget_id, evidence_id in proofs.items()}
        return {
            outcome.widget_id
            for outcome in outcomes
            if outcome.result is not None
            and (proof := shown.get(outcome.widget_id)) is not None
            and proves(proof, outcome.result)
        }

    def personalise(self, caller: Principal, widgets: Sequence[Widget]) -> None:
        """Put the caller's own answers in place of those that all see, where access rules bind the caller.

        The widgets are loaded and detached: nothing of this is stored.
        """
        if not caller.has_access_rules:
            return
        own = [widget for widget in widgets if self._is_personal(caller, query_of(widget))]
        asks = self._asks(caller, own)
        for widget in own:
            widget.data = widget.chart = widget.evidence_id = widget.error = None
            outcome = self._run(widget, asks)
            if outcome.result is not None and outcome.query is not None:
                with self._database.write(caller.organization_id) as session:
                    _show(widget, outcome, keep(session, outcome.query, outcome.result))
            widget.error = outcome.error

    def _is_personal(self, caller: Principal, query: Question | None) -> bool:
        return query is not None and self._queries.is_restricted(caller, query)

    def broken(
        self, caller: Principal, source_id: int, widgets: Sequence[Widget]
    ) -> list[tuple[Widget, str]]:
        """The widgets that ask a source for what it has no more, each with what is missing."""
        found = []
        for widget in widgets:
            query = query_of(widget)
            if query is None or source_id not in self._queries.sources_of(caller, query):
                continue
            try:
                self._queries.check(self._queries.subject(caller, query), query)
            except (QueryError, ValidationFailed) as error:
                found.append((widget, error.message))
        return found

    def _asks(self, caller: Principal, widgets: Sequence[Widget]) -> dict[tuple[str, int], Ask]:
        """How to ask each source or model that the widgets are about; all questions to it are known then."""
        questions: dict[tuple[str, int], list[Question]] = {}
        for widget in widgets:
            if query := query_of(widget):
                questions.setdefault(_subject_key(query), []).append(query)
        return {key: self._ask_of(caller, asked) for key, asked in questions.items()}

    def _ask_of(self, caller: Principal, queries: Sequence[Question]) -> Ask:
        try:
            subject = self._queries.subject(caller, queries[0])
        except ClaribiError as error:
            return _failing(error)
        return self._queries.together(subject, queries, max_rows=MAX_ROWS)

    def _run(self, widget: Widget, asks: Mapping[tuple[str, int], Ask]) -> Outcome:
        query = query_of(widget)
        outcome = Outcome(widget.id, query, spec_of(widget.type, widget.title, widget.options))
        if query is None:
            return outcome
        try:
            outcome.result = asks[_subject_key(query)](query)
        except ClaribiError as error:
            outcome.error = error.message
        except Exception:  # noqa: BLE001 - whatever breaks one widget must not break the others
            structlog.get_logger().exception("widget failed", widget_id=widget.id)
            outcome.error = "Something went wrong on the server; its log says what"
        return outcome

    def _store(self, widget: Widget | None, outcome: Outcome, session: Any) -> None:
        if widget is None:
            return
        widget.refreshed_at = utc_now()
        widget.error = outcome.error
        result = outcome.result
        if outcome.error is not None:
            # The last good answer stays, so that a source that is down for a moment empties no dashboard.
            return
        proof = keep(session, outcome.query, result) if result and outcome.query else None
        _show(widget, outcome, proof)


def _show(widget: Widget, outcome: Outcome, evidence_id: int | None) -> None:
    result = outcome.result
    widget.chart = to_json(
        option(outcome.spec, result.columns if result else [], result.rows if result else [])
    )
    if result is not None:
        widget.evidence_id = evidence_id
        widget.data = to_json({"columns": [asdict(c) for c in result.columns], "rows": result.rows})
        widget.elapsed_ms = result.elapsed_ms


def query_of(widget: Widget) -> Question | None:
    return None if widget.query is None else QUESTIONS.validate_python(widget.query)


def _failing(error: ClaribiError) -> Ask:
    def ask(_query: Question) -> Result:
        raise error

    return ask


def _subject_key(query: Question) -> tuple[str, int]:
    """Questions with the same key are put to the same tables."""
    if isinstance(query, ModelQuery):
        return "model", query.model_id
    return "source", query.source_id


def _report(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.widget_id,
        "status": "failed" if outcome.error else "completed",
        "error": outcome.error,
        "elapsed_ms": round(outcome.result.elapsed_ms, 3) if outcome.result else None,
    }
