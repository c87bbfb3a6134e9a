"""The one scoped door to the metadata database, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError
from support import free_port, new_postgres

from claribi.accounts.models import Organization
from claribi.core.database import Base, Database, OutOfScope, is_out_of_reach, unscoped
from claribi.core.settings import Settings
from claribi.dashboards.models import Dashboard
from claribi.http.problems import unexpected
from claribi.supervisor import prepare


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A database with two organisations that have one dashboard and two."""
    url = new_postgres(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else ""
    settings = Settings(data_dir=tmp_path_factory.mktemp("prepared"), database_url=url)
    prepare(settings)
    made = Database(settings.database_url)
    for count in (1, 2):
        with made.write(None) as session:
            organization = Organization(name=f"O{count}", tier="trial")
            session.add(organization)
            session.flush()
        with made.write(organization.id) as session:
            session.add_all(Dashboard(name=f"D{n}") for n in range(count))
    made.close()
    return settings


@pytest.fixture
def database(prepared: Settings, tmp_path: Path) -> Iterator[Database]:
    """A copy of it."""
    server, _, name = prepared.database_url.rpartition("/")
    if server.startswith("postgresql"):
        url = new_postgres(f"{server}/postgres", name)
    else:
        shutil.copytree(prepared.data_dir, tmp_path, dirs_exist_ok=True)
        url = Settings(data_dir=tmp_path).database_url
    made = Database(url)
    yield made
    made.close()


def test_the_migrations_make_exactly_the_tables_of_the_models(database: Database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables},
        )
        assert compare_metadata(context, Base.metadata) == []


def test_preparing_again_changes_nothing(database: Database, tmp_path: Path):
    prepare(Settings(data_dir=tmp_path, database_url=database.url))
    with database.read(1) as session:
        assert session.scalar(select(func.count(Dashboard.id))) == 1


STATEMENTS = [
    select(func.count(Dashboard.id)),
    select(func.count()).select_from(Dashboard),
    select(func.count()).select_from(select(Dashboard).subquery()),
    select(func.count()).select_from(select(Dashboard.id).where(Dashboard.name != "").cte()),
    select(select(func.count(Dashboard.id)).scalar_subquery()).select_from(Organization).limit(1),
]


@pytest.mark.parametrize("number", range(len(STATEMENTS)))
def test_every_form_of_a_query_sees_its_organisation_only(database: Database, number: int):
    for organization_id in (1, 2, 1):
        with database.read(organization_id) as session:
            assert session.scalar(STATEMENTS[number]) == organization_id


@pytest.mark.parametrize("number", range(len(STATEMENTS)))
def test_no_query_on_a_tenants_table_runs_without_an_organisation(database: Database, number: int):
    with database.read(None) as session, pytest.raises(OutOfScope):
        session.execute(STATEMENTS[number])


def test_a_query_past_the_models_is_refused(database: Database):
    with database.read(1) as session, pytest.raises(OutOfScope):
        session.execute(select(Dashboard.__table__))


def test_getting_by_id_finds_nothing_of_another_organisation(database: Database):
    with database.read(2) as session:
        foreign = session.scalars(select(Dashboard.id)).all()
    with database.read(1) as session:
        assert [session.get(Dashboard, i) for i in foreign] == [None, None]


def test_changing_in_bulk_stays_inside(database: Database):
    with database.write(1) as session:
        session.execute(update(Dashboard).values(name="changed"))
    with database.read(2) as session:
        assert "changed" not in session.scalars(select(Dashboard.name)).all()


def test_nothing_is_added_to_another_organisation(database: Database):
    with pytest.raises(OutOfScope), database.write(1) as session:
        session.add(Dashboard(name="x", organization_id=2))


def test_lifting_the_confinement_is_said_aloud(database: Database):
    with database.read(None) as session:
        assert unscoped(session).scalar(select(func.count(Dashboard.id))) == 3


def test_a_failed_transaction_leaves_nothing(database: Database):
    def fail() -> None:
        with database.write(1) as session:
            session.add(Dashboard(name="half"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read(1) as session:
        assert session.scalar(select(func.count(Dashboard.id))) == 1


def test_many_writers_wait_for_each_other(database: Database):
    def write(number: int) -> None:
        with database.write(1) as session:
            before = session.scalar(select(func.count(Dashboard.id)))
            session.add(Dashboard(name=f"{number} after {before}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))
    with database.read(1) as session:
        assert session.scalar(select(func.count(Dashboard.id))) == 41


class TestOutOfReach:
    """What is answered with 503 and not with 500."""

    def test_nobody_listens(self):
        with pytest.raises(OperationalError) as nobody:
            Database(f"postgresql://claribi@127.0.0.1:{free_port()}/postgres").engine.connect()
        assert is_out_of_reach(nobody.value)
        answer = unexpected(nobody.value, "r1")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")

    def test_too_many_connections(self, fresh_postgres: str):
        admin = Database(fresh_postgres)
        with admin.engine.begin() as connection:
            connection.execute(text("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0"))
        with pytest.raises(OperationalError, match="too many connections") as refused:
            Database(fresh_postgres.replace("claribi@", "crowded@")).engine.connect()
        with admin.engine.begin() as connection:
            connection.execute(text("DROP ROLE crowded"))
        admin.close()
        assert is_out_of_reach(refused.value)

    def test_a_wrong_statement_is_another_matter(self, database: Database):
        with pytest.raises(DBAPIError) as wrong, database.engine.connect() as connection:
            connection.execute(text("SELECT * FROM nowhere"))
        assert not is_out_of_reach(wrong.value)
