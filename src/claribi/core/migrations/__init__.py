"""Migrations of the metadata database; `upgrade` brings it to the version that this code needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING, Any

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
    with engine.connect() as connection, _without_cascades(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if _current(connection) != newest():
            from alembic import command  # noqa: PLC0415 - as above

            command.upgrade(config(connection), "head")


@contextmanager
def _without_cascades(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; dropping the old one must not empty what refers to it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    # Not possible inside a transaction, so this goes past SQLAlchemy, which would begin one.
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def newest() -> str:
    """The revision that this code needs: the files in `versions/` are numbered by their names."""
    files = (FOLDER / "versions").iterdir()
    return max(file.name.partition("_")[0] for file in files if file.name[:1].isdigit())


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
