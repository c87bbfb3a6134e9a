"""The web application in German: every text of its own, numbers and dates, nothing that doesn't fit."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import barriers
from catalogs import read
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

CATALOG = Path(__file__).parents[2] / "ui" / "src" / "locales" / "de.po"
DOCUMENTATION = "/api/v1/docs"
AREAS = ("profile", "security", "developer", "reports", "members", "roles", "organization", "audit-log")
PATHS = (
    "/",
    "/dashboards/{dashboard}",
    "/dashboards/{dashboard}?edit",
    "/reports/{report}",
    "/sources/{source}",
    "/models/{model}",
    "/ask?source={source}",
    "/forecasts",
    "/forecasts/{forecast}",
    *(f"/settings/{area}" for area in AREAS),
    "/register",
    "/forgot-password",
    "/reset-password",
    "/reports/999999",
    DOCUMENTATION,
)
# What is read or read aloud; words out of data and of the API's document are not the application's own.
WORDS = """() => {
    const others = "td, tbody th, [data-chart], pre, code, [lang=en]";
    const own = node => !node.closest(others);
    const shown = node => node.checkVisibility() && own(node);
    const read = [...document.querySelectorAll(
        "button, a, label, legend, h1, h2, h3, th, summary, option, [role=tab], [role=radio], p, time"
    )].filter(shown).map(node => node.innerText);
    const told = ["aria-label", "placeholder", "title"].flatMap(name =>
        [...document.querySelectorAll(`[${name}]`)].filter(own).map(node => node.getAttribute(name)));
    const all = [...read, ...told, document.title.replace(" · claribi", "")];
    return all.map(text => text.trim()).filter(Boolean);
}"""
CRAMPED = """() => [...document.querySelectorAll(
        "button, nav a, header a, [role=tab], [class*=-Button-label], [class*=-Badge-label], "
        + "[class*=SegmentedControl-label], [class*=Paper-root]")]
    .filter(node => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1
        && getComputedStyle(node).display !== "inline")
    .map(node => `${node.innerText.slice(0, 60)}: ${node.scrollWidth} in ${node.clientWidth}`)"""


@pytest.fixture(scope="module")
def english() -> re.Pattern[str]:
    """The texts whose German is another one, with a few words in the place of what is put in."""
    catalog = read(CATALOG)
    spoken = set(catalog.values())
    placeholder = re.compile(r"(\{\w+\}|</?\d+/?>)")
    texts = [
        placeholder.split(text)
        for text, german in catalog.items()
        if german != text and text not in spoken and "plural," not in text
    ]
    # What is mostly put in, as in "Number of {of}", may be a name out of the data.
    wordy = [parts for parts in texts if len(parts) == 1 or sum(map(len, parts[::2])) > 14]
    assert len(wordy) > 800
    return re.compile("|".join("[^.]{0,60}".join(map(re.escape, parts[::2])) for parts in wordy))


@pytest.fixture
def german(chromium, server, watching, shop_cookie) -> Iterator[Page]:
    """A page of a browser that prefers German, with the session of the shop's owner."""
    context = chromium.new_context(base_url=server.url, locale="de-DE")
    context.add_cookies([shop_cookie])
    with watching(context, server.url) as page:
        yield page
    context.close()


@pytest.fixture(scope="module")
def ids(shop, model) -> dict[str, int]:
    """What the pages are of: all in the shop, with a forecast that has been computed."""
    path = "/api/v1/forecasts"
    made = shop.api.post(
        path,
        json={
            "name": "Umsatz",
            "source_type": "data_source",
            "source_id": shop.source["id"],
            "table": shop.source["tables"][0]["name"],
            "time_column": "ordered_on",
            "measure": {"column": "revenue", "aggregation": "sum"},
            "granularity": "month",
            "horizon_days": 90,
        },
    ).json()
    assert shop.api.post(f"{path}/{made['id']}/run", json={"wait": 60}).json()["status"] == "completed"
    return {
        "dashboard": shop.dashboard["id"],
        "report": shop.report["id"],
        "source": shop.source["id"],
        "model": model["id"],
        "forecast": made["id"],
    }


