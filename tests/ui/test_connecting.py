"""Databases as sources in the browser: connecting one, and what its page offers."""

import re
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect
from proxy import between
from support import Api, Member, Server

from claribi.accounts.permissions import Role

pytestmark = pytest.mark.browser

PASSWORD = "the database's own"
TABLES = """
    CREATE TABLE regions (region text PRIMARY KEY, manager text);
    CREATE TABLE orders (
        id int PRIMARY KEY, ordered_on date, region text REFERENCES regions (region), revenue numeric(10, 2)
    );
    COMMENT ON TABLE orders IS 'One row for each order';
    COMMENT ON COLUMN orders.revenue IS 'In euros';
    INSERT INTO regions VALUES ('North', 'Nora'), ('South', 'Sol');
    INSERT INTO orders
    SELECT n, date '2024-01-01' + n, CASE WHEN n % 2 = 0 THEN 'North' ELSE 'South' END, n * 1.5
    FROM generate_series(1, 40) n;
"""


@pytest.fixture
def server(near: Server) -> Server:
    """The pages of these tests are those of this server."""
    return near


@pytest.fixture
def database(fresh_postgres: str) -> dict[str, Any]:
    """How a small database is reached."""
    with psycopg.connect(fresh_postgres) as connection:
        connection.execute(TABLES)
    url = urlsplit(fresh_postgres)
    return {"host": url.hostname, "port": url.port, "database": url.path[1:], "user": url.username}


@pytest.fixture
def api(server: Server, owner: Member) -> Api:
    return server.api(**{"X-API-Key": owner.key})


@pytest.fixture
def source(api: Api, database: dict[str, Any]) -> dict[str, Any]:
    """The database as an active source."""
    connection = database | {"password": PASSWORD}
    body = {"name": "Shop", "engine": "postgresql", "connection": connection}
    created = api.post("/api/v1/data-sources", json=body)
    assert created.status_code == 201, created.text
    path = f"/api/v1/data-sources/{created.json()['id']}"
    return api.until(path, lambda found: found["status"] == "active")


def fill(page: Page, connection: dict[str, Any]) -> Locator:
    """Open the form and fill it in."""
    page.get_by_role("button", name="Connect a database").click()
    form = page.get_by_role("dialog", name="Connect a database")
    for name, value in connection.items():
        form.get_by_label(name.capitalize(), exact=True).fill(str(value))
    return form


