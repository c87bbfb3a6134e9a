"""The job behind a run, and what has come true since: asked as the caller, computed in the worker."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import structlog

from claribi.accounts.service import Accounts
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import ClaribiError
from claribi.forecasts.models import COMPLETED, FAILED, RUNNING, UNFINISHED, Forecast, ForecastRun
from claribi.forecasts.questions import question_of
from claribi.query.encoding import plain
from claribi.query.service import Queries

if TYPE_CHECKING:
    from claribi.forecasts.reading import Asked

Step = Callable[[str, Callable[[], Any]], Any]


class Running:
    """Computes forecasts in the worker. A run may begin again after a kill and ends with the same result."""

    def __init__(self, database: Database, accounts: Accounts, queries: Queries) -> None:
        self._database = database
        self._accounts = accounts
        self._queries = queries

    def run(self, organization_id: int, run_id: int, step: Step) -> None:
        try:
            step("forecast", lambda: self._compute(organization_id, run_id))
        except ClaribiError as error:
            self._fail(organization_id, run_id, error.message)
        except Exception:
            structlog.get_logger().exception("forecast failed", run_id=run_id)
            self._fail(organization_id, run_id, "Something went wrong on the server; its log says what")
            raise

    def _compute(self, organization_id: int, run_id: int) -> None:
        from claribi.forecasts.compute import compute  # noqa: PLC0415 - statistics are slow to import

        with self._database.write(organization_id) as session:
            run = session.get(ForecastRun, run_id)
            forecast = session.get(Forecast, run.forecast_id) if run else None
            if run is None or forecast is None or run.status not in UNFINISHED:
                return
            run.status, run.started_at = RUNNING, run.started_at or utc_now()
        caller = self._accounts.principal_by_id(organization_id, run.requested_by)
        # What it may do now, not when it set a schedule up.
        caller.require("forecasts:run")
        answer = self._queries.ask(caller, question_of(self._queries, caller, forecast))
        result = plain(compute(answer, asked_from(run.asked)))
        with self._database.write(organization_id) as session:
            done = session.get(ForecastRun, run_id)
            if done is not None:
                done.result, done.evidence_id = result, answer.evidence_id
                done.status, done.finished_at = COMPLETED, utc_now()

    def _fail(self, organization_id: int, run_id: int, message: str) -> None:
        with self._database.write(organization_id) as session:
            run = session.get(ForecastRun, run_id)
            if run is not None and run.status in UNFINISHED:
                run.status, run.error, run.finished_at = FAILED, message, utc_now()


def asked_from(stored: Mapping[str, Any]) -> "Asked":
    """The arguments of `compute` beside the rows, as a run keeps them."""
    from claribi.forecasts.reading import Asked  # noqa: PLC0415 - as above

    today = datetime.fromisoformat(stored["today"])
    return Asked(
        stored["grain"], stored["horizon"], stored["missing"], today, holidays_of(stored["holidays"], today)
    )


def holidays_of(country: str | None, today: datetime) -> Mapping[date, str]:
    """The public holidays of a country, those of the next years included; none without one."""
    if country is None:
        return {}
    import holidays  # noqa: PLC0415 - slow to import, and few forecasts ask for it

    return dict(holidays.country_holidays(country, years=range(today.year - 12, today.year + 4)))
