"""Is the change from one period to the next more than what is usual?"""

import numpy as np

from claribi.analysis.series import Series
from claribi.analysis.significance import next_value


def usual_change_p(series: Series) -> float:
    """P-value of the last change under the normal distribution of the changes before it."""
    changes = np.diff(series.values)
    return next_value(changes[:-1], float(changes[-1])) if len(changes) else 1.0
