"""The services of the accounts wing, put together."""

from dataclasses import dataclass

from claribi.accounts.authentication import Authenticator
from claribi.accounts.credits import Credits
from claribi.accounts.housekeeping import Housekeeping
from claribi.accounts.invitations import Invitations
from claribi.accounts.keys import ApiKeys
from claribi.accounts.letters import Letters
from claribi.accounts.limits import Limiter
from claribi.accounts.members import Members
from claribi.accounts.mfa import SecondFactor
from claribi.accounts.onetime import OneTimeTokens
from claribi.accounts.organization import Organizations
from claribi.accounts.passkeys import Passkeys
from claribi.accounts.recovery import Recovery
from claribi.accounts.registration import Registrations
from claribi.accounts.roles import Roles
from claribi.accounts.service import Accounts
from claribi.accounts.sessions import Sessions
from claribi.accounts.signin import SignIn
from claribi.accounts.sso.providers import IdentityProviders
from claribi.accounts.sso.signin import SingleSignOn
from claribi.accounts.tokens import Tokens
from claribi.accounts.trail import AuditLogs
from claribi.accounts.usage import Meter, Usage
from claribi.core.blobs import BlobStore
from claribi.core.database import Database
from claribi.core.egress import Egress
from claribi.core.jobs import Jobs
from claribi.core.mail import Outbox
from claribi.core.secrets import derive, master_keys
from claribi.core.settings import Settings
from claribi.core.vault import Vault


@dataclass(frozen=True, slots=True)
class AccountServices:
    """Everything that concerns who there is, who is calling and what that may use."""

    settings: Settings
    vault: Vault
    egress: Egress
    outbox: Outbox
    tokens: OneTimeTokens
    limiter: Limiter
    authenticator: Authenticator
    accounts: Accounts
    sessions: Sessions
    sign_in: SignIn
    second_factor: SecondFactor
    passkeys: Passkeys
    identity_providers: IdentityProviders
    single_sign_on: SingleSignOn
    registrations: Registrations
    recovery: Recovery
    invitations: Invitations
    members: Members
    roles: Roles
    organizations: Organizations
    api_keys: ApiKeys
    credits: Credits
    meter: Meter
    usage: Usage
    audit_logs: AuditLogs
    letters: Letters
    housekeeping: Housekeeping


def build(settings: Settings, database: Database, blobs: BlobStore, jobs: Jobs) -> AccountServices:
    """The wing's services for these settings."""
    masters = master_keys(settings)
    vault = Vault(masters)
    outbox = Outbox(settings, vault, jobs)
    tokens = Tokens([derive(master, "tokens") for master in masters])
    one_time = OneTimeTokens(vault)
    limiter = Limiter(settings.redis_url)
    credit = Credits(settings)
    meter = Meter(database)
    accounts = Accounts(database, credit)
    sessions = Sessions(database, tokens)
    second_factor = SecondFactor(database, vault, outbox, limiter)
    egress = Egress(settings.allowed_networks)
    sign_in = SignIn(database, sessions, one_time, second_factor, limiter)
    return AccountServices(
        settings=settings,
        vault=vault,
        egress=egress,
        outbox=outbox,
        tokens=one_time,
        limiter=limiter,
        authenticator=Authenticator(database, tokens),
        accounts=accounts,
        sessions=sessions,
        sign_in=sign_in,
        second_factor=second_factor,
        passkeys=Passkeys(database, sessions, sign_in, one_time, outbox),
        identity_providers=IdentityProviders(database, vault, egress),
        single_sign_on=SingleSignOn(database, vault, egress, sessions, one_time),
        registrations=Registrations(settings, database, accounts, sessions, one_time, outbox, limiter),
        recovery=Recovery(database, one_time, outbox, limiter),
        invitations=Invitations(settings, database, sessions, outbox),
        members=Members(database),
        roles=Roles(database),
        organizations=Organizations(database, blobs),
        api_keys=ApiKeys(database, meter),
        credits=credit,
        meter=meter,
        usage=Usage(database, limiter, credit, meter),
        audit_logs=AuditLogs(database),
        letters=Letters(settings, database, one_time),
        housekeeping=Housekeeping(database, outbox),
    )
