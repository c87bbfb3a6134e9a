"""The OpenAPI document: FastAPI's own, with our errors and credentials in place of the framework's."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

PUBLIC = "public"
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
LIMIT_HEADERS = {
    name: {"schema": {"type": "integer"}, "description": text}
    for name, text in (
        ("X-RateLimit-Limit", "Requests allowed in the window that binds most."),
        ("X-RateLimit-Remaining", "Requests left in it."),
        ("X-RateLimit-Reset", "Unix seconds when more become possible."),
    )
}


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
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, has_id="{" in path)
    return spec


def _complete(operation: dict[str, Any], method: str, *, has_id: bool) -> None:
    public = operation["x-permission"] == PUBLIC
    operation.setdefault("security", [{name: []} for name in SECURITY_SCHEMES])
    if public:
        operation["security"] = []
    codes = {"400", "401", "413", "429", "500", "503"}
    codes |= set() if public else {"403"}
    codes |= {"404"} if has_id or method == "get" else set()
    codes |= {"404", "409", "412", "415", "422", "502", "504"} if method != "get" else {"409"}
    responses = {code: body for code, body in operation["responses"].items() if code != "422"}
    for body in responses.values():
        body.setdefault("headers", LIMIT_HEADERS)
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for code in sorted(codes):
        responses[code] = {"description": REASONS[code], "content": content}
    operation["responses"] = responses