def test_a_database_is_tried_out_and_connected_by_keyboard(
    signed_in_as, owner: Member, database: dict[str, Any]
) -> None:
    page = signed_in_as(owner)
    page.goto("/")
    expect(page.get_by_text("Upload a file, connect a database, or add data from the web")).to_be_visible()
    form = fill(page, database | {"password": PASSWORD, "name": "Shop"})
    form.get_by_role("button", name="Test connection").click()
    expect(form.get_by_role("status")).to_have_text(re.compile(r"^PostgreSQL [\d.]+ answers\.$"))
    form.get_by_label("User").fill(database["user"] + " ")
    expect(form.get_by_role("status")).to_be_empty()
    form.get_by_label("User").fill(database["user"])
    with page.expect_request("**/api/v1/data-sources") as sent:
        form.get_by_label("User").press("Enter")
    assert sent.value.post_data_json["connection"]["password"] == PASSWORD
    page.wait_for_url(re.compile(r"/sources/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Shop")
    expect(page.get_by_text("Active", exact=True)).to_be_visible()
    orders = page.get_by_role("region", name="Tables").get_by_role("row", name="orders")
    for text in ("One row for each order", "region → regions (region)", "40"):
        expect(orders).to_contain_text(text)
    orders.get_by_role("button", name="orders").click()
    expect(page.get_by_role("region", name="Columns", exact=True)).to_contain_text("In euros")
    expect(page.get_by_role("region", name="First rows").locator("tbody tr")).to_have_count(20)
    expect(page.get_by_role("link", name="Dashboard", exact=True)).to_be_visible()


def test_what_cannot_be_connected_says_why_and_is_not_kept(
    signed_in_as, owner: Member, api: Api, database: dict[str, Any]
) -> None:
    page = signed_in_as(owner)
    page.goto("/")
    form = fill(page, database | {"database": "nowhere"})
    for button in ("Test connection", "Connect"):
        form.get_by_role("button", name=button, exact=True).click()
        expect(form.get_by_role("alert")).to_contain_text("there is no database nowhere")
    form.get_by_label("Database", exact=True).press("Escape")
    expect(form).to_be_hidden()
    assert api.get("/api/v1/data-sources?status=all").json()["count"] == 0


def test_what_the_server_refuses_is_told_at_its_field(
    signed_in_as, owner: Member, database: dict[str, Any]
) -> None:
    page = signed_in_as(owner)
    page.goto("/")
    form = fill(page, database | {"host": " "})
    form.get_by_role("button", name="Test connection").click()
    expect(form.get_by_label("Host")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_text("at least 1 character")).to_be_visible()
    expect(form.get_by_role("alert")).to_be_hidden()


def test_an_engine_without_its_driver_tells_how_to_get_it(signed_in_as, owner: Member) -> None:
    page = signed_in_as(owner)
    page.goto("/")
    engines = [
        {"engine": "postgresql", "title": "PostgreSQL", "port": 5432, "is_installed": True, "install": None},
        {
            "engine": "mysql",
            "title": "MySQL",
            "port": 3306,
            "is_installed": False,
            "install": "pip install 'claribi[mysql]'",
        },
    ]
    page.route("**/data-sources/engines", lambda route: route.fulfill(json={"engines": engines}))
    page.get_by_role("button", name="Connect a database").click()
    page.get_by_role("combobox", name="Kind of database").click()
    option = page.get_by_role("option", name="MySQL")
    expect(option).to_be_disabled()
    expect(option).to_contain_text("pip install 'claribi[mysql]'")


def test_a_connection_is_edited_without_its_password_being_shown(
    signed_in_as, owner: Member, api: Api, source: dict[str, Any], database: dict[str, Any]
) -> None:
    page = signed_in_as(owner)
    page.goto(f"/sources/{source['id']}")
    shown = page.get_by_role("region", name="Connection")
    for text in ("PostgreSQL", f"{database['host']}:{database['port']}", database["database"], "claribi"):
        expect(shown).to_contain_text(text)
    page.get_by_role("button", name="Edit connection").click()
    form = page.get_by_role("dialog", name="Edit connection")
    for name, value in database.items():
        expect(form.get_by_label(name.capitalize(), exact=True)).to_have_value(str(value))
    expect(form.get_by_label("Password", exact=True)).to_have_value("")
    expect(form.get_by_text("Another host or port needs it anew")).to_be_visible()
    form.get_by_label("Schemas").fill("elsewhere")
    with page.expect_request("**/connection") as sent:
        form.get_by_role("button", name="Test and save").click()
    assert "password" not in sent.value.post_data_json
    expect(form).to_be_hidden()
    expect(page.get_by_role("alert")).to_contain_text("may read no table")
    expect(shown).to_contain_text("elsewhere")
    kept = api.get(f"/api/v1/data-sources/{source['id']}").json()["connection"]
    assert kept["schemas"] == ["elsewhere"]


def test_new_tables_appear_after_refreshing(
    signed_in_as, owner: Member, source: dict[str, Any], fresh_postgres: str
) -> None:
    page = signed_in_as(owner)
    page.goto(f"/sources/{source['id']}")
    shown = page.get_by_role("region", name="Connection")
    shown.get_by_role("button", name="Test connection").click()
    expect(shown.get_by_role("status")).to_contain_text("PostgreSQL")
    with psycopg.connect(fresh_postgres) as connection:
        connection.execute("CREATE TABLE suppliers (name text)")
    shown.get_by_role("button", name="Refresh tables").click()
    expect(page.get_by_role("region", name="Tables")).to_contain_text("suppliers")
    expect(shown.get_by_role("status")).to_have_text("It is up to date.")


def test_viewers_see_a_connection_and_change_nothing(
    signed_in_as, owner: Member, server: Server, source: dict[str, Any]
) -> None:
    page = signed_in_as(server.member(owner.organization_id, Role.VIEWER))
    page.goto("/")
    expect(page.get_by_role("link", name="Shop").first).to_be_visible()
    expect(page.get_by_role("button", name="Connect a database")).to_be_hidden()
    page.goto(f"/sources/{source['id']}")
    shown = page.get_by_role("region", name="Connection")
    expect(shown).to_contain_text("read there, live")
    expect(shown.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 800])
