"""`POST /api/v1/query` against the running server."""

import csv
import io

import pytest
from arro3.io import read_ipc_stream
from support import Api, Loaded, Server, running


def test_measures_by_dimension_agree_with_sql_by_hand(sales: Loaded, truth):
    body = sales.query(
        measures=[
            {"column": "revenue", "aggregation": "sum", "name": "revenue"},
            {"column": "order_id", "aggregation": "count_distinct", "name": "orders"},
            {"aggregation": "count", "name": "rows"},
            {"column": "quantity", "aggregation": "median", "name": "typical"},
        ],
        dimensions=[{"column": "region"}],
        sort=[{"field": "revenue", "descending": True}],
    )
    expected = truth(
        "SELECT region, sum(revenue) AS r, count(DISTINCT order_id), count(*), median(quantity) "
        "FROM sales GROUP BY 1 ORDER BY r DESC"
    )
    assert [row[0] for row in body["rows"]] == [row[0] for row in expected]
    for row, other in zip(body["rows"], expected, strict=True):
        assert row[1:] == pytest.approx([float(v) for v in other[1:]])
    assert [c["role"] for c in body["columns"]] == ["dimension", *["measure"] * 4]
    assert body["evidence_id"]
    assert body["data_version"] == sales.source["data_version"]
    assert body["truncated"] is False


@pytest.mark.parametrize("grain", ["hour", "day", "week", "month", "quarter", "year"])
def test_each_grain_groups_time(sales: Loaded, truth, grain: str):
    body = sales.query(
        measures=[{"aggregation": "count"}], dimensions=[{"column": "ordered_on", "grain": grain}]
    )
    expected = truth(
        f"SELECT date_trunc('{grain}', ordered_on)::TIMESTAMP, count(*) FROM sales GROUP BY 1 ORDER BY 1"
    )
    assert [(row[0][:10], row[1]) for row in body["rows"]] == [(str(t)[:10], n) for t, n in expected]


@pytest.mark.parametrize(
    ("cycle", "sql"),
    [
        ("day_of_week", "dayname(ordered_on)"),
        ("month_of_year", "monthname(ordered_on)"),
        ("quarter_of_year", "quarter(ordered_on)"),
    ],
)
def test_each_cycle_groups_time_in_the_order_of_the_calendar(sales: Loaded, truth, cycle: str, sql: str):
    place = {"day_of_week": "isodow(ordered_on)", "month_of_year": "month(ordered_on)"}.get(cycle, sql)
    body = sales.query(
        measures=[{"aggregation": "count"}], dimensions=[{"column": "ordered_on", "cycle": cycle}]
    )
    expected = truth(f"SELECT {sql}, count(*) FROM sales GROUP BY 1 ORDER BY min({place})")
    assert body["rows"] == [list(row) for row in expected]


def test_hours_of_the_day_are_those_of_moments(api: Api):
    content = b"at,amount\n2024-01-05 09:10:00,1\n2024-01-06 09:50:00,2\n2024-01-06 23:00:00,4\n"
    moments = Loaded(api, api.upload(content, "moments.csv"))
    hours = {"column": "at", "cycle": "hour_of_day", "name": "hour"}
    measures = [{"column": "amount", "aggregation": "sum"}]
    assert moments.query(measures=measures, dimensions=[hours])["rows"] == [[9, 3], [23, 4]]


def test_a_day_has_no_hours_and_no_text_a_cycle(sales: Loaded):
    for column, cycle, hint in (
        ("ordered_on", "hour_of_day", "days without hours"),
        ("region", "day_of_week", "needs a date or time column"),
    ):
        query = {
            "source_id": sales.source["id"],
            "table": sales.table,
            "dimensions": [{"column": column, "cycle": cycle}],
        }
        answer = sales.api.post("/api/v1/query", json=query)
        assert (answer.status_code, hint in answer.json()["message"]) == (422, True)


