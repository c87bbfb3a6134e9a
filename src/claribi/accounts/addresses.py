"""Whose an address is: one user's on the whole server, in a domain that an organisation may have proven."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts.models import EmailDomain, User


def user_of(session: Session, email: str) -> User | None:
    """The user with this address, whatever organisation it is in: an address is known once on the server."""
    confined = session.info.get("unscoped", False)
    session.info["unscoped"] = True
    try:
        return session.scalar(select(User).where(User.email == email))
    finally:
        session.info["unscoped"] = confined


def vouches_for(session: Session, email: str, provider_id: int | None = None) -> bool:
    """Whether the session's organisation has proven the domain of an address, for one provider or for any."""
    conditions = [EmailDomain.domain == email.rpartition("@")[2], EmailDomain.verified_at.is_not(None)]
    if provider_id is not None:
        conditions.append(EmailDomain.provider_id == provider_id)
    return session.scalar(select(EmailDomain.id).where(*conditions).limit(1)) is not None