def test_the_form_and_the_page_fit_small_screens(
    signed_in_as, owner: Member, source: dict[str, Any], width: int
) -> None:
    page = signed_in_as(owner)
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"/sources/{source['id']}")
    page.get_by_role("button", name="Edit connection").click()
    expect(page.get_by_role("dialog").get_by_label("Host")).to_be_visible()
    page.wait_for_function(f"document.documentElement.scrollWidth <= {width}")


def test_a_database_is_copied_and_copied_again(
    signed_in_as, owner: Member, api: Api, database: dict[str, Any], fresh_postgres: str
) -> None:
    page = signed_in_as(owner)
    page.goto("/")
    form = fill(page, database | {"name": "Copied"})
    form.get_by_text("From a copy", exact=True).click()
    form.get_by_role("combobox", name="A new copy is made").click()
    page.get_by_role("option", name="Every hour").click()
    form.get_by_role("button", name="Connect", exact=True).click()
    page.wait_for_url(re.compile(r"/sources/\d+$"))
    shown = page.get_by_role("region", name="Connection")
    expect(shown).to_contain_text("answered from a copy")
    expect(shown).to_contain_text("The next one is due")
    tables = page.get_by_role("region", name="Tables")
    expect(tables.get_by_role("row", name="orders")).to_contain_text("40")
    with psycopg.connect(fresh_postgres) as connection:
        connection.execute("INSERT INTO orders VALUES (41, '2024-05-01', 'North', 7)")
    shown.get_by_role("button", name="Copy now").click()
    expect(tables.get_by_role("row", name="orders")).to_contain_text("41")
    shown.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    shown.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Active", exact=True)).to_be_visible()


def test_live_becomes_a_copy_of_some_tables(
    signed_in_as, owner: Member, api: Api, source: dict[str, Any]
) -> None:
    page = signed_in_as(owner)
    page.goto(f"/sources/{source['id']}")
    page.get_by_role("button", name="How it is read").click()
    form = page.get_by_role("dialog", name="How it is read")
    form.get_by_text("From a copy", exact=True).click()
    form.get_by_role("combobox", name="Tables").click()
    page.get_by_role("option", name="regions").click()
    form.get_by_role("combobox", name="Tables").press("Escape")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Connection")).to_contain_text("answered from a copy")
    path = f"/api/v1/data-sources/{source['id']}"
    kept = api.until(path, lambda s: [t["name"] for t in s["tables"]] == ["regions"])
    assert kept["sync"] == {"tables": ["regions"], "every_minutes": None, "incremental": {}}


def test_a_refresh_shows_what_is_there_while_a_database_hangs(
    signed_in_as, owner: Member, api: Api, database: dict[str, Any], sales_csv: bytes
) -> None:
    with between(database["port"]) as network:
        connection = database | {"host": "127.0.0.1", "port": network.port, "password": PASSWORD}
        body = {"name": "Far", "engine": "postgresql", "connection": connection}
        path = f"/api/v1/data-sources/{api.post('/api/v1/data-sources', json=body).json()['id']}"
        far = api.until(path, lambda found: found["status"] == "active")
        measures = [{"aggregation": "count"}]
        widgets = [
            {
                "type": "metric",
                "title": title,
                "query": {"source_id": source, "table": table, "measures": measures},
            }
            for title, source, table in (
                ("Far away", far["id"], "orders"),
                ("At hand", api.upload(sales_csv)["id"], "sales"),
            )
        ]
        board = api.post("/api/v1/dashboards", json={"name": "Both", "widgets": widgets}).json()
        page = signed_in_as(owner)
        page.goto(f"/dashboards/{board['id']}")
        cards = page.get_by_role("article")
        expect(cards.filter(has_text="Far away")).to_contain_text("40")
        network.hang()
        page.get_by_role("button", name="Refresh").click()
        waiting = page.get_by_label("Waiting for its new answer")
        expect(cards.filter(has_text="At hand").locator(waiting)).to_have_count(0)
        expect(cards.filter(has_text="Far away").locator(waiting)).to_be_visible()
        expect(cards.filter(has_text="Far away")).to_contain_text("40")
        network.heal()
        expect(waiting).to_have_count(0)
        expect(page.get_by_role("status")).to_contain_text("2 widgets refreshed")
