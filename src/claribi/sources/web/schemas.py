"""What goes in and out for sources on the web."""

from pydantic import BaseModel, ConfigDict, Field

from claribi.sources.web.settings import WebConnection


class NewWebConnection(BaseModel):
    """Data on the web, to be tried out."""

    model_config = ConfigDict(extra="forbid")

    connection: WebConnection


class WebSchedule(BaseModel):
    """How often it is copied by itself."""

    model_config = ConfigDict(extra="forbid")

    every_minutes: int | None = Field(
        default=None, ge=15, le=60 * 24 * 31, description="null: only when somebody asks for it."
    )


class NewWebSource(NewWebConnection):
    """Data on the web as a data source: copied, and asked in the copy."""

    name: str = Field(min_length=1, max_length=200, examples=["Prices"])
    description: str = Field(default="", max_length=5000)
    sync: WebSchedule = Field(default_factory=WebSchedule)


class ChangedWebConnection(NewWebConnection):
    """The whole connection as it shall be. The secret may be left out while the host stays the same."""
