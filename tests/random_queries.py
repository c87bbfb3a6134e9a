"""Random questions to one table: its rows, and strategies for hypothesis."""

import math
import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import reference
from hypothesis import strategies as st

from claribi.query.schemas import Query
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES, Column, ColumnType, Table

NOW = datetime(2024, 4, 10, 12, 30)
TYPES: dict[str, ColumnType] = {
    "id": "integer",
    "day": "date",
    "moment": "timestamp",
    "region": "string",
    "size": "string",
    "n": "integer",
    "amount": "decimal",
    "x": "float",
    "ok": "boolean",
}
TABLE = Table("things", 0, [Column(name, kind, "dimension") for name, kind in TYPES.items()])
CREATE = (
    "CREATE TABLE things (id int, day date, moment {moment}, region {text}, size {text}, n int,"
    " amount decimal(10, 2), x double precision, ok boolean)"
)
NOT_NUMBERS = {name for name, kind in TYPES.items() if kind not in NUMERIC_TYPES}


def _rows() -> list[dict[str, Any]]:
    """Few days and words, so that groups meet; the nights on which clocks change; much that is missing."""
    chance = random.Random(4)
    nights = [datetime(2024, 3, 31), datetime(2023, 10, 29), datetime(2024, 2, 29)]

    def row(number: int) -> dict[str, Any]:
        moment = chance.choice([*nights, datetime(2022, 12, 30) + timedelta(days=chance.randint(0, 480))])
        values = {
            "day": moment.date(),
            "moment": moment + timedelta(minutes=30 * chance.randint(0, 47)),
            "region": chance.choice(["North", "south", "Süd", "o'West", "100%", ""]),
            "size": chance.choice(["S", "M", "L", "North"]),
            "n": chance.randint(-3, 6),
            "amount": Decimal(chance.randint(-999, 9999)) / 100,
            "x": chance.randint(-40, 400) / 4,
            "ok": chance.random() < 0.5,
        }
        return {"id": number} | {k: None if chance.random() < 0.12 else v for k, v in values.items()}

    return [row(number) for number in range(300)]


ROWS = _rows()
TUPLES = [tuple(row.values()) for row in ROWS]


def of(*types: ColumnType) -> st.SearchStrategy[str]:
    return st.sampled_from([name for name, kind in TYPES.items() if not types or kind in types])


def _value(column: str) -> st.SearchStrategy[Any]:
    """A value to compare a column with: mostly one that it holds."""
    held = sorted({row[column] for row in ROWS if row[column] is not None}, key=str)
    return st.sampled_from(held).map(_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


@st.composite
def _beside(draw: st.DrawFn) -> dict[str, Any]:
    """One column compared with another."""
    kinds = draw(st.sampled_from([("integer", "decimal", "float"), ("date", "timestamp"), ("string",)]))
    column, other = draw(st.lists(of(*kinds), min_size=2, max_size=2, unique=True))
    operators = ["=", "!="] if kinds == ("string",) else ["=", "!=", "<", "<=", ">", ">="]
    return {"column": column, "operator": draw(st.sampled_from(operators)), "other": other}


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.integers(0, 4)) == 0:
        return draw(_beside())
    column = draw(of())
    kind = TYPES[column]
    operators = ["=", "!=", "in", "not_in", "is_null", "is_not_null"]
    if kind != "boolean":
        operators += ["<", "<=", ">", ">=", "between"]
    operators += ["contains", "starts_with"] if kind == "string" else []
    operators += ["last_n"] if kind in TIME_TYPES else []
    operator = draw(st.sampled_from(operators))
    value: Any = None
    if operator == "last_n":
        units = ["day", "week", "month", "quarter", "year"] + (["hour"] if kind == "timestamp" else [])
        value = {
            "n": draw(st.integers(1, 8)),
            "unit": draw(st.sampled_from(units)),
            "anchor": draw(st.sampled_from(["now", "data"])),
        }
    elif operator in {"contains", "starts_with"}:
        value = draw(st.sampled_from(["o", "SÜ", "n", "'", "%", "100%", "_", "zz", "th"]))
    elif operator in {"in", "not_in"}:
        value = draw(st.lists(_value(column), min_size=1, max_size=4))
    elif operator == "between":
        value = draw(st.lists(_value(column), min_size=2, max_size=2))
    elif not operator.startswith("is_"):
        value = draw(_value(column))
    return {"column": column, "operator": operator, "value": value}


@st.composite
def measures(draw: st.DrawFn, *, ratios: bool = True) -> dict[str, Any]:
    if ratios and draw(st.integers(0, 5)) == 0:
        parts = {
            name: draw(measures(ratios=False).filter(lambda m: m.get("column") not in NOT_NUMBERS))
            for name in ("numerator", "denominator")
        }
        return {"ratio": parts}
    aggregation = draw(st.sampled_from(["sum", "avg", "median", "min", "max", "count", "count_distinct"]))
    if aggregation == "count" and draw(st.booleans()):
        return {"aggregation": "count"}
    numbers = of("integer", "decimal", "float")
    if aggregation in {"sum", "avg", "median"}:
        column = draw(numbers)
    else:
        column = draw(of() if aggregation.startswith("count") else st.one_of(numbers, of("date", "string")))
    return {"aggregation": aggregation, "column": column}


