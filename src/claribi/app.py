"""The ASGI application: the wings' routes behind one stack of middleware."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Scope
from starlette_compress import CompressMiddleware

from claribi import web
from claribi.accounts.cors import Cors
from claribi.accounts.middleware import CallerAndLimits
from claribi.accounts.principal import Principal
from claribi.accounts.routes import routers as accounts
from claribi.ask.routes import analyses
from claribi.core import logs
from claribi.core.errors import Unavailable
from claribi.core.remembered import Remembered
from claribi.core.settings import Settings
from claribi.dashboards.routes import dashboards
from claribi.forecasts.routes import forecasts
from claribi.home.routes import home
from claribi.http import openapi, problems
from claribi.http.middleware import MAX_BODY, BodyLimit, Head, Lazily, OnePath, RequestContext
from claribi.query.modeling.routes import models
from claribi.query.routes import queries
from claribi.reports.look_routes import report_templates
from claribi.reports.routes import reports
from claribi.services import Services, build
from claribi.sources.access.routes import access_rules
from claribi.sources.inbox import MAX_FILES
from claribi.sources.routes import sources
from claribi.sources.web.routes import web_sources

DESCRIPTION = (
    "Every answer carries the evidence it came from. Sign in at `/api/auth/login/` or send an API key in "
    "`X-API-Key`. Each path answers with and without a trailing slash, and without `/v1` as well."
)
# Of lists that are asked again and again.
MOST_ANSWERS = 500
# What routes find on the application's state.
STATE = (
    "database",
    "account_services",
    "sources",
    "access_rules",
    "databases",
    "source_history",
    "web_sources",
    "models",
    "model_checks",
    "queries",
    "downloads",
    "dashboards",
    "asking",
    "forecasts",
    "reports",
    "home",
    "renderer",
)


def create_app(settings: Settings) -> FastAPI:
    """The application for these settings. Two of them can live in one process."""
    logs.configure(settings)
    services = build(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        services.account_services.meter.start()
        yield
        services.close()

    app = FastAPI(
        title="claribi",
        version=version("claribi"),
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=[
            Middleware(Head),
            Middleware(RequestContext),
            Middleware(OnePath),
            Middleware(CallerAndLimits, services.account_services),
            Middleware(Cors, services.account_services.organizations),
            Middleware(BodyLimit, lambda scope: _allowed_body(scope, services)),
            Middleware(CompressMiddleware, minimum_size=1000, zstd_level=1, brotli_quality=1, gzip_level=1),
        ],
    )
    for name in STATE:
        setattr(app.state, name, getattr(services, name))
    app.state.answers = Remembered(services.database, MOST_ANSWERS)
    data = (web_sources, sources, access_rules, models, queries)
    wings = (*data, dashboards, analyses, forecasts, reports, report_templates, home)
    for router in (*accounts, *wings):
        app.include_router(router)
    app.mount("/scim/v2", Lazily(_scim))
    _watch(app, services)
    web.install(app)
    problems.install(app, web.lost)
    openapi.install(app)
    return app


def _scim() -> ASGIApp:
    from claribi.accounts.routes.scim import scim  # noqa: PLC0415 - slow to import, and few servers need it

    return scim


def _watch(app: FastAPI, services: Services) -> None:
    @app.get("/healthz", include_in_schema=False)
    def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    def readyz() -> dict[str, str]:
        """It can reach what it needs to do its work."""
        try:
            with services.database.read(None) as session:
                session.execute(text("SELECT 1 FROM organizations LIMIT 1"))
        except Exception:  # noqa: BLE001 - whatever it is, the server is not ready
            raise Unavailable("The metadata database can't be reached") from None
        return {"status": "ok"}

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _allowed_body(scope: Scope, services: Services) -> int:
    """Files may be as large as the caller's tier allows; everything else is small."""
    caller = scope.get("claribi.caller")
    headers = dict(scope["headers"])
    if (
        isinstance(caller, Principal)
        and scope["path"].startswith("/api/v1/data-sources")
        and headers.get(b"content-type", b"").startswith(b"multipart/form-data")
    ):
        return services.sources.max_file_bytes(caller) * MAX_FILES + MAX_BODY
    return MAX_BODY
