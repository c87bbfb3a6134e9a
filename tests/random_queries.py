"""Random questions to one table: its rows, and strategies for hypothesis."""

import math
import random
from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import reference
from hypothesis import strategies as st
from pydantic import TypeAdapter

from claribi.query.columns import Computed
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
# What questions bring along, and what it is; those that stand before are made use of.
COMPUTED: list[dict[str, Any]] = [
    {"name": "gap", "expression": "a - b", "columns": {"a": "amount", "b": "n"}},
    {"name": "next", "expression": "k + k - 3", "columns": {"k": "n"}},
    {"name": "Half Off", "expression": "-(b - 4) * 0.5", "columns": {"b": "x"}},
    {"name": "margin", "expression": "(a - b) / a", "columns": {"a": "amount", "b": "x"}},
    {"name": "took", "duration": {"start": "day", "end": "moment", "unit": "minute"}},
    {"name": "before", "duration": {"start": "moment", "end": "day", "unit": "day"}},
    {"name": "band", "classes": {"column": "amount", "edges": [-2, 0.5, 10, 50.25]}},
    {"name": "pairs", "classes": {"column": "n", "width": 2}},
    {"name": "tens", "classes": {"column": "gap", "width": 10}},
    {"name": "quarters", "classes": {"column": "amount", "width": 12.5}},
    {"name": "steps", "classes": {"column": "x", "width": 2.5}},
    {"name": "spell", "classes": {"column": "took", "width": 400}},
]
COMPUTED_TYPES: dict[str, ColumnType] = {
    "gap": "decimal",
    "next": "integer",
    "Half Off": "float",
    "margin": "float",
    "took": "float",
    "before": "float",
    "band": "string",
    "pairs": "integer",
    "tens": "integer",
    "quarters": "float",
    "steps": "float",
    "spell": "float",
}
ALL = TYPES | COMPUTED_TYPES
# Engines round the last digit in their own ways.
ROUNDED = {"margin", "before"}
CLASSES = [each["name"] for each in COMPUTED if "classes" in each]
NOT_NUMBERS = {name for name, kind in ALL.items() if kind not in NUMERIC_TYPES}


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
WIDER = [reference.computed(TypeAdapter(list[Computed]).validate_python(COMPUTED), row) for row in ROWS]


def of(*types: ColumnType, without: Collection[str] = ()) -> st.SearchStrategy[str]:
    """A column, of the table rather than a computed one."""
    own, made = (
        [name for name, kind in columns.items() if (not types or kind in types) and name not in without]
        for columns in (TYPES, COMPUTED_TYPES)
    )
    return st.sampled_from(own + own + made)


def _brought(body: dict[str, Any], *, all_of_them: bool) -> list[dict[str, Any]]:
    """The computed columns that a question speaks of, and those that they are made of."""
    text = str(body) + "".join(str(each) for each in COMPUTED if f"'{each['name']}'" in str(body))
    return [each for each in COMPUTED if all_of_them or f"'{each['name']}'" in text]


def _value(column: str) -> st.SearchStrategy[Any]:
    """A value to compare a column with: mostly one that it holds."""
    if column in ROUNDED:
        return st.sampled_from([-1.70713, -0.30119, 0.10457, 0.90211, 3.4001])
    held = sorted({row[column] for row in WIDER if row[column] is not None}, key=str)
    return st.sampled_from(held).map(_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    return float(value) if isinstance(value, Decimal) else value


@st.composite
def _beside(draw: st.DrawFn) -> dict[str, Any]:
    """One column compared with another."""
    kinds = draw(st.sampled_from([("integer", "decimal", "float"), ("date", "timestamp"), ("string",)]))
    column, other = draw(st.lists(of(*kinds, without=ROUNDED), min_size=2, max_size=2, unique=True))
    operators = ["=", "!="] if kinds == ("string",) else ["=", "!=", "<", "<=", ">", ">="]
    return {"column": column, "operator": draw(st.sampled_from(operators)), "other": other}


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.integers(0, 4)) == 0:
        return draw(_beside())
    column = draw(of())
    kind = ALL[column]
    operators = ["=", "!=", "in", "not_in", "is_null", "is_not_null"]
    if kind != "boolean" and column != "band":
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
            name: draw(measures(ratios=False).filter(lambda m: m.get("column") not in NOT_NUMBERS | ROUNDED))
            for name in ("numerator", "denominator")
        }
        return {"ratio": parts}
    aggregation = draw(
        st.sampled_from(["sum", "avg", "median", "corr", "min", "max", "count", "count_distinct"])
    )
    if aggregation == "corr":
        # Of what is rounded, nothing might vary but the last digit.
        pair = st.lists(
            of("integer", "decimal", "float", without=ROUNDED), min_size=2, max_size=2, unique=True
        )
        return {"aggregation": aggregation} | dict(zip(("column", "other"), draw(pair), strict=True))
    if aggregation == "count" and draw(st.booleans()):
        return {"aggregation": "count"}
    numbers = of("integer", "decimal", "float")
    if aggregation in {"sum", "avg", "median"}:
        column = draw(numbers)
    elif aggregation.startswith("count"):
        column = draw(of(without=ROUNDED))
    else:
        column = draw(st.one_of(numbers, of("date", "string", without={"band"})))
    return {"aggregation": aggregation, "column": column}


