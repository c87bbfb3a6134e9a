"""Work that takes time, as durable DBOS workflows.

A job is enqueued in the very transaction that changes the data it is about, so neither exists without the
other; the worker process runs it, and after a kill goes on behind the last step that was finished.
"""

from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from claribi.core.database import Database
from claribi.core.settings import Settings

if TYPE_CHECKING:
    from dbos import DBOSClient

APPLICATION = "claribi"
QUEUE = "jobs"
# Workflows are recovered by workers of the version that began them; ours stay compatible instead.
WORKFLOW_VERSION = "1"
POLL_SECONDS = 0.2
# Of the jobs that run at once, one organisation gets no more than these.
PER_ORGANIZATION = 2

Job = Callable[..., None]


class Jobs:
    """The side that hands out work. DBOS takes a second to import, so it waits for the first job."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._client: DBOSClient | None = None

    def connect(self) -> "DBOSClient":
        """Open the job store, its tables made by `prepare`."""
        if self._client is None:
            from dbos import DBOSClient  # noqa: PLC0415 - slow to import

            self._client = DBOSClient(
                system_database_engine=self._database.engine, application_name=APPLICATION, lazy=True
            )
        return self._client

    def enqueue(self, session: Session, job: str, job_id: str, organization_id: int, *arguments: int) -> None:
        """Enqueue `job` as part of the session's transaction; a job id runs once, however often enqueued."""
        self.connect().enqueue_in_transaction(
            session,
            {
                "workflow_name": job,
                "queue_name": QUEUE,
                "workflow_id": job_id,
                "app_version": WORKFLOW_VERSION,
                "queue_partition_key": str(organization_id),
            },
            organization_id,
            *arguments,
        )

    def cancel(self, job_id: str) -> None:
        """Stop a job before its next step."""
        self.connect().cancel_workflow(job_id)

    def close(self) -> None:
        # The engine is the database's own, and closed with it.
        self._client = None


def prepare(database: Database, data_dir: Path) -> None:
    """Create or upgrade the job store's tables, unless this version of DBOS has done so before."""
    marker = data_dir / "jobs.version"
    done = f"{version('dbos')} {sha256(database.url.encode()).hexdigest()}"
    if marker.is_file() and marker.read_text(encoding="ascii") == done:
        return
    from dbos import run_dbos_database_migrations  # noqa: PLC0415 - slow to import

    run_dbos_database_migrations(database.engine.url.render_as_string(hide_password=False))
    marker.write_text(done, encoding="ascii")


class JobRunner:
    """The side that works: one a worker process, since DBOS is one a process."""

    def __init__(self, settings: Settings) -> None:
        from dbos import DBOS  # noqa: PLC0415 - slow to import

        self._dbos = DBOS
        self._settings = settings
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": settings.database_url,
                "application_version": WORKFLOW_VERSION,
                "executor_id": settings.worker_id,
                "log_level": "WARNING",
                "max_executor_threads": settings.worker_concurrency + 2,
            }
        )

    def register(self, name: str, job: Job) -> None:
        """Make `job` known under `name`; it is called with the organisation's id and its own arguments."""
        self._dbos.workflow(name=name)(job)

    def step(self, name: str, work: Callable[[], Any], *, attempts: int = 1) -> Any:
        """Run a part of a job once: after a kill, finished steps are skipped and give their old result.

        Args:
            attempts: How often it is tried when it raises, with pauses that double from a second on.
        """
        return self._dbos.run_step(
            {"name": name, "retries_allowed": attempts > 1, "max_attempts": attempts}, work
        )

    def start(self) -> None:
        self._dbos.listen_queues([QUEUE])
        self._dbos.launch()
        self._dbos.register_queue(
            QUEUE,
            worker_concurrency=self._settings.worker_concurrency,
            partition_concurrency=PER_ORGANIZATION,
            polling_interval_sec=POLL_SECONDS,
            on_conflict="always_update",
        )

    def stop(self) -> None:
        self._dbos.destroy(workflow_completion_timeout_sec=5)
