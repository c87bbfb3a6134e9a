"""Where a text can get out of its quotes, and what a parser may try again and again."""

QUOTES = {
    "snowflake": '"',
    "bigquery": "`",
    "duckdb": '"',
    "postgres": '"',
    "redshift": '"',
    "mysql": "`",
    "clickhouse": "`",
    "spark": "`",
    "trino": '"',
    "tsql": '"',
}

# Texts that get out of their quotes where a reader and a writer of SQL don't agree on what ends them.
BREAKOUTS = {
    "single quote": "x') stolen ('",
    "double quote": 'x") stolen ("',
    "backtick": "x`) stolen (`",
    "backslash": "x\\') stolen (\\'",
    "bracket": "x) stolen",
    "line comment": "x -- stolen",
    "comment": "x */ stolen /*",
    "value": "%s stolen",
}
# Where a text or a name can stand; each takes `{}`, in quotes of one kind or the other.
PLACES = (
    "SELECT {}",
    "SELECT 1 AS {}",
    "SELECT CAST(1 AS {})",
    "SELECT CAST(1 AS DECIMAL(1, {}))",
    "SELECT CAST(1 AS VARCHAR({}))",
    "SELECT CAST(1 AS CHAR CHARACTER SET {})",
    "SELECT CONVERT('a' USING {})",
    "SELECT 1::{}",
    "SELECT region COLLATE {} FROM orders",
    "SELECT EXTRACT({} FROM region) FROM orders",
    "SELECT DATE_PART({}, region) FROM orders",
    "SELECT DATE_TRUNC({}, region) FROM orders",
    "SELECT DATE_ADD(region, 1, {}) FROM orders",
    "SELECT DATE_BIN(region, 1, {}) FROM orders",
    "SELECT TIMESTAMPADD({}, 1, region) FROM orders",
    "SELECT TIMESTAMPDIFF({}, 1, region) FROM orders",
    "SELECT TIME_BUCKET(region, 1, {}) FROM orders",
    "SELECT LAST_DAY(region, {}) FROM orders",
    "SELECT SHA2(region, {}) FROM orders",
    "SELECT INTERVAL '1' {}",
    "SELECT INTERVAL {} DAY",
    "SELECT region AT TIME ZONE {} FROM orders",
    "SELECT {}(1)",
    "SELECT region -> {} FROM orders",
    "SELECT region LIKE 'a' ESCAPE {} FROM orders",
    "SELECT GROUP_CONCAT(region SEPARATOR {}) FROM orders",
    "SELECT sum(1) OVER {} FROM orders WINDOW {} AS (ORDER BY 1)",
    "SELECT * FROM orders AS {}",
    "SELECT * FROM (SELECT 1) AS t({})",
    "WITH a({}) AS (SELECT 1) SELECT * FROM a",
)

# Each doubles or worse what the parser tries, with every level.
NESTINGS = {
    "arrays": ("ARRAY[", "]"),
    "dates": ("DATE(", ")"),
    "timestamps": ("TIMESTAMP(", ")"),
    "structs": ("STRUCT(", ")"),
    "decimals": ("DECIMAL(", ")"),
    "texts": ("VARCHAR(", ")"),
    "subscripts": ("1::INT[", "]"),
    "brackets": ("(", ")"),
    "functions": ("abs((", "))"),
    "subqueries": ("(SELECT (", "))"),
    "cases": ("CASE WHEN ", " THEN 1 END"),
    "lambdas": ("f(x -> ", ")"),
    "intervals": ("INTERVAL ", ""),
    "negations": ("NOT ", ""),
}
