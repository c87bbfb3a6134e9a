"""What the columns of a table are good for, judged by their names and the spread of their values."""

from claribi.analysis.names import plural, words
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES, Column, Table

CALENDAR = frozenset(
    {"year", "quarter", "month", "week", "weekday", "day", "dow", "doy", "hour", "minute", "second", "date"}
)
IDENTIFIERS = frozenset(
    {"id", "uuid", "guid", "key", "code", "zip", "zipcode", "postcode", "postal", "phone", "fax", "no", "nr"}
    | {"number", "index", "idx", "pk", "fk", "hash", "isbn", "ean", "sku", "iban", "ssn", "serial", "version"}
    | {"line", "row", "sequence", "seq"}
)
PLACES = frozenset({"lat", "lon", "lng", "long", "latitude", "longitude", "x", "y", "altitude", "easting"})
# Adding these up gives a number without meaning.
AVERAGED = frozenset(
    {
        "rate",
        "ratio",
        "cpi",
        "ppi",
        "hdi",
        "percentage",
        "percent",
        "share",
        "average",
        "mean",
        "median",
        "price",
        "score",
    }
    | {"rating", "temperature", "humidity", "pressure", "speed", "delay", "age", "index", "margin", "latency"}
    | {"level", "grade", "height", "density", "gpa", "bmi", "ph", "stock", "inventory", "balance", "velocity"}
    | {"efficiency", "utilization", "utilisation", "satisfaction", "nps", "stars", "probability", "visib"}
    | {"response", "frequency", "interest", "capacity", "headcount", "salary", "wage", "lag", "tenure"}
    | {"mass", "depth", "width", "length", "diameter", "thickness", "expectancy", "life", "elevation"}
    | {"altitude", "mileage", "horsepower", "mag", "magnitude", "alcohol", "acidity", "quality", "bpm"}
    | {"yield", "productivity", "concentration", "intensity", "open", "high", "low", "close", "calories"}
    | {"protein", "sodium", "cholesterol", "fiber", "sugar", "fat", "carb", "carbs", "mpg", "kmh", "mph"}
    # What a meter reads, and how long somebody waits.
    | {"vibration", "turbidity", "voltage", "conductivity", "salinity", "torque", "rpm", "wait", "waiting"}
    # Of a head, a mile, a unit; and what is there again in each year's row.
    | {"per", "percap", "capita", "pop", "population", "inhabitants", "residents"}
)
ADDED = frozenset(
    {"amount", "revenue", "sales", "total", "quantity", "count", "units", "sum", "profit", "cost", "costs"}
    | {"spend", "spending", "volume", "tax", "income", "expense", "expenses", "orders", "visits", "clicks"}
    | {"impressions", "sessions", "turnover", "loss", "fee", "fees", "tip", "tips", "fare", "paid", "refund"}
    | {
        "receipts",
        "outlays",
        "expenditure",
        "expenditures",
        "proceeds",
        "payments",
        "donations",
        "goals",
        "medals",
        "gold",
    }
    | {
        "silver",
        "bronze",
        "subtotal",
        "gross",
        "net",
        "discount",
        "passengers",
        "downloads",
        "items",
        "value",
        "sold",
        "kwh",
    }
)
# These say nothing by themselves: a `ph_value` is a pH, an `order_value` an amount.
VAGUE = frozenset({"value", "values"})
# These are averaged, but added up where they are a `total`: of all pieces of a line, not of one.
TOTALLED = frozenset({"price", "prices"})
# Whose points a game has.
SIDES = frozenset({"home", "away", "visitor", "host", "guest"})
# What somebody is paid each time: added up over people it says little.
PACES = frozenset({"hourly", "daily", "weekly", "monthly", "annual", "yearly", "household", "family"})
# What a reader most likely came for, the most telling first.
TELLING = (
    *("revenue", "sales", "turnover", "receipts", "profit", "amount", "total", "income", "cost", "spend"),
    "delay",
)
TELLING_ALSO = ("price", "quantity", "units", "value", "rate", "score", "fee", "fare", "volume", "count")
WELCOME = frozenset(
    {"revenue", "sales", "profit", "income", "turnover", "margin", "orders", "conversion", "satisfaction"}
    | {"score", "rating", "units", "quantity", "sold", "visits", "sessions", "downloads", "nps", "tips"}
)
UNWELCOME = frozenset(
    {"cost", "costs", "expense", "expenses", "delay", "loss", "churn", "error", "errors", "defects", "refund"}
    | {"refunds", "complaints", "latency", "downtime", "returns", "cancellations", "failures", "incidents"}
)
MAIN_MOMENT = ("date", "time", "timestamp", "day", "order", "ordered", "transaction", "event", "invoice")
SIDE_MOMENT = ("updated", "modified", "deleted", "birth", "due", "expiry", "expires", "end", "valid", "dob")

YEAR_NAMES, YEARS = frozenset({"year", "yr", "jahr"}), range(1000, 2200)
FEWEST_VALUES, MOST_VALUES = 2, 1_000
MOST_MISSING = 0.5
CLOCK = (1_300, 2_400)
# What happens at a time of day; a `check_time` is how long something took.
MOMENTS = frozenset(
    {"dep", "departure", "arr", "arrival", "sched", "scheduled", "start", "end", "begin", "open"}
    | {"close", "opening", "closing", "crs", "event", "pickup", "dropoff", "occurred", "reported", "utc"}
    | {"incident", "order", "local", "clock", "landing", "takeoff", "of", "starting", "ending", "finish"}
    | {"birth", "death"}
)
# A `load_time_ms` is no time of day.
LASTING = frozenset(
    {"ms", "s", "sec", "secs", "second", "seconds", "min", "mins", "minutes", "h", "hours", "us"}
)


