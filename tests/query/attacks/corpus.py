"""What people try with hand-written SQL, by name: attacks of each dialect, and what only looks like one.

The tables that may be read are `orders` and `regions`; the rest is what an attack would like to have.
"""

FILE_READERS = """
    read_csv read_csv_auto read_text read_blob read_json read_ndjson read_parquet parquet_scan
    parquet_metadata parquet_schema sniff_csv glob arrow_scan pandas_scan sqlite_scan iceberg_scan
    delta_scan read_xlsx st_read query query_table seq_scan json_execute_serialized_sql
"""
OWN_TABLES = """
    duckdb_secrets duckdb_settings duckdb_databases duckdb_views duckdb_tables duckdb_logs
    duckdb_extensions duckdb_functions duckdb_temporary_files duckdb_variables pragma_version
"""
TELLTALES = """
    getenv getvariable current_setting set_config nextval currval error sleep_ms write_log
    read_text json_serialize_sql json_deserialize_sql txid_current setseed parse_path
"""
TYPES = """
    regclass regproc regrole regnamespace oid pg_catalog.regclass pg_catalog."regclass" mood stock.mood "mood"
    regclass[]
"""
EVERYWHERE = {
    "no statement": "",
    "only a comment": "-- SELECT 1",
    "two statements": "SELECT 1; DELETE FROM orders",
    "two statements in a comment's shadow": "SELECT 1 /* ; */; DELETE FROM orders",
    "comment in a comment": "SELECT 1 /* /* */ */; DELETE FROM orders",
    "comment without an end": "SELECT 1 /* ",
    "text without an end": "SELECT 'a",
    "name without an end": 'SELECT "a',
    "write in a WITH": "WITH a AS (DELETE FROM orders RETURNING *) SELECT * FROM a",
    "write in a subquery": "SELECT * FROM (DELETE FROM orders RETURNING *) AS a",
    "SELECT INTO": "SELECT * INTO stolen FROM orders",
    "lock": "SELECT * FROM orders FOR UPDATE",
    "other table": "SELECT * FROM wages",
    "other table in a subquery": "SELECT (SELECT max(wage) FROM wages)",
    "other table in ORDER BY": "SELECT * FROM orders ORDER BY (SELECT max(wage) FROM wages)",
    "other table in a window": "SELECT sum(1) OVER (ORDER BY (SELECT max(wage) FROM wages)) FROM orders",
    "other table in LIMIT": "SELECT * FROM orders LIMIT (SELECT max(wage) FROM wages)",
    "other table in VALUES": "SELECT * FROM (VALUES ((SELECT max(wage) FROM wages))) AS a(b)",
    "other table of a schema": "SELECT * FROM public.wages",
    "table and WITH of one name": "WITH wages AS (SELECT * FROM wages) SELECT * FROM wages",
    "recursion that reads a table": "WITH RECURSIVE wages AS (SELECT * FROM wages) SELECT * FROM wages",
    "recursion that begins with a table": (
        "WITH RECURSIVE wages AS (SELECT * FROM wages UNION ALL SELECT * FROM wages) SELECT * FROM wages"
    ),
    "recursion without UNION": (
        "WITH RECURSIVE wages AS (SELECT 1 EXCEPT SELECT * FROM wages) SELECT * FROM wages"
    ),
    "name of another WITH": "SELECT * FROM (WITH wages AS (SELECT 1) SELECT 1) AS a, wages",
    "name of a later WITH": "WITH a AS (SELECT * FROM wages), wages AS (SELECT 1) SELECT * FROM a",
    "information schema": "SELECT * FROM information_schema.tables",
    "homoglyphs": "SELECT * FROM w\u0430ges",
    "full-width letters": "SELECT * FROM \uff57\uff41\uff47\uff45\uff53",
    "full-width statement": "\uff24\uff32\uff2f\uff30 TABLE orders",
    "zero-width space in a name": "SELECT * FROM wages\u200b",
    "zero-width space in a column": "SELECT region\u200b FROM orders",
    "letters from right to left": "SELECT \u202eregion FROM orders",
    "no-break space in a name": "SELECT a\u2060b FROM orders",
    "bell": "SELECT 1\x07",
    "function of a schema": "SELECT stock.split_part(region, 'a', 1) FROM orders",
    "unknown function": "SELECT made_up(region) FROM orders",
    "function in a comment's clothes": "SELECT made_up/* */(region) FROM orders",
    "procedure": "CALL made_up()",
    "prepared statement": "EXECUTE made_up",
    "position of a parameter": "SELECT ?",
    "parameter by number": "SELECT $1",
    "too long": "SELECT '" + "a" * 60_000 + "'",
    "too many words": "SELECT " + "1," * 12_000 + "1",
    "joins without a condition": "SELECT * FROM orders" + " LEFT JOIN orders" * 60,
}
DUCKDB = {
    "quoted function": 'SELECT "made_up"(region) FROM orders',
    **{f"table function {name}": f"SELECT * FROM {name}('/etc/passwd')" for name in FILE_READERS.split()},
    **{f"table function {name}": f"SELECT * FROM {name}()" for name in OWN_TABLES.split()},
    **{f"function {name}": f"SELECT {name}('a')" for name in TELLTALES.split()},
    **{
        f"statement {sql.split()[0]} {number}": sql
        for number, sql in enumerate(
            (
                "COPY orders TO '/tmp/x'",
                "COPY (FROM orders) TO '/tmp/x'",
                "EXPORT DATABASE '/tmp/x'",
                "IMPORT DATABASE '/tmp/x'",
                "ATTACH '/tmp/x'",
                "DETACH memory",
                "INSTALL httpfs",
                "LOAD httpfs",
                "PRAGMA database_list",
                "PRAGMA enable_external_access",
                "SET enable_external_access = true",
                "RESET allowed_paths",
                "SET VARIABLE a = 1",
                "CREATE MACRO f(x) AS x",
                "CREATE TEMP TABLE t AS FROM orders",
                "CREATE SECRET (TYPE s3)",
                "PREPARE p AS SELECT 1",
                "DEALLOCATE p",
                "DESCRIBE orders",
                "SUMMARIZE orders",
                "SHOW ALL TABLES",
                "EXPLAIN ANALYZE SELECT 1",
                "PIVOT orders ON region USING count(*)",
                "UNPIVOT orders ON region INTO NAME a VALUE b",
                "USE memory",
                "CHECKPOINT",
            )
        )
    },
    "file as a table": "SELECT * FROM '/etc/passwd'",
    "file as a quoted table": 'SELECT * FROM "/etc/passwd"',
    "file first": "FROM '/etc/passwd'",
    "file far away": "FROM 's3://bucket/x.parquet'",
    "file after TABLE": "TABLE '/etc/passwd'",
    "file by pattern": "FROM '*.parquet'",
    "WITH query called like a file": 'WITH "/etc/passwd" AS (SELECT 1) FROM "/etc/passwd"',
    "dotted call of a function": "SELECT '/etc/passwd'.read_text()",
    "dotted call of a made-up function": "SELECT region.made_up() FROM orders",
    "table function after a comma": "FROM orders, read_text('/etc/passwd')",
    "table function beside": "FROM orders, LATERAL read_text('/etc/passwd')",
    "table function in a join": "FROM orders POSITIONAL JOIN glob('/*')",
    "summary as a table": "FROM (SUMMARIZE orders)",
    "description as a table": "FROM (DESCRIBE orders)",
    "pivot as a table": "FROM (PIVOT orders ON region USING count(*))",
    "statements as a table": "FROM (SHOW TABLES)",
    "catalog": "FROM pg_catalog.pg_class",
    "old catalog": "FROM sqlite_master",
    "catalog's view": "FROM duckdb_columns",
    "table of a database": "FROM memory.main.orders",
    "sample": "FROM orders TABLESAMPLE 1%",
    "text in dollars": "SELECT $$a$$",
    "text of escapes": "SELECT E'\\x41'",
    "type with a statement in it": "SELECT '1'::\"oid), current_setting('temp_directory') AS x --\"",
    "type with another table in it": "SELECT '1'::\"oid) FROM duckdb_settings() --\"",
    "time unit with a table in it": 'SELECT EXTRACT("day FROM now()) FROM duckdb_settings() --" FROM now())',
    "collation with a table in it": "SELECT 'a' COLLATE 'nocase FROM duckdb_settings() --'",
}
POSTGRES = {
    "quoted function": 'SELECT "made_up"(region) FROM orders',
    **{
        f"function {call}": f"SELECT {call}"
        for call in (
            "pg_sleep(9)",
            "pg_read_file('/etc/passwd')",
            "pg_ls_dir('/')",
            "pg_terminate_backend(1)",
            "pg_advisory_lock(1)",
            "lo_import('/etc/passwd')",
            "lo_get(1)",
            "set_config('a', 'b', true)",
            "current_setting('a')",
            "query_to_xml('SELECT 1', true, true, '')",
            "query_to_xmlschema('SELECT 1', true, true, '')",
            "table_to_xml('wages', true, true, '')",
            "schema_to_xml('public', true, true, '')",
            "cursor_to_xml('a', 1, true, true, '')",
            "xpath('/a', '<a/>')",
            "dblink('a', 'SELECT 1')",
            "dblink_exec('SELECT 1')",
            "ts_stat('SELECT 1')",
            "ts_rewrite('a', 'SELECT 1')",
            "nextval('a')",
            "has_table_privilege('wages', 'SELECT')",
            "to_regclass('wages')",
            "pg_get_viewdef(1)",
            "current_user",
            "session_user",
            "current_role",
            "user",
            "current_catalog",
            "current_schema",
            "row_to_json(1)",
            "pg_catalog.pg_sleep(9)",
            "pg_catalog.lower('a')",
        )
    },
    **{f"type {name}": f"SELECT 'wages'::{name}" for name in TYPES.split()},
    "column that is a call": "SELECT f.pg_sleep FROM UNNEST(ARRAY[9.0]) AS f",
    "column that is a call, of a name in quotes": 'SELECT "f"."pg_sleep" FROM UNNEST(ARRAY[9.0]) AS "f"',
    "column that is a call, of no name": "SELECT unnest.pg_sleep FROM UNNEST(ARRAY[9.0])",
    "column that is a call, of columns": "SELECT f.pg_sleep FROM UNNEST(ARRAY[9.0]) AS f(a)",
    "column that is a call, in disguise": ("SELECT f.pg_sleep, 1 AS pg_sleep FROM UNNEST(ARRAY[9.0]) AS f"),
    "column that is a call, beside": "SELECT f.pg_sleep FROM orders, LATERAL abs(9.0) AS f",
    "column that is a call, and locks": "SELECT f.pg_advisory_lock FROM UNNEST(ARRAY[1::bigint]) AS f",
    "column that is a call, and reads a file": "SELECT f.pg_read_file FROM UNNEST(ARRAY['/etc/passwd']) AS f",
    "column that is a call, and tells": "SELECT f.current_setting FROM UNNEST(ARRAY['server_version']) AS f",
    "column that is a call, in WHERE": "SELECT 1 FROM UNNEST(ARRAY[9.0]) AS f WHERE f.pg_sleep IS NULL",
    "column that is a call, in ORDER BY": "SELECT 1 FROM UNNEST(ARRAY[9.0]) AS f ORDER BY f.pg_sleep",
    "row that is a call": "SELECT o.row_to_json FROM orders o",
    "row that is a call, in disguise": "SELECT o.to_jsonb, 1 AS to_jsonb FROM orders o",
    "row of a query that is a call": "SELECT q.to_json FROM (SELECT 1 AS a) AS q",
    "value that is a call": "SELECT (9.0).pg_sleep",
    "cast that is a call": "SELECT ('server_version'::text).current_setting",
    "element that is a call": "SELECT (ARRAY[9.0])[1].pg_sleep",
    "query that is a call": "SELECT (SELECT 9.0).pg_sleep",
    "column of no table": "SELECT o.wage FROM orders o",
    "function as a table": "SELECT * FROM pg_ls_dir('/')",
    "function beside": "SELECT * FROM orders, LATERAL pg_ls_dir('/') AS f",
    "functions as a table": "SELECT * FROM ROWS FROM (pg_ls_dir('/'))",
    "function of records": "SELECT * FROM dblink('a', 'SELECT 1') AS t(a int)",
    "table without children": "SELECT * FROM ONLY wages",
    "WITH query in capitals": 'WITH "Wages" AS (SELECT 1) SELECT * FROM wages',
    "catalog": "SELECT * FROM pg_catalog.pg_authid",
    "catalog by its name": "SELECT * FROM pg_authid",
    "operator of a schema": "SELECT 1 OPERATOR(pg_catalog.+) 2",
    "text of escapes": "SELECT E'\\'; DELETE FROM orders --'",
    "text of codes": "SELECT U&'\\0061'",
    "text in dollars": "SELECT $a$ ' $a$",
    "bits": "SELECT x'41'",
    "time unit with a call in it": 'SELECT EXTRACT("day FROM now()), pg_sleep(9), (1" FROM now())',
    "time part with a call in it": "SELECT DATE_PART('day FROM now()), pg_sleep(9), (1', now())",
    "length with a call in it": "SELECT CAST('a' AS VARCHAR(\"1)), pg_sleep(9), ('a'\"))",
    "hash with a call in it": "SELECT SHA2(region, '1(1), pg_sleep') FROM orders",
}
MYSQL = {
    "quoted function": "SELECT `made_up`(region) FROM orders",
    **{
        f"function {call}": f"SELECT {call}"
        for call in (
            "SLEEP(9)",
            "BENCHMARK(1000000000, MD5(1))",
            "LOAD_FILE('/etc/passwd')",
            "GET_LOCK('a', 9)",
            "IS_FREE_LOCK('a')",
            "MASTER_POS_WAIT('a', 1)",
            "UPDATEXML('<a/>', '/a', '')",
            "EXTRACTVALUE('<a/>', '/a')",
            "NAME_CONST('a', 1)",
            "USER()",
            "DATABASE()",
            "SCHEMA()",
            "VERSION()",
            "CONNECTION_ID()",
            "LAST_INSERT_ID(1)",
            "@@datadir",
            "@@global.secure_file_priv",
            "@a := 1",
            "NEXTVAL(a)",
            "sys_exec('id')",
        )
    },
    "INTO OUTFILE": "SELECT * FROM orders INTO OUTFILE '/tmp/x'",
    "INTO DUMPFILE": "SELECT 1 INTO DUMPFILE '/tmp/x'",
    "INTO a variable": "SELECT 1 INTO @a",
    "table of accounts": "SELECT * FROM mysql.user",
    "table of accounts in quotes": "SELECT * FROM `mysql`.`user`",
    "WITH query in capitals": "WITH Wages AS (SELECT 1) SELECT * FROM wages",
    "lock to share": "SELECT * FROM orders LOCK IN SHARE MODE",
    "procedure of analysis": "SELECT * FROM orders PROCEDURE ANALYSE()",
    "partition": "SELECT * FROM orders PARTITION (p0)",
    "index": "SELECT * FROM orders USE INDEX (a)",
    "hint": "SELECT /*+ MAX_EXECUTION_TIME(0) */ 1",
    "handler": "HANDLER wages OPEN",
    "DO": "DO SLEEP(9)",
    "introducer": "SELECT _utf8'a'",
    "hexadecimal text": "SELECT 0x61",
    "bits": "SELECT b'1'",
    "national text": "SELECT N'a'",
    "statement after an escaped quote": "SELECT 'a\\''; DELETE FROM orders -- '",
    "text that ends in a backslash": "SELECT 'a\\' AS x, ', SLEEP(9) -- '",
    "value's place in a name": "SELECT 1 AS 'a\\0p\\0'",
    "value's place in a text": "SELECT 'a\\0p\\0'",
    "time unit with a call in it": "SELECT EXTRACT(`day FROM now()), SLEEP(9), (1` FROM now())",
    "unit of a sum with a call in it": "SELECT TIMESTAMPADD(`day), SLEEP(9), (1`, 1, now())",
    "length with a call in it": "SELECT CAST('a' AS CHAR(`1)), SLEEP(9), ('a'`))",
    "character set with a call in it": "SELECT CAST('a' AS CHAR CHARACTER SET `utf8), SLEEP(9), (1`)",
}
SPARK = {
    **{
        f"function {call}": f"SELECT {call} FROM orders"
        for call in (
            "reflect('java.lang.System', 'getenv', 'PATH')",
            "java_method('java.lang.Runtime', 'getRuntime')",
            "try_reflect('java.lang.System', 'exit', 1)",
            "`reflect`('java.lang.System', 'getenv', 'PATH')",
            "system.builtin.reflect('java.lang.System', 'getenv', 'PATH')",
            "input_file_name()",
            "input_file_block_start()",
            "input_file_block_length()",
            "current_user()",
            "current_user",
            "user",
            "session_user",
            "current_catalog()",
            "current_database()",
            "current_path()",
            "version()",
            "spark_partition_id()",
            "python_worker_logs()",
            "raise_error('a')",
            "assert_true(false)",
            "IDENTIFIER('region')",
            "secret('a', 'b')",
            "http_request('http://127.0.0.1/')",
            "ai_query('a', 'b')",
            "xpath('<a/>', 'a')",
            "schema_of_json('{}')",
            "stack(2, 1, 2)",
        )
    },
    **{
        f"table {table}": f"SELECT * FROM {table}"
        for table in (
            "parquet.`/etc/passwd`",
            "csv.`/etc/passwd`",
            "text.`/etc/passwd`",
            "binaryFile.`/etc`",
            "delta.`/tmp/x`",
            "`csv`.`/etc/passwd`",
            "spark_catalog.csv.`/etc/passwd`",
            "read_files('/etc/passwd')",
            "range(1000000000000)",
            "sql_keywords()",
            "python_worker_logs()",
            "IDENTIFIER('wages')",
            "IDENTIFIER($p)",
            "orders VERSION AS OF 1",
            "orders TIMESTAMP AS OF '2020-01-01'",
            "orders TABLESAMPLE (10 PERCENT)",
            "system.information_schema.tables",
            "global_temp.anything",
            "STREAM orders",
        )
    },
    "where the files are": "SELECT _metadata.file_path FROM orders",
    "where the files are, in quotes": "SELECT `_METADATA`.`file_path` FROM orders",
    "where the files are, of a table": "SELECT o._metadata.file_path FROM orders AS o",
    "where the files are, by subscript": "SELECT _metadata['file_path'] FROM orders",
    "command": "SELECT TRANSFORM(region) USING 'cat' AS (a) FROM orders",
    "command with MAP": "FROM orders MAP region USING 'cat' AS a",
    "hint": "SELECT /*+ BROADCAST(orders) */ 1 FROM orders",
    "session variable": "DECLARE a INT DEFAULT 1",
    "setting": "SET spark.sql.ansi.enabled = false",
    "setting of a variable": "SET VAR a = 1",
    "resource": "ADD JAR '/tmp/x.jar'",
    "list of resources": "LIST FILES",
    "cache": "CACHE TABLE orders",
    "refresh": "REFRESH TABLE orders",
    "function of Java": "CREATE TEMPORARY FUNCTION f AS 'java.lang.Runtime'",
    "write to files": "INSERT OVERWRITE DIRECTORY '/tmp/x' USING csv SELECT * FROM orders",
    "write from FROM": "FROM orders INSERT INTO regions SELECT region, region",
    "script": "BEGIN SELECT 1; END",
    "dynamic SQL": "EXECUTE IMMEDIATE 'SELECT * FROM wages'",
    "pipe to another table": "FROM orders |> UNION ALL SELECT * FROM wages",
    "another table by TABLE": "TABLE wages",
    "name of WITH in other letters": "WITH Wages AS (SELECT 1) SELECT * FROM wages",
    "statement after an escaped quote": "SELECT 'a\\''; DELETE FROM orders -- '",
    "raw text": "SELECT r'\\'; DELETE FROM orders -- '",
}
TRINO = {
    **{
        f"function {call}": f"SELECT {call} FROM orders"
        for call in (
            "current_user",
            "current_catalog",
            "current_schema",
            "current_path",
            "current_groups()",
            "version()",
            "uuid()",
            "fail('a')",
            "sha256(to_utf8(region))",
            "hive.default.made_up(region)",
        )
    },
    **{
        f"hidden column {name}": f'SELECT {place}"${name}" FROM orders'
        for name in ("path", "file_size", "file_modified_time", "partition", "bucket")
        for place in ("", "orders.")
    },
    "table of another catalog": "SELECT * FROM postgresql.public.wages",
    "table of metadata": 'SELECT * FROM "orders$partitions"',
    "history of a table": 'SELECT * FROM "orders$history"',
    "tables of the server": "SELECT * FROM system.runtime.queries",
    "query of another system": (
        "SELECT * FROM TABLE(postgresql.system.query(query => 'DELETE FROM wages RETURNING *'))"
    ),
    "function that reads a table": "SELECT * FROM TABLE(exclude_columns(TABLE(wages), DESCRIPTOR(a)))",
    "procedure of the server": "CALL system.runtime.kill_query('1', 'no')",
    "function of its own": "WITH FUNCTION f(x int) RETURNS int RETURN x SELECT f(1)",
    "session of its own": "WITH SESSION query_max_run_time = '9h' SELECT 1",
    "pattern over rows": "SELECT * FROM orders MATCH_RECOGNIZE (PATTERN (A) DEFINE A AS true)",
    "earlier version": "SELECT * FROM orders FOR VERSION AS OF 1",
    "table by TABLE": "TABLE wages",
    "setting": "SET SESSION query_max_run_time = '9h'",
    "role": "SET ROLE admin",
    "prepared text": "EXECUTE IMMEDIATE 'SELECT * FROM wages'",
    "plan": "EXPLAIN ANALYZE SELECT 1",
    "statement after what is no escaped quote": "SELECT 'a\\'; DELETE FROM orders -- '",
}
ATTACKS = {
    "duckdb": EVERYWHERE | DUCKDB,
    "postgres": EVERYWHERE | POSTGRES,
    "mysql": EVERYWHERE | MYSQL,
    "clickhouse": EVERYWHERE,
    "spark": EVERYWHERE | SPARK,
    "trino": EVERYWHERE | TRINO,
    "tsql": EVERYWHERE,
}

