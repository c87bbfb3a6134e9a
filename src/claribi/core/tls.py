"""How certificates of other servers are checked."""

import ssl
from functools import cache


@cache
def system_authorities() -> ssl.SSLContext:
    """Checks against the system's authorities; shared, so nobody changes it.

    To read them takes longer than many a whole call, so a process does it once.
    """
    return ssl.create_default_context()


def client_context(authority: str | None, *, verify: bool) -> ssl.SSLContext:
    """A context of one's own.

    Args:
        authority: The certificate (PEM) of who vouches for the server; the system's authorities when empty.
        verify: Whether a certificate is checked at all; without it the connection is only encrypted.
    """
    if verify:
        return ssl.create_default_context(cadata=authority or None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