def test_different_days_of_a_time_can_be_counted(sales: Loaded, truth):
    body = sales.query(
        measures=[{"column": "ordered_on", "aggregation": "count_distinct", "grain": "month"}],
        dimensions=[{"column": "region"}],
    )
    expected = truth(
        "SELECT region, count(DISTINCT date_trunc('month', ordered_on)) FROM sales GROUP BY 1 ORDER BY 1"
    )
    assert body["rows"] == [list(row) for row in expected]
    assert body["columns"][1]["name"] == "months"


def test_a_condition_on_a_rank_keeps_the_best_within_each(sales: Loaded, truth):
    body = sales.query(
        measures=[{"column": "revenue", "aggregation": "sum", "name": "revenue"}],
        dimensions=[{"column": "region"}, {"column": "product"}],
        calculations=[{"type": "rank", "measure": "revenue", "within": ["region"], "name": "rank"}],
        having=[{"column": "rank", "operator": "<=", "value": 2}],
    )
    expected = truth(
        "SELECT region, product, rank FROM (SELECT region, product, rank() OVER (PARTITION BY region "
        "ORDER BY sum(revenue) DESC) AS rank FROM sales GROUP BY 1, 2) WHERE rank <= 2 ORDER BY 1, 2"
    )
    assert [(row[0], row[1], row[3]) for row in body["rows"]] == expected


FILTERS = [
    (
        {"column": "ordered_on", "cycle": "day_of_week", "operator": "in", "value": ["Saturday", "Sunday"]},
        "isodow(ordered_on) > 5",
    ),
    (
        {"column": "ordered_on", "cycle": "month_of_year", "operator": "=", "value": "March"},
        "month(ordered_on) = 3",
    ),
    (
        {"column": "ordered_on", "cycle": "quarter_of_year", "operator": "between", "value": [2, 3]},
        "quarter(ordered_on) BETWEEN 2 AND 3",
    ),
    ({"column": "region", "operator": "=", "value": "North"}, "region = 'North'"),
    ({"column": "region", "operator": "!=", "value": "North"}, "region <> 'North'"),
    ({"column": "quantity", "operator": ">=", "value": 5}, "quantity >= 5"),
    ({"column": "revenue", "operator": "<", "value": "20.5"}, "revenue < 20.5"),
    ({"column": "region", "operator": "in", "value": ["North", "West"]}, "region IN ('North', 'West')"),
    ({"column": "region", "operator": "not_in", "value": ["North"]}, "region NOT IN ('North')"),
    ({"column": "quantity", "operator": "between", "value": [2, 4]}, "quantity BETWEEN 2 AND 4"),
    ({"column": "region", "operator": "contains", "value": "ORT"}, "region ILIKE '%ort%'"),
    ({"column": "product", "operator": "starts_with", "value": "P1"}, "product LIKE 'P1%'"),
    ({"column": "revenue", "operator": "is_null"}, "revenue IS NULL"),
    ({"column": "revenue", "operator": "is_not_null"}, "revenue IS NOT NULL"),
    ({"column": "ordered_on", "operator": ">", "value": "2024-06-30"}, "ordered_on > DATE '2024-06-30'"),
    (
        {"column": "ordered_on", "operator": "last_n", "value": {"n": 2, "unit": "month", "anchor": "data"}},
        "ordered_on >= DATE '2024-11-01'",
    ),
    ({"column": "ordered_on", "operator": "last_n", "value": {"n": 1, "unit": "day"}}, "false"),
    ({"column": "region", "operator": "=", "value": "'; DROP TABLE sales; --"}, "false"),
]


@pytest.mark.parametrize(("criterion", "sql"), FILTERS)
def test_each_filter_keeps_the_same_rows_as_sql(sales: Loaded, truth, criterion: dict, sql: str):
    body = sales.query(measures=[{"aggregation": "count"}], filters=[criterion])
    assert body["rows"] == [list(row) for row in truth(f"SELECT count(*) FROM sales WHERE {sql}")]


