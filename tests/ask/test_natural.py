"""Ways in which people put things: verbs, asides, tallies, parts of texts, single rows."""

from typing import Any

import pytest
import reading
from reading import COUNT, known, shown
from support import Server

from claribi.analysis.names import human
from claribi.ask.listening import intent_of
from claribi.ask.plan import NotUnderstood, Plan
from claribi.ask.reader import proper_names, read
from claribi.ask.telling import LIKELY, SURE
from claribi.sources.catalog import Column, Table

STAYS = Table(
    "lodge_bookings",
    15_000,
    [
        Column("arrival_date", "date", "time", minimum="2016-07-01", maximum="2017-08-31", distinct=420),
        Column("avg_price_per_room", "float", "measure", minimum=0, maximum=500),
        Column("adults", "integer", "dimension", distinct=5, minimum=0, maximum=4),
        Column("children", "integer", "dimension", distinct=4, minimum=0, maximum=3),
        Column("babies", "integer", "dimension", distinct=3, minimum=0, maximum=2),
        Column("meal", "string", "dimension", distinct=3),
        Column("country", "string", "dimension", distinct=90),
        Column("is_repeated_guest", "integer", "dimension", distinct=2, minimum=0, maximum=1),
        Column("booking_changes", "integer", "dimension", distinct=9, minimum=0, maximum=9),
        Column("agent", "string", "dimension", distinct=100),
    ],
)
BATTERS = Table(
    "batters_2018",
    1_270,
    [
        Column("name", "string", "id", distinct=1_224),
        Column("team", "string", "dimension", distinct=30),
        Column("position", "string", "dimension", distinct=10),
        Column("games", "integer", "measure", minimum=1, maximum=162),
        Column("at_bats", "integer", "measure", minimum=0, maximum=664),
        Column("hits", "integer", "measure", minimum=0, maximum=192),
        Column("home_runs", "integer", "measure", minimum=0, maximum=48),
        Column("stolen_bases", "integer", "measure", minimum=0, maximum=45),
    ],
)
SUBSCRIBERS = Table(
    "subscribers",
    7_000,
    [
        Column("churn", "boolean", "dimension", distinct=2),
        Column("female", "integer", "dimension", distinct=2, minimum=0, maximum=1),
        Column("internet_service", "string", "dimension", distinct=3),
        Column("tech_support", "string", "dimension", distinct=3),
        Column("contract", "string", "dimension", distinct=3),
        Column("tenure", "integer", "measure", minimum=0, maximum=72),
        Column("monthly_charges", "float", "measure", minimum=18, maximum=118),
    ],
)
DISHES = Table(
    "dishes",
    515,
    [
        Column("restaurant", "string", "dimension", distinct=8),
        Column("item", "string", "id", distinct=505),
        Column("calories", "integer", "measure", minimum=20, maximum=2_430),
        Column("sodium", "integer", "measure", minimum=15, maximum=6_080),
        Column("protein", "float", "measure", minimum=1, maximum=186),
    ],
)
HOMES = Table(
    "home_sales",
    919,
    [
        Column("DateSold", "date", "time", minimum="2005-04-01", maximum="2015-04-30", distinct=700),
        Column("Address", "string", "dimension", distinct=780),
        Column("SquareFeet", "float", "measure", minimum=400, maximum=6_815),
        Column("YearBuilt", "integer", "dimension", distinct=120, minimum=1870, maximum=2014),
        Column("CostPerSqFt", "float", "measure", minimum=5, maximum=400),
        Column("OrigPrice", "integer", "measure", minimum=5_000, maximum=700_000),
        Column("SalePrice", "integer", "measure", minimum=5_000, maximum=606_000),
    ],
)
QUAKES = Table(
    "earthquakes",
    596,
    [
        Column("time", "timestamp", "time", minimum="2024-04-01T00:00:00", maximum="2024-07-31T00:00:00"),
        Column("depth", "float", "measure", minimum=6, maximum=640),
        Column("mag", "float", "measure", minimum=4, maximum=7.1),
        Column("mag_class", "string", "dimension", distinct=4),
        Column("place", "string", "id", distinct=560),
    ],
)
ENTRIES = Table(
    "starts",
    38_000,
    [
        Column("athlete", "string", "dimension", distinct=22_000),
        Column("age", "integer", "measure", minimum=12, maximum=60),
        Column("team", "string", "dimension", distinct=200),
        Column("year", "integer", "dimension", distinct=28, minimum=1896, maximum=2016),
        Column("medal", "string", "dimension", distinct=3, nulls=34_000),
    ],
)
BOOKS = Table(
    "books",
    325,
    [
        Column("title", "string", "id", distinct=324),
        Column("list_price", "float", "measure", minimum=1, maximum=140),
        Column("hard_paper", "string", "dimension", distinct=2),
        Column("weight_oz", "float", "measure", minimum=1, maximum=36),
    ],
)
VALUES = {
    "meal": ["bed_and_breakfast", "no_meal_package"],
    "agent": ["booker_llc"],
    "team": ["NYM", "BOS", "Kenya", "Cuba"],
    "position": ["SS", "1B", "P"],
    "internet_service": ["DSL", "Fiber optic", "No"],
    "tech_support": ["Yes", "No", "No internet service"],
    "contract": ["One year", "Two year"],
    "restaurant": ["Arbys", "Burger King"],
    "mag_class": ["Light", "Moderate", "Strong"],
    "medal": ["Gold", "Silver", "Bronze"],
    "hard_paper": ["H", "P"],
}
WORDS = known(
    [STAYS, BATTERS, SUBSCRIBERS, DISHES, HOMES, QUAKES, ENTRIES, BOOKS],
    VALUES,
)


