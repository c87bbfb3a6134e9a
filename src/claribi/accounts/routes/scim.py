"""HTTP of SCIM, below `/scim/v2`, with the media type and errors that its clients insist on (RFC 7644)."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    Context,
    Error,
    ETag,
    Filter,
    ListResponse,
    Patch,
    PatchOp,
    ResourceType,
    Schema,
    SCIMException,
    ServiceProviderConfig,
    Sort,
)
from starlette.concurrency import run_in_threadpool

from claribi.accounts.principal import Principal
from claribi.accounts.routes.services import Wing
from claribi.accounts.routing import caller as caller_of
from claribi.accounts.sso.scim import MAX_COUNT, Scim, ScimUser
from claribi.core.errors import ClaribiError, PathNotFound

scim = APIRouter()
MEDIA = "application/scim+json"
CREATED, NO_CONTENT = 201, 204


def _service(request: Request) -> Scim:
    return Scim(request.app.state.database)


class ScimResponse(Response):
    media_type = MEDIA


def _base(request: Request, wing: Wing) -> str:
    """Where these routes are, as clients see it."""
    return (wing.settings.public_url or str(request.base_url)).rstrip("/") + "/scim/v2"


async def _answer(request: Request, work: Callable[[Principal, Any], Response]) -> Response:
    """The answer of `work`, which is given the caller and the body; what goes wrong in SCIM's own words."""
    try:
        caller = caller_of(request)
        caller.require("users:manage")
        raw = await request.body()
        return await run_in_threadpool(work, caller, raw)
    except ClaribiError as error:
        kind = "uniqueness" if error.code == "conflict" else None
        body = Error(status=error.status, detail=error.message, scim_type=kind)
        return _error(body, error.status, error.headers)
    except SCIMException as error:
        return _error(error.to_error(), error.status)
    except ValidationError as error:
        body = Error.from_validation_error(error.errors()[0])
        return _error(body, int(body.status or 400))


def _error(body: Error, status: int, headers: dict[str, str] | None = None) -> Response:
    return ScimResponse(body.model_dump_json(), status, headers=headers)


def _user(user: ScimUser, status: int = 200) -> Response:
    headers = {"Location": str(user.meta.location), "ETag": str(user.meta.version)} if user.meta else {}
    return ScimResponse(
        user.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE), status, headers=headers
    )


@scim.get("/Users")
async def list_users(request: Request, wing: Wing) -> Response:
    def work(caller: Principal, _body: bytes) -> Response:
        query = request.query_params
        start, count = _number(query.get("startIndex"), 1), _number(query.get("count"), MAX_COUNT)
        start, count = max(1, start), min(max(0, count), MAX_COUNT)
        total, users = _service(request).list_users(
            caller, query.get("filter"), start, count, _base(request, wing)
        )
        page = ListResponse[ScimUser](
            total_results=total, start_index=start, items_per_page=len(users), resources=users
        )
        return ScimResponse(page.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))

    return await _answer(request, work)


@scim.post("/Users")
async def create_user(request: Request, wing: Wing) -> Response:
    def work(caller: Principal, body: bytes) -> Response:
        wanted = ScimUser.model_validate_json(body, context={"scim": Context.RESOURCE_CREATION_REQUEST})
        made = _service(request).create(caller, wanted, _base(request, wing))
        return _user(made, CREATED)

    return await _answer(request, work)


@scim.get("/Users/{user_id}")
async def get_user(request: Request, user_id: str, wing: Wing) -> Response:
    def work(caller: Principal, _body: bytes) -> Response:
        return _user(_service(request).get(caller, user_id, _base(request, wing)))

    return await _answer(request, work)


@scim.put("/Users/{user_id}")
async def replace_user(request: Request, user_id: str, wing: Wing) -> Response:
    def work(caller: Principal, body: bytes) -> Response:
        wanted = ScimUser.model_validate_json(body)
        changed = _service(request).replace(caller, user_id, wanted, _base(request, wing))
        return _user(changed)

    return await _answer(request, work)


@scim.patch("/Users/{user_id}")
async def patch_user(request: Request, user_id: str, wing: Wing) -> Response:
    def work(caller: Principal, body: bytes) -> Response:
        operations = PatchOp[ScimUser].model_validate_json(body)
        changed = _service(request).patch(caller, user_id, operations, _base(request, wing))
        return _user(changed)

    return await _answer(request, work)


@scim.delete("/Users/{user_id}")
async def delete_user(request: Request, user_id: str) -> Response:
    def work(caller: Principal, _body: bytes) -> Response:
        _service(request).delete(caller, user_id)
        return Response(status_code=NO_CONTENT)

    return await _answer(request, work)


@scim.get("/ServiceProviderConfig")
async def get_config(request: Request) -> Response:
    def work(_caller: Principal, _body: bytes) -> Response:
        config = ServiceProviderConfig(
            patch=Patch(supported=True),
            bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
            filter=Filter(supported=True, max_results=MAX_COUNT),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=False),
            etag=ETag(supported=False),
            authentication_schemes=[
                AuthenticationScheme(
                    type="oauthbearertoken",
                    name="API key",
                    description="An API key with the permission users:manage, as a bearer token",
                )
            ],
        )
        return ScimResponse(config.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))

    return await _answer(request, work)


@scim.get("/Schemas")
async def list_schemas(request: Request) -> Response:
    def work(_caller: Principal, _body: bytes) -> Response:
        page = ListResponse[Schema](
            total_results=1, start_index=1, items_per_page=1, resources=[ScimUser.to_schema()]
        )
        return ScimResponse(page.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))

    return await _answer(request, work)


@scim.get("/ResourceTypes")
async def list_resource_types(request: Request) -> Response:
    def work(_caller: Principal, _body: bytes) -> Response:
        kinds = [ResourceType.from_resource(ScimUser)]
        page = ListResponse[ResourceType](total_results=1, start_index=1, items_per_page=1, resources=kinds)
        return ScimResponse(page.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))

    return await _answer(request, work)


@scim.get("/Schemas/{name}")
async def get_schema(request: Request, name: str) -> Response:
    def work(_caller: Principal, _body: bytes) -> Response:
        schema = ScimUser.to_schema()
        if name != schema.id:
            raise PathNotFound(f"Schema {name} not found")
        return ScimResponse(schema.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))

    return await _answer(request, work)


@scim.get("/ResourceTypes/{name}")
async def get_resource_type(request: Request, name: str) -> Response:
    def work(_caller: Principal, _body: bytes) -> Response:
        kind = ResourceType.from_resource(ScimUser)
        if name != kind.id:
            raise PathNotFound(f"ResourceType {name} not found")
        return ScimResponse(kind.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))

    return await _answer(request, work)


@scim.get("/{rest:path}")
async def nothing(request: Request, rest: str) -> Response:
    def work(_caller: Principal, _body: bytes) -> Response:
        raise PathNotFound(f"There is nothing at {rest[:200]}")

    return await _answer(request, work)


def _number(text: str | None, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError:
        return default
