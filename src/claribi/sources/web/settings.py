"""The kinds of sources on the web, and how each is reached."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from claribi.sources.web.base import Address, Auth, Basic, Bearer, Header, Web
from claribi.sources.web.download import file_stem
from claribi.sources.web.stores.settings import S3, Azure, Gcs

WEB = "web"


class Addressed(Web):
    """What has an address of its own."""

    address: Address

    @property
    def sent(self) -> Bearer | Basic | Header | None:
        return None

    @property
    def home(self) -> str:
        return self.address

    @property
    def stem(self) -> str:
        return file_stem(self.address)


class WebFile(Addressed):
    """A file by HTTPS: CSV, TSV, JSON, JSON lines, Excel or Parquet."""

    engine: Literal["web_file"]
    address: Address = Field(examples=["https://data.example.com/sales.csv"])
    auth: Auth | None = None

    @property
    def sent(self) -> Bearer | Basic | Header | None:
        return self.auth


class GoogleSheet(Addressed):
    """A Google sheet that anybody with the link may read, or that is published to the web."""

    engine: Literal["google_sheets"]
    address: Address = Field(
        description="The link to the sheet, as the browser shows it.",
        examples=["https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0"],
    )


Parameter = Annotated[str, Field(min_length=1, max_length=100)]
# Names of fields with dots between them; no name: the answer itself.
Path = Annotated[str, Field(max_length=500, pattern=r"^([^.]+(\.[^.]+)*)?$")]


class NumberedPages(BaseModel):
    """`?page=2`, until a page is empty."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["page"]
    parameter: Parameter = "page"
    first: int = Field(default=1, ge=0, le=1)


class OffsetPages(BaseModel):
    """`?offset=200&limit=100`, until a page is empty."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["offset"]
    parameter: Parameter = "offset"
    limit_parameter: Parameter = "limit"
    limit: int = Field(default=100, ge=1, le=100_000)


class CursorPages(BaseModel):
    """Each answer tells what to ask for next, until it tells nothing."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["cursor"]
    path: Path = Field(min_length=1, description="Where it stands in the answer.", examples=["meta.next"])
    parameter: Parameter | None = Field(
        default="cursor", description="Sent back as this; null: it is the address of the next page."
    )


class LinkedPages(BaseModel):
    """The header `Link: <…>; rel="next"`, as long as there is one (RFC 8288)."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["link"]


Pages: TypeAlias = Annotated[
    NumberedPages | OffsetPages | CursorPages | LinkedPages, Field(discriminator="type")
]


class Rest(Addressed):
    """Records as JSON over HTTP."""

    engine: Literal["rest"]
    address: Address = Field(examples=["https://api.example.com/v1/orders"])
    query: dict[Parameter, Annotated[str, Field(max_length=2000)]] = Field(
        default_factory=dict,
        max_length=50,
        description="Parameters of the address. They are shown; secrets belong into auth.",
    )
    auth: Auth | None = None
    rows: Path = Field(default="", description="Where the records are.", examples=["data.items"])
    pages: Pages | None = None
    max_pages: int = Field(default=100, ge=1, le=10_000)
    max_rows: int = Field(default=1_000_000, ge=1, le=100_000_000)

    @property
    def sent(self) -> Bearer | Basic | Header | None:
        return self.auth


WebConnection: TypeAlias = Annotated[
    WebFile | GoogleSheet | Rest | S3 | Gcs | Azure, Field(discriminator="engine")
]
