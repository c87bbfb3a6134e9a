"""The files of the lexicon: what a phrase stands for in a table, and that no list contradicts itself."""

import re
from typing import Any

import pytest
import reading

from claribi.ask import everyday, wordbook
from claribi.ask.fillers import FILLERS
from claribi.ask.lexicon import KEYWORDS
from claribi.ask.naming import of_tables
from claribi.ask.plan import NotUnderstood
from claribi.ask.words import stem
from claribi.sources.catalog import Column, Table

KINDS = {
    "synonyms",
    "columns",
    "nouns",
    "loose",
    "values",
    "namesakes",
    "phrases",
    "peoples",
    "states",
}
WRITTEN = re.compile(r"~?[a-z0-9][a-z0-9' ]*")


def stems_in(phrase: str) -> tuple[str, ...]:
    return tuple(map(stem, phrase.removeprefix(wordbook.ONLY_NAME).split()))


def lists(kind: str) -> list[tuple[str, list[str]]]:
    """The file of each group of a kind, and its phrases."""
    return [
        (name, wordbook.phrases_in(group))
        for name, field in wordbook.fields().items()
        for group in field.get(kind, ())
    ]


def test_files_hold_only_known_lists() -> None:
    assert {kind for field in wordbook.fields().values() for kind in field} <= KINDS


@pytest.mark.parametrize("kind", ["synonyms", "columns", "loose", "values", "namesakes"])
def test_no_phrase_stands_twice_in_a_group(kind: str) -> None:
    for name, phrases in lists(kind):
        known = [stems_in(phrase) for phrase in phrases]
        assert len(set(known)) == len(known) > 1, (name, phrases)
        assert all(WRITTEN.fullmatch(phrase) for phrase in phrases), (name, phrases)


@pytest.mark.parametrize("kind", ["synonyms", "columns"])
def test_no_group_is_part_of_another(kind: str) -> None:
    groups = [(name, phrases, frozenset(map(stems_in, phrases))) for name, phrases in lists(kind)]
    for place, (name, phrases, known) in enumerate(groups):
        others = (other for at, (_, _, other) in enumerate(groups) if at != place)
        assert not any(known <= other for other in others), (name, phrases)


def test_nobody_asks_for_columns_by_words_of_the_grammar() -> None:
    for name, phrases in lists("columns"):
        asked = [stems_in(phrase) for phrase in phrases if not phrase.startswith(wordbook.ONLY_NAME)]
        # What is said of rows may be the name of a number of them.
        known = [stems for stems in asked if stems in KEYWORDS and KEYWORDS[stems].kind != "rows"]
        assert not known, (name, phrases)
        assert not [stems for stems in asked if len(stems) == 1 and stems[0] in FILLERS], (name, phrases)


def test_synonyms_are_single_words() -> None:
    assert not [
        phrase
        for kind in ("synonyms", "loose")
        for _, group in lists(kind)
        for phrase in group
        if " " in phrase
    ]


def test_phrases_are_short_enough_to_be_looked_for() -> None:
    phrases = [stems_in(phrase) for _, group in lists("columns") for phrase in group]
    assert max(map(len, phrases)) <= everyday.LONGEST


def table_of(column: str, kind: str, name: str = "records") -> Table:
    """A table with one column of interest beside a name."""
    types: dict[str, Any] = {
        "number": {"type": "integer", "role": "measure", "minimum": 1, "maximum": 90_000},
        "kind": {"type": "string", "role": "dimension", "distinct": 12},
        "day": {"type": "date", "role": "time", "minimum": "2019-01-01", "maximum": "2023-12-31"},
        "year": {"type": "integer", "role": "dimension", "distinct": 60, "minimum": 1940, "maximum": 2023},
    }
    return Table(
        name,
        5_000,
        [Column(column, **types[kind]), Column("remark_key", "string", "dimension", distinct=900)],
    )


