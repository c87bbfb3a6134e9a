"""The grammar by itself: stretches of time, and that no words can break it."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claribi.ask.fillers import EMPTY
from claribi.ask.lexicon import KEYWORDS
from claribi.ask.listening import intent_of
from claribi.ask.naming import of_tables
from claribi.ask.plan import NotUnderstood, plan_of
from claribi.ask.reader import read
from claribi.ask.times import Times
from claribi.ask.words import stem, words_of
from claribi.query.periods import Calendar
from claribi.query.schemas import Query
from claribi.sources.catalog import Column, Table

TIMES = Times(date(2024, 8, 14))
SALES = Table(
    "sales",
    1_000,
    [
        Column("order_id", "integer", "id", distinct=1_000),
        Column("ordered_on", "date", "time", minimum="2022-01-01", maximum="2024-08-14"),
        Column("region", "string", "dimension", distinct=3),
        Column("product_category", "string", "dimension", distinct=5),
        Column("revenue", "decimal", "measure", minimum=0, maximum=100),
        Column("unit_price", "decimal", "measure", minimum=1, maximum=9),
        Column("is_returned", "boolean", "dimension", distinct=2),
    ],
)
WORDS = of_tables([SALES])
for thing in WORDS.things:
    if thing.name == "region":
        WORDS.hold(thing, ["North", "South", "South West"])


def day(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("today", "2024-08-14", "2024-08-15"),
        ("yesterday", "2024-08-13", "2024-08-14"),
        ("this month", "2024-08-01", "2024-09-01"),
        ("last month", "2024-07-01", "2024-08-01"),
        ("last quarter", "2024-04-01", "2024-07-01"),
        ("the last 3 months", "2024-05-01", "2024-08-01"),
        ("past two weeks", "2024-07-29", "2024-08-12"),
        ("2 years ago", "2022-01-01", "2023-01-01"),
        ("year to date", "2024-01-01", "2024-08-15"),
        ("ytd", "2024-01-01", "2024-08-15"),
        ("2023", "2023-01-01", "2024-01-01"),
        ("in March", "2024-03-01", "2024-04-01"),
        ("in November", "2023-11-01", "2023-12-01"),
        ("next month", "2024-09-01", "2024-10-01"),
        ("the next 2 quarters", "2024-10-01", "2025-04-01"),
        ("tomorrow", "2024-08-15", "2024-08-16"),
        ("the first week of January 2024", "2024-01-01", "2024-01-08"),
        ("last 10 days of March 2024", "2024-03-22", "2024-04-01"),
        ("in the 1990s", "1990-01-01", "2000-01-01"),
        ("the most recent quarter", "2024-07-01", "2024-10-01"),
        ("March 2022", "2022-03-01", "2022-04-01"),
        ("sept of 2023", "2023-09-01", "2023-10-01"),
        ("Q3", "2024-07-01", "2024-10-01"),
        ("Q4", "2023-10-01", "2024-01-01"),
        ("2023 Q1", "2023-01-01", "2023-04-01"),
        ("third quarter of 2022", "2022-07-01", "2022-10-01"),
        ("H1 2023", "2023-01-01", "2023-07-01"),
        ("3 March 2024", "2024-03-03", "2024-03-04"),
        ("March 3rd, 2024", "2024-03-03", "2024-03-04"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("from March to May", "2024-03-01", "2024-06-01"),
        ("from November to February", "2023-11-01", "2024-03-01"),
        ("between May 2 and May 9", "2024-05-02", "2024-05-10"),
        ("May 2 to 9", "2024-05-02", "2024-05-10"),
        ("2021 to 2023", "2021-01-01", "2024-01-01"),
        ("since March", "2024-03-01", ""),
        ("after 2022", "2023-01-01", ""),
        ("before April 2023", "", "2023-04-01"),
        ("until April 2023", "", "2023-05-01"),
    ],
)
def test_stretches_of_time(said: str, start: str, end: str):
    words = words_of(said)
    found = TIMES.read(words)
    assert found is not None
    assert (found[0], found[1].start, found[1].end) == (len(words), day(start), day(end))


@pytest.mark.parametrize(
    "said", ["30 February 2024", "2024-13", "Q5", "last", "5", "banana", "", "1850", "H3"]
)
def test_what_is_no_stretch_of_time(said: str):
    found = TIMES.read(words_of(said))
    assert found is None or found[0] < len(words_of(said))


def test_years_begin_where_the_calendar_says():
    times = Times(date(2024, 8, 14), Calendar(year_start=4))
    this_year, first_quarter = times.read(words_of("this year")), times.read(words_of("Q1"))
    assert this_year is not None
    assert first_quarter is not None
    assert (this_year[1].start, this_year[1].end) == (day("2024-04-01"), day("2025-04-01"))
    assert (first_quarter[1].start, first_quarter[1].end) == (day("2024-04-01"), day("2024-07-01"))


@pytest.mark.parametrize(
    ("word", "same"),
    [("Countries", "country"), ("boxes", "box"), ("Städte", "stadte"), ("gas", "gas"), ("status", "status")],
)
def test_forms_of_a_word_have_one_stem(word: str, same: str):
    assert stem(word) == same


def asked(question: str) -> Query:
    found = plan_of(intent_of(read(question, WORDS, TIMES), WORDS), WORDS, 1).query
    assert isinstance(found, Query)
    return found


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("revenue of returned orders", {"filters": [("is_returned", "=", True)]}),
        ("revenue in the South", {"filters": [("region", "=", "South")]}),
        ("revenue without the South", {"filters": [("region", "!=", "South")]}),
        (
            "revenue by region except north and south west",
            {"filters": [("region", "not_in", ["North", "South West"])]},
        ),
        ("revenue year to date compared to the same period last year", {"compare": "previous_year"}),
        ("revenue 2023 vs 2022", {"compare": "previous_period"}),
        (
            "average price by category",
            {"measures": [("unit_price", "avg")], "dimensions": ["product_category"]},
        ),
        ("turnover by region", {"measures": [("revenue", "sum")], "dimensions": ["region"]}),
        ("sales by region", {"measures": [("revenue", "sum")], "dimensions": ["region"]}),
        ("how many sales by region", {"measures": [(None, "count")], "dimensions": ["region"]}),
        ("number of orders", {"measures": [(None, "count")]}),
    ],
)
def test_what_is_asked(question: str, told: dict):
    query = asked(question)
    shown = {
        "filters": [(f.column, f.operator, f.value) for f in query.filters],
        "compare": query.compare,
        "measures": [(m.column, m.aggregation) for m in query.measures],
        "dimensions": [d.column for d in query.dimensions],
    }
    assert {name: shown[name] for name in told} == told


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("top 3k regions by revenue", "A ranking has places from 1 to 1,000, not 3,000"),
        ("top 0 regions by revenue", "A ranking has places from 1 to 1,000, not 0"),
        (
            "2,000 moving average of revenue by month",
            "A moving average is over steps from 1 to 1,000",
        ),
        ("regions with total revenue over 50 2023 vs 2022", "can't be asked in one question"),
        (f"top {'9' * 400} regions by revenue", "I don't know what “999"),
    ],
)
def test_numbers_out_of_reach_are_told(question: str, told: str):
    with pytest.raises(NotUnderstood, match=told):
        asked(question)


PHRASES = sorted(
    {" ".join(words) for words in (*KEYWORDS, *WORDS.names, *WORDS.values)}
    | {
        *EMPTY.split(),
        "last month",
        "2023",
        "Q3",
        "since March",
        "5",
        "10%",
        "$3k",
        "0",
        "99 million",
        "9" * 400,
        "1999 years ago",
        "0000-12-31",
        "9999-12-31",
        "“",
        "month",
        "banana",
        "?",
    }
)


@settings(max_examples=2000, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from(PHRASES), max_size=14).map(" ".join) | st.text(max_size=60))
def test_no_words_break_it(question: str):
    phrases = read(question, WORDS, TIMES)
    with suppress(NotUnderstood):
        plan = plan_of(intent_of(phrases, WORDS), WORDS, 1)
        assert plan.query.measures
        assert 0 < plan.sureness <= 1
