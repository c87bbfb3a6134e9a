"""A forecast of the rows of one answer for whoever has them, without a definition or a run of its own."""

from datetime import datetime
from typing import Any

from claribi.core.errors import ValidationFailed
from claribi.forecasts.schemas import MOST_BUCKETS
from claribi.query.schemas import Grain, Result


def foresee(
    result: Result, *, grain: Grain, until: datetime | None, count: int, missing: str, today: datetime
) -> dict[str, Any]:
    """What `compute` tells of a series, as far as a moment reaches.

    Args:
        result: As `analysis.queries.series_of` asks for it.
        until: The end of what is asked for; None: `count` values.
        missing: What a bucket without rows holds: `zero` or `interpolate`.
        today: Buckets that end after it are not over yet.

    Raises:
        ValidationFailed: The series is too short, or the end too far off.
    """
    from claribi.forecasts.compute import compute  # noqa: PLC0415 - statistics are slow to import
    from claribi.forecasts.reading import Asked, read  # noqa: PLC0415 - as above

    history = read(result, Asked(grain, 1, missing, today, {})).history
    if until is not None:
        count = 1
        while count <= MOST_BUCKETS and history.moment(len(history) + count) < until:
            count += 1
    if count > MOST_BUCKETS:
        raise ValidationFailed(f"A forecast reaches at most {MOST_BUCKETS} {grain}s ahead")
    return compute(result, Asked(grain, count * history.stride, missing, today, {}))
