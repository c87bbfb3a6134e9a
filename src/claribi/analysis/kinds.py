"""The kinds of findings; by itself, for whoever only wants their names."""

from typing import Literal

Kind = Literal[
    "level",
    "change",
    "driver",
    "trend",
    "change_point",
    "seasonality",
    "outlier",
    "concentration",
    "rank",
    "rank_change",
    "mix",
    "correlation",
    "missing_data",
    "threshold",
]
