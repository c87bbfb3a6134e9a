"""Settings: from the environment (`CLARIBI_…`), then `claribi.toml`, then these defaults."""

import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

DEFAULT_DATA_DIR = Path("claribi-data")


class Settings(BaseSettings):
    """Everything that can be set.

    Attributes:
        data_dir: Where metadata, files and the server's own keys live.
        database_url: SQLAlchemy URL of the metadata database; SQLite in `data_dir` when empty.
        redis_url: Rate limits shared between processes; kept in memory when empty.
        secret_key: 32 random bytes or more that sign and encrypt; made at first start when empty.
        previous_secret_keys: Keys that `secret_key` replaced, while something is still sealed with them.
        public_url: How browsers and scripts reach this server; `host` and `port` when empty.
        trusted_proxies: Addresses whose `X-Forwarded-*` headers are believed.
        default_tier: The tier of an organisation that the operator makes.
        registration: Whether anybody may start a trial; it needs mail.
        registration_tier: The tier of an organisation that registers itself.
        ai_credits_per_month: For tiers that leave it to the operator; unlimited when empty.
        smtp_url: `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…`; no mail when empty.
        mail_from: The sender of mail.
        allowed_networks: Private networks that users may have this server connect to, such as `10.1.0.0/16`.
        engine_processes: How many DuckDB processes a server process may run at once.
        engine_memory_mb: Memory limit of each of them.
        source_connections: How many connections one database that is a source gets from each process.
        query_timeout_seconds, query_max_rows, query_max_bytes: Limits of one query.
        download_max_rows, download_timeout_seconds: Limits of an answer that is downloaded as a file.
        query_cache_mb: How much memory each process spends on answers that it keeps at hand.
        max_upload_mb: Largest file for tiers that leave it to the operator.
        llm: The language model, as `provider:model`; none when empty, and nothing needs one.
        llm_base_url: Of a service that speaks OpenAI's language (llama.cpp, vLLM …), in the provider's place.
        llm_api_key: The provider's key; its own variable of the environment when empty.
        llm_timeout_seconds: How long one answer of the model may take before it is done without.
        worker: Whether `claribi serve` runs a worker beside itself; not where workers run by themselves.
        worker_concurrency: Jobs that one worker runs at once.
        worker_id: Name of this worker; two workers must not share it.
    """

    model_config = SettingsConfigDict(env_prefix="CLARIBI_", extra="forbid")

    data_dir: Path = DEFAULT_DATA_DIR
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    database_url: str = ""
    redis_url: str = ""
    secret_key: SecretStr = SecretStr("")
    previous_secret_keys: list[SecretStr] = Field(default_factory=list)
    public_url: str = ""
    trusted_proxies: list[str] = Field(default_factory=list)
    default_tier: str = "self_hosted"
    registration: Literal["open", "closed"] = "open"
    registration_tier: str = "trial"
    ai_credits_per_month: int | None = Field(default=None, ge=0)
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = "claribi <claribi@localhost>"
    allowed_networks: list[IPv4Network | IPv6Network] = Field(default_factory=list)
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    engine_processes: int = Field(default=2, ge=1, le=64)
    engine_memory_mb: int = Field(default=2048, ge=64)
    source_connections: int = Field(default=5, ge=1, le=100)
    query_timeout_seconds: float = Field(default=30, gt=0)
    query_max_rows: int = Field(default=100_000, ge=1)
    query_max_bytes: int = Field(default=64 * 1024 * 1024, ge=1024)
    download_max_rows: int = Field(default=5_000_000, ge=1)
    download_timeout_seconds: float = Field(default=300, gt=0)
    query_cache_mb: int = Field(default=32, ge=0)
    max_upload_mb: int = Field(default=2048, ge=1)
    llm: str = ""
    llm_base_url: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_timeout_seconds: float = Field(default=30, gt=0)
    worker: bool = True
    worker_concurrency: int = Field(default=4, ge=1)
    worker_id: str = "worker"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        file = Path(os.environ.get("CLARIBI_CONFIG", "claribi.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        self.data_dir = self.data_dir.expanduser().resolve()
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir / 'claribi.db'}"
        return self

    @property
    def base_url(self) -> str:
        """Where links in mail lead. Never taken from a request: its Host header is anybody's to choose."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def blob_dir(self) -> Path:
        return self.data_dir / "blobs"

    @property
    def staging_dir(self) -> Path:
        """Half-finished work: uploads on their way in, spilled sorts. May be emptied while stopped."""
        return self.data_dir / "staging"
