"""Puts the wings' services together from the settings: the same ones for web, worker and command line."""

from dataclasses import dataclass, replace

from claribi.accounts import wing
from claribi.accounts.keys import ApiKeys
from claribi.accounts.service import Accounts
from claribi.accounts.wing import AccountServices
from claribi.ask.service import Asking
from claribi.charts.render import Renderer
from claribi.core.blobs import BlobStore
from claribi.core.database import Database
from claribi.core.jobs import Jobs
from claribi.core.settings import Settings
from claribi.dashboards.refresh import Refresher
from claribi.dashboards.service import Dashboards
from claribi.forecasts.ahead import foresee
from claribi.forecasts.service import Forecasts
from claribi.home.service import Home
from claribi.llm.model import from_settings
from claribi.query.cache import AnswerCache
from claribi.query.downloads import Downloads
from claribi.query.engine import Engine, EngineLimits
from claribi.query.modeling.checks import ModelChecks
from claribi.query.modeling.service import Models
from claribi.query.service import Queries
from claribi.reports.service import Reports
from claribi.sources.access.service import AccessRules
from claribi.sources.connections import Connections
from claribi.sources.databases import Databases
from claribi.sources.history import History
from claribi.sources.service import Sources
from claribi.sources.web.reader import WebReader
from claribi.sources.web.service import WebSources


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that one process of the server needs. `close` when done."""

    settings: Settings
    database: Database
    blobs: BlobStore
    jobs: Jobs
    engine: Engine
    renderer: Renderer
    account_services: AccountServices
    connections: Connections
    sources: Sources
    access_rules: AccessRules
    databases: Databases
    source_history: History
    web_reader: WebReader
    web_sources: WebSources
    models: Models
    model_checks: ModelChecks
    queries: Queries
    downloads: Downloads
    dashboards: Dashboards
    asking: Asking
    forecasts: Forecasts
    reports: Reports
    home: Home

    @property
    def accounts(self) -> Accounts:
        return self.account_services.accounts

    @property
    def api_keys(self) -> ApiKeys:
        return self.account_services.api_keys

    def close(self) -> None:
        self.account_services.meter.stop()
        self.connections.close()
        self.engine.close()
        self.renderer.close()
        self.jobs.close()
        self.database.close()


def build(settings: Settings) -> Services:
    """The services for these settings; child processes start when they are first needed."""
    settings.staging_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    blobs = BlobStore(settings.blob_dir)
    jobs = Jobs(database)
    account_services = wing.build(settings, database, blobs, jobs)
    engine = Engine(
        size=settings.engine_processes,
        limits=EngineLimits(
            timeout_seconds=settings.query_timeout_seconds,
            max_rows=settings.query_max_rows,
            max_bytes=settings.query_max_bytes,
            memory_mb=settings.engine_memory_mb,
        ),
        spill_directory=settings.staging_dir,
    )
    connections = Connections(
        account_services.vault,
        account_services.egress,
        own_database=settings.database_url,
        size=settings.source_connections,
    )
    web_reader = WebReader(account_services.vault, account_services.egress)
    sources = Sources(database, blobs, jobs, connections, max_upload_mb=settings.max_upload_mb)
    models = Models(database, sources)
    download_limits = replace(
        engine.limits,
        max_rows=settings.download_max_rows,
        timeout_seconds=settings.download_timeout_seconds,
    )
    cache = AnswerCache(settings.query_cache_mb * 1024**2)
    queries = Queries(database, sources, models, engine, cache)
    dashboards = Dashboards(database, Refresher(database, queries))
    asking = Asking(database, queries, foresee, from_settings(settings))
    return Services(
        settings=settings,
        database=database,
        blobs=blobs,
        jobs=jobs,
        engine=engine,
        renderer=Renderer(size=1),
        account_services=account_services,
        connections=connections,
        sources=sources,
        access_rules=AccessRules(database),
        databases=Databases(database, jobs, connections),
        source_history=History(database),
        web_reader=web_reader,
        web_sources=WebSources(database, jobs, web_reader),
        models=models,
        model_checks=ModelChecks(models, queries),
        queries=queries,
        downloads=Downloads(database, queries, engine, download_limits),
        dashboards=dashboards,
        asking=asking,
        forecasts=Forecasts(database, jobs, queries),
        reports=Reports(
            database, blobs, jobs, sources, queries, dashboards, asking, account_services.credits
        ),
        home=Home(database),
    )