def planned(table: str, question: str) -> Plan:
    return reading.planned(WORDS[table], question)


@pytest.mark.parametrize(
    ("table", "question", "told"),
    [
        # Verbs, and numbers that are only their objects.
        (
            "batters_2018",
            "which team stole the most bases",
            {"measures": [("stolen_bases", "sum")], "dimensions": ["team"]},
        ),
        (
            "batters_2018",
            "who hit the most home runs",
            {"measures": [("home_runs", "max")], "dimensions": ["name"]},
        ),
        (
            "batters_2018",
            "how many players hit at least 20 home runs",
            {"measures": COUNT, "filters": [("home_runs", ">=", 20)]},
        ),
        # Names do not tell all of them apart, so each row is one.
        ("batters_2018", "top 10 players by games", {"measures": [("games", "max")], "dimensions": ["name"]}),
        # What leads to the question, follows it, or names in words what stands in brackets.
        (
            "batters_2018",
            "I'm writing about the Mets (NYM): how many of their players hit at least 10 home runs?",
            {"measures": COUNT, "filters": [("team", "=", "NYM"), ("home_runs", ">=", 10)]},
        ),
        (
            "batters_2018",
            "average games of the shortstops (SS)",
            {"measures": [("games", "avg")], "filters": [("position", "=", "SS")]},
        ),
        ("batters_2018", "how many games did the whole league play", {"measures": [("games", "sum")]}),
        # Tallies.
        (
            "lodge_bookings",
            "total number of adults across all bookings",
            {"measures": [("adults", "sum")]},
        ),
        (
            "lodge_bookings",
            "number of bookings with 2 adults and no children or babies",
            {
                "measures": COUNT,
                "filters": [("adults", "=", 2), ("children", "=", 0), ("babies", "=", 0)],
            },
        ),
        ("lodge_bookings", "how many bookings have at least one baby", {"measures": COUNT}),
        # Those that have any kind of something.
        (
            "subscribers",
            "how many internet subscribers have neither tech support nor a Two year contract",
            {"measures": COUNT},
        ),
        (
            "subscribers",
            "subscribers without internet",
            {"measures": COUNT, "filters": [("internet_service", "=", "No")]},
        ),
        (
            "subscribers",
            "average monthly charges of women",
            {"measures": [("monthly_charges", "avg")], "filters": [("female", "=", 1)]},
        ),
        # Keys that stand for rows.
        (
            "dishes",
            "average protein per item at Arbys",
            {"measures": [("protein", "avg")], "filters": [("restaurant", "=", "Arbys")]},
        ),
        ("dishes", "number of items per restaurant", {"measures": COUNT, "dimensions": ["restaurant"]}),
        ("dishes", "top 3 saltiest items", {"measures": [("sodium", "max")], "dimensions": ["item"]}),
        # Parts of texts.
        (
            "dishes",
            "how many items have chicken in the name",
            {"measures": COUNT, "filters": [("item", "contains", "chicken")]},
        ),
        (
            "dishes",
            'average calories of items with "burger" in their name',
            {"measures": [("calories", "avg")], "filters": [("item", "contains", "burger")]},
        ),
        (
            "books",
            "how many books have a title starting with A",
            {"measures": COUNT, "filters": [("title", "starts_with", "A")]},
        ),
        # Bounds of what is averaged, and on shares.
        (
            "dishes",
            "which restaurants average more than 600 calories",
            {"measures": [("calories", "avg")], "dimensions": ["restaurant"]},
        ),
        # Prices that things were sold for.
        (
            "home_sales",
            "number of homes sold for less than $50,000",
            {"measures": COUNT, "filters": [("SalePrice", "<", 50_000)]},
        ),
        ("home_sales", "what does a house sell for on average", {"measures": [("SalePrice", "avg")]}),
        ("home_sales", "average cost per square foot", {"measures": [("CostPerSqFt", "avg")]}),
        (
            "home_sales",
            "average sale price of homes built in 2000 or later",
            {"measures": [("SalePrice", "avg")], "filters": [("YearBuilt", ">=", 2000)]},
        ),
        # Adjectives by themselves, and how something is.
        (
            "earthquakes",
            "how many quakes deeper than 300",
            {"measures": COUNT, "filters": [("depth", ">", 300)]},
        ),
        (
            "earthquakes",
            "quakes stronger than 5.5",
            {"measures": COUNT, "filters": [("mag", ">", 5.5)]},
        ),
        # Marks that few rows have.
        (
            "starts",
            "how many medals did Kenya get",
            {"measures": COUNT, "filters": [("team", "=", "Kenya"), ("medal", "is_not_null", None)]},
        ),
        (
            "starts",
            "medals per year",
            {"measures": COUNT, "dimensions": ["year"], "filters": [("medal", "is_not_null", None)]},
        ),
        # Letters that a column's name spells out.
        (
            "books",
            "average list price of paperbacks",
            {"measures": [("list_price", "avg")], "filters": [("hard_paper", "=", "P")]},
        ),
    ],
)
def test_it_is_understood(table: str, question: str, told: dict[str, Any]) -> None:
    found = shown(planned(table, question))
    assert {name: found.get(name) for name in told} == told


