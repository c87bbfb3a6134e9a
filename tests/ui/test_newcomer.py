"""Somebody who has read nothing: from what `claribi demo` prints to a dashboard and a report of a file."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from support import start, stop

pytestmark = pytest.mark.browser

MOST_CLICKS, MOST_SECONDS = 15, 180
# How many times somebody presses Tab before giving up.
MOST_TABS = 60


@dataclass
class Demo:
    url: str
    email: str
    password: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Demo]:
    """A demo that has just begun, with the sign-in as it stands in the terminal."""
    url, process = start(tmp_path_factory.mktemp("demo"), command="demo")
    printed = {}
    try:
        for line in process.stdout:
            if found := re.match(r"\s+(email|password): (\S+)", line.decode()):
                printed[found[1]] = found[2]
            if len(printed) == 2:
                break
        yield Demo(url, **printed)
    finally:
        stop(process)


@pytest.fixture
def page(chromium, watching, demo: Demo) -> Iterator[Page]:
    expect.set_options(timeout=MOST_SECONDS * 1000)
    context = chromium.new_context(base_url=demo.url)
    context.set_default_timeout(MOST_SECONDS * 1000)
    with watching(context, demo.url) as page:
        yield page
    context.close()


@pytest.fixture
def file(tmp_path: Path, sales_csv: bytes) -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes(sales_csv)
    return path


def test_a_newcomer_gets_there_by_the_words_on_the_screen(page: Page, demo: Demo, file: Path) -> None:
    clicks, began = 0, time.monotonic()

    def click(words: str) -> None:
        nonlocal clicks
        clicks += 1
        page.locator("button, label, [role=menuitem]").get_by_text(words, exact=True).first.click()

    page.goto("/")
    click("E-mail")
    page.keyboard.type(demo.email)
    click("Password")
    page.keyboard.type(demo.password)
    click("Sign in")
    with page.expect_file_chooser() as choosing:
        click("Choose a file")
    clicks += 2  # the file, and the window's own button
    choosing.value.set_files(file)
    page.wait_for_url(re.compile(r"/dashboards/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("orders")
    expect(page.get_by_role("article").first).to_be_visible()
    click("Make a report")
    click("Generate")
    click("Download")
    with page.expect_download() as download:
        click("PDF")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    assert clicks <= MOST_CLICKS
    assert time.monotonic() - began < MOST_SECONDS


def test_the_whole_way_goes_by_keyboard_alone(page: Page, demo: Demo, file: Path) -> None:
    press = page.keyboard.press

    def tab_to(role: str, name: str) -> None:
        wanted = page.get_by_role(role, name=name, exact=True)
        expect(wanted).to_be_enabled()
        for _ in range(MOST_TABS):
            if wanted.evaluate("node => node === document.activeElement"):
                return
            press("Tab")
        pytest.fail(f"Tab does not lead to the {role} {name}")

    page.goto("/")
    tab_to("textbox", "E-mail")
    page.keyboard.type(demo.email)
    tab_to("textbox", "Password")
    page.keyboard.type(demo.password)
    press("Enter")
    # Asked for before the way there: a browser that hears of it in the same moment as of the key may open
    # its own window, which nobody sees.
    with page.expect_file_chooser() as choosing:
        tab_to("button", "Choose a file")
        press("Enter")
    choosing.value.set_files(file)
    page.wait_for_url(re.compile(r"/dashboards/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("orders")
    tab_to("button", "Make a report")
    press("Enter")
    title = page.get_by_label("Title")
    expect(title).to_be_focused()
    press("ControlOrMeta+a")
    page.keyboard.type("Orders by hand")
    press("Enter")
    expect(page.get_by_role("heading", name="Orders by hand", level=1)).to_be_visible()
    tab_to("button", "Download")
    press("Enter")
    expect(page.get_by_role("menuitem", name="PDF")).to_be_visible()
    for _ in range(2):
        if page.get_by_role("menuitem", name="PDF").evaluate("node => node === document.activeElement"):
            break
        press("ArrowDown")
    with page.expect_download() as download:
        press("Enter")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