def found_in(column: str, kind: str, phrase: str) -> set[str]:
    """The columns that a phrase names in such a table."""
    words = of_tables([table_of(column, kind)])
    question = f"average {phrase}" if kind == "number" else f"how many records by {phrase}"
    try:
        plan = reading.planned(words, question)
    except NotUnderstood:
        return set()
    query = plan.query
    assert plan.sureness < 1 or phrase in column, "what was taken for something else is told"
    return {m.column for m in query.measures if m.column} | {d.column for d in query.dimensions}


@pytest.mark.parametrize(
    ("column", "kind", "phrase"),
    [
        # Polls and elections.
        ("samplesize", "number", "people asked"),
        ("sample_size", "number", "number of people polled"),
        ("SampleSize", "number", "number of respondents"),
        ("pollster", "kind", "polling firm"),
        ("turnout", "number", "voter turnout"),
        ("pct", "number", "backing"),
        ("candidatevotes", "number", "votes cast"),
        ("moe", "number", "margin of error"),
        # Houses.
        ("SalePrice", "number", "selling price"),
        ("list_price", "number", "asking price"),
        ("LotArea", "number", "plot size"),
        ("sqft_lot", "number", "lot size"),
        ("yr_built", "year", "construction year"),
        ("YearBuilt", "year", "year of construction"),
        ("sqft_living", "number", "living area"),
        ("daysonmarket", "number", "time on market"),
        ("num_bedrooms", "number", "bedroom count"),
        ("medv", "number", "median home value"),
        ("fullbath", "number", "number of bathrooms"),
        # Health.
        ("los", "number", "length of stay"),
        ("bwt", "number", "birth weight"),
        ("trestbps", "number", "resting blood pressure"),
        ("lifeExp", "number", "life expectancy"),
        ("charges", "number", "medical costs"),
        ("wait_minutes", "number", "waiting time"),
        # People and work.
        ("dob", "day", "date of birth"),
        ("MonthlyIncome", "number", "salary"),
        ("YearsAtCompany", "number", "length of service"),
        ("DistanceFromHome", "number", "commute"),
        ("job_title", "kind", "occupation"),
        ("hire_date", "day", "joining date"),
        ("PercentSalaryHike", "number", "pay raise"),
        ("unemploy", "number", "unemployment"),
        # Cars and energy.
        ("hp", "number", "horse power"),
        ("wt", "number", "weight"),
        ("hwy", "number", "highway mileage"),
        ("cty", "number", "city mileage"),
        ("displ", "number", "engine size"),
        ("drv", "kind", "drivetrain"),
        ("odometer_km", "number", "mileage"),
        ("installed_capacity_mw", "number", "power capacity"),
        ("co2_emissions", "number", "greenhouse gas emissions"),
        # Transport.
        ("num_engs", "number", "number of engines"),
        ("dest", "kind", "arrival airport"),
        ("dep_delay", "number", "delay at departure"),
        ("air_time", "number", "flight time"),
        ("tripduration", "number", "ride time"),
        ("cnt", "number", "bikes rented"),
        ("pax", "number", "number of travelers"),
        ("pclass", "kind", "travel class"),
        # Weather and the earth.
        ("tmax", "number", "daily high"),
        ("prcp", "number", "amount of rain"),
        ("avg_temp_c", "number", "air temperature"),
        ("mag", "number", "richter scale"),
        ("slp", "number", "air pressure"),
        ("aqi", "number", "air quality"),
        # Crime and service.
        ("ofns_desc", "kind", "type of crime"),
        ("boro", "kind", "borough"),
        ("assigned_agent", "kind", "handler"),
        ("resolution_hours", "number", "time to solve"),
        ("downtime_min", "number", "standstill time"),
        # Films, music, books, games.
        ("runtime_min", "number", "running time"),
        ("worldwide_gross", "number", "global box office"),
        ("num_pages", "number", "page count"),
        ("trackname", "kind", "song title"),
        ("weeks_on_chart", "number", "weeks in the charts"),
        ("copies_sold", "number", "units sold"),
        ("num_parts", "number", "number of pieces"),
        # Sport.
        ("fthg", "number", "home team goals"),
        ("pts", "number", "points scored"),
        ("hometeam", "kind", "host team"),
        ("market_value_eur", "number", "transfer value"),
        # Food and shops.
        ("abv", "number", "alcohol content"),
        ("ibu", "number", "bitterness"),
        ("calories", "number", "energy content"),
        ("orderdate", "day", "purchase date"),
        ("shipvia", "kind", "shipping company"),
        ("unitprice", "number", "price per unit"),
        ("unitsinstock", "number", "stock on hand"),
        # Money.
        ("loan_amnt", "number", "amount borrowed"),
        ("int_rate", "number", "interest rate"),
        ("dti", "number", "debt to income ratio"),
        ("finalWorth", "number", "net worth"),
        ("gdpPercap", "number", "gdp per capita"),
        ("total_claim_amount", "number", "claim size"),
        ("annual_premium", "number", "price of the policy"),
        # Nature and science.
        ("flipper_length_mm", "number", "wing length"),
        ("tree_dbh", "number", "trunk diameter"),
        ("payload_mass_kg", "number", "weight of the payload"),
        ("recclass", "kind", "type of meteorite"),
    ],
)
def test_columns_are_found_by_everyday_words(column: str, kind: str, phrase: str) -> None:
    assert found_in(column, kind, phrase) == {column}