def test_a_period_is_compared_with_the_one_before(sales: Loaded, truth):
    body = sales.query(
        measures=[{"column": "revenue", "aggregation": "sum", "name": "r"}],
        period={"column": "ordered_on", "start": "2024-03-01", "end": "2024-04-01"},
        compare="previous_period",
    )
    march, february = (
        float(truth(f"SELECT sum(revenue) FROM sales WHERE date_trunc('month', ordered_on) = '{m}'")[0][0])
        for m in ("2024-03-01", "2024-02-01")
    )
    assert [c["name"] for c in body["columns"]] == ["r", "r_previous", "r_change", "r_change_ratio"]
    expected = [march, february, march - february, (march - february) / february]
    assert body["rows"][0] == pytest.approx(expected)


def test_a_comparison_over_time_sets_each_bucket_beside_the_earlier_one(sales: Loaded, truth):
    body = sales.query(
        measures=[{"aggregation": "count", "name": "n"}],
        dimensions=[{"column": "ordered_on", "grain": "month"}],
        period={"column": "ordered_on", "start": "2024-01-01", "end": "2025-01-01"},
        compare="previous_year",
    )
    by_month = dict(truth("SELECT strftime(ordered_on, '%Y-%m'), count(*) FROM sales GROUP BY 1"))
    for start, now, before, change, _ in body["rows"]:
        earlier = f"2023{start[4:7]}"
        assert (now, before) == (by_month[start[:7]], by_month[earlier])
        assert change == now - before
    assert len(body["rows"]) == 12


@pytest.fixture
def harvests(api: Api) -> Loaded:
    rows = "".join(f"{1990 + at // 2},{'north' if at % 2 else 'south'},{at}\n" for at in range(40))
    return Loaded(api, api.upload(f"year,place,tons\n{rows}".encode(), "harvests.csv"))


def test_whole_years_of_a_column_of_years_are_compared(harvests: Loaded):
    tons = {"column": "tons", "aggregation": "sum", "name": "tons"}
    last = {"column": "year", "start": "2009-01-01", "end": "2010-01-01"}
    body = harvests.query(measures=[tons], period=last, compare="previous_period")
    assert body["rows"] == [[77, 73, 4, pytest.approx(4 / 73)]]
    two = {"column": "year", "start": "2008-01-01", "end": "2010-01-01"}
    by_year = harvests.query(
        measures=[tons], dimensions=[{"column": "year"}], period=two, compare="previous_period"
    )
    assert [row[:3] for row in by_year["rows"]] == [[2008, 73, 65], [2009, 77, 69]]


def test_a_period_of_years_begins_and_ends_with_one(harvests: Loaded):
    ask = {"source_id": harvests.source["id"], "table": harvests.table}
    for column, end, reason in (
        ("year", "2010-03-01", "only whole years"),
        ("place", "2010-01-01", "needs a date or time column"),
    ):
        period = {"column": column, "start": "2009-01-01", "end": end}
        body = ask | {"measures": [{"aggregation": "count"}], "period": period}
        refused = harvests.api.post("/api/v1/query", json=body)
        assert refused.status_code == 422
        assert reason in refused.json()["message"]


def test_only_whole_buckets_are_counted_where_asked(sales: Loaded, truth):
    weeks = truth(
        "SELECT date_trunc('week', ordered_on) AS w, count(DISTINCT ordered_on) FROM sales GROUP BY 1"
    )
    whole = sorted(str(week)[:10] for week, days in weeks if days == 7)
    body = sales.query(
        measures=[{"aggregation": "count"}],
        dimensions=[{"column": "ordered_on", "grain": "week", "whole": True}],
    )
    assert [row[0] for row in body["rows"]] == whole
    assert len(whole) < len(weeks)


