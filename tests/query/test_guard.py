import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claribi.core.errors import QueryError
from claribi.query.guard import check, limited
from claribi.query.parsing import MAX_LENGTH

TABLES = {"sales", "customers"}

ATTACKS = [
    # more than one statement, or none
    "",
    "   ",
    "-- nothing",
    ";",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE sales",
    # writing
    "INSERT INTO sales VALUES (1)",
    "UPDATE sales SET amount = 0",
    "DELETE FROM sales",
    "TRUNCATE sales",
    "DROP TABLE sales",
    "ALTER TABLE sales ADD COLUMN x INT",
    "CREATE TABLE t AS SELECT 1",
    "CREATE VIEW v AS SELECT 1",
    "CREATE MACRO f(x) AS x",
    "MERGE INTO sales USING customers ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM sales RETURNING *) SELECT * FROM gone",
    "WITH new AS (INSERT INTO sales VALUES (1) RETURNING *) SELECT * FROM new",
    "SELECT * INTO copy FROM sales",
    "SELECT * FROM sales FOR UPDATE",
    # the engine itself
    "COPY sales TO '/tmp/out.csv'",
    "COPY sales FROM '/etc/passwd'",
    "COPY (SELECT * FROM sales) TO 'http://example.com/'",
    "EXPORT DATABASE '/tmp/x'",
    "IMPORT DATABASE '/tmp/x'",
    "ATTACH '/tmp/x.db'",
    "DETACH memory",
    "USE memory",
    "INSTALL httpfs",
    "LOAD httpfs",
    "FORCE INSTALL httpfs",
    "SET threads = 64",
    "RESET threads",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    "SHOW TABLES",
    "DESCRIBE sales",
    "SUMMARIZE sales",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE SELECT * FROM sales",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "GRANT SELECT ON sales TO public",
    "KILL 1",
    "COMMENT ON TABLE sales IS 'x'",
    "CREATE SECRET s (TYPE s3)",
    "LOCK TABLE sales",
    # files and other places
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'other.parquet'",
    'SELECT * FROM "other.parquet"',
    'SELECT * FROM "/etc/passwd"',
    "SELECT * FROM 's3://bucket/x.parquet'",
    "FROM '/etc/passwd'",
    "TABLE '/etc/passwd'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv_auto('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_parquet('other.parquet')",
    "SELECT * FROM parquet_scan('other.parquet')",
    "SELECT * FROM parquet_metadata('other.parquet')",
    "SELECT * FROM read_json('x.json')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/**')",
    "SELECT * FROM sqlite_scan('x.db', 'users')",
    "SELECT * FROM postgres_scan('host=x', 'public', 'users')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('sales')",
    "SELECT * FROM sales WHERE id IN (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT * FROM sales, LATERAL (SELECT * FROM glob('*'))",
    "SELECT * FROM sales JOIN read_csv('/etc/passwd') ON true",
    "WITH x AS (SELECT * FROM read_csv('/etc/passwd')) SELECT * FROM x",
    "SELECT 1 UNION ALL SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM sales ORDER BY (SELECT max(size) FROM read_blob('/etc/passwd'))",
    "SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM glob('/*'))) FROM sales",
    "SELECT * FROM sales QUALIFY row_number() OVER (ORDER BY (SELECT max(file) FROM glob('/*'))) = 1",
    # the catalog
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_views()",
    "SELECT * FROM duckdb_views",
    "SELECT * FROM duckdb_tables",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM pragma_database_list",
    "SELECT * FROM pragma_table_info('sales')",
    "SELECT * FROM main.sales",
    "SELECT * FROM memory.main.sales",
    "SELECT * FROM other",
    "SELECT * FROM (SELECT * FROM other)",
    # a WITH query opens a name for its own query alone
    "SELECT * FROM (WITH duck AS (SELECT 1) SELECT * FROM duck), duck",
    "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a",
    "WITH other AS (SELECT * FROM other) SELECT * FROM other",
    "WITH duckdb_settings AS (SELECT 1) SELECT * FROM duckdb_settings",
    'WITH "/etc/passwd" AS (SELECT 1) SELECT * FROM "/etc/passwd"',
    # functions that tell, wait, write or roll dice
    "SELECT current_setting('temp_directory')",
    "SELECT getenv('HOME')",
    "SELECT getvariable('x')",
    "SELECT version()",
    "SELECT current_user",
    "SELECT current_database()",
    "SELECT current_schemas(true)",
    "SELECT current_query()",
    "SELECT pg_sleep(10)",
    "SELECT sleep_ms(10000)",
    "SELECT write_log('x')",
    "SELECT error('x')",
    "SELECT nextval('s')",
    "SELECT setseed(0.5)",
    "SELECT random()",
    "SELECT uuid()",
    "SELECT txid_current()",
    "SELECT json_serialize_sql('SELECT 1')",
    "SELECT * FROM json_execute_serialized_sql('x')",
    "SELECT made_up(amount) FROM sales",
    "SELECT amount.made_up() FROM sales",
    "SELECT load_extension('x')",
    "SELECT * FROM sales TABLESAMPLE 10%",
    "PIVOT sales ON region USING sum(amount)",
    "UNPIVOT sales ON amount INTO NAME n VALUE v",
    # parameters
    "SELECT ?",
    "SELECT $1",
    "SELECT * FROM sales WHERE id = ?",
    # not SQL, too long, too deep
    "hello there",
    "SELEC 1",
    "SELECT '",
    "SELECT (1",
    "SELECT 1 /* open",
    'SELECT "open',
    "SELECT " + "1," * MAX_LENGTH + "1",
    "SELECT " + "(" * 500 + "1" + ")" * 500,
    "SELECT " + "not " * 5000 + "true",
    "SELECT " + "- " * 5000 + "1",
    "SELECT " + "CASE WHEN true THEN " * 500 + "1" + " END" * 500,
    "SELECT 1" + "::INT" * 5000,
    "SELECT 1" + " + 1" * 9000,
    "SELECT * FROM sales" + " JOIN sales" * 40,
    "SELECT * FROM sales" + " LEFT JOIN (SELECT DISTINCT ON (id) * FROM sales)" * 40,
]

