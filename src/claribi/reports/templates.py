"""Templates of reports: what comes first for whom. Built-in ones are files, others an organisation's own."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any, get_args

import yaml
from pydantic import AfterValidator, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from claribi.accounts.principal import Principal
from claribi.analysis.kinds import Kind
from claribi.core import audit
from claribi.core.database import Database
from claribi.core.errors import Conflict, FieldProblem, NotFound, ValidationFailed
from claribi.http.conditional import Check
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate_items
from claribi.reports.models import ReportTemplate
from claribi.reports.schemas import SECTIONS, Format, Incoming, Sections

KIND = "Report template"
MOST_OWN = 100


def _known(kinds: list[Kind]) -> list[Kind]:
    if len(set(kinds)) < len(kinds):
        raise ValueError("name each kind once")
    return kinds


Word = Annotated[str, Field(min_length=1, max_length=50)]


class Template(Incoming):
    """What a report that follows it looks like.

    Attributes:
        kinds: The kinds of findings that come first, in this order.
        measures: Words of columns; what is measured in such a column comes first.
    """

    name: str = Field(min_length=1, max_length=100)
    description: str = Field(default="", max_length=1000)
    sections: Sections = Field(default_factory=lambda: list(SECTIONS))
    kinds: Annotated[
        list[Kind],
        Field(max_length=len(get_args(Kind)), description="Kinds of findings that come first."),
        AfterValidator(_known),
    ] = Field(default_factory=list)
    measures: list[Word] = Field(
        default_factory=list, max_length=50, description="Words of the columns whose measures come first."
    )
    output_format: Format = "pdf"
    most_findings: int = Field(default=10, ge=1, le=10)
    most_metrics: int = Field(default=6, ge=1, le=6)
    charts: bool = True


class ChangedTemplate(Incoming):
    name: str | None = Field(default=None, min_length=1, max_length=100)
    description: str | None = Field(default=None, max_length=1000)
    sections: Sections | None = None
    kinds: Annotated[list[Kind], Field(max_length=len(get_args(Kind))), AfterValidator(_known)] | None = None
    measures: list[Word] | None = Field(default=None, max_length=50)
    output_format: Format | None = None
    most_findings: int | None = Field(default=None, ge=1, le=10)
    most_metrics: int | None = Field(default=None, ge=1, le=6)
    charts: bool | None = None


class TemplateOut(Template):
    id: str = Field(description="What a report names as its `template`.", examples=["executive_summary"])
    built_in: bool


@cache
def built_in() -> Mapping[str, Template]:
    """The templates that come as files, by the names of the files."""
    folder = resources.files("claribi.reports") / "templates"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda file: file.name)
    return {
        file.name.removesuffix(".yaml"): Template.model_validate(yaml.safe_load(file.read_text("utf-8")))
        for file in files
    }


class Templates:
    """Who may see reports may see templates; who may make reports may make them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_page(self, caller: Principal, page: PageRequest) -> dict[str, Any]:
        caller.require("reports:read")
        with self._database.read(caller.organization_id) as session:
            own = session.scalars(select(ReportTemplate).order_by(ReportTemplate.id.desc())).all()
        return paginate_items(
            [*map(present, own), *_files()], page, search=["name", "description"], ordering=["name"]
        )

    def get(self, caller: Principal, template_id: str) -> dict[str, Any]:
        """A template as it is told."""
        return self.tagged(caller, template_id)[1]

    def tagged(self, caller: Principal, template_id: str) -> tuple[ReportTemplate | None, dict[str, Any]]:
        """A template with its row; built-in ones have none."""
        caller.require("reports:read")
        if template_id in built_in():
            return None, _file(template_id)
        with self._database.read(caller.organization_id) as session:
            own = _find(session, template_id)
            return own, present(own)

    def create(self, caller: Principal, wanted: Template) -> ReportTemplate:
        """Keep a template of one's own.

        Raises:
            Conflict: There are so many already.
        """
        caller.require("reports:create")
        with self._database.write(caller.organization_id) as session:
            if (session.scalar(select(func.count()).select_from(ReportTemplate)) or 0) >= MOST_OWN:
                raise Conflict(f"There are {MOST_OWN} templates already; delete one first")
            own = ReportTemplate(definition=wanted.model_dump(), created_by=caller.user_id)
            session.add(own)
            session.flush()
            _note(session, caller, "created", own)
            return own

    def change(
        self, caller: Principal, template_id: str, wanted: ChangedTemplate, check: Check
    ) -> ReportTemplate:
        caller.require("reports:create")
        fields = {name: value for name, value in wanted.model_dump().items() if value is not None}
        with self._database.write(caller.organization_id) as session:
            own = _own(session, template_id)
            check(own)
            own.definition = own.definition | fields
            _note(session, caller, "changed", own)
            session.flush()
            return own

    def delete(self, caller: Principal, template_id: str, check: Check) -> int:
        """Delete a template; reports that follow it keep their sections, in the usual order of findings."""
        caller.require("reports:create")
        with self._database.write(caller.organization_id) as session:
            own = _own(session, template_id)
            check(own)
            _note(session, caller, "deleted", own)
            session.delete(own)
            return own.id

    def wanted(self, caller: Principal, template_id: str | None) -> Template | None:
        """The template that somebody names in a report.

        Raises:
            ValidationFailed: There is none of this name.
        """
        if template_id is None:
            return None
        with self._database.read(caller.organization_id) as session:
            found = named(session, template_id)
        if found is None:
            message = f"there is no template {template_id}; built in are {', '.join(built_in())}"
            raise ValidationFailed(f"template: {message}", details=[FieldProblem("template", message)])
        return found


def named(session: Session, template_id: str | None) -> Template | None:
    """The template of this id; None where it is gone, or none is wanted."""
    if template_id is None or template_id in built_in():
        return built_in().get(template_id or "")
    try:
        return Template.model_validate(_find(session, template_id).definition)
    except NotFound:
        return None


def present(own: ReportTemplate) -> dict[str, Any]:
    return {"id": str(own.id), "built_in": False, **Template.model_validate(own.definition).model_dump()}


def _files() -> Iterator[dict[str, Any]]:
    return map(_file, built_in())


def _file(name: str) -> dict[str, Any]:
    return {"id": name, "built_in": True, **built_in()[name].model_dump()}


def _own(session: Session, template_id: str) -> ReportTemplate:
    if template_id in built_in():
        raise Conflict(f"The template {template_id} is built in; make one of your own from it")
    return _find(session, template_id)


def _find(session: Session, template_id: str) -> ReportTemplate:
    return find(session, ReportTemplate, KIND, template_id)


def _note(session: Session, caller: Principal, verb: str, own: ReportTemplate) -> None:
    name = own.definition["name"]
    audit.record(session, f"report_template.{verb}", "report_template", own.id, by=caller, name=name)
