"""What has happened to an organisation's objects since a moment, each told once."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from claribi.dashboards.models import Dashboard
from claribi.forecasts.models import Forecast, ForecastRun
from claribi.home.schemas import ObjectType, What
from claribi.reports.models import COMPLETED, FAILED, Report, ReportRun
from claribi.sources.models import DataSource

MOST = 20
# An object's runs are told as one; so many of all of them are looked at.
MOST_RUNS = 5 * MOST


class Change(NamedTuple):
    at: datetime
    type: ObjectType
    id: int
    name: str
    what: What
    message: str | None


def changes_since(
    session: Session, since: datetime, may: Callable[[str], bool]
) -> tuple[Sequence[Change], bool]:
    """The newest changes of what the caller may see, and whether there are more."""
    found: list[Change] = []
    for permission, changes in KINDS.items():
        if may(permission):
            found += changes(session, since)
    found.sort(key=lambda change: (change.at, change.id), reverse=True)
    return found[:MOST], len(found) > MOST


def _dashboards(session: Session, since: datetime) -> Iterator[Change]:
    at = Dashboard.data_changed_at
    asked = select(at, Dashboard.id, Dashboard.name).where(at > since).order_by(at.desc())
    for moment, dashboard_id, name in session.execute(asked.limit(MOST + 1)):
        yield Change(moment or since, "dashboard", dashboard_id, name, "data_changed", None)


def _reports(session: Session, since: datetime) -> Iterator[Change]:
    about = (Report.id, Report.title, ReportRun.report_id)
    yield from _runs(session, since, ReportRun, about, "report", "generated")


def _forecasts(session: Session, since: datetime) -> Iterator[Change]:
    about = (Forecast.id, Forecast.name, ForecastRun.forecast_id)
    yield from _runs(session, since, ForecastRun, about, "forecast", "computed")


def _runs(
    session: Session,
    since: datetime,
    run: type[ReportRun | ForecastRun],
    about: tuple[Any, Any, Any],
    kind: ObjectType,
    success: What,
) -> Iterator[Change]:
    """The latest run of each object that one ended of; both kinds call their ends by the same words."""
    identity, name, owner = about
    asked = (
        select(run.finished_at, run.status, run.error, identity, name)
        .join(run, owner == identity)
        .where(run.finished_at > since, run.status.in_((COMPLETED, FAILED)))
        .order_by(run.finished_at.desc(), run.id.desc())
        .limit(MOST_RUNS)
    )
    told = set()
    for at, status, error, object_id, title in session.execute(asked):
        if at is not None and object_id not in told:
            told.add(object_id)
            yield Change(at, kind, object_id, title, success if status == COMPLETED else "failed", error)


def _sources(session: Session, since: datetime) -> Iterator[Change]:
    """A source that failed says why until it is brought up to date, also where an old copy still serves."""
    failed = DataSource.error_message.is_not(None)
    asked = (
        select(DataSource)
        .where(or_(and_(failed, DataSource.updated_at > since), DataSource.last_synced_at > since))
        .order_by(DataSource.updated_at.desc())
        .limit(MOST + 1)
    )
    for source in session.scalars(asked):
        error = source.error_message
        at = source.last_synced_at if error is None else source.updated_at
        what: What = "synced" if error is None else "failed"
        yield Change(at or since, "data_source", source.id, source.name, what, error)


KINDS: dict[str, Callable[[Session, datetime], Iterator[Change]]] = {
    "dashboards:read": _dashboards,
    "reports:read": _reports,
    "forecasts:read": _forecasts,
    "data_sources:read": _sources,
}