def opened(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_attached()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_all_german_and_fits_a_small_screen_without_barriers(
    german: Page, ids: dict[str, int], english: re.Pattern[str], path: str
) -> None:
    opened(german, path.format(**ids))
    assert german.evaluate("document.documentElement.lang") == "de"
    assert [text for text in german.evaluate(WORDS) if english.fullmatch(text)] == []
    german.set_viewport_size({"width": 360, "height": 740})
    assert german.evaluate(CRAMPED) == []
    german.wait_for_function("document.documentElement.scrollWidth <= 360")
    # Its hundreds of endpoints take axe a minute.
    if path != DOCUMENTATION:
        assert barriers(german) == []


def test_dialogs_menus_and_the_palette_are_german(german: Page, shop, english: re.Pattern[str]) -> None:
    def all_german() -> None:
        assert [text for text in german.evaluate(WORDS) if english.fullmatch(text)] == []

    opened(german, "/")
    german.get_by_role("button", name="Neuer Bericht").click()
    expect(german.get_by_role("dialog")).to_contain_text("Datenquelle")
    all_german()
    german.get_by_role("button", name="Schließen").click()
    german.get_by_role("button", name="Datenbank verbinden").click()
    expect(german.get_by_role("dialog")).to_contain_text("Verschlüsselung")
    all_german()
    german.get_by_role("button", name="Schließen").click()
    expect(german.get_by_role("dialog")).to_have_count(0)
    german.keyboard.press("Control+k")
    german.get_by_role("combobox").fill("mitglied")
    expect(german.get_by_role("option", name="Einstellungen: Mitglieder")).to_be_visible()
    german.keyboard.press("Escape")
    expect(german.get_by_role("dialog")).to_have_count(0)
    german.keyboard.press("?")
    expect(german.get_by_role("dialog")).to_contain_text("Strg")
    all_german()
    opened(german, f"/dashboards/{shop.dashboard['id']}?edit")
    german.get_by_role("button", name="Kachel hinzufügen").click()
    expect(german.get_by_role("dialog").get_by_role("button", name="Kennzahl hinzufügen")).to_be_visible()
    all_german()
    opened(german, f"/sources/{shop.source['id']}")
    german.get_by_role("button", name="Bericht erstellen").click()
    german.get_by_role("button", name="Filter hinzufügen").click()
    expect(german.get_by_role("combobox", name="Bedingung")).to_be_visible()
    all_german()
    opened(german, f"/reports/{shop.report['id']}")
    german.get_by_role("button", name="Umschreiben:").first.press("Enter")
    expect(german.get_by_label("In Ihren Worten")).to_be_focused()
    all_german()


def test_numbers_dates_and_distances_in_time_are_written_as_germans_do(german: Page, shop) -> None:
    opened(german, f"/sources/{shop.source['id']}")
    rows = f"{shop.source['row_count']:,}".replace(",", ".")
    expect(german.get_by_role("main")).to_contain_text(f"{rows} Zeilen")
    made = german.locator("time").first
    expect(made).to_have_attribute("title", re.compile(r"^\d{2}\.\d{2}\.\d{4}, \d{2}:\d{2}$"))
    expect(made).to_have_text(re.compile(r"^(gerade eben|vor .*(Minute|Stunde)n?)$"))


def test_the_language_is_changed_without_losing_what_is_typed(page: Page, owner, sign_in) -> None:
    page.goto("/")
    page.get_by_label("E-mail").fill(owner.email)
    page.get_by_label("Language").select_option("Deutsch")
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    expect(page.get_by_label("E-Mail")).to_have_value(owner.email)
    assert page.evaluate("document.documentElement.lang") == "de"
    page.reload()
    page.get_by_label("E-Mail").fill(owner.email)
    page.get_by_label("Sprache").select_option("English")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(owner.email, path=None)
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("menuitemradio", name="Deutsch").click()
    expect(page.get_by_role("region", name="Berichte")).to_be_visible()
    page.goto("/settings/profile")
    page.get_by_label("Vorname").fill("Ada")
    page.get_by_role("radiogroup", name="Sprache").get_by_text("English").click()
    expect(page.get_by_label("First name")).to_have_value("Ada")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_english_readers_load_no_other_catalog(page: Page) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not [url for url in loaded if "/de-" in url]
    page.get_by_label("Language").select_option("Deutsch")
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    assert len([url for url in loaded if "/de-" in url]) == 1
