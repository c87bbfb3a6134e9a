"""HTTP of the reports wing."""

import asyncio
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Query, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from claribi.accounts.principal import Principal
from claribi.accounts.routing import Caller, guarded, router
from claribi.core.clock import utc_now
from claribi.http import events
from claribi.http.conditional import check_if_match, etag, not_modified
from claribi.http.ids import Deleted, Id, ObjectId
from claribi.http.pages import Page, Paged
from claribi.query.encoding import to_json
from claribi.reports import schemas
from claribi.reports.models import UNFINISHED, ReportRun
from claribi.reports.presentation import present, present_detail, present_evidence, present_run
from claribi.reports.render import FORMATS
from claribi.reports.service import Reports
from claribi.reports.verification import verify

reports = router("Reports")
JSON = "application/json"
READ = guarded("reports:read")
LIST = guarded("reports:read", remembered=True)
GENERATE = guarded("reports:generate", generation=True)


async def _reports(request: Request) -> Reports:
    return request.app.state.reports  # type: ignore[no-any-return]  # the state is untyped


Service = Annotated[Reports, Depends(_reports)]


@reports.get("/reports", response_model=Page[schemas.ReportOut], openapi_extra=LIST)
def list_reports(
    caller: Caller,
    page: Paged,
    service: Service,
    status: Annotated[schemas.ReportStatus | None, Query()] = None,
    source_id: Id | None = None,
) -> Response:
    """List all reports."""
    listed = service.list_page(caller, page, status=status, source_id=source_id)
    return Response(to_json(listed), media_type=JSON)


@reports.post(
    "/reports", status_code=201, response_model=schemas.ReportOut, openapi_extra=guarded("reports:create")
)
def create_report(response: Response, caller: Caller, body: schemas.NewReport, service: Service) -> Any:
    """Define a report: what it is about, for which period, with which sections."""
    report = service.create(caller, body)
    response.headers["ETag"] = etag(report)
    return present(report)


@reports.post("/reports/generate", status_code=201, response_model=schemas.RunOut, openapi_extra=GENERATE)
async def create_and_generate(caller: Caller, body: schemas.NewGeneratedReport, service: Service) -> Any:
    """Define a report and generate it in one call."""
    report = await run_in_threadpool(service.create, caller, body)
    run = await run_in_threadpool(service.generate, caller, report.id)
    return present_run(await _settled(caller, service, run, body.wait))


@reports.get("/reports/{report_id}", response_model=schemas.ReportDetail, openapi_extra=READ)
def get_report(request: Request, caller: Caller, report_id: ObjectId, service: Service) -> Response:
    """A report with the sections, findings and figures of its latest completed run."""
    detail = service.detail(caller, report_id)
    run = detail.run
    tag = etag(detail.report, run and f"{run.id}-{run.status}-{run.progress}")
    return not_modified(request, tag) or Response(
        to_json(present_detail(detail)), headers={"ETag": tag}, media_type=JSON
    )


@reports.patch(
    "/reports/{report_id}", response_model=schemas.ReportOut, openapi_extra=guarded("reports:update")
)
def change_report(
    request: Request,
    response: Response,
    caller: Caller,
    report_id: ObjectId,
    body: schemas.ChangedReport,
    service: Service,
) -> Any:
    """Change a report's definition. What was generated stays until the next generation."""
    report = service.change(caller, report_id, body, lambda r: check_if_match(request, etag(r)))
    response.headers["ETag"] = etag(report)
    return present(report)


@reports.delete("/reports/{report_id}", openapi_extra=guarded("reports:delete"))
def delete_report(request: Request, caller: Caller, report_id: ObjectId, service: Service) -> Deleted:
    """Delete a report with its runs and files."""
    return Deleted(id=service.delete(caller, report_id, lambda r: check_if_match(request, etag(r))))


@reports.post(
    "/reports/{report_id}/generate", status_code=201, response_model=schemas.RunOut, openapi_extra=GENERATE
)
async def generate(
    caller: Caller, report_id: ObjectId, service: Service, body: schemas.Generate | None = None
) -> Any:
    """Generate a report with its analysis. Answers with the run, at once or after `wait` seconds."""
    run = await run_in_threadpool(service.generate, caller, report_id)
    return present_run(await _settled(caller, service, run, body.wait if body else 0))


