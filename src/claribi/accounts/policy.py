"""What an organisation demands of its members' sign-ins and keys."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts.models import EmailDomain, IdentityProvider, User
from claribi.accounts.permissions import Role


def provider_of(session: Session, user: User) -> str | None:
    """The identity provider that this user has to sign in with, by name.

    Owners keep their password, so that a broken provider locks no organisation out of its own settings.
    """
    if user.role == Role.OWNER:
        return None
    return session.scalar(
        select(IdentityProvider.name)
        .join(EmailDomain, EmailDomain.provider_id == IdentityProvider.id)
        .where(
            IdentityProvider.organization_id == user.organization_id,
            IdentityProvider.is_active,
            IdentityProvider.is_required,
            EmailDomain.domain == user.email.rpartition("@")[2],
            EmailDomain.verified_at.is_not(None),
        )
        .limit(1)
    )
