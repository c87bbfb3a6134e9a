"""Questions in everyday words about tables that nobody prepared, against the answers of SQL."""

import csv
import io
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support import Api, Server

from benchmarks.questions import holds

CUSTOMERS, STATES = 40, ("Ohio", "Texas", "Maine", "Utah", "Iowa", "Idaho")


def _order_lines(chance: random.Random) -> Iterator[list[Any]]:
    """Lines of orders: several share an order, and customers have an id and a name."""
    yield ["order_id", "order_date", "customer_id", "customer_name", "product", "region", "sales", "profit"]
    for number in range(300):
        day, customer = date(2021, 1, 1) + timedelta(number * 3), chance.randrange(CUSTOMERS)
        for _ in range(chance.randint(1, 4)):
            product, region = f"Thing {chance.randrange(12)}", ("East", "West", "South")[customer % 3]
            sales = round(chance.uniform(5, 900), 2)
            profit = round(sales * chance.uniform(-0.4, 0.5), 2)
            yield [f"A-{number}", day, f"C{customer:03}", f"Name {customer}", product, region, sales, profit]


def _tax_receipts(chance: random.Random) -> Iterator[list[Any]]:
    """Amounts that the table is called by, some of them paid back."""
    yield ["fiscal_year", "agency", "source", "receipts"]
    for year in range(2000, 2016):
        for agency in ("Treasury", "Labor", "Justice"):
            for source in ("Income Taxes", "Excise Taxes"):
                yield [year, agency, source, chance.randint(-500, 90_000) * 10_000]


def _games(chance: random.Random) -> Iterator[list[Any]]:
    yield ["kickoff_date", "league", "home_team", "away_team", "home_score", "away_score"]
    for number in range(400):
        home, away = chance.sample(["Reds", "Blues", "Greens", "Whites", "Blacks"], 2)
        day = date(2019, 8, 1) + timedelta(number)
        yield [day, ("Upper", "Lower")[number % 2], home, away, chance.randint(0, 6), chance.randint(0, 5)]


def _state_rates(chance: random.Random) -> Iterator[list[Any]]:
    """A row for each state and year."""
    yield ["state", "year", "murder_rate", "shall_carry"]
    for at, state in enumerate(STATES):
        for year in range(1990, 2008):
            yield [state, year, round(chance.uniform(1, 20), 1), "yes" if year > 1995 + 4 * at else "no"]


def _packages(chance: random.Random) -> Iterator[list[Any]]:
    yield ["package", "authors", "imports", "depends", "check_time", "on_github", "belt", "status"]
    for number in range(3_000):
        counts = [chance.randint(1, 4), chance.randint(0, 60), chance.randint(0, 30)]
        belt, status = chance.choice(["belted", "none"]), chance.choice(["passed", "failed", "failed"])
        yield [f"p{number}x", *counts, chance.randint(40, 1_400), chance.choice(["yes", "no"]), belt, status]


