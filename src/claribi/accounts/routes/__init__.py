"""HTTP of the accounts wing: one file for each part of it."""

from claribi.accounts.routes.auth import account, auth
from claribi.accounts.routes.keys import keys
from claribi.accounts.routes.members import members, roles
from claribi.accounts.routes.organization import audit_logs, organization, usage
from claribi.accounts.routes.passkeys import passkeys
from claribi.accounts.routes.sso import sso

# In the order of the documentation.
routers = (auth, account, passkeys, keys, members, roles, organization, sso, usage, audit_logs)
