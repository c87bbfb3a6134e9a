"""What holds of every statement, in each dialect: at the guard itself, without a server."""

import re
import time
from collections.abc import Callable
from functools import partial

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from query.attacks.corpus import ATTACKS, HARMLESS
from query.attacks.templates import BREAKOUTS, NESTINGS, PLACES, QUOTES
from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query.grammar import FUNCTIONS_OF, NODES
from claribi.query.guard import check
from claribi.query.modeling.expressions import parsed
from claribi.query.parsing import READERS, parse
from claribi.sources.catalog import Column, Table

DIALECTS = [
    "duckdb",
    "postgres",
    "redshift",
    "mysql",
    "clickhouse",
    "spark",
    "trino",
    "tsql",
    "snowflake",
    "bigquery",
]
TABLES = {
    name: Table(name, 0, [Column(column, "string", "dimension") for column in columns])
    for name, columns in {
        "orders": ["order_id", "region", "quantity", "delete", "from"],
        "regions": ["region", "manager"],
    }.items()
}
EXAMPLES = 40
few = settings(max_examples=EXAMPLES, deadline=None)
in_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def refused(sql: str, dialect: str) -> bool:
    try:
        check(sql, dialect=dialect, tables=TABLES)
    except QueryError:
        return True
    return False


def assert_holds(statement: exp.Query, dialect: str) -> None:
    """What is written of a statement is that statement, and made of nothing that is not listed."""
    written = partial(_written, dialect=dialect)
    again = check(written(statement), dialect=dialect, tables=TABLES)
    assert written(again) == written(statement)
    (read,) = parse(written(statement), dialect)
    withs = {cte.alias.lower() for cte in read.find_all(exp.CTE)}
    for node in read.walk():
        if isinstance(node, exp.Anonymous):
            assert node.name.lower() in FUNCTIONS_OF[dialect]
        elif isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            assert node.name.lower() in withs | set(TABLES)
        elif dialect == "tsql" and isinstance(node, exp.National):
            assert isinstance(node.this, str)
        elif not isinstance(node, exp.Parameter | exp.AnonymousAggFunc | exp.ParameterizedAgg):
            assert type(node) in NODES


def _written(statement: exp.Query, dialect: str) -> str:
    named = statement.transform(lambda n: exp.Var(this=f"${n.name}") if isinstance(n, exp.Placeholder) else n)
    return named.sql(dialect, unsupported_level=sqlglot.ErrorLevel.IGNORE)


def quoted(text: str, dialect: str, *, as_name: bool) -> str:
    if as_name:
        quote = QUOTES[dialect]
        return quote + text.replace(quote, quote * 2) + quote
    if dialect in {"redshift", "mysql", "clickhouse", "spark", "snowflake", "bigquery"}:
        text = text.replace("\\", "\\\\")
    return "'" + text.replace("'", "\\'" if dialect == "bigquery" else "''") + "'"


@in_each_dialect
@pytest.mark.parametrize("place", PLACES)
def test_no_text_gets_out_of_its_quotes(dialect: str, place: str):
    for text in BREAKOUTS.values():
        for as_name in (True, False):
            sql = place.format(*[quoted(text, dialect, as_name=as_name)] * place.count("{}"))
            try:
                statement = check(sql, dialect=dialect, tables=TABLES)
            except QueryError:
                continue
            tokens = sqlglot.tokenize(_written(statement, dialect), dialect=READERS.get(dialect, dialect))
            assert "stolen" not in {token.text.lower() for token in tokens}, sql
            assert_holds(statement, dialect)


@in_each_dialect
@few
@given(text=st.text(st.sampled_from("ax'\"`\\;-/*()$%:?#{}\n\t\u200b\u202e\u00e9 "), max_size=12))
def test_any_text_is_a_text(dialect: str, text: str):
    statement = check(f"SELECT {quoted(text, dialect, as_name=False)}", dialect=dialect, tables=TABLES)
    literal = statement.expressions[0]
    assert isinstance(literal, exp.National if dialect == "tsql" else exp.Literal)
    assert literal.name == text
    assert_holds(statement, dialect)