# One query a paragraph.
HONEST = """
SELECT 1 AS one

SELECT * FROM sales

FROM sales

select Region, SUM(Amount) from Sales group by Region order by 2 desc limit 5

SELECT region AS r, count(*) AS n FROM sales AS s WHERE s.amount > 10 GROUP BY ALL ORDER BY ALL

SELECT s.*, c.name FROM sales s JOIN customers c ON s.customer_id = c.id

SELECT * FROM sales LEFT JOIN customers USING (id)

SELECT * FROM sales CROSS JOIN customers

SELECT * EXCLUDE (amount) REPLACE (upper(region) AS region) FROM sales

SELECT COLUMNS('a.*') FROM sales

WITH totals AS (SELECT region, sum(amount) AS t FROM sales GROUP BY 1), top AS (SELECT * FROM totals
WHERE t > 0) SELECT * FROM top JOIN totals USING (region)

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT max(i) FROM n

SELECT * FROM (WITH x AS (SELECT 1 AS a) SELECT a FROM x) AS y

SELECT region, amount, row_number() OVER (PARTITION BY region ORDER BY amount DESC) AS place FROM
sales QUALIFY place <= 3

SELECT day, sum(amount) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS week FROM
sales

SELECT rank() OVER w, dense_rank() OVER w, lag(amount, 1, 0) OVER w, lead(amount) OVER w,
first_value(amount) OVER w, ntile(4) OVER w, percent_rank() OVER w, cume_dist() OVER w FROM sales
WINDOW w AS (PARTITION BY region ORDER BY day)

SELECT date_trunc('month', day) AS month, count(DISTINCT customer_id) FROM sales GROUP BY 1 ORDER BY
1

SELECT extract(year FROM day), date_part('month', day), year(day), monthname(day), dayofweek(day),
weekofyear(day), strftime(day, '%Y-%m'), last_day(day), quarter(day) FROM sales

SELECT day + INTERVAL 1 MONTH, day - INTERVAL '7 days', date_diff('day', day, current_date),
datediff('month', day, today()), date_add(day, INTERVAL 3 DAY), age(day) FROM sales

SELECT * FROM sales WHERE day BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'

SELECT time_bucket(INTERVAL '7 days', day) AS w, avg(amount) FROM sales GROUP BY w

SELECT make_date(2024, 1, 1), strptime('2024-01-01', '%Y-%m-%d'), epoch(TIMESTAMP '2024-01-01'),
to_timestamp(0), make_timestamp(2024, 1, 1, 0, 0, 0), now()

SELECT sum(amount) FILTER (WHERE region = 'north') AS north, count(*) FILTER (region = 'south') FROM
sales

SELECT CASE WHEN amount > 100 THEN 'big' WHEN amount > 10 THEN 'mid' ELSE 'small' END AS size FROM
sales

SELECT CASE region WHEN 'north' THEN 1 ELSE 0 END, if(amount > 1, 'a', 'b'), coalesce(region, '?'),
nullif(amount, 0), ifnull(region, ''), greatest(1, 2), least(1, 2) FROM sales

SELECT region FROM sales UNION SELECT name FROM customers EXCEPT SELECT 'x' INTERSECT SELECT 'y'

(SELECT 1 AS a) UNION ALL (SELECT 2)

SELECT * FROM sales WHERE customer_id IN (SELECT id FROM customers WHERE name LIKE 'A%')

SELECT * FROM sales s WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = s.customer_id)

SELECT *, (SELECT avg(amount) FROM sales) AS mean FROM sales WHERE amount > ALL (SELECT 1)

SELECT quantile_cont(amount, 0.9), quantile_cont(amount, [0.25, 0.75]), median(amount),
mode(region), stddev(amount), var_samp(amount), corr(amount, id), approx_count_distinct(region),
mad(amount), percentile_cont(0.5) WITHIN GROUP (ORDER BY amount), quantile_disc(amount, 0.5),
entropy(region) FROM sales

SELECT string_agg(region, ', ' ORDER BY region), list(region), array_agg(DISTINCT region),
any_value(region), first(region), arg_max(region, amount), max_by(region, amount),
histogram(region), bool_and(amount > 0), count_if(amount > 5) FROM sales

SELECT regexp_matches(region, '^n'), regexp_replace(region, '[aeiou]', '', 'g'),
regexp_extract(region, '(n)', 1), region ~ 'n.*', region SIMILAR TO 'n%', region ILIKE 'N%', region
NOT LIKE '%x' FROM sales

SELECT lower(region), upper(region), trim(region), length(region), substr(region, 1, 2),
left(region, 1), replace(region, 'n', 'N'), split_part(region, 'r', 1), concat(region, '-', id),
region || '!', lpad(region, 10, ' '), reverse(region), contains(region, 'n'), starts_with(region,
'n'), string_split(region, 'o'), strpos(region, 'o'), substring(region FROM 1 FOR 2), md5(region),
levenshtein(region, 'nord'), strip_accents(region), repeat(region, 2), printf('%d', id) FROM sales

SELECT round(amount, 2), floor(amount), ceil(amount), abs(-amount), amount % 3, amount // 2, amount
** 2, sqrt(abs(amount)), ln(10), log10(10), exp(1), power(2, 3), sign(amount), mod(7, 3), pi() FROM
sales

SELECT CAST(amount AS DECIMAL(10, 2)), amount::INT, TRY_CAST(region AS INTEGER), amount::VARCHAR
FROM sales

SELECT region, sum(amount) FROM sales GROUP BY ROLLUP (region)

SELECT region, id, sum(amount) FROM sales GROUP BY GROUPING SETS ((region), (id), ())

SELECT region, sum(amount) AS total FROM sales GROUP BY region HAVING total > 0

SELECT DISTINCT region FROM sales ORDER BY region NULLS LAST LIMIT 3 OFFSET 1

SELECT DISTINCT ON (region) region, amount FROM sales ORDER BY region, amount DESC

SELECT unnest([1, 2, 3]) AS x

SELECT * FROM unnest([1, 2, 3]) AS t(x)

SELECT d::DATE FROM generate_series(DATE '2024-01-01', DATE '2024-03-01', INTERVAL 1 MONTH) AS t(d)

SELECT i FROM range(10) AS t(i)

SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(n, s)

SELECT list_transform([1, 2], x -> x + 1), [x * 2 FOR x IN [1, 2] IF x > 1], list_sum([1, 2]), {'a':
1}.a, [1, 2, 3][1:2], len([1]), list_contains([1], 1)

SELECT sum(amount) / nullif(count(*), 0) FROM sales WHERE region IS NOT NULL AND NOT (amount < 0 OR
false)

SELECT amount IS DISTINCT FROM 1, TRUE, NULL, -amount, 1e3, 0.5 FROM sales

SELECT * FROM sales WHERE region = $region AND amount >= $low

SELECT a.region FROM sales a JOIN sales b ON a.id = b.id JOIN sales c ON b.id = c.id JOIN sales d ON
d.id = a.id

SELECT day AT TIME ZONE 'UTC' FROM (SELECT TIMESTAMP '2024-01-01' AS day)

SELECT sum(amount) FROM sales, LATERAL (SELECT 1 AS one)

SELECT region /* which */ FROM sales; -- the best

SELECT 'it''s; DROP TABLE sales --' AS quoted
"""


