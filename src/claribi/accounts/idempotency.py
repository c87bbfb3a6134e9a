"""Calls that are sent twice and carried out once (`Idempotency-Key`)."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from sqlalchemy import LargeBinary, Select, String, UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from starlette.concurrency import run_in_threadpool

from claribi.accounts.principal import Principal
from claribi.core.clock import utc_now
from claribi.core.database import Base, BigId, Database, Tenant
from claribi.core.errors import Conflict, ValidationFailed

HEADER = "idempotency-key"
REMEMBERED = timedelta(hours=24)
MAX_KEY = 255


class IdempotentCall(Tenant, Base):
    """A call that carried a key. `status` is None while it is under way."""

    __tablename__ = "idempotent_calls"
    __table_args__ = (
        UniqueConstraint("organization_id", "user_id", "key"),
        {"sqlite_autoincrement": True},
    )

    user_id: Mapped[int] = mapped_column(BigId)
    key: Mapped[str] = mapped_column(String(MAX_KEY))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    status: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    media_type: Mapped[str | None] = mapped_column(String(100))


async def once(
    database: Database,
    caller: Principal,
    request: Request,
    handler: Callable[[Request], Awaitable[Response]],
) -> Response:
    """The handler's answer, or the answer that the same call got before.

    Raises:
        Conflict: The key came with another call, or with this one and it is still under way.
    """
    key = request.headers[HEADER]
    if not 0 < len(key) <= MAX_KEY:
        raise ValidationFailed(f"An Idempotency-Key has 1 to {MAX_KEY} characters")
    fingerprint = await _fingerprint(request)
    replayed = await run_in_threadpool(_claim, database, caller, key, fingerprint)
    if replayed is not None:
        return replayed
    try:
        response = await handler(request)
    except BaseException:
        await run_in_threadpool(_release, database, caller, key)
        raise
    await run_in_threadpool(_remember, database, caller, key, response)
    return response


async def _fingerprint(request: Request) -> bytes:
    """What makes two calls the same. Uploads may be too large to hold, so their size stands for them."""
    digest = sha256(f"{request.method} {request.scope['path']}\n".encode())
    if request.headers.get("content-type", "").startswith("multipart/"):
        digest.update(request.headers.get("content-length", "").encode())
    else:
        digest.update(await request.body())
    return digest.digest()


def _claim(database: Database, caller: Principal, key: str, fingerprint: bytes) -> Response | None:
    call = IdempotentCall(user_id=caller.user_id, key=key, fingerprint=fingerprint)
    try:
        with database.write(caller.organization_id) as session:
            session.execute(delete(IdempotentCall).where(IdempotentCall.created_at < utc_now() - REMEMBERED))
            session.add(call)
    except IntegrityError:
        return _replay(database, caller, key, fingerprint)
    return None


def _replay(database: Database, caller: Principal, key: str, fingerprint: bytes) -> Response:
    with database.read(caller.organization_id) as session:
        call: IdempotentCall | None = session.scalar(_of(caller, key))
    if call is None or call.status is None:
        raise Conflict("The call with this Idempotency-Key is still under way; try again shortly")
    if call.fingerprint != fingerprint:
        raise Conflict("This Idempotency-Key was used for another call; take a new one")
    return Response(call.body, call.status, media_type=call.media_type)


def _release(database: Database, caller: Principal, key: str) -> None:
    """Forget a call that failed, so that it may be tried again."""
    with database.write(caller.organization_id) as session:
        call = session.scalar(_of(caller, key))
        if call is not None:
            session.delete(call)


def _remember(database: Database, caller: Principal, key: str, response: Response) -> None:
    with database.write(caller.organization_id) as session:
        call = session.scalars(_of(caller, key)).one()
        call.status = response.status_code
        call.body = bytes(response.body)
        call.media_type = response.media_type or response.headers.get("content-type")


def _of(caller: Principal, key: str) -> Select[Any]:
    return select(IdempotentCall).where(IdempotentCall.user_id == caller.user_id, IdempotentCall.key == key)
