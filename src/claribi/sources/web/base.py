"""What connections to the web have in common: who asks, what is shown, and what is sealed."""

import base64
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

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


class Proof(BaseModel):
    """What proves to a host who asks."""

    model_config = ConfigDict(extra="forbid")

    type: str
    secret: SecretStr | None = None

    def headers(self) -> dict[str, str]:
        """What it adds to each request; nothing where each request is signed anew."""
        return {}

    def sealed(self) -> str:
        """All of it that is secret, to be kept sealed."""
        return text_of(self.secret)

    def unsealed(self, kept: str) -> Self:
        """The same with what `sealed` gave."""
        return self.model_copy(update={"secret": SecretStr(kept)})


class Bearer(Proof):
    """`Authorization: Bearer …`."""

    type: Literal["bearer"]
    secret: Sendable | None = Field(default=None, description="The token. Never shown again.")

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {text_of(self.secret)}"}


class Basic(Proof):
    """A user and a password."""

    type: Literal["basic"]
    user: str = Field(min_length=1, max_length=200, pattern="^[^:]+$")
    secret: SecretStr | None = Field(
        default=None, max_length=1000, description="The password. Never shown again."
    )

    def headers(self) -> dict[str, str]:
        pair = base64.b64encode(f"{self.user}:{text_of(self.secret)}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


class Header(Proof):
    """A header of its own, such as `X-API-Key`."""

    type: Literal["header"]
    name: Annotated[str, AfterValidator(_free_header)] = Field(
        min_length=1, max_length=100, pattern="^[A-Za-z0-9_-]+$", examples=["X-API-Key"]
    )
    secret: Sendable | None = Field(default=None, description="Its value. Never shown again.")

    def headers(self) -> dict[str, str]:
        return {self.name: text_of(self.secret)}


Auth: TypeAlias = Annotated[Bearer | Basic | Header, Field(discriminator="type")]


class Web(BaseModel):
    """How something on the web is reached."""

    model_config = ConfigDict(extra="forbid")

    table: str | None = Field(
        default=None,
        min_length=1,
        max_length=60,
        description="What the table is called. Default: the file's name, else the source's.",
    )

    @property
    def sent(self) -> Proof | None:
        """What proves to the host who asks."""
        return None

    @property
    def home(self) -> str:
        """The address of the host that the secret is for."""
        raise NotImplementedError

    @property
    def stem(self) -> str:
        """What the file or folder is called; empty where its address doesn't tell."""
        raise NotImplementedError

    def with_proof(self, proof: Proof | None) -> Self:
        return self.model_copy(update={"auth": proof})

    def shown(self) -> dict[str, Any]:
        """Everything but the secrets, as it is stored and told."""
        return self.model_dump(mode="json", exclude={"auth": {"secret", "session_token"}})


def text_of(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
