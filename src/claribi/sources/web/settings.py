"""How a source on the web is reached: what is shown, and what is sealed."""

import base64
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

WEB = "web"
# What belongs to the connection or to HTTP itself, and is nobody's to set.
RESERVED_HEADERS = frozenset(
    {
        *("accept-encoding", "connection", "content-length", "host", "if-modified-since", "if-none-match"),
        *("keep-alive", "range", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)


def _sendable(secret: SecretStr) -> SecretStr:
    """Refuse what no header can hold; the message must not repeat it."""
    text = secret.get_secret_value()
    if not (text.isascii() and text.isprintable() and text == text.strip()):
        raise ValueError("holds characters that a header can't carry")
    return secret


def _free_header(name: str) -> str:
    if name.lower() in RESERVED_HEADERS:
        raise ValueError(f"{name} is set by this server itself")
    return name


Address = Annotated[str, Field(min_length=1, max_length=2000, pattern="^https?://[^@/?#]+([/?#]|$)")]
Sendable = Annotated[SecretStr, Field(max_length=8000), AfterValidator(_sendable)]


class Bearer(BaseModel):
    """`Authorization: Bearer …`."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["bearer"]
    secret: Sendable | None = Field(default=None, description="The token. Never shown again.")

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {_text(self.secret)}"}


class Basic(BaseModel):
    """A user and a password."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["basic"]
    user: str = Field(min_length=1, max_length=200, pattern="^[^:]+$")
    secret: SecretStr | None = Field(
        default=None, max_length=1000, description="The password. Never shown again."
    )

    def headers(self) -> dict[str, str]:
        pair = base64.b64encode(f"{self.user}:{_text(self.secret)}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


class Header(BaseModel):
    """A header of its own, such as `X-API-Key`."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["header"]
    name: Annotated[str, AfterValidator(_free_header)] = Field(
        min_length=1, max_length=100, pattern="^[A-Za-z0-9_-]+$", examples=["X-API-Key"]
    )
    secret: Sendable | None = Field(default=None, description="Its value. Never shown again.")

    def headers(self) -> dict[str, str]:
        return {self.name: _text(self.secret)}


Auth: TypeAlias = Annotated[Bearer | Basic | Header, Field(discriminator="type")]


class _Web(BaseModel):
    model_config = ConfigDict(extra="forbid")

    address: Address
    table: str | None = Field(
        default=None,
        min_length=1,
        max_length=60,
        description="What the table is called. Default: the file's name, else the source's.",
    )

    @property
    def sent(self) -> Bearer | Basic | Header | None:
        """What proves to the host who asks."""
        return None

    def shown(self) -> dict[str, Any]:
        """Everything but the secret, as it is stored and told."""
        return self.model_dump(mode="json", exclude={"auth": {"secret"}})


class WebFile(_Web):
    """A file by HTTPS: CSV, TSV, JSON, JSON lines, Excel or Parquet."""

    engine: Literal["web_file"]
    address: Address = Field(examples=["https://data.example.com/sales.csv"])
    auth: Auth | None = None

    @property
    def sent(self) -> Bearer | Basic | Header | None:
        return self.auth


class GoogleSheet(_Web):
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


class Rest(_Web):
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


WebConnection: TypeAlias = Annotated[WebFile | GoogleSheet | Rest, Field(discriminator="engine")]


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
