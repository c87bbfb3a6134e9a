"""Sources that are read from somewhere: kept once they were reached, and read anew by a job."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from claribi.accounts.principal import Principal
from claribi.core.clock import utc_now
from claribi.core.jobs import Jobs
from claribi.sources.history import begin
from claribi.sources.models import MANUAL, PREPROCESSING, SCHEDULE, SYNCED, DataSource
from claribi.sources.service import check_room, note
from claribi.sources.web.settings import WEB

INSPECT, SYNC, FETCH = "sources.inspect", "sources.sync", "sources.fetch"


def add(session: Session, jobs: Jobs, caller: Principal, source: DataSource) -> None:
    """Keep a new source, and have a job read what it holds."""
    check_room(session, caller)
    source.created_by = caller.user_id
    session.add(source)
    session.flush()
    start_reading(session, jobs, source, caller)
    note(session, caller, "data_source.created", source)


def move(
    session: Session,
    jobs: Jobs,
    caller: Principal,
    source: DataSource,
    connection: dict[str, Any],
    secret: str | None,
) -> None:
    """Reach a source in another way from now on, and have a job read it that way."""
    source.connection = connection
    source.secret = secret
    start_reading(session, jobs, source, caller)
    note(session, caller, "data_source.reconnected", source)


def start_reading(session: Session, jobs: Jobs, source: DataSource, caller: Principal | None) -> None:
    """Have a job read what a source holds, as its type and mode want it; no caller: its time has come."""
    if source.current_version_id is None:
        source.status = PREPROCESSING
    source.error_message = None
    source.next_sync_at = next_sync(source)
    copying = FETCH if source.type == WEB else SYNC
    job = copying if source.mode == SYNCED else INSPECT
    begin(session, jobs, job, source, source.id, MANUAL if caller else SCHEDULE, caller)


def next_sync(source: DataSource) -> datetime | None:
    """When a source is copied again by itself; None where nobody wants that."""
    minutes = (source.sync or {}).get("every_minutes") if source.mode == SYNCED else None
    return utc_now() + timedelta(minutes=minutes) if minutes else None
