"""What every part of the query language is: data of which each name is known."""

from pydantic import BaseModel, ConfigDict, Field

NAME = Field(min_length=1, max_length=200)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
