"""Forecasting methods. Each takes a history and several origins and looks at nothing behind an origin."""

from collections.abc import Callable, Mapping, Sequence

from claribi.forecasts.history import Floats, History
from claribi.forecasts.methods.arima import arima
from claribi.forecasts.methods.naive import drift, seasonal_naive
from claribi.forecasts.methods.regression import regression
from claribi.forecasts.methods.smoothing import smoothing
from claribi.forecasts.methods.theta import theta

# Forecasts, a row an origin and a column a bucket ahead.
Method = Callable[[History, Sequence[int], int], Floats]
NAIVE, ENSEMBLE = "seasonal_naive", "ensemble"
METHODS: Mapping[str, Method] = {
    NAIVE: seasonal_naive,
    "drift": drift,
    "ets": smoothing,
    "theta": theta,
    "arima": arima,
    "regression": regression,
}
# What the ensemble is the mean of.
MEMBERS = ("ets", "theta", "arima", "regression")
TITLES: Mapping[str, str] = {
    NAIVE: "seasonal naive",
    "drift": "drift",
    "ets": "exponential smoothing",
    "theta": "Theta",
    "arima": "ARIMA",
    "regression": "regression on the calendar",
    ENSEMBLE: "ensemble",
}