@reports.get("/reports/{report_id}/runs", response_model=Page[schemas.RunOut], openapi_extra=READ)
def list_runs(caller: Caller, report_id: ObjectId, page: Paged, service: Service) -> Any:
    """The generations of a report."""
    return service.runs_page(caller, report_id, page)


@reports.get("/reports/{report_id}/runs/{run_id}", response_model=schemas.RunOut, openapi_extra=READ)
def get_run(caller: Caller, report_id: ObjectId, run_id: ObjectId, service: Service) -> Any:
    """One generation of a report, with its progress."""
    return present_run(service.run(caller, report_id, run_id))


@reports.post(
    "/reports/{report_id}/runs/{run_id}/cancel",
    status_code=201,
    response_model=schemas.RunOut,
    openapi_extra=guarded("reports:generate"),
)
def cancel_run(caller: Caller, report_id: ObjectId, run_id: ObjectId, service: Service) -> Any:
    """Stop a generation that is under way."""
    return present_run(service.cancel(caller, report_id, run_id))


@reports.get(
    "/reports/{report_id}/runs/{run_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {events.MEDIA_TYPE: {}}}},
    openapi_extra=READ,
)
async def run_events(
    caller: Caller, report_id: ObjectId, run_id: ObjectId, service: Service
) -> StreamingResponse:
    """The progress of a generation as server-sent events, until it ends."""
    run = await run_in_threadpool(service.run, caller, report_id, run_id)
    told = events.followed(
        "run",
        run,
        lambda: run_in_threadpool(service.run, caller, report_id, run_id),
        lambda run: to_json(present_run(run)),
        lambda run: run.status not in UNFINISHED,
    )
    return StreamingResponse(told, media_type=events.MEDIA_TYPE)


async def _settled(caller: Principal, service: Reports, run: ReportRun, wait: float) -> ReportRun:
    """The run when it has ended, or when the caller has waited long enough."""
    started = utc_now()
    while run.status in UNFINISHED and (utc_now() - started).total_seconds() < wait:
        await asyncio.sleep(events.POLL_SECONDS)
        run = await run_in_threadpool(service.run, caller, run.report_id, run.id)
    return run


@reports.get(
    "/reports/{report_id}/download",
    response_class=FileResponse,
    responses={200: {"content": {output.media_type: {} for output in FORMATS.values()}}},
    openapi_extra=READ,
)
def download(
    request: Request,
    caller: Caller,
    report_id: ObjectId,
    service: Service,
    file_format: Annotated[
        schemas.Format | None, Query(alias="format", description="Default: the report's own.")
    ] = None,
) -> Response:
    """The latest generated report as a file; ranges and conditional requests work."""
    report, file, path = service.file(caller, report_id, file_format)
    tag = f'"{file.sha256}"'
    if cached := not_modified(request, tag):
        return cached
    service.note_download(caller, report, file)
    output = FORMATS[file.format]
    headers = {"ETag": tag, "Content-Disposition": _disposition(f"{report.title}.{output.extension}")}
    return FileResponse(path, headers=headers, media_type=output.media_type)


def _disposition(name: str) -> str:
    """`Content-Disposition` with the name in full (RFC 6266) and in ASCII for clients that know no better."""
    safe = "".join(c if c.isalnum() or c in " -_.,()" else "_" for c in name).strip()
    plain = safe.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe)}"


@reports.get("/reports/{report_id}/evidence", response_model=schemas.EvidenceOut, openapi_extra=READ)
def get_report_evidence(caller: Caller, report_id: ObjectId, service: Service) -> Response:
    """Every number of the report with the query, parameters, data version and cell it came from."""
    return Response(to_json(present_evidence(service.document(caller, report_id))), media_type=JSON)


@reports.post(
    "/reports/{report_id}/verify", status_code=200, response_model=schemas.Verification, openapi_extra=READ
)
def verify_report(request: Request, caller: Caller, report_id: ObjectId, service: Service) -> Any:
    """Compute every number of the report again from the data as they are now."""
    return verify(caller, service.document(caller, report_id), request.app.state.queries)
