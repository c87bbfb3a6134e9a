"""Forecasts: their definitions, runs, and whether they came true."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from claribi.accounts.principal import Principal
from claribi.core import audit
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import Conflict, FieldProblem, Forbidden, ValidationFailed
from claribi.core.jobs import Jobs
from claribi.forecasts.models import COMPLETED, UNFINISHED, Forecast, ForecastRun
from claribi.forecasts.questions import about, asked_of, is_in_years, measure_of, question_of, time_column_of
from claribi.forecasts.schemas import MOST_BUCKETS, ChangedForecast, NewForecast, buckets
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate
from claribi.query import periods
from claribi.query.service import Queries

RUN = "forecasts.run"
DUE_AT_ONCE = 100
Check = Callable[[Forecast], None]


class Forecasts:
    """Forecasts of an organisation."""

    def __init__(self, database: Database, jobs: Jobs, queries: Queries) -> None:
        self._database = database
        self._jobs = jobs
        self._queries = queries

    def list_page(
        self, caller: Principal, page: PageRequest, *, is_active: bool | None, source_id: int | None
    ) -> dict[str, Any]:
        caller.require("forecasts:read")
        statement = select(Forecast)
        if is_active is not None:
            statement = statement.where(Forecast.is_active == is_active)
        if source_id is not None:
            statement = statement.where(Forecast.source_id == source_id)
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                statement,
                page,
                model=Forecast,
                search=[Forecast.name, Forecast.description],
                ordering={
                    "name": Forecast.name,
                    "created_at": Forecast.created_at,
                    "updated_at": Forecast.updated_at,
                    "next_run_at": Forecast.next_run_at,
                },
                present=present,
            )

    def detail(self, caller: Principal, forecast_id: str | int) -> tuple[Forecast, ForecastRun | None]:
        """A forecast and its latest run."""
        caller.require("forecasts:read")
        with self._database.read(caller.organization_id) as session:
            forecast = _find(session, forecast_id)
            latest = select(ForecastRun).where(ForecastRun.forecast_id == forecast.id)
            return forecast, session.scalar(latest.order_by(ForecastRun.id.desc()).limit(1))

    def create(self, caller: Principal, wanted: NewForecast) -> Forecast:
        """A new forecast of something that is there and can be asked."""
        caller.require("forecasts:create")
        _check_holidays(wanted.holidays)
        measure, table = measure_of(wanted)
        fields = wanted.model_dump(mode="json", exclude={"aggregation", "measure", "table", "missing"})
        forecast = Forecast(
            **fields
            | {
                "measure": measure.model_dump(mode="json", exclude_defaults=True),
                "table": table,
                "time_column": wanted.time_column or "",
            },
            created_by=caller.user_id,
        )
        if not forecast.time_column:
            forecast.time_column = time_column_of(self._queries, caller, forecast)
        in_years = is_in_years(self._queries, caller, forecast)
        if in_years and "granularity" not in wanted.model_fields_set:
            forecast.granularity = "year"
        elif in_years and forecast.granularity != "year":
            message = f"{forecast.time_column} holds years, so what is along it is forecast by the year"
            raise ValidationFailed(message, details=[FieldProblem("granularity", message)])
        _check_horizon(forecast)
        forecast.missing = wanted.missing or _missing(measure.aggregation, in_years=in_years)
        question = question_of(self._queries, caller, forecast)
        self._queries.check(self._queries.subject(caller, question), question)
        with self._database.write(caller.organization_id) as session:
            forecast.next_run_at = next_run(forecast, utc_now())
            session.add(forecast)
            session.flush()
            _note(session, caller, "forecast.created", forecast)
            return forecast

    def change(self, caller: Principal, forecast_id: str, wanted: ChangedForecast, check: Check) -> Forecast:
        caller.require("forecasts:update")
        _check_holidays(wanted.holidays)
        fields = wanted.model_dump(mode="json", exclude_unset=True)
        with self._database.write(caller.organization_id) as session:
            forecast = _find(session, forecast_id)
            check(forecast)
            for name, value in fields.items():
                if value is not None or name in {"description", "holidays"}:
                    setattr(forecast, name, value)
            _check_horizon(forecast)
            if {"schedule", "is_active"} & set(fields):
                forecast.next_run_at = next_run(forecast, utc_now())
            _note(session, caller, "forecast.changed", forecast)
            session.flush()
            return forecast

    def delete(self, caller: Principal, forecast_id: str, check: Check) -> int:
        with self._database.write(caller.organization_id) as session:
            forecast = _find(session, forecast_id)
            caller.require_own("forecasts:delete", forecast.created_by)
            check(forecast)
            _note(session, caller, "forecast.deleted", forecast)
            session.delete(forecast)
            return forecast.id

    def start(self, caller: Principal, forecast_id: str | int) -> ForecastRun:
        """Start a run; Conflict where one is under way."""
        caller.require("forecasts:run")
        with self._database.write(caller.organization_id) as session:
            forecast = _find(session, forecast_id)
            # Where writers don't exclude each other anyway, two of them meet here.
            session.refresh(forecast, with_for_update=True)
            if _is_running(session, forecast):
                raise Conflict(f"Forecast {forecast.id} is being computed already")
            run = self._enqueue(session, forecast, caller.user_id)
            _note(session, caller, "forecast.run", forecast)
            return run

    def _enqueue(self, session: Session, forecast: Forecast, user_id: int) -> ForecastRun:
        run = ForecastRun(forecast_id=forecast.id, requested_by=user_id, asked=asked_of(forecast, utc_now()))
        session.add(run)
        session.flush()
        self._jobs.enqueue(session, RUN, f"{RUN}-{run.id}", forecast.organization_id, run.id)
        return run

    def enqueue_due(self) -> int:
        """Start the runs whose time has come; how many. Several workers may try: each starts once."""
        now = utc_now()
        with self._database.read(None) as session:
            due = unscoped(session).execute(
                select(Forecast.id, Forecast.organization_id)
                .where(Forecast.next_run_at <= now, Forecast.is_active)
                .order_by(Forecast.next_run_at)
                .limit(DUE_AT_ONCE)
            )
            ids = [(row.id, row.organization_id) for row in due]
        return sum(self._start_due(forecast_id, organization_id, now) for forecast_id, organization_id in ids)

    def _start_due(self, forecast_id: int, organization_id: int, now: datetime) -> bool:
        with self._database.write(organization_id) as session:
            forecast = session.get(Forecast, forecast_id)
            if forecast is None or forecast.next_run_at is None or forecast.next_run_at > now:
                return False
            forecast.next_run_at = next_run(forecast, now)
            if _is_running(session, forecast):
                return False
            self._enqueue(session, forecast, forecast.created_by)
            return True

    def runs_page(self, caller: Principal, forecast_id: str, page: PageRequest) -> dict[str, Any]:
        caller.require("forecasts:read")
        with self._database.read(caller.organization_id) as session:
            forecast = _find(session, forecast_id)
            return paginate(
                session,
                select(ForecastRun).where(ForecastRun.forecast_id == forecast.id),
                page,
                model=ForecastRun,
                search=[ForecastRun.status],
                ordering={"created_at": ForecastRun.created_at, "status": ForecastRun.status},
                present=present_run,
            )

    def run(self, caller: Principal, forecast_id: str | int, run_id: str | int) -> ForecastRun:
        """One run with its result.

        Raises:
            Forbidden: Somebody else computed it, from data that access rules keep from the caller.
        """
        caller.require("forecasts:read")
        with self._database.read(caller.organization_id) as session:
            forecast = _find(session, forecast_id)
            run = find(
                session,
                ForecastRun,
                "Run",
                run_id,
                ForecastRun.forecast_id == forecast.id,
                options=[undefer(ForecastRun.result)],
            )
        if run.requested_by != caller.user_id and self._queries.is_restricted(caller, about(forecast)):
            raise Forbidden(
                "This forecast was made from data that access rules may keep from you; run it yourself"
            )
        return run

    def completed(self, caller: Principal, forecast_id: str) -> tuple[Forecast, list[ForecastRun]]:
        """The runs whose results the caller may see, the newest first."""
        caller.require("forecasts:read")
        with self._database.read(caller.organization_id) as session:
            forecast = _find(session, forecast_id)
            statement = (
                select(ForecastRun)
                .where(ForecastRun.forecast_id == forecast.id, ForecastRun.status == COMPLETED)
                .order_by(ForecastRun.id.desc())
                .limit(100)
                .options(undefer(ForecastRun.result))
            )
            runs = list(session.scalars(statement))
        if self._queries.is_restricted(caller, about(forecast)):
            runs = [run for run in runs if run.requested_by == caller.user_id]
        return forecast, runs


def _check_holidays(country: str | None) -> None:
    if country is None:
        return
    import holidays  # noqa: PLC0415 - slow to import, and few forecasts ask for it

    if country not in holidays.list_supported_countries():
        message = "must be the two letters of a country whose public holidays are known, such as DE"
        raise ValidationFailed(f"holidays: {message}", details=[FieldProblem("holidays", message)])


def next_run(forecast: Forecast, now: datetime) -> datetime | None:
    """When it runs by itself next."""
    if not forecast.is_active or forecast.schedule == "none":
        return None
    if forecast.schedule == "monthly":
        return periods.shift(now, 1, "month")
    return now + timedelta(days=7 if forecast.schedule == "weekly" else 1)


def present(forecast: Forecast) -> dict[str, Any]:
    names = (
        *("id", "name", "description", "source_type", "source_id", "table", "metric_path", "measure"),
        *("time_column", "filters", "granularity", "horizon_days", "missing", "holidays", "schedule"),
        *("is_active", "next_run_at", "created_at", "updated_at"),
    )
    return {name: getattr(forecast, name) for name in names}


def present_run(run: ForecastRun) -> dict[str, Any]:
    names = ("id", "forecast_id", "status", "error", "evidence_id", "created_at", "started_at", "finished_at")
    return {name: getattr(run, name) for name in names}


def _missing(aggregation: str | None, *, in_years: bool) -> str:
    """A day without rows is one without sales; a year without rows is one that nobody counted."""
    counts = aggregation in {"sum", "count", "count_distinct"} and not in_years
    return "zero" if counts else "interpolate"


def _check_horizon(forecast: Forecast) -> None:
    grain: Any = forecast.granularity
    if buckets(grain, forecast.horizon_days) > MOST_BUCKETS:
        message = f"a forecast reaches at most {MOST_BUCKETS} buckets ahead"
        raise ValidationFailed(message, details=[FieldProblem("horizon_days", message)])


def _is_running(session: Session, forecast: Forecast) -> bool:
    statement = select(ForecastRun.id).where(
        ForecastRun.forecast_id == forecast.id, ForecastRun.status.in_(UNFINISHED)
    )
    return session.scalar(statement.limit(1)) is not None


def _find(session: Session, forecast_id: str | int) -> Forecast:
    return find(session, Forecast, "Forecast", forecast_id)


def _note(session: Session, caller: Principal, action: str, forecast: Forecast) -> None:
    changes = audit.diff(forecast)
    audit.record(session, action, "forecast", forecast.id, by=caller, changes=changes, name=forecast.name)
