"""A forecast from the rows of one answer: a pure function, so that computing it again gives the same."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from claribi.forecasts import backtest as looking_back
from claribi.forecasts import insights
from claribi.forecasts.choice import Choice, choose
from claribi.forecasts.history import Floats, History
from claribi.forecasts.intervals import LEVELS, Bands, bands
from claribi.forecasts.methods import ENSEMBLE, MEMBERS, METHODS, NAIVE, TITLES
from claribi.forecasts.reading import Asked, read
from claribi.query.schemas import Result

# Of a normal distribution, for series too short to show their own errors; doubled, as so little is known.
NORMAL = {50: 0.674, 80: 1.282, 95: 1.96}
SHORT = 2.0


def compute(result: Result, asked: Asked) -> dict[str, Any]:
    """The forecast with its bands, how its method was chosen, and what stands out in the history."""
    found = read(result, asked)
    history, notes = found.history, list(found.notes)
    horizon = history.values_in(asked.horizon)
    tested = looking_back.run(history, horizon)
    choice = choose(tested) if tested else Choice(NAIVE, {})
    ahead, method = _ahead(history, choice.method, horizon)
    known = bands(history, tested.origins, tested.errors[method]) if tested else _short(history, horizon)
    if tested is None:
        notes.append("The series is too short to compare methods: the last values are carried forward")
    values = _points(history, ahead, known)
    return {
        "method": method,
        "method_title": TITLES[method],
        "why": _why(choice, tested),
        "season": history.season,
        "values": values,
        "history": [
            {"date": history.moment(at), "value": float(value), "row": row}
            for at, (value, row) in enumerate(zip(history.values, found.rows, strict=True))
        ],
        "backtest": _told(choice, tested, known),
        "scale": looking_back.scale_of(history.values, history.season),
        "drivers": insights.drivers(history, ahead),
        "anomalies": insights.anomalies(found.points),
        "changepoints": insights.changepoints(found.points),
        "notes": notes,
    }


def _ahead(history: History, method: str, horizon: int) -> tuple[Floats, str]:
    """The forecast of a method; seasonal naive's where it fails at the very end."""
    names = MEMBERS if method == ENSEMBLE else (method,)
    made = {
        n: f for n in names if (f := looking_back.attempt(n, history, [len(history)], horizon)) is not None
    }
    made |= looking_back.combined(made) if method == ENSEMBLE else {}
    if method in made:
        return made[method][0], method
    plain = METHODS[NAIVE](history, [len(history)], horizon)
    return plain[0], NAIVE


def _short(history: History, horizon: int) -> Bands:
    """Wide bands out of the changes from one value to the next."""
    usual = float(np.sqrt(np.mean(np.diff(history.values) ** 2)))
    growing = np.sqrt(np.arange(1, horizon + 1))
    return Bands({level: SHORT * NORMAL[level] * usual * growing for level in LEVELS}, {}, 0)


def _points(history: History, ahead: Floats, known: Bands) -> list[dict[str, Any]]:
    lowest = 0.0 if history.is_non_negative else -math.inf
    points = []
    for step, value in enumerate(ahead):
        point: dict[str, Any] = {"date": history.moment(len(history) + step), "value": float(value)}
        for level in LEVELS:
            width = float(known.widths[level][step])
            point[f"lower_{level}"] = max(float(value) - width, min(lowest, float(value)))
            point[f"upper_{level}"] = float(value) + width
        points.append(_ordered(point))
    return points


def _ordered(point: dict[str, Any]) -> dict[str, Any]:
    """A wider band never ends inside a narrower one, nor does any leave its value out."""
    lower = upper = point["value"]
    for level in LEVELS:
        lower = point[f"lower_{level}"] = min(lower, point[f"lower_{level}"])
        upper = point[f"upper_{level}"] = max(upper, point[f"upper_{level}"])
    return point


def _told(choice: Choice, tested: looking_back.Backtest | None, known: Bands) -> dict[str, Any] | None:
    if tested is None:
        return None
    methods = [{"method": n, "title": TITLES[n], "mase": mase} for n, mase in choice.mase.items()]
    coverage = {f"coverage_{level}": known.coverage[level] for level in LEVELS}
    return {"forecasts": len(tested.origins), "values": known.count, "methods": methods, **coverage}


def _why(choice: Choice, tested: looking_back.Backtest | None) -> str:
    if tested is None:
        return "There are too few values to look back, so the last ones are carried forward."
    floor, won = choice.mase[NAIVE], choice.mase[choice.method]
    over = f"over {len(tested.origins)} forecasts made from the past alone"
    title = TITLES[choice.method]
    if choice.method == NAIVE:
        return f"No method was better than seasonal naive {over}: its error was {floor:.2f} (MASE)."
    less = 1 - won / floor if floor else 0.0
    sentence = f"{title[0].upper()}{title[1:]} was off by {won:.2f} (MASE) {over}"
    return f"{sentence}, {less:.0%} less than seasonal naive's {floor:.2f}{_runner_up(choice)}."


def _runner_up(choice: Choice) -> str:
    """The next best, where there is one; why it is not taken although it was better, where that is so."""
    others: Sequence[str] = [name for name in choice.mase if name not in {choice.method, NAIVE}]
    if not others:
        return ""
    best = others[0]
    if choice.mase[best] < choice.mase[choice.method]:
        return f"; {TITLES[best]} was off by {choice.mase[best]:.2f}, too little less to be more than luck"
    return f"; next was {TITLES[best]} with {choice.mase[best]:.2f}"
