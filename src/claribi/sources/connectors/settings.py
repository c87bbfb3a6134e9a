"""How a source is reached: what is shown, and what is sealed."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

Tls = Literal["off", "prefer", "require", "verify"]
Schema = Annotated[str, Field(min_length=1, max_length=200)]


class ServerConnection(BaseModel):
    """A database server.

    `tls`: `prefer` encrypts where the server can; `require` refuses a server that can't; `verify` checks
    its certificate and name as well, against `ca_certificate` or the system's authorities.
    """

    model_config = ConfigDict(extra="forbid")

    host: str = Field(min_length=1, max_length=253, examples=["db.example.com"])
    port: int | None = Field(default=None, ge=1, le=65535, description="Default: the engine's own.")
    database: str = Field(min_length=1, max_length=200, examples=["sales"])
    user: str = Field(min_length=1, max_length=200, examples=["reporting"])
    password: SecretStr | None = Field(default=None, max_length=1000, description="Never shown again.")
    tls: Tls = "prefer"
    ca_certificate: str | None = Field(default=None, max_length=100_000, description="PEM.")
    schemas: list[Schema] = Field(
        default_factory=list, max_length=100, description="Only these; empty: all that the user may read."
    )

    def shown(self) -> dict[str, Any]:
        """Everything but the secret, as it is stored and told."""
        return self.model_dump(mode="json", exclude={"password"})
