"""Migrations of the metadata database; `upgrade` brings it to the version that this code needs."""

from importlib import resources

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from claribi.core.database import Database

# Processes that start at the same moment on one PostgreSQL take turns.
LOCK = 7_261_944


def config(connection: Connection) -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(resources.files("claribi.core.migrations")))
    alembic.attributes["connection"] = connection
    return alembic


def upgrade(database: Database) -> None:
    """Create the tables or bring them up to date, all or nothing."""
    engine = database.engine.execution_options(claribi_write=True)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(config(connection), "head")
