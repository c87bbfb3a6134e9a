"""Migrations of the metadata database; `upgrade` brings it to the version that this code needs."""

from importlib import resources
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from claribi.core.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = resources.files("claribi.core.migrations")
# Processes that start at the same moment on one PostgreSQL take turns.
LOCK = 7_261_944


def config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - slow to import, and seldom needed

    alembic = Config()
    alembic.set_main_option("script_location", str(FOLDER))
    alembic.attributes["connection"] = connection
    return alembic


def upgrade(database: Database) -> None:
    """Create the tables or bring them up to date, all or nothing."""
    engine = database.engine.execution_options(claribi_write=True)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if _current(connection) != newest():
            from alembic import command  # noqa: PLC0415 - as above

            command.upgrade(config(connection), "head")


def newest() -> str:
    """The revision that this code needs: the files in `versions/` are numbered by their names."""
    files = (FOLDER / "versions").iterdir()
    return max(file.name.partition("_")[0] for file in files if file.name[:1].isdigit())


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
