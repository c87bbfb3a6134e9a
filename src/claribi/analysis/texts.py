"""How a value is printed: exact to the last digit that is shown, with signs and separators for readers."""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

from claribi.analysis.figures import Format
from claribi.analysis.languages import MONTHS

MISSING = "n/a"
MINUS = "\N{MINUS SIGN}"
P_VALUE_FLOOR = Decimal("0.0001")
# From this size on, this many digits after the point say enough.
DECIMALS_BY_SIZE = ((1000.0, 0), (100.0, 1), (1.0, 2), (0.1, 3), (0.01, 4))
MOST_DECIMALS = 6
# Enough for every float to its last binary digit before the point.
DIGITS = 400


# A change says which way it went: the sign stands before a rise as well.
UNSIGNED: Mapping[Format, Format] = {
    "signed_number": "number",
    "signed_currency": "currency",
    "signed_percent": "percent",
}


def text_of(value: Any, style: Format, decimals: int, unit: str | None) -> str:
    """What a reader sees.

    Args:
        value: A percentage as a ratio (0.123 is 12.3 %), a date as `date` or in ISO 8601, a duration in
            seconds, anything else as itself.
        unit: Printed behind the number; with a currency of one character before it; with a date its grain.
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return MISSING
    if style == "text":
        return str(value)
    if style == "date":
        return _date(value, unit)
    with localcontext() as context:
        context.prec = DIGITS
        return _numeric(Decimal(value), style, decimals, unit)


def _numeric(number: Decimal, style: Format, decimals: int, unit: str | None) -> str:
    if style == "p_value":
        return f"< {P_VALUE_FLOOR}" if number < P_VALUE_FLOOR else _grouped(number, 4)
    if style in UNSIGNED:
        text = _numeric(number, UNSIGNED[style], decimals, unit)
        return f"+{text}" if number > 0 and any(digit in text for digit in "123456789") else text
    if style == "percent":
        return _grouped(number * 100, decimals) + " %"
    if style == "currency":
        return _currency(number, decimals, unit)
    if style == "duration":
        return _duration(number)
    text = _grouped(number, 0 if style == "integer" else decimals)
    return f"{text} {unit}" if unit else text


def _rounded(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def _grouped(number: Decimal, decimals: int) -> str:
    rounded = _rounded(number, decimals)
    text = f"{rounded.copy_abs():,.{decimals}f}"
    return MINUS + text if rounded < 0 else text


def _currency(number: Decimal, decimals: int, unit: str | None) -> str:
    text = _grouped(number, decimals)
    if unit is None:
        return text
    if len(unit) > 1:
        return f"{text} {unit}"
    return MINUS + unit + text[1:] if text.startswith(MINUS) else unit + text


def _duration(seconds: Decimal) -> str:
    minutes = int(_rounded(abs(seconds) / 60, 0))
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{n:,} {name}" for n, name in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    sign = MINUS if seconds < 0 and parts else ""
    return sign + (" ".join(parts) or "0 min")


def moment_of(value: Any) -> datetime:
    """A date, a datetime or its ISO 8601 text as a datetime without zone, in UTC; a year as its beginning."""
    if isinstance(value, int):
        return datetime(value, 1, 1)  # noqa: DTZ001 - stored times carry no zone
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - stored times carry no zone
    return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)


def _date(value: date | str | int, grain: str | None) -> str:
    moment = moment_of(value)
    day = f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    by_grain = {
        "year": f"{moment.year}",
        "quarter": f"Q{(moment.month + 2) // 3} {moment.year}",
        "month": f"{MONTHS[moment.month - 1]} {moment.year}",
        "week": f"week of {day}",
        "day": day,
        "hour": f"{day}, {moment:%H:%M}",
    }
    return by_grain["day" if grain is None and _is_midnight(moment) else grain or "hour"]


def _is_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def decimals_for(values: Iterable[Any]) -> int:
    """Digits after the point that suit numbers of this size, the same for all of them."""
    sizes = sorted(abs(float(value)) for value in values if is_finite(value) and value != 0)
    if not sizes:
        return 0
    typical = sizes[len(sizes) // 2]
    return next((decimals for least, decimals in DECIMALS_BY_SIZE if typical >= least), MOST_DECIMALS)


def is_finite(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return math.isfinite(value)