def test_a_month_that_the_data_fill_to_its_last_day_is_whole(sales: Loaded):
    month = {"column": "ordered_on", "grain": "month"}
    plain = sales.query(measures=[{"aggregation": "count"}], dimensions=[month])
    whole = sales.query(measures=[{"aggregation": "count"}], dimensions=[month | {"whole": True}])
    assert plain["rows"][0][0] == "2023-01-01"
    assert whole["rows"] == plain["rows"][:-1]


def test_a_ratio_is_of_the_totals_not_of_the_rows(sales: Loaded, truth):
    revenue = {"column": "revenue", "aggregation": "sum"}
    quantity = {"column": "quantity", "aggregation": "sum"}
    body = sales.query(
        measures=[{"ratio": {"numerator": revenue, "denominator": quantity}, "name": "price"}],
        dimensions=[{"column": "region"}],
    )
    expected = truth("SELECT sum(revenue)::DOUBLE / sum(quantity) FROM sales GROUP BY region ORDER BY region")
    assert [row[1] for row in body["rows"]] == pytest.approx([row[0] for row in expected])


def test_a_limit_says_when_it_cut_rows_off(sales: Loaded):
    query = {"measures": [{"aggregation": "count"}], "dimensions": [{"column": "product"}]}
    assert sales.query(**query, limit=3)["truncated"] is True
    assert len(sales.query(**query, limit=3)["rows"]) == 3
    assert sales.query(**query, limit=8)["truncated"] is False


def test_plain_rows_come_in_the_order_of_the_file(sales: Loaded):
    body = sales.query(columns=["order_id", "region"], limit=2)
    assert body["rows"] == [[1001, "North"], [1002, "North"]]


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ({"measures": [{"column": "revenu", "aggregation": "sum"}]}, "did you mean revenue"),
        ({"measures": [{"column": "region", "aggregation": "sum"}]}, "column of numbers"),
        ({"dimensions": [{"column": "region", "grain": "month"}]}, "date or time"),
        ({"filters": [{"column": "quantity", "operator": "=", "value": "many"}]}, "a number"),
        ({"filters": [{"column": "region", "operator": "=", "value": None}]}, "is_null"),
        ({"filters": [{"column": "ordered_on", "operator": "last_n", "value": 3}]}, "last_n"),
        ({"measures": [{"aggregation": "count"}], "sort": [{"field": "nothing"}]}, "sorted"),
        ({"measures": [{"aggregation": "count"}, {"aggregation": "count"}]}, "Two columns"),
    ],
)
def test_a_wrong_query_is_told_what_is_wrong(sales: Loaded, query: dict, hint: str):
    body = {"source_id": sales.source["id"], "table": sales.table, **query}
    answer = sales.api.post("/api/v1/query", json=body)
    assert (answer.status_code, answer.json()["error"]) == (422, "query_error")
    assert hint in answer.json()["message"]


def test_an_unknown_table_names_those_that_are_there(sales: Loaded):
    answer = sales.api.post("/api/v1/query", json={"source_id": sales.source["id"], "table": "nope"})
    assert answer.status_code == 422
    assert sales.table in answer.json()["message"]


