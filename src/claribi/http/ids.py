"""Ids in paths and how objects are found by them."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from fastapi import Path
from pydantic import BaseModel, Field, WithJsonSchema
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

from claribi.core.database import Base
from claribi.core.errors import NotFound

MAX_ID = 2**63 - 1
Model = TypeVar("Model", bound=Base)

# An id inside a body or among the parameters of a list.
Id = Annotated[int, Field(ge=1, le=MAX_ID)]
# Taken as text: what is no id is the same 404 as an id of nothing, not a complaint about types.
ObjectId = Annotated[
    str, Path(), WithJsonSchema({"type": "integer", "format": "int64", "minimum": 1, "maximum": MAX_ID})
]


class Deleted(BaseModel):
    """The answer to a delete."""

    id: int


def parse_id(kind: str, raw: object) -> int:
    """`raw` as an id; NotFound when it can't be one."""
    text = str(raw)
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:20]) <= MAX_ID:
        raise NotFound(kind, raw)
    return int(text)


def find(
    session: Session,
    model: type[Model],
    kind: str,
    raw: object,
    *conditions: Any,
    options: Sequence[ExecutableOption] = (),
) -> Model:
    """The object of this session's organisation with this id; NotFound when there is none."""
    statement = select(model).where(model.id == parse_id(kind, raw), *conditions).options(*options)
    found = session.scalar(statement)
    if found is None:
        raise NotFound(kind, raw)
    return found