def _named(column: Column, vocabulary: frozenset[str] | tuple[str, ...]) -> bool:
    return any(word in vocabulary for word in words(column.name))


def missing_share(column: Column, table: Table) -> float:
    return column.nulls / table.row_count if table.row_count else 1.0


def is_calendar(column: Column) -> bool:
    """A column that only repeats the date: its values would `explain` every change over time."""
    return column.type not in TIME_TYPES and bool(CALENDAR.intersection(words(column.name)[-1:]))


def holds_years(column: Column) -> bool:
    """Whether a column of whole numbers says of each row in which year it was: `year`, `fiscal_year`."""
    edges = number(column.minimum), number(column.maximum)
    if column.type != "integer" or not YEAR_NAMES.intersection(words(column.name)[-1:]):
        return False
    return all(edge is not None and edge in YEARS for edge in edges)


def is_measure(column: Column, table: Table) -> bool:
    """A number that adding up or averaging makes sense of."""
    if column.role != "measure" or column.type not in NUMERIC_TYPES:
        return False
    if _is_identifier(column) and not _named(column, ADDED | AVERAGED):
        return False
    if _numbers_its_rows(column, table):
        return False
    if _named(column, PLACES) or is_calendar(column) or _is_clock(column):
        return False
    varies = column.minimum is None or column.minimum != column.maximum
    return varies and missing_share(column, table) < 1


def _is_identifier(column: Column) -> bool:
    """An order number tells orders apart; a number of orders is an amount."""
    named = words(column.name)
    return bool(IDENTIFIERS.intersection(named[1:] if named[0:1] == ["number"] and named[1:] else named))


def _numbers_its_rows(column: Column, table: Table) -> bool:
    """`flight` of a table `flights`: the number that each of them has, unless the word is an amount."""
    return [plural(word) for word in words(column.name)] == words(table.name) and not _named(
        column, ADDED | AVERAGED
    )


def _is_clock(column: Column) -> bool:
    """Times of day written as numbers: 517 for 5:17."""
    lowest, highest = number(column.minimum), number(column.maximum)
    named = words(column.name)
    if column.type != "integer" or "time" not in named or LASTING.intersection(named[-1:]):
        return False
    if named != ["time"] and not MOMENTS.intersection(named):
        return False
    if lowest is None or highest is None:
        return False
    return lowest >= 0 and CLOCK[0] <= highest <= CLOCK[1]


def number(value: object) -> float | None:
    """A bound of the catalog as a number; None where it is none."""
    try:
        return float(value)  # type: ignore[arg-type]  # what is no number raises, and that is the question
    except (TypeError, ValueError):
        return None


def is_additive(column: Column) -> bool:
    """Whether the sum of the column means something, by its name first and its values second."""
    last = words(column.name)[-1:]
    named = set(words(column.name))
    if "per" in named or ("income" in named and named & PACES):
        return False
    if ("total" in named and _named(column, TOTALLED)) or (SIDES & named and last == ["score"]):
        # Of all pieces of a line; the goals of the home team
        return True
    if _named(column, AVERAGED) and not (last and last[0] in ADDED - VAGUE):
        return False
    if _named(column, ADDED):
        return True
    lowest, highest = number(column.minimum), number(column.maximum)
    if lowest is None or highest is None or lowest < 0:
        return False
    is_ratio = column.type != "integer" and highest <= 1
    return not is_ratio and "time" not in words(column.name)


def says_that_it_adds_up(column: Column) -> bool:
    """Whether a name says so, where `is_additive` may rest on nothing but the values."""
    return _named(column, ADDED)


def is_welcome(column: Column | None) -> bool | None:
    """Whether more of it is good news; None where the name does not tell."""
    if column is None:
        return None
    if _named(column, UNWELCOME):
        return False
    return True if _named(column, WELCOME) else None


def telling(column: Column, table: Table) -> float:
    """How much a reader would want to see this measure, from 0 to 1."""
    places = [place for place, word in enumerate(TELLING) if word in words(column.name)]
    named = 1 - 0.03 * places[0] if places else 0.6 if _named(column, TELLING_ALSO) else 0.4
    return named * (1 - missing_share(column, table))


def is_dimension(column: Column, table: Table) -> bool:
    if column.role != "dimension" or not FEWEST_VALUES <= column.distinct <= MOST_VALUES:
        return False
    repeats = column.distinct <= max(table.row_count / 2, FEWEST_VALUES)
    return repeats and missing_share(column, table) <= MOST_MISSING


SPREADS = ((2, 0.7), (30, 1.0), (100, 0.7), (MOST_VALUES, 0.4))


def usefulness(column: Column, table: Table) -> float:
    """How well a dimension splits the table, from 0 to 1: a handful of values, few of them missing."""
    spread = next((score for most, score in SPREADS if column.distinct <= most), 0.0)
    return spread * (1 - missing_share(column, table))


def moment_score(column: Column, table: Table) -> float:
    """How likely a time column is the time that the table is about."""
    score = 1 - missing_share(column, table)
    score += 0.3 if _named(column, MAIN_MOMENT) else 0.0
    return score - (0.6 if _named(column, SIDE_MOMENT) else 0.0)
