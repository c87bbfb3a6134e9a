"""OpenID Connect, the relying party's side: discovery, authorization code with PKCE, and the ID token.

OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer).
"""

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from claribi.core.egress import Egress
from claribi.core.errors import SourceUnavailable, ValidationFailed

# Signatures by the provider's own key pair: what both sides could make (HS*) or nobody made proves nothing.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY_SECONDS = 60
WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Client:
    """This server as a provider knows it."""

    issuer: str
    client_id: str
    client_secret: str | None
    scopes: tuple[str, ...]
    redirect_uri: str


class SignInFailed(Exception):
    """What a provider sent proves nothing."""


def discover(egress: Egress, issuer: str) -> Json:
    """A provider's description of itself.

    Raises:
        ValidationFailed: It is none, or speaks for another issuer.
        SourceUnavailable: The provider can't be reached.
    """
    answer = egress.request("GET", issuer.rstrip("/") + WELL_KNOWN)
    try:
        found = answer.json() if answer.status_code == 200 else None  # noqa: PLR2004 - HTTP
    except ValueError:
        found = None
    if not isinstance(found, dict) or any(not isinstance(found.get(name), str) for name in NEEDED):
        raise ValidationFailed(f"issuer: there is no description of an OpenID provider at {issuer}")
    if found["issuer"] != issuer:
        raise ValidationFailed(f"issuer: the provider calls itself {found['issuer'][:300]}; write it just so")
    return found


@dataclass(frozen=True, slots=True)
class Attempt:
    """What has to be remembered between sending somebody away and seeing them back."""

    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Attempt":
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(48))


def authorization_url(provider: Json, client: Client, attempt: Attempt, state: str, hint: str) -> str:
    """Where the browser is sent to sign in."""
    from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415 - slow to import

    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "scope": " ".join(client.scopes),
        "state": state,
        "nonce": attempt.nonce,
        "code_challenge": create_s256_code_challenge(attempt.verifier),  # type: ignore[no-untyped-call]  # untyped there
        "code_challenge_method": "S256",
    } | ({"login_hint": hint} if hint else {})
    mark = "&" if "?" in provider["authorization_endpoint"] else "?"
    return f"{provider['authorization_endpoint']}{mark}{urlencode(query)}"


def finish(egress: Egress, provider: Json, client: Client, attempt: Attempt, code: str) -> Json:
    """What the provider says of who signed in: the claims of the ID token, with those of userinfo.

    Raises:
        SignInFailed: The code is not good, or the token is not.
    """
    tokens = _exchange(egress, provider, client, attempt, code)
    claims = read_id_token(
        tokens.get("id_token"), _json(egress, "GET", provider["jwks_uri"]), provider, client, attempt.nonce
    )
    if endpoint := provider.get("userinfo_endpoint"):
        headers = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
        more = _json(egress, "GET", endpoint, headers=headers)
        # It must speak of the same person (OpenID Connect Core, 5.3.2).
        if more.get("sub") == claims["sub"]:
            claims = more | claims
    return claims


def read_id_token(token: Any, jwks: Json, provider: Json, client: Client, nonce: str) -> Json:
    """The claims of an ID token that is signed by the provider, for us, for this attempt, and not over."""
    from authlib.oidc.core import CodeIDToken  # noqa: PLC0415 - slow to import
    from joserfc import jwt  # noqa: PLC0415 - as above
    from joserfc.errors import JoseError  # noqa: PLC0415 - as above
    from joserfc.jwk import KeySet  # noqa: PLC0415 - as above

    announced = provider.get("id_token_signing_alg_values_supported") or ["RS256"]
    try:
        keys = KeySet.import_key_set(jwks)  # type: ignore[arg-type]  # what is no key set raises
        decoded = jwt.decode(token, keys, algorithms=[name for name in ALGORITHMS if name in announced])
        checked = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": client.issuer},
                "aud": {"essential": True, "value": client.client_id},
            },
            {"nonce": nonce, "client_id": client.client_id},
        )
        checked.validate(leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SignInFailed(f"ID token: {type(error).__name__}") from None
    return dict(checked)


def _exchange(egress: Egress, provider: Json, client: Client, attempt: Attempt, code: str) -> Json:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": attempt.verifier,
    }
    methods = provider.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if client.client_secret is None:
        return _json(egress, "POST", provider["token_endpoint"], data=form | {"client_id": client.client_id})
    if "client_secret_basic" in methods:
        login = (client.client_id, client.client_secret)
        return _json(egress, "POST", provider["token_endpoint"], data=form, auth=login)
    form |= {"client_id": client.client_id, "client_secret": client.client_secret}
    return _json(egress, "POST", provider["token_endpoint"], data=form)


def _json(egress: Egress, method: str, url: Any, **arguments: Any) -> Json:
    try:
        answer = egress.request(method, str(url), **arguments)
        found = answer.json()
    except (SourceUnavailable, ValidationFailed, ValueError) as error:
        raise SignInFailed(f"{method} {url}: {error}") from None
    if answer.status_code != 200 or not isinstance(found, dict):  # noqa: PLR2004 - HTTP
        raise SignInFailed(f"{method} {url}: {answer.status_code}")
    return found
