"""Routes that know who may call them: credentials and permission come before the body is even read."""

import re
from collections.abc import Callable, Coroutine, Hashable
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.routing import Match
from starlette.types import Scope

from claribi.accounts import idempotency
from claribi.accounts.limits import announce, over_limit
from claribi.accounts.permissions import LOWEST_ROLE, PUBLIC, SIGNED_IN
from claribi.accounts.principal import Principal
from claribi.accounts.wing import AccountServices
from claribi.core.errors import BadRequest, Unauthorized, UnsupportedMediaType
from claribi.core.remembered import Remembered

HTTP_OK, HTTP_CREATED = 200, 201
# Longer answers are made anew, in bytes.
MOST_REMEMBERED = 65_536
PREFIX = "/api/v1/"
# A NUL as JSON writes it, unless the backslash itself is escaped.
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class SecuredRoute(APIRoute):
    """A route that checks, in this order: who is calling, whether it may, how often it did."""

    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()
        extra = self.openapi_extra or {}
        creates = self.status_code == HTTP_CREATED
        permission, generation = extra["x-permission"], extra.get("x-generation", False)
        asked_once = remembered(handler) if extra.get("x-remembered") else handler

        async def secured(request: Request) -> Response:
            if permission == PUBLIC:
                await _check_body(request)
            else:
                principal = caller(request)
                principal.require(permission)
                await _check_body(request)
                if generation:
                    await run_in_threadpool(_count_generation, request, principal)
                if creates and idempotency.HEADER in request.headers:
                    return await idempotency.once(request.app.state.database, principal, request, handler)
            return await asked_once(request)

        return secured


def remembered(handler: Handler) -> Handler:
    """Answer as before, as long as nothing in the metadata database has changed; for that and no other."""

    async def answer(request: Request) -> Response:
        who = caller(request)
        answers: Remembered[Hashable, Response] = request.app.state.answers
        # What somebody may see is in the database; the links of a page are as the request came.
        key = (
            who.organization_id,
            who.user_id,
            who.api_key_id,
            str(request.url),
            request.scope["claribi.path"],
        )
        version = answers.version()
        if (known := answers.recall(key)) is not None:
            return Response(known.body, media_type=known.media_type)
        given = await handler(request)
        if given.status_code == HTTP_OK and len(given.body) <= MOST_REMEMBERED:
            answers.keep(key, given, version)
        return given

    return answer


async def _check_body(request: Request) -> None:
    """Refuse what is no JSON, and characters that no database stores; uploads are left to their routes."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if "\0" in unquote(request.url.query):
        raise BadRequest("The parameters hold a NUL character")
    if kind.startswith("multipart/") or not (body := await request.body()):
        return
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMediaType("Send the body as application/json")
    if NUL.search(body):
        raise BadRequest("The body holds a NUL character")


def _count_generation(request: Request, principal: Principal) -> None:
    wing: AccountServices = request.app.state.account_services
    allowed, standing = wing.limiter.generation(principal)
    announce(request.scope, standing)
    if not allowed:
        raise over_limit(standing, "generations")
    wing.meter.generation(principal)


class WingRouter(APIRouter):
    """Tries its routes only on paths that begin as one of them does.

    Routes are tried one after the other, and there are more than a hundred: that alone would take as long
    as a small query.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if _resource(scope["path"]) not in self._resources:
            return Match.NONE, {}
        return super().matches(scope)

    @cached_property
    def _resources(self) -> frozenset[str]:
        return frozenset(_resource(route.path) for route in self.routes if isinstance(route, APIRoute))


def _resource(path: str) -> str:
    """The part of a path that names the resource: `reports` in `/api/v1/reports/1`."""
    return path.removeprefix(PREFIX).partition("/")[0]


def router(tag: str) -> APIRouter:
    """A router for one wing, all of whose routes are secured."""
    return WingRouter(prefix=PREFIX.rstrip("/"), tags=[tag], route_class=SecuredRoute)


def guarded(permission: str, *, generation: bool = False, remembered: bool = False) -> dict[str, Any]:
    """What a route says of itself.

    Args:
        permission: What its callers need.
        generation: It counts as generation.
        remembered: Its answer depends on nothing but who asks, the address and the metadata database.
    """
    if permission not in {PUBLIC, SIGNED_IN, *LOWEST_ROLE}:
        raise ValueError(f"No such permission: {permission}")
    extra: dict[str, Any] = {"x-permission": permission}
    if generation:
        extra["x-generation"] = True
    if remembered:
        extra["x-remembered"] = True
    if permission == PUBLIC:
        extra["security"] = []
    return extra


def caller(request: Request) -> Principal:
    """The principal of a request that the middleware has looked at."""
    found = request.scope.get("claribi.caller")
    if isinstance(found, Principal):
        return found
    if isinstance(found, Exception):
        raise found
    raise Unauthorized("Sign in, or send an API key in X-API-Key", headers={"WWW-Authenticate": "Bearer"})


async def _caller(request: Request) -> Principal:
    return caller(request)


# This and the other small dependencies are coroutines: others would be sent to a thread, which costs more
# than what they do.
Caller = Annotated[Principal, Depends(_caller)]
