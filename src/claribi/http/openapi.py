"""The OpenAPI document: FastAPI's own, with our errors and credentials in place of the framework's."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from claribi.http.examples import example

PUBLIC = "public"
JSON = "application/json"
ERROR = {
    "type": "object",
    "required": ["error", "message", "status"],
    "properties": {
        "error": {"type": "string", "examples": ["not_found"]},
        "message": {"type": "string", "examples": ["Report with ID 42 not found"]},
        "status": {"type": "integer", "examples": [404]},
        "details": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "request_id": {"type": "string"},
    },
}
SECURITY_SCHEMES = {
    "jwt": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "api_key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
REASONS = {
    "400": "What was sent does not fit.",
    "401": "No credentials, or none that are valid.",
    "402": "The plan's trial or credits are used up.",
    "403": "The caller's role, key or plan does not allow it.",
    "404": "There is no such object in the caller's organisation.",
    "409": "It does not go together with the state of things.",
    "412": "Somebody changed it since it was read.",
    "413": "The body is too large.",
    "415": "The body is of a kind that is not taken here.",
    "422": "The query is wrong, or asks for more than its limits allow.",
    "429": "Over the rate limit; see Retry-After.",
    "500": "Something went wrong on the server.",
    "502": "The data source can't be reached.",
    "503": "The server can't take this on now; see Retry-After.",
    "504": "The query took too long.",
}
# Each error code of the contract, with a message as it may come.
EXAMPLES = {
    "400": {
        "bad_request": "The body is not valid JSON",
        "validation_error": "name: string should have at least 1 character",
    },
    "401": {
        "unauthorized": "Sign in, or send an API key in X-API-Key",
        "token_expired": "The access token has expired",
        "invalid_credentials": "The e-mail address or the password is wrong",
        "mfa_required": "Your organisation asks for a second factor; set one up under Settings > Security",
    },
    "402": {
        "insufficient_credits": "The 50 AI credits of this month are used; new ones come on 2026-02-14",
        "trial_expired": "The trial ended on 2026-01-31. Everything stays readable",
    },
    "403": {
        "forbidden": "This needs the permission reports:create, which the role viewer does not have",
        "plan_required": "The plan starter has 3 seats: 3 taken. Remove somebody or choose a larger plan",
    },
    "404": {"not_found": "Report with ID 42 not found"},
    "409": {"conflict": "Report 42 is being generated already"},
    "412": {"precondition_failed": "Somebody changed this since you read it; read it again and decide anew"},
    "413": {"payload_too_large": "The body is larger than the 5 MB allowed here"},
    "415": {"unsupported_media_type": "Send the body as application/json"},
    "422": {"query_error": "There is no column price in the table sales"},
    "429": {"rate_limited": "The limit of 300 requests per hour is reached; retry in 120 seconds"},
    "500": {"internal_error": "Something went wrong on the server; it is logged under request 6f1c"},
    "502": {"source_unavailable": "The data source can't be reached"},
    "503": {"unavailable": "The server is busy; try again in a moment"},
    "504": {"query_timeout": "The query took longer than 30 seconds"},
}
TAGS = {
    "Authentication": "Signing in and registering, by people and by programs.",
    "Account": "One's own account: sessions, second factor, names.",
    "Passkeys": "Signing in without a password, or as the second step (WebAuthn).",
    "API keys": "Keys for programs. A key may do what its user may, or less.",
    "Members": "Who belongs to the organisation, and who is asked to.",
    "Roles": "Who may do what.",
    "Organisation": "The organisation itself and its security policy.",
    "Single sign-on": "Identity providers (OpenID Connect), and signing in there.",
    "Usage": "Limits, credits, and what was used of them.",
    "Audit log": "Who did what to which object, from where.",
    "Home": "What a user finds at the start: favourites, recent, what changed.",
    "Data sources": "Files, databases and data on the web that can be asked.",
    "Access rules": "Who sees which rows and columns of a source.",
    "Models": "Semantic models: how tables belong together and what their numbers mean.",
    "Query": "Asking a data source, and the evidence of every answer.",
    "Dashboards": "Dashboards and their widgets.",
    "Analysis": "Questions in words, and their answers.",
    "Forecasts": "Forecasts with their bands, runs, and whether they came true.",
    "Reports": "Reports, their runs, files and evidence.",
}
LIMIT_HEADERS = {
    name: {"schema": {"type": "integer"}, "description": text}
    for name, text in (
        ("X-RateLimit-Limit", "Requests allowed in the window that binds most."),
        ("X-RateLimit-Remaining", "Requests left in it."),
        ("X-RateLimit-Reset", "Unix seconds when more become possible."),
    )
}
HEADER_REFERENCES = {name: {"$ref": f"#/components/headers/{name}"} for name in LIMIT_HEADERS}


def install(app: FastAPI) -> None:
    """Have the application publish the document below, built once when it is first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that the framework documents


def document(app: FastAPI) -> dict[str, Any]:
    spec = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    spec["components"]["securitySchemes"] = SECURITY_SCHEMES
    schemas = spec["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Error"] = ERROR
    spec["components"]["headers"] = LIMIT_HEADERS
    spec["components"]["responses"] = {f"Error{code}": _error(code) for code in REASONS}
    spec["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, has_id="{" in path)
            _exemplify(operation, schemas)
    return spec


def _complete(operation: dict[str, Any], method: str, *, has_id: bool) -> None:
    # How an answer is come by is nothing that clients can rely on.
    operation.pop("x-remembered", None)
    public = operation["x-permission"] == PUBLIC
    operation.setdefault("security", [{name: []} for name in SECURITY_SCHEMES])
    if public:
        operation["security"] = []
    codes = {"400", "401", "403", "413", "429", "500", "503"}
    codes |= set() if public else {"402"}
    codes |= {"404"} if has_id or method == "get" else set()
    codes |= {"404", "409", "412", "415", "422", "502", "504"} if method != "get" else {"409"}
    responses = {code: body for code, body in operation["responses"].items() if code != "422"}
    for body in responses.values():
        body.setdefault("headers", HEADER_REFERENCES)
    for code in sorted(codes):
        responses[code] = {"$ref": f"#/components/responses/Error{code}"}
    operation["responses"] = responses
    operation["operationId"] = operation["operationId"].partition("_api_")[0]
    operation["summary"], _, rest = operation["description"].partition("\n")
    operation["summary"] = operation["summary"].rstrip(".")
    operation["description"] = rest.strip() or operation["summary"] + "."


def _error(code: str) -> dict[str, Any]:
    """The answer of one status, with an example of each error code that goes with it."""
    examples = {
        name: {"value": {"error": name, "message": message, "status": int(code)}}
        for name, message in EXAMPLES[code].items()
    }
    content = {JSON: {"schema": {"$ref": "#/components/schemas/Error"}, "examples": examples}}
    return {"description": REASONS[code], "headers": HEADER_REFERENCES, "content": content}


def _exemplify(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give every JSON body an example."""
    bodies = [operation.get("requestBody", {})]
    bodies += [body for code, body in operation["responses"].items() if code.startswith("2")]
    for body in bodies:
        media = body.get("content", {}).get(JSON)
        if media and media.get("schema") and "examples" not in media:
            media["example"] = example(media["schema"], schemas)