def test_any_kind_of_something_leaves_out_those_without() -> None:
    plan = planned("subscribers", "how many internet subscribers have neither tech support nor churn")
    filters = shown(plan)["filters"]
    assert ("internet_service", "!=", "No") in filters
    assert ("tech_support", "=", "No") in filters
    assert ("churn", "=", False) in filters


def test_an_average_that_lines_must_have_bounds_the_lines() -> None:
    query = planned("dishes", "which restaurants average more than 600 calories per item").query
    assert [(one.column, one.operator, one.value) for one in query.having] == [("avg_calories", ">", 600)]
    assert query.filters == []


def test_a_share_that_lines_must_have_bounds_the_share() -> None:
    query = planned("subscribers", "contracts with a churn rate above 30%").query
    assert [(one.column, one.operator, one.value) for one in query.having] == [("share", ">", 0.3)]


def test_in_percent_from_one_end_to_the_other() -> None:
    question = "by how many percent did the number of bookings change from July 2016 to July 2017"
    [first, last, change] = planned("lodge_bookings", question).query.measures
    assert [first.name, last.name, change.name] == ["July 2016", "July 2017", "change_ratio"]


def test_stretches_that_no_period_is_beside_stand_side_by_side() -> None:
    query = planned("lodge_bookings", "number of bookings in July 2016 vs March 2017 vs August 2017").query
    assert [measure.name for measure in query.measures] == ["July 2016", "March 2017", "August 2017"]
    assert query.compare is None


