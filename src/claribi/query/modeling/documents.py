"""A model as YAML, for files that live in version control: sources go by name there, not by id."""

from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from claribi.core.errors import FieldProblem, ValidationFailed
from claribi.query.modeling.schemas import Model


def to_yaml(model: Model, names: Mapping[int, str]) -> str:
    """The model without what it leaves at its default.

    Args:
        names: Of the sources, by id.
    """
    document = model.model_dump(mode="json", exclude_defaults=True)
    for table in document["tables"]:
        table["source"] = names[table.pop("source_id")]
    text: str = yaml.safe_dump(_in_order(document), sort_keys=False, allow_unicode=True, width=100)
    return text


def from_yaml(text: str, ids: Mapping[str, int]) -> Model:
    """The model that a text describes.

    Args:
        ids: Of the sources, by name.

    Raises:
        ValidationFailed: It is no YAML, or no model; the message says where.
    """
    return from_document(loaded(text), ids)


def loaded(text: str) -> dict[str, Any]:
    """What a text holds, when it is YAML (or JSON) with names and values."""
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            # A few lines of them can stand for more than any memory holds.
            raise _refused("model", "anchors and aliases are not taken")
        document = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise _refused("model", f"this can't be read as YAML{where}") from None
    if not isinstance(document, dict):
        raise _refused("model", "a model is a list of names and values")
    return document


def from_document(document: dict[str, Any], ids: Mapping[str, int]) -> Model:
    """The model in what `loaded` gave, its sources by name."""
    for table in document.get("tables") or []:
        if isinstance(table, dict) and "source" in table:
            name = str(table.pop("source"))
            if name not in ids:
                raise _refused("tables", f"there is no data source called {name}")
            table["source_id"] = ids[name]
    try:
        return Model.model_validate(document)
    except ValidationError as error:
        details = [
            FieldProblem(".".join(map(str, problem["loc"])) or "model", problem["msg"])
            for problem in error.errors()
        ]
        raise ValidationFailed(f"{details[0].field}: {details[0].message}", details=details) from None


def _in_order(document: dict[str, Any]) -> dict[str, Any]:
    """What a table is called and where it comes from, before all else."""
    tables = [
        {key: table[key] for key in ("name", "source", "table")}
        | {key: value for key, value in table.items() if key not in {"name", "source", "table"}}
        for table in document["tables"]
    ]
    return document | {"tables": tables}


def _refused(field: str, message: str) -> ValidationFailed:
    return ValidationFailed(message, details=[FieldProblem(field, message)])