# What takes for ever, or more memory than there is; whoever has a limit may use it.
BOMBS = {
    "duckdb": {
        "numbers without an end": "SELECT sum(i) FROM range(1000000000000) AS t(i)",
        "recursion without an end": (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n"
        ),
        "everything with everything": "SELECT count(*) FROM orders a, orders b, orders c, orders d",
        "queries that double": "WITH a0 AS (SELECT 1 AS x)"
        + "".join(f", a{i + 1} AS (SELECT a.x FROM a{i} a, a{i} b, orders)" for i in range(20))
        + " SELECT count(*) FROM a20",
        "text of a gigabyte": "SELECT repeat('x', 1000000000)",
        "text that is filled up": "SELECT lpad('x', 2000000000, 'y')",
        "number that is filled up": "SELECT printf('%999999999d', 1)",
        "many long texts": "SELECT repeat('x', 10000000) FROM range(8192)",
        "list without an end": "SELECT list_transform(range(1000000000), x -> x + 1)",
        "texts of texts": "SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)",
        "distance of long texts": "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))",
        "pattern that goes back": "SELECT regexp_replace(repeat('a', 30000), '(a*)*b', '')",
    },
    "postgres": {
        "recursion without an end": (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n"
        ),
        "many long texts": "SELECT repeat('x', 4000000) FROM orders LIMIT 400",
        "text of half a gigabyte": "SELECT repeat('x', 500000000)",
        "pattern that goes back": "SELECT regexp_replace(repeat('a', 5000), '(a*)*(a*)*(a*)*b', 'x')",
    },
    "mysql": {
        "everything with everything": "SELECT count(*) FROM orders a, orders b, orders c, orders d",
        "many long texts": "SELECT repeat('x', 4000000) FROM orders LIMIT 400",
        "row of long texts": "SELECT " + ", ".join(["repeat('x', 16000000)"] * 40),
        "pattern that goes back": "SELECT regexp_replace(repeat('a', 50000), '(a*)*(a*)*(a*)*b', 'x')",
    },
    "clickhouse": {
        "everything with everything": "SELECT count(*) FROM orders a, orders b, orders c, orders d",
    },
    "spark": {
        "everything with everything": "SELECT count(*) FROM orders a, orders b, orders c, orders d",
    },
}

