"""What stands out in the history of a forecast, and what the forecast is made of."""

from typing import Any

import numpy as np

from claribi.analysis.change_points import find_change_point
from claribi.analysis.outliers import outlying
from claribi.analysis.series import Series, candidate_cycles, expected
from claribi.analysis.significance import LEVEL
from claribi.forecasts.history import Floats, History
from claribi.query.schemas import Cycle

MOST_ANOMALIES = 10


def _cycle(points: Series) -> Cycle | None:
    cycles = candidate_cycles(points)
    return cycles[0] if cycles else None


def anomalies(points: Series) -> list[dict[str, Any]]:
    """Values far off what their surroundings make expect, the most striking first."""
    cycle = _cycle(points)
    found, _ = outlying(points, cycle, counted=False)
    middle = expected(points, cycle) if found else points.values
    return [
        {
            "date": points.moments[i],
            "value": float(points.values[i]),
            "expected": float(middle[i]),
            "row": points.rows[i],
        }
        for i in found[:MOST_ANOMALIES]
    ]


def changepoints(points: Series) -> list[dict[str, Any]]:
    """Where the level moved and stayed, if it did."""
    found = find_change_point(points, _cycle(points))
    if found is None or found.p_value > LEVEL or not found.material:
        return []
    return [
        {
            "date": points.moments[found.at],
            "before": found.before,
            "after": found.after,
            "row": points.rows[found.at],
        }
    ]


def drivers(history: History, ahead: Floats) -> list[dict[str, Any]]:
    """Level, trend and season of a forecast, in the measure's own unit."""
    season = history.season
    level = float(history.values[-season:].mean())
    later = float(ahead[:season].mean()) if len(ahead) >= season else float(ahead.mean())
    # A part of a season is compared with the same part of the last one.
    before = level if len(ahead) >= season else float(history.values[-season:][: len(ahead)].mean())
    unit = f"{season} {history.grain}s" if season > 1 else f"value of a {history.grain}"
    found = [
        {"name": "level", "text": f"The average of the last {unit}", "value": level},
        {
            "name": "trend",
            "text": "How much higher (or lower) the forecast is than then",
            "value": later - before,
        },
    ]
    if season > 1:
        swing = float(np.ptp(ahead[:season])) if len(ahead) >= season else float(np.ptp(ahead))
        text = "From the lowest to the highest value of a season ahead"
        found.append({"name": "season", "text": text, "value": swing})
    return found