TABLES = {
    "order_lines": _order_lines,
    "tax_receipts": _tax_receipts,
    "games": _games,
    "state_rates": _state_rates,
    "r_packages": _packages,
}
ASKED = [
    # What several rows share is told apart by its key, and by its name where there is one.
    ("order_lines", "how many orders", "SELECT count(DISTINCT order_id) FROM t"),
    ("order_lines", "orders by region", "SELECT region, count(DISTINCT order_id) FROM t GROUP BY 1"),
    (
        "order_lines",
        "how many customers placed more than 8 orders",
        "SELECT count(*) FROM (SELECT 1 FROM t GROUP BY customer_id HAVING count(DISTINCT order_id) > 8)",
    ),
    (
        "order_lines",
        "which customers placed more than 8 orders",
        "SELECT customer_name, count(DISTINCT order_id) AS n FROM t GROUP BY 1 HAVING n > 8",
    ),
    (
        "order_lines",
        "top 5 customers by sales",
        "SELECT customer_name, sum(sales) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 5",
    ),
    (
        "order_lines",
        "sales per order by region",
        "SELECT region, sum(sales) / count(DISTINCT order_id) FROM t GROUP BY 1",
    ),
    (
        "order_lines",
        "how many different products per order on average",
        "SELECT avg(n) FROM (SELECT count(DISTINCT product) AS n FROM t GROUP BY order_id)",
    ),
    ("order_lines", "how much did we sell in the West", "SELECT sum(sales) FROM t WHERE region = 'West'"),
    (
        "order_lines",
        "profit by product, worst first",
        "SELECT product, sum(profit) FROM t GROUP BY 1",
    ),
    (
        "order_lines",
        "which 3 products lose us the most money",
        "SELECT product, sum(profit) FROM t GROUP BY 1 ORDER BY 2 LIMIT 3",
    ),
    (
        "order_lines",
        "list the 5 rows with the highest sales: product, sales",
        "SELECT product, sales FROM t ORDER BY sales DESC LIMIT 5",
    ),
    (
        "order_lines",
        "highest sales in a single month",
        "SELECT date_trunc('month', order_date)::DATE, sum(sales) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "order_lines",
        "top 2 months with the most orders",
        (
            "SELECT date_trunc('month', order_date)::DATE, count(DISTINCT order_id) FROM t GROUP BY 1"
            " ORDER BY 2 DESC, 1 LIMIT 2"
        ),
    ),
    ("order_lines", "how do sales vary across regions", "SELECT region, sum(sales) FROM t GROUP BY 1"),
    (
        "order_lines",
        "by how much are sales in the East higher than in the West",
        "SELECT sum(sales) FILTER (region = 'East') - sum(sales) FILTER (region = 'West') FROM t",
    ),
    (
        "order_lines",
        "what percentage of total sales is profit by region",
        "SELECT region, sum(profit) / sum(sales) FROM t GROUP BY 1",
    ),
    # An amount that the table is called by.
    ("tax_receipts", "total tax receipts in 2014", "SELECT sum(receipts) FROM t WHERE fiscal_year = 2014"),
    (
        "tax_receipts",
        "excise taxes 2003",
        "SELECT sum(receipts) FROM t WHERE source = 'Excise Taxes' AND fiscal_year = 2003",
    ),
    (
        "tax_receipts",
        "which agency collected the most money in 2010?",
        "SELECT agency, sum(receipts) FROM t WHERE fiscal_year = 2010 GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "tax_receipts",
        "how much more was collected in 2015 than in 2014?",
        "SELECT sum(receipts) FILTER (fiscal_year = 2015) - sum(receipts) FILTER (fiscal_year = 2014) FROM t",
    ),
    # The sides of a game.
    ("games", "total home goals of the Reds", "SELECT sum(home_score) FROM t WHERE home_team = 'Reds'"),
    (
        "games",
        "how many games were won by the away team?",
        "SELECT count(*) FROM t WHERE away_score > home_score",
    ),
    ("games", "show the games where the away team scored 5 or more", "SELECT * FROM t WHERE away_score >= 5"),
    (
        "games",
        "first and last kickoff date per league",
        "SELECT league, min(kickoff_date), max(kickoff_date) FROM t GROUP BY 1",
    ),
    (
        "games",
        "list the Upper games with time, home team and away team",
        "SELECT kickoff_date, home_team, away_team FROM t WHERE league = 'Upper'",
    ),
    # A place at a time.
    (
        "state_rates",
        "average murder rate across states per year",
        "SELECT year, avg(murder_rate) FROM t GROUP BY 1",
    ),
    (
        "state_rates",
        "murder rate of Texas since 1999",
        "SELECT year, murder_rate FROM t WHERE state = 'Texas' AND year >= 1999",
    ),
    (
        "state_rates",
        "what percentage of states had shall carry in 2002",
        "SELECT avg((shall_carry = 'yes')::INT) FROM t WHERE year = 2002",
    ),
    # Rows with names of their own.
    (
        "r_packages",
        "7 packages with the longest check time",
        "SELECT package, check_time FROM t ORDER BY 2 DESC LIMIT 7",
    ),
    ("r_packages", "check time of p17x", "SELECT check_time FROM t WHERE package = 'p17x'"),
    (
        "r_packages",
        "number of packages with a check time above 600 seconds",
        "SELECT count(*) FROM t WHERE check_time > 600",
    ),
    (
        "r_packages",
        "how many packages import nothing and depend on nothing?",
        "SELECT count(*) FROM t WHERE imports = 0 AND depends = 0",
    ),
    (
        "r_packages",
        "percentage of packages on github among those wearing a belt",
        "SELECT avg((on_github = 'yes')::INT) FROM t WHERE belt = 'belted'",
    ),
    (
        "r_packages",
        "did failed packages have more imports on average than passed ones?",
        "SELECT status, avg(imports) FROM t GROUP BY 1",
    ),
    ("r_packages", "number of packages by number of authors", "SELECT authors, count(*) FROM t GROUP BY 1"),
    (
        "r_packages",
        "which imports have more than 50 packages",
        "SELECT imports, count(*) FROM t GROUP BY 1 HAVING count(*) > 50",
    ),
    (
        "r_packages",
        "failed packages per passed package",
        "SELECT count(*) FILTER (status = 'failed') / count(*) FILTER (status = 'passed') FROM t",
    ),
    ("r_packages", "how many packages are wearing a belt", "SELECT count(*) FROM t WHERE belt = 'belted'"),
    ("r_packages", "maximum number of imports and depends", "SELECT max(imports), max(depends) FROM t"),
]
REFUSED = [
    ("order_lines", "what is the return rate of customers"),
    ("state_rates", "murder rate of Atlantis"),
    ("r_packages", "check time of p99999x"),
    ("games", "average attendance by league"),
]


