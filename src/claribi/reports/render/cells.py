"""Figures as the cells of a spreadsheet: a number with the format that shows it as the report does."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from claribi.reports.render.drawing import FORBIDDEN

MINUS = "\N{MINUS SIGN}"
NUMBER = re.compile(r"(?P<before>\D*)(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<after>\D*)")
# Spreadsheets keep fifteen digits of a number (IEEE 754 doubles, shown in decimal).
PRECISION, LARGEST = 15, 1e15
LONGEST_NAME, LONGEST_TEXT = 31, 32_767
NO_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def number_format(text: str, value: Any) -> str | None:
    """The format under which a cell with `value` shows exactly `text`; None where there is none.

    Where a text says more than its number does ("under 0.001", "1.2 M"), the text is what a cell must hold.
    """
    found = NUMBER.fullmatch(text)
    if found is None or isinstance(value, bool | str) or value is None or not abs(value) < LARGEST:
        return None
    before, digits, after = found["before"], found["digits"], found["after"]
    is_negative = before.startswith((MINUS, "-"))
    if is_negative != (value < 0) or '"' in text:
        return None
    body = _body(digits, abs(value) * (100 if "%" in after else 1))
    if body is None:
        return None
    unsigned = before.lstrip(f"+-{MINUS}")
    plus = "+" if before.startswith("+") else ""
    end = "%".join(_literal(part) for part in after.split("%"))
    sign = before[0] if is_negative else MINUS
    return f"{_literal(plus + unsigned)}{body}{end};{_literal(sign + unsigned)}{body}{end}"


def _body(digits: str, shown: float) -> str | None:
    decimals = len(digits.partition(".")[2])
    rounded = Decimal(f"{shown:.{PRECISION}g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    point = f".{'0' * decimals}" if decimals else ""
    if digits == f"{rounded:,f}":
        return f"#,##0{point}"
    return f"0{point}" if digits == f"{rounded:f}" else None


def _literal(text: str) -> str:
    return f'"{text}"' if text else ""


def number_of(text: str) -> float | None:
    """The number that a text shows, as precise as it shows it; None where it is none."""
    found = NUMBER.fullmatch(text)
    if found is None or found["before"].strip(f"+-{MINUS}"):
        return None
    number = float(found["digits"].replace(",", "")) / (100 if "%" in found["after"] else 1)
    return -number if found["before"].startswith((MINUS, "-")) else number


def printable(text: str) -> str:
    """The text without what a spreadsheet's XML can't hold."""
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that a sheet may have and that none has yet; it is then taken."""
    plain = NO_NAME.sub(" ", printable(title)).strip().strip("'") or "Section"
    name, number = plain[:LONGEST_NAME].rstrip(" '"), 1
    while name.casefold() in taken:
        number += 1
        end = f" {number}"
        name = plain[: LONGEST_NAME - len(end)].rstrip() + end
    taken.add(name.casefold())
    return name