@in_each_dialect
@few
@given(name=st.text(st.sampled_from("ax'\"`;-/*()$%:?#{} \u00e9"), min_size=1, max_size=12))
def test_any_name_in_quotes_is_a_name(dialect: str, name: str):
    if dialect == "bigquery":
        # Its names have escapes of their own; the guard takes none with a backtick.
        name = name.replace("`", "'")
    sql = f"SELECT 1 AS {quoted(name, dialect, as_name=True)}"
    statement = check(sql, dialect=dialect, tables=TABLES)
    assert [column.alias for column in statement.expressions] == [name]
    assert_holds(statement, dialect)


SPACES = st.sampled_from([" ", "  ", "\n", "\t", "\r\n", "/**/", " /* a */ ", " -- a\n", "\n\n"])
WORDS = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|`[^`]*`|\w+|\s+|.""", re.DOTALL)
# Where a change of spaces or of letters says something else, or something harmless.
DELICATE = re.compile(r"Wages|--|/\*|\*/|\\|\$|#|E'|U&|x'|b'|N'|_utf8|\{")
TOUGH = {
    dialect: [sql for sql in attacks.values() if sql and len(sql) < 300 and not DELICATE.search(sql)]
    for dialect, attacks in ATTACKS.items()
}


@st.composite
def disguised(draw: st.DrawFn, statements: list[str]) -> str:
    """The same statement to whoever reads SQL: other spaces, comments in between, other letters."""

    def other(word: str) -> str:
        if word.isspace():
            return draw(SPACES)
        if word[0] in "'\"`":
            return word
        return (
            "".join(draw(st.sampled_from([letter.lower(), letter.upper()])) for letter in word[:12])
            + word[12:]
        )

    words = WORDS.findall(draw(st.sampled_from(statements)))
    changed = "".join(map(other, words))
    return draw(SPACES) + changed + draw(st.sampled_from(["", ";", " ", "\n-- a", " /* a */"]))


@in_each_dialect
def test_an_attack_in_disguise_is_refused_as_well(dialect: str):
    @few
    @given(disguised(TOUGH[dialect]))
    def refuses(sql: str) -> None:
        assert refused(sql, dialect), sql

    assert [sql for sql in ATTACKS[dialect].values() if not refused(sql, dialect)] == []
    refuses()


NAMES = st.sampled_from(["region", "quantity", "o.region", "o.order_id", "o.quantity"])
CALLS = st.sampled_from(
    ["lower({})", "coalesce({}, 'a')", "abs({})", "round({}, 1)", "length({})", "({})", "-({})"]
)
TESTS = st.sampled_from(
    [
        "{} = {}",
        "{} IS NULL",
        "{} BETWEEN 1 AND {}",
        "{} IN ({}, 'a;--')",
        "{} LIKE 'a%'",
        "NOT {} <> {}",
        "{} < $least",
    ]
)
LITERALS = st.sampled_from(
    ["1", "2.5", "'it''s'", "'; DROP TABLE orders --'", "NULL", "TRUE", "DATE '2024-02-29'"]
)
VALUES = st.recursive(
    NAMES | LITERALS,
    lambda inner: (
        st.builds(str.format, CALLS, inner)
        | st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner)
        | st.builds("CASE WHEN {} = {} THEN {} ELSE {} END".format, inner, inner, inner, inner)
    ),
    max_leaves=4,
)
CONDITIONS = st.builds(lambda test, a, b: test.format(a, b), TESTS, VALUES, VALUES)
COLUMNS = VALUES | st.builds(
    str.format,
    st.sampled_from(["sum({})", "count(DISTINCT {})", "max({}) OVER (PARTITION BY region)"]),
    NAMES,
)


@st.composite
def honest(draw: st.DrawFn) -> str:
    columns = draw(st.lists(COLUMNS, min_size=1, max_size=3))
    listed = ", ".join(f"{column} AS c{number}" for number, column in enumerate(columns))
    join = draw(st.sampled_from(["", " JOIN regions r ON r.region = o.region", " CROSS JOIN regions"]))
    where = f" WHERE {draw(CONDITIONS)} AND ({draw(CONDITIONS)} OR {draw(CONDITIONS)})"
    one = f"SELECT {listed} FROM orders o{join}{draw(st.sampled_from(['', where]))}"
    forms: list[Callable[[str], str]] = [
        lambda sql: sql,
        lambda sql: f"{sql} ORDER BY 1 LIMIT 5",
        lambda sql: f"{sql} UNION ALL {sql}",
        lambda sql: f"SELECT q.c0 FROM ({sql}) AS q",
        lambda sql: f"WITH w AS ({sql}), v AS (SELECT w.c0 FROM w) SELECT * FROM v",
        lambda sql: f"SELECT count(*) FROM orders WHERE EXISTS ({sql})",
    ]
    return draw(st.sampled_from(forms))(one)