def _exact(listed: list[dict[str, Any]], *aggregations: str) -> list[str]:
    return [
        m["name"] for m in listed if m.get("aggregation") in aggregations and m.get("column") not in ROUNDED
    ]


@st.composite
def _extras(
    draw: st.DrawFn, dimensions: list[dict[str, Any]], listed: list[dict[str, Any]], *, compared: bool
) -> dict[str, Any]:
    """Top values, conditions on measures, calculations."""
    extras: dict[str, Any] = {}
    words = [d["column"] for d in dimensions if ALL[d["column"]] == "string"]
    # Sums that are exact, so that no engine's rounding decides what is on top.
    exact = _exact(listed, "sum", "count")
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
    timed = [d["column"] for d in dimensions if "grain" in d or ALL[d["column"]] == "integer"]
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
            grain = next(d.get("grain") for d in dimensions if d["column"] == one["along"])
            if grain is None:
                pass
            elif kind == "running_total":
                one["reset"] = draw(st.sampled_from([None, "week", "month", "quarter", "year"]))
            elif kind != "moving_average" and grain not in {"week", "hour"}:
                one["unit"] = draw(st.sampled_from([None, "year"]))
        calculations.append(one)
    extras["calculations"] = calculations
    return extras


@st.composite
def _summaries(draw: st.DrawFn, exact: list[str]) -> list[dict[str, Any]]:
    """Measures over the rows of an answer; mostly none."""
    if not exact or draw(st.integers(0, 4)):
        return []
    condition = st.fixed_dictionaries(
        {
            "column": st.sampled_from(exact),
            "operator": st.sampled_from(["<", ">=", "!=", "is_null", "is_not_null"]),
            "value": st.integers(-5, 20),
        }
    )
    one = st.one_of(
        st.fixed_dictionaries(
            {"aggregation": st.just("count"), "filters": st.lists(condition, max_size=2)},
        ),
        st.fixed_dictionaries(
            {
                "aggregation": st.sampled_from(
                    ["sum", "avg", "median", "min", "max", "count", "count_distinct"]
                ),
                "column": st.sampled_from(exact),
                "filters": st.lists(condition, max_size=1),
            }
        ),
    )
    ratio = st.fixed_dictionaries({"numerator": one, "denominator": one}).map(lambda parts: {"ratio": parts})
    listed = draw(st.lists(st.one_of(one, one, ratio), min_size=1, max_size=3))
    return [measure | {"name": f"s{number}"} for number, measure in enumerate(listed)]


@st.composite
def queries(draw: st.DrawFn) -> Query:
    body: dict[str, Any] = {
        "source_id": 1,
        "table": "things",
        "filters": draw(st.lists(filters(), max_size=3)),
    }
    if draw(st.integers(0, 7)) == 0:
        columns = draw(st.lists(of(), min_size=1, unique=True))
        body |= {"columns": ["id", *(c for c in columns if c != "id")], "sort": [{"field": "id"}]}
        if "band" in columns:
            body["sort"].insert(0, {"field": "band", "descending": draw(st.booleans())})
        return Query.model_validate(body | {"computed": _brought(body, all_of_them=False)})
    plain = of("date", "timestamp", "string", "boolean")
    chosen = draw(st.lists(st.one_of(plain, plain, st.sampled_from(CLASSES)), max_size=2, unique=True))
    dimensions: list[dict[str, Any]] = [{"column": name} for name in chosen]
    for dimension in dimensions:
        if ALL[dimension["column"]] in TIME_TYPES:
            dimension["grain"] = draw(
                st.sampled_from(["day", "week", "month", "quarter", "year"])
                if ALL[dimension["column"]] == "date"
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
    sortable = [d["column"] for d in dimensions] + _exact(listed, "sum", "count", "min", "max")
    if sortable:
        fields = draw(st.lists(st.sampled_from(sortable), max_size=2, unique=True))
        body["sort"] = [{"field": field, "descending": draw(st.booleans())} for field in fields]
    body["limit"] = draw(st.one_of(st.none(), st.integers(1, 20)))
    body["summary"] = draw(_summaries(_exact(listed, "sum", "count")))
    body["computed"] = _brought(body, all_of_them=draw(st.integers(0, 4)) == 0)
    return Query.model_validate(body)


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, int | float | Decimal) and isinstance(theirs, int | float | Decimal):
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-9)
    if type(ours) is date and isinstance(theirs, datetime):
        return datetime(ours.year, ours.month, ours.day) == theirs
    return bool(ours == theirs)
