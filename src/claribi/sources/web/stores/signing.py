"""How requests to object stores are signed: only what is asked, when, and by whom. No input or output.

AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, which Google's XML API
takes as well. Azure: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, quote, unquote

import httpx

ALGORITHM = "AWS4-HMAC-SHA256"
# We send no body.
EMPTY = hashlib.sha256(b"").hexdigest()
UNRESERVED = "-_.~"
AZURE_VERSION = "2021-12-02"
# What stands in its text to be signed between GET and its own headers: eleven headers that we don't send.
AZURE_LINES = 11


def signed_v4(
    url: httpx.URL,
    *,
    key_id: str,
    secret: str,
    token: str,
    region: str,
    now: datetime,
) -> dict[str, str]:
    """The headers that prove who asks for an address.

    Args:
        token: Of temporary keys; empty for others.
        now: In UTC.
    """
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    added = {"x-amz-content-sha256": EMPTY, "x-amz-date": moment}
    if token:
        added["x-amz-security-token"] = token
    lines = {"host": url.netloc.decode(), **added}
    names = ";".join(sorted(lines))
    request = "\n".join(
        (
            "GET",
            quote(unquote(_path(url)), safe=f"/{UNRESERVED}"),
            _query(url),
            *(f"{name}:{lines[name]}" for name in sorted(lines)),
            "",
            names,
            EMPTY,
        )
    )
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    wanted = "\n".join((ALGORITHM, moment, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    signature = _hmac(key, wanted).hex()
    proof = f"{ALGORITHM} Credential={key_id}/{scope},SignedHeaders={names},Signature={signature}"
    return {**added, "Authorization": proof}


def signed_shared_key(url: httpx.URL, *, account: str, secret: str, now: datetime) -> dict[str, str]:
    """The headers that prove to Azure who asks for an address."""
    added = {"x-ms-date": format_datetime(now, usegmt=True), "x-ms-version": AZURE_VERSION}
    own = [f"{name}:{value}" for name, value in added.items()]
    asked = [f"{name}:{value}" for name, value in sorted(_pairs(url))]
    wanted = "\n".join(("GET", *[""] * AZURE_LINES, *own, f"/{account}{_path(url)}", *asked))
    signature = base64.b64encode(_hmac(base64.b64decode(secret), wanted)).decode()
    return {**added, "Authorization": f"SharedKey {account}:{signature}"}


def _path(url: httpx.URL) -> str:
    """As it is sent, percent signs and all."""
    return url.raw_path.partition(b"?")[0].decode()


def _query(url: httpx.URL) -> str:
    pairs = sorted(
        (quote(name, safe=UNRESERVED), quote(value, safe=UNRESERVED)) for name, value in _pairs(url)
    )
    return "&".join(f"{name}={value}" for name, value in pairs)


def _pairs(url: httpx.URL) -> list[tuple[str, str]]:
    return parse_qsl(url.query.decode(), keep_blank_values=True)


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
