"""Running a dashboard's widgets and keeping their latest answers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
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
from claribi.dashboards.lanes import Lane, as_they_come
from claribi.dashboards.models import Dashboard, Widget
from claribi.dashboards.schemas import spec_of
from claribi.query.encoding import to_json
from claribi.query.evidence import keep, kept_evidence, proves
from claribi.query.schemas import QUESTIONS, ModelQuery, Question, Result
from claribi.query.service import Queries
from claribi.query.statements import is_live

# More marks than these nobody can see; the widget shows the first and says so.
MAX_ROWS = 5_000
# How many questions of one refresh a live source gets at once; its other askers need connections too.
LIVE_WIDTH = 3
# How long answers are gathered before they are stored, so that a quick refresh is one transaction.
GATHER_SECONDS = 0.5


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
        """Run these widgets of a dashboard and store what they answered.

        Args:
            redraw: The widgets look otherwise than when they were stored last, whatever they answer.
        """
        batches = self.refreshing(caller, dashboard_id, widgets, redraw=redraw)
        return summary(dashboard_id, widgets, [outcome for batch in batches for outcome in batch])

    def refreshing(
        self, caller: Principal, dashboard_id: int, widgets: Sequence[Widget], *, redraw: bool = False
    ) -> Iterator[list[Outcome]]:
        """As `refresh`, telling what has come and is stored; nothing where nothing has come for a while."""
        missing = len(widgets)
        if not widgets:
            self._keep(caller, dashboard_id, [], [], redraw=redraw, is_last=True)
        for outcomes in self._outcomes(caller, widgets):
            missing -= len(outcomes)
            if outcomes:
                self._keep(caller, dashboard_id, widgets, outcomes, redraw=redraw, is_last=not missing)
            yield outcomes

    def _keep(
        self,
        caller: Principal,
        dashboard_id: int,
        widgets: Sequence[Widget],
        outcomes: Sequence[Outcome],
        *,
        redraw: bool,
        is_last: bool,
    ) -> None:
        """Store what all see; what access rules leave one caller is that caller's alone.

        Args:
            is_last: Nothing more comes, so the dashboard is refreshed.
        """
        now = utc_now()
        common = [outcome for outcome in outcomes if not self._is_personal(caller, outcome.query)]
        with self._database.write(caller.organization_id) as session:
            proven = set() if redraw else self._proven(session, widgets, common)
            session.execute(update(Widget).where(Widget.id.in_(proven)).values(refreshed_at=now))
            has_changed = False
            for outcome in common:
                if outcome.widget_id not in proven:
                    has_changed |= self._store(session.get(Widget, outcome.widget_id), outcome, session)
            dashboard = session.get(Dashboard, dashboard_id) if is_last or has_changed else None
            if dashboard is not None and is_last:
                dashboard.refreshed_at = now
            if dashboard is not None and has_changed and not redraw:
                dashboard.data_changed_at = now

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
        own = {w.id: w for w in widgets if self._is_personal(caller, query_of(w))}
        for outcomes in self._outcomes(caller, list(own.values())):
            self.show_own(caller, own, outcomes)

    def show_own(self, caller: Principal, widgets: Mapping[int, Widget], outcomes: Sequence[Outcome]) -> None:
        """Put answers that are the caller's alone into their widgets, which are loaded and detached."""
        for outcome in outcomes:
            if not self._is_personal(caller, outcome.query):
                continue
            self._show_alone(caller, widgets[outcome.widget_id], outcome)

    def sketch(self, caller: Principal, widgets: Mapping[int, Widget]) -> None:
        """Answer widgets that belong to no dashboard and are not stored, by their ids."""
        for outcomes in self._outcomes(caller, list(widgets.values())):
            for outcome in outcomes:
                self._show_alone(caller, widgets[outcome.widget_id], outcome)

    def _show_alone(self, caller: Principal, widget: Widget, outcome: Outcome) -> None:
        """Put an answer into a detached widget; of it only the proof is kept."""
        widget.data = widget.chart = widget.evidence_id = None
        widget.error = outcome.error
        if outcome.error is not None:
            return
        proof = None
        if outcome.result is not None and outcome.query is not None:
            with self._database.write(caller.organization_id) as session:
                proof = keep(session, outcome.query, outcome.result)
        _show(widget, outcome, proof)

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

    def _outcomes(self, caller: Principal, widgets: Sequence[Widget]) -> Iterator[list[Outcome]]:
        """What comes of the widgets as it comes; none waits for those of a live source."""
        by_subject: dict[tuple[str, int] | None, list[Widget]] = {}
        for widget in widgets:
            query = query_of(widget)
            by_subject.setdefault(_subject_key(query) if query else None, []).append(widget)
        near: list[Callable[[], Outcome]] = []
        lanes = []
        for key, asking in by_subject.items():
            questions = [query for query in map(query_of, asking) if query is not None]
            ask, is_far = self._ask_of(caller, questions) if key else (None, False)
            tasks = [partial(self._run, widget, ask) for widget in asking]
            if is_far:
                lanes.append(Lane(tasks, LIVE_WIDTH))
            else:
                near += tasks
        return as_they_come([Lane(near), *lanes], GATHER_SECONDS)

    def _ask_of(self, caller: Principal, queries: Sequence[Question]) -> tuple[Ask, bool]:
        """How to ask what all these questions are put to, and whether it is far away."""
        try:
            subject = self._queries.subject(caller, queries[0])
        except ClaribiError as error:
            return _failing(error), False
        return self._queries.together(subject, queries, max_rows=MAX_ROWS), is_live(subject)

    def _run(self, widget: Widget, ask: Ask | None) -> Outcome:
        query = query_of(widget)
        outcome = Outcome(widget.id, query, spec_of(widget.type, widget.title, widget.options))
        if query is None or ask is None:
            return outcome
        try:
            outcome.result = ask(query)
        except ClaribiError as error:
            outcome.error = error.message
        except Exception:  # noqa: BLE001 - whatever breaks one widget must not break the others
            structlog.get_logger().exception("widget failed", widget_id=widget.id)
            outcome.error = "Something went wrong on the server; its log says what"
        return outcome

    def _store(self, widget: Widget | None, outcome: Outcome, session: Any) -> bool:
        """Whether its data are others than they were."""
        if widget is None:
            return False
        widget.refreshed_at = utc_now()
        widget.error = outcome.error
        result = outcome.result
        if outcome.error is not None:
            # The last good answer stays, so that a source that is down for a moment empties no dashboard.
            return False
        proof = keep(session, outcome.query, result) if result and outcome.query else None
        before = widget.data
        _show(widget, outcome, proof)
        return before is not None and widget.data != before


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


def summary(dashboard_id: int, widgets: Sequence[Widget], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """How a refresh went, its widgets in their own order."""
    by_widget = {outcome.widget_id: outcome for outcome in outcomes}
    failed = sum(outcome.error is not None for outcome in outcomes)
    status = "completed" if not failed else "failed" if failed == len(outcomes) else "partial"
    return {
        "id": dashboard_id,
        "status": status,
        "refreshed_at": utc_now(),
        "widgets": [_report(by_widget[widget.id]) for widget in widgets],
    }


def _report(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.widget_id,
        "status": "failed" if outcome.error else "completed",
        "error": outcome.error,
        "elapsed_ms": round(outcome.result.elapsed_ms, 3) if outcome.result else None,
    }
