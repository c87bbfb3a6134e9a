"""What goes in and out of the forecasts wing."""

import math
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from claribi.http.ids import Id
from claribi.query.schemas import Aggregation, Filter, Grain, Measure

Missing = Literal["zero", "interpolate"]
Schedule = Literal["none", "daily", "weekly", "monthly"]
RunStatus = Literal["pending", "running", "completed", "failed"]
MAX_WAIT_SECONDS = 60
MOST_BUCKETS = 500
DAYS: dict[Grain, float] = {
    "hour": 1 / 24,
    "day": 1,
    "week": 7,
    "month": 30.4375,
    "quarter": 91.3125,
    "year": 365.25,
}
Name = Annotated[str, Field(min_length=1, max_length=300)]
Country = Annotated[
    str,
    Field(pattern="^[A-Z]{2}$", description="ISO 3166 code: its public holidays count.", examples=["US"]),
]
Horizon = Annotated[int, Field(ge=1, le=7_305)]


def buckets(granularity: Grain, horizon_days: int) -> int:
    """How many buckets a horizon is, the last one begun."""
    return max(math.ceil(horizon_days / DAYS[granularity] - 0.02), 1)


class Incoming(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewForecast(Incoming):
    """`metric_path` is `table.column` (or the name of a model's metric), combined by `aggregation`; `measure`
    is any measure of the query language in its place.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Revenue",
                    "source_type": "data_source",
                    "source_id": 42,
                    "metric_path": "sales.revenue",
                    "granularity": "month",
                    "horizon_days": 180,
                }
            ]
        },
    )

    name: Name
    description: str | None = Field(default=None, max_length=2_000)
    source_type: Literal["data_source", "model"] = "data_source"
    source_id: Id
    metric_path: str | None = Field(default=None, min_length=1, max_length=401)
    aggregation: Aggregation = "sum"
    table: str | None = Field(default=None, min_length=1, max_length=200)
    measure: Measure | None = None
    time_column: str | None = Field(default=None, min_length=1, max_length=401)
    filters: list[Filter] = Field(default_factory=list, max_length=100)
    granularity: Grain = "day"
    horizon_days: Horizon = 30
    missing: Missing | None = Field(
        default=None,
        description="What a bucket without rows holds; sums and counts 0 unless told otherwise, years apart.",
    )
    holidays: Country | None = None
    schedule: Schedule = "none"
    is_active: bool = True

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.metric_path is None) == (self.measure is None):
            raise ValueError("give either metric_path or measure")
        return self


class ChangedForecast(Incoming):
    name: Name | None = None
    description: str | None = Field(default=None, max_length=2_000)
    horizon_days: Horizon | None = None
    holidays: Country | None = None
    missing: Missing | None = None
    schedule: Schedule | None = None
    is_active: bool | None = None


class RunForecast(Incoming):
    wait: float = Field(default=0, ge=0, le=MAX_WAIT_SECONDS, description="Seconds to hold the answer.")


class Point(BaseModel):
    date: datetime
    value: float
    lower_50: float
    upper_50: float
    lower_80: float
    upper_80: float
    lower_95: float
    upper_95: float


class Past(BaseModel):
    date: datetime
    value: float
    row: int | None = Field(description="The row of the evidence; null for a bucket that was filled in.")


class Tried(BaseModel):
    method: str
    title: str
    mase: float = Field(description="Mean absolute error over that of seasonal naive one step ahead.")


class BacktestOut(BaseModel):
    forecasts: int = Field(description="How many times it was looked back.")
    values: int = Field(description="How many forecast values were compared.")
    methods: list[Tried] = Field(description="The best first.")
    coverage_50: float
    coverage_80: float
    coverage_95: float


class Driver(BaseModel):
    name: Literal["level", "trend", "season"]
    text: str
    value: float


class Anomaly(BaseModel):
    date: datetime
    value: float
    expected: float
    row: int


class Changepoint(BaseModel):
    date: datetime
    before: float
    after: float
    row: int


class ForecastResult(BaseModel):
    method: str
    method_title: str
    why: str
    season: int = Field(description="Buckets after which it repeats itself; 1: no season was used.")
    values: list[Point]
    history: list[Past]
    backtest: BacktestOut | None = Field(description="Null where the series is too short for one.")
    scale: float = Field(description="Mean absolute error of seasonal naive within the history.")
    drivers: list[Driver]
    anomalies: list[Anomaly]
    changepoints: list[Changepoint]
    notes: list[str]


class ForecastRunOut(BaseModel):
    id: int
    forecast_id: int
    status: RunStatus
    error: str | None
    evidence_id: int | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ForecastRunDetail(ForecastRunOut):
    result: ForecastResult | None = Field(description="Once it is completed.")


class UnverifiedValue(BaseModel):
    path: str = Field(description="Where it stands in the result, as in `values.3.upper_80`.")
    value: Any
    recomputed: Any
    reason: str


class RunVerification(BaseModel):
    """What of a run's result comes out again when it is computed from its evidence and the data of today."""

    checked: int
    holding: int
    failing: list[UnverifiedValue]


class ForecastOut(BaseModel):
    id: int
    name: str
    description: str | None
    source_type: Literal["data_source", "model"]
    source_id: int
    table: str | None
    metric_path: str | None
    measure: dict[str, Any]
    time_column: str
    filters: list[dict[str, Any]]
    granularity: Grain
    horizon_days: int
    missing: Missing
    holidays: str | None
    schedule: Schedule
    is_active: bool
    next_run_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ForecastDetail(ForecastOut):
    latest_run: ForecastRunOut | None


class Accuracy(BaseModel):
    """Attributes:
    bias: Forecast less actual, over the mean size of the actual values.
    """

    compared: int = Field(description="How many forecast values have come true since.")
    mase: float | None
    mape: float | None = Field(description="Over the values that are not 0.")
    bias: float | None
    coverage_50: float | None
    coverage_80: float | None
    coverage_95: float | None


class RunTrust(Accuracy):
    run_id: int
    created_at: datetime
    method: str


class Trust(Accuracy):
    verdict: str
    evidence_id: int | None = Field(description="The answer that holds what came true.")
    runs: list[RunTrust]
