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


def _data_leaks(chance: random.Random) -> Iterator[list[Any]]:
    """What happened stands in one cell, several things beside each other; `None` tells that nothing broke."""
    yield ["name_of_firm", "reported_date", "people_affected", "type_of_leak", "partner_present", "damage"]
    kinds = ["Loss", "Other", "Theft", "Hacking/IT Incident"]
    for number in range(400):
        several = ", ".join(sorted(chance.sample(kinds, chance.choice([1, 1, 1, 2]))))
        partner, damage = chance.choice(["True", "False"]), chance.choice(["None", "None", "Minor", "Major"])
        day = date(2012, 1, 1) + timedelta(number * 3)
        yield [f"Firm {number} Ltd", day, chance.randint(20, 90_000) * 10, several, partner, damage]


def _pupils(chance: random.Random) -> Iterator[list[Any]]:
    """Grades are numbers but for one word."""
    yield ["age", "gender", "grade", "weight", "strength_training_7d"]
    for number in range(900):
        grade = "other" if number % 100 == 0 else str(9 + number % 4)
        weight = round(chance.uniform(40, 99), 2)
        yield [14 + number % 4, chance.choice(["male", "female"]), grade, weight, chance.randint(0, 7)]


def _chips(chance: random.Random) -> Iterator[list[Any]]:
    yield ["company", "name", "cores", "threads", "process", "price", "released"]
    for number in range(500):
        cores, day = chance.choice([1, 2, 4, 6, 8, 12, 16, 24]), date(2010, 1, 1) + timedelta(number * 7)
        name = f"{chance.choice(['Zed', 'Kora'])} {number}"
        shared = [cores, cores * chance.choice([1, 2]), chance.choice([7, 10, 14]), chance.randint(30, 900)]
        yield [chance.choice(["Ital", "Amod"]), name, *shared, day]


def _shipments(chance: random.Random) -> Iterator[list[Any]]:
    """Rows without a name of their own, some of them sent later than they were promised."""
    yield [
        "id",
        "customer_id",
        "order_date",
        "promised_date",
        "shipped_date",
        "freight",
        "ship_name",
        "ship_city",
    ]
    for number in range(600):
        customer, day = chance.randrange(30), date(2020, 1, 1) + timedelta(number)
        sent = day + timedelta(chance.randint(1, 30)) if number % 20 else ""
        place = [f"Shop {customer}", chance.choice(["Oslo", "City Plaza", "Bergen", "Turku"])]
        freight = round(chance.uniform(1, 400), 2)
        yield [number, f"C{customer}", day, day + timedelta(21), sent, freight, *place]


def _game_revenue(chance: random.Random) -> Iterator[list[Any]]:
    """A table that is called by what one of its columns adds up to."""
    yield ["player_id", "bought_at", "item_type", "item_revenue", "acquisition", "country"]
    for _ in range(800):
        day, item = date(2015, 1, 1) + timedelta(chance.randrange(60)), chance.choice(["ad", "iap"])
        where = [chance.choice(["organic", "google", "apple"]), chance.choice(["Norway", "Chile", "Japan"])]
        yield [f"P{chance.randrange(50)}", day, item, round(chance.uniform(0, 90), 2), *where]


def _olympians(chance: random.Random) -> Iterator[list[Any]]:
    """A sport that is called as those are who do it, medals in small numbers, and sentences about a few."""
    yield ["id", "name", "nationality", "sex", "sport", "gold", "info"]
    for number in range(600):
        told = (
            "Part of the winning team, he is a player of many medals and a holder of titles."
            if number < 40
            else ""
        )
        sport = chance.choice(["athletics", "rowing", "fencing"])
        person = [f"Name {number}", chance.choice(["NOR", "CHL", "JPN"]), chance.choice(["male", "female"])]
        yield [7_000 + 3 * number, *person, sport, chance.choice([0, 0, 0, 1, 2]), told]