def test_a_share_of_what_happened_in_a_time_is_of_all_times() -> None:
    query = planned("earthquakes", "what percentage of the moderate quakes happened in April 2024").query
    ratio = query.measures[0].ratio
    assert ratio is not None
    assert [(f.column, f.operator) for f in ratio.numerator.filters] == [("time", ">="), ("time", "<")]
    assert [(f.column, f.value) for f in query.filters] == [("mag_class", "Moderate")]
    assert query.period is None


@pytest.mark.parametrize(
    "question", ["when was the strongest quake", "where was the deepest quake and how deep was it"]
)
def test_when_and_where_something_was_is_told_by_the_row_itself(question: str) -> None:
    plan = planned("earthquakes", question)
    assert plan.single
    assert plan.query.limit == 1
    assert {"time", "place"} <= {dimension.column for dimension in plan.query.dimensions}


def test_over_the_years_is_a_line_by_year() -> None:
    query = planned("home_sales", "how has the average sale price developed over the years").query
    assert [dimension.grain for dimension in query.dimensions] == ["year"]


def test_columns_named_in_front_are_listed_of_each_row() -> None:
    query = planned("earthquakes", "list place, time and mag of all quakes with a depth over 500").query
    assert query.columns == ["place", "time", "mag"]
    assert [(f.column, f.operator, f.value) for f in query.filters] == [("depth", ">", 500)]


def test_a_verb_that_is_unknown_and_tells_no_number_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="photographed"):
        planned("dishes", "how many items were photographed")


def test_what_only_few_rows_say_is_less_sure_than_what_was_named() -> None:
    assert planned("lodge_bookings", "average price per room by meal").sureness >= SURE
    assert planned("starts", "medals per year").sureness < 1


def test_guests_are_not_all_that_a_flag_of_theirs_says() -> None:
    with pytest.raises(NotUnderstood, match="guests"):
        planned("lodge_bookings", "how many different countries do our guests come from")


@pytest.mark.parametrize(
    ("column", "title"),
    [
        ("startdate", "start date"),
        ("SampleSize", "sample size"),
        ("samplesize", "sample size"),
        ("rawpoll_north", "raw poll north"),
        ("weekend", "weekend"),
        ("percentage", "percentage"),
        ("airline", "airline"),
        ("runtime", "runtime"),
    ],
)
def test_names_of_two_words_that_are_written_as_one(column: str, title: str) -> None:
    assert human(column) == title


STORMS = Table(
    "storms",
    19_500,
    [
        Column("name", "string", "dimension", distinct=260),
        Column(
            "observed_at", "timestamp", "time", minimum="1975-06-01T00:00:00", maximum="2022-11-01T00:00:00"
        ),
        Column("status", "string", "dimension", distinct=9),
        Column("category", "integer", "dimension", distinct=5, minimum=1, maximum=5, nulls=14_000),
        Column("wind", "integer", "measure", minimum=10, maximum=165),
    ],
)
TRACKS = known([STORMS], {"status": ["hurricane", "tropical storm"]})["storms"]


def test_rows_that_many_of_one_name_share_are_counted_with_a_doubt() -> None:
    plan = reading.planned(TRACKS, "how many storms since 2015")
    assert plan.sureness < SURE
    assert any("different names" in choice for choice in plan.choices)
    assert reading.planned(TRACKS, "how many observations since 2015").sureness >= SURE


def test_a_value_is_one_though_rows_are_called_so_as_well() -> None:
    told = shown(reading.planned(TRACKS, "how many hurricane observations"))
    assert told == {"measures": COUNT, "filters": [("status", "=", "hurricane")]}


def test_a_list_of_rows_names_each_once() -> None:
    told = shown(reading.planned(TRACKS, "list the storms that reached category 5"))
    assert told["dimensions"] == ["name"]
    assert told["filters"] == [("category", "=", 5)]


