"""Dashboards and their widgets."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload, undefer, undefer_group

from claribi.accounts.principal import Principal
from claribi.core import audit
from claribi.core.database import Database
from claribi.core.errors import Conflict, FieldProblem, ValidationFailed
from claribi.dashboards.models import Dashboard, Widget
from claribi.dashboards.refresh import Outcome, Refresher, summary
from claribi.dashboards.schemas import (
    MAX_WIDGETS,
    ChangedDashboard,
    ChangedWidget,
    NewDashboard,
    NewWidget,
    PlacedWidget,
    spec_of,
)
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate
from claribi.sources.models import DataSource

# Looks at the version that is there and may refuse the change.
Check = Callable[[Any], None]


class Dashboards:
    """Dashboards of an organisation."""

    def __init__(self, database: Database, refresher: Refresher) -> None:
        self._database = database
        self._refresher = refresher

    def list_page(self, caller: Principal, page: PageRequest, *, source_id: int | None) -> dict[str, Any]:
        caller.require("dashboards:read")
        statement = select(Dashboard).options(undefer(Dashboard.widget_count))
        if source_id is not None:
            statement = statement.where(Dashboard.source_id == source_id)
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                statement,
                page,
                model=Dashboard,
                search=[Dashboard.name, Dashboard.description],
                ordering={
                    "name": Dashboard.name,
                    "created_at": Dashboard.created_at,
                    "updated_at": Dashboard.updated_at,
                    "refreshed_at": Dashboard.refreshed_at,
                },
                present=lambda dashboard: _present(dashboard, dashboard.widget_count),
            )

    def get(self, caller: Principal, dashboard_id: str | int) -> Dashboard:
        """A dashboard with its widgets and their latest data."""
        caller.require("dashboards:read")
        with self._database.read(caller.organization_id) as session:
            dashboard = _find(session, dashboard_id, answers=True)
        self._refresher.personalise(caller, dashboard.widgets)
        return dashboard

    def broken(self, caller: Principal, source_id: int) -> list[dict[str, Any]]:
        """The widgets of all dashboards that ask a source for tables or columns that it has no more."""
        caller.require("dashboards:read")
        with self._database.read(caller.organization_id) as session:
            rows = session.execute(
                select(Widget, Dashboard.name)
                .join(Dashboard, Dashboard.id == Widget.dashboard_id)
                .order_by(Widget.dashboard_id, Widget.id)
            ).all()
        names = {row.Widget.id: row.name for row in rows}
        broken = self._refresher.broken(caller, source_id, [row.Widget for row in rows])
        return [
            {
                "dashboard_id": widget.dashboard_id,
                "dashboard_name": names[widget.id],
                "widget_id": widget.id,
                "title": widget.title,
                "reason": reason,
            }
            for widget, reason in broken
        ]

    def create(self, caller: Principal, wanted: NewDashboard, *, source_id: int | None = None) -> Dashboard:
        """A new dashboard, its widgets answered for the first time."""
        caller.require("dashboards:create")
        with self._database.write(caller.organization_id) as session:
            if source_id is not None:
                # It may have been deleted while its widgets were thought out.
                find(session, DataSource, "Data source", source_id)
            dashboard = Dashboard(
                name=wanted.name,
                description=wanted.description,
                source_id=source_id,
                created_by=caller.user_id,
                widgets=[],
            )
            for widget in wanted.widgets:
                _add(caller, dashboard, widget)
            session.add(dashboard)
            session.flush()
            _note(session, caller, "dashboard.created", dashboard)
        if dashboard.widgets:
            self._refresher.refresh(caller, dashboard.id, dashboard.widgets)
        return self.get(caller, dashboard.id)

    def change(
        self, caller: Principal, dashboard_id: str, wanted: ChangedDashboard, check: Check
    ) -> Dashboard:
        caller.require("dashboards:update")
        with self._database.write(caller.organization_id) as session:
            dashboard = _find(session, dashboard_id)
            check(dashboard)
            for name, value in wanted.model_dump(exclude_none=True, exclude={"widgets"}).items():
                setattr(dashboard, name, value)
            unanswered = [] if wanted.widgets is None else _rearrange(caller, dashboard, wanted.widgets)
            _note(session, caller, "dashboard.changed", dashboard)
        if unanswered:
            self._refresher.refresh(caller, dashboard.id, unanswered, redraw=True)
        return self.get(caller, dashboard_id)

    def sketch(self, caller: Principal, wanted: Sequence[NewWidget]) -> list[Widget]:
        """What these widgets would show, answered for the caller alone."""
        caller.require("analysis:run")
        sketched = {number: _made(caller, widget) for number, widget in enumerate(wanted)}
        for number, widget in sketched.items():
            widget.id = number
        self._refresher.sketch(caller, sketched)
        return list(sketched.values())

    def delete(self, caller: Principal, dashboard_id: str, check: Check) -> int:
        with self._database.write(caller.organization_id) as session:
            dashboard = _find(session, dashboard_id)
            caller.require_own("dashboards:delete", dashboard.created_by)
            check(dashboard)
            _note(session, caller, "dashboard.deleted", dashboard)
            session.delete(dashboard)
            return dashboard.id

    def refresh(self, caller: Principal, dashboard_id: str) -> dict[str, Any]:
        """Run every widget's query against its source, past every cache."""
        caller.require("dashboards:refresh")
        with self._database.read(caller.organization_id) as session:
            dashboard = _find(session, dashboard_id)
        return self._refresher.refresh(caller, dashboard.id, dashboard.widgets)

    def refreshing(self, caller: Principal, dashboard_id: str) -> Iterator[tuple[str, dict[str, Any]] | None]:
        """As `refresh`, told as it goes: each widget once it is answered, at the end how all of them went.

        None where nothing new has come for a moment.
        """
        caller.require("dashboards:refresh")
        with self._database.read(caller.organization_id) as session:
            dashboard = _find(session, dashboard_id)
        return self._told(caller, dashboard)

    def _told(self, caller: Principal, dashboard: Dashboard) -> Iterator[tuple[str, dict[str, Any]] | None]:
        done: list[Outcome] = []
        for outcomes in self._refresher.refreshing(caller, dashboard.id, dashboard.widgets):
            if not outcomes:
                yield None
                continue
            done += outcomes
            for widget in self._answered(caller, outcomes):
                yield "widget", present_widget(widget)
        yield "refreshed", summary(dashboard.id, dashboard.widgets, done)

    def _answered(self, caller: Principal, outcomes: Sequence[Outcome]) -> Collection[Widget]:
        """The widgets of these outcomes as the caller sees them."""
        ids = [outcome.widget_id for outcome in outcomes]
        answers = undefer_group("answer")
        with self._database.read(caller.organization_id) as session:
            found = {
                w.id: w for w in session.scalars(select(Widget).where(Widget.id.in_(ids)).options(answers))
            }
        self._refresher.show_own(
            caller, found, [outcome for outcome in outcomes if outcome.widget_id in found]
        )
        return found.values()

    def widget(self, caller: Principal, dashboard_id: str | int, widget_id: str | int) -> Widget:
        """A widget with its latest data."""
        caller.require("dashboards:read")
        with self._database.read(caller.organization_id) as session:
            widget = _find_widget(session, dashboard_id, widget_id)
        self._refresher.personalise(caller, [widget])
        return widget

    def add_widget(self, caller: Principal, dashboard_id: str, wanted: NewWidget) -> Widget:
        caller.require("dashboards:update")
        with self._database.write(caller.organization_id) as session:
            dashboard = _find(session, dashboard_id)
            if len(dashboard.widgets) >= MAX_WIDGETS:
                raise Conflict(f"A dashboard has room for {MAX_WIDGETS} widgets")
            widget = _add(caller, dashboard, wanted)
            _touch(dashboard)
            session.flush()
        self._refresher.refresh(caller, dashboard.id, [widget])
        return self.widget(caller, dashboard.id, widget.id)

    def change_widget(
        self, caller: Principal, dashboard_id: str, widget_id: str, wanted: ChangedWidget, check: Check
    ) -> Widget:
        """Change what is given; a new query is answered at once."""
        caller.require("dashboards:update")
        with self._database.write(caller.organization_id) as session:
            dashboard = _find(session, dashboard_id)
            widget = _find_widget(session, dashboard_id, widget_id)
            check(widget)
            _apply(widget, wanted)
            _touch(dashboard)
        if wanted.model_fields_set - {"position"}:
            self._refresher.refresh(caller, dashboard.id, [widget], redraw=True)
        return self.widget(caller, dashboard.id, widget.id)

    def delete_widget(self, caller: Principal, dashboard_id: str, widget_id: str, check: Check) -> int:
        caller.require("dashboards:update")
        with self._database.write(caller.organization_id) as session:
            dashboard = _find(session, dashboard_id)
            widget = _find_widget(session, dashboard_id, widget_id)
            check(widget)
            dashboard.widgets.remove(widget)
            _touch(dashboard)
            return widget.id


