"""Errors as JSON. This module alone knows what an error looks like to a client."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from claribi.core.database import is_out_of_reach
from claribi.core.errors import ClaribiError, Unavailable

CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
    429: "rate_limited",
    503: "unavailable",
}
BUSY, RETRY_SECONDS = "The server is busy or starting; try again in a moment", 2
JSON = "application/json"
PLACES = frozenset({"body", "query", "path", "header"})
KINDS = frozenset({"structured", "sql"})


def problem(
    status: int,
    code: str,
    message: str,
    *,
    details: list[dict[str, str]] | None = None,
    request_id: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The one error body of the API."""
    body: dict[str, Any] = {"error": code, "message": message, "status": status}
    if details:
        body["details"] = details
    if request_id:
        body["request_id"] = request_id
    return Response(msgspec.json.encode(body), status, headers=dict(headers or {}), media_type=JSON)


def of_error(error: ClaribiError, request_id: str | None = None) -> Response:
    details = [{"field": d.field, "message": d.message} for d in error.details]
    return problem(
        error.status,
        error.code,
        error.message,
        details=details,
        request_id=request_id if error.status >= 500 else None,  # noqa: PLR2004 - server errors
        headers=error.headers,
    )


def unexpected(error: BaseException, request_id: str) -> Response:
    """An error that nobody foresaw: told in full to the log, and to the caller by its request id only."""
    if is_out_of_reach(error):
        structlog.get_logger().warning(
            "the metadata store is out of reach", request_id=request_id, error=str(error)
        )
        return of_error(Unavailable(BUSY, headers={"Retry-After": str(RETRY_SECONDS)}), request_id)
    structlog.get_logger().error("unhandled error", request_id=request_id, exc_info=error)
    return problem(
        500,
        "internal_error",
        f"Something went wrong on the server; it is logged under request {request_id}",
        request_id=request_id,
    )


def install(app: FastAPI, lost: Callable[[Request], Response | None]) -> None:
    """Give every error that the framework or a wing raises the contract's body.

    Args:
        lost: What whoever asks for a path that there is not gets in its place, if anything.
    """

    @app.exception_handler(ClaribiError)
    def claribi_error(request: Request, error: ClaribiError) -> Response:
        return of_error(error, request.scope.get("claribi.request_id"))

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        page = lost(request) if error.status_code == 404 else None  # noqa: PLR2004 - not found
        if page is not None:
            return page
        message = {
            404: f"No such path: {request.scope.get('claribi.path', request.url.path)}",
            405: f"{request.method} is not allowed here",
        }.get(error.status_code, str(error.detail))
        return problem(
            error.status_code,
            CODES.get(error.status_code, "bad_request"),
            message,
            headers=error.headers,
        )

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> Response:
        problems = [_detail(e) for e in error.errors()]
        if any(e["type"] == "json_invalid" for e in error.errors()):
            return problem(400, "bad_request", "The body is not valid JSON", details=problems)
        first = problems[0]
        where = f"{first['field']}: " if first["field"] else ""
        return problem(400, "validation_error", f"{where}{first['message']}", details=problems)


def _detail(error: Mapping[str, Any]) -> dict[str, str]:
    place, *path = error["loc"]
    parts = [str(part) for part in path] if place in PLACES else [str(place), *map(str, path)]
    # The kind of a query is told apart by its form; its name is no field that a client has sent.
    named = [part for n, part in enumerate(parts) if part not in KINDS or n == len(parts) - 1]
    message = str(error["msg"]).removeprefix("Value error, ")
    return {"field": ".".join(named), "message": message[:1].lower() + message[1:]}
