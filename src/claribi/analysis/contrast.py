"""Has one value of a dimension moved apart from the others, bucket by bucket, by more than chance brings?"""

import math

import numpy as np
import numpy.typing as npt

from claribi.analysis.change import next_p
from claribi.analysis.series import Floats, long_run_deviation, tamed
from claribi.analysis.significance import FEWEST_POINTS, normal_p, ranks, student_p

# With fewer buckets in the period, it is foreseen as one value rather than held against the others as a mean.
FEWEST_INSIDE = 5
# Of few values nobody can tell how heavy the tails of chance are: they are taken to be this heavy.
TAIL = 5


def apart(own: Floats, others: Floats, inside: npt.NDArray[np.bool_], *, additive: bool) -> Floats:
    """How one value stands beside the others: the logarithm of its ratio to them, where all is above 0.

    Else by how much it lies off what its usual part of all would be; of averages, off the others' mean.

    Args:
        others: The other values, a column each.
    """
    rest = others.sum(axis=1) if additive else others.mean(axis=1)
    if own.min() > 0 and rest.min() > 0:
        return np.asarray(np.log(own / rest), dtype=np.float64)
    if not additive:
        return np.asarray(own - others.mean(axis=1), dtype=np.float64)
    whole = own + rest
    usual = float(whole[~inside].sum())
    share = float(own[~inside].sum()) / usual if usual else 0.0
    return np.asarray(own - share * whole, dtype=np.float64)


def apart_p(
    own: Floats, others: Floats, inside: npt.NDArray[np.bool_], *, additive: bool
) -> tuple[float, float]:
    """How far a value moved from the others within a period, and the p-value of that.

    Two tests must both say so (Berger 1982): the difference of means, wild values tamed and autocorrelation
    counted in, and that of ranks (Mann and Whitney 1947).
    """
    distance = apart(own, others, inside, additive=additive)
    now, before = distance[inside], distance[~inside]
    if not len(now) or len(before) < FEWEST_POINTS:
        return 0.0, 1.0
    moved = float(now.mean() - before.mean())
    if len(now) < FEWEST_INSIDE:
        return moved, _foreseen(own, others, inside, additive=additive)
    calm = tamed(distance)
    usual = calm[~inside]
    deviation = max(float(np.std(usual, ddof=1)), long_run_deviation(usual - usual.mean()))
    if deviation <= 0:
        return moved, 1.0
    shift = float(calm[inside].mean() - usual.mean())
    t = shift / (deviation * math.sqrt(1 / len(now) + 1 / len(before)))
    widening = max(deviation / (float(np.std(usual)) or math.inf), 1.0)
    return moved, max(student_p(t, len(before) - 1), normal_p(_rank_distance(now, before) / widening))


def _rank_distance(now: Floats, before: Floats) -> float:
    """Mann and Whitney's statistic as a standard normal one, ties counted in."""
    n, m = len(now), len(before)
    ranked = ranks(np.concatenate([now, before]))
    _, ties = np.unique(ranked, return_counts=True)
    whole = n + m
    variance = n * m / 12 * (whole + 1 - float((ties**3 - ties).sum()) / (whole * (whole - 1)))
    return (float(ranked[:n].sum()) - n * (whole + 1) / 2) / math.sqrt(variance) if variance > 0 else 0.0


def _foreseen(own: Floats, others: Floats, inside: npt.NDArray[np.bool_], *, additive: bool) -> float:
    rest = others.sum(axis=1) if additive else others.mean(axis=1)
    beside = own / rest if own.min() >= 0 and rest.min() > 0 else own - others.mean(axis=1)
    history, value = beside[~inside], float(beside[inside].mean())
    return next_p(history, value, float(inside.sum()), tail=TAIL)
