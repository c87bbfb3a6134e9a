"""How object stores are reached: a bucket, and which files of it."""

import base64
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, SecretStr, model_validator

from claribi.sources.web.base import Proof, Sendable, Web, text_of

AWS, GOOGLE = "https://s3.amazonaws.com", "https://storage.googleapis.com"
WILD = frozenset("*?")
ANY_FOLDERS = "**"


def _one_word(secret: SecretStr) -> SecretStr:
    if " " in secret.get_secret_value():
        raise ValueError("holds a space")
    return secret


def _base64(secret: SecretStr) -> SecretStr:
    try:
        base64.b64decode(secret.get_secret_value(), validate=True)
    except ValueError:
        raise ValueError("is no key of a storage account, which is in base 64") from None
    return secret


def _relative(path: str) -> str:
    parts = path.split("/")
    if {".", ".."} & set(parts):
        raise ValueError("has . or .. for a folder; write the path from the top of the bucket")
    if path.count(ANY_FOLDERS) > parts.count(ANY_FOLDERS) or parts.count(ANY_FOLDERS) > 1:
        raise ValueError("may have ** once, in the place of folders, as in sales/**/*.parquet")
    return path.lstrip("/")


Word = Annotated[Sendable, AfterValidator(_one_word)]
Endpoint = Annotated[str, Field(max_length=500, pattern="^https?://[^@/?#]+(/[^?#]*)?$")]
KeyId = Annotated[str, Field(min_length=1, max_length=200, pattern="^[A-Za-z0-9._+/=-]+$")]


class HmacKey(Proof):
    """The id of a key, which is shown, and its secret, which signs."""

    type: Literal["access_key"]
    access_key_id: KeyId = Field(examples=["AKIAIOSFODNN7EXAMPLE"])
    secret: Word | None = Field(default=None, description="The secret of the key. Never shown again.")


class AccessKey(HmacKey):
    """A key of Amazon's, for ever or for some hours."""

    session_token: Word | None = Field(
        default=None, description="Comes with temporary keys, and ends with them. Never shown again."
    )

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.session_token and not self.secret:
            raise ValueError("a session token belongs to a key of its own; give the secret of that as well")
        return self

    def sealed(self) -> str:
        return f"{text_of(self.secret)} {text_of(self.session_token)}".strip()

    def unsealed(self, kept: str) -> Self:
        secret, _, token = kept.partition(" ")
        given = {"secret": SecretStr(secret), "session_token": SecretStr(token) if token else None}
        return self.model_copy(update=given)


class AccountKey(Proof):
    """The key of a storage account, which opens all of it; a SAS is safer."""

    type: Literal["account_key"]
    secret: Annotated[Sendable, AfterValidator(_base64)] | None = Field(
        default=None, description="The key, in base 64. Never shown again."
    )


class SharedAccess(Proof):
    """A shared access signature (SAS) with the rights to read and to list."""

    type: Literal["sas"]
    secret: Word | None = Field(
        default=None, description="`sv=…&sig=…`, as the portal shows it. Never shown again."
    )


AzureAuth: TypeAlias = Annotated[AccountKey | SharedAccess, Field(discriminator="type")]


class Stored(Web):
    """Files in an object store."""

    bucket: str
    path: Annotated[str, AfterValidator(_relative)] = Field(
        default="",
        max_length=1024,
        description="A file, a folder, or a pattern: `*` and `?` stay within a folder, `**` stands for any "
        "folders. Default: the whole bucket.",
        examples=["sales/2025/*.parquet"],
    )
    tables: Literal["one", "each"] = Field(
        default="one",
        description="`one`: all files are one table, columns of the same name one column, folders such as "
        "`year=2025` columns. `each`: a table for each file and folder at the top of the path.",
    )
    endpoint: Endpoint | None = None

    @property
    def stem(self) -> str:
        """The last part of the path that is no pattern."""
        named = [part for part in self.path.split("/") if part and not WILD & set(part)]
        return PurePosixPath(named[-1]).name.partition(".")[0] if named else self.bucket


class S3(Stored):
    """Files in Amazon S3, or in a store that speaks its protocol: MinIO, R2, Ceph, …"""

    engine: Literal["s3"]
    bucket: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$", examples=["my-bucket"])
    region: str = Field(default="us-east-1", pattern="^[a-z0-9-]{1,40}$", examples=["eu-central-1"])
    endpoint: Endpoint | None = Field(
        default=None,
        description="Where a store is that is not Amazon's.",
        examples=["https://minio.example.com:9000"],
    )
    auth: AccessKey | None = Field(default=None, description="Default: a bucket that is public.")

    @property
    def sent(self) -> Proof | None:
        return self.auth

    @property
    def home(self) -> str:
        return self.endpoint or AWS


class Gcs(Stored):
    """Files in Google Cloud Storage, by the HMAC key of a service account."""

    engine: Literal["gcs"]
    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$", examples=["my-bucket"])
    auth: HmacKey | None = Field(default=None, description="Default: a bucket that is public.")

    @property
    def sent(self) -> Proof | None:
        return self.auth

    @property
    def home(self) -> str:
        return self.endpoint or GOOGLE


class Azure(Stored):
    """Files in Azure Blob Storage."""

    engine: Literal["azure_blob"]
    account: str = Field(pattern="^[a-z0-9]{3,24}$", examples=["mystorage"])
    bucket: str = Field(
        pattern=r"^(\$web|\$root|[a-z0-9](-?[a-z0-9]){2,62})$",
        description="The container.",
        examples=["sales"],
    )
    auth: AzureAuth | None = Field(default=None, description="Default: a container that is public.")

    @property
    def sent(self) -> Proof | None:
        return self.auth

    @property
    def home(self) -> str:
        return self.endpoint or f"https://{self.account}.blob.core.windows.net"


StoredConnection: TypeAlias = S3 | Gcs | Azure
