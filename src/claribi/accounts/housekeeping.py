"""What has to be done now and then, by the worker: warnings before keys expire, and clearing up."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from claribi.accounts import trail
from claribi.accounts.letters import EXPIRING
from claribi.accounts.models import ApiKey, LoginSession, OneTimeToken, Organization, UsageDay, User
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.mail import Outbox, OutgoingMail

WARN_BEFORE = timedelta(days=7)
# How long what is over is kept before it goes.
KEEP_SESSIONS = timedelta(days=90)
KEEP_USAGE = timedelta(days=400)
KEEP_MAILS = timedelta(days=30)


class Housekeeping:
    """Each part may run at any time, in several workers at once, and does its work once."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    def run(self) -> None:
        self.warn_of_expiring_keys()
        self._outbox.send_again(self._database)
        self.clear()
        with self._database.read(None) as session:
            organizations = session.scalars(select(Organization.id)).all()
        for organization_id in organizations:
            trail.prune(self._database, organization_id)

    def warn_of_expiring_keys(self) -> int:
        """Write to the owners of keys that expire within a week, once a key; to how many."""
        if not self._outbox.is_open:
            return 0
        now = utc_now()
        with self._database.write(None) as session:
            unscoped(session)
            expiring = session.execute(
                update(ApiKey)
                .where(
                    ApiKey.expires_at > now,
                    ApiKey.expires_at <= now + WARN_BEFORE,
                    ApiKey.revoked_at.is_(None),
                    ApiKey.warned_at.is_(None),
                )
                .values(warned_at=now, updated_at=ApiKey.updated_at)
                .returning(ApiKey.id)
            ).all()
            rows = session.execute(
                select(ApiKey, User)
                .join(User, User.id == ApiKey.user_id)
                .where(ApiKey.id.in_([row.id for row in expiring]), User.is_active)
            ).all()
            for key, user in rows:
                self._outbox.put(
                    session,
                    EXPIRING,
                    user.email,
                    name=key.name,
                    prefix=key.prefix,
                    on=f"{key.expires_at:%Y-%m-%d}",
                    organization_id=key.organization_id,
                )
            return len(rows)

    def clear(self) -> None:
        """Delete what is over and done with."""
        now = utc_now()
        with self._database.write(None) as session:
            unscoped(session)
            session.execute(delete(OneTimeToken).where(OneTimeToken.expires_at < now))
            session.execute(delete(LoginSession).where(LoginSession.expires_at < now - KEEP_SESSIONS))
            session.execute(delete(UsageDay).where(UsageDay.day < (now - KEEP_USAGE).date()))
            session.execute(delete(OutgoingMail).where(OutgoingMail.created_at < now - KEEP_MAILS))
