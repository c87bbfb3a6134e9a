"""How the server hands out the application."""

import re

import pytest
from playwright.sync_api import Page, Request, expect
from support import Api, Server

# What a first visit may fetch of code, compressed, before anything is drawn.
MOST_CODE = 250 * 1024


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sign-in",
        "/dashboards/1",
        "/reports/1",
        "/models/1",
        "/sources/1",
        "/settings/developer",
        "/register",
        "/invitation",
        "/reset-password",
        "/api/docs/",
    ],
)
def test_every_address_of_the_application_is_the_same_page(server: Server, path: str) -> None:
    answer = server.api().get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"].split("style-src")[0]
    assert '<div id="root">' in answer.text


def test_its_files_are_kept_for_ever_and_everything_is_ours(server: Server) -> None:
    client = server.api()
    page = client.get("/").text
    files = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert files
    for file in files:
        assert file.startswith("/assets/"), file
        answer = client.get(file)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]


def test_its_files_count_against_nobodys_own_limit(api: Api, server: Server) -> None:
    [script, *_] = re.findall(r'src="([^"]+)"', server.api().get("/").text)
    before = api.get("/api/v1/auth/status").headers["X-RateLimit-Remaining"]
    # By address, as for anybody; the headers are there as on every answer.
    assert api.get(script).headers["X-RateLimit-Limit"] == "10000"
    after = api.get("/api/v1/auth/status").headers["X-RateLimit-Remaining"]
    assert int(after) == int(before) - 1


def test_a_file_that_is_not_there_is_not_kept(server: Server) -> None:
    answer = server.api().get("/assets/old-12345678.js")
    assert answer.status_code == 404
    assert "Cache-Control" not in answer.headers
    assert answer.json()["error"] == "not_found"


def test_an_unknown_address_is_no_page(server: Server) -> None:
    assert server.api().get("/nothing-here").status_code == 404


@pytest.mark.browser
def test_the_first_visit_fetches_little(in_shop: Page) -> None:
    finished: list[Request] = []
    in_shop.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108 - takes no built-in
    in_shop.goto("/")
    expect(in_shop.get_by_role("heading", level=1)).to_be_visible()
    in_shop.wait_for_load_state("networkidle")
    code = {request.url: request.sizes()["responseBodySize"] for request in finished if ".js" in request.url}
    assert len(code) > 1
    assert min(code.values()) > 0
    assert sum(code.values()) <= MOST_CODE, code
