"""The identity providers of an organisation, and the mail domains whose people sign in there."""

import secrets
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts.models import EmailDomain, IdentityProvider
from claribi.accounts.permissions import Role
from claribi.accounts.principal import Principal
from claribi.accounts.roles import by_name
from claribi.accounts.sso.oidc import discover
from claribi.accounts.sso.schemas import ChangedProvider, NewProvider
from claribi.core import audit
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.egress import Egress
from claribi.core.errors import Conflict, FieldProblem, Forbidden, NotFound, ValidationFailed
from claribi.core.vault import Vault
from claribi.http.conditional import Check
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate

SECRET = "identity_providers.client_secret"  # noqa: S105 - the name of a column
TXT_NAME, TXT_VALUE = "_claribi.{domain}", "claribi-verification={proof}"
# Anybody has an address there, so nobody owns it.
PUBLIC_MAIL = frozenset(
    {
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "hotmail.com",
            "live.com",
            "yahoo.com",
        ),
        *(
            "icloud.com",
            "me.com",
            "aol.com",
            "gmx.de",
            "gmx.net",
            "web.de",
        ),
        *(
            "mail.ru",
            "yandex.ru",
            "qq.com",
            "163.com",
            "proton.me",
            "protonmail.com",
        ),
        *(
            "t-online.de",
            "orange.fr",
            "libero.it",
        ),
    }
)
# What null takes away.
MAY_GO = frozenset({"client_secret", "default_role"})
Lookup = Callable[[str], list[str]]


def txt_records(name: str) -> list[str]:
    """The texts that the domain name system keeps under a name; none where there is no such name."""
    import dns.exception  # noqa: PLC0415 - seldom needed
    import dns.resolver  # noqa: PLC0415 - as above

    try:
        return [b"".join(row.strings).decode("utf-8", "replace") for row in dns.resolver.resolve(name, "TXT")]
    except dns.exception.DNSException:
        return []


