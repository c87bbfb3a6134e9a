"""Examples for the OpenAPI document, made from its schemas, so that none can contradict them."""

from collections.abc import Mapping
from typing import Any

OF_FORMAT = {
    "date-time": "2026-01-31T12:00:00Z",
    "date": "2026-01-31",
    "email": "ada@example.com",
    "uri": "https://example.com",
    "binary": "(a file)",
}
DEEPEST = 8


def example(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that fits a schema: what its author gave as an example, else the simplest that there is.

    Args:
        schemas: The document's components, by name.
        name: The name of the property, which makes for a believable text.
    """
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas, name, depth)
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return _first(schema[key], schemas, name, depth)
    if "allOf" in schema:
        return example(schema["allOf"][0], schemas, name, depth)
    return _of_type(schema, schemas, name, depth)


def _first(options: list[Any], schemas: Mapping[str, Any], name: str, depth: int) -> Any:
    wanted = [option for option in options if option.get("type") != "null"]
    return example(wanted[0], schemas, name, depth) if wanted else None


def _of_type(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, depth: int) -> Any:
    match schema.get("type"):
        case "object":
            return _object(schema, schemas, depth)
        case "array":
            count = max(schema.get("minItems", 0), 1 if depth < DEEPEST else 0)
            return [example(schema.get("items", {}), schemas, name, depth + 1) for _ in range(count)]
        case "integer" | "number":
            lowest = schema.get("minimum", schema.get("exclusiveMinimum", 0) + ("exclusiveMinimum" in schema))
            return max(lowest, min(42, schema.get("maximum", 42)))
        case "string":
            return _text(schema, name)
        case kind:
            return True if kind == "boolean" else None


def _object(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    # A recursive schema ends where only what has to be there is shown.
    return {
        name: example(part, schemas, name, depth + 1)
        for name, part in schema.get("properties", {}).items()
        if name in required or depth < DEEPEST // 2
    }


def _text(schema: Mapping[str, Any], name: str) -> str:
    text = OF_FORMAT.get(schema.get("format", ""), name.replace("_", " ") or "text")
    return text.ljust(schema.get("minLength", 0), ".")[: schema.get("maxLength", 1000)]
