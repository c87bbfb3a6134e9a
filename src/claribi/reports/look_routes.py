"""HTTP of what reports are made from: their templates, and how an organisation's reports look."""

from typing import Annotated, Any

from fastapi import Path, Request, Response

from claribi.accounts.routing import Caller, guarded, router
from claribi.http.conditional import check_if_match, etag, not_modified
from claribi.http.ids import Deleted, ObjectId
from claribi.http.pages import Page, Paged
from claribi.reports import looks
from claribi.reports.routes import Service
from claribi.reports.templates import ChangedTemplate, Template, TemplateOut, present

report_templates = router("Reports")
READ = guarded("reports:read")
MAKE = guarded("reports:create")
MANAGE = guarded("report_settings:manage")
AnyTemplate = Annotated[str, Path(max_length=60, description="A built-in template's name, or an id.")]


@report_templates.get("/report-templates", response_model=Page[TemplateOut], openapi_extra=READ)
def list_report_templates(caller: Caller, page: Paged, service: Service) -> Any:
    """List the templates of reports: the organisation's own, then those that are built in."""
    return service.templates.list_page(caller, page)


@report_templates.post("/report-templates", status_code=201, response_model=TemplateOut, openapi_extra=MAKE)
def create_report_template(response: Response, caller: Caller, body: Template, service: Service) -> Any:
    """Keep a template of your own: sections, what comes first in them, the usual format."""
    own = service.templates.create(caller, body)
    response.headers["ETag"] = etag(own)
    return present(own)


@report_templates.get("/report-templates/{template_id}", response_model=TemplateOut, openapi_extra=READ)
def get_report_template(
    request: Request, response: Response, caller: Caller, template_id: AnyTemplate, service: Service
) -> Any:
    """A template, built in or the organisation's own."""
    own, shown = service.templates.tagged(caller, template_id)
    tag = etag(own) if own else f'"template-{template_id}"'
    response.headers["ETag"] = tag
    return not_modified(request, tag) or shown


@report_templates.patch("/report-templates/{template_id}", response_model=TemplateOut, openapi_extra=MAKE)
def change_report_template(
    request: Request,
    response: Response,
    caller: Caller,
    template_id: ObjectId,
    body: ChangedTemplate,
    service: Service,
) -> Any:
    """Change a template of your own. Reports that follow it do so from their next generation on."""
    own = service.templates.change(caller, template_id, body, lambda t: check_if_match(request, etag(t)))
    response.headers["ETag"] = etag(own)
    return present(own)


@report_templates.delete("/report-templates/{template_id}", openapi_extra=MAKE)
def delete_report_template(
    request: Request, caller: Caller, template_id: ObjectId, service: Service
) -> Deleted:
    """Delete a template of your own."""
    return Deleted(
        id=service.templates.delete(caller, template_id, lambda t: check_if_match(request, etag(t)))
    )


@report_templates.get("/report-settings", response_model=looks.ReportSettingsOut, openapi_extra=READ)
def get_report_settings(request: Request, response: Response, caller: Caller, service: Service) -> Any:
    """How the organisation's reports look, and the language they speak."""
    found = service.looks.get(caller)
    response.headers["ETag"] = etag(found)
    return not_modified(request, etag(found)) or looks.present(found)


@report_templates.patch("/report-settings", response_model=looks.ReportSettingsOut, openapi_extra=MANAGE)
def change_report_settings(
    request: Request, response: Response, caller: Caller, body: looks.ChangedReportSettings, service: Service
) -> Any:
    """Set logo, colour, font and language. They hold for what is generated from now on."""
    found = service.looks.change(caller, body, lambda s: check_if_match(request, etag(s)))
    response.headers["ETag"] = etag(found)
    return looks.present(found)
