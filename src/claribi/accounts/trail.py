"""The audit log for those who may read it: lists, exports, and its end after a while."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from claribi.accounts.models import Organization
from claribi.accounts.principal import Principal
from claribi.accounts.tiers import tier
from claribi.core import audit
from claribi.core.audit import AuditEvent
from claribi.core.clock import rfc3339, utc_now
from claribi.core.database import Database
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate

CHUNK = 1000
# What a spreadsheet would take for a formula begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which events are wanted; None: all."""

    action: str | None = None
    object_type: str | None = None
    object_id: int | None = None
    user_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditLogs:
    """An organisation's audit log, as far back as its plan keeps it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_page(self, caller: Principal, page: PageRequest, filters: Filters) -> dict[str, Any]:
        caller.require("audit_logs:read")
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                _wanted(caller, filters),
                page,
                model=AuditEvent,
                search=[AuditEvent.action, AuditEvent.user_email, AuditEvent.object_type, AuditEvent.address],
                ordering={
                    "at": AuditEvent.at,
                    "action": AuditEvent.action,
                    "user_email": AuditEvent.user_email,
                    "sequence": AuditEvent.sequence,
                },
                present=present,
                newest=AuditEvent.at,
            )

    def get(self, caller: Principal, event_id: str) -> dict[str, Any]:
        caller.require("audit_logs:read")
        with self._database.read(caller.organization_id) as session:
            return present(find(session, AuditEvent, "Audit event", event_id, *_kept(caller)))

    def export(self, caller: Principal, filters: Filters, kind: str) -> Iterator[bytes]:
        """The events, oldest first, as JSON or CSV. The export itself is noted."""
        caller.require("audit_logs:read")
        with self._database.write(caller.organization_id) as session:
            audit.record(session, "audit_log.exported", "audit_log", None, by=caller, format=kind)
        return (_json if kind == "json" else _csv)(lambda: self._rows(caller, filters))

    def _rows(self, caller: Principal, filters: Filters) -> Iterator[dict[str, Any]]:
        """Read piece by piece, so that a slow reader holds no transaction open."""
        after = 0
        while True:
            statement = _wanted(caller, filters).where(AuditEvent.sequence > after)
            with self._database.read(caller.organization_id) as session:
                rows = session.scalars(statement.order_by(AuditEvent.sequence).limit(CHUNK)).all()
            yield from (present(row) for row in rows)
            if len(rows) < CHUNK:
                return
            after = rows[-1].sequence


def prune(database: Database, organization_id: int) -> int:
    """Delete what the organisation's plan does not keep any longer; how many events."""
    with database.write(organization_id) as session:
        days = tier(session.get_one(Organization, organization_id).tier).audit_days
        return audit.prune(session, utc_now() - timedelta(days=days))


def present(event: AuditEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "sequence": event.sequence,
        "at": event.at,
        "action": event.action,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "user_id": event.user_id,
        "user_email": event.user_email,
        "api_key_id": event.api_key_id,
        "address": event.address,
        "user_agent": event.user_agent,
        "request_id": event.request_id,
        "details": event.details,
        "changes": event.changes,
        "hash": event.hash,
        "previous_hash": event.previous_hash,
    }


def _kept(caller: Principal) -> list[Any]:
    return [AuditEvent.at >= utc_now() - timedelta(days=caller.tier.audit_days)]


def _wanted(caller: Principal, filters: Filters) -> Select[Any]:
    conditions = _kept(caller)
    for column, value in (
        (AuditEvent.action, filters.action),
        (AuditEvent.object_type, filters.object_type),
        (AuditEvent.object_id, filters.object_id),
        (AuditEvent.user_id, filters.user_id),
    ):
        if value is not None:
            conditions.append(column == value)
    if filters.since is not None:
        conditions.append(AuditEvent.at >= filters.since)
    if filters.until is not None:
        conditions.append(AuditEvent.at < filters.until)
    return select(AuditEvent).where(*conditions)


Rows = Callable[[], Iterator[dict[str, Any]]]


def _json(rows: Rows) -> Iterator[bytes]:
    yield b"["
    for number, row in enumerate(rows()):
        text = json.dumps(row | {"at": rfc3339(row["at"])}, ensure_ascii=False)
        yield (b",\n" if number else b"\n") + text.encode()
    yield b"\n]\n"


def _csv(rows: Rows) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows():
        if writer is None:
            writer = csv.DictWriter(buffer, list(row))
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _cell(value: Any) -> Any:
    match value:
        case datetime():
            return rfc3339(value)
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case str() if value.startswith(FORMULA):
            return f"'{value}"
        case _:
            return value
