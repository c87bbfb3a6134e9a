"""HTTP of semantic models."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from claribi.accounts.routing import Caller, guarded, router
from claribi.http.conditional import etag, matching, not_modified
from claribi.http.ids import Deleted, Id, ObjectId
from claribi.http.pages import Page, Paged
from claribi.query.encoding import to_json
from claribi.query.modeling.checks import ModelChecks
from claribi.query.modeling.schemas import MAX_LENGTH, Model
from claribi.query.modeling.service import Models, present

models = router("Models")
JSON = "application/json"
YAML = "application/yaml"
READ = guarded("data_sources:read")

Format = Literal["claribi", "ossie"]


class ModelOut(BaseModel):
    id: int
    name: str
    description: str
    table_count: int
    metric_count: int
    created_at: datetime
    updated_at: datetime


class ModelDetail(ModelOut):
    model: Model


class Guess(BaseModel):
    source_ids: list[Id] = Field(min_length=1, max_length=20)
    name: str = Field(default="Model", min_length=1, max_length=200)


class ModelText(BaseModel):
    text: str = Field(min_length=1, max_length=MAX_LENGTH, description="YAML or JSON.")
    source_id: Id | None = Field(default=None, description="Of an Ossie document: whose tables it is about.")


class ProblemOut(BaseModel):
    severity: Literal["error", "warning"]
    where: str
    message: str


class Checked(BaseModel):
    problems: list[ProblemOut]


async def _models(request: Request) -> Models:
    return request.app.state.models  # type: ignore[no-any-return]  # the state is untyped


async def _checks(request: Request) -> ModelChecks:
    return request.app.state.model_checks  # type: ignore[no-any-return]  # the state is untyped


Service = Annotated[Models, Depends(_models)]
Checks = Annotated[ModelChecks, Depends(_checks)]


@models.get("/models", response_model=Page[ModelOut], openapi_extra=READ)
def list_models(caller: Caller, page: Paged, service: Service) -> Response:
    """List all semantic models."""
    return Response(to_json(service.list_page(caller, page)), media_type=JSON)


@models.post(
    "/models", status_code=201, response_model=ModelDetail, openapi_extra=guarded("data_sources:create")
)
def create_model(caller: Caller, body: Model, service: Service) -> Response:
    """Create a semantic model. Its tables must be there; `POST /models/check` looks deeper."""
    created = service.create(caller, body)
    return Response(to_json(present(created)), 201, headers={"ETag": etag(created)}, media_type=JSON)


@models.post("/models/guess", status_code=200, response_model=Model, openapi_extra=READ)
def guess_model(caller: Caller, body: Guess, service: Service) -> Any:
    """A first model of sources, from declared keys, names and values. Nothing is stored."""
    return service.guess(caller, body.name, body.source_ids)


@models.post("/models/check", status_code=200, response_model=Checked, openapi_extra=guarded("analysis:run"))
def check_model(caller: Caller, body: Model, checks: Checks) -> Any:
    """What is wrong with a model, or may be: names, expressions, and keys that the data don't bear out."""
    return {"problems": [asdict(problem) for problem in checks.check(caller, body)]}


@models.post(
    "/models/import",
    status_code=201,
    response_model=ModelDetail,
    openapi_extra=guarded("data_sources:create"),
)
def import_model(caller: Caller, body: ModelText, service: Service) -> Response:
    """Create a model from YAML, or from a document of Apache Ossie (formerly OSI)."""
    created = service.create(caller, service.read_text(caller, body.text, body.source_id))
    return Response(to_json(present(created)), 201, headers={"ETag": etag(created)}, media_type=JSON)


@models.get("/models/{model_id}", response_model=ModelDetail, openapi_extra=READ)
def get_model(request: Request, caller: Caller, model_id: ObjectId, service: Service) -> Response:
    """A semantic model with its tables, joins and metrics."""
    found = service.get(caller, model_id)
    tag = etag(found)
    return not_modified(request, tag) or Response(
        to_json(present(found)), headers={"ETag": tag}, media_type=JSON
    )


@models.get(
    "/models/{model_id}/export",
    response_class=Response,
    responses={200: {"content": {YAML: {"schema": {"type": "string"}}}}},
    openapi_extra=READ,
)
def export_model(
    caller: Caller,
    model_id: ObjectId,
    service: Service,
    wanted: Annotated[Format, Query(alias="format", description="Default: our own YAML.")] = "claribi",
) -> Response:
    """The model as YAML, or as a document of Apache Ossie (formerly OSI)."""
    return Response(service.export_text(caller, model_id, wanted), media_type=YAML)


@models.put("/models/{model_id}", response_model=ModelDetail, openapi_extra=guarded("data_sources:update"))
def replace_model(
    request: Request, caller: Caller, model_id: ObjectId, body: Model, service: Service
) -> Response:
    """Replace a semantic model by another version."""
    changed = service.replace(caller, model_id, body, matching(request))
    return Response(to_json(present(changed)), headers={"ETag": etag(changed)}, media_type=JSON)


@models.delete("/models/{model_id}", openapi_extra=guarded("data_sources:delete"))
def delete_model(request: Request, caller: Caller, model_id: ObjectId, service: Service) -> Deleted:
    """Delete a semantic model. Widgets that ask it keep their last answer."""
    return Deleted(id=service.delete(caller, model_id, matching(request)))
