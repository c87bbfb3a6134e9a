"""HTTP of the forecasts wing."""

import asyncio
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from claribi.accounts.principal import Principal
from claribi.accounts.routing import Caller, guarded, router
from claribi.core.clock import utc_now
from claribi.forecasts import schemas
from claribi.forecasts.models import UNFINISHED, ForecastRun
from claribi.forecasts.outcomes import outcomes
from claribi.forecasts.service import Forecasts, present, present_run
from claribi.forecasts.verification import verify
from claribi.http.conditional import check_if_match, etag, not_modified
from claribi.http.ids import Deleted, Id, ObjectId
from claribi.http.pages import Page, Paged
from claribi.query.encoding import to_json

forecasts = router("Forecasts")
JSON = "application/json"
POLL_SECONDS = 0.1
READ = guarded("forecasts:read")


async def _forecasts(request: Request) -> Forecasts:
    return request.app.state.forecasts  # type: ignore[no-any-return]  # the state is untyped


Service = Annotated[Forecasts, Depends(_forecasts)]


@forecasts.get("/forecasts", response_model=Page[schemas.ForecastOut], openapi_extra=READ)
def list_forecasts(
    caller: Caller, page: Paged, service: Service, is_active: bool | None = None, source_id: Id | None = None
) -> Any:
    """List all forecasts."""
    return service.list_page(caller, page, is_active=is_active, source_id=source_id)


@forecasts.post(
    "/forecasts",
    status_code=201,
    response_model=schemas.ForecastOut,
    openapi_extra=guarded("forecasts:create"),
)
def create_forecast(response: Response, caller: Caller, body: schemas.NewForecast, service: Service) -> Any:
    """Define a forecast: which measure, by which buckets of time, how far ahead."""
    forecast = service.create(caller, body)
    response.headers["ETag"] = etag(forecast)
    return present(forecast)


@forecasts.get("/forecasts/{forecast_id}", response_model=schemas.ForecastDetail, openapi_extra=READ)
def get_forecast(request: Request, caller: Caller, forecast_id: ObjectId, service: Service) -> Response:
    """A forecast and its latest run."""
    forecast, run = service.detail(caller, forecast_id)
    tag = etag(forecast, run and f"{run.id}-{run.status}")
    body = present(forecast) | {"latest_run": run and present_run(run)}
    return not_modified(request, tag) or Response(to_json(body), headers={"ETag": tag}, media_type=JSON)


@forecasts.patch(
    "/forecasts/{forecast_id}", response_model=schemas.ForecastOut, openapi_extra=guarded("forecasts:update")
)
def change_forecast(
    request: Request,
    response: Response,
    caller: Caller,
    forecast_id: ObjectId,
    body: schemas.ChangedForecast,
    service: Service,
) -> Any:
    """Change a forecast. What was computed stays as it is."""
    forecast = service.change(caller, forecast_id, body, lambda f: check_if_match(request, etag(f)))
    response.headers["ETag"] = etag(forecast)
    return present(forecast)


@forecasts.delete("/forecasts/{forecast_id}", openapi_extra=guarded("forecasts:delete"))
def delete_forecast(request: Request, caller: Caller, forecast_id: ObjectId, service: Service) -> Deleted:
    """Delete a forecast with its runs."""
    return Deleted(id=service.delete(caller, forecast_id, lambda f: check_if_match(request, etag(f))))


@forecasts.post(
    "/forecasts/{forecast_id}/run",
    status_code=201,
    response_model=schemas.ForecastRunDetail,
    openapi_extra=guarded("forecasts:run", generation=True),
)
async def run_forecast(
    caller: Caller, forecast_id: ObjectId, service: Service, body: schemas.RunForecast | None = None
) -> Any:
    """Compute a forecast. Answers with the run, at once or after `wait` seconds."""
    run = await run_in_threadpool(service.start, caller, forecast_id)
    run = await _settled(caller, service, run, body.wait if body else 0)
    return present_run(run) | {"result": run.result if run.status not in UNFINISHED else None}


@forecasts.get(
    "/forecasts/{forecast_id}/runs", response_model=Page[schemas.ForecastRunOut], openapi_extra=READ
)
def list_forecast_runs(caller: Caller, forecast_id: ObjectId, page: Paged, service: Service) -> Any:
    """The runs of a forecast."""
    return service.runs_page(caller, forecast_id, page)


@forecasts.get(
    "/forecasts/{forecast_id}/runs/{run_id}", response_model=schemas.ForecastRunDetail, openapi_extra=READ
)
def get_forecast_run(caller: Caller, forecast_id: ObjectId, run_id: ObjectId, service: Service) -> Any:
    """One run: values with their bands, the method and why it was taken, what stands out in the history."""
    run = service.run(caller, forecast_id, run_id)
    return present_run(run) | {"result": run.result}


@forecasts.post(
    "/forecasts/{forecast_id}/runs/{run_id}/verify",
    status_code=200,
    response_model=schemas.RunVerification,
    openapi_extra=READ,
)
def verify_forecast_run(
    request: Request, caller: Caller, forecast_id: ObjectId, run_id: ObjectId, service: Service
) -> Any:
    """Compute a run again from the data as they are now, and tell what of it still holds."""
    return verify(caller, service, request.app.state.queries, forecast_id, run_id)


@forecasts.get("/forecasts/{forecast_id}/trust", response_model=schemas.Trust, openapi_extra=READ)
def get_forecast_trust(request: Request, caller: Caller, forecast_id: ObjectId, service: Service) -> Any:
    """Earlier runs against what has come true since, and whether the forecast can be relied on."""
    return outcomes(caller, service, request.app.state.queries, forecast_id)


async def _settled(caller: Principal, service: Forecasts, run: ForecastRun, wait: float) -> ForecastRun:
    """The run when it has ended, or when the caller has waited long enough."""
    started = utc_now()
    while run.status in UNFINISHED and (utc_now() - started).total_seconds() < wait:
        await asyncio.sleep(POLL_SECONDS)
        run = await run_in_threadpool(service.run, caller, run.forecast_id, run.id)
    return run
