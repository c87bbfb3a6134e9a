"""HTTP of signing in and of one's own account."""

from typing import Any

from fastapi import Request, Response

from claribi.accounts import key_schemas, schemas
from claribi.accounts.authentication import cookie_name, credentials, csrf_token
from claribi.accounts.middleware import origin_of
from claribi.accounts.permissions import PUBLIC, SIGNED_IN
from claribi.accounts.routes.services import Wing
from claribi.accounts.routing import Caller, guarded, router
from claribi.accounts.tokens import REFRESH_LIFETIME
from claribi.http.ids import Deleted, ObjectId
from claribi.http.pages import Page, Paged

auth = router("Authentication")
account = router("Account")
OPEN = guarded(PUBLIC)
OWN = guarded(SIGNED_IN)


@auth.post("/auth/login", response_model=schemas.SignedIn | schemas.SecondStep, openapi_extra=OPEN)
def login(request: Request, body: schemas.Login, wing: Wing) -> Any:
    """Sign in with e-mail and password; where a second factor is set up, this is the first step."""
    return wing.sign_in.login(body.email, body.password, origin_of(request.scope))


@auth.post("/auth/mfa/verify", response_model=schemas.SignedIn, openapi_extra=OPEN)
def verify_mfa(request: Request, body: schemas.MfaVerification, wing: Wing) -> Any:
    """The second step: a code from the authenticator, or a backup code. Each works once."""
    return wing.sign_in.second_step(body.mfa_token, body.code, origin_of(request.scope))


@auth.post("/auth/token/refresh", response_model=schemas.Renewed, openapi_extra=OPEN)
def refresh(body: schemas.Refresh, wing: Wing) -> Any:
    """Get a new access token."""
    return wing.sessions.refresh(body.refresh)


@auth.post("/auth/logout", openapi_extra=OWN)
def logout(request: Request, response: Response, caller: Caller, wing: Wing) -> schemas.SignedOut:
    """End the session: its refresh token, its access tokens and its cookie stop working at once."""
    wing.sessions.logout(caller)
    if caller.is_browser:
        secure = request.url.scheme == "https"
        response.delete_cookie(cookie_name(secure=secure), secure=secure, httponly=True, samesite="lax")
    return schemas.SignedOut()


@auth.post("/auth/browser", openapi_extra=OWN)
def to_browser(request: Request, response: Response, caller: Caller, wing: Wing) -> schemas.BrowserSession:
    """Put this session into a cookie that no script can read. Its tokens open nothing from then on."""
    cookie, csrf = wing.sessions.to_browser(caller)
    secure = request.url.scheme == "https"
    set_cookie(response, cookie_name(secure=secure), cookie, secure=secure)
    return schemas.BrowserSession(csrf_token=csrf)


def set_cookie(response: Response, name: str, cookie: str, *, secure: bool) -> None:
    """Give a browser the cookie of its session."""
    lifetime = int(REFRESH_LIFETIME.total_seconds())
    response.set_cookie(name, cookie, max_age=lifetime, secure=secure, httponly=True, samesite="lax")


@auth.get("/auth/status", response_model=schemas.Status, openapi_extra=OWN)
def status(request: Request, caller: Caller, wing: Wing) -> Any:
    """Who is signed in, for which organisation, and what that may do."""
    found = wing.accounts.status(caller)
    if caller.is_browser:
        cookie = credentials(request.headers, secure=request.url.scheme == "https").cookie
        found["csrf_token"] = csrf_token(cookie or "")
    return found


@auth.get("/auth/verify", response_model=key_schemas.Verified, openapi_extra=OWN)
def verify(caller: Caller, wing: Wing) -> Any:
    """Check an API key."""
    return wing.api_keys.verify(caller)


@auth.post("/auth/register", status_code=201, response_model=schemas.Pending, openapi_extra=OPEN)
def register(request: Request, body: schemas.Registration, wing: Wing) -> Any:
    """Start a 14-day trial: a code comes by e-mail. The answer never tells whether an address is known."""
    return wing.registrations.register(body, origin_of(request.scope))


@auth.post("/auth/verify-email", status_code=201, response_model=schemas.SignedIn, openapi_extra=OPEN)
def verify_email(request: Request, body: schemas.VerifyEmail, wing: Wing) -> Any:
    """Finish a registration with the code: the organisation and its owner, signed in."""
    return wing.registrations.verify(body, origin_of(request.scope))


