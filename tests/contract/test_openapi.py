"""Section 1 of the contract: the document, complete, true to its file, and never narrower than before."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from api_changes import compare
from support import Server

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"
JSON = "application/json"
CONTRACT_CODES = {
    *("bad_request", "validation_error", "unauthorized", "token_expired", "invalid_credentials"),
    *("mfa_required", "insufficient_credits", "trial_expired", "forbidden", "plan_required", "not_found"),
    *("conflict", "precondition_failed", "payload_too_large", "unsupported_media_type", "query_error"),
    *("rate_limited", "internal_error", "source_unavailable", "unavailable", "query_timeout"),
}


@pytest.fixture(scope="module")
def document(server: Server) -> dict[str, Any]:
    answer = server.api().get("/api/v1/openapi.json")
    assert answer.json()["openapi"].startswith("3.1")
    return answer.json()


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_file_in_the_repository_is_the_document_and_nothing_breaks(document: dict[str, Any]):
    changes = compare(json.loads(FILE.read_text(encoding="utf-8")), document)
    assert not changes.breaking, "These would break clients:\n" + "\n".join(changes.breaking)
    assert not changes.others, "Run `make openapi`:\n" + "\n".join(changes.others)


def test_every_operation_says_what_it_does(document: dict[str, Any], operations):
    names = [operation["operationId"] for _, operation in operations]
    assert len(set(names)) == len(names)
    described = {tag["name"] for tag in document["tags"]}
    for label, operation in operations:
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", operation["operationId"]), label
        assert operation["summary"], label
        assert operation["description"], label
        assert set(operation["tags"]) <= described, label
        for parameter in operation.get("parameters", []):
            assert parameter.get("schema"), (label, parameter["name"])


def test_every_json_body_has_an_example_that_fits(document: dict[str, Any], operations):
    fitting = 0
    for label, operation in operations:
        bodies = [operation.get("requestBody", {})]
        bodies += [b for code, b in operation["responses"].items() if code.startswith("2")]
        for body in bodies:
            media = body.get("content", {}).get(JSON)
            if media is None or not media.get("schema"):
                continue
            schema = {**media["schema"], "components": document["components"]}
            problems = [str(e.message) for e in jsonschema_rs.iter_errors(schema, media["example"])]
            assert not problems, (label, problems[:3], media["example"])
            fitting += 1
    assert fitting > 100


def test_every_error_of_the_contract_is_there_with_an_example(document: dict[str, Any], operations):
    seen = set()
    for label, operation in operations:
        assert {"400", "401", "429", "500"} <= set(operation["responses"]), label
        for code, found in operation["responses"].items():
            answer = found
            if "$ref" in found:
                answer = document["components"]["responses"][found["$ref"].rpartition("/")[2]]
            if not code.startswith("2"):
                examples = answer["content"][JSON]["examples"]
                assert all(e["value"]["status"] == int(code) for e in examples.values()), label
                seen |= {e["value"]["error"] for e in examples.values()}
            assert "X-RateLimit-Remaining" in answer["headers"], (label, code)
    assert seen == CONTRACT_CODES - {"method_not_allowed"}


def test_every_list_takes_the_same_parameters(document: dict[str, Any], operations):
    lists = 0
    for label, operation in operations:
        schema = operation["responses"].get("200", {}).get("content", {}).get(JSON, {}).get("schema", {})
        name = schema.get("$ref", "").rpartition("/")[2]
        if name.startswith("Page_"):
            taken = {parameter["name"] for parameter in operation["parameters"]}
            assert {"page", "page_size", "search", "ordering"} <= taken, label
            lists += 1
        elif name:
            assert "results" not in document["components"]["schemas"][name].get("properties", {}), label
    assert lists >= 10


PET: dict[str, Any] = {
    "paths": {
        "/pets": {
            "post": {
                "x-permission": "pets:create",
                "parameters": [
                    {"in": "query", "name": "kind", "schema": {"type": "string", "enum": ["a", "b"]}}
                ],
                "requestBody": {
                    "required": False,
                    "content": {JSON: {"schema": {"$ref": "#/components/schemas/Pet"}}},
                },
                "responses": {"201": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Pet"}}}}},
            }
        }
    },
    "components": {
        "schemas": {
            "Pet": {
                "type": "object",
                "title": "Pet",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 20},
                    "age": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                    "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
                },
            }
        }
    },
}


def _post(document: dict[str, Any]) -> dict[str, Any]:
    return document["paths"]["/pets"]["post"]


def _pet(document: dict[str, Any]) -> dict[str, Any]:
    return document["components"]["schemas"]["Pet"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["paths"].pop("/pets"), "POST /pets is gone"),
        (lambda d: _post(d)["parameters"].clear(), "no query parameter kind"),
        (lambda d: _post(d)["parameters"][0].update(required=True), "needs the query parameter kind"),
        (lambda d: _post(d)["parameters"][0]["schema"].update(enum=["a"]), "b is no longer taken"),
        (lambda d: _post(d)["requestBody"].update(required=True), "needs a body"),
        (lambda d: _post(d).update({"x-permission": "pets:rule"}), "permission pets:rule"),
        (lambda d: _post(d)["responses"].pop("201"), "no longer answers 201"),
        (lambda d: _pet(d)["properties"].pop("name"), "name is gone"),
        (lambda d: _pet(d).update(required=["name", "age"]), "age has to be sent"),
        (lambda d: _pet(d).update(required=[]), "name need not come any more"),
        (lambda d: _pet(d)["properties"]["name"].update(maxLength=10), "maxLength is 10, was 20"),
        (lambda d: _pet(d)["properties"]["name"].update(minLength=1), "minLength is 1, was open"),
        (lambda d: _pet(d)["properties"]["name"].update(type="integer"), "string became integer"),
        (
            lambda d: _pet(d)["properties"]["age"].update(anyOf=[{"type": "integer"}]),
            "null is no longer taken",
        ),
        (lambda d: _pet(d)["properties"]["age"]["anyOf"].append({"type": "string"}), "string is a new kind"),
    ],
)
def test_a_breaking_change_is_found_and_named(change, said: str):
    new = copy.deepcopy(PET)
    change(new)
    breaking = compare(PET, new).breaking
    assert any(said in sentence for sentence in breaking), breaking


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["paths"].update({"/owners": {}}),
        lambda d: _pet(d)["properties"].update(colour={"type": "string"}),
        lambda d: _post(d)["parameters"].append({"in": "query", "name": "b", "schema": {"type": "string"}}),
        lambda d: _post(d)["parameters"][0]["schema"].update(enum=["a", "b", "c"]),
        lambda d: _pet(d)["properties"]["name"].update(maxLength=30),
        lambda d: _post(d)["responses"].update({"409": {}}),
        lambda d: _pet(d).update(description="A pet"),
    ],
)
def test_what_only_adds_breaks_nothing_and_is_seen(change):
    new = copy.deepcopy(PET)
    change(new)
    changes = compare(PET, new)
    assert changes.breaking == []
    assert changes.others
