"""What is remembered of the metadata database is never older than it, whoever changes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from claribi.accounts.models import Organization
from claribi.core.database import Database
from claribi.core.remembered import Remembered
from claribi.core.settings import Settings
from claribi.supervisor import prepare


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    """One database, opened twice as by two processes."""
    url = request.getfixturevalue("fresh_postgres") if request.param == "postgresql" else ""
    settings = Settings(data_dir=tmp_path, database_url=url)
    prepare(settings)
    opened = Database(settings.database_url), Database(settings.database_url)
    yield opened
    for one in opened:
        one.close()


def commit(database: Database) -> None:
    with database.write(None) as session:
        session.add(Organization(name="Another", tier="trial"))


def test_every_commit_is_noticed(databases: tuple[Database, Database]):
    ours, theirs = databases
    if ours.version() is None:
        assert ours.url.startswith("postgresql")
        return
    seen = [ours.version(), ours.version()]
    for one in (ours, theirs):
        commit(one)
        seen.append(ours.version())
    with ours.read(None) as session:
        session.get(Organization, 1)
    seen.append(ours.version())
    assert seen[0] == seen[1]
    assert len(set(seen[1:4])) == 3
    assert seen[3] == seen[4]


def test_what_is_read_is_kept_until_anybody_commits(databases: tuple[Database, Database]):
    ours, theirs = databases
    kept: Remembered[str, int] = Remembered(ours, most=2)
    reads = []

    def read() -> int:
        reads.append(1)
        return len(reads)

    first = [kept.get("a", read), kept.get("a", read)]
    assert first == ([1, 1] if ours.version() is not None else [1, 2])
    before = len(reads)
    commit(theirs)
    assert kept.recall("a") is None
    assert kept.get("a", read) == before + 1


def test_what_is_committed_while_it_is_read_is_read_again(databases: tuple[Database, Database]):
    ours, theirs = databases
    kept: Remembered[str, str] = Remembered(ours, most=2)

    def overtaken() -> str:
        commit(theirs)
        return "old"

    assert kept.get("a", overtaken) == "old"
    assert kept.recall("a") is None


def test_no_more_is_kept_than_may_be(databases: tuple[Database, Database]):
    kept: Remembered[int, int] = Remembered(databases[0], most=2)
    for key in range(3):
        kept.get(key, lambda: 1)
    known = [key for key in range(3) if kept.recall(key) is not None]
    assert known == ([2] if databases[0].version() is not None else [])
