"""Earlier forecasts against what has come true since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

LEVELS = (50, 80, 95)
FEWEST = 5
# Where the 80 % band has covered so much of what came, it can be relied on.
GOOD, POOR = (0.7, 0.95), 0.5


@dataclass(frozen=True, slots=True)
class Pair:
    """One value of a forecast, its bands among it, and what came; `scale` turns errors into MASE."""

    point: Mapping[str, Any]
    actual: float
    scale: float


def pairs(result: Mapping[str, Any], actual: Mapping[datetime, float]) -> list[Pair]:
    """The values of a run's result that have come true."""
    dated = [(datetime.fromisoformat(str(point["date"])), point) for point in result["values"]]
    return [Pair(point, actual[at], float(result["scale"])) for at, point in dated if at in actual]


def accuracy(found: Sequence[Pair]) -> dict[str, Any]:
    if not found:
        names = ("mase", "mape", "bias", *(f"coverage_{level}" for level in LEVELS))
        return {"compared": 0, **dict.fromkeys(names)}
    actual = np.array([pair.actual for pair in found])
    off = np.array([pair.point["value"] for pair in found]) - actual
    scales = np.array([pair.scale for pair in found])
    some, usual = actual != 0, float(np.abs(actual).mean())
    return {
        "compared": len(found),
        "mase": float(np.mean(np.abs(off) / scales)),
        "mape": float(np.mean(np.abs(off[some] / actual[some]))) if some.any() else None,
        "bias": float(off.mean()) / usual if usual else None,
        **{f"coverage_{level}": _coverage(found, level) for level in LEVELS},
    }


def _coverage(found: Sequence[Pair], level: int) -> float:
    inside = [p.point[f"lower_{level}"] <= p.actual <= p.point[f"upper_{level}"] for p in found]
    return float(np.mean(inside))


def verdict(overall: Mapping[str, Any]) -> str:
    """Whether the forecast can be relied on, in one sentence with its figures."""
    compared, coverage = overall["compared"], overall["coverage_80"]
    if compared < FEWEST:
        return f"Too early to tell: {compared} forecast values have come true, {FEWEST} are needed."
    base = f"{coverage:.0%} of {compared} values that came true lay within the 80 % band"
    if coverage < POOR:
        return f"Not to be relied on: only {base}."
    low, high = GOOD
    said = "As sure as it says" if low <= coverage <= high else "More cautious than it need be"
    if coverage < low:
        said = "Surer of itself than it should be"
    return f"{said}: {base}."
