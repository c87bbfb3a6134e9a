"""The worker: carries out jobs until it is told to stop."""

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from claribi.core import logs
from claribi.core.jobs import Job, JobRunner
from claribi.core.mail import SEND, Postman
from claribi.core.settings import Settings
from claribi.core.startup import loaded
from claribi.dashboards.automatic import PROPOSE, AutomaticDashboards
from claribi.forecasts.running import Running
from claribi.forecasts.service import RUN as FORECAST
from claribi.llm.model import from_settings
from claribi.query.merging import Merging
from claribi.reports.generation import Generation
from claribi.reports.service import GENERATE
from claribi.services import Services, build
from claribi.sources.connections import explained
from claribi.sources.files.messages import ConvertedFile, ConvertRequest
from claribi.sources.history import abandon
from claribi.sources.inbox import drop_abandoned
from claribi.sources.ingest import INGEST, Ingest
from claribi.sources.inspection import Inspection
from claribi.sources.reading import FETCH, INSPECT, SYNC
from claribi.sources.sync import Sync
from claribi.sources.web.fetching import Fetching

HOUSEKEEPING_SECONDS = 600.0
# How late a copy that is due may start.
DUE_SECONDS = 15.0
# Within a minute; after that housekeeping tries again now and then.
MAIL_ATTEMPTS = 6


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT."""
    logs.configure(settings)
    services = build(settings)
    runner = JobRunner(settings)
    register(runner, services)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    runner.start()
    loaded()
    _keep_house(services, stopped)
    runner.stop()
    services.close()


def _keep_house(services: Services, stopped: threading.Event) -> None:
    """See to what has to be done now and then, until the worker is told to stop."""
    cleared = time.monotonic()
    while not stopped.wait(DUE_SECONDS):
        try:
            services.databases.enqueue_due()
            services.forecasts.enqueue_due()
            if time.monotonic() - cleared >= HOUSEKEEPING_SECONDS:
                cleared = time.monotonic()
                services.account_services.housekeeping.run()
                drop_abandoned(services.blobs)
        except Exception:  # noqa: BLE001 - whatever it is, the worker goes on
            structlog.get_logger().exception("housekeeping failed; it is tried again")


def register(runner: JobRunner, services: Services) -> None:
    """Every job that there is."""
    _register_sources(runner, services)
    generation = Generation(
        services.database,
        services.blobs,
        services.accounts,
        services.sources,
        services.queries,
        services.dashboards,
        services.renderer,
        services.account_services.credits,
        from_settings(services.settings),
    )
    postman = Postman(
        services.settings,
        services.database,
        services.account_services.vault,
        services.account_services.letters.composers(),
    )

    running = Running(services.database, services.accounts, services.queries)

    def forecast_job(organization_id: int, run_id: int) -> None:
        running.run(organization_id, run_id, runner.step)

    def generate_job(organization_id: int, run_id: int) -> None:
        generation.run(organization_id, run_id, runner.step)

    def mail_job(_organization_id: int, mail_id: int) -> None:
        runner.step("send", lambda: postman.send(mail_id), attempts=MAIL_ATTEMPTS)

    runner.register(SEND, mail_job)
    runner.register(GENERATE, generate_job)
    runner.register(FORECAST, forecast_job)


def _register_sources(runner: JobRunner, services: Services) -> None:
    """The jobs that read sources; a source that has data for the first time gets a dashboard."""

    def convert(path: Path, name: str, output: Path) -> ConvertedFile:
        return services.engine.convert(ConvertRequest(path, name, output))

    ingest = Ingest(services.database, services.blobs, convert)
    inspection = Inspection(services.database, services.connections)
    merging = Merging(services.engine)
    sync = Sync(services.database, services.blobs, services.connections, convert, merging)
    fetching = Fetching(
        services.database,
        services.blobs,
        services.web_reader,
        ingest,
        max_upload_mb=services.settings.max_upload_mb,
    )
    automatic = AutomaticDashboards(
        services.database, services.accounts, services.sources, services.queries, services.dashboards
    )

    def reading(read: Callable[[int, int, int | None], int | None]) -> Job:
        """The job that reads a source; `read` tells which one, None where nothing new is served.

        Jobs of earlier versions come without the load that they are.
        """

        def job(organization_id: int, subject: int, load_id: int | None = None) -> None:
            try:
                source_id = read(organization_id, subject, load_id)
            except Exception as error:
                message = explained(error)
                runner.step("end", lambda: abandon(services.database, organization_id, load_id, message))
                raise
            if source_id is not None:
                runner.step(PROPOSE, lambda: automatic.create(organization_id, source_id))

        return job

    def in_step(name: str, read: Callable[[int, int, int | None], int | None]) -> Job:
        return reading(lambda *ids: runner.step(name, lambda: read(*ids)))

    runner.register(INGEST, in_step("convert", ingest.run))
    runner.register(INSPECT, in_step("inspect", inspection.run))
    runner.register(SYNC, reading(lambda owner, source, load: sync.run(owner, source, load, runner.step)))
    runner.register(
        FETCH, reading(lambda owner, source, load: fetching.run(owner, source, load, runner.step))
    )