class TestSql:
    def ask(self, sales: Loaded, sql: str, **parameters):
        body = {"source_id": sales.source["id"], "sql": sql, "parameters": parameters}
        return sales.api.post("/api/v1/query", json=body)

    def test_read_only_sql_is_answered_with_evidence(self, sales: Loaded, truth):
        sql = "SELECT region, sum(quantity) AS q FROM sales WHERE quantity > $least GROUP BY 1 ORDER BY 1"
        body = self.ask(sales, sql, least=3).json()
        expected = truth("SELECT region, sum(quantity) FROM sales WHERE quantity > 3 GROUP BY 1 ORDER BY 1")
        assert [tuple(row) for row in body["rows"]] == expected
        evidence = sales.api.get(f"/api/v1/evidence/{body['evidence_id']}").json()
        assert evidence["parameters"] == {"least": 3}

    @pytest.mark.parametrize(
        "sql",
        [
            "DROP TABLE sales",
            "SELECT 1; SELECT 2",
            "SELECT * FROM read_csv('/etc/passwd')",
            "SELECT * FROM '/etc/passwd'",
            "COPY sales TO '/tmp/out.csv'",
            "ATTACH '/tmp/x.db'",
            "SET memory_limit = '1TB'",
            "PRAGMA database_list",
            "SELECT * FROM duckdb_settings()",
            "SELECT * FROM information_schema.tables",
            "INSTALL httpfs",
            "SELECT getenv('HOME')",
        ],
    )
    def test_anything_else_is_refused(self, sales: Loaded, sql: str):
        answer = self.ask(sales, sql)
        assert (answer.status_code, answer.json()["error"]) == (422, "query_error")


def test_csv_and_arrow_by_accept(sales: Loaded):
    body = {
        "source_id": sales.source["id"],
        "table": sales.table,
        "measures": [{"column": "quantity", "aggregation": "sum"}],
        "dimensions": [{"column": "region"}],
    }
    rows = sales.query(**{k: v for k, v in body.items() if k not in {"source_id", "table"}})["rows"]
    text = sales.api.post("/api/v1/query", json=body, headers={"Accept": "text/csv"})
    assert text.headers["content-type"].startswith("text/csv")
    assert list(csv.reader(io.StringIO(text.text)))[1:] == [[str(cell) for cell in row] for row in rows]
    arrow = sales.api.post(
        "/api/v1/query", json=body, headers={"Accept": "application/vnd.apache.arrow.stream"}
    )
    assert read_ipc_stream(io.BytesIO(arrow.content)).read_all().num_rows == len(rows)


@pytest.fixture
def impatient(tmp_path):
    """The owner of an organisation on a server that gives a query one second."""
    with running(tmp_path, query_timeout_seconds="1") as server:
        yield server.owner()


def test_a_query_that_takes_too_long_is_stopped_and_the_next_one_answered(impatient: Api):
    api = impatient
    rows = "\n".join(str(n) for n in range(60_000))
    source = api.upload(f"n\n{rows}\n".encode(), name="numbers.csv")
    sql = "SELECT count(*) FROM numbers a, numbers b, numbers c WHERE a.n + b.n * c.n % 7 = 3"
    answer = api.post("/api/v1/query", json={"source_id": source["id"], "sql": sql})
    assert (answer.status_code, answer.json()["error"]) == (504, "query_timeout")
    after = api.post("/api/v1/query", json={"source_id": source["id"], "sql": "SELECT max(n) FROM numbers"})
    assert after.json()["rows"] == [[59_999]]


def test_a_filter_finds_among_many_values(server: Server):
    """20,000 values: the server searches, and sends only what is shown."""
    owner = server.owner()
    rows = "\n".join(f"{n},Customer {n % 20000:05},{n % 7}" for n in range(40_000))
    source = owner.upload(f"id,name,size\n{rows}\n".encode(), "customers.csv")
    path = f"/api/v1/data-sources/{source['id']}/values"
    first = owner.get(path, params={"table": "customers", "column": "name"}).json()
    assert (len(first["values"]), first["more"]) == (50, True)
    found = owner.get(path, params={"table": "customers", "column": "name", "search": "mer 1234"}).json()
    assert [v["value"] for v in found["values"]] == [f"Customer 1234{n}" for n in range(10)]
    assert found["values"][0]["rows"] == 2
    assert found["more"] is False
    sizes = owner.get(path, params={"table": "customers", "column": "size", "search": "3"}).json()
    assert sizes["values"] == [{"value": 3, "rows": 5714}]
    for wrong in ({"table": "customers", "column": "nam"}, {"table": "customer", "column": "name"}):
        assert owner.get(path, params=wrong).status_code == 422