def present(dashboard: Dashboard) -> dict[str, Any]:
    """A dashboard in detail; `get` has loaded what it shows."""
    shown = _present(dashboard, len(dashboard.widgets))
    shown["widgets"] = [present_widget(widget) for widget in dashboard.widgets]
    return shown


def present_widget(widget: Widget) -> dict[str, Any]:
    return {
        "id": widget.id,
        "type": widget.type,
        "title": widget.title,
        "query": widget.query,
        "options": widget.options,
        "position": widget.position,
        "refreshed_at": widget.refreshed_at,
        **present_answer(widget),
    }


def present_answer(widget: Widget) -> dict[str, Any]:
    """What a widget shows at present."""
    return {
        "data": msgspec.Raw(widget.data or b"null"),
        "chart": msgspec.Raw(widget.chart or b"null"),
        "error": widget.error,
        "evidence_id": widget.evidence_id,
    }


def _present(dashboard: Dashboard, widget_count: int) -> dict[str, Any]:
    return {
        "id": dashboard.id,
        "name": dashboard.name,
        "description": dashboard.description,
        "source_id": dashboard.source_id,
        "widget_count": widget_count,
        "refreshed_at": dashboard.refreshed_at,
        "created_at": dashboard.created_at,
        "updated_at": dashboard.updated_at,
    }