def _escaped(sql: str, dialect: str) -> str:
    """BigQuery doubles no quotes: two of them are two texts."""
    return sql.replace("'it''s'", "'it\\'s'") if dialect == "bigquery" else sql


@in_each_dialect
@few
@given(sql=honest())
def test_honest_queries_pass_and_stay_what_they_are(dialect: str, sql: str):
    sql = _escaped(sql, dialect)
    assert_holds(check(sql, dialect=dialect, tables=TABLES), dialect)


@in_each_dialect
@pytest.mark.parametrize("name", HARMLESS)
def test_what_looks_like_an_attack_passes(dialect: str, name: str):
    assert_holds(check(_escaped(HARMLESS[name][0], dialect), dialect=dialect, tables=TABLES), dialect)


@in_each_dialect
def test_columns_and_tables_of_bad_names_pass(dialect: str):
    quote = QUOTES[dialect]
    sql = f"SELECT o.{quote}delete{quote}, {quote}from{quote} AS {quote}drop table{quote} FROM orders AS o"
    assert_holds(check(sql, dialect=dialect, tables=TABLES), dialect)
    assert_holds(
        check("SELECT q.größe FROM (SELECT 1 AS größe) AS q", dialect=dialect, tables=TABLES), dialect
    )


JUNK = """
    SELECT FROM WHERE WITH AS ( ) , * ; ' " ` $x ? orders wages JOIN ON UNION ALL CASE WHEN END 1 'a' -- /* */
    [ ] { } : :: -> => = + - ! @ # ~ ^ % INTERVAL DATE read_csv pg_sleep OVER FILTER IN NOT LATERAL VALUES SET
    COPY INTO DESCRIBE o. . LIMIT ORDER BY GROUP EXECUTE CALL CAST( EXTRACT( COLLATE RECURSIVE UNNEST( ARRAY[
"""


@in_each_dialect
@settings(max_examples=150, deadline=None)
@given(sql=st.lists(st.sampled_from(JUNK.split()), max_size=20).map(" ".join) | st.text(max_size=60))
def test_junk_is_refused_or_holds(dialect: str, sql: str):
    try:
        statement = check(sql, dialect=dialect, tables=TABLES)
    except QueryError:
        return
    assert_holds(statement, dialect)


@in_each_dialect
@pytest.mark.parametrize("name", NESTINGS)
@pytest.mark.parametrize("depth", [12, 55, 1000])
def test_nothing_takes_long_to_read(dialect: str, name: str, depth: int):
    opening, closing = NESTINGS[name]
    started = time.thread_time()
    refused("SELECT " + opening * depth + "1" + closing * depth, dialect)
    assert time.thread_time() - started < 2


@in_each_dialect
def test_the_longest_statements_are_read_in_time(dialect: str):
    started = time.thread_time()
    assert not refused("SELECT * FROM orders WHERE order_id IN (" + ",".join(["1"] * 4_900) + ")", dialect)
    refused("SELECT 1" + "+1" * 4_900, dialect)
    assert time.thread_time() - started < 5


@pytest.mark.parametrize(
    "text",
    [
        "DATE(" * 40 + "day" + ")" * 40,
        "ARRAY[" * 40 + "1" + "]" * 40,
        "'1'::\"oid), (SELECT max(wage) FROM wages\"",
        'EXTRACT("day FROM day), (SELECT 1), (1" FROM day)',
        "1) FROM wages --",
        "1; SELECT 2",
    ],
)
def test_the_expressions_of_models_are_read_with_the_same_care(text: str):
    started = time.thread_time()
    with pytest.raises(QueryError):
        parsed(text)
    assert time.thread_time() - started < 2
