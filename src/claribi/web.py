"""The web application and the API's documentation pages: files that the package brings along."""

from importlib import resources
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGES = Path(str(resources.files("claribi"))) / "assets" / "web"
MISSING = """<!doctype html><html lang="en"><title>claribi</title>
<p>The web application is not built. Run <code>make setup</code>; the API works without it.</p></html>"""
FOREVER = "public, max-age=31536000, immutable"
# The application's own paths: it reads the rest of the address itself.
ROUTES = (
    "/",
    "/sign-in",
    "/register",
    "/forgot-password",
    "/reset-password",
    "/invitation",
    "/ask",
    "/dashboards/{rest:path}",
    "/reports/{rest:path}",
    "/models/{rest:path}",
    "/forecasts",
    "/forecasts/{rest:path}",
    "/sources/{rest:path}",
    "/settings",
    "/settings/{rest:path}",
    "/api/v1/docs",
)


# Whatever lies below is never a page.
NO_PAGES = ("/api/", "/assets/", "/scim/")


class Hashed(StaticFiles):
    """Files with a hash of their content in the name: whoever has one need never ask again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOREVER
        return response


def install(app: FastAPI) -> None:
    """Serve the application at `/` and its files below `/assets/`."""
    if (PAGES / "assets").is_dir():
        app.mount("/assets", Hashed(directory=PAGES / "assets"), name="assets")

    for path in ROUTES:
        app.add_api_route(path, _page, include_in_schema=False)


def lost(request: Request) -> Response | None:
    """Who looks for a page that there is not, is told so by the application; None for everybody else."""
    path = request.scope.get("claribi.path", request.url.path)
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    return _page(404) if wants_page and not path.startswith(NO_PAGES) else None


def _page(status: int = 200) -> Response:
    index = PAGES / "index.html"
    if not index.is_file():
        return HTMLResponse(MISSING, 503)
    return FileResponse(index, status, headers={"Cache-Control": "no-cache"})
