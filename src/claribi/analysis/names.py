"""Human names from the names of tables and columns."""

import re
from typing import Any

from claribi.analysis.compounds import FIRST, LAST, apart
from claribi.analysis.figures import Span, Text
from claribi.query.schemas import Measure

BREAK = re.compile(r"[\W_]+|(?<=[^\W_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Only abbreviations that mean the same in every table.
ABBREVIATIONS = {
    "amt": "amount",
    "wday": "weekday",
    "dow": "weekday",
    "avg": "average",
    "cnt": "count",
    "cust": "customer",
    "dept": "department",
    "desc": "description",
    "dest": "destination",
    "mgr": "manager",
    "num": "number",
    "pct": "percentage",
    "prod": "product",
    "qty": "quantity",
    "rev": "revenue",
    "temp": "temperature",
    "txn": "transaction",
}
# These stand for something else in other company.
TRAVEL = {"arr": "arrival", "dep": "departure"}
TRAVEL_NOUNS = frozenset({"delay", "time", "date", "airport", "station"})
CURRENCIES = {"usd": "USD", "eur": "EUR", "gbp": "GBP", "chf": "CHF", "jpy": "JPY", "cad": "CAD"}
PREFIXES: dict[str, str] = {
    "sum": "total",
    "avg": "average",
    "min": "lowest",
    "max": "highest",
    "median": "median",
}
ROWS = "records"
# English nouns that tables are split by, beside those that compounds are made of.
NOUNS = frozenset(
    """
    airline airport brand browser carrier cause colour color company continent currency cuisine department
    depot destination disease division domain factory gender genre heading industry job kind language
    manager manufacturer maker medium material nation neighborhood neighbourhood origin outcome package plant
    platform profession province reason religion sex shift site species sport stage station style subcategory
    supplier symbol technology territory topic variety vendor venue warehouse weapon weather zone
    """.split()  # noqa: SIM905 - shorter to read
)


def words(name: str) -> list[str]:
    """The lower-case words of a name in snake_case, in camelCase, with spaces, or of two words without."""
    written = BREAK.sub(" ", name).lower().split()
    return [ABBREVIATIONS.get(word, word) for joined in written for word in apart(joined)]


def human(name: str) -> str:
    """`arrival_delay` → `arrival delay`; a name without a letter stays as it is."""
    found = words(name)
    if len(found) > 1 and found[1] in TRAVEL_NOUNS:
        found[0] = TRAVEL.get(found[0], found[0])
    return " ".join(found) or name


def currency_of(name: str) -> str | None:
    return next((CURRENCIES[word] for word in words(name) if word in CURRENCIES), None)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def plural(noun: str) -> str:
    if re.search(r"(?<![su])s$", noun) and not noun.endswith("is"):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(s|x|z|ch|sh)$", noun) else "s")


def values_of(dimension: str) -> str:
    """The values of a dimension in the plural: `regions`; `values of filiale` where it is no word of ours."""
    noun = human(dimension)
    last = noun.rpartition(" ")[2]
    is_known = last in FIRST or last in LAST or last in NOUNS or plural(last) == last
    return plural(noun) if is_known else f"values of {noun}"


def rows_of(table: str) -> str:
    """What one row of the table is, in the plural: `flights`, or `records` where the name does not tell."""
    nouns = [word for word in words(table) if word.isalpha()]
    ends_plural = bool(nouns) and len(nouns[-1]) > 3 and plural(nouns[-1]) == nouns[-1]  # noqa: PLR2004 - gas, bus
    return " ".join(nouns) if ends_plural else ROWS


def title_of(measure: Measure, table: str) -> str:
    """The measure as it stands inside a sentence: `total revenue`, `number of flights`."""
    if measure.name:
        return measure.name
    if measure.ratio is not None:
        ratio = measure.ratio
        return f"{title_of(ratio.numerator, table)} per {title_of(ratio.denominator, table)}"
    if measure.column is None:
        return f"number of {rows_of(table)}"
    noun = noun_of(measure.column)
    told = {
        "count": f"number of {rows_of(table)} with {noun}",
        "count_distinct": f"number of different {plural(noun)}",
        "corr": f"correlation of {noun} with {noun_of(measure.other or '')}",
    }
    if measure.aggregation in told:
        return told[measure.aggregation]
    prefix = PREFIXES.get(measure.aggregation or "sum", "")
    return noun if noun.startswith(prefix) else f"{prefix} {noun}"


def noun_of(column: str) -> str:
    """What a column measures, without its unit: `Revenue in €` and `Umsatz in EUR` lose theirs."""
    noun = " ".join(word for word in human(column).split() if word not in CURRENCIES)
    return noun.removesuffix(" in") or column


def member_text(value: Any, dimension: str) -> str:
    """One value of a dimension as words: `carrier UA`, or `no carrier` where it is missing."""
    if value is None or value == "":
        return f"no {human(dimension)}"
    noun, name = human(dimension), label_of(value)
    return name if name.lower().startswith(noun) else f"{noun} {name}"


def label_of(value: Any) -> str:
    """One value of a dimension by itself, on an axis or in a table."""
    if value is None or value == "":
        return "(missing)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


class Member(list[Span]):
    """One value of a dimension in a sentence."""

    def __init__(self, value: Any, dimension: str) -> None:
        super().__init__([Text(member_text(value, dimension), strong=True)])
        self.value, self.dimension = value, dimension


def member(value: Any, dimension: str) -> Member:
    return Member(value, dimension)