def _add(caller: Principal, dashboard: Dashboard, wanted: NewWidget) -> Widget:
    """Put a widget on a dashboard, below all others unless it says where."""
    widget = _made(caller, wanted)
    if "position" not in wanted.model_fields_set:
        taken = (placed.position for placed in dashboard.widgets)
        widget.position["y"] = max((place["y"] + place["h"] for place in taken), default=0)
    dashboard.widgets.append(widget)
    return widget


def _made(caller: Principal, wanted: NewWidget) -> Widget:
    return Widget(
        organization_id=caller.organization_id,
        type=wanted.type,
        title=wanted.title,
        query=wanted.query and wanted.query.model_dump(mode="json"),
        options=wanted.options,
        position=wanted.position.model_dump(),
    )


def _rearrange(caller: Principal, dashboard: Dashboard, wanted: Sequence[PlacedWidget]) -> list[Widget]:
    """Make a dashboard hold these widgets and no others. Those whose answer is missing are returned."""
    there = {widget.id: widget for widget in dashboard.widgets}
    if missing := [one.id for one in wanted if one.id is not None and one.id not in there]:
        raise Conflict(f"Widget {missing[0]} is not on this dashboard any more; read it again")
    unanswered = []
    for one in wanted:
        widget = _add(caller, dashboard, one) if one.id is None else there.pop(one.id)
        if one.id is None or _change(widget, one):
            unanswered.append(widget)
    for widget in there.values():
        dashboard.widgets.remove(widget)
    _touch(dashboard)
    return unanswered


def _change(widget: Widget, wanted: PlacedWidget) -> bool:
    """Make a widget be as wanted; true where that asks or shows something else than before."""
    position = wanted.position.model_dump()
    if widget.position != position:
        widget.position = position
    asked = wanted.query and wanted.query.model_dump(mode="json")
    fields = {"type": wanted.type, "title": wanted.title, "query": asked, "options": wanted.options}
    changed = {name: value for name, value in fields.items() if getattr(widget, name) != value}
    for name, value in changed.items():
        setattr(widget, name, value)
    return bool(changed)


def _apply(widget: Widget, wanted: ChangedWidget) -> None:
    for name, value in wanted.model_dump(mode="json", exclude_none=True).items():
        setattr(widget, name, value)
    try:
        spec_of(widget.type, widget.title, widget.options)
    except ValueError as error:
        raise ValidationFailed(str(error), details=[FieldProblem("options", str(error))]) from None


def _find(session: Session, dashboard_id: str | int, *, answers: bool = False) -> Dashboard:
    """A dashboard with its widgets, and their latest answers where these are wanted."""
    widgets = selectinload(Dashboard.widgets)
    if answers:
        widgets = widgets.undefer_group("answer")
    return find(session, Dashboard, "Dashboard", dashboard_id, options=[widgets])


def _find_widget(session: Session, dashboard_id: str | int, widget_id: str | int) -> Widget:
    """A widget with its latest answer."""
    dashboard = find(session, Dashboard, "Dashboard", dashboard_id)
    own = Widget.dashboard_id == dashboard.id
    return find(session, Widget, "Widget", widget_id, own, options=[undefer_group("answer")])


def _touch(dashboard: Dashboard) -> None:
    """A change to a widget is a change to its dashboard: its version and time move on."""
    dashboard.version += 1


def _note(session: Session, caller: Principal, action: str, dashboard: Dashboard) -> None:
    changes = audit.diff(dashboard)
    audit.record(session, action, "dashboard", dashboard.id, by=caller, changes=changes, name=dashboard.name)
