"""Seasonal ARIMA by conditional least squares (Box and Jenkins 1970), the order chosen by Akaike's criterion.

One-step errors on common points can be compared whatever was differenced, so one criterion chooses the
differences as well. The search is short and starts from the same place each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.signal import lfilter

from claribi.forecasts.history import Floats, History
from claribi.forecasts.methods.scale import scale_of

EVALUATIONS = 120
# Longer series say nothing more about so few parameters.
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Order:
    """(p, d, q) and the seasonal (P, D, Q), with a constant or without."""

    p: int
    d: int
    q: int
    seasonal_p: int = 0
    seasonal_d: int = 0
    seasonal_q: int = 0
    constant: bool = False

    @property
    def parameters(self) -> int:
        return self.p + self.q + self.seasonal_p + self.seasonal_q

    def lost(self, season: int) -> int:
        return self.d + self.p + season * (self.seasonal_d + self.seasonal_p)


@dataclass(frozen=True, slots=True)
class Fitted:
    order: Order
    parameters: Floats
    constant: float
    criterion: float


WITHOUT_SEASON = (
    Order(0, 1, 1),
    Order(0, 1, 1, constant=True),
    Order(1, 0, 0, constant=True),
    Order(1, 1, 1, constant=True),
    Order(2, 0, 1, constant=True),
    Order(0, 2, 2),
)
WITH_SEASON = (
    Order(0, 1, 1, 0, 1, 1),
    Order(1, 0, 1, 0, 1, 1, constant=True),
    Order(2, 1, 0, 0, 1, 1),
    Order(1, 0, 0, 1, 0, 1, constant=True),
    Order(1, 1, 1, 1, 0, 1),
)


def arima(history: History, origins: Sequence[int], horizon: int) -> Floats:
    """The order is chosen at the first origin and at the last; the parameters are fitted at each."""
    rows, orders = [], None
    for number, origin in enumerate(origins):
        known = history.before(origin)
        scale = scale_of(known)
        values = scale.to(known.values)[-LONGEST:]
        if orders is None or number == len(origins) - 1:
            orders = _candidates(len(values), history.season)
        fits = [_fit(values, order, history.season) for order in orders]
        best = min(fits, key=lambda fit: fit.criterion)
        orders = (best.order,)
        rows.append(scale.back(_ahead(values, best, history.season, horizon)))
    return np.array(rows, dtype=np.float64)


def _candidates(count: int, season: int) -> tuple[Order, ...]:
    seasonal = WITH_SEASON if season > 1 and count >= 3 * season else ()
    wanted = seasonal or WITHOUT_SEASON
    return tuple(order for order in wanted if order.lost(season) + 4 < count) or (Order(0, 1, 1),)


def _polynomials(order: Order, parameters: Floats, season: int) -> tuple[Floats, Floats]:
    """Of the autoregression and of the moving average, by powers of the lag."""
    ends = np.cumsum([order.p, order.q, order.seasonal_p, order.seasonal_q])
    p, q, seasonal_p, seasonal_q, _ = np.split(parameters, ends)
    ar = np.convolve(np.r_[1, -_stable(p)], _spread(-_stable(seasonal_p), season))
    ma = np.convolve(np.r_[1, _stable(q)], _spread(_stable(seasonal_q), season))
    return ar, ma


def _stable(free: Floats) -> Floats:
    """Any numbers as coefficients of a stable recursion, by partial autocorrelations (Monahan 1984)."""
    partial = 0.99 * np.tanh(free)
    coefficients = np.zeros(0)
    for value in partial:
        coefficients = np.r_[coefficients - value * coefficients[::-1], value]
    return coefficients


def _spread(coefficients: Floats, season: int) -> Floats:
    full = np.zeros(len(coefficients) * season + 1)
    full[0] = 1
    full[season::season] = coefficients
    return full


def _differenced(values: Floats, order: Order, season: int) -> Floats:
    for _ in range(order.seasonal_d):
        values = values[season:] - values[:-season]
    return np.diff(values, order.d)


def _fit(values: Floats, order: Order, season: int) -> Fitted:
    moved = _differenced(values, order, season)
    constant = float(moved.mean()) if order.constant else 0.0
    centred = moved - constant
    # Errors are counted on the points that every order can say something about.
    common = min(season + 3 if season > 1 else 4, len(values) // 3)
    first = max(common - (len(values) - len(moved)), 0)

    def squares(parameters: Floats) -> float:
        ar, ma = _polynomials(order, parameters, season)
        errors = lfilter(ar, ma, centred)[first:]
        found = float(errors @ errors)
        return found if np.isfinite(found) else 1e300

    begin = (
        np.full(order.parameters, 0.3)
        * np.r_[np.ones(order.p), -np.ones(order.q), np.ones(order.seasonal_p), -np.ones(order.seasonal_q)]
    )
    found = minimize(
        squares, begin, method="Nelder-Mead", options={"maxfev": EVALUATIONS, "xatol": 1e-3, "fatol": 1e-9}
    )
    count = len(moved) - first
    k = order.parameters + 1 + order.constant
    fit = count * np.log(max(float(found.fun) / count, 1e-300))
    criterion = fit + 2 * k + 2 * k * (k + 1) / max(count - k - 1, 1)
    return Fitted(order, found.x, constant, float(criterion))


def _ahead(values: Floats, fitted: Fitted, season: int, horizon: int) -> Floats:
    order = fitted.order
    ar, ma = _polynomials(order, fitted.parameters, season)
    moved = _differenced(values, order, season) - fitted.constant
    errors = lfilter(ar, ma, moved)
    past = np.r_[moved, np.zeros(horizon)]
    known = np.r_[errors, np.zeros(horizon)]
    for at in range(len(moved), len(past)):
        back, shocks = min(len(ar) - 1, at), min(len(ma) - 1, at)
        past[at] = -(ar[1 : back + 1] @ past[at - back : at][::-1])
        past[at] += ma[1 : shocks + 1] @ known[at - shocks : at][::-1]
    return _undo(values, past[len(moved) :] + fitted.constant, order, season)


def _undo(values: Floats, ahead: Floats, order: Order, season: int) -> Floats:
    """Differences added up again."""
    seasonal = values
    for _ in range(order.seasonal_d):
        seasonal = seasonal[season:] - seasonal[:-season]
    for level in range(order.d, 0, -1):
        ahead = np.cumsum(ahead) + np.diff(seasonal, level - 1)[-1]
    if order.seasonal_d:
        full = np.r_[values, ahead]
        for at in range(len(values), len(full)):
            full[at] += full[at - season]
        ahead = full[len(values) :]
    return ahead
