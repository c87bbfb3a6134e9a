"""Is what a chosen stretch of time shows more than other stretches of that length show?

Thirty days that hang together rise or fall by chance alone more often than any test of thirty days can tell;
the stretches before them show how often.
"""

import math
from collections.abc import Callable

from claribi.analysis.series import Series, part
from claribi.analysis.significance import student_p

# With fewer stretches before it nobody can say what is usual.
FEWEST = 3


def stretches(before: Series, length: int) -> list[Series]:
    """The stretches of so many points that lie one after the other, the last one right at the end."""
    starts = range(len(before) - length, -1, -length)
    return [part(before, slice(start, start + length)) for start in starts]


def unlike_p(size: float, before: list[Series], of: Callable[[Series], float]) -> float:
    """P-value of a size under those of stretches before it; 0 where they are too few to say anything."""
    if len(before) < FEWEST:
        return 0.0
    usual = math.sqrt(sum(of(stretch) ** 2 for stretch in before) / len(before))
    return student_p(size / usual, len(before)) if usual > 0 else 0.0