TABLES = {
    "game_revenue": _game_revenue,
    "olympians": _olympians,
    "shipments": _shipments,
    "data_leaks": _data_leaks,
    "pupils": _pupils,
    "chips": _chips,
    "order_lines": _order_lines,
    "tax_receipts": _tax_receipts,
    "games": _games,
    "state_rates": _state_rates,
    "r_packages": _packages,
}
ASKED = [
    # What a month came to against the one before, and what months came to on average.
    (
        "shipments",
        "Which month had the biggest drop in shipments compared with the month before?",
        """
        WITH m AS (SELECT date_trunc('month', order_date) AS m, count(*) AS n FROM t GROUP BY 1)
        SELECT m, n - lag(n) OVER (ORDER BY m) AS d FROM m ORDER BY d NULLS LAST LIMIT 1""",
    ),
    (
        "order_lines",
        "average monthly sales by region",
        """
        SELECT region, sum(sales) / count(DISTINCT date_trunc('month', order_date)) FROM t GROUP BY 1""",
    ),
    # The newest rows, and what is dear where one amount alone is known.
    ("shipments", "the 10 most recent shipments", "SELECT id FROM t ORDER BY order_date DESC LIMIT 10"),
    (
        "shipments",
        "which city is the most expensive on average",
        "SELECT ship_city, avg(freight) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "chips",
        "price distribution in 100 dollar steps",
        "SELECT floor(price / 100) * 100, count(*) FROM t GROUP BY 1",
    ),
    # A table that is called by an amount, nouns of those who do something, and columns of whole sentences.
    ("game_revenue", "What is our total revenue?", "SELECT sum(item_revenue) FROM t"),
    (
        "game_revenue",
        "revenue by acquisition channel, best first",
        "SELECT acquisition, sum(item_revenue) FROM t GROUP BY 1",
    ),
    ("olympians", "How many athletes are there?", "SELECT count(*) FROM t"),
    ("olympians", "How many nationalities took part?", "SELECT count(DISTINCT nationality) FROM t"),
    (
        "olympians",
        "Which country got the most gold medals?",
        "SELECT nationality, sum(gold) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    # What was done later than it was promised, or never; the first and last time of each.
    (
        "shipments",
        "how many shipments were shipped late",
        """
        SELECT count(*) FROM t WHERE shipped_date > promised_date""",
    ),
    (
        "shipments",
        "how many shipments haven't been shipped yet",
        "SELECT count(*) FROM t WHERE shipped_date IS NULL",
    ),
    (
        "shipments",
        "first order date of each customer",
        "SELECT customer_id, min(order_date) FROM t GROUP BY 1",
    ),
    (
        "shipments",
        "latest shipment of each customer",
        "SELECT customer_id, max(order_date) FROM t GROUP BY 1",
    ),
    ("shipments", "average freight by city", "SELECT ship_city, avg(freight) FROM t GROUP BY 1"),
    (
        "shipments",
        "list all shipments of customer C7 in 2021",
        """
        SELECT id, order_date, freight FROM t WHERE customer_id = 'C7' AND year(order_date) = 2021""",
    ),
    # The noun of the rows is no kind of them; the largest is the one with most of their one amount.
    ("data_leaks", "leaks per year", "SELECT year(reported_date), count(*) FROM t GROUP BY 1"),
    ("data_leaks", "What was the largest leak?", "SELECT max(people_affected) FROM t"),
    (
        "data_leaks",
        "What was the biggest leak in each year?",
        "SELECT year(reported_date), max(people_affected) FROM t GROUP BY 1",
    ),
    # One thing among others of a cell, and words within values.
    (
        "data_leaks",
        "How many leaks involved theft?",
        "SELECT count(*) FROM t WHERE type_of_leak LIKE '%Theft%'",
    ),
    (
        "data_leaks",
        "trend of leaks involving hacking, year by year",
        "SELECT year(reported_date), count(*) FROM t WHERE type_of_leak LIKE '%Hacking%' GROUP BY 1",
    ),
    (
        "data_leaks",
        "how many leaks with damage in 2013",
        """
        SELECT count(*) FROM t WHERE damage <> 'None' AND year(reported_date) = 2013""",
    ),
    (
        "data_leaks",
        "avg people affected with and without a partner",
        """
        SELECT partner_present, avg(people_affected) FROM t GROUP BY 1""",
    ),
    # Classes that are named one by one.
    (
        "data_leaks",
        "How many leaks fall into these bands: under 1,000, 1,000-99,999 and 100,000 or more affected?",
        """
        SELECT count(*) FROM t
        GROUP BY CASE WHEN people_affected < 1000 THEN 1 WHEN people_affected < 100000 THEN 2 ELSE 3 END""",
    ),
    (
        "chips",
        "sort chips into core groups 1-2, 3-4, 5-8 and more than 8 and count them",
        """
        SELECT count(*) FROM t
        GROUP BY CASE WHEN cores <= 2 THEN 1 WHEN cores <= 4 THEN 2 WHEN cores <= 8 THEN 3 END""",
    ),
    # Rows with a bound that have names are listed, with what bounds them.
    (
        "chips",
        "Amod chips with at least 16 threads and a price under 200",
        """
        SELECT name FROM t WHERE company = 'Amod' AND threads >= 16 AND price < 200""",
    ),
    (
        "chips",
        "list the chips with a price above 850 with company, cores and released",
        """
        SELECT company, cores, released, price FROM t WHERE price > 850""",
    ),
    ("chips", "How many Kora chips are in the list?", "SELECT count(*) FROM t WHERE name LIKE '%Kora%'"),
    (
        "chips",
        "How many chips per process size (nm), by company?",
        """
        SELECT process, company, count(*) FROM t GROUP BY ALL""",
    ),
    (
        "chips",
        "how many chips were released in 2012, and how many in 2013",
        """
        SELECT year(released), count(*) FROM t WHERE year(released) IN (2012, 2013) GROUP BY 1""",
    ),
    ("chips", "average price for each release year", "SELECT year(released), avg(price) FROM t GROUP BY 1"),
    (
        "chips",
        "In which month of which year was the total price the highest?",
        """
        SELECT date_trunc('month', released), sum(price) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 1""",
    ),
    (
        "chips",
        "How are the chips spread over the days of the week?",
        """
        SELECT dayname(released), count(*) FROM t GROUP BY 1""",
    ),
    (
        "chips",
        "how many chips cost $500 or more, by company",
        """
        SELECT company, count(*) FROM t WHERE price >= 500 GROUP BY 1""",
    ),
    # Numbers that are said as words of people, grades and ranges.
    (
        "pupils",
        "On average, how many kilos more do boys weigh than girls?",
        """
        SELECT avg(weight) FILTER (gender = 'male') - avg(weight) FILTER (gender = 'female') FROM t""",
    ),
    ("pupils", "how many pupils are in 12th grade", "SELECT count(*) FROM t WHERE grade = '12'"),
    ("pupils", "median weight of ninth graders", "SELECT median(weight) FROM t WHERE grade = '9'"),
    (
        "pupils",
        "average weight of 16-year-old girls",
        "SELECT avg(weight) FROM t WHERE age = 16 AND gender = 'female'",
    ),
    (
        "pupils",
        "average weight for each grade from 9 to 11",
        """
        SELECT grade, avg(weight) FROM t WHERE grade IN ('9', '10', '11') GROUP BY 1""",
    ),
    (
        "pupils",
        "average strength training by gender",
        "SELECT gender, avg(strength_training_7d) FROM t GROUP BY 1",
    ),
    (
        "pupils",
        "distribution of weight in 20 kg steps",
        """
        SELECT floor(weight / 20) * 20, count(*) FROM t GROUP BY 1""",
    ),
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


def test_what_is_named_but_plays_no_part_makes_an_answer_less_sure(api: Api, sources: dict[str, int]):
    answer = _asked(api, sources["chips"], "list the 7 nm chips with 24 cores")
    assert answer["confidence"]["level"] != "high"
    assert "“7” played no part" in answer["choices"]


def test_bounds_that_no_row_can_meet_are_refused(api: Api, sources: dict[str, int]):
    answer = _asked(api, sources["chips"], "how many chips have fewer than 4 cores and more than 8 cores")
    assert answer["status"] == "unclear"
    assert "No row can meet" in answer["text"]


def test_it_is_told_by_how_much_it_moved_and_shares_are_in_percent(api: Api, sources: dict[str, int]):
    moved = _asked(api, sources["shipments"], "which month had the biggest drop in shipments")
    assert moved["text"].endswith(" against the month before.")
    shares = _asked(api, sources["data_leaks"], "share of leaks with damage by year")
    assert shares["text"].count("%") == len(("highest", "lowest"))


def test_times_are_told_as_days(api: Api, sources: dict[str, int]):
    answer = _asked(api, sources["shipments"], "first order date of each customer")
    assert answer["text"].startswith("Earliest order date by customer id: ")
    assert "n/a" not in answer["text"]


def test_an_answer_is_right_when_it_holds_what_is_wanted():
    rows = [["North", 2, 0.25], ["South", 6, 0.75]]
    assert holds(rows, [("South", 75.0), ("North", 25.0)])
    assert not holds(rows, [("South", 0.25), ("North", 0.75)])
    assert not holds(rows, [("South", 0.75)])
    assert holds([["2024-01-01", 3]], [(date(2024, 1, 1), 3)])