# By name: what is asked, and the rows.
HARMLESS: dict[str, tuple[str, list[list[object]]]] = {
    "statement in a text": ("SELECT 'a; DELETE FROM orders' AS x", [["a; DELETE FROM orders"]]),
    "line comment in a text": ("SELECT '-- a' AS x", [["-- a"]]),
    "comment in a text": ("SELECT '/* a */' AS x", [["/* a */"]]),
    "open comment in a text": ("SELECT '/*! a' AS x", [["/*! a"]]),
    "call in a text": ("SELECT 'pg_sleep(9)' AS x", [["pg_sleep(9)"]]),
    "quote in a text": ("SELECT 'it''s' AS x", [["it's"]]),
    "percent signs in a text": ("SELECT '%s %(p)s %%' AS x", [["%s %(p)s %%"]]),
    "dollars in a text": ("SELECT '$1 $x $$' AS x", [["$1 $x $$"]]),
    "colons in a text": ("SELECT ':p ::p' AS x", [[":p ::p"]]),
    "text from right to left": ("SELECT '\u202ea\u200b' AS x", [["\u202ea\u200b"]]),
    "statement and a semicolon": ("SELECT 1 AS x;", [[1]]),
    "comment at the end": ("SELECT 1 AS x -- ; DELETE FROM orders", [[1]]),
    "comment in between": ("SELECT /* DELETE */ 1 AS x", [[1]]),
    "comment of a version": ("SELECT 1 AS x /*!99999 , 2 */", [[1]]),
    "WITH query called like another table": (
        "WITH wages AS (SELECT 7 AS wage) SELECT wage FROM wages",
        [[7]],
    ),
    "WITH query called like its table": (
        "WITH regions AS (SELECT region FROM regions) SELECT count(*) AS n FROM regions",
        [[3]],
    ),
    "recursion": (
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT max(i) FROM n",
        [[5]],
    ),
    "columns by table": ("SELECT r.manager FROM regions r WHERE r.region = 'North'", [["Nora"]]),
    "columns of a query": ("SELECT q.n FROM (SELECT count(*) AS n FROM regions) AS q", [[3]]),
    "brackets": ("SELECT ((((((((((1)))))))))) AS x", [[1]]),
    "dates in dates": (
        "SELECT count(*) AS n FROM regions WHERE DATE('2024-01-01') < DATE(DATE('2025-01-01'))",
        [[3]],
    ),
}