def test_several_numbers_of_a_column_are_taken_together() -> None:
    told = shown(reading.planned(TRACKS, "number of category 4 and 5 observations"))
    assert told["filters"] == [("category", "in", [4, 5])]


FORCE = Table(
    "use_of_force",
    12_900,
    [
        Column("reported_at", "date", "time", minimum="2016-01-01", maximum="2021-08-31", nulls=12),
        Column("primary_offense", "string", "dimension", distinct=140),
        Column("neighborhood", "string", "dimension", distinct=80),
        Column("age", "integer", "measure", minimum=10, maximum=90),
    ],
)
REPORTS = known([FORCE], {"primary_offense": ["FORCE", "ASLT"]})["use_of_force"]


def test_a_word_of_the_tables_name_is_no_value_that_is_written_otherwise() -> None:
    told = shown(reading.planned(REPORTS, "top 10 neighborhoods by number of force reports"))
    assert told == {"measures": COUNT, "dimensions": ["neighborhood"]}
    told = shown(reading.planned(REPORTS, "number of FORCE reports"))
    assert told["filters"] == [("primary_offense", "=", "FORCE")]


def test_a_line_over_time_has_no_place_for_rows_without_a_time() -> None:
    plan = reading.planned(REPORTS, "how has the average age developed over the years")
    assert shown(plan)["filters"] == [("reported_at", "is_not_null", None)]
    assert any("without reported at" in choice for choice in plan.choices)


MACHINES = Table(
    "machines_seen",
    6_000,
    [
        Column("month", "date", "time", minimum="1993-01-01", maximum="1995-11-01", distinct=35),
        Column("price", "integer", "measure", minimum=900, maximum=5_400),
        Column("ram", "integer", "measure", distinct=6, minimum=2, maximum=32),
    ],
)
OFFERS = known([MACHINES], {})["machines_seen"]


@pytest.mark.parametrize(
    "question", ["average price by ram", "which ram sizes have an average price above 2500"]
)
def test_a_number_of_few_values_can_be_split_by(question: str) -> None:
    told = shown(reading.planned(OFFERS, question))
    assert told == {"measures": [("price", "avg")], "dimensions": ["ram"]}


def test_a_noun_that_can_only_be_what_is_counted_is_hardly_sure() -> None:
    plan = reading.planned(OFFERS, "number of assortments by month")
    assert shown(plan)["measures"] == COUNT
    assert plan.sureness < LIKELY
    assert any("assortments" in choice for choice in plan.choices)
    with pytest.raises(NotUnderstood, match="waiters"):
        reading.planned(OFFERS, "average price of waiters")


def test_names_are_looked_up_without_the_small_words_behind_them() -> None:
    phrases = read("In which years did Paavo Nurmi win silver", WORDS["starts"], reading.TIMES)
    assert "Paavo Nurmi" in proper_names(phrases)


def test_a_slip_of_two_letters_in_a_short_word_is_seen() -> None:
    intent = intent_of(read("hwo many books", WORDS["books"], reading.TIMES), WORDS["books"])
    assert intent.unknown == []


def test_names_within_longer_texts_are_found_in_the_data(server: Server) -> None:
    """Through the API, as values of such columns are looked up when a question names something strange."""
    api = server.owner("self_hosted")
    rows = [f"{n} km NW of {('Tobelo, Molia', 'Sangay, Velia')[n % 3 == 0]},{4 + n % 3}" for n in range(60)]
    source = api.upload(("place,mag\n" + "\n".join(f'"{r[: r.rindex(",")]}",{r[-1]}' for r in rows)).encode())
    for question, count in (("how many quakes near Tobelo", 40), ("how many quakes in Velia", 20)):
        answer = api.post("/api/v1/analysis", json={"question": question, "source_id": source["id"]}).json()
        assert answer["status"] == "answered", answer["text"]
        assert answer["rows"] == [[count]], answer["query"]
        assert answer["query"]["filters"][0]["operator"] == "contains"
    answer = api.post(
        "/api/v1/analysis", json={"question": "how many quakes in Nowhere", "source_id": source["id"]}
    )
    assert answer.json()["status"] == "unclear"
