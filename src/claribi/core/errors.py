"""The one hierarchy of errors. A wing raises them; `http/problems.py` alone knows their JSON."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldProblem:
    """One thing wrong with one field of what the caller sent."""

    field: str
    message: str


class ClaribiError(Exception):
    """Something that a caller is told about.

    Attributes:
        status: The HTTP status that goes with it.
        code: The snake_case code of the contract.
    """

    status = 500
    code = "internal_error"

    def __init__(
        self,
        message: str,
        *,
        details: list[FieldProblem] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details or []
        self.headers = headers or {}


class BadRequest(ClaribiError):
    status, code = 400, "bad_request"


class ValidationFailed(ClaribiError):
    status, code = 400, "validation_error"


class Unauthorized(ClaribiError):
    status, code = 401, "unauthorized"


class TokenExpired(ClaribiError):
    status, code = 401, "token_expired"


class InvalidCredentials(ClaribiError):
    status, code = 401, "invalid_credentials"


class MfaRequired(ClaribiError):
    status, code = 401, "mfa_required"


class InsufficientCredits(ClaribiError):
    status, code = 402, "insufficient_credits"


class TrialExpired(ClaribiError):
    status, code = 402, "trial_expired"


class Forbidden(ClaribiError):
    status, code = 403, "forbidden"


class PlanRequired(ClaribiError):
    status, code = 403, "plan_required"


class NotFound(ClaribiError):
    status, code = 404, "not_found"

    def __init__(self, kind: str, object_id: object) -> None:
        super().__init__(f"{kind} with ID {object_id} not found")


class PathNotFound(ClaribiError):
    status, code = 404, "not_found"


class MethodNotAllowed(ClaribiError):
    status, code = 405, "method_not_allowed"


class Conflict(ClaribiError):
    status, code = 409, "conflict"


class PreconditionFailed(ClaribiError):
    status, code = 412, "precondition_failed"


class PayloadTooLarge(ClaribiError):
    status, code = 413, "payload_too_large"


class UnsupportedMediaType(ClaribiError):
    status, code = 415, "unsupported_media_type"


class QueryError(ClaribiError):
    """The query is wrong, or asks for more than its limits allow."""

    status, code = 422, "query_error"


class RateLimited(ClaribiError):
    status, code = 429, "rate_limited"


class SourceUnavailable(ClaribiError):
    status, code = 502, "source_unavailable"


class Unavailable(ClaribiError):
    status, code = 503, "unavailable"


class QueryTimeout(ClaribiError):
    status, code = 504, "query_timeout"


class SettingsError(ClaribiError):
    """The server can't start with the settings it was given."""