@pytest.mark.parametrize("sql", ATTACKS, ids=lambda sql: sql[:60])
def test_it_refuses(sql):
    with pytest.raises(QueryError) as refusal:
        check(sql, tables=TABLES)
    assert refusal.value.message
    assert "\n" not in refusal.value.message
    assert len(refusal.value.message) < 300


@pytest.mark.parametrize("sql", HONEST.strip().split("\n\n"), ids=lambda sql: sql[:60])
def test_it_lets_pass_and_the_engine_runs(sql, sales_engine):
    engine, tables = sales_engine
    checked = check(sql, tables=TABLES).sql("duckdb")
    parameters = {"region": "north", "low": 1} if "$region" in sql else {}
    answer = engine.run(checked, parameters, tables)
    assert answer.columns


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("DROP TABLE sales", "A query may only read with SELECT; DROP is not allowed"),
        ("SELECT 1; SELECT 2", "A query is exactly one statement; these are 2"),
        ("SELECT * FROM read_csv('x')", "The table function READ_CSV is not allowed"),
        ("SELECT made_up(1)", "The function made_up is not allowed"),
        ("SELECT * FROM other", "There is no table other"),
        ("SELECT * FROM main.sales", "Tables are named as the source's list has them, unlike main.sales"),
        ("SELECT ?", "A parameter is written $name; nothing else is allowed"),
    ],
)
def test_it_names_what_is_not_allowed(sql, message):
    with pytest.raises(QueryError) as refusal:
        check(sql, tables=TABLES)
    assert refusal.value.message == message


