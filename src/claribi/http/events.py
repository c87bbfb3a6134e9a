"""Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

from fastapi import Request

MEDIA_TYPE = "text/event-stream"
# How long nothing is said before a comment shows that we are still here; proxies cut silent lines.
HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": still here\n\n"


def event(name: str, data: bytes) -> bytes:
    """One event, its data a JSON text."""
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


def wants_events(request: Request) -> bool:
    """Whether a client asks to be told of progress where others wait for the end."""
    return MEDIA_TYPE in request.headers.get("accept", "")
