"""How a source is reached: what is shown, and what is sealed."""

import ssl
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

Tls = Literal["off", "prefer", "require", "verify"]
Schema = Annotated[str, Field(min_length=1, max_length=200)]


def _of_one_line(name: str) -> str:
    """Control characters are in no name, and would end a line of HTTP."""
    if any(unicodedata.category(letter) == "Cc" for letter in name):
        raise ValueError("holds a control character, such as the end of a line")
    return name


def _authority(certificate: str) -> str:
    try:
        ssl.create_default_context(cadata=certificate)
    except (ssl.SSLError, ValueError, TypeError):
        raise ValueError("is no certificate; it is a text in PEM, with its BEGIN and END lines") from None
    return certificate


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_of_one_line)]


class ServerConnection(BaseModel):
    """A database server.

    `tls`: `prefer` encrypts where the server can; `require` refuses a server that can't; `verify` checks
    its certificate and name as well, against `ca_certificate` or the system's authorities. Engines that are
    asked over HTTPS (Trino, Databricks, Snowflake, BigQuery) always check it, except with `off`, which they
    take without a password only.
    """

    model_config = ConfigDict(extra="forbid")

    host: str = Field(min_length=1, max_length=253, examples=["db.example.com"])
    port: int | None = Field(default=None, ge=1, le=65535, description="Default: the engine's own.")
    database: Name = Field(examples=["sales"])
    user: Name = Field(examples=["reporting"])
    password: SecretStr | None = Field(
        default=None,
        max_length=10_000,
        description="Or a token, a private key (Snowflake) or the JSON of a service account's key "
        "(BigQuery). Never shown again.",
    )
    tls: Tls = "prefer"
    ca_certificate: Annotated[str, AfterValidator(_authority)] | None = Field(
        default=None, max_length=100_000, description="PEM."
    )
    warehouse: Annotated[str, AfterValidator(_of_one_line)] | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Databricks: the id of the SQL warehouse. Snowflake: its name; left out, the user's own.",
    )
    role: Name | None = Field(
        default=None, description="Snowflake: the role that asks; left out, the user's own."
    )
    location: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,60}$")] | None = Field(
        default=None, description="BigQuery: where the datasets are.", examples=["EU"]
    )
    max_bytes_billed: int | None = Field(
        default=None,
        ge=10 * 1024**2,
        le=2**60,
        description="BigQuery: a query that would read more bytes is refused and costs nothing. "
        "Default: 100 GiB.",
    )
    schemas: list[Schema] = Field(
        default_factory=list, max_length=100, description="Only these; empty: all that the user may read."
    )

    def shown(self) -> dict[str, Any]:
        """Everything but the secret, as it is stored and told."""
        return self.model_dump(mode="json", exclude={"password"})
