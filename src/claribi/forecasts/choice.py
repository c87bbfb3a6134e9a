"""Which method is taken: by its backtest, never one that seasonal naive beat there."""

from dataclasses import dataclass

import numpy as np

from claribi.forecasts.backtest import Backtest
from claribi.forecasts.methods import ENSEMBLE, NAIVE

# The best of several on few backtests is best by luck as well, so one method alone has to beat the mean of
# all by this much, and at this part of the origins.
CLEARLY, MOSTLY = 0.85, 0.75


@dataclass(frozen=True, slots=True)
class Choice:
    """Attributes:
    method: The winner.
    mase: By method, the best first.
    gated: What would have won, had seasonal naive not been better.
    """

    method: str
    mase: dict[str, float]
    gated: str | None = None


def choose(backtest: Backtest) -> Choice:
    scores = {name: backtest.mase(name) for name in backtest.errors}
    mase = dict(sorted(scores.items(), key=lambda item: (item[1], item[0])))
    candidate = _candidate(backtest, mase)
    if candidate == NAIVE or mase[candidate] < mase[NAIVE]:
        return Choice(candidate, mase)
    # Where the mean of all falls behind, the best of them may still be ahead.
    best = next(iter(mase))
    return Choice(best if mase[best] < mase[NAIVE] else NAIVE, mase, gated=candidate)


def _candidate(backtest: Backtest, mase: dict[str, float]) -> str:
    best = next(iter(mase))
    if ENSEMBLE not in mase or best == ENSEMBLE:
        return best
    better = float(np.mean(backtest.by_origin(best) < backtest.by_origin(ENSEMBLE)))
    return best if mase[best] <= CLEARLY * mase[ENSEMBLE] and better >= MOSTLY else ENSEMBLE