@pytest.mark.parametrize(
    ("column", "kind", "phrase"),
    [
        # What is near but something else.
        ("sales", "number", "profit"),
        ("profit", "number", "sales"),
        ("state", "kind", "city"),
        ("city", "kind", "state"),
        ("country", "kind", "state"),
        ("deaths", "number", "births"),
        ("births", "number", "deaths"),
        ("weight", "number", "height"),
        ("height", "number", "weight"),
        ("list_price", "number", "sale price"),
        ("sale_price", "number", "asking price"),
        ("sqft_lot", "number", "living area"),
        ("sqft_living", "number", "lot size"),
        ("tmin", "number", "daily high"),
        ("tmax", "number", "overnight low"),
        ("dep_delay", "number", "arrival delay"),
        ("origin", "kind", "destination"),
        ("home_score", "number", "away score"),
        ("home_team", "kind", "visiting team"),
        ("hwy", "number", "city mileage"),
        ("start_date", "day", "end date"),
        ("hire_date", "day", "leaving date"),
        ("bedrooms", "number", "bathrooms"),
        ("wins", "number", "losses"),
        ("salary", "number", "bonus"),
        ("cases", "number", "deaths"),
        ("sodium", "number", "sugar"),
        ("loan_amount", "number", "interest rate"),
        ("turnout", "number", "vote share"),
        ("pollster", "kind", "candidate"),
        ("director", "kind", "lead actor"),
        ("budget", "number", "box office"),
        ("population", "number", "life expectancy"),
        ("humidity", "number", "rainfall"),
        ("views", "number", "likes"),
        ("premium", "number", "deductible"),
        ("claims", "number", "premium"),
        ("followers", "number", "comments"),
        ("birth_year", "year", "year of death"),
        # The noun of other rows before a name.
        ("age", "number", "house age"),
        ("price", "number", "car price"),
        ("length", "number", "movie length"),
        ("rating", "number", "school rating"),
        # What tells some from others is not passed over.
        ("sales", "number", "online sales"),
        ("sale_price", "number", "median luxury selling price"),
        ("deaths", "number", "accidental deaths"),
        ("salary", "number", "starting salary"),
    ],
)
def test_other_columns_are_not_taken_for_them(column: str, kind: str, phrase: str) -> None:
    assert found_in(column, kind, phrase) == set()
