"""Whether past runs came true: their values against the data as the caller sees them now."""

from typing import Any

from claribi.accounts.principal import Principal
from claribi.core.clock import utc_now
from claribi.forecasts.questions import asked_of, question_of
from claribi.forecasts.running import asked_from
from claribi.forecasts.service import Forecasts
from claribi.forecasts.trust import accuracy, pairs, verdict
from claribi.query.service import Queries


def outcomes(caller: Principal, forecasts: Forecasts, queries: Queries, forecast_id: str) -> dict[str, Any]:
    """Each run's accuracy and that of all together. Only whole buckets count as having come true."""
    from claribi.forecasts.reading import read  # noqa: PLC0415 - statistics are slow to import

    forecast, runs = forecasts.completed(caller, forecast_id)
    if not runs:
        overall = accuracy([])
        return {**overall, "verdict": verdict(overall), "evidence_id": None, "runs": []}
    answer = queries.ask(caller, question_of(queries, caller, forecast))
    found = read(answer, asked_from(asked_of(forecast, utc_now())))
    history = found.history
    actual = {
        history.moment(at): float(value)
        for at, (value, row) in enumerate(zip(history.values, found.rows, strict=True))
        if row is not None or forecast.missing == "zero"
    }
    told, every = [], []
    for run in runs:
        result: dict[str, Any] = run.result or {}
        compared = pairs(result, actual)
        every += compared
        about = {"run_id": run.id, "created_at": run.created_at, "method": result["method"]}
        told.append(about | accuracy(compared))
    overall = accuracy(every)
    return {**overall, "verdict": verdict(overall), "evidence_id": answer.evidence_id, "runs": told}
