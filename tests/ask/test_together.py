"""Lines of an answer told together: counted, parted, their median; each against SQL, and in a report."""

from typing import Any

import duckdb
import orders
import pytest
from support import Api, Server


@pytest.fixture(scope="module")
def owner(server: Server) -> Api:
    return server.owner("self_hosted")


@pytest.fixture(scope="module")
def source(owner: Api) -> int:
    found: int = owner.upload(orders.as_csv(), "orders.csv")["id"]
    return found


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Any:
    file = tmp_path_factory.mktemp("truth") / "orders.csv"
    file.write_bytes(orders.as_csv())
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE orders AS FROM read_csv('{file}')")
    return lambda sql: connection.execute(sql).fetchall()


def ask(owner: Api, source: int, question: str) -> dict[str, Any]:
    answer = owner.post("/api/v1/analysis", json={"question": question, "source_id": source})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("question", "sql", "said"),
    [
        (
            "on how many days was revenue above 3000",
            "SELECT count(*) FROM (SELECT 1 FROM orders GROUP BY ordered_on HAVING sum(revenue) > 3000)",
            "Number of days",
        ),
        (
            "how many products have total revenue above 197000",
            "SELECT count(*) FROM (SELECT 1 FROM orders GROUP BY product HAVING sum(revenue) > 197000)",
            "Number of products",
        ),
        (
            "what share of products have revenue above 197000",
            "SELECT avg((r > 197000)::INT) FROM (SELECT sum(revenue) AS r FROM orders GROUP BY product)",
            "Share of products",
        ),
        (
            "median revenue per day",
            "SELECT median(r::DOUBLE) FROM (SELECT sum(revenue) AS r FROM orders GROUP BY ordered_on)",
            "Median revenue per day",
        ),
        (
            "median number of orders per month",
            "SELECT median(n) FROM (SELECT count(*) AS n FROM orders GROUP BY strftime(ordered_on, '%y%m'))",
            "Median number of rows per month",
        ),
    ],
)
def test_it_is_one_number_that_sql_finds_as_well(
    owner: Api, source: int, truth: Any, question: str, sql: str, said: str
):
    answer = ask(owner, source, question)
    assert answer["status"] == "answered", answer["text"]
    assert len(answer["rows"]) == 1
    assert answer["rows"][0][0] == pytest.approx(float(truth(sql)[0][0]))
    assert answer["rows"][0][0] > 0
    assert answer["text"].startswith(said), answer["text"]
    proof = owner.get(f"/api/v1/evidence/{answer['evidence_id']}").json()
    assert proof["sql"] == answer["sql"]


def test_the_share_is_told_as_one(owner: Api, source: int):
    answer = ask(owner, source, "what percentage of products have revenue above 197000")
    assert answer["text"] == "Share of products: 37.5 %."


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("on how many days was revenue above 3000", "Number of days"),
        (
            "list order id, region and revenue of orders with a revenue above 1400",
            "Order id, region and revenue",
        ),
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_report_can_be_made_of_it(owner: Api, source: int, question: str, told: str, language: str):
    answer = ask(owner, source, question)
    owner.patch("/api/v1/organization", json={"report_language": language})
    made = owner.post(
        "/api/v1/reports/generate", json={"analysis_id": answer["id"], "title": told, "wait": 60}
    )
    owner.patch("/api/v1/organization", json={"report_language": "en"})
    assert made.json()["status"] == "completed", made.text
    report = owner.get(f"/api/v1/reports/{made.json()['report_id']}").json()
    section = next(one for one in report["sections"] if one["key"] == "answer")
    assert section["blocks"]
    if answer["query"].get("columns"):
        [table] = [block for block in section["blocks"] if block["kind"] == "table"]
        assert len(table["rows"]) == min(len(answer["rows"]), 100)
    elif language == "en":
        assert told in str(section["blocks"])


def test_a_list_leans_on_nothing_and_is_narrowed_by_what_follows(owner: Api, source: int):
    session = ask(owner, source, "revenue by region")["session_id"]
    for question, filters in (
        ("list order id and revenue of orders with a revenue above 1400", ["revenue"]),
        ("only in the North", ["revenue", "region"]),
    ):
        answer = owner.post("/api/v1/analysis", json={"question": question, "session_id": session})
        assert answer.status_code == 201, answer.text
        query = answer.json()["query"]
        assert query["columns"] == ["order_id", "revenue"]
        assert sorted(f["column"] for f in query["filters"]) == sorted(filters)