@auth.post("/auth/resend-code", response_model=schemas.Pending, openapi_extra=OPEN)
def resend_code(request: Request, body: schemas.ResendCode, wing: Wing) -> Any:
    """Get another code; the one before is void."""
    return wing.registrations.resend(body.pending_id, body.email, origin_of(request.scope))


@auth.post("/auth/password/forgot", openapi_extra=OPEN)
def forgot_password(request: Request, body: schemas.ForgotPassword, wing: Wing) -> schemas.Sent:
    """Ask for a link to choose a new password. The answer never tells whether an address is known."""
    wing.recovery.forgot(body.email, origin_of(request.scope))
    return schemas.Sent()


@auth.post("/auth/password/reset", openapi_extra=OPEN)
def reset_password(request: Request, body: schemas.ResetPassword, wing: Wing) -> schemas.Done:
    """Set a new password with the token of the link; every session ends. A second factor stays."""
    wing.recovery.reset(body.token, body.password, origin_of(request.scope))
    return schemas.Done()


@auth.post("/auth/password/change", openapi_extra=OWN)
def change_password(caller: Caller, body: schemas.ChangePassword, wing: Wing) -> schemas.Done:
    """Change one's own password; every other session ends."""
    wing.recovery.change(caller, body.current_password, body.new_password)
    return schemas.Done()


@account.get("/auth/sessions", response_model=Page[schemas.SessionOut], openapi_extra=OWN)
def list_sessions(caller: Caller, page: Paged, wing: Wing) -> Any:
    """List one's own sessions that are alive."""
    return wing.sessions.list_page(caller, page)


@account.delete("/auth/sessions/{session_id}", openapi_extra=OWN)
def end_session(caller: Caller, session_id: ObjectId, wing: Wing) -> Deleted:
    """End one of one's own sessions, at once."""
    return Deleted(id=wing.sessions.end(caller, session_id))


@account.post("/auth/sessions/end-others", openapi_extra=OWN)
def end_other_sessions(caller: Caller, wing: Wing) -> schemas.Ended:
    """End all of one's own sessions but this one."""
    return schemas.Ended(ended=wing.sessions.end_others(caller))


@account.patch("/auth/profile", response_model=schemas.UserOut, openapi_extra=OWN)
def change_profile(caller: Caller, body: schemas.ChangedProfile, wing: Wing) -> Any:
    """Change one's own names."""
    return wing.members.profile(caller, body)


@account.get("/auth/mfa", response_model=schemas.MfaStatus, openapi_extra=OWN)
def mfa_status(caller: Caller, wing: Wing) -> Any:
    """Which second factors one has."""
    return wing.second_factor.status(caller)


@account.post("/auth/mfa/totp", status_code=201, response_model=schemas.TotpSetUp, openapi_extra=OWN)
def set_up_totp(caller: Caller, wing: Wing) -> Any:
    """A new secret for an authenticator, with a picture to scan. It counts once it was confirmed."""
    return wing.second_factor.set_up(caller)


@account.post("/auth/mfa/totp/confirm", openapi_extra=OWN)
def confirm_totp(caller: Caller, body: schemas.CodeOnly, wing: Wing) -> schemas.BackupCodes:
    """Take the authenticator into use with a first code; the answer holds the backup codes, once."""
    return schemas.BackupCodes(backup_codes=wing.second_factor.confirm(caller, body.code))


@account.post("/auth/mfa/totp/disable", openapi_extra=OWN)
def disable_totp(caller: Caller, body: schemas.CodeOnly, wing: Wing) -> schemas.Done:
    """Take the authenticator and the backup codes out of use."""
    wing.second_factor.disable(caller, body.code)
    return schemas.Done()


@account.post("/auth/mfa/backup-codes", status_code=201, openapi_extra=OWN)
def renew_backup_codes(caller: Caller, body: schemas.CodeOnly, wing: Wing) -> schemas.BackupCodes:
    """New backup codes; the old ones are void."""
    return schemas.BackupCodes(backup_codes=wing.second_factor.renew_backup_codes(caller, body.code))


@auth.post("/auth/invitation", response_model=schemas.Offer, openapi_extra=OPEN)
def look_at_invitation(body: schemas.InvitationToken, wing: Wing) -> Any:
    """What an invitation offers, for whoever holds its link."""
    return wing.invitations.look(body.token)


@auth.post("/auth/invitation/accept", status_code=201, response_model=schemas.SignedIn, openapi_extra=OPEN)
def accept_invitation(request: Request, body: schemas.AcceptInvitation, wing: Wing) -> Any:
    """Join an organisation: a new account, signed in."""
    return wing.invitations.accept(body, origin_of(request.scope))
