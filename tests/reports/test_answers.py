"""Reports about answered questions: through HTTP, in every format, and proven."""

import csv
import io
from typing import Any

import pytest
from pypdf import PdfReader
from support import Api, Loaded, Server

REPORTS = "/api/v1/reports"
FORMATS = ["pdf", "html", "xlsx", "pptx", "csv", "json", "md"]


def asked(api: Api, question: str, source_id: int) -> dict[str, Any]:
    answer = api.post("/api/v1/analysis", json={"question": question, "source_id": source_id})
    assert answer.json()["status"] == "answered", answer.text
    return answer.json()


def section(report: dict[str, Any], key: str) -> dict[str, Any]:
    return next(section for section in report["sections"] if section["key"] == key)


def blocks(report: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [block for block in section(report, "answer")["blocks"] if block["kind"] == kind]


def said(report: dict[str, Any], sentence: list[dict[str, Any]]) -> str:
    return "".join(span.get("text") or report["figures"][span["figure"]]["text"] for span in sentence)


def words(report: dict[str, Any]) -> list[str]:
    return [said(report, s) for block in blocks(report, "paragraph") for s in block["sentences"]]


@pytest.fixture(scope="module")
def by_region(sales: Loaded) -> dict[str, Any]:
    answer = asked(sales.api, "total revenue by region in 2023", sales.source["id"])
    return sales.api.generated(title="By region", analysis_id=answer["id"]) | {"answer": answer}


class TestReport:
    def test_it_holds_question_answer_chart_table_and_query(self, by_region: dict[str, Any]):
        answer = by_region["answer"]
        assert by_region["question"] == "total revenue by region in 2023"
        assert (by_region["analysis_id"], by_region["source_id"]) == (answer["id"], answer["source_id"])
        assert [s["key"] for s in by_region["sections"]][:2] == ["answer", "findings"]
        [table] = blocks(by_region, "table")
        numbers = [by_region["figures"][row[1][0]["figure"]]["value"] for row in table["rows"]]
        assert numbers == pytest.approx([row[1] for row in answer["rows"]])
        assert [row[0][0]["text"] for row in table["rows"]] == [row[0] for row in answer["rows"]]
        [chart] = blocks(by_region, "chart")
        assert chart["columns"] == table["columns"] == ["Region", "Total revenue"]
        [code] = blocks(by_region, "code")
        assert code["text"] == answer["sql"]
        [first] = words(by_region)
        assert first.startswith(f"Total revenue: first came region {answer['rows'][0][0]} with ")

    def test_every_number_is_proven(self, sales: Loaded, by_region: dict[str, Any]):
        verified = sales.api.post(f"{REPORTS}/{by_region['id']}/verify").json()
        assert verified["failing"] == []
        assert verified["holding"] > len(by_region["answer"]["rows"])

    def test_findings_are_about_the_same_measure_and_rows(self, sales: Loaded, by_region: dict[str, Any]):
        queries = sales.api.get(f"{REPORTS}/{by_region['id']}/evidence").json()["queries"]
        bound = [{str(v)[:10] for v in q["parameters"].values()} for q in queries if "revenue" in q["sql"]]
        assert len(bound) > 2
        assert [b for b in bound if not {"2023-01-01", "2024-01-01"} & b] == []
        headings = [b["text"] for b in section(by_region, "findings")["blocks"] if b["kind"] == "heading"]
        assert [h for h in headings if "revenue" not in h.lower()] == []

    @pytest.mark.parametrize("name", FORMATS)
    def test_each_format_has_the_answer(self, sales: Loaded, by_region: dict[str, Any], name: str):
        answer = sales.api.get(f"{REPORTS}/{by_region['id']}/download?format={name}")
        assert answer.status_code == 200
        shown = by_region["figures"][blocks(by_region, "table")[0]["rows"][0][1][0]["figure"]]["text"]
        if name == "pdf":
            text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
            assert shown in text
            assert "The query behind it" in text
        elif name in {"html", "md"}:
            assert shown in answer.text
            assert "The query behind it" in answer.text
        elif name == "csv":
            assert shown in {cell for row in csv.reader(io.StringIO(answer.text)) for cell in row}


@pytest.mark.parametrize(
    ("question", "begins", "kinds"),
    [
        ("total revenue in 2023", "Total revenue came to ", ["paragraph", "metrics", "heading", "code"]),
        (
            "total revenue by month in 2023",
            "Total revenue was highest in ",
            ["paragraph", "chart", "table", "heading", "code"],
        ),
        ("total revenue 2023 vs 2022", "Total revenue came to ", ["paragraph", "metrics", "heading", "code"]),
        ("unusual months in total revenue", "Total revenue was highest in ", None),
        ("why did total revenue change from 2022 to 2023", "Total revenue: first came ", None),
        ("share of revenue by region", "Total revenue: first came ", None),
    ],
)
def test_answers_of_each_kind(sales: Loaded, question: str, begins: str, kinds: list[str] | None):
    answer = asked(sales.api, question, sales.source["id"])
    report = sales.api.generated(title="T", analysis_id=answer["id"], sections=["answer", "appendix"])
    told = [block["kind"] for block in section(report, "answer")["blocks"]]
    assert kinds is None or told == kinds
    assert words(report)[0].startswith(begins)
    verified = sales.api.post(f"{REPORTS}/{report['id']}/verify").json()
    assert verified["checked"] == verified["holding"] > 0


def test_the_answer_is_told_in_the_language_of_the_organisation(server: Server, sales_csv: bytes):
    api = server.owner()
    source_id = api.upload(sales_csv)["id"]
    api.patch("/api/v1/report-settings", json={"language": "de"})
    answer = asked(api, "total revenue by region", source_id)
    report = api.generated(title="T", analysis_id=answer["id"])
    assert section(report, "answer")["title"] == "Antwort"
    assert words(report)[0].startswith("Revenue (Summe): vorn liegen Region ")
    assert blocks(report, "table")[0]["columns"] == ["Region", "Revenue (Summe)"]
    assert blocks(report, "chart")[0]["title"] == "Revenue (Summe) nach Region"
    assert api.post(f"{REPORTS}/{report['id']}/verify").json()["failing"] == []


class TestDefinition:
    def test_more_filters_narrow_answer_and_findings(self, sales: Loaded):
        answer = asked(sales.api, "total revenue by region", sales.source["id"])
        north = [{"column": "region", "operator": "=", "value": "North"}]
        report = sales.api.generated(title="North", analysis_id=answer["id"], filters=north)
        [table] = blocks(report, "table")
        assert [row[0][0]["text"] for row in table["rows"]] == ["North"]

    def test_a_question_belongs_to_whoever_asked_it(self, server: Server, sales: Loaded):
        answer = asked(sales.api, "total revenue", sales.source["id"])
        refused = server.owner().post(REPORTS, json={"title": "x", "analysis_id": answer["id"]})
        assert refused.status_code == 404

    @pytest.mark.parametrize("more", [{"source_id": 1}, {"table": "sales"}, {"question": "What else?"}])
    def test_what_the_question_says_is_said_once(self, sales: Loaded, more: dict[str, Any]):
        answer = asked(sales.api, "total revenue", sales.source["id"])
        refused = sales.api.post(REPORTS, json={"title": "x", "analysis_id": answer["id"], **more})
        assert refused.status_code == 400

    def test_it_can_not_be_made_to_ask_something_else(self, sales: Loaded, by_region: dict[str, Any]):
        path = f"{REPORTS}/{by_region['id']}"
        assert sales.api.patch(path, json={"question": "What else?"}).status_code == 400
        assert sales.api.patch(path, json={"title": "By region, again"}).status_code == 200

    @pytest.mark.parametrize(
        ("question", "hint"), [("revenue next quarter", "forecast"), ("colour of the moon", "not answered")]
    )
    def test_what_can_not_be_proven_is_refused(self, sales: Loaded, question: str, hint: str):
        body = {"question": question, "source_id": sales.source["id"]}
        answer = sales.api.post("/api/v1/analysis", json=body).json()
        refused = sales.api.post(REPORTS, json={"title": "x", "analysis_id": answer["id"]})
        assert refused.status_code == 400
        assert hint in refused.json()["message"]

    def test_a_report_about_no_question_has_no_answer_alone(self, sales: Loaded):
        body = {"title": "x", "source_id": sales.source["id"], "sections": ["answer"]}
        assert sales.api.post(REPORTS, json=body).status_code == 400