@st.composite
def _extras(
    draw: st.DrawFn, dimensions: list[dict[str, Any]], listed: list[dict[str, Any]], *, compared: bool
) -> dict[str, Any]:
    """Top values, conditions on measures, calculations."""
    extras: dict[str, Any] = {}
    words = [d["column"] for d in dimensions if TYPES[d["column"]] == "string"]
    # Sums that are exact, so that no engine's rounding decides what is on top.
    exact = [m["name"] for m in listed if m.get("aggregation") in {"sum", "count"}]
    if words and exact and draw(st.booleans()):
        other = draw(st.sampled_from(["Other", None]))
        extras["top"] = {
            "dimension": draw(st.sampled_from(words)),
            "n": draw(st.integers(1, 4)),
            "measure": draw(st.sampled_from(exact)),
            "ascending": draw(st.booleans()),
            "other": other,
        }
    if compared or not exact:
        return extras
    if draw(st.booleans()):
        value = draw(st.integers(-5, 20))
        operator = draw(st.sampled_from(["<", ">=", "!=", "is_not_null"]))
        extras["having"] = [{"column": draw(st.sampled_from(exact)), "operator": operator, "value": value}]
    timed = [d["column"] for d in dimensions if "grain" in d]
    names = [d["column"] for d in dimensions]
    kinds = ["share", "rank"]
    if timed:
        kinds += ["running_total", "moving_average", "previous", "change", "change_ratio"]
    calculations = []
    for number in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(kinds))
        one: dict[str, Any] = {"type": kind, "measure": draw(st.sampled_from(exact)), "name": f"c{number}"}
        if kind in {"share", "rank"}:
            one["within"] = draw(st.lists(st.sampled_from(names), unique=True, max_size=1)) if names else []
            one["ascending"] = draw(st.booleans())
        else:
            one |= {"along": draw(st.sampled_from(timed)), "n": draw(st.integers(1, 4))}
            grain = next(d["grain"] for d in dimensions if d["column"] == one["along"])
            if kind == "running_total":
                one["reset"] = draw(st.sampled_from([None, "week", "month", "quarter", "year"]))
            elif kind != "moving_average" and grain not in {"week", "hour"}:
                one["unit"] = draw(st.sampled_from([None, "year"]))
        calculations.append(one)
    extras["calculations"] = calculations
    return extras


@st.composite
def queries(draw: st.DrawFn) -> Query:
    body: dict[str, Any] = {
        "source_id": 1,
        "table": "things",
        "filters": draw(st.lists(filters(), max_size=3)),
    }
    if draw(st.integers(0, 7)) == 0:
        columns = draw(st.lists(of(), min_size=1, unique=True))
        return Query.model_validate(
            body | {"columns": ["id", *(c for c in columns if c != "id")], "sort": [{"field": "id"}]}
        )
    chosen = draw(st.lists(of("date", "timestamp", "string", "boolean"), max_size=2, unique=True))
    dimensions: list[dict[str, Any]] = [{"column": name} for name in chosen]
    for dimension in dimensions:
        if TYPES[dimension["column"]] in TIME_TYPES:
            dimension["grain"] = draw(
                st.sampled_from(["day", "week", "month", "quarter", "year"])
                if TYPES[dimension["column"]] == "date"
                else st.sampled_from(["hour", "day", "week", "month", "quarter", "year"])
            )
    body["dimensions"] = dimensions
    listed = draw(st.lists(measures(), min_size=0 if dimensions else 1, max_size=3, unique_by=str))
    if draw(st.integers(0, 2)) == 0 and listed:
        start = datetime(2023, 1, 1) + timedelta(days=draw(st.integers(0, 400)))
        whole = draw(st.booleans())
        start = start.replace(day=1) if whole else start
        end = start + timedelta(days=draw(st.integers(1, 120)))
        end = reference._forward(start, draw(st.integers(1, 6))) if whole else end
        body["period"] = {"column": draw(of("date", "timestamp")), "start": start, "end": end}
        if draw(st.booleans()):
            body["compare"] = draw(st.sampled_from(["previous_period", "previous_year"]))
            listed = [m for m in listed if "ratio" in m or m.get("column") not in NOT_NUMBERS]
            listed = listed or [{"aggregation": "count"}]
    for number, measure in enumerate(listed):
        measure["name"] = f"m{number}"
    body["measures"] = listed
    if listed and draw(st.integers(0, 2)) == 0:
        body |= draw(_extras(dimensions, listed, compared="compare" in body))
    exact = [f"m{i}" for i, m in enumerate(listed) if m.get("aggregation") in {"sum", "count", "min", "max"}]
    sortable = [d["column"] for d in dimensions] + exact
    if sortable:
        fields = draw(st.lists(st.sampled_from(sortable), max_size=2, unique=True))
        body["sort"] = [{"field": field, "descending": draw(st.booleans())} for field in fields]
    body["limit"] = draw(st.one_of(st.none(), st.integers(1, 20)))
    return Query.model_validate(body)


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, int | float | Decimal) and isinstance(theirs, int | float | Decimal):
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-9)
    if type(ours) is date and isinstance(theirs, datetime):
        return datetime(ours.year, ours.month, ours.day) == theirs
    return bool(ours == theirs)
