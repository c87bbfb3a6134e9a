"""What a user finds at the start: favourites, what was opened lately, what changed since the last visit."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from claribi.accounts.models import User
from claribi.accounts.principal import Principal
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import Conflict
from claribi.dashboards.models import Dashboard
from claribi.forecasts.models import Forecast
from claribi.home.changes import changes_since
from claribi.home.models import UserObject, UserVisit
from claribi.home.schemas import ObjectType
from claribi.http.ids import find
from claribi.reports.models import Report
from claribi.sources.models import DataSource

# Signs of a user that are further apart than this belong to two visits.
APART = timedelta(hours=1)
MOST_FAVORITES = 100
MOST_RECENT = 8


class Kind(NamedTuple):
    """How objects of one type are called, found and read."""

    word: str
    model: type[Any]
    name: str
    column: Any
    permission: str


KINDS: dict[ObjectType, Kind] = {
    "dashboard": Kind("Dashboard", Dashboard, "name", UserObject.dashboard_id, "dashboards:read"),
    "report": Kind("Report", Report, "title", UserObject.report_id, "reports:read"),
    "forecast": Kind("Forecast", Forecast, "name", UserObject.forecast_id, "forecasts:read"),
    "data_source": Kind("Data source", DataSource, "name", UserObject.source_id, "data_sources:read"),
}


class Home:
    """The start of each user of an organisation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, caller: Principal) -> dict[str, Any]:
        """Everything at once; reading it changes nothing."""
        with self._database.read(caller.organization_id) as session:
            favorites = _known(session, caller, UserObject.favorite_since, MOST_FAVORITES)
            recent = _known(session, caller, UserObject.opened_at, MOST_RECENT)
            visit = _visit_of(session, caller)
            since = None if visit is None else _since(visit, utc_now())
            changes = None
            if since is not None:
                items, more = changes_since(session, since, caller.may)
                changes = {"since": since, "items": [item._asdict() for item in items], "more": more}
        return {
            "favorites": [item | {"favorite_since": at} for item, at in favorites],
            "recent": [item | {"opened_at": at} for item, at in recent],
            "changes": changes,
        }

    def visit(self, caller: Principal, opened: tuple[ObjectType, int] | None) -> datetime | None:
        """Write down that the user is here, and what is looked at; when the visit before ended."""
        now = utc_now()
        with self._database.write(caller.organization_id) as session:
            if opened is not None:
                self._own(session, caller, *opened)[0].opened_at = now
            else:
                _one_at_a_time(session, caller)
            visit = _visit_of(session, caller)
            if visit is None:
                visit = UserVisit(user_id=caller.user_id, seen_at=now)
                session.add(visit)
            visit.since, visit.seen_at = _since(visit, now), now
            return visit.since

    def add_favorite(self, caller: Principal, kind: ObjectType, object_id: str) -> dict[str, Any]:
        """Make an object a favourite; one that is stays as it is."""
        with self._database.write(caller.organization_id) as session:
            own, found = self._own(session, caller, kind, object_id)
            if own.favorite_since is None:
                _check_room(session, caller)
                own.favorite_since = utc_now()
            name = getattr(found, KINDS[kind].name)
            return {"type": kind, "id": found.id, "name": name, "favorite_since": own.favorite_since}

    def remove_favorite(self, caller: Principal, kind: ObjectType, object_id: str) -> int:
        with self._database.write(caller.organization_id) as session:
            own, found = self._own(session, caller, kind, object_id)
            own.favorite_since = None
            return int(found.id)

    def _own(
        self, session: Session, caller: Principal, kind: ObjectType, object_id: str | int
    ) -> tuple[UserObject, Any]:
        """The caller's row of an object, made where there is none, and the object."""
        word, model, _, column, permission = KINDS[kind]
        caller.require(permission)
        found = find(session, model, word, object_id)
        _one_at_a_time(session, caller)
        own = session.scalar(
            select(UserObject).where(UserObject.user_id == caller.user_id, column == found.id)
        )
        if own is None:
            own = UserObject(user_id=caller.user_id, **{column.key: found.id})
            session.add(own)
        return own, found


def _one_at_a_time(session: Session, caller: Principal) -> None:
    """Two pages of one user must not both make the row that neither found."""
    session.execute(select(User.id).where(User.id == caller.user_id).with_for_update())


def _visit_of(session: Session, caller: Principal) -> UserVisit | None:
    return session.scalar(select(UserVisit).where(UserVisit.user_id == caller.user_id))


def _since(visit: UserVisit, now: datetime) -> datetime | None:
    """When the visit before the one that is under way at `now` ended."""
    return visit.seen_at if now - visit.seen_at > APART else visit.since


def _known(
    session: Session, caller: Principal, moment: InstrumentedAttribute[datetime | None], most: int
) -> list[tuple[dict[str, Any], datetime | None]]:
    """What the caller knows with a moment, the newest first: what it is, and the moment."""
    kinds = {name: kind for name, kind in KINDS.items() if caller.may(kind.permission)}
    names = [getattr(kind.model, kind.name) for kind in kinds.values()]
    ids: list[Any] = [kind.column for kind in kinds.values()]
    statement = select(moment, *ids, *names).select_from(UserObject)
    for kind in kinds.values():
        statement = statement.outerjoin(kind.model, kind.model.id == kind.column)
    readable = or_(false(), *(column.is_not(None) for column in ids))
    rows = session.execute(
        statement.where(UserObject.user_id == caller.user_id, moment.is_not(None), readable)
        .order_by(moment.desc(), UserObject.id.desc())
        .limit(most)
    )
    return [
        ({"type": kind, "id": object_id, "name": name}, at)
        for at, *parts in rows
        for kind, object_id, name in zip(kinds, parts[: len(kinds)], parts[len(kinds) :], strict=True)
        if object_id is not None
    ]


def _check_room(session: Session, caller: Principal) -> None:
    kept = session.scalar(
        select(func.count(UserObject.id)).where(
            UserObject.user_id == caller.user_id, UserObject.favorite_since.is_not(None)
        )
    )
    if (kept or 0) >= MOST_FAVORITES:
        raise Conflict(f"There is room for {MOST_FAVORITES} favourites; take one away first")
