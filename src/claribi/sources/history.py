"""The history of a source's loads: written down as their jobs are enqueued, ended with what came of them.

A job that is resumed after a kill ends the row it began with; what has ended stays as it is.
"""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from claribi.accounts.models import User
from claribi.accounts.principal import Principal
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.jobs import Jobs
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate
from claribi.sources.models import FAILED, RUNNING, UNCHANGED, DataSource, SourceSync

KEPT_LOADS = 100


def begin(
    session: Session,
    jobs: Jobs,
    job: str,
    source: DataSource,
    subject: int,
    trigger: str,
    caller: Principal | None,
) -> None:
    """Enqueue a load of a source, and write down that it began.

    Args:
        subject: The id that the job is about; it is called with this and with that of its row here.
        caller: Who wants it; None where the clock does.
    """
    load = SourceSync(source_id=source.id, trigger=trigger, requested_by=caller.user_id if caller else None)
    session.add(load)
    session.flush()
    _forget_old(session, source.id)
    jobs.enqueue(session, job, f"{job}-{source.id}-{load.id}", source.organization_id, subject, load.id)


def is_under_way(session: Session, source: DataSource) -> bool:
    """Whether a load of a source has begun, or waits for its turn."""
    running = select(SourceSync.id).where(SourceSync.source_id == source.id, SourceSync.status == RUNNING)
    return session.scalar(running.limit(1)) is not None


def end(session: Session, load_id: int | None, status: str, message: str | None = None, **told: Any) -> None:
    """Write down what came of a load: `told` are further columns."""
    load = session.get(SourceSync, load_id or 0)
    if load is None or load.status != RUNNING:
        return
    load.status, load.error_message, load.finished_at = status, message, utc_now()
    for name, value in told.items():
        setattr(load, name, value)


def end_unchanged(
    session: Session, load_id: int | None, source: DataSource, message: str | None = None
) -> None:
    """Write down that what was served before still is."""
    end(session, load_id, UNCHANGED, message, row_count=source.row_count, row_change=0)


def abandon(database: Database, organization_id: int, load_id: int | None, message: str) -> None:
    """Write down that a load broke off, if it had not ended by then."""
    with database.write(organization_id) as session:
        end(session, load_id, FAILED, message)


def _forget_old(session: Session, source_id: int) -> None:
    kept = select(SourceSync.id).where(SourceSync.source_id == source_id)
    oldest = session.scalar(kept.order_by(SourceSync.id.desc()).offset(KEPT_LOADS - 1).limit(1))
    if oldest is not None:
        session.execute(delete(SourceSync).where(SourceSync.source_id == source_id, SourceSync.id < oldest))


class History:
    """The loads of an organisation's sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_page(
        self, caller: Principal, source_id: str, page: PageRequest, *, status: str | None = None
    ) -> dict[str, Any]:
        """A page of a source's loads."""
        caller.require("data_sources:read")
        with self._database.read(caller.organization_id) as session:
            source = find(session, DataSource, "Data source", source_id)
            statement = select(SourceSync).where(SourceSync.source_id == source.id)
            if status:
                statement = statement.where(SourceSync.status == status)
            found = paginate(
                session,
                statement,
                page,
                model=SourceSync,
                search=[SourceSync.trigger, SourceSync.error_message],
                ordering={
                    name: getattr(SourceSync, name)
                    for name in ("started_at", "finished_at", "status", "row_count")
                },
                present=_present,
                newest=SourceSync.started_at,
            )
            _tell_names(session, found["results"])
            return found


def _present(load: SourceSync) -> dict[str, Any]:
    return {
        "id": load.id,
        "trigger": load.trigger,
        "status": load.status,
        "started_at": load.started_at,
        "finished_at": load.finished_at,
        "row_count": load.row_count,
        "row_change": load.row_change,
        "table_count": load.table_count,
        "rejected_count": load.rejected_count,
        "error_message": load.error_message,
        "requested_by": load.requested_by,
    }


def _tell_names(session: Session, loads: list[dict[str, Any]]) -> None:
    wanted = {load["requested_by"] for load in loads}
    names = {user.id: user.called for user in session.scalars(select(User).where(User.id.in_(wanted)))}
    for load in loads:
        load["requested_by_name"] = names.get(load["requested_by"])
