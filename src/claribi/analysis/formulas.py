"""The formulas of figures: pure functions of the rows of one answer, by name.

`recompute` runs a figure's formula on a fresh answer, `holds` says whether its reader was told the truth.
Every formula takes `absolute` as well: the size without the sign.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from claribi.analysis import formulas_by_period as by_period
from claribi.analysis import formulas_over_time as over_time
from claribi.analysis import shifts
from claribi.analysis.figures import Figure
from claribi.analysis.languages import language
from claribi.analysis.texts import moment_of, text_of
from claribi.query.schemas import Result

__all__ = ["FORMULAS", "evaluate", "holds", "plain", "recompute", "text_of"]

Formula = Callable[..., Any]
# Sums of floating-point numbers differ in their last digits with the order the engine adds them up.
TOLERANCE = 1e-9
# The constants of the method that a reader is told.
SETTINGS: Mapping[str, float] = {
    "significance_level": 0.05,
    "top_share": 0.2,
    "outlier_freedom": 8,
    "shown_lines": 100,
}


def cell(result: Result, *, row: int, column: str) -> Any:
    return result.rows[row][result.index(column)]


def parameter(result: Result, *, name: str, days: int = 0) -> Any:
    """A date that the query was bound to, moved by some days: the end of a period is its first day after."""
    moment = moment_of(result.parameters[name])
    return moment + timedelta(days=days)


def setting(result: Result, *, name: str) -> float:  # noqa: ARG001 - a constant of the method, as a figure
    return SETTINGS[name]


def total(result: Result, *, column: str) -> Any:
    return _sum(result.values(column))


def count(result: Result, *, column: str | None = None) -> int:
    """How many rows there are, or how many have a value in the column."""
    if column is None:
        return result.row_count
    return sum(value is not None for value in result.values(column))


def share(result: Result, *, row: int, column: str) -> float | None:
    """The cell's part of its column's total."""
    return _ratio(cell(result, row=row, column=column), total(result, column=column))


def top_share(result: Result, *, column: str, n: int) -> float | None:
    """The part of the column's total that its n largest cells make up."""
    values = sorted((v for v in result.values(column) if v is not None), reverse=True)
    return _ratio(_sum(values[:n]), _sum(values))


def top_count(result: Result, *, column: str) -> int:
    """How many rows the top fifth of those with a value is, at least one."""
    return max(math.ceil(SETTINGS["top_share"] * count(result, column=column)), 1)


def gini(result: Result, *, column: str) -> float | None:
    """How unevenly the column is spread over the rows: 0 all alike, towards 1 all in one."""
    values = sorted(float(value) for value in result.values(column) if value is not None)
    whole = math.fsum(values)
    if not values or whole <= 0:
        return None
    weighted = math.fsum(rank * value for rank, value in enumerate(values, 1))
    return 2 * weighted / (len(values) * whole) - (len(values) + 1) / len(values)


def missing(result: Result, *, row: int, column: str, of: str) -> int:
    """By how much a cell falls short of another of its row: rows without a value."""
    return int(cell(result, row=row, column=of)) - int(cell(result, row=row, column=column))


def missing_share(result: Result, *, row: int, column: str, of: str) -> float | None:
    return _ratio(missing(result, row=row, column=column, of=of), cell(result, row=row, column=of))


def _sum(values: Iterable[Any]) -> Any:
    known = [value for value in values if value is not None]
    return math.fsum(known) if any(isinstance(value, float) for value in known) else sum(known)


def _ratio(part: Any, whole: Any) -> float | None:
    if part is None or not whole:
        return None
    return float(Decimal(part) / Decimal(whole))


FORMULAS: Mapping[str, Formula] = {
    formula.__name__: formula
    for formula in (
        cell,
        parameter,
        setting,
        total,
        count,
        share,
        top_share,
        top_count,
        gini,
        missing,
        missing_share,
        *over_time.FORMULAS,
        *by_period.FORMULAS,
        *shifts.FORMULAS,
    )
}


def evaluate(formula: str, arguments: Mapping[str, Any], result: Result) -> Any:
    """The value as exactly as the rows give it; None where they don't give one."""
    named = {key: value for key, value in arguments.items() if key != "absolute"}
    try:
        value = FORMULAS[formula](result, **named)
    except (LookupError, ValueError, TypeError, ArithmeticError):
        return None  # other rows than those the figure was made from: it does not hold
    return abs(value) if value is not None and arguments.get("absolute") else value


def arguments_of(figure: Figure) -> dict[str, Any]:
    """The formula's arguments, those of `cell` in the figure's own fields."""
    if figure.formula == "cell":
        return {"row": figure.row, "column": figure.column, **figure.arguments}
    return dict(figure.arguments)


def recompute(figure: Figure, result: Result) -> float | int | str | None:
    return plain(evaluate(figure.formula, arguments_of(figure), result))


def plain(value: Any) -> float | int | str | None:
    """A value as a figure keeps it: dates in ISO 8601, decimals as numbers."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):  # those of numpy too, which are no JSON
        return float(value) if math.isfinite(value) else None
    return value if value is None or isinstance(value, int | float | str) else str(value)


def holds(figure: Figure, result: Result) -> bool:
    """Whether the text that the reader saw is what these rows give."""
    value = evaluate(figure.formula, arguments_of(figure), result)
    if _said(value, figure) == figure.text:
        return True
    if not isinstance(value, float) or not isinstance(figure.value, int | float):
        return False
    if not math.isclose(value, figure.value, rel_tol=TOLERANCE):
        return False
    nearby = (value * (1 - TOLERANCE), value * (1 + TOLERANCE))
    return figure.text in {_said(v, figure) for v in nearby}


def _said(value: Any, figure: Figure) -> str:
    """The text of a value in the figure's own form and language."""
    text = text_of(value, figure.format, figure.decimals, figure.unit)
    return language(figure.language).figure(text, figure.format, value, figure.unit)