def _as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def api(server: Server) -> Api:
    return server.owner("self_hosted")


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {name: _as_csv(made(random.Random(7))) for name, made in TABLES.items()}


@pytest.fixture(scope="module")
def sources(api: Api, files: dict[str, bytes]) -> dict[str, int]:
    return {name: api.upload(content, f"{name}.csv")["id"] for name, content in files.items()}


@pytest.fixture(scope="module")
def reference(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unprepared")
    for name, content in files.items():
        (folder / f"{name}.csv").write_bytes(content)
    return folder


def _asked(api: Api, source: int, question: str) -> dict[str, Any]:
    answer = api.post("/api/v1/analysis", json={"question": question, "source_id": source})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize(("table", "question", "sql"), ASKED, ids=[question for _, question, _ in ASKED])
def test_it_is_answered_as_sql_would(
    api: Api, sources: dict[str, int], reference: Path, table: str, question: str, sql: str
):
    answer = _asked(api, sources[table], question)
    assert answer["status"] == "answered", answer["text"]
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS FROM read_csv('{reference / table}.csv')")
        wanted = connection.execute(sql).fetchall()
    assert wanted
    assert holds(answer["rows"], wanted), (answer["query"], answer["rows"][:4], wanted[:4])


@pytest.mark.parametrize(("table", "question"), REFUSED, ids=[question for _, question in REFUSED])
def test_what_can_not_be_known_is_refused(api: Api, sources: dict[str, int], table: str, question: str):
    answer = _asked(api, sources[table], question)
    assert answer["status"] == "unclear", (answer["query"], answer["rows"][:3])


def test_an_answer_is_right_when_it_holds_what_is_wanted():
    rows = [["North", 2, 0.25], ["South", 6, 0.75]]
    assert holds(rows, [("South", 75.0), ("North", 25.0)])
    assert not holds(rows, [("South", 0.25), ("North", 0.75)])
    assert not holds(rows, [("South", 0.75)])
    assert holds([["2024-01-01", 3]], [(date(2024, 1, 1), 3)])
