"""What goes in and out of the home wing."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from claribi.http.ids import Id

ObjectType = Literal["dashboard", "report", "forecast", "data_source"]
What = Literal["data_changed", "generated", "computed", "synced", "failed"]


class Opened(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: ObjectType
    id: Id


class NewVisit(BaseModel):
    model_config = ConfigDict(extra="forbid")

    opened: Opened | None = Field(default=None, description="What is looked at; none: the home page.")


class VisitOut(BaseModel):
    since: datetime | None = Field(description="When the visit before this one ended; null on the first.")


class ItemOut(BaseModel):
    type: ObjectType
    id: int
    name: str


class FavoriteOut(ItemOut):
    favorite_since: datetime


class RecentOut(ItemOut):
    opened_at: datetime


class ChangeOut(ItemOut):
    what: What
    at: datetime
    message: str | None = Field(description="Why it failed.")


class Changes(BaseModel):
    since: datetime
    items: list[ChangeOut] = Field(description="The newest first, each object once.")
    more: bool = Field(description="More has changed than is told here.")


class HomeOut(BaseModel):
    favorites: list[FavoriteOut] = Field(description="The newest first.")
    recent: list[RecentOut] = Field(description="What you opened last, the newest first.")
    changes: Changes | None = Field(description="Since your last visit; null on the first.")
