"""Access rules as they go in and out."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from claribi.http.ids import Id

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not_in", "between", "is_null", "is_not_null"]
Mask = Literal["hide", "null", "redact", "last4"]
ColumnName = Annotated[str, Field(min_length=1, max_length=200)]


class Incoming(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RowCondition(Incoming):
    """A condition on a row; with `attribute` the column must hold one of the values of the user's own."""

    column: ColumnName
    operator: Operator = "="
    value: Any = None
    attribute: str | None = Field(default=None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.attribute is not None and (self.operator not in {"=", "in"} or self.value is not None):
            raise ValueError("an attribute is compared with = or in, and takes no value")
        return self


class NewAccessRule(Incoming):
    """What people of some roles see of a table.

    Where several rules bind somebody on a table, all of them hold. Masks: `hide` takes a column away, `null`
    empties it, `redact` shows *** in place of a text, `last4` its last four characters.
    """

    name: str = Field(min_length=1, max_length=200)
    source_id: Id
    table: str = Field(min_length=1, max_length=400)
    roles: list[Annotated[str, Field(min_length=1, max_length=20)]] = Field(
        min_length=1, max_length=50, examples=[["viewer"]]
    )
    rows: list[RowCondition] = Field(default_factory=list, max_length=20)
    masks: dict[ColumnName, Mask] = Field(default_factory=dict, max_length=500)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.rows and not self.masks:
            raise ValueError("a rule has conditions on rows, or masks of columns")
        return self


class AccessRuleOut(BaseModel):
    id: int
    name: str
    source_id: int
    table: str
    roles: list[str]
    rows: list[RowCondition]
    masks: dict[str, Mask]
    created_at: datetime
    updated_at: datetime