def test_it_says_where_a_query_cannot_be_read():
    with pytest.raises(QueryError, match="line 2, column"):
        check("SELECT region\nFROM sales WHERE AND", tables=TABLES)


def test_comments_do_not_reach_the_engine():
    assert check("SELECT /* */ 1 -- x", tables=TABLES).sql("duckdb") == "SELECT 1"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1", "SELECT 1 LIMIT 10"),
        ("SELECT 1 LIMIT 5", "SELECT 1 LIMIT 5"),
        ("SELECT 1 LIMIT 50 OFFSET 2", "SELECT 1 LIMIT 10 OFFSET 2"),
        ("SELECT 1 LIMIT $n", "SELECT * FROM (SELECT 1 LIMIT $n) AS answer LIMIT 10"),
        ("SELECT 1 LIMIT 50%", "SELECT * FROM (SELECT 1 LIMIT 50 PERCENT) AS answer LIMIT 10"),
        ("SELECT 1 UNION ALL SELECT 2", "SELECT 1 UNION ALL SELECT 2 LIMIT 10"),
        ("(SELECT 1 LIMIT 50)", "SELECT * FROM (SELECT 1 LIMIT 50) AS answer LIMIT 10"),
    ],
)
def test_it_adds_the_limit_on_rows(sql, expected):
    assert limited(check(sql, tables=TABLES), 10).sql("duckdb") == expected


WORDS = st.sampled_from(
    [
        "SELECT",
        "FROM",
        "WHERE",
        "WITH",
        "AS",
        "(",
        ")",
        ",",
        "*",
        ";",
        "'",
        '"',
        "$x",
        "$1",
        "?",
        "sales",
        "other",
        "JOIN",
        "ON",
        "USING",
        "UNION",
        "ALL",
        "CASE",
        "WHEN",
        "THEN",
        "END",
        "1",
        "'a'",
        "--",
        "/*",
        "*/",
        "[",
        "]",
        "{",
        "}",
        ":",
        "::",
        "->",
        "=>",
        "=",
        "<",
        ">",
        "+",
        "-",
        "!",
        "@",
        "#",
        "~",
        "^",
        "INTERVAL",
        "DATE",
        "PIVOT",
        "read_csv",
        "OVER",
        "FILTER",
        "IN",
        "NOT",
        "LATERAL",
        "VALUES",
        "SET",
        "COPY",
        "TO",
        "INTO",
        "DESCRIBE",
        "x.",
        ".",
        "LIMIT",
        "%",
        "ORDER",
        "BY",
        "GROUP",
        "SUMMARIZE",
        "EXECUTE",
        "CALL",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=60))
def test_whatever_comes_in_it_raises_nothing_but_a_query_error(sql):
    try:
        checked = check(sql, tables=TABLES)
    except QueryError:
        return
    # What passed once passes again: the text that is run means what was checked.
    assert check(checked.sql("duckdb"), tables=TABLES)
