"""The audit trail: who did what to which object, from where, before and after.

The events of an organisation form a chain: each carries the hash of the one before, so that a row that is
changed, removed or slipped in afterwards shows (`claribi audit verify`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy import String, func, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import JSON

from claribi.core.clock import rfc3339, utc_now
from claribi.core.database import AUTOINCREMENT, Base, BigId, Tenant, listed
from claribi.core.vault import Sealed

GENESIS = "0" * 64
HIDDEN = "(hidden)"
SECRET_WORDS = ("password", "secret", "token", "hash", "credential", "private")
# What changes with every change and says nothing of it.
UNTOLD = frozenset({"version", "created_at", "updated_at"})
MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from."""

    address: str = ""
    user_agent: str = ""
    request_id: str = ""


NOWHERE = Origin()


class Actor(Protocol):
    """Who does something: a principal, or somebody on the way to become one."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def api_key_id(self) -> int | None: ...
    @property
    def email(self) -> str: ...
    @property
    def origin(self) -> Origin: ...


@dataclass(frozen=True, slots=True)
class Somebody:
    """An actor without a session: somebody who signs in, the server itself (no user, no address)."""

    user_id: int | None = None
    email: str = ""
    origin: Origin = NOWHERE
    api_key_id: int | None = None


SERVER = Somebody(email="(server)")


class AuditEvent(Tenant, Base):
    """One thing that was done. `sequence` counts from 1 in each organisation, without a gap."""

    __tablename__ = "audit_events"
    __table_args__ = (listed("audit_events", "at"), AUTOINCREMENT)

    sequence: Mapped[int] = mapped_column(BigId, index=True)
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    user_id: Mapped[int | None] = mapped_column(BigId)
    api_key_id: Mapped[int | None] = mapped_column(BigId)
    # The address as it was then: the user may be gone by the time somebody asks.
    user_email: Mapped[str] = mapped_column(String(320), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    user_agent: Mapped[str] = mapped_column(String(MAX_TEXT), default="")
    request_id: Mapped[str] = mapped_column(String(100), default="")
    action: Mapped[str] = mapped_column(String(80))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int | None] = mapped_column(BigId)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditChain(Tenant, Base):
    """Where an organisation's chain begins (after what was too old went) and ends."""

    __tablename__ = "audit_chains"

    length: Mapped[int] = mapped_column(BigId, default=0)
    head: Mapped[str] = mapped_column(String(64), default=GENESIS)
    base_length: Mapped[int] = mapped_column(BigId, default=0)
    base: Mapped[str] = mapped_column(String(64), default=GENESIS)


def record(
    session: Session,
    action: str,
    object_type: str,
    object_id: int | None,
    *,
    by: Actor,
    changes: Mapping[str, Any] | None = None,
    **details: Any,
) -> None:
    """Note an action in the same transaction that carries it out. `details` must hold no secret."""
    chain = session.scalar(select(AuditChain).with_for_update())
    if chain is None:
        chain = AuditChain(length=0, head=GENESIS, base_length=0, base=GENESIS)
        session.add(chain)
    event = AuditEvent(
        sequence=chain.length + 1,
        at=utc_now(),
        user_id=by.user_id,
        api_key_id=by.api_key_id,
        user_email=by.email,
        address=by.origin.address[:64],
        user_agent=by.origin.user_agent[:MAX_TEXT],
        request_id=by.origin.request_id,
        action=action,
        object_type=object_type,
        object_id=object_id,
        details=_plain(details),
        changes=_plain(changes) if changes else None,
        previous_hash=chain.head,
    )
    event.hash = digest(event)
    chain.length, chain.head = event.sequence, event.hash
    session.add(event)


def diff(row: Base) -> dict[str, dict[str, Any]]:
    """What a flush is about to change in a row: `{column: {before, after}}`, secrets blacked out."""
    state = inspect(row)
    found = {}
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if column.key in UNTOLD or not history.has_changes():
            continue
        secret = isinstance(column.columns[0].type, Sealed) or any(w in column.key for w in SECRET_WORDS)
        before, after = (values[0] if values else None for values in (history.deleted, history.added))
        found[column.key] = (
            {"before": before and HIDDEN, "after": after and HIDDEN}
            if secret
            else {"before": before, "after": after}
        )
    return found


def digest(event: AuditEvent) -> str:
    """The hash of an event: over all that it says and the hash of the one before."""
    said = [
        event.sequence,
        rfc3339(event.at),
        event.user_id,
        event.api_key_id,
        event.user_email,
        event.address,
        event.user_agent,
        event.request_id,
        event.action,
        event.object_type,
        event.object_id,
        event.details,
        event.changes,
        event.previous_hash,
    ]
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def verify(session: Session) -> Iterator[str]:
    """What is wrong with the chain of the session's organisation, a sentence each."""
    chain = session.scalar(select(AuditChain))
    if chain is None:
        if session.scalar(select(func.count(AuditEvent.id))):
            yield "there are events, but the record of the chain is gone"
        return
    sequence, head = chain.base_length, chain.base
    # Events of the time before there was a chain have no number.
    events = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.sequence > 0)
        .order_by(AuditEvent.sequence)
        .execution_options(yield_per=1000)
    )
    for event in events:
        if event.sequence != sequence + 1:
            yield f"event {sequence + 1} is missing before event {event.sequence}"
        elif event.previous_hash != head:
            yield f"event {event.sequence} does not follow on the event before it"
        if digest(event) != event.hash:
            yield f"event {event.sequence} was changed after it was written"
        sequence, head = event.sequence, event.hash
    if (sequence, head) != (chain.length, chain.head):
        yield f"the chain ends at event {sequence}, but {chain.length} were written"
    first = session.scalar(select(func.min(AuditEvent.id)).where(AuditEvent.sequence > 0))
    slipped_in = select(func.count(AuditEvent.id)).where(
        AuditEvent.sequence <= 0, AuditEvent.id > (first or 0)
    )
    if count := session.scalar(slipped_in):
        yield f"{count} event{'s'[: count > 1]} without a place in the chain"


def prune(session: Session, before: datetime) -> int:
    """Delete the events older than `before` and move the chain's beginning; how many went."""
    chain = session.scalar(select(AuditChain).with_for_update())
    last = session.scalar(
        select(AuditEvent).where(AuditEvent.at < before).order_by(AuditEvent.sequence.desc()).limit(1)
    )
    if chain is None or last is None:
        return 0
    old = session.scalars(select(AuditEvent).where(AuditEvent.sequence <= last.sequence)).all()
    for event in old:
        session.delete(event)
    chain.base_length, chain.base = last.sequence, last.hash
    return len(old)


def _plain(value: Any) -> Any:
    """`value` in what JSON knows, texts cut to a sane length."""
    match value:
        case None | bool() | int() | float():
            return value
        case datetime():
            return rfc3339(value)
        case Mapping():
            return {str(k): _plain(v) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            items = sorted(value) if isinstance(value, set | frozenset) else value
            return [_plain(item) for item in items]
        case _:
            text = str(value)
            return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
