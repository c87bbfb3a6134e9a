"""Google sheets: the link that the browser shows becomes the CSV of its tab."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from support import Api
from web_server import Host

from claribi.core.egress import Egress
from claribi.core.errors import ValidationFailed
from claribi.core.vault import Vault
from claribi.sources.web.download import Known
from claribi.sources.web.google import export_address
from claribi.sources.web.reader import WebReader
from claribi.sources.web.settings import GoogleSheet

SHEET = "https://docs.google.com/spreadsheets/d/1AbC-d_9"
PUBLISHED = "https://docs.google.com/spreadsheets/d/e/2PACX-1v"
LINK = f"{SHEET}/edit?usp=sharing#gid=42"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (SHEET, f"{SHEET}/export?format=csv"),
        (f"{SHEET}/edit?usp=sharing", f"{SHEET}/export?format=csv"),
        (f"{SHEET}/edit#gid=0", f"{SHEET}/export?format=csv&gid=0"),
        (f"{SHEET}/edit?gid=1#gid=42", f"{SHEET}/export?format=csv&gid=42"),
        (f"{SHEET}/edit?gid=7", f"{SHEET}/export?format=csv&gid=7"),
        (f"{SHEET}/edit#gid=x%26y", f"{SHEET}/export?format=csv"),
        (SHEET.replace("/d/", "/u/1/d/") + "/edit", f"{SHEET}/export?format=csv"),
        (SHEET.replace("/spreadsheets", "/a/example.com/spreadsheets"), f"{SHEET}/export?format=csv"),
        (f"{PUBLISHED}/pubhtml", f"{PUBLISHED}/pub?output=csv"),
        (f"{PUBLISHED}/pubhtml?gid=7&single=true", f"{PUBLISHED}/pub?output=csv&gid=7&single=true"),
        (f"{PUBLISHED}/pub?output=csv", f"{PUBLISHED}/pub?output=csv"),
    ],
)
def test_a_link_leads_to_the_csv_of_its_tab(link: str, address: str):
    assert export_address(link) == address


@pytest.mark.parametrize(
    "link",
    [
        "https://docs.google.com/document/d/1AbC/edit",
        "https://docs.google.com.example.com/spreadsheets/d/1AbC/edit",
        "https://docs.google.com@example.com/spreadsheets/d/1AbC/edit",
        "https://example.com/?u=https://docs.google.com/spreadsheets/d/1AbC",
        "https://docs.google.com/spreadsheets/d/",
    ],
)
def test_other_links_are_refused(owner: Api, link: str):
    with pytest.raises(ValidationFailed, match="no link to a Google sheet"):
        export_address(link)
    body = {"connection": {"engine": "google_sheets", "address": link}}
    assert owner.post("/api/v1/data-sources/web/test", json=body).status_code == 400


class TestReading:
    """Against a server that stands where Google's does."""

    PATH = "/spreadsheets/d/1AbC-d_9/export"

    @pytest.fixture
    def reader(self, host: Host) -> WebReader:
        return WebReader(Vault([bytes(32)]), Egress([ip_network("127.0.0.0/8")]), google=host.url)

    @pytest.fixture
    def sheet(self) -> GoogleSheet:
        return GoogleSheet(engine="google_sheets", address=LINK, table="prices")

    def test_a_shared_sheet_is_read(self, host: Host, reader: WebReader, sheet: GoogleSheet, tmp_path: Path):
        host.serve("/real.csv", "a,b\n1,2\n")
        host.redirect(self.PATH, "/real.csv")
        assert reader.look(sheet).startswith("127.0.0.1: csv")
        fetched = reader.fetch(sheet, tmp_path / "file", tmp_path, Known(), 1000)
        assert fetched is not None
        assert (fetched.ending, (tmp_path / "file").read_text()) == (".csv", "a,b\n1,2\n")
        assert host.asked[0][0] == f"{self.PATH}?format=csv&gid=42"

    @pytest.mark.parametrize("status", [200, 401, 403])
    def test_a_private_one_says_how_to_share_it(
        self, host: Host, reader: WebReader, sheet: GoogleSheet, tmp_path: Path, status: int
    ):
        host.serve(self.PATH, "<!doctype html><title>Sign in", "text/html; charset=utf-8", status=status)
        with pytest.raises(ValidationFailed, match="Anyone with the link"):
            reader.look(sheet)
        with pytest.raises(ValidationFailed, match="Anyone with the link"):
            reader.fetch(sheet, tmp_path / "file", tmp_path, Known(), 1000)

    def test_one_that_is_gone_says_so(self, host: Host, reader: WebReader, sheet: GoogleSheet):
        with pytest.raises(ValidationFailed, match="nothing at this address"):
            reader.look(sheet)
