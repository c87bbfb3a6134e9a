"""Sentences that people put in the place of generated ones: through HTTP, and in the files that come out."""

import io
import zipfile
from typing import Any

import pytest
from pypdf import PdfReader
from support import Api, Loaded, Server

from claribi.accounts.permissions import Role
from claribi.reports.compose_edits import EDITED, OUTDATED

REPORTS = "/api/v1/reports"
HOSTILE = "=Grown by <b>7</b> & *more*, see [here](http://x) #strong[$x$].\nTwo lines."


def file(api: Api, path: str, name: str) -> bytes:
    answer = api.get(f"{path}/download?format={name}")
    assert answer.status_code == 200, answer.text
    return answer.content


def again(api: Api, path: str) -> dict[str, Any]:
    """The report after another generation."""
    run = api.post(f"{path}/generate", json={"wait": 60})
    assert run.json()["status"] == "completed", run.text
    return api.get(path).json()


def keys_of(report: dict[str, Any], section: str = "findings") -> list[str]:
    blocks = next(s["blocks"] for s in report["sections"] if s["key"] == section)
    return [key for block in blocks if block["kind"] == "paragraph" for key in block["keys"] if key]


def notes_of(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Where notes stand that have a key, and what the key is."""
    return [
        (section["key"], block["key"])
        for section in report["sections"]
        for block in section["blocks"]
        if block["kind"] == "note" and block["key"]
    ]


def said(report: dict[str, Any], sentence: list[dict[str, Any]]) -> str:
    figures = report["figures"]
    return "".join(s["text"] if "text" in s else figures[s["figure"]]["text"] for s in sentence)


def sentence_of(report: dict[str, Any], key: str) -> str:
    for section in report["sections"]:
        for block in section["blocks"]:
            if block["kind"] == "paragraph" and key in block["keys"]:
                return said(report, block["sentences"][block["keys"].index(key)])
    return ""


@pytest.fixture
def made(sales: Loaded) -> tuple[Api, str, dict[str, Any]]:
    report = sales.api.generated(title="Edited", source_id=sales.source["id"])
    return sales.api, f"{REPORTS}/{report['id']}", report


def test_one_stands_in_every_format_word_for_word_in_the_place_of_its_sentence(
    made: tuple[Api, str, dict[str, Any]],
):
    api, path, report = made
    key = keys_of(report, "executive_summary")[0]
    replaced = sentence_of(report, key)
    assert replaced
    changed = api.patch(path, json={"edits": {key: f"  {HOSTILE} "}})
    assert changed.status_code == 200, changed.text
    assert notes_of(api.get(path).json()) == []
    for _ in range(2):
        report = again(api, path)
        assert sorted(notes_of(report)) == [("executive_summary", key), ("findings", key)]
        assert key not in keys_of(report)
        assert report["edits"] == {key: {"text": HOSTILE, "has_place": True, "is_outdated": False}}
    assert replaced not in file(api, path, "md").decode().replace("**", "")
    page = file(api, path, "html").decode()
    assert page.count("=Grown by &lt;b&gt;7&lt;/b&gt; &amp; *more*, see [here](http://x) #strong[$x$].") == 2
    assert page.count(f"<strong>{EDITED}</strong>") == 2
    shown = file(api, path, "md").decode()
    assert r"=Grown by \<b\>7\</b\> \& \*more\*, see \[here\](http://x) \#strong\[\$x\$\]." in shown
    assert f"> **{EDITED}:**" in shown
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(file(api, path, "pdf"))).pages)
    assert "=Grown by <b>7</b> & *more*, see [here](http://x) #strong[$x$]." in text
    assert EDITED in text
    for name, part in (("xlsx", "xl/sharedStrings.xml"), ("pptx", "ppt/slides/slide2.xml")):
        with zipfile.ZipFile(io.BytesIO(file(api, path, name))) as parts:
            xml = parts.read(part).decode()
            assert "=Grown by &lt;b&gt;7&lt;/b&gt; &amp; *more*" in xml
            assert EDITED in xml
    assert api.post(f"{path}/verify").json()["failing"] == []


def test_where_the_figures_have_changed_the_report_says_so_and_what_they_say_now(
    made: tuple[Api, str, dict[str, Any]],
):
    api, path, report = made
    key = next(key for key in keys_of(report) if key.startswith(("change:", "rank:")))
    before = sentence_of(report, key)
    api.patch(path, json={"edits": {key: "In our own words."}})
    api.patch(path, json={"filters": [{"column": "quantity", "operator": ">=", "value": 3}]})
    report = again(api, path)
    assert report["edits"][key] == {"text": "In our own words.", "has_place": True, "is_outdated": True}
    blocks = next(s["blocks"] for s in report["sections"] if s["key"] == "findings")
    place = next(n for n, block in enumerate(blocks) if block.get("key") == key)
    told = [said(report, sentence) for sentence in blocks[place + 1]["sentences"]]
    assert told[0] == OUTDATED
    assert told[1] == sentence_of(report, key) != before
    for name in ("html", "md"):
        assert OUTDATED in file(api, path, name).decode()
    assert api.post(f"{path}/verify").json()["failing"] == []
    api.patch(path, json={"edits": {key: "Written anew."}})
    assert OUTDATED not in file_after(api, path)
    report = api.get(path).json()
    assert report["edits"][key] == {"text": "Written anew.", "has_place": True, "is_outdated": False}


def file_after(api: Api, path: str) -> str:
    again(api, path)
    return file(api, path, "md").decode()


def test_null_takes_one_away_and_the_others_stay(made: tuple[Api, str, dict[str, Any]]):
    api, path, report = made
    first, second = keys_of(report)[:2]
    api.patch(path, json={"edits": {first: "One.", second: "Two."}})
    api.patch(path, json={"title": "Other", "edits": {first: None}})
    report = again(api, path)
    assert list(report["edits"]) == [second]
    assert first in keys_of(report)
    assert {key for _, key in notes_of(report)} == {second}
    api.patch(path, json={"edits": {second: " "}})
    assert again(api, path)["edits"] == {}


def test_one_whose_finding_is_gone_waits_until_it_is_back(made: tuple[Api, str, dict[str, Any]]):
    api, path, report = made
    key = next(key for key in keys_of(report) if ":region:" in key)
    api.patch(path, json={"edits": {key: "About the regions."}})
    api.patch(path, json={"filters": [{"column": "region", "operator": "=", "value": "North"}]})
    report = again(api, path)
    assert report["edits"][key] == {"text": "About the regions.", "has_place": False, "is_outdated": False}
    assert notes_of(report) == []
    api.patch(path, json={"filters": []})
    assert ("findings", key) in notes_of(again(api, path))


def test_what_can_not_be_placed_is_refused(made: tuple[Api, str, dict[str, Any]], sales: Loaded):
    api, path, report = made
    key = keys_of(report)[0]
    draft = api.post(REPORTS, json={"title": "Draft", "source_id": sales.source["id"]}).json()
    for where, edits, field in (
        (path, {"nothing:such::1": "x"}, "edits.nothing:such::1"),
        (f"{REPORTS}/{draft['id']}", {key: "x"}, f"edits.{key}"),
        (path, {key: "x" * 2001}, f"edits.{key}"),
        (path, {"k" * 1001: "x"}, None),
        (path, {f"key {n}": None for n in range(101)}, "edits"),
        (path, {key: {"text": "x"}}, f"edits.{key}"),
    ):
        answer = api.patch(where, json={"edits": edits})
        assert answer.status_code == 400, answer.text
        assert field is None or answer.json()["details"][0]["field"] == field
    assert api.get(path).json()["edits"] == {}


def test_a_report_in_another_language_marks_them_in_it(server: Server, sales_csv: bytes):
    api = server.owner()
    source_id = api.upload(sales_csv)["id"]
    report = api.generated(title="T", source_id=source_id)
    path = f"{REPORTS}/{report['id']}"
    api.patch(path, json={"edits": {keys_of(report)[0]: "In unseren Worten."}})
    api.patch("/api/v1/report-settings", json={"language": "de"})
    report = again(api, path)
    labels = {b["label"] for s in report["sections"] for b in s["blocks"] if b["kind"] == "note"}
    assert labels == {"Von Menschen bearbeitet"}
    assert [edit["is_outdated"] for edit in report["edits"].values()] == [False]


def test_they_tell_nothing_to_those_who_see_other_rows(server: Server, sales_csv: bytes):
    organization = server.organization("self_hosted")
    owner = server.api(**{"X-API-Key": server.member(organization).key})
    source = owner.upload(sales_csv)
    member = server.member(organization, Role.ANALYST)
    attributes = {"attributes": {"regions": ["South", "West"]}}
    owner.patch(f"/api/v1/members/{member.user_id}", json=attributes)
    rows = [{"column": "region", "attribute": "regions"}]
    rule = {"name": "R", "source_id": source["id"], "table": "sales", "roles": ["analyst"], "rows": rows}
    assert owner.post("/api/v1/access-rules", json=rule).status_code == 201
    analyst = server.api(**{"X-API-Key": member.key})
    report = owner.generated(title="T", source_id=source["id"])
    path = f"{REPORTS}/{report['id']}"
    keys = keys_of(report)
    owner.patch(path, json={"edits": dict.fromkeys(keys, "A secret of the north.")})
    assert analyst.patch(path, json={"edits": {keys[0]: "x"}}).status_code == 403
    assert analyst.patch(path, json={"edits": {keys[0]: None}}).status_code == 403
    assert "secret" not in analyst.get(REPORTS).text
    theirs = again(analyst, path)
    assert theirs["edits"] == {}
    assert set(keys_of(theirs)) & set(keys)
    assert "secret" not in file(analyst, path, "json").decode()
    own = next(key for key in keys_of(theirs) if key in keys)
    analyst.patch(path, json={"edits": {own: "Of the south."}})
    assert [edit["text"] for edit in again(analyst, path)["edits"].values()] == ["Of the south."]
    viewer = server.signed_in(server.member(organization, Role.VIEWER))
    assert viewer.patch(path, json={"edits": {own: "x"}}).status_code == 403
