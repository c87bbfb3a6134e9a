"""Moments and days in addresses."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator

NUMBER = re.compile(r"\s*[+-]?[\d.]+\s*")


def _written_out(value: Any) -> Any:
    """Refuses seconds since 1970, which pydantic would take and the document does not name."""
    if isinstance(value, str) and NUMBER.fullmatch(value):
        raise ValueError("must be written as in RFC 3339, such as 2025-03-01 or 2025-03-01T12:00:00Z")
    return value


Moment = Annotated[datetime, BeforeValidator(_written_out)]
Day = Annotated[date, BeforeValidator(_written_out)]
