"""Which engines there are, and what each needs."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from claribi.core.errors import ValidationFailed


@dataclass(frozen=True, slots=True)
class EngineKind:
    """A kind of database that can be connected.

    Attributes:
        connector: Module and class, imported when a source of this kind is first used.
        driver: The module of its driver.
        extra: What installs the driver; empty where it comes with claribi.
    """

    title: str
    port: int
    connector: tuple[str, str]
    driver: str
    extra: str = ""

    @property
    def is_installed(self) -> bool:
        return find_spec(self.driver) is not None

    def load(self) -> Any:
        """The connector's class.

        Raises:
            ValidationFailed: Its driver is not installed; the message says how to get it.
        """
        if not self.is_installed:
            raise ValidationFailed(
                f"{self.title} needs a driver that this server lacks; its operator can install it with "
                f"pip install 'claribi[{self.extra}]'"
            )
        module, name = self.connector
        return getattr(import_module(f"{__package__}.{module}"), name)


ENGINES: dict[str, EngineKind] = {
    "postgresql": EngineKind("PostgreSQL", 5432, ("postgresql", "PostgreSQL"), "psycopg"),
    "timescaledb": EngineKind("TimescaleDB", 5432, ("postgresql", "PostgreSQL"), "psycopg"),
    "redshift": EngineKind("Redshift", 5439, ("redshift", "Redshift"), "psycopg"),
    "mysql": EngineKind("MySQL", 3306, ("mysql", "MySQL"), "pymysql", "mysql"),
    "mariadb": EngineKind("MariaDB", 3306, ("mysql", "MySQL"), "pymysql", "mysql"),
    "sqlserver": EngineKind("SQL Server", 1433, ("sqlserver", "SQLServer"), "pytds", "sqlserver"),
    "clickhouse": EngineKind(
        "ClickHouse", 8123, ("clickhouse", "ClickHouse"), "clickhouse_connect", "clickhouse"
    ),
    "spark": EngineKind("Spark", 15002, ("spark", "Spark"), "grpc", "spark"),
    "trino": EngineKind("Trino", 443, ("trino", "Trino"), "httpx"),
    "databricks": EngineKind("Databricks", 443, ("databricks", "Databricks"), "httpx"),
    "snowflake": EngineKind("Snowflake", 443, ("snowflake", "Snowflake"), "httpx"),
    "bigquery": EngineKind("BigQuery", 443, ("bigquery", "BigQuery"), "httpx"),
}
