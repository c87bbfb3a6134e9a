"""Thresholds in a report's definition: what a report tells of them, and that it can be proven."""

import csv
import io
from collections import Counter
from typing import Any

import pytest
from support import Loaded, Server

from claribi.analysis.languages import LANGUAGES

REPORTS = "/api/v1/reports"
COUNT = {"above": 480, "grain": "month"}


@pytest.fixture(scope="module")
def per_month(sales_csv: bytes) -> Counter[str]:
    """The orders of each whole month: the last one stops a day early."""
    moments = [row["ordered_on"] for row in csv.DictReader(io.StringIO(sales_csv.decode()))]
    assert max(moments) == "2024-12-30"
    return Counter(moment[:7] for moment in moments if moment < "2024-12")


def told(report: dict[str, Any]) -> list[str]:
    """The sentences of the findings, figures as they are read."""
    findings = next(section for section in report["sections"] if section["key"] == "findings")
    texts = {name: figure["text"] for name, figure in report["figures"].items()}
    return [
        "".join(span.get("text") or texts[span["figure"]] for span in sentence)
        for block in findings["blocks"]
        for sentence in block.get("sentences", [block["spans"]] if "spans" in block else [])
    ]


def test_a_report_tells_first_how_often_and_when_a_measure_was_beyond(sales: Loaded, per_month: Counter[str]):
    report = sales.api.generated(title="Busy", source_id=sales.source["id"], thresholds=[COUNT])
    beyond = [month for month, orders in sorted(per_month.items()) if orders > COUNT["above"]]
    assert 1 < len(beyond) < len(per_month)
    first = next(text for text in told(report) if "threshold" in text)
    assert first.startswith(
        f"The number of sales was above the threshold of 480 in {len(beyond)} of {len(per_month)} months, "
    )
    assert f"with {per_month[beyond[-1]]}." in first
    verified = sales.api.post(f"{REPORTS}/{report['id']}/verify").json()
    assert verified["checked"] == verified["holding"] > 10
    assert report["thresholds"][0]["above"] == COUNT["above"]


def test_one_that_was_kept_is_told_too(sales: Loaded, per_month: Counter[str]):
    kept = {"below": 0.5, "grain": "month"}
    report = sales.api.generated(title="Kept", source_id=sales.source["id"], thresholds=[kept])
    sentence = next(text for text in told(report) if "threshold" in text)
    assert f"never below the threshold of 0.5 in {len(per_month)} months" in sentence
    assert f"with {min(per_month.values())}." in sentence


def test_what_does_not_fit_the_table_is_refused_with_its_place(sales: Loaded):
    body = {"title": "x", "source_id": sales.source["id"]}
    wrong = sales.api.post(REPORTS, json=body | {"thresholds": [COUNT, COUNT | {"column": "nothing"}]})
    assert wrong.status_code == 422
    assert [problem["field"] for problem in wrong.json()["details"]] == ["thresholds.1"]
    text = {"column": "region", "aggregation": "max", "above": 1}
    assert sales.api.post(REPORTS, json=body | {"thresholds": [text]}).status_code == 422
    for malformed in ({"column": "revenue"}, COUNT | {"below": 1}, COUNT | {"grain": "decade"}):
        assert sales.api.post(REPORTS, json=body | {"thresholds": [malformed]}).status_code == 400


def test_they_can_be_changed_and_taken_away(sales: Loaded):
    body = {"title": "x", "source_id": sales.source["id"], "thresholds": [COUNT]}
    path = f"{REPORTS}/{sales.api.post(REPORTS, json=body).json()['id']}"
    assert sales.api.patch(path, json={"title": "y"}).json()["thresholds"][0]["above"] == COUNT["above"]
    assert sales.api.patch(path, json={"thresholds": [{"column": "nothing", "above": 1}]}).status_code == 422
    assert sales.api.patch(path, json={"thresholds": None}).json()["thresholds"] == []


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != "en"])
def test_they_are_told_in_the_language_of_the_organisation(server: Server, sales_csv: bytes, tag: str):
    api = server.owner()
    source_id = api.upload(sales_csv)["id"]
    api.patch("/api/v1/report-settings", json={"language": tag})
    never = {"column": "quantity", "below": 0}
    report = api.generated(title="T", source_id=source_id, thresholds=[COUNT, never])
    page = api.get(f"{REPORTS}/{report['id']}/download?format=html").text
    assert "480" in page
    assert "the threshold" not in page
    assert api.post(f"{REPORTS}/{report['id']}/verify").json()["failing"] == []


def test_without_a_time_axis_all_the_data_are_held_against_it(server: Server):
    api = server.owner()
    source = api.upload(
        b"kind,weight\n" + b"".join(b"%s,%d\n" % (k, w) for k in (b"a", b"b") for w in range(9))
    )
    report = api.generated(
        title="T",
        source_id=source["id"],
        thresholds=[{"column": "weight", "aggregation": "max", "above": 7.25}],
    )
    assert any("came to 8; the threshold is 7.25." in text for text in told(report))