class IdentityProviders:
    """What an owner sets up."""

    def __init__(
        self, database: Database, vault: Vault, egress: Egress, lookup: Lookup = txt_records
    ) -> None:
        self._database = database
        self._vault = vault
        self._egress = egress
        self._lookup = lookup

    def create(self, caller: Principal, wanted: NewProvider) -> IdentityProvider:
        """A new provider, once its own description was read."""
        caller.require("security:manage")
        discover(self._egress, wanted.issuer)
        values = wanted.model_dump(exclude={"client_secret"})
        with self._database.write(caller.organization_id) as session:
            _check_roles(session, values)
            sealed = self._vault.seal(SECRET, wanted.client_secret) if wanted.client_secret else None
            provider = IdentityProvider(**values, client_secret=sealed)
            session.add(provider)
            session.flush()
            _note(session, caller, "identity_provider.created", provider)
            return provider

    def list_page(self, caller: Principal, page: PageRequest) -> dict[str, Any]:
        caller.require("security:manage")
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                select(IdentityProvider),
                page,
                model=IdentityProvider,
                search=[IdentityProvider.name, IdentityProvider.issuer],
                ordering={"name": IdentityProvider.name, "created_at": IdentityProvider.created_at},
                present=present,
            )

    def get(self, caller: Principal, provider_id: str) -> IdentityProvider:
        caller.require("security:manage")
        with self._database.read(caller.organization_id) as session:
            return _find(session, provider_id)

    def change(
        self, caller: Principal, provider_id: str, wanted: ChangedProvider, check: Check
    ) -> IdentityProvider:
        caller.require("security:manage")
        values = {
            name: value
            for name, value in wanted.model_dump(exclude_unset=True).items()
            if value is not None or name in MAY_GO
        }
        with self._database.read(caller.organization_id) as session:
            check(_find(session, provider_id))
        if "issuer" in values:
            discover(self._egress, values["issuer"])
        with self._database.write(caller.organization_id) as session:
            provider = _find(session, provider_id)
            check(provider)
            _check_roles(session, values)
            if "client_secret" in values:
                secret = values.pop("client_secret")
                provider.client_secret = self._vault.seal(SECRET, secret) if secret else None
            for name, value in values.items():
                setattr(provider, name, value)
            _note(session, caller, "identity_provider.changed", provider)
            session.flush()
            return provider

    def delete(self, caller: Principal, provider_id: str, check: Check) -> int:
        caller.require("security:manage")
        with self._database.write(caller.organization_id) as session:
            provider = _find(session, provider_id)
            check(provider)
            _note(session, caller, "identity_provider.deleted", provider)
            session.delete(provider)
            return provider.id

    def add_domain(self, caller: Principal, provider_id: str, name: str) -> EmailDomain:
        """Claim a domain; it counts once the organisation has shown that it owns it."""
        caller.require("security:manage")
        domain = name.strip().lower().removeprefix("@")
        if domain in PUBLIC_MAIL:
            raise ValidationFailed(
                f"domain: {domain} is anybody's", details=[FieldProblem("domain", "is anybody's")]
            )
        with self._database.write(caller.organization_id) as session:
            provider = _find(session, provider_id)
            if session.scalar(select(EmailDomain.id).where(EmailDomain.domain == domain)):
                raise Conflict(f"{domain} is claimed already")
            claimed = EmailDomain(
                provider_id=provider.id, domain=domain, proof=secrets.token_hex(16), verified_at=None
            )
            session.add(claimed)
            session.flush()
            _note(session, caller, "identity_provider.domain_added", provider, domain=domain)
            return claimed

    def domains_page(self, caller: Principal, provider_id: str, page: PageRequest) -> dict[str, Any]:
        caller.require("security:manage")
        with self._database.read(caller.organization_id) as session:
            provider = _find(session, provider_id)
            return paginate(
                session,
                select(EmailDomain).where(EmailDomain.provider_id == provider.id),
                page,
                model=EmailDomain,
                search=[EmailDomain.domain],
                ordering={"domain": EmailDomain.domain, "created_at": EmailDomain.created_at},
                present=present_domain,
            )

    def verify_domain(self, caller: Principal, provider_id: str, domain_id: str) -> EmailDomain:
        """Look for the proof in the domain name system.

        Raises:
            Conflict: It is not there, or another organisation has proven the domain before.
        """
        caller.require("security:manage")
        with self._database.read(caller.organization_id) as session:
            domain = _find_domain(session, provider_id, domain_id)
        record = present_domain(domain)["txt_record"]
        if record["value"] not in self._lookup(record["name"]):
            raise Conflict(f"There is no TXT record {record['name']} with the text {record['value']} yet")
        self.confirm_domain(caller.organization_id, domain.domain)
        with self._database.read(caller.organization_id) as session:
            return _find_domain(session, provider_id, domain_id)

    def confirm_domain(self, organization_id: int, name: str) -> None:
        """Take a domain as proven: its record was found, or the operator says so."""
        with self._database.write(None) as session:
            unscoped(session)
            holder = session.scalar(
                select(EmailDomain.organization_id).where(
                    EmailDomain.domain == name, EmailDomain.verified_at.is_not(None)
                )
            )
            if holder not in {None, organization_id}:
                raise Conflict(f"{name} belongs to another organisation on this server")
            claimed = session.scalar(
                select(EmailDomain).where(
                    EmailDomain.domain == name, EmailDomain.organization_id == organization_id
                )
            )
            if claimed is None:
                raise NotFound("Domain", name)
            claimed.verified_at = claimed.verified_at or utc_now()

    def remove_domain(self, caller: Principal, provider_id: str, domain_id: str) -> int:
        caller.require("security:manage")
        with self._database.write(caller.organization_id) as session:
            domain = _find_domain(session, provider_id, domain_id)
            provider = _find(session, provider_id)
            _note(session, caller, "identity_provider.domain_removed", provider, domain=domain.domain)
            session.delete(domain)
            return domain.id


def present(provider: IdentityProvider) -> dict[str, Any]:
    return {
        "id": provider.id,
        "name": provider.name,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "has_client_secret": provider.client_secret is not None,
        "scopes": provider.scopes,
        "default_role": provider.default_role,
        "group_claim": provider.group_claim,
        "role_of_group": provider.role_of_group,
        "is_required": provider.is_required,
        "is_active": provider.is_active,
        "created_at": provider.created_at,
        "updated_at": provider.updated_at,
    }


def present_domain(domain: EmailDomain) -> dict[str, Any]:
    return {
        "id": domain.id,
        "domain": domain.domain,
        "verified_at": domain.verified_at,
        "txt_record": {
            "name": TXT_NAME.format(domain=domain.domain),
            "value": TXT_VALUE.format(proof=domain.proof),
        },
        "created_at": domain.created_at,
    }


def _find(session: Session, provider_id: str) -> IdentityProvider:
    return find(session, IdentityProvider, "Identity provider", provider_id)


def _find_domain(session: Session, provider_id: str, domain_id: str) -> EmailDomain:
    provider = _find(session, provider_id)
    return find(session, EmailDomain, "Domain", domain_id, EmailDomain.provider_id == provider.id)


def _check_roles(session: Session, values: dict[str, Any]) -> None:
    """No provider makes owners, or gives roles that there are not."""
    for name in {values.get("default_role"), *(values.get("role_of_group") or {}).values()} - {None}:
        role, _ = by_name(session, str(name))
        if role is Role.OWNER:
            raise Forbidden("No identity provider makes owners")


def _note(
    session: Session, caller: Principal, action: str, provider: IdentityProvider, **details: Any
) -> None:
    changes = audit.diff(provider)
    audit.record(
        session,
        action,
        "identity_provider",
        provider.id,
        by=caller,
        changes=changes,
        name=provider.name,
        **details,
    )
