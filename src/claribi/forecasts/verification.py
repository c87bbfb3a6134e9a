"""Verifying a run: everything in it computed again from the data as they are now."""

import math
from collections.abc import Iterator
from typing import Any

from claribi.accounts.principal import Principal
from claribi.core.errors import ClaribiError, Conflict
from claribi.forecasts.running import asked_from
from claribi.forecasts.service import Forecasts
from claribi.query.encoding import plain
from claribi.query.service import Queries

# Other processors may add up in another order.
CLOSE = 1e-9


def verify(
    caller: Principal, forecasts: Forecasts, queries: Queries, forecast_id: str, run_id: str
) -> dict[str, Any]:
    """How many values of a run were checked, texts with their numbers among them, and which don't hold.

    Raises:
        Conflict: The run has no result.
    """
    from claribi.forecasts.compute import compute  # noqa: PLC0415 - statistics are slow to import

    run = forecasts.run(caller, forecast_id, run_id)
    if run.result is None or run.evidence_id is None:
        raise Conflict(f"Run {run.id} has no result to verify")
    kept = dict(_leaves(run.result, ""))
    found: dict[str, Any] = {}
    reason = "the data give another value now"
    try:
        answer = queries.again(caller, queries.evidence(caller, run.evidence_id))
        found = dict(_leaves(plain(compute(answer, asked_from(run.asked))), ""))
    except ClaribiError as error:
        reason = error.message
    failing = [
        {"path": path, "value": value, "recomputed": found.get(path), "reason": reason}
        for path, value in kept.items()
        if path not in found or not _same(value, found[path])
    ]
    return {"checked": len(kept), "holding": len(kept) - len(failing), "failing": failing}


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """What a result is made of in the end, by where it stands: `values.3.upper_80`."""
    if isinstance(value, dict):
        parts: Any = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        yield path, value
        return
    for name, part in parts:
        yield from _leaves(part, f"{path}.{name}" if path else str(name))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(one == other)
